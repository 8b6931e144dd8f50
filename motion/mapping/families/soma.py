# SPDX-License-Identifier: GPL-3.0-or-later
"""Kimodo's SOMA skeletons of 30 and 77 joints: "LeftLeg" is the thigh, and the spine ends in "Chest".

Fingers but the thumb have four joints, of which the first lies in the palm. Source: ``skeleton/definitions.py``
(github.com/nv-tlabs/kimodo).
"""

from __future__ import annotations

from .base import Family, name_both_sides, name_fingers

SOMA = Family(
    "soma",
    "Kimodo SOMA",
    name_both_sides(
        {"pelvis": ("Hips",), "spine1": ("Spine1",), "spine2": ("Spine2",), "spine3": ("Chest",),
         "neck": ("Neck1",), "head": ("Head",), "jaw": ("Jaw",)},
        {"hip": ("{}Leg",), "knee": ("{}Shin",), "ankle": ("{}Foot",), "foot": ("{}ToeBase",),
         "collar": ("{}Shoulder",), "shoulder": ("{}Arm",), "elbow": ("{}ForeArm",), "wrist": ("{}Hand",)},
        "Left", "Right",
    ) | name_fingers("{side}Hand{finger}{knuckle}", "Left", "Right", knuckles=("2", "3", "4"), thumb=("1", "2", "3")),
    root_names=("Root",),
)  # fmt: skip
