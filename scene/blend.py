# SPDX-License-Identifier: GPL-3.0-or-later
"""Blend a motion with the Action that was there before, so that one Action holds both.

During the blend the old Action's values and the motion's are mixed, rotations along the shorter arc. Before and after
the motion the old F-curves play unchanged (``fcurve_splice``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import bpy
import numpy as np

from ..motion.errors import RigError
from ..motion.euler import quaternion_to_axis_angle_channels, quaternion_to_euler
from ..motion.keys.bone_tracks import channels_to_quaternion
from ..motion.rotations import Array, make_continuous, slerp
from ..motion.smoothing import smoothstep
from .action import Curve, fcurves_of
from .channels import Channels

Address = tuple[str, int]

_TURNING = {"rotation_quaternion": 4, "rotation_axis_angle": 4, "rotation_euler": 3}


@dataclass(frozen=True, eq=False)
class Blended:
    """The blended channels, and how old keys after the motion have to change to continue them.

    ``turned``: (factor, offset) for the values of a channel, such as -1 for a quaternion of the other sign, or
    whole turns of an Euler angle.
    """

    channels: Channels
    turned: dict[Address, tuple[float, float]]


def blended(obj: bpy.types.Object, action: bpy.types.Action, written: Channels, blend_frames: int) -> Blended:
    """Blend the first and last ``blend_frames`` of the channels with what ``action`` does at these frames.

    Raises :class:`RigError` if old F-curves have modifiers, because these can't be cut.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    action : bpy.types.Action
        The previous animation.
    written : Channels
        The motion's keys, one on every frame.
    blend_frames : int
        Length of each blend.
    """
    old = {(curve.data_path, curve.array_index): curve for curve in fcurves_of(action, obj)}
    dense = [curve for curve in written.curves if not curve.stepped]
    for curve in written.curves:
        before = old.get((curve.data_path, curve.index))
        if before is not None and len(before.modifiers):
            raise RigError(
                "F-curves of {action} have modifiers, which can't be blended: bake them, or put the motion into an "
                "NLA strip",
                action=action.name,
            )
    if not dense:
        return Blended(written, {})
    frames = dense[0].frames
    weight = _weights(len(frames), blend_frames)
    mixed: dict[int, Curve] = {}
    turned: dict[Address, tuple[float, float]] = {}
    for path in dict.fromkeys(curve.data_path for curve in dense):
        curves = [curve for curve in dense if curve.data_path == path]
        name = path.rpartition(".")[2]
        owner = obj.path_resolve(path.rpartition(".")[0])
        width = _TURNING.get(name, 3)
        now = np.array(getattr(owner, name), dtype=float)
        theirs, ours = np.tile(now, (len(frames), 1)), np.tile(now, (len(frames), 1))
        for curve in curves:
            ours[:, curve.index] = curve.values
        for index in range(width):
            if (path, index) in old:
                at = old[path, index].evaluate
                theirs[:, index] = [at(f) if w < 1 else 0.0 for f, w in zip(frames, weight, strict=True)]
        values = _mixed(owner, name, theirs, ours, weight)
        for curve in curves:
            mixed[id(curve)] = replace(curve, values=values[:, curve.index])
        turned.update(_jumps(path, name, theirs[-1], values[-1]))
    ends = tuple(_switch_back(obj, curve, old, frames[-1]) for curve in written.curves if curve.stepped)
    return Blended(replace(written, curves=(*(mixed[id(curve)] for curve in dense), *ends)), turned)


def _weights(count: int, blend_frames: int) -> Array:
    """Return the motion's weight (T,) at each frame: 0 at its ends, 1 in the middle."""
    length = max(1, min(blend_frames, (count - 1) // 2))
    frame = np.arange(count)
    return smoothstep(np.minimum(frame, count - 1 - frame) / length)


def _mixed(owner: bpy.types.PoseBone, name: str, theirs: Array, ours: Array, weight: Array) -> Array:
    """Mix old values and those of the motion (T, C each) with the motion's weight (T,).

    Where the weight is 0 the old values come back exactly, also quaternions that are not of unit length.

    Parameters
    ----------
    owner : bpy.types.PoseBone
        The bone, for its rotation mode.
    name : str
        The property: "location", "scale", "rotation_euler", ...
    old_values, motion_values : (T, C)
        Values of the old Action and of the motion.
    weights : (T,)
        0 to 1.
    """
    if name not in _TURNING:
        return theirs + weight[:, None] * (ours - theirs)
    kinds = {"rotation_quaternion": "QUATERNION", "rotation_axis_angle": "AXIS_ANGLE"}
    mode = kinds.get(name, owner.rotation_mode)
    turns = make_continuous(
        slerp(channels_to_quaternion(theirs, mode), channels_to_quaternion(ours, mode), weight)
    )
    if mode == "QUATERNION":
        # a quaternion between keys is shorter than one
        length = weight + (1.0 - weight) * np.linalg.norm(theirs, axis=1)
        return length[:, None] * (turns if np.dot(turns[0], theirs[0]) >= 0 else -turns)
    if mode == "AXIS_ANGLE":
        values = quaternion_to_axis_angle_channels(turns)
        values = values if np.dot(values[0, 1:], theirs[0, 1:]) >= 0 else -values
        values[[0, -1]] = theirs[[0, -1]]
        return values
    return quaternion_to_euler(turns, mode, reference=theirs[0])


def _jumps(path: str, name: str, theirs: Array, ours: Array) -> Iterator[tuple[Address, tuple[float, float]]]:
    """Yield the changes by which later old keys continue the motion: signs of quaternions, whole turns of angles.

    Parameters
    ----------
    path, name : str
        Data path of the property, and its last part.
    old_values, blended_values : (C,)
        Values of the old Action and of the blended motion at the last frame.
    """
    if name == "rotation_quaternion":
        if np.dot(theirs, ours) < 0:
            yield from (((path, index), (-1.0, 0.0)) for index in range(4))
    elif name == "rotation_euler":
        for index, turn in enumerate(2 * np.pi * np.round((ours - theirs) / (2 * np.pi))):
            if turn:
                yield (path, index), (1.0, float(turn))


def _switch_back(
    obj: bpy.types.Object, curve: Curve, old: dict[Address, bpy.types.FCurve], last: float
) -> Curve:
    """Return the keys of a rig's switch that is set for the motion, and set back on the frame after it.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    curve : FCurveData
        The switch as the motion sets it.
    old : dict of F-curves
        Those of the old Action by channel.
    last : float
        The motion's last frame.
    """
    before = old.get((curve.data_path, curve.index))
    value = before.evaluate(last + 1) if before is not None else float(obj.path_resolve(curve.data_path))
    return replace(
        curve,
        frames=np.array([curve.frames[0], last + 1.0]),
        values=np.array([curve.values[0], value]),
    )
