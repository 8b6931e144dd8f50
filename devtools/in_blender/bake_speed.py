# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds from a motion in memory to keys on a rig: ours, a key at a time, and constraints that are baked."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import bpy

PACKAGE = "bl_ext.user_default.kinescribe"
FRAMES, FPS = 300, 30


def measure(repeats: int = 5) -> dict[str, Any]:
    """Best times in seconds for 300 frames on the mannequin's 22 bones, and the number of keys that a motion is."""
    scene = bpy.context.scene
    scene.render.fps, scene.frame_end = FPS, FRAMES
    motion = _motion()
    source, target = _mannequin(), _mannequin()
    parts: dict[str, list[float]] = {}
    store, apply = (import_module(f"{PACKAGE}.scene.{name}") for name in ("store", "apply"))
    options = apply.ApplyOptions(start_frame=1)
    identity = store.put(motion)
    mapping, rigs = import_module(f"{PACKAGE}.motion.mapping.bone_map"), import_module(f"{PACKAGE}.scene.rig")
    bone_map = mapping.map_bones(rigs.read_rig(source))
    _ours(source, bone_map, motion, {})
    values = _values(source)
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: _ours(source, bone_map, motion, parts),
        "apply": lambda: apply.apply_motion(bpy.context, source, identity, options),
        "keyframe_insert": lambda: _insert(target, values),
        "constraints_and_nla_bake": lambda: _bake(source, target),
    }
    # in turn, so that a machine that is busy for a while is busy for all of them
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - start)
    return {
        "frames": FRAMES,
        "bones": len(source.data.bones),
        "keys": FRAMES * (4 * len(source.data.bones) + 3),
        "seconds": {name: min(found) for name, found in times.items()},
        "parts": {name: min(found) for name, found in parts.items()},
    }


def _motion() -> Any:
    words = import_module(f"{PACKAGE}.motion")
    backend = import_module(f"{PACKAGE}.inference.registry").default_backend()
    return backend.generate(words.text_request("a person walks forward", FRAMES / FPS, FPS, 1))[0]


def _mannequin() -> Any:
    bpy.ops.kinescribe.add_mannequin()
    rig = bpy.context.object
    rig.animation_data_create()
    return rig


def _ours(rig: Any, bone_map: Any, motion: Any, parts: dict[str, list[float]]) -> None:
    """Rig read, retarget and new Action, as ``scene.apply`` does them."""
    scene = {name: import_module(f"{PACKAGE}.scene.{name}") for name in ("rig", "channels", "action")}
    retargeting = import_module(f"{PACKAGE}.motion.retarget.retarget")
    marks = [time.perf_counter()]
    plain = scene["rig"].read_rig(rig)
    marks.append(time.perf_counter())
    result = retargeting.retarget(motion, plain, bone_map, retargeting.RetargetOptions(foot_lock=0.0))
    marks.append(time.perf_counter())
    written = scene["channels"].channels(rig, plain, result, 1)
    action = scene["action"].new_action(rig, "Measured")
    scene["action"].write_curves(action, rig, written.curves)
    scene["action"].assign_action(rig, action)
    marks.append(time.perf_counter())
    for name, start, end in zip(("rig read", "retarget", "new Action"), marks, marks[1:], strict=False):
        parts.setdefault(name, []).append(end - start)


def _values(rig: Any) -> list[dict[str, tuple[Any, Any]]]:
    """The pose of every frame: location and rotation of each bone."""
    found = []
    for frame in range(1, FRAMES + 1):
        bpy.context.scene.frame_set(frame)
        found.append({b.name: (b.location.copy(), b.rotation_quaternion.copy()) for b in rig.pose.bones})
    return found


def _insert(rig: Any, values: list[dict[str, tuple[Any, Any]]]) -> None:
    """A key at a time, as scripts do."""
    rig.animation_data.action = None
    root = rig.pose.bones[0].name
    for frame, pose in enumerate(values, start=1):
        for name, (location, rotation) in pose.items():
            bone = rig.pose.bones[name]
            bone.rotation_quaternion = rotation
            bone.keyframe_insert("rotation_quaternion", frame=frame)
            if name == root:
                bone.location = location
                bone.keyframe_insert("location", frame=frame)


def _bake(source: Any, target: Any) -> None:
    """A constraint for each bone, then Blender's own bake."""
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
