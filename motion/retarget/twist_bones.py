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
from ..mapping.families import family_named
from ..rig import Rig
from ..rotations import Array, conjugate, multiply, normalise

_SIDES = ("left", "right")
SEGMENTS: tuple[tuple[str, str, bool], ...] = tuple(
    (f"{side}_{upper}", f"{side}_{lower}", turns)
    for side in _SIDES
    for upper, lower, turns in (
        ("shoulder", "elbow", False), ("elbow", "wrist", True), ("hip", "knee", False), ("knee", "ankle", True),
    )
)  # fmt: skip
"""Joint at the upper end, joint at the lower end, and whether the lower joint's twist belongs to the limb: elbows and
knees are hinges, the twist of wrists and ankles is that of forearm and shin."""

_NAMED = re.compile(r"twist|roll|ツイスト|捩", re.IGNORECASE)
_OFF_AXIS = 0.12  # from the segment's line, in its lengths: bones farther away have another purpose
_LONG = 0.2  # in lengths of the segment: shorter leaf bones are recognised by name only
_PARALLEL = 0.97  # cosine of the angle between a leaf bone and the segment


def twist_bones(rig: Rig, bone_map: BoneMap) -> dict[str, tuple[str, ...]]:
    """Find the twist bones of each limb segment.

    They are recognised by their position in the hierarchy and along the limb, leaf bones also by name. Bones with
    constraints are left out, because their constraints move them, and so are control rigs.

    Returns
    -------
    joint name to bone names
        For the joint at the upper end of a segment its twist bones, from the upper end down.
    """
    family = family_named(bone_map.family)
    if family is not None and family.controls:
        return {}
    mapped = {rig.bone_index(bone) for bone in bone_map.bones.values() if bone in rig}
    inner = {parent for bone in mapped for parent in rig.list_ancestors(bone)}
    found: dict[str, tuple[str, ...]] = {}
    for upper, lower, _ in SEGMENTS:
        ends = [rig.bone_index(bone_map.bones[j]) for j in (upper, lower) if bone_map.bones.get(j, "") in rig]
        if len(ends) < 2:
            continue
        line = in_line(rig, *ends)
        leaves = _leaves(rig, [ends[0], *line], ends[1], mapped | inner)
        bones = [bone for bone in (*line, *leaves) if not rig.constrained[bone]]
        if bones:
            found[upper] = tuple(rig.bone_names[bone] for bone in bones)
    return found


def in_line(rig: Rig, upper: int, lower: int) -> list[int]:
    """Return the bones between two bones of a chain, from the upper one down; empty if they form no chain."""
    line = rig.list_ancestors(lower)
    return line[: line.index(upper)][::-1] if upper in line else []


def along(rig: Rig, upper: int, lower: int, bone: int) -> tuple[float, float]:
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
    way = rig.heads[lower] - rig.heads[upper]
    square = max(float(np.dot(way, way)), 1e-18)
    away = rig.heads[bone] - rig.heads[upper]
    share = float(np.dot(away, way)) / square
    return share, float(np.linalg.norm(away - share * way)) / square**0.5


def _leaves(rig: Rig, chain: list[int], lower: int, taken: set[int]) -> list[int]:
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
    within = set(chain)
    found: list[tuple[float, int]] = []
    if all(b in taken or b in within for b, parent in enumerate(rig.parents) if parent in within):
        return []
    way = normalise(rig.heads[lower] - rig.heads[chain[0]])
    length = float(np.linalg.norm(rig.heads[lower] - rig.heads[chain[0]]))
    for bone, parent in enumerate(rig.parents):
        if parent not in within or bone in taken or bone in within:
            continue
        share, off = along(rig, chain[0], lower, bone)
        if not -0.05 <= share <= 1.05 or off > _OFF_AXIS:
            continue
        body = rig.tails[bone] - rig.heads[bone]
        lies = abs(float(np.dot(normalise(body), way))) > _PARALLEL and np.linalg.norm(body) > _LONG * length
        named = bool(_NAMED.search(rig.bone_names[bone]))
        if named or (lies and bool(rig.deform[bone]) and bone not in rig.parents):
            found.append((share, bone))
            if named:
                within.add(bone)  # twist bones may be parented to one another
    return [bone for _, bone in sorted(found)]


@dataclass(frozen=True, eq=False)
class Twist:
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
    before: int
    after: int
    axis: Array
    own: float
    end: float

    def turn(self, turns: Array) -> Array:
        """Return the world rotations (T, 4) of the bone, given those (T, K, 4) of the joints."""
        limb = turns[:, self.column]
        angle = np.zeros(len(turns))
        if self.own:
            angle += self.own * twist_angle(turns[:, self.before], limb, self.axis)
        if self.end and self.after >= 0:
            angle += self.end * twist_angle(limb, turns[:, self.after], self.axis)
        half = 0.5 * angle[:, None]
        return multiply(limb, np.concatenate([np.cos(half), np.sin(half) * self.axis], axis=-1))


def twist_angle(upper: Array, lower: Array, axis: Array) -> Array:
    """Return the angles (T,) in radians by which ``lower`` is twisted against ``upper`` about ``axis``.

    Angles are continuous over time.

    It is the twist of the swing-twist decomposition: the rotation about the axis that is closest to the whole
    rotation. ``upper``, ``lower`` (T, 4): world rotations from rest. ``axis`` (3,): unit vector.
    """
    relative = multiply(conjugate(upper), lower)
    along_axis = relative[:, 1:] @ axis
    w = relative[:, 0]
    known = w * w + along_axis * along_axis > 1e-6
    angle = 2.0 * np.arctan2(along_axis, w)
    angle -= 2.0 * np.pi * np.round(angle / (2.0 * np.pi))
    if not np.all(known):
        # after a swing of 180 degrees the twist is not defined: keep that of the frame before
        last = np.maximum.accumulate(np.where(known, np.arange(len(angle)), 0))
        angle = angle[last] if np.any(known) else np.zeros_like(angle)
    return np.unwrap(angle)


def twists_of(
    rig: Rig, found: Mapping[str, tuple[str, ...]], bones: Mapping[str, int], columns: Mapping[str, int],
    above: Mapping[str, str],
) -> tuple[Twist, ...]:  # fmt: skip
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
    result: list[Twist] = []
    for upper, lower, turns in SEGMENTS:
        if upper not in found or upper not in columns or lower not in columns or upper not in above:
            continue
        ends = bones[upper], bones[lower]
        axis = normalise(rig.heads[ends[1]] - rig.heads[ends[0]])
        after = columns[lower] if turns else -1
        line = [bone for bone in in_line(rig, *ends) if rig.bone_names[bone] in found[upper]]
        weights: list[tuple[int, float, float]] = []
        if line:
            # the bone that carries the others bends without twisting
            weights.append((ends[0], -1.0, 0.0))
        for step, bone in enumerate(line, start=1):
            share = step / len(line)
            weights.append((bone, share - 1.0, share))
        for name in found[upper]:
            leaf = rig.bone_index(name)
            if leaf in line:
                continue
            share = min(max(along(rig, *ends, leaf)[0], 0.0), 1.0)
            weights.append((leaf, 0.0 if turns and not line else share - 1.0, share))
        result += [
            Twist(bone, columns[upper], columns[above[upper]], after, axis, own, end)
            for bone, own, end in weights
        ]
    return tuple(result)
