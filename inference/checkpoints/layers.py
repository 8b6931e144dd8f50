# SPDX-License-Identifier: GPL-3.0-or-later
"""Transformer layers of the Motion Diffusion Model, built from the tensors of a checkpoint.

Post-norm, four heads and GELU by the error function, as in the original.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import torch
import torch.nn.functional as F

from .settings import HEADS


def linear_layer(tensors: Mapping[str, torch.Tensor], name: str) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return the linear layer ``name``: a function of (..., in) that returns (..., out)."""
    return partial(F.linear, weight=tensors[f"{name}.weight"], bias=tensors[f"{name}.bias"])


class Attention:
    """Multi-head attention with the tensors of ``torch.nn.MultiheadAttention``."""

    def __init__(self, tensors: Mapping[str, torch.Tensor], name: str) -> None:
        """Take the tensors whose names begin with ``name``."""
        self._weight, self._bias = tensors[f"{name}.in_proj_weight"], tensors[f"{name}.in_proj_bias"]
        self._output = linear_layer(tensors, f"{name}.out_proj")

    def attend_to_self(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Return self-attention (N, S, D) of x (N, S, D); ``mask`` (N, 1, 1, S) is False at padding."""
        query, key, value = F.linear(x, self._weight, self._bias).chunk(3, dim=-1)
        return self._output(_multihead_attention(query, key, value, mask))

    def attend_to_memory(
        self, x: torch.Tensor, memory: torch.Tensor, mask: torch.Tensor | None
    ) -> torch.Tensor:
        """Return cross-attention (N, S, D) of x (N, S, D) to ``memory`` (N, L, D).

        ``mask`` (N, 1, 1, L) is False at padding.
        """
        width = x.shape[-1]
        query = F.linear(x, self._weight[:width], self._bias[:width])
        key, value = F.linear(memory, self._weight[width:], self._bias[width:]).chunk(2, dim=-1)
        return self._output(_multihead_attention(query, key, value, mask))


def _multihead_attention(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None
) -> torch.Tensor:
    """Return scaled dot-product attention (N, S, D) in :data:`HEADS` heads.

    ``query`` (N, S, D); ``key``, ``value`` (N, L, D); ``mask`` (N, 1, 1, L) is False at padding.
    """
    heads = (x.unflatten(-1, (HEADS, -1)).transpose(1, 2) for x in (query, key, value))
    return F.scaled_dot_product_attention(*heads, attn_mask=mask).transpose(1, 2).flatten(-2)


class Layer:
    """One layer of the encoder or, with cross-attention to a memory, of the decoder."""

    def __init__(self, tensors: Mapping[str, torch.Tensor], name: str, is_decoder: bool) -> None:
        """Take the tensors whose names begin with ``name``."""
        self._self_attention = Attention(tensors, f"{name}.self_attn")
        self._cross_attention = Attention(tensors, f"{name}.multihead_attn") if is_decoder else None
        self._expand = linear_layer(tensors, f"{name}.linear1")
        self._reduce = linear_layer(tensors, f"{name}.linear2")
        norms = ("norm1", "norm2", "norm3") if is_decoder else ("norm1", "norm2")
        self._norms = [(tensors[f"{name}.{n}.weight"], tensors[f"{name}.{n}.bias"]) for n in norms]

    def __call__(
        self,
        x: torch.Tensor,
        mask: torch.Tensor | None,
        memory: torch.Tensor | None,
        memory_mask: torch.Tensor | None,
    ) -> torch.Tensor:
        """Return the layer's output (N, S, D).

        Parameters
        ----------
        x : (N, S, D)
            Token embeddings.
        mask : (N, 1, 1, S) or None
            False where a token of ``x`` is padding.
        memory : (N, L, D) or None
            What a decoder attends to; None in an encoder.
        memory_mask : (N, 1, 1, L) or None
            False where a token of ``memory`` is padding.
        """
        x = self._add_and_normalise(0, x, self._self_attention.attend_to_self(x, mask))
        if self._cross_attention is not None:
            assert memory is not None
            x = self._add_and_normalise(1, x, self._cross_attention.attend_to_memory(x, memory, memory_mask))
        return self._add_and_normalise(-1, x, self._reduce(F.gelu(self._expand(x))))

    def _add_and_normalise(self, index: int, x: torch.Tensor, change: torch.Tensor) -> torch.Tensor:
        weight, bias = self._norms[index]
        return F.layer_norm(x + change, (x.shape[-1],), weight, bias)
