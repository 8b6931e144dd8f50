# SPDX-License-Identifier: GPL-3.0-or-later
"""Key reduction to whole poses: all bones have their keys at the same few frames, as an animator sets them.

Frames are removed while the body stays within the tolerance, in groups that lie apart; a pose whose frame does not
suffice is keyed again, and keys are moved to a neighbouring frame where that allows others to go.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from ..rotations import Array
from .handles import CurveFit, Mask, Segments, evaluate_curves
from .key_reduction import KeySearch

_GROUPS = (2, 3, 4, 5)
_LIMITS = (0.4, 0.8, 1.0, 1.0)
_SOLVER_STEPS = 10
"""Every n-th pose is tried together in a sweep: neighbours can't be judged at once."""

_MAX_ROUNDS = 40


class PoseSearch(KeySearch):
    """Search for the frames at which all bones get a key."""

    def keep_required_keys(self, kept_frames: Mapping[str, Collection[int]]) -> None:
        """Key all bones where one of them has to have a key."""
        frames = sorted({f for kept in kept_frames.values() for f in kept if 0 <= f < self.keyed.shape[1]})
        self.kept[:, frames] = True
        self.fixed[:, frames] = True
        self.keyed |= self.kept

    def search_keys(self) -> None:
        """Remove poses while the tolerance allows, those that cost least first."""
        required: Mask = np.any(self.kept, axis=0)
        poses = np.ones(self.keyed.shape[1], dtype=bool)
        for limit in _LIMITS:
            for group_count in _GROUPS:
                poses = self._remove_poses(poses, required, group_count, limit)
        self.keyed[:] = poses
        self._add_poses()

    def _remove_poses(self, poses: Mask, required: Mask, group_count: int, limit: float) -> Mask:
        """Return the poses without those whose removal leaves at most ``limit`` tolerances of error around them."""
        for k in range(group_count):
            number = np.cumsum(poses)
            candidates = poses & ~required & (number % group_count == k)
            trial = poses & ~candidates
            segments = Segments(trial[None])
            error = np.max(self._measure_key_errors(self._broadcast(trial)), axis=1)
            is_within = (segments.max_per_segment(error) <= limit)[segments.segment_of_frame]
            poses = poses & ~(candidates & is_within)
        return poses

    def _fit_keys(self, keyed: Mask) -> CurveFit:
        # extremes of single channels lie between poses: making slopes flat would cost tolerance for nothing
        return self._fit_curves(keyed, _SOLVER_STEPS)

    def _broadcast(self, poses: Mask) -> Mask:
        return np.broadcast_to(poses, self.keyed.shape).copy()

    def _add_poses(self) -> None:
        """Add poses until the body is within the tolerance at all frames; keep the fit that was accepted."""
        frames = self.keyed.shape[1]
        for step in range(_MAX_ROUNDS + frames):
            self._accepted_fit = self._fit_keys(self.keyed)
            curves = evaluate_curves(*self._accepted_fit, self.keyed)
            error: Array = np.max(self._measure_curve_errors(curves, self._to_rotations(curves)), axis=1)
            bad = error > 1.0
            if not bad.any():
                return
            poses = self.keyed[0]
            # a pose that misses its own frame gets the motion's own values
            stray = poses & bad & ~self.fixed[0]
            self.fixed[:, stray] = True
            segments = Segments(poses[None])
            fraction = segments.fraction
            score = np.where(bad & ~poses, error * (0.1 + fraction * (1 - fraction)), 0.0)
            best = segments.max_per_segment(score)[segments.segment_of_frame]
            new = (score > 0) & (score == best)
            if step >= _MAX_ROUNDS:
                new |= bad
                self.fixed[:, bad] = True
            self.keyed[:, new] = True
