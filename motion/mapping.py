# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bone of a rig stands for which SMPL joint."""

from __future__ import annotations

from dataclasses import dataclass, field

from .rig import Rig


@dataclass(frozen=True)
class BoneMap:
    """What is keyed for which joint.

    ``family``: name of the family whose conventions hold ("smplx", "mixamo", "rigify"), or "custom".
    ``bones``: SMPL joint name to the bone that is keyed for it (a deform bone, or a control rig's FK control).
    ``root``: the separate root or master bone above the hips, where there is one; it is not keyed.
    ``switches``: (bone, custom property, value) that have to be keyed so that the result plays.
    ``confidence``: 0 to 1. ``missing``: joints for which no bone was found.
    """

    family: str
    bones: dict[str, str] = field(default_factory=dict)
    root: str | None = None
    switches: tuple[tuple[str, str, float], ...] = ()
    confidence: float = 1.0
    missing: tuple[str, ...] = ()


def map_bones(rig: Rig) -> BoneMap:
    """The best family's map for ``rig``. Raises :class:`MappingError` where none fits."""
    raise NotImplementedError
