# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands for NumPy's, torch's and joblib's classes while a pickle is read: holders of a state, which they check.

Layouts: NumPy's ``ndarray.__reduce__``, torch's ``torch.save`` (archives since 1.6, and the older stream), joblib's
``numpy_pickle`` (arrays lie in the stream behind what describes them).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from .npz_arrays import AnyArray

MAX_BYTES = 3 * 2**27
"""Of a file, and of what it unpacks to."""

MAX_COPIED = 2**27
"""Bytes of texts and data in the pickle itself, and of tensors that have to be copied."""

MAX_DEPTH = 50
MAX_ITEMS = 1_000_000
"""Of containers nested in one another, and of entries in all of them."""

_KINDS = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})

STORAGES: dict[str, str] = {
    "DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4",
    "ShortStorage": "<i2", "CharStorage": "<i1", "ByteStorage": "<u1", "BoolStorage": "|b1", "BFloat16Storage": "<u2",
    "UntypedStorage": "<u1",
}  # fmt: skip
"""Torch's kinds of storages and the numbers in them."""


class Refused(Exception):
    """What the file asks for is not read; the text ends a sentence."""


class Count:
    """How many entries and copied bytes may still come."""

    def __init__(self) -> None:
        self.left = MAX_ITEMS
        self.bytes = MAX_COPIED

    def take(self, items: int) -> None:
        """Refuse what is too much: references to one list make a small file unfold without end."""
        self.left -= items
        if self.left < 0:
            raise Refused(f"it holds more than {MAX_ITEMS} entries")

    def copy(self, size: int) -> None:
        """Refuse more data than is copied: a hundred views of one tensor are a hundred tensors."""
        self.bytes -= size
        if self.bytes < 0:
            raise Refused(f"it holds more than {MAX_COPIED // 2**20} MB that have to be copied")


class Held:
    """Something that a pickle states and that :func:`plain` turns into values."""

    def plain(self, depth: int, count: Count) -> Any:
        """The values. Raises :class:`Refused` or ``ValueError``."""
        raise NotImplementedError


class Dtype(Held):
    """A type of numbers."""

    def __init__(self, kind: Any = "", *_: Any) -> None:
        self.text = kind if isinstance(kind, str) else kind.decode("ascii") if isinstance(kind, bytes) else ""
        self.order = "<"

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">", "|", "="):
            self.order = state[1]

    def numpy(self) -> np.dtype[Any]:
        """As NumPy's; refused where it is no plain number."""
        if self.text in ("O", "O8"):
            return np.dtype(object)
        if self.text not in _KINDS:
            raise Refused(f"it holds values of the type {self.text[:20]!r}")
        return np.dtype(("<" if self.order in "|=" else self.order) + self.text)

    def plain(self, _depth: int, _count: Count) -> Any:
        """A type alone is no result."""
        raise Refused("it holds a dtype, which no motion needs")


class Array(Held):
    """An array of NumPy's."""

    def __init__(self, *_: Any) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def plain(self, depth: int, count: Count) -> Any:
        """The array; of objects, what it holds."""
        count.take(1)
        if not isinstance(self.state, tuple) or len(self.state) != 5:
            raise ValueError("an array without a state")
        _, shape, dtype, fortran, data = self.state
        if not isinstance(dtype, Dtype):
            raise ValueError("an array without a type")
        kind = dtype.numpy()
        shape = shape_of(shape)
        if kind.hasobject:
            if not isinstance(data, list) or len(data) != math.prod(shape):
                raise ValueError("an array of objects without objects")
            count.take(len(data))
            items = [plain(item, depth + 1, count) for item in data]
            return items[0] if shape == () else items
        if isinstance(data, str):  # written by Python 2
            count.copy(len(data))
            data = data.encode("latin-1")
        if not isinstance(data, (bytes, bytearray)) or len(data) != math.prod(shape) * kind.itemsize:
            raise ValueError("an array whose data does not fit its shape")
        return np.frombuffer(data, kind).reshape(shape, order="F" if fortran else "C")


def from_buffer(data: Any, dtype: Any, shape: Any, order: Any = "C") -> Array:
    """How NumPy writes arrays since Python's fifth protocol."""
    array = Array()
    array.state = (1, shape, dtype, order == "F", data)
    return array


class Scalar(Held):
    """A number as NumPy pickles it."""

    def __init__(self, dtype: Any = None, data: Any = b"") -> None:
        self.dtype, self.data = dtype, data

    def plain(self, _depth: int, _count: Count) -> Any:
        """The number as Python has it."""
        if not isinstance(self.dtype, Dtype):
            raise ValueError("a number without a type")
        kind = self.dtype.numpy()
        data = self.data.encode("latin-1") if isinstance(self.data, str) else self.data
        if kind.hasobject or not isinstance(data, bytes) or len(data) != kind.itemsize:
            raise ValueError("a number without a value")
        return np.frombuffer(data, kind)[0].item()


class JoblibArray(Held):
    """An array whose numbers follow in the stream, as joblib writes them; :meth:`read` is called right there."""

    # pickles make it without calling it
    state: Mapping[str, Any] = MappingProxyType({})
    numbers: AnyArray | None = None

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, dict):
            raise ValueError("an array without a state")
        self.state = state

    def read(self, raw: bytes, at: int) -> int:
        """Look at the numbers in ``raw`` from ``at`` on; where they end."""
        dtype = self.state.get("dtype")
        if not isinstance(dtype, Dtype) or self.numbers is not None:
            raise ValueError("an array without a type")
        kind, shape = dtype.numpy(), shape_of(self.state.get("shape"))
        if kind.hasobject:
            raise Refused("it holds an array of objects, which no motion needs")
        if self.state.get("numpy_array_alignment_bytes") is not None:
            at += 1 + raw[at]  # how many bytes put the numbers at an even place
        numbers: AnyArray = np.frombuffer(raw, kind, math.prod(shape), at)
        self.numbers = numbers.reshape(shape, order="F" if self.state.get("order") == "F" else "C")
        return at + numbers.nbytes

    def plain(self, _depth: int, count: Count) -> Any:
        """The array."""
        count.take(1)
        if self.numbers is None:
            raise ValueError("an array without numbers")
        return self.numbers


class Source(Protocol):
    """Where the numbers of storages lie."""

    def refer(self, storage: Storage) -> Storage:
        """Take note of a reference to one."""
        ...

    def storage(self, storage: Storage) -> AnyArray:
        """The numbers of one."""
        ...


class Storage(Held):
    """Where the numbers of a torch tensor lie."""

    def __init__(self, dtype: str, key: str, source: Source) -> None:
        self.dtype, self.key, self.source = dtype, key, source

    def numbers(self) -> AnyArray:
        """All of them."""
        return self.source.storage(self)

    def plain(self, _depth: int, _count: Count) -> Any:
        """Storages alone, without a tensor, say nothing."""
        raise Refused("it holds a storage without a tensor")


def as_numbers(data: Any, dtype: str) -> AnyArray:
    """The bytes of a storage as its numbers; torch's bfloat16 as float32."""
    kind = np.dtype(STORAGES[dtype])
    numbers: AnyArray = np.frombuffer(data, kind, len(data) // kind.itemsize)
    if dtype == "BFloat16Storage":
        if len(data) > MAX_COPIED:
            raise Refused("a tensor in it is larger than what is read")
        numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
    return numbers


class Tensor(Held):
    """A tensor of torch's."""

    def __init__(
        self, storage: Any = None, offset: Any = 0, size: Any = (), stride: Any = (), *_: Any
    ) -> None:
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride

    def plain(self, _depth: int, count: Count) -> AnyArray:
        """The numbers as an array; copied where they do not lie in a row."""
        count.take(1)
        if not isinstance(self.storage, Storage):
            raise ValueError("a tensor without numbers")
        size, stride = shape_of(self.size), shape_of(self.stride)
        if type(self.offset) is not int or self.offset < 0 or len(size) != len(stride):
            raise ValueError("a tensor without a shape")
        total = math.prod(size)
        data = self.storage.numbers()
        last = self.offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
        if total and last >= len(data):
            raise ValueError("a tensor reaches beyond its numbers")
        if not total:
            return np.zeros(size, data.dtype)
        strides = tuple(step * data.itemsize for step in stride)
        seen = np.lib.stride_tricks.as_strided(data[self.offset :], size, strides, writeable=False)
        if seen.flags.c_contiguous:
            return seen
        count.copy(total * data.itemsize)
        return np.array(seen)


def shape_of(values: Any) -> tuple[int, ...]:
    """``values`` where they are a shape, or strides. Raises ``ValueError``."""
    if not isinstance(values, tuple) or len(values) > 10:
        raise ValueError("a shape that is none")
    if any(type(n) is not int or not 0 <= n <= MAX_BYTES for n in values):
        raise ValueError("a shape that is none")
    return values


def plain(value: Any, depth: int = 0, count: Count | None = None) -> Any:
    """What was read, with the classes above replaced by what they stand for."""
    count = Count() if count is None else count
    if depth > MAX_DEPTH:
        raise Refused("it is nested too deep")
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return value
    if isinstance(value, Held):
        return value.plain(depth, count)
    if isinstance(value, dict):
        count.take(len(value))
        return {_key(k, count): plain(v, depth + 1, count) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        count.take(len(value))
        return [plain(v, depth + 1, count) for v in value]
    raise Refused(f"it holds a {type(value).__name__.lower()}, which no motion needs")


def _key(key: Any, count: Count) -> Any:
    if isinstance(key, Scalar):
        key = key.plain(0, count)
    if not isinstance(key, (str, int, float, bytes)):
        raise ValueError("a key that is none")
    return key
