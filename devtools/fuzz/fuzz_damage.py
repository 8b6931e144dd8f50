# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to damage a good file, and files that are built to take memory, time, or the machine."""

from __future__ import annotations

import io
import json
import math
import pickle
import random
import struct
import zipfile
import zlib
from array import array
from collections.abc import Callable, Mapping

CANARY = b"@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@"
"""Stands for the path of a file that appears where code was run."""

_LENGTHS = (0, 1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1)
_WORDS = (
    b"nan",
    b"inf",
    b"-1",
    b"1e309",
    b"999999999999",
    b"0",
    b"",
    b"null",
    b"{}",
    b"true",
    b'"a"',
    b"1e-320",
)


def damaged(seeds: Mapping[str, bytes], rng: random.Random) -> tuple[str, bytes]:
    """The kind of a file that was good, and what is left of it; the same for the same state of ``rng``."""
    name = rng.choice(sorted(seeds))
    data = seeds[name]
    if data.startswith(b"PK") and rng.random() < 0.7:
        return name, _inside_zip(data, seeds, rng)
    if data.startswith(b"glTF") and rng.random() < 0.6:
        return name, _inside_glb(data, rng)
    return name, _hurt(data, seeds, rng)


def _hurt(data: bytes, seeds: Mapping[str, bytes], rng: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        if not found:
            break
        rng.choice(_WAYS)(found, seeds, rng)
    return bytes(found)


def _at(data: bytearray, rng: random.Random) -> int:
    """A place; heads, where what is meant is told, more often than their share."""
    return rng.randrange(min(len(data), 400) if rng.random() < 0.5 else len(data))


def _flip(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    for _ in range(rng.randint(1, 8)):
        data[_at(data, rng)] ^= 1 << rng.randrange(8)


def _set(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    data[_at(data, rng)] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))


def _cut(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    del data[_at(data, rng) :]


def _drop(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    at = _at(data, rng)
    del data[at : at + rng.randint(1, 200)]


def _double(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    at = _at(data, rng)
    part = data[at : at + rng.randint(1, 300)]
    data[at:at] = part * rng.choice((1, 2, 50))


def _length(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    form = rng.choice(("<H", "<I", "<I", "<Q", ">I"))
    number = rng.choice(_LENGTHS) if form != "<Q" else rng.choice((2**31, 2**40, 2**63 - 1, 2**63))
    packed = struct.pack(form, number & ((1 << 8 * struct.calcsize(form)) - 1))
    at = _at(data, rng)
    data[at : at + len(packed)] = packed


def _number(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    """A text's number becomes another."""
    digits = [i for i in range(_at(data, rng), min(len(data), 4000)) if 48 <= data[i] <= 57]
    if digits:
        start = end = digits[0]
        while end < len(data) and data[end] in b"0123456789.eE-":
            end += 1
        data[start:end] = rng.choice(_WORDS)


def _float(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    value = rng.choice((math.nan, math.inf, -math.inf, 1e30, 1e-30, -1.0, 0.0))
    packed = struct.pack(rng.choice(("<d", "<f")), value)
    at = _at(data, rng) & ~3
    data[at : at + len(packed)] = packed


def _other(data: bytearray, seeds: Mapping[str, bytes], rng: random.Random) -> None:
    other = seeds[rng.choice(sorted(seeds))]
    at, there = _at(data, rng), rng.randrange(len(other))
    data[at:] = other[there : there + 4000]


def _nest(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    part = rng.choice((b"(", b"[", b"]", b'{"a":', b"JOINT a\n{\n", b"\x8c\x00", b"2", b"(t", b"}"))
    at = _at(data, rng)
    data[at:at] = part * rng.choice((10, 1000, 5000))


def _evil(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    """A call into a pickle: before it, inside of it, in place of its end, or after it."""
    calls = (
        b"cos\nsystem\n(S'touch " + CANARY + b"'\ntR",
        b"cbuiltins\nexec\n(S'open(\"" + CANARY + b'","w")\'\ntR',
        b"cbuiltins\nopen\n(S'" + CANARY + b"'\nS'w'\ntR",
        b"csubprocess\nPopen\n((S'touch'\nS'" + CANARY + b"'\nltR",
        b"(S'touch " + CANARY + b"'\nios\nsystem\n",
        b"\x8c\x05posix\x8c\x06system\x93\x8c\x2etouch " + CANARY + b"\x85R",
        b"cnumpy.core.multiarray\n_reconstruct\n(cos\nsystem\nS'touch " + CANARY + b"'\ntR",
        b"ctorch.storage\n_load_from_bytes\n(C\x20"
        b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19." + b"\x00" * 17 + b"tR",
        b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b",
        b"cnumpy\nload\n(S'" + CANARY + b"'\ntR",
    )
    call = rng.choice(calls)
    at = rng.choice((0, 2, _at(data, rng), len(data) - 1, len(data)))
    if rng.random() < 0.3:
        call = b"\x80\x04" + call + b"."
    data[at:at] = call


_WAYS: tuple[Callable[[bytearray, Mapping[str, bytes], random.Random], None], ...] = (
    _flip, _set, _cut, _drop, _double, _length, _number, _float, _other, _nest, _evil,
)  # fmt: skip


def _inside_zip(data: bytes, seeds: Mapping[str, bytes], rng: random.Random) -> bytes:
    """A zip whose bookkeeping is right, around members that were damaged."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    hit = rng.choice(sorted(members))
    with zipfile.ZipFile(packed, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in members.items():
            if name == hit:
                content = _hurt(content, seeds, rng)
            archive.writestr(name if rng.random() > 0.02 else f"../{name}", content)
    return packed.getvalue()


def _inside_glb(data: bytes, rng: random.Random) -> bytes:
    """A .glb whose chunks are right, around JSON in which a value became another."""
    size = struct.unpack_from("<I", data, 12)[0]
    document = json.loads(data[20 : 20 + size])
    for _ in range(rng.randint(1, 3)):
        holder = document
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = rng.choice(keys)
            inner = holder[key]
            if not isinstance(inner, (dict, list)) or rng.random() < 0.1:
                holder[key] = rng.choice(
                    (None, -1, 0, 1, 2**31, 2**70, 1e308, "", "a", [], {}, [[]], True, 1.5)
                )
                break
            holder = inner
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + size :]
    return struct.pack("<4sIII4s", b"glTF", 2, 20 + len(text) + len(rest), len(text), b"JSON") + text + rest


def _npy(shape: tuple[int, ...], kind: str = "<f4") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def _zip(members: Mapping[str, tuple[bytes, int]]) -> bytes:
    """A zip of members that are a beginning and very many zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, (head, zeros) in members.items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(head)
                for _ in range(zeros >> 20):
                    file.write(bytes(2**20))
                file.write(bytes(zeros & (2**20 - 1)))
    return packed.getvalue()


def _arrays(**shapes: tuple[int, ...]) -> bytes:
    return _zip({f"{name}.npy": (_npy(shape), 4 * math.prod(shape)) for name, shape in shapes.items()})


def _noise(width: int, rows: int) -> bytes:
    """Rows of numbers between 0 and 1, a thousand of them again and again."""
    rng = random.Random(0)
    return array("f", (rng.random() for _ in range(1000 * width))).tobytes() * (rows // 1000)


def _tensor_file() -> bytes:
    """A tensor of 350 MB of zeros in a small zip, and a hundred thousand views of it."""
    view = (
        b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x01tQ"
        b"K\x00(J\x00\x00\x00\x04K\x01t(K\x00K\x01t\x89ccollections\nOrderedDict\n)Rt"
    )
    body = b"\x80\x02](" + (b"ctorch._utils\n_rebuild_tensor_v2\n" + view + b"R") * 2000 + b"e."
    return _zip({"a/data.pkl": (body, 0), "a/data/0": (b"", 350 << 20)})


def _glb(document: dict[str, object], blob: bytes) -> bytes:
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<4sIII4s", b"glTF", 2, 28 + len(text) + len(blob), len(text), b"JSON")
    return head + text + struct.pack("<I4s", len(blob), b"BIN\0") + blob


def _long_gltf(nodes: int, seconds: float, animations: int) -> bytes:
    """Few keys that ask for very many frames of very many joints."""
    blob = struct.pack("<2f", 0.0, seconds) + struct.pack("<8f", 0, 0, 0, 1, 0, 0, 0, 1)
    animation = {
        "samplers": [{"input": 0, "output": 1}],
        "channels": [{"sampler": 0, "target": {"node": 0, "path": "rotation"}}],
    }
    return _glb(
        {
            "nodes": [{"name": f"n{k}", "children": [k + 1]} for k in range(nodes - 1)] + [{"name": "end"}],
            "animations": [animation] * animations,
            "accessors": [{"bufferView": 0, "componentType": 5126, "count": 2, "type": "SCALAR"},
                          {"bufferView": 1, "componentType": 5126, "count": 2, "type": "VEC4"}],
            "bufferViews": [{"buffer": 0, "byteOffset": 0, "byteLength": 8},
                            {"buffer": 0, "byteOffset": 8, "byteLength": 32}],
            "buffers": [{"byteLength": 40}],
        }, blob)  # fmt: skip


def _bvh(joints: int, frames: int) -> bytes:
    """A chain of joints, and frames of zeros."""
    lines = ["HIERARCHY"]
    for k in range(joints):
        lines += [
            f"{'JOINT' if k else 'ROOT'} j{k}",
            "{",
            "OFFSET 0 1 0",
            "CHANNELS 3 Zrotation Xrotation Yrotation",
        ]
    lines += ["}"] * joints + ["MOTION", f"Frames: {frames}", "Frame Time: 0.01"]
    return "\n".join(lines).encode() + b"\n" + (b"0 " * (3 * joints) + b"\n") * frames


def _laughs() -> bytes:
    lists: list[object] = ["ha"] * 10
    for _ in range(30):
        lists = [lists] * 10
    return pickle.dumps(lists)


MONSTERS: dict[str, Callable[[], bytes]] = {
    "longest SMPL-X": lambda: _arrays(poses=(200_000, 165), trans=(200_000, 3)),
    "longest SMPL-X with fingers": lambda: _zip(
        {"poses.npy": (_npy((200_000, 165)) + _noise(165, 200_000), 0)}
    ),
    "80,000 frames with fingers": lambda: _zip({"poses.npy": (_npy((80_000, 165)) + _noise(165, 80_000), 0)}),
    "AMASS beyond": lambda: _arrays(poses=(10**7, 156)),
    "many arrays": lambda: _arrays(
        **dict.fromkeys(("poses", "fullpose", "smpl_poses", "body_pose"), (30_000_000,))
    ),
    "longest Kimodo": lambda: _arrays(posed_joints=(25_000, 77, 3), global_rot_mats=(25_000, 77, 3, 3)),
    "Kimodo beyond": lambda: _arrays(posed_joints=(200_000, 77, 3), global_rot_mats=(85_000, 77, 3, 3)),
    "longest features": lambda: _npy((60_000, 263)) + _noise(263, 60_000),
    "longest joints": lambda: _npy((60_000, 22, 3)) + _noise(66, 60_000),
    "features beyond": lambda: _npy((250_000, 263)) + bytes(250_000 * 263 * 4),
    "tensor views": _tensor_file,
    "packed zeros": lambda: zlib.compress(b"\x80\x04B\xff\xff\xff\x10" + bytes(1 << 29), 1),
    "packed pickle": lambda: zlib.compress(b"\x80\x04" + b"]" * (1 << 28), 1),
    "lists": lambda: b"\x80\x04" + b"]" * 50_000_000 + b".",
    "lists kept": lambda: b"\x80\x04" + b"]\x94" * 25_000_000 + b".",
    "dictionaries": lambda: b"\x80\x04" + b"}" * 50_000_000 + b".",
    "objects": lambda: b"\x80\x04cnumpy\nndarray\n\x940" + b"h\x00)R" * 1_000_000 + b".",
    "a text": lambda: b"\x80\x04X\xff\xff\xff\x0f" + "\U0001f600".encode() * (1 << 26),
    "texts": lambda: b"\x80\x04" + (b"X\xff\xff\xff\x00" + b"a" * 0xFFFFFF) * 20 + b".",
    "a number": lambda: b"\x80\x04\x8b\xff\xff\xff\x0f" + b"\x7f" * (1 << 28),
    "an old text": lambda: b"V" + b"a" * (1 << 28) + b"\n.",
    "an old number": lambda: b"(d" + b"I" + b"9" * (1 << 24) + b"\ns.",
    "laughs": _laughs,
    "long glTF": lambda: _long_gltf(1900, 50.0, 1),
    "long glTFs": lambda: _long_gltf(1900, 50.0, 64),
    "deep JSON": lambda: b'{"a":' + b"[" * 10_000_000,
    "many in JSON": lambda: b'{"a":[' + b"{}," * 20_000_000 + b"{}]}",
    "large BVH": lambda: _bvh(1900, 5000),
    "long line in BVH": lambda: b"HIERARCHY\nROOT " + b"a" * (1 << 27),
}
"""Files that are built to take much memory or time."""
