# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing of files that are replaced completely or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write ``arrays`` as a compressed ``.npz``. Raises ``OSError``."""
    # compressed in memory: a ZipFile on a full disk raises again when it is garbage-collected
    compressed = io.BytesIO()
    np.savez_compressed(compressed, **arrays)
    write_atomic(path, lambda file: file.write(compressed.getbuffer()))


def write_atomic(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a temporary file beside ``path`` with ``write``, then rename it to ``path``.

    If the disk is full or the process ends meanwhile, an older file stays as it was; no temporary file is left after
    an error. Raises ``OSError``.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        # closed before it is renamed: Windows can't rename open files
        with os.fdopen(handle, "wb") as file:
            write(file)
        _set_permissions(temporary, path)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _set_permissions(temporary: Path, path: Path) -> None:
    """Give the file the permissions of the one that it replaces, or 644: those of ``mkstemp`` keep others out."""
    with suppress(OSError):
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        else:
            temporary.chmod(0o644)
