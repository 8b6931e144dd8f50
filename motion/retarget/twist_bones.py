# SPDX-License-Identifier: GPL-3.0-or-later
"""Twist bones: bones along an upper arm, forearm, thigh or shin that take a fraction of its twist.

Without them the whole twist is at one joint, where the skin collapses (the candy-wrapper artefact). Rigs distribute
the twist in two ways: in line, each bone carrying the next (Daz: bend and twist bones), or with leaf bones beside
the chain (Unreal, Character Creator).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..mapping.bone_map import BoneMap
from ..mapping.families import find_family
from ..rig import Rig
from ..rotations import Array, conjugate, multiply, normalise

_SIDES = ("left", "right")
SEGMENTS: tuple[tuple[str, str, bool], ...] = tuple(
    (f"{side}_{upper}", f"{side}_{lower}", includes_lower)
    for side in _SIDES
    for upper, lower, includes_lower in (
        ("shoulder", "elbow", False), ("elbow", "wrist", True), ("hip", "knee", False), ("knee", "ankle", True),
    )
)  # fmt: skip
"""Joint at the upper end, joint at the lower end, and whether the lower joint's twist belongs to the limb: elbows and
knees are hinges, the twist of wrists and ankles is that of forearm and shin."""

_TWIST_NAMES = re.compile(r"twist|roll|ツイスト|捩", re.IGNORECASE)
_MAX_DISTANCE = 0.12  # from the segment's line, in its lengths: bones farther away have another purpose
_MIN_LENGTH = 0.2  # in lengths of the segment: shorter leaf bones are recognised by name only
_MIN_COSINE = 0.97  # cosine of the angle between a leaf bone and the segment


def find_twist_bones(rig: Rig, bone_map: BoneMap) -> dict[str, tuple[str, ...]]:
    """Find the twist bones of each limb segment.

    They are recognised by their position in the hierarchy and along the limb, leaf bones also by name. Bones with
    constraints are left out, because their constraints move them, and so are control rigs.

    Returns
    -------
    joint name to bone names
        For the joint at the upper end of a segment its twist bones, from the upper end down.
    """
    family = find_family(bone_map.family)
    if family is not None and family.is_control_rig:
        return {}
    mapped = {rig.bone_index(bone) for bone in bone_map.bones.values() if bone in rig}
    ancestors = {parent for bone in mapped for parent in rig.list_ancestors(bone)}
    twist_names: dict[str, tuple[str, ...]] = {}
    for upper, lower, _ in SEGMENTS:
        ends = [rig.bone_index(bone_map.bones[j]) for j in (upper, lower) if bone_map.bones.get(j, "") in rig]
        if len(ends) < 2:
            continue
        inline = find_inline_bones(rig, *ends)
        leaves = _find_leaf_twists(rig, [ends[0], *inline], ends[1], mapped | ancestors)
        bones = [bone for bone in (*inline, *leaves) if not rig.constrained[bone]]
        if bones:
            twist_names[upper] = tuple(rig.bone_names[bone] for bone in bones)
    return twist_names


def find_inline_bones(rig: Rig, upper: int, lower: int) -> list[int]:
    """Return the bones between two bones of a chain, from the upper one down; empty if they form no chain."""
    ancestors = rig.list_ancestors(lower)
    return ancestors[: ancestors.index(upper)][::-1] if upper in ancestors else []


def project_on_segment(rig: Rig, upper: int, lower: int, bone: int) -> tuple[float, float]:
    """Return where a bone's head is relative to a segment, both in lengths of the segment.

    Parameters
    ----------
    rig : Rig
        The rig.
    upper, lower : int
        The bones at whose heads the segment begins and ends.
    bone : int
        The bone.

    Returns
    -------
    tuple of float
        Position along the segment (0 to 1 between its ends), and distance from its line.
    """
    segment = rig.heads[lower] - rig.heads[upper]
    squared_length = max(float(np.dot(segment, segment)), 1e-18)
    offset = rig.heads[bone] - rig.heads[upper]
    fraction = float(np.dot(offset, segment)) / squared_length
    return fraction, float(np.linalg.norm(offset - fraction * segment)) / squared_length**0.5


def _find_leaf_twists(rig: Rig, chain: list[int], lower: int, taken: set[int]) -> list[int]:
    """Return the twist bones beside the chain of a segment, from its upper end down.

    Parameters
    ----------
    rig : Rig
        The rig.
    chain : list of bone indices
        The bones of the segment, from the upper end down.
    lower : int
        The bone at whose head the segment ends.
    taken : set of bone indices
        Bones that have another use.
    """
    chain_bones = set(chain)
    leaves: list[tuple[float, int]] = []
    if all(b in taken or b in chain_bones for b, parent in enumerate(rig.parents) if parent in chain_bones):
        return []
    direction = normalise(rig.heads[lower] - rig.heads[chain[0]])
    length = float(np.linalg.norm(rig.heads[lower] - rig.heads[chain[0]]))
    for bone, parent in enumerate(rig.parents):
        if parent not in chain_bones or bone in taken or bone in chain_bones:
            continue
        fraction, distance = project_on_segment(rig, chain[0], lower, bone)
        if not -0.05 <= fraction <= 1.05 or distance > _MAX_DISTANCE:
            continue
        vector = rig.tails[bone] - rig.heads[bone]
        is_along = (
            abs(float(np.dot(normalise(vector), direction))) > _MIN_COSINE
            and np.linalg.norm(vector) > _MIN_LENGTH * length
        )
        has_twist_name = bool(_TWIST_NAMES.search(rig.bone_names[bone]))
        if has_twist_name or (is_along and bool(rig.deform[bone]) and bone not in rig.parents):
            leaves.append((fraction, bone))
            if has_twist_name:
                chain_bones.add(bone)  # twist bones may be parented to one another
    return [bone for _, bone in sorted(leaves)]


@dataclass(frozen=True, eq=False)
class TwistBone:
    """How a twist bone rotates: as its limb, and about the limb's axis by a weighted angle.

    Attributes
    ----------
    bone : int
        Index of the bone.
    column : int
        Column of the limb's joint in arrays of joint rotations.
    upper_column : int
        Column of the joint above.
    lower_column : int
        Column of the joint below; -1 where the rotation of that joint does not belong to the limb.
    axis : (3,)
        Direction of the limb in the rest pose.
    upper_weight : float
        Weight of the twist of the limb against the joint above.
    lower_weight : float
        Weight of the twist of the joint below against the limb.
    """

    bone: int
    column: int
    upper_column: int
    lower_column: int
    axis: Array
    upper_weight: float
    lower_weight: float

    def compute_rotations(self, rotations: Array) -> Array:
        """Return the world rotations (T, 4) of the bone, given those (T, K, 4) of the joints."""
        limb_rotations = rotations[:, self.column]
        angles = np.zeros(len(rotations))
        if self.upper_weight:
            angles += self.upper_weight * twist_angle(
                rotations[:, self.upper_column], limb_rotations, self.axis
            )
        if self.lower_weight and self.lower_column >= 0:
            angles += self.lower_weight * twist_angle(
                limb_rotations, rotations[:, self.lower_column], self.axis
            )
        half = 0.5 * angles[:, None]
        return multiply(limb_rotations, np.concatenate([np.cos(half), np.sin(half) * self.axis], axis=-1))


def twist_angle(upper: Array, lower: Array, axis: Array) -> Array:
    """Return the angles (T,) in radians by which ``lower`` is twisted against ``upper`` about ``axis``.

    Angles are continuous over time. They are the twists of the swing-twist decomposition: the rotation about the axis
    that is closest to the whole rotation. ``upper``, ``lower`` (T, 4): world rotations from rest. ``axis`` (3,): unit
    vector.
    """
    relative = multiply(conjugate(upper), lower)
    along_axis = relative[:, 1:] @ axis
    w = relative[:, 0]
    is_defined = w * w + along_axis * along_axis > 1e-6
    angles = 2.0 * np.arctan2(along_axis, w)
    angles -= 2.0 * np.pi * np.round(angles / (2.0 * np.pi))
    if not np.all(is_defined):
        # after a swing of 180 degrees the twist is not defined: keep that of the frame before
        last = np.maximum.accumulate(np.where(is_defined, np.arange(len(angles)), 0))
        angles = angles[last] if np.any(is_defined) else np.zeros_like(angles)
    return np.unwrap(angles)


def build_twist_bones(
    rig: Rig, twist_names: Mapping[str, tuple[str, ...]], bones: Mapping[str, int], columns: Mapping[str, int],
    parent_joints: Mapping[str, str],
) -> tuple[TwistBone, ...]:  # fmt: skip
    """Return how the twist bones rotate, including bones of joints that bend without twisting.

    Parameters
    ----------
    rig : Rig
        The rig.
    twist_names : joint name to bone names
        See :func:`find_twist_bones`.
    bones : joint name to bone index
        The mapped joints.
    columns : joint name to column
        Columns of the joints in arrays of joint rotations.
    parent_joints : joint name to joint name
        The nearest mapped joint above each joint.
    """
    result: list[TwistBone] = []
    for upper, lower, includes_lower in SEGMENTS:
        if (
            upper not in twist_names
            or upper not in columns
            or lower not in columns
            or upper not in parent_joints
        ):
            continue
        ends = bones[upper], bones[lower]
        axis = normalise(rig.heads[ends[1]] - rig.heads[ends[0]])
        lower_column = columns[lower] if includes_lower else -1
        inline = [
            bone for bone in find_inline_bones(rig, *ends) if rig.bone_names[bone] in twist_names[upper]
        ]
        weights: list[tuple[int, float, float]] = []
        if inline:
            # the bone that carries the others bends without twisting
            weights.append((ends[0], -1.0, 0.0))
        for step, bone in enumerate(inline, start=1):
            fraction = step / len(inline)
            weights.append((bone, fraction - 1.0, fraction))
        for name in twist_names[upper]:
            leaf = rig.bone_index(name)
            if leaf in inline:
                continue
            fraction = min(max(project_on_segment(rig, *ends, leaf)[0], 0.0), 1.0)
            weights.append((leaf, 0.0 if includes_lower and not inline else fraction - 1.0, fraction))
        result += [
            TwistBone(
                bone,
                columns[upper],
                columns[parent_joints[upper]],
                lower_column,
                axis,
                upper_weight,
                lower_weight,
            )
            for bone, upper_weight, lower_weight in weights
        ]
    return tuple(result)
