# SPDX-License-Identifier: GPL-3.0-or-later
"""The skeleton of Rokoko Studio's exports: "LeftThigh", "LeftShin", and a spine from "Spine1" to "Spine4".

Source: names that public tools for these exports list.
"""

from __future__ import annotations

from .base import Family, name_both_sides

ROKOKO = Family(
    "rokoko",
    "Rokoko",
    name_both_sides(
        {"pelvis": ("Hips",), "spine1": ("Spine1",), "spine2": ("Spine2",), "spine3": ("Spine4", "Spine3"),
         "neck": ("Neck",), "head": ("Head",)},
        {"hip": ("{}Thigh",), "knee": ("{}Shin",), "ankle": ("{}Foot",), "foot": ("{}Toe",),
         "collar": ("{}Shoulder",), "shoulder": ("{}Arm",), "elbow": ("{}ForeArm",), "wrist": ("{}Hand",)},
        "Left", "Right",
    ),
    root_names=("Root",),
)  # fmt: skip
