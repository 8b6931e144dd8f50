# SPDX-License-Identifier: GPL-3.0-or-later
"""Add > Armature > Kinescribe Mannequin: a figure with SMPL-X bone names, to try prompts on."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector

from ..motion import SMPL_JOINTS, SMPL_PARENTS
from .axes import to_z_up
from .mannequin_body import JOINT_POSITIONS, JOINT_SLOT, SHELL_SLOT, FigureMesh, build_figure

NAME = "Mannequin"

# where a bone points: the next joint of its chain, or an offset from its own joint (metres, Y up)
_BONE_ENDS: dict[str, str | tuple[float, float, float]] = {
    "pelvis": "spine1", "spine1": "spine2", "spine2": "spine3", "spine3": "neck", "neck": "head",
    "head": (0.0, 0.18, 0.0), "left_hip": "left_knee", "left_knee": "left_ankle", "left_ankle": "left_foot",
    "left_foot": (0.018, 0.0, 0.074), "left_collar": "left_shoulder", "left_shoulder": "left_elbow",
    "left_elbow": "left_wrist", "left_wrist": (0.1, 0.0, 0.0),
}  # fmt: skip

# where a bone's Z axis points, so that a rotation about +X flexes: spine and arms bend forwards, knees backwards
_FORWARD, _BACKWARD, _UP = Vector((0, -1, 0)), Vector((0, 1, 0)), Vector((0, 0, 1))

_COLOURS = {
    SHELL_SLOT: ("Mannequin Shell", (0.80, 0.72, 0.61)),
    JOINT_SLOT: ("Mannequin Joint", (0.045, 0.052, 0.065)),
}


def add_mannequin(context: bpy.types.Context) -> bpy.types.Object:
    """Add the mannequin at the 3D cursor, selected and active in Object Mode; return its armature object."""
    if context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    rig = bpy.data.objects.new(NAME, bpy.data.armatures.new(NAME))
    _link_object(context, rig)
    for other in context.selected_objects:
        other.select_set(False)
    rig.select_set(True)
    context.view_layer.objects.active = rig
    _add_bones(rig)
    figure = build_figure()
    body = bpy.data.objects.new(f"{NAME} Body", _create_mesh(figure))
    _link_object(context, body)
    _skin_mesh(body, figure, rig)
    rig.location = context.scene.cursor.location
    return rig


def _link_object(context: bpy.types.Context, obj: bpy.types.Object) -> None:
    """Link to the active collection, or to the scene's collection if the active one is not in the view layer."""
    context.collection.objects.link(obj)
    if obj.name not in context.view_layer.objects:
        context.collection.objects.unlink(obj)
        context.scene.collection.objects.link(obj)


def _joint_position(joint: str) -> Vector:
    return Vector(to_z_up(JOINT_POSITIONS[joint]).tolist())


def _add_bones(rig: bpy.types.Object) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    for joint, parent in zip(SMPL_JOINTS, SMPL_PARENTS, strict=True):
        bone = bones.new(joint)
        bone.head = _joint_position(joint)
        end = _BONE_ENDS[joint.replace("right", "left")]
        if isinstance(end, str):
            bone.tail = _joint_position(end.replace("left", "right") if joint.startswith("right") else end)
        else:
            x, y, z = end
            bone.tail = bone.head + Vector(to_z_up((-x if joint.startswith("right") else x, y, z)).tolist())
        bone.align_roll(_roll_direction(joint))
        if parent >= 0:
            bone.parent = bones[SMPL_JOINTS[parent]]
            bone.use_connect = (bone.head - bone.parent.tail).length < 1e-5
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.data.display_type = "STICK"
    rig.show_in_front = True
    for bone in rig.data.bones:
        side = bone.name.partition("_")[0]
        bone.color.palette = {"left": "THEME04", "right": "THEME01"}.get(side, "THEME09")


def _roll_direction(joint: str) -> Vector:
    part = joint.rpartition("_")[2]
    if part in ("hip", "knee"):
        return _BACKWARD
    return _UP if part in ("ankle", "foot") else _FORWARD


def _create_mesh(body: FigureMesh) -> bpy.types.Mesh:
    vertices = to_z_up(body.vertices)
    mesh = bpy.data.meshes.new(f"{NAME} Body")
    mesh.from_pydata(vertices.tolist(), [], body.faces)
    for name, colour in _COLOURS.values():
        mesh.materials.append(_get_material(name, colour))
    mesh.polygons.foreach_set("material_index", np.array(body.materials, dtype=np.int32))
    mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), dtype=bool))
    mesh.update()
    return mesh


def _skin_mesh(body: bpy.types.Object, figure: FigureMesh, rig: bpy.types.Object) -> None:
    body.parent = rig
    groups: dict[tuple[str, float], list[int]] = {}
    for index, weights in enumerate(figure.weights):
        for joint, weight in weights.items():
            groups.setdefault((joint, weight), []).append(index)
    for joint in SMPL_JOINTS:
        body.vertex_groups.new(name=joint)
    for (joint, weight), indices in groups.items():
        body.vertex_groups[joint].add(indices, weight, "REPLACE")
    modifier = body.modifiers.new("Armature", "ARMATURE")
    modifier.object = rig
    modifier.use_vertex_groups = True


def _get_material(name: str, colour: tuple[float, float, float]) -> bpy.types.Material:
    """Return the local material of that name, or create one."""
    found = bpy.data.materials.get(name)
    if found and not found.library:
        return found
    material = bpy.data.materials.new(name)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True  # from 5.0 on every material has nodes
    material.diffuse_color = (*colour, 1.0)
    material.roughness = 0.45
    tree = material.node_tree
    shader = tree.nodes.get("Principled BSDF") if tree else None
    if shader:
        shader.inputs["Base Color"].default_value = (*colour, 1.0)
        shader.inputs["Roughness"].default_value = 0.45
    return material
