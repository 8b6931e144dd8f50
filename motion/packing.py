# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion in few bytes, for a .blend that has to hold the motions of its takes.

Rotations are stored by their three smallest components and positions as multiples of a fixed step, as differences from
frame to frame, byte by byte of equal significance, compressed with zlib. Ten seconds of 22 joints at 30 frames a second
take some 40 kB. What is read back is within 0.02 mm and 0.001 degrees of what was stored, at every joint.
"""

from __future__ import annotations

import json
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from .errors import FormatError
from .motion import CONTACT_JOINTS, MAX_FRAMES, Motion, Provenance
from .rotations import Array
from .skeleton import Skeleton

_MAGIC = b"KMP1"
_HEADER = struct.Struct("<4sIIIBdd")
"""Magic, frames, joints, bytes of the description, whether there are contacts, frames a second, step of positions."""

_MAX_JOINTS = 300
_MAX_DESCRIPTION = 100_000
_MAX_BYTES = 2**28
"""Largest size of a motion before compression."""

_ROTATION_SCALE = 2.0**18
"""Steps of a rotation's component: an angle is off by at most 0.0006 degrees."""

_POSITION_STEP = 1e-6
"""Metres between two positions that can be stored, unless the motion travels further than a kilometre."""

_MAX_STEPS = 2.0**29
_LEVEL = 6

_DAMAGE_ERRORS = (
    ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, struct.error, zlib.error,
)  # fmt: skip


def pack_motion(motion: Motion) -> bytes:
    """Return a motion as bytes for :func:`unpack_motion`. Raises ``FormatError`` if it is too large to be packed."""
    frames, joints = motion.local_rotations.shape[:2]
    skeleton = motion.skeleton
    description = json.dumps(
        {
            "joints": skeleton.joint_names,
            "parents": skeleton.parents,
            "offsets": skeleton.rest_offsets.tolist(),
            "provenance": motion.provenance.as_dict(),
        },
        separators=(",", ":"),
    ).encode()
    size = _payload_size(frames, joints, len(description), motion.contacts is not None)
    if (
        frames > MAX_FRAMES
        or joints > _MAX_JOINTS
        or len(description) > _MAX_DESCRIPTION
        or size > _MAX_BYTES
    ):
        raise FormatError("The motion is too large to be stored in the .blend")
    step = max(_POSITION_STEP, float(np.abs(motion.root_translation).max()) / _MAX_STEPS)
    largest, components = _smallest_three(motion.local_rotations)
    payload = [
        description,
        _encode(np.rint(motion.root_translation / step).astype(np.int64)),
        np.packbits(np.unpackbits(largest.reshape(-1, 1), axis=1)[:, -2:]).tobytes(),
        _encode(np.rint(components * _ROTATION_SCALE).astype(np.int64).reshape(frames, -1)),
    ]
    if motion.contacts is not None:
        payload.append(np.packbits(np.asarray(motion.contacts, dtype=bool)).tobytes())
    header = _HEADER.pack(
        _MAGIC, frames, joints, len(description), motion.contacts is not None, motion.fps, step
    )
    return header + zlib.compress(b"".join(payload), _LEVEL)


def unpack_motion(data: bytes) -> Motion:
    """Return the motion of :func:`pack_motion`. Raises ``FormatError`` if the bytes are damaged.

    Sizes are checked before anything is allocated: the bytes may come from a .blend of unknown origin.
    """
    try:
        return _read_packed(data)
    except _DAMAGE_ERRORS as error:
        raise FormatError(
            "The motion that is stored in the .blend is damaged: generate or import it again"
        ) from error


def _read_packed(data: bytes) -> Motion:
    magic, frames, joints, description_size, has_contacts, fps, step = _HEADER.unpack_from(data)
    if magic != _MAGIC or not 1 <= frames <= MAX_FRAMES or not 1 <= joints <= _MAX_JOINTS:
        raise ValueError("the header is damaged")
    if description_size > _MAX_DESCRIPTION or has_contacts not in (0, 1) or not 0 < step < 1.0:
        raise ValueError("the header is damaged")
    size = _payload_size(frames, joints, description_size, bool(has_contacts))
    if size > _MAX_BYTES:
        raise ValueError("the motion is too large")
    unpacker = zlib.decompressobj()
    # one byte more than expected: a bomb is noticed, and not unpacked
    payload = unpacker.decompress(memoryview(data)[_HEADER.size :], size + 1)
    if len(payload) != size or not unpacker.eof:
        raise ValueError("the length is wrong")
    position = 0

    def take(count: int) -> bytes:
        nonlocal position
        position += count
        return payload[position - count : position]

    description = json.loads(take(description_size))
    root = _decode(take(12 * frames), frames, 3) * step
    count = frames * joints
    bits = np.unpackbits(np.frombuffer(take((2 * count + 7) // 8), dtype=np.uint8))[: 2 * count]
    largest = (2 * bits[0::2] + bits[1::2]).reshape(frames, joints)
    components = _decode(take(12 * count), frames, 3 * joints) / _ROTATION_SCALE
    contacts = None
    if has_contacts:
        values = np.frombuffer(take((frames * len(CONTACT_JOINTS) + 7) // 8), dtype=np.uint8)
        contacts = np.unpackbits(values)[: frames * len(CONTACT_JOINTS)].reshape(frames, -1).astype(bool)
    skeleton = Skeleton(
        tuple(str(name) for name in description["joints"]),
        tuple(int(parent) for parent in description["parents"]),
        np.array(description["offsets"], dtype=float),
    )
    rotations = _from_smallest_three(largest, components.reshape(frames, joints, 3))
    return Motion(skeleton, fps, root, rotations, contacts, Provenance.from_dict(description["provenance"]))


def _payload_size(frames: int, joints: int, description: int, has_contacts: bool) -> int:
    contacts = (frames * len(CONTACT_JOINTS) + 7) // 8 if has_contacts else 0
    return description + 12 * frames + (2 * frames * joints + 7) // 8 + 12 * frames * joints + contacts


def _smallest_three(rotations: Array) -> tuple[NDArray[np.uint8], Array]:
    """Return the index (T, J) of each quaternion's largest component, and the other three (T, J, 3).

    The sign is such that the largest component is positive, which leaves it out.
    """
    largest = np.abs(rotations).argmax(axis=-1)
    value = np.take_along_axis(rotations, largest[..., None], axis=-1)
    others = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])[largest]
    return largest.astype(np.uint8), np.take_along_axis(rotations, others, axis=-1) * np.sign(value)


def _from_smallest_three(largest: NDArray[np.uint8], components: Array) -> Array:
    """Return the quaternions (T, J, 4) of :func:`_smallest_three`."""
    squares = np.einsum("...i,...i->...", components, components)
    if np.any(squares > 1.0):
        raise ValueError("a rotation is none")
    rotations = np.empty((*largest.shape, 4))
    others = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])[largest]
    np.put_along_axis(rotations, others, components, axis=-1)
    np.put_along_axis(
        rotations, largest[..., None].astype(np.int64), np.sqrt(1.0 - squares)[..., None], axis=-1
    )
    return rotations


def _encode(values: NDArray[np.int64]) -> bytes:
    """Return integers (T, N) as their differences from row to row, all lowest bytes first."""
    differences = np.diff(values, axis=0, prepend=np.zeros((1, values.shape[1]), dtype=np.int64))
    # small differences of either sign become small numbers
    folded = ((differences << 1) ^ (differences >> 63)).astype("<u4")
    return folded.T.copy().view(np.uint8).reshape(-1, 4).T.tobytes()


def _decode(data: bytes, rows: int, columns: int) -> Array:
    """Return the integers (rows, columns) of :func:`_encode` as floats."""
    planes = np.frombuffer(data, dtype=np.uint8).reshape(4, -1)
    folded = np.ascontiguousarray(planes.T).view("<u4").reshape(columns, rows).T.astype(np.int64)
    differences = (folded >> 1) ^ -(folded & 1)
    return np.cumsum(differences, axis=0).astype(float)
