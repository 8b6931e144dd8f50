# SPDX-License-Identifier: GPL-3.0-or-later
"""Poser and DAZ figures of the older generations ("hip", "abdomen", "lShldr"): many BVH files use their names."""

from __future__ import annotations

from .base import Family, both_sides

POSER = Family(
    "poser",
    "Poser / DAZ",
    both_sides(
        {"pelvis": ("hip",), "spine1": ("abdomen",), "spine3": ("chest",), "neck": ("neck",), "head": ("head",)},
        {"hip": ("{}Thigh",), "knee": ("{}Shin",), "ankle": ("{}Foot",), "foot": ("{}Toe",),
         "collar": ("{}Collar",), "shoulder": ("{}Shldr",), "elbow": ("{}ForeArm",), "wrist": ("{}Hand",)},
        "l", "r",
    ),
    prefixed=False,
)  # fmt: skip
