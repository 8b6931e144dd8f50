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
from ..data.joints import ANKLES, HEAD, NECK, OTHER_SIDE, PELVIS, SHOULDERS, SIDES, WRISTS
from .motion_metrics import Measured, swings
from .predicates_body import BODY_PREDICATES
from .predicates_gestures import HAND_AND_HEAD_PREDICATES

Predicate = Callable[[Measured], bool]


def _upright(m: Measured) -> bool:
    return bool(np.median(m.pelvis) > 0.72)


def _hops(m: Measured) -> int:
    return sum(1 for seconds, rise in m.flights if seconds >= 0.15 and rise > 0.14)


def walk(m: Measured) -> bool:
    """Return whether the character walks forward, about straight."""
    straight = abs(m.leftward) < 0.5 * m.ahead and abs(m.turn) < 60
    return 0.45 < m.ahead < 2.0 and straight and _upright(m) and _hops(m) < 2


def walk_back(m: Measured) -> bool:
    """Return whether the character walks backwards."""
    return m.ahead < -0.25 and abs(m.leftward) < 0.7 * -m.ahead and _upright(m)


def run(m: Measured) -> bool:
    """Return whether the character moves forward fast, with flight phases."""
    return m.ahead > 1.8 and len([s for s, _ in m.flights if s >= 0.05]) >= 2 and _upright(m)


def jump(m: Measured) -> bool:
    """Return whether both feet leave the ground and the body rises."""
    return _hops(m) >= 1 and abs(m.ahead) < 2.2 and abs(m.pelvis[-1] - m.pelvis[0]) < 0.35


def turning(side: str, moving: bool) -> Predicate:
    """Return a predicate: the heading changes to ``side``, on the spot or while moving."""

    def check(m: Measured) -> bool:
        turned = m.turn if side == "left" else -m.turn
        if moving:
            return turned > 35 and m.ahead > 0.3 and _upright(m)
        return turned > 45 and abs(m.ahead) < 0.45 and m.net < 1.2 and _upright(m) and _hops(m) == 0

    return check


def _kicks(m: Measured, side: str) -> bool:
    foot, other = m.local[:, ANKLES[side]], m.local[:, ANKLES[OTHER_SIDE[side]]]
    high = (foot[:, 1] > 0.42) & (other[:, 1] < 0.24)
    out = (foot[:, 2] > 0.3) | (
        np.abs(foot[:, 0]) > 0.4
    )  # forward or sideways; in running the heels are high behind
    fast = m.speeds[:, ANKLES[side]].max() > 2.0
    return bool(fast and np.any(high & out)) and m.net < 2.5


def kick(side: str | None) -> Predicate:
    """Return a predicate: a foot goes high and away from the body while the other stands; None: either foot."""

    def check(m: Measured) -> bool:
        if side is None:
            return _kicks(m, "left") or _kicks(m, "right")
        higher = m.at[:, ANKLES[side], 1].max() > m.at[:, ANKLES[OTHER_SIDE[side]], 1].max()
        return _kicks(m, side) and bool(higher)

    return check


def _thrust(m: Measured, side: str) -> float:
    """Return the speed (m/s) of stretching an arm forward at chest or head height; 0 if it does not reach far."""
    arm = m.local[:, WRISTS[side]] - m.local[:, SHOULDERS[side]]
    length = np.linalg.norm(arm, axis=-1)
    speed = np.diff(length) * m.fps
    wrist = m.local[1:, WRISTS[side]]
    good = (wrist[:, 1] > 0.95) & (wrist[:, 2] > 0.15)
    if not np.any((length[1:] > 0.38) & (wrist[:, 2] > 0.3)):
        return 0.0
    return float(np.where(good, speed, 0).max())


def punch(side: str | None) -> Predicate:
    """Return a predicate: an arm is stretched forward fast at chest or head height; None: either arm.

    The threshold separates recordings: 5 % of real punches are below 0.8 m/s (half below 1 to 2.3 m/s, by hand), 95 %
    of walks and waves below 0.55 m/s.
    """

    def check(m: Measured) -> bool:
        thrusts = {s: _thrust(m, s) for s in SIDES}
        if side is None:
            return max(thrusts.values()) > 0.9 and _upright(m)
        return thrusts[side] > 0.9 and thrusts[side] >= thrusts[OTHER_SIDE[side]] and _upright(m)

    return check


def dance(m: Measured) -> bool:
    """Return whether arms and feet keep moving while the character stays about where it is."""
    arms = m.speeds[:, list(WRISTS.values())].mean()
    world = np.linalg.norm(np.diff(m.at[:, list(ANKLES.values())], axis=0), axis=-1) * m.fps
    busy = [world[i : i + 20].mean() > 0.15 for i in range(0, max(1, len(world) - 10), 20)]
    stays = abs(m.ahead) < 0.7 and abs(m.leftward) < 0.35 and abs(m.pelvis[-1] - m.pelvis[0]) < 0.25
    return bool(arms > 0.35 and np.mean(busy) > 0.7 and stays and _hops(m) < 2 and _upright(m))


def sit_down(m: Measured) -> bool:
    """Return whether the character goes from standing to the height of a seat or lower, trunk upright at the end."""
    trunk = m.at[-1, NECK, 1] - m.at[-1, PELVIS, 1]
    return bool(m.pelvis[:4].max() - 0.2 > m.pelvis[-1] > 0.08 and m.pelvis[-1] < 0.72 and trunk > 0.3)


def sit(m: Measured) -> bool:
    """Return whether the character sits at the end, whether or not it stood before."""
    trunk = m.at[-1, NECK, 1] - m.at[-1, PELVIS, 1]
    return bool(0.08 < m.pelvis[-1] < 0.72 and trunk > 0.3 and m.net < 1.5)


def stand_up(m: Measured) -> bool:
    """Return whether the character goes from low to standing."""
    return bool(m.pelvis[:4].min() < 0.75 and m.pelvis[-1] > max(0.75, m.pelvis[:4].min() + 0.15))


def climb(sign: int) -> Predicate:
    """Return a predicate: pelvis and feet go up (1) or down (-1)."""

    def check(m: Measured) -> bool:
        rise = sign * float(m.pelvis[-1] - m.pelvis[0])
        feet = sign * float(m.feet[-4:].mean() - m.feet[:4].mean())
        return rise > 0.35 and feet > 0.3

    return check


def idle(m: Measured) -> bool:
    """Return whether the character stands and hardly moves."""
    hands = m.at[:, list(WRISTS.values()), 1].max() < 1.35
    return bool(
        m.net < 0.35 and abs(m.turn) < 30 and np.quantile(m.speeds, 0.9) < 0.45 and _upright(m) and hands
    )


def sidestep(side: str) -> Predicate:
    """Return a predicate: the character moves sideways without turning."""

    def check(m: Measured) -> bool:
        way = m.leftward if side == "left" else -m.leftward
        return way > 0.2 and abs(m.ahead) < 0.8 * way and abs(m.turn) < 50

    return check


def crouch(m: Measured) -> bool:
    """Return whether the pelvis goes low above the feet."""
    lowest = int(np.argmin(m.pelvis))
    return bool(
        m.pelvis[lowest] < 0.7 and m.feet[lowest].min() < 0.1 and m.pelvis.min() < m.pelvis.max() - 0.15
    )


def _waves(m: Measured, side: str) -> bool:
    wrist = m.local[:, WRISTS[side]]
    up = wrist[:, 1] > m.local[:, SHOULDERS[side], 1] + 0.02
    if up.mean() < 0.2:
        return False
    return swings((wrist[:, 0] - m.local[:, SHOULDERS[side], 0])[up], 0.05) >= 2


def wave(side: str | None) -> Predicate:
    """Return a predicate: a raised hand swings from side to side; None: either hand."""

    def check(m: Measured) -> bool:
        if side is not None:
            return (
                _waves(m, side)
                and m.at[:, WRISTS[side], 1].max() > m.at[:, WRISTS[OTHER_SIDE[side]], 1].max()
            )
        return _waves(m, "left") or _waves(m, "right")

    return check


def walk_wave(m: Measured) -> bool:
    """Return whether the character walks forward and waves."""
    return 0.3 < m.ahead < 2.0 and _upright(m) and wave(None)(m)


def clap(m: Measured) -> bool:
    """Return whether the hands meet repeatedly."""
    gap = np.linalg.norm(m.at[:, WRISTS["left"]] - m.at[:, WRISTS["right"]], axis=-1)
    meets = find_true_runs(gap < 0.24)
    return len(meets) >= 2 and float(gap.max()) > 0.26


def bow(m: Measured) -> bool:
    """Return whether the head goes down while the hips stay up."""
    lowest = int(np.argmin(m.at[:, HEAD, 1]))
    return bool(m.at[lowest, HEAD, 1] < 1.4 and m.pelvis[lowest] > 0.78 and _hops(m) == 0)


def raise_arms(m: Measured) -> bool:
    """Return whether both hands are above the head."""
    hands = m.at[:, list(WRISTS.values()), 1]
    return bool((hands.min(axis=1) > m.at[:, HEAD, 1]).sum() >= 4)


def crawl(m: Measured) -> bool:
    """Return whether the character moves with hips and neck low."""
    return bool(np.median(m.pelvis) < 0.7 and np.median(m.at[:, NECK, 1]) < 0.8 and m.net > 0.3)


PREDICATES: dict[str, Predicate] = {
    "walk": walk,
    "walk_back": walk_back,
    "run": run,
    "jump": jump,
    "turn_left": turning("left", False),
    "turn_right": turning("right", False),
    "walk_turn_left": turning("left", True),
    "walk_turn_right": turning("right", True),
    "kick": kick(None),
    "kick_left": kick("left"),
    "kick_right": kick("right"),
    "punch": punch(None),
    "punch_left": punch("left"),
    "punch_right": punch("right"),
    "dance": dance,
    "sit_down": sit_down,
    "sit": sit,
    "stand_up": stand_up,
    "climb_up": climb(1),
    "climb_down": climb(-1),
    "idle": idle,
    "sidestep_left": sidestep("left"),
    "sidestep_right": sidestep("right"),
    "crouch": crouch,
    "wave": wave(None),
    "wave_left": wave("left"),
    "wave_right": wave("right"),
    "walk_wave": walk_wave,
    "clap": clap,
    "bow": bow,
    "raise_both": raise_arms,
    "crawl": crawl,
    **HAND_AND_HEAD_PREDICATES,
    **BODY_PREDICATES,
}
"""Predicates by name; a name with a side requires that side."""

_SAME = (  # groups of predicates of which one may rightly hold for a motion of another
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


def _opposite(a: str, b: str) -> bool:
    """Return whether two names require opposite sides."""
    return {a.rpartition("_")[2], b.rpartition("_")[2]} == {"left", "right"}


MAY_ALSO: dict[str, frozenset[str]] = {
    name: frozenset(n for group in _SAME if name in group for n in group if not _opposite(name, n)) - {name}
    for name in PREDICATES
}
"""For motions of each action: other predicates that may rightly hold; such pairs are no false accepts."""
