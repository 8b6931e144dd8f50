# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the corrections of bones at seams are held, because a foot stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..motion import Motion
from ..motion.contact.contacts import Mask, detect_contacts


@dataclass(frozen=True, eq=False)
class Holds:
    """How many of the new frames feet stand, from their start on and up to their end.

    Attributes
    ----------
    bones : mapping
        Both numbers for each bone that moves a foot; a foot stands on heel or toes.
    points : mapping
        The same for the bones of ankle and toes, each by itself.
    """

    bones: Mapping[str, tuple[int, int]]
    points: Mapping[str, tuple[int, int]]


def find_holds(motion: Motion, first: int, last: int, bones: Mapping[str, str]) -> Holds:
    """Return how long the feet stand beside the seams.

    Parameters
    ----------
    motion : Motion
        The motion with the new frames.
    first, last : int
        The new frames.
    bones : mapping
        Bone of each joint.
    """
    begin = max(0, first - 1)
    contacts = detect_contacts(replace(motion, contacts=None))[begin : last + 2]
    found: dict[str, tuple[int, int]] = {}
    points: dict[str, tuple[int, int]] = {}
    for side, columns in (("left", slice(0, 2)), ("right", slice(2, 4))):
        standing = _count_standing(np.asarray(contacts[:, columns].any(axis=1)))
        found |= {
            bones[joint]: standing
            for joint in (f"{side}_{part}" for part in ("hip", "knee", "ankle", "foot"))
            if joint in bones
        }
        for k, joint in enumerate((f"{side}_ankle", f"{side}_foot"), start=columns.start):
            if joint in bones:
                points[bones[joint]] = _count_standing(contacts[:, k])
    if found and "pelvis" in bones:
        # hips that turn would take a standing foot along
        found[bones["pelvis"]] = tuple(np.max(list(found.values()), axis=0).tolist())
    return Holds(found, points)


def _count_standing(stands: Mask) -> tuple[int, int]:
    """Return how many frames are True from the first one on, and up to the last one."""
    from_start, to_end = (int(np.logical_and.accumulate(row).sum()) for row in (stands, stands[::-1]))
    return from_start, to_end
