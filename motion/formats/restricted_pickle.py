# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of pickled files that runs no code: it returns numbers, texts, containers and arrays of numbers.

Results of some tools exist only as pickles (``results.npy`` of MDM, ``.pkl`` of WHAM, ``.pt`` of GVHMR). A pickle is a
program whose instructions can call any function by name. This reader accepts a handful of names and maps each to a
class of ``pickle_stand_ins`` that keeps a state and checks it, never to NumPy's, torch's or joblib's own. It uses the
pickle interpreter of the standard library that is written in Python, because the faster one in C takes memo indices
from the file and would allocate gigabytes for a large one. Instructions that store into objects (BUILD, SETITEM and
their like) are replaced: they change only what the file itself has made, never the reader's classes and functions.
"""

from __future__ import annotations

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

MAX_TEXT_BYTES = 2**25
"""Largest size of one text in bytes (up to four times as much in memory); Python 2 pickled array data as text."""

MAX_UNPACKED = 2**28
"""Largest uncompressed size of a file compressed by zlib, which needs half as much again meanwhile."""

_MAX_INTEGER_KEY = 2**32
"""Largest integer as a key: below it no two have the same hash."""

_LEGACY_SIGNATURE = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
"""First bytes of files of torch before 1.6, and of storages inside other pickles."""


@dataclass(frozen=True)
class PickleOptions:
    """Options for files that contain more than motions do."""

    find_stand_in: Callable[[str, str], Any] = lambda _module, _name: None
    """Returns the stand-in (see ``pickle_stand_ins``) for a module and a name, None to refuse it."""

    keys: frozenset[str] | None = None
    """Keys of the file's dictionary that are kept; None: all."""

    max_text: int = 0
    """Largest size of one text in bytes, if more than :data:`MAX_TEXT_BYTES`."""

    max_copied: int = 0
    """Largest size of all data in bytes, if more than ``MAX_COPIED``."""


_DEFAULT_OPTIONS = PickleOptions()


def read_pickled(path: Path, options: PickleOptions = _DEFAULT_OPTIONS) -> Any:
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
    return parse_pickled(raw, path.name, options)


def parse_pickled(raw: bytes, name: str, options: PickleOptions = _DEFAULT_OPTIONS) -> Any:
    """Read the bytes of a pickled file, see :func:`read_pickled`; ``name`` is the file's in messages."""
    budget = _ReadBudget(options)
    try:
        if raw.startswith(b"PK\x03\x04"):
            return _TorchArchive(raw).read_content()
        if raw[:2] in (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"\x78\x5e"):
            raw = _decompress_data(raw)
        if raw.startswith(_LEGACY_SIGNATURE):
            return budget.to_plain_value(_TorchLegacyStream(raw, budget).content)
        if raw.startswith(b"\x93NUMPY"):
            raw = _skip_npy_header(raw)
        return budget.to_plain_value(_RestrictedUnpickler(raw, budget).load())
    except stand_ins.RefusedError as error:
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


def _skip_npy_header(raw: bytes) -> bytes:
    """Return the pickle in an ``.npy`` file with an array of objects."""
    digits = 2 if raw[6] == 1 else 4
    length = int.from_bytes(raw[8 : 8 + digits], "little")
    header = raw[8 + digits : 8 + digits + min(length, 4000)]
    if b"'|O'" not in header:
        raise stand_ins.RefusedError("it is not an array of objects")
    return raw[8 + digits + length :]


def _decompress_data(raw: bytes) -> bytes:
    """Decompress data of zlib or gzip, which joblib can use. Raises ``RefusedError`` above :data:`MAX_UNPACKED`."""
    limit = max(0, MAX_UNPACKED - len(raw))
    decompressor = zlib.decompressobj(wbits=47)  # zlib or gzip
    data = decompressor.decompress(raw, limit + 1)
    if len(data) > limit:
        raise stand_ins.RefusedError("it unpacks to more than {limit} MB", limit=MAX_UNPACKED // 2**20)
    if not decompressor.eof:
        raise ValueError("cut short")
    return data


class _ReadBudget:
    """Counts what the readers of one file may still use."""

    def __init__(self, options: PickleOptions = _DEFAULT_OPTIONS) -> None:
        self.options = options
        self.steps_left = MAX_STEPS
        self.max_text = max(MAX_TEXT_BYTES, options.max_text)
        self.max_bytes = self.bytes_left = max(stand_ins.MAX_COPIED, options.max_copied)

    def count_step(self) -> None:
        """Count an instruction. Raises ``RefusedError`` above the limit."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise stand_ins.RefusedError("it has more than {limit} instructions", limit=MAX_STEPS)

    def count_data(self, value: Any) -> None:
        """Count a text or bytes. Raises ``RefusedError`` above the limits."""
        if isinstance(value, str) and len(value) > self.max_text:
            raise stand_ins.RefusedError("it holds a text that is too long")
        self.bytes_left -= len(value) if isinstance(value, (str, bytes, bytearray)) else 0
        if self.bytes_left < 0:
            raise stand_ins.RefusedError(
                "it holds more than {limit} MB of data", limit=self.max_bytes // 2**20
            )

    def to_plain_value(self, content: Any) -> Any:
        """Return unpickled content as plain values, only the keys that are kept."""
        if self.options.keys is not None and isinstance(content, dict):
            content = {key: value for key, value in content.items() if key in self.options.keys}
        entry_budget = stand_ins.EntryBudget()
        entry_budget.copied_bytes_left = self.max_bytes
        return stand_ins.to_plain_value(content, budget=entry_budget)


def _parameter_data(data: Any = None, *_: Any) -> Any:
    return data


def _new_dictionary(*_: Any) -> dict[Any, Any]:
    """Stand-in for ``dict`` and ``defaultdict`` (WHAM's results are one): a new dictionary."""
    return {}


def _new_ordered_dictionary(pairs: Any = ()) -> dict[Any, Any]:
    """Stand-in for ``OrderedDict``, which Python 2 pickles with its pairs: a new dictionary."""
    items = list(pairs.items()) if isinstance(pairs, dict) else pairs
    if not isinstance(items, (list, tuple)) or any(len(pair) != 2 for pair in items):
        raise ValueError("a dictionary without pairs")
    dictionary: dict[Any, Any] = {}
    for key, value in items:
        _store_item(dictionary, key, value)
    return dictionary


def _store_item(dictionary: Any, key: Any, value: Any) -> None:
    """Store an item in a dictionary that the file has made. Raises ``RefusedError`` for keys that no result has.

    Large integers, and tuples of integers, can be chosen so that all have one hash: storing them takes quadratic time.
    Texts and bytes are hashed with a secret.
    """
    if type(dictionary) is not dict:
        raise ValueError("an item of something that is no dictionary")
    if type(key) is int and abs(key) > _MAX_INTEGER_KEY:
        raise stand_ins.RefusedError("it has a key that is too large a number")
    if not isinstance(key, (str, bytes, int, float, stand_ins.NumpyScalar)):
        raise stand_ins.RefusedError("it has a key that is neither a text nor a number")
    dictionary[key] = value


def _encode_latin1(text: Any, encoding: Any = "latin1") -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise ValueError("a text is not encoded data")
    return text.encode("latin-1")


_STORAGE_LOADER = ("torch.storage", "_load_from_bytes")
_STAND_INS: dict[tuple[str, str], Any] = {
    ("builtins", "dict"): _new_dictionary,
    ("__builtin__", "dict"): _new_dictionary,
    ("collections", "OrderedDict"): _new_ordered_dictionary,
    ("collections", "defaultdict"): _new_dictionary,
    ("_codecs", "encode"): _encode_latin1,
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): stand_ins.JoblibArray,
    ("numpy", "ndarray"): stand_ins.NumpyArray,
    ("numpy", "dtype"): stand_ins.NumpyDtype,
    ("torch._utils", "_rebuild_tensor_v2"): stand_ins.TorchTensor,
    ("torch._utils", "_rebuild_parameter"): _parameter_data,
    **{(f"numpy.{core}.multiarray", "_reconstruct"): stand_ins.NumpyArray for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): stand_ins.NumpyScalar for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): stand_ins.from_buffer for core in ("core", "_core")},
    **{("torch", name): name for name in stand_ins.STORAGE_TYPES},
    ("torch.storage", "UntypedStorage"): "UntypedStorage",
}
"""The names that a pickle may use, each with its stand-in."""

_DATA_CODES = frozenset({
    pickle.BINUNICODE, pickle.BINUNICODE8, pickle.SHORT_BINUNICODE, pickle.UNICODE, pickle.BINBYTES, pickle.BINBYTES8,
    pickle.SHORT_BINBYTES, pickle.BYTEARRAY8, pickle.STRING, pickle.BINSTRING, pickle.SHORT_BINSTRING,
})  # fmt: skip
_OLD_CODES = frozenset({pickle.STRING, pickle.UNICODE, pickle.INT, pickle.LONG, pickle.FLOAT})
_REMOVED_CODES = frozenset({
    pickle.INST, pickle.OBJ, pickle.EXT1, pickle.EXT2, pickle.EXT4, pickle.NEWOBJ_EX, pickle.NEXT_BUFFER,
    pickle.READONLY_BUFFER, pickle.EMPTY_SET, pickle.FROZENSET, pickle.ADDITEMS,
})  # fmt: skip


def _count_instruction(code: bytes, run: Callable[[Any], None]) -> Callable[[Any], None]:
    """Wrap ``run``, an instruction of Python's pickle interpreter, to count it in the reader's budget."""

    @wraps(run)
    def run_counted(reader: _RestrictedUnpickler) -> None:
        reader.budget.count_step()
        if code in _OLD_CODES and reader.proto >= 2:
            raise stand_ins.RefusedError("it mixes instructions of old and new pickles")
        run(reader)
        if code in _DATA_CODES:
            reader.budget.count_data(reader.stack[-1])
        elif code == pickle.BUILD:
            reader.read_joblib_array()

    return run_counted


class _RestrictedUnpickler(pickle._Unpickler):
    """Python's pickle interpreter, limited to the names above and without other instructions that create objects."""

    proto: int
    stack: list[Any]
    read: Callable[[int], bytes]
    append: Callable[[Any], None]
    readline: Callable[[], bytes]
    pop_mark: Callable[[], list[Any]]
    memo: dict[int, Any]
    _unframer: Any

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = {
        code: _count_instruction(bytes([code]), run)
        for code, run in pickle._Unpickler.dispatch.items()
        if bytes([code]) not in _REMOVED_CODES
    }

    def __init__(
        self,
        raw: bytes,
        budget: _ReadBudget,
        source: stand_ins.StorageSource | None = None,
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
        if file is None and not raw.startswith(b"\x80") and len(raw) > budget.max_text:
            raise stand_ins.RefusedError("it is a pickle of the oldest protocol and too large")
        self._raw, self.budget, self._source = raw, budget, source
        self._bytes = io.BytesIO(raw) if file is None else file
        super().__init__(self._bytes, encoding="latin1")

    def load_text(self, length_format: str) -> None:
        """Read a text with its length before it; the length is checked first."""
        (length,) = struct.unpack(length_format, self.read(struct.calcsize(length_format)))
        if length > self.budget.max_text:
            raise stand_ins.RefusedError("it holds a text that is too long")
        self.append(str(self.read(length), "utf-8", "surrogatepass"))

    dispatch[pickle.BINUNICODE[0]] = _count_instruction(
        pickle.BINUNICODE, lambda reader: reader.load_text("<I")
    )
    dispatch[pickle.BINUNICODE8[0]] = _count_instruction(
        pickle.BINUNICODE8, lambda reader: reader.load_text("<Q")
    )

    def load_byte_array(self) -> None:
        """Read bytes that may be changed; nothing is allocated for a length that the file only states."""
        (length,) = struct.unpack("<Q", self.read(8))
        if length > len(self._raw):
            raise ValueError("the data is longer than the file")
        self.append(bytearray(self.read(length)))

    dispatch[pickle.BYTEARRAY8[0]] = _count_instruction(
        pickle.BYTEARRAY8, lambda reader: reader.load_byte_array()
    )

    def load_put(self) -> None:
        """Remember the top of the stack under a number that is written as text."""
        index = int(self.readline()[:-1])
        if not 0 <= index <= _MAX_INTEGER_KEY:
            raise ValueError("a number of a remembered object is not possible")
        self.memo[index] = self.stack[-1]

    def load_setitem(self) -> None:
        """Store one item in a dictionary."""
        value, key = self.stack.pop(), self.stack.pop()
        _store_item(self.stack[-1], key, value)

    def load_setitems(self) -> None:
        """Store the items after the mark in a dictionary."""
        items = self.pop_mark()
        for k in range(0, len(items), 2):
            _store_item(self.stack[-1], items[k], items[k + 1])

    def load_dict(self) -> None:
        """Make a dictionary of the items after the mark."""
        items = self.pop_mark()
        self.append({})
        for k in range(0, len(items), 2):
            _store_item(self.stack[-1], items[k], items[k + 1])

    def load_build(self) -> None:
        """Give a state to an instance of a stand-in that the file has made; an ``OrderedDict``'s is ignored."""
        state, target = self.stack.pop(), self.stack[-1]
        if isinstance(target, stand_ins.StandIn):
            set_state = getattr(target, "__setstate__", None)
            if set_state is not None:
                set_state(state)
        elif type(target) is not dict:
            raise stand_ins.RefusedError("it changes something that it has not made")

    dispatch.update({
        code[0]: _count_instruction(code, run)
        for code, run in (
            (pickle.PUT, load_put), (pickle.SETITEM, load_setitem), (pickle.SETITEMS, load_setitems),
            (pickle.DICT, load_dict), (pickle.BUILD, load_build),
        )
    })  # fmt: skip

    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in for a name. Raises ``RefusedError`` for unknown names."""
        if (module, name) == _STORAGE_LOADER and self._source is None:
            return self._load_storage
        stand_in = _STAND_INS.get((module, name)) or self.budget.options.find_stand_in(module, name)
        if stand_in is None:
            raise stand_ins.RefusedError(
                "it uses {module}.{name}, which no motion needs",
                module=" ".join(module[:60].split()),
                name=" ".join(name[:60].split()),
            )
        return stand_in

    def _load_storage(self, raw: Any) -> Any:
        """Read the storage of a tensor that was pickled without ``torch.save``: it is a whole file of its own."""
        if not isinstance(raw, bytes) or not raw.startswith(_LEGACY_SIGNATURE):
            raise ValueError("a storage is not a torch file")
        self.budget.count_data(raw)
        return _TorchLegacyStream(raw, self.budget).content

    def persistent_load(self, pid: Any) -> Any:
        """Return the stand-in for a storage from torch's reference to it. Raises ``ValueError``."""
        if self._source is None or not (
            isinstance(pid, tuple) and len(pid) in (5, 6) and pid[0] == "storage"
        ):
            raise ValueError("a reference to something other than a storage")
        if (
            not isinstance(pid[1], str)
            or pid[1] not in stand_ins.STORAGE_TYPES
            or not isinstance(pid[2], str)
        ):
            raise ValueError("a storage of an unknown kind")
        return self._source.add_reference(stand_ins.TorchStorage(pid[1], pid[2], self._source))

    def read_joblib_array(self) -> None:
        """Read the data of a joblib array, which follows its description in the stream."""
        stand_in = self.stack[-1]
        if not isinstance(stand_in, stand_ins.JoblibArray):
            return
        frame = self._unframer.current_frame
        if frame is not None and frame.read(1):
            raise ValueError("array data inside a pickle frame")
        self._bytes.seek(stand_in.read(self._raw, self._bytes.tell()))


class _TorchArchive:
    """Reader of torch's ``.pt`` file: a zip of one pickle and the storages that it refers to."""

    def __init__(self, raw: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(raw))
        names = [n for n in self._zip.namelist() if n.endswith("/data.pkl")]
        if len(names) != 1:
            raise stand_ins.RefusedError("it is a zip file, but not one of torch")
        self._root = names[0].removesuffix("data.pkl")
        self._bytes_left = MAX_BYTES
        self._storages: dict[str, AnyArray] = {}

    def read_content(self) -> Any:
        """Return the content as plain values."""
        return stand_ins.to_plain_value(
            _RestrictedUnpickler(self._read_member("data.pkl"), _ReadBudget(), self).load()
        )

    def add_reference(self, storage: stand_ins.TorchStorage) -> stand_ins.TorchStorage:
        """Return the storage; its numbers are read when they are needed."""
        return storage

    def read_storage(self, storage: stand_ins.TorchStorage) -> AnyArray:
        """Return the numbers of a storage."""
        if storage.key not in self._storages:
            self._storages[storage.key] = stand_ins.decode_storage(
                self._read_member(f"data/{storage.key}"), storage.dtype
            )
        return self._storages[storage.key]

    def _read_member(self, name: str) -> bytes:
        info = self._zip.getinfo(self._root + name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise stand_ins.RefusedError("it is compressed in an unknown way")
        if info.file_size > self._bytes_left:
            raise stand_ins.RefusedError("it unpacks to more than {limit} MB", limit=MAX_BYTES // 2**20)
        self._bytes_left -= info.file_size
        with self._zip.open(info) as file:
            return file.read(info.file_size)


class _TorchLegacyStream:
    """Reader of torch's older stream: four pickles, the list of storages, then the numbers of each storage."""

    def __init__(self, raw: bytes, budget: _ReadBudget) -> None:
        self._raw = raw
        self._dtypes: dict[str, str] = {}
        file = io.BytesIO(raw)
        parts = [_RestrictedUnpickler(raw, budget, self, file).load() for _ in range(5)]
        self.content, keys = parts[3], parts[4]
        if not isinstance(keys, list) or any(not isinstance(key, str) for key in keys):
            raise ValueError("no list of storages")
        self._keys, self._start = keys, file.tell()

    def add_reference(self, storage: stand_ins.TorchStorage) -> stand_ins.TorchStorage:
        """Remember the number type of a storage, which only references to it state."""
        self._dtypes[storage.key] = storage.dtype
        return storage

    def read_storage(self, storage: stand_ins.TorchStorage) -> AnyArray:
        """Return the numbers of a storage, found by skipping those before it; each begins with its count."""
        offset = self._start
        for key in self._keys:
            count = int.from_bytes(self._raw[offset : offset + 8], "little")
            size = count * int(stand_ins.STORAGE_TYPES[self._dtypes[key]][2:])
            if offset + 8 + size > len(self._raw):
                raise ValueError("a storage is cut short")
            if key == storage.key:
                return stand_ins.decode_storage(
                    memoryview(self._raw)[offset + 8 : offset + 8 + size], storage.dtype
                )
            offset += 8 + size
        raise ValueError("a storage is missing")
