# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind of network a checkpoint of the Motion Diffusion Model is, as its ``args.json`` says.

Names and defaults are those of GuyTevet/motion-diffusion-model: files from 2022 lack the arguments that later versions
added, and mean their defaults. Arguments of training alone are passed over.
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
"""Both are constants in the original: no published checkpoint has others."""

TEXT_WIDTHS = {"clip": 512, "bert": 768}
_FEATURES = {"humanml": 263, "kit": 251}
_RATES = {"humanml": 20.0, "kit": 12.5}
_LARGEST = {
    "layers": 64,
    "latent_dim": 4096,
    "diffusion_steps": 100_000,
    "context_len": 10_000,
    "pred_len": 10_000,
}


@dataclass(frozen=True)
class Settings:
    """The arguments that decide how the network is built and sampled.

    ``text_encoder`` is ``"clip"``, ``"bert"`` (DistilBERT) or ``""`` for a model without text. ``context_len`` above
    zero makes it a prefix completion model (DiP), which sees that many frames and predicts ``pred_len`` more.
    ``add_text`` tells whether text and timestep are one sum or, with DistilBERT alone, tokens in a row.
    """

    dataset: str = "humanml"
    arch: str = "trans_enc"
    text_encoder: str = "clip"
    emb_trans_dec: bool = False
    add_text: bool = True
    layers: int = 8
    latent_dim: int = 512
    cond_mask_prob: float = 0.1
    mask_frames: bool = False
    use_ema: bool = False
    context_len: int = 0
    pred_len: int = 0
    noise_schedule: str = "cosine"
    diffusion_steps: int = 1000
    sigma_small: bool = True

    @property
    def features(self) -> int:
        """Numbers a frame: 263 for HumanML3D, 251 for KIT-ML."""
        return _FEATURES[self.dataset]

    @property
    def fps(self) -> float:
        """Frames a second of the data that it was trained on."""
        return _RATES[self.dataset]

    @property
    def text_width(self) -> int:
        """Numbers that the text encoder gives for a sentence (CLIP) or a token (DistilBERT); 0 without text."""
        return TEXT_WIDTHS.get(self.text_encoder, 0)

    @property
    def token_in_front(self) -> bool:
        """Whether token 0 of the sequence is the condition and no frame."""
        return self.arch == "trans_enc" or self.emb_trans_dec


def read_settings(path: Path) -> Settings:
    """The settings in an ``args.json`` file. Raises :class:`CheckpointError`."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(
            f"{path.name} is not beside the checkpoint: put the file that was published with it there"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path.name} can't be read ({error}): download it again") from error
    if not isinstance(values, dict):
        raise CheckpointError(f"{path.name} holds no arguments of a model: download it again")
    return from_arguments(values)


def from_arguments(values: Mapping[str, Any]) -> Settings:
    """The settings that the arguments of a training run mean. Raises :class:`CheckpointError`."""
    default = Settings()
    unconstrained = _flag(values, "unconstrained", values.get("cond_mode") == "no_cond")
    settings = Settings(
        dataset=_choice(values, "dataset", default.dataset, tuple(_FEATURES)),
        arch=_choice(values, "arch", default.arch, ("trans_enc", "trans_dec")),
        text_encoder=""
        if unconstrained
        else _choice(values, "text_encoder_type", default.text_encoder, tuple(TEXT_WIDTHS)),
        emb_trans_dec=_flag(values, "emb_trans_dec", False),
        add_text=values.get("emb_policy", "add") == "add",
        layers=_whole(values, "layers", default.layers, 1),
        latent_dim=_whole(values, "latent_dim", default.latent_dim, 2 * HEADS),
        cond_mask_prob=_number(values, "cond_mask_prob", default.cond_mask_prob),
        mask_frames=_flag(values, "mask_frames", False),
        use_ema=_flag(values, "use_ema", False),
        context_len=_whole(values, "context_len", 0, 0),
        pred_len=_whole(values, "pred_len", 0, 0) or _whole(values, "context_len", 0, 0),
        noise_schedule=_choice(values, "noise_schedule", default.noise_schedule, ("cosine", "linear")),
        diffusion_steps=_whole(values, "diffusion_steps", default.diffusion_steps, 2),
        sigma_small=_flag(values, "sigma_small", True),
    )
    if settings.latent_dim % (2 * HEADS):
        raise CheckpointError(
            f"args.json says latent_dim {settings.latent_dim}, which {HEADS} heads can't share: it is damaged"
        )
    if settings.text_encoder == "bert" and settings.arch != "trans_dec":
        raise CheckpointError(
            "args.json asks for DistilBERT without trans_dec, which MDM does not have: check it"
        )
    if not settings.add_text and settings.text_encoder != "bert":
        raise CheckpointError(
            f"args.json says emb_policy {values.get('emb_policy')!r}, which MDM has with DistilBERT only: check it"
        )
    return settings


def _choice(values: Mapping[str, Any], name: str, default: str, known: tuple[str, ...]) -> str:
    value = values.get(name, default)
    if value not in known:
        raise CheckpointError(
            f"args.json says {name} {value!r}, but only {' and '.join(known)} are known here: choose another checkpoint"
        )
    return str(value)


def _flag(values: Mapping[str, Any], name: str, default: bool) -> bool:
    value = values.get(name, default)
    if not isinstance(value, bool):
        raise CheckpointError(f"args.json says {name} {value!r} instead of true or false: it is damaged")
    return value


def _number(values: Mapping[str, Any], name: str, default: float) -> float:
    value = values.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise CheckpointError(f"args.json says {name} {value!r} instead of a share of 0 to 1: it is damaged")
    return float(value)


def _whole(values: Mapping[str, Any], name: str, default: int, least: int) -> int:
    value = values.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST[name]:
        raise CheckpointError(
            f"args.json says {name} {value!r} instead of {least} to {_LARGEST[name]}: it is damaged"
        )
    return value
