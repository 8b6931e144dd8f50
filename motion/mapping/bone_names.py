# SPDX-License-Identifier: GPL-3.0-or-later
"""Find bones by the names of a rig family, whatever prefix, namespace or number all of them have."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from ..skeleton import MAPPED_JOINTS
from .families import FAMILIES, Family

_ANCHORS = ("pelvis", "head", "left_hip", "right_hip", "left_knee", "left_shoulder", "right_elbow")
"""Joints whose names are searched for to find the prefix of all bones."""

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_NUMBERED = re.compile(r"(.+)[._](\d{2,})")
_CHARACTER = 15
"""At least so many bones with the same number may be a character ("Hips.001")."""
_TRIES = 4

Found = dict[str, str]


def fold(name: str) -> str:
    """Return a bone name without case, width and separators: "mixamorig:Left_Arm" becomes "mixamorigleftarm"."""
    if name.isascii():
        return _SEPARATORS.sub("", name.lower())
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


@dataclass(frozen=True, eq=False)
class BoneNames:
    """The names of one character's bones: ``bones_by_name`` maps each folded name to its bone."""

    bones: Mapping[str, str]

    @cached_property
    def prefixes(self) -> dict[str, Counter[str]]:
        """For each family the prefixes before the names of its joints, with their counts."""
        known, longest = _anchors()
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for key in self.bones:
            for start in range(max(0, len(key) - longest), len(key)):
                for family in known.get(key[start:], ()):
                    found[family][key[:start]] += 1
        return found

    def matches(self, family: Family) -> list[tuple[str, Found]]:
        """Return the most frequent prefixes with the joints whose bones have the family's names after them."""
        prefixes = [prefix for prefix, _ in self.prefixes.get(family.name, Counter()).most_common(_TRIES)]
        return [(prefix, self._find(family, prefix)) for prefix in prefixes]

    def root(self, family: Family, prefix: str) -> str | None:
        """Return the family's root bone, with or without the prefix; None if there is none."""
        keys = [start + fold(name) for name in family.root for start in (prefix, "")]
        return next((self.bones[key] for key in keys if key in self.bones), None)

    def _find(self, family: Family, prefix: str) -> Found:
        found: Found = {}
        taken: set[str] = set()
        for joint, names in _folded(family.name).items():
            for name in names:
                bone = self.bones.get(prefix + name)
                if bone is not None and bone not in taken:
                    found[joint] = bone
                    taken.add(bone)
                    break
        return found


def characters(bone_names: tuple[str, ...]) -> list[BoneNames]:
    """Return the bone names as they are, and without their numbers for each number that many bones end with.

    Armatures that were joined differ by a number ("Hips", "Hips.001"). Some exporters number all bones ("Hips_02",
    "Spine_03").
    """
    plain: dict[str, str] = {}
    numbered: dict[str, dict[str, str]] = defaultdict(dict)
    every: dict[str, str] = {}
    for name in bone_names:
        plain.setdefault(fold(name), name)
        if match := _NUMBERED.fullmatch(name):
            base = fold(match[1])
            numbered[match[2]].setdefault(base, name)
            every.setdefault(base, name)
    result = [BoneNames(plain)]
    result += [BoneNames(bones) for bones in numbered.values() if len(bones) >= _CHARACTER]
    if len(every) > 0.7 * len(plain) and len(numbered) > 1:
        result.append(BoneNames(every))
    return result


@cache
def _folded(family: str) -> dict[str, tuple[str, ...]]:
    names = next(f for f in FAMILIES if f.name == family).bones
    return {joint: tuple(fold(name) for name in names[joint]) for joint in MAPPED_JOINTS if joint in names}


@cache
def _anchors() -> tuple[dict[str, set[str]], int]:
    """Return the folded names of the anchor joints with the families that use them, and the longest length."""
    known: dict[str, set[str]] = defaultdict(set)
    for family in FAMILIES:
        for joint in _ANCHORS:
            for name in _folded(family.name).get(joint, ()):
                known[name].add(family.name)
    return known, max(map(len, known))
