# SPDX-License-Identifier: GPL-3.0-or-later
"""Tensors of a MotionGPT checkpoint: the file that PyTorch Lightning wrote (``.tar``, ``.ckpt``), or ``.safetensors``.

Beside the network such a file holds the settings of its training as objects of other packages. They are not needed,
and nothing of them is made or run: each becomes a :class:`_PassedOver`.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ...motion.errors import CheckpointError
from .files import Tensors, safetensors_of

LIGHTNING = (".tar", ".ckpt")
_SUFFIXES = (*LIGHTNING, ".safetensors")
_STARTS = {"vae.": "motion", "motion_vae.": "motion", "lm.language_model.": "language"}
_WRAPPED = "base_model."  # what LoRA puts in front of the names


def is_motiongpt(path: Path) -> bool:
    """Whether a file or folder is laid out as MotionGPT's: MDM's has ``args.json`` beside it, and no such suffixes."""
    folder = path if path.is_dir() else path.parent
    if (folder / "args.json").exists():
        return False
    names = [p.suffix.lower() for p in folder.iterdir()] if path.is_dir() else [path.suffix.lower()]
    return any(suffix in names for suffix in _SUFFIXES) and ".pt" not in names


def find_motiongpt(path: Path) -> Path:
    """The checkpoint at ``path``, or the only one in that folder. Raises :class:`CheckpointError`."""
    if path.is_dir():
        found = [p for p in sorted(path.iterdir()) if p.suffix.lower() in _SUFFIXES]
        if len(found) != 1:
            many = f"{len(found)} files" if found else "no file"
            raise CheckpointError(
                f"The folder {path.name} holds {many} of MotionGPT's kind (.tar, .ckpt, .safetensors): choose one file"
            )
        return found[0]
    if not path.is_file() or path.suffix.lower() not in _SUFFIXES:
        raise CheckpointError(
            f"{path.name} is no checkpoint of MotionGPT: choose its .tar, .ckpt or .safetensors file"
        )
    return path


def read_motiongpt(path: Path) -> tuple[Tensors, Tensors]:
    """Tensors of the motion tokenizer and of the language model, float32, by the original's names within each.

    Evaluators and losses, which a file holds too, are left out. Raises :class:`CheckpointError`.
    """
    content: Mapping[Any, Any]
    content = safetensors_of(path) if path.suffix.lower() == ".safetensors" else _lightning(path)
    inner = content.get("state_dict", content)
    parts: dict[str, Tensors] = {"motion": {}, "language": {}}
    for key, value in inner.items() if isinstance(inner, Mapping) else ():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            continue
        for start, part in _STARTS.items():
            if key.startswith(start):
                parts[part][key[len(start) :]] = (
                    value.detach().float() if value.is_floating_point() else value.detach()
                )
    motion, language = parts["motion"], parts["language"]
    if not motion:
        raise CheckpointError(f"{path.name} holds no motion tokenizer: it is no checkpoint of MotionGPT")
    if not language:
        raise CheckpointError(
            f"{path.name} holds a motion tokenizer alone (MotionGPT's first stage): choose one of the third stage"
        )
    if any(name.startswith(_WRAPPED) for name in language):
        raise CheckpointError(
            f"{path.name} holds a language model with LoRA, which is not known here: merge it into the model first"
        )
    return motion, language


class _PassedOver:
    """Stands for whatever a file wants beside tensors: takes everything and does nothing."""

    def __new__(cls, *_: object) -> _PassedOver:
        return super().__new__(cls)

    def __init__(self, *_: object) -> None:
        """Values are dropped."""

    def __setstate__(self, _: object) -> None:
        """So is state."""


def _passed_over_dict(*_: object) -> dict[Any, Any]:
    """For kinds of dict, which are filled after they are made."""
    return {}


_DICTS = ("collections.defaultdict", "collections.ChainMap")


def _lightning(path: Path) -> Mapping[Any, Any]:
    # a name that the reader does not know is never imported: it is looked up among those that are given here
    try:
        names = torch.serialization.get_unsafe_globals_in_checkpoint(str(path))
        known: Any = [(_passed_over_dict if n in _DICTS else _PassedOver, n) for n in names]
        with torch.serialization.safe_globals(known):
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        reason = " ".join(str(error).split())
        refused = reason.split("unsupported GLOBAL ")[-1].split()[0] if "GLOBAL" in reason else ""
        what = f"wants {refused}" if refused else "holds more than tensors and settings, or is damaged"
        raise CheckpointError(
            f"{path.name} {what} and was not opened: convert it to .safetensors where you trust it"
        ) from error
    except (
        OSError, RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError, IndexError, MemoryError,
        UnicodeError,
    ) as error:  # fmt: skip
        raise CheckpointError(f"{path.name} is damaged or not complete: download it again") from error
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{path.name} holds no network: choose another file")
    return content
