# SPDX-License-Identifier: GPL-3.0-or-later
"""One rig for every family, from public documents and files; none of it was made from ``motion/mapping/families``."""

from __future__ import annotations

from ..spec import RigSpec
from . import (
    auto_rig_pro,
    biped,
    capture,
    character_creator,
    daz,
    found,
    game_packs,
    humanoid,
    makehuman,
    mixamo,
    mmd,
    smpl,
    unreal,
)

SPECS: tuple[RigSpec, ...] = (
    *smpl.SPECS,
    *mixamo.SPECS,
    *unreal.SPECS,
    *humanoid.SPECS,
    *mmd.SPECS,
    *biped.SPECS,
    *daz.SPECS,
    *character_creator.SPECS,
    *makehuman.SPECS,
    *auto_rig_pro.SPECS,
    *capture.SPECS,
    *game_packs.SPECS,
    *found.SPECS,
)


def spec_named(name: str) -> RigSpec:
    """Return a spec by its name. Raises KeyError if there is none."""
    return {spec.name: spec for spec in SPECS}[name]
