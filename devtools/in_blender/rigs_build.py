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

from ..rigs.spec import Blend, BoneSpec, Reach, RigSpec

UP, FRONT = Vector((0, 0, 1)), Vector((0, -1, 0))


@dataclass
class Subject:
    """An armature, and what is known of it without Kinescribe.

    ``joints``: joint to the bones that are right for it. ``readings``: joint to the bone whose head shows where the
    joint is on the evaluated rig. ``size``: world units for a metre. ``floor``: height of the soles at rest,
    metres. ``top``: height of the skin's highest point, world units.
    """

    name: str
    label: str
    source: str
    obj: bpy.types.Object
    joints: dict[str, tuple[str, ...]]
    readings: dict[str, str]
    spine: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    real: bool = False
    positions: str = "measured"
    size: float = 1.0
    floor: float = 0.0
    top: float | None = None
    root: str | None = None
    note: str = ""
    meshes: list[bpy.types.Object] = field(default_factory=list)
    ends: dict[str, Vector] = field(default_factory=dict)
    """Where bones end to the eye, in the world at rest, if not at their tails."""


def empty_scene() -> None:
    """A new file with nothing in it."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)


def build(spec: RigSpec) -> Subject:
    """The rig of a spec, standing at the world's origin and facing -Y."""
    world = Matrix.Scale(spec.scale, 4) @ Matrix.Rotation(math.radians(spec.turn), 4, "X")
    obj = bpy.data.objects.new(spec.label, bpy.data.armatures.new(spec.label))
    bpy.context.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    random = np.random.default_rng(7)
    for bone in spec.bones:
        _edit_bone(obj.data, bone, spec, world.inverted(), random.uniform(-1, 1))
    bpy.ops.object.mode_set(mode="OBJECT")
    obj.matrix_world = world
    for bone in spec.bones:
        pose = obj.pose.bones[bone.name]
        pose.rotation_mode = bone.mode
        obj.data.bones[bone.name].use_deform = bone.deform
        if bone.prop:
            pose[bone.prop] = 0.0
        if bone.lock:
            pose.lock_location = (True, True, True)
    for reach in spec.reaches:
        _reach(obj, reach)
    for bone_name, control in spec.follows:
        _copy(obj, bone_name, control)
    for blend in spec.blends:
        _blend(obj, blend)
    bpy.context.view_layer.update()
    return Subject(
        spec.name, spec.label, spec.source, obj, spec.joints, spec.readings, spec.spine, spec.family, spec.real,
        spec.positions, spec.size, root=spec.root, note=spec.note,
        ends={bone.name: Vector(bone.tail) * spec.size for bone in spec.bones},
    )  # fmt: skip


def _edit_bone(data: bpy.types.Armature, bone: BoneSpec, spec: RigSpec, back: Matrix, spread: float) -> None:
    made = data.edit_bones.new(bone.name)
    head, tail = (Vector(point) * spec.size for point in (bone.head, bone.tail))
    along = tail - head
    length = along.length
    x = None
    if spec.axes == "across":
        x = along.normalized()
        # node axes through FBX: X runs along the limb, Y towards the body's front where it can
        side = FRONT if abs(x.dot(FRONT)) < 0.9 else UP
        y = (side - x * side.dot(x)).normalized()
        tail = head + y * length
    elif spec.axes == "up":
        x, tail = Vector((1, 0, 0)), head + UP * length
    turn = back.to_3x3().normalized()
    made.head, made.tail = back @ head, back @ tail
    if x is not None:
        made.align_roll(turn @ x.cross((tail - head).normalized()))
    else:
        made.roll = math.radians(spec.roll) * spread
    made.use_inherit_rotation = bone.inherits
    if bone.parent:
        made.parent = data.edit_bones[bone.parent]


def _copy(obj: bpy.types.Object, bone: str, followed: str) -> bpy.types.Constraint:
    constraint = obj.pose.bones[bone].constraints.new("COPY_TRANSFORMS")
    constraint.target, constraint.subtarget = obj, followed
    return constraint


def _blend(obj: bpy.types.Object, blend: Blend) -> None:
    _copy(obj, blend.bone, blend.ik)
    constraint = _copy(obj, blend.bone, blend.fk)
    driver = constraint.driver_add("influence").driver
    driver.type = "AVERAGE"
    variable = driver.variables.new()
    variable.type = "SINGLE_PROP"
    variable.targets[0].id = obj
    variable.targets[0].data_path = f'pose.bones["{blend.switch}"]["{blend.prop}"]'
    assert blend.fk_at == 1.0, "only switches that are 1 for FK are built"


def _reach(obj: bpy.types.Object, reach: Reach) -> None:
    end = obj.pose.bones[reach.end]
    constraint = end.constraints.new("IK")
    constraint.target, constraint.subtarget, constraint.chain_count = obj, reach.target, 2
    constraint.use_stretch = False
    if reach.pole:
        constraint.pole_target, constraint.pole_subtarget = obj, reach.pole
        constraint.pole_angle = _pole_angle(obj.data.bones, end.parent.name, reach)


def _pole_angle(bones: Sequence[bpy.types.Bone], base_name: str, reach: Reach) -> float:
    """The angle at which the chain rests as it was built: between the base bone's X axis and the pole."""
    base, end, pole = bones[base_name], bones[reach.end], bones[reach.pole]
    start = base.head_local
    normal = (end.tail_local - start).cross(pole.head_local - start)
    along = base.tail_local - start
    wanted = normal.cross(along)
    x = base.matrix_local.col[0].to_3d()
    angle = x.angle(wanted)
    return -angle if x.cross(wanted).dot(along) > 0 else angle


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


def real_files(folder: Path) -> list[tuple[str, Path]]:
    """Name and path of the real characters in the optional material."""
    names = ("mesh2motion_human.glb", "kenney_human.glb", "rocketbox_female_01.fbx", "rocketbox_male_08.fbx")
    return [(f"real_{Path(name).stem}", folder / name) for name in names if (folder / name).is_file()]


def load(name: str, path: Path) -> Subject:
    """A real character from its file, as Blender imports it."""
    obj, meshes = _imported(path)
    joints = _known_joints(obj)
    right = {joint: (bone,) for joint, bone in joints.items()}
    return _character(
        Subject(name, f"file {path.name}", "the file itself", obj, right, joints, real=True), meshes
    )


def load_any(path: Path) -> Subject:
    """Somebody's character, in .blend, .glb, .gltf or .fbx; its joints are those that Kinescribe finds."""
    from kinescribe.motion.mapping.bone_map import map_bones
    from kinescribe.scene.rig import read_rig

    obj, meshes = _imported(path)
    joints = dict(map_bones(read_rig(obj)).bones)
    return _character(Subject(path.stem, path.name, "the file itself", obj, {}, joints, real=True), meshes)


def _imported(path: Path) -> tuple[bpy.types.Object, list[bpy.types.Object]]:
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


def _character(subject: Subject, meshes: list[bpy.types.Object]) -> Subject:
    """The subject at rest without the animation of its file, with its skin, its size and where its soles are."""
    obj = subject.obj
    obj.animation_data_clear()
    for bone in obj.pose.bones:
        bone.matrix_basis = Matrix.Identity(4)
    bpy.context.view_layer.update()
    corners = [(mesh.matrix_world @ Vector(c)).z for mesh in meshes for c in mesh.bound_box]
    subject.meshes, subject.floor, subject.top = meshes, min(corners, default=0.0), max(corners, default=None)
    return subject


def _known_joints(obj: bpy.types.Object) -> dict[str, str]:
    """Joint to bone of the four real files, by their own names."""
    names = {bone.name for bone in obj.data.bones}
    if "thigh_l" in names:
        found = {
            f"{side}_{j}": f"{b}_{side[0]}" for side in ("left", "right") for j, b in UNREAL_JOINTS.items()
        }
        found |= {"pelvis": "pelvis", "neck": "neck_01", "head": "head" if "head" in names else "Head"}
    elif any(name.startswith("Bip01") for name in names):
        found = {
            f"{side}_{j}": f"Bip01 {side[0].upper()} {b}"
            for side in ("left", "right")
            for j, b in BIPED_JOINTS.items()
        }
        found |= {"pelvis": "Bip01 Pelvis", "neck": "Bip01 Neck", "head": "Bip01 Head"}
    else:
        found = {
            f"{side}_{j}": f"{side.capitalize()}{b}"
            for side in ("left", "right")
            for j, b in KENNEY_JOINTS.items()
        }
        found |= {"pelvis": "Hips", "neck": "Neck", "head": "Head"}
    absent = {joint for joint, bone in found.items() if bone not in names}
    return {joint: bone for joint, bone in found.items() if joint not in absent}


RIGIFY_CONTROLS = {
    "hip": "thigh_fk", "knee": "shin_fk", "ankle": "foot_fk", "foot": "toe_fk", "collar": "shoulder",
    "shoulder": "upper_arm_fk", "elbow": "forearm_fk", "wrist": "hand_fk",
}  # fmt: skip
RIGIFY_DEFORM = {
    "hip": "thigh", "knee": "shin", "ankle": "foot", "foot": "toe", "collar": "shoulder", "shoulder": "upper_arm",
    "elbow": "forearm", "wrist": "hand",
}  # fmt: skip


def rigify() -> tuple[Subject, Subject]:
    """A generated Rigify human and the metarig it came from."""
    import addon_utils

    addon_utils.enable("rigify", default_set=True)
    bpy.ops.object.armature_human_metarig_add()
    meta = bpy.context.object
    bpy.ops.pose.rigify_generate()
    obj = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o is not meta)
    sides = [(side, side[0].upper()) for side in ("left", "right")]

    def both(bones: dict[str, str], pattern: str) -> dict[str, str]:
        return {
            f"{side}_{joint}": pattern.format(bone=bone, side=letter)
            for side, letter in sides
            for joint, bone in bones.items()
        }

    controls = both(RIGIFY_CONTROLS, "{bone}.{side}")
    readings = both(RIGIFY_DEFORM, "DEF-{bone}.{side}") | {
        "pelvis": "DEF-spine", "neck": "neck", "head": "DEF-spine.006",
    }  # fmt: skip
    generated = Subject(
        "rigify", "Rigify, generated", "generated by Blender", obj,
        {**{j: (b,) for j, b in controls.items()}, "pelvis": ("torso", "hips"), "neck": ("neck",), "head": ("head",)},
        readings, family=("rigify",), real=True,
    )  # fmt: skip
    body = both(RIGIFY_DEFORM, "{bone}.{side}") | {
        "pelvis": "spine",
        "neck": "spine.004",
        "head": "spine.006",
    }
    plain = Subject(
        "rigify_metarig", "Rigify metarig", "added by Blender", meta,
        {j: (b,) for j, b in body.items()} | {"neck": ("spine.004", "spine.005")}, body,
        spine=("spine.001", "spine.002", "spine.003"), family=("rigify_meta",), real=True,
    )  # fmt: skip
    return generated, plain
