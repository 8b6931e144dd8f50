# SPDX-License-Identifier: GPL-3.0-or-later
"""What the names of bones say by themselves: left and right, and limbs that no human has."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LEFT = re.compile(
    r"(?i:left)|\u5de6|(?:^|[^A-Za-z])(?:[lL]|(?i:lt|lf|lft))(?:$|[^A-Za-z])|(?:^|[^A-Za-z])l(?=[A-Z])|(?<=[a-z])L(?![A-Za-z])"
)
_RIGHT = re.compile(
    r"(?i:right)|\u53f3|(?:^|[^A-Za-z])(?:[rR]|(?i:rt|rg|rgt))(?:$|[^A-Za-z])|(?:^|[^A-Za-z])r(?=[A-Z])|(?<=[a-z])R(?![A-Za-z])"
)


def read_side(name: str) -> int:
    """Return 1 if the name of a bone says left, -1 if it says right, 0 if it says neither or both."""
    return int(bool(_LEFT.search(name))) - int(bool(_RIGHT.search(name)))


_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ANIMAL_WORDS = frozenset((
    "wing", "feather", "hoof", "hooves", "paw", "forepaw", "hindpaw", "fetlock", "pastern", "hock", "talon", "flipper",
    "fluke", "tarsus", "tarsometatarsus", "foreleg", "forelimb", "hindleg", "hindlimb", "backleg", "frontleg",
    "rearleg",
))  # fmt: skip
_ANIMAL_LETTERS = re.compile("[\u7ffc\u7fbd\u8e44\u722a]")
_ENDS = frozenset(("front", "fore", "hind", "rear", "back"))
_LEG_WORDS = frozenset(("leg", "limb", "foot", "feet", "thigh", "shin", "knee", "calf", "shank", "upleg"))
_ARM_JOINTS = ("shoulder", "elbow", "wrist")
_LIMB_JOINTS = (*_ARM_JOINTS, "collar", "hip", "knee", "ankle", "foot")


def has_animal_limbs(bones: Mapping[str, str]) -> bool:
    """Return whether bones of a body (joint name to bone name) have names of an animal's limbs: wings, paws, hind legs.

    Arms that are called legs count too. One such name may be chance; two in the same body are not.
    """
    marked = 0
    for joint, bone in bones.items():
        kind = joint.partition("_")[2]
        if kind in _LIMB_JOINTS:
            words = _split_words(bone)
            marked += bool(
                words & _ANIMAL_WORDS
                or _ANIMAL_LETTERS.search(bone)
                or (words & _LEG_WORDS and (words & _ENDS or kind in _ARM_JOINTS))
            )
    return marked >= 2


def _split_words(name: str) -> set[str]:
    """Return the words of a name in lower case, without numbers, plurals, and a letter for the side."""
    words = {word.lower() for word in _WORDS.findall(name)}
    for word in list(words):
        words |= {word.removeprefix("l"), word.removeprefix("r"), word.removesuffix("l"), word.removesuffix("r"),
                  word.removesuffix("s")}  # fmt: skip
    return words
