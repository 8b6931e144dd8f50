# SPDX-License-Identifier: GPL-3.0-or-later
"""Good files as large as they are taken, and the next size up: what they cost is measured, the others are refused.

``python -m devtools.fuzz.fuzz_large NAME FILE`` makes one of these, or one of those that are built to take much, in a
process of its own: the memory that it takes would be counted with the reader's.
"""

from __future__ import annotations

import base64
import io
import json
import math
import random
import struct
import sys
import zipfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .fuzz_damage import MONSTERS

_PERIOD = 1000
"""Frames after which the numbers begin again: to make ten million others would take longer than to read them."""


def _fingers(side: str) -> Iterator[tuple[str, str, float]]:
    """Five chains of four joints and a palm: name, parent, and metres from it to the side."""
    for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky"):
        before = f"{side}Hand"
        for k in range(1, 5):
            yield f"{side}Hand{finger}{k}", before, 0.03
            before = f"{side}Hand{finger}{k}"


def body(joints: int) -> list[tuple[str, int, tuple[float, float, float]]]:
    """Names, parents and offsets (metres, Y up) of a body: 20 joints, then fingers, then props on the hips."""
    chain = [
        ("Hips", "", (0.0, 0.95, 0.0)), ("Spine", "Hips", (0.0, 0.1, 0.0)), ("Spine1", "Spine", (0.0, 0.15, 0.0)),
        ("Neck", "Spine1", (0.0, 0.25, 0.0)), ("Neck1", "Neck", (0.0, 0.05, 0.0)),
        ("Head", "Neck1", (0.0, 0.05, 0.0)),
    ]  # fmt: skip
    for side, x in (("Left", 1.0), ("Right", -1.0)):
        chain += [
            (f"{side}UpLeg", "Hips", (0.1 * x, -0.05, 0.0)), (f"{side}Leg", f"{side}UpLeg", (0.0, -0.42, 0.0)),
            (f"{side}Foot", f"{side}Leg", (0.0, -0.42, 0.0)),
            (f"{side}Shoulder", "Spine1", (0.05 * x, 0.2, 0.0)),
            (f"{side}Arm", f"{side}Shoulder", (0.12 * x, 0.0, 0.0)),
            (f"{side}ForeArm", f"{side}Arm", (0.28 * x, 0.0, 0.0)),
            (f"{side}Hand", f"{side}ForeArm", (0.26 * x, 0.0, 0.0)),
        ]  # fmt: skip
    for side, x in (("Left", 1.0), ("Right", -1.0)):
        chain += [(name, parent, (x * out, 0.0, 0.0)) for name, parent, out in _fingers(side)]
    chain += [(f"Prop{k}", "Hips", (0.0, 0.05, 0.1)) for k in range(joints)]
    chain = chain[:joints]
    places = {name: k for k, (name, _, _) in enumerate(chain)}
    return [(name, places.get(parent, -1), offset) for name, parent, offset in chain]


def _bvh(frames: int, joints: int, filler: int = 0) -> Iterator[bytes]:
    """Centimetres, six decimals, three channels a joint and six at the hips, as motion capture is exported."""
    chain, lines = body(joints), ["HIERARCHY"]
    children: dict[int, list[int]] = {}
    for k, (_, parent, _) in enumerate(chain):
        children.setdefault(parent, []).append(k)

    def write(k: int, depth: int) -> None:
        name, parent, offset = chain[k]
        pad = "  " * depth
        turns = "Zrotation Yrotation Xrotation"
        channels = f"3 {turns}" if parent >= 0 else f"6 Xposition Yposition Zposition {turns}"
        lines.extend([
            f"{pad}{'JOINT' if parent >= 0 else 'ROOT'} {name}", pad + "{",
            f"{pad}  OFFSET " + " ".join(f"{100 * v:.6f}" for v in offset), f"{pad}  CHANNELS {channels}",
        ])  # fmt: skip
        for child in children.get(k, []):
            write(child, depth + 1)
        if k not in children:
            lines.extend([f"{pad}  End Site", pad + "  {", f"{pad}    OFFSET 0.0 2.0 0.0", pad + "  }"])
        lines.append(pad + "}")

    write(0, 0)
    rng = random.Random(frames)
    phases = [rng.uniform(0.0, math.tau) for _ in range(3 * joints)]
    rows = [
        " ".join(
            f"{v:.6f}" for v in [0.1 * t, 95.0, 0.2 * t, *(20 * math.sin(t / 40 + phase) for phase in phases)]
        )
        for t in range(min(frames, _PERIOD))
    ]
    block = ("\n".join(rows) + "\n").encode()
    yield "\n".join([*lines, "MOTION", f"Frames: {frames}", "Frame Time: 0.008333", ""]).encode()
    yield from (block for _ in range(frames // _PERIOD))
    yield ("\n".join(rows[: frames % _PERIOD]) + "\n").encode()
    yield b"\n" * filler


def _gltf(frames: int, joints: int, as_text: bool = False) -> Iterator[bytes]:
    """A key at every frame of every joint, as exporters bake them."""
    chain, rng = body(joints), random.Random(frames)
    times = array("f", (t / 60.0 for t in range(frames))).tobytes()
    views, nodes, parts = [(0, len(times))], [], [times]
    channels, samplers = [], []
    accessors: list[dict[str, object]] = [
        {"bufferView": 0, "componentType": 5126, "count": frames, "type": "SCALAR"}
    ]
    at = len(times)
    for k, (name, _, offset) in enumerate(chain):
        children = [c for c, (_, parent, _) in enumerate(chain) if parent == k]
        nodes.append(
            {"name": name, "translation": list(offset), **({"children": children} if children else {})}
        )
        phase, turn = rng.uniform(0.0, math.tau), array("f")
        for t in range(_PERIOD):
            half = 0.2 * math.sin(t / 40 + phase)
            turn.extend((math.sin(half), 0.0, 0.0, math.cos(half)))
        data = (turn.tobytes() * (frames // _PERIOD + 1))[: 16 * frames]
        parts.append(data)
        views.append((at, len(data)))
        at += len(data)
        accessors.append(
            {"bufferView": len(views) - 1, "componentType": 5126, "count": frames, "type": "VEC4"}
        )
        channels.append({"sampler": k, "target": {"node": k, "path": "rotation"}})
        samplers.append({"input": 0, "output": len(accessors) - 1})
    buffer: dict[str, object] = {"byteLength": at}
    if as_text:
        packed = base64.b64encode(b"".join(parts)).decode("ascii")
        buffer["uri"] = "data:application/octet-stream;base64," + packed
    text = json.dumps({
        "asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": nodes, "accessors": accessors,
        "bufferViews": [{"buffer": 0, "byteOffset": start, "byteLength": size} for start, size in views],
        "animations": [{"channels": channels, "samplers": samplers}], "buffers": [buffer],
    }).encode()  # fmt: skip
    if as_text:
        yield text
        return
    text += b" " * (-len(text) % 4)
    yield struct.pack("<4sIII4s", b"glTF", 2, 28 + len(text) + at, len(text), b"JSON") + text
    yield struct.pack("<I4s", at, b"BIN\0")
    yield from parts


_STANDING = (
    (0.0, 0.95, 0.0), (0.1, 0.9, 0.0), (-0.1, 0.9, 0.0), (0.0, 1.05, 0.0), (0.1, 0.48, 0.0), (-0.1, 0.48, 0.0),
    (0.0, 1.18, 0.0), (0.1, 0.07, -0.02), (-0.1, 0.07, -0.02), (0.0, 1.25, 0.0), (0.1, 0.02, 0.11),
    (-0.1, 0.02, 0.11), (0.0, 1.45, 0.0), (0.07, 1.38, 0.0), (-0.07, 1.38, 0.0), (0.0, 1.55, 0.02),
    (0.18, 1.4, 0.0), (-0.18, 1.4, 0.0), (0.45, 1.4, 0.0), (-0.45, 1.4, 0.0), (0.7, 1.4, 0.0), (-0.7, 1.4, 0.0),
)  # fmt: skip
"""SMPL-X's 22 joints of a body in T-pose, metres."""


def _npz(kind: str, packed: bool, **shapes: tuple[int, ...]) -> Iterator[bytes]:
    """Arrays of noise, Kimodo's of a body that stands, in a zip; ``kind``: "f" or "d", single or double precision."""
    file, rng = io.BytesIO(), random.Random(0)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, shape in shapes.items():
            row = math.prod(shape[1:])
            # places have to follow rotations, where both are told: a body that stands still
            still = name == "posed_joints"
            numbers = [0.5 * rng.random() for _ in range(0 if still else row * _PERIOD)]
            if name == "posed_joints":
                numbers = [v for joint in _STANDING for v in joint]
            elif name == "global_rot_mats":
                numbers, still = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0] * (row // 9), True
            block = array(kind, numbers).tobytes() * (_PERIOD if still else 1)
            head = f"{{'descr': '<{'f4' if kind == 'f' else 'f8'}', 'fortran_order': False, 'shape': {shape}, }}\n"
            size = array(kind).itemsize * math.prod(shape)
            with archive.open(f"{name}.npy", "w") as member:
                member.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode())
                for start in range(0, size, len(block)):
                    member.write(block[: size - start])
    yield file.getvalue()


LARGE: dict[str, Callable[[], Iterable[bytes]]] = {
    "BVH, 20,000 frames of 75 joints": lambda: _bvh(20_000, 75),
    "BVH, 38,834 frames of 75 joints": lambda: _bvh(38_834, 75),
    "BVH, 160,000 frames of 20 joints": lambda: _bvh(160_000, 20),
    "glTF, 20,000 frames of 75 joints": lambda: _gltf(20_000, 75),
    "glTF, 53,333 frames of 75 joints": lambda: _gltf(53_333, 75),
    "glTF as text, 53,333 frames of 75 joints": lambda: _gltf(53_333, 75, as_text=True),
    "SMPL-X, 80,000 frames with fingers": lambda: _npz("f", True, poses=(80_000, 165), trans=(80_000, 3)),
    "SMPL-X, 200,000 frames": lambda: _npz("f", True, poses=(200_000, 165), trans=(200_000, 3)),
    "AMASS, 200,000 frames in double precision": lambda: _npz(
        "d", False, poses=(200_000, 156), trans=(200_000, 3)
    ),
    "Kimodo, 90,909 frames of 22 joints": lambda: _npz(
        "f", False, posed_joints=(90_909, 22, 3), global_rot_mats=(90_909, 22, 3, 3)
    ),
}
"""Good files, up to the largest that is read."""

BEYOND: dict[str, Callable[[], Iterable[bytes]]] = {
    "BVH, 38,835 frames of 75 joints": lambda: _bvh(38_835, 75),
    "BVH, 200,001 frames of 6 joints": lambda: _bvh(200_001, 6),
    "BVH of 260 MiB": lambda: _bvh(20_000, 75, filler=220 << 20),
    "glTF, 53,334 frames of 75 joints": lambda: _gltf(53_334, 75),
    "SMPL-X, 200,001 frames": lambda: _npz("f", True, poses=(200_001, 165), trans=(200_001, 3)),
    "SMPL-X, 200,000 frames in double precision": lambda: _npz(
        "d", False, poses=(200_000, 165), trans=(200_000, 3)
    ),
    "6 GB of zeros in 27 MB of AMASS": lambda: [MONSTERS["AMASS beyond"]()],
}
"""Good files that are too large: a sentence, at the cost of a look."""


def main(name: str, path: Path) -> None:
    """Make the file of this name."""
    with path.open("wb") as file:
        if name in MONSTERS:
            file.write(MONSTERS[name]())
        else:
            for part in {**LARGE, **BEYOND}[name]():
                file.write(part)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
