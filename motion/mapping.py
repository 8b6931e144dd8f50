# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bone of a rig stands for which SMPL joint, found by the families' names and checked against the hierarchy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .errors import MappingError
from .families import FAMILIES, Family
from .rig import Rig
from .skeleton import SMPL_JOINTS

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


Quaternion = tuple[float, float, float, float]
"""w, x, y, z."""


@dataclass(frozen=True)
class BoneMap:
    """What is keyed for which joint.

    ``family``: name of the family whose conventions hold ("smplx", "mixamo", "rigify"), or "custom".
    ``bones``: SMPL joint name to the bone that is keyed for it (a deform bone, or a control rig's FK control).
    ``root``: the separate root or master bone above the hips, where there is one; it is not keyed.
    ``switches``: (bone, custom property, value) that have to be keyed so that the result plays.
    ``confidence``: 0 to 1. ``missing``: joints for which no bone was found.
    ``reference``: bone to its rotation (w, x, y, z) from rest, about the armature's own axes, in a pose that the user
    has captured as the one to start from; empty: the rest pose is that.
    """

    family: str
    bones: dict[str, str] = field(default_factory=dict)
    root: str | None = None
    switches: tuple[tuple[str, str, float], ...] = ()
    confidence: float = 1.0
    missing: tuple[str, ...] = ()
    reference: Mapping[str, Quaternion] = field(default_factory=dict)


def fold(name: str) -> str:
    """A bone name without case and separators: "mixamorig:Left_Arm" becomes "mixamorigleftarm"."""
    return "".join(c for c in name.casefold() if c.isalnum())


def map_bones(rig: Rig) -> BoneMap:
    """The best family's map for ``rig``; on equal scores the family that is listed first.

    Raises :class:`MappingError` in one sentence where the rig has no bones or no family finds a human body in it.
    """
    if not len(rig):
        raise MappingError(f"{rig.name} has no bones: select the armature of a character")
    exact = {name: name for name in rig.bone_names}
    folded: dict[str, str] = {}
    for name in rig.bone_names:
        folded.setdefault(fold(name), name)
    best = max(
        (_map_family(rig, family, folded if family.prefixed else exact) for family in FAMILIES),
        key=lambda m: m.confidence,
    )
    lacking = [joint for joint in ESSENTIAL if joint in best.missing]
    if lacking and best.confidence < 0.5:
        raise MappingError(
            f"No humanoid bones were recognised in {rig.name}: its bone names fit no known rig family"
        )
    if lacking:
        raise MappingError(
            f"{rig.name} looks like a {best.family} rig, but has no bone for: {', '.join(lacking)}"
        )
    return best


def switches_for(
    family: Family, properties: Mapping[str, Iterable[str]]
) -> tuple[tuple[str, str, float], ...]:
    """Those of the family's switches whose bone and custom property the rig has."""
    return tuple(s for s in family.switches if s[1] in properties.get(s[0], ()))


def _map_family(rig: Rig, family: Family, names: Mapping[str, str]) -> BoneMap:
    """``names``: the rig's bones by the spelling in which this family looks for them."""
    found: dict[str, str] = {}
    prefix = ""
    for candidate in _prefixes(names, family):
        bones = _find(names, family, candidate)
        if len(bones) > len(found):
            found, prefix = bones, candidate
    carriers = rig.carriers(family.follows)
    share = sum(_WEIGHTS[joint] for joint in found) / sum(_WEIGHTS[joint] for joint in family.bones)
    score = share * _hierarchy(rig, found, carriers)
    # a root often goes without the prefix that the body's bones have
    keys = [_key(family, start, name) for name in family.root for start in (prefix, "")]
    root = next((names[key] for key in keys if key in names), None)
    if root and ("pelvis" not in found or not _above(rig, root, found["pelvis"], carriers)):
        root = None
    missing = tuple(joint for joint in SMPL_JOINTS if joint not in found)
    return BoneMap(family.name, found, root, switches_for(family, rig.properties), round(score, 3), missing)


def _key(family: Family, prefix: str, name: str) -> str:
    return prefix + fold(name) if family.prefixed else name


def _prefixes(names: Mapping[str, str], family: Family) -> list[str]:
    """Whatever stands before a pelvis name in the rig, the shortest first."""
    if not family.prefixed:
        return [""]
    endings = [fold(name) for name in family.bones["pelvis"]]
    return sorted({key[: -len(end)] for key in names for end in endings if key.endswith(end)}, key=len)


def _find(names: Mapping[str, str], family: Family, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for joint in SMPL_JOINTS:
        for name in family.bones.get(joint, ()):
            if (key := _key(family, prefix, name)) in names:
                found[joint] = names[key]
                break
    return found


def _above(rig: Rig, upper: str, lower: str, carriers: Sequence[int]) -> bool:
    return rig.index(upper) in rig.ancestors(rig.index(lower), carriers)


def _hierarchy(rig: Rig, found: Mapping[str, str], carriers: Sequence[int]) -> float:
    """Share of neighbouring joints whose bones hang below one another as in a body."""
    links = []
    for chain in _CHAINS:
        present = [found[joint] for joint in chain if joint in found]
        links += [_above(rig, upper, lower, carriers) for upper, lower in pairwise(present)]
    return sum(links) / len(links) if links else 1.0
