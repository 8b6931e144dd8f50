# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the settings of a Motion Diffusion Model checkpoint from its ``args.json``.

Names and defaults are those of GuyTevet/motion-diffusion-model: files from 2022 lack the arguments that later versions
added, and mean their defaults. Arguments that only matter to training are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...motion.errors import CheckpointError

HEADS = 4
FEED_FORWARD = 1024
"""Heads and feed-forward width are constants in the original: no published checkpoint has others."""

TEXT_WIDTHS = {"clip": 512, "bert": 768}
_FEATURES = {"humanml": 263, "kit": 251}
_FRAME_RATES = {"humanml": 20.0, "kit": 12.5}
_MAX_VALUES = {
    "layers": 64,
    "latent_dim": 4096,
    "diffusion_steps": 100_000,
    "context_len": 10_000,
    "pred_len": 10_000,
}


@dataclass(frozen=True)
class Settings:
    """The arguments with which the network is built and sampled."""

    dataset: str = "humanml"
    """``"humanml"`` (HumanML3D) or ``"kit"`` (KIT-ML)."""
    arch: str = "trans_enc"
    """``"trans_enc"`` (encoder) or ``"trans_dec"`` (decoder)."""
    text_encoder: str = "clip"
    """``"clip"``, ``"bert"`` (DistilBERT) or ``""`` for a model without text."""
    emb_trans_dec: bool = False
    """Whether a decoder has the timestep as token in front of the frames."""
    add_text: bool = True
    """Whether text and timestep are summed; False: they are separate tokens (DistilBERT only)."""
    layers: int = 8
    latent_dim: int = 512
    cond_mask_prob: float = 0.1
    """How often text was dropped in training; 0: no classifier-free guidance."""
    mask_frames: bool = False
    """Whether padding frames are masked in attention."""
    use_ema: bool = False
    """Whether the moving average of the weights is used."""
    context_len: int = 0
    """Frames of the prefix; above 0 for prefix completion models (DiP)."""
    pred_len: int = 0
    """Frames that a prefix completion model predicts."""
    noise_schedule: str = "cosine"
    """``"cosine"`` or ``"linear"``."""
    diffusion_steps: int = 1000
    sigma_small: bool = True
    """Whether DDPM's noise has the posterior's variance; False: beta."""

    @property
    def features(self) -> int:
        """Numbers in a frame: 263 for HumanML3D, 251 for KIT-ML."""
        return _FEATURES[self.dataset]

    @property
    def fps(self) -> float:
        """Frames a second of the training data."""
        return _FRAME_RATES[self.dataset]

    @property
    def text_width(self) -> int:
        """Size of the text encoder's output for a prompt (CLIP) or a token (DistilBERT); 0 without text."""
        return TEXT_WIDTHS.get(self.text_encoder, 0)

    @property
    def has_condition_token(self) -> bool:
        """Whether the first token of the sequence is the condition, not a frame."""
        return self.arch == "trans_enc" or self.emb_trans_dec


def read_settings(path: Path) -> Settings:
    """Read an ``args.json`` file. Raises :class:`CheckpointError`."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(
            "{name} is not beside the checkpoint: put the file that was published with it there",
            name=path.name,
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(
            "{name} can't be read ({error}): download it again", name=path.name, error=error
        ) from error
    if not isinstance(values, dict):
        raise CheckpointError("{name} holds no arguments of a model: download it again", name=path.name)
    return settings_from_arguments(values)


def settings_from_arguments(values: Mapping[str, Any]) -> Settings:
    """Return the settings for the arguments of a training run. Raises :class:`CheckpointError`."""
    default = Settings()
    unconstrained = _read_flag(values, "unconstrained", values.get("cond_mode") == "no_cond")
    settings = Settings(
        dataset=_read_choice(values, "dataset", default.dataset, tuple(_FEATURES)),
        arch=_read_choice(values, "arch", default.arch, ("trans_enc", "trans_dec")),
        text_encoder=""
        if unconstrained
        else _read_choice(values, "text_encoder_type", default.text_encoder, tuple(TEXT_WIDTHS)),
        emb_trans_dec=_read_flag(values, "emb_trans_dec", False),
        add_text=values.get("emb_policy", "add") == "add",
        layers=_read_integer(values, "layers", default.layers, 1),
        latent_dim=_read_integer(values, "latent_dim", default.latent_dim, 2 * HEADS),
        cond_mask_prob=_read_fraction(values, "cond_mask_prob", default.cond_mask_prob),
        mask_frames=_read_flag(values, "mask_frames", False),
        use_ema=_read_flag(values, "use_ema", False),
        context_len=_read_integer(values, "context_len", 0, 0),
        pred_len=_read_integer(values, "pred_len", 0, 0) or _read_integer(values, "context_len", 0, 0),
        noise_schedule=_read_choice(values, "noise_schedule", default.noise_schedule, ("cosine", "linear")),
        diffusion_steps=_read_integer(values, "diffusion_steps", default.diffusion_steps, 2),
        sigma_small=_read_flag(values, "sigma_small", True),
    )
    if settings.latent_dim % (2 * HEADS):
        raise CheckpointError(
            "args.json has latent_dim {width}, which can't be divided by {heads} heads: download it again",
            width=settings.latent_dim,
            heads=HEADS,
        )
    if settings.text_encoder == "bert" and settings.arch != "trans_dec":
        raise CheckpointError(
            "args.json has DistilBERT without trans_dec, which MDM does not support: download it again"
        )
    if not settings.add_text and settings.text_encoder != "bert":
        raise CheckpointError(
            "args.json has emb_policy {policy!r}, which MDM supports with DistilBERT only: download it again",
            policy=values.get("emb_policy"),
        )
    return settings


def _read_choice(values: Mapping[str, Any], name: str, default: str, choices: tuple[str, ...]) -> str:
    """Return the argument ``name``, which is one of ``choices``. Raises :class:`CheckpointError`."""
    value = values.get(name, default)
    if value not in choices:
        raise CheckpointError(
            "args.json has {name} {value!r}, but only {known} are supported: choose another checkpoint",
            name=name,
            value=value,
            known=" and ".join(choices),
        )
    return str(value)


def _read_flag(values: Mapping[str, Any], name: str, default: bool) -> bool:
    value = values.get(name, default)
    if not isinstance(value, bool):
        raise CheckpointError(
            "args.json has {name} {value!r} instead of true or false: download it again",
            name=name,
            value=value,
        )
    return value


def _read_fraction(values: Mapping[str, Any], name: str, default: float) -> float:
    value = values.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise CheckpointError(
            "args.json has {name} {value!r} instead of a number of 0 to 1: download it again",
            name=name,
            value=value,
        )
    return float(value)


def _read_integer(values: Mapping[str, Any], name: str, default: int, minimum: int) -> int:
    """Return the argument ``name``, a whole number of ``minimum`` or more. Raises :class:`CheckpointError`."""
    value = values.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= _MAX_VALUES[name]:
        raise CheckpointError(
            "args.json has {name} {value!r} instead of {least} to {most}: download it again",
            name=name,
            value=value,
            least=minimum,
            most=_MAX_VALUES[name],
        )
    return value
