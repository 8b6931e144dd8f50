# SPDX-License-Identifier: GPL-3.0-or-later
"""Adjustment of a motion that was read: up axis, unit, first frame and floor, judged by how the body stands.

Files seldom state these, and rest poses mislead: what counts is how the body stands in the motion. Each assumption is
appended to ``provenance.source``, and :class:`ReadOptions` overrides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..motion import Motion
from ..rest_pose import SMPL_REST_POSE
from ..rotations import Array, conjugate, identity_rotations, multiply, normalise, rotate, rotation_about_axis
from ..skeleton import SMPL_JOINTS, Skeleton
from .bvh_joints import UNITS
from .joint_sources import with_notes
from .read_options import AXES, DEFAULT_OPTIONS, ReadOptions

_AXIS_VECTORS: Mapping[str, Array] = {
    axis: (-1.0 if axis.startswith("-") else 1.0) * np.eye(3)["XYZ".index(axis[-1])] for axis in AXES
}
_TO_Y_UP: Mapping[str, Array] = {
    "Y": identity_rotations(),
    "-Y": rotation_about_axis("x", np.pi),
    "Z": rotation_about_axis("x", -np.pi / 2),
    "-Z": rotation_about_axis("x", np.pi / 2),
    "X": rotation_about_axis("z", np.pi / 2),
    "-X": rotation_about_axis("z", -np.pi / 2),
}
"""Rotation that makes a file with this axis up Y up. For Z it also turns AMASS's forward direction, -Y, to +Z."""

_STANDS = 0.5
"""Mean cosine between the body's axis and up, from which on the body stands rather than lies."""

_STANDS_CLEARLY = 0.75
_STANDING_PART = 0.1
"""Part of the frames in which a body has to stand for its axis to count."""

_LARGE_UNITS: Mapping[str, float] = {"units of 100 m": 100.0, "units of 1000 m": 1000.0}
"""Units of files whose scale was applied twice."""

_STEADIER = 0.4
"""Spread of a floor's height, in that of another axis, below which it is the floor."""

_ADULT_LEG = 0.84
_JOINT_HEIGHTS = np.full(len(SMPL_JOINTS), 0.05)
"""Metres between an adult's joints and the floor that they touch."""

for _joint, _height in (("ankle", 0.085), ("foot", 0.02), ("wrist", 0.03), ("knee", 0.06)):
    for _side in ("left", "right"):
        _JOINT_HEIGHTS[SMPL_JOINTS.index(f"{_side}_{_joint}")] = _height
_JOINT_HEIGHTS[0] = 0.1

_FLOOR_TOLERANCE = 0.2
"""Metres, for an adult: a floor that is nearer to zero is taken for zero, because bodies differ in size."""

_SLOW = 0.25
"""Metres a second of the lowest joint below which it is taken to rest on something."""

_T_POSE_JUMP = 12.0
"""Degrees that a limb turns at least in the fastest step from a T-pose before the motion to the motion."""

_MAX_T_POSE_FRAMES = 12


@dataclass(frozen=True)
class FileSpace:
    """What is known about the coordinates of a file.

    Attributes
    ----------
    up : axis of the file that is up unless the body stands along another one
    is_stated : whether the layout or the file says so, so that the body is not looked at
    label : note on that axis, such as "Z up as in AMASS"; by default "Y up"
    applied : (4,) quaternion or None
        Rotation that the reader has applied to the file's world already.
    """

    up: str = "Y"
    is_stated: bool = False
    label: str = ""
    applied: Array | None = None


Y_UP = FileSpace()


def adjust_motion(motion: Motion, space: FileSpace = Y_UP, options: ReadOptions = DEFAULT_OPTIONS) -> Motion:
    """Return a motion of SMPL's joints upright, in metres, on its floor and without a T-pose before it.

    What was assumed is appended to ``provenance.source``. The arrays of ``motion``, which a reader has just made, are
    changed in place where they can be.
    """
    if not (motion.root_translation.flags.writeable and motion.local_rotations.flags.writeable):
        motion = replace(motion, root_translation=motion.root_translation.copy())
    notes: list[str] = []
    if options.fps:
        motion = replace(motion, fps=options.fps)
        notes.append(f"{options.fps:g} fps as chosen")
    motion = _convert_unit(motion, options, notes)
    motion = _stand_upright(motion, space, options, notes)
    if not options.keep_first_frame:
        motion = _remove_t_pose(motion, notes)
    motion = _put_on_floor(motion, options, notes)
    return with_notes(motion, notes)


def _measure_leg(skeleton: Skeleton) -> float:
    """Return the length of thigh and shin at rest, a mean over both legs, metres."""
    lengths = np.linalg.norm(skeleton.rest_offsets[[4, 5, 7, 8]], axis=-1)
    return max(float(lengths.sum() / 2), 1e-6)


def _convert_unit(motion: Motion, options: ReadOptions, notes: list[str]) -> Motion:
    """Return the motion in metres: by the unit that is chosen, else by one that makes the body a possible size."""
    leg = _measure_leg(motion.skeleton)
    is_fixed_body = np.array_equal(
        motion.skeleton.rest_offsets[: len(SMPL_JOINTS)], SMPL_REST_POSE.rest_offsets
    )
    if options.unit and (
        is_fixed_body or not any(kind in motion.provenance.source for kind in ("BVH", "ASF/AMC"))
    ):
        factor = options.unit
        notes.append(f"units of {factor:g} m as chosen")
    elif options.unit or 0.1 < leg < 5.0:
        return motion
    else:
        units = {**UNITS, **_LARGE_UNITS}
        name, factor = min(units.items(), key=lambda unit: abs(np.log(leg * unit[1] / _ADULT_LEG)))
        if factor == 1.0:
            return motion
        notes.append(f"taken for {name}")
    skeleton = motion.skeleton
    if not is_fixed_body:
        skeleton = replace(skeleton, rest_offsets=skeleton.rest_offsets * factor)
    return replace(motion, skeleton=skeleton, root_translation=motion.root_translation * factor)


def _sample_positions(motion: Motion) -> Array:
    """Return the joint positions (N, 22, 3) of at most some hundred frames."""
    step = slice(None, None, max(1, len(motion) // 200))
    return motion.skeleton.forward_kinematics(motion.root_translation[step], motion.local_rotations[step])[0][
        :, : len(SMPL_JOINTS)
    ]


def _rotate_world(motion: Motion, rotation: Array) -> None:
    """Rotate a motion about the origin, in place: copies of the longest ones would take too much memory."""
    motion.local_rotations[:, 0] = multiply(rotation, motion.local_rotations[:, 0])
    motion.root_translation[:] = rotate(rotation, motion.root_translation)


def _stand_upright(motion: Motion, space: FileSpace, options: ReadOptions, notes: list[str]) -> Motion:
    """Return the motion with the file's up axis along Y, and the chosen forward axis along Z."""
    applied = identity_rotations() if space.applied is None else space.applied
    if options.up:
        up, note = options.up, f"{options.up} up as chosen"
    elif space.is_stated:
        up, note = space.up, space.label or f"{space.up} up"
    else:
        up, note = _find_up_axis(rotate(conjugate(applied), _sample_positions(motion)), space)
    notes.append(note)
    rotation = multiply(_TO_Y_UP[up], conjugate(applied))
    if options.forward and options.forward[-1] != up[-1]:
        x, _, z = rotate(_TO_Y_UP[up], _AXIS_VECTORS[options.forward])
        rotation = multiply(rotation_about_axis("y", -float(np.arctan2(x, z))), rotation)
        notes.append(f"{options.forward} forward as chosen")
    if not np.allclose(np.abs(rotation[0]), 1.0):
        _rotate_world(motion, rotation)
    return motion


def _find_up_axis(positions: Array, space: FileSpace) -> tuple[str, str]:
    """Return the axis along which the body stands in the file, and a note on it.

    Parameters
    ----------
    positions : (N, 22, 3) metres
        Joints in the file's coordinates.
    space : what is known of these coordinates
    """
    label = space.label or f"{space.up} up"
    names = {joint: k for k, joint in enumerate(SMPL_JOINTS)}

    def middle(joint: str) -> Array:
        return np.asarray(
            0.5 * (positions[:, names[f"left_{joint}"]] + positions[:, names[f"right_{joint}"]])
        )

    directions = normalise(middle("shoulder") - middle("ankle"))
    cosines = {axis: directions @ vector for axis, vector in _AXIS_VECTORS.items()}
    usual = cosines[space.up]
    if usual.mean() > _STANDS or (usual > 0.8).mean() > _STANDING_PART:
        return _compare_floors(positions, cosines, space.up, label)
    best = max(cosines, key=lambda axis: float(cosines[axis].mean()))
    if cosines[best].mean() < _STANDS_CLEARLY:
        return space.up, f"{label} assumed: the body never stands"
    # a body that lies on a floor at zero, swims or crawls along its own axis
    size = float(np.median(np.linalg.norm(middle("shoulder") - middle("ankle"), axis=-1)))
    heights = positions @ _AXIS_VECTORS[space.up]
    lowest = float(np.percentile(heights.min(axis=1), 10))
    lies = 0.01 * size < lowest < 0.12 * size and heights.max() < 0.5 * size
    other_heights = positions @ _AXIS_VECTORS[best]
    is_on_other_floor = abs(float(np.percentile(other_heights.min(axis=1), 5))) < 0.1 * size
    way = positions[-1, 0] - positions[0, 0]
    distance = float(np.linalg.norm(way))
    goes_along = distance > 0.5 * size and abs(float(way @ _AXIS_VECTORS[best])) > 0.7 * distance
    # a handstand on a floor at zero is no camera's view
    is_on_its_hands = (
        best.strip("-") == space.up.strip("-") and lowest > -0.05 * size and lowest < 0.12 * size
    )
    if ((lies or is_on_its_hands) and not is_on_other_floor) or goes_along:
        return space.up, f"{label} assumed: the body never stands"
    return best, ("Y down" if best == "-Y" else f"{best} up") + " by how the body stands"


def _compare_floors(
    positions: Array, cosines: Mapping[str, Array], usual: str, label: str
) -> tuple[str, str]:
    """Return the up axis of a body that stands along the usual one, and perhaps for as long along another one.

    A body that stands and then lies down fits two axes: its lowest point keeps its height along the right one.

    Parameters
    ----------
    positions : (N, 22, 3) metres
        Joints in the file's coordinates.
    cosines : (N,) for each axis
        Cosine between the body and the axis.
    usual, label : the usual axis and the note on it
    """
    rivals = [axis for axis in AXES if axis.strip("-") != usual.strip("-")]
    rival = max(rivals, key=lambda axis: float((cosines[axis] > 0.8).mean()))
    if (cosines[rival] > 0.8).mean() <= _STANDING_PART:
        return usual, label
    spread, other_spread = (
        float(np.std((positions @ _AXIS_VECTORS[axis]).min(axis=1))) for axis in (usual, rival)
    )
    if other_spread < _STEADIER * spread:
        return rival, f"{rival} up: the body stands along {usual} too, but not on one floor"
    return usual, f"{label}, although the body stands along {rival} too"


def _remove_t_pose(motion: Motion, notes: list[str]) -> Motion:
    """Return the motion without a T-pose before it, which some tools write for calibration.

    It may be held for some frames, and be blended into the motion over some more, as in converted files of CMU: limbs
    turn much faster there than in the frames that follow.
    """
    frames = min(len(motion), 60)
    if frames < 4:
        return motion
    positions = motion.skeleton.forward_kinematics(
        motion.root_translation[:frames], motion.local_rotations[:frames]
    )[0]
    bones = normalise(positions[:, _LIMB_ENDS] - positions[:, _LIMB_STARTS])
    cosines = np.clip(np.sum(bones[1:] * bones[:-1], axis=-1), -1.0, 1.0)
    jumps = np.degrees(np.arccos(cosines)).max(axis=1)
    window = min(_MAX_T_POSE_FRAMES, frames // 2)
    usual = max(float(np.percentile(jumps[window:], 90)), 0.5)
    fastest = int(np.argmax(jumps[:window]))
    slow_frames = np.flatnonzero(jumps[fastest:] <= 2.0 * usual)
    if jumps[fastest] < max(_T_POSE_JUMP, 4.0 * usual) or not len(slow_frames):
        return motion
    first = fastest + int(slow_frames[0])
    held = jumps[:fastest] < 0.5
    # before the fastest frame the T-pose is held, or the blend begins
    if first > _MAX_T_POSE_FRAMES or not np.all(held | (jumps[:fastest] > 2.0 * usual)):
        return motion
    turned = np.degrees(np.arccos(np.clip(np.sum(bones[0] * bones[first], axis=-1), -1.0, 1.0)))
    if turned.max() < 2.0 * _T_POSE_JUMP:
        return motion
    left, right = SMPL_JOINTS.index("left_shoulder"), SMPL_JOINTS.index("right_shoulder")
    across = normalise(positions[0, left] - positions[0, right])
    arms = bones[0][: len(_ARMS)] @ across * np.array([1.0, 1.0, -1.0, -1.0])
    # or the file's zero pose, which need not be a T-pose
    turns = 2.0 * np.degrees(np.arccos(np.clip(np.abs(motion.local_rotations[0, 1:22, 0]), 0.0, 1.0)))
    if arms.min() < 0.8 and turns.max() > 2.0:
        return motion
    notes.append("a T-pose before the motion left out")
    return replace(
        motion,
        root_translation=motion.root_translation[first:],
        local_rotations=motion.local_rotations[first:],
        contacts=None if motion.contacts is None else motion.contacts[first:],
    )


_ARMS = (
    ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
)  # fmt: skip
_LEGS = tuple(
    (f"{s}_{a}", f"{s}_{b}") for s in ("left", "right") for a, b in (("hip", "knee"), ("knee", "ankle"))
)
_LIMB_STARTS = [SMPL_JOINTS.index(start) for start, _ in (*_ARMS, *_LEGS)]
_LIMB_ENDS = [SMPL_JOINTS.index(end) for _, end in (*_ARMS, *_LEGS)]


def _put_on_floor(motion: Motion, options: ReadOptions, notes: list[str]) -> Motion:
    """Return the motion with its floor at zero, if it floats above it or is sunk into it all the time."""
    if options.floor == "file":
        return motion
    size = _measure_leg(motion.skeleton) / _ADULT_LEG
    step = max(1, len(motion) // 5000)
    positions = motion.skeleton.forward_kinematics(
        motion.root_translation[::step], motion.local_rotations[::step]
    )[0][:, : len(SMPL_JOINTS)]
    lowest = (positions[..., 1] - size * _JOINT_HEIGHTS).min(axis=1)
    if options.floor == "lowest":
        height = float(np.percentile(lowest, 1))
        notes.append(f"lowest point of the clip on the floor, moved by {-height:.2f} m")
    else:
        rests = np.ones(len(lowest), dtype=bool)
        if len(lowest) > 2:
            rests = np.abs(np.gradient(lowest)) * motion.fps / step < _SLOW * size
        levels = lowest[rests] if rests.mean() > _STANDING_PART else lowest
        low, high = np.percentile(levels, [2, 90])
        if low < _FLOOR_TOLERANCE * size and high > -_FLOOR_TOLERANCE * size:
            return motion
        height = float(low)
        verb = "floats" if height > 0 else "is sunk"
        notes.append(f"{verb} by {abs(height):.2f} m: put on the floor")
    motion.root_translation[:, 1] -= height
    return motion
