# SPDX-License-Identifier: GPL-3.0-or-later
"""3ds Max Biped ("Bip01 L UpperArm"), in the numberings that FBX files come with; Microsoft Rocketbox uses it.

Finger0 is the thumb, Finger1 to Finger4 follow; the second digit counts the links after the first: Finger1,
Finger11, Finger12. Source: Autodesk's help on Biped bone naming, and the Rocketbox avatars.
"""

from __future__ import annotations

from .base import Family, name_both_sides, name_fingers

BIPED = Family(
    "biped",
    "3ds Max Biped",
    name_both_sides(
        {"pelvis": ("Pelvis",), "spine1": ("Spine",), "spine2": ("Spine1",), "spine3": ("Spine3", "Spine2"),
         "neck": ("Neck",), "head": ("Head",), "jaw": ("MJaw", "Jaw")},
        {"hip": ("{} Thigh",), "knee": ("{} Calf",), "ankle": ("{} Foot",), "foot": ("{} Toe0", "{} Toe"),
         "collar": ("{} Clavicle",), "shoulder": ("{} UpperArm",), "elbow": ("{} Forearm",), "wrist": ("{} Hand",)},
        "L", "R",
    ) | name_fingers(
        "{side} Finger{finger}{knuckle}", "L", "R",
        {"index": "1", "middle": "2", "pinky": "4", "ring": "3", "thumb": "0"}, ("", "1", "2"),
    ),
)  # fmt: skip
