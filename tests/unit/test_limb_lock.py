# SPDX-License-Identifier: GPL-3.0-or-later
"""``retarget.limb_lock`` and ``foot_placement``: feet and hands held in place on a rig's own limbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import SMPL_JOINTS, SMPL_PARENTS, T_POSE, Motion
from kinescribe.motion.contact.contacts import detect_limb_contacts
from kinescribe.motion.formats.bvh_read import read_bvh
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.resample import resample
from kinescribe.motion.retarget.foot_placement import measure_stance
from kinescribe.motion.retarget.limb_lock import lock_limbs
from kinescribe.motion.retarget.retarget_rotations import find_joint_indices, retarget_rotations
from kinescribe.motion.retarget.retargeted_motion import RetargetedMotion
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    identity_rotations,
    multiply,
    rotate,
    rotation_about_axis,
    rotation_between,
)
from rig_kit import A_BODY, CLIPS, T_BODY, BodySpec, body_points, bone_tail, recorded_motion
from strategies import motions

from devtools.testing.limb_errors import LIMBS, limb_errors
from devtools.testing.motions import make_walk

STIFF = tuple(joint for joint in SMPL_JOINTS if not joint.endswith("foot"))
"""The joints of a rig without toe bones."""

FEET = ("left_ankle", "left_foot", "right_ankle", "right_foot")
SHORT = BodySpec(arms_down=40.0, legs_out=5.0, height=1.1, leg_factor=0.75)
LONG = BodySpec(arms_down=10.0, legs_out=12.0, elbow_bend=20.0, height=2.2, leg_factor=1.25)

Contacts = Mapping[str, np.ndarray]


def body_rig(
    spec: BodySpec,
    rolls: int | None = None,
    turn: np.ndarray | None = None,
    joints: tuple[str, ...] = SMPL_JOINTS,
) -> Rig:
    """A rig with one bone a joint, rolled at random, its rest pose turned by the quaternion ``turn``."""
    points = body_points(spec)
    heads = np.array([points[joint] for joint in joints])
    tails = np.array([bone_tail(points, joint) for joint in joints])
    above = [SMPL_PARENTS[SMPL_JOINTS.index(joint)] for joint in joints]
    parents = tuple(-1 if parent < 0 else joints.index(SMPL_JOINTS[parent]) for parent in above)
    rest = rotation_between(np.array([0.0, 1.0, 0.0]), tails - heads)
    if rolls is not None:
        angles = np.random.default_rng(rolls).uniform(-np.pi, np.pi, len(rest))
        rest = multiply(rest, rotation_about_axis("y", angles))
    if turn is not None:
        heads, tails, rest = rotate(turn, heads), rotate(turn, tails), multiply(turn, rest)
    return make_plain_rig("Somebody", joints, parents, heads, tails, rest)


def performed(motion: Motion, rig: Rig) -> tuple[RetargetedMotion, Contacts]:
    """Return the motion on the rig before any lock, and its contacts."""
    return retarget_rotations(motion, rig, map_bones(rig)), detect_limb_contacts(
        motion, find_joint_indices(motion.skeleton)
    )


def foot_speed(track: np.ndarray, contacts: Contacts, fps: float) -> float:
    """Mean speed in m/s of the feet (T, 4, 3) while they are in contact; zero where they never are."""
    down = np.stack([contacts[joint] for joint in FEET if joint in contacts], axis=1)
    down = down[1:] & down[:-1]
    speed = np.linalg.norm(np.diff(track, axis=0), axis=-1) * fps
    return float(speed[down].mean()) if down.any() else 0.0


def depth(performance: RetargetedMotion) -> float:
    """Return how far soles get below the floor, in metres."""
    stance = measure_stance(performance)
    deepest = 0.0
    for joint in FEET:
        ankle = joint.replace("foot", "ankle")
        sole = performance.joint_positions((joint,))[:, 0] + rotate(
            performance.joint_rotations(ankle), stance.sole_offset(joint, ankle)
        )
        deepest = max(deepest, float((performance.floor_height - sole[:, 1]).max()))
    return deepest


def limb_tracks(performance: RetargetedMotion) -> dict[str, np.ndarray]:
    """Return the world positions (T, 3) of the joints of arms and legs."""
    joints = [joint for limb in LIMBS for joint in limb]
    return dict(zip(joints, np.moveaxis(performance.joint_positions(joints), 1, 0), strict=True))


def largest_step(performance: RetargetedMotion) -> float:
    """Return the largest rotation of any joint from frame to frame, in degrees."""
    return float(np.degrees(angle_between(performance.rotations[1:], performance.rotations[:-1])).max())


@pytest.mark.parametrize("spec", [T_BODY, A_BODY, SHORT, LONG], ids=["T", "A", "short", "long"])
@pytest.mark.parametrize("drift", [0.0, 0.2])
def test_skating_feet_stand_still(spec: BodySpec, drift: float) -> None:
    motion = make_walk(drift=drift)
    before, contacts = performed(motion, body_rig(spec, rolls=3))
    after = lock_limbs(before, contacts)
    skate = foot_speed(before.joint_positions(FEET), contacts, motion.fps)
    assert skate > drift * before.scale * 0.7
    assert foot_speed(after.joint_positions(FEET), contacts, motion.fps) < max(0.02, 0.3 * skate)
    assert depth(after) < 0.01
    assert largest_step(after) < 1.3 * largest_step(before) + 5.0


@pytest.mark.parametrize("action", CLIPS)
@pytest.mark.parametrize("spec", [T_BODY, SHORT], ids=["T", "short"])
def test_stiff_feet_keep_heel_and_ball_out_of_the_floor(shared: Path, spec: BodySpec, action: str) -> None:
    motion = recorded_motion(shared, action, seconds=5.0)
    before, contacts = performed(motion, body_rig(spec, joints=STIFF))
    after = lock_limbs(before, contacts)
    points = body_points(spec)
    shin = np.linalg.norm(points["left_ankle"] - points["left_knee"])
    for side in ("left", "right"):
        ankle = after.joint_positions((f"{side}_ankle",))[:, 0]
        height = points[f"{side}_ankle"][1] - measure_stance(after).body.floor_height
        for ahead in (0.0, 0.34 * shin):
            under = rotate(after.joint_rotations(f"{side}_ankle"), np.array([0.0, -height, ahead]))
            assert after.floor_height - (ankle + under)[:, 1].min() < 0.01
    assert foot_speed(after.joint_positions(FEET[::2]), {j: contacts[j] for j in FEET[::2]}, motion.fps) < 0.1


@pytest.mark.parametrize("action", CLIPS)
@pytest.mark.parametrize("spec", [A_BODY, SHORT, LONG], ids=["A", "short", "long"])
def test_recordings_stand_on_any_legs(shared: Path, spec: BodySpec, action: str) -> None:
    motion = recorded_motion(shared, action, seconds=5.0)
    before, contacts = performed(motion, body_rig(spec, rolls=7))
    after = lock_limbs(before, contacts)
    source = motion.positions[:, [SMPL_JOINTS.index(joint) for joint in FEET]]
    assert (
        foot_speed(after.joint_positions(FEET), contacts, motion.fps)
        < foot_speed(source, contacts, motion.fps) + 0.01
    )
    assert depth(after) < 0.01
    assert largest_step(after) < 1.1 * largest_step(before) + 5.0
    errors = limb_errors(motion, limb_tracks(after))
    assert np.median(errors) < 1.5
    assert np.percentile(errors, 95) < 10.0


def test_nothing_changes_at_strength_zero_and_half_does_half() -> None:
    before, contacts = performed(make_walk(drift=0.2), body_rig(A_BODY))
    assert lock_limbs(before, contacts, foot_strength=0.0, hand_strength=0.0) is before
    speeds = [
        foot_speed(lock_limbs(before, contacts, foot_strength=s).joint_positions(FEET), contacts, before.fps)
        for s in (0.01, 0.5, 1.0)
    ]
    assert speeds[0] > speeds[1] > speeds[2]
    assert speeds[1] == pytest.approx(0.5 * (speeds[0] + speeds[2]), rel=0.25)


def test_only_legs_and_the_height_of_the_hips_change() -> None:
    before, contacts = performed(make_walk(drift=0.2), body_rig(A_BODY))
    after = lock_limbs(before, contacts, hand_strength=1.0)
    np.testing.assert_allclose(after.body_positions[:, [0, 2]], before.body_positions[:, [0, 2]], atol=1e-12)
    for joint in before.joints:
        if not joint.endswith(("hip", "knee", "ankle", "foot")):
            np.testing.assert_allclose(
                after.joint_rotations(joint), before.joint_rotations(joint), atol=1e-12
            )


@settings(max_examples=15, deadline=None)
@given(
    turn=st.tuples(*[st.floats(-3, 3)] * 3),
    roll=st.integers(0, 99),
    height=st.floats(0.3, 3.0),
    lean=st.floats(0, 30),
)
def test_how_the_rest_pose_lies_makes_no_difference(
    turn: tuple[float, float, float], roll: int, height: float, lean: float
) -> None:
    motion = make_walk(40, drift=0.15)
    spec = BodySpec(arms_down=lean, height=height)
    upright, contacts = performed(motion, body_rig(spec))
    expected = lock_limbs(upright, contacts)
    rig = body_rig(spec, roll, axis_angle_to_quaternion(np.array(turn)))
    axes = np.array([rotate(axis_angle_to_quaternion(np.array(turn)), axis) for axis in np.eye(3)])
    lying = retarget_rotations(motion, replace(rig, axes=axes), map_bones(rig), at_character=False)
    found = lock_limbs(lying, contacts)
    a, b = (p.joint_positions(FEET) - p.joint_positions(("pelvis",)) for p in (expected, found))
    headings = [
        np.arctan2(*(p.joint_positions(("left_hip",)) - p.joint_positions(("right_hip",)))[0, 0, [0, 2]])
        for p in (expected, found)
    ]
    a = rotate(rotation_about_axis("y", headings[1] - headings[0]), a)
    np.testing.assert_allclose(a, b, atol=1e-3 * height)


def standing(frames: int = 60) -> Motion:
    """The T-pose, on the floor."""
    root = np.tile([0.0, 0.02 - T_POSE.rest_positions[:, 1].min(), 0.0], (frames, 1))
    return Motion(T_POSE, 30.0, root, identity_rotations(frames, 22))


def test_who_stands_still_is_left_alone() -> None:
    before, contacts = performed(standing(), body_rig(A_BODY))
    after = lock_limbs(before, contacts)
    np.testing.assert_allclose(after.joint_positions(FEET), before.joint_positions(FEET), atol=1e-3)


def test_a_floor_that_drifts_is_brought_back_and_a_box_is_not() -> None:
    motion = make_walk(120)
    ramp = np.linspace(0.0, 0.1, len(motion))[:, None] * np.array([0.0, 1.0, 0.0])
    drifting, contacts = performed(
        replace(motion, root_translation=motion.root_translation + ramp), body_rig(T_BODY)
    )
    level, _ = performed(motion, body_rig(T_BODY))
    lowest = {
        name: lock_limbs(p, contacts).joint_positions(FEET)[:, :, 1].min(axis=1)[-30:].max()
        for name, p in (("drifting", drifting), ("level", level))
    }
    assert (
        drifting.joint_positions(FEET)[-30:, :, 1].min()
        > level.joint_positions(FEET)[-30:, :, 1].min() + 0.05
    )
    assert lowest["drifting"] == pytest.approx(lowest["level"], abs=0.01)

    jump = np.where(np.arange(60) < 30, 0.0, 0.3)[:, None] * np.array([0.0, 1.0, 0.0])
    still = standing()
    up, flags = performed(replace(still, root_translation=still.root_translation + jump), body_rig(T_BODY))
    heights = lock_limbs(up, flags).joint_positions(("left_foot",))[:, 0, 1]
    assert heights[-1] - heights[0] == pytest.approx(0.3 * up.scale, abs=0.01)


def test_toes_lie_flat_while_the_heel_lifts() -> None:
    motion = standing()
    local = motion.local_rotations.copy()
    pitch = np.radians(np.clip(np.linspace(-20, 60, 60), 0, 40))
    local[:, SMPL_JOINTS.index("left_ankle")] = rotation_about_axis("x", pitch)
    lifted = replace(motion, local_rotations=local)
    toe = lifted.positions[:, SMPL_JOINTS.index("left_foot")]
    root = lifted.root_translation + (toe[0] - toe) * np.array([0.0, 1.0, 1.0])
    before, _ = performed(replace(lifted, root_translation=root), body_rig(T_BODY))
    contacts = {joint: np.full(60, joint == "left_foot") for joint in FEET}
    after = lock_limbs(before, contacts)
    stance = measure_stance(after)
    up = [
        rotate(p.joint_rotations("left_foot"), stance.up_direction("left_foot"))[-1, 1]
        for p in (before, after)
    ]
    assert up[0] < 0.8
    assert up[1] > 0.999
    assert np.ptp(after.joint_positions(("left_foot",))[:, 0], axis=0).max() < 1e-3


def test_a_hand_on_something_stays_there() -> None:
    motion = standing(60)
    sway = 0.05 * np.sin(np.linspace(0, 2 * np.pi, 60))
    local = motion.local_rotations.copy()
    local[:, SMPL_JOINTS.index("left_elbow")] = rotation_about_axis("y", np.full(60, -0.8))
    before, _ = performed(
        replace(
            motion,
            root_translation=motion.root_translation + sway[:, None] * [0, 0, 1.0],
            local_rotations=local,
        ),
        body_rig(A_BODY),
    )
    contacts = {"left_wrist": np.ones(60, dtype=bool)}
    after = lock_limbs(before, contacts, foot_strength=0.0, hand_strength=1.0)
    half = lock_limbs(before, contacts, foot_strength=0.0, hand_strength=0.5)
    spread = [
        float(np.ptp(p.joint_positions(("left_wrist",))[:, 0], axis=0).max()) for p in (before, half, after)
    ]
    assert spread[0] > 0.08
    assert spread[1] == pytest.approx(0.5 * spread[0], rel=0.1)
    assert spread[2] < 0.005
    np.testing.assert_allclose(
        after.joint_rotations("left_wrist"), before.joint_rotations("left_wrist"), atol=1e-9
    )
    np.testing.assert_allclose(
        after.joint_rotations("right_elbow"), before.joint_rotations("right_elbow"), atol=1e-9
    )


def test_a_hand_that_was_given_stays_when_the_hips_move() -> None:
    walk = make_walk(60)
    drift = np.linspace(0.0, 0.08, 60)[:, None] * np.array([0.0, 1.0, 0.0])
    rising = replace(walk, root_translation=walk.root_translation + drift)
    performance, contacts = performed(rising, body_rig(T_BODY))
    held = np.zeros(60, dtype=bool)
    held[20:41] = True

    def find_shift(given: dict[str, np.ndarray]) -> np.ndarray:
        locked = lock_limbs(performance, contacts, 1.0, 0.0, given)
        moved = locked.joint_positions(["right_wrist"]) - performance.joint_positions(["right_wrist"])
        return np.linalg.norm(moved[:, 0], axis=-1)

    free = find_shift({})
    assert free[held].max() > 0.03, "the lock moves the hips of this walk"
    kept = find_shift({"right_hand": held, "right_arm": held})
    # an arm that hangs straight bends softly
    assert kept[held].max() < 0.003
    # elsewhere the hand goes with the body, and an arm alone always does
    np.testing.assert_allclose(kept[[0, 59]], free[[0, 59]], atol=1e-6)
    np.testing.assert_allclose(find_shift({"right_arm": held}), free, atol=1e-6)


def test_raised_heels_of_who_crouches_do_not_lower_the_body() -> None:
    """Knees and hips bent, heels 5 cm up and as still as the balls, a hand held at the end of a stretched arm."""
    motion = standing()
    local = motion.local_rotations.copy()
    for side in ("left", "right"):
        for part, degrees in (("hip", -70.0), ("knee", 120.0), ("ankle", -26.0)):
            local[:, SMPL_JOINTS.index(f"{side}_{part}")] = rotation_about_axis("x", np.radians(degrees))
    raised = replace(motion, local_rotations=local)
    ball = raised.positions[0, SMPL_JOINTS.index("left_foot"), 1]
    root = raised.root_translation - [0.0, ball - motion.positions[0, SMPL_JOINTS.index("left_foot"), 1], 0.0]
    before, _ = performed(replace(raised, root_translation=root), body_rig(T_BODY))
    heel = before.joint_positions(["left_ankle"])[0, 0, 1] - measure_stance(before).floor_clearance(
        "left_ankle"
    )
    assert 0.04 < heel - before.floor_height < 0.06
    held = np.ones(60, dtype=bool)
    contacts = dict.fromkeys(FEET, held)
    given = {"right_hand": held, "right_arm": held}
    after = lock_limbs(before, contacts, given=given)
    lowered = before.joint_positions(["pelvis"]) - after.joint_positions(["pelvis"])
    assert np.abs(lowered).max() < 0.025
    # by what the body is not lowered, the heels are not pulled down
    height = after.joint_positions(["left_ankle"])[:, 0, 1] - measure_stance(after).floor_clearance(
        "left_ankle"
    )
    assert np.all(height - after.floor_height > 0.027)
    moved = after.joint_positions(["right_wrist"]) - before.joint_positions(["right_wrist"])
    assert np.linalg.norm(moved, axis=-1).max() < 0.003


def test_a_hand_is_found_where_it_holds_on_and_not_where_it_hangs() -> None:
    still = standing(60)
    hanging = detect_limb_contacts(still, find_joint_indices(T_POSE))
    assert not hanging["left_wrist"].any() and hanging["left_ankle"].all()
    # the body swings past hands that stay: a pull-up
    height = 0.1 * np.sin(np.linspace(0, 4 * np.pi, 60))
    local = still.local_rotations.copy()
    motion = replace(still, root_translation=still.root_translation + height[:, None] * [0, 1.0, 0])
    wrist, shoulder = (SMPL_JOINTS.index(f"left_{joint}") for joint in ("wrist", "shoulder"))
    arm = motion.positions[:, wrist] - motion.positions[:, shoulder]
    # the arm is lowered as the body rises, so that the hand keeps its height
    drop = np.arcsin(np.clip(-height / np.linalg.norm(arm[0]), -1, 1))
    local[:, shoulder] = rotation_about_axis("z", drop)
    found = detect_limb_contacts(replace(motion, local_rotations=local), find_joint_indices(T_POSE))
    assert found["left_wrist"].mean() > 0.3
    assert not found["right_wrist"].any()


def test_a_rig_without_toes_or_with_feet_that_hang_elsewhere() -> None:
    points = body_points(A_BODY)
    joints = [joint for joint in SMPL_JOINTS if not joint.endswith("_foot")]
    heads = np.array([points[joint] for joint in joints])
    tails = np.array([bone_tail(points, joint) for joint in joints])
    parents = tuple(
        joints.index(SMPL_JOINTS[p]) if p >= 0 else -1
        for p in (SMPL_PARENTS[SMPL_JOINTS.index(j)] for j in joints)
    )
    rig = make_plain_rig("Stumps", tuple(joints), parents, heads, tails)
    before, contacts = performed(make_walk(drift=0.2), rig)
    after = lock_limbs(before, contacts)
    ankles = ("left_ankle", "right_ankle")
    speeds = [
        float(
            np.concatenate(
                [
                    (np.linalg.norm(np.diff(p.joint_positions((a,))[:, 0], axis=0), axis=-1) * p.fps)[
                        contacts[a][1:] & contacts[a][:-1]
                    ]
                    for a in ankles
                ]
            ).mean()
        )
        for p in (before, after)
    ]
    assert speeds[1] < 0.4 * speeds[0]
    # no contacts at all: nothing to hold, and nothing breaks
    assert np.allclose(lock_limbs(before, {}).body_positions, before.body_positions)


def test_a_foot_that_leans_keeps_all_its_toes_out_of_the_floor() -> None:
    """MakeHuman's feet have five toe bones; the outer ones get lower than the mapped one when the foot leans."""
    base = body_rig(T_BODY)
    toes = {f"{side}_toe{k}": (side, x) for side in ("left", "right") for k, x in ((1, -0.05), (5, 0.05))}
    heads = [base.heads[base.bone_index(f"{side}_foot")] + [x, 0.0, 0.0] for side, x in toes.values()]
    rig = make_plain_rig(
        "Five toes",
        (*base.bone_names, *toes),
        (*base.parents, *(base.bone_index(f"{side}_ankle") for side, _ in toes.values())),
        np.concatenate([base.heads, heads]),
        np.concatenate([base.tails, np.array(heads) + [0.0, 0.0, 0.05]]),
    )
    motion = standing()
    local = motion.local_rotations.copy()
    roll = np.radians(30.0 * np.sin(np.linspace(0.0, 6.0, 60)))
    for side in ("left", "right"):
        local[:, SMPL_JOINTS.index(f"{side}_ankle")] = rotation_about_axis("z", roll)
    before, _ = performed(replace(motion, local_rotations=local), rig)
    after = lock_limbs(before, {joint: np.zeros(60, dtype=bool) for joint in FEET})
    stance = measure_stance(after)
    assert all(len(stance.further_toes[f"{side}_ankle"]) == 2 for side in ("left", "right"))

    def lowest(performance: RetargetedMotion) -> float:
        heights = []
        for side in ("left", "right"):
            ankle, foot = f"{side}_ankle", performance.joint_rotations(f"{side}_ankle")
            down = rotate(foot, stance.sole_offset(f"{side}_foot", ankle))
            places = performance.joint_positions((ankle,))[:, 0]
            heights += [(places + rotate(foot, v) + h * down)[:, 1] for v, h in stance.further_toes[ankle]]
        return float(np.min(heights)) - performance.floor_height

    assert lowest(before) < -0.015
    assert lowest(after) > -0.003


@settings(max_examples=25, deadline=None)
@given(motion=motions(), share=st.floats(0.5, 1.5), feet=st.floats(0, 1), hands=st.floats(0, 1))
def test_no_motion_breaks_it(motion: Motion, share: float, feet: float, hands: float) -> None:
    before, contacts = performed(motion, body_rig(BodySpec(leg_factor=share)))
    every = {joint: np.ones(len(motion), dtype=bool) for joint in contacts}
    for flags in (contacts, every):
        after = lock_limbs(before, flags, feet, hands)
        assert np.isfinite(after.body_positions).all()
        np.testing.assert_allclose(np.linalg.norm(after.rotations, axis=-1), 1.0, atol=1e-9)


def test_one_frame_is_locked_too() -> None:
    before, contacts = performed(standing(1), body_rig(A_BODY))
    after = lock_limbs(before, contacts, hand_strength=1.0)
    assert len(after) == 1 and depth(after) < 0.001


@pytest.mark.parametrize("name", ["02_02", "02_03", "08_01"])
def test_steps_from_a_file_with_other_names(shared: Path, name: str) -> None:
    motion = resample(read_bvh(shared / "samples" / "cmu_bvh" / f"{name}.bvh"), 30.0)
    before, contacts = performed(motion, body_rig(A_BODY, rolls=1))
    after = lock_limbs(before, contacts)
    assert {"left_ankle", "right_ankle", "left_wrist"} <= set(contacts)
    assert 0.02 < np.mean([contacts[joint].mean() for joint in FEET]) < 0.9
    speeds = [foot_speed(p.joint_positions(FEET), contacts, motion.fps) for p in (before, after)]
    assert speeds[1] < 0.5 * speeds[0] + 0.01
    assert depth(after) < 0.01
