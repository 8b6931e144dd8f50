# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokenizer: four frames of body features become one token of numbers on a grid (FSQ), and back.

Finite scalar quantisation: Mentzer et al., "Finite Scalar Quantization: VQ-VAE Made Simple", ICLR 2024.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .config import FRAMES_PER_TOKEN, ArdyConfig
from .layers import (
    CancelCheck,
    Encoder,
    Linear,
    MakeEncoder,
    RunLayers,
    Tensors,
    encode_positions,
    get_linear,
    never_cancel,
)
from .representation import BODY_FEATURES, LOCAL_ROOT_FEATURES
from .statistics import Normalisation

F32 = NDArray[np.float32]

_BOUND_MARGIN = 1.001
"""Factor by which the outermost levels are nearer than the bounds of tanh."""


class Tokenizer:
    """Encoder, quantiser and decoder with the weights of ``tokenizer.safetensors``."""

    def __init__(
        self,
        config: ArdyConfig,
        tensors: Tensors,
        tokens: Normalisation,
        make_encoder: MakeEncoder = Encoder,
    ) -> None:
        """Take the weights.

        Parameters
        ----------
        config : settings
        tensors : by name, as ``tensor_layout`` has them
        tokens : normalisation of a token's latent body
        make_encoder : makes the transformer layers
        """
        sizes = config.tokenizer
        self._width, self._normalisation = sizes.width, tokens
        self._config, self._tensors, self._make_encoder = config, tensors, make_encoder
        self._decoder_in = get_linear(tensors, "decoder.input_proj")
        self._decoder_condition = get_linear(tensors, "decoder.external_cond_blocks.0")
        self._decoder = make_encoder(
            tensors, "decoder.seqTransEncoder", sizes.layers, sizes.heads, config.causal_decoder
        )
        self._decoder_out = get_linear(tensors, "decoder.output_proj")
        levels = np.array(config.levels)
        self._steps = (levels // 2).astype(np.float32)  # of the grid between 0 and 1
        self._reach = ((levels - 1) * (_BOUND_MARGIN / 2)).astype(np.float32)
        # an even number of levels has none in the middle, so its grid is shifted by half a step
        self._offset = np.where(levels % 2 == 0, 0.5, 0.0).astype(np.float32)
        self._shift = np.arctanh(self._offset / self._reach)

    @cached_property
    def _encoder(self) -> tuple[Linear, RunLayers, Linear]:
        """The first map of the encoder, its layers and its last map; most generations need none of them."""
        config, tensors = self._config, self._tensors
        sizes = config.tokenizer
        layers = self._make_encoder(
            tensors, "encoder.seqTransEncoder", sizes.layers, sizes.heads, config.causal_encoder
        )
        return get_linear(tensors, "encoder.input_proj"), layers, get_linear(tensors, "encoder.output_proj")

    def encode(self, body: F32, check: CancelCheck = never_cancel) -> F32:
        """Return the normalised tokens (T, latent) of normalised body features (4 T, 325)."""
        return self._normalisation.normalise(self._quantise(self.encode_unquantised(body, check)))

    def encode_unquantised(self, body: F32, check: CancelCheck = never_cancel) -> F32:
        """Return what the encoder gives for body features, before it is put on the grid."""
        if not len(body):
            return np.zeros((0, len(self._steps)), np.float32)
        first, layers, last = self._encoder
        rows = first(body.reshape(-1, FRAMES_PER_TOKEN * BODY_FEATURES))
        rows += encode_positions(range(len(rows)), self._width)
        return last(layers(rows, [len(rows)], check=check))

    def _quantise(self, encoded: F32) -> F32:
        """Return the nearest points of the grid, between -1 and 1, after bounding."""
        bounded = np.tanh(encoded + self._shift) * self._reach - self._offset
        return np.asarray(np.rint(bounded) / self._steps)

    def _snap(self, tokens: F32) -> F32:
        """Return the nearest points of the grid to normalised tokens, between -1 and 1."""
        values = np.clip(self._normalisation.restore(tokens), -1, 1)
        return np.asarray(np.rint(values * self._steps) / self._steps)

    def requantise(self, tokens: F32) -> F32:
        """Return the normalised tokens (..., latent) moved to the nearest points of the grid."""
        return self._normalisation.normalise(self._snap(tokens))

    def decode(
        self,
        tokens: F32,
        local_root: F32,
        first_token: int = 0,
        check: CancelCheck = never_cancel,
    ) -> F32:
        """Return the normalised body features (4 (T - first_token), 325) of tokens.

        Parameters
        ----------
        tokens : (T, latent)
            Normalised.
        local_root : (4 T, 4)
            Normalised.
        first_token : int
            The tokens before it are only seen by those that are decoded.
        check : CancelCheck
            Called before each layer.
        """
        rows = self._decoder_in(self._snap(tokens))
        rows = self._decoder_condition(
            np.concatenate(
                [rows, local_root.reshape(len(rows), FRAMES_PER_TOKEN * LOCAL_ROOT_FEATURES)], axis=-1
            )
        )
        np.maximum(rows, 0, out=rows)
        rows += encode_positions(range(len(rows)), self._width)
        rows = self._decoder_out(self._decoder(rows, [len(rows)], slice(first_token, len(rows)), check))
        # the decoder also predicts a local root, which is not used
        frames = rows.reshape(-1, LOCAL_ROOT_FEATURES + BODY_FEATURES)
        return np.ascontiguousarray(frames[:, LOCAL_ROOT_FEATURES:])
