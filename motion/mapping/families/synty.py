# SPDX-License-Identifier: GPL-3.0-or-later
"""Synty's POLYGON characters ("Clavicle_L", "Shoulder_L", "Elbow_L"), where a shoulder is the upper arm.

Source: the bone names of Synty's packs as guides to retargeting list them.
"""

from __future__ import annotations

from .base import Family, name_both_sides

SYNTY = Family(
    "synty",
    "Synty",
    name_both_sides(
        {"pelvis": ("Hips",), "spine1": ("Spine_01",), "spine2": ("Spine_02",), "spine3": ("Spine_03",),
         "neck": ("Neck",), "head": ("Head",), "jaw": ("Jaw",)},
        {"hip": ("UpperLeg_{}",), "knee": ("LowerLeg_{}",), "ankle": ("Ankle_{}",), "foot": ("Ball_{}",),
         "collar": ("Clavicle_{}",), "shoulder": ("Shoulder_{}",), "elbow": ("Elbow_{}",), "wrist": ("Hand_{}",)},
        "L", "R",
    ),
    root_names=("Root",),
)  # fmt: skip
