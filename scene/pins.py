# SPDX-License-Identifier: GPL-3.0-or-later
"""Read pins: where hands, feet and hips have to be, at which frames, on objects that may move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import bpy
import numpy as np
from mathutils import Matrix, Quaternion, Vector

from ..motion.errors import RequestError, RigError
from ..motion.request import EffectorTarget
from ..motion.retarget.effector_fit import RigEffectorTarget
from ..motion.retarget.effector_points import EffectorPoint, measure_effector_point
from ..motion.rotations import Array, conjugate, matrix_to_quaternion, multiply, rotate, rotation_about_axis
from .action import get_action, get_fcurves
from .axes import Z_UP_TO_Y_UP, to_y_up, to_z_up
from .guide_context import GuideContext, read_context, sample_matrices


class PosedPoint(NamedTuple):
    """A point of a hand or foot in the present pose, in Blender's world."""

    position: Vector
    rotation: Quaternion
    """Of its bone."""


def read_pins(context: GuideContext, pins: Sequence[Any]) -> list[RigEffectorTarget]:
    """Return the targets of pins. Raises ``RequestError``, or ``RigError`` if the character has no such bone."""
    targets = []
    for pin in pins:
        if pin.object is None:
            continue
        frames = _find_pin_frames(context, pin)
        if not frames:
            continue
        point = _measure_point(context, pin.joint)
        matrices = sample_matrices(context.scene, pin.object, frames)
        positions = (matrices @ [*pin.offset, 1.0])[:, :3]
        if not np.all(np.isfinite(positions)):
            raise RequestError(
                "{pin} has no finite position: check its scale and its parents", pin=pin.object.name
            )
        rotations = _read_rotations(context, pin, point, matrices) if pin.use_rotation else None
        targets.append(
            RigEffectorTarget(
                pin.joint,
                np.array(frames) - context.first_frame,
                to_y_up(positions),
                rotations,
                pin.object.name,
            )
        )
    return targets


def make_effector_target(context: GuideContext, target: RigEffectorTarget) -> EffectorTarget:
    """Return the constraint of a request for a target: that of the joint that carries its point.

    Where the hand will be turned is not known before the motion is, unless the pin says it: it is expected to reach
    away from where the character stands, and a foot to be level. What is left is corrected on the rig.
    """
    rig_to_motion = context.rig_to_motion
    joint = target.bone_joint
    point = _measure_point(context, target.joint)
    positions, rotations = target.positions, None
    if target.rotations is not None:
        positions = positions - rotate(target.rotations, point.offset)
        turned = rig_to_motion.to_joint_rotations(joint, target.rotations)
        rotations = tuple(tuple(float(v) for v in rotation) for rotation in turned)
    elif target.joint.endswith("_palm"):
        x, z, _ = rig_to_motion.anchor
        away = positions - [x, 0.0, z]
        away[:, 1] = 0.0
        away /= np.maximum(np.linalg.norm(away, axis=-1, keepdims=True), 1e-6)
        positions = positions - float(np.linalg.norm(point.offset)) * away
    elif point.offset.any():
        offset = rotate(rig_to_motion.t_pose.joint_rotations(joint)[0], point.offset)
        positions = positions - rotate(rotation_about_axis("y", rig_to_motion.anchor[2]), offset)
    placed = tuple((float(x), float(y), float(z)) for x, y, z in rig_to_motion.to_request_space(positions))
    frames = tuple(int(frame) for frame in target.frames)
    return EffectorTarget(joint, frames, placed, rotations)  # type: ignore[arg-type]


class Handle(NamedTuple):
    """A point of a hand or foot, fixed to a bone, that is found again in any pose at little cost."""

    joint: str
    bone: str
    offset: Vector
    """In the bone's own axes, metres."""

    def find_place(self, character: bpy.types.Object) -> Vector | None:
        """Return where the point is now, in Blender's world; None if the bone is gone."""
        bone = character.pose.bones.get(self.bone) if character.pose else None
        if bone is None:
            return None
        matrix = character.matrix_world @ bone.matrix
        return matrix.translation + matrix.to_quaternion() @ self.offset


def measure_handles(
    scene: bpy.types.Scene, character: bpy.types.Object, joints: Sequence[str]
) -> tuple[Handle, ...]:
    """Return those of the points for which the character has a bone. Raises ``RigError`` or ``MappingError``."""
    context = read_context(scene, character, scene.frame_current, 1)
    handles = []
    for joint in joints:
        point = measure_effector_point(context.rig_to_motion.t_pose, joint)
        if point is None:
            continue
        posed = _pose_point(context, point)
        bone = character.pose.bones[context.rig.bone_names[_display_bone(context, point.joint)]]
        matrix = character.matrix_world @ bone.matrix
        offset = posed.rotation.inverted() @ (posed.position - matrix.translation)
        handles.append(Handle(joint, bone.name, offset))
    return tuple(handles)


def measure_point(scene: bpy.types.Scene, character: bpy.types.Object, joint: str) -> PosedPoint:
    """Return a point of a hand, a foot or the hips in the present pose.

    Raises ``MappingError``, or ``RigError`` if the character has no bone for it.
    """
    context = read_context(scene, character, scene.frame_current, 1)
    point = _measure_point(context, joint)
    return _pose_point(context, point)


def measure_points(
    scene: bpy.types.Scene, character: bpy.types.Object, joints: Sequence[str]
) -> dict[str, PosedPoint]:
    """Return those of the points for which the character has a bone. Raises ``RigError`` or ``MappingError``."""
    context = read_context(scene, character, scene.frame_current, 1)
    found = {joint: measure_effector_point(context.rig_to_motion.t_pose, joint) for joint in joints}
    return {joint: _pose_point(context, point) for joint, point in found.items() if point is not None}


def hold_rotation(obj: bpy.types.Object, rotation: Quaternion) -> Quaternion:
    """Return a rotation in the world relative to an object's."""
    return obj.matrix_world.to_quaternion().inverted() @ rotation


def _pose_point(context: GuideContext, point: EffectorPoint) -> PosedPoint:
    bone = _display_bone(context, point.joint)
    evaluated = context.obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    matrix: Matrix = evaluated.matrix_world @ evaluated.pose.bones[context.rig.bone_names[bone]].matrix
    rotation = matrix.to_quaternion()
    from_rest = multiply(
        _to_rig_rotation(np.array(rotation.to_matrix())), conjugate(context.rig.rest_rotations[bone])
    )
    offset = to_z_up(rotate(from_rest, point.offset))
    return PosedPoint(matrix.translation + Vector(offset.tolist()), rotation)


def _measure_point(context: GuideContext, joint: str) -> EffectorPoint:
    """Return a point of the rig. Raises ``RigError`` if the character has no bone for it."""
    point = measure_effector_point(context.rig_to_motion.t_pose, joint)
    if point is None:
        raise RigError(
            "{name} has no bone for the {joint}: choose one in its bone map",
            name=context.obj.name,
            joint=joint.replace("_", " "),
        )
    return point


def _display_bone(context: GuideContext, joint: str) -> int:
    return context.rig_to_motion.bones[context.rig_to_motion.joints.index(joint)]


def _read_rotations(context: GuideContext, pin: Any, point: EffectorPoint, matrices: Array) -> Array:
    """Return the world rotations (T, 4) from rest that a pin gives the bone of its joint.

    Parameters
    ----------
    context : GuideContext
        The character.
    pin : KINESCRIBE_PG_pin
        The pin.
    point : EffectorPoint
        Its point.
    matrices : (T, 4, 4)
        Of its object.
    """
    axes = matrices[:, :3, :3] / np.maximum(
        np.linalg.norm(matrices[:, :3, :3], axis=-2, keepdims=True), 1e-12
    )
    relative = np.array(Quaternion(pin.rotation).normalized().to_matrix())
    bone = _display_bone(context, point.joint)
    return multiply(_to_rig_rotation(axes @ relative), conjugate(context.rig.rest_rotations[bone]))


def _to_rig_rotation(axes: Array) -> Array:
    """Return quaternions (..., 4), Y up, of axes (..., 3, 3) in Blender's world."""
    return matrix_to_quaternion(Z_UP_TO_Y_UP @ axes)


def _find_pin_frames(context: GuideContext, pin: Any) -> list[int]:
    """Return the frames of the scene at which a pin holds. Raises ``RequestError`` if none is in the motion."""
    if pin.when == "ALWAYS":
        return context.list_frames()
    if pin.when == "RANGE" and pin.frame_end < pin.frame:
        raise RequestError(
            "{pin} ends at frame {last}, before it begins at {first}: change its frames",
            pin=pin.object.name,
            first=pin.frame,
            last=pin.frame_end,
        )
    frames = [pin.frame]
    if pin.when == "RANGE":
        first, last = max(pin.frame, context.first_frame), min(pin.frame_end, context.last_frame)
        frames = list(range(first, last + 1))
    elif pin.when == "KEYS":
        frames = find_key_frames(pin.object, get_action(pin.object))
    inside = [frame for frame in frames if context.contains_frame(frame)]
    if not inside and not context.new_spans:
        raise RequestError(
            "{pin} pins no frame from {first} to {last}: change its frame or its keys, or remove the pin",
            pin=pin.object.name,
            first=context.first_frame,
            last=context.last_frame,
        )
    return inside


def find_key_frames(obj: bpy.types.Object, action: bpy.types.Action | None) -> list[int]:
    """Return the frames at which the object's F-curves have keys."""
    if action is None:
        return []
    return sorted({round(key.co.x) for curve in get_fcurves(action, obj) for key in curve.keyframe_points})
