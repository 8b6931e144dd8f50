# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion onto a rig, from rest data alone: no constraints, no stepping through frames.

Every joint has a world rotation ``G`` in the motion and a constant rotation ``A`` that brings the rig's rest pose into
line with the motion's (``rest_alignment``). A bone's world rotation is then ``H G A R``: ``R`` its rest orientation,
``H`` the heading it is put at. What is keyed is that rotation relative to where the bone's parent carries it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from .errors import MappingError, RigError
from .families import Family, family_named
from .mapping import BoneMap, map_bones
from .motion import Motion
from .posing import Posing
from .rest_alignment import TORSO, align_rest, facing, middle, rest_frame
from .rig import Rig, plain_rig
from .root import LEGS, Body, floor_below, hip_heights
from .rotations import Array, about, conjugate, continuous, multiply, rotate, slerp
from .skeleton import SMPL_JOINTS, Skeleton

_NO_FAMILY = Family("custom", "Custom", {})


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

    Raises :class:`MappingError` where the map names bones that are gone or that stand at one point, and
    :class:`RigError` where the object's scale cannot be animated (mirrored, not uniform).
    """
    placement = placement or Placement()
    _check_scale(rig)
    family = family_named(bone_map.family) or _NO_FAMILY
    source_index = joint_indices(motion.skeleton)
    bones = _bone_indices(rig, bone_map)
    posing = Posing(rig, family)

    rest = {joint: rig.heads[b] for joint, b in bones.items()}
    source_rest = {joint: motion.skeleton.rest_positions[i] for joint, i in source_index.items()}
    _check_body(rest, rig.name)
    frame, source_frame = rest_frame(rest, rig.axes), rest_frame(source_rest)
    alignment = align_rest(rest, source_rest, frame, source_frame)

    joints = [joint for joint in SMPL_JOINTS if joint in bones and joint in source_index]
    positions, rotations = motion.world
    columns = [source_index[joint] for joint in joints]
    # from the rig's rest pose in the world to its pose, before it is put at a place and heading
    turns = multiply(rotations[:, columns], np.stack([alignment[joint] for joint in joints]))

    carried = posing.size(bones["pelvis"])
    upright = {joint: carried * point for joint, point in _turned(conjugate(frame), rest).items()}
    origin = carried * float(rotate(conjugate(frame), rig.origin)[1])
    target = _body(upright, origin)
    source = _body(_turned(conjugate(source_frame), source_rest), None)
    source_at = {joint: positions[:, i] for joint, i in source_index.items()}
    legs = [joint for joint in LEGS if joint in joints]
    heights = hip_heights(
        source,
        source_at,
        _columns(legs, multiply(rotations[:, [source_index[joint] for joint in legs]], source_frame)),
        target,
        _columns(legs, multiply(turns[:, [joints.index(joint) for joint in legs]], frame)),
    )

    # place and heading
    first = facing({joint: at[0] for joint, at in source_at.items()})
    travel = middle(source_at, "hip") - middle(source_at, "hip")[0]
    travel = (0.0 if placement.in_place else target.leg / source.leg) * travel
    heading, start, ground = 0.0, np.zeros(3), 0.0
    if placement.at_character:
        now = {joint: rig.pose_heads[b] for joint, b in bones.items()}
        heading, start = facing(now), middle(now, "hip")
        ground = posing.ground(bones["pelvis"], frame, target.floor / carried, middle(rest, "hip"))
    put = about("y", heading - first)
    hips = start + rotate(put, travel)
    hips[:, 1] = ground + heights

    turns = multiply(put, turns)
    keyed = {bones[joint]: turns[:, k] for k, joint in enumerate(joints)}
    _add_followers(keyed, rig, family, bones, posing)
    held = [rig.index(bone) for bone in family.at_rest if bone in rig]
    channels = posing.basis_rotations(keyed, held)
    carrier, location = posing.carry(keyed, held, bones["pelvis"], bones["left_hip"], middle(rest, "hip"), hips)
    locations = {rig.bone_names[b]: np.zeros((len(motion), 3)) for b in held}
    locations[rig.bone_names[carrier]] = location
    smooth = continuous(np.stack(list(channels.values()), axis=1))
    return RigMotion(
        motion.fps,
        _columns([rig.bone_names[b] for b in channels], smooth),
        locations,
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
    gone = [bone for bone in bone_map.bones.values() if bone not in rig]
    if gone:
        raise MappingError(f"{rig.name} no longer has the bones {', '.join(gone)}: map its bones again")
    lacking = [j for j in ("pelvis", "left_hip", "right_hip", "left_shoulder", "right_shoulder") if j not in bone_map.bones]
    if lacking:
        raise MappingError(f"The bone map of {rig.name} has no bone for {', '.join(lacking)}")
    return {joint: rig.index(bone) for joint, bone in bone_map.bones.items() if joint in SMPL_JOINTS}


def _check_scale(rig: Rig) -> None:
    if not np.all(np.isfinite(rig.scale)) or np.min(np.abs(rig.scale)) < 1e-9:
        raise RigError(f"{rig.name} has a scale of zero: set it, or apply it with Ctrl+A")
    if np.prod(rig.scale) < 0:
        raise RigError(f"{rig.name} is mirrored by a negative scale: apply the scale with Ctrl+A first")
    if np.ptp(np.abs(rig.scale)) > 0.01 * rig.unit:
        raise RigError(f"{rig.name} is not scaled evenly in all directions: apply the scale with Ctrl+A first")


def _check_body(rest: Mapping[str, Array], name: str) -> None:
    size = float(np.linalg.norm(middle(rest, "shoulder") - middle(rest, "hip")))
    across = min(float(np.linalg.norm(rest[f"left_{j}"] - rest[f"right_{j}"])) for j in ("hip", "shoulder"))
    leg = _leg(rest)
    if not min(across, leg) > 1e-3 * size > 0:
        raise MappingError(f"The mapped bones of {name} stand at the same point: map its bones again")


def _turned(q: Array, points: Mapping[str, Array]) -> dict[str, Array]:
    """The points, each (3,), turned by one quaternion."""
    return dict(zip(points, rotate(q, np.stack(list(points.values()))), strict=True))


def _columns(joints: Iterable[str], values: Array) -> dict[str, Array]:
    """Values (T, J, ...) by joint name: (T, ...) each."""
    return {joint: values[:, k] for k, joint in enumerate(joints)}


def _leg(points: Mapping[str, Array]) -> float:
    return Body(points, 0.0).leg


def _body(points: Mapping[str, Array], origin: float | None) -> Body:
    return Body(points, floor_below(points, _leg(points), origin))


def _add_followers(
    keyed: dict[int, Array], rig: Rig, family: Family, bones: Mapping[str, int], posing: Posing
) -> None:
    """Bones that turn along: a control's companions, and spine or neck bones between two mapped ones."""
    for joint, bone in family.companions:
        if bone in rig and joint in bones:
            keyed[rig.index(bone)] = keyed[bones[joint]]
    if family.controls:
        return
    chain = [bones[joint] for joint in TORSO if joint in bones and bones[joint] in keyed]
    for lower, upper in zip(chain, chain[1:], strict=False):
        line = rig.ancestors(upper)
        if lower not in line:
            continue
        between = line[: line.index(lower)][::-1]
        for step, bone in enumerate(between, start=1):
            keyed.setdefault(bone, slerp(keyed[lower], keyed[upper], np.full(1, step / (len(between) + 1))))
