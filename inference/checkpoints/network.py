# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of the Motion Diffusion Model (transformer encoder or decoder), built from the tensors of a checkpoint.

Tevet et al., "Human Motion Diffusion Model", ICLR 2023; "CLoSD", ICLR 2025 (DiP, the prefix completion model).
Batch first throughout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from .layers import Layer, linear_layer
from .settings import Settings


@dataclass(frozen=True, eq=False)
class TextTokens:
    """Embedded prompts of a batch.

    ``tokens`` (N, L, D), or None for a model without text; ``padding`` (N, L) is True where a token is padding.
    """

    tokens: torch.Tensor | None
    padding: torch.Tensor | None = None

    def concatenate(self, other: TextTokens) -> TextTokens:
        """Return both as one batch; they have the same number of tokens."""
        if self.tokens is None or other.tokens is None:
            return self
        padding = None
        if self.padding is not None and other.padding is not None:
            padding = torch.cat([self.padding, other.padding])
        return TextTokens(torch.cat([self.tokens, other.tokens]), padding)


class Network:
    """Predicts the clean motion. Needs tensors that passed ``layout.check_layout``."""

    def __init__(self, settings: Settings, tensors: Mapping[str, torch.Tensor]) -> None:
        """Build the network that ``settings`` describe from ``tensors`` by their names in the checkpoint."""
        is_decoder = settings.arch == "trans_dec"
        stack = "seqTransDecoder" if is_decoder else "seqTransEncoder"
        self.settings = settings
        self.device = tensors["input_process.poseEmbedding.weight"].device
        self._embed_frames = linear_layer(tensors, "input_process.poseEmbedding")
        self._time_layers = [linear_layer(tensors, f"embed_timestep.time_embed.{i}") for i in (0, 2)]
        self._embed_text = linear_layer(tensors, "embed_text") if settings.text_encoder else None
        self._layers = [Layer(tensors, f"{stack}.layers.{i}", is_decoder) for i in range(settings.layers)]
        self._output = linear_layer(tensors, "output_process.poseFinal")
        self._position_table = torch.empty(0, settings.latent_dim, device=self.device)

    def embed_timesteps(self, timesteps: torch.Tensor) -> torch.Tensor:
        """Return the tokens (N, D) of timesteps (N,), which are indices in the original schedule."""
        first, second = self._time_layers
        return second(F.silu(first(self._get_position_encodings(int(timesteps.max()) + 1)[timesteps])))

    def embed_text(self, text: torch.Tensor | None, padding: torch.Tensor | None, batch: int) -> TextTokens:
        """Embed the text encoder's output (B or 1, L, W), with padding (B or 1, L), for a batch of B."""
        if self._embed_text is None or text is None:
            return TextTokens(None)
        return TextTokens(
            self._embed_text(text).expand(batch, -1, -1),
            None if padding is None else padding.expand(batch, -1),
        )

    def embed_no_text(self, text: TextTokens, batch: int) -> TextTokens:
        """Return the tokens of the unconditional pass of classifier-free guidance.

        The original zeroes the text before it is embedded, so the bias of the embedding stays. There are as many tokens
        as in ``text``, with the same padding, so that both passes fit into one batch.
        """
        if self._embed_text is None:
            return TextTokens(None)
        count = 1 if text.tokens is None else text.tokens.shape[1]
        zeros = torch.zeros(batch, count, self.settings.text_width, device=self.device)
        return TextTokens(self._embed_text(zeros), text.padding)

    def __call__(
        self,
        frames: torch.Tensor,
        timestep: torch.Tensor,
        text: TextTokens,
        padding: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Return the clean motion (N, T, features); N is B, or 2 B where ``text`` holds both passes of guidance.

        Parameters
        ----------
        frames : (B, context + T, features)
            Normalised frames of the noisy motion, the prefix first.
        timestep : (B or 1, D)
            From :meth:`embed_timesteps`.
        text : N prompts
            From :meth:`embed_text` and :meth:`embed_no_text`.
        padding : (B, context + T) or None
            True where a frame is padding.
        """
        settings = self.settings
        passes = 1 if text.tokens is None else len(text.tokens) // len(frames)
        x = self._embed_frames(frames).repeat(passes, 1, 1)
        time = timestep[:, None].expand(len(frames), -1, -1).repeat(passes, 1, 1)
        mask = None if padding is None else ~padding.repeat(passes, 1)
        if settings.has_condition_token:
            # an encoder has text and timestep in this token, a decoder the timestep alone
            token = time if settings.arch == "trans_dec" else _add_text(time, text.tokens)
            x = torch.cat([token, x], dim=1)
            mask = None if mask is None else F.pad(mask, (1, 0), value=True)
        x = x + self._get_position_encodings(x.shape[1])[: x.shape[1]]
        memory, memory_mask = (
            self._build_decoder_memory(time, text) if settings.arch == "trans_dec" else (None, None)
        )
        if mask is not None:
            mask = mask[:, None, None]
        for layer in self._layers:
            x = layer(x, mask, memory, memory_mask)
        return self._output(x[:, settings.has_condition_token + settings.context_len :])

    def _build_decoder_memory(
        self, time: torch.Tensor, text: TextTokens
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return what a decoder attends to (N, L, D), and a mask (N, 1, 1, L) that is False at padding."""
        mask = None if text.padding is None else ~text.padding
        if self.settings.add_text or text.tokens is None:
            memory = _add_text(time, text.tokens)
        else:
            memory = torch.cat([time, text.tokens], dim=1)
            mask = None if mask is None else F.pad(mask, (1, 0), value=True)
        return memory, None if mask is None else mask[:, None, None]

    def _get_position_encodings(self, length: int) -> torch.Tensor:
        """Return at least ``length`` rows (D,) of the sinusoid table of Vaswani et al., 2017, in float32 throughout."""
        if len(self._position_table) < length:
            width = self.settings.latent_dim
            positions = torch.arange(max(length, 1024), dtype=torch.float32)[:, None]
            rates = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
            table = torch.stack([torch.sin(positions * rates), torch.cos(positions * rates)], dim=-1)
            self._position_table = table.flatten(1).to(self.device)
        return self._position_table


def _add_text(time: torch.Tensor, text: torch.Tensor | None) -> torch.Tensor:
    return time if text is None else time + text
