# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored gestures, turns and styles, laid over recorded standing and walking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...inference.layers.gesture_timing import GESTURE_START
from ...motion.layers.body_joints import SPINE1, WRISTS
from ...motion.layers.motion_layer import MotionLayer, heading_from_positions
from .drafts import MotionDraft
from .kinematics import change_speed
from .path_variants import find_stride_cycle, repeat_cycle
from .recorded_variants import MAX_CYCLE_GAP
from .recordings import FPS, Recordings
from .repertoire import STANDING, WALKING, WINDOW_LENGTHS, draw_length_and_timing
from .styles import STYLES, lay_style
from .turning import add_turn, turn_seconds


def author_drafts(
    drafts: list[MotionDraft], recordings: Recordings, rng: np.random.Generator, thin: int
) -> Iterator[MotionDraft]:
    """Yield all authored motions.

    Parameters
    ----------
    drafts : list
        Labelled recordings, of which standing and walking are the base.
    recordings : Recordings
        Where they come from.
    rng : numpy Generator
        Draws the base and the details of each motion.
    thin : int
        Make only a ``thin``-th of the motions, but at least two of each gesture.
    """
    standing_drafts = [d for d in drafts if d.facts["action"] == "idle" and "kind" not in d.facts]
    walking_drafts = [d for d in drafts if d.facts["action"] == "walk" and d.loopable and len(d.root) >= 40]
    for entry in STANDING.values():
        for i in range(max(2, entry.clip_count // thin)):
            frames, timing = draw_length_and_timing(entry, rng)
            base, layer = _standing_base(standing_drafts, recordings, rng, frames)
            facts = entry.add_gesture(layer, rng, "left" if i % 2 else "right", timing)
            yield _finish_layer(layer, dict(facts), base, entry.add_mirrored)
    yield from _author_turns(standing_drafts, recordings, rng, 150 // thin)
    for name, entry in WALKING.items():
        for i in range(max(2, entry.clip_count // thin)):
            frames, timing = draw_length_and_timing(entry, rng)
            base, layer = _walking_base(walking_drafts, recordings, rng, frames)
            facts = entry.add_gesture(layer, rng, "left" if i % 2 else "right", timing)
            yield _finish_layer(layer, dict(facts) | {"action": f"walk_{name}"}, base, entry.add_mirrored)
    for name, (count, speed) in STYLES.items():
        for _ in range(max(2, count // thin)):
            base, layer = _walking_base(walking_drafts, recordings, rng, int(rng.integers(70, 121)))
            motion = change_speed(layer.rotations, layer.root, speed * float(rng.uniform(0.94, 1.06)))
            styled = _finish_layer(
                lay_style(name, recordings.skeleton, *motion, rng), {"action": f"walk_{name}"}, base, True
            )
            yield replace(styled, loopable=True, whole_window=False)


def _author_turns(
    standing_drafts: list[MotionDraft], recordings: Recordings, rng: np.random.Generator, count: int
) -> Iterator[MotionDraft]:
    """Yield ``count`` turns on the spot by 45 to 360 degrees over ``standing_drafts``, some of them slow or fast."""
    for i in range(count):
        degrees = float(rng.choice([45, 90, 90, 90, 135, 180, 180, 270, 360])) + float(rng.uniform(-8, 8))
        speed = str(rng.choice(["slow", "fast", "", "", ""]))
        pace = {"slow": 0.6, "fast": 1.5, "": 1.0}[speed]
        shortest = int((turn_seconds(degrees, pace) + GESTURE_START + 0.3) * FPS)
        lengths = [n for n in WINDOW_LENGTHS if n >= shortest] or [max(WINDOW_LENGTHS)]
        frames = int(rng.choice(lengths[:3]))
        base, layer = _standing_base(standing_drafts, recordings, rng, frames)
        facts = dict(add_turn(layer, rng, "left" if i % 2 else "right", degrees, pace))
        if speed:
            facts["speed"] = speed
        yield _finish_layer(layer, facts, base, True)


def _walking_base(
    walking_drafts: list[MotionDraft], recordings: Recordings, rng: np.random.Generator, frames: int
) -> tuple[MotionDraft, MotionLayer]:
    """Draw a straight walk: a part of a recording, or one good stride of it repeated.

    Raises ValueError if the recordings hold none.

    Parameters
    ----------
    walking_drafts : list of MotionDraft
        Recorded walks to draw from.
    recordings : Recordings
        For the skeleton.
    rng : numpy Generator
        Draws the recording and the part.
    frames : int
        Length of the walk.
    """
    for _ in range(200):
        base = walking_drafts[int(rng.integers(len(walking_drafts)))]
        spare = len(base.root) - frames
        if spare >= 0 and rng.random() < 0.7:
            first = int(rng.integers(0, spare + 1))
            motion = base.rotations[first : first + frames], base.root[first : first + frames]
        else:
            positions = recordings.joint_positions(base.rotations, base.root)
            first, last, gap = find_stride_cycle(positions, 16, 30)
            if gap > MAX_CYCLE_GAP:
                continue
            motion = repeat_cycle(base.rotations, base.root, positions, frames, (first, last))
        return base, MotionLayer(recordings.skeleton, *recordings.move_to_origin(*motion))
    raise ValueError(f"no straight walk of {frames} frames in the recordings")


def _standing_base(
    standing_drafts: list[MotionDraft], recordings: Recordings, rng: np.random.Generator, frames: int
) -> tuple[MotionDraft, MotionLayer]:
    """Draw a part of a standing recording in which both hands hang and the heading hardly changes.

    Raises ValueError if the recordings hold none.

    Parameters
    ----------
    standing_drafts : list of MotionDraft
        Recordings of standing to draw from.
    recordings : Recordings
        For the skeleton.
    rng : numpy Generator
        Draws the recording and the part.
    frames : int
        Length of the part.
    """
    for _ in range(200):
        base = standing_drafts[int(rng.integers(len(standing_drafts)))]
        first = int(rng.integers(0, max(1, len(base.root) - frames)))
        part = replace(
            base, rotations=base.rotations[first : first + frames], root=base.root[first : first + frames]
        )
        if len(part.root) == frames and _is_calm(part, recordings):
            return part, MotionLayer(
                recordings.skeleton, *recordings.move_to_origin(part.rotations, part.root)
            )
    raise ValueError(f"no calm standing of {frames} frames in the recordings")


def _is_calm(draft: MotionDraft, recordings: Recordings) -> bool:
    """Return whether both hands hang and the heading hardly changes during the whole motion."""
    p = recordings.joint_positions(draft.rotations, draft.root)
    hands = p[:, list(WRISTS.values()), 1].max(axis=1)
    return bool((hands < p[:, SPINE1, 1] + 0.05).all() and np.ptp(heading_from_positions(p)) < 0.3)


def _finish_layer(
    layer: MotionLayer, facts: dict[str, Any], base: MotionDraft, add_mirrored: bool
) -> MotionDraft:
    """Return a layer as a float32 draft that is used as a whole window.

    Parameters
    ----------
    layer : MotionLayer
        The finished motion.
    facts : dict
        What its sentences are made from.
    base : MotionDraft
        The recording under it, for its source.
    add_mirrored : bool
        Whether a mirrored copy is added.
    """
    rotations, root = layer.rotations.astype(np.float32), layer.root.astype(np.float32)
    return MotionDraft(
        rotations, root, facts, base.source, False, whole_window=True, add_mirrored=add_mirrored
    )
