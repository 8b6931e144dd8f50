# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrix products with weights that never change, in the layout that the processor's library likes best."""

from __future__ import annotations

import torch
import torch.nn.functional as F


class Linear:
    """``x @ weight.T + bias`` for x (..., in). On a processor with MKL the weight is packed once for each row count.

    Packing costs as much as one product and saves about a fifth of every later one; values stay those of the plain
    product to rounding. A bias costs another twentieth.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        """``weight`` (out, in), ``bias`` (out,)."""
        self.weight = weight.contiguous()
        self.bias = None if bias is None else bias.contiguous()
        self._packed: dict[int, torch.Tensor] = {}
        self._can_pack = weight.device.type == "cpu" and weight.dtype == torch.float32 and _mkl_packs()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """(..., in) to (..., out)."""
        rows = x.numel() // x.shape[-1]
        if not self._can_pack or rows < _FEWEST_ROWS:
            return F.linear(x, self.weight, self.bias)
        packed = self._packed.get(rows)
        if packed is None:
            if len(self._packed) >= _MOST_PACKED:
                self._packed.clear()
            packed = self._packed[rows] = torch.ops.mkl._mkl_reorder_linear_weight(self.weight, rows)
        return torch.ops.mkl._mkl_linear(x, packed, self.weight, self.bias, rows)


_FEWEST_ROWS = 32
_MOST_PACKED = 2
_packs: bool | None = None


def _mkl_packs() -> bool:
    """Whether this PyTorch has MKL's packed product and it is right; asked once."""
    global _packs
    if _packs is None:
        try:
            weight, bias, x = torch.randn(24, 16), torch.randn(24), torch.randn(_FEWEST_ROWS, 16)
            packed = torch.ops.mkl._mkl_reorder_linear_weight(weight, _FEWEST_ROWS)
            found = torch.ops.mkl._mkl_linear(x, packed, weight, bias, _FEWEST_ROWS)
            _packs = bool(torch.allclose(found, F.linear(x, weight, bias), atol=1e-4))
        except (AttributeError, RuntimeError, NotImplementedError, TypeError):
            _packs = False
    return _packs
