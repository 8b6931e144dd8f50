# SPDX-License-Identifier: GPL-3.0-or-later
"""SMPL-X, SMPL-H and SMPL bodies: the joint names of the model, and the older FBX files' ("m_avg_L_Hip").

Source: the joint lists of the models as the SMPL add-ons for Blender show them (smpl-x.is.tue.mpg.de).
"""

from __future__ import annotations

from ...skeleton import MAPPED_JOINTS
from .base import Family, name_both_sides, name_fingers

SMPLX = Family("smplx", "SMPL-X", {joint: (joint,) for joint in MAPPED_JOINTS}, root_names=("root",))

SMPL_FBX = Family(
    "smpl",
    "SMPL (FBX)",
    name_both_sides(
        {"pelvis": ("Pelvis",), "spine1": ("Spine1",), "spine2": ("Spine2",), "spine3": ("Spine3",),
         "neck": ("Neck",), "head": ("Head",), "jaw": ("Jaw",)},
        {"hip": ("{}_Hip",), "knee": ("{}_Knee",), "ankle": ("{}_Ankle",), "foot": ("{}_Foot",),
         "collar": ("{}_Collar",), "shoulder": ("{}_Shoulder",), "elbow": ("{}_Elbow",), "wrist": ("{}_Wrist",)},
        "L", "R",
    ) | name_fingers("{side}_{finger}{knuckle}", "L", "R"),
    root_names=("root",),
)  # fmt: skip
