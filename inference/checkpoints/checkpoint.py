# SPDX-License-Identifier: GPL-3.0-or-later
"""Single predictions and whole sampling loops with an MDM or DiP checkpoint; NumPy in and out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from ...motion.errors import CheckpointError
from .files import find_checkpoint_file, read_tensors, select_device
from .layout import check_layout, expected_shapes
from .network import Network, TextTokens
from .sampling import sample_ddim, sample_ddpm, sample_dpm_solver
from .schedule import Respacing, Schedule, make_schedule
from .settings import Settings, read_settings

F32 = NDArray[np.float32]

SAMPLERS = ("ddpm", "ddim", "dpm++")

AfterStep = Callable[[int, int], None]
"""Called with (steps done, steps in all) after each denoising step; an exception from it ends the sampling."""


def load_checkpoint(path: str | Path, device: str | None = None) -> Checkpoint:
    """Load the checkpoint in a file or folder (the latest one), ``.pt`` or ``.safetensors``, with its ``args.json``.

    ``device`` is PyTorch's name of a device; None means CUDA if there is one, else the CPU. Only tensors are read from
    a file, and no code in it is run. Raises :class:`CheckpointError`.
    """
    file = find_checkpoint_file(Path(path))
    settings = read_settings(file.parent / "args.json")
    tensors = read_tensors(file, settings.use_ema)
    check_layout(tensors, settings, file.name)
    target = select_device(device)
    return Checkpoint(settings, {name: tensors[name].to(target) for name in expected_shapes(settings)}, file)


class Checkpoint:
    """A network of the Motion Diffusion Model with its noise schedule.

    Motions are float32 in the original's layout (B, features, 1, T), normalised by the data set's mean and standard
    deviation; features are HumanML3D's 263 (``motion.formats.humanml3d``) or KIT-ML's 251. All methods raise
    :class:`CheckpointError` if the arguments do not fit the checkpoint.
    """

    def __init__(self, settings: Settings, tensors: dict[str, torch.Tensor], file: Path) -> None:
        self.settings = settings
        self.file = file
        self._network = Network(settings, tensors)
        self._device = self._network.device

    def count_steps(self, respacing: Respacing = None) -> int:
        """Return the number of sampling steps with a respacing."""
        return len(self._make_schedule(respacing))

    def denoise(
        self,
        noisy: ArrayLike,
        timestep: int | ArrayLike,
        text_embedding: ArrayLike | None = None,
        text_mask: ArrayLike | None = None,
        lengths: ArrayLike | None = None,
        guidance: float | ArrayLike | None = None,
        prefix: ArrayLike | None = None,
    ) -> F32:
        """Predict the clean motion of ``noisy``.

        Parameters
        ----------
        noisy : (B, features, 1, T)
            The noisy motion.
        timestep : int or (B,)
            Its noise level: an index in the original schedule.
        text_embedding, text_mask, lengths, guidance, prefix
            As :meth:`sample` takes them.
        """
        with torch.inference_mode():
            x = self._to_motion_tensor(noisy, "The noisy motion")
            timesteps = np.atleast_1d(np.asarray(timestep))
            if timesteps.size not in (1, len(x)) or timesteps.dtype.kind not in "iu":
                raise CheckpointError("The timestep is neither a whole number nor one for each of the batch")
            if timesteps.min() < 0 or timesteps.max() >= self.settings.diffusion_steps:
                raise CheckpointError(
                    "The timestep is not one of 0 to {last}", last=self.settings.diffusion_steps - 1
                )
            denoiser = self._make_denoiser(x, text_embedding, text_mask, lengths, guidance, prefix)
            tokens = self._network.embed_timesteps(
                torch.from_numpy(timesteps.astype(np.int64)).to(self._device)
            )
            return _to_numpy(denoiser(x, tokens))

    def sample(
        self,
        init_noise: ArrayLike,
        step_noise: ArrayLike | None,
        text_embedding: ArrayLike | None = None,
        text_mask: ArrayLike | None = None,
        lengths: ArrayLike | None = None,
        guidance: float | ArrayLike | None = None,
        respacing: Respacing = None,
        sampler: str = "ddpm",
        eta: float = 0.0,
        keep: ArrayLike | None = None,
        keep_mask: ArrayLike | None = None,
        prefix: ArrayLike | None = None,
        after_step: AfterStep | None = None,
    ) -> F32:
        """Sample motions (B, features, 1, T) from noise.

        Parameters
        ----------
        init_noise : (B, features, 1, T)
            The noisiest state.
        step_noise : (S, B, features, 1, T) or None
            What each step adds, in sampling order; None for samplers that add no noise.
        text_embedding : (1, B, 512) from CLIP, (L, B, 768) from DistilBERT, or None
            One prompt may serve the whole batch (B = 1). None: without text.
        text_mask : (B, L) bool or None
            True where a token of DistilBERT is padding.
        lengths : (B,) or None
            Numbers of valid frames, for models trained with ``mask_frames``.
        guidance : float, (B,) or None
            Weight of classifier-free guidance; None or 1: the conditional prediction alone.
        respacing : None, ``[50]``, ``"ddim50"`` or ``"logsnr10"``
            Which steps of the schedule are used; None: all.
        sampler : str
            ``"ddpm"``, ``"ddim"``, or ``"dpm++"``, made for ten steps with ``"logsnr10"``: quick, but less accurate
            than 50 steps of DDIM.
        eta : float
            Noise of DDIM, 0 to 1.
        keep, keep_mask : (B, features, 1, T) or None
            Where the bool ``keep_mask`` is True, ``keep`` replaces the prediction in every step: some frames
            (in-between) or some features (upper body).
        prefix : (B, features, 1, context) or None
            The frames before the motion, for prefix completion models (DiP).
        after_step : AfterStep or None
            Called after each step.
        """
        with torch.inference_mode():
            x = self._to_motion_tensor(init_noise, "The initial noise")
            schedule = self._make_schedule(respacing)
            if sampler not in SAMPLERS:
                raise CheckpointError(
                    "The sampler {sampler!r} is not known: choose {known}",
                    sampler=sampler,
                    known=", ".join(SAMPLERS),
                )
            denoiser = self._make_denoiser(x, text_embedding, text_mask, lengths, guidance, prefix)
            timestep_tokens = self._network.embed_timesteps(
                torch.from_numpy(schedule.timesteps).to(self._device)
            )
            kept, mask = self._check_kept_motion(keep, keep_mask, x)

            def predict(state: torch.Tensor, i: int) -> torch.Tensor:
                clean = denoiser(state, timestep_tokens[i : i + 1])
                if kept is not None:
                    clean = torch.where(mask, kept, clean)
                if after_step is not None:
                    after_step(len(schedule) - i, len(schedule))
                return clean

            noise = self._make_noise_function(
                step_noise, x, schedule, sampler == "ddpm" or (sampler == "ddim" and eta > 0)
            )
            if sampler == "ddpm":
                return _to_numpy(sample_ddpm(predict, x, schedule, noise))
            if sampler == "ddim":
                return _to_numpy(sample_ddim(predict, x, schedule, eta, noise))
            return _to_numpy(sample_dpm_solver(predict, x, schedule))

    def _make_schedule(self, respacing: Respacing) -> Schedule:
        settings = self.settings
        return make_schedule(
            settings.noise_schedule, settings.diffusion_steps, respacing, settings.sigma_small
        )

    def _make_denoiser(
        self,
        x: torch.Tensor,
        text: ArrayLike | None,
        text_mask: ArrayLike | None,
        lengths: ArrayLike | None,
        guidance: float | ArrayLike | None,
        prefix: ArrayLike | None,
    ) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
        """Return a function of state (B, features, 1, T) and timestep tokens (B or 1, D) to the guided prediction.

        Parameters
        ----------
        x : (B, features, 1, T)
            Any state of the sampling: only its shape matters.
        text, text_mask, lengths, guidance, prefix
            As :meth:`sample` takes them.
        """
        batch = len(x)
        weight = self._check_guidance(guidance, text is not None, batch)
        tokens = self._embed_text(text, text_mask, batch)
        is_guided = weight is not None and bool(weight.any())
        if is_guided:
            # both passes of classifier-free guidance go through the network in one batch
            tokens = tokens.concatenate(self._network.embed_no_text(tokens, batch))
        elif weight is not None or text is None:
            tokens = self._network.embed_no_text(tokens, batch)
        context = self._check_prefix(prefix, batch)
        padding = self._make_padding_mask(lengths, batch, x.shape[-1])

        def predict(state: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
            frames = state[:, :, 0].transpose(1, 2)
            if context is not None:
                frames = torch.cat([context, frames], dim=1)
            clean = self._network(frames, timestep, tokens, padding)
            if is_guided:
                conditional, unconditional = clean.chunk(2)
                clean = torch.lerp(unconditional, conditional, weight)
            return clean.transpose(1, 2)[:, :, None]

        return predict

    def _check_guidance(
        self, guidance: float | ArrayLike | None, has_text: bool, batch: int
    ) -> torch.Tensor | None:
        """Return the guidance weights (B or 1, 1, 1); None if only the conditional prediction is needed."""
        if guidance is None:
            return None
        weight = np.asarray(guidance, dtype=np.float32).reshape(-1, 1, 1)
        if len(weight) not in (1, batch) or not np.all(np.isfinite(weight)):
            raise CheckpointError("The guidance is neither a number nor one for each of the batch")
        if np.all(weight == 1) or not has_text:
            return None
        if not self.settings.text_encoder:
            raise CheckpointError("This checkpoint was trained without text: leave text and guidance out")
        if self.settings.cond_mask_prob == 0:
            raise CheckpointError(
                "This checkpoint was never trained without text, so there is nothing to guide by: leave guidance at 1"
            )
        return torch.from_numpy(weight).to(self._device)

    def _embed_text(self, text: ArrayLike | None, text_mask: ArrayLike | None, batch: int) -> TextTokens:
        """Check text and mask, as :meth:`sample` takes them, and embed them for a batch."""
        if text is None:
            return self._network.embed_text(None, None, batch)
        if not self.settings.text_encoder:
            raise CheckpointError("This checkpoint was trained without text: leave text and guidance out")
        tokens = np.asarray(text, dtype=np.float32)
        if (
            tokens.ndim != 3
            or tokens.shape[1] not in (1, batch)
            or tokens.shape[2] != self.settings.text_width
        ):
            raise CheckpointError(
                "The text embedding has the shape {shape} instead of (tokens, {batch}, {width}): embed the text with "
                "the encoder that the checkpoint was trained with",
                shape=tokens.shape,
                batch=batch,
                width=self.settings.text_width,
            )
        if self.settings.text_encoder == "clip":
            if len(tokens) != 1:
                raise CheckpointError("A sentence is one vector in CLIP: give a text embedding (1, B, 512)")
            text_mask = None
        mask = None
        if text_mask is not None:
            padding = np.asarray(text_mask)
            if padding.dtype != np.bool_ or padding.shape not in ((batch, len(tokens)), (1, len(tokens))):
                raise CheckpointError(
                    "The text mask is not True or False for each of the {count} tokens of each of the batch",
                    count=len(tokens),
                )
            if padding.all(axis=1).any():
                raise CheckpointError("The text mask marks all tokens of a sentence as padding")
            mask = torch.from_numpy(padding).to(self._device)
        return self._network.embed_text(self._to_tensor(tokens).transpose(0, 1), mask, batch)

    def _check_prefix(self, prefix: ArrayLike | None, batch: int) -> torch.Tensor | None:
        context = self.settings.context_len
        if (prefix is None) != (context == 0):
            if not context:
                raise CheckpointError("This checkpoint cannot continue a motion: leave the prefix out")
            raise CheckpointError(
                "This checkpoint continues a motion: give the {count} frames before it as the prefix",
                count=context,
            )
        if prefix is None:
            return None
        frames = self._to_motion_tensor(prefix, "The prefix")
        if len(frames) not in (1, batch) or frames.shape[-1] != context:
            raise CheckpointError(
                "The prefix has the shape {shape}, not {batch} times {count} frames",
                shape=tuple(frames.shape),
                batch=batch,
                count=context,
            )
        return frames[:, :, 0].transpose(1, 2).expand(batch, -1, -1)

    def _make_padding_mask(self, lengths: ArrayLike | None, batch: int, frames: int) -> torch.Tensor | None:
        """Return (B, context + T), True where a frame is padding; None if all are valid or the model uses no mask."""
        if lengths is None:
            return None
        valid = np.asarray(lengths)
        if valid.shape != (batch,) or valid.dtype.kind not in "iu" or valid.min() < 1 or valid.max() > frames:
            raise CheckpointError(
                "The lengths are not {batch} whole numbers of 1 to {frames}: one for each motion",
                batch=batch,
                frames=frames,
            )
        if not self.settings.mask_frames or valid.min() == frames:
            return None
        padding = np.arange(frames) >= valid[:, None]
        return torch.from_numpy(np.pad(padding, ((0, 0), (self.settings.context_len, 0)))).to(self._device)

    def _check_kept_motion(
        self, keep: ArrayLike | None, mask: ArrayLike | None, x: torch.Tensor
    ) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        """Return the motion to keep and its mask, both of the shape of ``x``; None without them."""
        if (keep is None) != (mask is None):
            raise CheckpointError(
                "Give both the motion to keep and the mask of what to keep of it, or neither"
            )
        if keep is None or mask is None:
            return None, None
        keep_mask = np.asarray(mask)
        try:
            keep_mask = np.broadcast_to(keep_mask, tuple(x.shape))
            motion = np.broadcast_to(np.asarray(keep, dtype=np.float32), tuple(x.shape))
        except ValueError as error:
            raise CheckpointError(
                "The motion to keep and its mask must have the shape {shape}", shape=tuple(x.shape)
            ) from error
        if keep_mask.dtype != np.bool_:
            raise CheckpointError("The mask of what to keep is not True or False everywhere")
        return self._to_tensor(motion), torch.from_numpy(keep_mask.copy()).to(self._device)

    def _make_noise_function(
        self, step_noise: ArrayLike | None, x: torch.Tensor, schedule: Schedule, is_needed: bool
    ) -> Callable[[int], torch.Tensor]:
        """Return a function of the number of a step to its noise.

        Parameters
        ----------
        step_noise : (S, B, features, 1, T) or None
            As :meth:`sample` takes it; checked if it is needed.
        x : (B, features, 1, T)
            Any state of the sampling: only its shape matters.
        schedule : Schedule
            The steps.
        is_needed : bool
            Whether the sampler adds noise.
        """
        noise = None if step_noise is None else np.asarray(step_noise, dtype=np.float32)
        if is_needed and (
            noise is None or noise.shape[1:] != tuple(x.shape) or len(noise) < len(schedule) - 1
        ):
            raise CheckpointError(
                "This sampler adds noise in each step: give step_noise {shape}",
                shape=(len(schedule), *x.shape),
            )

        def noise_of_step(step: int) -> torch.Tensor:
            assert noise is not None
            return self._to_tensor(noise[step])

        return noise_of_step

    def _to_motion_tensor(self, values: ArrayLike, name: str) -> torch.Tensor:
        """Return a motion as a tensor; ``name`` is used in the error if its shape is wrong."""
        motion = np.asarray(values, dtype=np.float32)
        if motion.ndim != 4 or motion.shape[1:3] != (self.settings.features, 1) or 0 in motion.shape:
            raise CheckpointError(
                "{name} has the shape {shape} instead of (B, {features}, 1, T)",
                name=name,
                shape=motion.shape,
                features=self.settings.features,
            )
        return self._to_tensor(motion)

    def _to_tensor(self, values: NDArray[np.float32]) -> torch.Tensor:
        return torch.from_numpy(np.require(values, requirements=["C", "W"])).to(self._device)


def _to_numpy(motion: torch.Tensor) -> F32:
    return np.asarray(motion.contiguous().cpu().numpy(), dtype=np.float32)
