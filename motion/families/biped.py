# SPDX-License-Identifier: GPL-3.0-or-later
"""3ds Max Biped ("Bip01 L UpperArm"), in the numberings that FBX files come with; Microsoft Rocketbox uses it."""

from __future__ import annotations

from .base import Family, both_sides

BIPED = Family(
    "biped",
    "3ds Max Biped",
    both_sides(
        {"pelvis": ("Pelvis",), "spine1": ("Spine",), "spine2": ("Spine1",), "spine3": ("Spine2", "Spine3"),
         "neck": ("Neck",), "head": ("Head",)},
        {"hip": ("{} Thigh",), "knee": ("{} Calf",), "ankle": ("{} Foot",), "foot": ("{} Toe0", "{} Toe"),
         "collar": ("{} Clavicle",), "shoulder": ("{} UpperArm",), "elbow": ("{} Forearm",), "wrist": ("{} Hand",)},
        "L", "R",
    ),
)  # fmt: skip
