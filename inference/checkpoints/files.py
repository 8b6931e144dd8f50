# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the tensors of a checkpoint file: ``.pt`` with PyTorch's ``weights_only`` reader, or ``.safetensors``."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from ...motion.errors import CheckpointError

Tensors = dict[str, torch.Tensor]

SUFFIXES = (".pt", ".safetensors")
_AVERAGE, _PLAIN = "model_avg", "model"


def find_checkpoint_file(path: Path) -> Path:
    """Return the checkpoint file at ``path``, or the one with the most training steps in that folder.

    Raises :class:`CheckpointError` if there is none.
    """
    if path.is_file():
        if path.suffix.lower() not in SUFFIXES:
            raise CheckpointError(
                "{name} is no checkpoint: choose a .pt or .safetensors file, or its folder", name=path.name
            )
        return path
    if not path.is_dir():
        raise CheckpointError(
            "{name} does not exist: choose a .pt or .safetensors file, or its folder", name=path.name
        )
    # the optimizer's state is in the same folder
    candidates = [
        p for p in sorted(path.iterdir()) if p.suffix.lower() in SUFFIXES and not re.match(r"opt\d", p.name)
    ]
    if not candidates:
        raise CheckpointError(
            "The folder {name} holds no .pt or .safetensors file: choose another one", name=path.name
        )
    return max(candidates, key=lambda p: (_parse_training_steps(p), p.suffix))


def select_device(name: str | None) -> torch.device:
    """Return PyTorch's device of that name; None: CUDA if there is one, else the CPU."""
    return torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))


def check_finite(tensors: Mapping[str, torch.Tensor], file_name: str) -> None:
    """Raise :class:`CheckpointError` if a tensor of the file holds a number that is not finite."""
    for key, tensor in tensors.items():
        if not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                "{key} in {name} holds numbers that are not finite: download it again",
                key=key,
                name=file_name,
            )


def format_shape(shape: Sequence[int]) -> str:
    """Return a tensor's shape for a message, such as "512 x 263"."""
    return " x ".join(str(n) for n in shape)


def _parse_training_steps(path: Path) -> int:
    digits = re.search(r"(\d+)$", path.stem)
    return int(digits[1]) if digits else -1


def read_tensors(path: Path, use_average: bool) -> Tensors:
    """Read all tensors of the network in ``path`` by the original's names, float32.

    Files of training with a moving average (EMA) hold two networks: ``use_average`` selects the average, as the
    original does if ``args.json`` has ``use_ema``. Raises :class:`CheckpointError`.
    """
    content = read_safetensors(path) if path.suffix.lower() == ".safetensors" else _read_pickle(path)
    for name in (_AVERAGE, _PLAIN) if use_average else (_PLAIN,):
        inner = content.get(name)
        if isinstance(inner, Mapping):
            content = inner
            break
        nested = {k.removeprefix(f"{name}."): v for k, v in content.items() if str(k).startswith(f"{name}.")}
        if nested:
            content = nested
            break
    tensors: Tensors = {}
    for key, value in content.items():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            raise CheckpointError(
                "{name} holds {key!r}, which is no tensor: choose a checkpoint of MDM",
                name=path.name,
                key=key,
            )
        tensors[key] = value.detach().float() if value.is_floating_point() else value.detach()
    return tensors


def _read_pickle(path: Path) -> Mapping[str, Any]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            "{name} holds more than tensors, or is damaged, and was not opened: choose a file of tensors",
            name=path.name,
        ) from error
    except (
        OSError,
        RuntimeError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        MemoryError,
    ) as error:
        raise CheckpointError(
            "{name} is damaged or not complete: download it again", name=path.name
        ) from error
    if not isinstance(content, Mapping):
        raise CheckpointError("{name} holds no network: choose another file", name=path.name)
    return content


def read_safetensors(path: Path) -> Mapping[str, Any]:
    """Read all tensors of a ``.safetensors`` file. Raises :class:`CheckpointError`."""
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file
    except ImportError as error:
        raise CheckpointError(
            "{name} needs the package safetensors: install it beside PyTorch (pip install safetensors)",
            name=path.name,
        ) from error
    try:
        content: Mapping[str, Any] = load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
        raise CheckpointError(
            "{name} is damaged or not complete: download it again", name=path.name
        ) from error
    return content
