# SPDX-License-Identifier: GPL-3.0-or-later
"""Root Bone on rigs whose root node became the armature object: the object is keyed, and nothing moves otherwise."""

from __future__ import annotations

from math import radians

import bpy
import numpy as np
import pytest
from applying import apply
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions
from kinescribe.scene.unbake import unbake
from mathutils import Euler, Matrix
from stroll import stroll

from devtools.testing.rig_cases import find_case

AS_FBX = Matrix.LocRotScale((0.4, -0.3, 0.0), Euler((radians(90), 0, radians(35))), (0.01, 0.01, 0.01))
PLAIN = Matrix.Identity(4)


def build(name: str, world: Matrix = PLAIN, mode: str = "XYZ") -> bpy.types.Object:
    """Return an armature of a rig case, its object moved, turned and scaled below its bones."""
    case = find_case(f"root is the object {name}")
    obj = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    obj.select_set(True)
    bpy.ops.object.mode_set(mode="EDIT")
    back = world.inverted() @ Matrix.Translation(world.translation)
    for bone, parent, head, tail in case.bones:
        edit = obj.data.edit_bones.new(bone)
        edit.head, edit.tail = ((back @ Matrix.Translation(at)).translation for at in (head, tail))
        edit.parent = obj.data.edit_bones[parent] if parent else None
    bpy.ops.object.mode_set(mode="OBJECT")
    obj.rotation_mode = mode
    obj.matrix_world = world
    bpy.context.view_layer.update()
    return obj


def tracks(obj: bpy.types.Object, frames: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return world positions of all bones (F, B, 3) and of the object (F, 3)."""
    bones, objects = [], []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        bones.append([posed.matrix_world @ bone.head for bone in posed.pose.bones])
        objects.append(posed.matrix_world.translation.copy())
    return np.array(bones), np.array(objects)


FRAMES = list(range(1, 61, 4))


@pytest.mark.parametrize("mode", ["XYZ", "QUATERNION", "AXIS_ANGLE", "ZXY"])
@pytest.mark.parametrize("world", [PLAIN, AS_FBX], ids=["plain", "as FBX"])
def test_the_object_travels_and_the_body_moves_as_with_the_hips(world: Matrix, mode: str) -> None:
    obj = build("root", world, mode)
    apply(obj, options=ApplyOptions(1, foot_lock=0.0))
    hips, still = tracks(obj, FRAMES)
    assert np.ptp(still, axis=0).max() < 1e-6
    report = apply(obj, options=ApplyOptions(1, foot_lock=0.0, root_mode="ROOT"))
    root, objects = tracks(obj, FRAMES)
    size = np.ptp(hips[0], axis=0).max()
    np.testing.assert_allclose(root, hips, atol=1e-3 * size)
    assert np.linalg.norm(objects[-1, :2] - objects[0, :2]) > 1.0
    assert np.ptp(objects[:, 2]) < 1e-4 * size, "it stays on the floor"
    assert not any("root bone" in str(note) for note in report.notes)
    path = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle"}.get(
        mode, "rotation_euler"
    )
    assert {"location", path} <= {curve.data_path for curve in get_fcurves(get_action(obj), obj)}


def test_a_centre_above_the_floor_keeps_its_height() -> None:
    obj = build("Bip001", Matrix.Translation((0, 0, 0.9)))
    apply(obj, options=ApplyOptions(1, foot_lock=0.0, root_mode="ROOT"))
    _, objects = tracks(obj, FRAMES)
    np.testing.assert_allclose(objects[:, 2], 0.9, atol=1e-4)
    assert np.ptp(objects[:, :2], axis=0).max() > 1.0


def test_below_a_parent_and_with_a_delta_location() -> None:
    carrier = bpy.data.objects.new("Carrier", None)
    bpy.context.collection.objects.link(carrier)
    carrier.matrix_world = Matrix.LocRotScale((1, 2, 0), Euler((0, 0, 1.0)), (2, 2, 2))
    obj = build("root", AS_FBX)
    obj.parent = carrier
    obj.delta_location = (0.2, 0.1, 0.0)
    bpy.context.view_layer.update()
    apply(obj, options=ApplyOptions(1, foot_lock=0.0))
    hips, _ = tracks(obj, FRAMES)
    apply(obj, options=ApplyOptions(1, foot_lock=0.0, root_mode="ROOT"))
    root, objects = tracks(obj, FRAMES)
    np.testing.assert_allclose(root, hips, atol=1e-3 * np.ptp(hips[0], axis=0).max())
    assert np.ptp(objects[:, :2], axis=0).max() > 1.0


def test_few_keys_hold_the_object_too() -> None:
    obj = build("root", AS_FBX)
    apply(obj, options=ApplyOptions(1, foot_lock=0.0, root_mode="ROOT"))
    dense, _ = tracks(obj, FRAMES)
    apply(obj, options=ApplyOptions(1, foot_lock=0.0, root_mode="ROOT", reduce_keys=True))
    reduced, objects = tracks(obj, FRAMES)
    curves = [c for c in get_fcurves(get_action(obj), obj) if c.data_path == "location"]
    assert max(len(c.keyframe_points) for c in curves) < 40
    assert np.ptp(objects[:, :2], axis=0).max() > 1.0
    assert np.linalg.norm(reduced - dense, axis=-1).max() < 0.012


def test_another_option_and_un_bake_put_the_object_back() -> None:
    obj = build("root", AS_FBX)
    before = obj.matrix_world.copy()
    apply(obj, options=ApplyOptions(1, foot_lock=0.0, root_mode="ROOT"))
    bpy.context.scene.frame_set(50)
    assert (obj.matrix_world.translation - before.translation).length > 0.5
    apply(obj, stroll(), ApplyOptions(1, foot_lock=0.0))
    _, objects = tracks(obj, FRAMES)
    np.testing.assert_allclose(objects, np.tile(before.translation, (len(objects), 1)), atol=1e-5)
    apply(obj, options=ApplyOptions(1, foot_lock=0.0, root_mode="ROOT"))
    bpy.context.scene.frame_set(50)
    unbake(obj)
    bpy.context.view_layer.update()
    np.testing.assert_allclose(np.array(obj.matrix_world), np.array(before), atol=1e-6)


def test_blended_with_what_was_there() -> None:
    obj = build("root")
    obj.keyframe_insert("location", frame=1)
    obj.location.x = 0.3
    obj.keyframe_insert("location", frame=120)
    apply(obj, options=ApplyOptions(20, foot_lock=0.0, root_mode="ROOT", blend_frames=8))
    _, objects = tracks(obj, [1, 40, 120])
    assert np.ptp(objects[:2, :2], axis=0).max() > 0.3


def test_an_object_that_a_constraint_moves_is_left_alone() -> None:
    obj = build("root")
    obj.constraints.new("LIMIT_LOCATION")
    report = apply(obj, options=ApplyOptions(1, foot_lock=0.0, root_mode="ROOT"))
    assert any("no separate root bone" in str(note) for note in report.notes)
    assert "location" not in {curve.data_path for curve in get_fcurves(get_action(obj), obj)}
