# SPDX-License-Identifier: GPL-3.0-or-later
"""Kenney's characters: Mixamo's limbs on a spine that is named as Unity's humanoids name theirs.

Source: the CC0 character packs of kenney.nl.
"""

from __future__ import annotations

from .base import Family
from .mixamo import MIXAMO

KENNEY = Family(
    "kenney",
    "Kenney",
    {
        **MIXAMO.bone_names,
        "spine2": ("Chest",),
        "spine3": ("UpperChest",),
        "left_foot": ("LeftToes",),
        "right_foot": ("RightToes",),
    },
    root_names=("Root",),
)
