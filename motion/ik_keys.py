# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys for the controls of inverse kinematics: hands, feet, toes, and the poles that elbows and knees point at.

A performance says where every joint is; a control is put where its joint is, so that a control rig that is driven
this way shows the same pose as one whose single bones are keyed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from .families import IkLimb, family_named
from .performance import Performance
from .rotations import (
    Array,
    conjugate,
    continuous,
    cross,
    from_axis_angle,
    identity,
    multiply,
    normalise,
    rotate,
)

_JOINTS = {"ankle": ("hip", "knee", "ankle", "foot"), "wrist": ("shoulder", "elbow", "wrist")}

_BENT = (
    0.004  # of a limb's length: what stands out less from the line through its ends shows no plane at rest
)
_SHOWN = (
    0.01  # likewise, while it moves: the less the limb is bent, the more its upper bone's own twist counts
)


@dataclass(frozen=True, eq=False)
class IkKeys:
    """Channels as in ``RigMotion``: ``rotations`` (T, 4) and ``locations`` (T, 3) by bone, and ``switches``.

    ``replaced``: bones that need no keys of their own any more.
    """

    rotations: Mapping[str, Array] = field(default_factory=dict)
    locations: Mapping[str, Array] = field(default_factory=dict)
    switches: tuple[tuple[str, str, float], ...] = ()
    replaced: frozenset[str] = frozenset()


def ik_keys(performance: Performance) -> IkKeys:
    """Keys for all limbs that the rig's family can drive so, and that this rig has whole; empty where it has none."""
    family = family_named(performance.bone_map.family)
    rotations: dict[str, Array] = {}
    locations: dict[str, Array] = {}
    switches: list[tuple[str, str, float]] = []
    replaced: set[str] = set()
    for limb in family.ik if family is not None else ():
        joints = _chain(performance, limb)
        if joints is None:
            continue
        turns, places = _limb(performance, limb, joints)
        rotations |= turns
        locations |= places
        switches += limb.on
        gone = joints if limb.toe in turns else joints[:3]
        replaced |= {performance.bone_map.bones[joint] for joint in gone}
    return IkKeys(rotations, locations, tuple(switches), frozenset(replaced) - set(rotations))


def _chain(performance: Performance, limb: IkLimb) -> tuple[str, ...] | None:
    """The limb's joints from the body outwards, the toes last; None where the rig or its map lacks what it takes."""
    side, _, end = limb.end.partition("_")
    joints = tuple(f"{side}_{joint}" for joint in _JOINTS[end])
    if limb.control not in performance.rig or any(joint not in performance.columns for joint in joints[:3]):
        return None
    bones = [performance.bones[performance.columns[joint]] for joint in joints[:3]]
    if not all(performance.posing.carries(upper, lower) for upper, lower in pairwise(bones)):
        return None
    return joints if joints[-1] in performance.columns else joints[:3]


def _limb(
    performance: Performance, limb: IkLimb, joints: tuple[str, ...]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Rotations and locations of one limb's controls."""
    rig, posed = performance.rig, performance.posed
    bones = [performance.bones[performance.columns[joint]] for joint in joints]
    rest = rig.heads[bones[:3]]
    at = performance.heads(joints[:3])
    turn = performance.turn(joints[2])

    control = rig.index(limb.control)
    head = at[:, 2] + rotate(turn, performance.size * (rig.heads[control] - rest[2]))
    rotations = {limb.control: continuous(posed.rotation_channel(control, turn))}
    locations = {limb.control: posed.location_channel(control, head)}
    if limb.pole is not None and limb.pole in rig:
        pole = rig.index(limb.pole)
        place = _pole(rest, rig.heads[pole], at, performance.turn(joints[0]), performance.size)
        put = posed.moving(control, turn, head)
        locations[limb.pole] = put.location_channel(pole, place)
    if limb.toe is not None and limb.toe in rig and len(joints) > 3:
        # the toes' control hangs on the foot's, by way of its mechanism
        own = rig.rest_rotations[rig.index(limb.toe)]
        relative = multiply(conjugate(turn), performance.turn(joints[3]))
        rotations[limb.toe] = continuous(multiply(multiply(conjugate(own), relative), own))
    for name in limb.further:
        if name in rig:
            rotations[name] = identity(len(performance))
            locations[name] = np.zeros((len(performance), 3))
    return rotations, locations


def _pole(rest: Array, pole: Array, at: Array, turn: Array, size: float) -> Array:
    """Where (T, 3) the pole has to be so that the limb bends as it does.

    ``rest`` (3, 3): the limb's three joints at rest, ``pole`` (3,) the pole there; ``at`` (T, 3, 3): the joints;
    ``turn`` (T, 4): the turn of the upper bone. The pole stays as far from the middle joint as at rest. Seen along
    the limb it stands where it stands at rest, compared with the way the limb bends.
    """
    axis = normalise(rest[2] - rest[0])
    aside, bend = _across(pole - rest[0], axis), _across(rest[1] - rest[0], axis)
    length = float(np.linalg.norm(rest[1] - rest[0]) + np.linalg.norm(rest[2] - rest[1]))
    angle = 0.0
    if np.linalg.norm(bend) > _BENT * length:
        angle = float(np.arctan2(np.dot(cross(bend, aside), axis), np.dot(bend, aside)))
    ahead = normalise(at[:, 2] - at[:, 0])
    bent = _across(at[:, 1] - at[:, 0], ahead) / (size * length)
    shown = rotate(from_axis_angle(angle * ahead), bent)
    # the upper bone's own idea of where the pole is keeps it in place while the limb is straight
    twisted = normalise(_across(rotate(turn, aside), ahead))
    way = normalise(shown + _SHOWN * twisted)
    return np.asarray(at[:, 1] + size * float(np.linalg.norm(pole - rest[1])) * way)


def _across(vector: Array, axis: Array) -> Array:
    """The part of vectors (..., 3) that is at right angles to unit vectors ``axis`` (..., 3)."""
    return np.asarray(vector - np.sum(vector * axis, axis=-1, keepdims=True) * axis)
