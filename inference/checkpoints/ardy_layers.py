# SPDX-License-Identifier: GPL-3.0-or-later
"""ARDY's and Kimodo's matrix products in PyTorch: their layers on a graphics card or whatever else PyTorch uses.

Everything else of them stays in NumPy: the layers take nine tenths of the time, and few numbers go in and out. The
other linear maps are computed by PyTorch on the processor.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ...motion import CheckpointError
from ..ardy.backend import ArdyBackend, TextEncoder
from ..ardy.config import CONFIG_FILE
from ..ardy.layers import CancelCheck, MakeEncoder, Tensors, never_cancel
from ..ardy.loading import DENOISER_FILE
from ..backend import Backend
from ..kimodo import KimodoBackend, is_kimodo
from ..matrix_products import use_product
from .files import select_device

F32 = NDArray[np.float32]

_NORM_FLOOR = 1e-5


class TorchEncoder:
    """A stack of transformer layers; computes what ``inference.ardy.layers.Encoder`` computes.

    In float32 the numbers are the same. In bfloat16 the linear maps are rounded, attention and sums are not.
    """

    def __init__(
        self,
        tensors: Tensors,
        name: str,
        layers: int,
        heads: int,
        causal: bool = False,
        device: str | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        """Put the weights of a stack onto a device.

        Parameters
        ----------
        tensors : all tensors of the file
        name : name of the stack in them
        layers, heads : number of layers, and of heads in each
        causal : whether a token sees earlier tokens only
        device : PyTorch's name of it; None: a graphics card if there is one, else the processor
        dtype : type in which linear maps are computed
        """
        self._heads, self._causal, self._device = heads, causal, _choose_device(device)
        prefix = f"{name}.layers."
        weights = {
            key.removeprefix(prefix): torch.from_numpy(value).to(
                self._device, dtype if value.ndim == 2 else torch.float32
            )
            for key, value in tensors.items()
            if key.startswith(prefix)
        }
        self._layers = [
            {key.removeprefix(f"{i}."): w for key, w in weights.items() if key.startswith(f"{i}.")}
            for i in range(layers)
        ]

    def __call__(
        self,
        rows: F32,
        lengths: Sequence[int],
        kept: slice = slice(None),
        check: CancelCheck = never_cancel,
    ) -> F32:
        """Return the encoded rows of several sequences.

        Parameters
        ----------
        rows : (sum of lengths, width)
            The sequences, one after the other.
        lengths : sequence of int
            Rows of each sequence.
        kept : slice
            Which rows of each sequence are returned.
        check : CancelCheck
            Called before each layer.
        """
        with torch.inference_mode():
            x = torch.from_numpy(np.ascontiguousarray(rows)).to(self._device)
            for layer in self._layers:
                check()
                x = self._apply_layer(layer, x, lengths)
            parts = [part[kept] for part in x.split(list(lengths))]
            return np.asarray(torch.cat(parts).cpu().numpy())

    def _apply_layer(self, layer: dict[str, Tensor], x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the rows after one layer.

        Parameters
        ----------
        layer : its weights
        x : (rows, width)
        lengths : rows of each sequence
        """
        width = x.shape[-1]
        projected = self._multiply(x, layer["self_attn.in_proj_weight"], layer["self_attn.in_proj_bias"])
        attended = []
        for part in projected.split(list(lengths)):
            q, k, v = (
                part[:, n * width : (n + 1) * width].reshape(1, len(part), self._heads, -1).transpose(1, 2)
                for n in range(3)
            )
            mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=self._causal)
            attended.append(mixed.transpose(1, 2).reshape(len(part), width))
        x = x + self._multiply(
            torch.cat(attended), layer["self_attn.out_proj.weight"], layer["self_attn.out_proj.bias"]
        )
        x = functional.layer_norm(x, (width,), layer["norm1.weight"], layer["norm1.bias"], _NORM_FLOOR)
        hidden = functional.gelu(self._multiply(x, layer["linear1.weight"], layer["linear1.bias"]))
        x = x + self._multiply(hidden, layer["linear2.weight"], layer["linear2.bias"])
        return functional.layer_norm(x, (width,), layer["norm2.weight"], layer["norm2.bias"], _NORM_FLOOR)

    def _multiply(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """Return the linear map of rows in float32, computed in the type of the weight."""
        if weight.dtype == torch.float32:
            return functional.linear(x, weight, bias)
        return functional.linear(x.to(weight.dtype), weight).float() + bias


def multiply_with_torch(a: F32, b: F32) -> F32:
    """Return the product of matrices (..., I, J) by (..., J, K), computed by PyTorch on the processor."""
    return np.asarray((torch.from_numpy(a) @ torch.from_numpy(b)).numpy())


def use_torch() -> AbstractContextManager[None]:
    """Return a context manager in which PyTorch computes the products outside of the layers too."""
    return use_product(multiply_with_torch)


def has_fast_bfloat16() -> bool:
    """Return whether PyTorch's default device multiplies faster in bfloat16 than in float32."""
    if _choose_device(None).type != "cpu":
        return True
    # PyTorch asks the processor, under names that differ between its versions
    names = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(bool(getattr(torch.cpu, name, bool)()) for name in names)


def _choose_device(name: str | None) -> torch.device:
    """Return PyTorch's device of that name; None: CUDA, else Apple's, else the processor."""
    if name is None and not torch.cuda.is_available() and torch.backends.mps.is_available():
        return torch.device("mps")
    return select_device(name)


def is_ardy(path: Path) -> bool:
    """Return whether a folder is one of ARDY's checkpoints."""
    return (path / CONFIG_FILE).is_file() and (path / DENOISER_FILE).is_file()


def open_ardy(path: Path, encoder: TextEncoder | None, use_bfloat16: bool = False) -> ArdyBackend:
    """Open ARDY with PyTorch's layers. Raises ``CheckpointError`` without anything that encodes prompts.

    ``use_bfloat16``: compute in bfloat16 where that is faster; motions differ a little from those of float32 then.
    """
    if encoder is None:
        raise CheckpointError(
            "{folder} is ARDY, which needs a text encoder: add the folder of one as a checkpoint too",
            folder=path.name,
        )
    return ArdyBackend(path, encoder, make_encoder=_choose_layers(use_bfloat16), share_work=use_torch)


def open_kimodo(path: Path, encoder: TextEncoder | None, use_bfloat16: bool = False) -> KimodoBackend:
    """Open Kimodo with PyTorch's layers; arguments and errors as those of :func:`open_ardy`."""
    if encoder is None:
        raise CheckpointError(
            "{folder} is Kimodo, which needs LLM2Vec: add the folder with its files as a checkpoint too",
            folder=path.name,
        )
    return KimodoBackend(path, encoder, _choose_layers(use_bfloat16), use_torch)


def open_with_encoder(path: Path, encoder: TextEncoder | None, use_bfloat16: bool = False) -> Backend:
    """Open a folder of Kimodo or ARDY; arguments and errors as those of :func:`open_ardy`."""
    opened = open_kimodo if is_kimodo(path) else open_ardy
    return opened(path, encoder, use_bfloat16)


def _choose_layers(use_bfloat16: bool) -> MakeEncoder:
    """Return what makes the layers, in bfloat16 where that is wanted and fast."""
    return partial(
        TorchEncoder, dtype=torch.bfloat16 if use_bfloat16 and has_fast_bfloat16() else torch.float32
    )
