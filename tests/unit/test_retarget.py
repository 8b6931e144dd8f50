# SPDX-License-Identifier: GPL-3.0-or-later
"""Retargeting against an independent model, written with matrices, of how Blender poses bones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import (
    SMPL_JOINTS,
    SMPL_PARENTS,
    T_POSE,
    MappingError,
    Motion,
    RigError,
    Skeleton,
    smpl_skeleton,
)
from kinescribe.motion.mapping.bone_map import BoneMap, map_bones
from kinescribe.motion.rest_alignment import align_rest, body_heading, left_right_midpoint, rest_orientation
from kinescribe.motion.retarget.retarget import RetargetOptions, find_joint_indices, retarget
from kinescribe.motion.rig import make_plain_rig
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    identity_rotations,
    quaternion_to_matrix,
    rotate,
    rotation_about_axis,
)
from kinescribe.motion.smoothing import find_smooth_way
from rig_kit import A_BODY, MIXAMO_NAMES, PARENT_OF, T_BODY, BodySpec, body_points, leg_length
from rig_model import body_rig, posed_heads

from devtools.testing.limb_errors import limb_errors
from devtools.testing.motions import make_varied_motion

LOOSE = RetargetOptions(foot_lock=0.0)
"""Every limb as in the motion, wherever that brings the feet."""


def standing(frames: int = 8) -> Motion:
    """The T-pose on the floor, half a metre of travel to the left."""
    root = np.zeros((frames, 3))
    root[:, 0] = np.linspace(0, 0.5, frames)
    root[:, 1] = 0.02 - T_POSE.rest_positions[:, 1].min()
    return Motion(T_POSE, 24.0, root, identity_rotations(frames, len(T_POSE)))


@settings(max_examples=25, deadline=None)
@given(
    arms=st.floats(-20, 85),
    legs=st.floats(0, 20),
    bend=st.floats(0, 40),
    height=st.floats(0.3, 3.0),
    share=st.floats(0.8, 1.2),
    seed=st.integers(0, 2**16),
)
def test_limbs_point_as_in_the_motion_from_any_rest_pose(
    arms: float, legs: float, bend: float, height: float, share: float, seed: int
) -> None:
    rolls = np.random.default_rng(seed)
    turn = axis_angle_to_quaternion(rolls.uniform(-2, 2, 3))
    rig = body_rig(BodySpec(arms, legs, bend, height, share), rolls, turn)
    motion = make_varied_motion(fps=10, seconds=1)
    tracks = posed_heads(rig, retarget(motion, rig, map_bones(rig), LOOSE))
    assert limb_errors(motion, tracks).max() < 1e-3


@pytest.mark.parametrize("at_character", [True, False])
def test_the_same_body_does_the_same_motion(at_character: bool) -> None:
    heads = T_POSE.rest_positions + [0, 0.02 - T_POSE.rest_positions[:, 1].min(), 0]
    rig = make_plain_rig("Twin", SMPL_JOINTS, SMPL_PARENTS, heads, heads + [0, 0.1, 0])
    motion = make_varied_motion(seconds=1)
    tracks = posed_heads(
        rig, retarget(motion, rig, map_bones(rig), replace(LOOSE, at_character=at_character))
    )
    theirs = {joint: motion.positions[:, i] for i, joint in enumerate(SMPL_JOINTS)}
    # put where its first frame says
    put = rotation_about_axis("y", -body_heading({joint: track[0] for joint, track in theirs.items()}))
    start = left_right_midpoint(theirs, "hip")[0] * [1, 0, 1]
    offset = left_right_midpoint({joint: heads[i] for i, joint in enumerate(SMPL_JOINTS)}, "hip") * [1, 0, 1]
    for joint in SMPL_JOINTS:
        expected = rotate(put, theirs[joint] - start) + (offset if at_character else 0)
        assert np.allclose(tracks[joint], expected, atol=2e-3)


def test_root_motion_is_scaled_by_the_legs() -> None:
    motion = standing()
    for height in (0.9, 1.75, 3.5):
        rig = body_rig(replace(T_BODY, height=height))
        rest = dict(zip(rig.bone_names, rig.heads, strict=True))
        tracks = posed_heads(rig, retarget(motion, rig, map_bones(rig), LOOSE))
        scale = leg_length(rest) / leg_length(dict(zip(SMPL_JOINTS, T_POSE.rest_positions, strict=True)))
        travel = left_right_midpoint(tracks, "hip")[-1] - left_right_midpoint(tracks, "hip")[0]
        assert np.allclose(travel, [0.5 * scale, 0, 0], atol=1e-6)
        # and the feet stay where they are at rest
        assert np.abs(tracks["left_foot"][:, 1] - rest["left_foot"][1]).max() < 0.01 * height


def test_jumps_leave_the_floor_by_the_scaled_height() -> None:
    motion = standing(30)
    lift = 0.45 * np.sin(np.linspace(0, np.pi, 30))
    jump = replace(motion, root_translation=motion.root_translation + lift[:, None] * [0, 1, 0])
    rig = body_rig(replace(A_BODY, height=2.4))
    low, high = (
        left_right_midpoint(posed_heads(rig, retarget(m, rig, map_bones(rig), LOOSE)), "hip")[:, 1]
        for m in (motion, jump)
    )
    rest = dict(zip(rig.bone_names, rig.heads, strict=True))
    scale = leg_length(rest) / leg_length(dict(zip(SMPL_JOINTS, T_POSE.rest_positions, strict=True)))
    assert np.ptp(high - low) == pytest.approx(0.45 * scale, rel=0.05)
    # smoothly: no frame where the feet's say ends all at once
    assert np.abs(np.diff(high - scale * lift)).max() < 0.02


def test_in_place_keeps_height_and_turning() -> None:
    motion = make_varied_motion(seconds=1)
    rig = body_rig(A_BODY)
    bone_map = map_bones(rig)
    free = retarget(motion, rig, bone_map, LOOSE)
    fixed = retarget(motion, rig, bone_map, replace(LOOSE, root_mode="IN_PLACE"))
    a, b = (left_right_midpoint(posed_heads(rig, result), "hip") for result in (free, fixed))
    assert np.allclose(a[:, 1], b[:, 1])
    assert np.ptp(find_smooth_way(b, motion.fps)[:, [0, 2]], axis=0).max() < 0.01
    assert np.ptp(b[:, [0, 2]], axis=0).max() < np.ptp(a[:, [0, 2]], axis=0).max()
    for bone in bone_map.bones.values():
        np.testing.assert_allclose(free.rotations[bone], fixed.rotations[bone], atol=1e-9)


def test_floor_is_the_origin_that_the_rig_stands_on_or_just_below_its_feet() -> None:
    motion = standing()
    heads = body_rig(T_BODY)
    raised = replace(heads, heads=heads.heads + [0, 5, 0], tails=heads.tails + [0, 5, 0],
                     pose_heads=heads.heads + [0, 5, 0])  # fmt: skip
    on_stage = replace(raised, origin=np.array([0.0, 5.0, 0.0]))
    plain, a, b = (
        posed_heads(rig, retarget(motion, rig, map_bones(rig), LOOSE))["left_foot"][:, 1]
        for rig in (heads, raised, on_stage)
    )
    assert np.allclose(b, plain + 5, atol=1e-6)
    assert np.allclose(a, plain + 5, atol=0.02)


def test_channels_do_not_flip() -> None:
    t = np.linspace(0, 6 * np.pi, 200)
    motion = make_varied_motion(fps=50, seconds=4)
    local = motion.local_rotations.copy()
    local[:, 0] = rotation_about_axis("y", t)
    rig = body_rig(A_BODY, np.random.default_rng(0))
    result = retarget(replace(motion, local_rotations=local), rig, map_bones(rig), LOOSE)
    for values in result.rotations.values():
        assert np.all(np.sum(values[1:] * values[:-1], axis=-1) > 0)
        assert np.allclose(np.linalg.norm(values, axis=-1), 1)


def test_arms_are_not_twisted_from_an_a_pose() -> None:
    rest = body_points(A_BODY)
    motion = dict(zip(SMPL_JOINTS, T_POSE.rest_positions, strict=True))
    turns = align_rest(
        {joint: rest[joint] for joint in SMPL_JOINTS}, motion, identity_rotations(), identity_rotations()
    )
    for joint in ("left_shoulder", "right_elbow", "left_wrist"):
        # lifting an arm sideways turns about the forward axis alone
        axis = turns[joint][1:] / np.linalg.norm(turns[joint][1:])
        assert abs(axis[2]) > 0.95
        # what faced down along the arm at rest, the palm, faces down in the T-pose
        palm = rotate(
            rotation_about_axis("z", (-1 if "left" in joint else 1) * np.radians(A_BODY.arms_down)),
            [0, -1, 0],
        )
        assert rotate(turns[joint], palm)[1] < -0.97


def test_soles_stay_level_whatever_the_foot_bone_does() -> None:
    heels = body_points(T_BODY)
    for side in ("left", "right"):
        heels[f"{side}_ankle"] = heels[f"{side}_ankle"] + [0, 0.07, 0]
    motion = dict(zip(SMPL_JOINTS, T_POSE.rest_positions, strict=True))
    turns = align_rest(
        {joint: heels[joint] for joint in SMPL_JOINTS}, motion, identity_rotations(), identity_rotations()
    )
    for joint in ("left_ankle", "right_foot"):
        assert np.allclose(rotate(turns[joint], [0, 1, 0]), [0, 1, 0])


def test_bones_that_are_not_keyed_keep_their_pose_and_are_reckoned_with() -> None:
    rig = body_rig(A_BODY, np.random.default_rng(3))
    bone_map = map_bones(rig)
    # a joint whose bone is left out of the map, and turned by the user
    partial = replace(
        bone_map, bones={j: b for j, b in bone_map.bones.items() if j not in ("left_collar", "spine2")}
    )
    basis = rig.basis.copy()
    basis[rig.bone_index("left_collar"), :3, :3] = quaternion_to_matrix(
        axis_angle_to_quaternion([0.3, -0.2, 0.4])
    )
    rig = replace(rig, basis=basis)
    motion = make_varied_motion(seconds=1)
    result = retarget(motion, rig, partial, LOOSE)
    assert "left_collar" not in result.rotations
    assert limb_errors(motion, posed_heads(rig, result)).max() < 1e-3


def test_spine_bones_between_mapped_ones_are_keyed_too() -> None:
    rig = body_rig(A_BODY)
    bone_map = map_bones(rig)
    partial = replace(bone_map, bones={j: b for j, b in bone_map.bones.items() if j != "spine2"})
    motion = make_varied_motion(seconds=1)
    result = retarget(motion, rig, partial, LOOSE)
    assert "spine2" in result.rotations
    whole = angle_between(result.rotations["spine2"], identity_rotations())
    assert np.allclose(whole, angle_between(result.rotations["spine3"], identity_rotations()), atol=1e-6)


def test_motions_of_other_skeletons_are_recognised() -> None:
    names = tuple("rig:" + MIXAMO_NAMES[joint] for joint in SMPL_JOINTS)
    skeleton = Skeleton(names, SMPL_PARENTS, T_POSE.rest_offsets)
    assert find_joint_indices(skeleton) == find_joint_indices(T_POSE)
    motion = make_varied_motion(seconds=1)
    rig = body_rig(A_BODY)
    other = retarget(replace(motion, skeleton=skeleton), rig, map_bones(rig), LOOSE)
    for bone, values in retarget(motion, rig, map_bones(rig), LOOSE).rotations.items():
        assert np.allclose(values, other.rotations[bone])
    with pytest.raises(MappingError):
        find_joint_indices(Skeleton(("a", "b"), (-1, 0), np.zeros((2, 3))))


def test_rest_frame_ignores_how_a_spine_leans_but_not_how_a_body_faces() -> None:
    points = body_points(T_BODY)
    leaning = {joint: point + [0, 0, 0.2 * point[1]] for joint, point in points.items()}
    assert angle_between(rest_orientation(leaning), identity_rotations()) < 1e-6
    turn = rotation_about_axis("y", 1.1)
    turned = {joint: rotate(turn, point) for joint, point in leaning.items()}
    assert angle_between(rest_orientation(turned), turn) < 1e-6
    assert body_heading(turned) == pytest.approx(1.1, abs=1e-6)


def test_facing_of_a_body_on_its_back_or_belly_is_where_its_head_is() -> None:
    points = {joint: point for joint, point in body_points(T_BODY).items() if joint in PARENT_OF}
    for angle in (np.pi / 2, -np.pi / 2):
        lying = {joint: rotate(rotation_about_axis("x", angle), point) for joint, point in points.items()}
        head = lying["head"] - lying["pelvis"]
        assert body_heading(lying) == pytest.approx(np.arctan2(head[0], head[2]), abs=0.05)


@pytest.mark.parametrize("scale", [(1.0, 1.0, 2.0), (-1.0, -1.0, -1.0), (0.0, 1.0, 1.0)])
def test_uneven_mirrored_and_vanishing_scales_are_refused(scale: tuple[float, float, float]) -> None:
    rig = replace(body_rig(T_BODY), scale=np.array(scale))
    with pytest.raises(RigError, match="Somebody"):
        retarget(standing(), rig, map_bones(rig), LOOSE)


def test_maps_that_do_not_fit_are_refused() -> None:
    rig = body_rig(T_BODY)
    bone_map = map_bones(rig)
    with pytest.raises(MappingError, match="no longer has the bones gone"):
        retarget(standing(), rig, replace(bone_map, bones={**bone_map.bones, "head": "gone"}))
    with pytest.raises(MappingError, match="no bone for left_hip"):
        without = {joint: bone for joint, bone in bone_map.bones.items() if joint != "left_hip"}
        retarget(standing(), rig, replace(bone_map, bones=without))
    same = replace(rig, heads=np.zeros_like(rig.heads))
    with pytest.raises(MappingError, match="same point"):
        retarget(standing(), same, bone_map)
    with pytest.raises(MappingError):
        retarget(standing(), rig, BoneMap("custom"))
    renamed = {joint: f"old {bone}" for joint, bone in bone_map.bones.items()}
    with pytest.raises(MappingError, match=r"bones old pelvis, .*, .* and 19 more: map"):
        retarget(standing(), rig, replace(bone_map, bones=renamed))


def test_a_motion_of_a_body_without_size_is_refused() -> None:
    rig = body_rig(T_BODY)
    motion = replace(standing(), skeleton=smpl_skeleton(np.zeros((22, 3))))
    with pytest.raises(MappingError, match="joints of the motion stand at the same point"):
        retarget(motion, rig, map_bones(rig), LOOSE)


def test_rig_arrays_must_fit_together() -> None:
    rig = body_rig(T_BODY)
    with pytest.raises(ValueError, match="tails"):
        replace(rig, tails=rig.tails[:-1])
    with pytest.raises(ValueError, match="before"):
        replace(rig, parents=(1, *rig.parents[1:]))
    with pytest.raises(ValueError, match="length"):
        replace(rig, rotation_modes=())


@pytest.mark.parametrize(
    "options", [LOOSE, RetargetOptions(), RetargetOptions(root_mode="IN_PLACE", hand_lock=1.0)]
)
def test_one_frame_is_a_motion_too(options: RetargetOptions) -> None:
    motion = make_varied_motion(seconds=1)
    one = replace(
        motion, root_translation=motion.root_translation[:1], local_rotations=motion.local_rotations[:1]
    )
    rig = body_rig(A_BODY)
    result = retarget(one, rig, map_bones(rig), options)
    assert all(len(values) == 1 for values in (*result.rotations.values(), *result.locations.values()))
    if options.foot_lock == 0:
        assert limb_errors(one, posed_heads(rig, result)).max() < 1e-3


def test_each_frame_is_posed_on_its_own() -> None:
    """A longer motion costs more frames and changes none: the first half of it is as it would be alone."""
    motion = make_varied_motion(seconds=2)
    half = replace(
        motion, root_translation=motion.root_translation[:24], local_rotations=motion.local_rotations[:24]
    )
    rig = body_rig(A_BODY, np.random.default_rng(1))
    whole, part = (retarget(m, rig, map_bones(rig), LOOSE) for m in (motion, half))
    for bone, values in part.rotations.items():
        assert np.allclose(values, whole.rotations[bone][:24])
    assert np.allclose(part.locations["pelvis"], whole.locations["pelvis"][:24])
