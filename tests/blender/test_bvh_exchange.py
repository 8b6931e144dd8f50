# SPDX-License-Identifier: GPL-3.0-or-later
"""BVH files written by Blender are read, and Blender's importer reads ours."""

from __future__ import annotations

from pathlib import Path

import addon_utils
import bpy
import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, T_POSE, Motion
from kinescribe.motion.formats import read_motion, write_motion
from kinescribe.motion.rotations import axis_angle_to_quaternion, multiply

from devtools.testing.motions import make_walk


@pytest.fixture
def odd_walk() -> Motion:
    """A walk in which every joint turns a little about every axis."""
    motion = make_walk(10, fps=24.0)
    turns = axis_angle_to_quaternion(np.random.default_rng(0).normal(scale=0.15, size=(10, 22, 3)))
    return Motion(T_POSE, 24.0, motion.root_translation, multiply(motion.local_rotations, turns))


@pytest.fixture
def imported(odd_walk: Motion, tmp_path: Path) -> bpy.types.Object:
    """What Blender makes of our file."""
    if addon_utils.enable("io_anim_bvh") is None:
        pytest.skip("this Blender comes without its BVH add-on")
    write_motion(odd_walk, tmp_path / "ours.bvh")
    bpy.context.scene.render.fps = 24
    bpy.ops.import_anim.bvh(
        filepath=str(tmp_path / "ours.bvh"),
        global_scale=0.01,
        axis_forward="-Z",
        axis_up="Y",
        rotate_mode="QUATERNION",
    )
    return bpy.context.object


def test_blender_reads_what_we_write(odd_walk: Motion, imported: bpy.types.Object) -> None:
    for frame in range(len(odd_walk)):
        bpy.context.scene.frame_set(frame + 1)
        heads = [imported.matrix_world @ imported.pose.bones[name].head for name in SMPL_JOINTS]
        x, y, z = odd_walk.positions[frame].T
        np.testing.assert_allclose(np.array(heads), np.stack([x, -z, y], axis=-1), atol=1e-5)


def test_we_read_what_blender_writes(odd_walk: Motion, imported: bpy.types.Object, tmp_path: Path) -> None:
    bpy.ops.export_anim.bvh(
        filepath=str(tmp_path / "theirs.bvh"), frame_start=1, frame_end=10, root_transform_only=True
    )
    back = read_motion(tmp_path / "theirs.bvh")
    assert "22 joints, taken for metres, Z up" in back.provenance.source
    assert back.fps == 24
    np.testing.assert_allclose(back.positions, odd_walk.positions, atol=1e-4)


@pytest.fixture
def carried(imported: bpy.types.Object) -> bpy.types.Object:
    """The imported rig below a root bone that travels 1 m to the character's left."""
    rig = imported
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    root = bones.new("root")
    root.head, root.tail = (0, 0, 0), (0, 0.2, 0)
    bones["pelvis"].parent = root
    bpy.ops.object.mode_set(mode="OBJECT")
    for frame, x in ((1, 0.0), (10, 1.0)):
        rig.pose.bones["root"].location = (x, 0, 0)
        rig.pose.bones["root"].keyframe_insert("location", frame=frame)
    for curve in channelbag_curves(rig):
        if "root" in curve.data_path:
            for key in curve.keyframe_points:
                key.interpolation = "LINEAR"
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 1, 10
    return rig


def channelbag_curves(rig: bpy.types.Object) -> list[bpy.types.FCurve]:
    action = rig.animation_data.action
    if hasattr(action, "layers") and action.layers:
        return [c for bag in action.layers[0].strips[0].channelbags for c in bag.fcurves]
    return list(action.fcurves)


@pytest.mark.parametrize("kind", ["bvh", "glb"])
def test_travel_on_a_root_bone_survives_blender_s_exporters(
    odd_walk: Motion, carried: bpy.types.Object, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"carried.{kind}"
    if kind == "bvh":
        bpy.ops.export_anim.bvh(filepath=str(path), frame_start=1, frame_end=10)
    elif addon_utils.enable("io_scene_gltf2") is None:
        pytest.skip("this Blender comes without its glTF add-on")
    else:
        bpy.context.scene.render.fps = 24
        bpy.ops.export_scene.gltf(filepath=str(path), export_animation_mode="ACTIVE_ACTIONS")
    back = read_motion(path)
    way = back.positions[-1, 0] - back.positions[0, 0]
    expected = odd_walk.positions[-1, 0] - odd_walk.positions[0, 0] + [1.0, 0.0, 0.0]
    np.testing.assert_allclose(way, expected, atol=2e-3)
