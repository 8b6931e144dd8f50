# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers of the Motion Diffusion Model's transformer, from plain tensors.

Post-norm, four heads, GELU by the error function, as the original builds them. What is the same in every step (scales,
most biases) is put into neighbouring weights, so that memory is gone through less often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F

from .linear import Linear
from .settings import HEADS


class Attention:
    """Multi-head attention with the tensors of ``torch.nn.MultiheadAttention``.

    The scores' scale is part of the query's weights. A key's bias adds the same to all scores of a query and is left
    out; a value's bias passes through the weighted mean unchanged and is part of the output's.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor], name: str, itself: bool) -> None:
        weight, bias = tensors[f"{name}.in_proj_weight"], tensors[f"{name}.in_proj_bias"]
        out, out_bias = tensors[f"{name}.out_proj.weight"], tensors[f"{name}.out_proj.bias"]
        width = weight.shape[1]
        scale = (width // HEADS) ** -0.5
        query, self.query_bias = weight[:width] * scale, bias[:width] * scale
        if itself:
            self.project = Linear(torch.cat([query, weight[width:]]), None)
        else:
            self._query = Linear(query, self.query_bias)
            self._rest = Linear(weight[width:], None)
            self._value = Linear(weight[2 * width :], None)
        self._out = Linear(out, out_bias + _product(out, bias[2 * width :]))

    def itself(self, x: torch.Tensor, attend: torch.Tensor | None) -> torch.Tensor:
        """Each token of x (N, S, D) to all; ``attend`` (N, 1, 1, S) bool, False where a token is none."""
        query, key, value = self.project(x).chunk(3, dim=-1)
        return self._out(_attended(query.add_(self.query_bias), key, value, attend))

    def projected(self, parts: Sequence[torch.Tensor], attend: torch.Tensor | None) -> torch.Tensor:
        """The same for queries, keys and values (n, S, 3 D) that are there already, in parts of the batch."""
        masks = [None] * len(parts) if attend is None else attend.chunk(len(parts))
        mixed = []
        for part, mask in zip(parts, masks, strict=True):
            query, key, value = part.chunk(3, dim=-1)
            mixed.append(_attended(query, key, value, mask))
        return self._out(mixed[0] if len(mixed) == 1 else torch.cat(mixed))

    def memory(self, x: torch.Tensor, memory: torch.Tensor, attend: torch.Tensor | None) -> torch.Tensor:
        """Each token of x (N, S, D) to the tokens of ``memory`` (N, L, D); (N, S, D) or (N, 1, D).

        To a single token everybody attends fully, whatever the query is.
        """
        if memory.shape[1] == 1:
            return self._out(self._value(memory))
        key, value = self._rest(memory).chunk(2, dim=-1)
        return self._out(_attended(self._query(x), key, value, attend))


def _attended(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, attend: torch.Tensor | None
) -> torch.Tensor:
    q, k, v = (a.unflatten(-1, (HEADS, -1)).transpose(1, 2) for a in (query, key, value))
    if q.device.type != "cpu":
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=attend, scale=1.0)
        return found.transpose(1, 2).flatten(-2)
    # on a processor and a few hundred tokens two plain products are faster than the fused attention
    mixed = query.new_empty(len(query), query.shape[1], HEADS, q.shape[-1])
    for n, out in enumerate(mixed):
        scores = torch.bmm(q[n], k[n].transpose(1, 2))
        if attend is not None:
            scores.masked_fill_(~attend[n], -torch.inf)
        torch.bmm(torch.softmax(scores, -1, out=scores), v[n], out=out.transpose(0, 1))
    return mixed.flatten(-2)


def _product(matrix: torch.Tensor, vector: torch.Tensor) -> torch.Tensor:
    return (matrix.cpu().double() @ vector.cpu().double()).to(matrix)


class Layer:
    """One layer of the encoder or the decoder.

    The bias at the end of the feed-forward part comes by the norm before it, which feeds both that part and the sum
    with its result; the bias at its beginning takes the surplus off again.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor], name: str, decoder: bool) -> None:
        self.attention = Attention(tensors, f"{name}.self_attn", itself=True)
        self._memory = Attention(tensors, f"{name}.multihead_attn", itself=False) if decoder else None
        up, last = tensors[f"{name}.linear1.weight"], tensors[f"{name}.linear2.bias"]
        self._up = Linear(up, tensors[f"{name}.linear1.bias"] - _product(up, last))
        self._down = Linear(tensors[f"{name}.linear2.weight"], None)
        norms = ("norm1", "norm2", "norm3") if decoder else ("norm1", "norm2")
        self._norms = [(tensors[f"{name}.{n}.weight"], tensors[f"{name}.{n}.bias"]) for n in norms]
        self._norms[-2] = (self._norms[-2][0], self._norms[-2][1] + last)

    def __call__(
        self,
        x: torch.Tensor,
        attend: torch.Tensor | None,
        memories: Sequence[tuple[torch.Tensor, torch.Tensor | None]],
    ) -> torch.Tensor:
        """x (N, S, D); ``memories`` of the branches, in equal parts of the batch, with what may be attended to."""
        return self.after_attention(x.add_(self.attention.itself(x, attend)), memories)

    def after_attention(
        self, x: torch.Tensor, memories: Sequence[tuple[torch.Tensor, torch.Tensor | None]]
    ) -> torch.Tensor:
        """The rest of the layer, from the sum (N, S, D) of what came in and what it attended to."""
        x = self._normed(0, x)
        if self._memory is not None:
            parts = x.chunk(len(memories))
            for part, (memory, known) in zip(parts, memories, strict=True):
                part.add_(self._memory.memory(part, memory, known))
            x = self._normed(1, x)
        return self._normed(-1, x.add_(self._down(F.gelu(self._up(x)))))

    def _normed(self, which: int, x: torch.Tensor) -> torch.Tensor:
        weight, bias = self._norms[which]
        return F.layer_norm(x, (x.shape[-1],), weight, bias)
