# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a body by its shape, without bone names: the direction that it faces, and which side is its left.

``JointPositions`` maps joint names to world positions (3,), Y up.
"""

from __future__ import annotations

import numpy as np

from ..rest_alignment import JointPositions, left_right_midpoint
from ..rotations import Array
from .doubt import Doubt

_SIDES = ("left", "right")
_PAIRED_JOINTS = ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")


def measure_leg_length(positions: JointPositions) -> float:
    """Return the length of thigh and shin together, metres, as a mean over the complete legs; 0 without any."""
    lengths = [
        float(np.linalg.norm(positions[f"{side}_knee"] - positions[f"{side}_hip"]))
        + float(np.linalg.norm(positions[f"{side}_ankle"] - positions[f"{side}_knee"]))
        for side in _SIDES
        if all(f"{side}_{joint}" in positions for joint in ("hip", "knee", "ankle"))
    ]
    return float(np.mean(lengths)) if lengths else 0.0


def find_facing_cues(positions: JointPositions, up: Array, left: Array) -> list[tuple[float, float]]:
    """Return cues for the direction that a body faces, as pairs of (score, weight), scores between -1 and 1.

    A positive score means that it faces ``left`` x ``up``, so that ``left`` points to its left. A negative one
    means that it faces the opposite direction. Feet point forward, knees bend forward, elbows bend backward, thumbs and
    jaw are in front. ``up``, ``left`` (3,): unit vectors.
    """
    forward = np.cross(left, up)
    leg_length = measure_leg_length(positions)
    cues: list[tuple[float, float]] = []

    def add_cue(vector: Array, usual_length: float, weight: float) -> None:
        """Add a cue; vectors shorter than ``usual_length`` (forward, in lengths of the leg) weigh less."""
        score = float(np.clip(np.dot(vector, forward) / (usual_length * leg_length), -1.0, 1.0))
        cues.append((score, weight * min(1.0, 2 * abs(score))))

    if leg_length <= 0.0:
        return cues
    for side in _SIDES:
        joint_names = (*_PAIRED_JOINTS, "foot", "toe", "thumb1", "middle1")
        points: dict[str, Array | None] = {joint: positions.get(f"{side}_{joint}") for joint in joint_names}
        toe = points["foot"] if points["toe"] is None else points["toe"]
        if points["ankle"] is not None and toe is not None:
            add_cue(toe - points["ankle"], 0.12, 3.0)
        if points["hip"] is not None and points["knee"] is not None and points["ankle"] is not None:
            add_cue(_measure_bend(points["hip"], points["knee"], points["ankle"]), 0.03, 1.0)
        if points["shoulder"] is not None and points["elbow"] is not None and points["wrist"] is not None:
            add_cue(-_measure_bend(points["shoulder"], points["elbow"], points["wrist"]), 0.03, 0.4)
        if points["wrist"] is not None and points["thumb1"] is not None:
            add_cue(points["thumb1"] - _point_or_default(points["middle1"], points["wrist"]), 0.04, 0.6)
    if "jaw" in positions and "head" in positions:
        add_cue(positions["jaw"] - positions["head"], 0.03, 1.0)
    return cues


def find_side_doubt(positions: JointPositions) -> Doubt | None:
    """Return a doubt about which side is left and which is right; None without one.

    Arms and legs have to agree, and what the names call left has to be on the left of the direction in which feet,
    knees and hands show that the body faces.
    """
    right_to_left = {
        joint: positions[f"left_{joint}"] - positions[f"right_{joint}"]
        for joint in _PAIRED_JOINTS
        if f"left_{joint}" in positions and f"right_{joint}" in positions
    }
    if "hip" not in right_to_left or "shoulder" not in right_to_left:
        return None
    if np.dot(right_to_left["hip"], right_to_left["shoulder"]) < 0:
        return Doubt.SIDES_CROSS
    across = _unit_vector(_unit_vector(right_to_left["hip"]) + _unit_vector(right_to_left["shoulder"]))
    upwards = left_right_midpoint(positions, "shoulder") - left_right_midpoint(positions, "hip")
    up = _unit_vector(upwards - np.dot(upwards, across) * across)
    if not (np.any(across) and np.any(up)):
        return None
    # hands and feet may be a little on the other side
    if min(float(np.dot(v, across)) for v in right_to_left.values()) < -0.25 * np.linalg.norm(
        right_to_left["shoulder"]
    ):
        return Doubt.SIDES_CROSS
    cues = find_facing_cues(positions, up, across)
    weight = sum(w for _, w in cues)
    if weight < 1.0:
        return None
    mean_score = sum(score * w for score, w in cues) / weight
    return Doubt.SIDES_SWAPPED if mean_score < -0.25 else None


def find_posture_doubt(positions: JointPositions) -> Doubt | None:
    """Return a doubt where the trunk is not in line with the legs, as in four-legged animals; None without one.

    A body that stands on bent legs and on its toes, as birds do, is doubted too.
    """
    required_joints = [f"{side}_{joint}" for side in _SIDES for joint in ("hip", "knee", "shoulder")]
    if any(joint not in positions for joint in required_joints):
        return None
    lower = "ankle" if all(f"{side}_ankle" in positions for side in _SIDES) else "knee"
    hips = left_right_midpoint(positions, "hip")
    trunk = _unit_vector(left_right_midpoint(positions, "shoulder") - hips)
    legs = _unit_vector(hips - left_right_midpoint(positions, lower))
    if np.any(trunk) and np.any(legs) and np.dot(trunk, legs) < 0.5:
        return Doubt.NOT_UPRIGHT
    return Doubt.LEGS_BENT if all(_stands_as_a_bird(positions, side) for side in _SIDES) else None


_BIRD_BEND, _BIRD_DROP = 40.0, 0.18
"""Degrees by which a knee is bent, and lengths of the leg by which the foot goes on from the ankle in the direction of
the leg: a human foot is shorter, also on tiptoe."""


def _stands_as_a_bird(positions: JointPositions, side: str) -> bool:
    """Return whether a leg is bent and goes on below the ankle, which is high above the toes."""
    names = [f"{side}_{joint}" for joint in ("hip", "knee", "ankle", "foot")]
    if any(name not in positions for name in names):
        return False
    hip, knee, ankle, foot = (positions[name] for name in names)
    length = float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee))
    cosine = float(np.dot(_unit_vector(knee - hip), _unit_vector(ankle - knee)))
    drop = float(np.dot(foot - ankle, _unit_vector(ankle - hip)))
    return cosine < np.cos(np.radians(_BIRD_BEND)) and drop > _BIRD_DROP * length


def _point_or_default(point: Array | None, default: Array) -> Array:
    return default if point is None else point


def _unit_vector(vector: Array) -> Array:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-9 else np.zeros(3)


def _measure_bend(upper: Array, middle: Array, lower: Array) -> Array:
    """Return how far a knee or elbow is off the straight line of its limb (3,)."""
    line = lower - upper
    length = float(np.dot(line, line))
    if length < 1e-12:
        return np.zeros(3)
    fraction = float(np.clip(np.dot(middle - upper, line) / length, 0.0, 1.0))
    return np.asarray(middle - upper - fraction * line)
