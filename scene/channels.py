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
from .action import Curve
from .constraint_conflicts import driven_channels, holds, notes


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

    curves: tuple[Curve, ...]
    bones: tuple[str, ...]
    locked: tuple[str, ...]
    notes: tuple[Note, ...] = ()


def channels(
    obj: bpy.types.Object, rig: Rig, motion: RigMotion, start_frame: int, only: frozenset[str] | None = None
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
    curves: list[Curve] = []
    keyed: list[str] = []
    locked: list[str] = []
    driven = driven_channels(obj)
    left: list[str] = []
    wanted = [name for name in {**motion.rotations, **motion.locations} if only is None or name in only]
    for name in wanted:
        bone = obj.pose.bones[name]
        count = len(curves)
        parts = []
        if name in motion.locations:
            parts.append(_location(bone, motion.locations[name]))
        if name in motion.rotations:
            parts.append(_rotation(bone, motion.rotations[name]))
        held = False
        for path, values, free in parts:
            if name in motion.mechanism_bones:
                free = (True,) * len(free)
            # a lock on a channel that keeps its rest value has no effect
            held = held or any(not f and not _rests(path, i, values[:, i]) for i, f in enumerate(free))
            start = len(curves)
            frames = start_frame + np.arange(len(values), dtype=float)
            path = f'pose.bones["{bpy.utils.escape_identifier(name)}"].{path}'
            curves += [
                Curve(path, i, frames, values[:, i], name)
                for i, f in enumerate(free)
                if f and (path, i) not in driven
            ]
            if len(curves) - start < sum(free) and name not in left:
                left.append(name)
        if held:
            locked.append(name)
        if len(curves) > count:
            keyed.append(name)
    if curves:
        curves += _switches(obj, rig, motion, start_frame, None if only is None else keyed)
    found = holds(obj, [] if motion.is_control_rig else keyed)
    for name, path in found.influences:
        curves.append(Curve(path, 0, np.array([float(start_frame)]), np.zeros(1), name, stepped=True))
    said = (*motion.notes, *notes(left, found))
    return Channels(tuple(curves), tuple(keyed), tuple(locked), said)


_Part = tuple[str, Array, tuple[bool, ...]]
"""A property's name, its values (T, C), and which of its C channels may be keyed."""


def _rests(path: str, index: int, values: Array) -> bool:
    """Return True if a channel's values (T,) are those of the rest pose on every frame."""
    return bool(np.all(np.abs(values - float(path == "rotation_quaternion" and index == 0)) < 1e-9))


def _location(bone: bpy.types.PoseBone, values: Array) -> _Part:
    return "location", values, tuple(not lock for lock in bone.lock_location)


def _rotation(bone: bpy.types.PoseBone, values: Array) -> _Part:
    axes_free = tuple(not lock for lock in bone.lock_rotation)
    mode = bone.rotation_mode
    if mode not in ("QUATERNION", "AXIS_ANGLE"):
        return "rotation_euler", quaternion_to_euler(values, mode), axes_free
    free = (True,) * 4
    locks = (bone.lock_rotation_w if bone.lock_rotations_4d else False, *bone.lock_rotation)
    if not any(axes_free):
        free = (False,) * 4
    elif any(locks) and not bone.lock_rotations_4d:
        now = np.array(bone.matrix_basis.to_euler("XYZ"))
        values = make_continuous(
            euler_to_quaternion(
                np.where(axes_free, quaternion_to_euler(values, "XYZ", reference=now), now), "XYZ"
            )
        )
    elif any(locks):
        # locks on single components make sense for quaternions alone
        free = tuple(not lock and mode == "QUATERNION" for lock in locks)
        values = _with_held(values, np.array(bone.matrix_basis.to_quaternion()), np.array(locks))
    if mode == "AXIS_ANGLE":
        return "rotation_axis_angle", quaternion_to_axis_angle_channels(values), free
    return "rotation_quaternion", values, free


def _with_held(values: Array, now: Array, locked: NDArray[np.bool_]) -> Array:
    """Return unit quaternions (T, 4) with their locked components as they are now, and the others in proportion."""
    rest = np.where(locked, 0.0, values)
    length = np.linalg.norm(rest, axis=-1, keepdims=True)
    left = np.sqrt(max(0.0, 1.0 - float(np.sum(now[locked] ** 2))))
    return np.where(locked, now, left * rest / np.maximum(length, 1e-9))


def _switches(
    obj: bpy.types.Object, rig: Rig, motion: RigMotion, frame: int, keyed: list[str] | None
) -> Iterator[Curve]:
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
        if keyed is not None and not _concerns(rig, motion, name, prop, keyed):
            continue
        path = f'pose.bones["{bpy.utils.escape_identifier(name)}"]["{bpy.utils.escape_identifier(prop)}"]'
        yield Curve(path, 0, np.array([float(frame)]), np.array([value]), name, stepped=True)


def _concerns(rig: Rig, motion: RigMotion, name: str, prop: str, keyed: list[str]) -> bool:
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
    place = rig.heads[rig.bone_index(name)]
    size = float(np.ptp(rig.heads, axis=0).max())
    line = {i for bone in keyed for i in (rig.bone_index(bone), *rig.list_ancestors(rig.bone_index(bone)))}
    return any(float(np.linalg.norm(rig.heads[i] - place)) < 1e-4 * size for i in line)
