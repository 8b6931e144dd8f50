# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what guides a motion in the scene (paths, pins, poses) into the constraints of a request."""

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
from .action import action_of, fcurves_of
from .axes import to_y_up
from .bone_map import load_map
from .frame_rate import read_frame_rate
from .path_sampling import length_of, points_of, spread
from .poses import looking_around, poses_at
from .record import is_own_unedited, record_of
from .rig import read_rig
from .unbake import set_aside

_STRIDE = 0.4  # seconds between two points of a path: the model decides what a step does in between
_NEAR = 0.1  # metres from the start of the path within which the character counts as standing on it
_RAMP = 0.5  # seconds of acceleration from a given pose
_MOST_KEYS = 200


@dataclass(frozen=True)
class Guides:
    """Constraints of a request, and what is needed to place the motion that a model makes of it.

    Attributes
    ----------
    constraints : tuple of Constraint
        In the request's space.
    rig_to_motion : RigToMotion or None
        Conversion between the character's rig and the request's space; None if nothing has a position.
    pins : tuple of Pin
        Positions that hands and feet of the character itself have to reach.
    fps : float
        Frame rate of the frames of ``pins``.
    """

    constraints: tuple[Constraint, ...] = ()
    inverse: RigToMotion | None = None
    pins: tuple[RigEffectorTarget, ...] = ()
    fps: float = 0.0

    def placed(self, motion: Motion) -> Motion:
        """Fit the motion of a model to the character's proportions, and anchor it in the character's world."""
        if self.inverse is None:
            return motion
        if motion.skeleton is not T_POSE:
            # retargeting scales root motion by leg length, but the request was in the size of T_POSE
            ratio = self.inverse.scale / self.inverse.retarget_motion(motion).scale
            motion = replace(motion, root_translation=motion.root_translation * [ratio, 1.0, ratio])
        elif abs(motion.fps - self.fps) < 1e-6:
            inside = [pin for pin in self.pins if pin.frames[-1] < len(motion)]
            motion = fit_effectors(motion, self.inverse, inside)
        return motion.with_provenance(anchor=self.inverse.anchor)


@dataclass(frozen=True, eq=False)
class _Stage:
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
    inverse: RigToMotion
    first: int
    count: int

    @property
    def fps(self) -> float:
        return read_frame_rate(self.scene)

    def inside(self, frame: int) -> bool:
        return self.first <= frame < self.first + self.count


def has_guides(directing: Any) -> bool:
    """Return True if anything in the scene's settings guides a motion beside its prompts. Cheap."""
    flags = directing.start_pose or directing.own_keys or directing.keep_selected
    return bool(flags or directing.path or any(pin.object for pin in directing.pins))


def read_guides(
    scene: bpy.types.Scene, obj: bpy.types.Object, directing: Any, first: int, count: int
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
    bone_map = load_map(obj) or map_bones(rig)
    stage = _Stage(scene, obj, rig, RigToMotion(rig, bone_map), first, count)
    constraints: list[Constraint] = []
    if directing.path:
        constraints.append(_path(stage, directing))
    pins = _pins(stage, directing)
    constraints += [_target(stage, pin) for pin in pins]
    if directing.own_keys:
        constraints += _own_keys(stage)
    if directing.keep_selected:
        constraints += _kept(stage)
    if directing.start_pose:
        pose = poses_at(scene, obj, rig, stage.inverse, [scene.frame_current])
        constraints += make_pose_keyframes(pose, [0], stage.inverse.joints)
    return Guides(tuple(constraints), stage.inverse, tuple(pins), stage.fps)


def character_place(obj: bpy.types.Object) -> tuple[tuple[float, float, float], float, float]:
    """Return the position of a character on its floor in Blender's world, its heading about Z (0: -Y), and its scale.

    The scale is relative to the body of requests. Raises ``RigError`` or ``MappingError``.
    """
    rig = read_rig(obj)
    inverse = RigToMotion(rig, load_map(obj) or map_bones(rig))
    x, z, heading = inverse.anchor
    return (x, -z, inverse.floor_height), heading, inverse.scale


def _path(stage: _Stage, directing: Any) -> RootPath:
    points, laid_down = points_of(directing.path)
    frames = [None if f is None else f - stage.first for f in laid_down]
    starts_here = directing.from_character or directing.start_pose
    x, z, _ = stage.inverse.anchor
    here = np.array([x, -z, points[0, 2]])
    if starts_here and float(np.linalg.norm((points[0] - here)[:2])) > _NEAR and frames[0] != 0:
        points = np.concatenate([here[None], points])
        frames = [0, *frames]
    last = stage.count - 1
    if len(points) > 1 and length_of(points) < 1e-3:
        raise RequestError("{path} has no length: move its points apart", path=directing.path.name)
    if all(frame is None for frame in frames[1:]) and frames[0] in (None, 0):
        step = max(1, round(_STRIDE * stage.fps))
        chosen = sorted({*range(0, last - step // 2, step), last})
        shares = _shares(np.array(chosen), last, stage.fps if directing.start_pose else 0.0)
        points, at = spread(points, shares), chosen
    else:
        at = _timed(points, frames, last, directing.path.name)
    places = stage.inverse.to_request_space(to_y_up(points))
    headings = None
    if directing.facing == "ALONG" and len(places) > 1:
        ways = np.gradient(places[:, [0, 2]], axis=0)
        angles = np.unwrap(np.arctan2(ways[:, 0], ways[:, 1]))
        if directing.start_pose:  # the given pose faces ahead (heading 0), and turns from there
            angles = np.unwrap([0.0, *angles[1:]])
        headings = tuple(float(a) for a in angles)
    return RootPath(tuple(at), tuple((float(p[0]), float(p[2])) for p in places), headings)


def _shares(frames: Array, last: int, ramp_fps: float) -> Array:
    """Return the fraction of the path, 0 to 1, that is behind the character at each of ``frames`` (T,).

    With ``ramp_fps`` above 0 the character accelerates from standing still.
    """
    ramp = min(_RAMP * ramp_fps, 0.5 * last)
    if ramp <= 0:
        return np.asarray(frames / max(last, 1))
    travelled = np.where(frames < ramp, 0.5 * frames**2 / ramp, frames - 0.5 * ramp)
    return np.asarray(travelled / (last - 0.5 * ramp))


def _timed(points: Array, frames: Sequence[int | None], last: int, name: str) -> list[int]:
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
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points[:, :2], axis=0), axis=-1))])
    marks = sorted(known)
    at = [round(float(np.interp(d, along[marks], [known[k] for k in marks]))) for d in along]
    if any(b <= a for a, b in pairwise(at)) or at[0] < 0 or at[-1] > last:
        raise RequestError(
            "The frames of the waypoints of {path} have to ascend and lie within the motion: change them, or the "
            "duration",
            path=name,
        )
    return at


def _pins(stage: _Stage, directing: Any) -> list[RigEffectorTarget]:
    found = []
    for pin in directing.pins:
        if pin.object is not None:
            frames = _pin_frames(stage, pin)
            points = to_y_up(_places(stage.scene, pin.object, frames))
            found.append(RigEffectorTarget(pin.joint, np.array(frames) - stage.first, points))
    return found


def _target(stage: _Stage, pin: RigEffectorTarget) -> EffectorTarget:
    places = tuple(
        (float(x), float(y), float(z)) for x, y, z in stage.inverse.to_request_space(pin.positions)
    )
    return EffectorTarget(pin.joint, tuple(int(frame) for frame in pin.frames), places)


def _pin_frames(stage: _Stage, pin: Any) -> list[int]:
    """Return the frames of the scene at which a pin holds. Raises ``RequestError`` if none is in the motion."""
    if pin.when == "ALWAYS":
        return list(range(stage.first, stage.first + stage.count))
    frames = [pin.frame]
    if pin.when == "KEYS":
        frames = _key_frames(pin.object, action_of(pin.object))
    inside = [frame for frame in frames if stage.inside(frame)]
    if not inside:
        raise RequestError(
            "{pin} pins no frame from {first} to {last}: change its frame or its keys, or remove the pin",
            pin=pin.object.name,
            first=stage.first,
            last=stage.first + stage.count - 1,
        )
    return inside


def _places(scene: bpy.types.Scene, obj: bpy.types.Object, frames: Sequence[int]) -> Array:
    """Return the world positions (T, 3) of an object; frames are changed only if the object can move."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    chain = [obj]
    while chain[-1].parent:
        chain.append(chain[-1].parent)
    if not any(o.animation_data or o.constraints for o in chain):
        place = np.array(obj.evaluated_get(depsgraph).matrix_world.translation)
        return np.tile(place, (len(frames), 1))
    found = []
    with looking_around(scene, chain):
        for frame in frames:
            scene.frame_set(frame)
            shown = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
            found.append(np.array(shown.matrix_world.translation))
    return np.array(found)


def _key_frames(obj: bpy.types.Object, action: bpy.types.Action | None) -> list[int]:
    """Return the frames at which the object's F-curves have keys."""
    if action is None:
        return []
    return sorted({round(key.co.x) for curve in fcurves_of(action, obj) for key in curve.keyframe_points})


def _own_keys(stage: _Stage) -> list[Constraint]:
    """Return whole poses at the keys of the character's own animation, below the Action that Kinescribe made."""
    own = action_of(stage.obj)
    replaced = own if is_own_unedited(stage.obj) else None
    base = record_of(replaced).get("previous") if replaced else own
    frames = [
        f
        for f in _key_frames(stage.obj, base if isinstance(base, bpy.types.Action) else None)
        if stage.inside(f)
    ]
    if not frames:
        raise RequestError(
            "{name} has no keys of its own from frame {first} to {last}: set some, or turn Use Own Keys off",
            name=stage.obj.name,
            first=stage.first,
            last=stage.first + stage.count - 1,
        )
    if len(frames) > _MOST_KEYS:
        raise RequestError(
            "{name} has keys at {count} frames, which leaves nothing to generate: keep at most {most} of them",
            name=stage.obj.name,
            count=len(frames),
            most=_MOST_KEYS,
        )
    with set_aside(stage.obj, replaced):
        poses = poses_at(stage.scene, stage.obj, stage.rig, stage.inverse, frames)
    return [*make_pose_keyframes(poses, [f - stage.first for f in frames], stage.inverse.joints)]


def _kept(stage: _Stage) -> list[Constraint]:
    """Return constraints for the selected bones' joints on every frame, from the present animation."""
    chosen = [
        joint
        for joint, bone in zip(stage.inverse.joints, stage.inverse.mapped_bones, strict=True)
        if stage.rig.selected[bone]
    ]
    if not chosen:
        raise RequestError(
            "Keep Selected Bones is on, but no bone of the body is selected: select some in Pose Mode, or turn it off"
        )
    frames = range(stage.first, stage.first + stage.count)
    poses = poses_at(stage.scene, stage.obj, stage.rig, stage.inverse, frames)
    return [*make_pose_keyframes(poses, range(stage.count), chosen, with_root_position="pelvis" in chosen)]
