# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations of SMPL's 22 joints from their positions, in closed form: milliseconds, no optimiser.

Positions determine where a bone points, but not its twist about itself. The twist is derived from the anatomy: pelvis
and chest have three children each, which determine their orientation; the spine between them shares the twist; the
twist of a thigh or upper arm follows from the plane in which knee or elbow bends, that of a straight leg from its toes.
Where nothing shows it, as in a straight arm, the twist of neighbouring frames is interpolated smoothly, and without any
it is that of the smallest rotation from the parent bone. Head, hands and toes follow their parents.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .errors import FormatError
from .motion import Motion, Provenance
from .rest_pose import SMPL_REST
from .rotations import Array, between, conjugate, continuous, cross, from_matrix, multiply, normalise, rotate
from .skeleton import SMPL_JOINTS, Skeleton, smpl_skeleton
from .smoothing import smoothed, smoothstep

_PELVIS, _CHEST = 0, 9
_RIGID = {_PELVIS: (1, 2, 3), _CHEST: (12, 13, 14)}
"""Joints with three children that do not move relative to them."""

_LEGS = ((1, 4, 7, 10), (2, 5, 8, 11))
_ARMS = ((13, 16, 18, 20), (14, 17, 19, 21))

_STRAIGHT, _BENT = np.sin(np.radians([16.0, 40.0]))
"""Sines of the bend below which a limb's plane is ignored, and above which it counts fully."""

_TOES_SAY = 0.5
"""Weight of the toes relative to a fully bent knee: the foot can rotate a little on its own."""

_CARRIED = 0.25
"""Seconds, sigma of the Gaussian that carries the twist into frames that do not show it."""

_NOTHING = 1e-3
"""Weight of the smallest rotation from the parent bone: it decides only where nothing else does."""


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
    places = _checked(positions)
    skeleton = fitted_skeleton(places)
    known = None if contacts is None else np.asarray(contacts, dtype=bool)
    return Motion(
        skeleton, fps, places[:, 0], solve_rotations(places, skeleton, fps), known, provenance or Provenance()
    )


def fitted_skeleton(positions: ArrayLike) -> Skeleton:
    """Return SMPL's rest pose with the bone lengths of ``positions`` (T, 22, 3), medians over time.

    The children of pelvis and chest also keep their directions relative to each other. Raises :class:`FormatError`.
    """
    places = _checked(positions)
    parents = np.array(SMPL_REST.parents[1:])
    lengths = np.median(np.linalg.norm(places[:, 1:] - places[:, parents], axis=-1), axis=0)
    if np.any(lengths < 1e-3):
        joint = SMPL_JOINTS[1 + int(np.argmin(lengths))]
        raise FormatError(
            "The joint {joint} lies on its parent: these are not the 22 joints of a body", joint=joint
        )
    offsets = np.zeros((len(SMPL_JOINTS), 3))
    offsets[1:] = normalise(SMPL_REST.rest_offsets[1:]) * lengths[:, None]
    for whole, others in _RIGID.items():
        children = list(others)
        for _ in range(2):  # the second pass starts from the shape that the first one found
            turns = _rigid(offsets[children], places[:, children] - places[:, [whole]])
            seen = rotate(conjugate(turns)[:, None], places[:, children] - places[:, [whole]])
            offsets[children] = np.median(seen, axis=0)
        # the shape is the body's own, its orientation at rest is SMPL's
        back = _rigid(offsets[children], SMPL_REST.rest_offsets[children][None])[0]
        offsets[children] = rotate(back, offsets[children])
    return smpl_skeleton(offsets)


def solve_rotations(positions: ArrayLike, skeleton: Skeleton, fps: float = 20.0) -> Array:
    """Return local rotations (T, 22, 4), continuous in sign, that pose ``skeleton`` like ``positions`` (T, 22, 3).

    ``skeleton`` has SMPL's joints; its bones get the directions that the positions show. ``fps``: frames per second,
    for the smoothing of twists. Raises :class:`FormatError`.
    """
    places = _checked(positions)
    rest = skeleton.rest_offsets
    world = np.empty((*places.shape[:2], 4))
    for joint, others in _RIGID.items():
        children = list(others)
        world[:, joint] = _rigid(rest[children], places[:, children] - places[:, [joint]])
    _spine(world, places, rest)
    for hip, knee, ankle, toe in _LEGS:
        thigh, shin, foot = (
            places[:, b] - places[:, a] for a, b in ((hip, knee), (knee, ankle), (ankle, toe))
        )
        told = [
            _hinge((rest[knee], rest[ankle]), (thigh, shin), np.array([1.0, 0.0, 0.0])),
            _plane((rest[toe], rest[ankle]), (foot, shin), _TOES_SAY),
        ]
        _limb(world, places, rest, (_PELVIS, hip, knee, ankle, toe), told, fps)
    for side, (collar, shoulder, elbow, wrist) in zip((1.0, -1.0), _ARMS, strict=True):
        _swing(world, places, rest, collar, shoulder, world[:, _CHEST])
        upper, lower = (places[:, b] - places[:, a] for a, b in ((shoulder, elbow), (elbow, wrist)))
        told = [_hinge((rest[elbow], rest[wrist]), (upper, lower), np.array([0.0, -side, 0.0]))]
        _limb(world, places, rest, (collar, shoulder, elbow, wrist), told, fps)
    local = world.copy()
    parents = np.array(skeleton.parents[1:])
    local[:, 1:] = multiply(conjugate(world[:, parents]), world[:, 1:])
    return continuous(local)


Told = tuple[Array, Array, Array]
"""A direction in the rest pose (3,), the same direction in the world (T, 3), and the confidence in it (T,), 0 to 1."""


def _plane(rest: tuple[Array, Array], seen: tuple[Array, Array], say: float) -> Told:
    """Return the normal of the plane of two bones, (3,) at rest and (T, 3) in the world, as a cue for the twist.

    The confidence rises from 0 for aligned bones to ``weight``.
    """
    normal = cross(*(normalise(bone) for bone in seen))
    return normalise(cross(*rest)), normalise(normal), say * _share(normal)


def _hinge(rest: tuple[Array, Array], seen: tuple[Array, Array], axis: Array) -> Told:
    """Return the direction of a limb's hinge ``axis`` (3,) in the world as a cue for the twist.

    The bones are not exactly at right angles to the axis, and not aligned at rest. The axis keeps its angles to both
    bones, which leaves two directions; the one about which the limb bends forward is returned.
    """
    first, second = (normalise(bone) for bone in seen)
    a, b = (float(axis @ normalise(bone)) for bone in rest)
    normal = cross(first, second)
    cosine = np.sum(first * second, axis=-1)
    square = np.maximum(1.0 - cosine**2, 1e-9)
    x, y = (a - b * cosine) / square, (b - a * cosine) / square
    inside = x[:, None] * first + y[:, None] * second
    # if the limb bends about another axis, the part within the plane is longer than 1: it is shortened
    length = np.sqrt(np.sum(inside**2, axis=-1))
    inside /= np.maximum(length, 1.0)[:, None]
    outside = np.sqrt(np.maximum(1.0 - length**2, 0.0))
    return axis, inside + outside[:, None] * normalise(normal), _share(normal)


def _share(normal: Array) -> Array:
    """Return the confidence (T,), 0 to 1, in normals (T, 3) whose length is the sine of the angle between two bones."""
    return smoothstep((np.linalg.norm(normal, axis=-1) - _STRAIGHT) / (_BENT - _STRAIGHT))


def _spine(world: Array, places: Array, rest: Array) -> None:
    """Solve the spine: it points at its next joint and shares the twist between pelvis and chest; the neck follows."""
    lower, upper = 3, 6
    for joint, child, share in ((lower, upper, 1 / 3), (upper, _CHEST, 2 / 3)):
        way = places[:, child] - places[:, joint]
        from_below, from_above = (_pointed(world[:, whole], rest[child], way) for whole in (_PELVIS, _CHEST))
        world[:, joint] = _pointed(_between(from_below, from_above, share), rest[child], way)
    _swing(world, places, rest, 12, 15, world[:, _CHEST])
    world[:, 15] = world[:, 12]


def _limb(
    world: Array, places: Array, rest: Array, chain: Sequence[int], told: Sequence[Told], fps: float
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
    above, first, second, *_ = chain
    way = normalise(places[:, second] - places[:, first])
    turn = _pointed(world[:, above], rest[second], way)
    world[:, first] = multiply(_twist(turn, way, told, fps), turn)
    for before, joint, child in zip(chain[1:], chain[2:], chain[3:], strict=False):
        _swing(world, places, rest, joint, child, world[:, before])
    world[:, chain[-1]] = world[:, chain[-2]]


def _twist(turn: Array, way: Array, told: Sequence[Told], fps: float) -> Array:
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
    sum_x, sum_y, sure = np.full(len(way), _NOTHING), np.zeros(len(way)), np.zeros(len(way))
    for rest, seen, weight in told:
        start = rotate(turn, rest)
        flat = start - np.sum(start * way, axis=-1, keepdims=True) * way
        aside = cross(way, flat)
        x, y = np.sum(flat * seen, axis=-1), np.sum(aside * seen, axis=-1)
        length = np.maximum(np.hypot(x, y), 1e-9)
        # the first cue counts fully, each other one by what confidence the cues before it leave
        left = weight * (1.0 - sure)
        sum_x, sum_y, sure = sum_x + left * x / length, sum_y + left * y / length, np.maximum(sure, weight)
    around_x, around_y = (smoothed(values, _CARRIED * fps) for values in (sum_x, sum_y))
    norm = np.maximum(np.hypot(around_x, around_y), 1e-9)
    keep = np.clip(1.0 - sure, 0.0, 1.0)
    angle = np.arctan2(sum_y + keep * around_y / norm, sum_x + keep * around_x / norm)
    return np.concatenate([np.cos(angle / 2)[:, None], np.sin(angle / 2)[:, None] * way], axis=-1)


def _swing(world: Array, places: Array, rest: Array, joint: int, child: int, above: Array) -> None:
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
    world[:, joint] = _pointed(above, rest[child], places[:, child] - places[:, joint])


def _pointed(turn: Array, offset: Array, way: Array) -> Array:
    """Add to ``rotations`` (T, 4) the smallest rotation that points ``offset`` (3,) along ``directions`` (T, 3)."""
    return multiply(between(rotate(turn, offset), way), turn)


def _between(a: Array, b: Array, share: float) -> Array:
    """Interpolate between rotations (T, 4) by normalised lerp; ``fraction`` 0 gives ``a``, 1 gives ``b``."""
    b = np.where(np.sum(a * b, axis=-1, keepdims=True) < 0, -b, b)
    return normalise((1.0 - share) * a + share * b)


def _rigid(offsets: Array, seen: Array) -> Array:
    """Return the rotations (T, 4) that best align ``offsets`` (N, 3) with ``observed`` (T, N, 3), with equal weights.

    Kabsch, "A solution for the best rotation to relate two sets of vectors", 1976.
    """
    u, _, vt = np.linalg.svd(np.einsum("tni,nj->tij", normalise(seen), normalise(offsets)))
    u[..., :, 2] *= np.linalg.det(u @ vt)[..., None]
    return from_matrix(u @ vt)


def _checked(positions: ArrayLike) -> Array:
    """Return the positions as an array (T, 22, 3). Raises :class:`FormatError` if they are not."""
    places = np.asarray(positions, dtype=float)
    if places.ndim != 3 or places.shape[1:] != (len(SMPL_JOINTS), 3) or len(places) == 0:
        raise FormatError(
            "Joints of the shape {shape} are not frames of SMPL's 22 joints", shape=str(places.shape)
        )
    if not np.all(np.isfinite(places)):
        raise FormatError("The joints hold positions that are not finite: the file is damaged")
    return places
