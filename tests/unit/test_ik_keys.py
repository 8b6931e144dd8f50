# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys for IK controls: positions of controls and poles, and bones without keys. In Blender: test_control_rigs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.motion.mapping.bone_map import BoneMap, map_bones
from kinescribe.motion.mapping.families import FAMILIES, Family
from kinescribe.motion.retarget.ik_keys import IkKeys, make_ik_keys
from kinescribe.motion.retarget.retarget import RetargetOptions, retarget
from kinescribe.motion.retarget.retarget_rotations import retarget_rotations
from kinescribe.motion.retarget.retargeted_motion import RetargetedMotion
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import angle_between, conjugate, multiply, rotate
from rig_kit import A_BODY, PARENT_OF, body_points, bone_tail

from devtools.testing.motions import make_varied_motion

NAMES = {
    "pelvis": "Ctrl_Hips", "spine1": "Ctrl_Spine", "spine2": "Ctrl_Spine1", "spine3": "Ctrl_Spine2",
    "neck": "Ctrl_Neck", "head": "Ctrl_Head",
    **{
        f"{side}_{joint}": f"Ctrl_{word}_{side.capitalize()}"
        for side in ("left", "right")
        for joint, word in {
            "hip": "UpLeg_FK", "knee": "Leg_FK", "ankle": "Foot_FK", "foot": "Toe_FK", "collar": "Shoulder",
            "shoulder": "Arm_FK", "elbow": "ForeArm_FK", "wrist": "Hand_FK",
        }.items()
    },
}  # fmt: skip
LIMBS = {"Foot": ("hip", "knee", "ankle", "foot"), "Hand": ("shoulder", "elbow", "wrist")}
POLES = {"Foot": "LegPole", "Hand": "ArmPole"}


def control_rig(lacking: tuple[str, ...] = ()) -> Rig:
    """The controls of a Mixamo control rig, without its mechanism."""
    points = body_points(A_BODY)
    bones: list[tuple[str, str | None, np.ndarray, np.ndarray]] = [
        ("Ctrl_Master", None, np.zeros(3), np.array([0.0, 0.0, 0.3]))
    ]
    for joint, parent in PARENT_OF.items():
        above = "Ctrl_Master" if parent is None else NAMES[parent]
        bones.append((NAMES[joint], above, points[joint], bone_tail(points, joint)))
    for side in ("left", "right"):
        for end, joints in LIMBS.items():
            first, middle, last = (points[f"{side}_{joint}"] for joint in joints[:3])
            bend = middle - first
            axis = (last - first) / np.linalg.norm(last - first)
            bend = bend - np.dot(bend, axis) * axis
            pole = middle + 0.8 * bend / np.linalg.norm(bend)
            control = f"Ctrl_{end}_IK_{side.capitalize()}"
            # a control that doesn't lie at its joint
            bones.append((control, None, last + [0.01, -0.02, 0.03], last + [0.0, 0.0, 0.2]))
            bones.append((f"Ctrl_{POLES[end]}_IK_{side.capitalize()}", None, pole, pole + [0.0, 0.1, 0.0]))
            if end == "Foot":
                toe = points[f"{side}_foot"]
                bones.append((f"Ctrl_Toe_IK_{side.capitalize()}", control, toe, toe + [0.0, 0.0, 0.08]))
                cursor = f"Ctrl_FootRoll_Cursor_{side.capitalize()}"
                bones.append((cursor, control, last, last + [0.0, 0.0, -0.1]))
    bones = [bone for bone in bones if bone[0] not in lacking]
    names = tuple(bone[0] for bone in bones)
    parents = tuple(-1 if bone[1] is None else names.index(bone[1]) for bone in bones)
    heads, tails = (np.array([bone[k] for bone in bones]) for k in (2, 3))
    properties = {f"Ctrl_{end}_IK_{side}": ("ik_fk_switch",) for end in LIMBS for side in ("Left", "Right")}
    return make_plain_rig("Somebody", names, parents, heads, tails, properties=properties)


@pytest.fixture(scope="module")
def done() -> tuple[RetargetedMotion, IkKeys]:
    """A performance and its keys."""
    rig = control_rig()
    bone_map = map_bones(rig)
    assert bone_map.family == "mixamo_control"
    performance = retarget_rotations(make_varied_motion(seconds=1.0), rig, bone_map)
    return performance, make_ik_keys(performance)


def world(rig: Rig, keys: IkKeys, bone: str) -> tuple[np.ndarray, np.ndarray]:
    """Head (T, 3) and turn (T, 4) of a keyed control that nothing carries."""
    i = rig.bone_index(bone)
    rest = rig.rest_rotations[i]
    turn = multiply(multiply(rest, keys.rotations[bone]), conjugate(rest))
    return rig.heads[i] + rotate(rest, keys.locations[bone]), turn


@pytest.mark.parametrize("end", LIMBS)
@pytest.mark.parametrize("side", ["left", "right"])
def test_controls_go_where_their_joints_go(
    done: tuple[RetargetedMotion, IkKeys], side: str, end: str
) -> None:
    performance, keys = done
    rig = performance.rig
    control = f"Ctrl_{end}_IK_{side.capitalize()}"
    head, turn = world(rig, keys, control)
    joint = f"{side}_{LIMBS[end][2]}"
    assert angle_between(turn, performance.joint_rotations(joint)).max() < 1e-9
    offset = rig.heads[rig.bone_index(control)] - rig.heads[rig.bone_index(NAMES[joint])]
    expected = performance.joint_positions((joint,))[:, 0] + rotate(
        performance.joint_rotations(joint), offset
    )
    np.testing.assert_allclose(head, expected, atol=1e-9)


@pytest.mark.parametrize("side", ["left", "right"])
def test_poles_stand_in_the_plane_of_the_bend(done: tuple[RetargetedMotion, IkKeys], side: str) -> None:
    performance, keys = done
    rig = performance.rig
    for end, joints in LIMBS.items():
        first, middle, last = np.moveaxis(
            performance.joint_positions([f"{side}_{joint}" for joint in joints[:3]]), 1, 0
        )
        name = f"Ctrl_{POLES[end]}_IK_{side.capitalize()}"
        i = rig.bone_index(name)
        if end == "Foot":
            # carried by the foot's control
            control = f"Ctrl_Foot_IK_{side.capitalize()}"
            head, turn = world(rig, keys, control)
            local = (
                rig.heads[i]
                - rig.heads[rig.bone_index(control)]
                + rotate(rig.rest_rotations[i], keys.locations[name])
            )
            pole = head + rotate(turn, local)
        else:
            hips = performance.joint_positions(("pelvis",))[:, 0]
            local = rig.heads[i] - rig.heads[rig.bone_index("Ctrl_Hips")]
            local = local + rotate(rig.rest_rotations[i], keys.locations[name])
            pole = hips + rotate(performance.joint_rotations("pelvis"), local)
        axis = (last - first) / np.linalg.norm(last - first, axis=-1, keepdims=True)
        aside = [v - np.sum(v * axis, axis=-1, keepdims=True) * axis for v in (middle - first, pole - first)]
        bent = np.linalg.norm(aside[0], axis=-1)
        cosine = np.sum(aside[0] * aside[1], axis=-1) / (bent * np.linalg.norm(aside[1], axis=-1))
        # what the knee would be away from where it is
        assert (2 * bent * np.sqrt(np.clip((1 - cosine) / 2, 0, 1))).max() < 0.01
        np.testing.assert_allclose(np.linalg.norm(pole - middle, axis=-1), 0.8, atol=1e-6)


def test_what_is_keyed_and_what_is_spared(done: tuple[RetargetedMotion, IkKeys]) -> None:
    _performance, keys = done
    ends = {f"Ctrl_{end}_IK_{side}" for end in LIMBS for side in ("Left", "Right")}
    assert ends <= set(keys.rotations) & set(keys.locations)
    assert keys.switches == tuple((limb.control, "ik_fk_switch", 0.0) for limb in _family().ik_limbs)
    spared = {
        NAMES[f"{side}_{joint}"]
        for side in ("left", "right")
        for joints in LIMBS.values()
        for joint in joints
    }
    assert keys.replaced_bones == spared
    cursor = "Ctrl_FootRoll_Cursor_Left"
    assert not keys.locations[cursor].any() and (keys.rotations[cursor] == [1, 0, 0, 0]).all()
    for turns in keys.rotations.values():
        assert np.all(np.sum(turns[1:] * turns[:-1], axis=-1) > 0)


def test_retargeting_chooses() -> None:
    rig = control_rig()
    bone_map = map_bones(rig)
    motion = make_varied_motion(seconds=0.5)
    forward, inverse = (retarget(motion, rig, bone_map, RetargetOptions(limb_keys=k)) for k in ("FK", "IK"))
    assert {(b, p): v for b, p, v in forward.switches}["Ctrl_Foot_IK_Left", "ik_fk_switch"] == 1.0
    assert {(b, p): v for b, p, v in inverse.switches}["Ctrl_Foot_IK_Left", "ik_fk_switch"] == 0.0
    assert "Ctrl_Leg_FK_Left" in forward.rotations and "Ctrl_Leg_FK_Left" not in inverse.rotations
    assert "Ctrl_Foot_IK_Left" not in forward.rotations and "Ctrl_Foot_IK_Left" in inverse.rotations
    for bone in ("Ctrl_Hips", "Ctrl_Head", "Ctrl_Shoulder_Left"):
        np.testing.assert_allclose(forward.rotations[bone], inverse.rotations[bone], atol=1e-9)
    assert not inverse.notes


def test_a_limb_that_lacks_its_control_keeps_its_bones() -> None:
    rig = control_rig(lacking=("Ctrl_Hand_IK_Left", "Ctrl_Toe_IK_Right", "Ctrl_LegPole_IK_Left"))
    keys = make_ik_keys(retarget_rotations(make_varied_motion(seconds=0.2), rig, map_bones(rig)))
    assert (
        "Ctrl_ForeArm_FK_Left" not in keys.replaced_bones and "Ctrl_ForeArm_FK_Right" in keys.replaced_bones
    )
    assert "Ctrl_Toe_FK_Right" not in keys.replaced_bones and "Ctrl_Toe_FK_Left" in keys.replaced_bones
    assert "Ctrl_LegPole_IK_Left" not in keys.locations and "Ctrl_Foot_IK_Left" in keys.locations


def test_a_rig_without_ik_says_so() -> None:
    rig = control_rig()
    bone_map = replace(map_bones(rig), family="custom", switches=())
    assert isinstance(bone_map, BoneMap)
    result = retarget(make_varied_motion(seconds=0.2), rig, bone_map, RetargetOptions(limb_keys="IK"))
    assert "IK controls" in str(result.notes[0])
    assert "Ctrl_Leg_FK_Left" in result.rotations


def test_families_name_controls_that_differ_from_their_bones() -> None:
    for family in FAMILIES:
        names = {name for names in family.bone_names.values() for name in names}
        for limb in family.ik_limbs:
            assert family.is_control_rig and limb.end_joint in family.bone_names
            own = [limb.control, limb.pole, limb.toe_control, limb.middle_bone, *limb.resting_controls]
            assert not names & {name for name in own if name}
            assert len({name for name in own if name}) == sum(name is not None for name in own)
            assert {(bone, prop) for bone, prop, _ in limb.fk_switches} <= {
                (bone, prop) for bone, prop, _ in limb.ik_switches
            }
            assert set(limb.fk_switches) <= set(family.switches)


def _family() -> Family:
    return next(family for family in FAMILIES if family.name == "mixamo_control")
