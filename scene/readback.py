# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what a character's Action does back into a motion, whoever made it and on whatever rig."""

from __future__ import annotations

import math
import time

import bpy
import numpy as np

from ..motion.errors import RequestError
from ..motion.mapping.bone_map import map_bones
from ..motion.motion import Motion
from ..motion.retarget.rig_to_motion import RigToMotion
from ..motion.rotations import Array
from .action import action_of, fcurves_of
from .bone_map import load_map
from .frame_rate import read_frame_rate
from .poses import looking_around, pose_now
from .rig import read_rig

RATE = 20.0
"""Frames a second that are read at least, if the scene has so many: motion models are trained at this rate."""

LONGEST = 120.0
SHORTEST = 0.5
"""Seconds of an Action that can be read. Each frame has to be evaluated, which may take long in a heavy scene."""


def span_of(obj: bpy.types.Object, action: bpy.types.Action) -> tuple[int, int]:
    """Return the first and last frame with keys of ``action`` for the object. Raises ``RequestError`` without any."""
    ends = [curve.range() for curve in fcurves_of(action, obj) if len(curve.keyframe_points)]
    if not ends:
        raise RequestError(
            "{action} has no keys for {name}: choose another Action", action=action.name, name=obj.name
        )
    return math.floor(min(first for first, _ in ends)), math.ceil(max(last for _, last in ends))


def seconds_of(scene: bpy.types.Scene, obj: bpy.types.Object, action: bpy.types.Action) -> float:
    """Return the length of ``action`` at the scene's frame rate. Raises ``RequestError`` if it has no keys."""
    first, last = span_of(obj, action)
    return float((last - first + 1) / read_frame_rate(scene))


class Reader:
    """Reads the evaluated motion of a character's Action, all at once or in short steps.

    Of scenes with frame rates far above :data:`RATE` every second, third, ... frame is read.
    """

    def __init__(self, scene: bpy.types.Scene, obj: bpy.types.Object) -> None:
        """Raises ``RequestError``, ``RigError`` or ``MappingError`` if the Action can't be read."""
        action = action_of(obj)
        if action is None:
            raise RequestError("{name} has no Action: generate a motion, or assign one", name=obj.name)
        seconds = seconds_of(scene, obj, action)
        if not SHORTEST <= seconds <= LONGEST:
            raise RequestError(
                "{action} lasts {seconds:.1f} seconds on {name}: choose an Action of {shortest:g} to {longest:g}",
                action=action.name,
                name=obj.name,
                seconds=seconds,
                shortest=SHORTEST,
                longest=LONGEST,
            )
        fps = read_frame_rate(scene)
        step = max(1, int(fps / RATE + 1e-6))
        first, last = span_of(obj, action)
        self.fps = fps / step
        self.frames = range(first, last + 1, step)
        self._rig = read_rig(obj)
        self._inverse = RigToMotion(self._rig, load_map(obj) or map_bones(self._rig))
        self._found: list[tuple[Array, Array]] = []

    @property
    def done(self) -> int:
        """Number of ``frames`` that were read."""
        return len(self._found)

    def read(self, scene: bpy.types.Scene, obj: bpy.types.Object, seconds: float = math.inf) -> bool:
        """Read further frames for about ``seconds``, at least one; return True when all are read.

        The scene is left unchanged.
        """
        until = time.monotonic() + seconds
        with looking_around(scene, [obj]):
            for frame in self.frames[self.done :]:
                scene.frame_set(frame)
                self._found.append(pose_now(obj, self._rig, self._inverse))
                if time.monotonic() > until:
                    break
        return self.done == len(self.frames)

    def motion(self) -> Motion:
        """Return the motion that was read: on ``T_POSE``, metres, Y up, starting at the character's first position.

        Needs no Blender and may be called in any thread.
        """
        turns, hips = (np.stack(parts) for parts in zip(*self._found, strict=True))
        return self._inverse.build_motion(turns, hips, self.fps)
