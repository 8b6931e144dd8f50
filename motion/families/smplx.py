# SPDX-License-Identifier: GPL-3.0-or-later
"""SMPL-X, SMPL-H and SMPL bodies: the joint names of the model, and the older FBX files' ("m_avg_L_Hip")."""

from __future__ import annotations

from ..skeleton import SMPL_JOINTS
from .base import Family, both_sides

SMPLX = Family("smplx", "SMPL-X", {joint: (joint,) for joint in SMPL_JOINTS}, root=("root",))

SMPL_FBX = Family(
    "smpl",
    "SMPL (FBX)",
    both_sides(
        {"pelvis": ("Pelvis",), "spine1": ("Spine1",), "spine2": ("Spine2",), "spine3": ("Spine3",),
         "neck": ("Neck",), "head": ("Head",)},
        {"hip": ("{}_Hip",), "knee": ("{}_Knee",), "ankle": ("{}_Ankle",), "foot": ("{}_Foot",),
         "collar": ("{}_Collar",), "shoulder": ("{}_Shoulder",), "elbow": ("{}_Elbow",), "wrist": ("{}_Wrist",)},
        "L", "R",
    ),
    root=("root",),
)  # fmt: skip
