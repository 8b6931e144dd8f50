# SPDX-License-Identifier: GPL-3.0-or-later
"""Predicates: whether a motion shows an action, measured on joints without any model.

They are strict enough to reject motions of other actions (``evaluate`` counts false accepts). Metres, seconds,
degrees; turning left is positive. Thresholds are for a body of the size of ``T_POSE``.

The keys of ``PREDICATES`` are data (prompt files and reports hold them); functions are looked up in the table.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...motion.contact.contacts import find_true_runs
from ...motion.layers.body_joints import (
    ANKLES,
    HEAD,
    NECK,
    OTHER_SIDE,
    OUTWARD,
    PELVIS,
    SHOULDERS,
    SIDES,
    WRISTS,
)
from .motion_metrics import MeasuredMotion, count_reversals
from .predicates_body import BODY_PREDICATES
from .predicates_gestures import HAND_AND_HEAD_PREDICATES

Predicate = Callable[[MeasuredMotion], bool]

_LEAST_THRUST, _LEAST_HOOK = 0.9, 2.0
"""Speeds in m/s of a fist that goes straight ahead or across the body, above which it is a punch."""


def _is_upright(m: MeasuredMotion) -> bool:
    return bool(np.median(m.pelvis_heights) > 0.72)


def _count_jumps(m: MeasuredMotion) -> int:
    return sum(1 for seconds, rise in m.flight_phases if seconds >= 0.15 and rise > 0.14)


def is_walking(m: MeasuredMotion) -> bool:
    """Return whether the character walks forward, about straight."""
    straight = abs(m.leftward_speed) < 0.5 * m.forward_speed and abs(m.heading_change) < 60
    return 0.45 < m.forward_speed < 2.0 and straight and _is_upright(m) and _count_jumps(m) < 2


def is_walking_back(m: MeasuredMotion) -> bool:
    """Return whether the character walks backwards."""
    return m.forward_speed < -0.25 and abs(m.leftward_speed) < 0.7 * -m.forward_speed and _is_upright(m)


def is_running(m: MeasuredMotion) -> bool:
    """Return whether the character moves forward fast, with flight phases."""
    return m.forward_speed > 1.8 and len([s for s, _ in m.flight_phases if s >= 0.05]) >= 2 and _is_upright(m)


def is_jumping(m: MeasuredMotion) -> bool:
    """Return whether both feet leave the ground and the body rises."""
    return (
        _count_jumps(m) >= 1
        and abs(m.forward_speed) < 2.2
        and abs(m.pelvis_heights[-1] - m.pelvis_heights[0]) < 0.35
    )


def turning_predicate(side: str, moving: bool) -> Predicate:
    """Return a predicate: the heading changes to ``side``, on the spot or while moving."""

    def is_turning(m: MeasuredMotion) -> bool:
        degrees = m.heading_change if side == "left" else -m.heading_change
        if moving:
            return degrees > 35 and m.forward_speed > 0.3 and _is_upright(m)
        return (
            degrees > 45
            and abs(m.forward_speed) < 0.45
            and m.displacement < 1.2
            and _is_upright(m)
            and _count_jumps(m) == 0
        )

    return is_turning


def _has_kicked(m: MeasuredMotion, side: str) -> bool:
    foot, other = m.local_positions[:, ANKLES[side]], m.local_positions[:, ANKLES[OTHER_SIDE[side]]]
    high = (foot[:, 1] > 0.42) & (other[:, 1] < 0.24)
    # forward or sideways, because in running the heels are high behind the body
    away = (foot[:, 2] > 0.3) | (np.abs(foot[:, 0]) > 0.4)
    fast = m.joint_speeds[:, ANKLES[side]].max() > 2.0
    return bool(fast and np.any(high & away)) and m.displacement < 2.5


def kick_predicate(side: str | None) -> Predicate:
    """Return a predicate: a foot goes high and away from the body while the other stands; None: either foot."""

    def is_kicking(m: MeasuredMotion) -> bool:
        if side is None:
            return _has_kicked(m, "left") or _has_kicked(m, "right")
        higher = m.positions[:, ANKLES[side], 1].max() > m.positions[:, ANKLES[OTHER_SIDE[side]], 1].max()
        return _has_kicked(m, side) and bool(higher)

    return is_kicking


def _thrust_speed(m: MeasuredMotion, side: str) -> float:
    """Return the speed (m/s) of stretching an arm forward at chest or head height; 0 if it does not reach far."""
    arm = m.local_positions[:, WRISTS[side]] - m.local_positions[:, SHOULDERS[side]]
    length = np.linalg.norm(arm, axis=-1)
    speed = np.diff(length) * m.fps
    wrist = m.local_positions[1:, WRISTS[side]]
    in_front = (wrist[:, 1] > 0.95) & (wrist[:, 2] > 0.15)
    if not np.any((length[1:] > 0.38) & (wrist[:, 2] > 0.3)):
        return 0.0
    return float(np.where(in_front, speed, 0).max())


def _hook_speed(m: MeasuredMotion, side: str) -> float:
    """Return the speed (m/s) of a fist that swings across the body, well ahead of it at chest or head height."""
    shoulders = m.local_positions[:, list(SHOULDERS.values())].mean(axis=1)
    fist = (m.local_positions[:, WRISTS[side]] - shoulders) * np.array([OUTWARD[side], 1.0, 1.0])
    in_front = (m.local_positions[1:, WRISTS[side], 1] > 0.95) & (fist[1:, 2] > 0.3)
    return float(np.where(in_front, -np.diff(fist[:, 0]) * m.fps, 0).max())


def _strike_strength(m: MeasuredMotion, side: str) -> float:
    """Return how far a fist exceeds what makes a punch: above 1 for a straight one or a hook."""
    return max(_thrust_speed(m, side) / _LEAST_THRUST, _hook_speed(m, side) / _LEAST_HOOK)


def punch_predicate(side: str | None) -> Predicate:
    """Return a predicate: a fist thrusts forward or swings across fast at chest or head height; None: either arm.

    The thresholds separate recordings and authored hooks: 5 % of real punches thrust below 0.8 m/s (half below 1 to
    2.3 m/s, by hand), 95 % of walks and waves below 0.55 m/s. Authored hooks swing across at 4.5 m/s; the fist that
    guards meanwhile at about 1 m/s, straight punches at 0.5, waves at 0.
    """

    def is_punching(m: MeasuredMotion) -> bool:
        strengths = {s: _strike_strength(m, s) for s in SIDES}
        if side is None:
            return max(strengths.values()) > 1.0 and _is_upright(m)
        return strengths[side] > 1.0 and strengths[side] >= strengths[OTHER_SIDE[side]] and _is_upright(m)

    return is_punching


def is_dancing(m: MeasuredMotion) -> bool:
    """Return whether arms and feet keep moving while the character stays about where it is."""
    arms = m.joint_speeds[:, list(WRISTS.values())].mean()
    world = np.linalg.norm(np.diff(m.positions[:, list(ANKLES.values())], axis=0), axis=-1) * m.fps
    busy = [world[i : i + 20].mean() > 0.15 for i in range(0, max(1, len(world) - 10), 20)]
    stays = (
        abs(m.forward_speed) < 0.7
        and abs(m.leftward_speed) < 0.35
        and abs(m.pelvis_heights[-1] - m.pelvis_heights[0]) < 0.25
    )
    return bool(arms > 0.35 and np.mean(busy) > 0.7 and stays and _count_jumps(m) < 2 and _is_upright(m))


def is_sitting_down(m: MeasuredMotion) -> bool:
    """Return whether the character goes from standing to the height of a seat or lower, trunk upright at the end."""
    trunk = m.positions[-1, NECK, 1] - m.positions[-1, PELVIS, 1]
    return bool(
        m.pelvis_heights[:4].max() - 0.2 > m.pelvis_heights[-1] > 0.08
        and m.pelvis_heights[-1] < 0.72
        and trunk > 0.3
    )


def is_sitting(m: MeasuredMotion) -> bool:
    """Return whether the character sits at the end, whether or not it stood before."""
    trunk = m.positions[-1, NECK, 1] - m.positions[-1, PELVIS, 1]
    return bool(0.08 < m.pelvis_heights[-1] < 0.72 and trunk > 0.3 and m.displacement < 1.5)


def is_standing_up(m: MeasuredMotion) -> bool:
    """Return whether the character goes from low to standing."""
    return bool(
        m.pelvis_heights[:4].min() < 0.75
        and m.pelvis_heights[-1] > max(0.75, m.pelvis_heights[:4].min() + 0.15)
    )


def climb_predicate(sign: int) -> Predicate:
    """Return a predicate: pelvis and feet go up (1) or down (-1)."""

    def is_climbing(m: MeasuredMotion) -> bool:
        rise = sign * float(m.pelvis_heights[-1] - m.pelvis_heights[0])
        feet = sign * float(m.foot_heights[-4:].mean() - m.foot_heights[:4].mean())
        return rise > 0.35 and feet > 0.3

    return is_climbing


def is_idle(m: MeasuredMotion) -> bool:
    """Return whether the character stands and hardly moves."""
    hands = m.positions[:, list(WRISTS.values()), 1].max() < 1.35
    return bool(
        m.displacement < 0.35
        and abs(m.heading_change) < 30
        and np.quantile(m.joint_speeds, 0.9) < 0.45
        and _is_upright(m)
        and hands
    )


def sidestep_predicate(side: str) -> Predicate:
    """Return a predicate: the character moves sideways without turning."""

    def is_sidestepping(m: MeasuredMotion) -> bool:
        speed = m.leftward_speed if side == "left" else -m.leftward_speed
        return speed > 0.2 and abs(m.forward_speed) < 0.8 * speed and abs(m.heading_change) < 50

    return is_sidestepping


def is_crouching(m: MeasuredMotion) -> bool:
    """Return whether the pelvis goes low above the feet."""
    lowest = int(np.argmin(m.pelvis_heights))
    return bool(
        m.pelvis_heights[lowest] < 0.7
        and m.foot_heights[lowest].min() < 0.1
        and m.pelvis_heights.min() < m.pelvis_heights.max() - 0.15
    )


def _has_waved(m: MeasuredMotion, side: str) -> bool:
    wrist = m.local_positions[:, WRISTS[side]]
    up = wrist[:, 1] > m.local_positions[:, SHOULDERS[side], 1] + 0.02
    if up.mean() < 0.2:
        return False
    return count_reversals((wrist[:, 0] - m.local_positions[:, SHOULDERS[side], 0])[up], 0.05) >= 2


def wave_predicate(side: str | None) -> Predicate:
    """Return a predicate: a raised hand swings from side to side; None: either hand."""

    def is_waving(m: MeasuredMotion) -> bool:
        if side is not None:
            return (
                _has_waved(m, side)
                and m.positions[:, WRISTS[side], 1].max() > m.positions[:, WRISTS[OTHER_SIDE[side]], 1].max()
            )
        return _has_waved(m, "left") or _has_waved(m, "right")

    return is_waving


def is_walking_and_waving(m: MeasuredMotion) -> bool:
    """Return whether the character walks forward and waves."""
    return 0.3 < m.forward_speed < 2.0 and _is_upright(m) and wave_predicate(None)(m)


def is_clapping(m: MeasuredMotion) -> bool:
    """Return whether the hands meet repeatedly."""
    gap = np.linalg.norm(m.positions[:, WRISTS["left"]] - m.positions[:, WRISTS["right"]], axis=-1)
    meets = find_true_runs(gap < 0.24)
    return len(meets) >= 2 and float(gap.max()) > 0.26


def is_bowing(m: MeasuredMotion) -> bool:
    """Return whether the head goes down while the hips stay up."""
    lowest = int(np.argmin(m.positions[:, HEAD, 1]))
    return bool(
        m.positions[lowest, HEAD, 1] < 1.4 and m.pelvis_heights[lowest] > 0.78 and _count_jumps(m) == 0
    )


def has_raised_arms(m: MeasuredMotion) -> bool:
    """Return whether both hands are above the head."""
    hands = m.positions[:, list(WRISTS.values()), 1]
    return bool((hands.min(axis=1) > m.positions[:, HEAD, 1]).sum() >= 4)


def is_crawling(m: MeasuredMotion) -> bool:
    """Return whether the character moves with hips and neck low."""
    return bool(
        np.median(m.pelvis_heights) < 0.7
        and np.median(m.positions[:, NECK, 1]) < 0.8
        and m.displacement > 0.3
    )


PREDICATES: dict[str, Predicate] = {
    "walk": is_walking,
    "walk_back": is_walking_back,
    "run": is_running,
    "jump": is_jumping,
    "turn_left": turning_predicate("left", False),
    "turn_right": turning_predicate("right", False),
    "walk_turn_left": turning_predicate("left", True),
    "walk_turn_right": turning_predicate("right", True),
    "kick": kick_predicate(None),
    "kick_left": kick_predicate("left"),
    "kick_right": kick_predicate("right"),
    "punch": punch_predicate(None),
    "punch_left": punch_predicate("left"),
    "punch_right": punch_predicate("right"),
    "dance": is_dancing,
    "sit_down": is_sitting_down,
    "sit": is_sitting,
    "stand_up": is_standing_up,
    "climb_up": climb_predicate(1),
    "climb_down": climb_predicate(-1),
    "idle": is_idle,
    "sidestep_left": sidestep_predicate("left"),
    "sidestep_right": sidestep_predicate("right"),
    "crouch": is_crouching,
    "wave": wave_predicate(None),
    "wave_left": wave_predicate("left"),
    "wave_right": wave_predicate("right"),
    "walk_wave": is_walking_and_waving,
    "clap": is_clapping,
    "bow": is_bowing,
    "raise_both": has_raised_arms,
    "crawl": is_crawling,
    **HAND_AND_HEAD_PREDICATES,
    **BODY_PREDICATES,
}
"""Predicates by name; a name with a side requires that side."""

_COMPATIBLE_GROUPS = (  # groups of predicates of which one may rightly hold for a motion of another
    ("walk", "walk_wave", "walk_slow", "walk_fast", "hands_low", "walk_hands_up", "walk_at_head", "walk_point",
     "zombie", "sad_walk", "stooped", "sneak", "carry"),
    ("carry", "hold"), ("belly", "clap", "palms", "crossed", "at_chest"),
    ("run", "sprint", "walk_fast"), ("walk_back", "look_down"),
    ("kick", "kick_left", "kick_right"), ("punch", "punch_left", "punch_right", "combo", "push"),
    ("sit", "sit_down", "crouch", "kneel", "lunge"),
    ("crouch", "crawl", "kneel", "lunge", "pick_up", "lie_down"), ("crawl", "lie_down"),
    ("wave", "wave_left", "wave_right", "walk_wave", "wave_2", "wave_3", "raise", "raise_left", "raise_right",
     "at_head", "at_head_left", "at_head_right", "wave_both", "stretch"),
    ("turn_left", "turn_right", "turn_around"), ("walk_turn_left", "walk_turn_right", "circle", "walk_slow"),
    ("raise", "raise_left", "raise_right", "salute", "salute_left", "salute_right", "at_head", "at_head_left",
     "at_head_right", "throw", "throw_left", "throw_right"),
    ("raise_both", "stretch", "wave_both", "jumping_jacks", "flap", "spread", "on_head", "walk_hands_up"),
    ("point", "point_left", "point_right", "beckon", "beckon_left", "beckon_right", "walk_point", "punch", "punch_left",
     "punch_right", "throw", "throw_left", "throw_right"),
    ("point_side_left", "point_side_right", "look_left", "look_right"),
    ("clap", "clap_3", "palms", "crossed", "at_chest", "at_chest_left", "at_chest_right", "at_face"),
    ("bow", "look_down", "knees", "pick_up"), ("on_head", "at_face"), ("jump", "jump_2", "jumping_jacks"),
    ("look_left", "look_right", "look_around", "shake_head"), ("at_chest", "at_chest_left", "at_chest_right"),
    ("dance", "wave", "wave_left", "wave_right", "clap", "wave_both", "palms", "look_down", "look_up", "look_left",
     "look_right", "look_around", "spread", "flap", "combo", "at_chest", "turn_around"),
)  # fmt: skip


def _have_opposite_sides(a: str, b: str) -> bool:
    """Return whether two names require opposite sides."""
    return {a.rpartition("_")[2], b.rpartition("_")[2]} == {"left", "right"}


COMPATIBLE_PREDICATES: dict[str, frozenset[str]] = {
    name: frozenset(
        n for group in _COMPATIBLE_GROUPS if name in group for n in group if not _have_opposite_sides(name, n)
    )
    - {name}
    for name in PREDICATES
}
"""For motions of each action: other predicates that may rightly hold; such pairs are no false accepts."""
