# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a motion show the action? Measured on joints, without any model; made to be able to say no.

Metres, seconds, degrees; turning left is positive. Thresholds are for a body of the size of ``T_POSE``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..inference.embedded.features import headings
from ..motion import Motion
from ..motion.contacts import spans

Array = np.ndarray

_PELVIS, _NECK, _HEAD = 0, 12, 15
_ANKLES, _TOES = {"left": 7, "right": 8}, {"left": 10, "right": 11}
_WRISTS, _SHOULDERS = {"left": 20, "right": 21}, {"left": 16, "right": 17}
_OTHER = {"left": "right", "right": "left"}


@dataclass(frozen=True, eq=False)
class Measured:
    """What predicates ask about a motion."""

    motion: Motion

    @cached_property
    def at(self) -> Array:
        """Joint positions (T, 22, 3)."""
        return self.motion.positions

    @property
    def fps(self) -> float:
        """Frames a second."""
        return self.motion.fps

    @property
    def seconds(self) -> float:
        """Time from the first to the last frame."""
        return max(len(self.motion) - 1, 1) / self.fps

    @cached_property
    def yaw(self) -> Array:
        """Heading (T,), degrees, unwrapped."""
        return np.degrees(headings(self.at))

    @property
    def turn(self) -> float:
        """Heading change from start to end."""
        return float(self.yaw[-1] - self.yaw[0])

    @cached_property
    def local(self) -> Array:
        """Joint positions (T, 22, 3) around the pelvis with the heading taken out: x left, z ahead."""
        rel = self.at - self.at[:, :1] * np.array([1.0, 0.0, 1.0])
        yaw = np.radians(self.yaw)[:, None]
        cos, sin = np.cos(yaw), np.sin(yaw)
        x, z = rel[..., 0] * cos - rel[..., 2] * sin, rel[..., 0] * sin + rel[..., 2] * cos
        return np.stack([x, rel[..., 1], z], axis=-1)

    @cached_property
    def _drift(self) -> Array:
        """Pelvis steps (T - 1, 2) to the left and ahead, as the character faces."""
        step = np.diff(self.at[:, _PELVIS], axis=0)
        yaw = np.radians(self.yaw[:-1])
        return np.stack(
            [
                step[:, 0] * np.cos(yaw) - step[:, 2] * np.sin(yaw),
                step[:, 0] * np.sin(yaw) + step[:, 2] * np.cos(yaw),
            ],
            axis=-1,
        )

    @property
    def ahead(self) -> float:
        """Metres a second ahead (negative: backwards)."""
        return float(self._drift[:, 1].sum() / self.seconds)

    @property
    def leftward(self) -> float:
        """Metres a second to the left."""
        return float(self._drift[:, 0].sum() / self.seconds)

    @property
    def net(self) -> float:
        """Metres on the ground between the first and the last place."""
        return float(np.linalg.norm((self.at[-1] - self.at[0])[_PELVIS, [0, 2]]))

    @property
    def pelvis(self) -> Array:
        """Height (T,) of the pelvis."""
        return self.at[:, _PELVIS, 1]

    @cached_property
    def speeds(self) -> Array:
        """Speeds (T - 1, 22) of the joints in the frame of the body."""
        return np.linalg.norm(np.diff(self.local, axis=0), axis=-1) * self.fps

    @cached_property
    def feet(self) -> Array:
        """Heights (T, 2) of the left and right foot over where they stand: the lower of heel and toe."""
        ankles = self.at[:, [7, 8], 1] - 0.08
        return np.minimum(ankles, self.at[:, [10, 11], 1] - 0.02)

    @cached_property
    def flights(self) -> list[tuple[float, float]]:
        """(seconds, rise of the pelvis above its lowest point half a second around) of phases off the ground."""
        low = self.feet.min(axis=1)
        ground = np.array([low[max(0, i - 12) : i + 13].min() for i in range(len(low))])
        up = low - ground > 0.05
        out = []
        for first, last in spans(up):
            around = self.pelvis[max(0, first - 8) : last + 8]
            out.append(((last - first) / self.fps, float(self.pelvis[first:last].max() - around.min())))
        return out


Predicate = Callable[[Measured], bool]


def _upright(m: Measured) -> bool:
    return bool(np.median(m.pelvis) > 0.72)


def _hops(m: Measured) -> int:
    return sum(1 for seconds, rise in m.flights if seconds >= 0.15 and rise > 0.14)


def walk(m: Measured) -> bool:
    """Goes ahead on foot, about straight."""
    straight = abs(m.leftward) < 0.5 * m.ahead and abs(m.turn) < 60
    return 0.45 < m.ahead < 2.0 and straight and _upright(m) and _hops(m) < 2


def walk_back(m: Measured) -> bool:
    """Goes backwards on foot."""
    return m.ahead < -0.25 and abs(m.leftward) < 0.7 * -m.ahead and _upright(m)


def run(m: Measured) -> bool:
    """Goes ahead fast, with strides off the ground."""
    return m.ahead > 1.8 and len([s for s, _ in m.flights if s >= 0.05]) >= 2 and _upright(m)


def jump(m: Measured) -> bool:
    """Both feet leave the ground for a while and the body rises."""
    return _hops(m) >= 1 and abs(m.ahead) < 2.2 and abs(m.pelvis[-1] - m.pelvis[0]) < 0.35


def turning(side: str, moving: bool) -> Predicate:
    """Heading changes to ``side``: on the spot, or on the way."""

    def check(m: Measured) -> bool:
        turned = m.turn if side == "left" else -m.turn
        if moving:
            return turned > 35 and m.ahead > 0.3 and _upright(m)
        return turned > 45 and abs(m.ahead) < 0.45 and m.net < 1.2 and _upright(m) and _hops(m) == 0

    return check


def _kicks(m: Measured, side: str) -> bool:
    foot, other = m.local[:, _ANKLES[side]], m.local[:, _ANKLES[_OTHER[side]]]
    high = (foot[:, 1] > 0.42) & (other[:, 1] < 0.24)
    out = (foot[:, 2] > 0.3) | (np.abs(foot[:, 0]) > 0.4)  # ahead or aside: heels fly up behind in running
    fast = m.speeds[:, _ANKLES[side]].max() > 2.0
    return bool(fast and np.any(high & out)) and m.net < 2.5


def kick(side: str | None) -> Predicate:
    """A foot goes high and away from the body while the other stands."""

    def check(m: Measured) -> bool:
        if side is None:
            return _kicks(m, "left") or _kicks(m, "right")
        higher = m.at[:, _ANKLES[side], 1].max() > m.at[:, _ANKLES[_OTHER[side]], 1].max()
        return _kicks(m, side) and bool(higher)

    return check


def _thrust(m: Measured, side: str) -> float:
    """Fastest stretch of an arm (m/s, wrist from shoulder), at chest or head height, if it reaches far ahead."""
    arm = m.local[:, _WRISTS[side]] - m.local[:, _SHOULDERS[side]]
    length = np.linalg.norm(arm, axis=-1)
    speed = np.diff(length) * m.fps
    wrist = m.local[1:, _WRISTS[side]]
    good = (wrist[:, 1] > 0.95) & (wrist[:, 2] > 0.15)
    if not np.any((length[1:] > 0.38) & (wrist[:, 2] > 0.3)):
        return 0.0
    return float(np.where(good, speed, 0).max())


def punch(side: str | None) -> Predicate:
    """An arm shoots out ahead at the height of the chest or head.

    The bound lies between the recordings: some real punches are slower (5 % below 0.8 m/s, half below 1 to 2.3 m/s by
    hand), 95 % of walks and waves stay below 0.55 m/s.
    """

    def check(m: Measured) -> bool:
        thrusts = {s: _thrust(m, s) for s in ("left", "right")}
        if side is None:
            return max(thrusts.values()) > 0.9 and _upright(m)
        return thrusts[side] > 0.9 and thrusts[side] >= thrusts[_OTHER[side]] and _upright(m)

    return check


def dance(m: Measured) -> bool:
    """Arms, feet and hips keep moving, without going anywhere in particular."""
    arms = m.speeds[:, [20, 21]].mean()
    world = np.linalg.norm(np.diff(m.at[:, [7, 8]], axis=0), axis=-1) * m.fps
    busy = [world[i : i + 20].mean() > 0.15 for i in range(0, max(1, len(world) - 10), 20)]
    stays = abs(m.ahead) < 0.7 and abs(m.leftward) < 0.35 and abs(m.pelvis[-1] - m.pelvis[0]) < 0.25
    return bool(arms > 0.35 and np.mean(busy) > 0.7 and stays and _hops(m) < 2 and _upright(m))


def sit_down(m: Measured) -> bool:
    """From standing to the height of a seat or lower, trunk upright at the end."""
    trunk = m.at[-1, _NECK, 1] - m.at[-1, _PELVIS, 1]
    return bool(m.pelvis[:4].max() - 0.2 > m.pelvis[-1] > 0.08 and m.pelvis[-1] < 0.72 and trunk > 0.3)


def sit(m: Measured) -> bool:
    """Sits, whether or not it stood before."""
    trunk = m.at[-1, _NECK, 1] - m.at[-1, _PELVIS, 1]
    return bool(0.08 < m.pelvis[-1] < 0.72 and trunk > 0.3 and m.net < 1.5)


def stand_up(m: Measured) -> bool:
    """From low to standing."""
    return bool(m.pelvis[:4].min() < 0.75 and m.pelvis[-1] > max(0.75, m.pelvis[:4].min() + 0.15))


def climb(sign: int) -> Predicate:
    """The body is carried up (1) or down (-1) by steps, feet and all."""

    def check(m: Measured) -> bool:
        rise = sign * float(m.pelvis[-1] - m.pelvis[0])
        feet = sign * float(m.feet[-4:].mean() - m.feet[:4].mean())
        return rise > 0.35 and feet > 0.3

    return check


def idle(m: Measured) -> bool:
    """Stands, and little else."""
    hands = m.at[:, [20, 21], 1].max() < 1.35
    return bool(
        m.net < 0.35 and abs(m.turn) < 30 and np.quantile(m.speeds, 0.9) < 0.45 and _upright(m) and hands
    )


def sidestep(side: str) -> Predicate:
    """Goes sideways, facing ahead."""

    def check(m: Measured) -> bool:
        way = m.leftward if side == "left" else -m.leftward
        return way > 0.2 and abs(m.ahead) < 0.8 * way and abs(m.turn) < 50

    return check


def crouch(m: Measured) -> bool:
    """Goes low over the feet."""
    lowest = int(np.argmin(m.pelvis))
    return bool(
        m.pelvis[lowest] < 0.7 and m.feet[lowest].min() < 0.1 and m.pelvis.min() < m.pelvis.max() - 0.15
    )


def _waves(m: Measured, side: str) -> bool:
    wrist = m.local[:, _WRISTS[side]]
    up = wrist[:, 1] > m.local[:, _SHOULDERS[side], 1] + 0.02
    if up.mean() < 0.2:
        return False
    x = wrist[:, 0] - m.local[:, _SHOULDERS[side], 0]
    turns, last, heading = 0, float(x[up][0]), 0
    for value in x[up]:
        if abs(value - last) > 0.05:
            now = 1 if value > last else -1
            turns += heading not in (0, now)
            heading, last = now, float(value)
        elif (value - last) * heading > 0:
            last = float(value)
    return turns >= 2


def wave(side: str | None) -> Predicate:
    """A raised hand swings from side to side."""

    def check(m: Measured) -> bool:
        if side is not None:
            return (
                _waves(m, side) and m.at[:, _WRISTS[side], 1].max() > m.at[:, _WRISTS[_OTHER[side]], 1].max()
            )
        return _waves(m, "left") or _waves(m, "right")

    return check


def walk_wave(m: Measured) -> bool:
    """Walks ahead and waves on the way."""
    return 0.3 < m.ahead < 2.0 and _upright(m) and wave(None)(m)


def clap(m: Measured) -> bool:
    """Hands meet again and again."""
    gap = np.linalg.norm(m.at[:, 20] - m.at[:, 21], axis=-1)
    meets = spans(gap < 0.24)
    return len(meets) >= 2 and float(gap.max()) > 0.26


def bow(m: Measured) -> bool:
    """The head goes down while the hips stay up."""
    lowest = int(np.argmin(m.at[:, _HEAD, 1]))
    return bool(m.at[lowest, _HEAD, 1] < 1.4 and m.pelvis[lowest] > 0.78 and _hops(m) == 0)


def raise_arms(m: Measured) -> bool:
    """Both hands above the head."""
    return bool(((m.at[:, 20, 1] > m.at[:, _HEAD, 1]) & (m.at[:, 21, 1] > m.at[:, _HEAD, 1])).sum() >= 4)


def crawl(m: Measured) -> bool:
    """Goes ahead low, trunk lying."""
    return bool(np.median(m.pelvis) < 0.7 and np.median(m.at[:, _NECK, 1]) < 0.8 and m.net > 0.3)


PREDICATES: dict[str, Predicate] = {
    "walk": walk, "walk_back": walk_back, "run": run, "jump": jump,
    "turn_left": turning("left", False), "turn_right": turning("right", False),
    "walk_turn_left": turning("left", True), "walk_turn_right": turning("right", True),
    "kick": kick(None), "kick_left": kick("left"), "kick_right": kick("right"),
    "punch": punch(None), "punch_left": punch("left"), "punch_right": punch("right"),
    "dance": dance, "sit_down": sit_down, "sit": sit, "stand_up": stand_up,
    "climb_up": climb(1), "climb_down": climb(-1), "idle": idle,
    "sidestep_left": sidestep("left"), "sidestep_right": sidestep("right"), "crouch": crouch,
    "wave": wave(None), "wave_left": wave("left"), "wave_right": wave("right"), "walk_wave": walk_wave,
    "clap": clap, "bow": bow, "raise_both": raise_arms, "crawl": crawl,
}  # fmt: skip
"""Predicates by name; a name with a side demands the side."""

MAY_ALSO: dict[str, frozenset[str]] = {
    "walk": frozenset({"walk_wave"}),
    "walk_wave": frozenset({"wave", "walk", "wave_left", "wave_right"}),
    "kick": frozenset({"kick_left", "kick_right"}), "kick_left": frozenset({"kick"}), "kick_right": frozenset({"kick"}),
    "punch": frozenset({"punch_left", "punch_right"}),
    "punch_left": frozenset({"punch"}), "punch_right": frozenset({"punch"}),
    "sit": frozenset({"sit_down"}), "sit_down": frozenset({"sit", "crouch"}),
    "crouch": frozenset({"sit_down", "sit", "crawl"}),
    "wave_left": frozenset({"wave", "walk_wave"}), "wave_right": frozenset({"wave", "walk_wave"}),
    "wave": frozenset({"wave_left", "wave_right", "walk_wave"}),
    "stand_up": frozenset(), "dance": frozenset({"wave", "clap"}),
}  # fmt: skip
"""For motions of each action: other predicates that may rightly hold; such pairs are no false accepts."""
