# SPDX-License-Identifier: GPL-3.0-or-later
"""Kimodo's two-stage network: from noisy features of all frames to clean ones, first their root, then their body.

A sequence is the tokens of a text, one for the step of the sampler and one for the first heading, then a token for each
frame. Nothing is told about known features, so the half of the weights that reads these is not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import RequestError
from ..ardy.layers import (
    CancelCheck,
    Encoder,
    Linear,
    MakeEncoder,
    Tensors,
    apply_silu,
    encode_positions,
    get_linear,
    never_cancel,
)
from ..ardy.representation import compute_local_root
from ..ardy.statistics import Normalisation
from .config import FEATURES, LOCAL_ROOT_FEATURES, ROOT_FEATURES, KimodoConfig

F32 = NDArray[np.float32]

_ROOT, _BODY = slice(0, ROOT_FEATURES), slice(ROOT_FEATURES, FEATURES)


@dataclass(frozen=True, eq=False)
class EmbeddedText:
    """A text's tokens (n, width) in the root stage and in the body stage."""

    root: F32
    body: F32


class Stage:
    """One of the two transformers."""

    def __init__(
        self,
        config: KimodoConfig,
        tensors: Tensors,
        name: str,
        known_inputs: int,
        make_encoder: MakeEncoder = Encoder,
    ) -> None:
        """Take the weights of a stage by its name.

        Parameters
        ----------
        config : settings
        tensors : all tensors of the file
        name : name of the stage in them
        known_inputs : how many inputs of a frame are features; the others would tell which of them are known
        make_encoder : makes the transformer layers
        """
        self._width = config.sizes.width
        self._text_tokens, self._hides_missing_text = config.text_tokens, config.hides_missing_text
        self._text = get_linear(tensors, f"{name}.embed_text")
        self._time = [get_linear(tensors, f"{name}.embed_timestep.time_embed.{i}") for i in (0, 2)]
        self._heading = get_linear(tensors, f"{name}.linear_first_heading_angle")
        inputs = get_linear(tensors, f"{name}.input_linear")
        self._input = Linear(np.ascontiguousarray(inputs.weight[:, :known_inputs]), inputs.bias)
        self._output = get_linear(tensors, f"{name}.output_linear")
        self._encoder = make_encoder(
            tensors, f"{name}.seqTransEncoder", config.sizes.layers, config.sizes.heads
        )

    def embed_text(self, vectors: F32) -> F32:
        """Return the tokens of a text's vectors (n, text width); n may be 0, for no text."""
        padded = np.zeros((self._text_tokens, vectors.shape[1]), np.float32)
        count = min(len(vectors), self._text_tokens)
        padded[:count] = vectors[:count]
        tokens = self._text(padded)
        tokens += encode_positions(range(len(tokens)), self._width)
        return tokens[:count] if self._hides_missing_text else tokens

    def predict_frames(
        self, frames: Sequence[F32], texts: Sequence[F32], timestep: int, heading: float, check: CancelCheck
    ) -> F32:
        """Return the outputs (passes, N, numbers) of each pass.

        Parameters
        ----------
        frames : (N, numbers) for each pass
        texts : tokens of the text of each pass
        timestep : step of the base schedule
        heading : of the first frame, in radians
        check : called between layers
        """
        first, second = self._time
        prefix = np.concatenate(
            [
                second(apply_silu(first(encode_positions([timestep], self._width)))),
                self._heading(np.array([[np.cos(heading), np.sin(heading)]], np.float32)),
            ]
        )
        count = len(frames[0])
        # places of text tokens that are left out stay empty
        positions = encode_positions(range(self._text_tokens, self._text_tokens + 2 + count), self._width)
        sequences = []
        for rows, text in zip(frames, texts, strict=True):
            tokens = np.concatenate([prefix, self._input(rows)])
            tokens += positions
            sequences.append(np.concatenate([text, tokens]))
        encoded = self._encoder(np.concatenate(sequences), [len(s) for s in sequences], check=check)
        ends = np.cumsum([len(s) for s in sequences])
        kept = np.concatenate([encoded[end - count : end] for end in ends])
        return self._output(kept).reshape(len(frames), count, -1)


class KimodoNetwork:
    """Both stages with the weights of ``model.safetensors``."""

    def __init__(
        self,
        config: KimodoConfig,
        tensors: Tensors,
        root: Normalisation,
        local_root: Normalisation,
        make_encoder: MakeEncoder = Encoder,
    ) -> None:
        """Take the weights.

        Parameters
        ----------
        config : settings
        tensors : by name, as ``tensor_shapes`` has them
        root, local_root : normalisation of the root, and of what the body stage is told about it
        make_encoder : makes the transformer layers
        """
        self.config = config
        self._root_statistics, self._local_statistics = root, local_root
        self._root_stage = Stage(config, tensors, "root_model", FEATURES, make_encoder)
        body_inputs = FEATURES - ROOT_FEATURES + LOCAL_ROOT_FEATURES
        self._body_stage = Stage(config, tensors, "body_model", body_inputs, make_encoder)
        self.no_text = self.embed_text(np.zeros((0, config.text_width), np.float32))

    def embed_text(self, vectors: F32) -> EmbeddedText:
        """Return the tokens of a text's vectors (n, text width).

        Raises :class:`RequestError` if they are of another encoder, or not finite.
        """
        vectors = np.asarray(vectors, np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != self.config.text_width:
            raise RequestError(
                "A text vector of {count} numbers does not fit this Kimodo checkpoint, which reads {expected}: "
                "choose the text encoder that belongs to it",
                count=vectors.shape[-1] if vectors.ndim else 1,
                expected=self.config.text_width,
            )
        if not np.all(np.isfinite(vectors)):
            raise RequestError("A text vector holds numbers that are not finite: encode the prompt again")
        return EmbeddedText(self._root_stage.embed_text(vectors), self._body_stage.embed_text(vectors))

    def predict_features(
        self,
        features: F32,
        timestep: int,
        texts: Sequence[EmbeddedText],
        heading: float,
        check: CancelCheck = never_cancel,
    ) -> F32:
        """Return the clean features (texts, N, 369), normalised, that a pass with each text predicts.

        Parameters
        ----------
        features : (N, 369)
            The noisy features, normalised.
        timestep : int
            Step of the base schedule.
        texts : sequence of EmbeddedText
            A text for each pass.
        heading : float
            Of the first frame, in radians.
        check : CancelCheck
            Called between layers.
        """
        passes = len(texts)
        roots = self._root_stage.predict_frames(
            [features] * passes, [text.root for text in texts], timestep, heading, check
        )
        local = compute_local_root(self._root_statistics.restore(roots), self.config.fps)
        told = self._local_statistics.normalise(local)
        bodies = self._body_stage.predict_frames(
            [np.concatenate([one, features[:, _BODY]], axis=-1) for one in told],
            [text.body for text in texts],
            timestep,
            heading,
            check,
        )
        return np.concatenate([roots, bodies], axis=-1)
