# SPDX-License-Identifier: GPL-3.0-or-later
"""What all models of HumanML3D's features share when they are asked: limits, seeds, Cancel, and features to motions."""

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
from ..backend import IsCancelled, Progress, never, silent
from ..embedded.postprocess import fitted

F64 = NDArray[np.float64]

SHORTEST = 0.5
"""Seconds."""

LICENCE = "as its publisher says; HumanML3D's motions (AMASS) are for research"

Watch = Callable[[int, int], None]
"""Told (steps done, steps in all) after each step; raises ``Cancelled`` where nobody waits any more."""


class FeatureBackend(ABC):
    """A :class:`~..backend.Backend` whose network makes features.

    Sample ``n`` has the seed ``seed + n``, whatever it is computed beside. One request at a time goes through the
    network, under ``_lock``.
    """

    def __init__(self, capabilities: Capabilities) -> None:
        self._capabilities = capabilities
        self._lock = threading.Lock()

    def capabilities(self) -> Capabilities:
        """What this checkpoint can do."""
        return self._capabilities

    def generate(
        self, request: MotionRequest, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[Motion]:
        """See :meth:`~..backend.Backend.generate`; all samples go through the network together."""
        check_request(request, self._capabilities)
        frames = max(int(SHORTEST * humanml3d.FPS), request.frames_at(humanml3d.FPS))
        own = request.segments[0].seed
        first = request.options.seed if own is None else own
        seeds = [first + n for n in range(request.options.num_samples)]
        found = self._features(request, frames, seeds, watched(progress, cancelled))
        return [self._motion(features, request, seed) for features, seed in zip(found, seeds, strict=True)]

    @abstractmethod
    def _features(
        self, request: MotionRequest, frames: int, seeds: Sequence[int], watch: Watch
    ) -> Sequence[F64]:
        """For each seed (``frames`` or so, 263) in real units, 20 a second."""

    def _motion(self, features: F64, request: MotionRequest, seed: int) -> Motion:
        if not np.all(np.isfinite(features)):
            raise BackendError(
                f"{self._capabilities.model} made numbers that are not finite: try another seed"
            )
        joints, contacts = humanml3d.joints_of(features), humanml3d.contacts_of(features)
        motion = motion_from_joints(joints, humanml3d.FPS, contacts)
        origin = Provenance(request.prompt, seed, self._capabilities.model, LICENCE)
        return replace(fitted(motion, request.fps, request.total_frames), provenance=origin)


def watched(progress: Progress, cancelled: IsCancelled) -> Watch:
    """Both in one call."""

    def watch(done: int, steps: int) -> None:
        if cancelled():
            raise Cancelled("Generation was cancelled")
        progress(done, steps)

    return watch
