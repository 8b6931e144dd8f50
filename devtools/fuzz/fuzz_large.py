# SPDX-License-Identifier: GPL-3.0-or-later
"""Build good files of the largest size that is accepted, to measure what they cost, and larger ones, which are refused.

``python -m devtools.fuzz.fuzz_large NAME FILE`` builds one of these files or one of the hostile ones. It runs in a
process of its own because its memory would count as the reader's.
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

from .fuzz_common import CASES_OF_20_MB, RESULTS_OF_20_MB, build_common_file
from .fuzz_damage import HOSTILE_FILES

_REPEATED_FRAMES = 1000
"""Frames after which the numbers repeat: to compute ten million would take longer than to read them."""


def _finger_chains(side: str) -> Iterator[tuple[str, str, float]]:
    """Yield five finger chains of four joints: name, parent, and metres from the parent to the side."""
    for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky"):
        parent = f"{side}Hand"
        for k in range(1, 5):
            yield f"{side}Hand{finger}{k}", parent, 0.03
            parent = f"{side}Hand{finger}{k}"


def body_joints(joints: int) -> list[tuple[str, int, tuple[float, float, float]]]:
    """Return names, parents and offsets (metres, Y up) of a body: 20 joints, then fingers, then props on the hips."""
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
        chain += [(name, parent, (x * distance, 0.0, 0.0)) for name, parent, distance in _finger_chains(side)]
    chain += [(f"Prop{k}", "Hips", (0.0, 0.05, 0.1)) for k in range(joints)]
    chain = chain[:joints]
    indices = {name: k for k, (name, _, _) in enumerate(chain)}
    return [(name, indices.get(parent, -1), offset) for name, parent, offset in chain]


def bvh_parts(frames: int, joints: int, filler: int = 0) -> Iterator[bytes]:
    """Yield the parts of a BVH file in centimetres, with six decimals, three channels per joint and six for the hips.

    Parameters
    ----------
    frames, joints : int
        Size of the motion.
    filler : int
        Line feeds at the end, to reach a size in bytes.
    """
    chain, lines = body_joints(joints), ["HIERARCHY"]
    children: dict[int, list[int]] = {}
    for k, (_, parent, _) in enumerate(chain):
        children.setdefault(parent, []).append(k)

    def write_joint(k: int, depth: int) -> None:
        name, parent, offset = chain[k]
        pad = "  " * depth
        rotation_channels = "Zrotation Yrotation Xrotation"
        channels = (
            f"3 {rotation_channels}"
            if parent >= 0
            else f"6 Xposition Yposition Zposition {rotation_channels}"
        )
        lines.extend([
            f"{pad}{'JOINT' if parent >= 0 else 'ROOT'} {name}", pad + "{",
            f"{pad}  OFFSET " + " ".join(f"{100 * v:.6f}" for v in offset), f"{pad}  CHANNELS {channels}",
        ])  # fmt: skip
        for child in children.get(k, []):
            write_joint(child, depth + 1)
        if k not in children:
            lines.extend([f"{pad}  End Site", pad + "  {", f"{pad}    OFFSET 0.0 2.0 0.0", pad + "  }"])
        lines.append(pad + "}")

    write_joint(0, 0)
    rng = random.Random(frames)
    phases = [rng.uniform(0.0, math.tau) for _ in range(3 * joints)]
    rows = [
        " ".join(
            f"{v:.6f}" for v in [0.1 * t, 95.0, 0.2 * t, *(20 * math.sin(t / 40 + phase) for phase in phases)]
        )
        for t in range(min(frames, _REPEATED_FRAMES))
    ]
    block = ("\n".join(rows) + "\n").encode()
    yield "\n".join([*lines, "MOTION", f"Frames: {frames}", "Frame Time: 0.008333", ""]).encode()
    yield from (block for _ in range(frames // _REPEATED_FRAMES))
    yield ("\n".join(rows[: frames % _REPEATED_FRAMES]) + "\n").encode()
    yield b"\n" * filler


def gltf_parts(frames: int, joints: int, as_text: bool = False) -> Iterator[bytes]:
    """Yield the parts of a .glb (``as_text``: .gltf) with a key at every frame of every joint, as exported."""
    chain, rng = body_joints(joints), random.Random(frames)
    times = array("f", (t / 60.0 for t in range(frames))).tobytes()
    views, nodes, parts = [(0, len(times))], [], [times]
    channels, samplers = [], []
    accessors: list[dict[str, object]] = [
        {"bufferView": 0, "componentType": 5126, "count": frames, "type": "SCALAR"}
    ]
    total_size = len(times)
    for k, (name, _, offset) in enumerate(chain):
        children = [c for c, (_, parent, _) in enumerate(chain) if parent == k]
        nodes.append(
            {"name": name, "translation": list(offset), **({"children": children} if children else {})}
        )
        phase, rotations = rng.uniform(0.0, math.tau), array("f")
        for t in range(_REPEATED_FRAMES):
            half = 0.2 * math.sin(t / 40 + phase)
            rotations.extend((math.sin(half), 0.0, 0.0, math.cos(half)))
        data = (rotations.tobytes() * (frames // _REPEATED_FRAMES + 1))[: 16 * frames]
        parts.append(data)
        views.append((total_size, len(data)))
        total_size += len(data)
        accessors.append(
            {"bufferView": len(views) - 1, "componentType": 5126, "count": frames, "type": "VEC4"}
        )
        channels.append({"sampler": k, "target": {"node": k, "path": "rotation"}})
        samplers.append({"input": 0, "output": len(accessors) - 1})
    buffer: dict[str, object] = {"byteLength": total_size}
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
    yield struct.pack("<4sIII4s", b"glTF", 2, 28 + len(text) + total_size, len(text), b"JSON") + text
    yield struct.pack("<I4s", total_size, b"BIN\0")
    yield from parts


_VMD_BONES = (
    "センター", "グルーブ", "上半身", "上半身2", "首", "頭", "下半身",
    *(
        side + bone
        for side in "左右"
        for bone in ("肩", "腕", "ひじ", "手首", "足", "ひざ", "足首", "足ＩＫ", "つま先ＩＫ")
    ),
)  # fmt: skip


def vmd_parts(frames: int) -> Iterator[bytes]:
    """Yield the parts of a VMD file with a key of every bone at every frame, with curves that are no lines."""
    yield b"Vocaloid Motion Data 0002".ljust(50, b"\0") + struct.pack("<I", frames * len(_VMD_BONES))
    curves = bytes((40, 40, 40, 40, 0, 0, 0, 0, 80, 80, 80, 80, 127, 127, 127, 127)) * 4
    for k, bone in enumerate(_VMD_BONES):
        name = bone.encode("cp932")[:15].ljust(15, b"\0")
        for t in range(frames):
            half = 0.2 * math.sin(t / 40 + k)
            rotation = (math.sin(half), 0.0, 0.0, math.cos(half))
            yield name + struct.pack("<I3f4f", t, 0.0, 0.1 * math.sin(t / 30), 0.0, *rotation) + curves


_STANDING_POSITIONS = (
    (0.0, 0.95, 0.0), (0.1, 0.9, 0.0), (-0.1, 0.9, 0.0), (0.0, 1.05, 0.0), (0.1, 0.48, 0.0), (-0.1, 0.48, 0.0),
    (0.0, 1.18, 0.0), (0.1, 0.07, -0.02), (-0.1, 0.07, -0.02), (0.0, 1.25, 0.0), (0.1, 0.02, 0.11),
    (-0.1, 0.02, 0.11), (0.0, 1.45, 0.0), (0.07, 1.38, 0.0), (-0.07, 1.38, 0.0), (0.0, 1.55, 0.02),
    (0.18, 1.4, 0.0), (-0.18, 1.4, 0.0), (0.45, 1.4, 0.0), (-0.45, 1.4, 0.0), (0.7, 1.4, 0.0), (-0.7, 1.4, 0.0),
)  # fmt: skip
"""SMPL-X's 22 joints of a body in T-pose, metres."""


def _npz_parts(kind: str, compressed: bool, **shapes: tuple[int, ...]) -> Iterator[bytes]:
    """Yield a .npz of random arrays; positions are those of a standing body.

    Parameters
    ----------
    kind : str
        "f" or "d": single or double precision.
    compressed : bool
        Whether the zip is compressed.
    **shapes
        Shape of each array by name.
    """
    file, rng = io.BytesIO(), random.Random(0)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        for name, shape in shapes.items():
            row = math.prod(shape[1:])
            # positions have to agree with rotations if both are stored: a body that stands still
            is_still = name == "posed_joints"
            numbers = [0.5 * rng.random() for _ in range(0 if is_still else row * _REPEATED_FRAMES)]
            if name == "posed_joints":
                numbers = [v for joint in _STANDING_POSITIONS for v in joint]
            elif name == "global_rot_mats":
                numbers, is_still = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0] * (row // 9), True
            block = array(kind, numbers).tobytes() * (_REPEATED_FRAMES if is_still else 1)
            head = f"{{'descr': '<{'f4' if kind == 'f' else 'f8'}', 'fortran_order': False, 'shape': {shape}, }}\n"
            size = array(kind).itemsize * math.prod(shape)
            with archive.open(f"{name}.npy", "w") as member:
                member.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode())
                for start in range(0, size, len(block)):
                    member.write(block[: size - start])
    yield file.getvalue()


COMMON_FILES: dict[str, Callable[[], Iterable[bytes]]] = {
    "BVH of 20 MB, 75 joints": lambda: bvh_parts(8_600, 75),
    "BVH of 20 MB, 20 joints": lambda: bvh_parts(31_000, 20),
    "glTF of 20 MB, 75 joints": lambda: gltf_parts(16_500, 75),
    "glTF as text of 20 MB, 75 joints": lambda: gltf_parts(12_400, 75, as_text=True),
    "SMPL-X of 20 MB": lambda: _npz_parts("f", False, poses=(29_700, 165), trans=(29_700, 3)),
    "AMASS of 20 MB in double precision": lambda: _npz_parts(
        "d", False, poses=(15_700, 156), trans=(15_700, 3)
    ),
    "Kimodo of 20 MB": lambda: _npz_parts(
        "f", False, posed_joints=(18_900, 22, 3), global_rot_mats=(18_900, 22, 3, 3)
    ),
    "VMD of 20 MB": lambda: vmd_parts(7_200),
}
"""Good files of 20 MB, as people have them."""

COMMON_NAMES = (*COMMON_FILES, *CASES_OF_20_MB, *RESULTS_OF_20_MB)
"""All good files of 20 MB: each is read within two seconds of processor time."""

LARGE_FILES: dict[str, Callable[[], Iterable[bytes]]] = {
    **COMMON_FILES,
    "BVH, 20,000 frames of 75 joints": lambda: bvh_parts(20_000, 75),
    "BVH, 38,834 frames of 75 joints": lambda: bvh_parts(38_834, 75),
    "BVH, 160,000 frames of 20 joints": lambda: bvh_parts(160_000, 20),
    "glTF, 20,000 frames of 75 joints": lambda: gltf_parts(20_000, 75),
    "glTF, 53,333 frames of 75 joints": lambda: gltf_parts(53_333, 75),
    "glTF as text, 53,333 frames of 75 joints": lambda: gltf_parts(53_333, 75, as_text=True),
    "SMPL-X, 80,000 frames with fingers": lambda: _npz_parts(
        "f", True, poses=(80_000, 165), trans=(80_000, 3)
    ),
    "SMPL-X, 200,000 frames": lambda: _npz_parts("f", True, poses=(200_000, 165), trans=(200_000, 3)),
    "AMASS, 200,000 frames in double precision": lambda: _npz_parts(
        "d", False, poses=(200_000, 156), trans=(200_000, 3)
    ),
    "Kimodo, 90,909 frames of 22 joints": lambda: _npz_parts(
        "f", False, posed_joints=(90_909, 22, 3), global_rot_mats=(90_909, 22, 3, 3)
    ),
}
"""Good files, up to the largest that is accepted."""

TOO_LARGE_FILES: dict[str, Callable[[], Iterable[bytes]]] = {
    "BVH, 38,835 frames of 75 joints": lambda: bvh_parts(38_835, 75),
    "BVH, 200,001 frames of 6 joints": lambda: bvh_parts(200_001, 6),
    "BVH of 260 MiB": lambda: bvh_parts(20_000, 75, filler=220 << 20),
    "glTF, 53,334 frames of 75 joints": lambda: gltf_parts(53_334, 75),
    "SMPL-X, 200,001 frames": lambda: _npz_parts("f", True, poses=(200_001, 165), trans=(200_001, 3)),
    "SMPL-X, 200,000 frames in double precision": lambda: _npz_parts(
        "d", False, poses=(200_000, 165), trans=(200_000, 3)
    ),
    "6 GB of zeros in 27 MB of AMASS": lambda: [HOSTILE_FILES["AMASS beyond"]()],
}
"""Good files that are too large: refused with an error after a look at the head."""


def main(name: str, path: Path) -> None:
    """Build the file of this name."""
    if name in CASES_OF_20_MB or name in RESULTS_OF_20_MB:
        build_common_file(name, path)
        return
    with path.open("wb") as file:
        if name in HOSTILE_FILES:
            file.write(HOSTILE_FILES[name]())
        else:
            for part in {**LARGE_FILES, **TOO_LARGE_FILES}[name]():
                file.write(part)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
