# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that a folder holds a model as its card says: files, settings, tensors, statistics, finite numbers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path

from ...motion import BackendError, CheckpointError
from .cards import ARDY_TEXT, ModelCard

_OTHER_TEXT_FILES = ("ardy_minilm_config.json", "text_encoder.onnx.gz")
"""Files of a text encoder's folder that is laid out in another way than the hub's."""

_MAX_FILES = 50


def check_folder(card: ModelCard, folder: Path, check: Callable[[], None]) -> list[str]:
    """Check that a folder holds the whole model of a card, and return the paths of its files. Reads all of it.

    Raises :class:`CheckpointError` if it does not.

    Parameters
    ----------
    card : what it should be
    folder : where it is
    check : called often; raises to cancel
    """
    if not folder.is_dir():
        raise CheckpointError("There is no folder {folder}: choose another one", folder=folder)
    files = [file.target for file in card.files if (folder / file.target).is_file()]
    if card.id == ARDY_TEXT and any((folder / name).is_file() for name in _OTHER_TEXT_FILES):
        files = _list_files(folder)
    elif missing := [name for name in card.required_files if name not in files]:
        raise CheckpointError(
            "{folder} has no {file}, so it is not the whole model {model}: choose another folder, or download it",
            folder=folder.name,
            file=missing[0],
            model=card.name,
        )
    try:
        if card.id == ARDY_TEXT:
            _check_text_encoder(folder)
        else:
            from ..ardy import load_ardy

            load_ardy(folder, check)
    except MemoryError:
        raise BackendError(
            "There is not enough memory for {model}: close other programs and try again", model=card.name
        ) from None
    return files


def _list_files(folder: Path) -> list[str]:
    """Return the paths of the first files in a folder and the folders in it."""
    paths = chain(sorted(folder.glob("*")), sorted(folder.glob("*/*")))
    return [path.relative_to(folder).as_posix() for path in paths if path.is_file()][:_MAX_FILES]


def _check_text_encoder(folder: Path) -> None:
    """Raise :class:`CheckpointError` unless a folder holds a text encoder that gives finite vectors."""
    import numpy as np

    from ..ardy.text import load_text_encoder

    vectors = load_text_encoder(folder).encode(["a person walks forward"])
    if not np.all(np.isfinite(vectors)) or not np.any(vectors):
        raise CheckpointError(
            "The text encoder in {folder} gives no usable numbers: download it again", folder=folder.name
        )
