# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a body by its shape, without bone names: which way it faces, and which side is its left.

Points are given as a dictionary from joint name to a world position (3,), Y up.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..rotations import Array
from .doubt import Doubt

Points = Mapping[str, Array]

_SIDES = ("left", "right")
_PAIRS = ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")


def leg_length(points: Points) -> float:
    """Return the length of thigh and shin together, metres, as a mean over the complete legs; 0 without any."""
    lengths = [
        float(np.linalg.norm(points[f"{side}_knee"] - points[f"{side}_hip"]))
        + float(np.linalg.norm(points[f"{side}_ankle"] - points[f"{side}_knee"]))
        for side in _SIDES
        if all(f"{side}_{joint}" in points for joint in ("hip", "knee", "ankle"))
    ]
    return float(np.mean(lengths)) if lengths else 0.0


def forward_cues(points: Points, up: Array, across: Array) -> list[tuple[float, float]]:
    """Return hints of which way a body faces, as pairs of (score, weight), scores between -1 and 1.

    A positive score means that it faces ``left`` x ``up``, so that ``left`` points to its left. A negative one
    means that it faces the opposite way. Feet point forward, knees bend forward, elbows bend backward, thumbs and
    jaw are in front. ``up``, ``left`` (3,): unit vectors.
    """
    forward = np.cross(across, up)
    leg = leg_length(points)
    cues: list[tuple[float, float]] = []

    def cue(vector: Array, usual: float, weight: float) -> None:
        """Add a hint; ``usual_length`` along the front, in legs: shorter vectors weigh less."""
        share = float(np.clip(np.dot(vector, forward) / (usual * leg), -1.0, 1.0))
        cues.append((share, weight * min(1.0, 2 * abs(share))))

    if leg <= 0.0:
        return cues
    for side in _SIDES:
        named = (*_PAIRS, "foot", "toe", "thumb1", "middle1")
        p: dict[str, Array | None] = {joint: points.get(f"{side}_{joint}") for joint in named}
        toe = p["foot"] if p["toe"] is None else p["toe"]
        if p["ankle"] is not None and toe is not None:
            cue(toe - p["ankle"], 0.12, 3.0)
        if p["hip"] is not None and p["knee"] is not None and p["ankle"] is not None:
            cue(_bend(p["hip"], p["knee"], p["ankle"]), 0.03, 1.0)
        if p["shoulder"] is not None and p["elbow"] is not None and p["wrist"] is not None:
            cue(-_bend(p["shoulder"], p["elbow"], p["wrist"]), 0.03, 0.4)
        if p["wrist"] is not None and p["thumb1"] is not None:
            cue(p["thumb1"] - _or(p["middle1"], p["wrist"]), 0.04, 0.6)
    if "jaw" in points and "head" in points:
        cue(points["jaw"] - points["head"], 0.03, 1.0)
    return cues


def side_doubt(points: Points) -> Doubt | None:
    """Return a doubt about which side is left and which is right; None without one.

    Arms and legs have to agree, and what the names call left has to be on the left of the direction in which feet,
    knees and hands show that the body faces.
    """
    between = {
        joint: points[f"left_{joint}"] - points[f"right_{joint}"]
        for joint in _PAIRS
        if f"left_{joint}" in points and f"right_{joint}" in points
    }
    if "hip" not in between or "shoulder" not in between:
        return None
    if np.dot(between["hip"], between["shoulder"]) < 0:
        return Doubt.SIDES_CROSS
    across = _unit(_unit(between["hip"]) + _unit(between["shoulder"]))
    upwards = _middle(points, "shoulder") - _middle(points, "hip")
    up = _unit(upwards - np.dot(upwards, across) * across)
    if not (np.any(across) and np.any(up)):
        return None
    # hands and feet may be a little on the other side
    if min(float(np.dot(v, across)) for v in between.values()) < -0.25 * np.linalg.norm(between["shoulder"]):
        return Doubt.SIDES_CROSS
    cues = forward_cues(points, up, across)
    weight = sum(w for _, w in cues)
    if weight < 1.0:
        return None
    verdict = sum(share * w for share, w in cues) / weight
    return Doubt.SIDES_SWAPPED if verdict < -0.25 else None


def posture_doubt(points: Points) -> Doubt | None:
    """Return a doubt where the trunk is not in line with the legs, as in four-legged animals; None without one."""
    needed = [f"{side}_{joint}" for side in _SIDES for joint in ("hip", "knee", "shoulder")]
    if any(joint not in points for joint in needed):
        return None
    lower = "ankle" if all(f"{side}_ankle" in points for side in _SIDES) else "knee"
    hips = _middle(points, "hip")
    trunk, legs = _unit(_middle(points, "shoulder") - hips), _unit(hips - _middle(points, lower))
    if np.any(trunk) and np.any(legs) and np.dot(trunk, legs) < 0.5:
        return Doubt.NOT_UPRIGHT
    return None


def _or(point: Array | None, other: Array) -> Array:
    return other if point is None else point


def _middle(points: Points, joint: str) -> Array:
    return np.asarray(0.5 * (points[f"left_{joint}"] + points[f"right_{joint}"]))


def _unit(vector: Array) -> Array:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-9 else np.zeros(3)


def _bend(upper: Array, middle: Array, lower: Array) -> Array:
    """Return how far a knee or elbow is off the straight line of its limb (3,)."""
    line = lower - upper
    length = float(np.dot(line, line))
    if length < 1e-12:
        return np.zeros(3)
    share = float(np.clip(np.dot(middle - upper, line) / length, 0.0, 1.0))
    return np.asarray(middle - upper - share * line)
