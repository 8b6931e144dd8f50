# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks whether a motion is physically possible: hinges, limits of joints, floor, hovering, start, planted feet.

The limits were chosen on the recordings: each lets 99 % or more of their frames pass. The same checks stop the build
of the training samples (``dataset.build_samples``) and are made on the model's answers (``evaluation.evaluate``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...motion.layers.body_joints import ANKLES, ELBOWS, FEET, HIPS, KNEES, OUTWARD, PELVIS, SIDES, WRISTS
from ...motion.rotations import Array, normalise, rotate
from ...motion.skeleton import Skeleton
from .recordings import FPS

CLEARANCE = np.full(22, 0.05)
"""Least height in metres of each joint of a body that rests on the floor (half the thickness of its flesh)."""
for _joints, _height in ((ANKLES, 0.06), (FEET, 0.0), (WRISTS, -0.03), (KNEES, 0.03), (ELBOWS, 0.0)):
    CLEARANCE[list(_joints.values())] = _height

BENT_DEGREES = 35.0
"""Below this bend the plane of a hinge is not defined well enough to be checked."""
KNEE_PLANE_DEGREES = 50.0
"""Largest angle of a bent knee's plane from straight back."""
ELBOW_PLANE_DEGREES = 75.0
"""Largest angle of a bent elbow's plane from straight ahead of the upper arm (shoulder and elbow share their twist)."""
LARGEST_BEND = 165.0
"""Degrees that knees and elbows bend at most."""
HYPEREXTENSION = 25.0
"""Degrees that a knee bends forward at most (recordings retargeted to one body reach 20)."""
BELOW_FLOOR = 0.08
"""Metres that a joint may be below its clearance."""
HOVER_HEIGHT, HOVER_SECONDS = 0.07, 0.5
"""A person who neither jumps nor lies has a foot this near the floor within so many seconds."""
START_HEIGHT = 0.1
"""Metres of the lower foot above the floor in the first frame, at most."""
SLIDE_SPEED = 0.6
"""Speed in m/s of a foot that is flat on the floor, at most."""


@dataclass(frozen=True)
class BodyCheck:
    """Frames of a motion that are impossible, by check.

    Attributes
    ----------
    frames : dict of (T,) bool
        For each check, whether a frame fails it.
    """

    frames: dict[str, Array]

    @property
    def impossible(self) -> Array:
        """Return whether each frame (T,) fails any check."""
        return np.asarray(np.any(list(self.frames.values()), axis=0))

    def shares(self) -> dict[str, float]:
        """Return the share of frames that fail each check."""
        return {name: float(bad.mean()) for name, bad in self.frames.items()}


def hinge_angles(rotations: Array, skeleton: Skeleton) -> dict[str, tuple[Array, Array]]:
    """Return bend and plane in degrees of knees and elbows, by name such as "left_knee".

    The bend (T,) is 0 for a straight limb. The plane (T,) is 0 where it bends as a hinge does (shank back, forearm
    ahead) and 180 where it bends the other way.
    """
    out = {}
    offsets = skeleton.rest_offsets
    for side in SIDES:
        for name, joint, end in (("knee", KNEES[side], ANKLES[side]), ("elbow", ELBOWS[side], WRISTS[side])):
            rest = normalise(offsets[end].astype(np.float64))
            along = np.array([0.0, -1.0, 0.0]) if name == "knee" else np.array([OUTWARD[side], 0.0, 0.0])
            direction = rotate(rotations[:, joint].astype(np.float64), rest)
            bend = np.degrees(np.arccos(np.clip(direction @ along, -1.0, 1.0)))
            if name == "knee":
                plane = np.degrees(np.arctan2(direction[:, 0], -direction[:, 2]))
            else:
                plane = np.degrees(np.arctan2(direction[:, 1], direction[:, 2]))
            out[f"{side}_{name}"] = bend, np.abs(plane)
    return out


def foot_heights(positions: Array) -> Array:
    """Return the height (T, 2) of each foot's lowest part above the floor (toe 0.02 m, ankle 0.08 m when it stands)."""
    return np.stack(
        [np.minimum(positions[:, FEET[s], 1] - 0.02, positions[:, ANKLES[s], 1] - 0.08) for s in SIDES],
        axis=1,
    )


def lowest_points(positions: Array) -> Array:
    """Return the height (T,) of the lowest part of the body above the floor."""
    rest = np.full(22, 0.09)
    for joints, height in ((ANKLES, 0.08), (FEET, 0.02), (WRISTS, 0.02), (KNEES, 0.05), (ELBOWS, 0.03)):
        rest[list(joints.values())] = height
    return np.asarray((positions[:, :, 1] - rest).min(axis=1))


def check_motion(rotations: Array, positions: Array, skeleton: Skeleton, level: bool = True) -> BodyCheck:
    """Check every frame of a motion.

    Parameters
    ----------
    rotations : (T, 22, 4)
        Local quaternions, w x y z.
    positions : (T, 22, 3) metres
        Its joint positions, floor at 0.
    skeleton : Skeleton
        For the rest pose.
    level : bool
        Whether the floor is level; on stairs and ladders only hinges and limits are checked.
    """
    frames: dict[str, Array] = {}
    hinges = hinge_angles(rotations, skeleton)
    count = len(positions)
    for name, limit in (("knee", KNEE_PLANE_DEGREES), ("elbow", ELBOW_PLANE_DEGREES)):
        bad = np.zeros(count, bool)
        for side in SIDES:
            bend, plane = hinges[f"{side}_{name}"]
            bad |= (bend > BENT_DEGREES) & (plane > limit)
        frames[f"{name} plane"] = bad
    frames["joint limit"] = np.any([b > LARGEST_BEND for b, _ in hinges.values()], axis=0) | np.any(
        [(hinges[f"{s}_knee"][0] > HYPEREXTENSION) & (hinges[f"{s}_knee"][1] > 120.0) for s in SIDES],
        axis=0,
    )
    if not level:
        return BodyCheck(frames)
    frames["below floor"] = (positions[:, :, 1] < CLEARANCE - BELOW_FLOOR).any(axis=1)
    frames["hovering"] = find_hovering(positions)
    start = np.zeros(count, bool)
    start[0] = lowest_points(positions[:1])[0] > START_HEIGHT
    frames["start in the air"] = start
    frames["sliding"] = find_sliding(positions)
    return BodyCheck(frames)


def find_hovering(positions: Array) -> Array:
    """Return the frames (T,) in which the body stays above the floor for longer than a jump of its height."""
    thighs = [positions[:, HIPS[s], 1] - positions[:, KNEES[s], 1] for s in SIDES]
    seated = np.max(thighs, axis=0) < 0.25  # on a seat; a seat may be so high that the feet hang
    high = (lowest_points(positions) > HOVER_HEIGHT) & ~seated
    bad = np.zeros(len(high), bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], high.astype(int), [0]])))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        # a free flight that rises by h lasts 2 sqrt(2 h / g)
        rise = max(0.0, float(np.ptp(positions[first:last, PELVIS, 1])))
        if (last - first) / FPS > HOVER_SECONDS + 2.0 * np.sqrt(2.0 * rise / 9.8) * 0.5:
            bad[first:last] = True
    return bad


def find_sliding(positions: Array) -> Array:
    """Return the frames (T,) in which the only foot on the floor, flat and at one height, slides."""
    bad = np.zeros(len(positions), bool)
    if len(positions) < 3:
        return bad
    heights = foot_heights(positions)
    for i, side in enumerate(SIDES):
        points = positions[:, [ANKLES[side], FEET[side]]]
        speed = np.linalg.norm(np.gradient(points[:, :, [0, 2]], axis=0), axis=-1).min(axis=1) * FPS
        flat = (points[:, 0, 1] < 0.1) & (points[:, 1, 1] < 0.04) & (heights[:, 1 - i] > 0.05)
        bad |= flat & (speed > SLIDE_SPEED)
    return bad
