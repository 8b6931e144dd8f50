# SPDX-License-Identifier: GPL-3.0-or-later
"""The skeleton of CMU's recordings as ASF/AMC, and of BVH files that keep its names: bones named after anatomy.

Source: the skeleton files of mocap.cs.cmu.edu.
"""

from __future__ import annotations

from .base import Family, name_both_sides

ASF = Family(
    "cmu_asf",
    "CMU (ASF)",
    name_both_sides(
        {"pelvis": ("root",), "spine1": ("lowerback",), "spine2": ("upperback",), "spine3": ("thorax",),
         "neck": ("lowerneck",), "head": ("head",)},
        {"hip": ("{}femur",), "knee": ("{}tibia",), "ankle": ("{}foot",), "foot": ("{}toes",),
         "collar": ("{}clavicle",), "shoulder": ("{}humerus",), "elbow": ("{}radius",), "wrist": ("{}wrist", "{}hand")},
        "l", "r",
    ),
)  # fmt: skip
