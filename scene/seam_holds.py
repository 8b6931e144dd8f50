# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the corrections of bones at seams are held, because a foot stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..motion import Motion
from ..motion.contact.contacts import detect_contacts


def find_holds(motion: Motion, first: int, last: int, bones: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Return for each bone of a leg how many new frames its foot stands, from their start on and up to their end.

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
    contacts = detect_contacts(replace(motion, contacts=None))
    found: dict[str, tuple[int, int]] = {}
    for side, columns in (("left", slice(0, 2)), ("right", slice(2, 4))):
        stands = np.asarray(contacts[begin : last + 2, columns].any(axis=1))
        from_start = int(np.logical_and.accumulate(stands).sum())
        to_end = int(np.logical_and.accumulate(stands[::-1]).sum())
        for joint in ("hip", "knee", "ankle", "foot"):
            bone = bones.get(f"{side}_{joint}")
            if bone is not None:
                found[bone] = (from_start, to_end)
    if found and "pelvis" in bones:
        # hips that turn would take a standing foot along
        found[bones["pelvis"]] = tuple(np.max(list(found.values()), axis=0).tolist())
    return found
