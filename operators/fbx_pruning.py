# SPDX-License-Identifier: GPL-3.0-or-later
"""Leave out of a copy of a binary FBX file what a motion does not need: meshes, materials, images, other animations.

Blender before 4.5 imports FBX in Python, one object and one key after the other: a mesh, or twenty actions beside the
wanted one, take longer than the motion itself. Neighbouring objects that are left out become one object of an unknown
kind and of the same length, so that nothing in the file moves; their connections are left out in the same way. Bones,
what carries them, bind poses and clusters stay, and what they mean is left to the importer.

``fbx_child`` uses this without the package and without ``bpy``. Where a file is not as expected, one of
:data:`ERRORS` is raised, and the whole file is imported.

The layout of the file: code.blender.org/2013/08/fbx-binary-file-format-specification. How objects are connected, and
how actions are named: Blender's ``io_scene_fbx/import_fbx.py``.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ERRORS = (ValueError, IndexError, KeyError, OSError, struct.error, zlib.error)
"""What a file raises that is damaged or laid out in another way."""

_MAGIC = b"Kaydara FBX Binary  \x00\x1a\x00"
_FIRST_RECORD = 27
_WIDE_VERSION = 7500
"""From here on sizes have eight bytes."""

_UNNEEDED = frozenset((b"Geometry", b"Material", b"Texture", b"Video"))
_ANIMATION = frozenset((b"AnimationCurveNode", b"AnimationCurve"))
_BONES = frozenset((b"LimbNode", b"Limb"))
_PLACE = b"Lcl "
"""The properties that place an object in the one above it begin so."""

_AXES = (b"d|X", b"d|Y", b"d|Z")
_SAME = 1e-5
"""Largest difference of two places in their own size, or in the file's units."""

_TURN = 1.0
"""Degrees by which a bone has to turn to stand for the motion of its skeleton."""

_MAX_CURVE_BYTES = 2**26
_MAX_NAME = 63
"""Bytes of a name in Blender."""


class Record(NamedTuple):
    """A record of the file: its name, and the offsets of its parts."""

    name: bytes
    start: int
    properties: int
    property_count: int
    children: int
    end: int


class Link(NamedTuple):
    """A connection of two objects, and the property of the second one that it leads to."""

    record: Record
    source: int
    target: int
    property: bytes


class Node(NamedTuple):
    """What animates one property of one object: its identity, the object's, and those of its curves by axis."""

    identity: int
    model: int
    place: bytes
    curves: tuple[tuple[int, bytes], ...]

    @property
    def is_rotation(self) -> bool:
        """Whether it animates the object's rotation."""
        return self.place == b"Lcl Rotation"


class Layer(NamedTuple):
    """An animation layer, of which the importer makes an action for each object that it moves."""

    stack_name: str
    name: str
    nodes: list[Node]

    def name_action(self, rig: str) -> str:
        """Return the name that the importer gives to the action of an armature."""
        parts = [rig, self.stack_name] + ([self.name] if self.name != self.stack_name else [])
        return "|".join(parts).encode()[:_MAX_NAME].decode(errors="ignore")


class FbxContent:
    """The objects of a binary FBX file in memory that may be changed."""

    def __init__(self, data: mmap.mmap | bytearray) -> None:
        """Read which objects there are, and how they are connected. Raises one of :data:`ERRORS`."""
        if data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("no binary FBX")
        self._data = data
        version = struct.unpack_from("<I", data, len(_MAGIC))[0]
        self._head = struct.Struct("<QQQB" if version >= _WIDE_VERSION else "<IIIB")
        top = {record.name: record for record in self._list_records(_FIRST_RECORD, len(data))}
        self._objects: dict[int, Record] = {}
        self._names: dict[int, str] = {}
        self._bones: set[int] = set()
        for record in self._list_records(top[b"Objects"].children, top[b"Objects"].end):
            identity, name, kind = self._read_identity(record)
            self._objects[identity], self._names[identity] = record, name
            if record.name == b"Model" and kind in _BONES:
                self._bones.add(identity)
        records = self._list_records(top[b"Connections"].children, top[b"Connections"].end)
        self._links = [self._read_link(record) for record in records]
        self.layers = self._collect_layers()

    def keep_layers(self, kept: Iterable[Layer]) -> None:
        """Leave out the motion of all other layers, what stays where the object is anyway, and what is no motion."""
        nodes = [node for layer in kept for node in layer.nodes]
        turning = {node.model for node in nodes if node.is_rotation}
        # a node is left out for all its objects or none
        needed = {node.identity for node in nodes if node.model not in turning or not self._is_still(node)}
        self._keep_nodes(needed)

    def keep_one_bone_each(self) -> None:
        """Leave each layer one bone of each skeleton, one that turns if any does: enough to list the layers."""
        skeletons = self._find_skeletons()
        kept: set[int] = set()
        for layer in self.layers:
            best: dict[int, tuple[float, int]] = {}
            for node in layer.nodes:
                skeleton = skeletons.get(node.model)
                if skeleton is None or best.get(skeleton, (0.0, 0))[0] >= _TURN:
                    continue
                turn = -1.0
                if node.is_rotation:
                    turn = max((self._measure_change(curve) for curve, _ in node.curves), default=0.0)
                if skeleton not in best or turn > best[skeleton][0]:
                    best[skeleton] = turn, node.model
            models = {model for _, model in best.values()}
            kept.update(node.identity for node in layer.nodes if node.model in models)
        self._keep_nodes(kept)

    def _keep_nodes(self, kept: set[int]) -> None:
        """Leave out all animation but these nodes and their curves, and whatever is no motion."""
        curves = {
            c
            for layer in self.layers
            for node in layer.nodes
            if node.identity in kept
            for c, _ in node.curves
        }
        removed = {
            identity
            for identity, record in self._objects.items()
            if record.name in _UNNEEDED or (record.name in _ANIMATION and identity not in kept | curves)
        }
        for start, end in _join(record for identity, record in self._objects.items() if identity in removed):
            identity_bytes = self._data[self._find_properties(start) : self._find_properties(start) + 9]
            self._overwrite(
                start, end, b"Removed", [bytes(identity_bytes), _encode_text(b""), _encode_text(b"")]
            )
        for start, end in _join(
            link.record for link in self._links if link.source in removed or link.target in removed
        ):
            self._overwrite(start, end, b"C", [_encode_text(b"")])

    def _overwrite(self, start: int, end: int, name: bytes, properties: list[bytes]) -> None:
        """Make one record of this name of all bytes; too short a record stays as it is.

        Parameters
        ----------
        start, end : offsets
        name : of the record
        properties : the first ones as the file stores them; one of raw bytes follows
        """
        first = start + self._head.size + len(name)
        rest = first + sum(map(len, properties)) + 5
        if rest > end:
            return
        head = self._head.pack(end, len(properties) + 1, end - first, len(name)) + name
        self._data[start:rest] = head + b"".join(properties) + b"R" + struct.pack("<I", end - rest)

    def _list_records(self, start: int, end: int) -> Iterator[Record]:
        """Yield the records between two offsets, up to an empty one. Raises ``ValueError`` for impossible lengths."""
        size = self._head.size
        while start + size <= end:
            stop, count, length, name_length = self._head.unpack_from(self._data, start)
            if stop == 0:
                return
            properties = start + size + name_length
            children = properties + length
            if not start < children <= stop <= end:
                raise ValueError("a record is longer than what it is in")
            yield Record(
                bytes(self._data[start + size : properties]), start, properties, count, children, stop
            )
            start = stop

    def _find_properties(self, start: int) -> int:
        return start + self._head.size + self._data[start + self._head.size - 1]

    def _read_identity(self, record: Record) -> tuple[int, str, bytes]:
        """Return identity, name and kind of an object."""
        if record.property_count < 3 or self._data[record.properties] != ord("L"):
            raise ValueError("an object without an identity")
        identity = struct.unpack_from("<q", self._data, record.properties + 1)[0]
        name, offset = self._read_text(record.properties + 9)
        kind, _ = self._read_text(offset)
        return identity, name.partition(b"\x00\x01")[0].decode("utf-8", "replace"), kind

    def _read_link(self, record: Record) -> Link:
        """Return a connection; of kinds that the importer does not know, one of nothing."""
        if record.property_count < 3:
            return Link(record, 0, 0, b"")
        kind, offset = self._read_text(record.properties)
        if self._data[offset] != ord("L") or self._data[offset + 9] != ord("L"):
            return Link(record, 0, 0, b"")
        source, target = (struct.unpack_from("<q", self._data, offset + k)[0] for k in (1, 10))
        named = kind == b"OP" and record.property_count > 3
        return Link(record, source, target, self._read_text(offset + 18)[0] if named else b"")

    def _read_text(self, offset: int) -> tuple[bytes, int]:
        """Return a text and the offset after it."""
        if self._data[offset] != ord("S"):
            raise ValueError("no text where one should be")
        end = offset + 5 + struct.unpack_from("<I", self._data, offset + 1)[0]
        if end > len(self._data):
            raise ValueError("a text is longer than the file")
        return bytes(self._data[offset + 5 : end]), end

    def _collect_layers(self) -> list[Layer]:
        """Return the layers that move any object."""
        curves: dict[int, list[tuple[int, bytes]]] = {}
        models: dict[int, list[tuple[int, bytes]]] = {}
        stacks: dict[int, list[int]] = {}
        layers_of: dict[int, list[int]] = {}
        for link in self._links:
            source, target = self._kind(link.source), self._kind(link.target)
            if source == b"AnimationCurve" and target == b"AnimationCurveNode":
                curves.setdefault(link.target, []).append((link.source, link.property))
            elif source == b"AnimationCurveNode" and target == b"Model" and link.property.startswith(_PLACE):
                models.setdefault(link.source, []).append((link.target, link.property))
            elif source == b"AnimationCurveNode" and target == b"AnimationLayer":
                layers_of.setdefault(link.source, []).append(link.target)
            elif source == b"AnimationLayer" and target == b"AnimationStack":
                stacks.setdefault(link.source, []).append(link.target)
        found: dict[tuple[int, int], Layer] = {}
        for node, targets in models.items():
            for layer in layers_of.get(node, ()):
                for stack in stacks.get(layer, ()):
                    one = found.setdefault((stack, layer), Layer(self._names[stack], self._names[layer], []))
                    one.nodes.extend(
                        Node(node, model, place, tuple(curves.get(node, ()))) for model, place in targets
                    )
        return list(found.values())

    def _kind(self, identity: int) -> bytes:
        record = self._objects.get(identity)
        return record.name if record else b""

    def _find_skeletons(self) -> dict[int, int]:
        """Return for each bone the object that carries the topmost bone above it."""
        above = {
            link.source: link.target
            for link in self._links
            if self._kind(link.source) == b"Model"
            and not link.property
            and self._kind(link.target) in (b"Model", b"")
        }
        carriers = {}
        for bone in self._bones:
            top, model, steps = bone, bone, 0
            while model in above and steps < len(above):
                model, steps = above[model], steps + 1
                top = model if model in self._bones else top
            carriers[bone] = above.get(top, 0)
        return carriers

    def _measure_change(self, curve: int) -> float:
        """Return the difference of the largest and the smallest value of a curve."""
        values = self._read_values(curve)
        return float(np.ptp(values)) if len(values) else 0.0

    def _is_still(self, node: Node) -> bool:
        """Return whether a node moves or scales an object to where the file has it without any animation."""
        place = None if node.is_rotation else self._read_place(node.model, node.place)
        if place is None:
            return False
        for curve, axis in node.curves:
            values = self._read_values(curve)
            if axis not in _AXES or not len(values):
                return False
            still = place[_AXES.index(axis)]
            if not np.abs(values - still).max() <= _SAME * max(1.0, abs(still)):
                return False
        return True

    def _read_place(self, model: int, name: bytes) -> tuple[float, ...] | None:
        """Return the three numbers of a property of an object; None if the file leaves them to its templates."""
        record = self._objects[model]
        for child in self._list_records(record.children, record.end):
            if child.name != b"Properties70":
                continue
            for one in self._list_records(child.children, child.end):
                if self._read_text(one.properties)[0] == name and self._data[one.children - 27] == ord("D"):
                    return struct.unpack_from("<xdxdxd", self._data, one.children - 27)
        return None

    def _read_values(self, curve: int) -> np.ndarray[Any, np.dtype[Any]]:
        """Return the values of a curve's keys."""
        record = self._objects[curve]
        for child in self._list_records(record.children, record.end):
            if child.name == b"KeyValueFloat":
                return self._read_array(child.properties)
        return np.zeros(0)

    def _read_array(self, offset: int) -> np.ndarray[Any, np.dtype[Any]]:
        """Return an array of floats."""
        kind = {"f": "<f4", "d": "<f8"}[chr(self._data[offset])]
        count, is_packed, size = struct.unpack_from("<III", self._data, offset + 1)
        length = count * np.dtype(kind).itemsize
        if length > _MAX_CURVE_BYTES or offset + 13 + size > len(self._data):
            raise ValueError("a curve is too long")
        content = self._data[offset + 13 : offset + 13 + size]
        if is_packed:
            content = zlib.decompressobj().decompress(content, length + 1)
        return np.frombuffer(content, kind)


@contextmanager
def open_content(path: Path) -> Iterator[FbxContent]:
    """Open a file whose content may be changed in place. Raises one of :data:`ERRORS`."""
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as data:
        yield FbxContent(data)


def _encode_text(text: bytes) -> bytes:
    """Return a text as the file stores it."""
    return b"S" + struct.pack("<I", len(text)) + text


def _join(records: Iterable[Record]) -> Iterator[tuple[int, int]]:
    """Yield where runs of neighbouring records begin and end; they come in the order of the file."""
    start = end = -1
    for record in records:
        if record.start != end:
            if end > 0:
                yield start, end
            start = record.start
        end = record.end
    if end > 0:
        yield start, end
