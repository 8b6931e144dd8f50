# SPDX-License-Identifier: GPL-3.0-or-later
"""Small checkpoints for tests: every kind of network, with random weights seeded by their names."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

BATCH, FRAMES, TOKENS = 2, 40, 5

_BERT = {"arch": "trans_dec", "text_encoder_type": "bert"}
_DIP = {**_BERT, "diffusion_steps": 10, "context_len": 20, "pred_len": 40}

VARIANTS: dict[str, dict[str, Any]] = {
    "encoder": {"arch": "trans_enc"},
    "encoder_masked": {"arch": "trans_enc", "mask_frames": True},
    "encoder_1000": {"arch": "trans_enc", "diffusion_steps": 1000},
    "encoder_linear_large": {
        "arch": "trans_enc", "diffusion_steps": 1000, "noise_schedule": "linear", "sigma_small": False
    },
    "encoder_unconstrained": {"arch": "trans_enc", "unconstrained": True},
    "decoder": {"arch": "trans_dec", "mask_frames": True},
    "decoder_token": {"arch": "trans_dec", "emb_trans_dec": True, "mask_frames": True},
    "bert": {**_BERT, "mask_frames": True},
    "bert_token": {**_BERT, "mask_frames": True, "emb_trans_dec": True},
    "bert_concat": {**_BERT, "mask_frames": True, "emb_policy": "concat"},
    "dip": {**_DIP, "mask_frames": True},
    "dip_plain": _DIP,
}  # fmt: skip
"""Arguments by which the variants of the original differ."""

SIZES = {"latent_dim": 16, "layers": 2}


def normal(name: str, *shape: int) -> np.ndarray:
    """Return normally distributed numbers seeded by a name."""
    return np.random.RandomState(zlib.crc32(name.encode())).standard_normal(shape).astype(np.float32)


def arguments(variant: str, **more: Any) -> dict[str, Any]:
    """Return the content of ``args.json`` of a variant."""
    return {
        "dataset": "humanml", "cond_mask_prob": 0.1, "noise_schedule": "cosine", "diffusion_steps": 50,
        "sigma_small": True, "unconstrained": False, **SIZES, **VARIANTS[variant], **more,
    }  # fmt: skip


def weights(shapes: dict[str, tuple[int, ...]], seed: str = "") -> dict[str, np.ndarray]:
    """Return tensors by name, large enough for a wrong mask or token to change the output."""
    found = {}
    for name, shape in shapes.items():
        draw = normal(seed + name, *shape)
        if len(shape) > 1:
            draw *= 1.1 / np.sqrt(shape[-1])
        elif "norm" in name and name.endswith("weight"):
            draw = 1 + 0.1 * draw
        else:
            draw *= 0.1
        found[name] = draw.astype(np.float32)
    return found


def inputs(variant: str) -> dict[str, Any]:
    """Return the inputs of a variant: state, text, mask, lengths, prefix, noise, and what is kept."""
    options = arguments(variant)
    shape = (BATCH, 263, 1, FRAMES)
    steps = min(10, options["diffusion_steps"])
    asked: dict[str, Any] = {
        "x": normal("x", *shape), "init": normal("init", *shape), "noise": normal("noise", steps, *shape),
        "lengths": np.array([FRAMES, FRAMES - 13]), "text": None, "text_mask": None, "prefix": None,
        "steps": steps, "keep": 0.5 * normal("keep", *shape), "keep_mask": np.ones(shape, bool),
    }  # fmt: skip
    asked["keep_mask"][..., 10:30] = False
    if options.get("text_encoder_type") == "bert":
        asked["text"] = normal("tokens", TOKENS, BATCH, 768)
        asked["text_mask"] = np.array([[False] * TOKENS, [False] * 3 + [True] * 2])
    elif not options["unconstrained"]:
        asked["text"] = normal("sentence", 1, BATCH, 512)
    if options.get("context_len"):
        asked["prefix"] = normal("prefix", BATCH, 263, 1, options["context_len"])
    return asked


def write(folder: Path, variant: str, **more: Any) -> Path:
    """Write a checkpoint of a variant to ``folder``: ``.pt`` and ``args.json``. Needs torch."""
    import torch
    from kinescribe.inference.checkpoints.layout import expected_shapes
    from kinescribe.inference.checkpoints.settings import settings_from_arguments

    folder.mkdir(parents=True, exist_ok=True)
    options = arguments(variant, **more)
    (folder / "args.json").write_text(json.dumps(options), encoding="utf-8")
    tensors = weights(expected_shapes(settings_from_arguments(options)))
    torch.save({k: torch.from_numpy(v) for k, v in tensors.items()}, folder / "model000000010.pt")
    return folder
