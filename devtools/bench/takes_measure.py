# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure takes that were continued or redone, on the body of the model: seams, feet, and what has to stay."""

from __future__ import annotations

import numpy as np
from kinescribe.inference.directing import continue_motion, redo_part, redo_range
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion import Motion, MotionRequest, make_text_request
from kinescribe.motion.request import TextSegment
from kinescribe.motion.rotations import angle_between, conjugate, multiply, rotate

from ..testing.seam_errors import (
    is_bit_equal,
    make_parts,
    measure_foot_slide,
    measure_speed_ratio,
    range_seams,
)
from ..testing.take_cases import FPS, PROMPTS, SECONDS, choose_prompts, choose_range

REDOS, CONTINUATIONS, PART_REDOS = 20, 10, 10
PARTS = ("a person walks forward", "a person waves", "a person walks backward")


def measure_seams(motion: Motion, start: int, end: int) -> dict[str, float]:
    """Return the worst figures of the seams at both ends of a range of new frames."""
    seams = range_seams(len(motion), start, end)
    return {
        "speed_ratio": max(measure_speed_ratio(motion.positions, motion.fps, seam) for seam in seams),
        "slide_m": max(measure_foot_slide(motion, seam) for seam in seams),
    }


def measure_redo(model: EmbeddedBackend, number: int) -> dict[str, float]:
    """Measure one redone range."""
    old_prompt, prompt = choose_prompts(number)
    take = model.generate(make_text_request(old_prompt, SECONDS, FPS, number))[0]
    start, end = choose_range(number, len(take))
    redone = redo_range(model, take, start, end, prompt, seed=100 + number)[0]
    same = is_bit_equal(take, redone, slice(0, start)) and is_bit_equal(take, redone, slice(end + 1, None))
    return {**measure_seams(redone, start, end), "changed_outside": float(not same)}


def measure_continuation(model: EmbeddedBackend, number: int) -> dict[str, float]:
    """Measure one continuation by three seconds."""
    old_prompt, prompt = choose_prompts(number)
    take = model.generate(make_text_request(old_prompt, SECONDS, FPS, number))[0]
    longer = continue_motion(model, take, prompt, 3.0, seed=100 + number)[0]
    same = is_bit_equal(take, longer, slice(None))
    return {**measure_seams(longer, len(take), len(longer) - 1), "changed_outside": float(not same)}


def measure_part_redo(model: EmbeddedBackend, number: int) -> dict[str, float]:
    """Measure the second of three parts, made again with another prompt."""
    segments = tuple(TextSegment(prompt, 60) for prompt in PARTS)
    take = model.generate(MotionRequest(segments, FPS))[0]
    prompt = PROMPTS[number % len(PROMPTS)]
    parts = make_parts([60, 60, 60], (PARTS[0], prompt, PARTS[2]))
    redone = redo_part(model, take, parts, 1, seed=number)[0]
    turn = multiply(redone.local_rotations[120:, 0], conjugate(take.local_rotations[120:, 0]))
    rigid = redone.positions[120, 0] + rotate(turn[0], take.positions[120:] - take.positions[120, 0])
    return {
        **measure_seams(redone, 60, 119),
        "changed_outside": float(not is_bit_equal(take, redone, slice(0, 60))),
        "later_m": np.linalg.norm(redone.positions[120:] - rigid, axis=-1).max(),
        "later_degrees": np.degrees(angle_between(turn, turn[:1])).max(),
    }
