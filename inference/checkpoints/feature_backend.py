# SPDX-License-Identifier: GPL-3.0-or-later
"""Base of the backends whose networks generate HumanML3D's features: limits, seeds, Cancel, features to motions."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
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

F64 = NDArray[np.float64]

SHORTEST = 0.5
"""Seconds of the shortest motion."""

LICENCE = "as its publisher says; HumanML3D's motions (AMASS) are for research"

Watch = Callable[[int, int], None]
"""Called with (steps done, steps in all) after each step; raises ``Cancelled`` if the user cancelled."""


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
        frames = max(int(SHORTEST * humanml3d.FPS), request.frame_count_at(humanml3d.FPS))
        own = request.segments[0].seed
        first = request.options.seed if own is None else own
        seeds = [first + n for n in range(request.options.num_samples)]
        found = self._features(request, frames, seeds, watched(progress, cancelled))
        return [self._motion(features, request, seed) for features, seed in zip(found, seeds, strict=True)]

    @abstractmethod
    def _features(
        self, request: MotionRequest, frames: int, seeds: Sequence[int], watch: Watch
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

    def _motion(self, features: F64, request: MotionRequest, seed: int) -> Motion:
        if not np.all(np.isfinite(features)):
            raise BackendError(
                "{model} made numbers that are not finite: try another seed", model=self._capabilities.model
            )
        joints, contacts = humanml3d.features_to_joints(features), humanml3d.features_to_contacts(features)
        motion = motion_from_joints(joints, humanml3d.FPS, contacts)
        origin = Provenance(request.prompt, seed, self._capabilities.model, LICENCE)
        return replace(fit_length(motion, request.fps, request.total_frames), provenance=origin)


def watched(progress: Progress, cancelled: IsCancelled) -> Watch:
    """Return a function that reports progress, and raises ``Cancelled`` once ``cancelled`` returns True."""

    def watch(done: int, steps: int) -> None:
        if cancelled():
            raise Cancelled("Generation was cancelled")
        progress(done, steps)

    return watch
