# SPDX-License-Identifier: GPL-3.0-or-later
"""The skeleton of a standard MikuMikuDance model, which a VMD file is for but does not contain.

Names: standard and semi-standard bones of MMD's user guide. Heights of the joints: the MMD rig table of ft-lab's
BoneUtil plug-in for Shade3D. Metres, Y up, facing +Z, A-pose; MMD's own unit is 8 cm.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..rotations import Array

UNIT = 0.08
"""Metres: a standard model is 20 units high and stands for an adult of 1.6 m."""

_CENTRE: tuple[tuple[str, str, tuple[float, float, float]], ...] = (
    ("全ての親", "", (0.0, 0.0, 0.0)),
    ("センター", "全ての親", (0.0, 0.8, 0.0)),
    ("グルーブ", "センター", (0.0, 0.82, 0.0)),
    ("腰", "グルーブ", (0.0, 1.05, -0.02)),
    ("上半身", "腰", (0.0, 1.175, 0.0)),
    ("上半身2", "上半身", (0.0, 1.26, 0.0)),
    ("首", "上半身2", (0.0, 1.383, 0.0)),
    ("頭", "首", (0.0, 1.443, 0.0)),
    ("下半身", "腰", (0.0, 1.175, 0.0)),
    ("pelvis", "下半身", (0.0, 0.98, 0.0)),
)
_SIDE: tuple[tuple[str, str, tuple[float, float, float]], ...] = (
    ("~肩P", "上半身2", (0.033, 1.37, 0.0)),
    ("~肩", "~肩P", (0.033, 1.37, 0.0)),
    ("~腕", "~肩", (0.102, 1.34, 0.0)),
    ("~腕捩", "~腕", (0.211, 1.266, -0.011)),
    ("~ひじ", "~腕捩", (0.284, 1.216, -0.019)),
    ("~手捩", "~ひじ", (0.373, 1.143, -0.019)),
    ("~手首", "~手捩", (0.432, 1.094, -0.019)),
    ("~足", "下半身", (0.07, 0.943, 0.0)),
    ("~ひざ", "~足", (0.07, 0.547, 0.027)),
    ("~足首", "~ひざ", (0.07, 0.091, 0.009)),
    ("~つま先", "~足首", (0.07, 0.03, 0.13)),
    ("~足IK親", "全ての親", (0.07, 0.0, 0.009)),
    ("~足ＩＫ", "~足IK親", (0.07, 0.091, 0.009)),
    ("~つま先ＩＫ", "~足ＩＫ", (0.07, 0.03, 0.13)),
)
SIDES: Mapping[str, str] = {"left": "左", "right": "右"}


def _list_bones() -> dict[str, tuple[str, tuple[float, float, float]]]:
    bones = {name: (parent, place) for name, parent, place in _CENTRE}
    for sign, letter in ((1.0, "左"), (-1.0, "右")):
        for name, parent, (x, y, z) in _SIDE:
            bones[name.replace("~", letter)] = (parent.replace("~", letter), (sign * x, y, z))
    return bones


_BONES = _list_bones()
BONE_NAMES: tuple[str, ...] = tuple(_BONES)
PARENTS: tuple[int, ...] = tuple(BONE_NAMES.index(parent) if parent else -1 for parent, _ in _BONES.values())
REST_POSITIONS: Array = np.array([place for _, place in _BONES.values()])

JOINT_BONES: Mapping[str, str] = {
    "pelvis": "pelvis", "spine1": "上半身", "spine3": "上半身2", "neck": "首", "head": "頭",
    **{
        f"{side}_{joint}": letter + bone
        for side, letter in SIDES.items()
        for joint, bone in {
            "collar": "肩", "shoulder": "腕", "elbow": "ひじ", "wrist": "手首", "hip": "足", "knee": "ひざ",
            "ankle": "足首", "foot": "つま先",
        }.items()
    },
}  # fmt: skip
"""The bone of each of SMPL's joints."""
