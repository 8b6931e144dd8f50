# SPDX-License-Identifier: GPL-3.0-or-later
"""Read ONNX files (the open format for networks, onnx.ai): nodes, stored tensors, inputs and outputs.

Every size in the file is checked before memory is used for it. Tensors in other files, sparse tensors, strings and
nodes with graphs of their own are refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....motion.errors import CheckpointError
from .files import damaged, read_file
from .protobuf import DamagedMessage, MessageReader, Value, Wire, read_floats

AnyArray = NDArray[Any]

MAX_FILE_BYTES = 512 * 2**20
"""Largest file: four times the published one, for networks of its kind that are somewhat larger."""

_MAX_FIELDS = 2_000_000
_MAX_NODES = 20_000
_MAX_TENSORS = 20_000
_MAX_NUMBERS = 2**28
_MAX_DIMENSIONS = 8
_MAX_NAME_BYTES = 1000

DTYPES = {1: "<f4", 2: "|u1", 3: "|i1", 5: "<i2", 6: "<i4", 7: "<i8", 9: "|b1", 10: "<f2", 11: "<f8"}
"""Types of numbers by their code in the format."""

_TYPE_NAMES = {
    4: "uint16",
    8: "string",
    12: "uint32",
    13: "uint64",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
}

AttributeValue = int | float | str | AnyArray | tuple[int, ...] | tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Node:
    """One operation of a network.

    Attributes
    ----------
    operation : its kind, such as "MatMul"
    domain : set of operations that it belongs to, empty for the format's own
    inputs, outputs : names of values, empty where an optional one is left out
    attributes : settings by name
    """

    operation: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, AttributeValue]


@dataclass(frozen=True, eq=False)
class OnnxFile:
    """What a file holds.

    Attributes
    ----------
    name : the file's name, for messages
    version : version of the format's own operations
    nodes : operations in the order in which they are computed
    tensors : stored tensors by name
    inputs : type and shape of each input by name, None for a dimension that is free
    outputs : names of the results
    """

    name: str
    version: int
    nodes: list[Node]
    tensors: dict[str, AnyArray]
    inputs: dict[str, tuple[str, tuple[int | None, ...]]]
    outputs: list[str]


@dataclass
class _Graph:
    nodes: list[Node] = field(default_factory=list)
    tensors: dict[str, AnyArray] = field(default_factory=dict)
    inputs: dict[str, tuple[str, tuple[int | None, ...]]] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)


def read_onnx(path: Path, max_bytes: int = MAX_FILE_BYTES) -> OnnxFile:
    """Return the network in a file, which may be packed by gzip. Raises :class:`CheckpointError`."""
    return parse_onnx(read_file(path, max_bytes), path)


def parse_onnx(content: bytes, path: Path) -> OnnxFile:
    """Return the network in a file's content; ``path`` is for messages. Raises :class:`CheckpointError`."""
    try:
        return _Parser(path).parse_model(memoryview(content))
    except (DamagedMessage, UnicodeDecodeError) as error:
        raise damaged(path) from error
    except MemoryError as error:
        raise CheckpointError(
            "There is not enough memory for {name}: close other programs and try again", name=path.name
        ) from error


class _Parser:
    """Parses one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = MessageReader(_MAX_FIELDS)

    def parse_model(self, content: memoryview) -> OnnxFile:
        graph: _Graph | None = None
        version = 0
        for number, wire, value in self._reader.read_fields(content):
            if number == 7:
                graph = self._parse_graph(_bytes(wire, value))
            elif number == 8:
                version = max(version, self._parse_version(_bytes(wire, value)))
        if graph is None or not version or not graph.nodes or not graph.outputs:
            raise DamagedMessage
        inputs = {name: shape for name, shape in graph.inputs.items() if name not in graph.tensors}
        return OnnxFile(self._path.name, version, graph.nodes, graph.tensors, inputs, graph.outputs)

    def _parse_version(self, content: memoryview) -> int:
        """Return the version of the format's own operations that a file asks for; 0 if it is another set's."""
        domain, version = "", 0
        for number, wire, value in self._reader.read_fields(content):
            if number == 1:
                domain = _text(wire, value)
            elif number == 2:
                version = _integer(wire, value)
        return version if domain in ("", "ai.onnx") else 0

    def _parse_graph(self, content: memoryview) -> _Graph:
        graph = _Graph()
        for number, wire, value in self._reader.read_fields(content):
            if number == 1:
                graph.nodes.append(self._parse_node(_bytes(wire, value)))
            elif number == 5:
                name, tensor = self._parse_tensor(_bytes(wire, value))
                if not name or name in graph.tensors:
                    raise DamagedMessage
                graph.tensors[name] = tensor
            elif number == 11:
                name, kind = self._parse_input(_bytes(wire, value))
                graph.inputs[name] = kind
            elif number == 12:
                graph.outputs.append(self._parse_input(_bytes(wire, value))[0])
            elif number == 15:
                raise self._unsupported_error("sparse tensors")
            if len(graph.nodes) > _MAX_NODES or len(graph.tensors) > _MAX_TENSORS:
                raise self._unsupported_error("more operations than a text encoder has")
        return graph

    def _unsupported_error(self, what: str) -> CheckpointError:
        return CheckpointError(
            "{name} holds {what}, which is not supported: choose the text encoder that was published for ARDY",
            name=self._path.name,
            what=what,
        )

    def _parse_node(self, content: memoryview) -> Node:
        inputs: list[str] = []
        outputs: list[str] = []
        operation = domain = ""
        attributes: dict[str, AttributeValue] = {}
        for number, wire, value in self._reader.read_fields(content):
            if number == 1:
                inputs.append(_text(wire, value))
            elif number == 2:
                outputs.append(_text(wire, value))
            elif number == 4:
                operation = _text(wire, value)
            elif number == 5:
                name, attribute = self._parse_attribute(_bytes(wire, value))
                attributes[name] = attribute
            elif number == 7:
                domain = _text(wire, value)
        return Node(
            operation, "" if domain == "ai.onnx" else domain, tuple(inputs), tuple(outputs), attributes
        )

    def _parse_attribute(self, content: memoryview) -> tuple[str, AttributeValue]:
        name, kind = "", 0
        integers: list[int] = []
        floats: list[float] = []
        values: dict[int, AttributeValue] = {}
        for number, wire, value in self._reader.read_fields(content):
            if number == 1:
                name = _text(wire, value)
            elif number == 2:
                values[1] = float(read_floats(_fixed(wire, Wire.FIXED32, value), "<f4")[0])
            elif number == 3:
                values[2] = _integer(wire, value)
            elif number == 4:
                values[3] = bytes(_bytes(wire, value)[:_MAX_NAME_BYTES]).decode("utf-8", "replace")
            elif number == 5:
                values[4] = self._parse_tensor(_bytes(wire, value))[1]
            elif number == 7:
                floats += [float(f) for f in self._read_floats(wire, value, "<f4")]
            elif number == 8:
                integers += self._reader.read_integers(value, wire)
            elif number == 20:
                kind = _integer(wire, value)
            elif number in (6, 9, 10, 11):
                raise self._unsupported_error("graphs or lists of texts inside an operation")
        # fields of the value 0 may be left out
        defaults: dict[int, AttributeValue] = {1: 0.0, 2: 0, 3: "", 6: tuple(floats), 7: tuple(integers)}
        if kind not in values and kind not in defaults:
            raise DamagedMessage
        return name, values[kind] if kind in values else defaults[kind]

    def _read_floats(self, wire: Wire, value: Value, dtype: str) -> AnyArray:
        if wire not in (Wire.BYTES, Wire.FIXED32, Wire.FIXED64):
            raise DamagedMessage
        return read_floats(value, dtype)

    def _parse_tensor(self, content: memoryview) -> tuple[str, AnyArray]:
        """Return name and content of a stored tensor."""
        name, kind = "", 0
        shape: list[int] = []
        raw: memoryview | None = None
        parts: list[AnyArray] = []
        for number, wire, value in self._reader.read_fields(content):
            if number == 1:
                shape += self._reader.read_integers(value, wire)
            elif number == 2:
                kind = _integer(wire, value)
            elif number in (4, 10):
                parts.append(self._read_floats(wire, value, "<f4" if number == 4 else "<f8"))
            elif number in (5, 7, 11):
                parts.append(np.array(self._reader.read_integers(value, wire), np.int64))
            elif number == 8:
                name = _text(wire, value)
            elif number == 9:
                raw = _bytes(wire, value)
            elif number == 13 or (number == 14 and _integer(wire, value)):
                raise self._unsupported_error("numbers in another file")
        if kind not in DTYPES:
            raise self._unsupported_error(f"numbers of the type {_TYPE_NAMES.get(kind, kind)}")
        dtype = np.dtype(DTYPES[kind])
        if len(shape) > _MAX_DIMENSIONS or any(n < 0 for n in shape):
            raise DamagedMessage
        count = math.prod(shape)
        if count > _MAX_NUMBERS:
            raise self._unsupported_error(f"a tensor of {count / 2**30 * dtype.itemsize:.1f} GB")
        if raw is None:
            raw = memoryview(_join_numbers(parts, dtype).tobytes())
        if len(raw) != count * dtype.itemsize:
            raise DamagedMessage
        if dtype.kind == "b":
            return name, np.frombuffer(raw, np.uint8).reshape(shape).astype(bool)
        # a copy: the numbers in the file do not begin where the processor reads fastest
        return name, np.frombuffer(raw, dtype).reshape(shape).astype(dtype.newbyteorder("="))

    def _parse_input(self, content: memoryview) -> tuple[str, tuple[str, tuple[int | None, ...]]]:
        """Return name, type and shape of an input or output; the type is empty if it is none of :data:`DTYPES`."""
        name = dtype = ""
        shape: list[int | None] = []
        for number, wire, value in self._reader.read_fields(content):
            if number == 1:
                name = _text(wire, value)
            elif number == 2:
                for tensor in self._messages(_bytes(wire, value), 1):
                    for inner, inner_wire, inner_value in self._reader.read_fields(tensor):
                        if inner == 1:
                            dtype = DTYPES.get(_integer(inner_wire, inner_value), "")
                        elif inner == 2:
                            dimensions = self._messages(_bytes(inner_wire, inner_value), 1)
                            shape = [self._parse_dimension(dimension) for dimension in dimensions]
        if not name:
            raise DamagedMessage
        return name, (dtype, tuple(shape))

    def _messages(self, content: memoryview, wanted: int) -> Iterator[memoryview]:
        """Yield the messages in the fields of one number."""
        for number, wire, value in self._reader.read_fields(content):
            if number == wanted:
                yield _bytes(wire, value)

    def _parse_dimension(self, content: memoryview) -> int | None:
        size = None
        for number, wire, value in self._reader.read_fields(content):
            if number == 1:
                size = _integer(wire, value)
        return size


def _join_numbers(parts: list[AnyArray], dtype: np.dtype[Any]) -> AnyArray:
    """Return numbers from typed fields in the type of their tensor. Raises :class:`DamagedMessage`."""
    numbers = np.concatenate(parts) if parts else np.zeros(0, dtype)
    if dtype == np.float16 and numbers.dtype == np.int64:
        if np.any(numbers >> 16):
            raise DamagedMessage
        return numbers.astype(np.uint16).view(np.float16)
    if numbers.dtype.kind == "f" and dtype.kind != "f":
        raise DamagedMessage
    converted = numbers.astype(dtype)
    if dtype.kind in "iu" and not np.array_equal(converted, numbers):
        raise DamagedMessage
    return converted


def _bytes(wire: Wire, value: Value) -> memoryview:
    return _fixed(wire, Wire.BYTES, value)


def _fixed(wire: Wire, expected: Wire, value: Value) -> memoryview:
    if wire is not expected or isinstance(value, int):
        raise DamagedMessage
    return value


def _integer(wire: Wire, value: Value) -> int:
    if wire is not Wire.VARINT or not isinstance(value, int):
        raise DamagedMessage
    return value - (1 << 64) if value >> 63 else value


def _text(wire: Wire, value: Value) -> str:
    content = _bytes(wire, value)
    if len(content) > _MAX_NAME_BYTES:
        raise DamagedMessage
    return bytes(content).decode("utf-8")
