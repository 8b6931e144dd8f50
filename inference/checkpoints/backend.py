# SPDX-License-Identifier: GPL-3.0-or-later
"""MDM and DiP checkpoints as backends."""

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
from ...motion.rest_pose import SMPL_REST_POSE
from ...motion.rotations import identity_rotations, rotation_about_axis
from .autoregressive import sample_windows
from .checkpoint import F32, AfterStep, Checkpoint, load_checkpoint
from .feature_backend import F64, LICENCE, MIN_SECONDS, FeatureBackend
from .feature_statistics import FeatureStatistics, find_statistics
from .sampling_options import SamplingOptions, parse_sampling_options, to_features
from .text import TextEncoder

_MAX_FRAMES = 196  # frames: HumanML3D's longest motion, and so the longest that MDM was trained on
_GUIDANCE, _PREFIX_GUIDANCE = 2.5, 7.5  # the defaults of the original's scripts


class CheckpointBackend(FeatureBackend):
    """An MDM or DiP checkpoint trained on HumanML3D as a :class:`~..backend.Backend`; in the worker's process only.

    ``model_options`` are those of :func:`.sampling_options.parse_sampling_options`. MDM generates up to 9.8 seconds of
    one prompt. DiP takes up to 64 prompts one after another and generates up to ten minutes, which continue ``prefix``
    or a standing pose.
    """

    def __init__(
        self, path: str | Path, text_encoder: Path | None = None, statistics: Path | None = None
    ) -> None:
        """Load the checkpoint at ``path``, as :func:`.load_checkpoint` does.

        ``text_encoder`` is the folder of the encoder's files, ``statistics`` that of Mean.npy and Std.npy, if they are
        not beside the checkpoint. Raises :class:`CheckpointError`.
        """
        self._checkpoint: Checkpoint = load_checkpoint(path)
        settings = self._checkpoint.settings
        if settings.dataset != "humanml":
            raise CheckpointError(
                "This checkpoint moves the skeleton of {dataset}, not SMPL's: choose one of HumanML3D",
                dataset=settings.dataset,
            )
        folder = self._checkpoint.file.parent
        self._statistics: FeatureStatistics = find_statistics(statistics or folder, settings.features)
        self._encoder = (
            TextEncoder(settings.text_encoder, text_encoder, folder) if settings.text_encoder else None
        )
        is_prefix_model = settings.context_len > 0
        super().__init__(
            Capabilities(
                model=f"{'DiP' if is_prefix_model else 'MDM'} {folder.name}",
                licence=LICENCE,
                fps=humanml3d.FPS,
                min_seconds=MIN_SECONDS,
                max_seconds=600.0 if is_prefix_model else _MAX_FRAMES / humanml3d.FPS,
                max_samples=8,
                segment_types=frozenset(
                    {"text", "unconditioned"} if settings.text_encoder else {"unconditioned"}
                ),
                max_segments=64 if is_prefix_model else 1,
            )
        )

    def _generate_features(
        self, request: MotionRequest, frames: int, seeds: Sequence[int], after_step: AfterStep
    ) -> Sequence[F64]:
        settings, options = self._checkpoint.settings, request.options
        sampling = parse_sampling_options(options.model_options, options.diffusion_steps, settings, frames)
        noise = [_Noise(seed, settings.features) for seed in seeds]
        sample = self._sample_dip if settings.context_len else self._sample_mdm
        with self._lock:
            features = sample(request, sampling, frames, noise, after_step)
        return list(self._statistics.to_real_units(features))

    def _sample_mdm(
        self,
        request: MotionRequest,
        sampling: SamplingOptions,
        frames: int,
        noise: list[_Noise],
        after_step: AfterStep,
    ) -> F32:
        """Sample normalised features (B, 263, 1, frames) with MDM.

        Arguments as :meth:`_make_sampling_arguments` takes them.
        """
        if sampling.prefix is not None:
            raise CheckpointError(
                "This checkpoint cannot continue a motion: leave prefix out, or choose a model that can (DiP)"
            )
        keep = None if sampling.keep is None else self._statistics.to_normalised(sampling.keep)
        mask = None if sampling.keep_mask is None else sampling.keep_mask.T[None, :, None]
        return self._checkpoint.sample(
            **self._make_sampling_arguments(request, 0, sampling, frames, noise),
            keep=keep,
            keep_mask=mask,
            after_step=after_step,
        )

    def _sample_dip(
        self,
        request: MotionRequest,
        sampling: SamplingOptions,
        frames: int,
        noise: list[_Noise],
        after_step: AfterStep,
    ) -> F32:
        """Sample with DiP, window after window; arguments and result as those of :meth:`_sample_mdm`."""
        if sampling.keep is not None:
            raise CheckpointError(
                "This checkpoint continues motions and has no edits: choose a model of whole ones"
            )
        settings = self._checkpoint.settings
        prefix = (
            to_features(_make_standing_motion(settings.context_len))
            if sampling.prefix is None
            else sampling.prefix
        )
        if len(prefix) < settings.context_len:
            raise CheckpointError(
                "The prefix has {count} frames of 20 a second: give {needed} or more",
                count=len(prefix),
                needed=settings.context_len,
            )
        context = self._statistics.to_normalised(prefix[-settings.context_len :])
        count = math.ceil(frames / settings.pred_len)

        def window_arguments(index: int) -> dict[str, Any]:
            segment = _find_segment_index(request, index * settings.pred_len / humanml3d.FPS)
            return {
                **self._make_sampling_arguments(request, segment, sampling, settings.pred_len, noise),
                "after_step": lambda done, steps: after_step(index * steps + done, count * steps),
            }

        stream = sample_windows(self._checkpoint, np.repeat(context, len(noise), axis=0), window_arguments)
        return np.concatenate([next(stream) for _ in range(count)], axis=-1)[..., :frames]

    def _make_sampling_arguments(
        self,
        request: MotionRequest,
        segment_index: int,
        sampling: SamplingOptions,
        frames: int,
        noise: list[_Noise],
    ) -> dict[str, Any]:
        """Return the arguments of ``Checkpoint.sample`` for one segment.

        Parameters
        ----------
        request : MotionRequest
            What is generated.
        segment_index : int
            Index of the segment in the request.
        sampling : SamplingOptions
            The request's options.
        frames : int
            Frames to sample.
        noise : list of _Noise
            One for each sample.
        """
        settings = self._checkpoint.settings
        segment = request.segments[segment_index]
        guidance = request.options.guidance
        text = mask = None
        if isinstance(segment, TextSegment) and self._encoder is not None:
            encoded = self._encoder([segment.prompt])
            text, mask = encoded.tokens, encoded.mask
            if settings.cond_mask_prob == 0:
                guidance = None
            elif guidance is None:
                guidance = _PREFIX_GUIDANCE if settings.context_len else _GUIDANCE
        steps = self._checkpoint.count_steps(sampling.respacing)
        needs_noise = sampling.sampler == "ddpm" or sampling.eta > 0
        # the initial noise is drawn first: the order determines the motion that belongs to a seed
        init_noise = np.stack([stream.draw(1, frames)[0] for stream in noise])
        step_noise = (
            np.stack([stream.draw(steps, frames) for stream in noise], axis=1) if needs_noise else None
        )
        return {
            "init_noise": init_noise,
            "step_noise": step_noise,
            "text_embedding": text,
            "text_mask": mask,
            "guidance": guidance if text is not None else None,
            "respacing": sampling.respacing,
            "sampler": sampling.sampler,
            "eta": sampling.eta,
        }


class _Noise:
    """The stream of normal noise of one sample: it depends on the seed alone, not on other samples of the batch."""

    def __init__(self, seed: int, features: int) -> None:
        self._features = features
        self._random = np.random.Generator(np.random.PCG64(seed & (2**63 - 1)))

    def draw(self, count: int, frames: int) -> F32:
        """Draw the next noise (count, features, 1, frames) of the stream."""
        return self._random.standard_normal((count, self._features, 1, frames), dtype=np.float32)


def _find_segment_index(request: MotionRequest, seconds: float) -> int:
    """Return the index of the segment to which the time ``seconds`` belongs."""
    end = 0.0
    for index, segment in enumerate(request.segments):
        end += segment.duration_frames / request.fps
        if seconds < end - 1e-9:
            return index
    return len(request.segments) - 1


def _make_standing_motion(frames: int) -> Motion:
    """Return a motion that stands still with hanging arms."""
    rotations = identity_rotations(frames, len(SMPL_REST_POSE))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        rotations[:, SMPL_REST_POSE.joint_index(f"{side}_shoulder")] = rotation_about_axis("z", -1.15 * sign)
    return Motion(SMPL_REST_POSE, humanml3d.FPS, np.zeros((frames, 3)), rotations)
