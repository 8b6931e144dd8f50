# SPDX-License-Identifier: GPL-3.0-or-later
"""Retarget joint rotations to a rig in the world, from rest data alone: no constraints and no evaluation of frames.

Every joint has a world rotation ``G`` in the motion, and a constant rotation ``A`` that aligns the rig's rest pose
with the motion's (``rest_alignment``). The world rotation of a bone is then ``H G A R``: ``R`` is its rest
orientation and ``H`` the heading at which the motion is placed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..errors import MappingError, RigError
from ..fingers import RELAXED_FINGER_ROTATIONS, add_resting_hands, align_hands, relaxed_finger_rotation
from ..mapping.bone_map import BoneMap, map_bones
from ..mapping.families import Family, family_named
from ..motion import Motion
from ..rest_alignment import (
    TORSO_JOINTS,
    JointPositions,
    align_rest,
    body_heading,
    left_right_midpoint,
    rest_orientation,
)
from ..rig import Rig, make_plain_rig
from ..rotations import Array, conjugate, identity_rotations, multiply, rotate, rotation_about_axis
from ..skeleton import MAPPED_JOINTS, SMPL_JOINTS, SMPL_PARENTS, Skeleton
from .followers import Follower, followers_of
from .hip_height import Body, hip_heights
from .posed_rig import carried
from .reference_pose import reference_pose
from .retargeted_motion import Performance
from .rig_hierarchy import Posing, body_bone
from .twist_bones import Twist, twist_bones, twists_of

_NO_FAMILY = Family("custom", "Custom", {})
_UP = np.array([0.0, 1.0, 0.0])


Anchor = tuple[float, float, float]
"""Where the origin of a motion lies in the world of a rig: x, z (metres), and the heading in radians of its +Z."""


def perform(
    motion: Motion,
    rig: Rig,
    bone_map: BoneMap,
    at_character: bool = True,
    relax_fingers: bool = True,
    anchor: Anchor | None = None,
) -> Performance:
    """Return ``motion`` on ``rig``.

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
        Which bone stands for which joint.
    at_character : bool
        Start where the character is now, with its present heading. False: start at the world's origin, facing +Z
        (Blender's -Y).
    relax_fingers : bool
        Curl fingers that the motion has no joints for like those of a relaxed hand.
    anchor : Anchor, optional
        Where the motion's origin lies in the rig's world. Positions and headings of the motion then count from
        there, whatever the character's position; only the root motion is scaled.
    """
    check_scale(rig)
    bones = _bone_indices(rig, bone_map)
    family = family_named(bone_map.family) or _NO_FAMILY
    captured, heads = reference_pose(rig, rig.effective_parents(family.follows), bone_map.reference)
    rest = {joint: heads[bone] for joint, bone in bones.items()}
    _check_body(
        rest,
        MappingError(
            "The mapped bones of {name} stand at the same point: map its bones again", name=rig.name
        ),
    )
    source_index = joint_indices(motion.skeleton)
    source_rest = {joint: motion.skeleton.rest_positions[i] for joint, i in source_index.items()}
    _check_body(
        source_rest,
        MappingError("The joints of the motion stand at the same point: choose another motion"),
    )
    source = Body(source_rest, rest_orientation(source_rest))
    frame = rest_orientation(rest, rig.axes)
    joints = [joint for joint in MAPPED_JOINTS if joint in bones and joint in source_index]

    positions, rotations = motion.world_transforms
    rotations = rotations[:, [source_index[joint] for joint in joints]]
    alignment = align_rest(rest, source_rest, frame, source.frame)
    if not RELAXED_FINGER_ROTATIONS.keys().isdisjoint(rest):
        alignment |= align_hands(rest, add_resting_hands(source_rest, source.frame), alignment)
    tracks = {joint: positions[:, i] for joint, i in source_index.items()}

    mapped = {joint: bones[joint] for joint in joints}
    easy: list[Follower] = []
    if relax_fingers and not RELAXED_FINGER_ROTATIONS.keys().isdisjoint(rest):
        counted = {joint: multiply(turn, captured[bones[joint]]) for joint, turn in alignment.items()}
        easy = _at_ease(bones, joints, counted, source)
    posing, followers, twists = _hierarchy(rig, bone_map, family, mapped, easy)

    # the user may have moved the body and made it larger with a master bone
    size = posing.present_size(posing.body)
    stands_at = float(np.dot(rig.origin, rotate(frame, _UP)))
    target = Body({joint: size * point for joint, point in rest.items()}, frame, size * stands_at)
    place = _place(posing, bones, target.floor / size, frame) if at_character or anchor else _ORIGIN
    if anchor is None:
        put = rotation_about_axis(
            "y", place.heading - body_heading({joint: track[0] for joint, track in tracks.items()})
        )
    else:
        put = rotation_about_axis("y", anchor[2])
    turns = multiply(multiply(put, rotations), np.stack([alignment[joint] for joint in joints]))

    columns = {joint: k for k, joint in enumerate(joints)}
    heights = hip_heights(
        source,
        tracks,
        {joint: rotations[:, k] for joint, k in columns.items()},
        target,
        {joint: turns[:, k] for joint, k in columns.items()},
    )
    if bone_map.reference:
        turns = multiply(turns, captured[list(mapped.values())])
    scale = target.leg / source.leg
    middles = left_right_midpoint(tracks, "hip")
    if anchor is None:
        hips = place.hips + rotate(put, scale * (middles - middles[0]))
    else:
        hips = np.array([anchor[0], 0.0, anchor[1]]) + rotate(put, scale * middles)
    hips[:, 1] = place.ground + heights
    performance = Performance(
        fps=motion.fps,
        bone_map=bone_map,
        posing=posing,
        joints=tuple(joints),
        bones=tuple(mapped.values()),
        turns=turns,
        hips=np.zeros_like(hips),
        ground=place.ground,
        scale=scale,
        size=size,
        followers=followers,
        twists=twists,
    )
    # so far the middle of the hips is known; how far the body's bone is from it depends on the rotations
    reach = performance.heads(("left_hip", "right_hip")).mean(axis=1)
    return performance.with_turns({}, hips - reach)


def _hierarchy(
    rig: Rig, bone_map: BoneMap, family: Family, mapped: Mapping[str, int], easy: Sequence[Follower]
) -> tuple[Posing, tuple[Follower, ...], tuple[Twist, ...]]:
    """Return the rig's hierarchy while the motion plays, and the followers and twist bones in it.

    Parameters
    ----------
    rig : Rig
        The rig.
    bone_map : BoneMap
        Which bone stands for which joint.
    family : Family
        The family of the bone map.
    joint_bones : joint name to bone index
        The joints that both the rig and the motion have.
    relaxed_fingers : sequence of Follower
        Fingers that follow their wrist.
    """
    columns = {joint: k for k, joint in enumerate(mapped)}
    parents = rig.effective_parents(family.follows)
    above = {joint: up for joint in mapped if (up := _mapped_above(joint, mapped)) is not None}
    trunk = [
        bone for joint, bone in mapped.items() if joint in TORSO_JOINTS or joint.endswith(("hip", "shoulder"))
    ]
    body = mapped["pelvis"] if family.controls else body_bone(rig, parents, mapped["pelvis"], trunk)
    followers = (*followers_of(rig, family, mapped, body), *easy)
    taken = {*mapped.values(), *(follower.bone for follower in followers)}
    found = {
        joint: tuple(name for name in names if rig.bone_index(name) not in taken)
        for joint, names in twist_bones(rig, bone_map).items()
    }
    twists = twists_of(rig, found, mapped, columns, above)
    own = set(mapped.values())
    keyed = (
        *mapped.values(),
        *(follower.bone for follower in followers),
        *(twist.bone for twist in twists if twist.bone not in own),
    )
    loose = [
        bone
        for bone in family.tweaks
        if bone in rig and not np.allclose(rig.basis[rig.bone_index(bone)], np.eye(4))
    ]
    held = tuple(rig.bone_index(bone) for bone in (*family.at_rest, *loose) if bone in rig)
    posing = Posing(rig, keyed, held, body, family.follows)
    moved = {
        rig.bone_index(bone): rig.bone_index(above)
        for bone, above in family.placed.items()
        if bone in rig and above in rig
    }
    posing = replace(posing, moved=moved)
    for joint, bone in mapped.items():
        if joint in above and not posing.carries(body, bone):
            moved[bone] = mapped[above[joint]]
            posing = replace(posing, moved=dict(moved))
    return posing, followers, twists


def _at_ease(
    bones: Mapping[str, int], joints: Sequence[str], counted: JointPositions, source: Body
) -> list[Follower]:
    """Return followers for mapped fingers that the motion has no joints for: each keeps a relaxed pose at its wrist.

    Parameters
    ----------
    bones : joint name to bone index
        All mapped joints.
    joints : sequence of str
        The joints that the motion has too.
    alignment : joint name to (4,)
        Rotation that aligns the rig's reference pose with the motion's rest pose.
    source : BodyMeasurements
        The motion's body.
    """
    result = []
    for joint in RELAXED_FINGER_ROTATIONS:
        side = joint.partition("_")[0]
        wrist = f"{side}_wrist"
        if joint in bones and joint not in joints and wrist in joints and joint in counted:
            turn = multiply(relaxed_finger_rotation(side, joint, source.points, source.frame), counted[joint])
            k = joints.index(wrist)
            result.append(Follower(bones[joint], k, k, first=multiply(conjugate(counted[wrist]), turn)))
    return result


def _mapped_above(joint: str, mapped: Mapping[str, int]) -> str | None:
    """Return the nearest ancestor of a joint that is mapped too, or None."""
    above = _parent(joint)
    while above is not None and above not in mapped:
        above = _parent(above)
    return above


def _parent(joint: str) -> str | None:
    """Return a joint's parent in the skeleton of SMPL-X; None for the pelvis."""
    if joint in SMPL_JOINTS:
        parent = SMPL_PARENTS[SMPL_JOINTS.index(joint)]
        return SMPL_JOINTS[parent] if parent >= 0 else None
    if joint == "jaw":
        return "head"
    side = joint.partition("_")[0]
    return f"{side}_wrist" if joint.endswith("1") else f"{joint[:-1]}{int(joint[-1]) - 1}"


def joint_indices(skeleton: Skeleton) -> dict[str, int]:
    """Return the index of each SMPL joint in a skeleton, by SMPL's names or by those of a known family (BVH files).

    Raises :class:`MappingError` where the skeleton is not recognised as a human body.
    """
    if "pelvis" in skeleton.joint_names and "left_hip" in skeleton.joint_names:
        return {
            joint: skeleton.joint_index(joint) for joint in MAPPED_JOINTS if joint in skeleton.joint_names
        }
    heads = skeleton.rest_positions
    found = map_bones(make_plain_rig("The motion", skeleton.joint_names, skeleton.parents, heads, heads))
    return {joint: skeleton.joint_index(bone) for joint, bone in found.bones.items()}


def _bone_indices(rig: Rig, bone_map: BoneMap) -> dict[str, int]:
    gone = [bone for bone in dict.fromkeys(bone_map.bones.values()) if bone not in rig]
    if len(gone) > 3:
        raise MappingError(
            "{name} no longer has the bones {bones} and {count} more: map its bones again",
            name=rig.name,
            bones=", ".join(gone[:3]),
            count=len(gone) - 3,
        )
    if gone:
        raise MappingError(
            "{name} no longer has the bones {bones}: map its bones again",
            name=rig.name,
            bones=", ".join(gone),
        )
    needed = ("pelvis", "left_hip", "right_hip", "left_shoulder", "right_shoulder")
    lacking = [joint for joint in needed if joint not in bone_map.bones]
    if lacking:
        raise MappingError(
            "The bone map of {name} has no bone for {joints}: choose one under Bone Map",
            name=rig.name,
            joints=", ".join(lacking),
        )
    return {joint: rig.bone_index(bone) for joint, bone in bone_map.bones.items() if joint in MAPPED_JOINTS}


def check_scale(rig: Rig) -> None:
    """Raise :class:`RigError` where the object's scale is zero, mirrored or not the same in all directions."""
    if not np.all(np.isfinite(rig.scale)) or np.min(np.abs(rig.scale)) < 1e-9:
        raise RigError("{name} has a scale of zero: set another scale first", name=rig.name)
    if np.prod(rig.scale) < 0:
        raise RigError(
            "{name} is mirrored by a negative scale: apply the scale with Ctrl+A first", name=rig.name
        )
    if np.ptp(np.abs(rig.scale)) > 0.01 * rig.metres_per_unit:
        raise RigError(
            "{name} is not scaled evenly in all directions: apply its scale, or its parent's, with Ctrl+A first",
            name=rig.name,
        )


def _check_body(rest: JointPositions, complaint: MappingError) -> None:
    """Raise ``error`` where shoulders, hips or legs have no extent."""
    size = float(np.linalg.norm(left_right_midpoint(rest, "shoulder") - left_right_midpoint(rest, "hip")))
    across = min(float(np.linalg.norm(rest[f"left_{j}"] - rest[f"right_{j}"])) for j in ("hip", "shoulder"))
    if not min(across, Body(rest, identity_rotations()).leg) > 1e-3 * size > 0:
        raise complaint


@dataclass(frozen=True, eq=False)
class _Place:
    """Where a motion starts.

    Attributes
    ----------
    hips : (3,)
        World position of the middle of the hips; its height is not used.
    heading : float
        Radians.
    floor_height : float
        Height of the floor, metres.
    """

    hips: Array
    heading: float
    ground: float


_ORIGIN = _Place(np.zeros(3), 0.0, 0.0)


def _place(posing: Posing, bones: Mapping[str, int], floor: float, frame: Array) -> _Place:
    """Return where the rig is now.

    Parameters
    ----------
    hierarchy : RigHierarchy
        The rig's hierarchy.
    bones : joint name to bone index
        All mapped joints.
    floor_height : float
        Height of the floor along the body's up axis in the rest pose, before a master bone moves the body.
    frame : (4,)
        Rotation of a body that stands upright and faces +Z to the rig's rest pose.
    """
    rig = posing.rig
    now = {joint: rig.pose_heads[bone] for joint, bone in bones.items()}
    up = rotate(frame, _UP)
    ground = float(rig.origin[1])
    # the floor of a rig whose rest pose is not upright is assumed at its origin
    if up[1] > 0.9:
        hips = 0.5 * (rig.heads[bones["left_hip"]] + rig.heads[bones["right_hip"]])
        below = hips + up * (floor - float(np.dot(hips, up)))
        ground = float(carried(posing, posing.parents[posing.body], below)[1])
    return _Place(left_right_midpoint(now, "hip"), body_heading(now), ground)
