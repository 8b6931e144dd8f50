# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for NumPy's, torch's and joblib's classes while a pickle is read; they keep and check the pickled state.

Layouts: NumPy's ``ndarray.__reduce__``, torch's ``torch.save`` (archives since 1.6, and the older stream), joblib's
``numpy_pickle`` (an array's data follows its description in the stream).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from ..errors import FormatError
from .npz_arrays import AnyArray

MAX_BYTES = 3 * 2**27
"""Largest size of a file, and of its uncompressed content."""

MAX_COPIED = 2**27
"""Largest size of texts and data in the pickle itself, and of tensors that have to be copied."""

MAX_DEPTH = 50
MAX_ENTRIES = 1_000_000
"""Largest depth of nested containers, and number of entries in all of them."""

_NUMBER_TYPES = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})

STORAGE_TYPES: dict[str, str] = {
    "DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4",
    "ShortStorage": "<i2", "CharStorage": "<i1", "ByteStorage": "<u1", "BoolStorage": "|b1", "BFloat16Storage": "<u2",
    "UntypedStorage": "<u1",
}  # fmt: skip
"""NumPy's types for the numbers in torch's storage classes."""


class RefusedError(FormatError):
    """The pickle contains something that is not read; the message is the reason in another message."""


class EntryBudget:
    """Counts how many more entries and copied bytes a file may have."""

    def __init__(self) -> None:
        self.entries_left = MAX_ENTRIES
        self.copied_bytes_left = MAX_COPIED

    def count_entries(self, entries: int) -> None:
        """Count entries. Raises :class:`RefusedError` above the limit: a list may be referred to many times."""
        self.entries_left -= entries
        if self.entries_left < 0:
            raise RefusedError("it holds more than {limit} entries", limit=MAX_ENTRIES)

    def count_copied(self, size: int) -> None:
        """Count copied bytes. Raises :class:`RefusedError` above the limit: each view of a tensor is copied."""
        self.copied_bytes_left -= size
        if self.copied_bytes_left < 0:
            raise RefusedError(
                "it holds more than {limit} MB that have to be copied", limit=MAX_COPIED // 2**20
            )


class StandIn:
    """Base of the stand-ins: an object of the pickle that ``to_plain_value`` turns into a value."""

    def to_value(self, depth: int, budget: EntryBudget) -> Any:
        """Return the value. Raises :class:`RefusedError` or ``ValueError``."""
        raise NotImplementedError


class NumpyDtype(StandIn):
    """Stand-in for ``numpy.dtype``."""

    def __init__(self, kind: Any = "", *_: Any) -> None:
        self.type_code = (
            kind if isinstance(kind, str) else kind.decode("ascii") if isinstance(kind, bytes) else ""
        )
        self.byte_order = "<"

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">", "|", "="):
            self.byte_order = state[1]

    def to_numpy(self) -> np.dtype[Any]:
        """Return NumPy's type. Raises :class:`RefusedError` if it is neither a number type nor ``object``."""
        if self.type_code in ("O", "O8"):
            return np.dtype(object)
        if self.type_code not in _NUMBER_TYPES:
            raise RefusedError("it holds values of the type {type!r}", type=self.type_code[:20])
        return np.dtype(("<" if self.byte_order in "|=" else self.byte_order) + self.type_code)

    def to_value(self, _depth: int, _budget: EntryBudget) -> Any:
        """Refuse: a type alone is no result."""
        raise RefusedError("it holds a dtype, which no motion needs")


class NumpyArray(StandIn):
    """Stand-in for ``numpy.ndarray``."""

    def __init__(self, *_: Any) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def to_value(self, depth: int, budget: EntryBudget) -> Any:
        """Return the array; a list, or the only object, for an array of objects."""
        budget.count_entries(1)
        if not isinstance(self.state, tuple) or len(self.state) != 5:
            raise ValueError("an array without a state")
        _, shape, dtype, fortran, data = self.state
        if not isinstance(dtype, NumpyDtype):
            raise ValueError("an array without a type")
        kind = dtype.to_numpy()
        shape = check_shape(shape)
        if kind.hasobject:
            if not isinstance(data, list) or len(data) != math.prod(shape):
                raise ValueError("an array of objects does not fit its shape")
            budget.count_entries(len(data))
            items = [to_plain_value(item, depth + 1, budget) for item in data]
            return items[0] if shape == () else items
        if isinstance(data, str):  # written by Python 2
            budget.count_copied(len(data))
            data = data.encode("latin-1")
        if not isinstance(data, (bytes, bytearray)) or len(data) != math.prod(shape) * kind.itemsize:
            raise ValueError("the data of an array does not fit its shape")
        return np.frombuffer(data, kind).reshape(shape, order="F" if fortran else "C")


def from_buffer(data: Any, dtype: Any, shape: Any, order: Any = "C") -> NumpyArray:
    """Stand-in for ``_frombuffer``, with which NumPy pickles arrays in protocol 5."""
    array = NumpyArray()
    array.state = (1, shape, dtype, order == "F", data)
    return array


class NumpyScalar(StandIn):
    """Stand-in for a NumPy scalar."""

    def __init__(self, dtype: Any = None, data: Any = b"") -> None:
        self.dtype, self.data = dtype, data

    def to_value(self, _depth: int, _budget: EntryBudget) -> Any:
        """Return the number as a Python number."""
        if not isinstance(self.dtype, NumpyDtype):
            raise ValueError("a number without a type")
        kind = self.dtype.to_numpy()
        data = self.data.encode("latin-1") if isinstance(self.data, str) else self.data
        if kind.hasobject or not isinstance(data, bytes) or len(data) != kind.itemsize:
            raise ValueError("a number without a value")
        return np.frombuffer(data, kind)[0].item()


class JoblibArray(StandIn):
    """Stand-in for joblib's array, whose data follows in the stream; :meth:`read` is called there."""

    # pickles create it without calling __init__
    state: Mapping[str, Any] = MappingProxyType({})
    numbers: AnyArray | None = None

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, dict):
            raise ValueError("an array without a state")
        self.state = state

    def read(self, raw: bytes, offset: int) -> int:
        """Read the numbers from ``raw`` at an offset and return the offset of their end."""
        dtype = self.state.get("dtype")
        if not isinstance(dtype, NumpyDtype) or self.numbers is not None:
            raise ValueError("an array without a type")
        kind, shape = dtype.to_numpy(), check_shape(self.state.get("shape"))
        if kind.hasobject:
            raise RefusedError("it holds an array of objects, which no motion needs")
        if self.state.get("numpy_array_alignment_bytes") is not None:
            offset += 1 + raw[offset]  # padding for alignment: its length and its bytes
        numbers: AnyArray = np.frombuffer(raw, kind, math.prod(shape), offset)
        self.numbers = numbers.reshape(shape, order="F" if self.state.get("order") == "F" else "C")
        return offset + numbers.nbytes

    def to_value(self, _depth: int, budget: EntryBudget) -> Any:
        """Return the array."""
        budget.count_entries(1)
        if self.numbers is None:
            raise ValueError("an array without numbers")
        return self.numbers


class StorageSource(Protocol):
    """The file that holds the numbers of torch's storages."""

    def add_reference(self, storage: TorchStorage) -> TorchStorage:
        """Register a reference to a storage."""
        ...

    def read_storage(self, storage: TorchStorage) -> AnyArray:
        """Return the numbers of a storage."""
        ...


class TorchStorage(StandIn):
    """Stand-in for the storage of a torch tensor: a flat array in the file."""

    def __init__(self, dtype: str, key: str, source: StorageSource) -> None:
        self.dtype, self.key, self.source = dtype, key, source

    def read_numbers(self) -> AnyArray:
        """Return all numbers of the storage."""
        return self.source.read_storage(self)

    def to_value(self, _depth: int, _budget: EntryBudget) -> Any:
        """Refuse: a storage without a tensor has no shape."""
        raise RefusedError("it holds a storage without a tensor")


def decode_storage(data: Any, dtype: str) -> AnyArray:
    """Return the bytes of a storage as numbers; bfloat16 as float32. Raises :class:`RefusedError` if too large."""
    kind = np.dtype(STORAGE_TYPES[dtype])
    numbers: AnyArray = np.frombuffer(data, kind, len(data) // kind.itemsize)
    if dtype == "BFloat16Storage":
        if len(data) > MAX_COPIED:
            raise RefusedError("a tensor in it is larger than what can be read")
        numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
    return numbers


class TorchTensor(StandIn):
    """Stand-in for a torch tensor."""

    def __init__(
        self, storage: Any = None, offset: Any = 0, size: Any = (), stride: Any = (), *_: Any
    ) -> None:
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride

    def to_value(self, _depth: int, budget: EntryBudget) -> AnyArray:
        """Return the tensor as an array; it is copied if its numbers are not contiguous."""
        budget.count_entries(1)
        if not isinstance(self.storage, TorchStorage):
            raise ValueError("a tensor without numbers")
        size, stride = check_shape(self.size), check_shape(self.stride)
        if type(self.offset) is not int or self.offset < 0 or len(size) != len(stride):
            raise ValueError("a tensor without a shape")
        total = math.prod(size)
        data = self.storage.read_numbers()
        last = self.offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
        if total and last >= len(data):
            raise ValueError("a tensor reaches beyond its numbers")
        if not total:
            return np.zeros(size, data.dtype)
        strides = tuple(step * data.itemsize for step in stride)
        view = np.lib.stride_tricks.as_strided(data[self.offset :], size, strides, writeable=False)
        if view.flags.c_contiguous:
            return view
        budget.count_copied(total * data.itemsize)
        return np.array(view)


def check_shape(values: Any) -> tuple[int, ...]:
    """Return ``values`` if they are a possible shape or strides. Raises ``ValueError``."""
    if not isinstance(values, tuple) or len(values) > 10:
        raise ValueError("a shape is not valid")
    if any(type(n) is not int or not 0 <= n <= MAX_BYTES for n in values):
        raise ValueError("a shape is not valid")
    return values


def to_plain_value(value: Any, depth: int = 0, budget: EntryBudget | None = None) -> Any:
    """Return unpickled content with all stand-ins replaced by their values.

    The result consists of dictionaries, lists, texts, bytes, numbers, None and NumPy arrays of numbers. Raises
    :class:`RefusedError` or ``ValueError``.
    """
    budget = EntryBudget() if budget is None else budget
    if depth > MAX_DEPTH:
        raise RefusedError("it is nested too deep")
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return value
    if isinstance(value, StandIn):
        return value.to_value(depth, budget)
    if isinstance(value, dict):
        budget.count_entries(len(value))
        return {_to_key(k, budget): to_plain_value(v, depth + 1, budget) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        budget.count_entries(len(value))
        return [to_plain_value(v, depth + 1, budget) for v in value]
    raise RefusedError("it holds a {type}, which no motion needs", type=type(value).__name__.lower())


def _to_key(key: Any, budget: EntryBudget) -> Any:
    """Return a dictionary's key as a text, number or bytes. Raises ``ValueError``."""
    if isinstance(key, NumpyScalar):
        key = key.to_value(0, budget)
    if not isinstance(key, (str, int, float, bytes)):
        raise ValueError("a key is neither a text nor a number")
    return key
