# SPDX-License-Identifier: GPL-3.0-or-later
"""Quaternius' character packs before the universal ones (which have Unreal's names): "UpperLeg.L", "Abdomen", "Torso".

In some packs the feet are children of the root, because they were IK targets of the legs. Source: the CC0 packs of
quaternius.com (Ultimate Animated Characters, Ultimate Modular Men).
"""

from __future__ import annotations

from .base import Family, name_both_sides, name_fingers

QUATERNIUS = Family(
    "quaternius",
    "Quaternius",
    name_both_sides(
        {"pelvis": ("Hips",), "spine1": ("Abdomen",), "spine2": ("Torso",), "spine3": ("Chest",),
         "neck": ("Neck",), "head": ("Head",)},
        {"hip": ("UpperLeg.{}",), "knee": ("LowerLeg.{}",), "ankle": ("Foot.{}",), "foot": ("Toe.{}", "Toes.{}"),
         "collar": ("Shoulder.{}",), "shoulder": ("UpperArm.{}",), "elbow": ("LowerArm.{}",),
         "wrist": ("Wrist.{}", "Hand.{}", "Palm.{}", "Fist.{}")},
        "L", "R",
    ) | name_fingers("{finger}{knuckle}.{side}", "L", "R"),
    root_names=("Root", "Bone", "Body"),
)  # fmt: skip
