# SPDX-License-Identifier: GPL-3.0-or-later
"""Base of the backends whose networks generate HumanML3D's features: limits, seeds, Cancel, features to motions."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import BackendError, Cancelled
from ...motion.formats import humanml3d
from ...motion.joints_to_rotations import motion_from_joints
from ...motion.motion import Motion, Provenance
from ...motion.request import Capabilities, MotionRequest, check_request
from ..backend import IsCancelled, Progress, never_cancelled, no_progress
from ..embedded.postprocess import fit_length
from .checkpoint import AfterStep

F64 = NDArray[np.float64]

MIN_SECONDS = 0.5
"""Seconds of the shortest motion."""

LICENCE = "as its publisher says; HumanML3D's motions (AMASS) are for research"


class FeatureBackend(ABC):
    """Base of a :class:`~..backend.Backend` whose network generates features.

    Sample ``n`` has the seed ``seed + n`` and does not depend on the other samples. ``_lock`` is held while the network
    computes one request.
    """

    def __init__(self, capabilities: Capabilities) -> None:
        self._capabilities = capabilities
        self._lock = threading.Lock()

    def capabilities(self) -> Capabilities:
        """Return the checkpoint's limits."""
        return self._capabilities

    def generate(
        self,
        request: MotionRequest,
        progress: Progress = no_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> list[Motion]:
        """Generate all samples in one batch; see :meth:`~..backend.Backend.generate`."""
        check_request(request, self._capabilities)
        frames = max(int(MIN_SECONDS * humanml3d.FPS), request.frame_count_at(humanml3d.FPS))
        segment_seed = request.segments[0].seed
        first_seed = request.options.seed if segment_seed is None else segment_seed
        seeds = [first_seed + n for n in range(request.options.num_samples)]
        samples = self._generate_features(request, frames, seeds, make_step_callback(progress, cancelled))
        return [
            self._to_motion(features, request, seed) for features, seed in zip(samples, seeds, strict=True)
        ]

    @abstractmethod
    def _generate_features(
        self, request: MotionRequest, frames: int, seeds: Sequence[int], after_step: AfterStep
    ) -> Sequence[F64]:
        """Return features (T, 263) in real units for each seed.

        Parameters
        ----------
        request : MotionRequest
            Checked against the capabilities.
        frames : int
            Frames at 20 a second; a model may return more.
        seeds : sequence of int
            One for each sample.
        after_step : AfterStep
            To be called after each step.
        """

    def _to_motion(self, features: F64, request: MotionRequest, seed: int) -> Motion:
        if not np.all(np.isfinite(features)):
            raise BackendError(
                "{model} made numbers that are not finite: try another seed", model=self._capabilities.model
            )
        joints, contacts = humanml3d.features_to_joints(features), humanml3d.features_to_contacts(features)
        motion = motion_from_joints(joints, humanml3d.FPS, contacts)
        provenance = Provenance(request.prompt, seed, self._capabilities.model, LICENCE)
        return replace(fit_length(motion, request.fps, request.total_frames), provenance=provenance)


def make_step_callback(progress: Progress, cancelled: IsCancelled) -> AfterStep:
    """Return a function that reports progress, and raises ``Cancelled`` once ``cancelled`` returns True."""

    def after_step(done: int, steps: int) -> None:
        if cancelled():
            raise Cancelled("Generation was cancelled")
        progress(done, steps)

    return after_step
