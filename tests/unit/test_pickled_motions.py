# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of other tools: ``pickled_motions``, ``mdm``, ``kimodo``, recognised by their content."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, FormatError, Motion
from kinescribe.motion.formats import kimodo, list_motions, read_motion
from kinescribe.motion.rotations import multiply, quaternion_to_axis_angle, rotation_about_axis

from devtools.testing.motions import make_walk
from devtools.testing.pickled_files import joblib_stream
from devtools.testing.result_files import (
    ORIGIN,
    make_smpl_walk,
    make_soma_walk,
    wham_results,
    write_all_files,
)

SOMA_NAMES = {
    "pelvis": "Hips", "spine3": "Chest", "neck": "Neck1", "head": "Head", "left_hip": "LeftLeg",
    "left_knee": "LeftShin", "left_ankle": "LeftFoot", "left_foot": "LeftToeBase", "left_collar": "LeftShoulder",
    "left_shoulder": "LeftArm", "left_elbow": "LeftForeArm", "left_wrist": "LeftHand", "right_knee": "RightShin",
    "right_foot": "RightToeBase", "right_elbow": "RightForeArm", "right_wrist": "RightHand",
}  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_all_files(tmp_path_factory.mktemp("files"), frames=30)


def off(motion: Motion, wanted: np.ndarray) -> float:
    """Return the largest distance of a joint from its expected position, in metres."""
    return float(np.linalg.norm(motion.positions[: len(wanted)] - wanted[: len(motion)], axis=-1).max())


@pytest.mark.parametrize(
    ("name", "what", "fps"),
    [
        ("hymotion.npz", "HY-Motion, SMPL-H, 30 fps assumed, Y up", 30),
        ("gvhmr.pt", "GVHMR, SMPL-X, 30 fps as GVHMR's videos, Y up", 30),
        ("gvhmr_old.pt", "GVHMR, SMPL-X, 30 fps as GVHMR's videos, Y up", 30),
        ("wham.pkl", "WHAM, SMPL, 30 fps assumed, Y up", 30),
        ("wham_packed.pkl", "WHAM, SMPL, 30 fps assumed, Y up", 30),
        ("smpl_params.npy", "MDM, SMPL, Y up", 20),
    ],
)
def test_results_with_smpl_s_rotations(files: dict[str, Path], name: str, what: str, fps: float) -> None:
    motion = read_motion(files[name])
    assert motion.provenance.source.startswith(f"{name}: {what}") and motion.fps == fps
    wanted = make_smpl_walk(30)
    body = motion.positions[:, : len(SMPL_JOINTS)]
    assert np.linalg.norm(body - wanted.positions, axis=-1).max() < 1e-5
    np.testing.assert_allclose(
        np.abs(np.sum(motion.local_rotations[:, :22] * wanted.local_rotations, axis=-1)), 1.0, atol=1e-6
    )


@pytest.mark.parametrize("name", ["joints.npy", "results.npy", "features.npy"])
def test_results_with_joints(files: dict[str, Path], name: str) -> None:
    motion = read_motion(files[name])
    wanted = make_walk(30).positions
    if name == "features.npy":  # they forget where it stood, and the last frame
        wanted = wanted - wanted[0, 0] * [1, 0, 1] - [0, wanted[..., 1].min(), 0]
        assert len(motion) == 29 and motion.contacts is not None
    assert motion.fps == 20 and off(motion, wanted) < 2e-3


def test_mdm_s_samples_have_prompts_and_lengths(files: dict[str, Path]) -> None:
    assert [take.title for take in list_motions(files["results.npy"])] == [
        "a person walks",
        "a person walks less",
    ]
    second = read_motion(files["results.npy"], 2)
    assert len(second) == 28 and second.provenance.prompt == "a person walks less"
    assert second.provenance.source.endswith("motion 2 of 2")
    for number in (0, 3):
        with pytest.raises(FormatError, match=f"holds 2 motions, there is no motion {number}: choose 1 to 2"):
            read_motion(files["results.npy"], number)


def test_wham_s_people_stand_beside_each_other(files: dict[str, Path]) -> None:
    assert [take.title for take in list_motions(files["wham.pkl"])] == ["person 0", "person 3"]
    first, second = (read_motion(files["wham.pkl"], n) for n in (1, 2))
    np.testing.assert_allclose(second.root_translation - first.root_translation, [[1, 0, 0]] * 30, atol=1e-6)


def test_what_only_the_camera_saw_stands_upright(tmp_path: Path) -> None:
    people = wham_results(make_smpl_walk(20))
    wanted = make_smpl_walk(20)
    down = rotation_about_axis("x", np.pi)
    for person in people.values():
        del person["pose_world"], person["trans_world"]
        turned = multiply(down, wanted.local_rotations[:, 0])
        person["pose"][:, :3] = quaternion_to_axis_angle(turned)
        pelvis = wanted.root_translation * [1, -1, -1]
        person["trans"] = (pelvis - ORIGIN["smpl"]).astype(np.float32)
    (tmp_path / "local.pkl").write_bytes(joblib_stream(people))
    motion = read_motion(tmp_path / "local.pkl")
    assert "as the camera sees it" in motion.provenance.source and off(motion, wanted.positions) < 1e-5


@pytest.mark.parametrize("joints", [30, 77])
def test_kimodo_s_joints(files: dict[str, Path], joints: int) -> None:
    motion, wanted = read_motion(files[f"kimodo{joints}.npz"]), make_soma_walk(joints, 30)
    assert f"SOMA with {joints} joints" in motion.provenance.source and motion.fps == 30
    for ours, theirs in SOMA_NAMES.items():
        there = wanted.positions[:, wanted.skeleton.joint_index(theirs)]
        here = motion.positions[:, motion.skeleton.joint_index(ours)]
        assert np.linalg.norm(here - there, axis=-1).max() < 1e-4, ours


def test_kimodo_s_own_files(shared: Path) -> None:
    for path in sorted((shared / "samples" / "kimodo_soma").glob("*/motion.npz")):
        motion = read_motion(path)
        with np.load(path) as stored:
            places, contacts = stored["posed_joints"].astype(float), stored["foot_contacts"]
        names = kimodo._SKELETONS[30][0]
        assert motion.contacts is not None
        np.testing.assert_array_equal(motion.contacts, contacts)
        for ours, theirs in SOMA_NAMES.items():
            error = np.linalg.norm(
                motion.positions[:, motion.skeleton.joint_index(ours)] - places[:, names.index(theirs)],
                axis=-1,
            )
            assert error.max() < 1e-4, (path.parent.name, ours)


def test_humanml3d_s_own_files(shared: Path) -> None:
    folder = shared / "samples" / "humanml3d"
    joints = np.load(folder / "new_joints_012314.npy")
    for name in ("new_joints_012314.npy", "new_joint_vecs_012314.npy"):
        assert off(read_motion(folder / name), joints) < 1e-3
    with pytest.raises(FormatError, match=r"Mean\.npy holds numbers of the shape"):
        read_motion(folder / "Mean.npy")


def test_normalised_features_are_told_from_real_ones(shared: Path, tmp_path: Path) -> None:
    folder = shared / "samples" / "humanml3d"
    features = np.load(folder / "new_joint_vecs_012314.npy")
    np.save(tmp_path / "raw.npy", (features - np.load(folder / "Mean.npy")) / np.load(folder / "Std.npy"))
    with pytest.raises(FormatError, match="holds normalised features: multiply them by Std"):
        read_motion(tmp_path / "raw.npy")


def test_names_say_nothing(files: dict[str, Path], tmp_path: Path) -> None:
    for name, path in files.items():
        shutil.copy(path, tmp_path / "motion.txt")
        there, here = read_motion(path), read_motion(tmp_path / "motion.txt")
        np.testing.assert_allclose(there.local_rotations, here.local_rotations, atol=1e-9, err_msg=name)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"posed_joints": np.zeros((5, 34, 3)), "global_rot_mats": np.zeros((5, 34, 3, 3))}, "robot G1"),
        ({"posed_joints": np.zeros((5, 31, 3)), "global_rot_mats": np.zeros((5, 31, 3, 3))}, "30 or 77 SOMA"),
        ({"posed_joints": np.zeros((5, 30, 3)), "global_rot_mats": np.zeros((5, 29, 3, 3))}, "do not fit"),
        ({"posed_joints": np.zeros((5, 30, 3)), "global_rot_mats": np.zeros((5, 30, 3, 3))}, "not rotations"),
        ({"posed_joints": np.full((5, 30, 3), np.nan), "global_rot_mats": np.tile(np.eye(3), (5, 30, 1, 1))},
         "not finite"),
        ({"posed_joints": np.random.default_rng(0).normal(size=(5, 30, 3)),
          "global_rot_mats": np.tile(np.eye(3), (5, 30, 1, 1))}, "do not follow"),
        ({"something": np.zeros(3)}, "no known motion: choose AMASS"),
    ],
)  # fmt: skip
def test_what_is_not_kimodo_s_is_refused(tmp_path: Path, arrays: dict, words: str) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(FormatError, match=words):
        read_motion(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"a": 1}, "no known motion: choose results of MDM"),
        ([], "no known motion"),
        ({"motion": np.zeros((2, 21, 3, 9)), "lengths": np.array([9, 9])}, "KIT-ML"),
        ({"motion": np.zeros((2, 25, 6, 9)), "lengths": np.array([9, 9])}, "22 or 24 joints"),
        ({"motion": np.zeros((2, 22, 3, 9)), "lengths": np.array([9, 9])}, "at one point"),
        ({"motion": np.full((2, 22, 3, 9), np.inf), "lengths": None}, "not finite"),
        ({"thetas": np.zeros((24, 6, 9)), "root_translation": np.zeros((3, 8))}, "do not belong together"),
        ({"thetas": np.zeros((24, 6, 9)), "root_translation": np.zeros((3, 9))}, "not rotations"),
        ({"smpl_params_global": {"transl": np.zeros((3, 3))}}, "no known motion"),
        ({0: {"pose_world": np.full((3, 72), np.nan), "trans_world": np.zeros((3, 3))}}, "not numbers in frame 0"),
        ({0: {"pose_world": np.zeros((3, 72)), "trans_world": np.zeros((4, 3))}}, "trans of the shape"),
    ],
)  # fmt: skip
def test_pickles_without_a_motion_are_refused(tmp_path: Path, content: object, words: str) -> None:
    np.save(tmp_path / "a.npy", np.array([content, 0], dtype=object)[:1].reshape(()), allow_pickle=True)
    with pytest.raises(FormatError, match=words) as caught:
        read_motion(tmp_path / "a.npy")
    assert "\n" not in str(caught.value)


def test_aist_s_translation_is_scaled(tmp_path: Path) -> None:
    wanted = make_smpl_walk(20)
    poses = np.concatenate(
        [quaternion_to_axis_angle(wanted.local_rotations).reshape(20, 66), np.zeros((20, 6))], axis=1
    )
    content = {
        "smpl_poses": poses,
        "smpl_trans": 90.0 * (wanted.root_translation - ORIGIN["smpl"]),
        "smpl_scaling": np.array([90.0]),
    }
    (tmp_path / "gBR.pkl").write_bytes(joblib_stream(content))
    assert off(read_motion(tmp_path / "gBR.pkl"), wanted.positions) < 1e-5
