# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion onto a rig as channels: performed in the world, limbs held, each bone keyed as its parent carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ..contact.contacts import limb_contacts
from ..mapping.bone_map import BoneMap
from ..mapping.families import family_named
from ..motion import Motion
from ..rig import Rig
from ..rotations import Array, continuous, identity
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
    """How a motion is put onto a rig.

    ``at_character``: it begins where the character is now, facing where it faces now; else at the world's origin,
    facing +Z (Blender's -Y). ``root_mode``: what takes the travel: the hips, a separate root bone, or nothing.
    ``foot_lock``, ``hand_lock``: 0 to 1, how firmly feet and hands stay where they touch. ``limb_keys``: which
    controls of a control rig's limbs are keyed. ``relax_fingers``: fingers that the motion says nothing about are
    curled as a hand at ease has them, instead of keeping their pose. ``anchor``: x, z and heading of the motion's
    origin in the rig's world, for a motion that was made for a place; it counts instead of ``at_character``.
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

    ``rotations``: bone to (T, 4), ``pose_bone.rotation_quaternion``, w, x, y, z, without sign flips.
    ``locations``: bone to (T, 3), ``pose_bone.location``, of the bone that carries the body (and of controls that are
    held at rest). ``switches``: (bone, custom property, value) to be keyed once.
    ``limbs``: bone that has a limb's switches to all bones that move this limb.
    ``notes``: sentences that the user should read. ``controls``: the bones are controls of a mechanism, whose
    constraints are part of it. ``inner``: bones inside of it, which rigs lock against hands and not against keys.
    """

    fps: float
    rotations: dict[str, Array]
    locations: dict[str, Array]
    switches: tuple[tuple[str, str, float], ...] = ()
    limbs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    controls: bool = False
    inner: frozenset[str] = frozenset()


def retarget(
    motion: Motion, rig: Rig, bone_map: BoneMap, options: RetargetOptions | None = None
) -> RigMotion:
    """Channels that make ``rig`` do ``motion`` (which is already at the scene's frame rate).

    Raises :class:`MappingError` where the map names bones that are gone or that stand at one point (or the motion's
    joints do), and :class:`RigError` where the object's scale cannot be animated (mirrored, not uniform).
    """
    options = options or RetargetOptions()
    performance = perform(motion, rig, bone_map, options.at_character, options.relax_fingers, options.anchor)
    performance = locked(performance, motion, options.foot_lock, options.hand_lock)
    notes: list[str] = []
    if options.root_mode == "IN_PLACE":
        performance = in_place(performance)
    elif options.root_mode == "ROOT":
        root = root_bone(performance)
        if root is None:
            notes.append(f"{rig.name} has no separate root bone that can move: the hips take the travel")
        else:
            performance = on_root(performance, root)
    channels = fk_channels(performance)
    if options.limb_keys == "IK":
        keys = ik_keys(performance)
        if not keys.rotations:
            notes.append(
                f"{rig.name} has no limbs with inverse kinematics that are known: all keys are FK keys"
            )
        channels = with_ik(channels, keys)
    return replace(channels, limbs=switched_limbs(performance), notes=tuple(notes))


def with_ik(channels: RigMotion, keys: IkKeys) -> RigMotion:
    """The channels with those of limbs that are driven by inverse kinematics in place of their single bones'."""
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
    """Limbs held where they touch, each lock 0 to 1."""
    if foot_lock <= 0 and hand_lock <= 0:
        return performance
    contacts = limb_contacts(motion, joint_indices(motion.skeleton))
    return lock_limbs(performance, contacts, foot_lock, hand_lock)


def fk_channels(performance: Performance) -> RigMotion:
    """Every keyed bone's rotation relative to where its parent carries it, and the way of the body's bone."""
    posing, posed, rig = performance.posing, performance.posed, performance.rig
    carrier, location = posed.body_location(performance.hips)
    rotations = continuous(posed.rotation_channels())
    held = [rig.bone_names[bone] for bone in posing.held]
    still = identity(len(performance))
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
