# SPDX-License-Identifier: GPL-3.0-or-later
"""Damage good files at random, and build files that cost much memory or time or try to run code."""

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

CANARY_PATH = b"@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@"
"""Placeholder for the path of a file that exists afterwards only if code was run."""

_LENGTHS = (0, 1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1)
_NUMBER_REPLACEMENTS = (
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


def damage_file(seeds: Mapping[str, bytes], rng: random.Random) -> tuple[str, bytes]:
    """Choose one of the good files and damage it; return its name and content.

    The result depends on the state of ``rng`` alone.
    """
    name = rng.choice(sorted(seeds))
    data = seeds[name]
    if data.startswith(b"PK") and rng.random() < 0.7:
        return name, _damage_zip_member(data, seeds, rng)
    if data.startswith(b"glTF") and rng.random() < 0.6:
        return name, _damage_glb_json(data, rng)
    return name, _apply_mutations(data, seeds, rng)


def _apply_mutations(data: bytes, seeds: Mapping[str, bytes], rng: random.Random) -> bytes:
    """Apply one to eight random mutations."""
    result = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        if not result:
            break
        rng.choice(_MUTATIONS)(result, seeds, rng)
    return bytes(result)


def _random_position(data: bytearray, rng: random.Random) -> int:
    """Return a random position; half of them within the first 400 bytes, where headers are."""
    return rng.randrange(min(len(data), 400) if rng.random() < 0.5 else len(data))


def _flip_bits(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    for _ in range(rng.randint(1, 8)):
        data[_random_position(data, rng)] ^= 1 << rng.randrange(8)


def _set_byte(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    data[_random_position(data, rng)] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))


def _cut_end(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    del data[_random_position(data, rng) :]


def _delete_bytes(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    start = _random_position(data, rng)
    del data[start : start + rng.randint(1, 200)]


def _repeat_bytes(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    start = _random_position(data, rng)
    part = data[start : start + rng.randint(1, 300)]
    data[start:start] = part * rng.choice((1, 2, 50))


def _overwrite_length(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    form = rng.choice(("<H", "<I", "<I", "<Q", ">I"))
    number = rng.choice(_LENGTHS) if form != "<Q" else rng.choice((2**31, 2**40, 2**63 - 1, 2**63))
    packed = struct.pack(form, number & ((1 << 8 * struct.calcsize(form)) - 1))
    start = _random_position(data, rng)
    data[start : start + len(packed)] = packed


def _replace_number(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    """Replace a number in text by another one or by a word."""
    digits = [i for i in range(_random_position(data, rng), min(len(data), 4000)) if 48 <= data[i] <= 57]
    if digits:
        start = end = digits[0]
        while end < len(data) and data[end] in b"0123456789.eE-":
            end += 1
        data[start:end] = rng.choice(_NUMBER_REPLACEMENTS)


def _overwrite_float(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    value = rng.choice((math.nan, math.inf, -math.inf, 1e30, 1e-30, -1.0, 0.0))
    packed = struct.pack(rng.choice(("<d", "<f")), value)
    start = _random_position(data, rng) & ~3
    data[start : start + len(packed)] = packed


def _splice_other_file(data: bytearray, seeds: Mapping[str, bytes], rng: random.Random) -> None:
    other = seeds[rng.choice(sorted(seeds))]
    start, other_start = _random_position(data, rng), rng.randrange(len(other))
    data[start:] = other[other_start : other_start + 4000]


def _insert_nesting(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    part = rng.choice((b"(", b"[", b"]", b'{"a":', b"JOINT a\n{\n", b"\x8c\x00", b"2", b"(t", b"}"))
    start = _random_position(data, rng)
    data[start:start] = part * rng.choice((10, 1000, 5000))


def _insert_pickle_call(data: bytearray, _seeds: Mapping[str, bytes], rng: random.Random) -> None:
    """Insert a pickle that calls a function: before the content, inside, in place of its end, or after it."""
    calls = (
        b"cos\nsystem\n(S'touch " + CANARY_PATH + b"'\ntR",
        b"cbuiltins\nexec\n(S'open(\"" + CANARY_PATH + b'","w")\'\ntR',
        b"cbuiltins\nopen\n(S'" + CANARY_PATH + b"'\nS'w'\ntR",
        b"csubprocess\nPopen\n((S'touch'\nS'" + CANARY_PATH + b"'\nltR",
        b"(S'touch " + CANARY_PATH + b"'\nios\nsystem\n",
        b"\x8c\x05posix\x8c\x06system\x93\x8c\x2etouch " + CANARY_PATH + b"\x85R",
        b"cnumpy.core.multiarray\n_reconstruct\n(cos\nsystem\nS'touch " + CANARY_PATH + b"'\ntR",
        b"ctorch.storage\n_load_from_bytes\n(C\x20"
        b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19." + b"\x00" * 17 + b"tR",
        b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b",
        b"cnumpy\nload\n(S'" + CANARY_PATH + b"'\ntR",
    )
    call = rng.choice(calls)
    start = rng.choice((0, 2, _random_position(data, rng), len(data) - 1, len(data)))
    if rng.random() < 0.3:
        call = b"\x80\x04" + call + b"."
    data[start:start] = call


_MUTATIONS: tuple[Callable[[bytearray, Mapping[str, bytes], random.Random], None], ...] = (
    _flip_bits, _set_byte, _cut_end, _delete_bytes, _repeat_bytes, _overwrite_length,
    _replace_number, _overwrite_float, _splice_other_file, _insert_nesting, _insert_pickle_call,
)  # fmt: skip


def _damage_zip_member(data: bytes, seeds: Mapping[str, bytes], rng: random.Random) -> bytes:
    """Damage one member of a zip and build a valid zip around it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    damaged_name = rng.choice(sorted(members))
    with zipfile.ZipFile(packed, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in members.items():
            if name == damaged_name:
                content = _apply_mutations(content, seeds, rng)
            archive.writestr(name if rng.random() > 0.02 else f"../{name}", content)
    return packed.getvalue()


def _damage_glb_json(data: bytes, rng: random.Random) -> bytes:
    """Replace values in the JSON of a .glb and build a valid .glb around it."""
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


def _npy_header(shape: tuple[int, ...], kind: str = "<f4") -> bytes:
    """Return the header of a .npy file."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def _zip_of_zeros(members: Mapping[str, tuple[bytes, int]]) -> bytes:
    """Return a zip of members that are each a head and a number of zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, (head, zeros) in members.items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(head)
                for _ in range(zeros >> 20):
                    file.write(bytes(2**20))
                file.write(bytes(zeros & (2**20 - 1)))
    return packed.getvalue()


def _npz_of_zeros(**shapes: tuple[int, ...]) -> bytes:
    """Return a .npz of arrays of zeros."""
    return _zip_of_zeros(
        {f"{name}.npy": (_npy_header(shape), 4 * math.prod(shape)) for name, shape in shapes.items()}
    )


def _random_rows(width: int, rows: int) -> bytes:
    """Return rows of random numbers from 0 to 1; a thousand rows are repeated."""
    rng = random.Random(0)
    return array("f", (rng.random() for _ in range(1000 * width))).tobytes() * (rows // 1000)


def _build_tensor_views() -> bytes:
    """Return a small zip with a tensor of 350 MB of zeros and two thousand views of it."""
    view = (
        b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x01tQ"
        b"K\x00(J\x00\x00\x00\x04K\x01t(K\x00K\x01t\x89ccollections\nOrderedDict\n)Rt"
    )
    body = b"\x80\x02](" + (b"ctorch._utils\n_rebuild_tensor_v2\n" + view + b"R") * 2000 + b"e."
    return _zip_of_zeros({"a/data.pkl": (body, 0), "a/data/0": (b"", 350 << 20)})


def _build_glb(document: dict[str, object], blob: bytes) -> bytes:
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<4sIII4s", b"glTF", 2, 28 + len(text) + len(blob), len(text), b"JSON")
    return head + text + struct.pack("<I4s", len(blob), b"BIN\0") + blob


def _build_long_gltf(nodes: int, seconds: float, animations: int) -> bytes:
    """Return a glTF whose few keys stand for very many frames of very many joints."""
    blob = struct.pack("<2f", 0.0, seconds) + struct.pack("<8f", 0, 0, 0, 1, 0, 0, 0, 1)
    animation = {
        "samplers": [{"input": 0, "output": 1}],
        "channels": [{"sampler": 0, "target": {"node": 0, "path": "rotation"}}],
    }
    return _build_glb(
        {
            "nodes": [{"name": f"n{k}", "children": [k + 1]} for k in range(nodes - 1)] + [{"name": "end"}],
            "animations": [animation] * animations,
            "accessors": [{"bufferView": 0, "componentType": 5126, "count": 2, "type": "SCALAR"},
                          {"bufferView": 1, "componentType": 5126, "count": 2, "type": "VEC4"}],
            "bufferViews": [{"buffer": 0, "byteOffset": 0, "byteLength": 8},
                            {"buffer": 0, "byteOffset": 8, "byteLength": 32}],
            "buffers": [{"byteLength": 40}],
        }, blob)  # fmt: skip


def _build_bvh(joints: int, frames: int) -> bytes:
    """Return a chain of joints with frames of zeros."""
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


def _build_shared_gltf(channels: int, keys: int) -> bytes:
    """Return a .glb whose channels all share the keys of one accessor."""
    nodes = [{"name": f"n{n}", "children": [n + 1]} for n in range(1999)] + [{"name": "end"}]
    steps = [{"sampler": 0, "target": {"node": k % 2000, "path": "rotation"}} for k in range(channels)]
    blob = struct.pack(f"<{keys}f", *(k / 30 for k in range(keys))) + b"\x00\x00\x00\x7f" * keys
    document = {
        "nodes": nodes,
        "buffers": [{"byteLength": len(blob)}],
        "bufferViews": [
            {"buffer": 0, "byteLength": 4 * keys},
            {"buffer": 0, "byteOffset": 4 * keys, "byteLength": 4 * keys},
        ],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": keys, "type": "SCALAR"},
            {"bufferView": 1, "componentType": 5120, "normalized": True, "count": keys, "type": "VEC4"},
        ],
        "animations": [{"samplers": [{"input": 0, "output": 1}], "channels": steps}],
    }
    return _build_glb(document, blob)


def _build_colliding_keys(count: int) -> bytes:
    """Return a pickle of a dictionary whose integer keys all have one hash."""
    keys = (b"\x8a\x0b" + (k * (2**61 - 1)).to_bytes(11, "little") + b"N" for k in range(1, count))
    return b"\x80\x04}(" + b"".join(keys) + b"u."


def _nested_lists() -> bytes:
    """Return a pickle of nested lists that has 10**31 leaves."""
    lists: list[object] = ["ha"] * 10
    for _ in range(30):
        lists = [lists] * 10
    return pickle.dumps(lists)


HOSTILE_FILES: dict[str, Callable[[], bytes]] = {
    "longest SMPL-X": lambda: _npz_of_zeros(poses=(200_000, 165), trans=(200_000, 3)),
    "longest SMPL-X with fingers": lambda: _zip_of_zeros(
        {"poses.npy": (_npy_header((200_000, 165)) + _random_rows(165, 200_000), 0)}
    ),
    "80,000 frames with fingers": lambda: _zip_of_zeros(
        {"poses.npy": (_npy_header((80_000, 165)) + _random_rows(165, 80_000), 0)}
    ),
    "AMASS beyond": lambda: _npz_of_zeros(poses=(10**7, 156)),
    "many arrays": lambda: _npz_of_zeros(
        **dict.fromkeys(("poses", "fullpose", "smpl_poses", "body_pose"), (30_000_000,))
    ),
    "longest Kimodo": lambda: _npz_of_zeros(posed_joints=(25_000, 77, 3), global_rot_mats=(25_000, 77, 3, 3)),
    "Kimodo beyond": lambda: _npz_of_zeros(posed_joints=(200_000, 77, 3), global_rot_mats=(85_000, 77, 3, 3)),
    "longest features": lambda: _npy_header((60_000, 263)) + _random_rows(263, 60_000),
    "longest joints": lambda: _npy_header((60_000, 22, 3)) + _random_rows(66, 60_000),
    "features beyond": lambda: _npy_header((250_000, 263)) + bytes(250_000 * 263 * 4),
    "tensor views": _build_tensor_views,
    "packed zeros": lambda: zlib.compress(b"\x80\x04B\xff\xff\xff\x10" + bytes(1 << 29), 1),
    "packed pickle": lambda: zlib.compress(b"\x80\x04" + b"]" * (1 << 28), 1),
    "lists": lambda: b"\x80\x04" + b"]" * 50_000_000 + b".",
    "lists kept": lambda: b"\x80\x04" + b"]\x94" * 25_000_000 + b".",
    "dictionaries": lambda: b"\x80\x04" + b"}" * 50_000_000 + b".",
    "bytes that are only stated": lambda: (
        b"\x80\x05\x96" + (2**34).to_bytes(8, "little") + b"a" * 1000 + b"."
    ),
    "objects": lambda: b"\x80\x04cnumpy\nndarray\n\x940" + b"h\x00)R" * 1_000_000 + b".",
    "a text": lambda: b"\x80\x04X\xff\xff\xff\x0f" + "\U0001f600".encode() * (1 << 26),
    "texts": lambda: b"\x80\x04" + (b"X\xff\xff\xff\x00" + b"a" * 0xFFFFFF) * 20 + b".",
    "a number": lambda: b"\x80\x04\x8b\xff\xff\xff\x0f" + b"\x7f" * (1 << 28),
    "an old text": lambda: b"V" + b"a" * (1 << 28) + b"\n.",
    "an old number": lambda: b"(d" + b"I" + b"9" * (1 << 24) + b"\ns.",
    "laughs": _nested_lists,
    "long glTF": lambda: _build_long_gltf(1900, 50.0, 1),
    "long glTFs": lambda: _build_long_gltf(1900, 50.0, 64),
    "channels that share keys": lambda: _build_shared_gltf(20_000, 8000),
    "keys of one hash": lambda: _build_colliding_keys(400_000),
    "deep JSON": lambda: b'{"a":' + b"[" * 10_000_000,
    "many in JSON": lambda: b'{"a":[' + b"{}," * 20_000_000 + b"{}]}",
    "large BVH": lambda: _build_bvh(1900, 5000),
    "long line in BVH": lambda: b"HIERARCHY\nROOT " + b"a" * (1 << 27),
}
"""Files that are built to cost much memory or time."""
