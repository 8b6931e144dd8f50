# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and shapes of the tensors of the original's network, and the check that a file has them."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from ...motion.errors import CheckpointError
from .files import check_finite, format_shape
from .settings import FEED_FORWARD, Settings

IGNORED_PREFIXES = ("clip_model.", "embed_target_cond.")
"""Ignored tensors: text encoders in the file, and DiP's conditioning on target joints, which is optional."""

_COMPUTED_NAMES = ("sequence_pos_encoder.pe", "embed_timestep.sequence_pos_encoder.pe")
"""Tables of positional encodings: they are computed, not read; old files have other lengths."""


def expected_shapes(settings: Settings) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor, by name, that a network with these settings needs."""
    width, features = settings.latent_dim, settings.features
    shapes: dict[str, tuple[int, ...]] = {}

    def add_linear(name: str, outputs: int, inputs: int) -> None:
        shapes[f"{name}.weight"] = (outputs, inputs)
        shapes[f"{name}.bias"] = (outputs,)

    add_linear("input_process.poseEmbedding", width, features)
    add_linear("embed_timestep.time_embed.0", width, width)
    add_linear("embed_timestep.time_embed.2", width, width)
    if settings.text_encoder:
        add_linear("embed_text", width, settings.text_width)
    decoder = settings.arch == "trans_dec"
    stack = "seqTransDecoder" if decoder else "seqTransEncoder"
    for i in range(settings.layers):
        layer = f"{stack}.layers.{i}"
        for attention in ("self_attn", "multihead_attn") if decoder else ("self_attn",):
            shapes[f"{layer}.{attention}.in_proj_weight"] = (3 * width, width)
            shapes[f"{layer}.{attention}.in_proj_bias"] = (3 * width,)
            add_linear(f"{layer}.{attention}.out_proj", width, width)
        add_linear(f"{layer}.linear1", FEED_FORWARD, width)
        add_linear(f"{layer}.linear2", width, FEED_FORWARD)
        for norm in ("norm1", "norm2", "norm3") if decoder else ("norm1", "norm2"):
            shapes[f"{layer}.{norm}.weight"] = (width,)
            shapes[f"{layer}.{norm}.bias"] = (width,)
    add_linear("output_process.poseFinal", features, width)
    return shapes


def check_layout(tensors: Mapping[str, torch.Tensor], settings: Settings, name: str) -> None:
    """Raise :class:`CheckpointError` if the tensors of the file ``name`` do not fit its ``args.json``."""
    shapes = expected_shapes(settings)
    for key, shape in shapes.items():
        if key not in tensors:
            raise CheckpointError(
                "{name} lacks {key}, which its args.json asks for: use the two files that were published together",
                name=name,
                key=key,
            )
        if tuple(tensors[key].shape) != shape:
            raise CheckpointError(
                "{key} in {name} has the shape {shape} where args.json means {expected}: "
                "use the two files that were published together",
                key=key,
                name=name,
                shape=format_shape(tensors[key].shape),
                expected=format_shape(shape),
            )
    check_finite({key: tensors[key] for key in shapes}, name)
    for key in tensors:
        if key not in shapes and key not in _COMPUTED_NAMES and not key.startswith(IGNORED_PREFIXES):
            raise CheckpointError(
                "{name} holds {key}, which MDM with these arguments does not have: "
                "use the two files that were published together",
                name=name,
                key=key,
            )
