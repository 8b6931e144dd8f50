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
from .bone_tracks import BoneTrack, KeyedHierarchy, channels_to_quaternion
from .handles import (
    CurveFit,
    Mask,
    Segments,
    compute_dense_slopes,
    evaluate_curves,
    fit_curves,
    flatten_extremes,
)

_CHANNEL_FRACTION = 0.75
"""Fraction of the tolerance at the far end of its chain that is the tolerance of a bone's channels."""

_POSE_TOLERANCE = 2.2
"""Tolerances by which the body may deviate with whole poses alone, before single bones get further keys."""

_MAX_ROUNDS = 12
_SWEEPS = (2, 3, 4, 5)
"""Every second key of a bone is tried together in the first sweep, every third in the next, and so on: keys that can't
be removed together may be removable in smaller groups."""

_REVERSAL_TOLERANCES = 6.0
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
    parent_overrides: Mapping[str, str] | None = None,
    tolerance: Tolerance | None = None,
    kept_frames: Mapping[str, Collection[int]] | None = None,
    body_size: float = 1.0,
    aligned: bool = False,
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
    aligned : all bones get their keys at the same frames
    """
    if not tracks:
        return []
    frames = len(tracks[0])
    if frames < 3:
        return [_key_every_frame(track) for track in tracks]
    from .pose_keys import PoseSearch

    kind = PoseSearch if aligned else KeySearch
    search = kind(tracks, rig, parent_overrides or {}, tolerance or Tolerance(), body_size)
    search.keep_required_keys(kept_frames or {})
    search.search_keys()
    return search.collect_tracks()


class KeySearch:
    """Search for the keys ``keyed`` (B, T) whose curves keep the body within the tolerance."""

    def __init__(
        self,
        tracks: Sequence[BoneTrack],
        rig: Rig,
        parent_overrides: Mapping[str, str],
        tolerance: Tolerance,
        body_size: float,
    ) -> None:
        """Prepare the search; arguments as :func:`reduce_keys` takes them."""
        self.tracks = tracks
        self.hierarchy = KeyedHierarchy(rig, [track.bone for track in tracks], parent_overrides)
        frames = len(tracks[0])
        self.values = np.zeros((len(tracks), frames, 7))
        for b, track in enumerate(tracks):
            if track.rotation is not None:
                self.values[b, :, : track.rotation.shape[1]] = track.rotation
            if track.location is not None:
                self.values[b, :, 4:] = track.location
        self._bones_by_mode: dict[str, list[int]] = {}
        for b, track in enumerate(tracks):
            if track.rotation is not None:
                self._bones_by_mode.setdefault(track.mode, []).append(b)
        self.metre_tolerance = 0.001 * tolerance.millimetres * body_size
        self.radian_tolerance = float(np.radians(tolerance.degrees))
        self.rotations = self._to_rotations(self.values)
        self.world_rotations, self.world_positions = self.hierarchy.evaluate_pose(
            self.rotations, self.values[..., 4:]
        )
        self._last_fit: CurveFit | None = None
        self._accepted_fit: CurveFit = (self.values, compute_dense_slopes(self.values))
        self.metres_per_unit = rig.metres_per_unit
        self.rotation_limits = np.minimum(
            _CHANNEL_FRACTION * self.radian_tolerance,
            _CHANNEL_FRACTION * self.metre_tolerance / np.maximum(self.hierarchy.reach_metres, 1e-6),
        )
        self.location_limits = np.full(len(tracks), _CHANNEL_FRACTION * self.metre_tolerance)
        self.keyed = np.zeros((len(tracks), frames), dtype=bool)
        self.keyed[:, [0, -1]] = True
        self.fixed = self.keyed.copy()
        self.kept = self.keyed.copy()

    # keys that stay

    def keep_required_keys(self, kept_frames: Mapping[str, Collection[int]]) -> None:
        """Fix the keys of the given frames and those at which a bone reverses its movement by much."""
        for b, track in enumerate(self.tracks):
            frames = [f for f in kept_frames.get(track.bone, ()) if 0 <= f < self.keyed.shape[1]]
            self.fixed[b, frames] = True
            self.kept[b, self._find_turning_points(b)] = True
        self.kept |= self.fixed
        self.keyed |= self.kept

    def _find_turning_points(self, b: int) -> list[int]:
        """Return the frames at which the rotation and location channels that move most reverse."""
        ranges = np.ptp(self.values[b], axis=0)
        rotation_channel, location_channel = int(np.argmax(ranges[:4])), 4 + int(np.argmax(ranges[4:]))
        per_radian = 0.5 if self.tracks[b].mode == "QUATERNION" else 1.0
        frames = find_turning_points(
            self.values[b, :, rotation_channel], _REVERSAL_TOLERANCES * per_radian * self.radian_tolerance
        )
        return frames + find_turning_points(
            self.values[b, :, location_channel],
            _REVERSAL_TOLERANCES * self.metre_tolerance / self.metres_per_unit,
        )

    # searching

    def search_keys(self) -> None:
        """Choose poses of the whole body, add the keys that single bones need, then remove those they do not need."""
        self._choose_poses()
        self._add_keys()
        for group_count in _SWEEPS:
            self._thin_bones(group_count)
            self._add_keys()

    def _choose_poses(self) -> None:
        """Choose few frames at which the whole body is keyed, by joining segments while the tolerance allows."""
        self.keyed[:] = True
        poses = np.ones(self.keyed.shape[1], dtype=bool)
        ends = np.zeros_like(poses)
        ends[[0, -1]] = True
        idle_sweeps = 0
        for sweep in range(12):
            pose_number = np.cumsum(poses)
            candidates = poses & ~ends & (pose_number % 2 == sweep % 2)
            trial = poses & ~candidates
            segments = Segments(trial[None])
            error = self._measure_key_errors(trial | self.kept)
            is_within = (segments.max_per_segment(np.max(error, axis=1)) <= _POSE_TOLERANCE)[
                segments.segment_of_frame
            ]
            removed = candidates & is_within
            poses &= ~removed
            idle_sweeps = 0 if removed.any() else idle_sweeps + 1
            if idle_sweeps == 2:
                break
        self.keyed = poses | self.kept

    def _add_keys(self) -> None:
        """Add keys until the body is within the tolerance at all frames; keep the fit that was accepted."""
        frames = self.keyed.shape[1]
        for step in range(_MAX_ROUNDS + frames):
            self._accepted_fit = self._fit_keys(self.keyed)
            curves = evaluate_curves(*self._accepted_fit, self.keyed)
            rotations = self._to_rotations(curves)
            error = self._measure_curve_errors(curves, rotations)
            bad_frames = np.any(error > 1.0, axis=1)
            if not bad_frames.any():
                return
            scores = self._attribute_errors(curves, rotations, error)
            # a key whose own frame exceeds the tolerance gets the motion's own value
            stray = self.keyed & ~self.fixed & (scores > 1.0)
            self.fixed |= stray
            scores[self.keyed] = 0.0
            worst = _WorstFrames(scores, self.keyed)
            if worst.has_errors and step < _MAX_ROUNDS:
                fraction = Segments(self.keyed).fraction.reshape(scores.shape)
                self.keyed |= worst.select_frames(scores * (0.1 + fraction * (1 - fraction)))
            elif step >= _MAX_ROUNDS or not stray.any():
                # a frame at which all bones have the motion's own values is exact
                self.keyed[:, bad_frames] = True
                self.fixed[:, bad_frames] = True

    def _attribute_errors(self, curves: Array, rotations: Array, error: Array) -> Array:
        """Attribute errors above the tolerance (B, T), each to the ancestor whose own channels cause most of it.

        ``curves`` (B, T, 7) and their ``rotations`` (B, T, 4). ``error`` (T, 2 B): as ``_measure_curve_errors`` returns
        it.
        """
        bones = len(self.tracks)
        bone_angles = angle_between(rotations, self.rotations).T
        bone_distances = self.metres_per_unit * np.linalg.norm((curves - self.values)[..., 4:], axis=-1).T
        scores = np.zeros((len(bone_angles), bones))
        for column in np.flatnonzero(np.any(error > 1.0, axis=0)):
            rows = np.flatnonzero(error[:, column] > 1.0)
            if column < bones:
                lever = np.linalg.norm(
                    self.world_positions[column, rows] - self.world_positions[:, rows], axis=-1
                ).T
                contributions = bone_angles[rows] * lever + bone_distances[rows]
                ancestors = self.hierarchy.descendant_mask[column]
            else:
                contributions, ancestors = bone_angles[rows], self.hierarchy.descendant_mask[column - bones]
            worst_bone = np.argmax(np.where(ancestors, contributions, -1.0), axis=1)
            np.maximum.at(scores, (rows, worst_bone), error[rows, column])
        return scores.T

    def _thin_bones(self, group_count: int) -> None:
        """Remove keys of single bones where the tolerance allows; every ``group_count``-th key is tried together."""
        for level in self._bones_by_depth:
            for offset in range(group_count):
                key_number = np.cumsum(self.keyed, axis=1)
                candidates = self.keyed & ~self.kept & ~self.fixed & (key_number % group_count == offset)
                candidates &= level[:, None]
                if not candidates.any():
                    continue
                trial = self.keyed & ~candidates
                error = self._measure_key_errors(trial)
                segments = Segments(trial)
                # the bone and all bones below it
                errors = np.zeros(trial.shape)
                for b in np.flatnonzero(level):
                    descendants = self.hierarchy.descendant_mask[:, b]
                    columns = np.tile(descendants, 2)
                    errors[b] = np.max(error[:, columns], axis=1)
                worst = segments.max_per_segment(errors.ravel())
                removed = candidates & (worst <= 1.0)[segments.segment_of_frame].reshape(trial.shape)
                self.keyed &= ~removed

    @cached_property
    def _bones_by_depth(self) -> list[Mask]:
        """(B,) masks of bones at equal depth, the deepest first."""
        depth = self.hierarchy.descendant_mask.sum(axis=1)
        return [depth == d for d in sorted(set(depth.tolist()), reverse=True)]

    def _measure_key_errors(self, keyed: Mask) -> Array:
        """Return the errors (T, 2 B) of head positions, then of rotations, as multiples of the tolerance."""
        curves = self._evaluate_keys(keyed)
        return self._measure_curve_errors(curves, self._to_rotations(curves))

    def _measure_curve_errors(self, curves: Array, rotations: Array) -> Array:
        world_rotations, world_positions = self.hierarchy.evaluate_pose(rotations, curves[..., 4:])
        distances = np.linalg.norm(world_positions - self.world_positions, axis=-1) / self.metre_tolerance
        angles = angle_between(world_rotations, self.world_rotations) / self.radian_tolerance
        return np.concatenate([distances, angles]).T

    # measuring

    @cached_property
    def channel_tolerances(self) -> Array:
        """(B, C) tolerance of each channel."""
        rotation = (
            np.array([0.5 if track.mode == "QUATERNION" else 1.0 for track in self.tracks])
            * self.rotation_limits
        )
        location = self.location_limits / self.metres_per_unit
        return np.concatenate(
            [np.repeat(rotation[:, None], 4, axis=1), np.repeat(location[:, None], 3, axis=1)], axis=1
        )

    def _fit_keys(self, keyed: Mask) -> CurveFit:
        values, slopes = self._fit_curves(keyed)
        return values, flatten_extremes(self.values, slopes, keyed, self.channel_tolerances)

    def _fit_curves(self, keyed: Mask, steps: int | None = None) -> CurveFit:
        """Fit the keys, starting from the last fit; ``steps`` of the solver, or None."""
        values, slopes = fit_curves(
            self.values, keyed, self.fixed & keyed, self.channel_tolerances, self._last_fit, steps
        )
        previous_slopes = compute_dense_slopes(self.values) if self._last_fit is None else self._last_fit[1]
        previous_values = self.values if self._last_fit is None else self._last_fit[0]
        self._last_fit = (
            np.where(keyed[..., None], values, previous_values),
            np.where(keyed[..., None], slopes, previous_slopes),
        )
        return values, slopes

    def _evaluate_keys(self, keyed: Mask) -> Array:
        return evaluate_curves(*self._fit_keys(keyed), keyed)

    def _to_rotations(self, values: Array) -> Array:
        """Return the unit quaternions (B, T, 4) of the channels (B, T, 7)."""
        result = np.zeros((*values.shape[:2], 4))
        result[..., 0] = 1.0
        for mode, bones in self._bones_by_mode.items():
            width = 4 if mode in ("QUATERNION", "AXIS_ANGLE") else 3
            result[bones] = channels_to_quaternion(values[bones, :, :width], mode)
        return result

    def collect_tracks(self) -> list[ReducedTrack]:
        """Return the keys of all bones."""
        keys, slopes = self._accepted_fit
        tracks = []
        for b, track in enumerate(self.tracks):
            frames = np.flatnonzero(self.keyed[b])
            width = 0 if track.rotation is None else track.rotation.shape[1]
            values, slope = keys[b, frames], slopes[b, frames]
            rotation = (values[:, :width], slope[:, :width]) if width else (None, None)
            location = (values[:, 4:], slope[:, 4:]) if track.location is not None else (None, None)
            tracks.append(ReducedTrack(track.bone, frames, *rotation, *location))
        return tracks


class _WorstFrames:
    """The worst frame of each segment between keys that exceeds the tolerance."""

    def __init__(self, score: Array, keyed: Mask) -> None:
        self._segments = Segments(keyed)
        self._exceeded = self._segments.max_per_segment(score.ravel()) > 1.0
        self.has_errors = bool(self._exceeded.any())

    def select_frames(self, score: Array) -> Mask:
        """Return the frames (B, T) of the highest score, one for each segment that exceeds the tolerance."""
        rows = score.ravel()
        best = self._segments.max_per_segment(rows)
        candidates = np.flatnonzero(
            (rows == best[self._segments.segment_of_frame])
            & self._exceeded[self._segments.segment_of_frame]
            & ~self._segments.is_key
        )
        _, first = np.unique(self._segments.segment_of_frame[candidates], return_index=True)
        result = np.zeros(rows.size, dtype=bool)
        result[candidates[first]] = True
        return result.reshape(score.shape)


def find_turning_points(values: Array, amount: float) -> list[int]:
    """Return the frames at which ``values`` (T,) reverse by at least ``amount`` on both sides, in order."""
    frames: list[int] = []
    low = high = 0
    rising: bool | None = None
    for f, value in enumerate(values):
        if value > values[high]:
            high = f
        if value < values[low]:
            low = f
        if rising is not False and values[high] - value >= amount:
            if rising:
                frames.append(high)
            rising, low = False, f
        elif rising is not True and value - values[low] >= amount:
            if rising is False:
                frames.append(low)
            rising, high = True, f
        if rising is None:
            continue
        if rising and value >= values[high]:
            high = f
        if not rising and value <= values[low]:
            low = f
    return frames


def _key_every_frame(track: BoneTrack) -> ReducedTrack:
    """Return a track with a key on every frame, for motions too short to reduce."""
    frames = np.arange(len(track))
    missing = (None, None)
    rotation = missing if track.rotation is None else (track.rotation, np.zeros_like(track.rotation))
    location = missing if track.location is None else (track.location, np.zeros_like(track.location))
    return ReducedTrack(track.bone, frames, *rotation, *location)
