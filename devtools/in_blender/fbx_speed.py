# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the import of FBX files of about 20 MB, which this Blender's exporter writes, in this Blender."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from kinescribe.operators.fbx_import import list_fbx_motions
from kinescribe.scene.mannequin import add_mannequin

_FURTHER_BONES = 44
"""As many as fingers and helpers of a usual character."""


def measure_imports() -> list[dict[str, Any]]:
    """Return a row for each file, those that take the least memory first."""
    makers = {
        "25 actions of 100 frames, 66 bones": _make_actions,
        "a mesh of 163,842 vertices, 60 frames": _make_mesh,
        "4,600 frames, 66 bones": _make_long,
    }
    rows = []
    with tempfile.TemporaryDirectory(prefix="kinescribe-fbx-") as folder:
        for title, make in makers.items():
            bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
            path = Path(folder) / "motion.fbx"
            make(path)
            bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
            before, start = _measure_usage(), time.perf_counter()
            entries = list_fbx_motions(path)
            motion = entries[0].read()
            seconds = time.perf_counter() - start
            after = _measure_usage()
            rows.append({
                "file": title, "megabytes": path.stat().st_size / 1e6, "motions": len(entries), "frames": len(motion),
                "seconds": seconds, "processor": after[0] - before[0], "peak": after[1],
            })  # fmt: skip
    return rows


def _measure_usage() -> tuple[float, float]:
    """Return the processor time of this process and of ended ones, s, and the largest memory of an ended one, MB."""
    if sys.platform == "win32":
        return 0.0, 0.0
    import resource

    own, ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    times = own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
    return times, ended.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def _add_rig() -> bpy.types.Object:
    rig = add_mannequin(bpy.context)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    for k in range(_FURTHER_BONES):
        bone, hand = bones.new(f"helper_{k}"), bones["left_wrist" if k % 2 else "right_wrist"]
        bone.head, bone.tail = hand.tail, hand.tail + 0.1 * (hand.tail - hand.head)
        bone.parent = hand
    bpy.ops.object.mode_set(mode="OBJECT")
    for obj in [obj for obj in bpy.data.objects if obj.type == "MESH"]:
        bpy.data.objects.remove(obj)
    return rig


def _animate(rig: bpy.types.Object, frames: int, name: str, seed: int = 0) -> None:
    """Give the rig an action in which all bones turn."""
    random = np.random.default_rng(seed)
    rig.animation_data_create().action = bpy.data.actions.new(name)
    phases = random.uniform(0.0, 6.0, (len(rig.pose.bones), 3))
    for bone, phase in zip(rig.pose.bones, phases, strict=True):
        bone.rotation_mode = "XYZ"
        bone.keyframe_insert("rotation_euler", frame=1)
        for index in range(3):
            curve = _find_curve(rig, bone.path_from_id("rotation_euler"), index)
            curve.keyframe_points.add(frames - 1)
            times = np.arange(1.0, frames + 1.0)
            values = 0.2 * np.sin(times / (5.0 + 3.0 * index) + phase[index])
            curve.keyframe_points.foreach_set("co", np.stack([times, values], axis=1).astype("f4").ravel())
            curve.update()
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 1, frames


def _find_curve(rig: bpy.types.Object, path: str, index: int) -> bpy.types.FCurve:
    from kinescribe.scene.action import get_action, get_fcurves

    curves = get_fcurves(get_action(rig), rig)
    return next(curve for curve in curves if curve.data_path == path and curve.array_index == index)


def _export(path: Path, all_actions: bool = False) -> None:
    if not hasattr(bpy.types, "EXPORT_SCENE_OT_fbx"):
        bpy.ops.preferences.addon_enable(module="io_scene_fbx")
    bpy.ops.export_scene.fbx(
        filepath=str(path), object_types={"ARMATURE", "MESH"}, add_leaf_bones=False, bake_anim_simplify_factor=0.0,
        bake_anim_use_nla_strips=False, bake_anim_use_all_actions=all_actions,
    )  # fmt: skip


def _make_long(path: Path) -> None:
    _animate(_add_rig(), 4600, "long")
    _export(path)


def _make_actions(path: Path) -> None:
    rig = _add_rig()
    for k in range(25):
        _animate(rig, 100, f"action {k}", k)
    _export(path, all_actions=True)


def _make_mesh(path: Path) -> None:
    rig = _add_rig()
    _animate(rig, 60, "short")
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=8)
    ball = bpy.context.object
    mesh, count = ball.data, 3 * len(ball.data.vertices)
    places = np.empty(count, dtype=np.float32)
    mesh.vertices.foreach_get("co", places)
    mesh.vertices.foreach_set("co", places + np.random.default_rng(0).normal(0.0, 0.01, count).astype("f4"))
    uv = mesh.uv_layers.active.data
    uv.foreach_set("uv", np.random.default_rng(1).uniform(0.0, 1.0, 2 * len(uv)).astype("f4"))
    groups = [ball.vertex_groups.new(name=bone.name) for bone in list(rig.data.bones)[:12]]
    for k, group in enumerate(groups):
        group.add(range(k % 3, len(mesh.vertices), 3), 0.3, "REPLACE")
    ball.modifiers.new("skin", "ARMATURE").object = rig
    ball.parent = rig
    _export(path)
