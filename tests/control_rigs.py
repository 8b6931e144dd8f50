# SPDX-License-Identifier: GPL-3.0-or-later
"""Control rigs with real IK constraints and drivers, built like those of Auto-Rig Pro and Adobe's Mixamo add-on.

Neither tool is available here, so names, hierarchy, constraints and switches follow public sources (see
``motion/mapping/families``); bones that are not keyed, such as twist bones and custom shapes, are left out.
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
    """Bones of an arm or a leg, from the body outwards.

    Attributes
    ----------
    joints : tuple of str
        Joints of the limb.
    deform : tuple of str
        Bones that deform the mesh.
    fk : tuple of str
        FK controls.
    ik : (str, str)
        Bones with the IK constraint.
    fk_parent, ik_parent : str
        Parents of the FK and of the IK chain.
    control, pole : str
        IK control and pole.
    toe, heel, cursor, foot_target : str
        Further controls of a foot: the toe; the heel, which rotates with its roll cursor; a child of the heel.
    hinge : str
        Axis of the bones about which the limb bends.
    """

    joints: tuple[str, ...]
    deform: tuple[str, ...]
    fk: tuple[str, ...]
    ik: tuple[str, str]
    fk_parent: str
    ik_parent: str
    control: str
    pole: str
    toe: str = ""
    heel: str = ""
    cursor: str = ""
    foot_target: str = ""
    hinge: str = "X"


class Builder:
    """Builds an armature."""

    def __init__(self, spec: BodySpec, name: str) -> None:
        self.points = {joint: Vector(z_up(point)) for joint, point in body_points(spec).items()}
        self.tails = {
            joint: Vector(z_up(bone_tail(body_points(spec), joint))) for joint in _jointed(self.points)
        }
        self.obj = bpy.data.objects.new(name, bpy.data.armatures.new(name))
        bpy.context.collection.objects.link(self.obj)
        bpy.context.view_layer.objects.active = self.obj
        bpy.ops.object.mode_set(mode="EDIT")

    def add_bone(
        self, name: str, head: Vector, tail: Vector, parent: str | None = None, roll: float = 0.0
    ) -> None:
        """Add a bone that deforms nothing.

        Parameters
        ----------
        name : str
            Its name.
        head, tail : Vector
            Where it begins and ends.
        parent : str, optional
            Its parent.
        roll : float
            Radians.
        """
        bone = self.obj.data.edit_bones.new(name)
        bone.head, bone.tail, bone.roll = head, tail, roll
        bone.use_deform = False
        if parent is not None:
            bone.parent = self.obj.data.edit_bones[parent]

    def add_joint_bone(self, name: str, joint: str, parent: str | None = None, flat: bool = False) -> None:
        """Add a bone on a joint; ``flat``: parallel to the floor, like the controls of feet.

        Parameters
        ----------
        name, joint : str
            The bone and its joint.
        parent : str, optional
            Its parent.
        flat : bool
            See above.
        """
        head, tail = self.points[joint], self.tails[joint].copy()
        if flat:
            tail.z = head.z
        self.add_bone(name, head, tail, parent)

    def align_hinge(self, name: str, upper: str, middle: str, lower: str, axis: str) -> None:
        """Roll a bone so that the limb bends about its X or Z axis.

        Parameters
        ----------
        name : str
            The bone.
        upper, middle, lower : str
            Joints of the limb.
        axis : str
            "X" or "Z".
        """
        a, b, c = (self.points[joint] for joint in (upper, middle, lower))
        across = (b - a).cross(c - b).normalized()
        bone = self.obj.data.edit_bones[name]
        bone.align_roll(across if axis == "Z" else across.cross(bone.tail - bone.head))

    def add_pole(self, name: str, upper: str, middle: str, lower: str, distance: float) -> None:
        """Add a pole on the side to which the limb bends.

        Parameters
        ----------
        name : str
            The new bone.
        upper, middle, lower : str
            Joints of the limb.
        distance : float
            From the middle joint, in lengths of the upper bone.
        """
        a, b, c = (self.points[joint] for joint in (upper, middle, lower))
        axis = (c - a).normalized()
        direction = (b - a) - (b - a).dot(axis) * axis
        position = b + distance * (b - a).length * direction.normalized()
        self.add_bone(name, position, position + Vector((0.0, 0.0, 0.1)))

    def leave_edit_mode(self) -> bpy.types.bpy_prop_collection:
        """Leave Edit Mode and return the pose bones."""
        bpy.ops.object.mode_set(mode="OBJECT")
        return self.obj.pose.bones

    def add_constraint(self, bone: str, kind: str, target: str, **values: object) -> bpy.types.Constraint:
        """Add a constraint whose target is another bone of the rig."""
        constraint = self.obj.pose.bones[bone].constraints.new(kind)
        constraint.target, constraint.subtarget = self.obj, target
        for name, value in values.items():
            setattr(constraint, name, value)
        return constraint

    def add_child_of(self, bone: str, target: str) -> bpy.types.Constraint:
        """Add a Child Of constraint that keeps the rest pose."""
        inverse = self.obj.data.bones[target].matrix_local.inverted()
        return self.add_constraint(bone, "CHILD_OF", target, inverse_matrix=inverse)

    def add_driver(
        self, constraint: bpy.types.Constraint, bone: str, prop: str, expression: str = "var"
    ) -> None:
        """Add a driver from a custom property to the constraint's influence.

        Parameters
        ----------
        constraint : bpy.types.Constraint
            Its influence is driven.
        bone, prop : str
            Where the property is.
        expression : str
            Of the driver; the property is ``var``.
        """
        driver = constraint.driver_add("influence").driver
        driver.type, driver.expression = "SCRIPTED", expression
        variable = driver.variables.new()
        variable.name = "var"
        variable.targets[0].id = self.obj
        variable.targets[0].data_path = f'pose.bones["{bone}"]["{prop}"]'

    def follow_chains(self, bone: str, ik: str, fk: str, switch: str, kind: str = "COPY_TRANSFORMS") -> None:
        """Let a deforming bone copy the IK chain, or the FK chain if the switch is 1.

        Parameters
        ----------
        bone, ik, fk : str
            The bone and the two that it can copy.
        switch : str
            Bone with the property.
        kind : str
            Type of the constraints.
        """
        self.add_constraint(bone, kind, ik)
        self.add_driver(self.add_constraint(bone, kind, fk), switch, "ik_fk_switch")

    def add_limb_bones(self, names: LimbNames, pole_distance: float) -> None:
        """Add the bones of one limb."""
        above = names.fk_parent
        for bone, joint in zip(names.fk, names.joints, strict=True):
            self.add_joint_bone(bone, joint, above)
            above = bone
        above = names.ik_parent
        for bone, joint in zip(names.ik, names.joints, strict=False):
            self.add_joint_bone(bone, joint, above)
            above = bone
        for bone in (*names.ik, *names.fk[:2]):
            self.align_hinge(bone, *names.joints[:3], names.hinge)
        self.add_pole(names.pole, *names.joints[:3], distance=pole_distance)
        end = names.joints[2]
        self.add_joint_bone(names.control, end, flat=bool(names.heel))
        target = names.control
        if names.heel:
            below = self.points[end].copy()
            below.z = 0.0
            self.add_bone(names.heel, below, below + Vector((0.0, -0.1, 0.0)), names.control)
            behind = below + Vector((0.0, 0.2, 0.0))
            self.add_bone(names.cursor, behind, behind + Vector((0.0, -0.1, 0.0)), names.control)
            self.add_joint_bone(names.foot_target, end, names.heel)
            self.add_joint_bone(names.toe, names.joints[3], names.heel)
            target = names.foot_target
        self.add_bone(
            _target_name(names), self.points[end], self.points[end] + Vector((0.0, 0.0, 0.05)), target
        )

    def add_limb_mechanism(self, names: LimbNames, stretch: bool = False) -> None:
        """Add the constraints and drivers of one limb."""
        pose = self.obj.pose.bones
        pose[names.control]["ik_fk_switch"] = 0.0
        upper, lower = names.ik
        self.add_constraint(
            lower, "IK", _target_name(names), pole_target=self.obj, pole_subtarget=names.pole, chain_count=2,
            pole_angle=self.pole_angle(upper, names.pole), use_stretch=stretch,
        )  # fmt: skip
        self.follow_chains(names.deform[0], upper, names.fk[0], names.control)
        self.follow_chains(names.deform[1], lower, names.fk[1], names.control)
        self.follow_chains(
            names.deform[2], _rotation_target_name(names), names.fk[2], names.control, "COPY_ROTATION"
        )
        if names.heel:
            self.follow_chains(names.deform[3], names.toe, names.fk[3], names.control, "COPY_ROTATION")
            self.add_constraint(
                names.heel, "TRANSFORM", names.cursor, target_space="LOCAL", owner_space="LOCAL",
                map_from="LOCATION", map_to="ROTATION", from_min_z=-0.2, from_max_z=0.2, map_to_x_from="Z",
                to_min_x_rot=-1.5, to_max_x_rot=1.5,
            )  # fmt: skip

    def pole_angle(self, upper: str, pole: str) -> float:
        """Return the pole angle at which the limb keeps its rest pose."""
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


def _target_name(names: LimbNames) -> str:
    return f"{names.control}_target"


def _rotation_target_name(names: LimbNames) -> str:
    return names.deform[2] + "_turn"


def _add_chain(builder: Builder, bones: Mapping[str, tuple[str, str | None]]) -> None:
    for name, (joint, parent) in bones.items():
        builder.add_joint_bone(name, joint, parent)


TORSO = ("spine1", "spine2", "spine3", "neck", "head")


def build_mixamo_control(spec: BodySpec) -> bpy.types.Object:
    """Build a Mixamo character with the control rig of Adobe's add-on."""
    b = Builder(spec, "Mixamo")
    deform = dict(zip(("pelvis", *TORSO), ("Hips", "Spine", "Spine1", "Spine2", "Neck", "Head"), strict=True))
    b.add_bone("Ctrl_Master", Vector(), Vector((0.0, -0.3, 0.0)))
    b.add_joint_bone("Ctrl_Hips", "pelvis", "Ctrl_Master")
    b.add_bone("Ctrl_Hips_Free", b.tails["pelvis"], b.points["pelvis"], "Ctrl_Hips")
    b.add_joint_bone("Hips_Free_Helper", "pelvis", "Ctrl_Hips_Free")
    _add_chain(
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
        b.add_joint_bone(f"mixamorig:{name}", joint, above)
        above = f"mixamorig:{name}"
    for side in SIDES:
        s = side.capitalize()
        _add_chain(b, {f"Ctrl_Shoulder_{s}": (f"{side}_collar", "Ctrl_Spine2")})
        _add_chain(
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
    _finish_limbs(b, limbs, {"Ctrl_Foot": 1.7, "Ctrl_Hand": 1.0})
    b.add_constraint("mixamorig:Hips", "COPY_TRANSFORMS", "Hips_Free_Helper")
    for name in deform.values():
        if name != "Hips":
            b.add_constraint(f"mixamorig:{name}", "COPY_TRANSFORMS", f"Ctrl_{name}")
    for side in SIDES:
        s = side.capitalize()
        b.add_constraint(f"mixamorig:{s}Shoulder", "COPY_TRANSFORMS", f"Ctrl_Shoulder_{s}")
        b.add_constraint(f"Ctrl_Arm_FK_{s}", "COPY_LOCATION", f"Ctrl_Shoulder_{s}", head_tail=1.0)
        b.add_child_of(f"Ctrl_Hand_IK_{s}", "Ctrl_Master")
        b.add_child_of(f"Ctrl_Foot_IK_{s}", "Ctrl_Master")
        b.add_child_of(f"Ctrl_LegPole_IK_{s}", f"Ctrl_Foot_IK_{s}")
        b.add_child_of(f"Ctrl_ArmPole_IK_{s}", "Ctrl_Hips")
        for bone, locked in ((f"Leg_IK_{s}", "yz"), (f"ForeArm_IK_{s}", "xy")):
            for axis in locked:
                setattr(b.obj.pose.bones[bone], f"lock_ik_{axis}", True)
    return b.obj


def build_auto_rig_pro(spec: BodySpec) -> bpy.types.Object:
    """Build a character with the control rig of Auto-Rig Pro."""
    b = Builder(spec, "rig")
    b.add_bone("c_pos", Vector(), Vector((0.0, -0.4, 0.0)))
    b.add_bone("c_traj", Vector(), Vector((0.0, -0.3, 0.0)), "c_pos")
    b.add_joint_bone("c_root_master.x", "pelvis", "c_traj")
    b.add_bone("c_root.x", b.tails["pelvis"], b.points["pelvis"], "c_root_master.x")
    b.add_joint_bone("root.x", "pelvis", "c_root.x")
    names = ("c_spine_01.x", "c_spine_02.x", "c_spine_03.x", "c_neck.x", "c_head.x")
    above = "c_root_master.x"
    for joint, name in zip(TORSO, names, strict=True):
        b.add_joint_bone(name, joint, above)
        b.add_joint_bone(name.removeprefix("c_"), joint, name)
        above = name
    limbs: list[LimbNames] = []
    for side in SIDES:
        s = side[0]
        b.add_joint_bone(f"c_shoulder.{s}", f"{side}_collar", "c_spine_03.x")
        b.add_joint_bone(f"shoulder.{s}", f"{side}_collar", f"c_shoulder.{s}")
        b.add_bone(
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
                b.add_joint_bone(bone, joint, parent)
                parent = bone
    _finish_limbs(b, limbs, {"c_foot": 1.2, "c_hand": 1.2})
    for limb in limbs:
        b.add_child_of(limb.control, "c_traj")
        b.obj.pose.bones[limb.control]["auto_stretch"] = 0.0
        pole = b.obj.pose.bones[limb.pole]
        pole["pole_parent"] = 1
        b.add_driver(
            b.add_child_of(limb.pole, limb.control if limb.heel else "c_spine_03.x"), limb.pole, "pole_parent"
        )
        b.add_driver(b.add_child_of(limb.pole, "c_traj"), limb.pole, "pole_parent", "1-var")
    return b.obj


def _finish_limbs(b: Builder, limbs: list[LimbNames], pole_distances: Mapping[str, float]) -> None:
    """Add bones and mechanism of all limbs."""
    for limb in limbs:
        b.add_limb_bones(
            limb, next(value for start, value in pole_distances.items() if limb.control.startswith(start))
        )
        b.add_joint_bone(_rotation_target_name(limb), limb.joints[2], limb.foot_target or limb.control)
    b.leave_edit_mode()
    for limb in limbs:
        b.add_limb_mechanism(limb)
    bpy.context.view_layer.update()


def rest_heads(obj: bpy.types.Object) -> dict[str, np.ndarray]:
    """Return the heads of all bones as constraints leave them, in armature space."""
    posed = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return {bone.name: np.array(bone.head) for bone in posed.pose.bones}


def scramble_controls(obj: bpy.types.Object, names: list[str], seed: int = 0) -> None:
    """Pose some controls at random, as an animator may have left them."""
    random = np.random.default_rng(seed)
    for name in names:
        bone = obj.pose.bones[name]
        rotation = Matrix.Rotation(random.uniform(-0.5, 0.5), 4, Vector(random.normal(size=3)))
        bone.matrix_basis = Matrix.Translation(Vector(random.uniform(-0.1, 0.1, 3))) @ rotation
