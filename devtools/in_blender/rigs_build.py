# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs in Blender: those of ``devtools.rigs`` as their importers would leave them, real files, and Rigify's own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ..rigs.spec import BoneSpec, FkIkBlend, IkChain, RigSpec

UP, FRONT = Vector((0, 0, 1)), Vector((0, -1, 0))


@dataclass
class RigUnderTest:
    """An armature, and what is known of it independently of Kinescribe.

    Attributes
    ----------
    name, label, source : str
        Name on the command line, name in tables, and where it comes from.
    obj : bpy.types.Object
        The armature.
    joints : dict
        Joint to the bones that are right for it.
    position_bones : dict
        Joint to the bone whose head is the joint's position on the evaluated rig.
    spine : tuple of str
        Bones that may be mapped to spine1 to spine3.
    family : tuple of str
        Families that recognition may return.
    real : bool
        Whether it is a real file or Rigify's own.
    positions : str
        "measured" or "constructed", as in RigSpec.
    units_per_metre : float
        World units for a metre.
    floor : float
        Height of the soles at rest, in metres.
    top : float, optional
        Height of the highest point of the mesh, in world units.
    root : str, optional
        The root bone.
    note : str
        A remark for the report.
    meshes : list of bpy.types.Object
        Deformed meshes.
    visual_tails : dict
        World position at rest where a bone visibly ends, if that is not its tail.
    """

    name: str
    label: str
    source: str
    obj: bpy.types.Object
    joints: dict[str, tuple[str, ...]]
    position_bones: dict[str, str]
    spine: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    real: bool = False
    positions: str = "measured"
    units_per_metre: float = 1.0
    floor: float = 0.0
    top: float | None = None
    root: str | None = None
    note: str = ""
    meshes: list[bpy.types.Object] = field(default_factory=list)
    visual_tails: dict[str, Vector] = field(default_factory=dict)


def empty_scene() -> None:
    """Open a new file with nothing in it."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)


def build_rig(spec: RigSpec) -> RigUnderTest:
    """Build the rig of a spec at the world's origin, facing -Y."""
    world = Matrix.Scale(spec.scale, 4) @ Matrix.Rotation(math.radians(spec.x_rotation), 4, "X")
    obj = bpy.data.objects.new(spec.label, bpy.data.armatures.new(spec.label))
    bpy.context.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    random = np.random.default_rng(7)
    for bone in spec.bones:
        _add_bone(obj.data, bone, spec, world.inverted(), random.uniform(-1, 1))
    bpy.ops.object.mode_set(mode="OBJECT")
    obj.matrix_world = world
    for bone in spec.bones:
        pose = obj.pose.bones[bone.name]
        pose.rotation_mode = bone.rotation_mode
        obj.data.bones[bone.name].use_deform = bone.deform
        if bone.prop:
            pose[bone.prop] = 0.0
        if bone.lock_location:
            pose.lock_location = (True, True, True)
    for reach in spec.ik_chains:
        _add_ik_constraint(obj, reach)
    for bone_name, control in spec.copied:
        _copy_transforms(obj, bone_name, control)
    for blend in spec.blends:
        _add_blend(obj, blend)
    bpy.context.view_layer.update()
    return RigUnderTest(
        spec.name, spec.label, spec.source, obj, spec.joints, spec.position_bones, spec.spine, spec.family, spec.real,
        spec.positions, spec.units_per_metre, root=spec.root, note=spec.note,
        visual_tails={bone.name: Vector(bone.tail) * spec.units_per_metre for bone in spec.bones},
    )  # fmt: skip


def _add_bone(
    armature: bpy.types.Armature, bone: BoneSpec, spec: RigSpec, to_object: Matrix, roll_fraction: float
) -> None:
    """Add a bone in Edit Mode.

    Parameters
    ----------
    armature : bpy.types.Armature
        Where it is added.
    bone : BoneSpec
        Its description.
    spec : RigSpec
        The rig that it belongs to.
    to_object : Matrix
        From world space to the object's.
    roll_fraction : float
        Its roll as a fraction of the spec's.
    """
    edit_bone = armature.edit_bones.new(bone.name)
    head, tail = (Vector(point) * spec.units_per_metre for point in (bone.head, bone.tail))
    direction = tail - head
    length = direction.length
    x = None
    if spec.axes == "across":
        x = direction.normalized()
        # node axes in FBX files: X runs along the limb, Y to the body's front if possible
        side = FRONT if abs(x.dot(FRONT)) < 0.9 else UP
        y = (side - x * side.dot(x)).normalized()
        tail = head + y * length
    elif spec.axes == "up":
        x, tail = Vector((1, 0, 0)), head + UP * length
    rotation = to_object.to_3x3().normalized()
    edit_bone.head, edit_bone.tail = to_object @ head, to_object @ tail
    if x is not None:
        edit_bone.align_roll(rotation @ x.cross((tail - head).normalized()))
    else:
        edit_bone.roll = math.radians(spec.roll) * roll_fraction
    edit_bone.use_inherit_rotation = bone.inherits_rotation
    if bone.parent:
        edit_bone.parent = armature.edit_bones[bone.parent]


def _copy_transforms(obj: bpy.types.Object, bone: str, source: str) -> bpy.types.Constraint:
    constraint = obj.pose.bones[bone].constraints.new("COPY_TRANSFORMS")
    constraint.target, constraint.subtarget = obj, source
    return constraint


def _add_blend(obj: bpy.types.Object, blend: FkIkBlend) -> None:
    _copy_transforms(obj, blend.bone, blend.ik)
    constraint = _copy_transforms(obj, blend.bone, blend.fk)
    driver = constraint.driver_add("influence").driver
    driver.type = "AVERAGE"
    variable = driver.variables.new()
    variable.type = "SINGLE_PROP"
    variable.targets[0].id = obj
    variable.targets[0].data_path = f'pose.bones["{blend.switch}"]["{blend.prop}"]'
    assert blend.fk_value == 1.0, "only switches that are 1 for FK are built"


def _add_ik_constraint(obj: bpy.types.Object, chain: IkChain) -> None:
    end = obj.pose.bones[chain.end]
    constraint = end.constraints.new("IK")
    constraint.target, constraint.subtarget, constraint.chain_count = obj, chain.target, 2
    constraint.use_stretch = False
    if chain.pole:
        constraint.pole_target, constraint.pole_subtarget = obj, chain.pole
        constraint.pole_angle = _pole_angle(obj.data.bones, end.parent.name, chain)


def _pole_angle(bones: Sequence[bpy.types.Bone], base_name: str, chain: IkChain) -> float:
    """Return the pole angle at which the chain keeps its rest pose: between the base bone's X axis and the pole."""
    base, end, pole = bones[base_name], bones[chain.end], bones[chain.pole]
    start = base.head_local
    normal = (end.tail_local - start).cross(pole.head_local - start)
    direction = base.tail_local - start
    pole_axis = normal.cross(direction)
    x = base.matrix_local.col[0].to_3d()
    angle = x.angle(pole_axis)
    return -angle if x.cross(pole_axis).dot(direction) > 0 else angle


BIPED_JOINTS = {
    "hip": "Thigh", "knee": "Calf", "ankle": "Foot", "foot": "Toe0", "collar": "Clavicle", "shoulder": "UpperArm",
    "elbow": "Forearm", "wrist": "Hand",
}  # fmt: skip
UNREAL_JOINTS = {
    "hip": "thigh", "knee": "calf", "ankle": "foot", "foot": "ball", "collar": "clavicle", "shoulder": "upperarm",
    "elbow": "lowerarm", "wrist": "hand",
}  # fmt: skip
KENNEY_JOINTS = {
    "hip": "UpLeg", "knee": "Leg", "ankle": "Foot", "foot": "Toes", "collar": "Shoulder", "shoulder": "Arm",
    "elbow": "ForeArm", "wrist": "Hand",
}  # fmt: skip


def find_real_files(folder: Path) -> list[tuple[str, Path]]:
    """Return names and paths of the real characters in the optional material."""
    names = ("mesh2motion_human.glb", "kenney_human.glb", "rocketbox_female_01.fbx", "rocketbox_male_08.fbx")
    return [(f"real_{Path(name).stem}", folder / name) for name in names if (folder / name).is_file()]


def import_known_character(name: str, path: Path) -> RigUnderTest:
    """Import one of the real characters whose joints are known."""
    obj, meshes = _import_file(path)
    joints = _known_joints(obj)
    right = {joint: (bone,) for joint, bone in joints.items()}
    return _reset_character(
        RigUnderTest(name, f"file {path.name}", "the file itself", obj, right, joints, real=True), meshes
    )


def import_character(path: Path) -> RigUnderTest:
    """Import any character from .blend, .glb, .gltf or .fbx; its joints are those that Kinescribe maps."""
    from kinescribe.motion.mapping.bone_map import map_bones
    from kinescribe.scene.rig import read_rig

    obj, meshes = _import_file(path)
    joints = dict(map_bones(read_rig(obj)).bones)
    return _reset_character(
        RigUnderTest(path.stem, path.name, "the file itself", obj, {}, joints, real=True), meshes
    )


def _import_file(path: Path) -> tuple[bpy.types.Object, list[bpy.types.Object]]:
    kind = path.suffix.lower()
    if kind == ".blend":
        bpy.ops.wm.open_mainfile(filepath=str(path), load_ui=False)
    elif kind in (".glb", ".gltf"):
        bpy.ops.import_scene.gltf(filepath=str(path))
    elif kind == ".fbx":
        bpy.ops.import_scene.fbx(filepath=str(path))
    else:
        raise ValueError(f"{path.name} is no .blend, .glb, .gltf or .fbx file")
    armatures = [o for o in bpy.context.scene.objects if o.type == "ARMATURE"]
    if not armatures:
        raise ValueError(f"{path.name} holds no armature")
    obj = max(armatures, key=lambda o: len(o.data.bones))
    meshes = [
        o for o in bpy.context.scene.objects
        if o.type == "MESH" and any(m.type == "ARMATURE" and m.object is obj for m in o.modifiers)
    ]  # fmt: skip
    return obj, meshes


def _reset_character(subject: RigUnderTest, meshes: list[bpy.types.Object]) -> RigUnderTest:
    """Return the subject in its rest pose, without the file's animation, with its meshes and its height."""
    obj = subject.obj
    obj.animation_data_clear()
    for bone in obj.pose.bones:
        bone.matrix_basis = Matrix.Identity(4)
    bpy.context.view_layer.update()
    corners = [(mesh.matrix_world @ Vector(c)).z for mesh in meshes for c in mesh.bound_box]
    subject.meshes, subject.floor, subject.top = meshes, min(corners, default=0.0), max(corners, default=None)
    return subject


def _known_joints(obj: bpy.types.Object) -> dict[str, str]:
    """Return joint to bone of the four real files, by their own names."""
    names = {bone.name for bone in obj.data.bones}
    if "thigh_l" in names:
        bones = {
            f"{side}_{j}": f"{b}_{side[0]}" for side in ("left", "right") for j, b in UNREAL_JOINTS.items()
        }
        bones |= {"pelvis": "pelvis", "neck": "neck_01", "head": "head" if "head" in names else "Head"}
    elif any(name.startswith("Bip01") for name in names):
        bones = {
            f"{side}_{j}": f"Bip01 {side[0].upper()} {b}"
            for side in ("left", "right")
            for j, b in BIPED_JOINTS.items()
        }
        bones |= {"pelvis": "Bip01 Pelvis", "neck": "Bip01 Neck", "head": "Bip01 Head"}
    else:
        bones = {
            f"{side}_{j}": f"{side.capitalize()}{b}"
            for side in ("left", "right")
            for j, b in KENNEY_JOINTS.items()
        }
        bones |= {"pelvis": "Hips", "neck": "Neck", "head": "Head"}
    absent = {joint for joint, bone in bones.items() if bone not in names}
    return {joint: bone for joint, bone in bones.items() if joint not in absent}


RIGIFY_CONTROLS = {
    "hip": "thigh_fk", "knee": "shin_fk", "ankle": "foot_fk", "foot": "toe_fk", "collar": "shoulder",
    "shoulder": "upper_arm_fk", "elbow": "forearm_fk", "wrist": "hand_fk",
}  # fmt: skip
RIGIFY_DEFORM = {
    "hip": "thigh", "knee": "shin", "ankle": "foot", "foot": "toe", "collar": "shoulder", "shoulder": "upper_arm",
    "elbow": "forearm", "wrist": "hand",
}  # fmt: skip


def build_rigify() -> tuple[RigUnderTest, RigUnderTest]:
    """Return a generated Rigify human and its metarig."""
    import addon_utils

    addon_utils.enable("rigify", default_set=True)
    bpy.ops.object.armature_human_metarig_add()
    meta = bpy.context.object
    bpy.ops.pose.rigify_generate()
    obj = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o is not meta)
    sides = [(side, side[0].upper()) for side in ("left", "right")]

    def names_of_sides(bones: dict[str, str], pattern: str) -> dict[str, str]:
        return {
            f"{side}_{joint}": pattern.format(bone=bone, side=letter)
            for side, letter in sides
            for joint, bone in bones.items()
        }

    controls = names_of_sides(RIGIFY_CONTROLS, "{bone}.{side}")
    readings = names_of_sides(RIGIFY_DEFORM, "DEF-{bone}.{side}") | {
        "pelvis": "DEF-spine", "neck": "neck", "head": "DEF-spine.006",
    }  # fmt: skip
    generated = RigUnderTest(
        "rigify", "Rigify, generated", "generated by Blender", obj,
        {**{j: (b,) for j, b in controls.items()}, "pelvis": ("torso", "hips"), "neck": ("neck",), "head": ("head",)},
        readings, family=("rigify",), real=True,
    )  # fmt: skip
    body = names_of_sides(RIGIFY_DEFORM, "{bone}.{side}") | {
        "pelvis": "spine",
        "neck": "spine.004",
        "head": "spine.006",
    }
    plain = RigUnderTest(
        "rigify_metarig", "Rigify metarig", "added by Blender", meta,
        {j: (b,) for j, b in body.items()} | {"neck": ("spine.004", "spine.005")}, body,
        spine=("spine.001", "spine.002", "spine.003"), family=("rigify_meta",), real=True,
    )  # fmt: skip
    return generated, plain
