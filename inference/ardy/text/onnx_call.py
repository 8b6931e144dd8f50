# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operation of a network gets: its inputs and settings, and a budget that it asks before it makes arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .onnx_file import Node

AnyArray = NDArray[Any]

_MAX_NUMBERS = 2**26
"""Numbers of one computed array: a hundred times what a sentence of 128 tokens needs."""

_MAX_LIVE_BYTES = 2**29
_MAX_WRITTEN_NUMBERS = 2**31
_MAX_PRODUCT_STEPS = 10**11
"""Multiplications of one pass: ten times those of the published encoder with 128 tokens."""


class OverBudget(Exception):
    """The network asks for more memory or time than a text encoder needs."""


class Budget:
    """Memory and work that a network may use in one pass.

    Attributes
    ----------
    live_bytes : bytes of the arrays that are in use, kept up to date by the caller
    """

    def __init__(self) -> None:
        self.live_bytes = 0
        self._numbers_left = _MAX_WRITTEN_NUMBERS
        self._steps_left = _MAX_PRODUCT_STEPS

    def reserve(self, shape: Sequence[int], dtype: np.dtype[Any]) -> None:
        """Raise :class:`OverBudget` unless an array of this shape and type may be made."""
        count = math.prod(shape)
        self._numbers_left -= count
        if (
            count > _MAX_NUMBERS
            or self._numbers_left < 0
            or self.live_bytes + count * dtype.itemsize > _MAX_LIVE_BYTES
        ):
            raise OverBudget

    def multiply(self, steps: int) -> None:
        """Raise :class:`OverBudget` unless a product of so many multiplications may be computed."""
        self._steps_left -= steps
        if self._steps_left < 0:
            raise OverBudget


class BadCall(Exception):
    """An operation has settings or inputs that it cannot have, or that are not supported."""


@dataclass(frozen=True, eq=False)
class Call:
    """One operation with its inputs.

    Attributes
    ----------
    node : the operation
    inputs : its inputs, None where an optional one is left out
    version : version of the format's operations that the file asks for
    budget : asked before an array is made
    """

    node: Node
    inputs: Sequence[AnyArray | None]
    version: int
    budget: Budget

    def input(self, index: int) -> AnyArray:
        """Return an input that has to be there."""
        value = self.optional(index)
        if value is None:
            raise BadCall
        return value

    def optional(self, index: int) -> AnyArray | None:
        """Return an input that may be left out."""
        return self.inputs[index] if index < len(self.inputs) else None

    def same(self, *indices: int) -> list[AnyArray]:
        """Return inputs that have to be of one type."""
        values = [self.input(index) for index in indices]
        if any(value.dtype != values[0].dtype for value in values):
            raise BadCall
        return values

    def floats(self, index: int) -> AnyArray:
        """Return an input that has to hold floating point numbers."""
        value = self.input(index)
        if value.dtype.kind != "f":
            raise BadCall
        return value

    def sizes(self, index: int) -> list[int]:
        """Return an input that has to be a list of a few whole numbers."""
        value = self.input(index)
        if value.dtype.kind != "i" or value.ndim > 1 or value.size > 64:
            raise BadCall
        return [int(number) for number in value.reshape(-1)]

    def integer(self, name: str, default: int) -> int:
        """Return a setting that is a whole number."""
        value = self.node.attributes.get(name, default)
        if not isinstance(value, int):
            raise BadCall
        return value

    def number(self, name: str, default: float) -> float:
        """Return a setting that is a floating point number."""
        value = self.node.attributes.get(name, default)
        if not isinstance(value, float):
            raise BadCall
        return value

    def word(self, name: str, default: str) -> str:
        """Return a setting that is a word."""
        value = self.node.attributes.get(name, default)
        if not isinstance(value, str):
            raise BadCall
        return value

    def integers(self, name: str) -> list[int] | None:
        """Return a setting that is a list of whole numbers; None if it is left out."""
        value = self.node.attributes.get(name)
        if value is None:
            return None
        if not isinstance(value, tuple):
            raise BadCall
        numbers = [number for number in value if isinstance(number, int)]
        if len(numbers) != len(value) or len(numbers) > 64:
            raise BadCall
        return numbers

    def axis(self, value: int, dimensions: int) -> int:
        """Return an axis counted from the front."""
        if not -dimensions <= value < dimensions:
            raise BadCall
        return value % dimensions

    def axes(self, values: Sequence[int], dimensions: int) -> tuple[int, ...]:
        """Return different axes counted from the front."""
        axes = tuple(self.axis(value, dimensions) for value in values)
        if len(set(axes)) != len(axes):
            raise BadCall
        return axes
