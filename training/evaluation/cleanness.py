# SPDX-License-Identifier: GPL-3.0-or-later
"""Quality of motions independent of the action: sliding feet, jitter, feet below the floor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...inference.embedded.features import FOOT_JOINTS
from ...motion import Motion
from ...motion.contact.contacts import detect_contacts, foot_clearances


def measure_cleanness(motion: Motion) -> dict[str, float]:
    """Measure sliding, jitter and penetration of a motion.

    ``skate``: mean horizontal speed (m/s) of heels and toes in detected contact. ``jitter``: mean jerk of all joints
    (km/s^3). ``penetration``: mean depth (mm) of the lowest foot joint below its height on the floor.
    """
    feet = motion.positions[:, FOOT_JOINTS]
    contacts = detect_contacts(motion)
    step = np.linalg.norm(np.diff(feet[..., [0, 2]], axis=0), axis=-1) * motion.fps
    down = contacts[1:] & contacts[:-1]
    jerk = np.linalg.norm(np.diff(motion.positions, n=3, axis=0), axis=-1) * motion.fps**3
    depth = np.maximum(0.75 * foot_clearances(motion.skeleton) - feet[..., 1], 0).max(axis=1)
    return {
        "skate": float(step[down].mean()) if down.any() else 0.0,
        "jitter": float(jerk.mean()) / 1000,
        "penetration": 1000 * float(depth.mean()),
    }


def mean_cleanness(motions: Sequence[Motion]) -> dict[str, float]:
    """Return the mean of :func:`measure_cleanness` over motions of more than four frames."""
    rows = [measure_cleanness(m) for m in motions if len(m) > 4]
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
