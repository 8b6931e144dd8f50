# SPDX-License-Identifier: GPL-3.0-or-later
"""Which models are installed: a small JSON file for each, which names the model's folder and its files.

A receipt is written when a folder was checked, so a folder without one was never complete.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from .cards import ModelCard

_MAX_BYTES = 1 << 20


class Receipt(NamedTuple):
    """An installed model."""

    folder: Path
    is_own: bool
    """Whether the folder was made by a download and is deleted with the model; else the user's own, left alone."""

    files: dict[str, int]
    """Size in bytes of each file, by its path in the folder."""

    commit: str = ""
    """Commit of the hub's repository; empty for the user's own folder."""

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(self.files.values())


def receipt_path(root: Path, card_id: str) -> Path:
    """Return where the receipt of a model is; ``root`` is the folder of all models."""
    return root / f"{card_id}.json"


def read_receipt(root: Path, card: ModelCard) -> Receipt | None:
    """Return the receipt of a model whose files all have the sizes that they had when checked; else None."""
    try:
        path = receipt_path(root, card.id)
        if path.stat().st_size > _MAX_BYTES:
            return None
        receipt = _parse_receipt(json.loads(path.read_text(encoding="utf-8")), root / card.id)
        if receipt is None or not receipt.files:
            return None
        if receipt.is_own and not set(card.required_files) <= receipt.files.keys():
            return None
        for name, size in receipt.files.items():
            if (receipt.folder / name).stat().st_size != size:
                return None
    except (OSError, ValueError, RecursionError):
        return None
    return receipt


def _parse_receipt(value: Any, own_folder: Path) -> Receipt | None:
    if not isinstance(value, dict):
        return None
    files, folder, commit = value.get("files"), value.get("folder"), value.get("commit", "")
    if (
        not isinstance(files, dict)
        or not all(isinstance(n, str) and type(size) is int for n, size in files.items())
        or not isinstance(folder, (str, type(None)))
        or not isinstance(commit, str)
    ):
        return None
    return Receipt(Path(folder) if folder else own_folder, not folder, files, commit)


def format_receipt(receipt: Receipt) -> bytes:
    """Return a receipt as the content of its file."""
    value = {
        "folder": None if receipt.is_own else str(receipt.folder),
        "files": receipt.files,
        "commit": receipt.commit,
    }
    return (json.dumps(value, indent=1) + "\n").encode("utf-8")


def measure_files(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """Return the sizes of those of the files that exist."""
    return {name: (folder / name).stat().st_size for name in names if (folder / name).is_file()}
