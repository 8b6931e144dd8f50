# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the seconds from a motion in memory to keys on a rig: our code, key by key, and baked constraints."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import bpy
from kinescribe.inference.registry import default_backend
from kinescribe.motion import Motion, make_text_request
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.retarget.retarget import RetargetOptions, retarget
from kinescribe.scene import store
from kinescribe.scene.action import assign_action, create_action, write_fcurves
from kinescribe.scene.apply import ApplyOptions, apply_motion
from kinescribe.scene.channels import build_channels
from kinescribe.scene.pose_state import read_pose_state
from kinescribe.scene.rig import read_rig

FRAMES, FPS = 300, 30


def measure_bakes(repeats: int = 9) -> dict[str, Any]:
    """Return median times in seconds for 300 frames on the mannequin's 22 bones, and the number of keys."""
    scene = bpy.context.scene
    scene.render.fps, scene.frame_end = FPS, FRAMES
    motion = _generate_motion()
    source, target = _add_mannequin(), _add_mannequin()
    seconds_by_part: dict[str, list[float]] = {}
    options = ApplyOptions(start_frame=1)
    identity = store.save_motion(motion)
    bone_map = map_bones(read_rig(source))
    _retarget_to_action(source, bone_map, motion, {})
    values = _read_poses(source)
    methods: dict[str, Callable[[], object]] = {
        "ours": lambda: _retarget_to_action(source, bone_map, motion, seconds_by_part),
        "apply": lambda: apply_motion(bpy.context, source, identity, options),
        "keyframe_insert": lambda: _insert_keys(target, values),
        "constraints_and_nla_bake": lambda: _bake_constraints(source, target),
    }
    # in turn, so that a busy moment of the machine affects all methods; the garbage of one counts for no other
    times: dict[str, list[float]] = {name: [] for name in methods}
    gc.disable()
    for _ in range(repeats):
        for name, method in methods.items():
            bpy.context.view_layer.update()  # what the method before changed counts for none
            start = time.perf_counter()
            method()
            times[name].append(time.perf_counter() - start)
        gc.collect()
    gc.enable()
    return {
        "frames": FRAMES,
        "bones": len(source.data.bones),
        "keys": FRAMES * (4 * len(source.data.bones) + 3),
        "repeats": repeats,
        "seconds": {name: statistics.median(found) for name, found in times.items()},
        "parts": {name: statistics.median(found) for name, found in seconds_by_part.items()},
    }


def _generate_motion() -> Motion:
    return default_backend().generate(make_text_request("a person walks forward", FRAMES / FPS, FPS, 1))[0]


def _add_mannequin() -> Any:
    bpy.ops.kinescribe.add_mannequin()
    rig = bpy.context.object
    rig.animation_data_create()
    return rig


def _retarget_to_action(
    rig: Any, bone_map: Any, motion: Any, seconds_by_part: dict[str, list[float]]
) -> None:
    """Read the rig, retarget and write a new Action, as ``scene.apply`` does; add the seconds of each part.

    Parameters
    ----------
    rig : bpy.types.Object
        Armature.
    bone_map : BoneMap
        Its bone map.
    motion : Motion
        What is applied.
    seconds_by_part : dict
        Lists of seconds, extended in place.
    """
    marks = [time.perf_counter()]
    state = read_pose_state(rig)
    marks.append(time.perf_counter())
    result = retarget(motion, state.rig, bone_map, RetargetOptions(foot_lock=0.0))
    marks.append(time.perf_counter())
    written = build_channels(state, result, 1)
    action = create_action(rig, "Measured")
    write_fcurves(action, rig, written.curves)
    assign_action(rig, action)
    marks.append(time.perf_counter())
    for name, start, end in zip(("rig read", "retarget", "new Action"), marks, marks[1:], strict=False):
        seconds_by_part.setdefault(name, []).append(end - start)


def _read_poses(rig: Any) -> list[dict[str, tuple[Any, Any]]]:
    """Return location and rotation of each bone at every frame."""
    poses = []
    for frame in range(1, FRAMES + 1):
        bpy.context.scene.frame_set(frame)
        poses.append({b.name: (b.location.copy(), b.rotation_quaternion.copy()) for b in rig.pose.bones})
    return poses


def _insert_keys(rig: Any, poses: list[dict[str, tuple[Any, Any]]]) -> None:
    """Insert a key at a time with ``keyframe_insert``, as scripts do."""
    rig.animation_data.action = None
    root = rig.pose.bones[0].name
    for frame, pose in enumerate(poses, start=1):
        for name, (location, rotation) in pose.items():
            bone = rig.pose.bones[name]
            bone.rotation_quaternion = rotation
            bone.keyframe_insert("rotation_quaternion", frame=frame)
            if name == root:
                bone.location = location
                bone.keyframe_insert("location", frame=frame)


def _bake_constraints(source: Any, target: Any) -> None:
    """Add a constraint to each bone and bake with Blender's own operator."""
    target.animation_data.action = None
    for bone in target.pose.bones:
        constraint = bone.constraints.new("COPY_ROTATION")
        constraint.target, constraint.subtarget = source, bone.name
    bpy.context.view_layer.objects.active = target
    for obj in bpy.context.scene.objects:
        obj.select_set(obj is target)
    bpy.ops.object.mode_set(mode="POSE")
    bpy.ops.nla.bake(
        frame_start=1, frame_end=FRAMES, only_selected=False, visual_keying=True, clear_constraints=True,
        use_current_action=False, bake_types={"POSE"},
    )  # fmt: skip
    bpy.ops.object.mode_set(mode="OBJECT")
    assert target.animation_data.action is not None
    assert not any(bone.constraints for bone in target.pose.bones)
