# SPDX-License-Identifier: GPL-3.0-or-later
"""``KeySheet``: the key poses of a motion of the whole body, by channel, and the curves between them.

The facing frame has +X to the character's left, +Y up, +Z forward, and its origin on the floor below the pelvis of the
first frame. A channel without a key at a time has a free curve there; one without any key stays as the body stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ....motion.layers.body_joints import OTHER_SIDE, SIDES
from ....motion.layers.motion_layer import minimum_jerk
from ....motion.rotations import Array, normalise
from ..gesture_timing import Rng

CHANNELS = {
    "pelvis": 3,  # metres from where it stands: left, up, forward
    "turn": 3,  # degrees of the pelvis: forward, left side up, to the left
    "trunk": 3,  # degrees: forward, to the right, twisted to the left
    "head": 2,  # degrees: down, to the left
    "left_foot": 5,  # metres from where it stands: left, up, forward; degrees: to the left, heel up
    "right_foot": 5,
    "left_leg": 5,  # degrees from the pelvis: thigh forward, outward, toes outward; knee bent; toes down
    "right_leg": 5,
    "left_arm": 6,  # directions of upper arm and forearm: outward, up, forward each
    "right_arm": 6,
    "left_hand": 3,  # metres: left, height over the floor, forward
    "right_hand": 3,
}
"""Channels of a key pose with the number of their values."""

_NEGATED = {"pelvis": (0,), "turn": (1, 2), "trunk": (1, 2), "head": (1,), "foot": (0, 3), "hand": (0,)}
"""Values of a channel that change their sign in a mirror."""

_PASSING = 0.8 * np.array([0.75, 0.0, 0.65, 0.5, 0.1, 0.85])
"""Directions of an arm on its way between opposite ones: outward, up, forward."""
_ARM_RAMP = 0.25  # seconds
_BINOMIAL = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16.0
_SOFTNESS, _LARGEST_SOFTNESS = 0.3, 0.06
"""Seconds over which a motion is smoothed for each share of its time that it is shortened by, and at most."""

Values = tuple[float, ...]


@dataclass(frozen=True)
class Key:
    """Values of channels at a time in seconds; None: as the body stands."""

    time: float
    values: Mapping[str, Values | None]


def key(time: float, **values: Values | None) -> Key:
    """Return a key pose: channels by name. "feet", "legs", "arms" and "hands" set both sides alike."""
    out: dict[str, Values | None] = {}
    for name, value in values.items():
        both = {"feet": "foot", "legs": "leg", "arms": "arm", "hands": "hand"}.get(name)
        if both is None:
            out[name] = value
            continue
        for side in SIDES:
            mirrored = value if side == "left" or value is None else _mirror_values(both, value)
            out[f"{side}_{both}"] = mirrored
    return Key(time, out)


def merge_keys(keys: Iterable[Key]) -> list[Key]:
    """Return keys of several channels in the order of their times."""
    return sorted(keys, key=lambda k: k.time)


def _mirror_values(kind: str, values: Values) -> Values:
    negated = _NEGATED.get(kind, ())
    return tuple(-v if i in negated else v for i, v in enumerate(values))


def _mirror_key(pose: Key) -> Key:
    out: dict[str, Values | None] = {}
    for name, value in pose.values.items():
        side, _, kind = name.partition("_")
        mirrored = f"{OTHER_SIDE[side]}_{kind}" if kind else name
        out[mirrored] = None if value is None else _mirror_values(kind or name, value)
    return Key(pose.time, out)


@dataclass
class KeySheet:
    """The key poses of a motion.

    Attributes
    ----------
    keys
        In ascending order of time.
    flights
        Begin and duration in seconds of free flights of the whole body.
    chest_arms
        Whether directions of arms are relative to the chest, as for a body that lies; else to the facing frame.
    resting
        Begin and end in seconds of the time in which the lowest part of the body lies on the floor.
    opens, closes
        Whether the motion is in its first pose at the first frame, and in its last one at the last frame; else it comes
        from standing, and goes back to it.
    elbows
        Direction in which the elbows of hands with a target point: outward, up, forward.
    slides
        Whether feet may slide on the floor, as skates do.
    heading
        Degrees to the left by which the body has turned at the end.
    stays_up
        Whether the body stays as high as it got, as on a ladder.
    softness
        Seconds over which curves are smoothed (a standard deviation).
    """

    keys: list[Key] = field(default_factory=list)
    flights: list[tuple[float, float]] = field(default_factory=list)
    chest_arms: bool = False
    resting: tuple[float, float] | None = None
    opens: bool = False
    closes: bool = False
    elbows: tuple[float, float, float] = (0.6, -0.2, -0.8)
    slides: bool = False
    heading: float = 0.0
    stays_up: bool = False
    softness: float = 0.0

    def mirror(self) -> KeySheet:
        """Return the motion with left and right exchanged."""
        return replace(self, keys=[_mirror_key(k) for k in self.keys], heading=-self.heading)

    def stretch(self, factor: float) -> KeySheet:
        """Return the motion ``factor`` times as long; flights keep their length, as gravity does not change."""
        flights = [(begin * factor, seconds) for begin, seconds in self.flights]
        resting = None if self.resting is None else (self.resting[0] * factor, self.resting[1] * factor)
        keys = [Key(k.time * factor, k.values) for k in self.keys]
        # repeats that are squeezed into less time swing from key to key with the jerk of one over the factor cubed
        softness = min(_LARGEST_SOFTNESS, _SOFTNESS * max(0.0, 1.0 - factor))
        return replace(self, keys=keys, flights=flights, resting=resting, softness=softness)

    def curve(self, channel: str, times: Array) -> tuple[Array, Array]:
        """Return the values (T, D) of a channel at ``times`` (T,), and how far (T,) it is set, 0 to 1."""
        size = CHANNELS[channel]
        given = self._collect(channel)
        if not given:
            return np.zeros((len(times), size)), np.zeros(len(times))
        at = np.array([time for time, _ in given])
        isset = np.array([0.0 if v is None else 1.0 for _, v in given])
        filled = _fill_gaps([None if v is None else np.asarray(v, float) for _, v in given], size)
        zeroed = np.stack([f if s else 0.0 * f for f, s in zip(filled, isset, strict=True)])
        # what is an offset from standing returns to 0; what is a direction or a place fades out
        values = (
            zeroed if channel in ("pelvis", "turn", "trunk", "head") or channel.endswith("foot") else filled
        )
        return self._interpolate(times, at, values), interpolate_monotone(times, at, isset[:, None])[:, 0]

    def _interpolate(self, times: Array, at: Array, values: Array) -> Array:
        """Interpolate values (K, D) between keys, smoothed by a binomial kernel."""
        if self.softness < 0.005:
            return interpolate_monotone(times, at, values)
        near = [interpolate_monotone(times + k * self.softness, at, values) for k in range(-2, 3)]
        return np.tensordot(_BINOMIAL, np.stack(near), axes=1)

    def _collect(self, channel: str) -> list[tuple[float, Values | None]]:
        """Return the keys of a channel, with those from and to standing."""
        given = [(k.time, k.values[channel]) for k in self.keys if channel in k.values]
        if not given:
            return []
        begin, end = self.keys[0].time, self.keys[-1].time
        if not self.opens and given[0][0] > begin:
            given.insert(0, (begin, None))
        stays = channel == "pelvis" or channel.endswith("foot")  # the body stays where it went
        if not self.closes and not stays and given[-1][1] is not None and given[-1][0] < end:
            given.append((end, None))
        return given

    def arm_curve(self, side: str, times: Array, hanging: Array) -> tuple[Array, Array]:
        """Return directions (T, 6) of an arm, and how far (T,) they are set.

        ``hanging`` (6,): of the arm as it is, outward, up and forward. Between opposite directions the arm passes in
        front and outside of the body.
        """
        given = self._collect(f"{side}_arm")
        if not given:
            return np.zeros((len(times), 6)), np.zeros(len(times))
        at = [time for time, _ in given]
        keys = [_unit_directions(hanging if v is None else np.asarray(v, float)) for _, v in given]
        through = [(at[0], keys[0])]
        for (t0, a), (t1, b) in pairwise(zip(at, keys, strict=True)):
            if a[:3] @ b[:3] < 0.1 or a[3:] @ b[3:] < -0.3:
                through.append((0.5 * (t0 + t1), _unit_directions(_unit_directions(a + b + 1e-3) + _PASSING)))
            through.append((t1, b))
        values = self._interpolate(
            times, np.array([t for t, _ in through]), np.stack([v for _, v in through])
        )
        weight = np.ones(len(times))
        if given[0][1] is None:
            weight *= minimum_jerk((times - at[0]) / _ARM_RAMP)
        if given[-1][1] is None:
            weight *= 1.0 - minimum_jerk((times - at[-1]) / _ARM_RAMP + 1.0)
        return values, weight


def _unit_directions(directions: Array) -> Array:
    """Return the two directions (6,) of an arm with the length 1 each."""
    return np.concatenate([normalise(directions[:3]), normalise(directions[3:])])


def _fill_gaps(values: list[Array | None], size: int) -> Array:
    """Return values (K, D) with None replaced by the nearest value before it, else behind it."""
    out: list[Array | None] = list(values)
    for order in (range(1, len(out)), range(len(out) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for i in order:
            if out[i] is None:
                out[i] = out[i + step]
    return np.stack([np.zeros(size) if v is None else v for v in out])


def interpolate_monotone(times: Array, at: Array, values: Array) -> Array:
    """Interpolate values (K, D) between keys ``at`` (K,) by cubics that never leave the range of their two keys.

    The slope at a key is the harmonic mean of those beside it, and 0 at turning points and at both ends (Fritsch and
    Carlson, 1980): the body flows through intermediate keys and is at rest where keys repeat.
    """
    if len(at) == 1:
        return np.repeat(values, len(times), axis=0)
    h = np.maximum(np.diff(at), 1e-6)
    d = np.diff(values, axis=0) / h[:, None]
    slopes = np.zeros_like(values)
    if len(at) > 2:
        same = d[:-1] * d[1:] > 0.0
        w1, w2 = (2 * h[1:] + h[:-1])[:, None], (h[1:] + 2 * h[:-1])[:, None]
        safe = np.where(same, w1 / np.where(same, d[:-1], 1.0) + w2 / np.where(same, d[1:], 1.0), 1.0)
        slopes[1:-1] = np.where(same, (w1 + w2) / safe, 0.0)
    k = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(h) - 1)
    x = np.clip((times - at[k]) / h[k], 0.0, 1.0)[:, None]
    a, b, m, n = values[k], values[k + 1], slopes[k] * h[k][:, None], slopes[k + 1] * h[k][:, None]
    cubic = (2 * x**3 - 3 * x**2 + 1) * a + (x**3 - 2 * x**2 + x) * m
    return np.asarray(cubic + (3 * x**2 - 2 * x**3) * b + (x**3 - x**2) * n)


@dataclass(frozen=True)
class Task:
    """What a motion is asked for.

    Attributes
    ----------
    rng
        Draws the details.
    seconds
        Of the segment.
    count
        How often; None: as often as there is time for.
    way
        "forward", "backward", "left", "right" or None. For a mirrored motion left and right are exchanged.
    begins, ends
        Whether the motion begins, and whether it ends, with this segment.
    """

    rng: Rng
    seconds: float
    count: int | None = None
    way: str | None = None
    begins: bool = False
    ends: bool = False

    def vary(self, share: float = 0.07) -> float:
        """Return a factor around 1 that differs by up to ``share``."""
        return float(self.rng.uniform(1.0 - share, 1.0 + share))

    def choose_count(self, period: float, around: float) -> int:
        """Return the count that is asked for, or how many periods fit beside ``around`` seconds."""
        return self.count or max(1, int((self.seconds - around) / period + 0.15))
