# SPDX-License-Identifier: GPL-3.0-or-later
"""Leave out of a copy of a binary FBX file what a motion does not need: meshes, materials, images, other animations.

Blender before 4.5 imports FBX in Python, one object and one key after the other: a mesh, or twenty actions beside the
wanted one, take longer than the motion itself. Neighbouring objects that are left out become one object of an unknown
kind and of the same length, so that nothing in the file moves; their connections are left out in the same way. Bones,
what carries them, bind poses and clusters stay, and what they mean is left to the importer.

``fbx_child`` uses this without the package. Where a file is not as expected, one of :data:`ERRORS` is raised, and the
whole file is imported.

The layout of the file: code.blender.org/2013/08/fbx-binary-file-format-specification. How objects are connected, and
how actions are named: Blender's ``io_scene_fbx/import_fbx.py``.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

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
    """What animates one property of one object: its identity, the object's, and those of its curves."""

    identity: int
    model: int
    turns: bool
    curves: tuple[int, ...]


@dataclass
class Layer:
    """An animation layer, of which the importer makes an action for each object that it moves."""

    stack_name: str
    name: str
    nodes: list[Node] = field(default_factory=list)

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
        """Leave out the motion of all other layers, and whatever is no motion."""
        self._keep_nodes({node.identity for layer in kept for node in layer.nodes})

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
                turn = max(map(self._measure_change, node.curves), default=0.0) if node.turns else -1.0
                if skeleton not in best or turn > best[skeleton][0]:
                    best[skeleton] = turn, node.model
            models = {model for _, model in best.values()}
            kept.update(node.identity for node in layer.nodes if node.model in models)
        self._keep_nodes(kept)

    def _keep_nodes(self, kept: set[int]) -> None:
        """Leave out all animation but these nodes and their curves, and whatever is no motion."""
        curves = {
            c for layer in self.layers for node in layer.nodes if node.identity in kept for c in node.curves
        }
        removed = {
            identity
            for identity, record in self._objects.items()
            if record.name in _UNNEEDED or (record.name in _ANIMATION and identity not in kept | curves)
        }
        for start, end in _join(record for identity, record in self._objects.items() if identity in removed):
            identity_bytes = self._data[self._find_properties(start) : self._find_properties(start) + 9]
            self._overwrite(start, end, b"Removed", [bytes(identity_bytes), _text(b""), _text(b"")])
        for start, end in _join(
            link.record for link in self._links if link.source in removed or link.target in removed
        ):
            self._overwrite(start, end, b"C", [_text(b"")])

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
        curves: dict[int, list[int]] = {}
        models: dict[int, list[tuple[int, bytes]]] = {}
        stacks: dict[int, list[int]] = {}
        layers_of: dict[int, list[int]] = {}
        for link in self._links:
            source, target = self._kind(link.source), self._kind(link.target)
            if source == b"AnimationCurve" and target == b"AnimationCurveNode":
                curves.setdefault(link.target, []).append(link.source)
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
                    one = found.setdefault((stack, layer), Layer(self._names[stack], self._names[layer]))
                    one.nodes += [
                        Node(node, model, place == b"Lcl Rotation", tuple(curves.get(node, ())))
                        for model, place in targets
                    ]
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
        record = self._objects[curve]
        for child in self._list_records(record.children, record.end):
            if child.name == b"KeyValueFloat":
                values = self._read_array(child.properties)
                return max(values) - min(values) if values else 0.0
        return 0.0

    def _read_array(self, offset: int) -> array[float]:
        """Return an array of floats."""
        kind = chr(self._data[offset])
        count, is_packed, size = struct.unpack_from("<III", self._data, offset + 1)
        if kind not in ("f", "d"):
            raise ValueError("no numbers where those of a curve should be")
        values: array[float] = array("f" if kind == "f" else "d")
        length = count * values.itemsize
        if length > _MAX_CURVE_BYTES or offset + 13 + size > len(self._data):
            raise ValueError("a curve is too long")
        content = self._data[offset + 13 : offset + 13 + size]
        values.frombytes(zlib.decompressobj().decompress(content, length + 1) if is_packed else content)
        return values


@contextmanager
def open_content(path: Path) -> Iterator[FbxContent]:
    """Open a file whose content may be changed in place. Raises one of :data:`ERRORS`."""
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as data:
        yield FbxContent(data)


def _text(text: bytes) -> bytes:
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
