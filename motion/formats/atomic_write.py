# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are either written whole or not at all."""

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
    # packed in memory, because a ZipFile whose file is full complains once more when it is collected
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    write_whole(path, lambda file: file.write(packed.getbuffer()))


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, then put it in place.

    A disk that runs full or a process that ends half-way leaves an older file untouched, and no litter.
    Raises ``OSError``.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        # closed before it is moved: Windows does not move open files
        with os.fdopen(handle, "wb") as file:
            write(file)
        _give_usual_permissions(temporary, path)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _give_usual_permissions(temporary: Path, path: Path) -> None:
    """Those of the file that is replaced, else those that a new file has: ``mkstemp`` keeps others from reading."""
    with suppress(OSError):
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        else:
            temporary.chmod(0o644)
