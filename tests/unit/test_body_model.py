# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.body``: body model files (read without executing them), body poses and the point cache."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from typing import Any

import body_kit as kit
import numpy as np
import pytest
from kinescribe.inference import cli
from kinescribe.motion import FormatError, Motion, Provenance, RequestError
from kinescribe.motion.body import point_cache
from kinescribe.motion.body.body_model import BodyModel, build_body_model, read_body_model
from kinescribe.motion.body.body_pose import BodyPoseOptions, motion_to_body_pose, track_hip_midpoint
from kinescribe.motion.formats import read_motion, write_motion
from kinescribe.motion.formats.smpl_hands import add_extra_joints
from kinescribe.motion.rest_pose import SMPL_REST_POSE
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    multiply,
    quaternion_to_axis_angle,
    rotate,
)
from kinescribe.motion.skeleton import HAND_JOINTS, SMPL_JOINTS, T_POSE
from kinescribe.motion.smoothing import find_smooth_way

from devtools.testing.motions import make_walk

SOLES = 0.03
"""Metres by which soles may be thicker than those that are supposed under a motion's joints."""


def made(kind: str, **more: Any) -> BodyModel:
    return build_body_model("made.npz", kit.model_arrays(kind, **more))


def motion(frames: int = 7, skeleton: Any = SMPL_REST_POSE, seed: int = 1, **provenance: Any) -> Motion:
    rng = np.random.default_rng(seed)
    turns = axis_angle_to_quaternion(0.3 * rng.standard_normal((frames, len(skeleton), 3)))
    way = np.cumsum(0.05 * rng.standard_normal((frames, 3)), axis=0) + [0, 0.95, 0]
    return Motion(skeleton, 30.0, way, turns, provenance=Provenance(**provenance))


def same(found: BodyModel, arrays: dict[str, Any]) -> None:
    for values, key in (
        (found.template, "v_template"),
        (found.shape_directions, "shapedirs"),
        (found.pose_directions, "posedirs"),
        (found.joint_regressor, "J_regressor"),
        (found.skin_weights, "weights"),
        (found.faces, "f"),
    ):
        np.testing.assert_allclose(values, arrays[key], atol=1e-7, err_msg=key)
    assert found.parents[0] == -1 and len(found.parents) == len(found.joint_regressor)


@pytest.mark.parametrize("kind", kit.JOINTS)
def test_an_npz_is_read_and_its_objects_are_not(kind: str, tmp_path: Path) -> None:
    path = kit.write_model_npz(tmp_path / "body.npz", kind)
    found = read_body_model(path.rename(tmp_path / "a name that says nothing"))
    assert found.kind == kind
    arrays = kit.model_arrays(kind)
    same(found, arrays)
    np.testing.assert_allclose(found.compute_rest_pose()[1], kit.model_joints(kind)[0], atol=1e-6)
    assert (found.relaxed_hands is None) == (kind == "smpl")


@pytest.mark.parametrize(("kind", "protocol"), [("smpl", 0), ("smpl", 1), ("smpl", 2), ("smplh", 2)])
def test_a_pickle_of_python_2_with_scipy_and_chumpy_is_read(kind: str, protocol: int, tmp_path: Path) -> None:
    arrays = kit.model_arrays(kind)
    raw = kit.python2_pickle(arrays, protocol)
    assert b"chumpy.reordering" in raw and b"scipy.sparse.csc" in raw and b"__builtin__" in raw
    (tmp_path / "SMPL.pkl").write_bytes(raw)
    found = read_body_model(tmp_path / "SMPL.pkl")
    assert found.kind == kind
    same(found, arrays)


def test_a_pickle_of_the_published_size_is_read(tmp_path: Path) -> None:
    """Its pose correctives are a text of 34 MB, more than a motion may hold."""
    arrays = kit.model_arrays("smpl", kit.PUBLISHED["smpl"])
    assert arrays["posedirs"].nbytes > 2**25
    (tmp_path / "SMPL_NEUTRAL.pkl").write_bytes(kit.python2_pickle(arrays))
    same(read_body_model(tmp_path / "SMPL_NEUTRAL.pkl"), arrays)


def test_a_cleaned_pickle_is_read(tmp_path: Path) -> None:
    arrays = kit.model_arrays("smpl")
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(arrays, 4))
    same(read_body_model(tmp_path / "x.pkl"), arrays)


class Asks:
    """An object that is pickled as a function call."""

    def __init__(self, call: Any, *arguments: Any) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.call, self.arguments


@pytest.mark.parametrize(
    "raw",
    [
        pickle.dumps({"v_template": Asks(os.system, "touch owned")}, 2),
        pickle.dumps({"unneeded": Asks(os.mkdir, "owned")}, 2),
        b"cchumpy.ch\nos.system\n(S'touch owned'\ntR.",
        b"ccopy_reg\n_reconstructor\n(cos\nsystem\nc__builtin__\nobject\nNtR.",
        b"ccopy_reg\n_reconstructor\n(c__builtin__\nset\nc__builtin__\nobject\nNtR.",
        b"cscipy.sparse\nload_npz\n(S'owned'\ntR.",
        b"cscipy.sparse.csc\nos.system\n(S'touch owned'\ntR.",
        b'c__builtin__\neval\n(S\'open("owned", "w")\'\ntR.',
    ],
)
def test_a_hostile_pickle_runs_nothing(raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (tmp_path / "SMPL.pkl").write_bytes(raw)
    with pytest.raises(FormatError, match=r"^SMPL\.pkl "):
        read_body_model(tmp_path / "SMPL.pkl")
    assert list(folder.iterdir()) == []


def test_an_npz_whose_needed_array_is_an_object_is_refused(tmp_path: Path) -> None:
    arrays = kit.model_arrays("smplx")
    arrays["weights"] = np.array(Asks(os.mkdir, str(tmp_path / "owned")), dtype=object)
    np.savez(tmp_path / "SMPLX.npz", **arrays)
    with pytest.raises(FormatError, match="weights holds Python objects"):
        read_body_model(tmp_path / "SMPLX.npz")
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_pickle_is_a_body_or_one_sentence(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    raw = bytearray(kit.python2_pickle(kit.model_arrays("smpl"), 1 + seed % 2))
    # beside the names, where the file says what it is
    words = (
        b"indptr",
        b"_shape",
        b"chumpy",
        b"scipy",
        b"idxs",
        b"preferred_shape",
        b"kintree_table",
        b"dtype",
    )
    at = raw.index(words[seed % len(words)]) + rng.integers(-40, 200, 6)
    for place in np.clip(at, 0, len(raw) - 1):
        raw[place] = rng.integers(256)
    path = tmp_path / "SMPL.pkl"
    path.write_bytes(raw if seed % 5 else raw[: rng.integers(len(raw))])
    try:
        assert read_body_model(path).kind == "smpl"
    except FormatError as error:
        assert str(error).startswith("SMPL.pkl ") and "\n" not in str(error)


def test_a_matrix_that_is_wrong_is_refused(tmp_path: Path) -> None:
    raw = kit.python2_pickle(kit.model_arrays("smpl"))
    starts = np.array([0], np.int32)
    for name, wrong in (
        ("indptr", starts),
        ("indices", np.full(144, 10**6, np.int32)),
        ("_shape", (10**5, 10**5)),
    ):
        arrays = kit.model_arrays("smpl")

        def spoiled(kind: type, name: str = name, wrong: Any = wrong, **state: Any) -> Any:
            found = kind()
            found.__dict__.update(state)
            if kind is kit.csc_matrix:
                found.__dict__[name] = wrong
            return found

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kit, "_make_instance", spoiled)
            damaged = kit.python2_pickle(arrays)
        assert damaged != raw
        (tmp_path / "SMPL.pkl").write_bytes(damaged)
        with pytest.raises(FormatError, match=r"^SMPL\.pkl is "):
            read_body_model(tmp_path / "SMPL.pkl")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"posedirs": np.zeros((5, 3, 9))}, "posedirs has the wrong shape"),
        ({"v_template": None}, "lacks v_template"),
        ({"f": np.array([[0, 1, 10**6]])}, "faces use vertices that it lacks"),
        ({"kintree_table": np.tile(np.arange(24), (2, 1))}, "joints are in an order"),
        ({"weights": np.zeros((500, 16))}, "16 joints .*a MANO hand"),
        ({"v_template": np.full((5, 3), np.nan)}, "v_template holds values that are not finite"),
        ({"J_regressor": np.array("text")}, "J_regressor does not hold numbers"),
    ],
)
def test_what_is_no_body_is_said_in_a_sentence(change: dict[str, Any], said: str) -> None:
    with pytest.raises(FormatError, match=f"^x.npz .*{said}"):
        build_body_model("x.npz", {**kit.model_arrays("smpl"), **change})


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pkl").write_text("hello", encoding="utf-8")
    np.savez(tmp_path / "motion.npz", poses=np.zeros((3, 165)))
    for name, said in (
        ("text.pkl", "text.pkl"),
        ("motion.npz", "lacks v_template"),
        ("gone.npz", "can't be read"),
    ):
        with pytest.raises(FormatError, match=said):
            read_body_model(tmp_path / name)


@pytest.mark.parametrize(("kind", "first"), [("smpl", None), ("smplh", 22), ("smplx", 25)])
def test_a_pose_has_the_motion_s_rotations_where_the_model_has_its_joints(
    kind: str, first: int | None
) -> None:
    skeleton = add_extra_joints([*HAND_JOINTS, "jaw"])
    given, model = motion(skeleton=skeleton), made(kind)
    pose = motion_to_body_pose(given, model)
    turns = quaternion_to_axis_angle(pose.rotations)
    np.testing.assert_allclose(
        turns[:, :22], quaternion_to_axis_angle(given.local_rotations)[:, :22], atol=1e-9
    )
    if first is None:
        assert not turns[:, 22:].any()
    else:
        for k, joint in enumerate(HAND_JOINTS):
            own = quaternion_to_axis_angle(given.local_rotations[:, skeleton.joint_index(joint)])
            np.testing.assert_allclose(turns[:, first + k], own, atol=1e-9)
    if kind == "smplx":
        own = quaternion_to_axis_angle(given.local_rotations[:, skeleton.joint_index("jaw")])
        np.testing.assert_allclose(turns[:, 22], own, atol=1e-9)
        assert not turns[:, 23:25].any()
    # these bodies have the legs of the motion's
    moved = pose.pelvis - given.root_translation
    assert np.abs(moved[:, [0, 2]]).max() < 1e-6 and np.abs(moved[:, 1]).max() < SOLES


def test_hands_without_a_motion_are_at_ease(tmp_path: Path) -> None:
    model = made("smplx")
    assert model.relaxed_hands is not None
    turns = quaternion_to_axis_angle(motion_to_body_pose(motion(), model).rotations)[:, 25:]
    np.testing.assert_allclose(turns, np.tile(model.relaxed_hands.reshape(1, 30, 3), (7, 1, 1)), atol=1e-9)


def angle_of(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))))


def test_another_rest_pose_is_counted_anew() -> None:
    given = Motion(T_POSE, 30.0, np.tile([0, 0.95, 0], (2, 1)), np.tile([1.0, 0, 0, 0], (2, 22, 1)))
    model = made("smpl")
    pose = motion_to_body_pose(given, model)
    joints = model.compute_rest_pose()[1]
    arm = joints[18] - joints[16]
    level = T_POSE.rest_offsets[SMPL_JOINTS.index("left_elbow")]
    assert angle_of(arm, level) > 8.0, "SMPL's arms hang"
    world = pose.rotations[0, 0]
    for joint in ("spine1", "spine2", "spine3", "left_collar", "left_shoulder"):
        world = multiply(world, pose.rotations[0, SMPL_JOINTS.index(joint)])
    assert angle_of(rotate(world, arm), level) < 0.01


def test_recorded_shapes_are_taken_where_they_are_of_the_model(tmp_path: Path) -> None:
    betas = np.array([1.5, -0.5, 0.25])
    poses = np.zeros((4, 165))
    poses[:, 0] = np.pi / 2
    np.savez(
        tmp_path / "take.npz", poses=poses, trans=np.tile([0, 0, 1.3], (4, 1)), betas=betas, mocap_frame_rate=30.0,
        surface_model_type="smplx",
    )  # fmt: skip
    given = read_motion(tmp_path / "take.npz")
    assert (given.provenance.body_model, given.provenance.betas) == ("smplx", (1.5, -0.5, 0.25))
    assert motion_to_body_pose(given, made("smplx")).betas == (1.5, -0.5, 0.25)
    np.testing.assert_allclose(
        motion_to_body_pose(given, made("smplx")).pelvis, given.root_translation, atol=1e-9
    )
    assert motion_to_body_pose(given, made("smplh")).betas == ()
    assert motion_to_body_pose(given, made("smplx"), betas=(0.5,)).betas == (0.5,)
    assert Provenance.from_dict(given.provenance.as_dict()) == given.provenance
    assert Provenance.from_dict({"betas": [1, "x"]}).betas == ()


def test_a_larger_body_takes_larger_steps_and_stays_on_the_floor() -> None:
    arrays = kit.model_arrays("smplx")
    arrays["v_template"] = 1.2 * arrays["v_template"]
    model, given = build_body_model("x", arrays), motion()
    moved = motion_to_body_pose(given, model).pelvis - 1.2 * given.root_translation
    assert np.abs(moved[:, [0, 2]]).max() < 1e-6 and np.abs(moved[:, 1]).max() < SOLES
    still = Motion(SMPL_REST_POSE, 30.0, np.zeros((1, 3)), np.tile([1.0, 0, 0, 0], (1, 22, 1)))
    between = track_hip_midpoint(motion_to_body_pose(still, model), model)[0]
    np.testing.assert_allclose(between, 1.2 * SMPL_REST_POSE.rest_positions[[1, 2]].mean(axis=0), atol=SOLES)


def test_without_the_packages_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_motion(make_walk(5), tmp_path / "take.npz")
    monkeypatch.delitem(sys.modules, "kinescribe.inference.body.mesh", raising=False)
    for name in ("torch", "smplx"):
        monkeypatch.setitem(sys.modules, name, None)
    take, out = str(tmp_path / "take.npz"), str(tmp_path / "take.pc2")
    assert cli.main(["body", take, "--model", "SMPLX.npz", "-o", out]) == 2
    assert "lacks (torch)" in capsys.readouterr().err


def test_in_place_and_locked_as_on_a_rig() -> None:
    given, model = make_walk(60, 30.0, drift=0.2), made("smplx")
    free, still = (
        motion_to_body_pose(given, model, None, BodyPoseOptions(in_place=placed)) for placed in (False, True)
    )
    assert np.ptp(track_hip_midpoint(free, model)[:, 2]) > 0.5
    way = find_smooth_way(track_hip_midpoint(still, model), given.fps)
    assert np.ptp(way[:, [0, 2]], axis=0).max() < 0.03, "only the sway is left"
    np.testing.assert_allclose(still.rotations, free.rotations, atol=1e-9)
    locked = motion_to_body_pose(given, model, None, BodyPoseOptions(foot_lock=1.0))
    assert angle_between(locked.rotations[:, 4], free.rotations[:, 4]).max() > 0.02, "its knees give"


def test_a_point_cache_comes_back_and_is_whole_or_not_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((9, 5, 3)).astype(np.float32)
    path = tmp_path / "x.pc2"
    point_cache.write_point_cache(path, 5, 9, iter([points[:4], points[4:]]))
    np.testing.assert_array_equal(point_cache.read_point_cache(path), points)
    assert path.read_bytes()[:12] == b"POINTCACHE2\0" and path.stat().st_size == 32 + 9 * 5 * 12
    with pytest.raises(ValueError, match="missing"):
        point_cache.write_point_cache(tmp_path / "y.pc2", 5, 9, iter([points[:4]]))
    assert [p.name for p in tmp_path.iterdir()] == ["x.pc2"]
    with pytest.raises(RequestError, match="at most 17084 frames"):
        point_cache.check_cache_size(10475, 20000)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FormatError, match="no complete point cache"):
        point_cache.read_point_cache(path)
