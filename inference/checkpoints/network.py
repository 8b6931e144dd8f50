# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of the Motion Diffusion Model from plain tensors: transformer encoder and decoder.

Tevet et al., "Human Motion Diffusion Model", ICLR 2023; "CLoSD", ICLR 2025 (DiP, the prefix completion model).
Batch first throughout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F

from .input_projection import Entrance
from .layers import Layer
from .linear import Linear
from .parallel import Run
from .settings import Settings


@dataclass(frozen=True, eq=False)
class Branch:
    """What one pass through the network is told.

    ``text`` (B, L, D) embedded tokens, or None for a model without text; ``padding`` (B, L), True where a token is
    none; ``front`` (B or 1, 1, 4 D) what never changes of the token in front.
    """

    text: torch.Tensor | None
    padding: torch.Tensor | None
    front: torch.Tensor


class Network:
    """Predicts the clean motion. Needs tensors that ``layout.check_layout`` found good."""

    def __init__(self, settings: Settings, tensors: Mapping[str, torch.Tensor]) -> None:
        decoder = settings.arch == "trans_dec"
        stack = "seqTransDecoder" if decoder else "seqTransEncoder"
        self.settings = settings
        self.device = tensors["input_process.poseEmbedding.weight"].device
        self._layers = [Layer(tensors, f"{stack}.layers.{i}", decoder) for i in range(settings.layers)]
        self._out, self._time0, self._time2 = (
            Linear(tensors[f"{name}.weight"], tensors[f"{name}.bias"])
            for name in (
                "output_process.poseFinal",
                "embed_timestep.time_embed.0",
                "embed_timestep.time_embed.2",
            )
        )
        embedding = "input_process.poseEmbedding"
        first = self._layers[0].attention
        self._entrance = Entrance(
            tensors[f"{embedding}.weight"],
            tensors[f"{embedding}.bias"],
            first.project.weight,
            first.query_bias,
        )
        self._text = (
            Linear(tensors["embed_text.weight"], tensors["embed_text.bias"])
            if settings.text_encoder
            else None
        )
        self._table = torch.empty(0, settings.latent_dim, device=self.device)

    def timestep_tokens(self, timesteps: torch.Tensor) -> torch.Tensor:
        """(N, 4 D) of timesteps (N,) in the original schedule: tokens, and their share of the first attention."""
        table = self._positions(int(timesteps.max()) + 1)
        return self._entrance.tokens(self._time2(F.silu(self._time0(table[timesteps]))))

    def branch(self, text: torch.Tensor | None, padding: torch.Tensor | None, batch: int) -> Branch:
        """Text tokens (B or 1, L, W) with padding (B or 1, L), embedded for a batch of B."""
        if self._text is None or text is None:
            return self._branch(None, None)
        embedded = self._text(text).expand(batch, -1, -1)
        if padding is not None:
            padding = padding.expand(batch, -1) if bool(padding.any()) else None
        return self._branch(embedded, padding)

    def without_text(self, branch: Branch, batch: int) -> Branch:
        """The branch that is told nothing: text is zeroed before it is embedded, so the embedding's bias stays.

        All its tokens are alike, and attending to many alike is attending to one; where the timestep is a token
        among them, their number counts.
        """
        if self._text is None:
            return self._branch(None, None)
        tokens = 1 if self.settings.add_text or branch.text is None else branch.text.shape[1]
        zero = torch.zeros(batch, tokens, self.settings.text_width, device=self.device)
        return self._branch(self._text(zero), None if self.settings.add_text else branch.padding)

    def _branch(self, text: torch.Tensor | None, padding: torch.Tensor | None) -> Branch:
        front = self._entrance.position(self._positions(1)[:1])[None]
        if text is not None and self.settings.arch != "trans_dec":
            front = front + self._entrance.tokens(text)
        return Branch(text, padding, front)

    def __call__(
        self,
        frames: torch.Tensor,
        timestep: torch.Tensor,
        branches: Sequence[Branch],
        padding: torch.Tensor | None = None,
        run: Run | None = None,
    ) -> list[torch.Tensor]:
        """The clean motion (B, T, features) for each of one or two branches.

        ``frames`` (B, context + T, features) normalised, the prefix first; ``timestep`` (B or 1, 4 D) from
        :meth:`timestep_tokens`; ``padding`` (B, context + T), True where a frame is none. With ``run`` each branch is
        a pass of its own, at the same time; what they share is made in halves before.
        """
        settings, length = self.settings, frames.shape[1]
        front = int(settings.token_in_front)
        # the frames stand between both branches' tokens: attention doesn't mind on which side a token is
        rows = frames.new_empty(len(frames), length + front * len(branches), 4 * settings.latent_dim)
        positions = self._positions(front + length)[front:]

        def enter(first: int, last: int) -> torch.Tensor:
            self._entrance.frames(
                frames[:, first:last], positions, first, rows[:, front + first : front + last]
            )
            return rows

        everything = range(len(branches))
        if front:
            for which, branch in enumerate(branches):
                rows[:, -which] = (branch.front + timestep[:, None])[:, 0]
        if run is None:
            enter(0, length)
            return self._passes(rows, timestep, branches, everything, padding)
        run([partial(enter, 0, length // 2), partial(enter, length // 2, length)])
        jobs = [partial(self._passes, rows, timestep, branches, [which], padding) for which in everything]
        return [found for (found,) in run(jobs)]

    def _passes(
        self,
        rows: torch.Tensor,
        timestep: torch.Tensor,
        branches: Sequence[Branch],
        asked: Sequence[int],
        padding: torch.Tensor | None,
    ) -> list[torch.Tensor]:
        """The clean motion for each of the branches ``asked``, in one batch, from rows that they share."""
        settings = self.settings
        width, front = settings.latent_dim, int(settings.token_in_front)
        length = rows.shape[1] - front * (len(branches) - 1)
        parts = [rows[:, front * which : front * which + length] for which in asked]
        attend = None
        if padding is not None:
            sides = [(0, front) if which else (front, 0) for which in asked]
            attend = torch.cat([F.pad(~padding, side, value=True) for side in sides])[:, None, None]
        memories = []
        if settings.arch == "trans_dec":
            time = timestep[:, None, :width].expand(len(rows), -1, -1)
            memories = [self._memory(branches[which], time) for which in asked]
        x = self._layers[0].attention.projected([part[..., width:] for part in parts], attend)
        for sum_, part in zip(x.chunk(len(parts)), parts, strict=True):
            sum_.add_(part[..., :width])
        x = self._layers[0].after_attention(x, memories)
        for layer in self._layers[1:]:
            x = layer(x, attend, memories)
        context = settings.context_len
        return [
            self._out(part[:, context : length - front] if which else part[:, front + context :])
            for which, part in zip(asked, x.chunk(len(parts)), strict=True)
        ]

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
