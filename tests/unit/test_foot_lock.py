# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.contact.contacts`` and ``foot_lock``, ``motion.two_bone``: feet that skate are held in place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import SMPL_JOINTS, T_POSE, MappingError, Motion, Skeleton
from kinescribe.motion.contact.contacts import (
    detect_contacts,
    find_true_runs,
    foot_clearances,
    foot_joint_indices,
)
from kinescribe.motion.contact.foot_lock import _compute_foot_offsets, lock_feet
from kinescribe.motion.resample import resample
from kinescribe.motion.rest_pose import SMPL_REST_POSE, change_rest_pose
from kinescribe.motion.rotations import angle_between, identity_rotations, normalise, rotate
from kinescribe.motion.two_bone import solve_two_bone_ik_local
from strategies import SEEDS, motions

from devtools.testing.motions import load_recording, make_walk

FEET = [SMPL_JOINTS.index(name) for name in ("left_ankle", "left_foot", "right_ankle", "right_foot")]
LEG_LENGTH = float(np.linalg.norm(T_POSE.rest_offsets[[4, 7]], axis=-1).sum())


def skate(motion: Motion, contacts: np.ndarray) -> float:
    """Mean speed in m/s of toes while they are in contact."""
    speed = np.linalg.norm(np.diff(motion.positions[:, FEET], axis=0), axis=-1) * motion.fps
    down = contacts[1:] & contacts[:-1]
    return float(speed[:, 1::2][down[:, 1::2]].mean())


def jitter(motion: Motion) -> float:
    """95th percentile of the third derivative of hips, knees and feet, m/s^3."""
    legs = motion.positions[:, [1, 2, 4, 5, 7, 8, 10, 11]]
    return float(np.percentile(np.linalg.norm(np.diff(legs, 3, axis=0), axis=-1), 95)) * motion.fps**3


def stand(frames: int = 40) -> Motion:
    root = np.tile([0, 0.965, 0], (frames, 1))
    return Motion(T_POSE, 20, root, identity_rotations(frames, 22))


def test_a_body_that_stands_is_in_contact_all_the_time() -> None:
    assert detect_contacts(stand()).all()


def test_a_walk_alternates_and_a_jump_leaves_the_ground() -> None:
    contacts = detect_contacts(make_walk())
    left, right = contacts[:, 1], contacts[:, 3]
    assert np.mean(left | right) > 0.85
    assert 0.3 < left.mean() < 0.9
    assert len(find_true_runs(left)) >= 3
    jump = stand()
    height = np.maximum(0.0, 0.5 - 8.0 * (np.arange(40) / 20 - 1.0) ** 2)
    jump = replace(jump, root_translation=jump.root_translation + height[:, None] * [0, 1, 0])
    assert not detect_contacts(jump)[height > 0.1].any()
    assert detect_contacts(jump)[:8].all()


def test_one_frame_has_contacts_too() -> None:
    assert detect_contacts(stand(1)).shape == (1, 4)


@pytest.mark.parametrize("skeleton", [T_POSE, SMPL_REST_POSE])
@pytest.mark.parametrize("drift", [0.1, 0.25])
def test_skating_feet_stand_still(skeleton: Skeleton, drift: float) -> None:
    motion = change_rest_pose(make_walk(drift=drift), skeleton)
    contacts = detect_contacts(motion)
    locked = lock_feet(motion)
    assert skate(motion, contacts) > 0.8 * drift
    assert skate(locked, contacts) < 0.3 * skate(motion, contacts)
    assert locked.positions[:, FEET, 1].min() > -0.005
    assert len(locked) == len(motion)


def test_only_legs_and_the_pelvis_height_change_and_feet_keep_their_direction() -> None:
    motion = make_walk(drift=0.2)
    locked = lock_feet(motion)
    np.testing.assert_array_equal(locked.root_translation[:, [0, 2]], motion.root_translation[:, [0, 2]])
    legs = {
        SMPL_JOINTS.index(f"{side}_{part}") for side in ("left", "right") for part in ("hip", "knee", "ankle")
    }
    others = [j for j in range(22) if j not in legs]
    np.testing.assert_array_equal(locked.local_rotations[:, others], motion.local_rotations[:, others])
    assert (
        angle_between(locked.world_transforms[1][:, FEET], motion.world_transforms[1][:, FEET]).max() < 1e-6
    )


def test_a_body_that_stands_still_on_the_floor_is_left_alone() -> None:
    motion = stand()
    assert np.abs(lock_feet(motion).positions - motion.positions).max() < 1e-3


def test_strength_goes_from_nothing_to_everything() -> None:
    motion = make_walk(drift=0.2)
    assert lock_feet(motion, strength=0.0) is motion
    contacts = detect_contacts(motion)
    half, full = (skate(lock_feet(motion, strength=s), contacts) for s in (0.5, 1.0))
    assert full < half < skate(motion, contacts)


def test_feet_in_the_floor_come_out_and_without_a_floor_they_stay_in_place() -> None:
    sunk = replace(stand(), root_translation=stand().root_translation - [0, 0.1, 0])
    assert lock_feet(sunk).positions[:, FEET[1], 1].min() > 0.015
    np.testing.assert_allclose(lock_feet(sunk, floor=None).positions, sunk.positions, atol=1e-3)
    higher = lock_feet(replace(sunk, root_translation=sunk.root_translation + [0, 1, 0]), floor=1.0)
    assert higher.positions[:, FEET[1], 1].min() > 1.015


@given(motions())
@settings(max_examples=40, deadline=None)
def test_no_motion_breaks_it(motion: Motion) -> None:
    locked = lock_feet(motion)
    lengths = np.linalg.norm(
        locked.positions[:, 1:] - locked.positions[:, list(motion.skeleton.parents[1:])], axis=-1
    )
    expected = np.linalg.norm(motion.skeleton.rest_offsets[1:], axis=-1)
    np.testing.assert_allclose(lengths, np.tile(expected, (len(motion), 1)), atol=1e-9)


@given(SEEDS, st.floats(0.3, 0.97))
@settings(max_examples=40, deadline=None)
def test_the_ankle_reaches_its_target(seed: int, reach: float) -> None:
    motion = make_walk(20)
    places, turns = motion.world_transforms
    random = np.random.default_rng(seed)
    hip = places[:, 1]
    way = places[:, 7] - hip + random.normal(scale=0.15, size=(20, 3))
    target = hip + reach * LEG_LENGTH * way / np.linalg.norm(way, axis=-1, keepdims=True)
    local = motion.local_rotations.copy()
    local[:, [1, 4, 7]] = solve_two_bone_ik_local(places[:, [1, 4, 7]], target, turns[:, [0, 1, 4, 7]])
    after = replace(motion, local_rotations=local)
    assert np.linalg.norm(after.positions[:, 7] - target, axis=-1).max() < 2e-3
    assert angle_between(after.world_transforms[1][:, 7], turns[:, 7]).max() < 1e-6
    # the knee bends the way knees bend: about the thigh's lateral axis, shin backwards
    hinge = np.cross(after.positions[:, 4] - hip, after.positions[:, 7] - after.positions[:, 4])
    lateral = rotate(after.world_transforms[1][:, 1], np.array([1.0, 0, 0]))
    assert np.all(np.sum(hinge * lateral, axis=-1) > 0)


def test_a_target_out_of_reach_straightens_the_leg_without_a_snap() -> None:
    motion = stand(60)
    local = motion.local_rotations.copy()
    local[:, 4, :2] = np.cos(0.2), np.sin(0.2)
    motion = replace(motion, local_rotations=local)
    places, turns = motion.world_transforms
    target = places[:, 7] - np.linspace(0, 0.3, 60)[:, None] * [0, 1, 0]
    local[:, [1, 4, 7]] = solve_two_bone_ik_local(places[:, [1, 4, 7]], target, turns[:, [0, 1, 4, 7]])
    places = replace(motion, local_rotations=local).positions
    thigh, shin = normalise(places[:, 4] - places[:, 1]), normalise(places[:, 7] - places[:, 4])
    knee = np.degrees(np.arccos(np.clip(np.sum(thigh * shin, axis=-1), -1, 1)))
    assert np.all(np.diff(knee) <= 0.5)
    assert np.abs(np.diff(knee)).max() < 6.0
    assert knee[-1] < 5.0


def test_contacts_that_the_motion_brings_are_used() -> None:
    motion = make_walk(drift=0.2)
    nothing = replace(motion, contacts=np.zeros((len(motion), 4), dtype=bool))
    np.testing.assert_allclose(lock_feet(nothing, floor=None).positions, motion.positions, atol=1e-9)


def test_the_height_of_a_standing_foot_comes_from_the_skeleton() -> None:
    np.testing.assert_allclose(foot_clearances(T_POSE), [0.08, 0.02, 0.08, 0.02])
    assert foot_joint_indices(T_POSE) == FEET


def test_a_body_without_legs_is_refused() -> None:
    torso = Motion(
        Skeleton(("pelvis", "spine1"), (-1, 0), np.eye(3)[:2] * 0),
        30,
        np.zeros((2, 3)),
        identity_rotations(2, 2),
    )
    for function in (lock_feet, detect_contacts):
        with pytest.raises(MappingError, match="no joint called left_"):
            function(torso)


@pytest.mark.parametrize(
    "clip", ["accad_Female1_B03_Walk1", "cmu_35_15", "accad_Male1_B12_WalkTurnRight90", "cmu_60_11"]
)
def test_recordings_skate_less_and_shake_hardly_more(shared: Path, clip: str) -> None:
    motion = load_recording(shared, clip, last=160)
    contacts = detect_contacts(motion)
    locked = lock_feet(motion)
    assert skate(locked, contacts) < 0.7 * skate(motion, contacts)
    assert jitter(locked) < 1.25 * jitter(motion)
    faster = resample(locked, 60)
    assert np.isfinite(faster.positions).all()


@pytest.mark.parametrize("fps", [60.0, 120.0])
def test_the_top_of_a_jump_is_no_contact(fps: float) -> None:
    """Feet are slow for a moment where they turn round in the air."""
    frames = round(2 * fps)
    motion = replace(stand(frames), fps=fps)
    height = np.maximum(0.0, 0.5 - 8.0 * (np.arange(frames) / fps - 1.0) ** 2)
    lifted = replace(motion, root_translation=motion.root_translation + height[:, None] * [0, 1, 0])
    assert not detect_contacts(lifted)[height > 0.05].any()
    assert detect_contacts(lifted)[height == 0].mean() > 0.9


def test_the_hold_of_a_foot_fades_in_and_out_without_a_kink() -> None:
    """A linear fade starts and ends with a step of its speed."""
    frames, steps = 60, 10
    places = np.zeros((frames, 2, 3))
    places[25:35, 0, 0] = np.linspace(-0.03, 0.03, 10)
    places[35:, 0, 0] = 0.03
    places[:25, 0, 0] = -0.03
    contacts = np.zeros((frames, 2), bool)
    contacts[25:35, 0] = True
    shift, hold = _compute_foot_offsets(places, contacts, None, 1.0, steps, 0.5)
    change = np.diff(hold)
    assert hold[25:35].min() == 1.0 and hold[:14].max() == 0.0
    assert 0 < change[14] < 0.4 * change.max() and 0 < change[24] < 0.4 * change.max()
    assert shift[25, 0] == pytest.approx(0.03, abs=0.005)
