# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bone map depends on, by which equal bodies are recognised."""

from __future__ import annotations

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
