# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a Kimodo checkpoint, read from its ``config.yaml``, and the tensors that they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ...motion.errors import CheckpointError
from ..ardy.config import CONFIG_FILE
from ..ardy.config_reader import ConfigTree, ConfigValue, find_values, read_config
from ..ardy.config_values import (
    MAX_WIDTH,
    TransformerSizes,
    find_flag,
    find_number,
    find_sizes,
    find_value,
    raise_unsupported,
    require_value,
)
from ..ardy.tensor_layout import Shapes, add_layers, add_linear
from .skeleton import JOINT_COUNT

MODEL_FILE = "model.safetensors"

ROOT_FEATURES, LOCAL_ROOT_FEATURES = 5, 4
BODY_FEATURES = JOINT_COUNT * (3 + 6 + 3) + 4
FEATURES = ROOT_FEATURES + BODY_FEATURES

_CLASSES = {
    "the model": ("Kimodo",),
    "denoiser": ("TwostageDenoiser",),
    "motion_rep": ("KimodoMotionRep",),
}
_SKELETON_CLASS = "SOMASkeleton30"
_MAX_STEPS, _MAX_TEXT_TOKENS = 4000, 512


@dataclass(frozen=True)
class KimodoConfig:
    """What a checkpoint's ``config.yaml`` says.

    Attributes
    ----------
    fps : frames per second of the motions
    base_steps : steps of the noise schedule
    text_tokens, text_width : tokens of a text, and numbers of each
    hides_missing_text : whether tokens that a text does not have are left out
    sizes : of each stage's transformer
    statistics : parts of the path of the statistics' folder below the checkpoint's
    """

    fps: int
    base_steps: int
    text_tokens: int
    text_width: int
    hides_missing_text: bool
    sizes: TransformerSizes
    statistics: tuple[str, ...]


def is_kimodo(path: Path) -> bool:
    """Return whether a path is the folder of a Kimodo checkpoint, by what its settings say they are."""
    if not ((path / CONFIG_FILE).is_file() and (path / MODEL_FILE).is_file()):
        return False
    try:
        return _read_class(read_config(path / CONFIG_FILE)) in _CLASSES["the model"]
    except CheckpointError:
        return False


def read_kimodo_config(folder: Path) -> KimodoConfig:
    """Return the settings of the checkpoint in a folder.

    Raises :class:`CheckpointError` if the file is missing, malformed, or describes a model that is computed otherwise.
    """
    path = folder / CONFIG_FILE
    if not path.is_file():
        raise CheckpointError(
            "{folder} holds no {file}: choose the folder of a Kimodo checkpoint",
            folder=folder.name,
            file=CONFIG_FILE,
        )
    tree = read_config(path)
    _check_classes(tree)
    denoiser = tree.get("denoiser")
    require_value(tree, "cfg_type", "separated", default="separated")
    require_value(denoiser, "motion_mask_mode", "concat")
    require_value(denoiser, "activation", "gelu")
    require_value(denoiser, "norm_first", False, default=False)
    require_value(denoiser, "input_first_heading_angle", True)
    tokens, width = _find_text_shape(denoiser)
    return KimodoConfig(
        fps=find_number(denoiser, "fps", 240),
        base_steps=find_number(tree, "num_base_steps", _MAX_STEPS),
        text_tokens=tokens,
        text_width=width,
        hides_missing_text=find_flag(denoiser, "use_text_mask"),
        sizes=find_sizes(denoiser),
        statistics=_find_statistics(denoiser),
    )


def tensor_shapes(config: KimodoConfig) -> Shapes:
    """Return the shape of each tensor of the network, by name."""
    width = config.sizes.width
    shapes: Shapes = {}
    for stage, inputs, outputs in (
        ("root_model", 2 * FEATURES, ROOT_FEATURES),
        ("body_model", LOCAL_ROOT_FEATURES + BODY_FEATURES + FEATURES, BODY_FEATURES),
    ):
        add_linear(shapes, f"{stage}.embed_text", width, config.text_width)
        add_linear(shapes, f"{stage}.embed_timestep.time_embed.0", width, width)
        add_linear(shapes, f"{stage}.embed_timestep.time_embed.2", width, width)
        add_linear(shapes, f"{stage}.input_linear", width, inputs)
        add_linear(shapes, f"{stage}.output_linear", outputs, width)
        add_linear(shapes, f"{stage}.linear_first_heading_angle", width, 2)
        add_layers(shapes, f"{stage}.seqTransEncoder", config.sizes)
    return shapes


def _read_class(part: ConfigValue) -> str:
    """Return the name of the class that a part of the tree names, which is compared and never imported."""
    target = part.get("_target_") if isinstance(part, dict) else None
    module, _, name = target.rpartition(".") if isinstance(target, str) else ("", "", "")
    return name if module.split(".")[0] == "kimodo" else ""


def _check_classes(tree: ConfigTree) -> None:
    denoiser = tree.get("denoiser")
    representation = (find_values(denoiser, "motion_rep") or [None])[0]
    for (name, classes), part in zip(_CLASSES.items(), (tree, denoiser, representation), strict=True):
        if _read_class(part) not in classes:
            raise CheckpointError(
                "config.yaml describes another kind of {part} than Kimodo's: choose the folder of a Kimodo checkpoint",
                part=name,
            )
    skeleton = (find_values(representation, "skeleton") or [None])[0]
    if _read_class(skeleton) != _SKELETON_CLASS:
        raise CheckpointError(
            "This Kimodo checkpoint is made for another skeleton: choose one of the SOMA models (30 joints)"
        )


def _find_text_shape(part: ConfigValue) -> tuple[int, int]:
    """Return how many tokens a text has, and how many numbers a token."""
    shape = find_value(part, "llm_shape")
    if not isinstance(shape, list) or len(shape) != 2:
        raise_unsupported("llm_shape", shape)
    override = (find_values(part, "num_text_tokens_override") or [None])[0]
    counts = []
    for value, largest in (
        (shape[0] if override is None else override, _MAX_TEXT_TOKENS),
        (shape[1], MAX_WIDTH),
    ):
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= largest:
            raise_unsupported("llm_shape", shape)
        counts.append(value)
    return counts[0], counts[1]


def _find_statistics(part: ConfigValue) -> tuple[str, ...]:
    """Return the path of the statistics' folder below the checkpoint's, which a variable stands for."""
    value = find_value(part, "stats_path")
    parts = value.rpartition("}")[2].strip("/").split("/") if isinstance(value, str) else [".."]
    if not all(re.fullmatch(r"\w[\w.-]*", name) for name in parts):
        raise_unsupported("stats_path", value)
    return tuple(parts)
