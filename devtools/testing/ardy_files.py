# SPDX-License-Identifier: GPL-3.0-or-later
"""Make ARDY checkpoints with random weights in the layout of the published ones: the original reads them too."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from kinescribe.inference.ardy.config import ArdyConfig
from kinescribe.inference.ardy.config_values import TransformerSizes
from kinescribe.inference.ardy.representation import BODY_FEATURES
from kinescribe.inference.ardy.tensor_layout import (
    UNUSED_PREFIX,
    Shapes,
    denoiser_shapes,
    tokenizer_shapes,
)

FILES = {"denoiser.safetensors": "denoiser.backbone.", "tokenizer.safetensors": "pose_net."}

SMALL = ArdyConfig(
    fps=20,
    horizon=40,
    text_width=24,
    latent=8,
    levels=(64,) * 8,
    denoiser=TransformerSizes(32, 48, 2, 4),
    tokenizer=TransformerSizes(16, 32, 2, 2),
    causal_encoder=True,
    causal_decoder=True,
)
PUBLISHED = ArdyConfig(
    fps=20,
    horizon=40,
    text_width=4096,
    latent=128,
    levels=(64,) * 128,
    denoiser=TransformerSizes(1024, 2048, 8, 8),
    tokenizer=TransformerSizes(512, 1024, 8, 4),
    causal_encoder=True,
    causal_decoder=True,
)

_CONFIG = """\
# a comment
_target_: ardy.model.Ardy
cfg_type: separated
gen_horizon_len: {horizon}
num_base_steps: 10
text_encoder: null
autoencoder:
  _target_: ardy.model.autoencoder.fsq.FSQVAETransformer
  ckpt_path: ${{oc.select:checkpoint_dir}}/tokenizer.safetensors
  motion_rep:
    _target_: ardy.motion_rep.reps.ardy_motionrep.ArdyMotionRep
    fps: {fps}
    stats_path: ${{oc.select:checkpoint_dir}}/stats/motion/
    skeleton:
      _target_: ardy.skeleton.CoreSkeleton27
  feature_mode: [body, pose, body, root]
  num_fsq_levels: {latent}
  fsq_level_list: {levels}
  encode_with_normalization: true
  encode_with_quantization: true
  num_frames_per_token: 4
  latent_dim: {tokenizer.width}
  ff_size: {tokenizer.hidden}
  num_layers: {tokenizer.layers}
  num_heads: {tokenizer.heads}
  activation: gelu
  dropout: 0.0
  pe_dropout: 0.0
  norm_first: false
  causal_encoder: {causal_encoder}
  causal_decoder: {causal_decoder}
denoiser:
  _target_: ardy.model.auto_latent_twostage_denoiser.AutoLatentTwostageDenoiser
  motion_rep:
    _target_: ardy.motion_rep.reps.ardy_motionrep.ArdyMotionRep
    fps: {fps}
    stats_path: ${{oc.select:checkpoint_dir}}/stats/motion/
    skeleton:
      _target_: "ardy.skeleton.CoreSkeleton27"
  ckpt_path: ${{oc.select:checkpoint_dir}}/denoiser.safetensors
  motion_mask_mode: concat
  num_frames_per_token: 4
  nframe_root_dim: 20
  latent_embedding_dim: {latent}
  latent_dim: {denoiser.width}
  ff_size: {denoiser.hidden}
  num_layers: {denoiser.layers}
  num_heads: {denoiser.heads}
  activation: gelu
  dropout: 0.0
  pe_dropout: 0.0
  norm_first: false
  llm_shape:
  - 1
  - {text_width}
  use_text_mask: false
  input_first_heading_angle: true
  positional_encoding_mode: learned_prefix_zero_at_first_generation
"""


def format_config(config: ArdyConfig) -> str:
    """Return a ``config.yaml``."""
    fields = {name: getattr(config, name) for name in config.__dataclass_fields__}
    fields |= {name: str(fields[name]).lower() for name in ("causal_encoder", "causal_decoder")}
    return _CONFIG.format(**fields | {"levels": f"[{', '.join(str(n) for n in config.levels)}]"})


def make_tensors(shapes: Shapes, prefix: str, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return random weights of a size that keeps the rows of a network about as large as they were."""
    tensors = {}
    for name, shape in shapes.items():
        values = rng.standard_normal(shape, dtype=np.float32) / np.float32(np.sqrt(shape[-1]))
        tensors[prefix + name] = 1 + values if name.endswith(("norm1.weight", "norm2.weight")) else values
    return tensors


def to_stored_numbers(values: np.ndarray, dtype: str) -> np.ndarray:
    """Return numbers as a file of a type such as "BF16" holds them."""
    if dtype == "BF16":
        return (np.ascontiguousarray(values, np.float32).view(np.uint32) >> 16).astype("<u2")
    return values.astype({"F32": "<f4", "F16": "<f2", "F64": "<f8", "I64": "<i8"}[dtype])


def write_safetensors(path: Path, tensors: Mapping[str, np.ndarray], dtype: str = "F32") -> None:
    """Write tensors by name, in a type such as "F16"."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    position, parts = 0, []
    for name, values in tensors.items():
        parts.append(to_stored_numbers(values, dtype))
        end = position + parts[-1].nbytes
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [position, end]}
        position = end
    write_raw_safetensors(path, json.dumps(header), b"".join(part.tobytes() for part in parts))


def write_repeated_safetensors(path: Path, shapes: Mapping[str, list[int]], pool: np.ndarray) -> None:
    """Write tensors in bfloat16 that all repeat the same numbers: quick, however large they are."""
    header, position = {}, 0
    for name, shape in shapes.items():
        end = position + 2 * math.prod(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [position, end]}
        position = end
    write_raw_safetensors(path, json.dumps(header), b"")
    numbers = to_stored_numbers(pool, "BF16").tobytes()
    with path.open("ab") as file:
        for start in range(0, position, len(numbers)):
            file.write(numbers[: position - start])


def write_raw_safetensors(path: Path, header: str, data: bytes) -> None:
    """Write a header and what stands behind it, whatever they say."""
    encoded = header.encode("utf-8")
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + data)


def write_statistics(folder: Path, config: ArdyConfig, rng: np.random.Generator) -> None:
    """Write random statistics, and those before quantisation, which nothing uses."""
    for name, count in (("motion", 334), ("post_quantization", config.latent)):
        (folder / "stats" / name).mkdir(parents=True, exist_ok=True)
        np.save(folder / "stats" / name / "mean.npy", rng.normal(0, 0.1, count))
        np.save(folder / "stats" / name / "std.npy", rng.uniform(0.4, 0.8, count))
    unused = folder / "stats" / "pre_quantization"
    unused.mkdir(exist_ok=True)
    np.save(unused / "mean.npy", np.zeros(config.latent))
    np.save(unused / "std.npy", np.ones(config.latent))


def training_shapes(config: ArdyConfig) -> Shapes:
    """Return the shapes of the tokenizer's tensors that are published and that only training needs."""
    name = f"{UNUSED_PREFIX}0"
    width = config.tokenizer.width // 4
    return {f"{name}.weight": (width, BODY_FEATURES), f"{name}.bias": (width,)}


def write_checkpoint(folder: Path, config: ArdyConfig = SMALL, dtype: str = "F32", seed: int = 0) -> Path:
    """Write a checkpoint into a new folder, and return the folder.

    Parameters
    ----------
    folder : the folder
    config : sizes
    dtype : type of the tensors
    seed : of the random weights
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(format_config(config), encoding="utf-8")
    write_statistics(folder, config, rng)
    for (file, prefix), shapes in zip(
        FILES.items(),
        (denoiser_shapes(config), tokenizer_shapes(config) | training_shapes(config)),
        strict=True,
    ):
        write_safetensors(folder / file, make_tensors(shapes, prefix, rng), dtype)
    return folder
