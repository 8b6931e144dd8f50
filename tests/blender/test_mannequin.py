# SPDX-License-Identifier: GPL-3.0-or-later
"""The mannequin: names and proportions of the model's skeleton, soles on the floor, a clean mesh."""

from __future__ import annotations

import bmesh
import bpy
import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, SMPL_PARENTS, T_POSE
from kinescribe.scene.mannequin import add_mannequin
from kinescribe.scene.mannequin_body import PELVIS_HEIGHT
from mathutils import Matrix, Quaternion, Vector


@pytest.fixture
def rig() -> bpy.types.Object:
    return add_mannequin(bpy.context)


@pytest.fixture
def body(rig: bpy.types.Object) -> bpy.types.Object:
    return next(child for child in rig.children if child.type == "MESH")


def test_bones_are_the_joints_of_the_model(rig: bpy.types.Object) -> None:
    bones = rig.data.bones
    assert {bone.name for bone in bones} == set(SMPL_JOINTS)
    expected = T_POSE.rest_positions + [0, PELVIS_HEIGHT, 0]
    for joint, parent, (x, y, z) in zip(SMPL_JOINTS, SMPL_PARENTS, expected, strict=True):
        bone = bones[joint]
        np.testing.assert_allclose(bone.head_local, (x, -z, y), atol=1e-6)
        assert (bone.parent.name if bone.parent else None) == (SMPL_JOINTS[parent] if parent >= 0 else None)
        assert bone.length > 0.05


def test_limbs_flex_forwards_about_x_and_left_mirrors_right(rig: bpy.types.Object) -> None:
    for joint, direction in (("left_elbow", (0, -1, 0)), ("spine2", (0, -1, 0)), ("left_knee", (0, 1, 0))):
        bone = rig.data.bones[joint].matrix_local.to_3x3()
        tip = bone @ Quaternion((1, 0, 0), 0.5).to_matrix() @ Vector((0, 1, 0)) - bone @ Vector((0, 1, 0))
        assert tip.dot(Vector(direction)) > 0.3
    flip = Matrix.Diagonal((-1, 1, 1))
    for joint in (j for j in SMPL_JOINTS if j.startswith("left")):
        left = rig.data.bones[joint].matrix_local.to_3x3()
        right = rig.data.bones[joint.replace("left", "right")].matrix_local.to_3x3()
        np.testing.assert_allclose(flip @ left @ flip, right, atol=1e-5)


def test_soles_are_on_the_floor_and_the_mesh_is_sound(body: bpy.types.Object) -> None:
    z = [v.co.z for v in body.data.vertices]
    assert min(z) == pytest.approx(0, abs=1e-5)
    assert 1.7 < max(z) < 1.8
    assert not body.data.validate()
    mesh = bmesh.new()
    mesh.from_mesh(body.data)
    assert all(edge.is_manifold for edge in mesh.edges)
    assert all(edge.is_contiguous for edge in mesh.edges)
    assert 0.04 < mesh.calc_volume(signed=True) < 0.1
    mesh.free()


def test_it_is_symmetric(body: bpy.types.Object) -> None:
    def rounded(sign: float) -> set[tuple[float, ...]]:
        points = [(sign * v.co.x, v.co.y, v.co.z) for v in body.data.vertices]
        return {tuple(round(c, 4) + 0.0 for c in p) for p in points}

    assert rounded(1.0) == rounded(-1.0)


def test_every_vertex_is_moved_by_bones_with_weights_of_one_in_all(body: bpy.types.Object) -> None:
    totals = [sum(group.weight for group in v.groups) for v in body.data.vertices]
    np.testing.assert_allclose(totals, 1.0, atol=1e-6)
    used = {body.vertex_groups[g.group].name for v in body.data.vertices for g in v.groups}
    assert used == set(SMPL_JOINTS)
    assert body.modifiers["Armature"].object is body.parent


def test_it_stands_at_the_cursor_selected_and_active() -> None:
    other = bpy.data.objects.new("Other", None)
    bpy.context.scene.collection.objects.link(other)
    other.select_set(True)
    bpy.context.scene.cursor.location = (1, 2, 3)
    rig = add_mannequin(bpy.context)
    assert rig.location[:] == (1, 2, 3)
    assert bpy.context.view_layer.objects.active is rig
    assert bpy.context.selected_objects == [rig]
    assert rig.mode == "OBJECT"


def test_two_of_them_share_materials_but_nothing_else() -> None:
    first, second = add_mannequin(bpy.context), add_mannequin(bpy.context)
    assert first.data is not second.data
    assert first.children[0].data is not second.children[0].data
    assert first.children[0].data.materials[:] == second.children[0].data.materials[:]
    assert len(bpy.data.materials) == 2


def test_it_can_be_added_from_another_mode_and_with_an_excluded_collection(rig: bpy.types.Object) -> None:
    bpy.ops.object.mode_set(mode="POSE")
    hidden = bpy.data.collections.new("Hidden")
    bpy.context.scene.collection.children.link(hidden)
    bpy.context.view_layer.layer_collection.children["Hidden"].exclude = True
    second = add_mannequin(bpy.context)
    assert second.name in bpy.context.view_layer.objects
    assert second.mode == rig.mode == "OBJECT"


def test_nothing_is_left_behind_when_it_is_deleted(rig: bpy.types.Object, body: bpy.types.Object) -> None:
    bpy.data.objects.remove(body)
    bpy.data.objects.remove(rig)
    bpy.data.orphans_purge(do_recursive=True)
    assert not bpy.data.meshes and not bpy.data.armatures and not bpy.data.materials
