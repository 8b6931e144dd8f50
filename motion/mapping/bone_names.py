# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones of a rig found by the names of a family, whatever prefix, namespace or number all of them carry."""

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
"""Joints whose names tell what stands before and after all names of a rig."""

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_NUMBERED = re.compile(r"(.+)[._](\d{2,})")
_CHARACTER = 15
"""From so many bones with one number on, they may be a character of their own ("Hips.001")."""
_TRIES = 4

Found = dict[str, str]


def fold(name: str) -> str:
    """A bone name without case, width and separators: "mixamorig:Left_Arm" becomes "mixamorigleftarm"."""
    if name.isascii():
        return _SEPARATORS.sub("", name.lower())
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


@dataclass(frozen=True, eq=False)
class BoneNames:
    """The folded names of one character's bones, and to which bone each belongs."""

    bones: Mapping[str, str]

    @cached_property
    def prefixes(self) -> dict[str, Counter[str]]:
        """For each family by name, what stands before the names of its joints, and how often."""
        known, longest = _anchors()
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for key in self.bones:
            for start in range(max(0, len(key) - longest), len(key)):
                for family in known.get(key[start:], ()):
                    found[family][key[:start]] += 1
        return found

    def matches(self, family: Family) -> list[tuple[str, Found]]:
        """Each prefix under which some of the family's joints have bones, and these; a bone stands for one joint."""
        prefixes = [prefix for prefix, _ in self.prefixes.get(family.name, Counter()).most_common(_TRIES)]
        return [(prefix, self._find(family, prefix)) for prefix in prefixes]

    def root(self, family: Family, prefix: str) -> str | None:
        """The family's root bone, which often goes without the prefix that the body's bones have."""
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
    """The names as they are; and without their numbers, for every number that many bones end with.

    Several armatures that were joined differ in a number ("Hips", "Hips.001"); some exporters give every bone another
    ("Hips_02", "Spine_03").
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
    """Folded names of the anchor joints with the families that have them, and the length of the longest."""
    known: dict[str, set[str]] = defaultdict(set)
    for family in FAMILIES:
        for joint in _ANCHORS:
            for name in _folded(family.name).get(joint, ()):
                known[name].add(family.name)
    return known, max(map(len, known))
