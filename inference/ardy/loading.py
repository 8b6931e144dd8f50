# SPDX-License-Identifier: GPL-3.0-or-later
"""Load a checkpoint's folder as it was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ...motion.errors import CheckpointError
from .config import read_ardy_config
from .layers import CancelCheck, Encoder, MakeEncoder, Tensors, never_cancel
from .model import ArdyModel
from .safetensors_reader import F32, TensorEntry, read_header, read_tensors
from .statistics import read_statistics
from .tensor_layout import (
    UNUSED_PREFIX,
    Shapes,
    check_layout,
    denoiser_shapes,
    tokenizer_shapes,
)

DENOISER_FILE, TOKENIZER_FILE = "denoiser.safetensors", "tokenizer.safetensors"

_DEFERRED = ("encoder.", "root_model.embed_text.weight", "body_model.embed_text.weight")
"""Beginnings of the names of tensors that a generation may do without: those that read a motion, and those that read
the vectors of a large text encoder."""


class DeferredTensors(Mapping[str, F32]):
    """Tensors by name, some of which are read each time that they are asked for."""

    def __init__(self, tensors: Mapping[str, F32], deferred: Mapping[str, Callable[[], F32]]) -> None:
        """Take the tensors that are there, and what reads the others."""
        self._tensors, self._deferred = tensors, deferred

    def __getitem__(self, name: str) -> F32:
        """Return a tensor. Raises :class:`CheckpointError` if its file can't be read any more."""
        return self._deferred[name]() if name in self._deferred else self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        """Return the names of all tensors."""
        yield from self._tensors
        yield from self._deferred

    def __len__(self) -> int:
        """Return how many tensors there are."""
        return len(self._tensors) + len(self._deferred)


def load_ardy(
    folder: str | Path,
    check: CancelCheck = never_cancel,
    make_encoder: MakeEncoder = Encoder,
    is_sparing: bool = False,
) -> ArdyModel:
    """Return the model in a folder.

    Raises :class:`CheckpointError` if a file is missing, damaged, or of another model.

    Parameters
    ----------
    folder : str or Path
        As it was published.
    check : CancelCheck
        Called between tensors, perhaps in another thread; raises to cancel.
    make_encoder : MakeEncoder
        Makes the transformer layers.
    is_sparing : bool
        Whether tensors that a generation may do without are read only when they are used, to save memory.
    """
    folder = Path(folder)
    config = read_ardy_config(folder)
    statistics = read_statistics(folder, config.latent)
    # both headers are checked before the first of the large reads
    plans = [
        _check_file(folder / DENOISER_FILE, _shorten_denoiser_name, denoiser_shapes(config)),
        _check_file(folder / TOKENIZER_FILE, _shorten_tokenizer_name, tokenizer_shapes(config)),
    ]
    denoiser, tokenizer = (_read_file(*plan, check, _DEFERRED if is_sparing else ()) for plan in plans)
    return ArdyModel(config, statistics, denoiser, tokenizer, make_encoder)


def _shorten_denoiser_name(name: str) -> str | None:
    """Return a tensor's name in the network; None if it does not belong to it."""
    if not name.startswith("denoiser"):
        return None
    return name.replace("denoiser.", "").replace("backbone.", "")


def _shorten_tokenizer_name(name: str) -> str | None:
    """Return a tensor's name in the network; None if it does not belong to it."""
    return name.replace("pose_net.", "") if name.startswith("pose_net") else None


_File = tuple[Path, dict[str, TensorEntry], dict[str, str]]
"""Path, header, and the name in the file by the name in the network."""


def _check_file(path: Path, shorten: Callable[[str], str | None], shapes: Shapes) -> _File:
    """Return a file's header and names after checking that it has the tensors of the network."""
    if not path.is_file():
        raise CheckpointError(
            "The folder {folder} lacks {name}: download the checkpoint again",
            folder=path.parent.name,
            name=path.name,
        )
    entries = read_header(path)
    names = {short: name for name in entries if (short := shorten(name)) is not None}
    check_layout({short: entries[name] for short, name in names.items()}, shapes, path.name)
    return path, entries, names


def _read_file(
    path: Path,
    entries: dict[str, TensorEntry],
    names: dict[str, str],
    check: CancelCheck,
    deferred: tuple[str, ...],
) -> Tensors:
    """Return the tensors of the network that a file holds.

    Parameters
    ----------
    path, entries, names : as :func:`_check_file` returns them
    check : called between tensors
    deferred : beginnings of the names of tensors that are read only when they are asked for
    """
    needed = {short: name for short, name in names.items() if not short.startswith(UNUSED_PREFIX)}
    later = {short: name for short, name in needed.items() if short.startswith(deferred)}
    tensors = read_tensors(
        path, entries, [name for short, name in needed.items() if short not in later], check
    )
    found = {short: tensors[name] for short, name in needed.items() if short not in later}
    if not later:
        return found

    def defer(name: str) -> Callable[[], F32]:
        return lambda: read_tensors(path, entries, [name])[name]

    return DeferredTensors(found, {short: defer(name) for short, name in later.items()})
