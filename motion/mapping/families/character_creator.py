# SPDX-License-Identifier: GPL-3.0-or-later
"""Reallusion's Character Creator, iClone and AccuRIG ("CC_Base_L_Thigh"); the neck bones are called twists.

``Hip`` carries the body, ``Pelvis`` below it only the legs. Source: the bone list in the manual of Character
Creator (manual.reallusion.com, "Bone List").
"""

from __future__ import annotations

from .base import Family, name_both_sides, name_fingers

CHARACTER_CREATOR = Family(
    "character_creator",
    "Character Creator",
    name_both_sides(
        {"pelvis": ("Hip",), "spine1": ("Waist",), "spine2": ("Spine01",), "spine3": ("Spine02",),
         "neck": ("NeckTwist01",), "head": ("Head",), "jaw": ("JawRoot",)},
        {"hip": ("{}_Thigh",), "knee": ("{}_Calf",), "ankle": ("{}_Foot",), "foot": ("{}_ToeBase",),
         "collar": ("{}_Clavicle",), "shoulder": ("{}_Upperarm",), "elbow": ("{}_Forearm",), "wrist": ("{}_Hand",)},
        "L", "R",
    ) | name_fingers(
        "{side}_{finger}{knuckle}", "L", "R",
        {"index": "Index", "middle": "Mid", "pinky": "Pinky", "ring": "Ring", "thumb": "Thumb"},
    ),
    root_names=("BoneRoot", "RL_BoneRoot"),
)  # fmt: skip
