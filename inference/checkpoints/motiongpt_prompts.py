# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT's prompts for each task, with the wording and the special tokens that it was trained with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Prompts:
    """Prompts for a model with ``codebook_size`` motion tokens; three more tokens begin, end and mask a motion."""

    codebook_size: int

    @property
    def added_tokens(self) -> list[str]:
        """All tokens that motion adds to the vocabulary, in order of their ids."""
        return [_format_token(n) for n in range(self.codebook_size + 3)]

    def generation_prompt(self, text: str, frames: int) -> str:
        """Return the prompt for a motion of ``frames`` frames, 20 a second, from text."""
        return f"Generate motion with {frames} frames: {text}"

    def free_generation_prompt(self, text: str) -> str:
        """Return the prompt for a motion from text whose length the model decides."""
        return f"Generate motion: {text}"

    def unconditional_prompt(self, frames: int) -> str:
        """Return the prompt for any motion of ``frames`` frames."""
        return f"Generate a motion with {frames} frames."

    def prediction_prompt(self, previous: Iterable[int]) -> str:
        """Return the prompt for the continuation of the motion tokens ``previous``."""
        return f"Predict motion: {self._format_motion(previous)}"

    def completion_prompt(self, previous: Iterable[int], masked_count: int, following: Iterable[int]) -> str:
        """Return the prompt for a motion of which the tokens between two known parts are masked."""
        mask = [self.codebook_size + 2] * masked_count
        return f"Complete the masked motion: {self._format_motion([*previous, *mask, *following])}"

    def caption_prompt(self, tokens: Iterable[int]) -> str:
        """Return the prompt for a caption of motion tokens."""
        return f"Generate text: {self._format_motion(tokens)}"

    def _format_motion(self, tokens: Iterable[int]) -> str:
        return "".join(_format_token(int(n)) for n in (self.codebook_size, *tokens, self.codebook_size + 1))


def _format_token(token_id: int) -> str:
    return f"<motion_id_{token_id}>"
