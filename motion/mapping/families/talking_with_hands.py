# SPDX-License-Identifier: GPL-3.0-or-later
"""The skeleton of the Talking With Hands recordings, in which the GENEA challenges of 2022 and 2023 are played.

Its twist bones carry the limbs: ``b_l_arm_twist`` is where ``b_l_arm`` is, and the forearm hangs on it. Source: the
joint lists of public tools for these files (github.com/genea-workshop; ``b_root``, ``p_l_scap``).
"""

from __future__ import annotations

from .base import Family, name_both_sides, name_fingers

TALKING_WITH_HANDS = Family(
    "talking_with_hands",
    "Talking With Hands (GENEA)",
    name_both_sides(
        {"pelvis": ("b_root",), "spine1": ("b_spine0",), "spine2": ("b_spine1",), "spine3": ("b_spine3",),
         "neck": ("b_neck0",), "head": ("b_head",), "jaw": ("b_jaw",)},
        {"hip": ("b_{}_upleg",), "knee": ("b_{}_leg",), "ankle": ("b_{}_foot",), "collar": ("b_{}_shoulder",),
         "shoulder": ("b_{}_arm",), "elbow": ("b_{}_forearm",), "wrist": ("b_{}_wrist",)},
        "l", "r",
    ) | name_fingers(
        "b_{side}_{finger}{knuckle}", "l", "r",
        {finger: finger for finger in ("index", "middle", "pinky", "ring", "thumb")},
        thumb=("1", "2", "3"),
    ),
    root_names=("body_world",),
)  # fmt: skip
