# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert a retargeted motion to the channels of a rig's pose bones: rotation modes, locks, switches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ..motion.errors import Note
from ..motion.euler import euler_to_quaternion, quaternion_to_axis_angle_channels, quaternion_to_euler
from ..motion.retarget.retarget import RigMotion
from ..motion.rig import OBJECT_BONE, Rig
from ..motion.rotations import Array, make_continuous
from .action import FCurveData
from .constraint_conflicts import (
    describe_conflicts,
    find_bones_between,
    find_constraint_conflicts,
    is_limited,
)
from .pose_state import PoseState


@dataclass(frozen=True, eq=False)
class Channels:
    """The F-curves of a motion on a rig, ready to be written.

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
    suspects : tuple of bone names
        Bones that may not follow their keys, or move keyed bones, because of constraints: the evaluated pose tells.
    """

    curves: tuple[FCurveData, ...]
    bones: tuple[str, ...]
    locked_bones: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    suspects: tuple[str, ...] = ()


def build_channels(
    state: PoseState, motion: RigMotion, start_frame: int, only_bones: frozenset[str] | None = None
) -> Channels:
    """Return the keys of a motion on a character's pose bones; any thread may call this.

    Channels that are locked or driven are not keyed. Locks on single axes of a bone with quaternion or axis angle
    rotation keep its XYZ Euler angles about those axes, as they do when it is rotated by hand ("4D" locks: single
    components).

    Parameters
    ----------
    state : PoseState
        The character.
    motion : RigMotion
        Retargeted to its rig.
    start_frame : int
        Scene frame of the first key.
    only_bones : set of bone names, optional
        Key these bones alone.
    """
    curves: list[FCurveData] = []
    keyed_bones: list[str] = []
    locked_bones: list[str] = []
    driven_bones: list[str] = []
    all_frames: dict[int, Array] = {}
    bone_names = [
        name for name in {**motion.rotations, **motion.locations} if only_bones is None or name in only_bones
    ]
    for name in bone_names:
        bone = state.rig.bone_index(name)
        count = len(curves)
        parts = []
        own = state.object_state if name == OBJECT_BONE else None
        if name in motion.locations:
            values = motion.locations[name] if own is None else own.to_location(motion.locations[name])
            parts.append(_location_channels(state, bone, values))
        if name in motion.rotations:
            values = motion.rotations[name] if own is None else own.to_rotations(motion.rotations[name])
            parts.append(_rotation_channels(state, bone, values))
        has_locked_channels = False
        for path, values, free in parts:
            if name in motion.mechanism_bones:
                free = (True,) * len(free)
            if not all(free):
                # a lock on a channel that keeps its rest value has no effect
                has_locked_channels = has_locked_channels or any(
                    not f and not _is_at_rest(path, i, values[:, i]) for i, f in enumerate(free)
                )
            start = len(curves)
            if len(values) not in all_frames:
                all_frames[len(values)] = start_frame + np.arange(len(values), dtype=float)
            frames = all_frames[len(values)]
            path = f"{state.bone_paths[name]}.{path}".removeprefix(".")
            curves += [
                FCurveData(path, i, frames, values[:, i], name)
                for i, f in enumerate(free)
                if f and (path, i) not in state.driven
            ]
            if len(curves) - start < sum(free) and name not in driven_bones:
                driven_bones.append(name)
        if has_locked_channels:
            locked_bones.append(name)
        if len(curves) > count:
            keyed_bones.append(name)
    if curves:
        curves += _switch_curves(state, motion, start_frame, None if only_bones is None else keyed_bones)
    posed_bones = [] if motion.is_control_rig else [name for name in keyed_bones if name != OBJECT_BONE]
    between: list[str] = []
    if state.constraints:
        # a bone that follows a keyed one carries the keys on, and does not undo them
        between = [b for b in find_bones_between(state.rig, posed_bones) if b not in motion.following_bones]
    conflicts = find_constraint_conflicts(state.constraints, [*posed_bones, *between])
    for name, path in conflicts.influences:
        curves.append(FCurveData(path, 0, np.array([float(start_frame)]), np.zeros(1), name, stepped=True))
    limited_bones = [
        name
        for name in posed_bones
        if name in state.rotation_limits
        and name in motion.rotations
        and is_limited(motion.rotations[name], state.rotation_limits[name])
    ]
    all_notes = (*motion.notes, *describe_conflicts(driven_bones, conflicts, limited_bones))
    named = {*limited_bones, *conflicts.overridden_bones}
    suspects = [
        name for name in _list_suspects(state, posed_bones) if name not in named | motion.following_bones
    ]
    return Channels(tuple(curves), tuple(keyed_bones), tuple(locked_bones), all_notes, tuple(suspects))


def _list_suspects(state: PoseState, keyed_bones: list[str]) -> list[str]:
    """Return bones at or above keyed ones that constraints may move otherwise than the keys do."""
    if not (state.limited_bones or state.constraints):
        return []
    rig, keyed = state.rig, set(keyed_bones)
    carriers = {rig.bone_names[a] for name in keyed_bones for a in rig.list_ancestors(rig.bone_index(name))}
    acting = {bone for constraint in state.constraints for bone in constraint.affected}
    return [
        name
        for name in rig.bone_names
        if (name in keyed and name in state.limited_bones)
        or (name in carriers - keyed and (name in state.limited_bones or name in acting))
    ]


_ChannelGroup = tuple[str, Array, tuple[bool, ...]]
"""A property's name, its values (T, C), and which of its C channels may be keyed."""


def _is_at_rest(path: str, index: int, values: Array) -> bool:
    """Return True if a channel's values (T,) are those of the rest pose on every frame."""
    return bool(np.all(np.abs(values - float(path == "rotation_quaternion" and index == 0)) < 1e-9))


def _location_channels(state: PoseState, bone: int, values: Array) -> _ChannelGroup:
    return "location", values, tuple(not lock for lock in state.rig.lock_location[bone].tolist())


def _rotation_channels(state: PoseState, bone: int, values: Array) -> _ChannelGroup:
    rig = state.rig
    lock_x, lock_y, lock_z, lock_w = rig.lock_rotation[bone].tolist()
    locks_components = bool(state.locks_components[bone])
    axes_free = (not lock_x, not lock_y, not lock_z)
    mode = rig.rotation_modes[bone]
    if mode not in ("QUATERNION", "AXIS_ANGLE"):
        return "rotation_euler", quaternion_to_euler(values, mode), axes_free
    free: tuple[bool, ...] = (True,) * 4
    locks = (lock_w and locks_components, lock_x, lock_y, lock_z)
    if not any(axes_free):
        free = (False,) * 4
    elif any(locks) and not locks_components:
        current = np.array(Matrix(rig.basis[bone].tolist()).to_euler("XYZ"))
        values = make_continuous(
            euler_to_quaternion(
                np.where(axes_free, quaternion_to_euler(values, "XYZ", reference=current), current), "XYZ"
            )
        )
    elif any(locks):
        # locks on single components make sense for quaternions alone
        free = tuple(not lock and mode == "QUATERNION" for lock in locks)
        values = _hold_locked_components(
            values, np.array(Matrix(rig.basis[bone].tolist()).to_quaternion()), np.array(locks)
        )
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
    state: PoseState, motion: RigMotion, frame: int, keyed_bones: list[str] | None
) -> Iterator[FCurveData]:
    """Yield the keys of the rig's switches at the first frame.

    Parameters
    ----------
    state : PoseState
        The character.
    motion : RigMotion
        Retargeted to the rig.
    frame : int
        Scene frame of the keys.
    keyed_bones : list of bone names or None
        Yield only switches of limbs with these bones; None: all switches.
    """
    for name, prop, value in motion.switches:
        path = state.property_paths.get((name, prop))
        if path is None:
            continue
        if keyed_bones is not None and not _is_switch_of_keyed_limb(
            state.rig, motion, name, prop, keyed_bones
        ):
            continue
        yield FCurveData(path, 0, np.array([float(frame)]), np.array([value]), name, stepped=True)


def _is_switch_of_keyed_limb(
    rig: Rig, motion: RigMotion, name: str, prop: str, keyed_bones: list[str]
) -> bool:
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
    keyed_bones : list of bone names
        Bones that get keys.
    """
    if name in motion.limbs_by_switch:
        return not motion.limbs_by_switch[name].isdisjoint(keyed_bones)
    if name in keyed_bones or prop.partition("_")[0] in keyed_bones:
        return True
    if name in motion.rotations:
        return False
    position = rig.heads[rig.bone_index(name)]
    size = float(np.ptp(rig.heads, axis=0).max())
    chain = {
        i for bone in keyed_bones for i in (rig.bone_index(bone), *rig.list_ancestors(rig.bone_index(bone)))
    }
    return any(float(np.linalg.norm(rig.heads[i] - position)) < 1e-4 * size for i in chain)
