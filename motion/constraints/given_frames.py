# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames at which poses or positions of limbs were given: what follows the model must not change them.

A motion's provenance stores them as spans (limb, first second, last second), so that they hold at any frame rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..motion import MAX_GIVEN_SPANS, GivenSpan, Motion
from ..request import Constraint, EffectorTarget, PoseKeyframe
from ..rotations import Array
from ..smoothing import smoothstep

Mask = np.ndarray[Any, np.dtype[np.bool_]]

BODY = "body"
"""Stands for all limbs and the hips."""

LIMBS = ("left_leg", "right_leg", "left_arm", "right_arm")

HANDS = ("left_hand", "right_hand")
"""Stand for the position of a hand, which is kept where the body moves; an arm's pose turns with the body."""

_LIMB_OF_PART = {"ankle": "leg", "foot": "leg", "wrist": "arm", "hip": "leg", "knee": "leg", "shoulder": "arm",
                 "elbow": "arm"}  # fmt: skip


def find_given_spans(constraints: Iterable[Constraint], fps: float) -> tuple[GivenSpan, ...]:
    """Return the spans in which the constraints of a request give the pose of the body or of limbs.

    A pose that contains the pelvis gives the whole body. Root paths give nothing: they leave the pose open. A target
    gives the limb and, of a wrist, the position of the hand.
    """
    frames: dict[str, set[int]] = {}
    for constraint in constraints:
        if isinstance(constraint, PoseKeyframe):
            if "pelvis" in constraint.joint_rotations:
                frames.setdefault(BODY, set()).add(constraint.frame)
            for joint in constraint.joint_rotations:
                limb = _find_limb(joint)
                if limb:
                    frames.setdefault(limb, set()).add(constraint.frame)
        elif isinstance(constraint, EffectorTarget):
            frames.setdefault(_find_limb(constraint.joint) or BODY, set()).update(constraint.frames)
            side, _, part = constraint.joint.partition("_")
            if part == "wrist":
                frames.setdefault(f"{side}_hand", set()).update(constraint.frames)
    body = frames.get(BODY, set())
    spans: list[GivenSpan] = []
    for limb, given in sorted(frames.items()):
        rest = sorted(given if limb in {BODY, *HANDS} else given - body)
        starts = [k for k, frame in enumerate(rest) if k == 0 or frame != rest[k - 1] + 1]
        stops = [*starts[1:], len(rest)]
        spans += [(limb, rest[a] / fps, rest[b - 1] / fps) for a, b in zip(starts, stops, strict=False)]
    return tuple(spans[:MAX_GIVEN_SPANS])


def _find_limb(joint: str) -> str:
    """Return the limb of a joint; empty for those of the trunk."""
    side, _, part = joint.partition("_")
    kind = _LIMB_OF_PART.get(part, "")
    return f"{side}_{kind}" if kind else ""


def find_given_frames(motion: Motion) -> dict[str, Mask]:
    """Return for the body and for each limb that was given anywhere the frames (T,) at which it was."""
    frames: dict[str, Mask] = {}
    for limb, first, last in motion.provenance.given:
        mask = frames.setdefault(limb, np.zeros(len(motion), dtype=bool))
        start, stop = max(0, round(first * motion.fps)), round(last * motion.fps) + 1
        mask[start : max(start, stop)] = True
    return {limb: mask for limb, mask in frames.items() if mask.any()}


def combine_given(given: Mapping[str, Mask], limbs: Iterable[str], frame_count: int) -> Mask:
    """Return the frames (T,) at which the whole body or one of the limbs was given."""
    result = np.zeros(frame_count, dtype=bool)
    for limb in (BODY, *limbs):
        if limb in given:
            result |= given[limb]
    return result


def compute_freedom(given: Mask, fade_frames: float) -> Array:
    """Return a weight (T,): 0 at given frames, 1 from ``fade_frames`` on, smooth between."""
    frames = np.flatnonzero(given)
    if not len(frames):
        return np.ones(len(given))
    time = np.arange(len(given))
    after = np.clip(np.searchsorted(frames, time), 0, len(frames) - 1)
    before = np.clip(after - 1, 0, len(frames) - 1)
    distance = np.minimum(np.abs(frames[after] - time), np.abs(frames[before] - time))
    return smoothstep(distance / fade_frames)


def keep_other_limbs(spans: Iterable[GivenSpan], joints: Iterable[str]) -> tuple[GivenSpan, ...]:
    """Return the spans as they are if some joints alone are made again: what was given to their limbs is not any more.

    Where the whole body was given, the other limbs still are.
    """
    free = {_find_limb(joint) for joint in joints}
    if not free.intersection(LIMBS):
        return tuple(spans)
    kept: list[GivenSpan] = []
    for limb, first, last in spans:
        limbs = LIMBS if limb == BODY else (limb,)
        kept += [(name, first, last) for name in limbs if name not in free]
    return tuple(kept)


def replace_given_spans(
    spans: Iterable[GivenSpan], start: float, end: float, new: Iterable[GivenSpan], shift: float = 0.0
) -> tuple[GivenSpan, ...]:
    """Return the spans with those between ``start`` and ``end`` replaced.

    Parameters
    ----------
    spans : the present ones
    start, end : seconds
        The last frame before and the first frame after what is replaced; a span that reaches over one is cut there.
    new : spans that replace them
    shift : seconds by which what begins at ``end`` moves
    """
    result = set(new)
    for limb, first, last in spans:
        if first <= start:
            result.add((limb, first, min(last, start)))
        if last >= end:
            result.add((limb, max(first, end) + shift, last + shift))
    return tuple(sorted(result)[:MAX_GIVEN_SPANS])
