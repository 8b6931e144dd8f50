# SPDX-License-Identifier: GPL-3.0-or-later
"""The takes, ranges and prompts with which redos and continuations are measured."""

from __future__ import annotations

import numpy as np

FPS = 24.0
SECONDS = 5.0
PROMPTS = (
    "a person walks forward", "a person jogs", "a person waves", "a person sits down", "a person turns left",
    "a person dances", "a person walks backward",
)  # fmt: skip


def choose_range(number: int, frame_count: int) -> tuple[int, int]:
    """Return start and end of one of the measured ranges: 0.5 to 2.5 s, also at the ends of the take."""
    random = np.random.RandomState(number)
    length = int(random.randint(12, 60))
    start = {3: 0, 7: frame_count - length}.get(number % 10, int(random.randint(0, frame_count - length)))
    return start, start + length - 1


def choose_prompts(number: int) -> tuple[str, str]:
    """Return the prompt of a take, and that of its new frames: every second time the same."""
    first = PROMPTS[number % len(PROMPTS)]
    return first, first if number % 2 else PROMPTS[(3 * number + 1) % len(PROMPTS)]
