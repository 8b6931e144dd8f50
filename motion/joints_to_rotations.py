# SPDX-License-Identifier: GPL-3.0-or-later
"""From where 22 joints are to how SMPL's joints are turned, in closed form: milliseconds, no optimiser.

Positions fix where a bone points and leave open how it is turned about itself. That is read off what a body does:
pelvis and chest carry three joints each, which fix them; the spine between shares the twist; a thigh's and an upper
arm's is told by the plane in which knee or elbow bends, a straight leg's by its toes. Where nothing tells, as in a
straight arm, the twist of the frames around it is carried through smoothly, and without any it is the smallest turn
from the bone above. Heads, hands and toes end their chains and follow them.
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
"""Joints that carry three others, which do not move as seen from them."""

_LEGS = ((1, 4, 7, 10), (2, 5, 8, 11))
_ARMS = ((13, 16, 18, 20), (14, 17, 19, 21))

_STRAIGHT, _BENT = np.sin(np.radians([16.0, 40.0]))
"""Sines of the bend below which a plane says nothing, and above which it says all."""

_TOES_SAY = 0.5
"""Weight of the toes against a knee that bends fully: they turn a little on their own."""

_CARRIED = 0.25
"""Seconds, sigma of the smoothing that carries a twist through frames in which nothing tells."""

_NOTHING = 1e-3
"""Weight of the smallest turn from the bone above: decides only where nothing else does."""


def motion_from_joints(
    positions: ArrayLike, fps: float, contacts: ArrayLike | None = None, provenance: Provenance | None = None
) -> Motion:
    """The motion of a body whose 22 SMPL joints are at ``positions`` (T, 22, 3) metres, Y up.

    Its skeleton has the lengths of the given bones and SMPL's rest pose, so that rotations mean what they mean in
    SMPL. Raises :class:`FormatError`.
    """
    places = _checked(positions)
    skeleton = fitted_skeleton(places)
    known = None if contacts is None else np.asarray(contacts, dtype=bool)
    return Motion(
        skeleton, fps, places[:, 0], solve_rotations(places, skeleton, fps), known, provenance or Provenance()
    )


def fitted_skeleton(positions: ArrayLike) -> Skeleton:
    """SMPL's rest pose with the bone lengths of ``positions`` (T, 22, 3), medians over time; hips, collars and the
    joints above pelvis and chest also where they are as seen from there. Raises :class:`FormatError`."""
    places = _checked(positions)
    parents = np.array(SMPL_REST.parents[1:])
    lengths = np.median(np.linalg.norm(places[:, 1:] - places[:, parents], axis=-1), axis=0)
    if np.any(lengths < 1e-3):
        joint = SMPL_JOINTS[1 + int(np.argmin(lengths))]
        raise FormatError(f"The joint {joint} lies on its parent: these are not the 22 joints of a body")
    offsets = np.zeros((len(SMPL_JOINTS), 3))
    offsets[1:] = normalise(SMPL_REST.rest_offsets[1:]) * lengths[:, None]
    for whole, others in _RIGID.items():
        children = list(others)
        for _ in range(2):  # the second time from the shape that the first found
            turns = _rigid(offsets[children], places[:, children] - places[:, [whole]])
            seen = rotate(conjugate(turns)[:, None], places[:, children] - places[:, [whole]])
            offsets[children] = np.median(seen, axis=0)
        # the shape is the body's own, how it is turned at rest is SMPL's
        back = _rigid(offsets[children], SMPL_REST.rest_offsets[children][None])[0]
        offsets[children] = rotate(back, offsets[children])
    return smpl_skeleton(offsets)


def solve_rotations(positions: ArrayLike, skeleton: Skeleton, fps: float = 20.0) -> Array:
    """Local rotations (T, 22, 4), continuous in sign, that turn ``skeleton`` (SMPL's joints) so that its bones point
    as those of ``positions`` (T, 22, 3); ``fps`` scales what is smoothed. Raises :class:`FormatError`."""
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
"""A direction in the rest pose (3,), where it points in the world (T, 3), and how sure that is (T,), 0 to 1."""


def _plane(rest: tuple[Array, Array], seen: tuple[Array, Array], say: float) -> Told:
    """The normal of the plane of two bones (3,) at rest and (T, 3) in the world; surer the less they are in line."""
    normal = cross(*(normalise(bone) for bone in seen))
    return normalise(cross(*rest)), normalise(normal), say * _share(normal)


def _hinge(rest: tuple[Array, Array], seen: tuple[Array, Array], axis: Array) -> Told:
    """Where the ``axis`` (3,) points about which the second bone of a limb bends against the first.

    Bones are not at right angles to it, and not in line at rest: the axis keeps its angles to both, which leaves two
    directions, of which the one that bends forward is meant.
    """
    first, second = (normalise(bone) for bone in seen)
    a, b = (float(axis @ normalise(bone)) for bone in rest)
    normal = cross(first, second)
    cosine = np.sum(first * second, axis=-1)
    square = np.maximum(1.0 - cosine**2, 1e-9)
    x, y = (a - b * cosine) / square, (b - a * cosine) / square
    inside = x[:, None] * first + y[:, None] * second
    # bones that bend otherwise than about the axis leave less than nothing for the normal
    length = np.sqrt(np.sum(inside**2, axis=-1))
    inside /= np.maximum(length, 1.0)[:, None]
    outside = np.sqrt(np.maximum(1.0 - length**2, 0.0))
    return axis, inside + outside[:, None] * normalise(normal), _share(normal)


def _share(normal: Array) -> Array:
    """How sure a normal (T, 3) is, 0 to 1, as long as the sine of the angle between the bones."""
    return smoothstep((np.linalg.norm(normal, axis=-1) - _STRAIGHT) / (_BENT - _STRAIGHT))


def _spine(world: Array, places: Array, rest: Array) -> None:
    """The two joints between pelvis and chest point at the next and share out the twist; the neck follows the chest."""
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
    """A chain of joints, the first of which is known: the second also twists as is told, the others follow."""
    above, first, second, *_ = chain
    way = normalise(places[:, second] - places[:, first])
    turn = _pointed(world[:, above], rest[second], way)
    world[:, first] = multiply(_twist(turn, way, told, fps), turn)
    for before, joint, child in zip(chain[1:], chain[2:], chain[3:], strict=False):
        _swing(world, places, rest, joint, child, world[:, before])
    world[:, chain[-1]] = world[:, chain[-2]]


def _twist(turn: Array, way: Array, told: Sequence[Told], fps: float) -> Array:
    """Rotations (T, 4) about ``way`` (T, 3) that bring what was told nearest to where it points."""
    # a twist is a point on the unit circle: weighted means need no unwrapping
    sum_x, sum_y, sure = np.full(len(way), _NOTHING), np.zeros(len(way)), np.zeros(len(way))
    for rest, seen, weight in told:
        start = rotate(turn, rest)
        flat = start - np.sum(start * way, axis=-1, keepdims=True) * way
        aside = cross(way, flat)
        x, y = np.sum(flat * seen, axis=-1), np.sum(aside * seen, axis=-1)
        length = np.maximum(np.hypot(x, y), 1e-9)
        # what was told first counts fully, the others as far as it was not sure
        left = weight * (1.0 - sure)
        sum_x, sum_y, sure = sum_x + left * x / length, sum_y + left * y / length, np.maximum(sure, weight)
    around_x, around_y = (smoothed(values, _CARRIED * fps) for values in (sum_x, sum_y))
    norm = np.maximum(np.hypot(around_x, around_y), 1e-9)
    keep = np.clip(1.0 - sure, 0.0, 1.0)
    angle = np.arctan2(sum_y + keep * around_y / norm, sum_x + keep * around_x / norm)
    return np.concatenate([np.cos(angle / 2)[:, None], np.sin(angle / 2)[:, None] * way], axis=-1)


def _swing(world: Array, places: Array, rest: Array, joint: int, child: int, above: Array) -> None:
    world[:, joint] = _pointed(above, rest[child], places[:, child] - places[:, joint])


def _pointed(turn: Array, offset: Array, way: Array) -> Array:
    """``turn`` (T, 4) and then the least that makes the rest offset (3,) point along ``way`` (T, 3)."""
    return multiply(between(rotate(turn, offset), way), turn)


def _between(a: Array, b: Array, share: float) -> Array:
    """Part of the way from one rotation (T, 4) to another, which are less than half a turn apart."""
    b = np.where(np.sum(a * b, axis=-1, keepdims=True) < 0, -b, b)
    return normalise((1.0 - share) * a + share * b)


def _rigid(offsets: Array, seen: Array) -> Array:
    """Rotations (T, 4) that turn ``offsets`` (N, 3) nearest to ``seen`` (T, N, 3), each pair counted alike.

    Kabsch, "A solution for the best rotation to relate two sets of vectors", 1976.
    """
    u, _, vt = np.linalg.svd(np.einsum("tni,nj->tij", normalise(seen), normalise(offsets)))
    u[..., :, 2] *= np.linalg.det(u @ vt)[..., None]
    return from_matrix(u @ vt)


def _checked(positions: ArrayLike) -> Array:
    places = np.asarray(positions, dtype=float)
    if places.ndim != 3 or places.shape[1:] != (len(SMPL_JOINTS), 3) or len(places) == 0:
        raise FormatError(f"Joints of the shape {places.shape} are not frames of SMPL's 22 joints")
    if not np.all(np.isfinite(places)):
        raise FormatError("The joints hold positions that are not finite: the file is damaged")
    return places
