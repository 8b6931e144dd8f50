# SPDX-License-Identifier: GPL-3.0-or-later
"""The mannequins of the Unreal Engine: version 4 with three spine bones, version 5 with five; Mesh2Motion's human."""

from __future__ import annotations

from .base import Family, both_sides

_LIMBS = {
    "hip": ("thigh_{}",), "knee": ("calf_{}",), "ankle": ("foot_{}",), "foot": ("ball_{}",),
    "collar": ("clavicle_{}",), "shoulder": ("upperarm_{}",), "elbow": ("lowerarm_{}",), "wrist": ("hand_{}",),
}  # fmt: skip
_ENDS = {"pelvis": ("pelvis",), "neck": ("neck_01",), "head": ("head",)}

UNREAL_5 = Family(
    "unreal5",
    "Unreal Engine 5",
    both_sides(
        {**_ENDS, "spine1": ("spine_01",), "spine2": ("spine_03",), "spine3": ("spine_05",)}, _LIMBS, "l", "r"
    ),
    root=("root",),
)

UNREAL_4 = Family(
    "unreal4",
    "Unreal Engine 4",
    both_sides(
        {**_ENDS, "spine1": ("spine_01",), "spine2": ("spine_02",), "spine3": ("spine_03",)}, _LIMBS, "l", "r"
    ),
    root=("root",),
)
