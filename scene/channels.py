# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert a retargeted motion to the channels of a rig's pose bones: rotation modes, locks, switches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ..motion.errors import Note
from ..motion.euler import euler_to_quaternion, quaternion_to_axis_angle_channels, quaternion_to_euler
from ..motion.retarget.retarget import RigMotion
from ..motion.rig import Rig
from ..motion.rotations import Array, make_continuous
from .action import FCurveData
from .constraint_conflicts import describe_conflicts, find_constraint_conflicts, find_driven_channels


@dataclass(frozen=True, eq=False)
class Channels:
    """Keys to be written.

    Attributes
    ----------
    curves : tuple of FCurveData
        One for each channel.
    bones : tuple of bone names
        Bones that get keys.
    locked_bones : tuple of bone names
        Bones with channels that are not keyed because they are locked.
    notes : tuple of Note
        Remarks that the user should read.
    """

    curves: tuple[FCurveData, ...]
    bones: tuple[str, ...]
    locked_bones: tuple[str, ...]
    notes: tuple[Note, ...] = ()


def build_channels(
    obj: bpy.types.Object,
    rig: Rig,
    motion: RigMotion,
    start_frame: int,
    only_bones: frozenset[str] | None = None,
) -> Channels:
    """Return the keys of a motion on the object's pose bones.

    Channels that are locked or driven are not keyed. Locks on single axes of a bone with quaternion or axis angle
    rotation keep its XYZ Euler angles about those axes, as they do when it is rotated by hand ("4D" locks: single
    components).

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    rig : Rig
        The same as arrays.
    motion : RigMotion
        Retargeted to the rig.
    start_frame : int
        Scene frame of the first key.
    only_bones : set of bone names, optional
        Key these bones alone.
    """
    curves: list[FCurveData] = []
    keyed_bones: list[str] = []
    locked_bones: list[str] = []
    driven = find_driven_channels(obj)
    driven_bones: list[str] = []
    wanted = [
        name for name in {**motion.rotations, **motion.locations} if only_bones is None or name in only_bones
    ]
    for name in wanted:
        bone = obj.pose.bones[name]
        count = len(curves)
        parts = []
        if name in motion.locations:
            parts.append(_location_channels(bone, motion.locations[name]))
        if name in motion.rotations:
            parts.append(_rotation_channels(bone, motion.rotations[name]))
        is_held_back = False
        for path, values, free in parts:
            if name in motion.mechanism_bones:
                free = (True,) * len(free)
            # a lock on a channel that keeps its rest value has no effect
            is_held_back = is_held_back or any(
                not f and not _is_at_rest(path, i, values[:, i]) for i, f in enumerate(free)
            )
            start = len(curves)
            frames = start_frame + np.arange(len(values), dtype=float)
            path = f'pose.bones["{bpy.utils.escape_identifier(name)}"].{path}'
            curves += [
                FCurveData(path, i, frames, values[:, i], name)
                for i, f in enumerate(free)
                if f and (path, i) not in driven
            ]
            if len(curves) - start < sum(free) and name not in driven_bones:
                driven_bones.append(name)
        if is_held_back:
            locked_bones.append(name)
        if len(curves) > count:
            keyed_bones.append(name)
    if curves:
        curves += _switch_curves(obj, rig, motion, start_frame, None if only_bones is None else keyed_bones)
    conflicts = find_constraint_conflicts(obj, [] if motion.is_control_rig else keyed_bones)
    for name, path in conflicts.influences:
        curves.append(FCurveData(path, 0, np.array([float(start_frame)]), np.zeros(1), name, stepped=True))
    all_notes = (*motion.notes, *describe_conflicts(driven_bones, conflicts))
    return Channels(tuple(curves), tuple(keyed_bones), tuple(locked_bones), all_notes)


_ChannelGroup = tuple[str, Array, tuple[bool, ...]]
"""A property's name, its values (T, C), and which of its C channels may be keyed."""


def _is_at_rest(path: str, index: int, values: Array) -> bool:
    """Return True if a channel's values (T,) are those of the rest pose on every frame."""
    return bool(np.all(np.abs(values - float(path == "rotation_quaternion" and index == 0)) < 1e-9))


def _location_channels(bone: bpy.types.PoseBone, values: Array) -> _ChannelGroup:
    return "location", values, tuple(not lock for lock in bone.lock_location)


def _rotation_channels(bone: bpy.types.PoseBone, values: Array) -> _ChannelGroup:
    axes_free = tuple(not lock for lock in bone.lock_rotation)
    mode = bone.rotation_mode
    if mode not in ("QUATERNION", "AXIS_ANGLE"):
        return "rotation_euler", quaternion_to_euler(values, mode), axes_free
    free: tuple[bool, ...] = (True,) * 4
    locks = (bone.lock_rotation_w if bone.lock_rotations_4d else False, *bone.lock_rotation)
    if not any(axes_free):
        free = (False,) * 4
    elif any(locks) and not bone.lock_rotations_4d:
        current = np.array(bone.matrix_basis.to_euler("XYZ"))
        values = make_continuous(
            euler_to_quaternion(
                np.where(axes_free, quaternion_to_euler(values, "XYZ", reference=current), current), "XYZ"
            )
        )
    elif any(locks):
        # locks on single components make sense for quaternions alone
        free = tuple(not lock and mode == "QUATERNION" for lock in locks)
        values = _hold_locked_components(values, np.array(bone.matrix_basis.to_quaternion()), np.array(locks))
    if mode == "AXIS_ANGLE":
        return "rotation_axis_angle", quaternion_to_axis_angle_channels(values), free
    return "rotation_quaternion", values, free


def _hold_locked_components(values: Array, current: Array, locked: NDArray[np.bool_]) -> Array:
    """Return unit quaternions (T, 4) with their locked components as they are now, and the others in proportion."""
    rest = np.where(locked, 0.0, values)
    norms = np.linalg.norm(rest, axis=-1, keepdims=True)
    free_length = np.sqrt(max(0.0, 1.0 - float(np.sum(current[locked] ** 2))))
    return np.where(locked, current, free_length * rest / np.maximum(norms, 1e-9))


def _switch_curves(
    obj: bpy.types.Object, rig: Rig, motion: RigMotion, frame: int, keyed: list[str] | None
) -> Iterator[FCurveData]:
    """Yield the keys of the rig's switches at the first frame.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    rig : Rig
        The same as arrays.
    motion : RigMotion
        Retargeted to the rig.
    frame : int
        Scene frame of the keys.
    keyed : list of bone names or None
        Yield only switches of limbs with these bones; None: all switches.
    """
    for name, prop, value in motion.switches:
        bone = obj.pose.bones.get(name)
        if bone is None or prop not in bone:
            continue
        if keyed is not None and not _is_switch_of_keyed_limb(rig, motion, name, prop, keyed):
            continue
        path = f'pose.bones["{bpy.utils.escape_identifier(name)}"]["{bpy.utils.escape_identifier(prop)}"]'
        yield FCurveData(path, 0, np.array([float(frame)]), np.array([value]), name, stepped=True)


def _is_switch_of_keyed_limb(rig: Rig, motion: RigMotion, name: str, prop: str, keyed: list[str]) -> bool:
    """Return True if a switch belongs to a limb that is keyed; keying that of another limb would change its animation.

    Control rigs name the bones of each limb. Other rigs keep a limb's switch on a bone of its own at the limb's start.
    On a bone that moves, a switch belongs to that bone, or its name begins with the name of the bone that it is for
    ("neck_follow").

    Parameters
    ----------
    rig : Rig
        The rig.
    motion : RigMotion
        Retargeted to it.
    name, prop : str
        Bone and custom property of the switch.
    keyed : list of bone names
        Bones that get keys.
    """
    if name in motion.limbs_by_switch:
        return not motion.limbs_by_switch[name].isdisjoint(keyed)
    if name in keyed or prop.partition("_")[0] in keyed:
        return True
    if name in motion.rotations:
        return False
    position = rig.heads[rig.bone_index(name)]
    size = float(np.ptp(rig.heads, axis=0).max())
    chain = {i for bone in keyed for i in (rig.bone_index(bone), *rig.list_ancestors(rig.bone_index(bone)))}
    return any(float(np.linalg.norm(rig.heads[i] - position)) < 1e-4 * size for i in chain)
