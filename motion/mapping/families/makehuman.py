# SPDX-License-Identifier: GPL-3.0-or-later
"""MakeHuman's and MPFB's default skeleton ("upperleg01.L"), and MB-Lab's.

MakeHuman counts the spine from the top: ``spine05`` is the lowest. Limbs are two bones in line. Each toe is a chain
of its own, so all five rotate with the ball of the foot. MakeHuman's "game engine" skeleton has Unreal's names, its
"CMU" one those of the CMU files. Sources: ``default.mhskel`` (github.com/makehumancommunity/makehuman); the bone
names of MB-Lab's humanoid (github.com/animate1978/MB-Lab).
"""

from __future__ import annotations

from .base import Family, name_both_sides, name_fingers

MAKEHUMAN = Family(
    "makehuman",
    "MakeHuman",
    name_both_sides(
        {"pelvis": ("root",), "spine1": ("spine05",), "spine2": ("spine03",), "spine3": ("spine01",),
         "neck": ("neck01",), "head": ("head",), "jaw": ("jaw",)},
        {"hip": ("upperleg01.{}",), "knee": ("lowerleg01.{}",), "ankle": ("foot.{}",), "foot": ("toe2-1.{}",),
         "collar": ("clavicle.{}",), "shoulder": ("upperarm01.{}",), "elbow": ("lowerarm01.{}",),
         "wrist": ("wrist.{}",)},
        "L", "R",
    ) | name_fingers(
        "finger{finger}-{knuckle}.{side}", "L", "R",
        {"index": "2", "middle": "3", "pinky": "5", "ring": "4", "thumb": "1"},
    ),
    companions=tuple(
        (f"{side}_foot", f"toe{toe}-1.{letter}")
        for side, letter in (("left", "L"), ("right", "R"))
        for toe in (1, 3, 4, 5)
    ),
)  # fmt: skip

MB_LAB = Family(
    "mb_lab",
    "MB-Lab",
    name_both_sides(
        {"pelvis": ("pelvis",), "spine1": ("spine01",), "spine2": ("spine02",), "spine3": ("spine03",),
         "neck": ("neck",), "head": ("head",)},
        {"hip": ("thigh_{}",), "knee": ("calf_{}",), "ankle": ("foot_{}",), "foot": ("toes_{}",),
         "collar": ("clavicle_{}",), "shoulder": ("upperarm_{}",), "elbow": ("lowerarm_{}",), "wrist": ("hand_{}",)},
        "L", "R",
    ) | name_fingers("{finger}{knuckle}_{side}", "L", "R", knuckles=("01", "02", "03")),
    root_names=("root",),
)  # fmt: skip
