# SPDX-License-Identifier: GPL-3.0-or-later
"""A checkpoint as a motion model that can be asked like any other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...motion.errors import CheckpointError
from ...motion.formats import humanml3d
from ...motion.motion import Motion
from ...motion.request import Capabilities, MotionRequest, TextSegment
from ...motion.rest_pose import SMPL_REST
from ...motion.rotations import about, identity
from .autoregressive import windows
from .checkpoint import F32, Checkpoint, load_checkpoint
from .feature_backend import F64, LICENCE, SHORTEST, FeatureBackend, Watch
from .feature_statistics import Statistics, find_statistics
from .sampling_options import Wishes, features_of, read_wishes
from .text import TextEncoder

_LONGEST = 196  # frames: HumanML3D's longest, and the longest that a model of whole motions was trained on
_GUIDANCE, _GUIDANCE_CONTINUING = 2.5, 7.5  # what the original's scripts sample with


class CheckpointBackend(FeatureBackend):
    """MDM and DiP checkpoints trained on HumanML3D as a :class:`~..backend.Backend`, in the worker's process only.

    ``model_options`` are those of :func:`.wishes.read_wishes`. Whole motions have up to 9.8 seconds of one prompt; a
    prefix completion model takes up to 64, one after another, and makes up to ten minutes of them, beginning from
    ``prefix``, or from standing.
    """

    def __init__(
        self, path: str | Path, text_encoder: Path | None = None, statistics: Path | None = None
    ) -> None:
        """``path`` as :func:`.load_checkpoint` takes it; ``text_encoder`` a folder of the encoder's files, and
        ``statistics`` the folder of Mean.npy and Std.npy, where they are not beside the checkpoint. Raises
        :class:`CheckpointError`."""
        self._checkpoint: Checkpoint = load_checkpoint(path)
        settings = self._checkpoint.settings
        if settings.dataset != "humanml":
            raise CheckpointError(
                f"This checkpoint moves the skeleton of {settings.dataset}, not SMPL's: choose one of HumanML3D"
            )
        folder = self._checkpoint.file.parent
        self._statistics: Statistics = find_statistics(statistics or folder, settings.features)
        self._encoder = (
            TextEncoder(settings.text_encoder, text_encoder, folder) if settings.text_encoder else None
        )
        continuing = settings.context_len > 0
        super().__init__(
            Capabilities(
                model=f"{'DiP' if continuing else 'MDM'} {folder.name}",
                licence=LICENCE,
                fps=humanml3d.FPS,
                min_seconds=SHORTEST,
                max_seconds=600.0 if continuing else _LONGEST / humanml3d.FPS,
                max_samples=8,
                segments=frozenset({"text", "unconditioned"} if settings.text_encoder else {"unconditioned"}),
                max_segments=64 if continuing else 1,
            )
        )

    def _features(
        self, request: MotionRequest, frames: int, seeds: Sequence[int], watch: Watch
    ) -> Sequence[F64]:
        settings, options = self._checkpoint.settings, request.options
        wishes = read_wishes(options.model_options, options.diffusion_steps, settings, frames)
        noise = [_Noise(seed, settings.features) for seed in seeds]
        make = self._continued if settings.context_len else self._whole
        with self._lock:
            found = make(request, wishes, frames, noise, watch)
        return list(self._statistics.real(found))

    def _whole(
        self, request: MotionRequest, wishes: Wishes, frames: int, noise: list[_Noise], watch: Watch
    ) -> F32:
        if wishes.prefix is not None:
            raise CheckpointError(
                "This checkpoint cannot continue a motion: leave prefix out, or choose a model that can (DiP)"
            )
        keep = None if wishes.keep is None else self._statistics.normalised(wishes.keep)
        mask = None if wishes.keep_mask is None else wishes.keep_mask.T[None, :, None]
        return self._checkpoint.sample(
            **self._asked(request, 0, wishes, frames, noise),
            keep=keep,
            keep_mask=mask,
            after_step=watch,
        )

    def _continued(
        self, request: MotionRequest, wishes: Wishes, frames: int, noise: list[_Noise], watch: Watch
    ) -> F32:
        if wishes.keep is not None:
            raise CheckpointError(
                "This checkpoint continues motions and has no edits: choose a model of whole ones"
            )
        settings = self._checkpoint.settings
        given = features_of(_standing(settings.context_len)) if wishes.prefix is None else wishes.prefix
        if len(given) < settings.context_len:
            raise CheckpointError(
                f"The prefix has {len(given)} frames of 20 a second: give {settings.context_len} or more"
            )
        before = self._statistics.normalised(given[-settings.context_len :])
        count = math.ceil(frames / settings.pred_len)

        def ask(number: int) -> dict[str, Any]:
            segment = _segment_at(request, number * settings.pred_len / humanml3d.FPS)
            return {
                **self._asked(request, segment, wishes, settings.pred_len, noise),
                "after_step": lambda done, steps: watch(number * steps + done, count * steps),
            }

        stream = windows(self._checkpoint, np.repeat(before, len(noise), axis=0), ask)
        return np.concatenate([next(stream) for _ in range(count)], axis=-1)[..., :frames]

    def _asked(
        self, request: MotionRequest, segment: int, wishes: Wishes, frames: int, noise: list[_Noise]
    ) -> dict[str, Any]:
        """What ``Checkpoint.sample`` is asked for ``frames`` frames of one segment."""
        settings = self._checkpoint.settings
        part = request.segments[segment]
        weight = request.options.guidance
        text = mask = None
        if isinstance(part, TextSegment) and self._encoder is not None:
            embedded = self._encoder([part.prompt])
            text, mask = embedded.tokens, embedded.mask
            if settings.cond_mask_prob == 0:
                weight = None
            elif weight is None:
                weight = _GUIDANCE_CONTINUING if settings.context_len else _GUIDANCE
        steps = self._checkpoint.steps(wishes.respacing)
        draws = wishes.sampler == "ddpm" or wishes.eta > 0
        init = np.stack([one.draw(1, frames)[0] for one in noise])
        return {
            "init_noise": init,
            "step_noise": np.stack([one.draw(steps, frames) for one in noise], axis=1) if draws else None,
            "text_embedding": text,
            "text_mask": mask,
            "guidance": weight if text is not None else None,
            "respacing": wishes.respacing,
            "sampler": wishes.sampler,
            "eta": wishes.eta,
        }


class _Noise:
    """Normal noise of one sample: the same for a seed, whatever other samples are made beside it."""

    def __init__(self, seed: int, features: int) -> None:
        self._features = features
        self._random = np.random.Generator(np.random.PCG64(seed & (2**63 - 1)))

    def draw(self, count: int, frames: int) -> F32:
        """(count, features, 1, frames)."""
        return self._random.standard_normal((count, self._features, 1, frames), dtype=np.float32)


def _segment_at(request: MotionRequest, seconds: float) -> int:
    """The segment that is going on at a time."""
    end = 0.0
    for number, segment in enumerate(request.segments):
        end += segment.duration_frames / request.fps
        if seconds < end - 1e-9:
            return number
    return len(request.segments) - 1


def _standing(frames: int) -> Motion:
    """Somebody who stands with hanging arms."""
    local = identity(frames, len(SMPL_REST))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        local[:, SMPL_REST.index(f"{side}_shoulder")] = about("z", -1.15 * sign)
    return Motion(SMPL_REST, humanml3d.FPS, np.zeros((frames, 3)), local)
