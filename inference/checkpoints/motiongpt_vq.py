# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT's motion tokenizer: a VQ-VAE that encodes four frames of features as one of 512 tokens.

Structure and tensor names: MotionGPT (Jiang et al., NeurIPS 2023), who took it from T2M-GPT (Zhang et al., CVPR 2023).
"""

from __future__ import annotations

import re

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike, NDArray

from ...motion.errors import CheckpointError
from .files import Tensors, check_finite, format_shape

FEATURES = 263
FRAMES_PER_TOKEN = 4
_LEVELS = 2  # of down- and upsampling by two
_DILATIONS = (9, 3, 1)  # of the three residual blocks of a level, in order

F32 = NDArray[np.float32]
MotionTokens = NDArray[np.int64]


def tensor_shapes(codebook_size: int, width: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes, by name, of all tensors of a tokenizer; both sizes are 512 as published."""
    shapes: dict[str, tuple[int, ...]] = {"quantizer.codebook": (codebook_size, width)}

    def add_convolution(name: str, outputs: int, inputs: int, size: int) -> None:
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (outputs, inputs, size), (outputs,)

    for part, down in (("encoder", True), ("decoder", False)):
        add_convolution(f"{part}.model.0", width, FEATURES if down else width, 3)
        for level in range(2, 2 + _LEVELS):
            for block in range(len(_DILATIONS)):
                name = f"{part}.model.{level}.{1 if down else 0}.model.{block}"
                add_convolution(f"{name}.conv1", width, width, 3)
                add_convolution(f"{name}.conv2", width, width, 1)
            add_convolution(f"{part}.model.{level}.{0 if down else 2}", width, width, 4 if down else 3)
        add_convolution(f"{part}.model.{2 + _LEVELS}", width, width, 3)
    add_convolution(f"decoder.model.{4 + _LEVELS}", FEATURES, width, 3)
    return shapes


class MotionTokenizer:
    """Encodes features, normalised with MotionGPT's own mean and deviation, as tokens, and decodes them."""

    def __init__(self, tensors: Tensors, name: str, device: torch.device) -> None:
        """Build the tokenizer from ``tensors`` by the original's names.

        ``name`` is that of the file, for errors. Raises :class:`CheckpointError`.
        """
        tensors = {_canonical_name(key): value for key, value in tensors.items()}
        codebook = tensors.get("quantizer.codebook")
        if codebook is None or codebook.ndim != 2 or not codebook.numel():
            raise CheckpointError(
                "{name} lacks quantizer.codebook: choose a checkpoint of MotionGPT", name=name
            )
        self.codebook_size = len(codebook)
        expected = tensor_shapes(*codebook.shape)
        for key in sorted({*expected, *tensors}):
            shape = tuple(tensors[key].shape) if key in tensors else None
            if shape != expected.get(key):
                raise CheckpointError(
                    "{key} of the motion tokenizer in {name} is {shape} where MotionGPT has {expected}: "
                    "choose a checkpoint of the published kind",
                    key=key,
                    name=name,
                    shape="nothing" if shape is None else format_shape(shape),
                    expected=format_shape(expected[key]) if key in expected else "nothing",
                )
        check_finite(tensors, name)
        self._tensors = {key: value.to(device) for key, value in tensors.items()}
        self._device = device

    def encode(self, features: ArrayLike) -> MotionTokens:
        """Encode features (T, 263) as tokens (T // 4,); T is 4 or more, and a remainder of frames is ignored."""
        with torch.inference_mode():
            x = torch.from_numpy(np.asarray(features, dtype=np.float32).T.copy())[None].to(self._device)
            x = F.relu(self._apply_convolution(x, "encoder.model.0", padding=1))
            for level in range(2, 2 + _LEVELS):
                x = self._apply_convolution(x, f"encoder.model.{level}.0", stride=2, padding=1)
                x = self._apply_residual_blocks(x, f"encoder.model.{level}.1")
            rows = self._apply_convolution(x, f"encoder.model.{2 + _LEVELS}", padding=1)[0].T
            codebook = self._tensors["quantizer.codebook"]
            # squared distance, without the row's own square, which is the same for all codes
            distances = (codebook**2).sum(1) - 2 * rows @ codebook.T
            return np.asarray(distances.argmin(1).cpu().numpy(), dtype=np.int64)

    def decode(self, tokens: ArrayLike) -> F32:
        """Decode tokens (B, n) to features (B, 4 n, 263)."""
        with torch.inference_mode():
            indices = torch.from_numpy(np.asarray(tokens, dtype=np.int64)).to(self._device)
            x = F.embedding(indices, self._tensors["quantizer.codebook"]).transpose(1, 2)
            x = F.relu(self._apply_convolution(x, "decoder.model.0", padding=1))
            for level in range(2, 2 + _LEVELS):
                x = self._apply_residual_blocks(x, f"decoder.model.{level}.0").repeat_interleave(2, dim=-1)
                x = self._apply_convolution(x, f"decoder.model.{level}.2", padding=1)
            x = F.relu(self._apply_convolution(x, f"decoder.model.{2 + _LEVELS}", padding=1))
            x = self._apply_convolution(x, f"decoder.model.{4 + _LEVELS}", padding=1)
            return np.asarray(x.transpose(1, 2).float().cpu().numpy(), dtype=np.float32)

    def _apply_residual_blocks(self, x: torch.Tensor, name: str) -> torch.Tensor:
        for block, dilation in enumerate(_DILATIONS):
            inner = self._apply_convolution(
                F.relu(x), f"{name}.model.{block}.conv1", padding=dilation, dilation=dilation
            )
            x = x + self._apply_convolution(F.relu(inner), f"{name}.model.{block}.conv2")
        return x

    def _apply_convolution(
        self, x: torch.Tensor, name: str, stride: int = 1, padding: int = 0, dilation: int = 1
    ) -> torch.Tensor:
        """Apply a convolution.

        Parameters
        ----------
        x : (B, channels, T)
            Its input.
        name : str
            Name of its tensors.
        stride, padding, dilation : int
            As :func:`torch.nn.functional.conv1d` takes them.
        """
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return F.conv1d(x, weight, bias, stride, padding, dilation)


def _canonical_name(key: str) -> str:
    """Map the codebook's name in the original's other quantizer to that in the published one."""
    return re.sub(r"^quantizer\.embedding\.weight$", "quantizer.codebook", key)
