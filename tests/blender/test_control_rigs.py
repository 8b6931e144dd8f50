# SPDX-License-Identifier: GPL-3.0-or-later
"""Control rigs in Blender: the limbs follow, and FK and IK keys show the same. Rigify: ``test_control_rigs_rigify``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi
from pathlib import Path

import bpy
import numpy as np
import pytest
from control_rigs import build_auto_rig_pro, build_mixamo_control, rest_heads, scramble_controls
from kinescribe.motion import Motion
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.mapping.families import find_family
from kinescribe.motion.retarget.retarget import LimbKeys, RetargetOptions, RootMode, retarget
from kinescribe.scene import store
from kinescribe.scene.action import get_fcurves
from kinescribe.scene.apply import ApplyOptions, apply_motion
from kinescribe.scene.rig import read_rig
from mathutils import Matrix, Vector
from rig_kit import A_BODY, BodySpec, recorded_motion
from rig_stage import animate, played

from devtools.testing.limb_errors import limb_errors
from devtools.testing.motions import make_varied_motion

T_BODY = BodySpec(elbow_bend=5.0)
"""A T-pose; arms that are straight to the last degree give no tool's IK a direction to bend in."""

JOINTS = tuple(
    f"{side}_{joint}"
    for side in ("left", "right")
    for joint in ("hip", "knee", "ankle", "foot", "shoulder", "elbow", "wrist")
)


@dataclass(frozen=True)
class Kind:
    """A control rig: how it is built, what deforms, and controls that animators move about and forget."""

    family: str
    build: Callable[[BodySpec], bpy.types.Object]
    deform: tuple[str, ...]
    forgotten: tuple[str, ...]


KINDS = {
    "mixamo": Kind(
        "mixamo_control",
        build_mixamo_control,
        tuple(
            f"mixamorig:{side}{bone}"
            for side in ("Left", "Right")
            for bone in ("UpLeg", "Leg", "Foot", "ToeBase", "Arm", "ForeArm", "Hand")
        ),
        ("Ctrl_Hips_Free", "Ctrl_Foot_01_Left", "Ctrl_FootRoll_Cursor_Right", "Ctrl_LegPole_IK_Left",
         "Ctrl_Hand_IK_Right", "Ctrl_Foot_IK_Left"),
    ),
    "auto-rig pro": Kind(
        "auto_rig_pro",
        build_auto_rig_pro,
        tuple(
            f"{bone}.{side}"
            for side in "lr"
            for bone in ("thigh", "leg", "foot", "toes", "arm", "forearm", "hand")
        ),
        ("c_root.x", "c_thigh_b.l", "c_foot_01.r", "c_foot_roll_cursor.l", "c_leg_pole.r", "c_hand_ik.l"),
    ),
}  # fmt: skip


def tracks(
    kind: Kind, obj: bpy.types.Object, motion: Motion, keys: LimbKeys, root_mode: RootMode = "HIPS"
) -> dict[str, np.ndarray]:
    """Return the positions of the bones that deform the limbs, by joint."""
    rig = read_rig(obj)
    options = RetargetOptions(at_character=False, root_mode=root_mode, limb_keys=keys, foot_lock=0.0)
    animate(obj, retarget(motion, rig, map_bones(rig), options))
    points = played(obj, map_bones(rig), len(motion), extra=kind.deform)
    return {joint: points[bone] for joint, bone in zip(JOINTS, kind.deform, strict=True)}


def farthest(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> float:
    """The largest distance in metres between joints of two results."""
    return max(float(np.linalg.norm(a[joint] - b[joint], axis=-1).max()) for joint in JOINTS)


@pytest.mark.parametrize("spec", [T_BODY, A_BODY], ids=["T", "A"])
@pytest.mark.parametrize("name", KINDS)
def test_limbs_follow_either_way_whatever_was_left_behind(name: str, spec: BodySpec) -> None:
    kind = KINDS[name]
    obj = kind.build(spec)
    rest = {bone.name: np.array(bone.head_local) for bone in obj.data.bones}
    assert max(np.linalg.norm(head - rest[bone]) for bone, head in rest_heads(obj).items()) < 1e-4
    found = map_bones(read_rig(obj))
    assert (found.family, found.missing) == (kind.family, ())
    motion = make_varied_motion(seconds=1.0)
    forward = tracks(kind, obj, motion, "FK")
    assert limb_errors(motion, forward).max() < 0.1
    scramble_controls(obj, list(kind.forgotten))
    inverse = tracks(kind, obj, motion, "IK")
    assert farthest(forward, inverse) < 0.01
    scramble_controls(obj, list(kind.forgotten))
    assert farthest(forward, tracks(kind, obj, motion, "FK")) < 1e-4


@pytest.mark.parametrize("action", ["walk", "run", "kick", "sit"])
@pytest.mark.parametrize("name", KINDS)
def test_recordings_look_alike_either_way(shared: Path, name: str, action: str) -> None:
    kind = KINDS[name]
    obj = kind.build(A_BODY)
    motion = recorded_motion(shared, action, seconds=1.0)
    assert farthest(tracks(kind, obj, motion, "FK"), tracks(kind, obj, motion, "IK")) < 0.01


@pytest.mark.parametrize("name", KINDS)
def test_a_moved_large_rig_with_its_root_motion_on_the_root(name: str) -> None:
    kind = KINDS[name]
    obj = kind.build(A_BODY)
    obj.matrix_world = (
        Matrix.Translation(Vector((1.0, 2.0, 0.3))) @ Matrix.Rotation(0.4 * pi, 4, "Z") @ Matrix.Scale(1.6, 4)
    )
    bpy.context.view_layer.update()
    motion = make_varied_motion(seconds=1.0)
    forward = tracks(kind, obj, motion, "FK")
    assert farthest(forward, tracks(kind, obj, motion, "IK", "ROOT")) < 0.016
    assert np.ptp(forward["left_hip"][:, 2]) > 0.5


@pytest.mark.parametrize("name", KINDS)
def test_what_is_keyed(own_cache: None, name: str) -> None:
    kind = KINDS[name]
    obj = kind.build(A_BODY)
    bpy.context.view_layer.objects.active = obj
    motion = make_varied_motion(seconds=0.5)
    rig = read_rig(obj)
    found = map_bones(rig)
    limbs = {found.bones[joint] for joint in JOINTS}
    switches = {bone for bone, prop, _ in found.switches if prop == "ik_fk_switch"}
    assert len(switches) == 4
    for keys, value in (("FK", 1.0), ("IK", 0.0)):
        identifier = store.save_motion(motion)
        apply_motion(bpy.context, obj, identifier, ApplyOptions(start_frame=1, limb_keys=keys))
        bpy.context.scene.frame_set(2)
        action = obj.animation_data.action

        curves = get_fcurves(action, obj)
        keyed = {curve.data_path.split('"')[1] for curve in curves}
        assert limbs <= keyed if keys == "FK" else not limbs & keyed
        assert found.bones["pelvis"] in keyed and found.bones["head"] in keyed
        for bone in switches:
            assert obj.pose.bones[bone]["ik_fk_switch"] == value
            assert any(curve.data_path == f'pose.bones["{bone}"]["ik_fk_switch"]' for curve in curves)
            assert (f'pose.bones["{bone}"].location' in {curve.data_path for curve in curves}) == (
                keys == "IK"
            )


@pytest.mark.parametrize("keys", ["FK", "IK"])
@pytest.mark.parametrize("name", KINDS)
def test_a_selected_limb_takes_its_switch_along_and_no_other(
    own_cache: None, name: str, keys: LimbKeys
) -> None:
    kind = KINDS[name]
    obj = kind.build(A_BODY)
    bpy.context.view_layer.objects.active = obj
    family = find_family(kind.family)
    assert family is not None
    limb = next(limb for limb in family.ik_limbs if limb.end_joint == "right_ankle")
    found = map_bones(read_rig(obj))
    chosen = limb.pole if keys == "IK" else found.bones["right_hip"]
    owner = obj.pose.bones if bpy.app.version >= (5, 0, 0) else obj.data.bones
    for bone in owner:
        bone.select = bone.name == chosen
    options = ApplyOptions(start_frame=1, limb_keys=keys, only_selected=True)
    apply_motion(bpy.context, obj, store.save_motion(make_varied_motion(seconds=0.5)), options)
    curves = get_fcurves(obj.animation_data.action, obj)
    switched = {
        curve.data_path.split('"')[1] for curve in curves if curve.data_path.endswith('["ik_fk_switch"]')
    }
    assert switched == {limb.control}
