# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of a glTF 2.0 file: its JSON document, its buffers, and accessors as NumPy arrays.

Khronos Group, "glTF 2.0 Specification", 2021. Buffers have to be inside the file (a binary chunk or base64); no other
file is opened. Files may be hostile: every index, size and number is checked before it is used.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from typing import Any

import numpy as np

from ..errors import FormatError
from ..rotations import Array

MAX_BYTES = 2**28
"""Largest file."""

MAX_ENTRIES = 2_000_000
"""Entries of lists and objects in the JSON document: a small text of empty lists would otherwise take gigabytes."""

_COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_FLOAT = 5126
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


def load_document(raw: bytes) -> GltfDocument:
    """Parse the bytes of a .glb or .gltf file.

    Raises :class:`FormatError` for what is not supported; ``ValueError``, ``TypeError``, ``KeyError``,
    ``RecursionError`` or ``struct.error`` if the file is damaged.
    """
    blob = b""
    if raw[:4] == b"glTF":
        raw, blob = _split_chunks(raw)
    if sum(raw.count(sign) for sign in (b",", b"{", b"[")) > MAX_ENTRIES:
        raise FormatError("its JSON has more than {limit} entries", limit=MAX_ENTRIES)
    content = json.loads(raw.decode("utf-8-sig"))
    if not isinstance(content, dict):
        raise ValueError("the JSON is not an object")
    return GltfDocument(content, blob)


def _split_chunks(raw: bytes) -> tuple[bytes, bytes]:
    """Return the JSON chunk and the binary chunk of a .glb file."""
    _, version, length = struct.unpack_from("<4sII", raw)
    if version != 2 or length > len(raw):
        raise ValueError("the file is cut short or of another version")
    chunks = {b"JSON": b"", b"BIN\0": b""}
    offset = 12
    while offset + 8 <= length:
        size, kind = struct.unpack_from("<I4s", raw, offset)
        if offset + 8 + size > length:
            raise ValueError("a chunk is cut short")
        if kind in chunks and not chunks[kind]:
            chunks[kind] = raw[offset + 8 : offset + 8 + size]
        offset += 8 + size
    return chunks[b"JSON"], chunks[b"BIN\0"]


class GltfDocument:
    """A parsed glTF document with its buffers."""

    def __init__(self, content: dict[str, Any], blob: bytes) -> None:
        """Decode all buffers of the JSON object ``content``; ``blob`` is the binary chunk."""
        self.content = content
        self._buffers = [_decode_buffer(buffer, blob) for buffer in self.get_list("buffers")]

    def get_list(self, key: str) -> list[Any]:
        """Return the top-level list ``key``, empty if there is none. Raises ``TypeError`` if it is not a list."""
        values = self.content.get(key, [])
        if not isinstance(values, list):
            raise TypeError(f"{key} is not a list")
        return values

    def get_item(self, key: str, index: Any) -> dict[str, Any]:
        """Return the object at ``index`` of the list ``key``. Raises ``ValueError`` or ``TypeError``."""
        items = self.get_list(key)
        item = items[check_index(index, len(items))]
        if not isinstance(item, dict):
            raise TypeError(f"an entry of {key} is not an object")
        return item

    def count_numbers(self, index: Any) -> int:
        """Return how many numbers an accessor claims, without reading them. Raises ``ValueError`` or ``KeyError``."""
        accessor = self.get_item("accessors", index)
        return _check_size(accessor["count"]) * _WIDTHS[accessor["type"]]

    def read_accessor(self, index: Any) -> Array:
        """Return the values (N, C) of an accessor as floats.

        Raises :class:`FormatError` for sparse accessors, ``ValueError`` if the accessor is wrong or its values are not
        finite.
        """
        accessor = self.get_item("accessors", index)
        kind, width, count = accessor["componentType"], _WIDTHS[accessor["type"]], accessor["count"]
        dtype = np.dtype(_COMPONENTS[kind])
        if "sparse" in accessor or "bufferView" not in accessor:
            raise FormatError("it uses sparse accessors")
        view = self.get_item("bufferViews", accessor["bufferView"])
        if any("compression" in str(name) for name in view.get("extensions", ())):
            # its place in the buffer is that of packed bytes, or of nothing
            raise FormatError("its data is compressed by an extension, export it without compression")
        data = self._buffers[check_index(view["buffer"], len(self._buffers))]
        start = _check_size(view.get("byteOffset", 0)) + _check_size(accessor.get("byteOffset", 0))
        size = dtype.itemsize * width
        stride = _check_size(view.get("byteStride", size)) or size
        count = _check_size(count)
        end = _check_size(view.get("byteOffset", 0)) + _check_size(view["byteLength"])
        if count == 0 or stride < size or start + stride * (count - 1) + size > min(end, len(data)):
            raise ValueError("an accessor reaches beyond its data")
        values = np.ndarray((count, width), dtype, data, start, (stride, dtype.itemsize)).astype(float)
        if kind != _FLOAT and accessor.get("normalized"):
            values = np.maximum(values / np.iinfo(dtype).max, -1.0)
        if not np.all(np.isfinite(values)):
            raise ValueError("it holds numbers that are not finite")
        return values


def _decode_buffer(buffer: dict[str, Any], blob: bytes) -> bytes:
    """Return the bytes of a buffer: ``blob`` for one without a URI, else its base64 data."""
    uri = buffer.get("uri")
    if uri is None:
        return blob
    head, comma, body = str(uri).partition(",")
    if not (comma and head.startswith("data:") and head.endswith(";base64")):
        raise FormatError("its data is in another file, export it as .glb")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ValueError(f"a buffer is not base64: {error}") from None


def check_index(value: Any, count: int) -> int:
    """Return ``value`` if it is an index into ``count`` items. Raises ``ValueError``."""
    if type(value) is not int or not 0 <= value < count:
        raise ValueError("it refers to something that is not there")
    return value


def _check_size(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_BYTES:
        raise ValueError("a size or an offset is not possible")
    return value
