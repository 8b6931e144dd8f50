# SPDX-License-Identifier: GPL-3.0-or-later
"""Read messages in the wire format of Protocol Buffers, without a description of them.

A message is a list of numbered fields; what a field means is up to the caller. Messages inside are read by the caller
too, from the field's bytes, so nothing here calls itself, however deep a file nests them.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Wire(IntEnum):
    """How the value of a field is stored."""

    VARINT = 0
    FIXED64 = 1
    BYTES = 2
    FIXED32 = 5


class DamagedMessage(Exception):
    """The bytes are no message, or one with more fields than are read."""


_FIXED_BYTES = {Wire.FIXED64: 8, Wire.FIXED32: 4}
_MAX_VARINT_BYTES = 10

Value = int | memoryview
Field = tuple[int, Wire, Value]
"""Number of the field, how it is stored, and a whole number or its bytes."""


class MessageReader:
    """Reads messages of one file, up to a number of fields in all."""

    def __init__(self, max_fields: int) -> None:
        """Set how many fields and numbers are read in all."""
        self._fields_left = max_fields

    def read_fields(self, content: memoryview) -> Iterator[Field]:
        """Yield the fields of a message in their order. Raises :class:`DamagedMessage`."""
        position, end = 0, len(content)
        while position < end:
            self._count()
            key, position = self._read_varint(content, position)
            number = key >> 3
            try:
                wire = Wire(key & 7)
            except ValueError:
                raise DamagedMessage from None
            if number == 0:
                raise DamagedMessage
            if wire is Wire.VARINT:
                value, position = self._read_varint(content, position)
                yield number, wire, value
                continue
            if wire is Wire.BYTES:
                size, position = self._read_varint(content, position)
            else:
                size = _FIXED_BYTES[wire]
            if size > end - position:
                raise DamagedMessage
            yield number, wire, content[position : position + size]
            position += size

    def read_integers(self, value: Value, wire: Wire) -> list[int]:
        """Return the signed numbers of a field that holds one or, packed, many. Raises :class:`DamagedMessage`."""
        if isinstance(value, int):
            return [to_signed(value)]
        if wire is not Wire.BYTES:
            raise DamagedMessage
        numbers, position = [], 0
        while position < len(value):
            self._count()
            number, position = self._read_varint(value, position)
            numbers.append(to_signed(number))
        return numbers

    def _count(self) -> None:
        self._fields_left -= 1
        if self._fields_left < 0:
            raise DamagedMessage

    @staticmethod
    def _read_varint(content: memoryview, position: int) -> tuple[int, int]:
        """Return a number of seven bits a byte, and the position behind it."""
        number = 0
        for shift in range(0, 7 * _MAX_VARINT_BYTES, 7):
            if position >= len(content):
                break
            byte = content[position]
            position += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number & 0xFFFF_FFFF_FFFF_FFFF, position
        raise DamagedMessage


def to_signed(number: int) -> int:
    """Return a whole number of 64 bits with its sign."""
    return number - (1 << 64) if number >> 63 else number


def read_floats(value: Value, dtype: str) -> NDArray[np.generic]:
    """Return the numbers of a field that holds one or, packed, many, as an array. Raises :class:`DamagedMessage`."""
    item = np.dtype(dtype)
    if isinstance(value, int) or len(value) % item.itemsize:
        raise DamagedMessage
    return np.frombuffer(value, item)
