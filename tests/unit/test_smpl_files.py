# SPDX-License-Identifier: GPL-3.0-or-later
"""``formats.smpl_npz`` and ``native``: AMASS, SMPL, SMPL-H and SMPL-X files, read and written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from kinescribe.motion import (
    SMPL_JOINTS,
    SMPL_PARENTS,
    T_POSE,
    FormatError,
    Motion,
    Provenance,
    smpl_skeleton,
)
from kinescribe.motion.formats import load_native, read_motion, save_native, write_motion
from kinescribe.motion.formats.smpl_npz import REST_PELVIS
from kinescribe.motion.rest_pose import SMPL_REST_POSE, change_rest_pose, root_height
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    identity_rotations,
    normalise,
    quaternion_to_axis_angle,
    rotation_about_axis,
)
from strategies import motions

from devtools.testing.motions import make_walk

Z_UP_STANDING = [np.pi / 2, 0, 0]


def amass(path: Path, frames: int = 5, width: int = 156, **changes: Any) -> Path:
    """A body that stands in AMASS's world, facing its -Y; ``None`` leaves an array out."""
    poses = np.zeros((frames, width))
    poses[:, :3] = Z_UP_STANDING
    arrays: dict[str, Any] = {
        "poses": poses,
        "trans": np.tile([0.0, 0.0, 1.2], (frames, 1)),
        "mocap_framerate": 120.0,
        "gender": "neutral",
        "betas": np.zeros(16),
    }
    arrays.update(changes)
    np.savez(path, **{k: v for k, v in arrays.items() if v is not None})
    return path


@given(motions())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_motions_come_back(tmp_path: Path, motion: Motion) -> None:
    path = tmp_path / "motion.npz"
    write_motion(motion, path)
    back = read_motion(path)
    assert back.skeleton is SMPL_REST_POSE
    assert back.fps == pytest.approx(motion.fps)
    for name in ("prompt", "seed", "model", "confidence"):
        assert getattr(back.provenance, name) == getattr(motion.provenance, name)
    assert (back.contacts is None) == (motion.contacts is None)
    if motion.contacts is not None:
        np.testing.assert_array_equal(back.contacts, motion.contacts)
    again = change_rest_pose(back, motion.skeleton)
    assert angle_between(again.local_rotations, motion.local_rotations).max() < 1e-6
    np.testing.assert_allclose(again.root_translation, motion.root_translation, atol=1e-9)


def test_root_motion_is_longer_in_a_file_by_the_height_of_its_bodys_hips(tmp_path: Path) -> None:
    walk = make_walk()
    write_motion(walk, tmp_path / "walk.npz")
    back = read_motion(tmp_path / "walk.npz")
    ratio = root_height(SMPL_REST_POSE) / root_height(T_POSE)
    assert ratio == pytest.approx(1.07, abs=0.005), "docs/formats.md names it"
    np.testing.assert_allclose(back.root_translation, ratio * walk.root_translation, atol=1e-9)


@given(motions())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_our_own_store_loses_nothing(tmp_path: Path, motion: Motion) -> None:
    path = tmp_path / "motion.npz"
    save_native(motion, path)
    for back in (load_native(path), read_motion(path)):
        np.testing.assert_allclose(back.local_rotations, motion.local_rotations, atol=3e-16)
        np.testing.assert_array_equal(back.root_translation, motion.root_translation)
        np.testing.assert_array_equal(back.skeleton.rest_offsets, motion.skeleton.rest_offsets)
        assert back.skeleton.joint_names == motion.skeleton.joint_names
        assert back.skeleton.parents == motion.skeleton.parents
        assert back.fps == motion.fps
        assert back.provenance == motion.provenance
        assert (back.contacts is None) == (motion.contacts is None)


@pytest.mark.parametrize(("width", "model"), [(156, "smplh"), (165, "smplx"), (72, "smpl"), (66, "smplx")])
def test_a_standing_body_stands_faces_ahead_and_its_pelvis_is_not_trans(
    tmp_path: Path, width: int, model: str
) -> None:
    motion = read_motion(amass(tmp_path / "stand.npz", width=width, trans=np.tile([0.5, 0.25, 1.2], (5, 1))))
    assert motion.fps == 120
    assert angle_between(motion.local_rotations, identity_rotations()).max() < 1e-9
    # in the file's world the pelvis is trans + rest pelvis; (x, y, z) of Z up is (x, z, -y) of Y up
    x, y, z = np.array([0.5, 0.25, 1.2]) + REST_PELVIS[model]
    np.testing.assert_allclose(motion.root_translation, np.tile([x, z, -y], (5, 1)), atol=1e-12)
    assert "Z up" in motion.provenance.source
    assert {"smplh": "SMPL-H", "smplx": "SMPL-X", "smpl": "SMPL"}[model] in motion.provenance.source


def test_the_model_that_a_file_states_decides(tmp_path: Path) -> None:
    motion = read_motion(amass(tmp_path / "a.npz", width=165, surface_model_type="smplh"))
    assert "SMPL-H" in motion.provenance.source
    assert motion.root_translation[0, 1] == pytest.approx(1.2 + REST_PELVIS["smplh"][2])


def test_a_body_that_stands_along_y_is_taken_for_y_up(tmp_path: Path) -> None:
    poses = np.zeros((4, 156))
    motion = read_motion(amass(tmp_path / "a.npz", 4, poses=poses, trans=np.tile([0, 1.3, 0], (4, 1))))
    assert "Y up" in motion.provenance.source
    np.testing.assert_allclose(motion.root_translation[0], [0, 1.3, 0] + REST_PELVIS["smplh"])


def test_the_split_layout_and_other_words_are_understood(tmp_path: Path) -> None:
    body = np.random.default_rng(0).normal(scale=0.3, size=(5, 63))
    root = np.tile(Z_UP_STANDING, (5, 1))
    split = read_motion(
        amass(tmp_path / "a.npz", poses=None, root_orient=root, pose_body=body, surface_model_type="smplx",
              mocap_framerate=None, mocap_frame_rate=60)
    )  # fmt: skip
    joined = read_motion(
        amass(tmp_path / "b.npz", poses=np.concatenate([root, body, np.zeros((5, 99))], axis=1))
    )
    words = read_motion(
        amass(tmp_path / "c.npz", poses=None, trans=None, global_orient=root, body_pose=body.reshape(5, 21, 3),
              transl=np.tile([0.0, 0.0, 1.2], (5, 1)), mocap_framerate=None, fps=60)
    )  # fmt: skip
    assert split.fps == words.fps == 60
    for other in (joined, words):
        assert angle_between(split.local_rotations, other.local_rotations).max() < 1e-9
    np.testing.assert_allclose(split.root_translation, words.root_translation)


def test_what_is_missing_is_assumed_and_said(tmp_path: Path) -> None:
    source = read_motion(amass(tmp_path / "a.npz", trans=None, mocap_framerate=None)).provenance.source
    assert source.startswith("a.npz: ")
    assert "30 fps assumed" in source
    assert "in place" in source


def test_a_written_file_has_what_readers_of_amass_ask_for(tmp_path: Path) -> None:
    write_motion(make_walk(30), tmp_path / "walk.npz")
    with np.load(tmp_path / "walk.npz", allow_pickle=False) as file:
        assert {"trans", "gender", "mocap_frame_rate", "betas", "poses", "root_orient", "pose_body"} <= set(
            file
        )
        assert file["poses"].shape == (30, 165)
        assert file["trans"].shape == (30, 3)
        assert str(file["surface_model_type"]) == "smplx"
        assert float(file["mocap_frame_rate"]) == 20
        np.testing.assert_array_equal(file["poses"][:, 66:], 0)
        # Z up: the body stands along Z and walks towards -Y
        up = axis_angle_to_quaternion(file["root_orient"])
        assert angle_between(up, rotation_about_axis("x", np.pi / 2)).max() < 0.02
        assert file["trans"][-1, 1] < file["trans"][0, 1] - 0.3


def test_written_rotations_count_from_the_models_rest_pose(shared: Path, tmp_path: Path) -> None:
    """A reader that knows nothing of us: the real body's rest joints, its own kinematics, trans and Z up."""
    body = json.loads((shared / "samples" / "smplx22_rest_joints.json").read_text(encoding="utf-8"))
    joints = np.array(body["symmetric"])
    motion = make_walk(40)
    write_motion(motion, tmp_path / "walk.npz")
    with np.load(tmp_path / "walk.npz", allow_pickle=False) as file:
        rotations = axis_angle_to_quaternion(file["poses"][:, :66].reshape(-1, 22, 3))
        places = smpl_skeleton(joints - joints[[max(p, 0) for p in SMPL_PARENTS]]).forward_kinematics(
            file["trans"] + joints[0], rotations
        )[0]
    places = places[..., [0, 2, 1]] * [1, 1, -1]
    limbs = [("left_hip", "left_knee"), ("left_knee", "left_ankle"), ("right_shoulder", "right_elbow"),
             ("right_elbow", "right_wrist"), ("left_shoulder", "left_elbow"), ("right_hip", "right_knee")]  # fmt: skip
    for upper, lower in limbs:
        a, b = SMPL_JOINTS.index(upper), SMPL_JOINTS.index(lower)
        theirs, ours = (normalise(p[:, b] - p[:, a]) for p in (places, motion.positions))
        assert np.degrees(np.arccos(np.clip(np.sum(theirs * ours, axis=-1), -1, 1))).max() < 2
    toes = places[:, [10, 11], 1].min(axis=1)
    assert np.abs(toes).max() < 0.06, "the average body stands on the floor"


def test_a_t_pose_is_relabelled_by_no_one(tmp_path: Path) -> None:
    write_motion(Motion(T_POSE, 30, [[0, 1, 0]], identity_rotations(1, 22)), tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz") as file:
        turns = np.degrees(np.linalg.norm(file["poses"][0, :66].reshape(22, 3), axis=-1))
    assert 5 < turns[SMPL_JOINTS.index("left_shoulder")] < 20


def test_provenance_of_others_is_not_believed_blindly(tmp_path: Path) -> None:
    path = amass(
        tmp_path / "a.npz", kinescribe=json.dumps({"prompt": 3, "seed": "x", "model": "m", "new": 1})
    )
    assert read_motion(path).provenance == Provenance(
        model="m", source="a.npz: SMPL-H, Z up, average body, no fingers"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"poses": np.full((5, 156), np.nan)}, "not numbers in frame 0"),
        ({"trans": np.full((5, 3), np.inf)}, "not numbers in frame 0"),
        ({"poses": np.zeros((5, 100))}, "shape"),
        ({"poses": np.zeros((5, 2, 2, 39))}, "shape"),
        ({"poses": np.zeros((0, 156)), "trans": np.zeros((0, 3))}, "no frames"),
        ({"poses": np.array(["a"] * 5)}, "text"),
        ({"poses": np.array([[None] * 156] * 5)}, "Python objects"),
        ({"poses": np.zeros((5, 156), dtype=complex)}, "numbers"),
        ({"poses": np.full((5, 156), 1e30)}, "too large"),
        ({"trans": np.zeros((4, 3))}, "5 frames of poses"),
        ({"trans": np.zeros((5, 2))}, "trans"),
        ({"mocap_framerate": 0.0}, "frame rate"),
        ({"mocap_framerate": np.nan}, "frame rate"),
        ({"mocap_framerate": "fast"}, "frame rate"),
        ({"mocap_framerate": np.zeros(0)}, "frame rate"),
        ({"poses": None, "pose_body": np.zeros((5, 63))}, "no body poses"),
        ({"poses": None, "pose_body": np.zeros((5, 63)), "root_orient": np.zeros((4, 3))}, "belong together"),
        ({"poses": None}, "no known motion"),
    ],
)
def test_files_that_make_no_sense_are_refused_in_one_sentence(
    tmp_path: Path, changes: dict, words: str
) -> None:
    with pytest.raises(FormatError, match=words) as caught:
        read_motion(amass(tmp_path / "bad.npz", **changes))
    assert "bad.npz" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_path_of_rotations_through_half_a_turn_comes_back_continuous(tmp_path: Path) -> None:
    motion = make_walk(60)
    local = motion.local_rotations.copy()
    local[:, 0] = rotation_about_axis("y", np.linspace(0, 4 * np.pi, 60))
    write_motion(Motion(T_POSE, 20, motion.root_translation, local), tmp_path / "spin.npz")
    back = read_motion(tmp_path / "spin.npz").local_rotations[:, 0]
    assert np.all(np.sum(back[1:] * back[:-1], axis=-1) > 0.9)
    assert quaternion_to_axis_angle(back).shape == (60, 3)


class TestHands:
    """Fingers and jaw of SMPL-H and SMPL-X."""

    @pytest.mark.parametrize(("width", "first"), [(156, 66), (165, 75)])
    def test_are_read_where_they_move_and_come_back(self, tmp_path: Path, width: int, first: int) -> None:
        poses = np.zeros((5, width))
        poses[:, :3] = Z_UP_STANDING
        poses[:, first : first + 3] = np.linspace(0, 1, 5)[:, None] * [0.0, 0.0, -1.0]
        poses[:, first + 87 : first + 90] = [0.1, 0.2, 0.3]
        if width == 165:
            poses[:, 66:69] = [0.25, 0, 0]
        motion = read_motion(amass(tmp_path / "hands.npz", poses=poses))
        names = motion.skeleton.joint_names
        assert names[:22] == SMPL_JOINTS and {"left_index1", "right_thumb3"} <= set(names)
        assert ("jaw" in names) == (width == 165)
        local = motion.local_rotations
        assert np.allclose(quaternion_to_axis_angle(local[-1, names.index("left_index1")]), [0, 0, -1])
        assert np.allclose(quaternion_to_axis_angle(local[0, names.index("right_thumb3")]), [0.1, 0.2, 0.3])
        assert "with fingers" in motion.provenance.source
        save_native(motion, tmp_path / "kept.npz")
        assert load_native(tmp_path / "kept.npz").skeleton.joint_names == names
        write_motion(motion, tmp_path / "again.npz")
        again = read_motion(tmp_path / "again.npz")
        assert set(again.skeleton.joint_names) == set(names)
        for joint in names[22:]:
            own, other = (m.local_rotations[:, m.skeleton.joint_index(joint)] for m in (motion, again))
            assert angle_between(own, other).max() < 1e-5

    def test_in_arrays_of_their_own(self, tmp_path: Path) -> None:
        arrays = {
            "poses": None, "root_orient": np.tile(Z_UP_STANDING, (4, 1)), "pose_body": np.zeros((4, 63)),
            "left_hand_pose": np.full((4, 45), 0.1), "right_hand_pose": np.full((4, 12), 0.1),
            "jaw_pose": np.full((4, 3), 0.1), "trans": np.zeros((4, 3)),
        }  # fmt: skip
        names = read_motion(amass(tmp_path / "parts.npz", 4, **arrays)).skeleton.joint_names
        assert "left_ring2" in names and "jaw" in names
        assert "right_ring2" not in names, "twelve numbers are components, not angles"

    def test_zeros_and_nonsense_are_no_fingers(self, tmp_path: Path) -> None:
        assert read_motion(amass(tmp_path / "still.npz")).skeleton.joint_names == SMPL_JOINTS
        bad = np.zeros((5, 156))
        bad[:, :3] = Z_UP_STANDING
        bad[2, 100] = np.nan
        found = read_motion(amass(tmp_path / "bad.npz", poses=bad))
        assert found.skeleton.joint_names == SMPL_JOINTS
