# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of glTF 2.0 animations: MMCP responses, and characters with animations as .glb or .gltf files."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError
from ..motion import CONTACT_JOINTS, MAX_FRAMES, Motion
from ..rotations import Array, conjugate, make_continuous, multiply, normalise, slerp
from ..skeleton import Skeleton
from .gltf_accessors import MAX_BYTES, GltfDocument, check_index, load_document
from .gltf_nodes import NodeTree, reorder_quaternions
from .unique_names import make_unique

MAX_POSES = 4_000_000
"""Frames times nodes, of all animations together."""

_MAX_ANIMATIONS = 64
_MAX_REASON = 100
"""Characters of a Python error message that are shown: it may contain a name from the file, of any length."""

_DEFAULT_FPS = 30.0
_COMMON_RATES = (20.0, 24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 50.0, 60000 / 1001, 60.0, 100.0, 120.0)
_TIME_TOLERANCE = 1e-4  # seconds between a key and the nearest whole frame


def read_gltf(path: Path) -> list[Motion]:
    """Read one motion for each animation of a .glb or .gltf file. Raises :class:`FormatError`."""
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(
                "{file} has more than {limit} MB: export the animation alone",
                file=path.name,
                limit=MAX_BYTES // 2**20,
            )
        raw = path.read_bytes()
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    return parse_gltf(raw, path.name)


def parse_gltf(raw: bytes, name: str = "The glTF document") -> list[Motion]:
    """Read one motion for each animation from the bytes of a .glb or .gltf file.

    Raises :class:`FormatError` with a message that begins with ``name``.
    """
    try:
        return _AnimationReader(load_document(raw)).read_motions()
    except FormatError as error:
        raise FormatError(
            "{file} is not a glTF animation that can be read ({reason})", file=name, reason=error
        ) from None
    except RecursionError:
        raise FormatError(
            "{file} is not a glTF animation that can be read (it is nested too deep)", file=name
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
    """Reads all animations of one document."""

    def __init__(self, document: GltfDocument) -> None:
        self._document = document
        self._tree = NodeTree(document)
        self._poses_left = MAX_POSES

    def read_motions(self) -> list[Motion]:
        """Return the motions of all animations that rotate a joint. Raises :class:`FormatError` if there is none."""
        animations = self._document.get_list("animations")
        if not animations:
            raise FormatError("it holds no animation")
        if len(animations) > _MAX_ANIMATIONS:
            raise FormatError("it holds more than {limit} animations", limit=_MAX_ANIMATIONS)
        extension = self._document.content.get("extensions", {}).get("MMCP_motion", {})
        motions = []
        for k, animation in enumerate(animations):
            samples = extension.get("samples", [])
            sample = samples[k] if k < len(samples) and isinstance(samples[k], dict) else {}
            motion = self._read_motion(animation, extension.get("fps"), sample)
            if motion is not None:
                model = str(extension.get("model", ""))[:200]
                title = animation.get("name")
                source = f"glTF animation {title!r}"[:200] if title and not model else ""
                motions.append(motion.with_provenance(model=model, source=source))
        if not motions:
            raise FormatError("none of its animations rotates a joint")
        return motions

    def _read_channels(self, animation: dict[str, Any]) -> list[_Channel]:
        """Return the rotation and translation channels of an animation."""
        channels = []
        for channel in animation.get("channels", []):
            target = channel.get("target", {})
            path, node = target.get("path"), target.get("node")
            if path not in ("rotation", "translation") or node is None:
                continue
            sampler = animation["samplers"][check_index(channel["sampler"], len(animation["samplers"]))]
            times = self._document.read_accessor(sampler["input"])[:, 0]
            values = self._document.read_accessor(sampler["output"])
            kind = sampler.get("interpolation", "LINEAR")
            if len(values) != len(times) * (3 if kind == "CUBICSPLINE" else 1) or np.any(np.diff(times) <= 0):
                raise ValueError("the keys of a channel do not fit its times")
            if values.shape[1] != (4 if path == "rotation" else 3):
                raise ValueError("the keys of a channel have the wrong width")
            node = check_index(node, len(self._tree.nodes))
            channels.append(_Channel(node, path == "rotation", times, values, kind))
        return channels

    def _read_motion(
        self, animation: dict[str, Any], stated_fps: Any, sample: dict[str, Any]
    ) -> Motion | None:
        """Return the motion of one animation, None if it rotates no joint.

        ``stated_fps`` and ``sample`` (with the contacts) come from the MMCP extension, unchecked.
        """
        channels = self._read_channels(animation)
        joints = set(self._tree.joints)
        if not any(channel.is_rotation and channel.node in joints for channel in channels):
            return None
        fps = _find_frame_rate([channel.times for channel in channels], stated_fps)
        last = max(float(channel.times[-1]) for channel in channels)
        frames = int(min(last * fps, 2.0 * MAX_FRAMES) + 0.5) + 1
        self._poses_left -= frames * len(self._tree.nodes)
        if frames > MAX_FRAMES or self._poses_left < 0:
            raise FormatError("it is longer than what can be read, cut it into parts")
        times = np.arange(frames) / fps
        translations, rotations, scales = self._tree.read_transforms()
        rest_pose = self._tree.rest_pose  # before the large arrays
        translations = np.repeat(translations[None], frames, axis=0)
        rotations = np.repeat(rotations[None], frames, axis=0)
        # the longest motions take most of a gigabyte: each channel's keys are freed after use
        channels.reverse()
        while channels:
            channel = channels.pop()
            values = _sample_channel(channel, times)
            (rotations if channel.is_rotation else translations)[:, channel.node] = values
        positions, rotations = self._tree.to_world(translations, rotations, scales)
        root = positions[:, self._tree.joints[0]].copy()
        del positions, translations
        contacts = _read_contacts(sample.get("foot_contacts"), frames)
        return self._build_motion(fps, root, rotations, rest_pose, contacts)

    def _build_motion(
        self,
        fps: float,
        root: Array,
        rotations: Array,
        rest_pose: tuple[Array, Array],
        contacts: NDArray[np.bool_] | None,
    ) -> Motion:
        """Return the motion of the joints, with rotations relative to their rest pose.

        Parameters
        ----------
        fps : float
            Frames a second.
        root : (T, 3) metres
            Positions of the root joint.
        rotations : (T, N, 4)
            World rotations of all nodes; overwritten.
        rest_pose : (N, 3), (N, 4)
            World positions and rotations of all nodes at rest.
        contacts : (T, 4) or None
            Contacts of ``motion.CONTACT_JOINTS``.
        """
        tree, joints = self._tree, self._tree.joints
        rest_positions, rest_rotations = rest_pose
        index = {node: j for j, node in enumerate(joints)}
        parents = [index.get(tree.parents[node], -1) for node in joints]
        local = np.empty((len(rotations), len(joints), 4))
        offsets = np.zeros((len(joints), 3))
        for node in joints:
            rotations[:, node] = multiply(rotations[:, node], conjugate(rest_rotations[node]))
        for j, (node, parent) in enumerate(zip(joints, parents, strict=True)):
            local[:, j] = rotations[:, node]
            if parent >= 0:
                local[:, j] = multiply(conjugate(rotations[:, joints[parent]]), rotations[:, node])
                offsets[j] = rest_positions[node] - rest_positions[joints[parent]]
        names = make_unique([str(tree.nodes[node].get("name") or f"node_{node}")[:128] for node in joints])
        skeleton = Skeleton(names, tuple(parents), offsets)
        return Motion(skeleton, fps, root, make_continuous(normalise(local)), contacts)


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
