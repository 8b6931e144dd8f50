# SPDX-License-Identifier: GPL-3.0-or-later
"""Indices of the 22 SMPL body joints: those of the trunk one by one, those of the limbs by side."""

from __future__ import annotations

from ..skeleton import SMPL_JOINTS

SIDES = ("left", "right")
OTHER_SIDE = {"left": "right", "right": "left"}
OUTWARD = {"left": 1.0, "right": -1.0}
"""Sign of x that points away from the body on each side (+X is the character's left)."""

PELVIS, SPINE1, SPINE2, SPINE3, NECK, HEAD = (
    SMPL_JOINTS.index(name) for name in ("pelvis", "spine1", "spine2", "spine3", "neck", "head")
)
_LIMB_PAIRS = tuple(
    {side: SMPL_JOINTS.index(f"{side}_{name}") for side in SIDES}
    for name in ("hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist")
)
HIPS, KNEES, ANKLES, FEET, COLLARS, SHOULDERS, ELBOWS, WRISTS = _LIMB_PAIRS

LIMB_JOINTS = {side: frozenset(pair[side] for pair in _LIMB_PAIRS) for side in SIDES}
"""All joints of the arm and the leg of each side."""

_COUNTERPARTS = {pair[side]: pair[OTHER_SIDE[side]] for pair in _LIMB_PAIRS for side in SIDES}
MIRROR = [_COUNTERPARTS.get(joint, joint) for joint in range(len(SMPL_JOINTS))]
"""For each joint, the index of its counterpart on the other side; joints of the trunk are their own."""
