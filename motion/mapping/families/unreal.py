# SPDX-License-Identifier: GPL-3.0-or-later
"""The mannequins of the Unreal Engine: version 4 with three spine bones, version 5 with five.

MakeHuman's "game engine" skeleton, Quaternius' universal characters and Mesh2Motion's human use the names of version
4. Source: Epic's documentation of the mannequins; bone list in github.com/GNVR-Dev/DazUERig.
"""

from __future__ import annotations

from .base import Family, name_both_sides, name_fingers

_LIMBS = {
    "hip": ("thigh_{}",), "knee": ("calf_{}",), "ankle": ("foot_{}",), "foot": ("ball_{}",),
    "collar": ("clavicle_{}",), "shoulder": ("upperarm_{}",), "elbow": ("lowerarm_{}",), "wrist": ("hand_{}",),
}  # fmt: skip
_ENDS = {"pelvis": ("pelvis",), "neck": ("neck_01",), "head": ("head",), "jaw": ("jaw",)}
_FINGERS = name_fingers("{finger}_{knuckle}_{side}", "l", "r", knuckles=("01", "02", "03"))

UNREAL_5 = Family(
    "unreal5",
    "Unreal Engine 5",
    name_both_sides(
        {**_ENDS, "spine1": ("spine_01",), "spine2": ("spine_03",), "spine3": ("spine_05",)}, _LIMBS, "l", "r"
    )
    | _FINGERS,
    root_names=("root",),
)

UNREAL_4 = Family(
    "unreal4",
    "Unreal Engine 4",
    name_both_sides(
        {**_ENDS, "spine1": ("spine_01",), "spine2": ("spine_02",), "spine3": ("spine_03",)}, _LIMBS, "l", "r"
    )
    | _FINGERS,
    root_names=("root",),
)
