# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a checkpoint, read from its ``config.yaml`` and checked against what this room computes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...motion.errors import CheckpointError
from .config_reader import ConfigTree, ConfigValue, find_values, read_config
from .config_values import (
    MAX_WIDTH,
    TransformerSizes,
    find_flag,
    find_number,
    find_sizes,
    find_value,
    raise_unsupported,
    require_value,
)

CONFIG_FILE = "config.yaml"

FRAMES_PER_TOKEN = 4
ROOT_NUMBERS = 5 * FRAMES_PER_TOKEN
"""Numbers of the root in a token."""
LOCAL_ROOT_NUMBERS = 4 * FRAMES_PER_TOKEN
"""Numbers of the local root in a token."""

_MODEL_CLASSES = ("Ardy",)
_DENOISER_CLASSES = ("AutoLatentTwostageDenoiser",)
_TOKENIZER_CLASSES = ("FSQVAETransformer",)
_REPRESENTATION_CLASSES = ("ArdyMotionRep",)
_SKELETON_CLASSES = ("CoreSkeleton27",)

_MAX_LEVELS = 1024
_MAX_HORIZON = 400  # frames


@dataclass(frozen=True)
class ArdyConfig:
    """What a checkpoint's ``config.yaml`` says.

    Attributes
    ----------
    fps : frames per second of the motions
    horizon : frames that are generated at a time
    text_width : numbers of a text vector
    latent : numbers of the latent body of a token
    levels : levels to which each of them is quantised
    denoiser, tokenizer : sizes of the two networks
    causal_encoder, causal_decoder : whether a token of the tokenizer sees earlier ones only
    """

    fps: int
    horizon: int
    text_width: int
    latent: int
    levels: tuple[int, ...]
    denoiser: TransformerSizes
    tokenizer: TransformerSizes
    causal_encoder: bool
    causal_decoder: bool

    @property
    def horizon_tokens(self) -> int:
        """Tokens that are generated at a time."""
        return self.horizon // FRAMES_PER_TOKEN

    @property
    def token_numbers(self) -> int:
        """Numbers of a token: the root of its frames and the latent body."""
        return ROOT_NUMBERS + self.latent


def read_ardy_config(folder: Path) -> ArdyConfig:
    """Return the settings of the checkpoint in a folder.

    Raises :class:`CheckpointError` if the file is missing, malformed, or describes a model that is computed otherwise.
    """
    path = folder / CONFIG_FILE
    if not path.is_file():
        raise CheckpointError(
            "{folder} holds no {file}: choose the folder of an ARDY checkpoint",
            folder=folder.name,
            file=CONFIG_FILE,
        )
    return interpret_config(read_config(path))


def interpret_config(tree: ConfigTree) -> ArdyConfig:
    """Return the settings that a tree describes. Raises :class:`CheckpointError`."""
    _check_targets(tree)
    denoiser, tokenizer = tree.get("denoiser"), tree.get("autoencoder")
    require_value(tree, "cfg_type", "separated", default="separated")
    require_value(tree, "num_base_steps", 10, default=10)
    for part in (denoiser, tokenizer):
        require_value(part, "num_frames_per_token", FRAMES_PER_TOKEN)
        require_value(part, "activation", "gelu", default="gelu")
        require_value(part, "norm_first", False, default=False)
    require_value(denoiser, "motion_mask_mode", "concat")
    require_value(denoiser, "nframe_root_dim", ROOT_NUMBERS)
    require_value(denoiser, "use_text_mask", False, default=False)
    require_value(denoiser, "input_first_heading_angle", True)
    require_value(denoiser, "positional_encoding_mode", "learned_prefix_zero_at_first_generation")
    require_value(tokenizer, "encode_with_normalization", True)
    require_value(tokenizer, "encode_with_quantization", True)
    latent = find_number(denoiser, "latent_embedding_dim", MAX_WIDTH)
    if find_number(tokenizer, "num_fsq_levels", MAX_WIDTH) != latent:
        raise CheckpointError(
            "config.yaml gives the tokenizer and the denoiser different latent sizes: download it again"
        )
    horizon = find_number(tree, "gen_horizon_len", _MAX_HORIZON)
    if horizon % FRAMES_PER_TOKEN:
        raise_unsupported("gen_horizon_len", horizon)
    return ArdyConfig(
        fps=find_number(denoiser, "fps", 240),
        horizon=horizon,
        text_width=_find_text_width(denoiser),
        latent=latent,
        levels=_find_levels(tokenizer, latent),
        denoiser=find_sizes(denoiser),
        tokenizer=find_sizes(tokenizer),
        causal_encoder=find_flag(tokenizer, "causal_encoder"),
        causal_decoder=find_flag(tokenizer, "causal_decoder"),
    )


def _check_targets(tree: ConfigTree) -> None:
    """Check the names of classes, which are compared and never imported."""
    for target in find_values(tree, "_target_"):
        if not isinstance(target, str) or not target.startswith("ardy."):
            raise CheckpointError(
                "config.yaml names the class {target}, which is not ARDY's: choose the folder of an ARDY checkpoint",
                target=str(target)[:80],
            )
    for name, part, classes in (
        ("the model", tree, _MODEL_CLASSES),
        ("denoiser", tree.get("denoiser"), _DENOISER_CLASSES),
        ("autoencoder", tree.get("autoencoder"), _TOKENIZER_CLASSES),
    ):
        target = part.get("_target_") if isinstance(part, dict) else None
        if not isinstance(target, str) or target.rpartition(".")[2] not in classes:
            raise CheckpointError(
                "config.yaml describes another kind of {part} than ARDY's: choose the folder of an ARDY checkpoint",
                part=name,
            )
    for key, classes in (("motion_rep", _REPRESENTATION_CLASSES), ("skeleton", _SKELETON_CLASSES)):
        parts = [*find_values(tree.get("denoiser"), key), *find_values(tree.get("autoencoder"), key)]
        targets = [part.get("_target_") for part in parts if isinstance(part, dict)]
        if not targets or any(str(target).rpartition(".")[2] not in classes for target in targets):
            raise CheckpointError(
                "This ARDY checkpoint is made for another skeleton: choose one of the Core models (27 joints)"
            )


def _find_text_width(part: ConfigValue) -> int:
    shape = find_value(part, "llm_shape")
    width = shape[1] if isinstance(shape, list) and len(shape) == 2 and shape[0] == 1 else None
    if not isinstance(width, int) or not 1 <= width <= MAX_WIDTH:
        raise_unsupported("llm_shape", shape)
    return width


def _find_levels(part: ConfigValue, latent: int) -> tuple[int, ...]:
    value = find_value(part, "fsq_level_list")
    levels = value if isinstance(value, list) else [value] * latent
    if len(levels) != latent:
        raise_unsupported("fsq_level_list", value)
    checked = [n for n in levels if isinstance(n, int) and not isinstance(n, bool) and 2 <= n <= _MAX_LEVELS]
    if len(checked) != latent:
        raise_unsupported("fsq_level_list", value)
    return tuple(checked)
