# SPDX-License-Identifier: GPL-3.0-or-later
"""A body of given proportions and rest pose: named points that the bones of a rig are hung on.

Blender's axes: metres, Z up, the body faces -Y and its left is +X; the floor is z = 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point = NDArray[np.float64]
Points = Mapping[str, Point]

_FINGERS = {
    # along the hand, towards the thumb, and the lengths of the three bones
    "index": (0.090, 0.026, (0.042, 0.025, 0.021)),
    "middle": (0.092, 0.005, (0.046, 0.029, 0.022)),
    "ring": (0.086, -0.014, (0.042, 0.027, 0.021)),
    "pinky": (0.078, -0.031, (0.032, 0.020, 0.018)),
}


@dataclass(frozen=True)
class Build:
    """Proportions and rest pose.

    ``height`` in metres from floor to crown. ``leg``, ``torso``, ``arm``, ``head``: lengths as factors of an average
    adult's at the same scale; ``shoulders`` and ``hips``: widths likewise. Degrees: ``arms_down`` below the
    horizontal, ``arms_forward`` of the frontal plane, ``elbow_bend`` forwards, ``legs_out`` of the vertical,
    ``feet_out`` of straight ahead.
    """

    height: float = 1.75
    leg: float = 1.0
    torso: float = 1.0
    arm: float = 1.0
    head: float = 1.0
    shoulders: float = 1.0
    hips: float = 1.0
    arms_down: float = 0.0
    arms_forward: float = 0.0
    elbow_bend: float = 3.0
    legs_out: float = 0.0
    feet_out: float = 0.0

    @property
    def points(self) -> Points:
        """Left-hand and middle points by name; a right-hand point is its mirror image."""
        deg = np.radians
        low = 0.96 * self.leg
        rise = self.torso
        spine = {
            "pelvis": (0, 0.0, low), "belly": (0, 0.012, low + 0.09 * rise), "waist": (0, 0.02, low + 0.21 * rise),
            "chest": (0, 0.015, low + 0.33 * rise), "neck": (0, 0.01, low + 0.51 * rise),
        }  # fmt: skip
        p: dict[str, Point] = {name: np.array(at, dtype=float) for name, at in spine.items()}
        p["head"] = p["neck"] + np.array([0, -0.02, 0.095])
        p["top"] = p["head"] + np.array([0, -0.01, 0.19]) * self.head
        p["eye"] = p["head"] + np.array([0.032, -0.085, 0.075]) * self.head
        p["jaw"] = p["head"] + np.array([0, -0.02, 0.012]) * self.head
        p["chin"] = p["head"] + np.array([0, -0.09, -0.02]) * self.head
        p["breast"] = p["chest"] + np.array([0.08, -0.07, 0.02])

        out, turn = deg(self.legs_out), deg(self.feet_out)
        down = np.array([np.sin(out), 0.0, -np.cos(out)])
        p["hip"] = np.array([0.095 * self.hips, 0.0, 0.9 * self.leg])
        p["knee"] = p["hip"] + 0.42 * self.leg * down + np.array([0, -0.012, 0])
        p["ankle"] = p["knee"] + 0.395 * self.leg * down + np.array([0, 0.03, 0])
        ahead = np.array([np.sin(turn), -np.cos(turn), 0.0])
        sole = p["ankle"] * np.array([1, 1, 0])
        p["foot"] = sole + 0.135 * ahead + np.array([0, 0, 0.022])
        p["toe"] = sole + 0.205 * ahead + np.array([0, 0, 0.015])
        p["heel"] = sole - 0.05 * ahead + np.array([0, 0, 0.01])

        p["collar"] = np.array([0.03, -0.01, low + 0.45 * self.torso])
        p["shoulder"] = np.array([0.185 * self.shoulders, 0.02, low + 0.46 * self.torso])
        side, front = deg(self.arms_down), deg(self.arms_forward)
        upper = np.array([np.cos(side) * np.cos(front), -np.cos(side) * np.sin(front), -np.sin(side)])
        forward = np.array([0.0, -1.0, 0.0]) - upper * np.dot(upper, [0.0, -1.0, 0.0])
        forward /= np.linalg.norm(forward)
        bend = deg(self.elbow_bend)
        lower = np.cos(bend) * upper + np.sin(bend) * forward
        p["elbow"] = p["shoulder"] + 0.28 * self.arm * upper
        p["wrist"] = p["elbow"] + 0.255 * self.arm * lower
        thumb = np.cos(bend) * forward - np.sin(bend) * upper
        back = np.cross(thumb, lower)
        for finger, (along, aside, lengths) in _FINGERS.items():
            at = p["wrist"] + self.arm * (along * lower + aside * thumb)
            for k, length in enumerate((*lengths, 0.0), start=1):
                p[f"{finger}{k}"] = at
                at = at + self.arm * length * lower
        at = p["wrist"] + self.arm * (0.028 * lower + 0.024 * thumb - 0.008 * back)
        tip = 0.72 * lower + 0.66 * thumb - 0.2 * back
        for k, length in enumerate((0.045, 0.034, 0.027, 0.0), start=1):
            p[f"thumb{k}"] = at
            at = at + self.arm * length * tip
        size = self.height / p["top"][2]
        return {name: size * point for name, point in p.items()}
