# SPDX-License-Identifier: GPL-3.0-or-later
"""``formats.gltf_read`` and ``gltf_write``."""

from __future__ import annotations

import base64
import json
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinescribe.motion import T_POSE, FormatError, Motion, Provenance, Skeleton
from kinescribe.motion.formats import read_motion
from kinescribe.motion.formats.gltf_accessors import GltfDocument
from kinescribe.motion.formats.gltf_read import parse_gltf, read_gltf
from kinescribe.motion.formats.gltf_write import pack_gltf, write_gltf
from kinescribe.motion.rotations import axis_angle_to_quaternion, multiply, rotate, rotation_about_axis

from devtools.testing.file_cases import CASES, compare_motions


def a_motion(frames: int = 20, seed: int = 0, fps: float = 30.0) -> Motion:
    rng = np.random.default_rng(seed)
    turns = np.cumsum(rng.normal(scale=0.05, size=(frames, 22, 3)), axis=0)
    root = np.cumsum(rng.normal(scale=0.02, size=(frames, 3)), axis=0) + [0.3, 0.9, 0.1]
    return Motion(
        T_POSE, fps, root, axis_angle_to_quaternion(turns), provenance=Provenance(prompt="a person sways")
    )


def packed(document: dict[str, Any], values: list[np.ndarray]) -> bytes:
    """A .gltf whose accessors are the float arrays."""
    blob, views, accessors = b"", [], []
    for array in values:
        raw = np.asarray(array, "<f4")
        views.append({"buffer": 0, "byteOffset": len(blob), "byteLength": raw.nbytes})
        kind = "SCALAR" if raw.ndim == 1 else f"VEC{raw.shape[1]}"
        accessors.append(
            {"bufferView": len(views) - 1, "componentType": 5126, "count": len(raw), "type": kind}
        )
        blob += raw.tobytes()
    uri = "data:application/octet-stream;base64," + base64.b64encode(blob).decode()
    return json.dumps(
        {"accessors": accessors, "bufferViews": views, "buffers": [{"byteLength": len(blob), "uri": uri}]}
        | document
    ).encode()


def two_joints(interpolation: str, times: list[float], keys: np.ndarray, **node: Any) -> bytes:
    return packed(
        {
            "nodes": [
                {"name": "hip", "children": [1]} | node,
                {"name": "tip", "translation": [0, 1, 0]},
            ],
            "animations": [
                {
                    "samplers": [{"input": 0, "output": 1, "interpolation": interpolation}],
                    "channels": [{"sampler": 0, "target": {"node": 0, "path": "rotation"}}],
                }
            ],
        },
        [np.array(times), keys],
    )


@pytest.mark.parametrize("fps", [20.0, 24.0, 30.0, 29.97002997, 120.0])
def test_what_is_written_is_read_again(tmp_path: Path, fps: float) -> None:
    motions = [a_motion(seed=1, fps=fps), a_motion(frames=31, seed=2, fps=fps)]
    write_gltf(motions, tmp_path / "two.glb")
    for wrote, read in zip(motions, read_gltf(tmp_path / "two.glb"), strict=True):
        assert read.fps == pytest.approx(fps) and read.skeleton.joint_names == T_POSE.joint_names
        np.testing.assert_allclose(read.positions, wrote.positions, atol=2e-6)


def test_names_of_any_length_do_not_fill_the_sentence() -> None:
    raw = json.loads(two_joints("LINEAR", [0, 1], np.eye(4)[[3, 3]]))
    raw["accessors"][0]["type"] = "]" * 5000
    with pytest.raises(FormatError) as caught:
        parse_gltf(json.dumps(raw).encode())
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0, 120.0])
def test_the_rate_of_a_long_motion_is_known_although_its_times_are_rough(fps: float) -> None:
    times = np.arange(int(1000 * fps)) / fps
    keys = np.roll(rotation_about_axis("z", np.sin(times)), -1, axis=-1)
    (motion,) = parse_gltf(two_joints("LINEAR", list(times), keys))
    assert motion.fps == fps and len(motion) == len(times)


def test_rotations_count_from_the_rest_pose_whatever_the_nodes_say() -> None:
    turn = rotation_about_axis("x", 0.5)
    keys = np.roll(multiply(turn, rotation_about_axis("z", np.array([0.0, 0.4]))), -1, axis=-1)
    (motion,) = parse_gltf(two_joints("LINEAR", [0, 1 / 30], keys, rotation=np.roll(turn, -1).tolist()))
    np.testing.assert_allclose(motion.skeleton.rest_offsets[1], rotate(turn, [0.0, 1.0, 0.0]), atol=1e-6)
    np.testing.assert_allclose(np.abs(motion.local_rotations[0, 0]), [1, 0, 0, 0], atol=1e-6)
    wanted = rotate(multiply(turn, rotation_about_axis("z", 0.4)), [0.0, 1.0, 0.0])
    np.testing.assert_allclose(motion.positions[1, 1], wanted, atol=1e-6)


@pytest.mark.parametrize("kind", ["LINEAR", "STEP", "CUBICSPLINE"])
def test_sparse_keys_are_played_as_the_specification_says(kind: str) -> None:
    ends = np.roll(rotation_about_axis("z", np.array([0.0, 1.0])), -1, axis=-1)
    keys = ends
    if kind == "CUBICSPLINE":  # level tangents
        keys = np.concatenate([np.stack([0 * e, e, 0 * e]) for e in ends])
    raw = json.loads(two_joints(kind, [0, 1], keys))
    raw["extensions"] = {"MMCP_motion": {"fps": 4.0, "model": "m", "samples": [{}]}}
    (motion,) = parse_gltf(json.dumps(raw).encode())
    assert motion.fps == 4.0 and len(motion) == 5 and motion.provenance.model == "m"
    angle = 2 * np.arctan2(motion.local_rotations[:, 0, 3], motion.local_rotations[:, 0, 0])
    if kind == "LINEAR":
        np.testing.assert_allclose(angle, [0, 0.25, 0.5, 0.75, 1], atol=1e-6)
    elif kind == "STEP":
        np.testing.assert_allclose(angle, [0, 0, 0, 0, 1], atol=1e-6)
    else:
        np.testing.assert_allclose(angle, [0, 0.156, 0.5, 0.844, 1], atol=0.01)


def test_scale_of_a_parent_counts() -> None:
    keys = np.roll(rotation_about_axis("z", np.array([0.0, 0.4])), -1, axis=-1)
    (motion,) = parse_gltf(two_joints("LINEAR", [0, 1], keys, scale=[0.01] * 3))
    np.testing.assert_allclose(np.linalg.norm(motion.skeleton.rest_offsets[1]), 0.01, atol=1e-9)


def broken(**change: Any) -> bytes:
    raw = json.loads(
        two_joints("LINEAR", [0, 1], np.roll(rotation_about_axis("z", np.array([0.0, 0.4])), -1, axis=-1))
    )
    for path, value in change.items():
        place: Any = raw
        *way, last = [int(p) if p.isdigit() else p for p in path.split("__")]
        for step in way:
            place = place[step]
        place[last] = value
    return json.dumps(raw).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"glTF",
        b"[]",
        b"{}",
        b'{"nodes": [[[[',
        b"[" * 100_000,
        struct.pack("<4sII", b"glTF", 2, 10**6),
        broken(animations=[]),
        broken(nodes=[]),
        broken(nodes__0__children=[0]),
        broken(nodes__1__children=[0]),
        broken(nodes__0__children=[7]),
        broken(nodes__0__rotation=[0, 0, 0, 0]),
        broken(nodes__0__scale=[0, 0, 0]),
        broken(nodes__0__translation=[1, 2]),
        broken(accessors__0__count=10**9),
        broken(accessors__0__count=-1),
        broken(accessors__0__bufferView=4),
        broken(accessors__1__type="MAT2"),
        broken(bufferViews__0__byteOffset=-4),
        broken(bufferViews__0__byteLength=10**12),
        broken(buffers__0__uri="file:///etc/passwd"),
        broken(buffers__0__uri="data:x;base64,!!!"),
        broken(animations__0__channels__0__sampler=3),
        broken(animations__0__channels__0__target__path="weights"),
        broken(animations=7),
    ],
)
def test_damaged_documents_are_refused_in_one_sentence(raw: bytes) -> None:
    with pytest.raises(FormatError, match="The glTF document"):
        parse_gltf(raw)


def test_times_without_end_are_refused() -> None:
    keys = np.roll(rotation_about_axis("z", np.array([0.0, 0.4])), -1, axis=-1)
    with pytest.raises(FormatError, match="longer than"):
        parse_gltf(two_joints("LINEAR", [0, 1e30], keys))
    with pytest.raises(FormatError, match="finite"):
        parse_gltf(two_joints("LINEAR", [0, float("nan")], keys))


@given(st.integers(0, 10**6), st.integers(0, 255), st.integers(0, 3))
def test_no_flipped_byte_does_more_than_be_refused(place: int, byte: int, cut: int) -> None:
    raw = bytearray(pack_gltf([a_motion(frames=4)]))
    raw[place % len(raw)] = byte
    try:
        motions = parse_gltf(bytes(raw[: len(raw) - cut * 40]))
    except FormatError as error:
        assert str(error).startswith("The glTF document")
    else:
        assert all(np.isfinite(motion.positions).all() for motion in motions)


def test_motions_of_two_skeletons_are_not_one_file() -> None:
    other = Skeleton(("a", "b"), (-1, 0), np.array([[0.0, 0, 0], [0, 1, 0]]))
    still = Motion(other, 30.0, np.zeros((2, 3)), np.tile([1.0, 0, 0, 0], (2, 2, 1)))
    with pytest.raises(FormatError, match="different skeletons"):
        pack_gltf([a_motion(), still])


def shared_accessors(nodes: int, keys: int, animations: int = 1, repeats: int = 1) -> bytes:
    """A document whose channels all share one accessor."""
    channels = [
        {"sampler": 0, "target": {"node": n, "path": "rotation"}}
        for n in range(nodes)
        for _ in range(repeats)
    ]
    animation = {"samplers": [{"input": 0, "output": 1}], "channels": channels}
    turns = np.tile([0.0, 0.0, 0.0, 1.0], (keys, 1))
    tree = [{"name": f"n{n}", "children": [n + 1]} for n in range(nodes - 1)] + [{"name": "end"}]
    return packed({"nodes": tree, "animations": [animation] * animations}, [np.arange(keys) / 30, turns])


def test_keys_that_many_channels_share_are_counted_before_they_are_read() -> None:
    raw = shared_accessors(2000, 20_000)
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match="channels have more than"):
            parse_gltf(raw)
        assert tracemalloc.get_traced_memory()[1] < 2**26
    finally:
        tracemalloc.stop()


def test_a_channel_that_is_named_again_costs_nothing() -> None:
    raw = shared_accessors(3, 2000, repeats=5000)
    tracemalloc.start()
    try:
        assert len(parse_gltf(raw)[0]) == 2000
        assert tracemalloc.get_traced_memory()[1] < 2**26
    finally:
        tracemalloc.stop()


def test_too_little_memory_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(GltfDocument, "read_accessor", fail)
    with pytest.raises(FormatError, match="more memory than there is"):
        parse_gltf(shared_accessors(3, 5))


def test_a_vrm_animation_that_names_no_hips_is_mapped_by_its_structure(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "names-say-nothing.vrma")
    path = tmp_path / "a.vrma"
    case.write(path)
    data = path.read_bytes()
    assert b'"hips"' in data
    path.write_bytes(data.replace(b'"hips"', b'"hops"'))
    assert compare_motions(read_motion(path), case.source(), case) == []
