# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays from ``.npz`` files that may be damaged or hostile.

Nothing is unpickled, and nothing is allocated before the file's own bookkeeping says that it is small enough and
agrees with itself: a header that claims 10^9 frames costs nothing.
"""

from __future__ import annotations

import ast
import math
import os
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..errors import FormatError

MAX_BYTES = 2**28
"""Of all arrays of a file together, unpacked: the longest motion in the largest SMPL-X layout, in single precision,
is half of it."""

_MAX_MEMBERS = 1000
_LONGEST_HEADER = 4000
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# what zipfile, zlib and the parsing of headers raise on damaged input
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, TypeError, KeyError, NotImplementedError, RuntimeError,
    SyntaxError, OverflowError, MemoryError, RecursionError,
)  # fmt: skip

AnyArray = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Names:
    """What a zip holds: names of its arrays, and of its other members without their folders."""

    arrays: frozenset[str]
    others: frozenset[str]


def names_in(path: Path) -> Names:
    """Names of what is in a ``.npz`` file, or in another zip. Raises :class:`FormatError`."""
    with _opened(path) as archive:
        names = archive.namelist()
    arrays = frozenset(n[:-4] for n in names if n.endswith(".npy"))
    return Names(arrays, frozenset(n.rpartition("/")[2] for n in names if not n.endswith(".npy")))


def read_array(path: Path) -> AnyArray:
    """The array in a ``.npy`` file. Raises :class:`FormatError`."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            return _read_stream(file, size, path.name, MAX_BYTES)
    except FormatError:
        raise
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {error.strerror or error}") from error
    except _DAMAGE as error:
        raise FormatError(f"{path.name} is damaged and can't be read: export it again") from error


def read_arrays(path: Path, names: Iterable[str]) -> dict[str, AnyArray]:
    """Those of the named arrays that the file has; others are never looked at. Raises :class:`FormatError`."""
    found: dict[str, AnyArray] = {}
    left = MAX_BYTES
    with _opened(path) as archive:
        for name in names:
            try:
                info = archive.getinfo(f"{name}.npy")
            except KeyError:
                continue
            try:
                found[name] = _read_member(archive, info, f"{path.name}: the array {name}", left)
            except FormatError:
                raise
            except (*_DAMAGE, OSError) as error:
                raise FormatError(
                    f"{path.name} is damaged, the array {name} can't be read: export it again"
                ) from error
            left -= found[name].nbytes
    return found


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise FormatError(f"{path.name} does not exist: choose another file") from error
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {error.strerror or error}") from error
    except _DAMAGE as error:
        raise FormatError(f"{path.name} is damaged or not complete: download or export it again") from error
    if len(archive.infolist()) > _MAX_MEMBERS:
        archive.close()
        raise FormatError(f"{path.name} holds too many arrays to be a motion: choose a motion file")
    return archive


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, what: str, left: int) -> AnyArray:
    """``left``: bytes that it may take."""
    if info.compress_type not in _PLAIN:
        raise FormatError(f"{what} is packed in an unknown way: export the file again")
    with archive.open(info) as file:
        return _read_stream(file, info.file_size, what, left)


def _read_stream(file: IO[bytes], held: int, what: str, left: int) -> AnyArray:
    """The array that a stream of ``held`` bytes holds, and may take ``left`` bytes."""
    shape, fortran, dtype = _header(file)
    if dtype.hasobject:
        raise FormatError(
            f"{what} holds Python objects, which are not read: export the file with plain numbers"
        )
    if dtype.kind not in "biufUS":
        raise FormatError(f"{what} does not hold numbers: choose a motion file")
    size = math.prod(shape) * dtype.itemsize
    if size > left:
        raise FormatError(
            f"{what} claims {size / 2**20:.0f} MB, more than is read ({MAX_BYTES // 2**20} MB in all): "
            "cut the motion into parts"
        )
    if size > held:
        raise FormatError(f"{what} claims more numbers than the file holds: export the file again")
    data = file.read(size)
    if len(data) != size or file.read(1):
        raise FormatError(f"{what} is not complete: export the file again")
    array: AnyArray = np.frombuffer(data, dtype=dtype).reshape(shape, order="F" if fortran else "C")
    if dtype.kind == "U" and np.any(np.frombuffer(data, dtype.str[0] + "u4") > 0x10FFFF):
        raise FormatError(f"{what} holds letters that are none: export the file again")
    return array


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether columns come first, and type of a ``.npy`` member; ``ValueError`` where it states nonsense.

    NumPy's own parser would do, but guesses at headers that Python 2 wrote, with warnings and further errors.
    """
    start = file.read(8)
    if start[:7] not in (b"\x93NUMPY\x01", b"\x93NUMPY\x02", b"\x93NUMPY\x03"):
        raise ValueError("no array")
    digits = 2 if start[6] == 1 else 4
    length = int.from_bytes(file.read(digits), "little")
    if length > _LONGEST_HEADER:
        raise ValueError("the header is too long")
    stated = ast.literal_eval(file.read(length).decode("latin-1").strip())
    shape, fortran, descr = stated["shape"], stated["fortran_order"], stated["descr"]
    if not (isinstance(shape, tuple) and all(type(n) is int and n >= 0 for n in shape) and len(shape) < 10):
        raise ValueError("the shape is no shape")
    # a list of fields, a type by another name: nothing that a motion holds
    if not (isinstance(descr, str) and re.fullmatch(r"[<>|=]?[a-zA-Z?]\d{0,9}", descr)):
        raise ValueError("the type is no plain one")
    return shape, bool(fortran), np.dtype(descr)
