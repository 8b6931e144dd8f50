# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames on their way into the first layer: embedded, and projected for its attention, in a single product.

Between the features and the first queries, keys and values everything is linear, so that two weights are multiplied
once and for all; positions, whose share never changes, are a table. Guidance asks twice about the same frames with
another token in front, and both share what is made here.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from .linear import Linear


class Entrance:
    """Rows of 4 D numbers: a token of width D, then its query, key and value in the first layer."""

    def __init__(
        self, weight: torch.Tensor, bias: torch.Tensor, project: torch.Tensor, query_bias: torch.Tensor
    ) -> None:
        """``weight`` (D, features) and ``bias`` (D,) embed a frame; ``project`` (3 D, D) and ``query_bias`` (D,) are
        the attention's."""
        self._bias, self._project, self._query_bias = bias, project, query_bias
        fused = (project.cpu().double() @ weight.cpu().double()).to(weight)
        self._frames = Linear(torch.cat([weight, fused]), None)
        self._table = torch.empty(0, 4 * len(bias), device=bias.device)

    def tokens(self, tokens: torch.Tensor) -> torch.Tensor:
        """(..., D) to the share (..., 4 D) that they have in rows, which are sums of such shares."""
        return torch.cat([tokens, F.linear(tokens, self._project)], dim=-1)

    def position(self, positions: torch.Tensor) -> torch.Tensor:
        """The share (..., 4 D) of positions (..., D), for tokens that are no frames."""
        share = self.tokens(positions)
        width = positions.shape[-1]
        share[..., width : 2 * width] += self._query_bias
        return share

    def frames(self, frames: torch.Tensor, positions: torch.Tensor, first: int, rows: torch.Tensor) -> None:
        """Fill ``rows`` (B, L, 4 D) from frames (B, L, features): the ``first`` and following of those whose
        positions are (all, D)."""
        if len(self._table) < len(positions):
            self._table = self.position(positions + self._bias)
        torch.add(self._frames(frames), self._table[first : first + frames.shape[1]], out=rows)
