# SPDX-License-Identifier: GPL-3.0-or-later
"""A body of given proportions and rest pose: named points at which the bones of a rig are placed.

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
    # metres along the hand and towards the thumb, and the lengths of the three bones
    "index": (0.090, 0.026, (0.042, 0.025, 0.021)),
    "middle": (0.092, 0.005, (0.046, 0.029, 0.022)),
    "ring": (0.086, -0.014, (0.042, 0.027, 0.021)),
    "pinky": (0.078, -0.031, (0.032, 0.020, 0.018)),
}


@dataclass(frozen=True)
class Proportions:
    """Proportions and rest pose.

    Attributes
    ----------
    height : float
        Metres from the floor to the crown.
    leg, torso, arm, head : float
        Lengths as factors of an average adult's at the same height.
    shoulders, hips : float
        Widths as factors likewise.
    arms_down : float
        Degrees of the arms below the horizontal.
    arms_forward : float
        Degrees of the arms in front of the frontal plane.
    elbow_bend : float
        Degrees by which elbows are bent forward.
    legs_out : float
        Degrees of the legs from the vertical.
    feet_out : float
        Degrees of the feet from straight ahead.
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
        """Points by name, of the left side and the middle. A point of the right side is the mirror image."""
        radians = np.radians
        low = 0.96 * self.leg
        torso = self.torso
        spine = {
            "pelvis": (0, 0.0, low), "belly": (0, 0.012, low + 0.09 * torso), "waist": (0, 0.02, low + 0.21 * torso),
            "chest": (0, 0.015, low + 0.33 * torso), "neck": (0, 0.01, low + 0.51 * torso),
        }  # fmt: skip
        points: dict[str, Point] = {name: np.array(position, dtype=float) for name, position in spine.items()}
        points["head"] = points["neck"] + np.array([0, -0.02, 0.095])
        points["top"] = points["head"] + np.array([0, -0.01, 0.19]) * self.head
        points["eye"] = points["head"] + np.array([0.032, -0.085, 0.075]) * self.head
        points["jaw"] = points["head"] + np.array([0, -0.02, 0.012]) * self.head
        points["chin"] = points["head"] + np.array([0, -0.09, -0.02]) * self.head
        points["breast"] = points["chest"] + np.array([0.08, -0.07, 0.02])

        leg_angle, foot_angle = radians(self.legs_out), radians(self.feet_out)
        leg_direction = np.array([np.sin(leg_angle), 0.0, -np.cos(leg_angle)])
        points["hip"] = np.array([0.095 * self.hips, 0.0, 0.9 * self.leg])
        points["knee"] = points["hip"] + 0.42 * self.leg * leg_direction + np.array([0, -0.012, 0])
        points["ankle"] = points["knee"] + 0.395 * self.leg * leg_direction + np.array([0, 0.03, 0])
        foot_direction = np.array([np.sin(foot_angle), -np.cos(foot_angle), 0.0])
        sole = points["ankle"] * np.array([1, 1, 0])
        points["foot"] = sole + 0.135 * foot_direction + np.array([0, 0, 0.022])
        points["toe"] = sole + 0.205 * foot_direction + np.array([0, 0, 0.015])
        points["heel"] = sole - 0.05 * foot_direction + np.array([0, 0, 0.01])

        points["collar"] = np.array([0.03, -0.01, low + 0.45 * self.torso])
        points["shoulder"] = np.array([0.185 * self.shoulders, 0.02, low + 0.46 * self.torso])
        arm_angle, forward_angle = radians(self.arms_down), radians(self.arms_forward)
        upper = np.array(
            [
                np.cos(arm_angle) * np.cos(forward_angle),
                -np.cos(arm_angle) * np.sin(forward_angle),
                -np.sin(arm_angle),
            ]
        )
        forward = np.array([0.0, -1.0, 0.0]) - upper * np.dot(upper, [0.0, -1.0, 0.0])
        forward /= np.linalg.norm(forward)
        bend = radians(self.elbow_bend)
        lower = np.cos(bend) * upper + np.sin(bend) * forward
        points["elbow"] = points["shoulder"] + 0.28 * self.arm * upper
        points["wrist"] = points["elbow"] + 0.255 * self.arm * lower
        thumb = np.cos(bend) * forward - np.sin(bend) * upper
        back = np.cross(thumb, lower)
        for finger, (along, aside, lengths) in _FINGERS.items():
            at = points["wrist"] + self.arm * (along * lower + aside * thumb)
            for k, length in enumerate((*lengths, 0.0), start=1):
                points[f"{finger}{k}"] = at
                at = at + self.arm * length * lower
        at = points["wrist"] + self.arm * (0.028 * lower + 0.024 * thumb - 0.008 * back)
        tip = 0.72 * lower + 0.66 * thumb - 0.2 * back
        for k, length in enumerate((0.045, 0.034, 0.027, 0.0), start=1):
            points[f"thumb{k}"] = at
            at = at + self.arm * length * tip
        scale = self.height / points["top"][2]
        return {name: scale * point for name, point in points.items()}
