# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the guides of a motion from the scene (paths, pins, poses) as constraints of a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import bpy
import numpy as np

from ..motion.errors import RequestError
from ..motion.mapping.bone_map import map_bones
from ..motion.motion import Motion
from ..motion.request import Constraint, EffectorTarget, RootPath
from ..motion.retarget.effector_fit import RigEffectorTarget, fit_effectors
from ..motion.retarget.rig_to_motion import RigToMotion, make_pose_keyframes
from ..motion.rig import Rig
from ..motion.rotations import Array
from ..motion.skeleton import T_POSE
from .action import get_action, get_fcurves
from .axes import to_y_up
from .bone_map import load_bone_map
from .frame_rate import read_frame_rate
from .path_sampling import path_length, points_at_fractions, sample_path
from .poses import preserve_frame_and_pose, read_poses
from .record import has_unedited_kinescribe_action, read_record
from .rig import read_rig
from .unbake import temporarily_reverted

_PATH_INTERVAL = 0.4  # seconds between two points of a path: the model decides what a step does in between
_ON_PATH_DISTANCE = 0.1  # metres to the path's start within which the character counts as standing on it
_ACCELERATION_TIME = 0.5  # seconds of acceleration from a given pose
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
    """

    constraints: tuple[Constraint, ...] = ()
    rig_to_motion: RigToMotion | None = None
    pins: tuple[RigEffectorTarget, ...] = ()
    fps: float = 0.0

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
            motion = fit_effectors(motion, self.rig_to_motion, inside)
        return motion.with_provenance(anchor=self.rig_to_motion.anchor)


@dataclass(frozen=True, eq=False)
class _GuideContext:
    """The character that is guided, and the frames of the scene that the motion will have.

    Attributes
    ----------
    scene : bpy.types.Scene
        The scene.
    obj : bpy.types.Object
        The armature.
    rig : Rig
        The same as arrays.
    rig_to_motion : RigToMotion
        Conversion between the rig and the request's space.
    first_frame, frame_count : int
        First frame and number of frames.
    """

    scene: bpy.types.Scene
    obj: bpy.types.Object
    rig: Rig
    rig_to_motion: RigToMotion
    first_frame: int
    frame_count: int

    @property
    def fps(self) -> float:
        return read_frame_rate(self.scene)

    def contains_frame(self, frame: int) -> bool:
        return self.first_frame <= frame < self.first_frame + self.frame_count


def has_guides(directing: Any) -> bool:
    """Return True if anything in the scene's settings guides a motion beside its prompts. Cheap."""
    flags = directing.start_pose or directing.own_keys or directing.keep_selected
    return bool(flags or directing.path or any(pin.object for pin in directing.pins))


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
    directing : KINESCRIBE_PG_directing
        The scene's settings.
    first_frame, frame_count : int
        The motion's first frame and number of frames, of the scene.
    """
    if not has_guides(directing):
        return Guides()
    rig = read_rig(obj)
    bone_map = load_bone_map(obj) or map_bones(rig)
    context = _GuideContext(scene, obj, rig, RigToMotion(rig, bone_map), first_frame, frame_count)
    constraints: list[Constraint] = []
    if directing.path:
        constraints.append(_read_root_path(context, directing))
    pins = _read_pins(context, directing)
    constraints += [_effector_target(context, pin) for pin in pins]
    if directing.own_keys:
        constraints += _own_key_constraints(context)
    if directing.keep_selected:
        constraints += _selected_bone_constraints(context)
    if directing.start_pose:
        pose = read_poses(scene, obj, rig, context.rig_to_motion, [scene.frame_current])
        constraints += make_pose_keyframes(pose, [0], context.rig_to_motion.joints)
    return Guides(tuple(constraints), context.rig_to_motion, tuple(pins), context.fps)


def measure_character(obj: bpy.types.Object) -> tuple[tuple[float, float, float], float, float]:
    """Return the position of a character on its floor in Blender's world, its heading about Z (0: -Y), and its scale.

    The scale is relative to the body of requests. Raises ``RigError`` or ``MappingError``.
    """
    rig = read_rig(obj)
    rig_to_motion = RigToMotion(rig, load_bone_map(obj) or map_bones(rig))
    x, z, heading = rig_to_motion.anchor
    return (x, -z, rig_to_motion.floor_height), heading, rig_to_motion.scale


def _read_root_path(context: _GuideContext, directing: Any) -> RootPath:
    points, fixed_frames = sample_path(directing.path)
    frames = [None if f is None else f - context.first_frame for f in fixed_frames]
    starts_at_character = directing.from_character or directing.start_pose
    x, z, _ = context.rig_to_motion.anchor
    start = np.array([x, -z, points[0, 2]])
    if (
        starts_at_character
        and float(np.linalg.norm((points[0] - start)[:2])) > _ON_PATH_DISTANCE
        and frames[0] != 0
    ):
        points = np.concatenate([start[None], points])
        frames = [0, *frames]
    last = context.frame_count - 1
    if len(points) > 1 and path_length(points) < 1e-3:
        raise RequestError("{path} has no length: move its points apart", path=directing.path.name)
    if all(frame is None for frame in frames[1:]) and frames[0] in (None, 0):
        step = max(1, round(_PATH_INTERVAL * context.fps))
        sampled_frames = sorted({*range(0, last - step // 2, step), last})
        fractions = _path_fractions(
            np.array(sampled_frames), last, context.fps if directing.start_pose else 0.0
        )
        points, path_frames = points_at_fractions(points, fractions), sampled_frames
    else:
        path_frames = _time_waypoints(points, frames, last, directing.path.name)
    positions = context.rig_to_motion.to_request_space(to_y_up(points))
    headings = None
    if directing.facing == "ALONG" and len(positions) > 1:
        directions = np.gradient(positions[:, [0, 2]], axis=0)
        angles = np.unwrap(np.arctan2(directions[:, 0], directions[:, 1]))
        if directing.start_pose:  # the given pose faces ahead (heading 0), and turns from there
            angles = np.unwrap([0.0, *angles[1:]])
        headings = tuple(float(a) for a in angles)
    return RootPath(tuple(path_frames), tuple((float(p[0]), float(p[2])) for p in positions), headings)


def _path_fractions(frames: Array, last: int, ramp_fps: float) -> Array:
    """Return the fraction of the path, 0 to 1, that is behind the character at each of ``frames`` (T,).

    With ``ramp_fps`` above 0 the character accelerates from standing still.
    """
    ramp = min(_ACCELERATION_TIME * ramp_fps, 0.5 * last)
    if ramp <= 0:
        return np.asarray(frames / max(last, 1))
    travelled = np.where(frames < ramp, 0.5 * frames**2 / ramp, frames - 0.5 * ramp)
    return np.asarray(travelled / (last - 0.5 * ramp))


def _time_waypoints(points: Array, frames: Sequence[int | None], last: int, name: str) -> list[int]:
    """Return the frame of each waypoint: those with a frame keep it, the others get theirs by distance.

    Raises ``RequestError`` if the frames do not ascend or lie outside the motion.

    Parameters
    ----------
    points : (N, 3) metres
        The waypoints in Blender's world.
    frames : sequence of int or None
        Frames counted from the motion's first one.
    last : int
        The motion's last frame.
    name : str
        The path's name, for the error.
    """
    known = {k: frame for k, frame in enumerate(frames) if frame is not None}
    known.setdefault(0, 0)
    known.setdefault(len(points) - 1, last)
    distances = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points[:, :2], axis=0), axis=-1))])
    known_indices = sorted(known)
    times = [
        round(float(np.interp(d, distances[known_indices], [known[k] for k in known_indices])))
        for d in distances
    ]
    if any(b <= a for a, b in pairwise(times)) or times[0] < 0 or times[-1] > last:
        raise RequestError(
            "The frames of the waypoints of {path} have to ascend and lie within the motion: change them, or the "
            "duration",
            path=name,
        )
    return times


def _read_pins(context: _GuideContext, directing: Any) -> list[RigEffectorTarget]:
    pins = []
    for pin in directing.pins:
        if pin.object is not None:
            frames = _find_pin_frames(context, pin)
            points = to_y_up(_sample_positions(context.scene, pin.object, frames))
            pins.append(RigEffectorTarget(pin.joint, np.array(frames) - context.first_frame, points))
    return pins


def _effector_target(context: _GuideContext, pin: RigEffectorTarget) -> EffectorTarget:
    positions = tuple(
        (float(x), float(y), float(z)) for x, y, z in context.rig_to_motion.to_request_space(pin.positions)
    )
    return EffectorTarget(pin.joint, tuple(int(frame) for frame in pin.frames), positions)


def _find_pin_frames(context: _GuideContext, pin: Any) -> list[int]:
    """Return the frames of the scene at which a pin holds. Raises ``RequestError`` if none is in the motion."""
    if pin.when == "ALWAYS":
        return list(range(context.first_frame, context.first_frame + context.frame_count))
    frames = [pin.frame]
    if pin.when == "KEYS":
        frames = _find_key_frames(pin.object, get_action(pin.object))
    inside = [frame for frame in frames if context.contains_frame(frame)]
    if not inside:
        raise RequestError(
            "{pin} pins no frame from {first} to {last}: change its frame or its keys, or remove the pin",
            pin=pin.object.name,
            first=context.first_frame,
            last=context.first_frame + context.frame_count - 1,
        )
    return inside


def _sample_positions(scene: bpy.types.Scene, obj: bpy.types.Object, frames: Sequence[int]) -> Array:
    """Return the world positions (T, 3) of an object; frames are changed only if the object can move."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    chain = [obj]
    while chain[-1].parent:
        chain.append(chain[-1].parent)
    if not any(o.animation_data or o.constraints for o in chain):
        position = np.array(obj.evaluated_get(depsgraph).matrix_world.translation)
        return np.tile(position, (len(frames), 1))
    positions = []
    with preserve_frame_and_pose(scene, chain):
        for frame in frames:
            scene.frame_set(frame)
            evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
            positions.append(np.array(evaluated.matrix_world.translation))
    return np.array(positions)


def _find_key_frames(obj: bpy.types.Object, action: bpy.types.Action | None) -> list[int]:
    """Return the frames at which the object's F-curves have keys."""
    if action is None:
        return []
    return sorted({round(key.co.x) for curve in get_fcurves(action, obj) for key in curve.keyframe_points})


def _own_key_constraints(context: _GuideContext) -> list[Constraint]:
    """Return pose constraints at the keys of the animation that the character has apart from Kinescribe's Action."""
    assigned = get_action(context.obj)
    replaced = assigned if has_unedited_kinescribe_action(context.obj) else None
    base_action = read_record(replaced).get("previous") if replaced else assigned
    frames = [
        f
        for f in _find_key_frames(
            context.obj, base_action if isinstance(base_action, bpy.types.Action) else None
        )
        if context.contains_frame(f)
    ]
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
    with temporarily_reverted(context.obj, replaced):
        poses = read_poses(context.scene, context.obj, context.rig, context.rig_to_motion, frames)
    return [
        *make_pose_keyframes(poses, [f - context.first_frame for f in frames], context.rig_to_motion.joints)
    ]


def _selected_bone_constraints(context: _GuideContext) -> list[Constraint]:
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
    frames = range(context.first_frame, context.first_frame + context.frame_count)
    poses = read_poses(context.scene, context.obj, context.rig, context.rig_to_motion, frames)
    return [
        *make_pose_keyframes(poses, range(context.frame_count), joints, with_root_position="pelvis" in joints)
    ]
