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
from .action import KEYS_PER_SLICE, FCurveData, get_fcurves
from .channels import Channels
from .pose_state import PoseState
from .slices import Slices

ChannelAddress = tuple[str, int]

_ROTATION_WIDTHS = {"rotation_quaternion": 4, "rotation_axis_angle": 4, "rotation_euler": 3}


@dataclass(frozen=True, eq=False)
class BlendedChannels:
    """The blended channels, and how old keys after the motion have to change to continue them.

    ``later_changes``: (factor, offset) for the values of a channel, such as -1 for a quaternion of the other sign, or
    whole turns of an Euler angle.
    """

    channels: Channels
    later_changes: dict[ChannelAddress, tuple[float, float]]


def blend_channels(
    obj: bpy.types.Object, state: PoseState, action: bpy.types.Action, channels: Channels, blend_frames: int
) -> Slices[BlendedChannels]:
    """Blend the first and last ``blend_frames`` of the channels with what ``action`` does at these frames.

    Raises :class:`RigError` if old F-curves have modifiers, because these can't be cut.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    state : PoseState
        Its state, for channels that ``action`` does not animate.
    action : bpy.types.Action
        The previous animation.
    channels : Channels
        The motion's keys, one on every frame.
    blend_frames : int
        Length of each blend.
    """
    old_curves = _curves_by_address(obj, action)
    dense_curves = [curve for curve in channels.curves if not curve.stepped]
    for curve in channels.curves:
        old_curve = old_curves.get((curve.data_path, curve.index))
        if old_curve is not None and len(old_curve.modifiers):
            raise RigError(
                "F-curves of {action} have modifiers, which can't be blended: bake them, or put the motion into an "
                "NLA strip",
                action=action.name,
            )
    if not dense_curves:
        return BlendedChannels(channels, {})
    frames = dense_curves[0].frames
    weights = _blend_weights(len(frames), blend_frames)
    blended_curves: dict[int, FCurveData] = {}
    later_changes: dict[ChannelAddress, tuple[float, float]] = {}
    curves_by_path: dict[str, list[FCurveData]] = {}
    for curve in dense_curves:
        curves_by_path.setdefault(curve.data_path, []).append(curve)
    key_count = 0
    for count, (path, curves) in enumerate(curves_by_path.items()):
        key_count += len(frames) * len(curves)
        if key_count > KEYS_PER_SLICE:
            key_count = 0
            yield count / len(curves_by_path)
            # the user may have removed some meanwhile
            old_curves = _curves_by_address(obj, action)
        name = path.rpartition(".")[2]
        bone = curves[0].group
        mode = state.rig.rotation_modes[state.rig.bone_index(bone)]
        width = _ROTATION_WIDTHS.get(name, 3)
        current = state.read_value(bone, name)
        old_values, motion_values = np.tile(current, (len(frames), 1)), np.tile(current, (len(frames), 1))
        for curve in curves:
            motion_values[:, curve.index] = curve.values
        for index in range(width):
            if (path, index) in old_curves:
                evaluate = old_curves[path, index].evaluate
                old_values[:, index] = [
                    evaluate(f) if w < 1 else 0.0 for f, w in zip(frames, weights, strict=True)
                ]
        values = _mix_values(mode, name, old_values, motion_values, weights)
        for curve in curves:
            blended_curves[id(curve)] = replace(curve, values=values[:, curve.index])
        later_changes.update(_find_later_changes(path, name, old_values[-1], values[-1]))
    switch_curves = tuple(
        _reset_switch(state, curve, old_curves, frames[-1]) for curve in channels.curves if curve.stepped
    )
    return BlendedChannels(
        replace(channels, curves=(*(blended_curves[id(curve)] for curve in dense_curves), *switch_curves)),
        later_changes,
    )


def _curves_by_address(
    obj: bpy.types.Object, action: bpy.types.Action
) -> dict[ChannelAddress, bpy.types.FCurve]:
    return {(curve.data_path, curve.array_index): curve for curve in get_fcurves(action, obj)}


def _blend_weights(count: int, blend_frames: int) -> Array:
    """Return the motion's weight (T,) at each frame: 0 at its ends, 1 in the middle."""
    length = max(1, min(blend_frames, (count - 1) // 2))
    frame = np.arange(count)
    return smoothstep(np.minimum(frame, count - 1 - frame) / length)


def _mix_values(
    rotation_mode: str, name: str, old_values: Array, motion_values: Array, weights: Array
) -> Array:
    """Mix old values and those of the motion (T, C each) with the motion's weight (T,).

    Where the weight is 0 the old values come back exactly, also quaternions that are not of unit length.

    Parameters
    ----------
    rotation_mode : str
        Blender's name of the bone's rotation mode.
    name : str
        The property: "location", "scale", "rotation_euler", ...
    old_values, motion_values : (T, C)
        Values of the old Action and of the motion.
    weights : (T,)
        0 to 1.
    """
    if name not in _ROTATION_WIDTHS:
        return old_values + weights[:, None] * (motion_values - old_values)
    modes = {"rotation_quaternion": "QUATERNION", "rotation_axis_angle": "AXIS_ANGLE"}
    mode = modes.get(name, rotation_mode)
    rotations = make_continuous(
        slerp(channels_to_quaternion(old_values, mode), channels_to_quaternion(motion_values, mode), weights)
    )
    if mode == "QUATERNION":
        # a quaternion between keys is shorter than one
        norms: Array = weights + (1.0 - weights) * np.linalg.norm(old_values, axis=1)
        return norms[:, None] * (rotations if np.dot(rotations[0], old_values[0]) >= 0 else -rotations)
    if mode == "AXIS_ANGLE":
        values = quaternion_to_axis_angle_channels(rotations)
        values = values if np.dot(values[0, 1:], old_values[0, 1:]) >= 0 else -values
        values[[0, -1]] = old_values[[0, -1]]
        return values
    return quaternion_to_euler(rotations, mode, reference=old_values[0])


def _find_later_changes(
    path: str, name: str, old_values: Array, blended_values: Array
) -> Iterator[tuple[ChannelAddress, tuple[float, float]]]:
    """Yield the changes by which later old keys continue the motion: signs of quaternions, whole turns of angles.

    Parameters
    ----------
    path, name : str
        Data path of the property, and its last part.
    old_values, blended_values : (C,)
        Values of the old Action and of the blended motion at the last frame.
    """
    if name == "rotation_quaternion":
        if np.dot(old_values, blended_values) < 0:
            yield from (((path, index), (-1.0, 0.0)) for index in range(4))
    elif name == "rotation_euler":
        for index, offset in enumerate(2 * np.pi * np.round((blended_values - old_values) / (2 * np.pi))):
            if offset:
                yield (path, index), (1.0, float(offset))


def _reset_switch(
    state: PoseState,
    curve: FCurveData,
    old_curves: dict[ChannelAddress, bpy.types.FCurve],
    last_frame: float,
) -> FCurveData:
    """Return the keys of a rig's switch that is set for the motion, and set back on the frame after it.

    Parameters
    ----------
    state : PoseState
        The character.
    curve : FCurveData
        The switch as the motion sets it.
    old_curves : dict of F-curves
        Those of the old Action by channel.
    last_frame : float
        The motion's last frame.
    """
    old_curve = old_curves.get((curve.data_path, curve.index))
    value = (
        old_curve.evaluate(last_frame + 1) if old_curve is not None else state.switch_values[curve.data_path]
    )
    return replace(
        curve,
        frames=np.array([curve.frames[0], last_frame + 1.0]),
        values=np.array([curve.values[0], value]),
    )
