# SPDX-License-Identifier: GPL-3.0-or-later
"""Find bones by the names of a rig family, whatever prefix, namespace, number or last word all of them have."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from ..skeleton import MAPPED_JOINTS
from .families import FAMILIES, Family

_ANCHOR_JOINTS = ("pelvis", "head", "left_hip", "right_hip", "left_knee", "left_shoulder", "right_elbow")
"""Joints whose names are searched for to find the prefix of all bones."""

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_NUMBERED = re.compile(r"(.+)[._](\d{2,})")
_MIN_CHARACTER_BONES = 15
"""At least so many bones with the same number may be a character ("Hips.001")."""
_MAX_PREFIXES = 4
_LAST_WORD = re.compile(r"(.+?)(?:[ ._:-]+[A-Za-z]+|(?<=[a-z0-9])[A-Z][a-z]+|(?<=[a-z0-9])[A-Z]{2,})")
_SHARED_PART = 0.7
"""Part of the bones that have to end with the same word, or with numbers, for it to say nothing."""

JointBones = dict[str, str]


def fold_name(name: str) -> str:
    """Return a bone name without case, width and separators: "mixamorig:Left_Arm" becomes "mixamorigleftarm"."""
    if name.isascii():
        return _SEPARATORS.sub("", name.lower())
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


@dataclass(frozen=True, eq=False)
class BoneNames:
    """The names of one character's bones: ``bones_by_name`` maps each folded name to its bone."""

    bones_by_name: Mapping[str, str]

    @cached_property
    def family_prefixes(self) -> dict[str, Counter[str]]:
        """For each family the prefixes before the names of its joints, with their counts."""
        families_by_name, longest = _collect_anchor_names()
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for key in self.bones_by_name:
            for start in range(max(0, len(key) - longest), len(key)):
                for family in families_by_name.get(key[start:], ()):
                    counts[family][key[:start]] += 1
        return counts

    def match_family(self, family: Family) -> list[tuple[str, JointBones]]:
        """Return the most frequent prefixes with the joints whose bones have the family's names after them."""
        prefixes = [
            prefix
            for prefix, _ in self.family_prefixes.get(family.name, Counter()).most_common(_MAX_PREFIXES)
        ]
        return [(prefix, self._match_joints(family, prefix)) for prefix in prefixes]

    def find_root(self, family: Family, prefix: str) -> str | None:
        """Return the family's root bone, with or without the prefix; None if there is none."""
        keys = [before + fold_name(name) for name in family.root_names for before in (prefix, "")]
        return next((self.bones_by_name[key] for key in keys if key in self.bones_by_name), None)

    def _match_joints(self, family: Family, prefix: str) -> JointBones:
        matches: JointBones = {}
        used_bones: set[str] = set()
        for joint, names in _get_folded_names(family.name).items():
            for name in names:
                bone = self.bones_by_name.get(prefix + name)
                if bone is not None and bone not in used_bones:
                    matches[joint] = bone
                    used_bones.add(bone)
                    break
        return matches


def split_characters(bone_names: tuple[str, ...]) -> list[BoneNames]:
    """Return the bone names as they are, and without their numbers for each number that many bones end with.

    Armatures that were joined differ by a number ("Hips", "Hips.001"). Some exporters number all bones ("Hips_02",
    "Spine_03"), and some end all names with a word ("HipsBone", "Hips_JNT"): they are returned without it too.
    """
    plain: dict[str, str] = {}
    numbered: dict[str, dict[str, str]] = defaultdict(dict)
    unnumbered: dict[str, str] = {}
    for name in bone_names:
        plain.setdefault(fold_name(name), name)
        if match := _NUMBERED.fullmatch(name):
            base = fold_name(match[1])
            numbered[match[2]].setdefault(base, name)
            unnumbered.setdefault(base, name)
    result = [BoneNames(plain)]
    result += [BoneNames(bones) for bones in numbered.values() if len(bones) >= _MIN_CHARACTER_BONES]
    if len(unnumbered) > _SHARED_PART * len(plain) and len(numbered) > 1:
        result.append(BoneNames(unnumbered))
    if shortened := _remove_last_word(bone_names):
        result.append(BoneNames(shortened))
    return result


def _remove_last_word(bone_names: tuple[str, ...]) -> dict[str, str]:
    """Return the bones by their folded names without the last word that most of them have; empty if there is none."""
    words: dict[str, str] = {}
    for name in bone_names:
        if match := _LAST_WORD.fullmatch(name):
            words[name] = fold_name(name[match.end(1) :])
    counts = Counter(words.values())
    word, count = counts.most_common(1)[0] if counts else ("", 0)
    if count < max(_MIN_CHARACTER_BONES, _SHARED_PART * len(bone_names)):
        return {}
    result: dict[str, str] = {}
    for name in bone_names:
        match = _LAST_WORD.fullmatch(name) if words.get(name) == word else None
        result.setdefault(fold_name(match[1] if match else name), name)
    return result


@cache
def _get_folded_names(family_name: str) -> dict[str, tuple[str, ...]]:
    names = next(f for f in FAMILIES if f.name == family_name).bone_names
    return {
        joint: tuple(fold_name(name) for name in names[joint]) for joint in MAPPED_JOINTS if joint in names
    }


@cache
def _collect_anchor_names() -> tuple[dict[str, set[str]], int]:
    """Return the folded names of the anchor joints with the families that use them, and the longest length."""
    families_by_name: dict[str, set[str]] = defaultdict(set)
    for family in FAMILIES:
        for joint in _ANCHOR_JOINTS:
            for name in _get_folded_names(family.name).get(joint, ()):
                families_by_name[name].add(family.name)
    return families_by_name, max(map(len, families_by_name))
