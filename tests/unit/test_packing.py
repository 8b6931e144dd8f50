# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.packing``: small, exact enough to be applied again, and safe against damaged bytes."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from fakes import make_walk
from hypothesis import given, settings
from kinescribe.motion import FormatError, Motion
from kinescribe.motion.packing import pack_motion, unpack_motion
from kinescribe.motion.rotations import conjugate, multiply
from strategies import SEEDS, motions


def largest_errors(motion: Motion, other: Motion) -> tuple[float, float]:
    """Return how far joints are apart in metres, and how far they are turned in degrees."""
    (places, turns), (other_places, other_turns) = motion.world_transforms, other.world_transforms
    difference = multiply(turns, conjugate(other_turns))
    angles = 2 * np.arcsin(np.minimum(np.linalg.norm(difference[..., 1:], axis=-1), 1.0))
    return float(np.abs(places - other_places).max()), float(np.degrees(angles).max())


@given(motions())
@settings(max_examples=60, deadline=None)
def test_what_is_read_back_is_what_was_packed(motion: Motion) -> None:
    back = unpack_motion(pack_motion(motion))
    metres, degrees = largest_errors(motion, back)
    assert metres < 3e-5 and degrees < 0.004, "22 joints in a row at most"
    assert back.fps == motion.fps and back.provenance == motion.provenance
    assert back.skeleton.joint_names == motion.skeleton.joint_names
    assert back.skeleton.parents == motion.skeleton.parents
    np.testing.assert_array_equal(back.skeleton.rest_offsets, motion.skeleton.rest_offsets)
    if motion.contacts is None:
        assert back.contacts is None
    else:
        np.testing.assert_array_equal(back.contacts, motion.contacts)


def test_packing_again_changes_nothing() -> None:
    once = unpack_motion(pack_motion(make_walk(60)))
    twice = unpack_motion(pack_motion(once))
    np.testing.assert_allclose(once.local_rotations, twice.local_rotations, atol=1e-9)
    np.testing.assert_array_equal(once.root_translation, twice.root_translation)


def test_ten_seconds_are_small_even_if_they_never_rest() -> None:
    random = np.random.default_rng(3)
    walk = make_walk(600, fps=60.0)
    shaken = walk.local_rotations + random.normal(scale=0.002, size=walk.local_rotations.shape)
    motion = replace(walk, local_rotations=shaken)
    assert len(pack_motion(motion)) * 4 / 3 < 200_000, "as text, at 60 frames a second"


def test_a_motion_far_from_the_origin_keeps_its_place() -> None:
    walk = make_walk(10)
    far = replace(walk, root_translation=walk.root_translation + [9e5, 0.0, -9e5])
    back = unpack_motion(pack_motion(far))
    assert np.abs(back.root_translation - far.root_translation).max() < 2e-3


@given(SEEDS)
@settings(max_examples=200, deadline=None)
def test_damaged_bytes_are_refused_in_a_sentence_or_read(seed: int) -> None:
    random = np.random.default_rng(seed)
    packed = bytearray(pack_motion(make_walk(8)))
    for _ in range(int(random.integers(1, 6))):
        packed[int(random.integers(len(packed)))] = int(random.integers(256))
    data = bytes(packed[: int(random.integers(len(packed)))] if random.random() < 0.3 else packed)
    try:
        motion = unpack_motion(data)
    except FormatError as error:
        assert "is damaged" in str(error)
    else:
        assert len(motion) == 8


@pytest.mark.parametrize(
    "data", [b"", b"KMP1", b"KMP1" + bytes(200), b"no motion at all, but long enough to be one"]
)
def test_what_is_no_motion_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="damaged"):
        unpack_motion(data)


def test_sizes_are_checked_before_memory_is_taken() -> None:
    header = struct.Struct("<4sIIIBdd")
    bomb = zlib.compress(bytes(10**7))
    for frames, joints, description in (
        (2**32 - 1, 22, 10),
        (200_000, 300, 10),
        (10, 22, 2**31),
        (10, 22, 100),
    ):
        with pytest.raises(FormatError, match="damaged"):
            unpack_motion(header.pack(b"KMP1", frames, joints, description, 0, 30.0, 1e-5) + bomb)
