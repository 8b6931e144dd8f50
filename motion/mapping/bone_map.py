# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the bone for each joint: by the names of a rig family, by the structure of the body, or by both.

The score of a family is the weighted fraction of its joints for which a bone is found, times the fraction of bones
that are in the right order in the hierarchy. It is lowered where the shape of the body contradicts the names.
``structure`` finds joints whose bones have other names, and the bones of rigs that match no family.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ..errors import MappingError
from ..rig import Rig
from ..skeleton import SMPL_JOINTS
from .anatomy import leg_length, posture_doubt, side_doubt
from .bone_names import Found, characters
from .bone_names import fold as fold
from .doubt import Doubt
from .families import FAMILIES, Family, family_named
from .structure import structure_map

SURE = 0.8
"""A map with at least this confidence is used at once; below it the user has to accept it."""

ESSENTIAL: tuple[str, ...] = (
    "pelvis", "left_hip", "right_hip", "left_knee", "right_knee",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
)  # fmt: skip
"""A rig without a bone for one of these cannot play a human motion."""

_WEIGHTS: dict[str, float] = {
    **dict.fromkeys(SMPL_JOINTS, 1.0),
    **dict.fromkeys(ESSENTIAL, 2.0),
    **dict.fromkeys(("left_foot", "right_foot", "left_collar", "right_collar", "spine2"), 0.5),
}

_CHAINS: tuple[tuple[str, ...], ...] = tuple(
    chain
    for side in ("left", "right")
    for chain in (
        ("pelvis", f"{side}_hip", f"{side}_knee", f"{side}_ankle", f"{side}_foot"),
        ("pelvis", f"{side}_collar", f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"),
    )
) + (("pelvis", "spine1"), ("pelvis", "spine2"), ("pelvis", "spine3"), ("pelvis", "neck", "head"))


_A_GUESS = 0.3
"""A family is considered if at least this weighted fraction of its joints has a bone."""

_DOUBTED = 0.4
"""Factor of a map's confidence where the shape of the body contradicts the names."""

Quaternion = tuple[float, float, float, float]
"""w, x, y, z."""


@dataclass(frozen=True)
class BoneMap:
    """Which bone is keyed for which joint.

    Attributes
    ----------
    family : str
        Name of the rig family ("smplx", "mixamo", "rigify"), or "custom": recognised by structure.
    bones : joint name to bone name
        The bone that is keyed for each joint of the body, of the hands, and for "jaw": a deform bone or an FK
        control.
    root : str or None
        The separate root or master bone above the hips; it is not keyed.
    switches : tuple of (bone, custom property, value)
        Custom properties that have to be keyed so that the result plays.
    confidence : float
        0 to 1.
    missing : tuple of str
        Joints of the body without a bone.
    reference : bone name to quaternion
        A pose that the user has captured to use in place of the rest pose: rotations (w, x, y, z) from rest about
        the armature's own axes. Empty: the rest pose itself.
    doubts : tuple of Doubt
        Reasons to doubt the map, the most important first.
    """

    family: str
    bones: dict[str, str] = field(default_factory=dict)
    root: str | None = None
    switches: tuple[tuple[str, str, float], ...] = ()
    confidence: float = 1.0
    missing: tuple[str, ...] = ()
    reference: Mapping[str, Quaternion] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def map_bones(rig: Rig) -> BoneMap:
    """Return the bone map of a rig if there is no reasonable doubt about it.

    Raises :class:`MappingError` where the rig has no bones, is no human body, lacks a limb, holds two characters,
    or where the confidence is too low. :func:`suggest_bones` then returns the best guess.
    """
    return checked_bones(rig, suggest_bones(rig))


def checked_bones(rig: Rig, best: BoneMap) -> BoneMap:
    """Return ``bone_map`` if there is no reasonable doubt about it, else raise :class:`MappingError`."""
    lacking = [joint for joint in ESSENTIAL if joint in best.missing]
    family = family_named(best.family)
    # an error, so that it is translated with the sentence that it becomes part of
    reason = MappingError(best.doubts[0].value) if best.doubts else None
    if lacking and best.confidence < 0.5:
        if reason is None:
            reason = MappingError("its bone names fit no known rig family, and its structure no human body")
        raise MappingError(
            "No humanoid bones were recognised in {name}: {reason}", name=rig.name, reason=reason
        )
    if lacking and family is not None:
        raise MappingError(
            "{name} looks like a {family} rig, but has no bone for: {joints}",
            name=rig.name,
            family=family.label,
            joints=", ".join(lacking),
        )
    if lacking:
        raise MappingError(
            "{name} looks like a human body, but has no bone for: {joints}",
            name=rig.name,
            joints=", ".join(lacking),
        )
    if best.confidence < SURE and reason is not None:
        raise MappingError(
            "{name} was recognised with {confidence:.0%} certainty only, because {reason}: check its bone map",
            name=rig.name,
            confidence=best.confidence,
            reason=reason,
        )
    if best.confidence < SURE:
        raise MappingError(
            "{name} was recognised with {confidence:.0%} certainty only: check its bone map",
            name=rig.name,
            confidence=best.confidence,
        )
    return best


def suggest_bones(rig: Rig) -> BoneMap:
    """Return the most likely bone map, whatever its confidence.

    Of equal scores the family that is listed first wins.
    Raises :class:`MappingError` where the rig has no bones.
    """
    if not len(rig):
        raise MappingError("{name} has no bones: select the armature of a character", name=rig.name)
    maps = _named_maps(rig)
    named = _selected(rig, maps)
    if named is not None and (double := _other_character(rig, named, maps)) is not None:
        return replace(double, confidence=min(double.confidence, 0.4))
    controls = named is not None and _family(named).controls
    if named is not None and (named.confidence >= SURE and (controls or not named.missing)):
        return named
    # where the shape of the body contradicts the names, the user has to decide
    if named is not None and named.doubts and not any(joint in named.missing for joint in ESSENTIAL):
        return named
    by_shape = bones_by_structure(rig)
    if named is None:
        return by_shape
    completed = named if controls else _completed(rig, named, by_shape)
    return completed if completed.confidence >= min(by_shape.confidence, SURE) else by_shape


def bones_by_structure(rig: Rig) -> BoneMap:
    """Return the bone map found from positions and parents of bones alone, whatever its confidence."""
    shape = structure_map(rig)
    return BoneMap(
        "custom", shape.bones, shape.root, (), shape.confidence, _missing(shape.bones), doubts=shape.doubts
    )


def switches_for(
    family: Family, properties: Mapping[str, Iterable[str]]
) -> tuple[tuple[str, str, float], ...]:
    """Return those of the family's switches whose bone and custom property the rig has."""
    return tuple(s for s in family.switches if s[1] in properties.get(s[0], ()))


def _named_maps(rig: Rig) -> list[BoneMap]:
    """Return the maps found by the names of each family under each prefix, the best first."""
    maps: list[BoneMap] = []
    carriers: dict[str, list[int]] = {}
    for names in characters(rig.bone_names):
        for family in FAMILIES:
            for prefix, found in names.matches(family):
                # skip families of which a few names match by chance
                if _share(family, found) >= _A_GUESS:
                    if family.name not in carriers:
                        carriers[family.name] = rig.effective_parents(family.follows)
                    root = names.root(family, prefix)
                    maps.append(_family_map(rig, family, found, root, carriers[family.name]))
    order = {family.name: place for place, family in enumerate(FAMILIES)}

    def rank(bone_map: BoneMap) -> tuple[float, bool, int, int]:
        # by names alone: a doubt must not make a family with fewer matching names win
        score = bone_map.confidence / (_DOUBTED if bone_map.doubts else 1.0)
        return -score, not _family(bone_map).controls, -len(bone_map.bones), order[bone_map.family]

    return sorted(maps, key=rank)


def _family_map(rig: Rig, family: Family, found: Found, root: str | None, carriers: Sequence[int]) -> BoneMap:
    """Return the bone map of the bones that match a family's names, with its confidence and doubts.

    Parameters
    ----------
    rig : Rig
        The rig.
    family : Family
        The family.
    matches : joint name to bone name
        The bones with the family's names.
    root : str or None
        The bone with a name of the family's root bone.
    carriers : sequence of int
        For each bone the one that carries it, -1 for none.
    """
    share = _share(family, found)
    hanging = _hierarchy(rig, found, carriers, family.controls)
    bones = _to_the_chest(found)
    points = {joint: rig.heads[rig.bone_index(bone)] for joint, bone in bones.items()}
    doubt = side_doubt(points) or posture_doubt(points)
    if root and ("pelvis" not in bones or not _above(rig, root, bones["pelvis"], carriers)):
        root = None
    return BoneMap(
        family.name,
        bones,
        root,
        switches_for(family, rig.properties),
        round(share * hanging * (_DOUBTED if doubt else 1.0), 3),
        _missing(bones),
        doubts=(doubt,) if doubt else (),
    )


def _to_the_chest(found: Found) -> Found:
    """Use the topmost spine bone, which carries the arms, for ``spine3`` where that joint has no bone."""
    spine = [joint for joint in ("spine1", "spine2") if joint in found]
    if "spine3" in found or not spine:
        return found
    renamed = {joint: ("spine3" if joint == spine[-1] else joint) for joint in found}
    return {renamed[joint]: bone for joint, bone in found.items()}


def _share(family: Family, found: Found) -> float:
    """Return the weighted fraction of the family's body joints that have a bone."""
    own = [joint for joint in SMPL_JOINTS if joint in family.bones]
    return sum(_WEIGHTS[joint] for joint in own if joint in found) / sum(_WEIGHTS[joint] for joint in own)


def _family(bone_map: BoneMap) -> Family:
    family = family_named(bone_map.family)
    assert family is not None
    return family


def _missing(bones: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(joint for joint in SMPL_JOINTS if joint not in bones)


def _selected(rig: Rig, maps: Sequence[BoneMap]) -> BoneMap | None:
    """Return the best map, or of several good ones the one whose bones are selected."""
    good = [m for m in maps if m.confidence > 0.9 * maps[0].confidence]
    if np.any(rig.selected):
        chosen = {name for name, flag in zip(rig.bone_names, rig.selected, strict=True) if flag}
        with_bones = [m for m in good if chosen & set(m.bones.values())]
        without = [m for m in good if not chosen & set(m.bones.values())]
        if with_bones and without:
            return with_bones[0]
    return maps[0] if maps else None


def _other_character(rig: Rig, best: BoneMap, maps: Sequence[BoneMap]) -> BoneMap | None:
    """Return the best map with a doubt added where the armature holds another character, else None.

    The layers of one control rig are in the same position; two characters are not, and share no bone. If bones of
    just one character are selected, that one is meant.
    """
    if best.confidence < 0.5:
        return None
    own = set(best.bones.values())
    heads = _heads(rig, best)
    if len(heads) < len(ESSENTIAL):
        return None
    selected = {name for name, flag in zip(rig.bone_names, rig.selected, strict=True) if flag}
    for other in maps:
        bones = set(other.bones.values())
        if other.confidence < 0.75 * best.confidence or own & bones:
            continue
        theirs = _heads(rig, other)
        shared = [joint for joint in heads if joint in theirs]
        if not shared or bool(selected & own) != bool(selected & bones):
            continue
        apart = float(np.median([np.linalg.norm(heads[j] - theirs[j]) for j in shared]))
        if apart > 0.2 * max(leg_length(heads), leg_length(theirs)):
            return replace(best, doubts=(Doubt.TWO_CHARACTERS, *best.doubts))
    return None


def _heads(rig: Rig, bone_map: BoneMap) -> dict[str, np.ndarray]:
    return {
        joint: rig.heads[rig.bone_index(bone)]
        for joint, bone in bone_map.bones.items()
        if joint in ESSENTIAL or joint.endswith("ankle")
    }


def _completed(rig: Rig, named: BoneMap, shape: BoneMap) -> BoneMap:
    """Add bones found by structure for joints that have none by name, if both maps agree on most limbs."""
    common = [joint for joint in SMPL_JOINTS if joint in named.bones and joint in shape.bones]
    agreed = [joint for joint in common if named.bones[joint] == shape.bones[joint]]
    limbs = [joint for joint in common if joint.split("_")[0] in ("left", "right")]
    limbs_agreed = [joint for joint in limbs if joint in agreed]
    if len(limbs) < 6 or len(limbs_agreed) < 0.8 * len(limbs):
        return named
    taken = set(named.bones.values())
    added = {
        joint: shape.bones[joint]
        for joint in named.missing
        if joint in shape.bones and shape.bones[joint] not in taken
    }
    if not added:
        return named
    bones = {
        joint: {**named.bones, **added}[joint]
        for joint in (*SMPL_JOINTS, *named.bones)
        if joint in named.bones or joint in added
    }
    family = _family(named)
    share = _share(family, bones)
    hanging = _hierarchy(rig, bones, rig.effective_parents(family.follows), family.controls)
    points = {joint: rig.heads[rig.bone_index(bone)] for joint, bone in bones.items()}
    doubt = side_doubt(points) or posture_doubt(points)
    sure = share * hanging * (_DOUBTED if doubt else 1.0) * len(limbs_agreed) / len(limbs)
    if sure < named.confidence:
        return named
    return replace(
        named,
        bones=bones,
        root=named.root or shape.root,
        confidence=round(min(sure, 0.97), 3),
        missing=_missing(bones),
        doubts=(doubt,) if doubt else (),
    )


def _above(rig: Rig, upper: str, lower: str, carriers: Sequence[int]) -> bool:
    """Return whether bone ``upper`` is an ancestor of ``lower``.

    Parameters
    ----------
    rig : Rig
        The rig.
    upper, lower : str
        Names of the bones.
    carriers : sequence of int
        For each bone the one that carries it, -1 for none.
    """
    return rig.bone_index(upper) in rig.list_ancestors(rig.bone_index(lower), carriers)


def _hierarchy(rig: Rig, found: Mapping[str, str], carriers: Sequence[int], controls: bool = False) -> float:
    """Return the fraction of neighbouring joints whose bones are in the right order in the hierarchy.

    A bone below the parent of the pelvis counts as below the pelvis: in some families the lower body is a branch of
    its own. In control rigs, arms follow the shoulders by constraints and need not be below them.

    Parameters
    ----------
    rig : Rig
        The rig.
    bones : joint name to bone name
        The bones.
    carriers : sequence of int
        For each bone the one that carries it, -1 for none.
    is_control_rig : bool
        The bones are controls.
    """
    above = {joint: rig.list_ancestors(rig.bone_index(bone), carriers) for joint, bone in found.items()}
    links = []
    for chain in _CHAINS:
        present = [j for j in chain if j in found and not (controls and j.endswith("collar"))]
        for upper, lower in pairwise(present):
            holders = [rig.bone_index(found[upper])]
            if upper == "pelvis" and above["pelvis"]:
                holders.append(above["pelvis"][0])
            links.append(any(holder in above[lower] for holder in holders))
    return sum(links) / len(links) if links else 1.0
