# SPDX-License-Identifier: GPL-3.0-or-later
"""The one reader of pickled results: numbers, texts and containers come out, and no code runs.

Some tools can only be imported from pickles (``results.npy`` of MDM, ``.pkl`` of WHAM, ``.pt`` of GVHMR). Pickle is a
language in which a file tells the reader what to call. This reader knows a handful of names, and what they stand for
here is written below: classes of its own that hold a state and check it, never NumPy's or torch's. It is Python's
interpreter in Python, because the faster one in C takes the places of its memo from the file and would ask for
gigabytes.
"""

from __future__ import annotations

import collections
import io
import math
import pickle
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError

MAX_BYTES = 2**29
"""Of a file, and of all arrays in it together."""

MAX_DEPTH = 50
MAX_ITEMS = 1_000_000
"""Of containers nested in one another, and of entries in all of them."""

AnyArray = np.ndarray[Any, np.dtype[Any]]

_KINDS = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})
_STORAGES = {
    "DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4",
    "ShortStorage": "<i2", "CharStorage": "<i1", "ByteStorage": "<u1", "BoolStorage": "|b1", "BFloat16Storage": "<u2",
}  # fmt: skip


class _Refused(Exception):
    """What the file asks for is not read; the text ends a sentence."""


def read_pickled(path: Path) -> Any:
    """The content of a pickled file: ``.pkl``, ``.npy`` with objects, or a ``.pt`` archive of torch.

    Dictionaries, lists, texts, numbers and NumPy arrays of numbers. Raises :class:`FormatError` in one sentence where
    it holds anything else, is damaged or too large.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(f"{path.name} has more than {MAX_BYTES // 2**20} MB, more than is read")
        raw = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {error.strerror or error}") from error
    return parse_pickled(raw, path.name)


def parse_pickled(raw: bytes, name: str) -> Any:
    """As :func:`read_pickled`, of bytes."""
    try:
        if raw.startswith(b"PK\x03\x04"):
            return _Archive(raw).content()
        if raw.startswith(b"\x93NUMPY"):
            raw = _after_header(raw)
        return _plain(_Reader(io.BytesIO(raw), None).load())
    except _Refused as error:
        raise FormatError(f"{name} is not read: {error}") from None
    except RecursionError:
        raise FormatError(f"{name} is not read: it is nested too deep") from None
    # whatever Python's interpreter of pickles raises on nonsense
    except (
        pickle.UnpicklingError, ValueError, KeyError, TypeError, IndexError, AttributeError, EOFError, OverflowError,
        UnicodeError, AssertionError, MemoryError, NotImplementedError, zipfile.BadZipFile, zlib.error, OSError,
    ) as error:  # fmt: skip
        raise FormatError(
            f"{name} is damaged or holds no results: export it again ({type(error).__name__})"
        ) from None


def _after_header(raw: bytes) -> bytes:
    """The pickle in an ``.npy`` file that holds one object."""
    digits = 2 if raw[6] == 1 else 4
    length = int.from_bytes(raw[8 : 8 + digits], "little")
    header = raw[8 + digits : 8 + digits + min(length, 4000)]
    if b"'|O'" not in header:
        raise _Refused("it holds plain numbers, which need no such reader")
    return raw[8 + digits + length :]


class _Dtype:
    """A type of numbers as pickles state it."""

    def __init__(self, kind: Any, *_: Any) -> None:
        self.text = kind if isinstance(kind, str) else kind.decode("ascii") if isinstance(kind, bytes) else ""
        self.order = "<"

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">", "|", "="):
            self.order = state[1]

    def plain(self) -> np.dtype[Any]:
        """As NumPy's; refused where it is no plain number."""
        if self.text in ("O", "O8"):
            return np.dtype(object)
        if self.text not in _KINDS:
            raise _Refused(f"it holds values of the type {self.text[:20]!r}")
        return np.dtype(("<" if self.order in "|=" else self.order) + self.text)


class _Array:
    """An array as pickles state it."""

    def __init__(self, *_: Any) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def plain(self, depth: int, count: _Count) -> Any:
        """The array; of objects, what it holds."""
        if not isinstance(self.state, tuple) or len(self.state) != 5:
            raise ValueError("an array without a state")
        _, shape, dtype, fortran, data = self.state
        if not isinstance(dtype, _Dtype):
            raise ValueError("an array without a type")
        kind = dtype.plain()
        shape = _shape(shape)
        if kind.hasobject:
            if not isinstance(data, list) or len(data) != math.prod(shape):
                raise ValueError("an array of objects without objects")
            items = [_plain(item, depth + 1, count) for item in data]
            return items[0] if shape == () else items
        if isinstance(data, str):  # written by Python 2
            data = data.encode("latin-1")
        if not isinstance(data, (bytes, bytearray)) or len(data) != math.prod(shape) * kind.itemsize:
            raise ValueError("an array whose data does not fit its shape")
        return np.frombuffer(bytes(data), kind).reshape(shape, order="F" if fortran else "C")


def _from_buffer(data: Any, dtype: Any, shape: Any, order: Any = "C") -> _Array:
    """How NumPy writes arrays since Python's fifth protocol."""
    array = _Array()
    array.state = (1, shape, dtype, order == "F", data)
    return array


class _Scalar:
    """A number as NumPy pickles it."""

    def __init__(self, dtype: Any, data: Any = b"") -> None:
        self.dtype, self.data = dtype, data

    def plain(self) -> Any:
        """The number as Python has it."""
        if not isinstance(self.dtype, _Dtype):
            raise ValueError("a number without a type")
        kind = self.dtype.plain()
        data = self.data.encode("latin-1") if isinstance(self.data, str) else self.data
        if kind.hasobject or not isinstance(data, bytes) or len(data) != kind.itemsize:
            raise ValueError("a number without a value")
        return np.frombuffer(data, kind)[0].item()


class _Storage:
    """Where the numbers of a tensor lie in a torch archive."""

    def __init__(self, dtype: str, key: str) -> None:
        self.dtype, self.key = dtype, key


class _Tensor:
    """A tensor as torch pickles it."""

    def __init__(self, storage: Any, offset: Any, size: Any, stride: Any, *_: Any) -> None:
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride

    def plain(self, archive: _Archive | None) -> AnyArray:
        """The numbers, copied out of the archive."""
        if archive is None or not isinstance(self.storage, _Storage):
            raise ValueError("a tensor without numbers")
        data = archive.storage(self.storage)
        size, stride = _shape(self.size), _shape(self.stride)
        if type(self.offset) is not int or self.offset < 0 or len(size) != len(stride):
            raise ValueError("a tensor without a shape")
        if math.prod(size) * 8 > MAX_BYTES:
            raise _Refused("a tensor in it is larger than what is read")
        last = self.offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
        if math.prod(size) and last >= len(data):
            raise ValueError("a tensor reaches beyond its numbers")
        if not math.prod(size):
            return np.zeros(size, data.dtype)
        strides = tuple(step * data.itemsize for step in stride)
        return np.array(np.lib.stride_tricks.as_strided(data[self.offset :], size, strides))


def _shape(values: Any) -> tuple[int, ...]:
    if not isinstance(values, tuple) or len(values) > 10:
        raise ValueError("a shape that is none")
    if any(type(n) is not int or not 0 <= n <= MAX_BYTES for n in values):
        raise ValueError("a shape that is none")
    return values


def _reconstruct(*_: Any) -> _Array:
    return _Array()


def _parameter(data: Any, *_: Any) -> Any:
    return data


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise ValueError("a text that is no data")
    return text.encode("latin-1")


_NAMES: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("_codecs", "encode"): _encode,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
    ("torch._utils", "_rebuild_tensor_v2"): _Tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _reconstruct for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): _Scalar for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): _from_buffer for core in ("core", "_core")},
    **{("torch", name): name for name in _STORAGES},
}
"""All that a pickle may name, and what that is here."""


class _Reader(pickle._Unpickler):  # type: ignore[name-defined,misc]
    """Python's own interpreter with the names above; instructions that make objects in other ways are gone."""

    dispatch: dict[int, Callable[[Any], None]] = {
        code: run
        for code, run in pickle._Unpickler.dispatch.items()  # type: ignore[attr-defined]
        if bytes([code])
        not in (pickle.INST, pickle.OBJ, pickle.EXT1, pickle.EXT2, pickle.EXT4, pickle.NEWOBJ_EX, pickle.NEXT_BUFFER,
                pickle.READONLY_BUFFER)
    }  # fmt: skip

    def __init__(self, file: io.BytesIO, archive: _Archive | None) -> None:
        super().__init__(file, encoding="latin1")
        self._torch = archive

    def find_class(self, module: str, name: str) -> Any:
        """What a name stands for; others are refused by name."""
        try:
            return _NAMES[module, name]
        except KeyError:
            raise _Refused(f"it asks for {module[:60]}.{name[:60]}, which no motion needs") from None

    def persistent_load(self, pid: Any) -> Any:
        """Torch's reference to a storage."""
        if self._torch is None or not (isinstance(pid, tuple) and len(pid) == 5 and pid[0] == "storage"):
            raise ValueError("a reference to nothing")
        if pid[1] not in _STORAGES or not isinstance(pid[2], str):
            raise ValueError("a storage of no known kind")
        return _Storage(pid[1], pid[2])


class _Archive:
    """A ``.pt`` file: a zip of one pickle and the numbers that it refers to."""

    def __init__(self, raw: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(raw))
        names = [n for n in self._zip.namelist() if n.endswith("/data.pkl")]
        if len(names) != 1:
            raise _Refused("it is a zip, but none that torch has saved")
        self._root = names[0].removesuffix("data.pkl")
        self._left = MAX_BYTES
        self._storages: dict[str, AnyArray] = {}

    def content(self) -> Any:
        """All that the pickle says."""
        return _plain(_Reader(io.BytesIO(self._read("data.pkl")), self).load(), archive=self)

    def storage(self, storage: _Storage) -> AnyArray:
        """The numbers of a storage."""
        if storage.key not in self._storages:
            dtype = np.dtype(_STORAGES[storage.dtype])
            data = self._read(f"data/{storage.key}")
            numbers: AnyArray = np.frombuffer(data[: len(data) - len(data) % dtype.itemsize], dtype)
            if storage.dtype == "BFloat16Storage":
                numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
            self._storages[storage.key] = numbers
        return self._storages[storage.key]

    def _read(self, name: str) -> bytes:
        info = self._zip.getinfo(self._root + name)
        if info.file_size > self._left:
            raise _Refused(f"it unpacks to more than {MAX_BYTES // 2**20} MB")
        self._left -= info.file_size
        with self._zip.open(info) as file:
            return file.read(info.file_size)


class _Count:
    """How many entries may still come."""

    def __init__(self) -> None:
        self.left = MAX_ITEMS

    def take(self, items: int) -> None:
        """Refuse what is too much: references to one list make a small file unfold without end."""
        self.left -= items
        if self.left < 0:
            raise _Refused(f"it holds more than {MAX_ITEMS} entries")


def _plain(value: Any, depth: int = 0, count: _Count | None = None, archive: _Archive | None = None) -> Any:
    """What was read, with this module's own classes replaced by what they stand for."""
    count = _Count() if count is None else count
    if depth > MAX_DEPTH:
        raise _Refused("it is nested too deep")
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return value
    if isinstance(value, _Array):
        count.take(1)
        return value.plain(depth, count)
    if isinstance(value, _Scalar):
        return value.plain()
    if isinstance(value, _Tensor):
        count.take(1)
        return value.plain(archive)
    if isinstance(value, dict):
        count.take(len(value))
        return {_key(k): _plain(v, depth + 1, count, archive) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        count.take(len(value))
        return [_plain(v, depth + 1, count, archive) for v in value]
    raise _Refused(f"it holds a {type(value).__name__.strip('_').lower()}, which no motion needs")


def _key(key: Any) -> Any:
    if isinstance(key, _Scalar):
        key = key.plain()
    if not isinstance(key, (str, int, float, bytes)):
        raise ValueError("a key that is none")
    return key
