# SPDX-License-Identifier: GPL-3.0-or-later
"""Make Kimodo checkpoints with random weights in a layout that the original's code reads too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from kinescribe.inference.ardy.config_values import TransformerSizes
from kinescribe.inference.kimodo.config import (
    BODY_FEATURES,
    LOCAL_ROOT_FEATURES,
    ROOT_FEATURES,
    KimodoConfig,
    tensor_shapes,
)

from .ardy_files import make_tensors, write_safetensors

SMALL = KimodoConfig(
    fps=30,
    base_steps=100,
    text_tokens=1,
    text_width=24,
    hides_missing_text=False,
    sizes=TransformerSizes(32, 48, 2, 4),
    statistics=("stats", "motion"),
)

_VELOCITY_SPREAD = (40.0, 40.0, 40.0, 1.0)
"""Deviations of the local root: the root of a random network jumps from frame to frame."""

_CONFIG = """\
_target_: kimodo.model.Kimodo
cfg_type: separated
num_base_steps: {base_steps}
text_encoder: null
denoiser:
  _target_: kimodo.model.twostage_denoiser.TwostageDenoiser
  motion_rep:
    _target_: kimodo.motion_rep.reps.kimodo_motionrep.KimodoMotionRep
    fps: {fps}
    stats_path: ${{checkpoint_dir}}/{folder}
    skeleton:
      _target_: kimodo.skeleton.SOMASkeleton30
  ckpt_path: ${{checkpoint_dir}}/model.safetensors
  motion_mask_mode: concat
  latent_dim: {sizes.width}
  ff_size: {sizes.hidden}
  num_layers: {sizes.layers}
  num_heads: {sizes.heads}
  activation: gelu
  dropout: 0.0
  pe_dropout: 0.0
  norm_first: false
  llm_shape:
  - {text_tokens}
  - {text_width}
  use_text_mask: {hides_missing_text}
  input_first_heading_angle: true
"""


def format_config(config: KimodoConfig) -> str:
    """Return a ``config.yaml``."""
    fields = {name: getattr(config, name) for name in config.__dataclass_fields__}
    fields["hides_missing_text"] = str(config.hides_missing_text).lower()
    return _CONFIG.format(**fields, folder="/".join(config.statistics))


def write_kimodo(folder: Path, config: KimodoConfig = SMALL, seed: int = 0) -> Path:
    """Write a checkpoint with random weights into a new folder, and return the folder."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(format_config(config), encoding="utf-8")
    for name, count in (
        ("global_root", ROOT_FEATURES),
        ("local_root", LOCAL_ROOT_FEATURES),
        ("body", BODY_FEATURES),
    ):
        part = folder.joinpath(*config.statistics, name)
        part.mkdir(parents=True)
        deviation = rng.uniform(0.4, 0.8, count)
        np.save(part / "mean.npy", rng.normal(0, 0.1, count))
        np.save(part / "std.npy", deviation * _VELOCITY_SPREAD if name == "local_root" else deviation)
    tensors = make_tensors(tensor_shapes(config), "denoiser.backbone.", rng)
    write_safetensors(folder / "model.safetensors", tensors)
    return folder
