# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a character's Action back as a motion, on any rig and whoever made the Action."""

from __future__ import annotations

import math
import time

import bpy
import numpy as np

from ..motion.errors import RequestError
from ..motion.mapping.bone_map import map_bones
from ..motion.motion import Motion
from ..motion.retarget.retarget_rotations import check_scale
from ..motion.retarget.rig_to_motion import RigToMotion
from ..motion.rotations import Array
from .action import get_action, get_fcurves
from .bone_map import load_bone_map
from .frame_rate import read_frame_rate
from .poses import preserve_frame_and_pose, read_pose
from .rig import read_rig

READ_RATE = 20.0
"""Frames a second that are read at least, if the scene has so many: motion models are trained at this rate."""

MAX_SECONDS = 120.0
MIN_SECONDS = 0.5
"""Seconds of an Action that can be read. Each frame has to be evaluated, which may take long in a heavy scene."""


def find_key_range(obj: bpy.types.Object, action: bpy.types.Action) -> tuple[int, int]:
    """Return the first and last frame with keys of ``action`` for the object. Raises ``RequestError`` without any."""
    ranges = [curve.range() for curve in get_fcurves(action, obj) if len(curve.keyframe_points)]
    if not ranges:
        raise RequestError(
            "{action} has no keys for {name}: choose another Action", action=action.name, name=obj.name
        )
    return math.floor(min(first for first, _ in ranges)), math.ceil(max(last for _, last in ranges))


def measure_seconds(scene: bpy.types.Scene, obj: bpy.types.Object, action: bpy.types.Action) -> float:
    """Return the length of ``action`` at the scene's frame rate. Raises ``RequestError`` if it has no keys."""
    first, last = find_key_range(obj, action)
    return float((last - first + 1) / read_frame_rate(scene))


class MotionReader:
    """Reads the evaluated motion of a character's Action, or of a range of frames, all at once or in short steps.

    Of an Action in scenes with frame rates far above :data:`READ_RATE` every second, third, ... frame is read.
    """

    def __init__(
        self, scene: bpy.types.Scene, obj: bpy.types.Object, frames: tuple[int, int] | None = None
    ) -> None:
        """Choose the frames to read; ``frames``: the first and the last one, instead of those of the Action.

        Raises ``RequestError``, ``RigError`` or ``MappingError`` if they can't be read.
        """
        if frames is None:
            self.frames, self.fps = _choose_frames(scene, obj)
        else:
            self.frames, self.fps = range(frames[0], frames[1] + 1), read_frame_rate(scene)
        self._rig = read_rig(obj)
        self._rig_to_motion = RigToMotion(self._rig, load_bone_map(obj) or map_bones(self._rig))
        self._poses: list[tuple[Array, Array]] = []

    @property
    def frames_read(self) -> int:
        """Number of ``frames`` that were read."""
        return len(self._poses)

    def read(self, scene: bpy.types.Scene, obj: bpy.types.Object, seconds: float = math.inf) -> bool:
        """Read further frames for about ``seconds``, at least one; return True when all are read.

        The scene is left unchanged.
        """
        deadline = time.monotonic() + seconds
        with preserve_frame_and_pose(scene, [obj]):
            for frame in self.frames[self.frames_read :]:
                scene.frame_set(frame)
                self._poses.append(read_pose(obj, self._rig, self._rig_to_motion))
                if time.monotonic() > deadline:
                    break
        return self.frames_read == len(self.frames)

    def to_motion(self) -> Motion:
        """Return the motion that was read: on ``T_POSE``, metres, Y up, starting at the character's first position.

        Needs no Blender and may be called in any thread.
        """
        rotations, hips = (np.stack(parts) for parts in zip(*self._poses, strict=True))
        return self._rig_to_motion.build_motion(rotations, hips, self.fps)


def _choose_frames(scene: bpy.types.Scene, obj: bpy.types.Object) -> tuple[range, float]:
    """Return the frames of the Action that a character plays, and how many there are a second.

    Raises ``RequestError`` if it has none, or is too short or too long.
    """
    action = get_action(obj)
    if action is None:
        raise RequestError("{name} has no Action: generate a motion, or assign one", name=obj.name)
    seconds = measure_seconds(scene, obj, action)
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise RequestError(
            "{action} lasts {seconds:.1f} seconds on {name}: choose an Action of {shortest:g} to {longest:g}",
            action=action.name,
            name=obj.name,
            seconds=seconds,
            shortest=MIN_SECONDS,
            longest=MAX_SECONDS,
        )
    fps = read_frame_rate(scene)
    step = max(1, int(fps / READ_RATE + 1e-6))
    first, last = find_key_range(obj, action)
    return range(first, last + 1, step), fps / step


def read_range(scene: bpy.types.Scene, obj: bpy.types.Object, first: int, last: int) -> Motion:
    """Return the evaluated motion of an armature from ``first`` to ``last``, from where it is at the first frame.

    The scene is left unchanged. Raises ``RigError`` or ``MappingError`` if the armature can't be read.
    """
    with preserve_frame_and_pose(scene, [obj]):
        scene.frame_set(first)
        check_scale(read_rig(obj))
        reader = MotionReader(scene, obj, (first, last))
    reader.read(scene, obj)
    return reader.to_motion()
