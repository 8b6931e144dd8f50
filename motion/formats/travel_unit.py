# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit of the translations of a body whose size is known: some files have centimetres or millimetres."""

from __future__ import annotations

import numpy as np

from ..rotations import Array
from ..skeleton import Skeleton

_FASTEST = 20.0
"""Metres per second at which no body moves for half of a motion; slower ones are in metres."""

_UNITS = {"metres": 1.0, "decimetres": 0.1, "centimetres": 0.01, "millimetres": 0.001}
_FRAMES = 300
"""Frames that are compared."""


def guess_travel_unit(
    skeleton: Skeleton, translations: Array, rotations: Array, fps: float
) -> tuple[str, float]:
    """Return name and metres of the unit of translations: that in which the foot that moves less moves least.

    Parameters
    ----------
    skeleton : Skeleton
        The body, metres.
    translations : (T, 3)
        Of its root, in the unit that is asked for.
    rotations : (T, J, 4)
        Local rotations.
    fps : float
        Frames per second.
    """
    steps = np.linalg.norm(np.diff(translations, axis=0), axis=-1)
    if not len(steps) or np.median(steps) * fps < _FASTEST:
        return "metres", 1.0
    first = max(0, (len(translations) - _FRAMES) // 2)
    part = slice(first, first + _FRAMES)
    local = rotations[part, : len(skeleton.joint_names)]
    still = skeleton.forward_kinematics(np.zeros((len(local), 3)), local)[0]
    feet = still[:, [skeleton.joint_index(f"{side}_foot") for side in ("left", "right")]]

    def measure_slide(unit: float) -> float:
        places = feet + unit * translations[part, None]
        return float(np.linalg.norm(np.diff(places, axis=0), axis=-1).min(axis=1).mean())

    name = min(_UNITS, key=lambda one: measure_slide(_UNITS[one]))
    return name, _UNITS[name]
