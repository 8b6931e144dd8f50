# SPDX-License-Identifier: GPL-3.0-or-later
"""Combine limbs and trunk to a body, and judge the confidence of the result."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...rig import Rig
from ...rotations import Array
from ...skeleton import MAPPED_JOINTS, SMPL_JOINTS
from ..anatomy import find_facing_cues
from ..doubt import Doubt
from ..side_names import has_animal_limbs, read_side
from .extremities import find_fingers, find_toe
from .limbs import Limb, find_arms, find_legs
from .symmetry import Symmetry, find_symmetry
from .tree import BoneTree
from .trunk import Trunk, assign_spine_joints, find_trunk

_OBJECT_FRONT_WEIGHT = 0.4
"""Weight of Blender's convention that characters face the object's -Y axis."""

_SURE_FACING = 0.7
"""Certainty of the body's front from which on its shape is believed rather than names that contradict it."""

_MIN_NAMED_PAIRS = 4
"""Pairs of bones whose names have to say left and right."""

_UPRIGHT = 0.93
"""Cosine of the lean of a human trunk in its rest pose: birds lean farther forward."""

_MAX_REST_BEND = (25.0, 45.0)
"""Degrees by which a knee is bent in a human rest pose, at most as a rule and at most at all."""

_MIN_TRUNK_LENGTH = 0.45
"""Smallest height of a body above its hips, in lengths of the leg."""


@dataclass(frozen=True)
class StructureMap:
    """The result of recognition by structure.

    Attributes
    ----------
    bones : joint name to bone name
        The bones that were found.
    root : str or None
        The separate root bone.
    confidence : float
        0 to 1.
    doubts : tuple of Doubt
        Reasons to doubt the map.
    """

    bones: dict[str, str] = field(default_factory=dict)
    root: str | None = None
    confidence: float = 0.0
    doubts: tuple[Doubt, ...] = ()


def map_body(rig: Rig, tree: BoneTree) -> StructureMap:
    """Return the most likely human body among the bones of ``tree``."""

    def no_body(doubt: Doubt) -> StructureMap:
        return StructureMap(doubts=(doubt,))

    if len(tree.kept) < 10:
        return no_body(Doubt.TOO_FEW_BONES)
    symmetry = find_symmetry(tree, rig.axes)
    if symmetry is None:
        return no_body(Doubt.NO_HALVES)
    legs = find_legs(tree, symmetry)
    if not legs:
        return no_body(Doubt.NO_LEGS)
    leg = legs[0]
    height_above_hips = float(tree.heights[sorted(tree.kept)].max() - tree.heights[leg.joints[0]])
    if height_above_hips < _MIN_TRUNK_LENGTH * leg.length:
        return no_body(Doubt.LEGS_WITHOUT_BODY)
    arms = find_arms(tree, symmetry, leg)
    if not arms:
        return no_body(Doubt.NO_ARMS)
    best = no_body(Doubt.NO_TRUNK)
    for arm in arms[:3]:
        trunk = find_trunk(tree, symmetry, leg, arm)
        if trunk is not None:
            candidate = _build_map(rig, tree, symmetry, legs, arm, trunk)
            if candidate.confidence > best.confidence:
                best = candidate
    return best


def _build_map(
    rig: Rig, tree: BoneTree, symmetry: Symmetry, legs: list[Limb], arm: Limb, trunk: Trunk
) -> StructureMap:
    """Return the map of the body that consists of these limbs and this trunk.

    Parameters
    ----------
    rig : Rig
        The rig.
    tree : BoneTree
        Its bones.
    symmetry : Symmetry
        Its plane of symmetry.
    legs : list of Limb
        All possible legs, the most likely first.
    arm : Limb
        The arm on the positive side.
    trunk : Trunk
        The trunk.
    """
    leg = legs[0]
    positive_side = _find_side_bones(tree, symmetry, leg, arm)
    negative_side = {joint: symmetry.partners[bone] for joint, bone in positive_side.items()}
    negative_side = {
        joint: bone for joint, bone in negative_side.items() if bone >= 0 and bone != positive_side[joint]
    }
    middle = {"pelvis": trunk.pelvis, **assign_spine_joints(trunk.spine)}
    middle |= {joint: bone for joint, bone in (("neck", trunk.neck), ("head", trunk.head)) if bone >= 0}
    facing, facing_certainty = _judge_facing(rig, tree, symmetry, positive_side, negative_side)
    left, right = (positive_side, negative_side) if facing > 0 else (negative_side, positive_side)
    joints = {
        **middle,
        **{f"left_{joint}": bone for joint, bone in left.items()},
        **{f"right_{joint}": bone for joint, bone in right.items()},
    }
    bones = {j: rig.bone_names[joints[j]] for j in MAPPED_JOINTS if j in joints}
    if len(set(bones.values())) < len(bones):
        return StructureMap(doubts=(Doubt.LIMBS_ARE_TRUNK,))
    confidence, doubts = _judge_confidence(tree, symmetry, legs, arm, trunk, facing_certainty)
    if has_animal_limbs(bones):
        confidence *= 0.4
        doubts = (Doubt.ANIMAL_NAMES, *doubts)
    body = [joints[joint] for joint in SMPL_JOINTS if joint in joints]
    if np.mean(rig.constrained[body]) > 0.5:
        confidence *= 0.75
        doubts = (Doubt.CONSTRAINED, *doubts)
    top = tree.with_ancestors(trunk.pelvis)[-1]
    on_floor = abs(float(tree.heights[top]) - leg.lowest) < 0.15 * leg.length
    root = rig.bone_names[top] if top != trunk.pelvis and on_floor else None
    return StructureMap(bones, root, round(confidence, 3), doubts)


def _find_side_bones(tree: BoneTree, symmetry: Symmetry, leg: Limb, arm: Limb) -> dict[str, int]:
    """Return the bones of one side's joints, keyed by joint names without the side.

    Parameters
    ----------
    tree : BoneTree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    leg, arm : Limb
        The limbs on the positive side.
    """
    bones = dict(zip(("hip", "knee", "ankle"), leg.joints, strict=True))
    bones |= dict(zip(("shoulder", "elbow", "wrist"), arm.joints, strict=True))
    toe, _ = find_toe(tree, leg.joints[2], leg.length)
    if toe >= 0:
        bones["foot"] = toe
    if arm.top != arm.joints[0]:
        bones["collar"] = arm.top
    return bones | find_fingers(tree, symmetry, arm.joints[2])


def _judge_facing(
    rig: Rig, tree: BoneTree, symmetry: Symmetry, positive_side: dict[str, int], negative_side: dict[str, int]
) -> tuple[float, float]:
    """Judge which side is the body's left.

    Parameters
    ----------
    rig : Rig
        The rig.
    tree : BoneTree
        Its bones.
    symmetry : Symmetry
        Its plane of symmetry.
    positive_side, negative_side : joint name without side to bone index
        The bones on either side of the plane.

    Returns
    -------
    tuple of float
        A score that is positive where the positive side is the left, and its certainty, 0 to 1.
    """
    points: dict[str, Array] = {}
    for side, bones in (("left", positive_side), ("right", negative_side)):
        points |= {f"{side}_{joint}": rig.heads[bone] for joint, bone in bones.items()}
        ankle = bones.get("ankle", -1)
        if ankle >= 0:
            leg = float(np.linalg.norm(tree.heads[bones["hip"]] - tree.heads[ankle]))
            end = find_toe(tree, ankle, leg)[1]
            # for a foot without toes use the direction of its bone, if that is as long as a foot
            tail = tree.tails[ankle]
            foot_length = float(np.linalg.norm(tail - tree.heads[ankle]))
            if end >= 0:
                points[f"{side}_toe"] = tree.heads[end]
            elif 0.08 * leg < foot_length < 0.5 * leg:
                points[f"{side}_toe"] = tail
    cues = find_facing_cues(points, tree.up, symmetry.axis)
    front = np.cross(symmetry.axis, tree.up)
    cues.append(
        (float(np.sign(np.dot(-rig.axes[1], front))), _OBJECT_FRONT_WEIGHT * abs(np.dot(rig.axes[1], front)))
    )
    weight = sum(w for _, w in cues)
    total = sum(score * w for score, w in cues)
    certainty = 0.0 if weight <= 0 else float(np.clip(abs(total) / max(weight, 1.5) / 0.4, 0.0, 1.0))
    named = _judge_names(rig, positive_side, negative_side)
    if named and (certainty < _SURE_FACING or named * total > 0):
        return float(named), 1.0
    return (total, certainty) if weight > 0 else (1.0, 0.0)


def _judge_names(rig: Rig, positive_side: dict[str, int], negative_side: dict[str, int]) -> int:
    """Return 1 if the names say that the positive side is the left, -1 for the right, 0 if they do not agree."""
    votes = []
    for joint, bone in positive_side.items():
        if joint in negative_side:
            sides = [read_side(rig.bone_names[b]) for b in (bone, negative_side[joint])]
            votes.append(sides[0] if sides[0] == -sides[1] else 0)
    return votes[0] if len(votes) >= _MIN_NAMED_PAIRS and votes[0] and len(set(votes)) == 1 else 0


def _judge_confidence(
    tree: BoneTree, symmetry: Symmetry, legs: list[Limb], arm: Limb, trunk: Trunk, facing_certainty: float
) -> tuple[float, tuple[Doubt, ...]]:
    """Return the confidence of a body, 0 to 1, and the doubts about it.

    Parameters
    ----------
    tree : BoneTree
        The bones.
    symmetry : Symmetry
        Their plane of symmetry.
    legs : list of Limb
        All possible legs, the most likely first.
    arm : Limb
        The arm on the positive side.
    trunk : Trunk
        The trunk.
    facing_certainty : float
        How certain it is which side is the left, 0 to 1.
    """
    leg = legs[0]
    doubts: list[Doubt] = []
    fit = min(1.0, max(0.0, leg.score)) * min(1.0, max(0.0, arm.score))
    confidence = min(0.99, 0.35 + 0.7 * fit**0.5)
    hips = 0.5 * (tree.heads[leg.joints[0]] + tree.heads[symmetry.partners[leg.joints[0]]])
    shoulders = 0.5 * (tree.heads[arm.joints[0]] + tree.heads[symmetry.partners[arm.joints[0]]])
    trunk_line = shoulders - hips
    upright = float(np.dot(trunk_line, tree.up)) / (float(np.linalg.norm(trunk_line)) or 1.0)
    if upright < _UPRIGHT:
        confidence *= 0.4 if upright < 0.75 else 0.75
        doubts.append(Doubt.NOT_UPRIGHT)
    bend = _measure_rest_bend(tree, leg)
    if bend > _MAX_REST_BEND[0]:
        confidence *= float(np.interp(bend, _MAX_REST_BEND, (0.8, 0.5)))
        doubts.append(Doubt.LEGS_BENT)
    wrist_height = float(tree.heights[arm.joints[2]]) - leg.lowest
    if wrist_height < 0.2 * leg.length:
        confidence *= 0.4
        doubts.append(Doubt.ARMS_REACH_FLOOR)
    other_legs = [
        other
        for other in legs[1:]
        if other.top != arm.top
        # a second set of bones in the same leg is not another leg
        and np.linalg.norm(tree.heads[other.joints[1]] - tree.heads[leg.joints[1]]) > 0.1 * leg.length
        and other.score > leg.score - 0.35
        and 0.65 * leg.length < other.length < 1.5 * leg.length
        and abs(other.lowest - leg.lowest) < 0.15 * leg.length
    ]
    if _is_bent_backward(tree, leg):
        confidence *= 0.5
        doubts.append(Doubt.KNEES_BEND_BACKWARD)
    if other_legs:
        confidence *= 0.4
        doubts.append(Doubt.MORE_LEGS)
    if facing_certainty < 1.0:
        confidence *= 0.55 + 0.45 * facing_certainty
        if facing_certainty < _SURE_FACING:
            doubts.append(Doubt.FRONT_UNCLEAR)
    if any(_continues_beyond_end(tree, symmetry, limb) for limb in (leg, arm)):
        confidence *= 0.7
        doubts.append(Doubt.LIMB_GOES_ON)
    if not trunk.spine:
        confidence *= 0.75
        doubts.append(Doubt.NO_SPINE)
    if trunk.head < 0:
        confidence *= 0.85
        doubts.append(Doubt.NO_HEAD)
    return confidence, tuple(doubts)


def _continues_beyond_end(tree: BoneTree, symmetry: Symmetry, limb: Limb) -> bool:
    """Return whether one side has another long bone below what would be its wrist or ankle."""
    for end, middle in (
        (limb.joints[2], limb.joints[1]),
        tuple(symmetry.partners[b] for b in limb.joints[:0:-1]),
    ):
        min_length = 0.5 * float(np.linalg.norm(tree.heads[end] - tree.heads[middle]))
        unpaired = [c for c in tree.children[end] if symmetry.partners[c] < 0]
        if any(np.linalg.norm(tree.heads[c] - tree.heads[end]) > min_length for c in unpaired):
            return True
    return False


def _measure_rest_bend(tree: BoneTree, leg: Limb) -> float:
    """Return the angle between thigh and shin in the rest pose, degrees."""
    hip, knee, ankle = (tree.heads[bone] for bone in leg.joints)
    thigh, shin = knee - hip, ankle - knee
    cosine = float(np.dot(thigh, shin)) / (float(np.linalg.norm(thigh) * np.linalg.norm(shin)) or 1.0)
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _is_bent_backward(tree: BoneTree, leg: Limb) -> bool:
    """Return whether the knee is far behind the straight line of the leg, as in birds and hind legs."""
    hip, knee, ankle = (tree.heads[bone] for bone in leg.joints)
    end = find_toe(tree, leg.joints[2], leg.length)[1]
    if end < 0:
        return False
    front = tree.heads[end] - ankle
    front = front - np.dot(front, tree.up) * tree.up
    line = ankle - hip
    bend = knee - hip - line * float(np.dot(knee - hip, line)) / float(np.dot(line, line))
    return float(np.dot(bend, front)) < -0.1 * leg.length * float(np.linalg.norm(front))
