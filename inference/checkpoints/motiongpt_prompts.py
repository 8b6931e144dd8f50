# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT's prompts for each task, with the wording and the special tokens that it was trained with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Prompts:
    """Prompts for a model with ``codes`` motion tokens; three more tokens begin, end and mask a motion."""

    codes: int

    @property
    def words(self) -> list[str]:
        """All tokens that motion adds to the vocabulary, in order of their ids."""
        return [_word(n) for n in range(self.codes + 3)]

    def generate(self, text: str, frames: int) -> str:
        """Return the prompt for a motion of ``frames`` frames, 20 a second, from text."""
        return f"Generate motion with {frames} frames: {text}"

    def generate_freely(self, text: str) -> str:
        """Return the prompt for a motion from text whose length the model decides."""
        return f"Generate motion: {text}"

    def invent(self, frames: int) -> str:
        """Return the prompt for any motion of ``frames`` frames."""
        return f"Generate a motion with {frames} frames."

    def predict(self, before: Iterable[int]) -> str:
        """Return the prompt for the continuation of the motion tokens ``before``."""
        return f"Predict motion: {self._motion(before)}"

    def complete(self, before: Iterable[int], hidden: int, after: Iterable[int]) -> str:
        """Return the prompt for a motion of which the tokens between two known parts are masked."""
        mask = [self.codes + 2] * hidden
        return f"Complete the masked motion: {self._motion([*before, *mask, *after])}"

    def describe(self, tokens: Iterable[int]) -> str:
        """Return the prompt for a caption of motion tokens."""
        return f"Generate text: {self._motion(tokens)}"

    def _motion(self, tokens: Iterable[int]) -> str:
        return "".join(_word(int(n)) for n in (self.codes, *tokens, self.codes + 1))


def _word(number: int) -> str:
    return f"<motion_id_{number}>"
