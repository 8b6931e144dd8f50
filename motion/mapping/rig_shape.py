# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bone map depends on, by which equal bodies are recognised, and the root bone by where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..rig import Rig


def describe_shape(rig: Rig) -> tuple[object, ...]:
    """Return what a bone map depends on: names and parents of bones, their flags, and how they lie from the object."""
    size = max(float(np.linalg.norm(np.ptp(rig.heads, axis=0))), 1e-9) if len(rig) else 1.0
    arrays = (
        np.round((rig.heads - rig.origin) / size, 4),
        np.round((rig.tails - rig.origin) / size, 4),
        np.round(rig.rest_rotations, 4),
        np.round(rig.axes, 4),
        rig.deform,
        rig.selected,
        rig.constrained,
        rig.connected,
    )
    properties = tuple(sorted((bone, tuple(names)) for bone, names in rig.properties.items()))
    return (rig.bone_names, rig.parents, properties, *((array + 0.0).tobytes() for array in arrays))


_NEAR_FLOOR = 0.2
"""Largest height of a root bone over the lowest joint, in heights of the pelvis over it."""


def find_bone_on_floor(rig: Rig, bones: Mapping[str, str], carriers: Sequence[int]) -> str | None:
    """Return the topmost bone above the pelvis if it stands on the floor below the body, whatever its name."""
    if not all(joint in bones for joint in ("pelvis", "left_ankle", "right_ankle")):
        return None
    indices = {joint: rig.bone_index(bone) for joint, bone in bones.items()}
    pelvis = indices["pelvis"]
    top = pelvis
    while carriers[top] >= 0:
        top = carriers[top]
    floor = min(rig.heads[indices[f"{side}_ankle"]][1] for side in ("left", "right"))
    height = rig.heads[pelvis][1] - floor
    if top == pelvis or top in indices.values() or height <= 0.0:
        return None
    return rig.bone_names[top] if rig.heads[top][1] - floor < _NEAR_FLOOR * height else None
