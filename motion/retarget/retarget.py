# SPDX-License-Identifier: GPL-3.0-or-later
"""Retarget a motion to a rig: from joint rotations to the channels of its pose bones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ..constraints.given_frames import find_given_frames
from ..contact.contacts import detect_limb_contacts
from ..errors import Note
from ..mapping.bone_map import BoneMap
from ..mapping.families import find_family
from ..motion import Motion
from ..rig import Rig
from ..rotations import Array, identity_rotations, make_continuous
from .hinge_locks import align_hinges
from .ik_keys import IkKeys, find_mechanism_bones, find_switched_limbs, make_ik_keys
from .limb_lock import lock_limbs
from .retarget_rotations import Anchor, retarget_rotations
from .retarget_rotations import find_joint_indices as find_joint_indices
from .retargeted_motion import RetargetedMotion
from .root_motion import find_root_bone, move_to_root_bone, remove_root_motion

RootMode = Literal["HIPS", "ROOT", "IN_PLACE"]
LimbKeys = Literal["FK", "IK"]


@dataclass(frozen=True)
class RetargetOptions:
    """Options of retargeting.

    Attributes
    ----------
    at_character : bool
        Start where the character is now, with its present heading. False: start at the world's origin, facing +Z
        (Blender's -Y).
    root_mode : RootMode
        What moves with the root motion: the hips, a separate root bone, or nothing.
    foot_lock, hand_lock : float
        0 to 1: how firmly feet and hands are held in place during contacts.
    limb_keys : LimbKeys
        Which controls of a control rig's limbs are keyed.
    relax_fingers : bool
        Curl fingers that the motion has no joints for like those of a relaxed hand. False: they keep their pose.
    anchor : Anchor or None
        Where the motion's origin lies in the rig's world, for a motion that was made for a given position.
        Takes precedence over ``at_character``.
    """

    at_character: bool = True
    root_mode: RootMode = "HIPS"
    foot_lock: float = 1.0
    hand_lock: float = 0.0
    limb_keys: LimbKeys = "FK"
    relax_fingers: bool = True
    anchor: Anchor | None = None


@dataclass(frozen=True, eq=False)
class RigMotion:
    """Channels for the pose bones of one rig, one value a frame.

    Attributes
    ----------
    fps : float
        Frames per second.
    rotations : bone name to (T, 4)
        ``pose_bone.rotation_quaternion``, w, x, y, z, without sign flips.
    locations : bone name to (T, 3)
        ``pose_bone.location`` of the bone that carries the body, and of controls that are held at rest.
    switches : tuple of (bone, custom property, value)
        Custom properties that have to be keyed once.
    limbs_by_switch : bone name to set of bone names
        For each bone that has a limb's switches, all bones that move this limb.
    notes : tuple of str
        Messages for the user.
    is_control_rig : bool
        The bones are controls of a mechanism, and its constraints are part of it.
    mechanism_bones : set of bone names
        Bones that rigs lock against editing by hand, but that may be keyed.
    following_bones : set of bone names
        Bones that follow others than their parents by constraints of the rig, such as the second legs of MMD rigs.
    """

    fps: float
    rotations: dict[str, Array]
    locations: dict[str, Array]
    switches: tuple[tuple[str, str, float], ...] = ()
    limbs_by_switch: Mapping[str, frozenset[str]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    is_control_rig: bool = False
    mechanism_bones: frozenset[str] = frozenset()
    following_bones: frozenset[str] = frozenset()


def retarget(
    motion: Motion, rig: Rig, bone_map: BoneMap, options: RetargetOptions | None = None
) -> RigMotion:
    """Return the channels that make ``rig`` play ``motion``, which must already have the scene's frame rate.

    Raises :class:`MappingError` where the bone map names bones that no longer exist, or where the bones or the
    motion's joints lie in one point, and :class:`RigError` where the object's scale cannot be animated (mirrored,
    not uniform).

    Parameters
    ----------
    motion : Motion
        The motion.
    rig : Rig
        The rig.
    bone_map : BoneMap
        Which bone is keyed for which joint.
    options : RetargetOptions, optional
        By default those of ``RetargetOptions()``.
    """
    options = options or RetargetOptions()
    retargeted = retarget_rotations(
        motion, rig, bone_map, options.at_character, options.relax_fingers, options.anchor
    )
    retargeted = lock_contacts(retargeted, motion, options.foot_lock, options.hand_lock)
    notes: list[Note] = []
    if options.root_mode == "IN_PLACE":
        retargeted = remove_root_motion(retargeted)
    elif options.root_mode == "ROOT":
        root = find_root_bone(retargeted)
        if root is None:
            notes.append(
                Note("{name} has no separate root bone: the hips carry the root motion", name=rig.name)
            )
        else:
            retargeted = move_to_root_bone(retargeted, root)
    retargeted = align_hinges(retargeted)
    channels = make_fk_channels(retargeted)
    if options.limb_keys == "IK":
        keys = make_ik_keys(retargeted)
        if not keys.rotations:
            notes.append(Note("{name} has no known IK controls: the limbs got FK keys", name=rig.name))
        channels = merge_ik_keys(channels, keys)
    return replace(channels, limbs_by_switch=find_switched_limbs(retargeted), notes=tuple(notes))


def merge_ik_keys(channels: RigMotion, keys: IkKeys) -> RigMotion:
    """Return the channels with the FK controls of IK-driven limbs replaced by their IK controls."""
    switch_values = {(bone, prop): value for bone, prop, value in (*channels.switches, *keys.switches)}
    return replace(
        channels,
        rotations={
            **{
                bone: rotations
                for bone, rotations in channels.rotations.items()
                if bone not in keys.replaced_bones
            },
            **keys.rotations,
        },
        locations={
            **{
                bone: locations
                for bone, locations in channels.locations.items()
                if bone not in keys.replaced_bones
            },
            **keys.locations,
        },
        switches=tuple((bone, prop, value) for (bone, prop), value in switch_values.items()),
    )


def lock_contacts(
    retargeted: RetargetedMotion, motion: Motion, foot_lock: float, hand_lock: float
) -> RetargetedMotion:
    """Return the motion with feet and hands held in place during the contacts of ``motion``.

    Poses that were given to the model stay as they are, see ``motion.constraints.given_frames``.

    Parameters
    ----------
    retargeted : RetargetedMotion
        The motion on the rig.
    motion : Motion
        The motion before retargeting, in which contacts are detected.
    foot_lock, hand_lock : float
        0 (no change) to 1.
    """
    if foot_lock <= 0 and hand_lock <= 0:
        return retargeted
    contacts = detect_limb_contacts(motion, find_joint_indices(motion.skeleton))
    return lock_limbs(retargeted, contacts, foot_lock, hand_lock, find_given_frames(motion))


def make_fk_channels(retargeted: RetargetedMotion) -> RigMotion:
    """Return the rotation channels of all keyed bones, and the location channel of the body's bone."""
    hierarchy, posed_rig, rig = retargeted.hierarchy, retargeted.posed_rig, retargeted.rig
    carrier, location = posed_rig.body_location_channel(retargeted.body_positions)
    rotations = make_continuous(posed_rig.rotation_channels())
    held_bones = [rig.bone_names[bone] for bone in hierarchy.held_bones]
    no_rotations = identity_rotations(len(retargeted))
    locations = {**dict.fromkeys(held_bones, no_rotations[:, 1:]), rig.bone_names[carrier]: location}
    if hierarchy.root_bone is not None and retargeted.root is not None:
        locations[rig.bone_names[hierarchy.root_bone]] = posed_rig.location_channel(
            hierarchy.root_bone, retargeted.root.head_positions
        )
    family = find_family(retargeted.bone_map.family)
    is_control_rig = family is not None and family.is_control_rig
    if not is_control_rig:
        for bone in hierarchy.position_parents:
            if not rig.connected[bone]:
                positions = posed_rig.head_positions([bone])[:, 0]
                locations[rig.bone_names[bone]] = posed_rig.location_channel(bone, positions)
    return RigMotion(
        retargeted.fps,
        {
            **{rig.bone_names[bone]: rotations[:, k] for k, bone in enumerate(hierarchy.keyed_bones)},
            **dict.fromkeys(held_bones, no_rotations),
        },
        locations,
        retargeted.bone_map.switches,
        is_control_rig=is_control_rig,
        mechanism_bones=find_mechanism_bones(family),
        following_bones=frozenset(family.constraint_parents) if family else frozenset(),
    )
