# SPDX-License-Identifier: GPL-3.0-or-later
"""Write ONNX files byte by byte, valid ones and others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from kinescribe.inference.ardy.text.onnx_file import parse_onnx
from kinescribe.inference.ardy.text.onnx_graph import OnnxGraph

CODES = {"f4": 1, "u1": 2, "i1": 3, "i2": 5, "i4": 6, "i8": 7, "b1": 9, "f2": 10, "f8": 11}


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number: int, value: int | bytes | str | float) -> bytes:
    """One field: a whole number, bytes, a text, or a floating point number in single precision."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + np.float32(value).tobytes()
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def tensor(name: str, values: Any) -> bytes:
    array = np.asarray(values)
    dims = b"".join(field(1, n) for n in array.shape)
    return dims + field(2, CODES[array.dtype.str[1:]]) + field(8, name) + field(9, array.tobytes())


def attribute(name: str, value: Any) -> bytes:
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    if isinstance(value, float):
        return field(1, name) + field(2, value) + field(20, 1)
    if isinstance(value, str):
        return field(1, name) + field(4, value) + field(20, 3)
    if isinstance(value, np.ndarray):
        return field(1, name) + field(5, tensor("", value)) + field(20, 4)
    return field(1, name) + b"".join(field(8, n) for n in value) + field(20, 7)


def node(
    operation: str, inputs: Sequence[str], outputs: Sequence[str], domain: str = "", **attributes: Any
) -> bytes:
    return b"".join(
        [
            *(field(1, name) for name in inputs),
            *(field(2, name) for name in outputs),
            field(4, operation),
            *(field(5, attribute(name, value)) for name, value in attributes.items()),
            field(7, domain),
        ]
    )


def value_info(name: str, code: int = 7, shape: Sequence[int | str] = (1, "sequence")) -> bytes:
    dims = b"".join(field(1, field(1, n) if isinstance(n, int) else field(2, n)) for n in shape)
    return field(1, name) + field(2, field(1, field(1, code) + field(2, dims)))


TEXT_INPUTS = tuple(value_info(name) for name in ("input_ids", "attention_mask", "token_type_ids"))


def model(
    nodes: Sequence[bytes],
    tensors: Mapping[str, Any] | None = None,
    inputs: Sequence[bytes] = TEXT_INPUTS,
    outputs: Sequence[str] = ("y",),
    version: int = 17,
    more: bytes = b"",
) -> bytes:
    """A whole file; ``more`` is put at the end of its graph."""
    graph = b"".join(
        [
            *(field(1, one) for one in nodes),
            *(field(5, tensor(name, values)) for name, values in (tensors or {}).items()),
            *(field(11, one) for one in inputs),
            *(field(12, value_info(name, 1)) for name in outputs),
            more,
        ]
    )
    return field(1, 8) + field(8, field(1, "") + field(2, version)) + field(7, graph)


def make_inputs(tokens: Any) -> dict[str, np.ndarray]:
    row = np.array([tokens], np.int64)
    return {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}


def make_graph(nodes: Any, tensors: Any = None, **options: Any) -> OnnxGraph:
    return OnnxGraph(parse_onnx(model(nodes, tensors, **options), Path("text_encoder.onnx")))


def compute(operation: str, *values: Any, version: int = 17, **attributes: Any) -> np.ndarray:
    """What one operation makes of some arrays, computed when it is run and not when it is read."""
    arrays = [np.asarray(value) for value in values]
    names = [f"x{i}" for i in range(len(arrays))]
    inputs = [
        value_info(name, CODES[a.dtype.str[1:]], a.shape) for name, a in zip(names, arrays, strict=True)
    ]
    graph = make_graph([node(operation, names, ["y"], **attributes)], inputs=inputs, version=version)
    return graph.run(dict(zip(names, arrays, strict=True)))[0]
