# SPDX-License-Identifier: GPL-3.0-or-later
"""Writer of glTF 2.0: a skeleton with one animation for each motion, as a .glb for Blender, engines and viewers."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError
from ..motion import Motion
from ..rotations import Array
from .atomic_write import write_atomic


def write_gltf(motions: Sequence[Motion], path: Path) -> None:
    """Write motions of one skeleton as a .glb file: rotations of all joints, translation of the root.

    Metres, Y up, facing +Z, as glTF defines. The skin's bind pose is the rest pose with the root at its first position
    in the first motion. Raises :class:`FormatError` if the motions' skeletons differ, ``OSError`` if the file can't be
    written.
    """
    raw = pack_gltf(motions)
    write_atomic(Path(path), lambda file: file.write(raw))


def pack_gltf(motions: Sequence[Motion]) -> bytes:
    """Return the bytes of the .glb file that :func:`write_gltf` writes. Raises :class:`FormatError`."""
    if not motions:
        raise FormatError("There is no motion to write")
    skeleton = motions[0].skeleton
    for other in (motion.skeleton for motion in motions[1:]):
        if other.joint_names != skeleton.joint_names or not np.allclose(
            other.rest_offsets, skeleton.rest_offsets
        ):
            raise FormatError("The motions have different skeletons: write each to a file of its own")
    data = _BinaryChunk()
    animations = [_build_animation(motion, k, data) for k, motion in enumerate(motions)]
    start = motions[0].root_translation[0]
    bind = np.tile(np.eye(4), (len(skeleton), 1, 1))
    bind[:, :3, 3] = -(skeleton.rest_positions + start)
    nodes: list[dict[str, Any]] = []
    for joint, name in enumerate(skeleton.joint_names):
        position = start if joint == 0 else skeleton.rest_offsets[joint]
        node: dict[str, Any] = {"name": name, "translation": [float(v) for v in position]}
        if skeleton.children[joint]:
            node["children"] = list(skeleton.children[joint])
        nodes.append(node)
    inverse = data.add_accessor(bind.transpose(0, 2, 1).reshape(-1, 16), "MAT4")
    document = {
        "asset": {"version": "2.0", "generator": "Kinescribe"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": nodes,
        "skins": [{"joints": list(range(len(nodes))), "skeleton": 0, "inverseBindMatrices": inverse}],
        "animations": animations,
        "accessors": data.accessors,
        "bufferViews": data.views,
        "buffers": [{"byteLength": len(data.content)}],
    }
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    total = 12 + 8 + len(text) + 8 + len(data.content)
    return b"".join([
        struct.pack("<4sII", b"glTF", 2, total),
        struct.pack("<I4s", len(text), b"JSON"), text,
        struct.pack("<I4s", len(data.content), b"BIN\0"), bytes(data.content),
    ])  # fmt: skip


class _BinaryChunk:
    """The binary chunk, and the buffer views and accessors that describe its content."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def add_accessor(self, values: Array, accessor_type: str) -> int:
        """Append floats (N, C) as an accessor of type ``accessor_type``. Return the accessor's index."""
        floats = np.ascontiguousarray(values, dtype="<f4").reshape(len(values), -1)
        self.views.append({"buffer": 0, "byteOffset": len(self.content), "byteLength": floats.nbytes})
        self.content += floats.tobytes()
        accessor: dict[str, Any] = {
            "bufferView": len(self.views) - 1, "componentType": 5126, "count": len(floats), "type": accessor_type,
        }  # fmt: skip
        if accessor_type == "SCALAR":
            accessor |= {"min": [float(floats.min())], "max": [float(floats.max())]}
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def _build_animation(motion: Motion, number: int, data: _BinaryChunk) -> dict[str, Any]:
    """Return the animation object of a motion, the ``number``-th (from 0) of the file; its keys go into ``data``."""
    times = data.add_accessor(np.arange(len(motion)) / motion.fps, "SCALAR")
    outputs = [("rotation", j, data.add_accessor(np.roll(motion.local_rotations[:, j], -1, axis=-1), "VEC4"))
               for j in range(len(motion.skeleton))]  # fmt: skip
    outputs.append(("translation", 0, data.add_accessor(motion.root_translation, "VEC3")))
    return {
        "name": motion.provenance.prompt[:60] or f"motion {number + 1}",
        "samplers": [{"input": times, "output": out, "interpolation": "LINEAR"} for _, _, out in outputs],
        "channels": [
            {"sampler": k, "target": {"node": joint, "path": path}}
            for k, (path, joint, _) in enumerate(outputs)
        ],
    }
