# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixamo characters ("mixamorig:Hips"), and the many rigs that use the same names with another or no prefix."""

from __future__ import annotations

from .base import Family, both_sides

MIXAMO = Family(
    "mixamo",
    "Mixamo",
    both_sides(
        {"pelvis": ("Hips",), "spine1": ("Spine",), "spine2": ("Spine1",), "spine3": ("Spine2",),
         "neck": ("Neck",), "head": ("Head",)},
        {"hip": ("{}UpLeg",), "knee": ("{}Leg",), "ankle": ("{}Foot",), "foot": ("{}ToeBase", "{}Toe"),
         "collar": ("{}Shoulder",), "shoulder": ("{}Arm",), "elbow": ("{}ForeArm",), "wrist": ("{}Hand",)},
        "Left", "Right",
    ),
    root=("Root", "Reference", "Armature"),
)  # fmt: skip
