# SPDX-License-Identifier: GPL-3.0-or-later
"""All gestures of hands, arms and head that are given as places of the hands, by name, and how one is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ...motion.layers.body_joints import PELVIS, WRISTS
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from .arm_gestures import ARM_GESTURES
from .dances import DANCES
from .gesture_timing import GestureTiming, Rng
from .hand_paths import GestureBody, start_gesture
from .head_gestures import HEAD_GESTURES
from .play_gestures import PLAY_GESTURES
from .reaction_gestures import REACTION_GESTURES
from .sign_gestures import SIGN_GESTURES
from .tool_gestures import TOOL_GESTURES

BODY_GESTURES: Mapping[str, Callable[[GestureBody], None]] = {
    **HEAD_GESTURES,
    **ARM_GESTURES,
    **SIGN_GESTURES,
    **REACTION_GESTURES,
    **TOOL_GESTURES,
    **PLAY_GESTURES,
    **DANCES,
}
"""What a name does."""

HELD_SECONDS = {
    "put_on_hat": 2.5, "take_off_hat": 1.5, "put_on_glasses": 1.9, "blow_kiss": 1.4, "sneeze": 1.8, "flip_hair": 1.1,
    "slap_forehead": 1.5, "high_five": 1.0, "bump_fist": 1.0, "catch_ball": 1.5, "draw_bow": 2.5, "throw_dart": 0.9,
    "wave_through": 1.6, "give": 1.6, "give_with_both": 1.6, "pull_lever": 1.4, "tip_hat": 1.0, "yawn": 2.2,
    "brush_shoulder": 1.7, "toast": 3.2, "check_watch": 1.1, "start_back": 1.5,
}  # fmt: skip
"""Seconds of gestures that happen once, between reaching for them and letting go."""

STROKE_SECONDS = {
    "wave": 0.66, "wave_both": 0.66, "clap": 0.52, "cough": 0.55,
    "nod": 0.62, "shake_head": 0.72, "tip_hat": 0.9, "blow_nose": 0.9, "adjust_glasses": 0.8,
    "thumb_up": 0.8, "raise_fist": 0.65, "pat_ahead": 0.55, "press_button": 0.8, "poke_ground": 0.9, "heave_rope": 1.5,
    "flip_pan": 1.1, "raise_arms": 2.2, "raise_arm": 2.2,
    "raise_and_lower": 1.9, "shrug": 1.3, "clap_overhead": 0.6, "salute": 1.7, "shake_hands": 0.42, "aim_pistol": 1.0,
    "aim_one_handed": 1.0, "tap_shoulder": 0.5, "slap_knee": 0.62,
}  # fmt: skip
"""Seconds of one of the strokes of a gesture that can be counted."""

_AT_WORK = frozenset({*TOOL_GESTURES, *PLAY_GESTURES, *DANCES}) - frozenset(HELD_SECONDS) - {
    "press_button", "pat_ahead", "pour_out", "aim_pistol", "aim_one_handed", "aim_rifle", "cast_rod",
} | frozenset(
    "brush_teeth comb_hair shave paint_lips smoke drink eat phone_ear conduct direct_traffic circle_arms circle_arm "
    "circle_arms_small flap swim_freestyle swim_breaststroke swim_backstroke swim_butterfly swing_arms swing_across "
    "punch_air raise_and_lower wash_face rub_knees tap_fingers clap_overhead move_about cheer fly_kite "
    "laugh scratch_back swing_rope teapot".split()
)  # fmt: skip
_HEAD_ONLY = frozenset({"nod", "shake_head"})
_LEFT_HAND = frozenset({"check_watch"})
_RISE = {
    "wave": 0.55,
    "wave_both": 0.55,
    "clap": 0.5,
    "nod": 0.3,
    "shake_head": 0.3,
    "look_left": 0.55,
    "look_right": 0.55,
    "look_behind": 0.6,
    "check_watch": 0.6,
    "salute": 0.45,
    "high_five": 0.4,
    "catch_ball": 0.4,
    "cough": 0.45,
    "sneeze": 0.5,
    "start_back": 0.25,
}
_TRAVEL = 0.35  # metres; who goes further walks
_RISE_SECONDS = 0.7
_NEAR_HANDS, _PARTING_SECONDS = 0.34, 0.5  # metres between resting wrists


def is_continuous(name: str) -> bool:
    """Return whether a gesture goes on and on, so that a motion may begin or end in the middle of it."""
    return name in _AT_WORK


def choose_side(name: str, side: str | None) -> str:
    """Return the hand that leads a gesture: the one that is said, else the usual one."""
    return side if side in ("left", "right") else "left" if name in _LEFT_HAND else "right"


def gesture_seconds(name: str, count: int | None) -> float | None:
    """Return what a gesture needs that happens once or is counted, from rest to rest; None for others."""
    if name in STROKE_SECONDS and count:
        return 2.2 * _RISE.get(name, _RISE_SECONDS) + 0.45 + count * 1.1 * STROKE_SECONDS[name]
    held = HELD_SECONDS.get(name)
    return None if held is None else 2.2 * _RISE.get(name, _RISE_SECONDS) + 0.5 + held


def _part_resting_hands(body: GestureBody, is_at_end: tuple[bool, bool]) -> None:
    """Let arms hang whose hands rest together: they would look as if they had begun already.

    Towards another segment the arms come back to where they are.
    """
    positions, _ = body.layer.forward_kinematics()
    apart = np.linalg.norm(positions[:, WRISTS["left"]] - positions[:, WRISTS["right"]], axis=-1)
    if not body.is_still or body.is_seated or float(apart.min()) > _NEAR_HANDS:
        return
    share = np.ones(len(apart))
    if not is_at_end[0]:
        share = share * minimum_jerk(body.t / _PARTING_SECONDS)
    if not is_at_end[1]:
        share = share * minimum_jerk((body.t[-1] - body.t) / _PARTING_SECONDS)
    body.hands(PELVIS, (0.24, -0.09, 0.02), (0.5, 0.0, -1.0), share)


def add_body_gesture(
    layer: MotionLayer,
    rng: Rng,
    name: str,
    side: str,
    timing: GestureTiming,
    way: str | None,
    is_at_end: tuple[bool, bool] = (False, False),
) -> None:
    """Add a gesture to a motion of a body that stands, sits or walks.

    Parameters
    ----------
    layer
        The motion, which is changed.
    rng
        Draws the details.
    name
        A key of ``BODY_GESTURES``.
    side
        Of the hand that leads.
    timing
        Speed, and how often.
    way
        Where it goes, such as "up" or "left"; None if that is open.
    is_at_end
        Whether the motion begins, and whether it ends, with this one.
    """
    rise = _RISE.get(name, _RISE_SECONDS) * {"slow": 1.5, "fast": 0.75}.get(timing.speed or "", 1.0)
    envelope = start_gesture(layer, rng, rise, HELD_SECONDS.get(name))
    travelled = float(np.linalg.norm(np.ptp(layer.root[:, [0, 2]], axis=0)))
    if timing.count and name in STROKE_SECONDS:
        # hands come down after the last stroke, however long the clip is
        end = envelope.hold_start + timing.count * STROKE_SECONDS[name] * 1.1
        envelope = start_gesture(layer, rng, rise, max(0.3, end - envelope.hold_start))
    body = GestureBody(layer, rng, side, envelope, timing, way, is_still=travelled < _TRAVEL)
    if name not in DANCES:
        body.live(step=name not in _HEAD_ONLY, free_head=name not in _HEAD_ONLY)
        _part_resting_hands(body, is_at_end)
    BODY_GESTURES[name](body)
