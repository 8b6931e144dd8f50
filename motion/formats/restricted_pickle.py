# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of pickled files that runs no code: it returns numbers, texts, containers and arrays of numbers.

Results of some tools exist only as pickles (``results.npy`` of MDM, ``.pkl`` of WHAM, ``.pt`` of GVHMR). A pickle is a
program whose instructions can call any function by name. This reader accepts a handful of names and maps each to a
class of ``pickle_stand_ins`` that keeps a state and checks it, never to NumPy's, torch's or joblib's own. It uses the
pickle interpreter of the standard library that is written in Python, because the faster one in C takes memo indices
from the file and would allocate gigabytes for a large one.
"""

from __future__ import annotations

import collections
import io
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar

from ..errors import FormatError
from . import pickle_stand_ins as stand_ins
from .npz_arrays import AnyArray

MAX_BYTES = stand_ins.MAX_BYTES
MAX_STEPS = 3_000_000
"""Largest number of instructions: each may create an object of a hundred bytes."""

MAX_TEXT = 2**25
"""Largest size of one text in bytes (up to four times as much in memory); Python 2 pickled array data as text."""

MAX_UNPACKED = 2**28
"""Largest uncompressed size of a file compressed by zlib, which needs half as much again meanwhile."""

_LEGACY = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
"""First bytes of files of torch before 1.6, and of storages inside other pickles."""


@dataclass(frozen=True)
class Further:
    """Options for files that contain more than motions do."""

    find: Callable[[str, str], Any] = lambda _module, _name: None
    """Returns the stand-in (see ``pickle_stand_ins``) for a module and a name, None to refuse it."""

    keys: frozenset[str] | None = None
    """Keys of the file's dictionary that are kept; None: all."""

    text: int = 0
    """Largest size of one text in bytes, if more than :data:`MAX_TEXT`."""

    copied: int = 0
    """Largest size of all data in bytes, if more than ``MAX_COPIED``."""


_NOTHING_FURTHER = Further()


def read_pickled(path: Path, further: Further = _NOTHING_FURTHER) -> Any:
    """Read a pickled file: ``.pkl``, ``.npy`` with objects, torch's ``.pt``, or joblib's.

    Returns dictionaries, lists, texts, numbers and NumPy arrays of numbers. Raises :class:`FormatError` if the file
    contains anything else, is damaged or too large.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(
                "{file} has more than {limit} MB, which is too large to be read",
                file=path.name,
                limit=MAX_BYTES // 2**20,
            )
        raw = path.read_bytes()
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    return parse_pickled(raw, path.name, further)


def parse_pickled(raw: bytes, name: str, further: Further = _NOTHING_FURTHER) -> Any:
    """Read the bytes of a pickled file, see :func:`read_pickled`; ``name`` is the file's in messages."""
    budget = _Budget(further)
    try:
        if raw.startswith(b"PK\x03\x04"):
            return _Archive(raw).content()
        if raw[:2] in (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"\x78\x5e"):
            raw = _unpacked(raw)
        if raw.startswith(_LEGACY):
            return budget.plain(_Legacy(raw, budget).content)
        if raw.startswith(b"\x93NUMPY"):
            raw = _after_header(raw)
        return budget.plain(_Reader(raw, budget).load())
    except stand_ins.Refused as error:
        raise FormatError("{file} is refused: {reason}", file=name, reason=error) from None
    except RecursionError:
        raise FormatError("{file} is refused: it is nested too deep", file=name) from None
    # exceptions of Python's pickle interpreter for damaged files
    except (
        pickle.UnpicklingError, ValueError, KeyError, TypeError, IndexError, AttributeError, EOFError, OverflowError,
        UnicodeError, AssertionError, MemoryError, NotImplementedError, zipfile.BadZipFile, zlib.error, OSError,
        RuntimeError, struct.error,
    ) as error:  # fmt: skip
        raise FormatError(
            "{file} is damaged or holds no results: export it again ({error})",
            file=name,
            error=type(error).__name__,
        ) from None


def _after_header(raw: bytes) -> bytes:
    """Return the pickle in an ``.npy`` file with an array of objects."""
    digits = 2 if raw[6] == 1 else 4
    length = int.from_bytes(raw[8 : 8 + digits], "little")
    header = raw[8 + digits : 8 + digits + min(length, 4000)]
    if b"'|O'" not in header:
        raise stand_ins.Refused("it is not an array of objects")
    return raw[8 + digits + length :]


def _unpacked(raw: bytes) -> bytes:
    """Decompress data of zlib or gzip, which joblib can use. Raises ``Refused`` above :data:`MAX_UNPACKED`."""
    limit = max(0, MAX_UNPACKED - len(raw))
    machine = zlib.decompressobj(wbits=47)  # zlib or gzip
    data = machine.decompress(raw, limit + 1)
    if len(data) > limit:
        raise stand_ins.Refused("it unpacks to more than {limit} MB", limit=MAX_UNPACKED // 2**20)
    if not machine.eof:
        raise ValueError("cut short")
    return data


class _Budget:
    """Counts what the readers of one file may still use."""

    def __init__(self, further: Further = _NOTHING_FURTHER) -> None:
        self.further = further
        self.steps = MAX_STEPS
        self.text = max(MAX_TEXT, further.text)
        self.most = self.bytes = max(stand_ins.MAX_COPIED, further.copied)

    def step(self) -> None:
        """Count an instruction. Raises ``Refused`` above the limit."""
        self.steps -= 1
        if self.steps < 0:
            raise stand_ins.Refused("it has more than {limit} instructions", limit=MAX_STEPS)

    def copy(self, value: Any) -> None:
        """Count a text or bytes. Raises ``Refused`` above the limits."""
        if isinstance(value, str) and len(value) > self.text:
            raise stand_ins.Refused("it holds a text that is too long")
        self.bytes -= len(value) if isinstance(value, (str, bytes, bytearray)) else 0
        if self.bytes < 0:
            raise stand_ins.Refused("it holds more than {limit} MB of data", limit=self.most // 2**20)

    def plain(self, content: Any) -> Any:
        """Return unpickled content as plain values, only the keys that are kept."""
        if self.further.keys is not None and isinstance(content, dict):
            content = {key: value for key, value in content.items() if key in self.further.keys}
        count = stand_ins.Count()
        count.bytes = self.most
        return stand_ins.plain(content, count=count)


def _parameter(data: Any = None, *_: Any) -> Any:
    return data


def _mapping(*_: Any) -> dict[Any, Any]:
    """Stand-in for ``dict`` and ``defaultdict`` (WHAM's results are one): a new dictionary."""
    return {}


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise ValueError("a text is not encoded data")
    return text.encode("latin-1")


_LOADED = ("torch.storage", "_load_from_bytes")
_NAMES: dict[tuple[str, str], Any] = {
    ("builtins", "dict"): _mapping,
    ("__builtin__", "dict"): _mapping,
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("collections", "defaultdict"): _mapping,
    ("_codecs", "encode"): _encode,
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): stand_ins.JoblibArray,
    ("numpy", "ndarray"): stand_ins.Array,
    ("numpy", "dtype"): stand_ins.Dtype,
    ("torch._utils", "_rebuild_tensor_v2"): stand_ins.Tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    **{(f"numpy.{core}.multiarray", "_reconstruct"): stand_ins.Array for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): stand_ins.Scalar for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): stand_ins.from_buffer for core in ("core", "_core")},
    **{("torch", name): name for name in stand_ins.STORAGES},
    ("torch.storage", "UntypedStorage"): "UntypedStorage",
}
"""The names that a pickle may use, each with its stand-in."""

_TEXTS = frozenset({
    pickle.BINUNICODE, pickle.BINUNICODE8, pickle.SHORT_BINUNICODE, pickle.UNICODE, pickle.BINBYTES, pickle.BINBYTES8,
    pickle.SHORT_BINBYTES, pickle.BYTEARRAY8, pickle.STRING, pickle.BINSTRING, pickle.SHORT_BINSTRING,
})  # fmt: skip
_OLD = frozenset({pickle.STRING, pickle.UNICODE, pickle.INT, pickle.LONG, pickle.FLOAT})
_GONE = frozenset({
    pickle.INST, pickle.OBJ, pickle.EXT1, pickle.EXT2, pickle.EXT4, pickle.NEWOBJ_EX, pickle.NEXT_BUFFER,
    pickle.READONLY_BUFFER, pickle.EMPTY_SET, pickle.FROZENSET, pickle.ADDITEMS,
})  # fmt: skip


def _counted(code: bytes, run: Callable[[Any], None]) -> Callable[[Any], None]:
    """Wrap ``run``, an instruction of Python's pickle interpreter, to count it in the reader's budget."""

    @wraps(run)
    def within(reader: _Reader) -> None:
        reader.budget.step()
        if code in _OLD and reader.proto >= 2:
            raise stand_ins.Refused("it mixes instructions of old and new pickles")
        run(reader)
        if code in _TEXTS:
            reader.budget.copy(reader.stack[-1])
        elif code == pickle.BUILD:
            reader.after_build()

    return within


class _Reader(pickle._Unpickler):
    """Python's pickle interpreter, limited to the names above and without other instructions that create objects."""

    proto: int
    stack: list[Any]
    read: Callable[[int], bytes]
    append: Callable[[Any], None]
    _unframer: Any

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = {
        code: _counted(bytes([code]), run)
        for code, run in pickle._Unpickler.dispatch.items()
        if bytes([code]) not in _GONE
    }

    def __init__(
        self,
        raw: bytes,
        budget: _Budget,
        source: stand_ins.Source | None = None,
        file: io.BytesIO | None = None,
    ) -> None:
        """Prepare to read a pickle.

        Parameters
        ----------
        raw : bytes
            The pickle, or the whole file that contains it.
        budget : _ReadBudget
            Limits shared by all pickles of the file.
        source : StorageSource, optional
            Reader of torch's storages; None: references to storages are errors.
        file : BytesIO, optional
            Stream over ``raw`` at the beginning of the pickle; None: a new one.
        """
        if file is None and not raw.startswith(b"\x80") and len(raw) > budget.text:
            raise stand_ins.Refused("it is a pickle of the oldest protocol and too large")
        self._raw, self.budget, self._source = raw, budget, source
        self._bytes = io.BytesIO(raw) if file is None else file
        super().__init__(self._bytes, encoding="latin1")

    def load_text(self, length_format: str) -> None:
        """Read a text with its length before it; the length is checked first."""
        (length,) = struct.unpack(length_format, self.read(struct.calcsize(length_format)))
        if length > self.budget.text:
            raise stand_ins.Refused("it holds a text that is too long")
        self.append(str(self.read(length), "utf-8", "surrogatepass"))

    dispatch[pickle.BINUNICODE[0]] = _counted(pickle.BINUNICODE, lambda reader: reader.load_text("<I"))
    dispatch[pickle.BINUNICODE8[0]] = _counted(pickle.BINUNICODE8, lambda reader: reader.load_text("<Q"))

    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in for a name. Raises ``Refused`` for unknown names."""
        if (module, name) == _LOADED and self._source is None:
            return self._storage_inside
        found = _NAMES.get((module, name)) or self.budget.further.find(module, name)
        if found is None:
            raise stand_ins.Refused(
                "it uses {module}.{name}, which no motion needs", module=module[:60], name=name[:60]
            )
        return found

    def _storage_inside(self, raw: Any) -> Any:
        """Read the storage of a tensor that was pickled without ``torch.save``: it is a whole file of its own."""
        if not isinstance(raw, bytes) or not raw.startswith(_LEGACY):
            raise ValueError("a storage is not a torch file")
        self.budget.copy(raw)
        return _Legacy(raw, self.budget).content

    def persistent_load(self, pid: Any) -> Any:
        """Return the stand-in for a storage from torch's reference to it. Raises ``ValueError``."""
        if self._source is None or not (
            isinstance(pid, tuple) and len(pid) in (5, 6) and pid[0] == "storage"
        ):
            raise ValueError("a reference to something other than a storage")
        if not isinstance(pid[1], str) or pid[1] not in stand_ins.STORAGES or not isinstance(pid[2], str):
            raise ValueError("a storage of an unknown kind")
        return self._source.refer(stand_ins.Storage(pid[1], pid[2], self._source))

    def after_build(self) -> None:
        """Read the data of a joblib array, which follows its description in the stream."""
        found = self.stack[-1]
        if not isinstance(found, stand_ins.JoblibArray):
            return
        frame = self._unframer.current_frame
        if frame is not None and frame.read(1):
            raise ValueError("array data inside a pickle frame")
        self._bytes.seek(found.read(self._raw, self._bytes.tell()))


class _Archive:
    """Reader of torch's ``.pt`` file: a zip of one pickle and the storages that it refers to."""

    def __init__(self, raw: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(raw))
        names = [n for n in self._zip.namelist() if n.endswith("/data.pkl")]
        if len(names) != 1:
            raise stand_ins.Refused("it is a zip file, but not one of torch")
        self._root = names[0].removesuffix("data.pkl")
        self._left = MAX_BYTES
        self._storages: dict[str, AnyArray] = {}

    def content(self) -> Any:
        """Return the content as plain values."""
        return stand_ins.plain(_Reader(self._read("data.pkl"), _Budget(), self).load())

    def refer(self, storage: stand_ins.Storage) -> stand_ins.Storage:
        """Return the storage; its numbers are read when they are needed."""
        return storage

    def storage(self, storage: stand_ins.Storage) -> AnyArray:
        """Return the numbers of a storage."""
        if storage.key not in self._storages:
            self._storages[storage.key] = stand_ins.as_numbers(
                self._read(f"data/{storage.key}"), storage.dtype
            )
        return self._storages[storage.key]

    def _read(self, name: str) -> bytes:
        info = self._zip.getinfo(self._root + name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise stand_ins.Refused("it is compressed in an unknown way")
        if info.file_size > self._left:
            raise stand_ins.Refused("it unpacks to more than {limit} MB", limit=MAX_BYTES // 2**20)
        self._left -= info.file_size
        with self._zip.open(info) as file:
            return file.read(info.file_size)


class _Legacy:
    """Reader of torch's older stream: four pickles, the list of storages, then the numbers of each storage."""

    def __init__(self, raw: bytes, budget: _Budget) -> None:
        self._raw = raw
        self._kinds: dict[str, str] = {}
        file = io.BytesIO(raw)
        parts = [_Reader(raw, budget, self, file).load() for _ in range(5)]
        self.content, keys = parts[3], parts[4]
        if not isinstance(keys, list) or any(not isinstance(key, str) for key in keys):
            raise ValueError("no list of storages")
        self._keys, self._start = keys, file.tell()

    def refer(self, storage: stand_ins.Storage) -> stand_ins.Storage:
        """Remember the number type of a storage, which only references to it state."""
        self._kinds[storage.key] = storage.dtype
        return storage

    def storage(self, storage: stand_ins.Storage) -> AnyArray:
        """Return the numbers of a storage, found by skipping those before it; each begins with its count."""
        at = self._start
        for key in self._keys:
            count = int.from_bytes(self._raw[at : at + 8], "little")
            size = count * int(stand_ins.STORAGES[self._kinds[key]][2:])
            if at + 8 + size > len(self._raw):
                raise ValueError("a storage is cut short")
            if key == storage.key:
                return stand_ins.as_numbers(memoryview(self._raw)[at + 8 : at + 8 + size], storage.dtype)
            at += 8 + size
        raise ValueError("a storage is missing")
