# SPDX-License-Identifier: GPL-3.0-or-later
"""What MotionGPT is told for each of its tasks: the sentences and the marks that it was trained with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Prompts:
    """``codes`` tokens stand for motion; the three after them begin a motion, end one, and hide a part of one."""

    codes: int

    @property
    def words(self) -> list[str]:
        """All words beyond the language's own, in the order of their numbers."""
        return [_word(n) for n in range(self.codes + 3)]

    def generate(self, text: str, frames: int) -> str:
        """A motion of ``frames`` frames, 20 a second, for a sentence."""
        return f"Generate motion with {frames} frames: {text}"

    def generate_freely(self, text: str) -> str:
        """A motion of whatever length for a sentence."""
        return f"Generate motion: {text}"

    def invent(self, frames: int) -> str:
        """Any motion of ``frames`` frames."""
        return f"Generate a motion with {frames} frames."

    def predict(self, before: Iterable[int]) -> str:
        """What follows on the tokens ``before``."""
        return f"Predict motion: {self._motion(before)}"

    def complete(self, before: Iterable[int], hidden: int, after: Iterable[int]) -> str:
        """A whole motion of which ``hidden`` tokens between two parts are not known."""
        return f"Complete the masked motion: {self._motion([*before, *[self.codes + 2] * hidden, *after])}"

    def describe(self, tokens: Iterable[int]) -> str:
        """A sentence for a motion."""
        return f"Generate text: {self._motion(tokens)}"

    def _motion(self, tokens: Iterable[int]) -> str:
        return "".join(_word(int(n)) for n in (self.codes, *tokens, self.codes + 1))


def _word(number: int) -> str:
    return f"<motion_id_{number}>"
