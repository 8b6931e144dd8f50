# SPDX-License-Identifier: GPL-3.0-or-later
"""Key reduction: few keys instead of one per frame, with the whole body within millimetres and degrees.

The error is that of the body: forward kinematics of the curves as Blender evaluates them, compared with that of all
keys at every frame. First whole poses are removed where the tolerance allows; bones that are keyed at the same frames
have similar errors, which do not add up along a chain. Where a joint or a bone then exceeds the tolerance, the bone
above it with the largest error gets a further key. Finally keys of single bones are removed where the tolerance allows.
All channels of a bone share their keys. Frames at which a limb reverses its movement keep their keys, and required
frames keep them with their exact values.

Related to Ramer, Douglas and Peucker's curve simplification (1972, 1973), for C1 cubics and a body.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..rig import Rig
from ..rotations import Array, angle_between
from .bone_tracks import BoneTrack, Chain, to_rotation
from .handles import Fit, Mask, Segments, fit, flatten, own_slopes, play

_SHARE = 0.75
"""Fraction of the tolerance at the far end of its chain that is the tolerance of a bone's channels."""

_POSE = 2.2
"""Tolerances by which the body may deviate with whole poses alone, before single bones get further keys."""

_ROUNDS = 12
_SWEEPS = (2, 3, 4, 5)
"""Every second key of a bone is tried together in the first sweep, every third in the next, and so on: keys that can't
be removed together may be removable in smaller groups."""

_TURN_BACK = 6.0
"""Tolerances by which a bone has to reverse its movement for the turning point to keep its key."""


@dataclass(frozen=True)
class Tolerance:
    """Largest error of joint positions and bone rotations relative to all keys; millimetres are those of an adult."""

    millimetres: float = 5.0
    degrees: float = 1.0


@dataclass(frozen=True, eq=False)
class ReducedTrack:
    """The keys of one bone.

    Attributes
    ----------
    bone : name of the bone
    frames : (K,) frames from the first frame of the track
    rotation, rotation_slopes : (K, C) values and slopes per frame, or None if it is not keyed
    location, location_slopes : (K, 3) values and slopes per frame, or None if it is not keyed
    """

    bone: str
    frames: np.ndarray[Any, np.dtype[np.int_]]
    rotation: Array | None = None
    rotation_slopes: Array | None = None
    location: Array | None = None
    location_slopes: Array | None = None


def reduce_keys(
    tracks: Sequence[BoneTrack],
    rig: Rig,
    follows: Mapping[str, str] | None = None,
    tolerance: Tolerance | None = None,
    kept: Mapping[str, Collection[int]] | None = None,
    size: float = 1.0,
) -> list[ReducedTrack]:
    """Reduce the keys of all ``tracks``, which have one value per frame and are equally long.

    Parameters
    ----------
    tracks : dense channels of the keyed bones
    rig : the rig
    parent_overrides : bone name to the bone that moves it, for bones of mechanisms
    tolerance : largest error
    kept_frames : bone name to frames, from the first one, that keep their keys, such as the start of a contact
    body_size : size of the rig at rest as a factor of an adult
    """
    if not tracks:
        return []
    frames = len(tracks[0])
    if frames < 3:
        return [_all_of(track) for track in tracks]
    search = _Search(tracks, rig, follows or {}, tolerance or Tolerance(), size)
    search.keep(kept or {})
    search.reduce()
    return search.result()


class _Search:
    """Search for the keys ``keyed`` (B, T) whose curves keep the body within the tolerance."""

    def __init__(
        self,
        tracks: Sequence[BoneTrack],
        rig: Rig,
        follows: Mapping[str, str],
        tolerance: Tolerance,
        size: float,
    ) -> None:
        self.tracks = tracks
        self.chain = Chain(rig, [track.bone for track in tracks], follows)
        frames = len(tracks[0])
        self.values = np.zeros((len(tracks), frames, 7))
        for b, track in enumerate(tracks):
            if track.rotation is not None:
                self.values[b, :, : track.rotation.shape[1]] = track.rotation
            if track.location is not None:
                self.values[b, :, 4:] = track.location
        self._modes: dict[str, list[int]] = {}
        for b, track in enumerate(tracks):
            if track.rotation is not None:
                self._modes.setdefault(track.mode, []).append(b)
        self.metre = 0.001 * tolerance.millimetres * size
        self.radian = float(np.radians(tolerance.degrees))
        self.rotations = self._rotations(self.values)
        self.turns, self.places = self.chain.play(self.rotations, self.values[..., 4:])
        self._last: Fit | None = None
        self._shown: Fit = (self.values, own_slopes(self.values))
        self.unit = rig.unit
        self.may_turn = np.minimum(
            _SHARE * self.radian, _SHARE * self.metre / np.maximum(self.chain.reach, 1e-6)
        )
        self.may_shift = np.full(len(tracks), _SHARE * self.metre)
        self.keyed = np.zeros((len(tracks), frames), dtype=bool)
        self.keyed[:, [0, -1]] = True
        self.fixed = self.keyed.copy()
        self.kept = self.keyed.copy()

    # keys that stay

    def keep(self, kept: Mapping[str, Collection[int]]) -> None:
        """Fix the keys of the given frames and those at which a bone reverses its movement by much."""
        for b, track in enumerate(self.tracks):
            asked = [f for f in kept.get(track.bone, ()) if 0 <= f < self.keyed.shape[1]]
            self.fixed[b, asked] = True
            self.kept[b, self._turning_points(b)] = True
        self.kept |= self.fixed
        self.keyed |= self.kept

    def _turning_points(self, b: int) -> list[int]:
        """Return the frames at which the rotation and location channels that move most reverse."""
        ranges = np.ptp(self.values[b], axis=0)
        turn, shift = int(np.argmax(ranges[:4])), 4 + int(np.argmax(ranges[4:]))
        per_radian = 0.5 if self.tracks[b].mode == "QUATERNION" else 1.0
        found = turning_points(self.values[b, :, turn], _TURN_BACK * per_radian * self.radian)
        return found + turning_points(self.values[b, :, shift], _TURN_BACK * self.metre / self.unit)

    # searching

    def reduce(self) -> None:
        """Choose poses of the whole body, add the keys that single bones need, then remove those they do not need."""
        self._pose()
        self._add()
        for part in _SWEEPS:
            self._thin(part)
            self._add()

    def _pose(self) -> None:
        """Choose few frames at which the whole body is keyed, by joining segments while the tolerance allows."""
        self.keyed[:] = True
        poses = np.ones(self.keyed.shape[1], dtype=bool)
        ends = np.zeros_like(poses)
        ends[[0, -1]] = True
        idle = 0
        for sweep in range(12):
            number = np.cumsum(poses)
            without = poses & ~ends & (number % 2 == sweep % 2)
            trial = poses & ~without
            cut = Segments(trial[None])
            error = self._errors(trial | self.kept)
            fits = (cut.maxima(np.max(error, axis=1)) <= _POSE)[cut.of]
            gone = without & fits
            poses &= ~gone
            idle = 0 if gone.any() else idle + 1
            if idle == 2:
                break
        self.keyed = poses | self.kept

    def _add(self) -> None:
        """Add keys until the body is within the tolerance at all frames; keep the fit that was accepted."""
        frames = self.keyed.shape[1]
        for step in range(_ROUNDS + frames):
            self._shown = self._fitted(self.keyed)
            played = play(*self._shown, self.keyed)
            rotations = self._rotations(played)
            error = self._errors_of(played, rotations)
            bad = np.any(error > 1.0, axis=1)
            if not bad.any():
                return
            asked = self._blame(played, rotations, error)
            # a key whose own frame exceeds the tolerance gets the motion's own value
            stray = self.keyed & ~self.fixed & (asked > 1.0)
            self.fixed |= stray
            asked[self.keyed] = 0.0
            worst = _Worst(asked, self.keyed)
            if worst.any and step < _ROUNDS:
                u = Segments(self.keyed).share.reshape(asked.shape)
                self.keyed |= worst.frames(asked * (0.1 + u * (1 - u)))
            elif step >= _ROUNDS or not stray.any():
                # with the own values of all bones a frame is exact
                self.keyed[:, bad] = True
                self.fixed[:, bad] = True

    def _blame(self, played: Array, rotations: Array, error: Array) -> Array:
        """Attribute errors above the tolerance (B, T), each to the bone above it with the largest error of its own.

        ``curves`` (B, T, 7) and their ``rotations`` (B, T, 4); ``error`` (T, 2 B) as ``_errors_of_curves`` returns it.
        """
        bones = len(self.tracks)
        own = angle_between(rotations, self.rotations).T
        shifted = self.unit * np.linalg.norm((played - self.values)[..., 4:], axis=-1).T
        asked = np.zeros((len(own), bones))
        for column in np.flatnonzero(np.any(error > 1.0, axis=0)):
            rows = np.flatnonzero(error[:, column] > 1.0)
            if column < bones:
                lever = np.linalg.norm(self.places[column, rows] - self.places[:, rows], axis=-1).T
                share, above = own[rows] * lever + shifted[rows], self.chain.above[column]
            else:
                share, above = own[rows], self.chain.above[column - bones]
            culprit = np.argmax(np.where(above, share, -1.0), axis=1)
            np.maximum.at(asked, (rows, culprit), error[rows, column])
        return asked.T

    def _thin(self, part: int) -> None:
        """Remove keys of single bones, every ``part``-th together, wherever the body stays within the tolerance."""
        for level in self._levels:
            for turn in range(part):
                number = np.cumsum(self.keyed, axis=1)
                without = self.keyed & ~self.kept & ~self.fixed & (number % part == turn)
                without &= level[:, None]
                if not without.any():
                    continue
                trial = self.keyed & ~without
                error = self._errors(trial)
                cut = Segments(trial)
                # the bone and all bones below it
                own = np.zeros(trial.shape)
                for b in np.flatnonzero(level):
                    carried = self.chain.above[:, b]
                    columns = np.tile(carried, 2)
                    own[b] = np.max(error[:, columns], axis=1)
                worst = cut.maxima(own.ravel())
                taken = without & (worst <= 1.0)[cut.of].reshape(trial.shape)
                self.keyed &= ~taken

    @cached_property
    def _levels(self) -> list[Mask]:
        """(B,) masks of bones at equal depth, the deepest first."""
        depth = self.chain.above.sum(axis=1)
        return [depth == d for d in sorted(set(depth.tolist()), reverse=True)]

    def _errors(self, keyed: Mask) -> Array:
        """Return the errors (T, 2 B) of head positions, then of rotations, as multiples of the tolerance."""
        played = self._played(keyed)
        return self._errors_of(played, self._rotations(played))

    def _errors_of(self, played: Array, rotations: Array) -> Array:
        turns, places = self.chain.play(rotations, played[..., 4:])
        off = np.linalg.norm(places - self.places, axis=-1) / self.metre
        turned = angle_between(turns, self.turns) / self.radian
        return np.concatenate([off, turned]).T

    # measuring

    @cached_property
    def allowed(self) -> Array:
        """(B, C) tolerance of each channel."""
        turn = np.array([0.5 if track.mode == "QUATERNION" else 1.0 for track in self.tracks]) * self.may_turn
        shift = self.may_shift / self.unit
        return np.concatenate(
            [np.repeat(turn[:, None], 4, axis=1), np.repeat(shift[:, None], 3, axis=1)], axis=1
        )

    def _fitted(self, keyed: Mask) -> Fit:
        at, slopes = fit(self.values, keyed, self.fixed & keyed, self.allowed, self._last)
        own = own_slopes(self.values) if self._last is None else self._last[1]
        before = self.values if self._last is None else self._last[0]
        self._last = np.where(keyed[..., None], at, before), np.where(keyed[..., None], slopes, own)
        return at, flatten(self.values, slopes, keyed, self.allowed)

    def _played(self, keyed: Mask) -> Array:
        return play(*self._fitted(keyed), keyed)

    def _rotations(self, values: Array) -> Array:
        """Return the unit quaternions (B, T, 4) of the channels (B, T, 7)."""
        result = np.zeros((*values.shape[:2], 4))
        result[..., 0] = 1.0
        for mode, bones in self._modes.items():
            width = 4 if mode in ("QUATERNION", "AXIS_ANGLE") else 3
            result[bones] = to_rotation(values[bones, :, :width], mode)
        return result

    def result(self) -> list[ReducedTrack]:
        """Return the keys of all bones."""
        keys, slopes = self._shown
        found = []
        for b, track in enumerate(self.tracks):
            at = np.flatnonzero(self.keyed[b])
            width = 0 if track.rotation is None else track.rotation.shape[1]
            values, slope = keys[b, at], slopes[b, at]
            turn = (values[:, :width], slope[:, :width]) if width else (None, None)
            shift = (values[:, 4:], slope[:, 4:]) if track.location is not None else (None, None)
            found.append(ReducedTrack(track.bone, at, *turn, *shift))
        return found


class _Worst:
    """The worst frame of each segment between keys that exceeds the tolerance."""

    def __init__(self, score: Array, keyed: Mask) -> None:
        self._cut = Segments(keyed)
        self._out = self._cut.maxima(score.ravel()) > 1.0
        self.any = bool(self._out.any())

    def frames(self, worth: Array) -> Mask:
        """Return the frames (B, T) of the highest score, one for each segment that exceeds the tolerance."""
        row = worth.ravel()
        best = self._cut.maxima(row)
        at = np.flatnonzero((row == best[self._cut.of]) & self._out[self._cut.of] & ~self._cut.flat)
        _, first = np.unique(self._cut.of[at], return_index=True)
        result = np.zeros(row.size, dtype=bool)
        result[at[first]] = True
        return result.reshape(worth.shape)


def turning_points(values: Array, amount: float) -> list[int]:
    """Return the frames at which ``values`` (T,) reverse by at least ``amount`` on both sides, in order."""
    found: list[int] = []
    low = high = 0
    rising: bool | None = None
    for f, value in enumerate(values):
        if value > values[high]:
            high = f
        if value < values[low]:
            low = f
        if rising is not False and values[high] - value >= amount:
            if rising:
                found.append(high)
            rising, low = False, f
        elif rising is not True and value - values[low] >= amount:
            if rising is False:
                found.append(low)
            rising, high = True, f
        if rising is None:
            continue
        if rising and value >= values[high]:
            high = f
        if not rising and value <= values[low]:
            low = f
    return found


def _all_of(track: BoneTrack) -> ReducedTrack:
    """Return a track with a key on every frame, for motions too short to reduce."""
    frames = np.arange(len(track))
    still = (None, None)
    turn = still if track.rotation is None else (track.rotation, np.zeros_like(track.rotation))
    shift = still if track.location is None else (track.location, np.zeros_like(track.location))
    return ReducedTrack(track.bone, frames, *turn, *shift)
