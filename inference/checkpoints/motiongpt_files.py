# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the tensors of a MotionGPT checkpoint: a file of PyTorch Lightning (``.tar``, ``.ckpt``), or ``.safetensors``.

Lightning's files also hold the training settings as objects of other packages. They are not needed, and neither
imported nor created: each is replaced with a placeholder.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ...motion.errors import CheckpointError
from .files import Tensors, read_safetensors

LIGHTNING_SUFFIXES = (".tar", ".ckpt")
_SUFFIXES = (*LIGHTNING_SUFFIXES, ".safetensors")
_PART_PREFIXES = {"vae.": "motion", "motion_vae.": "motion", "lm.language_model.": "language"}
_LORA_PREFIX = "base_model."  # prefix of the names in a model with LoRA


def is_motiongpt(path: Path) -> bool:
    """Return whether a file or folder has MotionGPT's layout: MDM's has an ``args.json`` and other suffixes."""
    folder = path if path.is_dir() else path.parent
    if (folder / "args.json").exists():
        return False
    names = [p.suffix.lower() for p in folder.iterdir()] if path.is_dir() else [path.suffix.lower()]
    return any(suffix in names for suffix in _SUFFIXES) and ".pt" not in names


def find_motiongpt(path: Path) -> Path:
    """Return the checkpoint file at ``path``, or the only one in that folder. Raises :class:`CheckpointError`."""
    if path.is_dir():
        candidates = [p for p in sorted(path.iterdir()) if p.suffix.lower() in _SUFFIXES]
        if len(candidates) != 1:
            raise CheckpointError(
                "The folder {name} holds {count} files of MotionGPT's kind (.tar, .ckpt, .safetensors) instead of one: "
                "choose a file",
                name=path.name,
                count=len(candidates),
            )
        return candidates[0]
    if not path.is_file() or path.suffix.lower() not in _SUFFIXES:
        raise CheckpointError(
            "{name} is no checkpoint of MotionGPT: choose its .tar, .ckpt or .safetensors file",
            name=path.name,
        )
    return path


def read_motiongpt(path: Path) -> tuple[Tensors, Tensors]:
    """Read the tensors of the motion tokenizer and of the language model, float32, by the original's names.

    Evaluators and losses in the file are left out. Raises :class:`CheckpointError`.
    """
    content: Mapping[Any, Any]
    content = read_safetensors(path) if path.suffix.lower() == ".safetensors" else _read_lightning(path)
    inner = content.get("state_dict", content)
    parts: dict[str, Tensors] = {"motion": {}, "language": {}}
    for key, value in inner.items() if isinstance(inner, Mapping) else ():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            continue
        for start, part in _PART_PREFIXES.items():
            if key.startswith(start):
                parts[part][key[len(start) :]] = (
                    value.detach().float() if value.is_floating_point() else value.detach()
                )
    motion, language = parts["motion"], parts["language"]
    if not motion:
        raise CheckpointError(
            "{name} holds no motion tokenizer: choose a checkpoint of MotionGPT", name=path.name
        )
    if not language:
        raise CheckpointError(
            "{name} holds a motion tokenizer alone (MotionGPT's first stage): choose one of the third stage",
            name=path.name,
        )
    if any(name.startswith(_LORA_PREFIX) for name in language):
        raise CheckpointError(
            "{name} holds a language model with LoRA, which is not supported: merge it into the model first",
            name=path.name,
        )
    return motion, language


class _Placeholder:
    """Placeholder for an object other than a tensor: takes any arguments and does nothing."""

    def __new__(cls, *_: object) -> _Placeholder:
        return super().__new__(cls)

    def __init__(self, *_: object) -> None:
        """Drop all arguments."""

    def __setstate__(self, _: object) -> None:
        """Drop the state."""


def _placeholder_dict(*_: object) -> dict[Any, Any]:
    """Return a dict instead of a subclass of dict: the reader adds items to it."""
    return {}


_DICT_SUBCLASSES = ("collections.defaultdict", "collections.ChainMap")


def _read_lightning(path: Path) -> Mapping[Any, Any]:
    # PyTorch's reader imports none of the file's names: it looks unknown ones up among these placeholders
    try:
        names = torch.serialization.get_unsafe_globals_in_checkpoint(str(path))
        placeholders: Any = [(_placeholder_dict if n in _DICT_SUBCLASSES else _Placeholder, n) for n in names]
        with torch.serialization.safe_globals(placeholders):
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        reason = " ".join(str(error).split())
        if "GLOBAL" in reason:
            raise CheckpointError(
                "{name} needs {refused} and was not opened: convert it to .safetensors if you trust it",
                name=path.name,
                refused=reason.split("unsupported GLOBAL ")[-1].split()[0],
            ) from error
        raise CheckpointError(
            "{name} holds more than tensors and settings, or is damaged, and was not opened: convert it to "
            ".safetensors if you trust it",
            name=path.name,
        ) from error
    except (
        OSError, RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError, IndexError, MemoryError,
        UnicodeError,
    ) as error:  # fmt: skip
        raise CheckpointError(
            "{name} is damaged or not complete: download it again", name=path.name
        ) from error
    if not isinstance(content, Mapping):
        raise CheckpointError("{name} holds no network: choose another file", name=path.name)
    return content
