# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of the tests of applying: apply a motion to a rig and read the result."""

from __future__ import annotations

import bpy
import numpy as np
from kinescribe.motion import T_POSE, Motion
from kinescribe.scene import store
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions, ApplyReport, apply_motion
from stroll import stroll

FROM_ORIGIN = ApplyOptions(1, at_character=False, foot_lock=0.0)


def apply(
    obj: bpy.types.Object, motion: Motion | None = None, options: ApplyOptions = FROM_ORIGIN
) -> ApplyReport:
    return apply_motion(bpy.context, obj, store.save_motion(motion or stroll()), options)


def heads(rig: bpy.types.Object, frame: int) -> np.ndarray:
    """Return the positions (22, 3) of the motion's joints on the evaluated rig, in metres, Y up."""
    bpy.context.scene.frame_set(frame)
    posed = rig.evaluated_get(bpy.context.evaluated_depsgraph_get())
    points = [posed.matrix_world @ posed.pose.bones[joint].head for joint in T_POSE.joint_names]
    return np.array([(p.x, p.z, -p.y) for p in points])


def select(rig: bpy.types.Object, *names: str) -> None:
    for bone in rig.pose.bones:
        owner = bone if hasattr(bone, "select") else bone.bone
        owner.select = bone.name in names


def scene_state(rig: bpy.types.Object) -> tuple[object, ...]:
    bpy.context.view_layer.update()
    action, scene = get_action(rig), bpy.context.scene
    pose = [tuple(v for row in bone.matrix_basis for v in row) for bone in rig.pose.bones]
    named = sorted((a.name, a.users, a.use_fake_user) for a in bpy.data.actions)
    rows = [(row.joint, row.bone) for row in rig.kinescribe.bone_map]
    return (action, named, pose, rows, scene.frame_current, scene.frame_start, scene.frame_end, rig.mode)


def paths(rig: bpy.types.Object) -> set[str]:
    return {c.data_path for c in get_fcurves(get_action(rig), rig)}


def all_keys(obj: bpy.types.Object) -> dict[tuple[str, int], np.ndarray]:
    found = {}
    for fcurve in get_fcurves(get_action(obj), obj):
        co = np.empty(2 * len(fcurve.keyframe_points))
        fcurve.keyframe_points.foreach_get("co", co)
        found[fcurve.data_path, fcurve.array_index] = co
    return found
