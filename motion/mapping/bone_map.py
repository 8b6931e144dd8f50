# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bone of a rig stands for which joint: by the names of a family, by the body's structure, or by both.

Every family is scored by the weighted share of its joints for which a bone is found, by how far these bones hang
below one another as in a body, and by whether the body's shape agrees about left and right. Joints whose bones have
other names, and rigs that no family knows, are left to ``structure``.
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
"""From this confidence on, a map needs no second look; below it the user is asked."""

ESSENTIAL: tuple[str, ...] = (
    "pelvis", "left_hip", "right_hip", "left_knee", "right_knee",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
)  # fmt: skip
"""Without these a rig cannot take a human motion."""

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
"""Share of a family's joints from which on its names are no coincidence."""

_DOUBTED = 0.4
"""What is left of a map's score where the body's shape speaks against its names."""

Quaternion = tuple[float, float, float, float]
"""w, x, y, z."""


@dataclass(frozen=True)
class BoneMap:
    """What is keyed for which joint.

    ``family``: name of the family whose conventions hold ("smplx", "mixamo", "rigify"), or "custom": by structure.
    ``bones``: joint name to the bone that is keyed for it (a deform bone, or a control rig's FK control): joints of
    the body, of the hands, and "jaw".
    ``root``: the separate root or master bone above the hips, where there is one; it is not keyed.
    ``switches``: (bone, custom property, value) that have to be keyed so that the result plays.
    ``confidence``: 0 to 1. ``missing``: joints of the body for which no bone was found.
    ``reference``: bone to its rotation (w, x, y, z) from rest, about the armature's own axes, in a pose that the user
    has captured as the one to start from; empty: the rest pose is that.
    ``doubts``: what speaks against the map, in short sentences that go on after "because".
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
    """The map of which there is no reasonable doubt.

    Raises :class:`MappingError` in one sentence where the rig has no bones, is no human body, lacks a limb, holds two
    characters, or where it is not sure enough: :func:`suggest_bones` then says what it would guess.
    """
    return checked_bones(rig, suggest_bones(rig))


def checked_bones(rig: Rig, best: BoneMap) -> BoneMap:
    """``best`` where there is no reasonable doubt about it, else the :class:`MappingError` that says which there is."""
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
    """The best guess, whatever its confidence; on equal scores the family that is listed first.

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
    # names that the body's shape speaks against: neither of them is taken for granted
    if named is not None and named.doubts and not any(joint in named.missing for joint in ESSENTIAL):
        return named
    by_shape = bones_by_structure(rig)
    if named is None:
        return by_shape
    completed = named if controls else _completed(rig, named, by_shape)
    return completed if completed.confidence >= min(by_shape.confidence, SURE) else by_shape


def bones_by_structure(rig: Rig) -> BoneMap:
    """What the bones' places and parents say, whatever they are called; of any confidence."""
    shape = structure_map(rig)
    return BoneMap(
        "custom", shape.bones, shape.root, (), shape.confidence, _missing(shape.bones), doubts=shape.doubts
    )


def switches_for(
    family: Family, properties: Mapping[str, Iterable[str]]
) -> tuple[tuple[str, str, float], ...]:
    """Those of the family's switches whose bone and custom property the rig has."""
    return tuple(s for s in family.switches if s[1] in properties.get(s[0], ()))


def _named_maps(rig: Rig) -> list[BoneMap]:
    """What each family finds under each prefix, the best first."""
    maps: list[BoneMap] = []
    carriers: dict[str, list[int]] = {}
    for names in characters(rig.bone_names):
        for family in FAMILIES:
            for prefix, found in names.matches(family):
                # a handful of coincidences is not worth a closer look
                if _share(family, found) >= _A_GUESS:
                    if family.name not in carriers:
                        carriers[family.name] = rig.carriers(family.follows)
                    root = names.root(family, prefix)
                    maps.append(_family_map(rig, family, found, root, carriers[family.name]))
    order = {family.name: place for place, family in enumerate(FAMILIES)}

    def rank(bone_map: BoneMap) -> tuple[float, bool, int, int]:
        # by names alone: a doubt about the sides of one family is no reason to take the next best
        score = bone_map.confidence / (_DOUBTED if bone_map.doubts else 1.0)
        return -score, not _family(bone_map).controls, -len(bone_map.bones), order[bone_map.family]

    return sorted(maps, key=rank)


def _family_map(rig: Rig, family: Family, found: Found, root: str | None, carriers: Sequence[int]) -> BoneMap:
    share = _share(family, found)
    hanging = _hierarchy(rig, found, carriers, family.controls)
    bones = _to_the_chest(found)
    points = {joint: rig.heads[rig.index(bone)] for joint, bone in bones.items()}
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
    """The same with the topmost spine bone for ``spine3``, which carries the arms, where that one has no bone."""
    spine = [joint for joint in ("spine1", "spine2") if joint in found]
    if "spine3" in found or not spine:
        return found
    renamed = {joint: ("spine3" if joint == spine[-1] else joint) for joint in found}
    return {renamed[joint]: bone for joint, bone in found.items()}


def _share(family: Family, found: Found) -> float:
    """Weighted share of the family's body joints that have a bone."""
    own = [joint for joint in SMPL_JOINTS if joint in family.bones]
    return sum(_WEIGHTS[joint] for joint in own if joint in found) / sum(_WEIGHTS[joint] for joint in own)


def _family(bone_map: BoneMap) -> Family:
    family = family_named(bone_map.family)
    assert family is not None
    return family


def _missing(bones: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(joint for joint in SMPL_JOINTS if joint not in bones)


def _selected(rig: Rig, maps: Sequence[BoneMap]) -> BoneMap | None:
    """The best map; of several good ones the one whose bones are selected."""
    good = [m for m in maps if m.confidence > 0.9 * maps[0].confidence]
    if np.any(rig.selected):
        chosen = {name for name, flag in zip(rig.bone_names, rig.selected, strict=True) if flag}
        with_bones = [m for m in good if chosen & set(m.bones.values())]
        without = [m for m in good if not chosen & set(m.bones.values())]
        if with_bones and without:
            return with_bones[0]
    return maps[0] if maps else None


def _other_character(rig: Rig, best: BoneMap, maps: Sequence[BoneMap]) -> BoneMap | None:
    """``best`` with a doubt about it where another character of the armature is recognised as well.

    The layers of one control rig share their place; two characters do not, nor any bone. Whoever has selected bones
    of just one of them means that one.
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
        joint: rig.heads[rig.index(bone)]
        for joint, bone in bone_map.bones.items()
        if joint in ESSENTIAL or joint.endswith("ankle")
    }


def _completed(rig: Rig, named: BoneMap, shape: BoneMap) -> BoneMap:
    """``named`` with bones that the body's structure shows for joints that it lacks, where both tell of one body."""
    common = [joint for joint in SMPL_JOINTS if joint in named.bones and joint in shape.bones]
    agreed = [joint for joint in common if named.bones[joint] == shape.bones[joint]]
    limbs = [joint for joint in common if joint.split("_")[0] in ("left", "right")]
    limbs_agreed = [joint for joint in limbs if joint in agreed]
    if len(limbs) < 6 or len(limbs_agreed) < 0.8 * len(limbs):
        return named
    taken = set(named.bones.values())
    # a joint may be filled in between bones that both name alike, or at the end of a limb
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
    hanging = _hierarchy(rig, bones, rig.carriers(family.follows), family.controls)
    points = {joint: rig.heads[rig.index(bone)] for joint, bone in bones.items()}
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
    return rig.index(upper) in rig.ancestors(rig.index(lower), carriers)


def _hierarchy(rig: Rig, found: Mapping[str, str], carriers: Sequence[int], controls: bool = False) -> float:
    """Share of neighbouring joints whose bones hang below one another as in a body.

    Below the bone that carries the pelvis will do as well: in some families the lower body is a branch of its own. In
    control rigs constraints take arms along with the shoulders, so these need not carry them.
    """
    above = {joint: rig.ancestors(rig.index(bone), carriers) for joint, bone in found.items()}
    links = []
    for chain in _CHAINS:
        present = [j for j in chain if j in found and not (controls and j.endswith("collar"))]
        for upper, lower in pairwise(present):
            holders = [rig.index(found[upper])]
            if upper == "pelvis" and above["pelvis"]:
                holders.append(above["pelvis"][0])
            links.append(any(holder in above[lower] for holder in holders))
    return sum(links) / len(links) if links else 1.0
