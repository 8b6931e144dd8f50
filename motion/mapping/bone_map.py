# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the bone for each joint: by the names of a rig family, by the structure of the body, or by both.

The score of a family is the weighted fraction of its joints for which a bone is found, times the fraction of bones
that are in the right order in the hierarchy. It is lowered where the shape of the body contradicts the names.
``structure`` finds joints whose bones have other names, and the bones of rigs that match no family.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ..errors import MappingError
from ..recent_results import RecentResults
from ..rig import Rig
from ..skeleton import SMPL_JOINTS
from .anatomy import find_posture_doubt, find_side_doubt, measure_leg_length
from .bone_names import JointBones, split_characters
from .bone_names import fold_name as fold_name
from .doubt import Doubt
from .families import FAMILIES, Family, find_family
from .rig_shape import describe_shape, find_bone_on_floor
from .side_names import has_animal_limbs
from .structure import map_structure

SURE_CONFIDENCE = 0.8
"""A map with at least this confidence is used at once; below it the user has to accept it."""

ESSENTIAL_JOINTS: tuple[str, ...] = (
    "pelvis", "left_hip", "right_hip", "left_knee", "right_knee",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
)  # fmt: skip
"""A rig without a bone for one of these cannot play a human motion."""

_JOINT_WEIGHTS: dict[str, float] = {
    **dict.fromkeys(SMPL_JOINTS, 1.0),
    **dict.fromkeys(ESSENTIAL_JOINTS, 2.0),
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


_MIN_COVERAGE = 0.3
"""A family is considered if at least this weighted fraction of its joints has a bone."""

_DOUBT_FACTOR = 0.4
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
    or where the confidence is too low. :func:`suggest_bones` then returns the best guess. The characters of a crowd
    with the same bones are mapped once.
    """
    found = _known_maps.get(describe_shape(rig), lambda: require_sure_map(rig, suggest_bones(rig)))
    return replace(found, bones=dict(found.bones))


_known_maps = RecentResults[BoneMap](8)


def require_sure_map(rig: Rig, bone_map: BoneMap) -> BoneMap:
    """Return ``bone_map`` if there is no reasonable doubt about it, else raise :class:`MappingError`."""
    missing_joints = [joint for joint in ESSENTIAL_JOINTS if joint in bone_map.missing]
    family = find_family(bone_map.family)
    # an error, so that it is translated with the sentence that it becomes part of
    reason = MappingError(bone_map.doubts[0].value) if bone_map.doubts else None
    if "pelvis" in missing_joints and _are_hips_the_object(rig, family):
        raise MappingError(
            "The hips of {name} became the armature object when the file was imported: in Edit Mode add a bone there, "
            "and make it the parent of the spine and of both legs",
            name=rig.name,
        )
    if missing_joints and bone_map.confidence < 0.5:
        if reason is None:
            reason = MappingError("its bone names fit no known rig family, and its structure no human body")
        raise MappingError(
            "No humanoid bones were recognised in {name}: {reason}", name=rig.name, reason=reason
        )
    if missing_joints and family is not None:
        raise MappingError(
            "{name} looks like a {family} rig, but has no bone for: {joints}",
            name=rig.name,
            family=family.label,
            joints=", ".join(missing_joints),
        )
    if missing_joints:
        raise MappingError(
            "{name} looks like a human body, but has no bone for: {joints}",
            name=rig.name,
            joints=", ".join(missing_joints),
        )
    if bone_map.confidence < SURE_CONFIDENCE and reason is not None:
        raise MappingError(
            "{name} was recognised with {confidence:.0%} certainty only, because {reason}: check its bone map",
            name=rig.name,
            confidence=bone_map.confidence,
            reason=reason,
        )
    if bone_map.confidence < SURE_CONFIDENCE:
        raise MappingError(
            "{name} was recognised with {confidence:.0%} certainty only: check its bone map",
            name=rig.name,
            confidence=bone_map.confidence,
        )
    return bone_map


_LOOSE_PARTS = 3
"""Bones without a parent if the hips are missing: the spine and both legs."""

_HIPS_DISTANCE = 0.15
"""Largest distance of an object that was the hips from the bones that hung on them, in extents of the rig."""


def _are_hips_the_object(rig: Rig, family: Family | None) -> bool:
    """Return whether the hips became the armature object: the spine and both legs have no parent.

    The object has the name of hips, whatever its prefix and number, or stands where hips are.
    """
    loose = [bone for bone, parent in enumerate(rig.parents) if parent < 0]
    if len(loose) < _LOOSE_PARTS:
        return False
    folded = fold_name(re.sub(r"\.\d+$", "", rig.name))
    names = {
        fold_name(bone)
        for each in ([family] if family else FAMILIES)
        for bone in each.bone_names.get("pelvis", ())
    }
    if any(folded.endswith(name) for name in names):
        return True
    extent = float(np.linalg.norm(np.ptp(rig.heads, axis=0)))
    return bool(np.linalg.norm(rig.heads[loose] - rig.origin, axis=1).max() < _HIPS_DISTANCE * extent)


def suggest_bones(rig: Rig) -> BoneMap:
    """Return the most likely bone map, whatever its confidence.

    Of equal scores the family that is listed first wins.
    Raises :class:`MappingError` where the rig has no bones.
    """
    if not len(rig):
        raise MappingError("{name} has no bones: select the armature of a character", name=rig.name)
    maps = _map_by_names(rig)
    by_names = _select_map(rig, maps)
    if by_names is not None and (doubted := _doubt_other_character(rig, by_names, maps)) is not None:
        return replace(doubted, confidence=min(doubted.confidence, 0.4))
    is_control_rig = by_names is not None and _get_family(by_names).is_control_rig
    if by_names is not None and (
        by_names.confidence >= SURE_CONFIDENCE and (is_control_rig or not by_names.missing)
    ):
        return by_names
    # where the shape of the body contradicts the names, the user has to decide
    if (
        by_names is not None
        and by_names.doubts
        and not any(joint in by_names.missing for joint in ESSENTIAL_JOINTS)
    ):
        return by_names
    by_structure = map_bones_by_structure(rig)
    if by_names is None:
        return by_structure
    completed = by_names if is_control_rig else _complete_with_structure(rig, by_names, by_structure)
    return (
        completed if completed.confidence >= min(by_structure.confidence, SURE_CONFIDENCE) else by_structure
    )


def map_bones_by_structure(rig: Rig) -> BoneMap:
    """Return the bone map found from positions and parents of bones alone, whatever its confidence."""
    structure = map_structure(rig)
    return BoneMap(
        "custom",
        structure.bones,
        structure.root,
        (),
        structure.confidence,
        _list_missing_joints(structure.bones),
        doubts=structure.doubts,
    )


def find_switches(
    family: Family, properties: Mapping[str, Iterable[str]]
) -> tuple[tuple[str, str, float], ...]:
    """Return those of the family's switches whose bone and custom property the rig has."""
    return tuple(s for s in family.switches if s[1] in properties.get(s[0], ()))


def _map_by_names(rig: Rig) -> list[BoneMap]:
    """Return the maps found by the names of each family under each prefix, the best first."""
    maps: list[BoneMap] = []
    carriers: dict[str, list[int]] = {}
    for names in split_characters(rig.bone_names):
        for family in FAMILIES:
            for prefix, matches in names.match_family(family):
                # skip families of which a few names match by chance
                if _compute_coverage(family, matches) >= _MIN_COVERAGE:
                    if family.name not in carriers:
                        carriers[family.name] = rig.effective_parents(family.constraint_parents)
                    root = names.find_root(family, prefix)
                    maps.append(_make_family_map(rig, family, matches, root, carriers[family.name]))
    family_order = {family.name: position for position, family in enumerate(FAMILIES)}

    def sort_key(bone_map: BoneMap) -> tuple[float, bool, int, int]:
        # by names alone: a doubt must not make a family with fewer matching names win
        score = bone_map.confidence / (_DOUBT_FACTOR if bone_map.doubts else 1.0)
        return (
            -score,
            not _get_family(bone_map).is_control_rig,
            -len(bone_map.bones),
            family_order[bone_map.family],
        )

    return sorted(maps, key=sort_key)


def _make_family_map(
    rig: Rig, family: Family, matches: JointBones, root: str | None, carriers: Sequence[int]
) -> BoneMap:
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
    coverage = _compute_coverage(family, matches)
    hierarchy_score = _rate_hierarchy(rig, matches, carriers, family.is_control_rig)
    bones = _use_top_spine_as_chest(matches)
    points = {joint: rig.heads[rig.bone_index(bone)] for joint, bone in bones.items()}
    doubt = find_side_doubt(points) or find_posture_doubt(points) or _find_name_doubt(bones)
    if root and ("pelvis" not in bones or not _is_above(rig, root, bones["pelvis"], carriers)):
        root = None
    if root is None and not family.is_control_rig:
        root = find_bone_on_floor(rig, bones, carriers)
    return BoneMap(
        family.name,
        bones,
        root,
        find_switches(family, rig.properties),
        round(coverage * hierarchy_score * (_DOUBT_FACTOR if doubt else 1.0), 3),
        _list_missing_joints(bones),
        doubts=(doubt,) if doubt else (),
    )


def _find_name_doubt(bones: Mapping[str, str]) -> Doubt | None:
    """Return a doubt where limbs that structure has added have names of an animal's; None without one."""
    return Doubt.ANIMAL_NAMES if has_animal_limbs(bones) else None


def _use_top_spine_as_chest(matches: JointBones) -> JointBones:
    """Use the topmost spine bone, which carries the arms, for ``spine3`` where that joint has no bone."""
    spine = [joint for joint in ("spine1", "spine2") if joint in matches]
    if "spine3" in matches or not spine:
        return matches
    renamed = {joint: ("spine3" if joint == spine[-1] else joint) for joint in matches}
    return {renamed[joint]: bone for joint, bone in matches.items()}


def _compute_coverage(family: Family, bones: JointBones) -> float:
    """Return the weighted fraction of the family's body joints that have a bone."""
    family_joints = [joint for joint in SMPL_JOINTS if joint in family.bone_names]
    return sum(_JOINT_WEIGHTS[joint] for joint in family_joints if joint in bones) / sum(
        _JOINT_WEIGHTS[joint] for joint in family_joints
    )


def _get_family(bone_map: BoneMap) -> Family:
    family = find_family(bone_map.family)
    assert family is not None
    return family


def _list_missing_joints(bones: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(joint for joint in SMPL_JOINTS if joint not in bones)


def _select_map(rig: Rig, maps: Sequence[BoneMap]) -> BoneMap | None:
    """Return the best map, or of several good ones the one whose bones are selected."""
    good_maps = [m for m in maps if m.confidence > 0.9 * maps[0].confidence]
    if np.any(rig.selected):
        selected_names = {name for name, flag in zip(rig.bone_names, rig.selected, strict=True) if flag}
        with_bones = [m for m in good_maps if selected_names & set(m.bones.values())]
        without_bones = [m for m in good_maps if not selected_names & set(m.bones.values())]
        if with_bones and without_bones:
            return with_bones[0]
    return maps[0] if maps else None


def _doubt_other_character(rig: Rig, best: BoneMap, maps: Sequence[BoneMap]) -> BoneMap | None:
    """Return the best map with a doubt added where the armature holds another character, else None.

    The layers of one control rig are in the same position; two characters are not, and share no bone. If bones of
    just one character are selected, that one is meant.
    """
    if best.confidence < 0.5:
        return None
    best_bones = set(best.bones.values())
    heads = _collect_essential_heads(rig, best)
    if len(heads) < len(ESSENTIAL_JOINTS):
        return None
    selected = {name for name, flag in zip(rig.bone_names, rig.selected, strict=True) if flag}
    for other in maps:
        bones = set(other.bones.values())
        if other.confidence < 0.75 * best.confidence or best_bones & bones:
            continue
        other_heads = _collect_essential_heads(rig, other)
        shared = [joint for joint in heads if joint in other_heads]
        if not shared or bool(selected & best_bones) != bool(selected & bones):
            continue
        distance = float(np.median([np.linalg.norm(heads[j] - other_heads[j]) for j in shared]))
        if distance > 0.2 * max(measure_leg_length(heads), measure_leg_length(other_heads)):
            return replace(best, doubts=(Doubt.TWO_CHARACTERS, *best.doubts))
    return None


def _collect_essential_heads(rig: Rig, bone_map: BoneMap) -> dict[str, np.ndarray]:
    return {
        joint: rig.heads[rig.bone_index(bone)]
        for joint, bone in bone_map.bones.items()
        if joint in ESSENTIAL_JOINTS or joint.endswith("ankle")
    }


def _complete_with_structure(rig: Rig, by_names: BoneMap, by_structure: BoneMap) -> BoneMap:
    """Add bones found by structure for joints that have none by name, if both maps agree on most limbs."""
    common = [joint for joint in SMPL_JOINTS if joint in by_names.bones and joint in by_structure.bones]
    agreed = [joint for joint in common if by_names.bones[joint] == by_structure.bones[joint]]
    limbs = [joint for joint in common if joint.split("_")[0] in ("left", "right")]
    limbs_agreed = [joint for joint in limbs if joint in agreed]
    if len(limbs) < 6 or len(limbs_agreed) < 0.8 * len(limbs):
        return by_names
    used_bones = set(by_names.bones.values())
    added = {
        joint: by_structure.bones[joint]
        for joint in by_names.missing
        if joint in by_structure.bones and by_structure.bones[joint] not in used_bones
    }
    if not added:
        return by_names
    spine = [by_structure.bones.get(f"spine{k}") for k in (1, 2, 3)]
    if spine[0] in used_bones and not any(f"spine{k}" in by_names.bones for k in (1, 2, 3)):
        # what the names call the pelvis is the first bone of the spine by structure: legs beside it, on the root
        remaining = [bone for bone in spine[1:] if bone is not None and bone not in used_bones]
        added = {joint: bone for joint, bone in added.items() if bone not in remaining}
        added |= dict(
            zip(("spine1", "spine3") if len(remaining) > 1 else ("spine3",), remaining, strict=True)
        )
    bones = {
        joint: {**by_names.bones, **added}[joint]
        for joint in (*SMPL_JOINTS, *by_names.bones)
        if joint in by_names.bones or joint in added
    }
    family = _get_family(by_names)
    coverage = _compute_coverage(family, bones)
    hierarchy_score = _rate_hierarchy(
        rig, bones, rig.effective_parents(family.constraint_parents), family.is_control_rig
    )
    points = {joint: rig.heads[rig.bone_index(bone)] for joint, bone in bones.items()}
    doubt = find_side_doubt(points) or find_posture_doubt(points) or _find_name_doubt(bones)
    confidence = (
        coverage * hierarchy_score * (_DOUBT_FACTOR if doubt else 1.0) * len(limbs_agreed) / len(limbs)
    )
    # without an essential joint the map by names is of no use, however many names are known
    is_usable = not any(joint in by_names.missing for joint in ESSENTIAL_JOINTS)
    if confidence < by_names.confidence and is_usable:
        return by_names
    return replace(
        by_names,
        bones=bones,
        root=by_names.root or by_structure.root,
        confidence=round(min(confidence, 0.97), 3),
        missing=_list_missing_joints(bones),
        doubts=(doubt,) if doubt else (),
    )


def _is_above(rig: Rig, upper: str, lower: str, carriers: Sequence[int]) -> bool:
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


def _rate_hierarchy(
    rig: Rig, bones: Mapping[str, str], carriers: Sequence[int], is_control_rig: bool = False
) -> float:
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
    ancestors = {joint: rig.list_ancestors(rig.bone_index(bone), carriers) for joint, bone in bones.items()}
    are_in_order = []
    for chain in _CHAINS:
        present = [j for j in chain if j in bones and not (is_control_rig and j.endswith("collar"))]
        for upper, lower in pairwise(present):
            holders = [rig.bone_index(bones[upper])]
            if upper == "pelvis" and ancestors["pelvis"]:
                holders.append(ancestors["pelvis"][0])
            are_in_order.append(any(holder in ancestors[lower] for holder in holders))
    return sum(are_in_order) / len(are_in_order) if are_in_order else 1.0
