# SPDX-License-Identifier: GPL-3.0-or-later
"""What a body's shape says of it, whatever its bones are called: where its front is, and which side is its left.

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
    """Thigh and shin together, metres, mean over the legs whose joints are known; 0 where none are."""
    lengths = [
        float(np.linalg.norm(points[f"{side}_knee"] - points[f"{side}_hip"]))
        + float(np.linalg.norm(points[f"{side}_ankle"] - points[f"{side}_knee"]))
        for side in _SIDES
        if all(f"{side}_{joint}" in points for joint in ("hip", "knee", "ankle"))
    ]
    return float(np.mean(lengths)) if lengths else 0.0


def forward_cues(points: Points, up: Array, across: Array) -> list[tuple[float, float]]:
    """What parts of the body say of where it faces: (share, weight) each, ``share`` within -1 and 1.

    Positive: it faces ``across`` x ``up``, as it does if ``across`` points to its left; negative: the other way. Feet
    point forward, knees bend forward and elbows backward, thumbs and jaw are in front.
    """
    forward = np.cross(across, up)
    leg = leg_length(points)
    cues: list[tuple[float, float]] = []

    def cue(vector: Array, usual: float, weight: float) -> None:
        """``usual``: how long the vector is along the front in most bodies, in legs; shorter ones say less."""
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
    """What the body's shape says against what is called left and right; empty where nothing does.

    Arms and legs have to agree, and what the names call left has to be at the left of where feet, knees and hands
    say that the body faces.
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
    # hands and feet may rest a little across the middle
    if min(float(np.dot(v, across)) for v in between.values()) < -0.25 * np.linalg.norm(between["shoulder"]):
        return Doubt.SIDES_CROSS
    cues = forward_cues(points, up, across)
    weight = sum(w for _, w in cues)
    if weight < 1.0:
        return None
    verdict = sum(share * w for share, w in cues) / weight
    return Doubt.SIDES_SWAPPED if verdict < -0.25 else None


def posture_doubt(points: Points) -> Doubt | None:
    """What speaks against a human body in the way it stands: empty where the trunk goes on as the legs do."""
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
    """How far a knee or elbow stands out of the straight line of its limb (3,)."""
    line = lower - upper
    length = float(np.dot(line, line))
    if length < 1e-12:
        return np.zeros(3)
    share = float(np.clip(np.dot(middle - upper, line) / length, 0.0, 1.0))
    return np.asarray(middle - upper - share * line)
