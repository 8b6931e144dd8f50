# SPDX-License-Identifier: GPL-3.0-or-later
"""The one reader of pickled results: numbers, texts and containers come out, and no code runs.

Some tools can only be imported from pickles (``results.npy`` of MDM, ``.pkl`` of WHAM, ``.pt`` of GVHMR). Pickle is a
language in which a file tells the reader what to call. This reader knows a handful of names, and what they stand for
is written in ``pickle_stand_ins``: classes of its own that hold a state and check it, never NumPy's, torch's or
joblib's. It is Python's interpreter in Python, because the faster one in C takes the places of its memo from the file
and would ask for gigabytes.
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
from . import pickle_stand_ins as values
from .npz_arrays import AnyArray

MAX_BYTES = values.MAX_BYTES
MAX_STEPS = 3_000_000
"""Instructions of a file: each may leave an object of a hundred bytes."""

MAX_TEXT = 2**25
"""Bytes of one text, whose letters may take four bytes each; data of files for Python 2 are texts."""

MAX_UNPACKED = 2**28
"""Of what was packed by zlib, which needs half as much again while it is unpacked."""

_LEGACY = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
"""How files of torch before 1.6 begin, and storages inside of other pickles."""


@dataclass(frozen=True)
class Further:
    """What one kind of file may hold beyond motions.

    ``find``: from a module and a name to the class of ours, a :class:`~.pickle_stand_ins.Held`, that stands for it, or
    None. ``keys``: of its dictionary, those that are looked at; None: all. ``text``, ``copied``: bytes of one text and
    of all data, where that is more than :data:`MAX_TEXT` and ``MAX_COPIED``.
    """

    find: Callable[[str, str], Any] = lambda _module, _name: None
    keys: frozenset[str] | None = None
    text: int = 0
    copied: int = 0


_NOTHING_FURTHER = Further()


def read_pickled(path: Path, further: Further = _NOTHING_FURTHER) -> Any:
    """The content of a pickled file: ``.pkl``, ``.npy`` with objects, ``.pt`` of torch, or joblib's.

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
    return parse_pickled(raw, path.name, further)


def parse_pickled(raw: bytes, name: str, further: Further = _NOTHING_FURTHER) -> Any:
    """As :func:`read_pickled`, of bytes."""
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
    except values.Refused as error:
        raise FormatError(f"{name} is not read: {error}") from None
    except RecursionError:
        raise FormatError(f"{name} is not read: it is nested too deep") from None
    # whatever Python's interpreter of pickles raises on nonsense
    except (
        pickle.UnpicklingError, ValueError, KeyError, TypeError, IndexError, AttributeError, EOFError, OverflowError,
        UnicodeError, AssertionError, MemoryError, NotImplementedError, zipfile.BadZipFile, zlib.error, OSError,
        RuntimeError, struct.error,
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
        raise values.Refused("it holds plain numbers, which need no such reader")
    return raw[8 + digits + length :]


def _unpacked(raw: bytes) -> bytes:
    """What was packed by zlib or gzip, as joblib does on demand."""
    limit = max(0, MAX_UNPACKED - len(raw))
    machine = zlib.decompressobj(wbits=47)  # either kind
    data = machine.decompress(raw, limit + 1)
    if len(data) > limit:
        raise values.Refused(f"it unpacks to more than {MAX_UNPACKED // 2**20} MB")
    if not machine.eof:
        raise ValueError("cut short")
    return data


class _Budget:
    """What the readers of one file may still do."""

    def __init__(self, further: Further = _NOTHING_FURTHER) -> None:
        self.further = further
        self.steps = MAX_STEPS
        self.text = max(MAX_TEXT, further.text)
        self.most = self.bytes = max(values.MAX_COPIED, further.copied)

    def step(self) -> None:
        """One instruction more."""
        self.steps -= 1
        if self.steps < 0:
            raise values.Refused(f"it takes more than {MAX_STEPS} instructions")

    def copy(self, value: Any) -> None:
        """One text or piece of data more."""
        if isinstance(value, str) and len(value) > self.text:
            raise values.Refused("it holds a text without end")
        self.bytes -= len(value) if isinstance(value, (str, bytes, bytearray)) else 0
        if self.bytes < 0:
            raise values.Refused(f"it holds more than {self.most // 2**20} MB of data")

    def plain(self, content: Any) -> Any:
        """The values of what was read."""
        if self.further.keys is not None and isinstance(content, dict):
            content = {key: value for key, value in content.items() if key in self.further.keys}
        count = values.Count()
        count.bytes = self.most
        return values.plain(content, count=count)


def _parameter(data: Any = None, *_: Any) -> Any:
    return data


def _mapping(*_: Any) -> dict[Any, Any]:
    """A ``defaultdict`` is a dictionary here: WHAM's results are one, of people."""
    return {}


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise ValueError("a text that is no data")
    return text.encode("latin-1")


_LOADED = ("torch.storage", "_load_from_bytes")
_NAMES: dict[tuple[str, str], Any] = {
    ("builtins", "dict"): _mapping,
    ("__builtin__", "dict"): _mapping,
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("collections", "defaultdict"): _mapping,
    ("_codecs", "encode"): _encode,
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): values.JoblibArray,
    ("numpy", "ndarray"): values.Array,
    ("numpy", "dtype"): values.Dtype,
    ("torch._utils", "_rebuild_tensor_v2"): values.Tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    **{(f"numpy.{core}.multiarray", "_reconstruct"): values.Array for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): values.Scalar for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): values.from_buffer for core in ("core", "_core")},
    **{("torch", name): name for name in values.STORAGES},
    ("torch.storage", "UntypedStorage"): "UntypedStorage",
}
"""All that a pickle may name, and what that is here."""

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
    """``run``, an instruction of Python's interpreter, within the reader's budget."""

    @wraps(run)
    def within(reader: _Reader) -> None:
        reader.budget.step()
        if code in _OLD and reader.proto >= 2:
            raise values.Refused("it is written in two ways at once")
        run(reader)
        if code in _TEXTS:
            reader.budget.copy(reader.stack[-1])
        elif code == pickle.BUILD:
            reader.after_build()

    return within


class _Reader(pickle._Unpickler):
    """Python's own interpreter with the names above; instructions that make objects in other ways are gone."""

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
        self, raw: bytes, budget: _Budget, source: values.Source | None = None, file: io.BytesIO | None = None
    ) -> None:
        if file is None and not raw.startswith(b"\x80") and len(raw) > budget.text:
            raise values.Refused("it is a pickle of the oldest kind and too large")
        self._raw, self.budget, self._source = raw, budget, source
        self._bytes = io.BytesIO(raw) if file is None else file
        super().__init__(self._bytes, encoding="latin1")

    def text(self, form: str) -> None:
        """A text whose length comes first; looked at before it is made."""
        (length,) = struct.unpack(form, self.read(struct.calcsize(form)))
        if length > self.budget.text:
            raise values.Refused("it holds a text without end")
        self.append(str(self.read(length), "utf-8", "surrogatepass"))

    dispatch[pickle.BINUNICODE[0]] = _counted(pickle.BINUNICODE, lambda reader: reader.text("<I"))
    dispatch[pickle.BINUNICODE8[0]] = _counted(pickle.BINUNICODE8, lambda reader: reader.text("<Q"))

    def find_class(self, module: str, name: str) -> Any:
        """What a name stands for; others are refused by name."""
        if (module, name) == _LOADED and self._source is None:
            return self._storage_inside
        found = _NAMES.get((module, name)) or self.budget.further.find(module, name)
        if found is None:
            raise values.Refused(f"it asks for {module[:60]}.{name[:60]}, which no motion needs")
        return found

    def _storage_inside(self, raw: Any) -> Any:
        """A tensor that was pickled without torch's own saving holds its storage as a whole file."""
        if not isinstance(raw, bytes) or not raw.startswith(_LEGACY):
            raise ValueError("a storage that is none")
        self.budget.copy(raw)
        return _Legacy(raw, self.budget).content

    def persistent_load(self, pid: Any) -> Any:
        """Torch's reference to a storage."""
        if self._source is None or not (
            isinstance(pid, tuple) and len(pid) in (5, 6) and pid[0] == "storage"
        ):
            raise ValueError("a reference to nothing")
        if not isinstance(pid[1], str) or pid[1] not in values.STORAGES or not isinstance(pid[2], str):
            raise ValueError("a storage of no known kind")
        return self._source.refer(values.Storage(pid[1], pid[2], self._source))

    def after_build(self) -> None:
        """Joblib's arrays lie in the stream, right behind what describes them."""
        found = self.stack[-1]
        if not isinstance(found, values.JoblibArray):
            return
        frame = self._unframer.current_frame
        if frame is not None and frame.read(1):
            raise ValueError("numbers within a frame")
        self._bytes.seek(found.read(self._raw, self._bytes.tell()))


class _Archive:
    """A ``.pt`` file: a zip of one pickle and the numbers that it refers to."""

    def __init__(self, raw: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(raw))
        names = [n for n in self._zip.namelist() if n.endswith("/data.pkl")]
        if len(names) != 1:
            raise values.Refused("it is a zip, but none that torch has saved")
        self._root = names[0].removesuffix("data.pkl")
        self._left = MAX_BYTES
        self._storages: dict[str, AnyArray] = {}

    def content(self) -> Any:
        """All that the pickle says."""
        return values.plain(_Reader(self._read("data.pkl"), _Budget(), self).load())

    def refer(self, storage: values.Storage) -> values.Storage:
        """A reference to a storage, as it is."""
        return storage

    def storage(self, storage: values.Storage) -> AnyArray:
        """The numbers of a storage."""
        if storage.key not in self._storages:
            self._storages[storage.key] = values.as_numbers(self._read(f"data/{storage.key}"), storage.dtype)
        return self._storages[storage.key]

    def _read(self, name: str) -> bytes:
        info = self._zip.getinfo(self._root + name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise values.Refused("it is packed in an unknown way")
        if info.file_size > self._left:
            raise values.Refused(f"it unpacks to more than {MAX_BYTES // 2**20} MB")
        self._left -= info.file_size
        with self._zip.open(info) as file:
            return file.read(info.file_size)


class _Legacy:
    """Torch's older stream: four pickles, the list of storages, and the numbers of each behind it."""

    def __init__(self, raw: bytes, budget: _Budget) -> None:
        self._raw = raw
        self._kinds: dict[str, str] = {}
        file = io.BytesIO(raw)
        parts = [_Reader(raw, budget, self, file).load() for _ in range(5)]
        self.content, keys = parts[3], parts[4]
        if not isinstance(keys, list) or any(not isinstance(key, str) for key in keys):
            raise ValueError("no list of storages")
        self._keys, self._start = keys, file.tell()

    def refer(self, storage: values.Storage) -> values.Storage:
        """Note of which kind the numbers are that a reference points to."""
        self._kinds[storage.key] = storage.dtype
        return storage

    def storage(self, storage: values.Storage) -> AnyArray:
        """The numbers of a storage. Those before it say how long they are, in numbers of their own kinds."""
        at = self._start
        for key in self._keys:
            count = int.from_bytes(self._raw[at : at + 8], "little")
            size = count * int(values.STORAGES[self._kinds[key]][2:])
            if at + 8 + size > len(self._raw):
                raise ValueError("a storage is cut short")
            if key == storage.key:
                return values.as_numbers(memoryview(self._raw)[at + 8 : at + 8 + size], storage.dtype)
            at += 8 + size
        raise ValueError("a storage that is not there")
