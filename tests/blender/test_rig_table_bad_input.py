# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs that are not human or have a fault: a clear error, or a result that names what is missing."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np
import pytest
from applying import FROM_ORIGIN, apply, scene_state
from kinescribe.motion import KinescribeError, MappingError, Motion, RigError
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.scene.action import get_action
from kinescribe.scene.bone_map import store_bone_map
from kinescribe.scene.rig import read_rig
from odd_rigs import CREATURES, armature, person, two_people, without_names
from rig_stage import played
from stroll import stroll

from devtools.testing.limb_errors import limb_errors


def refused(obj: bpy.types.Object, match: str, kind: type[KinescribeError] = MappingError) -> None:
    """Expect an error of one sentence that matches ``match`` and an unchanged scene if a motion is applied."""
    before = scene_state(obj)
    with pytest.raises(kind, match=match) as caught:
        apply(obj)
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence) < 300, sentence
    assert scene_state(obj) == before
    assert get_action(obj) is None


@pytest.mark.parametrize("creature", CREATURES)
@pytest.mark.parametrize("named", [True, False])
def test_what_is_no_person_is_refused(creature: str, named: bool) -> None:
    lines = CREATURES[creature]
    obj = armature(lines if named else without_names(lines), creature.capitalize())
    refused(obj, "No humanoid|no bone for|certainty")


@pytest.mark.parametrize("second", ["other_{}", "{}_copy"])
def test_two_people_in_one_armature_are_never_mixed(second: str) -> None:
    obj = two_people(second)
    head, tail = second.split("{}")
    try:
        bones = map_bones(read_rig(obj)).bones
    except MappingError as error:
        assert "two" in str(error) or "more than one" in str(error), error
        refused(obj, "two|more than one")
        return
    others = {bone.startswith(head) and bone.endswith(tail) for bone in bones.values()}
    assert len(others) == 1, bones


MISSING = {
    "left arm": (("Left|Right}Arm", "ForeArm", "Hand"), ("left_shoulder", "left_elbow", "left_wrist")),
    "feet": (("Foot", "Toe"), ("left_ankle", "right_ankle", "left_foot", "right_foot")),
    "toes": (("Toe",), ("left_foot", "right_foot")),
    "head": (("Head <", "HeadTop", "Eye"), ("head",)),
    "neck and head": (("Neck", "Head <", "HeadTop", "Eye"), ("neck", "head")),
    "hands": (("Hand",), ("left_wrist", "right_wrist")),
    "shoulder blades": ((), ("left_collar", "right_collar")),
}


@pytest.mark.parametrize("what", MISSING)
def test_what_is_missing_is_said(what: str) -> None:
    words, joints = MISSING[what]
    if what == "shoulder blades":
        obj = person("mixamo")
        bpy.context.view_layer.objects.active = obj
        bpy.ops.object.mode_set(mode="EDIT")
        for side in ("Left", "Right"):
            obj.data.edit_bones.remove(obj.data.edit_bones[f"mixamorig:{side}Shoulder"])
            obj.data.edit_bones[f"mixamorig:{side}Arm"].parent = obj.data.edit_bones["mixamorig:Spine2"]
        bpy.ops.object.mode_set(mode="OBJECT")
    else:
        obj = person("mixamo", without=words)
    before = scene_state(obj)
    try:
        report = apply(obj)
    except MappingError as error:
        assert any(joint in str(error) for joint in joints), error
        assert scene_state(obj) == before
        return
    assert set(joints) <= set(report.missing_joints), report.missing_joints


@pytest.mark.parametrize("what", ["toes", "head", "hands", "shoulder blades"])
def test_what_is_there_still_moves_rightly(what: str) -> None:
    words, _ = MISSING[what]
    obj = person("mixamo", without=words) if words else person("smpl")
    motion = free_of_locks(obj)
    tracks = played(obj, map_bones(read_rig(obj)), len(motion))
    if "left_wrist" not in tracks:
        # a forearm without a hand ends at its tail
        tracks |= {f"{side}_wrist": tail_track(obj, f"mixamorig:{side.capitalize()}ForeArm", len(motion))
                   for side in ("left", "right")}  # fmt: skip
    # where a forearm ends nobody says: it keeps the bend that it has at rest
    assert np.percentile(limb_errors(motion, tracks), 95) < (8.0 if what == "hands" else 0.5)


def free_of_locks(obj: bpy.types.Object) -> Motion:
    """Apply a motion frame by frame as it is, feet not held, and return it."""
    motion = stroll(30)
    bpy.context.scene.render.fps, bpy.context.scene.render.fps_base = round(motion.fps), 1.0
    apply(obj, motion, replace(FROM_ORIGIN, foot_lock=0.0))
    return motion


def tail_track(obj: bpy.types.Object, bone: str, count: int) -> np.ndarray:
    """World positions (T, 3), Y up, of a bone's tail."""
    points = []
    for frame in range(1, count + 1):
        bpy.context.scene.frame_set(frame)
        posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        p = posed.matrix_world @ posed.pose.bones[bone].tail
        points.append((p.x, p.z, -p.y))
    return np.array(points)


def test_bones_of_hardly_any_length() -> None:
    obj = person("unreal4", scale=1.0)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    for name in ("hand_l", "head", "foot_r", "ball_r", "clavicle_l", "upperarm_r"):
        bone = obj.data.edit_bones[name]
        bone.tail = bone.head + 2e-5 * (bone.tail - bone.head).normalized()
    bpy.ops.object.mode_set(mode="OBJECT")
    assert "upperarm_r" in obj.data.bones
    motion = free_of_locks(obj)
    assert limb_errors(motion, played(obj, map_bones(read_rig(obj)), len(motion))).max() < 0.5


@pytest.mark.parametrize(
    ("scale", "match"), [((-1, 1, 1), "mirrored"), ((1, 1, -1), "mirrored"), ((1, 2, 1), "evenly")]
)
@pytest.mark.parametrize("parented", [False, True])
def test_scales_that_no_pose_survives(scale: tuple[float, ...], match: str, parented: bool) -> None:
    obj = person("smplx", x_rotation=0.0)
    owner = obj
    if parented:
        owner = bpy.data.objects.new("Parent", None)
        bpy.context.collection.objects.link(owner)
        obj.parent = owner
    owner.scale = scale
    bpy.context.view_layer.update()
    refused(obj, match, RigError)


def test_a_map_that_names_bones_that_are_gone() -> None:
    obj = person("mixamo")
    store_bone_map(obj, map_bones(read_rig(obj)))
    obj.data.bones["mixamorig:LeftUpLeg"].name = "Renamed"
    obj.data.bones["mixamorig:Neck"].name = "Neck too"
    refused(obj, "mixamorig:.* map its bones again")


def driven(obj: bpy.types.Object, bone: str) -> None:
    """A driver on all four channels of a bone's rotation."""
    for curve in obj.pose.bones[bone].driver_add("rotation_quaternion"):
        curve.driver.type = "SCRIPTED"
        curve.driver.expression = "1.0 if frame < 0 else 0.5"


def constrained(obj: bpy.types.Object, bone: str) -> None:
    """A constraint that holds a bone."""
    constraint = obj.pose.bones[bone].constraints.new("COPY_ROTATION")
    constraint.target, constraint.subtarget = obj, "mixamorig:Hips"


@pytest.mark.parametrize("hold", [driven, constrained])
def test_bones_that_something_else_moves_are_named(hold: object) -> None:
    obj = person("mixamo")
    hold(obj, "mixamorig:LeftArm")  # type: ignore[operator]
    bpy.context.view_layer.update()
    try:
        report = apply(obj, stroll(20))
    except RigError as error:
        assert "mixamorig:LeftArm" in str(error)
        return
    assert any("mixamorig:LeftArm" in str(note) for note in report.notes), report.notes
