# SPDX-License-Identifier: GPL-3.0-or-later
"""Other kinds of rigs: ``twist_bones``, ``reference_pose``, ``root_motion``, ``motion.fingers``, hierarchies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import SMPL_JOINTS, Motion
from kinescribe.motion.fingers import HAND_REST_POSITIONS, RELAXED_FINGER_ROTATIONS
from kinescribe.motion.mapping.bone_map import BoneMap
from kinescribe.motion.rest_alignment import left_right_midpoint
from kinescribe.motion.retarget.retarget import RetargetOptions, retarget
from kinescribe.motion.retarget.retarget_rotations import retarget_rotations
from kinescribe.motion.retarget.twist_bones import find_twist_bones, twist_angle
from kinescribe.motion.rig import Rig
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    conjugate,
    identity_rotations,
    multiply,
    quaternion_to_matrix,
    rotate,
    rotation_about_axis,
)
from kinescribe.motion.skeleton import T_POSE, Skeleton
from kinescribe.motion.smoothing import find_smooth_way
from rig_kit import A_BODY, T_BODY, BodySpec, body_points
from rig_model import RigPlan, posed_heads, world_rotations

from devtools.testing.limb_errors import limb_errors
from devtools.testing.motions import make_varied_motion

LOOSE = RetargetOptions(foot_lock=0.0)
BODY = BoneMap("custom", {joint: joint for joint in SMPL_JOINTS})
ROLLS = np.random.default_rng(11)


def with_root(plan: RigPlan) -> RigPlan:
    plan.add("root", None, [0, 0, 0], [0, 0.1, 0.3])
    plan.reparent("pelvis", "root")
    return plan


def daz(plan: RigPlan) -> RigPlan:
    """Bones in line that twist, two pieces of thigh, a neck of three bones and a spine of six."""
    for side in ("left", "right"):
        plan.insert(f"{side} shoulder twist", f"{side}_shoulder", f"{side}_elbow", 0.5)
        plan.insert(f"{side} forearm twist", f"{side}_elbow", f"{side}_wrist", 0.5)
        plan.insert(f"{side} thigh twist", f"{side}_hip", f"{side}_knee", 0.4)
    for upper, lower in (("pelvis", "spine1"), ("spine1", "spine2"), ("neck", "head")):
        plan.insert(f"extra {lower}", upper, lower, 0.5)
    return plan


def mmd(plan: RigPlan) -> RigPlan:
    """Upper and lower body as siblings below a centre bone, below a root."""
    plan.add("all parents", None, [0, 0, 0], [0, 0.2, 0])
    plan.add("centre", "all parents", [0, 0.7, 0.05], [0, 0.9, 0.05])
    plan.reparent("pelvis", "centre")
    plan.reparent("spine1", "centre")
    return plan


def hung_elsewhere(plan: RigPlan) -> RigPlan:
    """Feet and hands are children of the root, as for inverse kinematics; collars are children of the pelvis."""
    with_root(plan)
    for side in ("left", "right"):
        plan.reparent(f"{side}_ankle", "root")
        plan.reparent(f"{side}_wrist", "root")
        plan.reparent(f"{side}_collar", "pelvis")
    return plan


def biped(plan: RigPlan) -> RigPlan:
    """Thighs are children of the spine, arms of the neck."""
    for side in ("left", "right"):
        plan.reparent(f"{side}_hip", "spine1")
        plan.reparent(f"{side}_collar", "neck")
    return plan


def no_hierarchy(plan: RigPlan) -> RigPlan:
    """No bone has a parent, as some programs write them."""
    for name in plan.bones:
        plan.reparent(name, None)
    return plan


WAYS = {f.__name__: f for f in (with_root, daz, mmd, hung_elsewhere, biped, no_hierarchy)}


@settings(max_examples=40, deadline=None)
@given(
    way=st.sampled_from(sorted(WAYS)),
    arms=st.floats(-10, 80),
    legs=st.floats(0, 15),
    bend=st.floats(0, 40),
    scale=st.floats(0.01, 100.0),
    seed=st.integers(0, 2**16),
)
def test_limbs_point_as_in_the_motion_whatever_the_hierarchy(
    way: str, arms: float, legs: float, bend: float, scale: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    rig = WAYS[way](RigPlan(BodySpec(arms, legs, bend))).rig(
        random,
        axis_angle_to_quaternion(random.uniform(-2, 2, 3)),
        scale,
        tuple(scale * random.uniform(-2, 2, 3)),
    )
    motion = make_varied_motion(fps=8, seconds=1)
    tracks = posed_heads(rig, retarget(motion, rig, BODY, LOOSE))
    assert limb_errors(motion, tracks).max() < 0.2
    # and the body holds together: limbs are as long as at rest
    for upper, lower in (("left_hip", "left_knee"), ("right_elbow", "right_wrist"), ("spine3", "neck")):
        rest = np.linalg.norm(rig.heads[rig.bone_index(lower)] - rig.heads[rig.bone_index(upper)])
        now = np.linalg.norm(tracks[lower] - tracks[upper], axis=-1)
        assert np.allclose(now, rest, rtol=0.02 if way == "daz" else 1e-6)


@pytest.mark.parametrize("way", sorted(WAYS))
def test_every_hierarchy_gives_the_same_pose(way: str) -> None:
    motion = make_varied_motion(seconds=1)
    expected = posed_heads(rig := RigPlan(A_BODY).rig(), retarget(motion, rig, BODY, LOOSE))
    rig = WAYS[way](RigPlan(A_BODY)).rig(np.random.default_rng(2))
    found = posed_heads(rig, retarget(motion, rig, BODY, LOOSE))
    # bones in line bend at their own heads, which stand a little off the limb's middle line; limbs that hang on
    # another bone of the trunk move with that one
    near = {"daz": 0.02, "biped": 0.04, "hung_elsewhere": 0.06}.get(way, 1e-6)
    for joint in SMPL_JOINTS:
        assert np.allclose(found[joint], expected[joint], atol=near), joint
    hips = [left_right_midpoint(tracks, "hip") for tracks in (found, expected)]
    assert np.allclose(hips[0][:, [0, 2]], hips[1][:, [0, 2]], atol=1e-6)


def test_what_carries_the_arms_does_not_bend_with_the_neck() -> None:
    plan = RigPlan(A_BODY)
    plan.insert("chest", "spine3", "neck", 0.3)
    plan.insert("lower neck", "chest", "neck", 0.6)
    for side in ("left", "right"):
        plan.reparent(f"{side}_collar", "chest")
    rig = plan.rig(np.random.default_rng(7))
    turns = world_rotations(rig, retarget(make_varied_motion(seconds=1), rig, BODY, LOOSE))
    assert np.allclose(angle_between(turns["chest"], turns["spine3"]), 0, atol=1e-6)
    a, b = (angle_between(turns["lower neck"], turns[bone]) for bone in ("spine3", "neck"))
    assert np.allclose(a, b, atol=1e-6) and a.max() > 0.05


class TestTwist:
    def rig(self) -> Rig:
        plan = RigPlan(A_BODY)
        p = plan.points
        for side in ("left", "right"):
            for upper, lower, name in (("shoulder", "elbow", "upperarm"), ("elbow", "wrist", "lowerarm")):
                a, b = p[f"{side}_{upper}"], p[f"{side}_{lower}"]
                for k, share in enumerate((0.25, 0.75), start=1):
                    at = a + share * (b - a)
                    plan.add(f"{name}_twist_0{k}_{side[0]}", f"{side}_{upper}", at, at + 0.25 * (b - a))
            # a weapon, a muscle and a cape are nothing of the kind
            wrist = p[f"{side}_wrist"]
            plan.add(f"sword_{side[0]}", f"{side}_wrist", wrist, wrist + [0, 0, 1])
            plan.add(
                f"biceps_{side[0]}",
                f"{side}_shoulder",
                p[f"{side}_shoulder"],
                p[f"{side}_shoulder"] + [0, 0, 0.1],
            )
        return plan.rig(np.random.default_rng(5))

    def test_leaves_are_found_in_order_and_nothing_else(self) -> None:
        assert find_twist_bones(self.rig(), BODY) == {
            f"{side}_{joint}": (f"{name}_twist_01_{side[0]}", f"{name}_twist_02_{side[0]}")
            for side in ("left", "right")
            for joint, name in (("shoulder", "upperarm"), ("elbow", "lowerarm"))
        }

    def test_leaves_share_the_turn_along_the_limb(self) -> None:
        rig = self.rig()
        local = identity_rotations(9, 22)
        shoulder, wrist = (SMPL_JOINTS.index(f"left_{joint}") for joint in ("shoulder", "wrist"))
        angles = np.linspace(0, 1.2, 9)
        # the motion's own arm lies along x at rest
        arm = T_POSE.rest_offsets[SMPL_JOINTS.index("left_elbow")]
        forearm = T_POSE.rest_offsets[wrist]
        local[:, shoulder] = axis_angle_to_quaternion(angles[:, None] * arm / np.linalg.norm(arm))
        local[:, wrist] = axis_angle_to_quaternion(-0.5 * angles[:, None] * forearm / np.linalg.norm(forearm))
        root = np.tile([0.0, 0.95, 0.0], (9, 1))
        turns = world_rotations(rig, retarget(Motion(T_POSE, 10.0, root, local), rig, BODY, LOOSE))
        up, low = turns["left_shoulder"], turns["left_elbow"]
        first, second = turns["upperarm_twist_01_l"], turns["upperarm_twist_02_l"]
        assert np.allclose(angle_between(first, up), 0.75 * angles, atol=0.02)
        assert np.allclose(angle_between(second, up), 0.25 * angles, atol=0.02)
        assert np.allclose(angle_between(turns["lowerarm_twist_01_l"], low), 0.25 * 0.5 * angles, atol=0.02)
        assert np.allclose(angle_between(turns["lowerarm_twist_02_l"], low), 0.75 * 0.5 * angles, atol=0.02)
        # the right arm does nothing
        assert np.allclose(turns["upperarm_twist_01_r"], turns["right_shoulder"], atol=1e-6)

    def test_in_line_the_first_bone_bends_and_the_others_twist(self) -> None:
        rig = daz(RigPlan(T_BODY)).rig(np.random.default_rng(3))
        motion = make_varied_motion(seconds=1)
        turns = world_rotations(rig, retarget(motion, rig, BODY, LOOSE))
        axis = rig.heads[rig.bone_index("left_knee")] - rig.heads[rig.bone_index("left_hip")]
        axis /= np.linalg.norm(axis)
        assert np.allclose(twist_angle(turns["pelvis"], turns["left_hip"], axis), 0, atol=1e-6)
        assert np.ptp(twist_angle(turns["pelvis"], turns["left thigh twist"], axis)) > 0.2

    def test_bones_with_constraints_and_controls_are_left_alone(self) -> None:
        rig = self.rig()
        flags = np.zeros(len(rig), bool)
        flags[rig.bone_index("upperarm_twist_01_l")] = True
        found = find_twist_bones(replace(rig, constrained=flags), BODY)
        assert found["left_shoulder"] == ("upperarm_twist_02_l",)
        assert find_twist_bones(rig, replace(BODY, family="rigify")) == {}

    def test_angles_do_not_jump(self) -> None:
        angles = np.linspace(0, 3 * np.pi, 60)
        turns = rotation_about_axis("x", angles)
        found = twist_angle(np.tile([1.0, 0, 0, 0], (60, 1)), turns, np.array([1.0, 0, 0]))
        assert np.allclose(found, angles)


class TestReferencePose:
    @pytest.mark.parametrize("turned", [False, True])
    def test_a_captured_t_pose_counts_as_the_rest_pose(self, turned: bool) -> None:
        """A rig that rests with its arms in a pose of its own does the motion as one that rests in a T."""
        turn = axis_angle_to_quaternion([0.3, 1.0, -0.4]) if turned else identity_rotations()
        points = body_points(T_BODY)
        plain = RigPlan(T_BODY).rig(rotation=turn)
        # the same body, whose left arm rests forward and up, its palm turned
        odd = multiply(rotation_about_axis("y", -1.2), rotation_about_axis("z", 0.7))
        plan = RigPlan(T_BODY)
        for joint in ("left_shoulder", "left_elbow", "left_wrist"):
            _, head, tail = plan.bones[joint]
            pivot = points["left_shoulder"]
            plan.add(
                joint,
                plan.bones[joint][0],
                pivot + rotate(odd, head - pivot),
                pivot + rotate(odd, tail - pivot),
            )
        rig = plan.rig(np.random.default_rng(8), turn)
        back = conjugate(odd)
        captured = replace(BODY, reference={"left_shoulder": (back[0], back[1], back[2], back[3])})
        motion = make_varied_motion(seconds=1)
        expected = world_rotations(plain, retarget(motion, plain, BODY, LOOSE))
        result = retarget(motion, rig, captured, LOOSE)
        found = world_rotations(rig, result)
        assert limb_errors(motion, posed_heads(rig, result)).max() < 1e-3
        to_t = multiply(multiply(turn, back), conjugate(turn))
        for joint in ("left_shoulder", "left_elbow", "left_wrist"):
            assert np.allclose(angle_between(found[joint], multiply(expected[joint], to_t)), 0, atol=1e-5)
        for joint in ("pelvis", "right_elbow", "head"):
            assert np.allclose(angle_between(found[joint], expected[joint]), 0, atol=1e-5)
        # without it the limbs point the same way, but roll another
        rolled = world_rotations(rig, retarget(motion, rig, BODY, LOOSE))
        assert angle_between(rolled["left_wrist"], found["left_wrist"]).max() > 0.2

    def test_the_rest_pose_as_reference_changes_nothing(self) -> None:
        rig = RigPlan(A_BODY).rig(np.random.default_rng(1))
        motion = make_varied_motion(seconds=1)
        still = replace(BODY, reference=dict.fromkeys(SMPL_JOINTS, (1.0, 0.0, 0.0, 0.0)))
        a, b = (retarget(motion, rig, m, LOOSE) for m in (BODY, still))
        for bone, values in a.rotations.items():
            assert np.allclose(values, b.rotations[bone], atol=1e-9)


class TestRootModes:
    def test_a_root_bone_carries_root_motion_and_heading_and_nothing_moves_otherwise(self) -> None:
        turn = axis_angle_to_quaternion([0.0, 0.8, 0.0])
        rig = with_root(RigPlan(A_BODY)).rig(np.random.default_rng(6), turn, 0.01, (1.0, 0.2, -3.0))
        bone_map = replace(BODY, root="root")
        motion = make_varied_motion(seconds=2)
        hips = posed_heads(rig, retarget(motion, rig, bone_map, LOOSE))
        result = retarget(motion, rig, bone_map, replace(LOOSE, root_mode="ROOT"))
        root = posed_heads(rig, result)
        for joint in SMPL_JOINTS:
            assert np.allclose(root[joint], hips[joint], atol=1e-6)
        # it stays on the floor, below the hips as at rest, and does not pitch or roll
        assert np.ptp(root["root"][:, 1]) < 1e-9
        assert np.ptp(root["root"][:, [0, 2]], axis=0).max() > 0.003
        up = rotate(world_rotations(rig, result)["root"], [0, 1, 0])
        assert np.allclose(up, [0, 1, 0], atol=1e-6)
        assert np.ptp(world_rotations(rig, result)["root"], axis=0).max() > 0.1
        assert not result.notes

    @pytest.mark.parametrize("root", [None, "pelvis", "left_knee", "gone"])
    def test_without_a_root_the_hips_carry_the_root_motion_and_a_note_says_so(self, root: str | None) -> None:
        rig = RigPlan(A_BODY).rig()
        motion = make_varied_motion(seconds=1)
        result = retarget(motion, rig, replace(BODY, root=root), replace(LOOSE, root_mode="ROOT"))
        plain = retarget(motion, rig, BODY, LOOSE)
        assert "no separate root bone" in str(result.notes[0])
        np.testing.assert_allclose(result.locations["pelvis"], plain.locations["pelvis"], atol=1e-9)

    def test_a_moved_and_enlarged_root_goes_on_from_where_it_would_stand(self) -> None:
        rig = with_root(RigPlan(T_BODY)).rig()
        basis = rig.basis.copy()
        basis[0, :3, :3] = 1.5 * quaternion_to_matrix(rotation_about_axis("y", 0.4))
        rig = replace(rig, basis=basis)
        motion = make_varied_motion(seconds=1)
        bone_map = replace(BODY, root="root")
        a = posed_heads(rig, retarget(motion, rig, bone_map, LOOSE))
        b = posed_heads(rig, retarget(motion, rig, bone_map, replace(LOOSE, root_mode="ROOT")))
        for joint in SMPL_JOINTS:
            assert np.allclose(a[joint], b[joint], atol=1e-6)

    def test_in_place_stands_on_the_spot_on_every_hierarchy(self) -> None:
        for way in WAYS.values():
            rig = way(RigPlan(A_BODY)).rig()
            motion = make_varied_motion(seconds=1)
            tracks = posed_heads(rig, retarget(motion, rig, BODY, replace(LOOSE, root_mode="IN_PLACE")))
            way = find_smooth_way(left_right_midpoint(tracks, "hip"), motion.fps)
            assert np.ptp(way[:, [0, 2]], axis=0).max() < 0.01


def hands(plan: RigPlan, roll: float = 0.0, curl: float = 0.0) -> RigPlan:
    """Fingers on both hands; ``roll``: radians by which the hands are turned about the forearms (palms forward: +)."""
    p = plan.points
    for side, sign in (("left", 1.0), ("right", -1.0)):
        wrist, along = p[f"{side}_wrist"], p[f"{side}_wrist"] - p[f"{side}_elbow"]
        along = along / np.linalg.norm(along)
        out = np.array([sign, 0.0, 0.0])
        axis = np.cross(out, along)
        lowered = axis_angle_to_quaternion(
            np.arctan2(np.linalg.norm(axis), out @ along) * axis / max(np.linalg.norm(axis), 1e-9)
        )
        turn = multiply(axis_angle_to_quaternion(-sign * roll * along), lowered)
        for joint, place in HAND_REST_POSITIONS.items():
            if joint.startswith(side):
                k = int(joint[-1])
                parent = f"{side}_wrist" if k == 1 else f"{joint[:-1]}{k - 1}"
                bent = rotate(rotation_about_axis("z", -sign * curl * (k - 1)), place) if curl else place
                head = wrist + rotate(turn, bent)
                plan.add(joint, parent, head, head + 0.02 * along)
    return plan


HANDS = replace(BODY, bones={**BODY.bones, **{joint: joint for joint in HAND_REST_POSITIONS}})


class TestHands:
    def test_palms_that_rest_another_way_do_as_the_motion_says(self) -> None:
        """Palms to the thighs or forward at rest: in the T-pose of the motion they face down, thumbs ahead."""
        root = np.tile([0.0, 0.95, 0.0], (3, 1))
        still = Motion(T_POSE, 10.0, root, identity_rotations(3, 22))
        for roll in (-0.5, 0.0, 0.8, 1.5):
            rig = hands(RigPlan(A_BODY), roll).rig(np.random.default_rng(4))
            tracks = posed_heads(rig, retarget(still, rig, HANDS, LOOSE))
            for side in ("left", "right"):
                across = tracks[f"{side}_index1"] - tracks[f"{side}_pinky1"]
                assert np.all(across[:, 2] > 0.95 * np.linalg.norm(across, axis=-1)), (roll, side)
                thumb = tracks[f"{side}_thumb1"] - tracks[f"{side}_wrist"]
                assert np.all(thumb[:, 2] > 0) and np.all(thumb[:, 1] < 0.005)

    def test_forearms_roll_with_their_hands_half_the_way(self) -> None:
        still = Motion(T_POSE, 10.0, np.tile([0.0, 0.95, 0.0], (2, 1)), identity_rotations(2, 22))
        plain, rolled = (
            world_rotations(rig := hands(RigPlan(A_BODY), roll).rig(), retarget(still, rig, HANDS, LOOSE))
            for roll in (0.0, 1.2)
        )
        assert np.allclose(angle_between(plain["left_elbow"], rolled["left_elbow"]), 0.6, atol=0.05)
        assert np.allclose(angle_between(plain["left_shoulder"], rolled["left_shoulder"]), 0, atol=1e-6)

    def test_fingers_hang_at_ease_where_the_motion_has_none(self) -> None:
        motion = make_varied_motion(seconds=1)
        for curl in (0.0, 0.3):
            rig = hands(RigPlan(A_BODY), 0.4, curl).rig(np.random.default_rng(9))
            result = retarget(motion, rig, HANDS, LOOSE)
            turns, tracks = world_rotations(rig, result), posed_heads(rig, result)
            for side in ("left", "right"):
                tip = tracks[f"{side}_middle3"] - tracks[f"{side}_middle2"]
                base = tracks[f"{side}_middle1"] - tracks[f"{side}_wrist"]
                across = tracks[f"{side}_index1"] - tracks[f"{side}_pinky1"]
                cosine = np.sum(tip * base, -1) / np.linalg.norm(tip, axis=-1) / np.linalg.norm(base, axis=-1)
                angle = np.degrees(np.arccos(cosine))
                assert np.all((angle > 35) & (angle < 60))
                palm = np.cross(base, across) * (1 if side == "left" else -1)
                assert np.all(np.sum(tip * palm, axis=-1) > 0), "towards the palm, not the back of the hand"
            # they keep still against the hand
            against = multiply(conjugate(turns["left_wrist"]), turns["left_ring2"])
            assert np.allclose(against, against[:1], atol=1e-9) or np.allclose(
                np.abs(against), np.abs(against[:1])
            )

    def test_fingers_keep_their_pose_where_that_is_wanted(self) -> None:
        rig = hands(RigPlan(T_BODY)).rig()
        result = retarget(make_varied_motion(seconds=1), rig, HANDS, replace(LOOSE, relax_fingers=False))
        assert not set(HAND_REST_POSITIONS) & set(result.rotations)

    def test_fingers_of_a_motion_are_carried(self) -> None:
        names = (*SMPL_JOINTS, *HAND_REST_POSITIONS)
        parents = [*T_POSE.parents]
        offsets = [*T_POSE.rest_offsets]
        for joint, place in HAND_REST_POSITIONS.items():
            k = int(joint[-1])
            before = f"{joint[:-1]}{k - 1}"
            parents.append(names.index(f"{joint.partition('_')[0]}_wrist" if k == 1 else before))
            offsets.append(place - (HAND_REST_POSITIONS[before] if k > 1 else 0))
        body = make_varied_motion(seconds=1)
        local = identity_rotations(len(body), len(names))
        local[:, :22] = body.local_rotations
        fist = rotation_about_axis("z", -np.linspace(0, 1.4, len(body)))
        for finger in ("index1", "middle2"):
            local[:, names.index(f"left_{finger}")] = fist
        motion = Motion(
            Skeleton(names, tuple(parents), np.array(offsets)), body.fps, body.root_translation, local
        )
        rig = hands(RigPlan(A_BODY), 0.3, 0.2).rig(np.random.default_rng(2))
        tracks = posed_heads(rig, retarget(motion, rig, HANDS, LOOSE))
        theirs = {joint: motion.positions[:, k] for k, joint in enumerate(names)}
        heading = retarget_rotations(motion, rig, HANDS).joint_rotations("pelvis")
        for a, b in (
            ("left_index1", "left_index2"),
            ("left_middle2", "left_middle3"),
            ("right_ring1", "right_ring2"),
        ):
            own, want = tracks[b] - tracks[a], theirs[b] - theirs[a]
            # one constant heading apart
            put = multiply(heading[:1], conjugate(motion.world_transforms[1][:1, 0]))
            want = rotate(put, want)
            cosine = np.sum(own * want, -1) / np.linalg.norm(own, axis=-1) / np.linalg.norm(want, axis=-1)
            assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 0.2, (a, b)

    def test_right_hands_mirror_left_ones(self) -> None:
        for joint, turn in RELAXED_FINGER_ROTATIONS.items():
            if joint.startswith("left"):
                other = RELAXED_FINGER_ROTATIONS[joint.replace("left", "right")]
                assert np.allclose(other, turn * [1, 1, -1, -1])
