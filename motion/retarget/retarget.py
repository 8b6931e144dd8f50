# SPDX-License-Identifier: GPL-3.0-or-later
"""Retarget a motion to a rig: from joint rotations to the channels of its pose bones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ..contact.contacts import detect_limb_contacts
from ..errors import Note
from ..mapping.bone_map import BoneMap
from ..mapping.families import family_named
from ..motion import Motion
from ..rig import Rig
from ..rotations import Array, identity_rotations, make_continuous
from .ik_keys import IkKeys, ik_keys, inner_bones, switched_limbs
from .limb_lock import lock_limbs
from .retarget_rotations import Anchor, perform
from .retarget_rotations import joint_indices as joint_indices
from .retargeted_motion import Performance
from .root_motion import in_place, on_root, root_bone

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
    """

    fps: float
    rotations: dict[str, Array]
    locations: dict[str, Array]
    switches: tuple[tuple[str, str, float], ...] = ()
    limbs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    controls: bool = False
    inner: frozenset[str] = frozenset()


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
    performance = perform(motion, rig, bone_map, options.at_character, options.relax_fingers, options.anchor)
    performance = locked(performance, motion, options.foot_lock, options.hand_lock)
    notes: list[Note] = []
    if options.root_mode == "IN_PLACE":
        performance = in_place(performance)
    elif options.root_mode == "ROOT":
        root = root_bone(performance)
        if root is None:
            notes.append(
                Note("{name} has no separate root bone: the hips carry the root motion", name=rig.name)
            )
        else:
            performance = on_root(performance, root)
    channels = fk_channels(performance)
    if options.limb_keys == "IK":
        keys = ik_keys(performance)
        if not keys.rotations:
            notes.append(Note("{name} has no known IK controls: the limbs got FK keys", name=rig.name))
        channels = with_ik(channels, keys)
    return replace(channels, limbs=switched_limbs(performance), notes=tuple(notes))


def with_ik(channels: RigMotion, keys: IkKeys) -> RigMotion:
    """Return the channels with the FK controls of IK-driven limbs replaced by their IK controls."""
    chosen = {(bone, prop): value for bone, prop, value in (*channels.switches, *keys.switches)}
    return replace(
        channels,
        rotations={
            **{bone: turns for bone, turns in channels.rotations.items() if bone not in keys.replaced},
            **keys.rotations,
        },
        locations={
            **{bone: places for bone, places in channels.locations.items() if bone not in keys.replaced},
            **keys.locations,
        },
        switches=tuple((bone, prop, value) for (bone, prop), value in chosen.items()),
    )


def locked(performance: Performance, motion: Motion, foot_lock: float, hand_lock: float) -> Performance:
    """Return the motion with feet and hands held in place during the contacts of ``motion``.

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
        return performance
    contacts = detect_limb_contacts(motion, joint_indices(motion.skeleton))
    return lock_limbs(performance, contacts, foot_lock, hand_lock)


def fk_channels(performance: Performance) -> RigMotion:
    """Return the rotation channels of all keyed bones, and the location channel of the body's bone."""
    posing, posed, rig = performance.posing, performance.posed, performance.rig
    carrier, location = posed.body_location(performance.hips)
    rotations = make_continuous(posed.rotation_channels())
    held = [rig.bone_names[bone] for bone in posing.held]
    still = identity_rotations(len(performance))
    locations = {**dict.fromkeys(held, still[:, 1:]), rig.bone_names[carrier]: location}
    if posing.root is not None and performance.root is not None:
        locations[rig.bone_names[posing.root]] = posed.location_channel(posing.root, performance.root.heads)
    family = family_named(performance.bone_map.family)
    controls = family is not None and family.controls
    if not controls:
        for bone in posing.moved:
            if not rig.connected[bone]:
                heads = posed.heads([bone])[:, 0]
                locations[rig.bone_names[bone]] = posed.location_channel(bone, heads)
    return RigMotion(
        performance.fps,
        {
            **{rig.bone_names[bone]: rotations[:, k] for k, bone in enumerate(posing.keyed)},
            **dict.fromkeys(held, still),
        },
        locations,
        performance.bone_map.switches,
        controls=controls,
        inner=inner_bones(family),
    )
