# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and conventions of rig families as plain data, one file for each."""

from __future__ import annotations

from .asf import ASF
from .auto_rig_pro import AUTO_RIG_PRO, AUTO_RIG_PRO_EXPORT
from .base import Family, IkLimb
from .biped import BIPED
from .bvh import BVH
from .character_creator import CHARACTER_CREATOR
from .cmu import CMU
from .daz import GENESIS_8, GENESIS_9, POSER
from .kenney import KENNEY
from .makehuman import MAKEHUMAN, MB_LAB
from .mixamo import MIXAMO, MIXAMO_CONTROL
from .mmd import MMD, MMD_ENGLISH
from .quaternius import QUATERNIUS
from .rigify import RIGIFY, RIGIFY_META
from .rokoko import ROKOKO
from .smplx import SMPL_FBX, SMPLX
from .soma import SOMA
from .synty import SYNTY
from .talking_with_hands import TALKING_WITH_HANDS
from .unity import UNITY, VRM_1, VRM_ADDON, VRM_RIGIFY, VROID
from .unreal import UNREAL_4, UNREAL_5

FAMILIES: tuple[Family, ...] = (
    RIGIFY, AUTO_RIG_PRO, MIXAMO_CONTROL, SMPLX, SMPL_FBX, MIXAMO, CMU, SOMA, UNREAL_5, UNREAL_4, UNITY, VRM_1, VROID,
    KENNEY, QUATERNIUS, SYNTY, MMD, MMD_ENGLISH, BIPED, CHARACTER_CREATOR, GENESIS_9, GENESIS_8, POSER, MAKEHUMAN,
    MB_LAB, AUTO_RIG_PRO_EXPORT, RIGIFY_META, BVH, ASF, ROKOKO, VRM_ADDON, VRM_RIGIFY,
    TALKING_WITH_HANDS,
)  # fmt: skip
"""On equal scores the first wins: control rigs come before the deform bones that they contain."""


def find_family(name: str) -> Family | None:
    """Return the family with a name; None for "custom" and names from a later version."""
    return next((f for f in FAMILIES if f.name == name), None)


__all__ = ["FAMILIES", "Family", "IkLimb", "find_family"]
