# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of glTF 2.0 animations: MMCP responses, and characters with animations as .glb or .gltf files."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..doubts import bound_texts, read_texts
from ..errors import FormatError
from ..motion import CONTACT_JOINTS, MAX_FRAMES, Motion, Provenance
from ..rotations import Array, conjugate, make_continuous, multiply, normalise, rotate, slerp
from .gltf_accessors import MAX_BYTES, GltfDocument, check_index, load_document
from .gltf_nodes import NodeTree, reorder_quaternions
from .joint_sources import FrameSelection, JointSource
from .smpl_conversion import build_source_motion
from .unique_names import make_unique

MAX_POSES = 4_000_000
"""Frames times nodes, of all animations together."""

MAX_NUMBERS = 2**25
"""Times and values of all channels together, each as often as it is used: the longest motion has two thirds of that."""

MAX_ANIMATIONS = 10_000
_MAX_NOTES = 100
_MAX_REASON = 100
"""Characters of a Python error message that are shown: it may contain a name from the file, of any length."""

_DEFAULT_FPS = 30.0
_COMMON_RATES = (20.0, 24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 50.0, 60000 / 1001, 60.0, 100.0, 120.0)
_TIME_TOLERANCE = 1e-4  # seconds between a key and the nearest whole frame


def read_gltf(path: Path) -> list[Motion]:
    """Read one motion for each animation of a .glb or .gltf file. Raises :class:`FormatError`."""
    path = Path(path)
    return parse_gltf(_read_bytes(path), path.name)


def parse_gltf(raw: bytes, name: str = "The glTF document") -> list[Motion]:
    """Read one motion for each animation from the bytes of a .glb or .gltf file.

    Raises :class:`FormatError` with a message that begins with ``name``.
    """
    with _gltf_errors(name):
        reader = _AnimationReader(load_document(raw))
        return [build_source_motion(reader.read_joints(k)) for k in reader.list_animations()]


def list_gltf(path: Path) -> list[tuple[str, Callable[[], GltfJoints]]]:
    """List the animations of a .glb or .gltf file: the name of each, and what reads its joints.

    Raises :class:`FormatError`, also when the joints are read.
    """
    path = Path(path)
    raw = _read_bytes(path)
    with _gltf_errors(path.name):
        document = load_document(raw)
        numbers = _AnimationReader(document).list_animations()

    def read(number: int) -> GltfJoints:
        with _gltf_errors(path.name):
            return _AnimationReader(document, path.name).read_joints(number)

    reader = _AnimationReader(document)
    return [(reader.get_title(number), partial(read, number)) for number in numbers]


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(
                "{file} has more than {limit} MB: export the animation alone",
                file=path.name,
                limit=MAX_BYTES // 2**20,
            )
        return path.read_bytes()
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error


@contextmanager
def _gltf_errors(name: str) -> Iterator[None]:
    """Context manager: turn the errors of damaged documents into :class:`FormatError` that begins with ``name``."""
    try:
        yield
    except FormatError as error:
        raise FormatError(
            "{file} is not a glTF animation that can be read ({reason})", file=name, reason=error
        ) from None
    except RecursionError:
        raise FormatError(
            "{file} is not a glTF animation that can be read (it is nested too deep)", file=name
        ) from None
    except MemoryError:
        raise FormatError(
            "{file} needs more memory than there is: cut the motion into parts", file=name
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
        raise FormatError(
            "{file} is damaged or not a glTF file: export it again ({reason})",
            file=name,
            reason=str(error)[:_MAX_REASON],
        ) from None


@dataclass(frozen=True, eq=False)
class _Channel:
    """The keys of one node's rotation or translation."""

    node: int
    is_rotation: bool
    times: Array
    """(K,): seconds."""

    values: Array
    """(K, 3 or 4) as stored; (3 K, 3 or 4) for cubic splines: in-tangent, value and out-tangent of each key."""

    interpolation: str
    """LINEAR, STEP or CUBICSPLINE."""


class _AnimationReader:
    """Reads the animations of one document."""

    def __init__(self, document: GltfDocument, file_name: str = "") -> None:
        self._document, self._file_name = document, file_name
        self._tree = NodeTree(document)
        self._poses_left, self._numbers_left = MAX_POSES, MAX_NUMBERS
        animations = document.get_list("animations")
        if not animations:
            raise FormatError("it holds no animation")
        extension = document.content.get("extensions", {}).get("MMCP_motion", {})
        self._stated_fps, self._model = extension.get("fps"), str(extension.get("model", ""))[:200]
        self._samples: list[Any] = extension.get("samples", [])
        self._notes: Any = extension.get("notes", [])
        self._animations: list[dict[str, Any]] = animations

    def list_animations(self) -> list[int]:
        """Return the indices of the animations that rotate a joint. Raises :class:`FormatError` if there is none."""
        if len(self._animations) > MAX_ANIMATIONS:
            raise FormatError("it holds more than {limit} animations", limit=MAX_ANIMATIONS)
        joints = set(self._tree.joints)
        numbers = [
            k
            for k, animation in enumerate(self._animations)
            if any(is_rotation and node in joints for node, is_rotation in self._find_targets(animation))
        ]
        if not numbers:
            raise FormatError("none of its animations rotates a joint")
        return numbers

    def get_title(self, number: int) -> str:
        """Return the name of an animation, empty if it has none."""
        title = self._animations[number].get("name")
        return str(title)[:200] if title else ""

    def read_joints(self, number: int) -> GltfJoints:
        """Return the joints of one animation. Raises :class:`FormatError` if it is too long."""
        channels = self._read_channels(self._animations[number])
        carried = self._read_carriers(number, channels)
        channels += carried
        fps = _find_frame_rate([channel.times for channel in channels], self._stated_fps)
        first, last = _find_span(channels)
        frames = int(min((last - first) * fps, 2.0 * MAX_FRAMES) + 0.5) + 1
        self._poses_left -= frames * len(self._tree.nodes)
        if frames > MAX_FRAMES or self._poses_left < 0:
            raise FormatError("it is longer than what can be read, cut it into parts")
        sample = self._samples[number] if number < len(self._samples) else {}
        stated_contacts = sample.get("foot_contacts") if isinstance(sample, dict) else None
        title = self.get_title(number)
        source = f"glTF animation {title!r}"[:200] if title and not self._model else ""
        if self._file_name:
            source = f"{self._file_name}: {source or self._model or 'glTF'}"
            # less than two frames is what exporters add that count frames from 1
            source += ", carried by the nodes above as in an animation of their own" if carried else ""
            source += f", begins at its first key, at {first:.3g} s" if first * fps > 1.5 else ""
        provenance = Provenance(
            model=self._model,
            source=source,
            doubted=self._read_notes("doubted"),
            unknown_words=self._read_notes("unknown_words"),
            crowded=self._read_notes("crowded"),
        )
        joints = GltfJoints(self._tree, channels, fps, frames, provenance, first)
        joints.contacts = _read_contacts(stated_contacts, frames)
        return joints

    def _read_carriers(self, number: int, channels: Sequence[_Channel]) -> list[_Channel]:
        """Return the channels of animations that move nodes above the body alone, where only one moves the body.

        Blender's exporter writes the action of an object that carries the armature as an animation of its own.
        """
        bodies = self.list_animations()
        if bodies != [number]:
            return []
        body = {channel.node for channel in channels}
        above = set(self._tree.list_with_ancestors(body)) - body
        return [
            channel
            for k, animation in enumerate(self._animations)
            if k != number
            and (targets := self._find_targets(animation))
            and all(node in above for node, _ in targets)
            for channel in self._read_channels(animation)
        ]

    def _read_notes(self, key: str) -> tuple[str, ...]:
        """Return texts of the notes that Kinescribe's server writes on what of the prompt a model does not know."""
        notes = self._notes if isinstance(self._notes, list) else []
        texts = [read_texts(note.get(key)) for note in notes[:_MAX_NOTES] if isinstance(note, dict)]
        return bound_texts(text for part in texts for text in part)

    def _find_targets(self, animation: dict[str, Any]) -> dict[tuple[int, bool], dict[str, Any]]:
        """Return the sampler of each node's rotation (True) and translation (False); of equal targets the last."""
        samplers = animation["samplers"]
        targets: dict[tuple[int, bool], dict[str, Any]] = {}
        for channel in animation.get("channels", []):
            target = channel.get("target", {})
            path, node = target.get("path"), target.get("node")
            if path in ("rotation", "translation") and node is not None:
                node = check_index(node, len(self._tree.nodes))
                targets[node, path == "rotation"] = samplers[check_index(channel["sampler"], len(samplers))]
        return targets

    def _read_channels(self, animation: dict[str, Any]) -> list[_Channel]:
        """Return the rotation and translation channels of an animation, at most one of each for a node.

        Channels may share accessors, so that a small file has any number of keys: they are counted before the first
        is read, and each accessor is decoded once. Raises :class:`FormatError` if they are too many.
        """
        targets = self._find_targets(animation)
        numbers = sum(
            self._document.count_numbers(sampler[end])
            for sampler in targets.values()
            for end in ("input", "output")
        )
        self._numbers_left -= numbers
        if self._numbers_left < 0:
            raise FormatError("its channels have more than {limit} numbers", limit=MAX_NUMBERS)
        decoded: dict[Any, Array] = {}

        def decode(accessor: Any) -> Array:
            if accessor not in decoded:
                decoded[accessor] = self._document.read_accessor(accessor)
            return decoded[accessor]

        channels = []
        for (node, is_rotation), sampler in targets.items():
            times, values = decode(sampler["input"])[:, 0], decode(sampler["output"])
            kind = sampler.get("interpolation", "LINEAR")
            if len(values) != len(times) * (3 if kind == "CUBICSPLINE" else 1) or np.any(np.diff(times) <= 0):
                raise ValueError("the keys of a channel do not fit its times")
            if values.shape[1] != (4 if is_rotation else 3):
                raise ValueError("the keys of a channel have the wrong width")
            stored = values[1::3] if kind == "CUBICSPLINE" else values
            if is_rotation and np.einsum("ij,ij->i", stored, stored).min() < 1e-12:
                raise ValueError("a rotation is not a quaternion")
            channels.append(_Channel(node, is_rotation, times, values, kind))
        return channels


class GltfJoints(JointSource):
    """The joints of one animation of a glTF document."""

    def __init__(
        self,
        tree: NodeTree,
        channels: Sequence[_Channel],
        fps: float,
        frames: int,
        provenance: Provenance,
        start: float = 0.0,
    ) -> None:
        """Take names, parents and rest pose from the nodes.

        Parameters
        ----------
        tree : all nodes of the document
        channels : the animation's keys
        fps : frames a second
        frames : number of frames
        provenance : source of the motion
        start : time of the first frame, seconds
        """
        nodes = tree.joints
        index = {node: j for j, node in enumerate(nodes)}
        parents = [index.get(tree.parents[node], -1) for node in nodes]
        names = make_unique([str(tree.nodes[node].get("name") or f"node_{node}")[:128] for node in nodes])
        rest_positions, self._rest_rotations = tree.rest_pose
        super().__init__(names, parents, rest_positions[nodes], frames, fps, provenance)
        self._tree, self._channels, self._start = tree, channels, start
        self.translated_joints = frozenset(
            index[channel.node]
            for channel in channels
            if not channel.is_rotation
            and index.get(channel.node, 0) > 0
            and np.any(np.ptp(channel.values, axis=0) > 0)
        )
        self.named_joints = {joint: index[node] for joint, node in tree.named_nodes.items() if node in index}

    def evaluate_joints(
        self, joints: Sequence[int], frames: FrameSelection = slice(None)
    ) -> tuple[Array, Array]:
        """Return world positions (T, N, 3) and world rotations from the rest pose (T, N, 4) of ``N`` joints."""
        tree = self._tree
        times = (self._start + np.arange(self.frame_count) / self.fps)[frames]
        targets = [tree.joints[joint] for joint in joints]
        slots: dict[int, list[int]] = {}
        for slot, node in enumerate(targets):
            slots.setdefault(node, []).append(slot)
        needed = tree.list_with_ancestors(targets)
        last_child = {tree.parents[node]: node for node in needed}
        channels = {(channel.node, channel.is_rotation): channel for channel in self._channels}
        translations, rotations, scales = tree.local_transforms
        result = np.empty((len(times), len(joints), 3)), np.empty((len(times), len(joints), 4))
        world: dict[int, tuple[Array, Array, float]] = {}
        for node in needed:
            position, rotation = translations[node], rotations[node]
            if (channel := channels.get((node, False))) is not None:
                position = _sample_channel(channel, times)
            if (channel := channels.get((node, True))) is not None:
                rotation = _sample_channel(channel, times)
            size = float(scales[node])
            if (parent := tree.parents[node]) >= 0:
                parent_position, parent_rotation, parent_size = world[parent]
                position = parent_position + parent_size * rotate(parent_rotation, position)
                rotation, size = multiply(parent_rotation, rotation), parent_size * size
                if last_child[parent] == node:
                    del world[parent]
            world[node] = position, rotation, size
            for slot in slots.get(node, ()):
                result[0][:, slot] = position
                result[1][:, slot] = multiply(rotation, conjugate(self._rest_rotations[node]))
        return result


def _find_span(channels: Sequence[_Channel]) -> tuple[float, float]:
    """Return the times in seconds of the first and the last frame: of the keys that move something, if any do.

    Exporters that keep a scene's times begin with the scene's first frame, which need not be zero.
    """
    moving = [channel for channel in channels if len(channel.times) > 1] or channels
    return (
        min(max(float(channel.times[0]), 0.0) for channel in moving),
        max(float(channel.times[-1]) for channel in channels),
    )


def _find_frame_rate(times: Sequence[Array], stated: Any) -> float:
    """Return frames a second: as stated, else the common rate whose frames hold all keys, else from the key spacing."""
    if isinstance(stated, (int, float)) and math.isfinite(stated) and 0 < stated <= 1000:
        return float(stated)
    steps = np.concatenate([np.diff(t) for t in times])
    if not len(steps):
        return _DEFAULT_FPS
    all_times = np.concatenate(times)
    step = float(np.median(steps))
    tolerance = _TIME_TOLERANCE + 1e-6 * all_times.max()
    if np.ptp(steps) < tolerance:
        # after ten minutes single precision resolves one step to a third of a percent, but their mean much finer
        step = float(np.mean(steps))
        nearest = min(_COMMON_RATES, key=lambda fps: abs(fps * step - 1.0))
        is_near = abs(nearest * step - 1.0) < _TIME_TOLERANCE
        return nearest if is_near else float(np.clip(1.0 / step, 1e-3, 1000.0))
    for fps in _COMMON_RATES:
        if np.max(np.abs(all_times - np.rint(all_times * fps) / fps)) < tolerance:
            return fps
    return float(np.clip(1.0 / step, 10.0, 240.0))


def _sample_channel(channel: _Channel, times: Array) -> Array:
    """Return the values (T, C) of a channel at ``times`` (T,); rotations as w, x, y, z."""
    keys, values, kind = channel.times, channel.values, channel.interpolation
    if kind == "CUBICSPLINE":
        in_tangents, values, out_tangents = values[0::3], values[1::3], values[2::3]
    if channel.is_rotation:
        values = make_continuous(reorder_quaternions(values))
    if len(keys) == 1:
        return np.repeat(values, len(times), axis=0)
    if kind != "CUBICSPLINE" and len(keys) == len(times) and np.abs(keys - times).max() < _TIME_TOLERANCE:
        return np.asarray(values)
    k = np.clip(np.searchsorted(keys, times, side="right") - 1, 0, len(keys) - 2)
    width = keys[k + 1] - keys[k]
    u = np.clip((times - keys[k]) / width, 0.0, 1.0)
    if kind == "STEP":
        return np.asarray(values[np.where(u >= 1.0, k + 1, k)])
    if kind == "CUBICSPLINE":
        if channel.is_rotation:
            # ``make_continuous`` may have negated a key: its tangents need the same sign
            stored = np.roll(channel.values[1::3], 1, axis=-1)
            sign = np.sign(np.sum(stored * values, axis=-1))[:, None]
            in_tangents = sign * np.roll(in_tangents, 1, axis=-1)
            out_tangents = sign * np.roll(out_tangents, 1, axis=-1)
        u, width = u[:, None], width[:, None]
        u2, u3 = u * u, u * u * u
        cubic = (
            (2 * u3 - 3 * u2 + 1) * values[k]
            + (u3 - 2 * u2 + u) * width * out_tangents[k]
            + (3 * u2 - 2 * u3) * values[k + 1]
            + (u3 - u2) * width * in_tangents[k + 1]
        )
        return normalise(cubic) if channel.is_rotation else np.asarray(cubic)
    if channel.is_rotation:
        return slerp(values[k], values[k + 1], u)
    return np.asarray(values[k] + u[:, None] * (values[k + 1] - values[k]))


def _read_contacts(stated: Any, frames: int) -> NDArray[np.bool_] | None:
    """Return the contacts (T, 4) if those of all ``motion.CONTACT_JOINTS`` are stated, else None (detect them)."""
    if not isinstance(stated, dict) or any(joint not in stated for joint in CONTACT_JOINTS):
        return None
    columns = [stated[joint] for joint in CONTACT_JOINTS]
    if any(not isinstance(c, list) or len(c) != frames or not set(c) <= {True, False} for c in columns):
        return None
    return np.array(columns, dtype=bool).T
