# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and shapes of the tensors that a checkpoint's two files must have."""

from __future__ import annotations

from collections.abc import Mapping

from ...motion.errors import CheckpointError
from .config import FRAMES_PER_TOKEN, LOCAL_ROOT_NUMBERS, ROOT_NUMBERS, ArdyConfig
from .config_values import TransformerSizes
from .representation import BODY_FEATURES, FEATURES
from .safetensors_reader import TensorEntry, format_shape

Shapes = dict[str, tuple[int, ...]]

BODY_CONDITION_NUMBERS = FRAMES_PER_TOKEN * (FEATURES + BODY_FEATURES)
"""Numbers of a token's constraints beside its root: observed body features, and the mask of all features."""

UNUSED_PREFIX = "decoder.target_cond_blocks."
"""Beginning of the names of tensors that are needed in training only."""


def denoiser_shapes(config: ArdyConfig) -> Shapes:
    """Return the shape of each tensor of the denoiser, by name."""
    width, latent = config.denoiser.width, config.latent
    shapes: Shapes = {}
    inputs = {
        "global_root_hybrid_proj": ROOT_NUMBERS + latent,
        "global_root_hybrid_constraints_proj": ROOT_NUMBERS + latent + BODY_CONDITION_NUMBERS,
        "local_root_hybrid_proj": LOCAL_ROOT_NUMBERS + latent,
        "local_root_hybrid_constraints_proj": LOCAL_ROOT_NUMBERS + latent + BODY_CONDITION_NUMBERS,
        "future_constraints_proj": ROOT_NUMBERS + BODY_CONDITION_NUMBERS,
    }
    for name, numbers in inputs.items():
        add_linear(shapes, name, width, numbers)
    for stage, outputs in (("root_model", ROOT_NUMBERS), ("body_model", latent)):
        add_linear(shapes, f"{stage}.embed_text", width, config.text_width)
        add_linear(shapes, f"{stage}.embed_timestep.time_embed.0", width, width)
        add_linear(shapes, f"{stage}.embed_timestep.time_embed.2", width, width)
        add_linear(shapes, f"{stage}.linear_first_heading_angle", width, 2)
        add_linear(shapes, f"{stage}.output_linear", outputs, width)
        shapes[f"{stage}.learned_prefix_embedding.embedding.weight"] = (3, width)
        add_layers(shapes, f"{stage}.seqTransEncoder", config.denoiser)
    return shapes


def tokenizer_shapes(config: ArdyConfig) -> Shapes:
    """Return the shape of each tensor of the tokenizer, by name."""
    width, latent = config.tokenizer.width, config.latent
    shapes: Shapes = {}
    add_linear(shapes, "encoder.input_proj", width, FRAMES_PER_TOKEN * BODY_FEATURES)
    add_linear(shapes, "encoder.output_proj", latent, width)
    add_layers(shapes, "encoder.seqTransEncoder", config.tokenizer)
    add_linear(shapes, "decoder.input_proj", width, latent)
    add_linear(shapes, "decoder.external_cond_blocks.0", width, width + LOCAL_ROOT_NUMBERS)
    add_linear(shapes, "decoder.output_proj", FRAMES_PER_TOKEN * (4 + BODY_FEATURES), width)
    add_layers(shapes, "decoder.seqTransEncoder", config.tokenizer)
    return shapes


def add_linear(shapes: Shapes, name: str, outputs: int, inputs: int) -> None:
    """Add the two tensors of a linear map.

    Parameters
    ----------
    shapes : shapes by name, to which they are added
    name : name of the map
    outputs, inputs : its sizes
    """
    shapes[f"{name}.weight"] = (outputs, inputs)
    shapes[f"{name}.bias"] = (outputs,)


def add_layers(shapes: Shapes, name: str, sizes: TransformerSizes) -> None:
    """Add the tensors of a stack of transformer layers; arguments as those of :func:`add_linear`."""
    width, hidden = sizes.width, sizes.hidden
    for i in range(sizes.layers):
        layer = f"{name}.layers.{i}"
        shapes[f"{layer}.self_attn.in_proj_weight"] = (3 * width, width)
        shapes[f"{layer}.self_attn.in_proj_bias"] = (3 * width,)
        add_linear(shapes, f"{layer}.self_attn.out_proj", width, width)
        add_linear(shapes, f"{layer}.linear1", hidden, width)
        add_linear(shapes, f"{layer}.linear2", width, hidden)
        for norm in ("norm1", "norm2"):
            shapes[f"{layer}.{norm}.weight"] = (width,)
            shapes[f"{layer}.{norm}.bias"] = (width,)


def check_layout(entries: Mapping[str, TensorEntry], shapes: Shapes, file_name: str) -> None:
    """Raise :class:`CheckpointError` unless a file has exactly the tensors of these names and shapes.

    Tensors that are needed in training only may be there or not.
    """
    for key, shape in shapes.items():
        if key not in entries:
            raise CheckpointError(
                "{name} lacks {key}, which its config.yaml asks for: use the files that were published together",
                name=file_name,
                key=key,
            )
        if entries[key].shape != shape:
            raise CheckpointError(
                "{key} in {name} has the shape {shape} where config.yaml means {expected}: "
                "use the files that were published together",
                key=key,
                name=file_name,
                shape=format_shape(entries[key].shape),
                expected=format_shape(shape),
            )
    for key in entries:
        if key not in shapes and not key.startswith(UNUSED_PREFIX):
            raise CheckpointError(
                "{name} holds {key}, which a model with this config.yaml does not have: "
                "use the files that were published together",
                name=file_name,
                key=key[:100],
            )
