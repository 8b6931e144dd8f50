# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of the Motion Diffusion Model from plain tensors: transformer encoder and decoder.

Tevet et al., "Human Motion Diffusion Model", ICLR 2023; "CLoSD", ICLR 2025 (DiP, the prefix completion model).
Post-norm layers, four heads, GELU by the error function, as the original builds them. Batch first throughout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from .linear import Linear
from .settings import HEADS, Settings


@dataclass(frozen=True, eq=False)
class Branch:
    """What one pass through the network is told: ``text`` (B, L, D) embedded tokens, or None for a model without text;
    ``padding`` (B, L), True where a token is none."""

    text: torch.Tensor | None
    padding: torch.Tensor | None = None


class _Attention:
    """Multi-head attention with the tensors of ``torch.nn.MultiheadAttention``.

    The scores' scale is part of the query's weights. A key's bias adds the same to all scores of a query and is left
    out; a value's bias passes through the weighted mean unchanged and is part of the output's.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor], name: str, itself: bool) -> None:
        weight, bias = tensors[f"{name}.in_proj_weight"], tensors[f"{name}.in_proj_bias"]
        out, out_bias = tensors[f"{name}.out_proj.weight"], tensors[f"{name}.out_proj.bias"]
        width = weight.shape[1]
        scale = (width // HEADS) ** -0.5
        query, self._query_bias = weight[:width] * scale, bias[:width] * scale
        if itself:
            self._all = Linear(torch.cat([query, weight[width:]]), None)
        else:
            self._query = Linear(query, self._query_bias)
            self._rest = Linear(weight[width:], None)
            self._value = Linear(weight[2 * width :], None)
        self._out = Linear(out, out_bias + _product(out, bias[2 * width :]))

    def itself(self, x: torch.Tensor, attend: torch.Tensor | None) -> torch.Tensor:
        """Each token of x (N, S, D) to all; ``attend`` (N, 1, 1, S) bool, False where a token is none."""
        query, key, value = self._all(x).chunk(3, dim=-1)
        return self._out(_attended(query.add_(self._query_bias), key, value, attend))

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


class _Layer:
    """One layer of the encoder or the decoder.

    The bias at the end of the feed-forward part comes by the norm before it, which feeds both that part and the sum
    with its result; the bias at its beginning takes the surplus off again.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor], name: str, decoder: bool) -> None:
        self._itself = _Attention(tensors, f"{name}.self_attn", itself=True)
        self._memory = _Attention(tensors, f"{name}.multihead_attn", itself=False) if decoder else None
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
        x = self._normed(0, x.add_(self._itself.itself(x, attend)))
        if self._memory is not None:
            parts = x.chunk(len(memories))
            for part, (memory, known) in zip(parts, memories, strict=True):
                part.add_(self._memory.memory(part, memory, known))
            x = self._normed(1, x)
        return self._normed(-1, x.add_(self._down(F.gelu(self._up(x)))))

    def _normed(self, which: int, x: torch.Tensor) -> torch.Tensor:
        weight, bias = self._norms[which]
        return F.layer_norm(x, (x.shape[-1],), weight, bias)


class Network:
    """Predicts the clean motion. Needs tensors that ``layout.check_layout`` found good."""

    def __init__(self, settings: Settings, tensors: Mapping[str, torch.Tensor]) -> None:
        decoder = settings.arch == "trans_dec"
        stack = "seqTransDecoder" if decoder else "seqTransEncoder"
        self.settings = settings
        self.device = tensors["input_process.poseEmbedding.weight"].device
        self._layers = [_Layer(tensors, f"{stack}.layers.{i}", decoder) for i in range(settings.layers)]
        self._into, self._out, self._time0, self._time2 = (
            Linear(tensors[f"{name}.weight"], tensors[f"{name}.bias"])
            for name in (
                "input_process.poseEmbedding",
                "output_process.poseFinal",
                "embed_timestep.time_embed.0",
                "embed_timestep.time_embed.2",
            )
        )
        self._text = (
            Linear(tensors["embed_text.weight"], tensors["embed_text.bias"])
            if settings.text_encoder
            else None
        )
        self._table = torch.empty(0, settings.latent_dim, device=self.device)

    def timestep_tokens(self, timesteps: torch.Tensor) -> torch.Tensor:
        """(N, D) of timesteps (N,) in the original schedule."""
        table = self._positions(int(timesteps.max()) + 1)
        return self._time2(F.silu(self._time0(table[timesteps])))

    def branch(self, text: torch.Tensor | None, padding: torch.Tensor | None, batch: int) -> Branch:
        """Text tokens (B or 1, L, W) with padding (B or 1, L), embedded for a batch of B."""
        if self._text is None or text is None:
            return Branch(None)
        embedded = self._text(text).expand(batch, -1, -1)
        if padding is not None:
            padding = padding.expand(batch, -1) if bool(padding.any()) else None
        return Branch(embedded, padding)

    def without_text(self, branch: Branch, batch: int) -> Branch:
        """The branch that is told nothing: text is zeroed before it is embedded, so the embedding's bias stays.

        All its tokens are alike, and attending to many alike is attending to one; where the timestep is a token
        among them, their number counts.
        """
        if self._text is None:
            return Branch(None)
        tokens = 1 if self.settings.add_text or branch.text is None else branch.text.shape[1]
        zero = torch.zeros(batch, tokens, self.settings.text_width, device=self.device)
        return Branch(self._text(zero), None if self.settings.add_text else branch.padding)

    def __call__(
        self,
        frames: torch.Tensor,
        timestep: torch.Tensor,
        branches: Sequence[Branch],
        padding: torch.Tensor | None = None,
    ) -> list[torch.Tensor]:
        """The clean motion (B, T, features) for each branch.

        ``frames`` (B, context + T, features) normalised, the prefix first; ``timestep`` (B or 1, D) from
        :meth:`timestep_tokens`; ``padding`` (B, context + T), True where a frame is none.
        """
        settings, count = self.settings, len(branches)
        batch, length, _ = frames.shape
        time = timestep[:, None].expand(batch, -1, -1)
        moving = self._into(frames)
        front = int(settings.token_in_front)
        x = moving.new_empty(count, batch, front + length, settings.latent_dim)
        x[:, :, front:] = moving
        if front:
            for part, branch in zip(x, branches, strict=True):
                part[:, :1] = time if settings.arch == "trans_dec" else _sum(branch.text, time)
        x = x.flatten(0, 1).add_(self._positions(front + length)[: front + length])
        attend = None
        if padding is not None:
            attend = F.pad(~padding, (front, 0), value=True)[:, None, None].repeat(count, 1, 1, 1)
        memories = [self._memory(branch, time) for branch in branches] if settings.arch == "trans_dec" else []
        for layer in self._layers:
            x = layer(x, attend, memories)
        return list(self._out(x[:, front + settings.context_len :]).chunk(count))

    def _memory(self, branch: Branch, time: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """What a decoder's frames attend to: (B, L, D), and which of it (B, 1, 1, L)."""
        known = None if branch.padding is None else ~branch.padding
        if self.settings.add_text or branch.text is None:
            memory = _sum(branch.text, time)
        else:
            memory = torch.cat([time, branch.text], dim=1)
            known = None if known is None else F.pad(known, (1, 0), value=True)
        return memory, None if known is None else known[:, None, None]

    def _positions(self, length: int) -> torch.Tensor:
        """At least ``length`` rows (length, D) of the sinusoid table of Vaswani et al., 2017, in float32 throughout."""
        if len(self._table) < length:
            width = self.settings.latent_dim
            place = torch.arange(max(length, 1024), dtype=torch.float32)[:, None]
            rate = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
            table = torch.stack([torch.sin(place * rate), torch.cos(place * rate)], dim=-1)
            self._table = table.flatten(1).to(self.device)
        return self._table


def _sum(text: torch.Tensor | None, time: torch.Tensor) -> torch.Tensor:
    return time if text is None else text + time
