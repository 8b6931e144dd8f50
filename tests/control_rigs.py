# SPDX-License-Identifier: GPL-3.0-or-later
"""Control rigs with real IK constraints and drivers, built as Auto-Rig Pro and Mixamo's add-on build theirs.

Neither tool can be had here, so these are likenesses: names, hierarchy, constraints and switches as public sources
describe them (see ``motion/mapping/families``), without what plays no part in keying, such as twist bones and custom
shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan2

import bpy
import numpy as np
from mathutils import Matrix, Vector
from rig_kit import BodySpec, body_points, bone_tail
from rig_stage import z_up

SIDES = ("left", "right")


@dataclass(frozen=True)
class LimbNames:
    """Bones of an arm or a leg, from the body outwards: what deforms, FK controls, the mechanism of IK, and controls.

    ``above_fk``, ``above_ik``: what FK and IK chains hang on. ``control``, ``pole``, ``toe``, ``heel``, ``cursor``,
    ``further``: the controls of IK; a foot's heel turns with its roll cursor, and ``further`` hangs on the heel.
    ``hinge``: the axis of its bones about which it bends.
    """

    joints: tuple[str, ...]
    deform: tuple[str, ...]
    fk: tuple[str, ...]
    ik: tuple[str, str]
    above_fk: str
    above_ik: str
    control: str
    pole: str
    toe: str = ""
    heel: str = ""
    cursor: str = ""
    further: str = ""
    hinge: str = "X"


class Builder:
    """An armature while its bones and constraints are being added."""

    def __init__(self, spec: BodySpec, name: str) -> None:
        self.points = {joint: Vector(z_up(point)) for joint, point in body_points(spec).items()}
        self.tails = {
            joint: Vector(z_up(bone_tail(body_points(spec), joint))) for joint in _jointed(self.points)
        }
        self.obj = bpy.data.objects.new(name, bpy.data.armatures.new(name))
        bpy.context.collection.objects.link(self.obj)
        bpy.context.view_layer.objects.active = self.obj
        bpy.ops.object.mode_set(mode="EDIT")

    def bone(
        self, name: str, head: Vector, tail: Vector, parent: str | None = None, roll: float = 0.0
    ) -> None:
        """A bone that deforms nothing."""
        bone = self.obj.data.edit_bones.new(name)
        bone.head, bone.tail, bone.roll = head, tail, roll
        bone.use_deform = False
        if parent is not None:
            bone.parent = self.obj.data.edit_bones[parent]

    def joint(self, name: str, joint: str, parent: str | None = None, flat: bool = False) -> None:
        """Add a bone at a joint; ``flat``: along the floor, as controls of feet are."""
        head, tail = self.points[joint], self.tails[joint].copy()
        if flat:
            tail.z = head.z
        self.bone(name, head, tail, parent)

    def hinge(self, name: str, upper: str, middle: str, lower: str, axis: str) -> None:
        """Roll a bone so that the limb bends about its X or Z axis."""
        a, b, c = (self.points[joint] for joint in (upper, middle, lower))
        across = (b - a).cross(c - b).normalized()
        bone = self.obj.data.edit_bones[name]
        bone.align_roll(across if axis == "Z" else across.cross(bone.tail - bone.head))

    def pole(self, name: str, upper: str, middle: str, lower: str, reach: float) -> None:
        """Add a pole on the side to which the limb bends, ``reach`` upper bone lengths from its middle joint."""
        a, b, c = (self.points[joint] for joint in (upper, middle, lower))
        axis = (c - a).normalized()
        way = (b - a) - (b - a).dot(axis) * axis
        at = b + reach * (b - a).length * way.normalized()
        self.bone(name, at, at + Vector((0.0, 0.0, 0.1)))

    def posing(self) -> bpy.types.bpy_prop_collection:
        """Leave Edit Mode and return the pose bones."""
        bpy.ops.object.mode_set(mode="OBJECT")
        return self.obj.pose.bones

    def constrain(self, bone: str, kind: str, target: str, **values: object) -> bpy.types.Constraint:
        """Add a constraint whose target is another bone of the rig."""
        constraint = self.obj.pose.bones[bone].constraints.new(kind)
        constraint.target, constraint.subtarget = self.obj, target
        for name, value in values.items():
            setattr(constraint, name, value)
        return constraint

    def child_of(self, bone: str, target: str) -> bpy.types.Constraint:
        """Add a Child Of constraint that changes nothing at rest."""
        inverse = self.obj.data.bones[target].matrix_local.inverted()
        return self.constrain(bone, "CHILD_OF", target, inverse_matrix=inverse)

    def drive(self, constraint: bpy.types.Constraint, bone: str, prop: str, expression: str = "var") -> None:
        """Add a driver from a custom property to the constraint's influence."""
        driver = constraint.driver_add("influence").driver
        driver.type, driver.expression = "SCRIPTED", expression
        variable = driver.variables.new()
        variable.name = "var"
        variable.targets[0].id = self.obj
        variable.targets[0].data_path = f'pose.bones["{bone}"]["{prop}"]'

    def follow(self, bone: str, ik: str, fk: str, switch: str, kind: str = "COPY_TRANSFORMS") -> None:
        """Let a deform bone follow either chain: 0 is IK, 1 is FK."""
        self.constrain(bone, kind, ik)
        self.drive(self.constrain(bone, kind, fk), switch, "ik_fk_switch")

    def limb_bones(self, names: LimbNames, reach: float) -> None:
        """Add the bones of one limb."""
        above = names.above_fk
        for bone, joint in zip(names.fk, names.joints, strict=True):
            self.joint(bone, joint, above)
            above = bone
        above = names.above_ik
        for bone, joint in zip(names.ik, names.joints, strict=False):
            self.joint(bone, joint, above)
            above = bone
        for bone in (*names.ik, *names.fk[:2]):
            self.hinge(bone, *names.joints[:3], names.hinge)
        self.pole(names.pole, *names.joints[:3], reach=reach)
        end = names.joints[2]
        self.joint(names.control, end, flat=bool(names.heel))
        target = names.control
        if names.heel:
            below = self.points[end].copy()
            below.z = 0.0
            self.bone(names.heel, below, below + Vector((0.0, -0.1, 0.0)), names.control)
            behind = below + Vector((0.0, 0.2, 0.0))
            self.bone(names.cursor, behind, behind + Vector((0.0, -0.1, 0.0)), names.control)
            self.joint(names.further, end, names.heel)
            self.joint(names.toe, names.joints[3], names.heel)
            target = names.further
        self.bone(_target(names), self.points[end], self.points[end] + Vector((0.0, 0.0, 0.05)), target)

    def limb_mechanism(self, names: LimbNames, stretch: bool = False) -> None:
        """Add the constraints and drivers of one limb."""
        pose = self.obj.pose.bones
        pose[names.control]["ik_fk_switch"] = 0.0
        upper, lower = names.ik
        self.constrain(
            lower, "IK", _target(names), pole_target=self.obj, pole_subtarget=names.pole, chain_count=2,
            pole_angle=self.pole_angle(upper, names.pole), use_stretch=stretch,
        )  # fmt: skip
        self.follow(names.deform[0], upper, names.fk[0], names.control)
        self.follow(names.deform[1], lower, names.fk[1], names.control)
        self.follow(names.deform[2], _target_turn(names), names.fk[2], names.control, "COPY_ROTATION")
        if names.heel:
            self.follow(names.deform[3], names.toe, names.fk[3], names.control, "COPY_ROTATION")
            self.constrain(
                names.heel, "TRANSFORM", names.cursor, target_space="LOCAL", owner_space="LOCAL",
                map_from="LOCATION", map_to="ROTATION", from_min_z=-0.2, from_max_z=0.2, map_to_x_from="Z",
                to_min_x_rot=-1.5, to_max_x_rot=1.5,
            )  # fmt: skip

    def pole_angle(self, upper: str, pole: str) -> float:
        """Return the pole angle, in radians, at which the limb keeps its rest pose."""
        bone = self.obj.data.bones[upper]
        x, y, z = bone.matrix_local.to_3x3().col
        chain = bone.children[0].tail_local - bone.head_local
        aside = self.obj.data.bones[pole].head_local - bone.head_local
        across = chain.cross(aside)
        up = across.cross(chain)
        up = up - up.dot(y) * y
        return atan2(up.dot(z), up.dot(x))


def _jointed(points: Mapping[str, Vector]) -> list[str]:
    return [joint for joint in points if joint != "top" and not joint.endswith(("_toe", "_tip"))]


def _target(names: LimbNames) -> str:
    return f"{names.control}_target"


def _target_turn(names: LimbNames) -> str:
    return names.deform[2] + "_turn"


def _chain(builder: Builder, bones: Mapping[str, tuple[str, str | None]]) -> None:
    for name, (joint, parent) in bones.items():
        builder.joint(name, joint, parent)


TORSO = ("spine1", "spine2", "spine3", "neck", "head")


def build_mixamo_control(spec: BodySpec) -> bpy.types.Object:
    """Build a Mixamo character with the control rig of Adobe's add-on."""
    b = Builder(spec, "Mixamo")
    deform = dict(zip(("pelvis", *TORSO), ("Hips", "Spine", "Spine1", "Spine2", "Neck", "Head"), strict=True))
    b.bone("Ctrl_Master", Vector(), Vector((0.0, -0.3, 0.0)))
    b.joint("Ctrl_Hips", "pelvis", "Ctrl_Master")
    b.bone("Ctrl_Hips_Free", b.tails["pelvis"], b.points["pelvis"], "Ctrl_Hips")
    b.joint("Hips_Free_Helper", "pelvis", "Ctrl_Hips_Free")
    _chain(
        b,
        {
            "Ctrl_Spine": ("spine1", "Ctrl_Hips"), "Ctrl_Spine1": ("spine2", "Ctrl_Spine"),
            "Ctrl_Spine2": ("spine3", "Ctrl_Spine1"), "Ctrl_Neck": ("neck", "Ctrl_Spine2"),
            "Ctrl_Head": ("head", "Ctrl_Neck"),
        },
    )  # fmt: skip
    limbs: list[LimbNames] = []
    above: str | None = None
    for joint, name in deform.items():
        b.joint(f"mixamorig:{name}", joint, above)
        above = f"mixamorig:{name}"
    for side in SIDES:
        s = side.capitalize()
        _chain(b, {f"Ctrl_Shoulder_{s}": (f"{side}_collar", "Ctrl_Spine2")})
        _chain(
            b,
            {
                f"mixamorig:{s}Shoulder": (f"{side}_collar", "mixamorig:Spine2"),
                f"mixamorig:{s}Arm": (f"{side}_shoulder", f"mixamorig:{s}Shoulder"),
                f"mixamorig:{s}ForeArm": (f"{side}_elbow", f"mixamorig:{s}Arm"),
                f"mixamorig:{s}Hand": (f"{side}_wrist", f"mixamorig:{s}ForeArm"),
                f"mixamorig:{s}UpLeg": (f"{side}_hip", "mixamorig:Hips"),
                f"mixamorig:{s}Leg": (f"{side}_knee", f"mixamorig:{s}UpLeg"),
                f"mixamorig:{s}Foot": (f"{side}_ankle", f"mixamorig:{s}Leg"),
                f"mixamorig:{s}ToeBase": (f"{side}_foot", f"mixamorig:{s}Foot"),
            },
        )
        limbs += [
            LimbNames(
                tuple(f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")),
                tuple(f"mixamorig:{s}{bone}" for bone in ("Arm", "ForeArm", "Hand")),
                tuple(f"Ctrl_{bone}_FK_{s}" for bone in ("Arm", "ForeArm", "Hand")),
                (f"Arm_IK_{s}", f"ForeArm_IK_{s}"), "Ctrl_Spine2", f"Ctrl_Shoulder_{s}",
                f"Ctrl_Hand_IK_{s}", f"Ctrl_ArmPole_IK_{s}", hinge="Z",
            ),
            LimbNames(
                tuple(f"{side}_{joint}" for joint in ("hip", "knee", "ankle", "foot")),
                tuple(f"mixamorig:{s}{bone}" for bone in ("UpLeg", "Leg", "Foot", "ToeBase")),
                tuple(f"Ctrl_{bone}_FK_{s}" for bone in ("UpLeg", "Leg", "Foot", "Toe")),
                (f"UpLeg_IK_{s}", f"Leg_IK_{s}"), "Ctrl_Hips_Free", "Ctrl_Hips_Free",
                f"Ctrl_Foot_IK_{s}", f"Ctrl_LegPole_IK_{s}", f"Ctrl_Toe_IK_{s}", f"FootHeelMid_{s}",
                f"Ctrl_FootRoll_Cursor_{s}", f"Ctrl_Foot_01_{s}",
            ),
        ]  # fmt: skip
    _finish(b, limbs, {"Ctrl_Foot": 1.7, "Ctrl_Hand": 1.0})
    b.constrain("mixamorig:Hips", "COPY_TRANSFORMS", "Hips_Free_Helper")
    for name in deform.values():
        if name != "Hips":
            b.constrain(f"mixamorig:{name}", "COPY_TRANSFORMS", f"Ctrl_{name}")
    for side in SIDES:
        s = side.capitalize()
        b.constrain(f"mixamorig:{s}Shoulder", "COPY_TRANSFORMS", f"Ctrl_Shoulder_{s}")
        b.constrain(f"Ctrl_Arm_FK_{s}", "COPY_LOCATION", f"Ctrl_Shoulder_{s}", head_tail=1.0)
        b.child_of(f"Ctrl_Hand_IK_{s}", "Ctrl_Master")
        b.child_of(f"Ctrl_Foot_IK_{s}", "Ctrl_Master")
        b.child_of(f"Ctrl_LegPole_IK_{s}", f"Ctrl_Foot_IK_{s}")
        b.child_of(f"Ctrl_ArmPole_IK_{s}", "Ctrl_Hips")
        for bone, locked in ((f"Leg_IK_{s}", "yz"), (f"ForeArm_IK_{s}", "xy")):
            for axis in locked:
                setattr(b.obj.pose.bones[bone], f"lock_ik_{axis}", True)
    return b.obj


def build_auto_rig_pro(spec: BodySpec) -> bpy.types.Object:
    """Build a character with the control rig of Auto-Rig Pro."""
    b = Builder(spec, "rig")
    b.bone("c_pos", Vector(), Vector((0.0, -0.4, 0.0)))
    b.bone("c_traj", Vector(), Vector((0.0, -0.3, 0.0)), "c_pos")
    b.joint("c_root_master.x", "pelvis", "c_traj")
    b.bone("c_root.x", b.tails["pelvis"], b.points["pelvis"], "c_root_master.x")
    b.joint("root.x", "pelvis", "c_root.x")
    names = ("c_spine_01.x", "c_spine_02.x", "c_spine_03.x", "c_neck.x", "c_head.x")
    above = "c_root_master.x"
    for joint, name in zip(TORSO, names, strict=True):
        b.joint(name, joint, above)
        b.joint(name.removeprefix("c_"), joint, name)
        above = name
    limbs: list[LimbNames] = []
    for side in SIDES:
        s = side[0]
        b.joint(f"c_shoulder.{s}", f"{side}_collar", "c_spine_03.x")
        b.joint(f"shoulder.{s}", f"{side}_collar", f"c_shoulder.{s}")
        b.bone(
            f"c_thigh_b.{s}",
            b.points[f"{side}_hip"],
            b.points[f"{side}_hip"] + Vector((0, -0.1, 0)),
            "root.x",
        )
        limbs += [
            LimbNames(
                tuple(f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")),
                tuple(f"{bone}.{s}" for bone in ("arm", "forearm", "hand")),
                tuple(f"c_{bone}_fk.{s}" for bone in ("arm", "forearm", "hand")),
                (f"arm_ik.{s}", f"forearm_ik.{s}"), f"c_shoulder.{s}", f"c_shoulder.{s}",
                f"c_hand_ik.{s}", f"c_arms_pole.{s}",
            ),
            LimbNames(
                tuple(f"{side}_{joint}" for joint in ("hip", "knee", "ankle", "foot")),
                tuple(f"{bone}.{s}" for bone in ("thigh", "leg", "foot", "toes")),
                tuple(f"c_{bone}_fk.{s}" for bone in ("thigh", "leg", "foot", "toes")),
                (f"thigh_ik.{s}", f"leg_ik.{s}"), f"c_thigh_b.{s}", f"c_thigh_b.{s}",
                f"c_foot_ik.{s}", f"c_leg_pole.{s}", f"c_toes_ik.{s}", f"foot_heel.{s}",
                f"c_foot_roll_cursor.{s}", f"c_foot_01.{s}",
            ),
        ]  # fmt: skip
        for limb, first in zip(limbs[-2:], (f"shoulder.{s}", "root.x"), strict=True):
            parent = first
            for bone, joint in zip(limb.deform, limb.joints, strict=True):
                b.joint(bone, joint, parent)
                parent = bone
    _finish(b, limbs, {"c_foot": 1.2, "c_hand": 1.2})
    for limb in limbs:
        b.child_of(limb.control, "c_traj")
        b.obj.pose.bones[limb.control]["auto_stretch"] = 0.0
        pole = b.obj.pose.bones[limb.pole]
        pole["pole_parent"] = 1
        b.drive(
            b.child_of(limb.pole, limb.control if limb.heel else "c_spine_03.x"), limb.pole, "pole_parent"
        )
        b.drive(b.child_of(limb.pole, "c_traj"), limb.pole, "pole_parent", "1-var")
    return b.obj


def _finish(b: Builder, limbs: list[LimbNames], reach: Mapping[str, float]) -> None:
    """Add the bones, constraints and drivers of all limbs."""
    for limb in limbs:
        b.limb_bones(limb, next(value for start, value in reach.items() if limb.control.startswith(start)))
        b.joint(_target_turn(limb), limb.joints[2], limb.further or limb.control)
    b.posing()
    for limb in limbs:
        b.limb_mechanism(limb)
    bpy.context.view_layer.update()


def at_rest(obj: bpy.types.Object) -> dict[str, np.ndarray]:
    """Return the evaluated heads of all bones, in the armature's space."""
    posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return {bone.name: np.array(bone.head) for bone in posed.pose.bones}


def scramble(obj: bpy.types.Object, names: list[str], seed: int = 0) -> None:
    """Pose some controls at random, as an animator may have left them."""
    random = np.random.default_rng(seed)
    for name in names:
        bone = obj.pose.bones[name]
        turn = Matrix.Rotation(random.uniform(-0.5, 0.5), 4, Vector(random.normal(size=3)))
        bone.matrix_basis = Matrix.Translation(Vector(random.uniform(-0.1, 0.1, 3))) @ turn
