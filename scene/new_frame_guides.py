# SPDX-License-Identifier: GPL-3.0-or-later
"""Guides of the new frames of a take: path, pins, poses and own keys that fall into them, where the take lies."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ..motion.constraints.joint_selection import moves_limb
from ..motion.constraints.path_section import FloorPath, make_path_section
from ..motion.mapping.bone_map import map_bones
from ..motion.motion import Motion
from ..motion.request import Constraint, EffectorTarget, RootPath
from ..motion.retarget.anchor import find_anchor
from ..motion.retarget.effector_fit import RigEffectorTarget, fit_effectors
from ..motion.retarget.rig_to_motion import RigToMotion, make_pose_keyframes
from ..motion.skeleton import T_POSE
from .apply_options import read_recorded_options
from .axes import to_y_up
from .bone_map import load_bone_map
from .guide_context import GuideContext
from .guides import has_guides, own_key_constraints, selected_bone_constraints
from .pins import make_effector_target, read_pins
from .poses import read_poses
from .record import read_record
from .rig import read_rig
from .root_paths import Waypoint, read_root_paths, read_waypoints, sample_route
from .target import at_frame, find_scene
from .unbake import temporarily_reverted

_AT_PIN = 0.02  # metres of the model's body from a pin within which a limb is there already
_SHORT_PIN = 3  # frames: pins of more are approached


@dataclass(frozen=True, eq=False)
class NewFrameGuides:
    """What guides the new frames of a take, in the space of its motion. Needs no ``bpy``: any thread may use it.

    Attributes
    ----------
    rig_to_motion : RigToMotion
        Conversion between the character and the motion's space.
    constraints : tuple of Constraint
        Frames are counted from the take's first one.
    path : FloorPath or None
        A path without times.
    pins : tuple of RigEffectorTarget
        Positions that hands and feet of the character have to reach.
    names : tuple of str
        What guides, in English words.
    """

    rig_to_motion: RigToMotion
    constraints: tuple[Constraint, ...]
    path: FloorPath | None
    pins: tuple[RigEffectorTarget, ...]
    names: tuple[str, ...] = ()

    def ease_in(
        self, motion: Motion, first: int, last: int, next_frame: int | None, blend_frames: int
    ) -> NewFrameGuides:
        """Return the guides without frames of pins beside a seam where the limb is still elsewhere.

        A pin that always holds would make it jump there within one frame. Pins of a few frames stay as they are.

        Parameters
        ----------
        motion : Motion
            The motion as it was.
        first, last : int
            The new frames.
        next_frame : int or None
            Frame of ``motion`` that follows after them.
        blend_frames : int
            Frames in which the limb reaches the pin.
        """
        constraints, dropped = [], []
        for constraint in self.constraints:
            if isinstance(constraint, EffectorTarget):
                frames = np.array(constraint.frames)
                kept = (frames < first) | (frames > last)
                inside = np.flatnonzero(~kept)
                joint = motion.skeleton.joint_index(constraint.joint)
                lead = trail = 0
                if len(inside) > _SHORT_PIN:
                    ends = (constraint.positions[inside[0]], constraint.positions[inside[-1]])
                    away = [
                        0.0 if seam is None else float(np.linalg.norm(motion.positions[seam, joint] - end))
                        for seam, end in zip((first - 1 if first else None, next_frame), ends, strict=True)
                    ]
                    lead, trail = (blend_frames if far > _AT_PIN else 0 for far in away)
                kept |= (frames >= first + lead) & (frames <= last - trail)
                if not kept.any():
                    kept[:] = True
                dropped.append((constraint.joint, frames[~kept]))
                constraint = _keep_rows(constraint, np.flatnonzero(kept))
            constraints.append(constraint)
        pins = []
        for pin in self.pins:
            away_frames = [frames for joint, frames in dropped if joint == pin.bone_joint]
            kept = ~np.isin(pin.frames, np.concatenate(away_frames)) if away_frames else pin.frames >= 0
            pins.append(_select_rows(pin, kept))
        return replace(self, constraints=tuple(constraints), pins=tuple(pins))

    def list_constraints(
        self, motion: Motion, first: int, last: int, next_frame: int | None
    ) -> list[Constraint]:
        """Return the constraints of new frames, also of the path's section that they follow.

        Parameters
        ----------
        motion : Motion
            The motion as it was.
        first, last : int
            The new frames.
        next_frame : int or None
            Frame of ``motion`` that follows after them.
        """
        section = None
        if self.path is not None:
            section = make_path_section(self.path, motion, first, last, next_frame)
        return [*self.constraints] if section is None else [*self.constraints, section]

    def apply_pins(self, motion: Motion, first: int, last: int, joints: Collection[str] = ()) -> Motion:
        """Return the motion with new frames that reach the pins on the character; all others keep every bit.

        Parameters
        ----------
        motion : Motion
            The motion.
        first, last : int
            The new frames.
        joints : names of joints
            Only these are new; the body stays where it is. Empty: the whole body is new, and moves towards pins.
        """
        inside = []
        for pin in self.pins:
            if joints and not moves_limb(pin.bone_joint, joints):
                continue
            rows = (pin.frames >= first) & (pin.frames <= last)
            if rows.any():
                inside.append(_select_rows(pin, rows))
        if not inside or motion.skeleton is not T_POSE:
            return motion
        around = [frame for frame in (first - 1, last + 1) if 0 <= frame < len(motion)]
        # a path says where the body is
        is_free = self.path is None and not any(isinstance(c, RootPath) for c in self.constraints)
        fitted = fit_effectors(motion, self.rig_to_motion, inside, is_free and not joints, around)
        root, rotations = motion.root_translation.copy(), motion.local_rotations.copy()
        root[first : last + 1] = fitted.root_translation[first : last + 1]
        rotations[first : last + 1] = fitted.local_rotations[first : last + 1]
        return replace(motion, root_translation=root, local_rotations=rotations)


def _keep_rows(target: EffectorTarget, rows: NDArray[np.intp]) -> EffectorTarget:
    turns = target.rotations
    return EffectorTarget(
        target.joint,
        tuple(target.frames[k] for k in rows),
        tuple(target.positions[k] for k in rows),
        None if turns is None else tuple(turns[k] for k in rows),
    )


def _select_rows(pin: RigEffectorTarget, rows: NDArray[np.bool_]) -> RigEffectorTarget:
    turns = None if pin.rotations is None else pin.rotations[rows]
    return replace(pin, frames=pin.frames[rows], positions=pin.positions[rows], rotations=turns)


def read_new_frame_guides(
    context: bpy.types.Context,
    obj: bpy.types.Object,
    action: bpy.types.Action,
    motion: Motion,
    directing: Any,
    spans: Sequence[tuple[int, int]],
    frame_count: int,
) -> NewFrameGuides | None:
    """Read the guides that fall into new frames of the take that a character plays; None if none does.

    The scene is left unchanged. Raises ``RequestError``, ``RigError`` or ``MappingError``.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    obj : bpy.types.Object
        The armature.
    action : bpy.types.Action
        The take's Action, which is assigned.
    motion : Motion
        Its motion at the scene's frame rate.
    directing : KINESCRIBE_PG_directing
        The guides.
    spans : sequence of (first, last)
        The new frames, counted from the take's first one.
    frame_count : int
        Frames of the new take.
    """
    if not has_guides(directing):
        return None
    scene = find_scene(context, obj)
    options = read_recorded_options(read_record(action))
    start = options.start_frame
    with temporarily_reverted(obj, action), at_frame(scene, start):
        rig = read_rig(obj)
    bone_map = load_bone_map(obj) or map_bones(rig)
    anchor = motion.provenance.anchor if options.at_character else None
    if anchor is None:
        anchor = find_anchor(motion, rig, bone_map, options.at_character)
    rig_to_motion = RigToMotion(rig, bone_map, anchor)
    made = GuideContext(
        scene, obj, rig, rig_to_motion, start, frame_count, [(start + a, start + b) for a, b in spans]
    )
    has_route = bool(directing.path or any(row.object for row in directing.waypoints))
    path, timed = _read_paths(made, directing) if has_route else (None, [])
    pins = read_pins(made, directing.pins)
    constraints: list[Constraint] = [*timed, *(make_effector_target(made, pin) for pin in pins)]
    if directing.own_keys:
        constraints += own_key_constraints(made)
    old_spans = [(a, b) for a, b in spans if b < len(motion)]
    if directing.keep_selected and old_spans:
        constraints += selected_bone_constraints(
            replace(made, new_spans=[(start + a, start + b) for a, b in old_spans])
        )
    if directing.start_pose and any(a == 0 for a, _ in spans):
        current = read_rig(obj)
        pose = read_poses(scene, obj, current, rig_to_motion, [scene.frame_current])
        constraints += make_pose_keyframes(pose, [0], rig_to_motion.with_joints_between(rig_to_motion.joints))
    if not constraints and path is None:
        return None
    return NewFrameGuides(rig_to_motion, tuple(constraints), path, tuple(pins))


def _read_paths(context: GuideContext, directing: Any) -> tuple[FloorPath | None, list[RootPath]]:
    """Return a path without times, and the constraints of places with a frame. Raises ``RequestError``."""
    faces_along = directing.facing == "ALONG"
    points, frames, on_path = sample_route(directing)
    is_timed = any(frame is not None for frame in frames)
    if not is_timed and all(waypoint.frame is None for waypoint in on_path):
        places = context.rig_to_motion.to_request_space(to_y_up(points))[:, [0, 2]]
        return FloorPath(places, faces_along), []
    if directing.path is not None:
        return None, read_root_paths(replace(context, new_spans=()), directing)
    return None, [
        _pass_waypoint(context, w) for w in read_waypoints(directing.waypoints) if w.frame is not None
    ]


def _pass_waypoint(context: GuideContext, waypoint: Waypoint) -> RootPath:
    """Return the constraint of a waypoint with a frame."""
    assert waypoint.frame is not None
    x, _, z = context.rig_to_motion.to_request_space(to_y_up(waypoint.position))
    headings = None
    if waypoint.facing is not None:
        facing = math.atan2(float(waypoint.facing[0]), -float(waypoint.facing[1]))
        headings = (facing - context.rig_to_motion.anchor[2],)
    return RootPath((waypoint.frame - context.first_frame,), ((float(x), float(z)),), headings)
