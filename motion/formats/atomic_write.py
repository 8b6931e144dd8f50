# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing of files that are replaced completely or not at all."""

from __future__ import annotations

import errno
import io
import os
import secrets
import stat
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
    an error. A symbolic link stays one: the file that it points to is replaced. Raises ``OSError``, also for a file
    that is write-protected or no regular file.
    """
    path = Path(path)
    if path.is_symlink():
        path = path.resolve()
    permissions = _check_replaceable(path)
    temporary = path.with_name(f".{path.stem[:40]}-{secrets.token_hex(6)}.part")
    # not mkstemp, which ignores the umask; closed before it is renamed: Windows can't rename open files
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        if permissions is not None:
            with suppress(OSError):
                temporary.chmod(permissions)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _check_replaceable(path: Path) -> int | None:
    """Return the permissions of an existing file, None if there is none. Raises ``OSError`` if it must stay."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    if not mode & 0o222:
        raise PermissionError(errno.EACCES, "it is write-protected", str(path))
    return stat.S_IMODE(mode)
