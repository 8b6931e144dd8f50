# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back from keys: what a character's Action does, as a motion; whoever made it, on whatever rig."""

from __future__ import annotations

import math
import time

import bpy
import numpy as np

from ..motion.errors import RequestError
from ..motion.mapping.bone_map import map_bones
from ..motion.motion import Motion
from ..motion.retarget.rig_to_motion import Inverse
from ..motion.rotations import Array
from .action import action_of, fcurves_of
from .bone_map import load_map
from .frame_rate import read_frame_rate
from .poses import looking_around, pose_now
from .rig import read_rig

RATE = 20.0
"""Frames a second that are read at least, where the scene has them: what models of motion are trained at."""

LONGEST = 120.0
SHORTEST = 0.5
"""Seconds of an Action that are read: each frame has to be shown, which a scene may take its time for."""


def span_of(obj: bpy.types.Object, action: bpy.types.Action) -> tuple[int, int]:
    """First and last frame at which ``action`` keys the object. Raises ``RequestError`` where it has no keys for it."""
    ends = [curve.range() for curve in fcurves_of(action, obj) if len(curve.keyframe_points)]
    if not ends:
        raise RequestError(
            "{action} has no keys for {name}: choose another Action", action=action.name, name=obj.name
        )
    return math.floor(min(first for first, _ in ends)), math.ceil(max(last for _, last in ends))


def seconds_of(scene: bpy.types.Scene, obj: bpy.types.Object, action: bpy.types.Action) -> float:
    """How long ``action`` takes at the scene's rate. Raises the same."""
    first, last = span_of(obj, action)
    return float((last - first + 1) / read_frame_rate(scene))


class Reader:
    """Reads what a character does while its Action lasts, as the scene shows it: all at once, or bit by bit.

    Rates far above :data:`RATE` are read at every second, third, ... frame.
    """

    def __init__(self, scene: bpy.types.Scene, obj: bpy.types.Object) -> None:
        """Raises ``RequestError``, ``RigError`` or ``MappingError``."""
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
        self._inverse = Inverse(self._rig, load_map(obj) or map_bones(self._rig))
        self._found: list[tuple[Array, Array]] = []

    @property
    def done(self) -> int:
        """How many of ``frames`` were read."""
        return len(self._found)

    def read(self, scene: bpy.types.Scene, obj: bpy.types.Object, seconds: float = math.inf) -> bool:
        """Read on for about ``seconds``, one frame at least; whether that was all. The scene is left as it was."""
        until = time.monotonic() + seconds
        with looking_around(scene, [obj]):
            for frame in self.frames[self.done :]:
                scene.frame_set(frame)
                self._found.append(pose_now(obj, self._rig, self._inverse))
                if time.monotonic() > until:
                    break
        return self.done == len(self.frames)

    def motion(self) -> Motion:
        """What was read, on ``T_POSE``, metres, Y up, beginning where the character stood at first, facing as it did.

        Needs no Blender: any thread may ask.
        """
        turns, hips = (np.stack(parts) for parts in zip(*self._found, strict=True))
        return self._inverse.motion(turns, hips, self.fps)
