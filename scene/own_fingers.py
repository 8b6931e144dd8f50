# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the character's own finger and arm keys at their frames: the model has no fingers, and no twist bones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import bpy
import numpy as np

from ..motion.constraints.given_frames import combine_given, find_given_frames
from ..motion.constraints.goals import GoalTrack
from ..motion.constraints.pose_keyframes import FADE_SECONDS, blend_to_keyframes
from ..motion.keys.bone_tracks import channels_to_quaternion
from ..motion.mapping.bone_map import BoneMap, map_bones
from ..motion.mapping.families import find_family
from ..motion.motion import Motion
from ..motion.retarget.retarget import RigMotion
from ..motion.rig import Rig
from ..motion.rotations import make_continuous
from ..motion.skeleton import HAND_JOINTS
from .action import get_fcurves
from .bone_map import load_bone_map

_WIDTHS = {"rotation_quaternion": 4, "rotation_axis_angle": 4, "rotation_euler": 3}
_MODES = {"rotation_quaternion": "QUATERNION", "rotation_axis_angle": "AXIS_ANGLE"}


def read_own_fingers(
    obj: bpy.types.Object,
    rig: Rig,
    motion: Motion,
    base_action: bpy.types.Action | None,
    start_frame: int,
) -> dict[str, GoalTrack]:
    """Return the rotations that ``base_action`` gives the finger bones where the pose of the whole body was given.

    Also those of the bones of the arms, if they are posed by their keys alone: how an arm's twist is spread over its
    bones is not part of a motion.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    rig : Rig
        The same as arrays.
    motion : Motion
        The motion before retargeting, which knows what was given.
    base_action : bpy.types.Action or None
        The animation that the own keys are in.
    start_frame : int
        Scene frame of the motion's first frame.
    """
    frames = np.flatnonzero(combine_given(find_given_frames(motion), (), len(motion)))
    if base_action is None or not len(frames):
        return {}
    bone_map = load_bone_map(obj) or map_bones(rig)
    bones = bone_map.bones
    curves = {(curve.data_path, curve.array_index): curve for curve in get_fcurves(base_action, obj)}
    tracks: dict[str, GoalTrack] = {}
    names = {bones[joint] for joint in HAND_JOINTS if joint in bones}
    family = find_family(bone_map.family)
    if family is None or not family.is_control_rig:
        names |= _free_arm_bones(obj, bone_map)
    for name in names:
        bone = obj.pose.bones[name]
        path = f'pose.bones["{bpy.utils.escape_identifier(name)}"]'
        for prop, width in _WIDTHS.items():
            if _MODES.get(prop, bone.rotation_mode) != bone.rotation_mode:
                continue
            if not any((f"{path}.{prop}", index) in curves for index in range(width)):
                continue
            values = np.tile(np.array(getattr(bone, prop), dtype=float), (len(frames), 1))
            for index in range(width):
                curve = curves.get((f"{path}.{prop}", index))
                if curve is not None:
                    values[:, index] = [curve.evaluate(start_frame + int(frame)) for frame in frames]
            tracks[name] = GoalTrack(frames, channels_to_quaternion(values, bone.rotation_mode))
    return tracks


def _free_arm_bones(obj: bpy.types.Object, bone_map: BoneMap) -> set[str]:
    """Return the bones of both arms, from the shoulders on, if no constraint moves any of them."""
    arms: set[str] = set()
    for side in ("left", "right"):
        shoulder = obj.pose.bones.get(bone_map.bones.get(f"{side}_shoulder", ""))
        if shoulder is not None:
            chain = [shoulder, *shoulder.children_recursive]
            if not any(len(bone.constraints) for bone in chain):
                arms.update(bone.name for bone in chain)
    return arms


def keep_own_fingers(rig_motion: RigMotion, fingers: Mapping[str, GoalTrack]) -> RigMotion:
    """Return the retargeted motion with fingers that pass through ``fingers``, bone name to its own rotations."""
    own = {
        name: make_continuous(
            blend_to_keyframes(rig_motion.rotations[name], track, FADE_SECONDS * rig_motion.fps)
        )
        for name, track in fingers.items()
        if name in rig_motion.rotations
    }
    return replace(rig_motion, rotations={**rig_motion.rotations, **own})
