# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of VMD, the motion files of MikuMikuDance.

Layout as mmd_tools reads it (github.com/UuuNyaa/blender_mmd_tools, ``mmd_tools/core/vmd``) and as Kaitai's
``3d/mmd_vmd.ksy`` states it: a head, then lists of keys of bones (111 bytes each), morphs, cameras, lights, shadows,
and of the switches of inverse kinematics. Names are Shift-JIS. A key has a position from rest, a quaternion, and Bezier
curves by which the values go there from the key before. 30 frames a second; axes are left-handed, Y up, facing -Z.

The legs of most motions are keyed by targets for inverse kinematics. They are solved here for the standard skeleton.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError
from ..motion import Provenance
from ..rotations import (
    Array,
    identity_rotations,
    make_continuous,
    multiply,
    normalise,
    rotate,
    rotation_between,
    slerp,
)
from ..two_bone import solve_two_bone_ik
from .posed_joints import PosedJoints
from .vmd_skeleton import BONE_NAMES, JOINT_BONES, PARENTS, REST_POSITIONS, SIDES, UNIT

SIGNATURES = (b"Vocaloid Motion Data 0002", b"Vocaloid Motion Data file")
MAX_BYTES = 2**27
MAX_FRAMES = 100_000
_FPS = 30.0
_KEY = np.dtype([
    ("name", "S15"), ("frame", "<u4"), ("position", "<f4", 3), ("rotation", "<f4", 4), ("curves", "u1", 64),
])  # fmt: skip
_RECORD_SIZES = (23, 61, 28, 9)
"""Bytes of the keys of morphs, cameras, lights and shadows, which follow those of the bones."""

_MAX_SWITCHES = 100_000
_MAX_COORDINATE = 1e6
_LEG_KEYED = np.radians(5.0)
"""Rotation of thighs from which on legs without targets are keyed themselves."""


@dataclass
class _Track:
    """The motion of one bone: offsets from rest (T, 3) in metres, and rotations (T, 4)."""

    offsets: Array
    rotations: Array


@dataclass
class _Motion:
    """What a file holds: the keys of each bone, and the frames at which inverse kinematics are switched."""

    keys: dict[str, NDArray[np.void]] = field(default_factory=dict)
    switches: dict[str, list[tuple[int, bool]]] = field(default_factory=dict)
    frame_count: int = 1


def read_vmd_joints(path: Path) -> PosedJoints:
    """Read a VMD file onto the standard skeleton. Raises :class:`FormatError`."""
    motion = _parse(path)
    tracks = {name: _sample(keys, motion.frame_count) for name, keys in motion.keys.items()}
    positions, rotations = _pose(tracks, motion)
    joints = PosedJoints(
        BONE_NAMES,
        PARENTS,
        REST_POSITIONS,
        positions,
        rotations,
        _FPS,
        Provenance(source=f"{path.name}: VMD of {len(motion.keys)} bones, 30 fps, on a standard model"),
    )
    joints.named_joints = {joint: BONE_NAMES.index(bone) for joint, bone in JOINT_BONES.items()}
    return joints


def _parse(path: Path) -> _Motion:
    """Return the keys in a file. Raises :class:`FormatError`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(
                "{file} is larger than {limit} MB: cut the motion into parts",
                file=path.name,
                limit=MAX_BYTES // 2**20,
            )
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    start = 30 + (20 if data.startswith(SIGNATURES[0]) else 10)
    count = int.from_bytes(data[start : start + 4], "little")
    end = start + 4 + count * _KEY.itemsize
    if len(data) < start + 4 or end > len(data):
        raise FormatError("{file} ends early: save it again", file=path.name)
    keys = np.frombuffer(data, _KEY, count, start + 4)
    motion = _Motion(switches=_parse_switches(data, end))
    names, indices = np.unique(keys["name"], return_inverse=True)
    for k, name in enumerate(names):
        bone = _decode(bytes(name))
        if bone in BONE_NAMES:
            own = keys[indices == k]
            # of keys at one frame the last counts
            own = own[np.argsort(own["frame"], kind="stable")]
            motion.keys[bone] = own[np.append(own["frame"][1:] != own["frame"][:-1], True)]
    if not motion.keys:
        raise FormatError("{file} moves no body, but a camera or a face: choose another file", file=path.name)
    motion.frame_count = 1 + max(int(own["frame"][-1]) for own in motion.keys.values())
    if motion.frame_count > MAX_FRAMES:
        raise FormatError(
            "{file} has more than {limit} frames: cut the motion into parts", file=path.name, limit=MAX_FRAMES
        )
    for own in motion.keys.values():
        numbers = np.concatenate([own["position"], own["rotation"]], axis=1)
        if not np.all(np.isfinite(numbers)) or np.abs(numbers).max() > _MAX_COORDINATE:
            raise FormatError(
                "{file} has positions that are not finite or too large: export it again", file=path.name
            )
    return motion


def _decode(name: bytes) -> str:
    """Return the name of a bone; a name that is cut within a character loses that character."""
    return name.split(b"\0")[0].decode("cp932", errors="ignore")


def _parse_switches(data: bytes, start: int) -> dict[str, list[tuple[int, bool]]]:
    """Return for each bone with inverse kinematics the frames at which they are switched on and off.

    Files may end after any of the lists before.
    """
    for size in _RECORD_SIZES:
        start += 4 + size * int.from_bytes(data[start : start + 4], "little")
    switches: dict[str, list[tuple[int, bool]]] = {}
    count = min(int.from_bytes(data[start : start + 4], "little"), _MAX_SWITCHES)
    start += 4
    for _ in range(count):
        head = data[start : start + 9]
        if len(head) < 9:
            break
        frame, number = int.from_bytes(head[:4], "little"), int.from_bytes(head[5:9], "little")
        start += 9
        for _ in range(min(number, 100)):
            entry = data[start : start + 21]
            if len(entry) == 21:
                switches.setdefault(_decode(entry[:20]), []).append((frame, bool(entry[20])))
            start += 21
    return switches


def _sample(keys: NDArray[np.void], frame_count: int) -> _Track:
    """Return the motion of a bone at every frame."""
    frames = keys["frame"].astype(int)
    times = np.arange(frame_count)
    after = np.clip(np.searchsorted(frames, times), 0, len(frames) - 1)
    before = np.where(frames[after] > times, np.maximum(after - 1, 0), after)
    span = np.maximum(frames[after] - frames[before], 1)
    fraction = np.clip((times - frames[before]) / span, 0.0, 1.0)
    curves = _read_curves(keys["curves"])
    # left-handed to right-handed: the z axis is reversed
    positions = keys["position"].astype(float) * [UNIT, UNIT, -UNIT]
    x, y, z, w = (keys["rotation"].astype(float)[:, k] for k in range(4))
    rotations = np.stack([w, -x, -y, z], axis=1)
    is_none = np.linalg.norm(rotations, axis=1) < 1e-6
    rotations[is_none] = [1.0, 0.0, 0.0, 0.0]
    rotations = make_continuous(normalise(rotations))
    weights = [_evaluate_curve(curves[after, channel], fraction) for channel in range(4)]
    offsets = np.stack(
        [positions[before, k] + weights[k] * (positions[after, k] - positions[before, k]) for k in range(3)],
        axis=1,
    )
    return _Track(offsets, slerp(rotations[before], rotations[after], weights[3]))


def _read_curves(values: NDArray[np.uint8]) -> Array:
    """Return the control points (N, 4, 4) x1, y1, x2, y2 of the curves for x, y, z and the rotation, 0 to 1.

    ``values`` (N, 64): four rows of 16 bytes, each the one before without its first byte. MMD writes a switch of the
    physics over the third and fourth byte of the first row, so that these are read from the second.
    """
    first = values[:, :16].astype(float)
    is_shifted = values[:, 16] == values[:, 1]
    first[:, 2:4] = np.where(is_shifted[:, None], values[:, 17:19], first[:, 2:4])
    points = first.reshape(-1, 4, 4).transpose(0, 2, 1)
    return np.clip(points / 127.0, 0.0, 1.0)


def _evaluate_curve(points: Array, fraction: Array) -> Array:
    """Return the height (T,) of Bezier curves from (0, 0) to (1, 1) above ``fraction`` (T,).

    ``points`` (T, 4): their control points x1, y1, x2, y2.
    """
    x1, y1, x2, y2 = points.T
    low, high = np.zeros_like(fraction), np.ones_like(fraction)
    for _ in range(20):
        middle = 0.5 * (low + high)
        is_left = _cubic(x1, x2, middle) < fraction
        low, high = np.where(is_left, middle, low), np.where(is_left, high, middle)
    height = _cubic(y1, y2, 0.5 * (low + high))
    return np.where((x1 == y1) & (x2 == y2), fraction, height)


def _cubic(first: Array, second: Array, at: Array) -> Array:
    rest = 1.0 - at
    return np.asarray(3.0 * rest * rest * at * first + 3.0 * rest * at * at * second + at**3)


def _pose(tracks: Mapping[str, _Track], motion: _Motion) -> tuple[Array, Array]:
    """Return world positions (T, J, 3) and world rotations from rest (T, J, 4) of the standard skeleton."""
    count = motion.frame_count
    positions = np.empty((count, len(BONE_NAMES), 3))
    rotations = np.empty((count, len(BONE_NAMES), 4))

    def place(bone: int) -> None:
        parent, track = PARENTS[bone], tracks.get(BONE_NAMES[bone])
        if parent < 0:
            positions[:, bone] = REST_POSITIONS[bone] + (track.offsets if track else 0.0)
            rotations[:, bone] = track.rotations if track else identity_rotations()
            return
        offset = REST_POSITIONS[bone] - REST_POSITIONS[parent]
        local = np.broadcast_to(offset, (count, 3)) if track is None else offset + track.offsets
        positions[:, bone] = positions[:, parent] + rotate(rotations[:, parent], local)
        above = rotations[:, parent]
        rotations[:, bone] = above if track is None else multiply(above, track.rotations)

    for bone in range(len(BONE_NAMES)):
        place(bone)
    for letter in SIDES.values():
        is_on = _find_solved_frames(letter, tracks, motion)
        if np.any(is_on):
            _solve_leg(letter, is_on, positions, rotations)
    return positions, rotations


def _find_solved_frames(letter: str, tracks: Mapping[str, _Track], motion: _Motion) -> NDArray[np.bool_]:
    """Return the frames (T,) at which the leg of a side follows its target."""
    target = f"{letter}足ＩＫ"
    is_on = np.ones(motion.frame_count, dtype=bool)
    for frame, state in sorted(motion.switches.get(target, [])):
        is_on[frame:] = state
    if target not in tracks and not motion.switches.get(target):
        # without any key of a target the legs are keyed themselves, or stand
        thigh = tracks.get(f"{letter}足")
        if (
            thigh is not None
            and np.max(2 * np.arccos(np.clip(np.abs(thigh.rotations[:, 0]), 0, 1))) > _LEG_KEYED
        ):
            is_on[:] = False
    return is_on


def _solve_leg(letter: str, is_on: NDArray[np.bool_], positions: Array, rotations: Array) -> None:
    """Bring the ankle of a side to its target, and the toes to theirs, at some frames; the arrays are changed.

    Parameters
    ----------
    letter : str
        The side.
    is_on : (T,)
        The frames.
    positions, rotations : (T, J, 3) and (T, J, 4)
        World transforms of the skeleton.
    """
    thigh, shin, ankle, toe, target, toe_target = (
        BONE_NAMES.index(letter + bone) for bone in ("足", "ひざ", "足首", "つま先", "足ＩＫ", "つま先ＩＫ")
    )
    limb = positions[is_on][:, [thigh, shin, ankle]]
    own = rotations[is_on]
    upper, lower = solve_two_bone_ik(
        limb, positions[is_on, target], rotate(own[:, thigh], np.array([1.0, 0.0, 0.0]))
    )
    knee = limb[:, 0] + rotate(upper, limb[:, 1] - limb[:, 0])
    foot = knee + rotate(lower, limb[:, 2] - limb[:, 1])
    foot_rotation = multiply(lower, own[:, ankle])
    sole = REST_POSITIONS[toe] - REST_POSITIONS[ankle]
    wanted = positions[is_on, toe_target] - positions[is_on, target]
    foot_rotation = multiply(rotation_between(rotate(foot_rotation, sole), wanted), foot_rotation)
    positions[is_on, shin], positions[is_on, ankle] = knee, foot
    positions[is_on, toe] = foot + rotate(foot_rotation, sole)
    rotations[is_on, thigh] = multiply(upper, own[:, thigh])
    rotations[is_on, shin] = multiply(lower, own[:, shin])
    rotations[is_on, ankle] = foot_rotation
    rotations[is_on, toe] = foot_rotation
