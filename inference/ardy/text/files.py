# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the files of a text encoder, as they are or packed by gzip, no larger than they may be."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

from ....motion.errors import CheckpointError

PACKED_SUFFIX = ".gz"

MAX_JSON_BYTES = 16 * 2**20
"""Largest JSON file: the tokenizer of a hundred languages has a fifth of it."""

_CHUNK_BYTES = 1 << 20


def find_file(folder: Path, name: str) -> Path | None:
    """Return the path of a file in a folder, packed or not; None if it is missing."""
    for path in (folder / name, folder / f"{name}{PACKED_SUFFIX}"):
        if path.is_file():
            return path
    return None


def read_file(path: Path, max_bytes: int) -> bytes:
    """Return the content of a file, unpacked if its name ends with ``.gz``.

    Raises :class:`CheckpointError` if it is missing, damaged, or has more bytes than ``max_bytes``.
    """
    try:
        with path.open("rb") as file:
            if path.suffix != PACKED_SUFFIX:
                content = file.read(max_bytes + 1)
                if len(content) > max_bytes:
                    raise _too_large(path, max_bytes)
                return content
            unpacker = zlib.decompressobj(wbits=31)
            parts: list[bytes] = []
            size = 0
            while chunk := file.read(_CHUNK_BYTES):
                while chunk:
                    # a part at a time: a small file may unpack to any size
                    parts.append(unpacker.decompress(chunk, _CHUNK_BYTES))
                    size += len(parts[-1])
                    if size > max_bytes:
                        raise _too_large(path, max_bytes)
                    if unpacker.eof and (unpacker.unused_data or file.read(1)):
                        raise damaged(path)
                    chunk = unpacker.unconsumed_tail
            parts.append(unpacker.flush())
            if not unpacker.eof:
                raise damaged(path)
            return b"".join(parts)
    except (OSError, zlib.error) as error:
        raise damaged(path) from error
    except MemoryError as error:
        raise CheckpointError(
            "There is not enough memory for {name}: close other programs and try again", name=path.name
        ) from error


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file. Raises :class:`CheckpointError`."""
    try:
        tree = json.loads(read_file(path, MAX_JSON_BYTES))
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error
    if not isinstance(tree, dict):
        raise damaged(path)
    return tree


def damaged(path: Path) -> CheckpointError:
    """Return the error for a file that cannot be read."""
    return CheckpointError("{name} is damaged or not complete: download it again", name=path.name)


def _too_large(path: Path, max_bytes: int) -> CheckpointError:
    return CheckpointError(
        "{name} has more than {megabytes} MB, which a text encoder's file never has: choose another one",
        name=path.name,
        megabytes=max_bytes // 2**20,
    )
