# SPDX-License-Identifier: GPL-3.0-or-later
"""How one body's rest pose turns into another's: a constant rotation for each joint.

Points are given as a dictionary from SMPL joint name to a world position (..., 3), Y up.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .rotations import Array, about, between, cross, from_matrix, multiply, normalise, rotate

Points = Mapping[str, Array]

TORSO: tuple[str, ...] = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")

_UP = np.array([0.0, 1.0, 0.0])
_SNAP = np.cos(np.radians(35.0))

_SIDES = ("left", "right")
_LIMBS = (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))


def middle(points: Points, joint: str) -> Array:
    """Midpoint (..., 3) of the left and the right joint of that name."""
    return np.asarray(0.5 * (points[f"left_{joint}"] + points[f"right_{joint}"]))


def _across(points: Points) -> Array:
    """Direction (..., 3) from the body's right to its left, over hips and shoulders alike."""
    sides = [normalise(points[f"left_{j}"] - points[f"right_{j}"]) for j in ("hip", "shoulder")]
    return normalise(sides[0] + sides[1])


def rest_frame(points: Points, axes: Array | None = None) -> Array:
    """Orientation (4,) of a body at rest: turns the axes of a body that stands and faces +Z onto this one's.

    A spine leans by some degrees even in a body that stands straight, so "up" is the coordinate axis nearest to it:
    one of ``axes`` (3, 3), the rows being the object's own axes in the world, by default the world's.
    """
    leaning = normalise(middle(points, "shoulder") - middle(points, "hip"))
    candidates = np.eye(3) if axes is None else np.asarray(axes)
    cosines = candidates @ leaning
    nearest = int(np.argmax(np.abs(cosines)))
    up = candidates[nearest] * np.sign(cosines[nearest]) if abs(cosines[nearest]) > _SNAP else leaning
    left = _across(points)
    left = normalise(left - np.dot(left, up) * up)
    return from_matrix(np.stack([left, up, cross(left, up)], axis=-1))


def facing(points: Points) -> float:
    """Heading in radians about +Y (0 is +Z) of a body in any pose; of the head's side where it lies or crawls."""
    up = normalise(middle(points, "shoulder") - middle(points, "hip"))
    forward = cross(_across(points), up)
    direction = forward if np.hypot(forward[0], forward[2]) > 0.5 else up
    return float(np.arctan2(direction[0], direction[2]))


def align_rest(rig: Points, motion: Points, rig_frame: Array, motion_frame: Array) -> dict[str, Array]:
    """For each joint of ``rig`` the rotation (4,) from its rest direction to that of ``motion``, both in the world.

    Torso and head are matched as whole bodies, because where joints lie within a torso is a matter of build, not of
    pose. Arms and legs are matched limb by limb: each limb starts from its parent's rotation and adds the smallest
    one that brings it into line, so that twist runs down the chain with the body's frame as its second direction.
    Feet are only turned about the vertical, which keeps soles as level as they are at rest.
    """
    body = multiply(motion_frame, rig_frame * np.array([1.0, -1.0, -1.0, -1.0]))
    chains = [[f"{side}_{joint}" for joint in limb] for side in _SIDES for limb in _LIMBS]
    result = dict.fromkeys((*rig, *(joint for chain in chains for joint in chain)), body)
    for step in (0, 1):
        pairs = [(chain[step], chain[step + 1]) for chain in chains]
        known = [pair for pair in pairs if all(joint in points for joint in pair for points in (rig, motion))]
        if known:
            before = np.stack([result[upper] for upper, _ in known])
            own = rotate(before, np.stack([rig[lower] - rig[upper] for upper, lower in known]))
            theirs = np.stack([motion[lower] - motion[upper] for upper, lower in known])
            turned = multiply(between(own, theirs), before)
            result.update({upper: turn for (upper, _), turn in zip(known, turned, strict=True)})
        # the next limb starts from this one's rotation
        result.update({lower: result[upper] for upper, lower in pairs})
    for side in _SIDES:
        result[f"{side}_foot"] = result[f"{side}_ankle"] = _foot(rig, motion, side, body, motion_frame)
    return {joint: result[joint] for joint in rig}


def _foot(rig: Points, motion: Points, side: str, body: Array, motion_frame: Array) -> Array:
    ankle, toe = f"{side}_ankle", f"{side}_foot"
    if not all(joint in points for joint in (ankle, toe) for points in (rig, motion)):
        return body
    upright = motion_frame * np.array([1.0, -1.0, -1.0, -1.0])
    source = rotate(upright, motion[toe] - motion[ankle])
    own = rotate(upright, rotate(body, rig[toe] - rig[ankle]))
    if min(np.hypot(source[0], source[2]), np.hypot(own[0], own[2])) < 1e-6:
        return body
    yaw = float(np.arctan2(source[0], source[2]) - np.arctan2(own[0], own[2]))
    return multiply(multiply(motion_frame, about("y", yaw)), multiply(upright, body))
