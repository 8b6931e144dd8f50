# SPDX-License-Identifier: GPL-3.0-or-later
"""Read ``.safetensors`` files as float32 arrays, without trusting anything that their header says.

The header is read through a memory map, which costs nothing. The numbers are read from the file into arrays of their
own: a mapped file that another program shortens or that vanishes with its drive would end the process, and on Windows
a mapped file can't be replaced or removed.
"""

from __future__ import annotations

import json
import math
import mmap
import struct
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import CheckpointError

F32 = NDArray[np.float32]

_MAX_HEADER_BYTES = 16 * 1024 * 1024
_MAX_DIMENSIONS = 8
_CHUNK_NUMBERS = 1 << 20
"""Numbers of 16 bits that are converted at a time: few enough to stay in the processor's cache."""

_OWN_MEMORY_BYTES = 1 << 20
"""Bytes from which on a tensor gets memory of its own."""

_ITEM_BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
    "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
}  # fmt: skip


@dataclass(frozen=True)
class TensorEntry:
    """Where a tensor is in its file.

    Attributes
    ----------
    dtype : type as the format names it, such as "BF16"
    shape : numbers along each axis
    start, end : its bytes, counted from the file's beginning
    """

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


def read_header(path: Path) -> dict[str, TensorEntry]:
    """Return the tensors that a file holds, by name. Raises :class:`CheckpointError` unless they fill it exactly."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            size = len(content)
            if size < 8:
                raise _damaged(path)
            (length,) = struct.unpack("<Q", content[:8])
            if length > min(_MAX_HEADER_BYTES, size - 8):
                raise _damaged(path)
            header = json.loads(
                content[8 : 8 + length].decode("utf-8"), object_pairs_hook=_refuse_double_names
            )
    except (OSError, ValueError, RecursionError) as error:  # an empty file can't be mapped: ValueError
        raise _damaged(path) from error
    if not isinstance(header, dict):
        raise _damaged(path)
    header.pop("__metadata__", None)
    entries = {name: _parse_entry(path, value, 8 + length, size) for name, value in header.items()}
    position = 8 + length
    for entry in sorted(entries.values(), key=lambda e: (e.start, e.end)):
        if entry.start != position:
            raise _damaged(path)
        position = entry.end
    if position != size:
        raise _damaged(path)
    return entries


def _damaged(path: Path) -> CheckpointError:
    return CheckpointError("{name} is damaged or not complete: download it again", name=path.name)


def _refuse_double_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a name stands twice")
    return mapping


def _parse_entry(path: Path, value: object, data_start: int, size: int) -> TensorEntry:
    """Return the entry that the header gives for one tensor. Raises :class:`CheckpointError`.

    Parameters
    ----------
    path : the file
    value : the entry as JSON
    data_start : byte from which the entry's offsets count
    size : bytes of the file
    """
    if not isinstance(value, dict):
        raise _damaged(path)
    dtype, shape, offsets = value.get("dtype"), value.get("shape"), value.get("data_offsets")
    if (
        not isinstance(dtype, str)
        or dtype not in _ITEM_BYTES
        or not _is_counts(shape)
        or len(shape) > _MAX_DIMENSIONS
        or not _is_counts(offsets)
        or len(offsets) != 2
    ):
        raise _damaged(path)
    start, end = data_start + offsets[0], data_start + offsets[1]
    if not start <= end <= size or end - start != math.prod(shape) * _ITEM_BYTES[dtype]:
        raise _damaged(path)
    return TensorEntry(dtype, tuple(shape), start, end)


def _is_counts(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(n) is int and 0 <= n < 2**62 for n in value)


def read_tensors(
    path: Path,
    entries: Mapping[str, TensorEntry],
    names: Sequence[str],
    check: Callable[[], None] = lambda: None,
) -> dict[str, F32]:
    """Read the tensors of some names as float32.

    Raises :class:`CheckpointError` if a tensor is of a type other than float32, float16 and bfloat16, or holds a number
    that is not finite.

    Parameters
    ----------
    path, entries : the file and its header
    names : tensors to read
    check : called before each tensor, in another thread; raises to cancel
    """

    def read(name: str) -> F32:
        check()
        return _read_tensor(path, entries[name], name)

    try:
        # two threads, because most of the time goes into memory that is used for the first time
        with ThreadPoolExecutor(max_workers=2) as threads:
            return dict(zip(names, threads.map(read, names), strict=True))
    except OSError as error:
        raise _damaged(path) from error
    except MemoryError as error:
        raise CheckpointError(
            "There is not enough memory for {name}: close other programs and try again", name=path.name
        ) from error


def _read_tensor(path: Path, entry: TensorEntry, name: str) -> F32:
    """Read one tensor as float32. Raises :class:`CheckpointError`."""
    tensor = _allocate_tensor(entry.shape)
    with path.open("rb", buffering=0) as file:
        _read_numbers(file, entry, tensor, path, name)
    # adding up keeps NaN and infinity, and needs no array of flags
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(np.add.reduce(tensor, axis=None))
    if not math.isfinite(total):
        raise CheckpointError(
            "{key} in {name} holds numbers that are not finite: download it again", key=name, name=path.name
        )
    return tensor


def _allocate_tensor(shape: tuple[int, ...]) -> F32:
    """Return an array of a shape, whose memory the system gets back when nothing refers to it any more.

    What allocators get back they mostly keep for themselves, hundreds of megabytes of tensors too.
    """
    size = 4 * math.prod(shape)
    if size < _OWN_MEMORY_BYTES:
        return np.empty(shape, np.float32)
    try:
        memory = mmap.mmap(-1, size)
    except OSError as error:
        raise MemoryError from error
    return np.frombuffer(memory, np.float32).reshape(shape)


def _expand_bfloat16(numbers: NDArray[Any]) -> F32:
    """Return float32 numbers whose upper halves are given."""
    return (numbers.astype(np.uint32) << np.uint32(16)).view(np.float32)


_EXPANSIONS: dict[str, tuple[str, Callable[[NDArray[Any]], F32]]] = {
    "F16": ("<f2", lambda numbers: np.asarray(numbers, np.float32)),
    "BF16": ("<u2", _expand_bfloat16),
}
"""Type in which numbers of 16 bits are read, and their conversion."""


def _read_numbers(file: FileIO, entry: TensorEntry, tensor: F32, path: Path, name: str) -> None:
    """Read one tensor into a float32 array of its shape. Raises :class:`CheckpointError`.

    Parameters
    ----------
    file : the open file, without a buffer
    entry : where the tensor is
    tensor : array to fill
    path, name : the file and the tensor, for messages
    """
    file.seek(entry.start)
    flat = tensor.reshape(-1)
    if entry.dtype == "F32":
        _fill(file, flat.view(np.uint8), path)
        return
    if entry.dtype not in _EXPANSIONS:
        raise CheckpointError(
            "{key} in {name} is of the type {dtype}: download the checkpoint as float32, float16 or bfloat16",
            key=name,
            name=path.name,
            dtype=entry.dtype,
        )
    read_type, expand = _EXPANSIONS[entry.dtype]
    chunk = np.empty(min(_CHUNK_NUMBERS, flat.size), read_type)
    for first in range(0, flat.size, _CHUNK_NUMBERS):
        part = chunk[: flat.size - first]
        _fill(file, part.view(np.uint8), path)
        flat[first : first + part.size] = expand(part)


def _fill(file: FileIO, buffer: NDArray[np.uint8], path: Path) -> None:
    """Read from the file until the buffer is full."""
    view = memoryview(buffer)  # type: ignore[arg-type]  # NumPy's stubs do not say so before Python 3.12
    while len(view):
        count = file.readinto(view[: 1 << 30])
        if not count:
            raise _damaged(path)
        view = view[count:]


def format_shape(shape: Sequence[int]) -> str:
    """Return a tensor's shape for a message, such as "1024 x 4096"."""
    return " x ".join(str(n) for n in shape)
