# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and conventions of rig families, as plain data: one file each, all of them listed here."""

from __future__ import annotations

from .base import Family
from .biped import BIPED
from .bvh import BVH
from .kenney import KENNEY
from .mixamo import MIXAMO
from .poser import POSER
from .rigify import RIGIFY, RIGIFY_META
from .smplx import SMPL_FBX, SMPLX
from .unreal import UNREAL_4, UNREAL_5

FAMILIES: tuple[Family, ...] = (
    RIGIFY, SMPLX, SMPL_FBX, MIXAMO, UNREAL_5, UNREAL_4, KENNEY, BIPED, RIGIFY_META, POSER, BVH,
)  # fmt: skip
"""In the order in which equal scores are decided: control rigs before the deform bones they contain."""


def family_named(name: str) -> Family | None:
    """The family of that name; None for "custom" and names from a later version."""
    return next((f for f in FAMILIES if f.name == name), None)


__all__ = ["FAMILIES", "Family", "family_named"]
