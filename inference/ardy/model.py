# SPDX-License-Identifier: GPL-3.0-or-later
"""A loaded ARDY checkpoint: everything that it computes, on NumPy arrays without a batch dimension."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...motion.errors import RequestError
from .conditions import KnownFeatures, read_constraints
from .config import FRAMES_PER_TOKEN, ROOT_NUMBERS, ArdyConfig
from .denoiser import Denoiser, Pass, WindowDenoiser
from .layers import CancelCheck, Encoder, MakeEncoder, Tensors, never_cancel
from .offline import OfflinePlan, generate_offline
from .representation import BODY, FEATURES, read_contacts, read_pose
from .sampler import SamplingOptions, StepDone, ignore_step
from .schedule import BASE_STEPS
from .statistics import Statistics
from .streaming import StreamTask, generate_next_window
from .tokenizer import Tokenizer
from .window_constraints import make_window_constraints

F32 = NDArray[np.float32]

MAX_FRAMES = 200_000
"""Longest motion, in frames."""


class ArdyModel:
    """The networks and statistics of a checkpoint.

    Frames are at :attr:`fps` frames a second. "Normalised" means by the checkpoint's statistics. Arrays are float32.
    """

    def __init__(
        self,
        config: ArdyConfig,
        statistics: Statistics,
        denoiser: Tensors,
        tokenizer: Tensors,
        make_encoder: MakeEncoder = Encoder,
    ) -> None:
        """Build the model.

        Parameters
        ----------
        config : settings
        statistics : normalisation of features and tokens
        denoiser, tokenizer : tensors by name, as ``tensor_layout`` has them
        make_encoder : makes the transformer layers
        """
        self.config, self.statistics = config, statistics
        self.denoiser = Denoiser(config, denoiser, statistics, make_encoder)
        self.tokenizer = Tokenizer(config, tokenizer, statistics.tokens, make_encoder)

    @property
    def fps(self) -> int:
        """Frames per second."""
        return self.config.fps

    def encode(self, motion_normalized: ArrayLike) -> F32:
        """Return the normalised tokens (N // 4, latent) of normalised features (N, 330)."""
        motion = _as_rows(motion_normalized, FEATURES, "motion")
        whole = len(motion) // FRAMES_PER_TOKEN * FRAMES_PER_TOKEN
        return self.tokenizer.encode(np.ascontiguousarray(motion[:whole, BODY]))

    def decode(self, tokens: ArrayLike, local_root_normalized: ArrayLike) -> F32:
        """Return the normalised body features (4 T, 325) of normalised tokens (T, latent) and local root (4 T, 4)."""
        latents = _as_rows(tokens, self.config.latent, "tokens")
        local_root = _as_rows(local_root_normalized, 4, "local root")
        if len(local_root) != FRAMES_PER_TOKEN * len(latents):
            raise RequestError("{count} tokens need a local root of four frames each", count=len(latents))
        return self.tokenizer.decode(latents, np.ascontiguousarray(local_root))

    def denoise(
        self,
        x: ArrayLike,
        text_feat: ArrayLike,
        timestep: ArrayLike,
        first_heading_angle: ArrayLike,
        history_frames: ArrayLike,
        motion_mask: ArrayLike | None = None,
        observed_motion_normalized: ArrayLike | None = None,
    ) -> F32:
        """Return the clean tokens (T, 20 + latent) that one pass of the denoiser predicts; later tokens are 0.

        Parameters
        ----------
        x : (T, 20 + latent)
            Tokens of the history, noisy tokens, and later ones.
        text_feat : (1, text width)
            Text vector; zeros: no text.
        timestep : int
            Step of the base schedule, 0 to 9.
        first_heading_angle : float
            Heading of the window's first frame in radians.
        history_frames : int
            Frames of the history, a multiple of four.
        motion_mask, observed_motion_normalized : (4 T, 330) or None
            1 where a feature is known, and the known features.
        """
        tokens = _as_rows(x, self.config.token_numbers, "tokens")
        step, heading = int(_as_number(timestep)), _as_number(first_heading_angle)
        first, generated = int(_as_number(history_frames)) // FRAMES_PER_TOKEN, self.config.horizon_tokens
        if first < 0 or len(tokens) < first + generated or not 0 <= step < BASE_STEPS:
            raise RequestError("A window of {count} tokens is too short for its history", count=len(tokens))
        constraints = None
        if motion_mask is not None and observed_motion_normalized is not None:
            constraints = make_window_constraints(
                _as_rows(motion_mask, FEATURES, "mask"),
                _as_rows(observed_motion_normalized, FEATURES, "constraints"),
                first * FRAMES_PER_TOKEN,
                self.config,
                tokens[first + generated :, :ROOT_NUMBERS],
            )
        window = WindowDenoiser(self.denoiser, tokens[:first], heading, constraints)
        text = self.denoiser.embed_text(np.asarray(text_feat, np.float32))
        new = window.predict(tokens[first : first + generated], step, [Pass(text, constraints is not None)])
        output = np.zeros_like(tokens)
        output[:first], output[first : first + generated] = tokens[:first], new[0]
        return output

    def generate(
        self,
        num_frames: ArrayLike,
        text_feat: ArrayLike,
        window_text: ArrayLike,
        noise: ArrayLike,
        steps: ArrayLike,
        cfg_weight: ArrayLike,
        crop_history_length: ArrayLike | None,
        first_heading_angle: ArrayLike,
        motion_mask: ArrayLike | None = None,
        observed_motion_normalized: ArrayLike | None = None,
        crop_future_length: int | None = None,
        check: CancelCheck = never_cancel,
        step_done: StepDone = ignore_step,
    ) -> F32:
        """Return the normalised features (num_frames, 330) of a motion that is generated window after window.

        Parameters
        ----------
        num_frames : int
            Frames of the motion.
        text_feat : (texts, text width)
            Text vectors; zeros: no text.
        window_text : (windows,)
            Index of each window's text.
        noise : (windows, generated tokens, 20 + latent)
            Normal noise.
        steps : int
            Steps of the sampler, 1 to 10.
        cfg_weight : (2,)
            Weights of guidance by the text and by constraints.
        crop_history_length : int or None
            Frames of the past that a window sees; None or -1: all.
        first_heading_angle : float
            Heading of the first frame in radians.
        motion_mask, observed_motion_normalized : (num_frames, 330) or None
            1 where a feature is known, and the known features.
        crop_future_length : int or None
            Frames behind its own in which a window sees constraints; None: all.
        check : CancelCheck
            Called between layers; raises to cancel.
        step_done : StepDone
            Called after each step of each window.
        """
        frames = int(_as_number(num_frames))
        windows = self.count_windows(frames)
        text_weight, constraint_weight = _as_shape(cfg_weight, (2,), "guidance weights").tolist()
        shape = (windows, self.config.horizon_tokens, self.config.token_numbers)
        texts = [
            self.denoiser.embed_text(vector) for vector in np.atleast_2d(np.asarray(text_feat, np.float32))
        ]
        indices = [int(i) for i in np.asarray(window_text).reshape(-1)]
        if len(indices) != windows or not all(0 <= i < len(texts) for i in indices):
            raise RequestError("{count} windows need a text each", count=windows)
        mask = observed = None
        if motion_mask is not None and observed_motion_normalized is not None:
            mask = _as_shape(motion_mask, (frames, FEATURES), "mask")
            observed = _as_shape(observed_motion_normalized, (frames, FEATURES), "constraints")
        plan = OfflinePlan(
            frames,
            [texts[i] for i in indices],
            _as_shape(noise, shape, "noise"),
            _as_number(first_heading_angle),
            mask,
            observed,
            _as_limit(crop_history_length),
            _as_limit(crop_future_length),
        )
        options = SamplingOptions(int(_as_number(steps)), text_weight, constraint_weight, check, step_done)
        return generate_offline(self.denoiser, self.tokenizer, plan, options)

    def count_windows(self, frames: int) -> int:
        """Return the windows that a motion of so many frames needs. Raises :class:`RequestError` if it is too long."""
        if not 1 <= frames <= MAX_FRAMES:
            raise RequestError("ARDY makes 1 to {limit} frames, not {count}", limit=MAX_FRAMES, count=frames)
        return -(-frames // self.config.horizon)

    def continue_motion(
        self,
        history_motion_normalized: ArrayLike,
        text_feat: ArrayLike,
        noise: ArrayLike,
        options: SamplingOptions,
        init_global_translation: ArrayLike = (0.0, 0.0, 0.0),
        first_heading_angle: float = 0.0,
        motion_mask: ArrayLike | None = None,
        observed_motion_normalized: ArrayLike | None = None,
    ) -> F32:
        """Return the normalised features (N + horizon, 330) of a motion, decoded anew, and of the window after it.

        Parameters
        ----------
        history_motion_normalized : (N, 330)
            The motion so far or its end; N is a multiple of four and may be 0.
        text_feat : (1, text width)
            Text vector; zeros: no text.
        noise : (generated tokens, 20 + latent)
            Normal noise.
        options : SamplingOptions
            Steps and weights.
        init_global_translation : (3,)
            Where the motion begins without a history, in metres.
        first_heading_angle : float
            Heading at the beginning without a history, in radians.
        motion_mask, observed_motion_normalized : (N + horizon or more, 330) or None
            1 where a feature is known, and the known features.
        """
        history = _as_rows(history_motion_normalized, FEATURES, "motion")
        mask = observed = None
        if motion_mask is not None and observed_motion_normalized is not None:
            mask = _as_rows(motion_mask, FEATURES, "mask")
            observed = _as_rows(observed_motion_normalized, FEATURES, "constraints")
        if len(history) % FRAMES_PER_TOKEN:
            raise RequestError("A history of {count} frames is no multiple of four", count=len(history))
        task = StreamTask(
            history,
            self.denoiser.embed_text(np.asarray(text_feat, np.float32)),
            _as_shape(noise, (self.config.horizon_tokens, self.config.token_numbers), "noise"),
            _as_shape(init_global_translation, (3,), "start"),
            float(first_heading_angle),
            mask,
            observed,
        )
        return generate_next_window(self.denoiser, self.tokenizer, task, options)

    def read_motion(self, motion_normalized: ArrayLike) -> tuple[F32, F32, F32]:
        """Return what normalised features (N, 330) say.

        Positions of the hips (N, 3), local rotations (N, 27, 3, 3), and positions of the joints (N, 27, 3) in metres.
        """
        motion = _as_rows(motion_normalized, FEATURES, "motion")
        root, rotations, joints = read_pose(self.statistics.features.restore(motion))
        return root.astype(np.float32), rotations.astype(np.float32), joints.astype(np.float32)

    def read_contacts(self, motion_normalized: ArrayLike) -> NDArray[np.bool_]:
        """Return whether left ankle and toe, right ankle and toe touch the ground (N, 4)."""
        motion = _as_rows(motion_normalized, FEATURES, "motion")
        return read_contacts(self.statistics.features.restore(motion))

    def condition_from_json(self, constraints: object, num_frames: int) -> tuple[F32, F32]:
        """Return the mask (N, 330) of what constraints fix, and the known features (N, 330), normalised.

        Raises :class:`RequestError` if a constraint is malformed or lies outside the frames.
        """
        self.count_windows(int(num_frames))
        return self.normalise_condition(read_constraints(constraints, int(num_frames)))

    def normalise_condition(self, known: KnownFeatures) -> tuple[F32, F32]:
        """Return the mask (N, 330) of known features, and the features (N, 330), normalised, 0 where unknown."""
        mask = known.mask.astype(np.float32)
        features = self.statistics.features
        observed = (known.values - features.mean) / features.scale
        return mask, np.asarray(observed * mask, np.float32)


def _as_number(value: ArrayLike) -> float:
    """Return a number, or the only one of an array. Raises :class:`RequestError`."""
    array = np.asarray(value, float)
    if array.size != 1 or not np.isfinite(array).all():
        raise RequestError("ARDY needs one finite number in place of {value}", value=str(value)[:80])
    return float(array.reshape(-1)[0])


def _as_limit(frames: ArrayLike | None) -> int | None:
    """Return a number of frames in whole tokens; None for None and negative numbers."""
    if frames is None or _as_number(frames) < 0:
        return None
    return int(_as_number(frames)) // FRAMES_PER_TOKEN * FRAMES_PER_TOKEN


def _as_rows(values: ArrayLike, numbers: int, name: str) -> F32:
    """Return values as a float32 array (n, numbers). Raises :class:`RequestError` if they have another shape."""
    array = np.asarray(values, np.float32)
    if array.ndim != 2 or array.shape[1] != numbers:
        raise RequestError(
            "The {name} for ARDY must have {count} numbers in each row", name=name, count=numbers
        )
    return array


def _as_shape(values: ArrayLike, shape: tuple[int, ...], name: str) -> F32:
    """Return values as a float32 array of that shape. Raises :class:`RequestError` if they have another one."""
    array = np.asarray(values, np.float32)
    if array.shape != shape or not np.all(np.isfinite(array)):
        raise RequestError(
            "The {name} for ARDY must be {shape} finite numbers",
            name=name,
            shape=" x ".join(str(n) for n in shape),
        )
    return array
