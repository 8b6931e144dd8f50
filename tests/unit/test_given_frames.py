# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.constraints.given_frames``: poses that were given to a model are changed by nothing after it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.inference.directing import redo_range
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion import SMPL_JOINTS, Motion, Provenance, make_text_request
from kinescribe.motion.constraints.given_frames import (
    combine_given,
    compute_freedom,
    find_given_frames,
    find_given_spans,
    keep_other_limbs,
    replace_given_spans,
)
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.request import EffectorTarget, PoseKeyframe, RootPath
from kinescribe.motion.resample import resample
from kinescribe.motion.retarget.retarget import lock_contacts
from kinescribe.motion.retarget.retarget_rotations import retarget_rotations
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import angle_between, rotation_between
from kinescribe.motion.skeleton import SMPL_PARENTS
from rig_kit import A_BODY, body_points, bone_tail

from devtools.testing.motions import make_varied_motion

MODEL = EmbeddedBackend()
NO_TURN = (1.0, 0.0, 0.0, 0.0)
BODY = dict.fromkeys(SMPL_JOINTS, NO_TURN)


def body_rig() -> Rig:
    points = body_points(A_BODY)
    heads = np.array([points[joint] for joint in SMPL_JOINTS])
    tails = np.array([bone_tail(points, joint) for joint in SMPL_JOINTS])
    rest = rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads)
    return make_plain_rig("Somebody", SMPL_JOINTS, SMPL_PARENTS, heads, tails, rest)


def given(*spans: tuple[str, float, float], frames: int = 40, fps: float = 20.0) -> Motion:
    motion = make_varied_motion(fps=fps, seconds=frames / fps)
    return motion.with_provenance(given=spans)


def test_constraints_become_spans_of_body_and_limbs() -> None:
    constraints = [
        PoseKeyframe(10, BODY, (0.0, 0.9, 0.0)),
        PoseKeyframe(11, BODY),
        PoseKeyframe(20, {"left_elbow": NO_TURN, "neck": NO_TURN}),
        EffectorTarget("right_foot", (5, 6, 30), ((0.0, 0.0, 0.0),) * 3),
        EffectorTarget("pelvis", (25,), ((0.0, 0.9, 0.0),)),
        RootPath((0, 39), ((0.0, 0.0), (0.0, 1.0))),
    ]
    assert find_given_spans(constraints, 10.0) == (
        ("body", 1.0, 1.1),
        ("body", 2.5, 2.5),
        ("left_arm", 2.0, 2.0),
        ("right_leg", 0.5, 0.6),
        ("right_leg", 3.0, 3.0),
    )


def test_spans_hold_at_another_frame_rate() -> None:
    motion = resample(given(("body", 0.5, 0.6), ("left_arm", 1.0, 1.0)), 30.0)
    frames = find_given_frames(motion)
    assert np.flatnonzero(frames["body"]).tolist() == [15, 16, 17, 18]
    assert np.flatnonzero(combine_given(frames, ["left_arm"], 60)).tolist() == [15, 16, 17, 18, 30]
    assert find_given_frames(given(("body", 99.0, 99.0))) == {}


def test_freedom_is_zero_at_given_frames_and_smooth_beside_them() -> None:
    mask = np.zeros(30, dtype=bool)
    mask[[10, 12]] = True
    freedom = compute_freedom(mask, 5)
    assert freedom[10] == freedom[12] == 0
    assert 0 < freedom[11] < freedom[14] < freedom[16] < 1
    assert freedom[:6].min() == freedom[17:].min() == 1
    assert compute_freedom(np.zeros(4, dtype=bool), 5).tolist() == [1, 1, 1, 1]


def test_spans_are_replaced_cut_and_moved() -> None:
    spans = (("body", 0.0, 2.0), ("left_leg", 0.5, 0.6), ("left_leg", 3.0, 3.0))
    assert replace_given_spans(spans, 0.4, 1.5, [("body", 1.0, 1.0)], shift=1.0) == (
        ("body", 0.0, 0.4),
        ("body", 1.0, 1.0),
        ("body", 2.5, 3.0),
        ("left_leg", 4.0, 4.0),
    )


@pytest.mark.parametrize(
    "stored",
    [
        "body",
        [["body", 1.0]],
        [[1, 1.0, 2.0]],
        [["body", "1", 2.0]],
        [["body", 1e9, 2.0]],
        [["body", 0, 1]] * 2001,
    ],
)
def test_damaged_spans_are_left_out(stored: object) -> None:
    assert Provenance.from_dict({"given": stored}).given == ()


def test_spans_survive_storing() -> None:
    provenance = Provenance(given=(("body", 0.5, 1.0),))
    assert Provenance.from_dict(provenance.as_dict()) == provenance
    assert "given" not in Provenance().as_dict()


@pytest.mark.parametrize("limb", ["body", "left_leg"])
def test_foot_lock_leaves_given_frames_and_still_holds_the_feet(limb: str) -> None:
    motion = MODEL.generate(make_text_request("a person walks forward", 4.0, 24.0, 1))[0]
    rig = body_rig()
    bone_map = map_bones(rig)
    given_motion = motion.with_provenance(given=((limb, 30 / 24, 30 / 24), (limb, 70 / 24, 71 / 24)))
    free = retarget_rotations(motion, rig, bone_map)
    locked = lock_contacts(free, motion, 1.0, 1.0)
    kept = lock_contacts(free, given_motion, 1.0, 1.0)
    rows, joints = [30, 70, 71], ["left_hip", "left_knee", "left_ankle", "left_foot"]
    points = [m.joint_positions(joints)[rows] for m in (free, kept, locked)]
    np.testing.assert_allclose(points[1], points[0], atol=1e-9)
    assert np.abs(points[2] - points[0]).max() > 0.005
    columns = [kept.joint_columns[joint] for joint in ("left_ankle",)]
    turned = angle_between(kept.rotations[rows][:, columns], free.rotations[rows][:, columns])
    assert np.degrees(turned).max() < 1e-6
    # far from given frames nothing differs, and beside them nothing jumps
    far = slice(45, 55)
    np.testing.assert_allclose(
        kept.joint_positions(joints)[far], locked.joint_positions(joints)[far], atol=0.02
    )
    steps = [np.linalg.norm(np.diff(m.joint_positions(joints), axis=0), axis=-1).max() for m in (free, kept)]
    assert steps[1] < 1.5 * steps[0]


def test_a_redone_range_remembers_what_was_given() -> None:
    motion = MODEL.generate(make_text_request("a person walks forward", 3.0, 20.0, 1))[0]
    motion = motion.with_provenance(given=(("body", 0.0, 0.0), ("body", 1.5, 1.5), ("left_leg", 2.9, 2.9)))
    rotations = {joint: tuple(motion.local_rotations[40, k]) for k, joint in enumerate(SMPL_JOINTS)}
    key = PoseKeyframe(40, rotations, tuple(motion.root_translation[40]))
    (redone,) = redo_range(MODEL, motion, 25, 50, constraints=[key, replace(key, frame=2)])
    assert redone.provenance.given == (("body", 0.0, 0.0), ("body", 2.0, 2.0), ("left_leg", 2.9, 2.9))


def test_limbs_that_are_made_again_are_given_no_longer() -> None:
    spans = (("body", 0.5, 1.0), ("left_arm", 0.0, 0.2), ("right_leg", 0.1, 0.1))
    assert keep_other_limbs(spans, ["left_shoulder", "left_elbow"]) == (
        ("left_leg", 0.5, 1.0),
        ("right_leg", 0.5, 1.0),
        ("right_arm", 0.5, 1.0),
        ("right_leg", 0.1, 0.1),
    )
    assert keep_other_limbs(spans, ["head"]) == spans


def test_redone_arms_meet_their_own_poses_and_leave_the_legs_given() -> None:
    motion = MODEL.generate(make_text_request("a person walks forward", 3.0, 20.0, 1))[0]
    motion = motion.with_provenance(given=(("body", 1.5, 1.5),))
    bent = (0.7071068, 0.0, 0.7071068, 0.0)
    pose = PoseKeyframe(30, {**BODY, "left_elbow": bent}, (5.0, 0.9, 5.0))
    target = EffectorTarget("right_ankle", (30,), ((0.0, 0.5, 0.0),))
    arms = ["left_shoulder", "left_elbow", "right_shoulder", "right_elbow"]
    redone = redo_range(MODEL, motion, 20, 40, "a person waves", joints=arms, constraints=[pose, target])[0]
    elbow = motion.skeleton.joint_index("left_elbow")
    assert np.degrees(angle_between(redone.local_rotations[30, elbow], np.array(bent))) < 0.01
    assert np.array_equal(redone.root_translation, motion.root_translation)
    assert {limb for limb, _, _ in redone.provenance.given} == {
        "left_arm",
        "right_arm",
        "left_leg",
        "right_leg",
    }
