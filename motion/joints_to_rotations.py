# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations of SMPL's 22 joints from their positions, in closed form: milliseconds, no optimiser.

Positions determine where a bone points, but not its twist about itself. The twist is derived from the anatomy: pelvis
and chest have three children each, which determine their orientation; the twist between them is divided over the spine;
the twist of a thigh or upper arm follows from the plane in which knee or elbow bends, that of a straight leg from its
toes. Where nothing shows it, as in a straight arm, the twist of neighbouring frames is interpolated smoothly; if no
frame shows it, it is that of the smallest rotation from the parent bone. Head, hands and toes follow their parents.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .errors import FormatError
from .motion import Motion, Provenance
from .rest_pose import SMPL_REST_POSE
from .rotations import (
    Array,
    conjugate,
    cross_product,
    make_continuous,
    matrix_to_quaternion,
    multiply,
    normalise,
    rotate,
    rotation_between,
)
from .skeleton import SMPL_JOINTS, Skeleton, smpl_skeleton
from .smoothing import gaussian_smooth, smoothstep

_PELVIS, _CHEST = 0, 9
_RIGID_CHILDREN = {_PELVIS: (1, 2, 3), _CHEST: (12, 13, 14)}
"""Joints with three children that do not move relative to them."""

_LEGS = ((1, 4, 7, 10), (2, 5, 8, 11))
_ARMS = ((13, 16, 18, 20), (14, 17, 19, 21))

_STRAIGHT_SINE, _BENT_SINE = np.sin(np.radians([16.0, 40.0]))
"""Sines of the bend below which a limb's plane is ignored, and above which it counts fully."""

_TOE_WEIGHT = 0.5
"""Weight of the toes relative to a fully bent knee: the foot can rotate a little on its own."""

_TWIST_SMOOTHING = 0.25
"""Seconds, sigma of the Gaussian that carries the twist into frames that do not show it."""

_DEFAULT_WEIGHT = 1e-3
"""Weight of the smallest rotation from the parent bone: it has an effect only where nothing shows the twist."""


def motion_from_joints(
    positions: ArrayLike, fps: float, contacts: ArrayLike | None = None, provenance: Provenance | None = None
) -> Motion:
    """Return the motion of a body whose 22 SMPL joints are at the given positions.

    Its skeleton has the lengths of the given bones and SMPL's rest pose, so that rotations are those of SMPL. Raises
    :class:`FormatError` if the positions are not those of a body.

    Parameters
    ----------
    positions : (T, 22, 3) metres, Y up
    fps : frames per second
    contacts : (T, 4) bool or None
        Contacts in the order of ``CONTACT_JOINTS``.
    provenance : source of the motion, empty by default
    """
    checked = _check_positions(positions)
    skeleton = fit_skeleton(checked)
    contact_flags = None if contacts is None else np.asarray(contacts, dtype=bool)
    return Motion(
        skeleton,
        fps,
        checked[:, 0],
        solve_rotations(checked, skeleton, fps),
        contact_flags,
        provenance or Provenance(),
    )


def fit_skeleton(positions: ArrayLike) -> Skeleton:
    """Return SMPL's rest pose with the bone lengths of ``positions`` (T, 22, 3), medians over time.

    The children of pelvis and chest also keep their directions relative to each other. Raises :class:`FormatError`.
    """
    checked = _check_positions(positions)
    parents = np.array(SMPL_REST_POSE.parents[1:])
    lengths = np.median(np.linalg.norm(checked[:, 1:] - checked[:, parents], axis=-1), axis=0)
    if np.any(lengths < 1e-3):
        joint = SMPL_JOINTS[1 + int(np.argmin(lengths))]
        raise FormatError(
            "The joint {joint} lies on its parent: these are not the 22 joints of a body", joint=joint
        )
    offsets = np.zeros((len(SMPL_JOINTS), 3))
    offsets[1:] = normalise(SMPL_REST_POSE.rest_offsets[1:]) * lengths[:, None]
    for parent, rigid_children in _RIGID_CHILDREN.items():
        children = list(rigid_children)
        for _ in range(2):  # the second pass starts from the shape that the first one found
            rotations = _fit_rotations(offsets[children], checked[:, children] - checked[:, [parent]])
            observed = rotate(conjugate(rotations)[:, None], checked[:, children] - checked[:, [parent]])
            offsets[children] = np.median(observed, axis=0)
        # the shape is the body's own, its orientation at rest is SMPL's
        to_rest_pose = _fit_rotations(offsets[children], SMPL_REST_POSE.rest_offsets[children][None])[0]
        offsets[children] = rotate(to_rest_pose, offsets[children])
    return smpl_skeleton(offsets)


def solve_rotations(positions: ArrayLike, skeleton: Skeleton, fps: float = 20.0) -> Array:
    """Return local rotations (T, 22, 4), continuous in sign, that pose ``skeleton`` like ``positions`` (T, 22, 3).

    ``skeleton`` has SMPL's joints; its bones get the directions that the positions show. ``fps``: frames per second,
    for the smoothing of twists. Raises :class:`FormatError`.
    """
    checked = _check_positions(positions)
    rest = skeleton.rest_offsets
    world = np.empty((*checked.shape[:2], 4))
    for joint, rigid_children in _RIGID_CHILDREN.items():
        children = list(rigid_children)
        world[:, joint] = _fit_rotations(rest[children], checked[:, children] - checked[:, [joint]])
    _solve_spine(world, checked, rest)
    for hip, knee, ankle, toe in _LEGS:
        thigh, shin, foot = (
            checked[:, b] - checked[:, a] for a, b in ((hip, knee), (knee, ankle), (ankle, toe))
        )
        cues = [
            _make_hinge_cue((rest[knee], rest[ankle]), (thigh, shin), np.array([1.0, 0.0, 0.0])),
            _make_plane_cue((rest[toe], rest[ankle]), (foot, shin), _TOE_WEIGHT),
        ]
        _solve_limb(world, checked, rest, (_PELVIS, hip, knee, ankle, toe), cues, fps)
    for side, (collar, shoulder, elbow, wrist) in zip((1.0, -1.0), _ARMS, strict=True):
        _point_joint(world, checked, rest, collar, shoulder, world[:, _CHEST])
        upper, lower = (checked[:, b] - checked[:, a] for a, b in ((shoulder, elbow), (elbow, wrist)))
        cues = [_make_hinge_cue((rest[elbow], rest[wrist]), (upper, lower), np.array([0.0, -side, 0.0]))]
        _solve_limb(world, checked, rest, (collar, shoulder, elbow, wrist), cues, fps)
    local = world.copy()
    parents = np.array(skeleton.parents[1:])
    local[:, 1:] = multiply(conjugate(world[:, parents]), world[:, 1:])
    return make_continuous(local)


TwistCue = tuple[Array, Array, Array]
"""A direction in the rest pose (3,), the same direction in the world (T, 3), and the confidence in it (T,), 0 to 1."""


def _make_plane_cue(rest: tuple[Array, Array], observed: tuple[Array, Array], weight: float) -> TwistCue:
    """Return the normal of the plane of two bones, (3,) at rest and (T, 3) in the world, as a cue for the twist.

    The confidence rises from 0 for aligned bones to ``weight``.
    """
    normal = cross_product(*(normalise(bone) for bone in observed))
    return normalise(cross_product(*rest)), normalise(normal), weight * _bend_confidence(normal)


def _make_hinge_cue(rest: tuple[Array, Array], observed: tuple[Array, Array], axis: Array) -> TwistCue:
    """Return the direction of a limb's hinge ``axis`` (3,) in the world as a cue for the twist.

    The bones are not exactly at right angles to the axis, and not aligned at rest. The axis keeps its angles to both
    bones, which leaves two directions; the one about which the limb bends forward is returned.
    """
    first, second = (normalise(bone) for bone in observed)
    a, b = (float(axis @ normalise(bone)) for bone in rest)
    normal = cross_product(first, second)
    cosine = np.sum(first * second, axis=-1)
    square = np.maximum(1.0 - cosine**2, 1e-9)
    x, y = (a - b * cosine) / square, (b - a * cosine) / square
    in_plane = x[:, None] * first + y[:, None] * second
    # if the limb bends about another axis, the part within the plane is longer than 1: it is shortened
    length = np.sqrt(np.sum(in_plane**2, axis=-1))
    in_plane /= np.maximum(length, 1.0)[:, None]
    out_of_plane = np.sqrt(np.maximum(1.0 - length**2, 0.0))
    return axis, in_plane + out_of_plane[:, None] * normalise(normal), _bend_confidence(normal)


def _bend_confidence(normal: Array) -> Array:
    """Return the confidence (T,), 0 to 1, in normals (T, 3) whose length is the sine of the angle between two bones."""
    return smoothstep((np.linalg.norm(normal, axis=-1) - _STRAIGHT_SINE) / (_BENT_SINE - _STRAIGHT_SINE))


def _solve_spine(world: Array, positions: Array, rest: Array) -> None:
    """Solve the spine: each joint points at the next, and the twist from pelvis to chest is divided among them."""
    lower, upper = 3, 6
    for joint, child, fraction in ((lower, upper, 1 / 3), (upper, _CHEST, 2 / 3)):
        directions = positions[:, child] - positions[:, joint]
        from_below, from_above = (
            _point_at(world[:, end], rest[child], directions) for end in (_PELVIS, _CHEST)
        )
        world[:, joint] = _point_at(
            _normalised_lerp(from_below, from_above, fraction), rest[child], directions
        )
    _point_joint(world, positions, rest, 12, 15, world[:, _CHEST])
    world[:, 15] = world[:, 12]


def _solve_limb(
    world: Array, positions: Array, rest: Array, chain: Sequence[int], cues: Sequence[TwistCue], fps: float
) -> None:
    """Solve the world rotations of a limb in place.

    The second joint of the chain gets its twist from the cues; the joints after it add the smallest rotation.

    Parameters
    ----------
    world : (T, 22, 4) quaternions
        World rotations; those of the first joint of the chain are known, the others are written.
    positions : (T, 22, 3) metres
    rest : (22, 3) metres
        Rest offsets of the joints.
    chain : joint indices, from the parent of the limb to its end
    cues : directions that show the twist, the most reliable first
    fps : frames per second
    """
    parent, first, second, *_ = chain
    directions = normalise(positions[:, second] - positions[:, first])
    rotations = _point_at(world[:, parent], rest[second], directions)
    world[:, first] = multiply(_solve_twist(rotations, directions, cues, fps), rotations)
    for previous, joint, child in zip(chain[1:], chain[2:], chain[3:], strict=False):
        _point_joint(world, positions, rest, joint, child, world[:, previous])
    world[:, chain[-1]] = world[:, chain[-2]]


def _solve_twist(rotations: Array, directions: Array, cues: Sequence[TwistCue], fps: float) -> Array:
    """Return the twists (T, 4) about the bone that best align the cues' rest directions with the observed ones.

    Parameters
    ----------
    rotations : (T, 4) quaternions
        World rotations of the bone without the twist.
    directions : (T, 3) unit vectors
        Direction of the bone.
    cues : directions that show the twist, the most reliable first
    fps : frames per second
    """
    # a twist is a point on the unit circle: weighted means need no unwrapping
    sum_x, sum_y = np.full(len(directions), _DEFAULT_WEIGHT), np.zeros(len(directions))
    confidence = np.zeros(len(directions))
    for rest, observed, weight in cues:
        start = rotate(rotations, rest)
        across = start - np.sum(start * directions, axis=-1, keepdims=True) * directions
        aside = cross_product(directions, across)
        x, y = np.sum(across * observed, axis=-1), np.sum(aside * observed, axis=-1)
        length = np.maximum(np.hypot(x, y), 1e-9)
        # the first cue counts fully, each other one by what confidence the cues before it leave
        cue_weight = weight * (1.0 - confidence)
        sum_x = sum_x + cue_weight * x / length
        sum_y = sum_y + cue_weight * y / length
        confidence = np.maximum(confidence, weight)
    smooth_x, smooth_y = (gaussian_smooth(values, _TWIST_SMOOTHING * fps) for values in (sum_x, sum_y))
    norm = np.maximum(np.hypot(smooth_x, smooth_y), 1e-9)
    smooth_weight = np.clip(1.0 - confidence, 0.0, 1.0)
    angle = np.arctan2(sum_y + smooth_weight * smooth_y / norm, sum_x + smooth_weight * smooth_x / norm)
    return np.concatenate([np.cos(angle / 2)[:, None], np.sin(angle / 2)[:, None] * directions], axis=-1)


def _point_joint(
    world: Array, positions: Array, rest: Array, joint: int, child: int, parent_rotations: Array
) -> None:
    """Set the world rotation of ``joint``: the parent's (T, 4) and the smallest rotation that points it at ``child``.

    Parameters
    ----------
    world : (T, 22, 4) quaternions, written in place
    positions : (T, 22, 3) metres
    rest : (22, 3) metres
        Rest offsets of the joints.
    joint, child : joint indices
    parent_rotations : (T, 4) quaternions
    """
    world[:, joint] = _point_at(parent_rotations, rest[child], positions[:, child] - positions[:, joint])


def _point_at(rotations: Array, offset: Array, directions: Array) -> Array:
    """Add to ``rotations`` (T, 4) the smallest rotation that points ``offset`` (3,) along ``directions`` (T, 3)."""
    return multiply(rotation_between(rotate(rotations, offset), directions), rotations)


def _normalised_lerp(a: Array, b: Array, fraction: float) -> Array:
    """Interpolate between rotations (T, 4) by normalised lerp; ``fraction`` 0 gives ``a``, 1 gives ``b``."""
    b = np.where(np.sum(a * b, axis=-1, keepdims=True) < 0, -b, b)
    return normalise((1.0 - fraction) * a + fraction * b)


def _fit_rotations(offsets: Array, observed: Array) -> Array:
    """Return the rotations (T, 4) that best align ``offsets`` (N, 3) with ``observed`` (T, N, 3), with equal weights.

    Kabsch, "A solution for the best rotation to relate two sets of vectors", 1976.
    """
    u, _, vt = np.linalg.svd(np.einsum("tni,nj->tij", normalise(observed), normalise(offsets)))
    u[..., :, 2] *= np.linalg.det(u @ vt)[..., None]
    return matrix_to_quaternion(u @ vt)


def _check_positions(positions: ArrayLike) -> Array:
    """Return the positions as an array (T, 22, 3). Raises :class:`FormatError` if they are not."""
    checked = np.asarray(positions, dtype=float)
    if checked.ndim != 3 or checked.shape[1:] != (len(SMPL_JOINTS), 3) or len(checked) == 0:
        raise FormatError(
            "Joints of the shape {shape} are not frames of SMPL's 22 joints", shape=str(checked.shape)
        )
    if not np.all(np.isfinite(checked)):
        raise FormatError("The joints hold positions that are not finite: the file is damaged")
    return checked
