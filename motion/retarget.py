# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion onto a rig, from rest data alone: no constraints, no stepping through frames.

Every joint has a world rotation ``G`` in the motion and a constant rotation ``A`` that brings the rig's rest pose into
line with the motion's (``rest_alignment``). A bone's world rotation is then ``H G A R``: ``R`` its rest orientation,
``H`` the heading it is put at. What is keyed is that rotation relative to where the bone's parent carries it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .errors import MappingError, RigError
from .families import Family, family_named
from .mapping import BoneMap, map_bones
from .motion import Motion
from .posing import Posing
from .rest_alignment import TORSO, Points, align_rest, facing, middle, rest_frame
from .rig import Rig, plain_rig
from .root import Body, hip_heights
from .rotations import Array, about, continuous, identity, multiply, rotate, slerp
from .skeleton import SMPL_JOINTS, Skeleton

_NO_FAMILY = Family("custom", "Custom", {})
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class Placement:
    """Where the motion is put.

    ``at_character``: it begins where the character is now, facing where it faces now; else at the world's origin,
    facing +Z (Blender's -Y). ``in_place``: horizontal travel is taken out.
    """

    at_character: bool = True
    in_place: bool = False


@dataclass(frozen=True, eq=False)
class RigMotion:
    """Channels for the pose bones of one rig, one value a frame.

    ``rotations``: bone to (T, 4), ``pose_bone.rotation_quaternion``, w, x, y, z, without sign flips.
    ``locations``: bone to (T, 3), ``pose_bone.location``, of the bone that carries the body (and of controls that are
    held at rest). ``switches``: (bone, custom property, value) to be keyed once.
    """

    fps: float
    rotations: dict[str, Array]
    locations: dict[str, Array]
    switches: tuple[tuple[str, str, float], ...] = ()


def retarget(motion: Motion, rig: Rig, bone_map: BoneMap, placement: Placement | None = None) -> RigMotion:
    """Channels that make ``rig`` do ``motion`` (which is already at the scene's frame rate).

    Raises :class:`MappingError` where the map names bones that are gone or that stand at one point (or the motion's
    joints do), and :class:`RigError` where the object's scale cannot be animated (mirrored, not uniform).
    """
    _check_scale(rig)
    bones = _bone_indices(rig, bone_map)
    rest = {joint: rig.heads[bone] for joint, bone in bones.items()}
    _check_body(rest, f"The mapped bones of {rig.name} stand at the same point: map its bones again")
    source_index = joint_indices(motion.skeleton)
    source_rest = {joint: motion.skeleton.rest_positions[i] for joint, i in source_index.items()}
    _check_body(source_rest, "The joints of the motion stand at the same point: choose another motion")
    source = Body(source_rest, rest_frame(source_rest))
    frame = rest_frame(rest, rig.axes)
    joints = [joint for joint in SMPL_JOINTS if joint in bones and joint in source_index]

    positions, rotations = motion.world
    rotations = rotations[:, [source_index[joint] for joint in joints]]
    alignment = align_rest(rest, source_rest, frame, source.frame)
    # from the rig's rest pose in the world to its pose, before the body is put at a place and heading
    turns = multiply(rotations, np.stack([alignment[joint] for joint in joints]))

    family = family_named(bone_map.family) or _NO_FAMILY
    keyed, blends = _followers(rig, family, {joint: bones[joint] for joint in joints})
    held = [rig.index(bone) for bone in family.at_rest if bone in rig]
    posing = Posing(rig, family, keyed, held)
    all_turns = _with_followers(turns, blends)

    # a master bone may have moved the body, and made it larger
    above = posing.above(bones["pelvis"])
    size = float(np.cbrt(abs(np.linalg.det(above[:3, :3]))))
    target = Body(
        {joint: size * point for joint, point in rest.items()}, frame, size * _stands_at(rig, frame)
    )
    tracks = {joint: positions[:, i] for joint, i in source_index.items()}
    heights = hip_heights(source, tracks, _named(joints, rotations), target, _named(joints, turns))
    place = _place(rig, bones, target.floor / size, frame, above, placement or Placement())
    put = about("y", place.heading - facing({joint: track[0] for joint, track in tracks.items()}))
    middles = middle(tracks, "hip")
    travel = (0.0 if place.in_place else target.leg / source.leg) * (middles - middles[0])
    hips = place.hips + rotate(put, travel)
    hips[:, 1] = place.ground + heights
    reach = posing.reach(all_turns, bones["pelvis"], bones["left_hip"], middle(rest, "hip"))
    carrier, location = posing.location(bones["pelvis"], hips - size * rotate(put, reach))

    channels = continuous(posing.basis_rotations(all_turns, put))
    held_names = [rig.bone_names[bone] for bone in held]
    still = identity(len(motion))
    return RigMotion(
        motion.fps,
        {**_named([rig.bone_names[bone] for bone in keyed], channels), **dict.fromkeys(held_names, still)},
        {**dict.fromkeys(held_names, still[:, 1:]), rig.bone_names[carrier]: location},
        bone_map.switches,
    )


def joint_indices(skeleton: Skeleton) -> dict[str, int]:
    """SMPL joint name to joint index: by name, or by the names of a known family (BVH files).

    Raises :class:`MappingError` where the skeleton is not recognised as a human body.
    """
    if "pelvis" in skeleton.joint_names and "left_hip" in skeleton.joint_names:
        return {joint: skeleton.index(joint) for joint in SMPL_JOINTS if joint in skeleton.joint_names}
    heads = skeleton.rest_positions
    found = map_bones(plain_rig("The motion", skeleton.joint_names, skeleton.parents, heads, heads))
    return {joint: skeleton.index(bone) for joint, bone in found.bones.items()}


def _bone_indices(rig: Rig, bone_map: BoneMap) -> dict[str, int]:
    gone = [bone for bone in dict.fromkeys(bone_map.bones.values()) if bone not in rig]
    if gone:
        named = ", ".join(gone[:3]) + (f" and {len(gone) - 3} more" if len(gone) > 3 else "")
        raise MappingError(f"{rig.name} no longer has the bones {named}: map its bones again")
    lacking = [
        j
        for j in ("pelvis", "left_hip", "right_hip", "left_shoulder", "right_shoulder")
        if j not in bone_map.bones
    ]
    if lacking:
        raise MappingError(f"The bone map of {rig.name} has no bone for {', '.join(lacking)}")
    return {joint: rig.index(bone) for joint, bone in bone_map.bones.items() if joint in SMPL_JOINTS}


def _check_scale(rig: Rig) -> None:
    if not np.all(np.isfinite(rig.scale)) or np.min(np.abs(rig.scale)) < 1e-9:
        raise RigError(f"{rig.name} has a scale of zero: set it, or apply it with Ctrl+A")
    if np.prod(rig.scale) < 0:
        raise RigError(f"{rig.name} is mirrored by a negative scale: apply the scale with Ctrl+A first")
    if np.ptp(np.abs(rig.scale)) > 0.01 * rig.unit:
        raise RigError(
            f"{rig.name} is not scaled evenly in all directions: apply its scale, or its parent's, with Ctrl+A first"
        )


def _check_body(rest: Points, complaint: str) -> None:
    size = float(np.linalg.norm(middle(rest, "shoulder") - middle(rest, "hip")))
    across = min(float(np.linalg.norm(rest[f"left_{j}"] - rest[f"right_{j}"])) for j in ("hip", "shoulder"))
    if not min(across, Body(rest, identity()).leg) > 1e-3 * size > 0:
        raise MappingError(complaint)


def _named(names: Sequence[str], values: Array) -> dict[str, Array]:
    """Values (T, K, ...) by name: (T, ...) each."""
    return {name: values[:, k] for k, name in enumerate(names)}


def _stands_at(rig: Rig, frame: Array) -> float:
    """Height of the object's origin along the up axis of the body that is turned by ``frame``."""
    return float(np.dot(rig.origin, rotate(frame, _UP)))


@dataclass(frozen=True, eq=False)
class _Place:
    """Where the middle of the hips begins (its height does not count), the heading, and the floor's height."""

    hips: Array
    heading: float
    ground: float
    in_place: bool


def _place(
    rig: Rig, bones: Mapping[str, int], floor: float, frame: Array, above: Array, placement: Placement
) -> _Place:
    """``floor``: height of the floor at rest along the body's up axis; ``above`` (4, 4): what a master bone does."""
    if not placement.at_character:
        return _Place(np.zeros(3), 0.0, 0.0, placement.in_place)
    now = {joint: rig.pose_heads[bone] for joint, bone in bones.items()}
    up = rotate(frame, _UP)
    ground = float(rig.origin[1])
    # a rig that doesn't stand upright at rest has its floor at its origin
    if up[1] > 0.9:
        hips = 0.5 * (rig.heads[bones["left_hip"]] + rig.heads[bones["right_hip"]])
        below = hips + up * (floor - float(np.dot(hips, up)))
        ground = float((above @ np.append(below, 1.0))[1])
    return _Place(middle(now, "hip"), facing(now), ground, placement.in_place)


_Blend = tuple[int, int, float]
"""Turns with the mean of two columns, by a share of the second."""


def _followers(rig: Rig, family: Family, bones: Mapping[str, int]) -> tuple[list[int], list[_Blend]]:
    """All bones to key, the joints' own first, and how those that follow do.

    Followers are a control's companions, and the spine and neck bones between two mapped ones, which share the bend.
    """
    columns = {joint: k for k, joint in enumerate(bones)}
    keyed, blends = list(bones.values()), []

    def add(bone: int, blend: _Blend) -> None:
        if bone not in keyed:
            keyed.append(bone)
            blends.append(blend)

    for joint, name in family.companions:
        if name in rig and joint in bones:
            add(rig.index(name), (columns[joint], columns[joint], 0.0))
    chain = [joint for joint in TORSO if joint in bones and not family.controls]
    for lower, upper in pairwise(chain):
        line = rig.ancestors(bones[upper])
        if bones[lower] in line:
            between = line[: line.index(bones[lower])][::-1]
            for step, bone in enumerate(between, start=1):
                add(bone, (columns[lower], columns[upper], step / (len(between) + 1)))
    return keyed, blends


def _with_followers(turns: Array, blends: list[_Blend]) -> Array:
    if not blends:
        return turns
    further = [slerp(turns[:, a], turns[:, b], np.full(1, share)) for a, b, share in blends]
    return np.concatenate([turns, np.stack(further, axis=1)], axis=1)
