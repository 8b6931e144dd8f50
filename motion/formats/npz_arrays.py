# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of arrays from ``.npz`` and ``.npy`` files that may be damaged or hostile.

Nothing is unpickled. Memory is allocated only after the sizes in the zip directory and in the array's header were found
to be small enough and to agree: a header that claims 10^9 frames costs nothing.
"""

from __future__ import annotations

import ast
import math
import os
import re
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..errors import FormatError

MAX_BYTES = 2**28
"""Largest size of all arrays of a file together, uncompressed: twice the longest motion in the largest SMPL-X layout,
in single precision."""

_MAX_MEMBERS = 1000
_MAX_HEADER = 4000
_KNOWN_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# exceptions that zipfile, zlib and the parsing of headers raise on damaged input
_DAMAGE_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, TypeError, KeyError, NotImplementedError, RuntimeError,
    SyntaxError, OverflowError, MemoryError, RecursionError,
)  # fmt: skip

AnyArray = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class MemberNames:
    """Names of the members of a zip file: arrays without ``.npy``, others without their folders."""

    arrays: frozenset[str]
    other_members: frozenset[str]


def list_members(path: Path) -> MemberNames:
    """List the names in a ``.npz`` or another zip file. Raises :class:`FormatError`."""
    with _open_zip(path) as archive:
        names = archive.namelist()
    arrays = frozenset(n[:-4] for n in names if n.endswith(".npy"))
    return MemberNames(arrays, frozenset(n.rpartition("/")[2] for n in names if not n.endswith(".npy")))


def list_object_arrays(path: Path) -> list[str]:
    """List the arrays of a ``.npz`` whose headers say that they hold pickled objects. Raises :class:`FormatError`."""
    names = []
    with _open_zip(path) as archive:
        for info in archive.infolist():
            if info.filename.endswith(".npy") and info.compress_type in _KNOWN_COMPRESSIONS:
                with suppress(*_DAMAGE_ERRORS, OSError), archive.open(info) as file:
                    if _read_header(file)[2].hasobject:
                        names.append(info.filename[:-4])
    return names


def read_array(path: Path) -> AnyArray:
    """Read the array of a ``.npy`` file. Raises :class:`FormatError`."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            return _read_stream(file, size, path.name, MAX_BYTES)
    except FormatError:
        raise
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    except _DAMAGE_ERRORS as error:
        raise FormatError("{file} is damaged and can't be read: export it again", file=path.name) from error


def read_arrays(path: Path, names: Iterable[str]) -> dict[str, AnyArray]:
    """Read those of the named arrays that a ``.npz`` file has; others are not opened. Raises :class:`FormatError`."""
    arrays: dict[str, AnyArray] = {}
    bytes_left = MAX_BYTES
    with _open_zip(path) as archive:
        for name in names:
            try:
                info = archive.getinfo(f"{name}.npy")
            except KeyError:
                continue
            try:
                arrays[name] = _read_member(archive, info, f"{path.name}: {name}", bytes_left)
            except FormatError:
                raise
            except (*_DAMAGE_ERRORS, OSError) as error:
                raise FormatError(
                    "{file} is damaged, the array {array} can't be read: export it again",
                    file=path.name,
                    array=name,
                ) from error
            bytes_left -= arrays[name].nbytes
    return arrays


def read_member_bytes(path: Path, name: str, limit: int) -> bytes:
    """Return the bytes of the array ``name`` of a ``.npz``, header included. Raises :class:`FormatError`."""
    with _open_zip(path) as archive:
        try:
            info = archive.getinfo(f"{name}.npy")
            if info.compress_type in _KNOWN_COMPRESSIONS and info.file_size <= limit:
                with archive.open(info) as file:
                    return file.read(info.file_size)
        except (*_DAMAGE_ERRORS, OSError) as error:
            raise FormatError(
                "{file} is damaged, the array {array} can't be read: export it again",
                file=path.name,
                array=name,
            ) from error
    raise FormatError(
        "{array} claims {size:.0f} MB, more than can be read ({limit} MB in all): cut the motion into parts",
        array=f"{path.name}: {name}",
        size=info.file_size / 2**20,
        limit=limit // 2**20,
    )


def _open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip file of a reasonable number of members. Raises :class:`FormatError`."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise FormatError("{file} does not exist: choose another file", file=path.name) from error
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    except _DAMAGE_ERRORS as error:
        raise FormatError(
            "{file} is damaged or not complete: download or export it again", file=path.name
        ) from error
    if len(archive.infolist()) > _MAX_MEMBERS:
        archive.close()
        raise FormatError("{file} holds too many arrays to be a motion: choose a motion file", file=path.name)
    return archive


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str, bytes_left: int) -> AnyArray:
    """Read one array of a zip file. Raises :class:`FormatError` or one of ``_DAMAGE_ERRORS``.

    Parameters
    ----------
    archive : ZipFile
        The open file.
    info : ZipInfo
        The member.
    label : str
        File and array for messages.
    bytes_left : int
        Largest size of the array.
    """
    if info.compress_type not in _KNOWN_COMPRESSIONS:
        raise FormatError("{array} is compressed in an unknown way: export the file again", array=label)
    with archive.open(info) as file:
        return _read_stream(file, info.file_size, label, bytes_left)


def _read_stream(file: IO[bytes], stream_size: int, label: str, bytes_left: int) -> AnyArray:
    """Read an array in ``.npy`` layout from a stream. Raises :class:`FormatError` or one of ``_DAMAGE_ERRORS``.

    Parameters
    ----------
    file : binary stream
        Positioned at the beginning of the array's header.
    stream_size : int
        Bytes that the stream holds.
    label : str
        File and array for messages.
    bytes_left : int
        Largest size of the array.
    """
    shape, fortran, dtype = _read_header(file)
    if dtype.hasobject:
        raise FormatError(
            "{array} holds Python objects, which can't be read: export the file with plain numbers",
            array=label,
        )
    if dtype.kind not in "biufUS":
        raise FormatError("{array} does not hold numbers: choose a motion file", array=label)
    size = math.prod(shape) * dtype.itemsize
    if size > bytes_left:
        raise FormatError(
            "{array} claims {size:.0f} MB, more than can be read ({limit} MB in all): cut the motion into parts",
            array=label,
            size=size / 2**20,
            limit=MAX_BYTES // 2**20,
        )
    if size > stream_size:
        raise FormatError(
            "{array} claims more numbers than the file holds: export the file again", array=label
        )
    data = file.read(size)
    if len(data) != size or file.read(1):
        raise FormatError("{array} is not complete: export the file again", array=label)
    array: AnyArray = np.frombuffer(data, dtype=dtype).reshape(shape, order="F" if fortran else "C")
    if dtype.kind == "U" and np.any(np.frombuffer(data, dtype.str[0] + "u4") > 0x10FFFF):
        raise FormatError(
            "{array} contains characters that are not Unicode: export the file again", array=label
        )
    return array


def _read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, Fortran order and type from the header of an array. Raises ``ValueError`` if it is not valid.

    NumPy's own parser is not used, because it tries to repair headers of Python 2, with warnings and other exceptions.
    """
    start = file.read(8)
    if start[:7] not in (b"\x93NUMPY\x01", b"\x93NUMPY\x02", b"\x93NUMPY\x03"):
        raise ValueError("not an array")
    digits = 2 if start[6] == 1 else 4
    length = int.from_bytes(file.read(digits), "little")
    if length > _MAX_HEADER:
        raise ValueError("the header is too long")
    fields = ast.literal_eval(file.read(length).decode("latin-1").strip())
    shape, fortran, descr = fields["shape"], fields["fortran_order"], fields["descr"]
    if not (isinstance(shape, tuple) and all(type(n) is int and n >= 0 for n in shape) and len(shape) < 10):
        raise ValueError("the shape is not valid")
    # structured types and type names are refused: no motion needs them
    if not (isinstance(descr, str) and re.fullmatch(r"[<>|=]?[a-zA-Z?]\d{0,9}", descr)):
        raise ValueError("the type is not a plain one")
    return shape, bool(fortran), np.dtype(descr)
