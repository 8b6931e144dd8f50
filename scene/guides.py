# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the guides of a motion from the scene (paths, pins, poses) as constraints of a request."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np

from ..motion.constraints.given_frames import find_given_spans
from ..motion.errors import Note, RequestError
from ..motion.mapping.bone_map import map_bones
from ..motion.motion import Motion
from ..motion.request import Constraint, RootPath
from ..motion.retarget.effector_fit import Miss, RigEffectorTarget, find_misses, fit_effectors
from ..motion.retarget.rig_to_motion import RigToMotion, make_pose_keyframes
from ..motion.skeleton import T_POSE
from .action import get_action
from .axes import to_z_up
from .bone_map import load_bone_map
from .ghosts import find_lines
from .guide_context import GuideContext, read_context, read_rig_at_start
from .obstacles import MAX_FRAMES, Figure
from .pins import find_key_frames, make_effector_target, read_pins
from .poses import read_poses
from .record import find_previous, has_unedited_kinescribe_action, list_made_actions
from .rig import read_rig
from .root_paths import read_root_paths
from .unbake import temporarily_reverted

MISS_TOLERANCE = 0.01  # metres of an adult within which a pin counts as reached
_MAX_OWN_KEYS = 200


@dataclass(frozen=True)
class Guides:
    """Constraints of a request, and what is needed to place the generated motion in the scene.

    Attributes
    ----------
    constraints : tuple of Constraint
        In the request's space.
    rig_to_motion : RigToMotion or None
        Conversion between the character's rig and the request's space; None if nothing has a position.
    pins : tuple of RigEffectorTarget
        Positions that hands and feet of the character itself have to reach.
    fps : float
        Frame rate of the frames of ``pins``.
    first_frame : int
        Frame of the scene at which the motion begins.
    """

    constraints: tuple[Constraint, ...] = ()
    rig_to_motion: RigToMotion | None = None
    pins: tuple[RigEffectorTarget, ...] = ()
    fps: float = 0.0
    first_frame: int = 0

    def place_motion(self, motion: Motion) -> Motion:
        """Fit the motion of a model to the character's proportions, and anchor it in the character's world."""
        if self.rig_to_motion is None:
            return motion
        if motion.skeleton is not T_POSE:
            # retargeting scales root motion by leg length, but the request was in the size of T_POSE
            ratio = self.rig_to_motion.scale / self.rig_to_motion.retarget_motion(motion).scale
            motion = replace(motion, root_translation=motion.root_translation * [ratio, 1.0, ratio])
        elif abs(motion.fps - self.fps) < 1e-6:
            inside = [pin for pin in self.pins if pin.frames[-1] < len(motion)]
            # a path says where the body is
            moves_body = not any(isinstance(constraint, RootPath) for constraint in self.constraints)
            motion = fit_effectors(motion, self.rig_to_motion, inside, moves_body)
        given = {*motion.provenance.given, *find_given_spans(self.constraints, self.fps)}
        return motion.with_provenance(anchor=self.rig_to_motion.anchor, given=tuple(sorted(given)))

    def describe_misses(self, motion: Motion) -> list[Note]:
        """Return a sentence for each pin that a placed motion does not reach."""
        if self.rig_to_motion is None or abs(motion.fps - self.fps) > 1e-6:
            return []
        found = find_misses(motion, self.rig_to_motion, self.pins, MISS_TOLERANCE)
        return [describe_miss(miss, self.first_frame) for miss in found]

    def pose_figure(self, motion: Motion) -> Figure | None:
        """Return the body at frames at which a placed motion meets pins; None if it meets none."""
        if self.rig_to_motion is None or not self.pins:
            return None
        frames = np.unique(np.concatenate([pin.frames for pin in self.pins]))
        frames = frames[frames < len(motion)]
        if not len(frames) or abs(motion.fps - self.fps) > 1e-6:
            return None
        chosen = frames[np.unique(np.linspace(0, len(frames) - 1, MAX_FRAMES).astype(int))]
        joints = self.rig_to_motion.joints
        positions = to_z_up(self.rig_to_motion.retarget_motion(motion).joint_positions(joints)[chosen])
        lines = find_lines(joints)
        held: dict[str, frozenset[int]] = {}
        for pin in self.pins:
            ends = {pin.bone_joint, pin.bone_joint.replace("ankle", "foot")}
            held[pin.name] = held.get(pin.name, frozenset()) | {
                number for number, (_, end) in enumerate(lines.tolist()) if joints[end] in ends
            }
        return Figure(chosen + self.first_frame, positions, lines, held)


def describe_miss(miss: Miss, first_frame: int) -> Note:
    """Return a sentence about a pin that is missed, with frames of the scene."""
    return Note(
        "{pin} is out of reach by {distance:.0f} cm at frames {first} to {last}: move it, or the character",
        pin=miss.target.name,
        distance=max(1.0, 100 * miss.distance),
        first=first_frame + miss.first,
        last=first_frame + miss.last,
    )


def has_guides(directing: Any) -> bool:
    """Return True if anything in the scene's settings guides a motion beside its prompts. Cheap."""
    flags = directing.start_pose or directing.own_keys or directing.keep_selected
    objects = (row.object for row in (*directing.pins, *directing.waypoints))
    return bool(flags or directing.path or any(objects))


def read_guides(
    scene: bpy.types.Scene, obj: bpy.types.Object, directing: Any, first_frame: int, frame_count: int
) -> Guides:
    """Read the constraints of a motion from the scene and leave the scene unchanged.

    Raises ``RequestError``, ``RigError`` or ``MappingError``.

    Parameters
    ----------
    scene : bpy.types.Scene
        The scene.
    obj : bpy.types.Object
        The armature.
    directing : namespace
        The guides that are used, see ``operators.request_builder.merge_directing``.
    first_frame, frame_count : int
        The motion's first frame and number of frames, of the scene.
    """
    if not has_guides(directing):
        return Guides()
    # the pose that is seen is where the motion begins, or else that of the frame at which it does
    rig = read_rig(obj) if directing.start_pose else read_rig_at_start(scene, obj, first_frame)
    context = read_context(scene, obj, first_frame, frame_count, rig)
    constraints: list[Constraint] = []
    if directing.path or any(row.object for row in directing.waypoints):
        constraints += read_root_paths(context, directing)
    pins = read_pins(context, directing.pins)
    constraints += [make_effector_target(context, pin) for pin in pins]
    if directing.own_keys:
        constraints += own_key_constraints(context)
    if directing.keep_selected:
        constraints += selected_bone_constraints(context)
    if directing.start_pose:
        pose = read_poses(scene, obj, context.rig, context.rig_to_motion, [scene.frame_current])
        constraints += make_pose_keyframes(
            pose, [0], context.rig_to_motion.with_joints_between(context.rig_to_motion.joints)
        )
    return Guides(tuple(constraints), context.rig_to_motion, tuple(pins), context.fps, first_frame)


def measure_character(obj: bpy.types.Object) -> tuple[tuple[float, float, float], float, float]:
    """Return the position of a character on its floor in Blender's world, its heading about Z (0: -Y), and its scale.

    The scale is relative to the body of requests. Raises ``RigError`` or ``MappingError``.
    """
    rig = read_rig(obj)
    rig_to_motion = RigToMotion(rig, load_bone_map(obj) or map_bones(rig))
    x, z, heading = rig_to_motion.anchor
    return (x, -z, rig_to_motion.floor_height), heading, rig_to_motion.scale


def own_key_constraints(context: GuideContext) -> list[Constraint]:
    """Return pose constraints at the keys of the animation that the character has apart from Kinescribe's Action."""
    assigned = get_action(context.obj)
    if context.new_spans:
        made, base_action = list_made_actions(assigned)
    else:
        made = [assigned] if assigned and has_unedited_kinescribe_action(context.obj) else []
        base_action = find_previous(made[0]) if made else assigned
    frames = [f for f in find_key_frames(context.obj, base_action) if context.contains_frame(f)]
    if not frames and context.new_spans:
        return []
    if not frames:
        raise RequestError(
            "{name} has no keys of its own from frame {first} to {last}: set some, or turn Use Own Keys off",
            name=context.obj.name,
            first=context.first_frame,
            last=context.first_frame + context.frame_count - 1,
        )
    if len(frames) > _MAX_OWN_KEYS:
        raise RequestError(
            "{name} has keys at {count} frames, which leaves nothing to generate: keep at most {most} of them",
            name=context.obj.name,
            count=len(frames),
            most=_MAX_OWN_KEYS,
        )
    with ExitStack() as stack:
        for action in made:
            stack.enter_context(temporarily_reverted(context.obj, action))
        poses = read_poses(context.scene, context.obj, context.rig, context.rig_to_motion, frames)
    joints = context.rig_to_motion.with_joints_between(context.rig_to_motion.joints)
    return [*make_pose_keyframes(poses, [f - context.first_frame for f in frames], joints)]


def selected_bone_constraints(context: GuideContext) -> list[Constraint]:
    """Return constraints for the selected bones' joints on every frame, from the present animation."""
    joints = [
        joint
        for joint, bone in zip(context.rig_to_motion.joints, context.rig_to_motion.mapped_bones, strict=True)
        if context.rig.selected[bone]
    ]
    if not joints:
        raise RequestError(
            "Keep Selected Bones is on, but no bone of the body is selected: select some in Pose Mode, or turn it off"
        )
    frames = context.list_frames()
    poses = read_poses(context.scene, context.obj, context.rig, context.rig_to_motion, frames)
    numbers = [frame - context.first_frame for frame in frames]
    given = context.rig_to_motion.with_joints_between(joints)
    return [*make_pose_keyframes(poses, numbers, given, with_root_position="pelvis" in joints)]
