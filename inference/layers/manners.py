# SPDX-License-Identifier: GPL-3.0-or-later
"""Manners (ways of walking and moods), gestures, postures: layers, and how they are applied to the frames of a clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...motion.constraints import Clip
from ...motion.layers.body_joints import PELVIS
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import Array, multiply, rotate, rotation_about_axis
from ...motion.skeleton import T_POSE
from . import gaits, moods
from .body.registry import BODY_MOTIONS
from .gait_layer import GaitLayer, Mask
from .placed_gestures import PlacedGesture, place_gesture
from .postures import Posture, apply_posture, make_weight

MANNERS: dict[str, Callable[[GaitLayer, Array, str], None]] = {
    "limp": gaits.apply_limp,
    "tiptoe": gaits.apply_tiptoe,
    "drunk": gaits.apply_drunken_walk,
    "robot": gaits.apply_robot_walk,
    "swagger": gaits.apply_swagger,
    "catwalk": gaits.apply_catwalk,
    "waddle": gaits.apply_waddle,
    "stiff": gaits.apply_stiffness,
    "pockets": gaits.apply_hands_in_pockets,
    "burden": gaits.apply_burden,
    "zombie": gaits.apply_zombie_arms,
    "slow": gaits.apply_slow_walk,
    "sneak": moods.apply_sneaking,
    "sad": moods.apply_sadness,
    "tired": moods.apply_tiredness,
    "old": moods.apply_old_age,
    "stoop": moods.apply_stoop,
    "angry": moods.apply_anger,
    "happy": moods.apply_happiness,
    "proud": moods.apply_pride,
    "scared": moods.apply_fear,
    "shy": moods.apply_shyness,
}
"""Name of a manner to what applies it to a gait: with its strength in each frame (T,) and the side that it favours."""

_SHORTEST = 8  # frames of a segment
_LEVEL = np.array([1.0, 0.0, 1.0])
_CLIMBED = 0.2  # metres: what follows a climb happens up there
_LEAST_TURN = np.radians(30.0)
_FADE_FRAMES = 8  # before and after the boundary of a segment over which a manner comes and goes


@dataclass(frozen=True)
class Manner:
    """A manner of a segment.

    Attributes
    ----------
    name
        A key of ``MANNERS``.
    strength
        1 as it is usually seen; 0.5 slightly, 1.3 very.
    side
        The side that it favours, where it has one: the leg that hurts.
    keeps_arms
        Whether the arms have something else to do and stay as they are.
    """

    name: str
    strength: float = 1.0
    side: str = "right"
    keeps_arms: bool = False


Layer = Manner | PlacedGesture | Posture
LayerSpans = Sequence[tuple[slice, tuple[Layer, ...]]]
"""Frames of segments, ascending, with what is laid over them."""


def apply_layers(clip: Clip, contacts: Mask, spans: LayerSpans, seed: int = 0) -> tuple[Clip, Mask]:
    """Return a clip at 20 fps and its contacts (T, 4) with the layers of its segments.

    A manner fades in and out around the boundaries of its segment, not at the ends of the clip; a placed gesture begins
    and ends inside its segment; a posture is taken and left around the boundaries of the segments that share it. What
    follows a segment goes on from where a layer led the body.

    Parameters
    ----------
    clip
        On ``T_POSE``.
    contacts : (T, 4) bool
        Left heel, left toe, right heel, right toe on the ground.
    spans
        Of the segments that have layers.
    seed
        Draws the details of placed gestures.
    """
    frames = len(clip)
    yaw = clip.yaw.copy()
    local, root, contacts = clip.local_rotations.copy(), clip.root_positions.copy(), contacts.copy()
    for k, (span, layers) in enumerate(spans):
        manners = _select_manners(layers)
        for gesture in (m for m in layers if isinstance(m, PlacedGesture)):
            part = slice(span.start, min(span.stop, frames))
            if part.stop - part.start < _SHORTEST:
                continue
            before = root[part.stop - 1].copy()
            ends = span.start == 0, span.stop >= frames
            body = MotionLayer(T_POSE, local[part], root[part])
            contacts[part] = place_gesture(body, contacts[part], gesture, seed + k, ends)
            turned = _find_turn(local[part.stop - 1, PELVIS], body.rotations[-1, PELVIS])
            local[part], root[part] = body.rotations, body.root
            if gesture.name in BODY_MOTIONS and part.stop < frames and abs(turned) > _LEAST_TURN:
                turn = rotation_about_axis("y", np.full(frames - part.stop, turned))
                root[part.stop :] = before + rotate(turn, root[part.stop :] - before)
                local[part.stop :, PELVIS] = multiply(turn, local[part.stop :, PELVIS])
                yaw[part.stop :] += turned
            went = root[part.stop - 1] - before
            root[part.stop :] += went if went[1] > _CLIMBED else went * _LEVEL
        if not manners:
            continue
        goes_before = (
            k > 0 and spans[k - 1][0].stop == span.start and _select_manners(spans[k - 1][1]) == manners
        )
        goes_after = (
            k + 1 < len(spans)
            and spans[k + 1][0].start == span.stop
            and _select_manners(spans[k + 1][1]) == manners
        )
        fade_in = 0 if span.start == 0 or goes_before else _FADE_FRAMES
        fade_out = 0 if span.stop >= frames or goes_after else _FADE_FRAMES
        part = slice(max(0, span.start - fade_in), min(frames, span.stop + fade_out))
        count = part.stop - part.start
        if count < _SHORTEST:
            continue
        time = np.arange(count) + 0.5
        envelope = np.ones(count)
        if fade_in:
            envelope *= minimum_jerk(time / (2 * fade_in))
        if fade_out:
            envelope *= minimum_jerk((count - time) / (2 * fade_out))
        layer = GaitLayer(T_POSE, local[part], root[part], contacts[part].copy())
        before = root[part.stop - 1].copy()
        for manner in manners:
            layer.keeps_arms = manner.keeps_arms
            MANNERS[manner.name](layer, manner.strength * envelope, manner.side)
        local[part], root[part], contacts[part] = layer.rotations, layer.root, layer.contacts
        root[part.stop :] += (root[part.stop - 1] - before) * _LEVEL
    for posture, start, stop in _collect_postures(spans, frames):
        part, weight = make_weight(posture, start, stop, frames)
        if len(weight) < _SHORTEST:
            continue
        layer = GaitLayer(T_POSE, local[part], root[part], contacts[part])
        apply_posture(layer, posture, weight)
        local[part], root[part] = layer.rotations, layer.root
    return Clip(local, root, yaw), contacts


def _select_manners(layers: Sequence[Layer]) -> tuple[Manner, ...]:
    return tuple(m for m in layers if isinstance(m, Manner))


def _collect_postures(spans: LayerSpans, frames: int) -> list[tuple[Posture, int, int]]:
    """Return each posture with its first and last + 1 frame; one that neighbouring segments share is held through."""
    runs: list[tuple[Posture, int, int]] = []
    for span, layers in spans:
        for posture in (m for m in layers if isinstance(m, Posture)):
            stop = min(span.stop, frames)
            held = next(
                (
                    k
                    for k, (run, _, end) in enumerate(runs)
                    if end == span.start and replace(run, from_start=posture.from_start) == posture
                ),
                None,
            )
            if held is None:
                runs.append((posture, span.start, stop))
            else:
                runs[held] = (runs[held][0], runs[held][1], stop)
    # who stands at ease lets his arms hang before anything else is done with them
    return sorted(runs, key=lambda run: run[0].name != "stand_at_ease")


def _find_turn(before: Array, after: Array) -> float:
    """Return the angle in radians about the vertical axis between two rotations (4,) of the pelvis."""
    ahead = [rotate(q, np.array([0.0, 0.0, 1.0])) for q in (before, after)]
    first, second = (np.arctan2(v[0], v[2]) for v in ahead)
    return float((second - first + np.pi) % (2 * np.pi) - np.pi)
