# SPDX-License-Identifier: GPL-3.0-or-later
"""The two-stage denoiser: from noisy tokens to clean ones, first their root, then their body.

A token is the normalised root of four frames (20 numbers) and a normalised latent body. A window is the tokens of a
history, those to generate, and later ones that hold a constraint. Several passes over the same noisy tokens, as
guidance needs them, go through the network together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import RequestError
from .config import LOCAL_ROOT_NUMBERS, ROOT_NUMBERS, ArdyConfig
from .layers import (
    CancelCheck,
    Encoder,
    MakeEncoder,
    Tensors,
    apply_silu,
    encode_positions,
    get_linear,
    never_cancel,
)
from .representation import ROOT_FEATURES, compute_local_root
from .statistics import Statistics
from .window_constraints import WindowConstraints

F32 = NDArray[np.float32]

_PREFIX_TOKENS = 3  # text, time, heading


@dataclass(frozen=True, eq=False)
class EmbeddedText:
    """A text as the first prefix token (width,) of the root stage and of the body stage."""

    root: F32
    body: F32
    is_empty: bool


@dataclass(frozen=True, eq=False)
class Pass:
    """What one pass of the network is told beside the noisy tokens: a text, and the window's constraints or not."""

    text: EmbeddedText
    constrained: bool = False


class Stage:
    """One of the two transformers, with its prefix tokens."""

    def __init__(
        self, config: ArdyConfig, tensors: Tensors, name: str, make_encoder: MakeEncoder = Encoder
    ) -> None:
        """Take the weights of a stage by its name.

        Parameters
        ----------
        config : settings
        tensors : all tensors of the file
        name : name of the stage in them
        make_encoder : makes the transformer layers
        """
        sizes = config.denoiser
        self._width = sizes.width
        self._tensors, self._text_name = tensors, f"{name}.embed_text"
        self._text_bias = tensors[f"{name}.embed_text.bias"]
        self._time = [get_linear(tensors, f"{name}.embed_timestep.time_embed.{i}") for i in (0, 2)]
        self._heading = get_linear(tensors, f"{name}.linear_first_heading_angle")
        self._prefix = tensors[f"{name}.learned_prefix_embedding.embedding.weight"]
        self._encoder = make_encoder(tensors, f"{name}.seqTransEncoder", sizes.layers, sizes.heads)
        self._output = get_linear(tensors, f"{name}.output_linear")
        self._time_rows: dict[int, F32] = {}

    def embed_text(self, vector: F32) -> F32:
        """Return the text token (width,) of a vector of the text encoder."""
        # the map is as large as a layer and needed once for each text: it may be read for that only
        text_map = get_linear(self._tensors, self._text_name)
        return np.asarray(text_map(vector[None])[0] + self._prefix[0])

    def embed_direct_text(self, condition: F32) -> F32:
        """Return the text token (width,) of a vector that a small encoder gives in place of the linear map's result."""
        return np.asarray(condition + self._text_bias + self._prefix[0])

    def embed_heading(self, angle: float) -> F32:
        """Return the heading token (width,) of an angle in radians."""
        direction = np.array([[np.cos(angle), np.sin(angle)]], np.float32)
        return np.asarray(self._heading(direction)[0] + self._prefix[2])

    def embed_time(self, timestep: int) -> F32:
        """Return the time token (width,) of a step of the base schedule; computed once for each."""
        if timestep not in self._time_rows:
            first, second = self._time
            embedded = second(apply_silu(first(encode_positions([timestep], self._width))))[0]
            self._time_rows[timestep] = embedded + self._prefix[1]
        return self._time_rows[timestep]

    def encode(self, sequences: Sequence[F32], kept: slice, check: CancelCheck) -> F32:
        """Return the outputs (sequences, kept tokens, numbers) of the kept tokens of each sequence."""
        rows = self._encoder(np.concatenate(sequences), [len(s) for s in sequences], kept, check)
        return self._output(rows).reshape(len(sequences), -1, self._output.bias.size)


class Denoiser:
    """The network with the weights of ``denoiser.safetensors``."""

    def __init__(
        self,
        config: ArdyConfig,
        tensors: Tensors,
        statistics: Statistics,
        make_encoder: MakeEncoder = Encoder,
    ) -> None:
        """Take the weights.

        Parameters
        ----------
        config : settings
        tensors : by name, as ``tensor_layout`` has them
        statistics : normalisation
        make_encoder : makes the transformer layers
        """
        self.config, self.statistics = config, statistics
        self.history_root_map = get_linear(tensors, "global_root_hybrid_proj")
        self.root_map = get_linear(tensors, "global_root_hybrid_constraints_proj")
        self.history_body_map = get_linear(tensors, "local_root_hybrid_proj")
        self.body_map = get_linear(tensors, "local_root_hybrid_constraints_proj")
        self.future_map = get_linear(tensors, "future_constraints_proj")
        self.root_stage = Stage(config, tensors, "root_model", make_encoder)
        self.body_stage = Stage(config, tensors, "body_model", make_encoder)
        zero = np.zeros(config.denoiser.width, np.float32)
        self.no_text = EmbeddedText(
            self.root_stage.embed_direct_text(zero), self.body_stage.embed_direct_text(zero), True
        )

    def embed_text(self, vector: F32) -> EmbeddedText:
        """Return a text vector as prefix tokens; a vector of zeros means no text.

        The vector comes from the text encoder that the model was trained with, or from a small one that gives the two
        embedded texts without their biases; its length tells which. Raises :class:`RequestError` for other lengths.
        """
        vector = np.asarray(vector, np.float32).reshape(-1)
        width = self.config.denoiser.width
        if vector.size not in (self.config.text_width, 2 * width):
            raise RequestError(
                "A text vector of {count} numbers does not fit this ARDY checkpoint, which reads {expected}: "
                "choose the text encoder that belongs to it",
                count=vector.size,
                expected=self.config.text_width,
            )
        if not np.all(np.isfinite(vector)):
            raise RequestError("A text vector holds numbers that are not finite: encode the prompt again")
        if not vector.any():
            return self.no_text
        if vector.size == self.config.text_width:
            return EmbeddedText(self.root_stage.embed_text(vector), self.body_stage.embed_text(vector), False)
        return EmbeddedText(
            self.root_stage.embed_direct_text(vector[:width]),
            self.body_stage.embed_direct_text(vector[width:]),
            False,
        )


class WindowDenoiser:
    """The denoiser for one window: what is the same in all steps is computed once."""

    def __init__(
        self,
        denoiser: Denoiser,
        history: F32,
        first_heading: float,
        constraints: WindowConstraints | None = None,
    ) -> None:
        """Prepare a window.

        Parameters
        ----------
        denoiser : Denoiser
        history : (h, 20 + latent)
            The normalised tokens before the generated ones.
        first_heading : float
            Heading of the window's first frame in radians.
        constraints : WindowConstraints or None
            For the passes that are constrained.
        """
        self._denoiser, self._history, self._constraints = denoiser, history, constraints
        width = denoiser.config.denoiser.width
        count, self._generated = len(history), denoiser.config.horizon_tokens
        self._history_positions = encode_positions(range(-count, 0), width)
        self._positions = encode_positions(range(self._generated), width)
        self._history_rows = denoiser.history_root_map(history) + self._history_positions
        self._kept = slice(_PREFIX_TOKENS + count, _PREFIX_TOKENS + count + self._generated)
        self._root_heading = denoiser.root_stage.embed_heading(first_heading)
        self._body_heading = denoiser.body_stage.embed_heading(first_heading)
        self._root_condition, self._body_condition = self._map_constraints()
        self._future_rows = self._map_future()

    def _map_constraints(self) -> tuple[F32, F32]:
        """Return what the constraints add to the rows of generated tokens in each stage, with the biases."""
        network, constraints = self._denoiser, self._constraints
        root, body = network.root_map.bias, network.body_map.bias
        if constraints is None:
            return root, body
        latent = network.config.latent
        return (
            network.root_map.multiply(constraints.generated_body, ROOT_NUMBERS + latent) + root,
            network.body_map.multiply(constraints.generated_body, LOCAL_ROOT_NUMBERS + latent) + body,
        )

    def _map_future(self) -> list[F32]:
        """Return the rows of tokens behind the generated ones that hold a constraint, in a list, or an empty list."""
        if self._constraints is None or not len(self._constraints.future_positions):
            return []
        rows = self._denoiser.future_map(self._constraints.future)
        rows += encode_positions(self._constraints.future_positions, rows.shape[-1])
        return [rows]

    def predict(
        self, tokens: F32, timestep: int, passes: Sequence[Pass], check: CancelCheck = never_cancel
    ) -> F32:
        """Return the clean tokens (passes, generated, 20 + latent) that each pass predicts.

        Parameters
        ----------
        tokens : (generated, 20 + latent)
            The noisy tokens.
        timestep : int
            Step of the base schedule.
        passes : sequence of Pass
            What each pass is told.
        check : CancelCheck
            Called between layers.
        """
        roots = self._predict_roots(tokens, timestep, passes, check)
        latents = self._predict_latents(tokens, roots, timestep, passes, check)
        return np.concatenate([roots, latents], axis=-1)

    def _predict_roots(self, tokens: F32, timestep: int, passes: Sequence[Pass], check: CancelCheck) -> F32:
        """Run the root stage; arguments and result as those of :meth:`predict`, the result has the roots only."""
        network, stage = self._denoiser, self._denoiser.root_stage
        time = stage.embed_time(timestep)
        root, latent = tokens[:, :ROOT_NUMBERS], tokens[:, ROOT_NUMBERS:]
        sequences = []
        for one in passes:
            constraints = self._constraints if one.constrained else None
            known = root if constraints is None else constraints.impute_root(root)
            # in this map the latent body comes first
            generated = network.root_map.multiply(np.concatenate([latent, known], axis=-1))
            generated += self._root_condition if one.constrained else network.root_map.bias
            generated += self._positions
            sequences.append(
                np.concatenate(
                    [
                        np.stack([one.text.root, time, self._root_heading]),
                        self._history_rows,
                        generated,
                        *(self._future_rows if one.constrained else []),
                    ]
                )
            )
        return stage.encode(sequences, self._kept, check)

    def _predict_latents(
        self, tokens: F32, roots: F32, timestep: int, passes: Sequence[Pass], check: CancelCheck
    ) -> F32:
        """Run the body stage on the roots of each pass.

        Parameters
        ----------
        tokens, timestep, passes, check
            As those of :meth:`predict`.
        roots : (passes, generated, 20)
            What the root stage predicted.
        """
        network, stage = self._denoiser, self._denoiser.body_stage
        time = stage.embed_time(timestep)
        history, latent = self._history, tokens[:, ROOT_NUMBERS:]
        local = self._compute_local_roots(roots)
        sequences = []
        for one, local_root in zip(passes, local, strict=True):
            before = np.concatenate([local_root[: len(history)], history[:, ROOT_NUMBERS:]], axis=-1)
            generated = network.body_map.multiply(
                np.concatenate([local_root[len(history) :], latent], axis=-1)
            )
            generated += self._body_condition if one.constrained else network.body_map.bias
            generated += self._positions
            sequences.append(
                np.concatenate(
                    [
                        np.stack([one.text.body, time, self._body_heading]),
                        network.history_body_map(before) + self._history_positions,
                        generated,
                        *(self._future_rows if one.constrained else []),
                    ]
                )
            )
        return stage.encode(sequences, self._kept, check)

    def _compute_local_roots(self, roots: F32) -> F32:
        """Return the normalised local root (passes, history + generated, 16) by the roots of each pass."""
        passes = len(roots)
        before = np.repeat(self._history[None, :, :ROOT_NUMBERS], passes, axis=0)
        frames = np.concatenate([before, roots], axis=1).reshape(passes, -1, ROOT_FEATURES)
        statistics, fps = self._denoiser.statistics, self._denoiser.config.fps
        local = compute_local_root(statistics.root.restore(frames), fps)
        return statistics.local_root.normalise(local).reshape(passes, -1, LOCAL_ROOT_NUMBERS)
