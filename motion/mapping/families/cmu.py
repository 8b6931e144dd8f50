# SPDX-License-Identifier: GPL-3.0-or-later
"""The CMU motion capture skeleton in the BVH conversions by B. Hahne (cgspeed), and MakeHuman's "CMU" skeleton.

Offset joints stand between hips and legs; a second neck joint follows the first. Source: the conversion's README
("MotionBuilder-friendly", sites.google.com/a/cgspeed.com).
"""

from __future__ import annotations

from .base import Family, name_both_sides

CMU = Family(
    "cmu",
    "CMU (cgspeed)",
    name_both_sides(
        {"pelvis": ("Hips",), "spine1": ("LowerBack",), "spine2": ("Spine",), "spine3": ("Spine1",),
         "neck": ("Neck",), "head": ("Head",), "jaw": ("Jaw",)},
        {"hip": ("{0}UpLeg",), "knee": ("{0}Leg",), "ankle": ("{0}Foot",), "foot": ("{0}ToeBase",),
         "collar": ("{0}Shoulder",), "shoulder": ("{0}Arm",), "elbow": ("{0}ForeArm",), "wrist": ("{0}Hand",),
         "thumb1": ("{1}Thumb",), "index1": ("{0}HandIndex1", "{0}HandFinger1")},
        ("Left", "L"), ("Right", "R"),
    ),
)  # fmt: skip
