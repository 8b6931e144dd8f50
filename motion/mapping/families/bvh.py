# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as in the first BVH files ("LeftHip", "LeftCollar"), where each bone is named after its joint.

Source: the example file of the format's description
(research.cs.wisc.edu/graphics/Courses/cs-838-1999/Jeff/BVH.html).
"""

from __future__ import annotations

from .base import Family, name_both_sides

BVH = Family(
    "bvh",
    "BVH",
    name_both_sides(
        {"pelvis": ("Hips", "Hip"), "spine1": ("Spine", "Chest"), "spine2": ("Spine1", "Chest2"),
         "spine3": ("Spine2", "Chest3", "Chest4"), "neck": ("Neck",), "head": ("Head",)},
        {"hip": ("{}Hip", "{}UpLeg"), "knee": ("{}Knee", "{}LowLeg"), "ankle": ("{}Ankle", "{}Foot"),
         "foot": ("{}Toe", "{}ToeBase"), "collar": ("{}Collar",), "shoulder": ("{}Shoulder", "{}UpArm"),
         "elbow": ("{}Elbow", "{}LowArm"), "wrist": ("{}Wrist", "{}Hand")},
        "Left", "Right",
    ),
)  # fmt: skip
