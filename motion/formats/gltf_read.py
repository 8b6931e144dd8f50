# SPDX-License-Identifier: GPL-3.0-or-later
"""glTF 2.0 in: MMCP's answers, and characters with animations as .glb or .gltf files.

Khronos Group, "glTF 2.0 Specification", 2021. Data has to be inside (a binary chunk or base64); nothing else is opened.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import struct
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError
from ..motion import CONTACT_JOINTS, MAX_FRAMES, Motion, Provenance
from ..rotations import (
    Array,
    conjugate,
    continuous,
    from_matrix,
    identity,
    multiply,
    normalise,
    rotate,
    slerp,
)
from ..skeleton import Skeleton

MAX_BYTES = 2**28
MAX_JOINTS = 2000
MAX_POSES = 4_000_000
"""Frames times joints, of all animations together."""
MAX_ENTRIES = 2_000_000
"""Of lists and objects in the JSON part: a small text of empty ones would take gigabytes."""

_LONGEST_WHY = 100
"""Letters of what Python says of a damaged file."""

_COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_DEFAULT_FPS = 30.0
_RATES = (20.0, 24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 50.0, 60000 / 1001, 60.0, 100.0, 120.0)
_EVEN = 1e-4  # seconds by which key times may stray from whole frames


def read_gltf(path: Path) -> list[Motion]:
    """One motion for each animation of a .glb or .gltf file. Raises :class:`FormatError` in one sentence."""
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(
                f"{path.name} has more than {MAX_BYTES // 2**20} MB: export the animation alone"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {error.strerror or error}") from error
    return parse_gltf(raw, path.name)


def parse_gltf(raw: bytes, name: str = "The answer") -> list[Motion]:
    """As :func:`read_gltf`, of the bytes of a .glb or .gltf document; ``name`` says in errors what it is."""
    blob = b""
    try:
        if raw[:4] == b"glTF":
            raw, blob = _chunks(raw)
        if sum(raw.count(sign) for sign in (b",", b"{", b"[")) > MAX_ENTRIES:
            _refuse("its JSON has more entries than are read")
        document = json.loads(raw.decode("utf-8-sig"))
        if not isinstance(document, dict):
            raise ValueError("it is no object")
        return _Reader(document, blob).motions()
    except FormatError as error:
        raise FormatError(f"{name} is not a glTF animation that can be read ({error})") from None
    except RecursionError:
        raise FormatError(
            f"{name} is not a glTF animation that can be read (it is nested too deep)"
        ) from None
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        OverflowError,
        AttributeError,
        struct.error,
    ) as error:
        # what is missing may be a name of the file's own, of any length
        raise FormatError(
            f"{name} is damaged or no glTF: export it again ({str(error)[:_LONGEST_WHY]})"
        ) from None


def _chunks(raw: bytes) -> tuple[bytes, bytes]:
    """The JSON and the binary chunk of a .glb."""
    _, version, length = struct.unpack_from("<4sII", raw)
    if version != 2 or length > len(raw):
        raise ValueError("the file is cut short or of another version")
    parts = {b"JSON": b"", b"BIN\0": b""}
    at = 12
    while at + 8 <= length:
        size, kind = struct.unpack_from("<I4s", raw, at)
        if at + 8 + size > length:
            raise ValueError("a chunk is cut short")
        if kind in parts and not parts[kind]:
            parts[kind] = raw[at + 8 : at + 8 + size]
        at += 8 + size
    return parts[b"JSON"], parts[b"BIN\0"]


def _refuse(why: str) -> NoReturn:
    raise FormatError(why)


class _Reader:
    """One document; all that it says is checked before it is used."""

    def __init__(self, document: dict[str, Any], blob: bytes) -> None:
        self._document = document
        self._buffers = [self._buffer(b, blob) for b in self._list("buffers")]
        self._nodes = self._list("nodes")
        if not 1 <= len(self._nodes) <= MAX_JOINTS:
            _refuse(f"it has {len(self._nodes)} nodes; 1 to {MAX_JOINTS} are read")
        self._parents = self._hierarchy()
        order = np.argsort([len(self._line(n)) for n in range(len(self._nodes))], kind="stable")
        self._order = [int(n) for n in order]
        self._joints = self._find_joints()
        self._left = MAX_POSES

    def motions(self) -> list[Motion]:
        animations = self._list("animations")
        if not animations:
            _refuse("it holds no animation")
        if len(animations) > 64:
            _refuse("it holds more than 64 animations")
        block = self._document.get("extensions", {}).get("MMCP_motion", {})
        found = []
        for k, animation in enumerate(animations):
            samples = block.get("samples", [])
            sample = samples[k] if k < len(samples) and isinstance(samples[k], dict) else {}
            motion = self._motion(animation, block.get("fps"), sample)
            if motion is not None:
                model = str(block.get("model", ""))[:200]
                title = animation.get("name")
                source = f"glTF animation {title!r}"[:200] if title and not model else ""
                found.append(motion.with_provenance(**vars(Provenance(model=model, source=source))))
        return found or _refuse("none of its animations turns a joint")

    def _list(self, key: str) -> list[Any]:
        values = self._document.get(key, [])
        if not isinstance(values, list):
            raise TypeError(f"{key} is no list")
        return values

    def _buffer(self, buffer: dict[str, Any], blob: bytes) -> bytes:
        uri = buffer.get("uri")
        if uri is None:
            return blob
        head, comma, body = str(uri).partition(",")
        if not (comma and head.startswith("data:") and head.endswith(";base64")):
            _refuse("its data lies in another file: export it as .glb")
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise ValueError(f"a buffer is no base64: {error}") from None

    def _accessor(self, index: int) -> Array:
        """Values (N, C) of an accessor, as floats."""
        accessor = self._item("accessors", index)
        kind, width, count = accessor["componentType"], _WIDTHS[accessor["type"]], accessor["count"]
        dtype = np.dtype(_COMPONENTS[kind])
        if "sparse" in accessor or "bufferView" not in accessor:
            _refuse("it uses sparse data")
        view = self._item("bufferViews", accessor["bufferView"])
        data = self._buffers[_index(view["buffer"], len(self._buffers))]
        start = _natural(view.get("byteOffset", 0)) + _natural(accessor.get("byteOffset", 0))
        size = dtype.itemsize * width
        stride = _natural(view.get("byteStride", size)) or size
        count = _natural(count)
        end = _natural(view.get("byteOffset", 0)) + _natural(view["byteLength"])
        if count == 0 or stride < size or start + stride * (count - 1) + size > min(end, len(data)):
            raise ValueError("an accessor reaches beyond its data")
        strides = (stride, dtype.itemsize)
        values = np.ndarray((count, width), dtype, data, start, strides).astype(float)
        if kind != 5126 and accessor.get("normalized"):
            info = np.iinfo(dtype)
            values = np.maximum(values / info.max, -1.0)
        if not np.all(np.isfinite(values)):
            raise ValueError("it holds numbers that are not finite")
        return values

    def _item(self, key: str, index: Any) -> dict[str, Any]:
        items = self._list(key)
        item = items[_index(index, len(items))]
        if not isinstance(item, dict):
            raise TypeError(f"an entry of {key} is no object")
        return item

    def _hierarchy(self) -> list[int]:
        parents = [-1] * len(self._nodes)
        for n, node in enumerate(self._nodes):
            for child in node.get("children", []):
                child = _index(child, len(self._nodes))
                if parents[child] >= 0 or child == n:
                    raise ValueError("a node has two parents")
                parents[child] = n
        self._parents = parents
        for n in range(len(parents)):
            if len(self._line(n)) > len(parents):
                raise ValueError("its nodes form a ring")
        return parents

    def _line(self, node: int) -> list[int]:
        """The node, its parent and so on."""
        line: list[int] = []
        while node >= 0 and len(line) <= len(self._nodes):
            line.append(node)
            node = self._parents[node]
        return line

    def _find_joints(self) -> list[int]:
        """Joint nodes under one root, parents first: those of the largest skin, else all that hang together."""
        skins = self._list("skins")
        if skins:
            self._skin = max(skins, key=lambda skin: len(skin["joints"]))
            listed = {_index(j, len(self._nodes)) for j in self._skin["joints"]}
        else:
            self._skin = {}
            listed = {n for n, node in enumerate(self._nodes) if "mesh" not in node and "camera" not in node}
        # what lies between two joints belongs to the body too; the root is above all
        lines = [self._line(n)[::-1] for n in sorted(listed)]
        shared = [step[0] for step in zip(*lines, strict=False) if all(node == step[0] for node in step)]
        if not shared:
            if not skins:
                # nodes without a skin: the largest tree
                roots = [line[0] for line in lines]
                root = max(set(roots), key=roots.count)
                lines = [line for line in lines if line[0] == root]
                shared = [root]
            else:
                _refuse("its joints hang on several roots")
        root = shared[-1]
        wanted = {node for line in lines for node in line[line.index(root) :]}
        return [n for n in self._order if n in wanted]

    def _rest(self) -> tuple[Array, Array, Array]:
        """Each node's own translation (N, 3), rotation (N, 4) w, x, y, z and scale (N,)."""
        moves, turns, scales = (
            np.zeros((len(self._nodes), 3)),
            identity(len(self._nodes)),
            np.ones(len(self._nodes)),
        )
        for n, node in enumerate(self._nodes):
            if "matrix" in node:
                matrix = _numbers(node["matrix"], 16).reshape(4, 4).T
                size = np.linalg.norm(matrix[:3, :3], axis=0)
                moves[n], scales[n] = matrix[:3, 3], float(np.mean(size))
                turns[n] = from_matrix(matrix[:3, :3] / np.maximum(size, 1e-12))
                continue
            moves[n] = _numbers(node.get("translation", (0, 0, 0)), 3)
            turns[n] = _turn(_numbers(node.get("rotation", (0, 0, 0, 1)), 4)[None])[0]
            scales[n] = float(np.mean(_numbers(node.get("scale", (1, 1, 1)), 3)))
        if not np.all((np.abs(scales) > 1e-9) & (np.abs(scales) < 1e9)):
            raise ValueError("a node has no size")
        return moves, turns, scales

    def _world(self, moves: Array, turns: Array, scales: Array) -> tuple[Array, Array]:
        """World places (..., N, 3) and rotations (..., N, 4) of all nodes, put into the same arrays."""
        sizes = np.ones(len(self._nodes))
        for n in self._order:
            p = self._parents[n]
            sizes[n] = scales[n]
            if p >= 0:
                sizes[n] *= sizes[p]
                moves[..., n, :] = moves[..., p, :] + sizes[p] * rotate(turns[..., p, :], moves[..., n, :])
                turns[..., n, :] = multiply(turns[..., p, :], turns[..., n, :])
        return moves, turns

    def _motion(self, animation: dict[str, Any], stated: Any, sample: dict[str, Any]) -> Motion | None:
        """The motion of one animation; None where it moves no joint."""
        channels: list[tuple[int, str, Array, Array, str]] = []
        for channel in animation.get("channels", []):
            target = channel.get("target", {})
            path, node = target.get("path"), target.get("node")
            if path not in ("rotation", "translation") or node is None:
                continue
            sampler = animation["samplers"][_index(channel["sampler"], len(animation["samplers"]))]
            times, values = self._accessor(sampler["input"])[:, 0], self._accessor(sampler["output"])
            kind = sampler.get("interpolation", "LINEAR")
            if len(values) != len(times) * (3 if kind == "CUBICSPLINE" else 1) or np.any(np.diff(times) <= 0):
                raise ValueError("the keys of a channel do not fit its times")
            if values.shape[1] != (4 if path == "rotation" else 3):
                raise ValueError("the keys of a channel have the wrong width")
            channels.append((_index(node, len(self._nodes)), path, times, values, kind))
        wanted = set(self._joints)
        if not any(node in wanted and path == "rotation" for node, path, *_ in channels):
            return None
        fps = _rate([times for _, _, times, _, _ in channels], stated)
        last = max(float(times[-1]) for _, _, times, _, _ in channels)
        frames = int(min(last * fps, 2.0 * MAX_FRAMES) + 0.5) + 1
        self._left -= frames * len(self._nodes)
        if frames > MAX_FRAMES or self._left < 0:
            _refuse("it is longer than what is read: cut it into parts")
        at = np.arange(frames) / fps
        moves, turns, scales = self._rest()
        rest_places, rest_turns = self._bind
        moves = np.repeat(moves[None], frames, axis=0)
        turns = np.repeat(turns[None], frames, axis=0)
        channels.reverse()
        while channels:  # the longest motions take most of a gigabyte: what was used goes
            node, path, times, values, kind = channels.pop()
            keyed = _between(times, values, kind, at, path == "rotation")
            if path == "rotation":
                turns[:, node] = keyed
            else:
                moves[:, node] = keyed
        places, worlds = self._world(moves, turns, scales)
        root = places[:, self._joints[0]].copy()
        del places, moves
        return self._assembled(fps, root, worlds, rest_places, rest_turns, sample)

    @cached_property
    def _bind(self) -> tuple[Array, Array]:
        """Rest places and rotations of all nodes, the same for every animation."""
        return self._bound(*self._world(*self._rest()))

    def _bound(self, places: Array, turns: Array) -> tuple[Array, Array]:
        """Rest places and rotations, of joints whose skin states its bind pose taken from there."""
        if "inverseBindMatrices" not in self._skin:
            return places, turns
        inverse = self._accessor(self._skin["inverseBindMatrices"])
        joints = [_index(j, len(self._nodes)) for j in self._skin["joints"]]
        if inverse.shape != (len(joints), 16):
            raise ValueError("the bind pose does not fit the joints")
        matrices = inverse.reshape(-1, 4, 4).transpose(0, 2, 1)
        if np.min(np.abs(np.linalg.det(matrices))) < 1e-12:
            return places, turns
        bind = np.linalg.inv(matrices)
        size = np.linalg.norm(bind[:, :3, :3], axis=1, keepdims=True)
        bound = from_matrix(bind[:, :3, :3] / size)
        # the bind pose is told relative to the mesh: the root's own rest pose says where that stands
        root = min(joints, key=lambda j: len(self._line(j)))
        k = joints.index(root)
        put = multiply(turns[root], conjugate(bound[k]))
        factor = 1.0
        spread = np.linalg.norm(bind[:, :3, 3] - bind[k, :3, 3], axis=-1)
        own = np.linalg.norm(places[joints] - places[root], axis=-1)
        if spread.max() > 1e-9:
            factor = float(own.max() / spread.max())
        places, turns = places.copy(), turns.copy()
        places[joints] = places[root] + factor * rotate(put, bind[:, :3, 3] - bind[k, :3, 3])
        turns[joints] = multiply(put, bound)
        return places, turns

    def _assembled(
        self, fps: float, root: Array, worlds: Array, rest: Array, bound: Array, sample: dict[str, Any]
    ) -> Motion:
        """The joints' motion, counted from their rest pose."""
        joints = self._joints
        index = {node: j for j, node in enumerate(joints)}
        parents = [index.get(self._parents[node], -1) for node in joints]
        local = np.empty((len(worlds), len(joints), 4))
        offsets = np.zeros((len(joints), 3))
        for node in joints:
            worlds[:, node] = multiply(worlds[:, node], conjugate(bound[node]))
        for j, (node, p) in enumerate(zip(joints, parents, strict=True)):
            local[:, j] = worlds[:, node]
            if p >= 0:
                local[:, j] = multiply(conjugate(worlds[:, joints[p]]), worlds[:, node])
                offsets[j] = rest[node] - rest[joints[p]]
        names = _unique([str(self._nodes[node].get("name") or f"node_{node}")[:128] for node in joints])
        contacts = _contacts(sample.get("foot_contacts"), len(root))
        skeleton = Skeleton(names, tuple(parents), offsets)
        return Motion(skeleton, fps, root, continuous(normalise(local)), contacts)


def _index(value: Any, count: int) -> int:
    if type(value) is not int or not 0 <= value < count:
        raise ValueError("it refers to something that is not there")
    return value


def _natural(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_BYTES:
        raise ValueError("a size is no size")
    return value


def _numbers(values: Any, count: int) -> Array:
    array = np.array(values, dtype=float)
    if array.shape != (count,) or not np.all(np.isfinite(array)):
        raise ValueError("a node's place is no place")
    return array


def _turn(xyzw: Array) -> Array:
    """Quaternions w, x, y, z of unit length from glTF's x, y, z, w."""
    if np.any(np.linalg.norm(xyzw, axis=-1) < 1e-6):
        raise ValueError("a rotation is no rotation")
    return normalise(np.roll(xyzw, 1, axis=-1))


def _rate(times: Sequence[Array], stated: Any) -> float:
    """Frames a second: as stated, else the rate on whose frames the keys lie."""
    if isinstance(stated, (int, float)) and math.isfinite(stated) and 0 < stated <= 1000:
        return float(stated)
    steps = np.concatenate([np.diff(t) for t in times])
    if not len(steps):
        return _DEFAULT_FPS
    every = np.concatenate(times)
    step = float(np.median(steps))
    if np.ptp(steps) < _EVEN + 1e-6 * every.max():
        # after ten minutes single precision knows a step to a third of a percent, but all of them together well
        step = float(np.mean(steps))
        nearest = min(_RATES, key=lambda fps: abs(fps * step - 1.0))
        return nearest if abs(nearest * step - 1.0) < _EVEN else float(np.clip(1.0 / step, 1e-3, 1000.0))
    for fps in _RATES:
        if np.max(np.abs(every - np.rint(every * fps) / fps)) < _EVEN + 1e-6 * every.max():
            return fps
    return float(np.clip(1.0 / step, 10.0, 240.0))


def _between(times: Array, values: Array, kind: str, at: Array, turns: bool) -> Array:
    """Values (T, C) at the times ``at`` (T,); rotations as w, x, y, z."""
    if kind == "CUBICSPLINE":
        into, own, out = values[0::3], values[1::3], values[2::3]
    else:
        own = values
    if turns:
        own = continuous(_turn(own))
    if len(times) == 1:
        return np.repeat(own, len(at), axis=0)
    k = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    width = times[k + 1] - times[k]
    u = np.clip((at - times[k]) / width, 0.0, 1.0)
    if kind == "STEP":
        return np.asarray(own[np.where(u >= 1.0, k + 1, k)])
    if kind == "CUBICSPLINE":
        if turns:
            # tangents go with the sign that their key was written with
            sign = np.sign(np.sum(np.roll(values[1::3], 1, axis=-1) * own, axis=-1))[:, None]
            into, out = sign * np.roll(into, 1, axis=-1), sign * np.roll(out, 1, axis=-1)
        u, width = u[:, None], width[:, None]
        u2, u3 = u * u, u * u * u
        cubic = (
            (2 * u3 - 3 * u2 + 1) * own[k]
            + (u3 - 2 * u2 + u) * width * out[k]
            + (3 * u2 - 2 * u3) * own[k + 1]
            + (u3 - u2) * width * into[k + 1]
        )
        return normalise(cubic) if turns else np.asarray(cubic)
    if turns:
        return slerp(own[k], own[k + 1], u)
    return np.asarray(own[k] + u[:, None] * (own[k + 1] - own[k]))


def _contacts(stated: Any, frames: int) -> NDArray[np.bool_] | None:
    """Contacts (T, 4) where the four joints of a Motion's contacts are told, else None: they can be detected."""
    if not isinstance(stated, dict) or any(joint not in stated for joint in CONTACT_JOINTS):
        return None
    columns = [stated[joint] for joint in CONTACT_JOINTS]
    if any(not isinstance(c, list) or len(c) != frames or not set(c) <= {True, False} for c in columns):
        return None
    return np.array(columns, dtype=bool).T


def _unique(names: list[str]) -> tuple[str, ...]:
    taken: set[str] = set()
    result = []
    for name in names:
        candidate, n = name, 1
        while candidate in taken:
            n += 1
            candidate = f"{name}.{n}"
        taken.add(candidate)
        result.append(candidate)
    return tuple(result)
