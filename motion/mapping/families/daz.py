# SPDX-License-Identifier: GPL-3.0-or-later
"""Poser and DAZ figures: the older generations ("lShldr"), Genesis 3 and 8 ("lShldrBend"), Genesis 9 ("l_upperarm").

``hip`` carries the whole body, ``pelvis`` below it only the legs. Since Genesis 3 a limb consists of a bone that
bends and one or two in line with it that twist. Many BVH files use the older names. Sources: the list of Genesis 8
bones at daz3d.com/forums/discussion/286281; github.com/GNVR-Dev/DazUERig for Genesis 9.
"""

from __future__ import annotations

from .base import Family, name_both_sides, name_fingers

_FINGER_NAMES = {"index": "Index", "middle": "Mid", "pinky": "Pinky", "ring": "Ring", "thumb": "Thumb"}

GENESIS_9 = Family(
    "genesis9",
    "Daz Genesis 9",
    name_both_sides(
        {"pelvis": ("hip",), "spine1": ("spine1",), "spine2": ("spine2",), "spine3": ("spine4",),
         "neck": ("neck1",), "head": ("head",), "jaw": ("lowerjaw",)},
        {"hip": ("{}_thigh",), "knee": ("{}_shin",), "ankle": ("{}_foot",), "foot": ("{}_toes",),
         "collar": ("{}_shoulder",), "shoulder": ("{}_upperarm",), "elbow": ("{}_forearm",), "wrist": ("{}_hand",)},
        "l", "r",
    ) | name_fingers("{side}_{finger}{knuckle}", "l", "r", _FINGER_NAMES),
)  # fmt: skip

GENESIS_8 = Family(
    "genesis8",
    "Daz Genesis 3 / 8",
    name_both_sides(
        {"pelvis": ("hip",), "spine1": ("abdomenLower",), "spine2": ("abdomenUpper",), "spine3": ("chestUpper",),
         "neck": ("neckLower",), "head": ("head",), "jaw": ("lowerJaw",)},
        {"hip": ("{}ThighBend",), "knee": ("{}Shin",), "ankle": ("{}Foot",), "foot": ("{}Toe",),
         "collar": ("{}Collar",), "shoulder": ("{}ShldrBend",), "elbow": ("{}ForearmBend",), "wrist": ("{}Hand",)},
        "l", "r",
    ) | name_fingers("{side}{finger}{knuckle}", "l", "r", _FINGER_NAMES),
)  # fmt: skip

POSER = Family(
    "poser",
    "Poser / DAZ",
    name_both_sides(
        {"pelvis": ("hip",), "spine1": ("abdomen",), "spine2": ("abdomen2",), "spine3": ("chest",),
         "neck": ("neck",), "head": ("head",), "jaw": ("lowerJaw",)},
        {"hip": ("{}Thigh",), "knee": ("{}Shin",), "ankle": ("{}Foot",), "foot": ("{}Toe",),
         "collar": ("{}Collar",), "shoulder": ("{}Shldr",), "elbow": ("{}ForeArm",), "wrist": ("{}Hand",)},
        "l", "r",
    ) | name_fingers("{side}{finger}{knuckle}", "l", "r", _FINGER_NAMES),
)  # fmt: skip
