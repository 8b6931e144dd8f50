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

from ..mapping.families import Family, IkLimb, family_named
from ..rotations import (
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
from .retargeted_motion import Performance

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


def switched_limbs(performance: Performance) -> dict[str, frozenset[str]]:
    """Bone that has a limb's switches to all bones that move the limb, by either way of keying it."""
    family = family_named(performance.bone_map.family)
    found: dict[str, frozenset[str]] = {}
    for limb in family.ik if family is not None else ():
        side, _, end = limb.end.partition("_")
        joints = (f"{side}_{joint}" for joint in _JOINTS[end])
        own = {performance.bone_map.bones[joint] for joint in joints if joint in performance.bone_map.bones}
        own |= {name for name in (limb.control, limb.pole, limb.toe, limb.middle) if name is not None}
        for bone, _, _ in (*limb.on, *limb.off):
            found[bone] = found.get(bone, frozenset()) | own
    return found


def inner_bones(family: Family | None) -> frozenset[str]:
    """Bones of the mechanism and controls held at rest, which rigs lock against hands and not against keys."""
    limbs = family.ik if family is not None else ()
    return frozenset(name for limb in limbs for name in (limb.middle, *limb.further) if name is not None)


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
        if limb.middle is not None and limb.middle in rig:
            own = rig.rest_rotations[rig.index(limb.middle)]
            rotations[limb.middle] = _bend(rest, rig.heads[pole], at, own)
    if limb.toe is not None and limb.toe in rig and len(joints) > 3:
        # the toes' control hangs on the foot's, by way of its mechanism
        rotations[limb.toe] = _relative(performance, limb.toe, joints[2], joints[3])
        locations[limb.toe] = np.zeros((len(performance), 3))
    for name in limb.further:
        if name in rig:
            rotations[name] = identity(len(performance))
            locations[name] = np.zeros((len(performance), 3))
    return rotations, locations


def _relative(performance: Performance, bone: str, upper: str, lower: str) -> Array:
    """``rotation_quaternion`` (T, 4) of a bone that turns like the joint ``lower`` and is carried by ``upper``."""
    own = performance.rig.rest_rotations[performance.rig.index(bone)]
    relative = multiply(conjugate(performance.turn(upper)), performance.turn(lower))
    return continuous(multiply(multiply(conjugate(own), relative), own))


def _bend_at_rest(rest: Array, pole: Array) -> Array:
    """Where the middle joint stands out from the line through the ends (3,), at rest; of any length.

    ``rest`` (3, 3): the limb's three joints, ``pole`` (3,). A limb that is straight at rest bends towards its pole.
    """
    axis = normalise(rest[2] - rest[0])
    bend = _across(rest[1] - rest[0], axis)
    if np.linalg.norm(bend) > _BENT * np.linalg.norm(rest[2] - rest[0]):
        return bend
    return _across(pole - rest[0], axis)


def _bend(rest: Array, pole: Array, at: Array, orientation: Array) -> Array:
    """``rotation_quaternion`` (T, 4) that bends the lower bone, of rest ``orientation`` (4,), as much as it is to be.

    ``at`` (T, 3, 3): the limb's three joints; its bend at rest says about which axis.
    """
    hinge = normalise(cross(_bend_at_rest(rest, pole), rest[2] - rest[0]))

    def angle(places: Array) -> Array:
        upper, lower = (normalise(places[..., k + 1, :] - places[..., k, :]) for k in (0, 1))
        return np.asarray(
            np.arctan2(np.linalg.norm(cross(upper, lower), axis=-1), np.sum(upper * lower, axis=-1))
        )

    turned = (angle(at) - angle(rest))[:, None] * rotate(conjugate(orientation), hinge)
    return from_axis_angle(turned)


def _pole(rest: Array, pole: Array, at: Array, turn: Array, size: float) -> Array:
    """Where (T, 3) the pole has to be so that the limb bends as it does.

    ``rest`` (3, 3): the limb's three joints at rest, ``pole`` (3,) the pole there; ``at`` (T, 3, 3): the joints;
    ``turn`` (T, 4): the turn of the upper bone. The pole stays as far from the middle joint as at rest. Seen along
    the limb it stands where it stands at rest, compared with the way the limb bends.
    """
    axis = normalise(rest[2] - rest[0])
    aside, bend = _across(pole - rest[0], axis), _bend_at_rest(rest, pole)
    angle = float(np.arctan2(np.dot(cross(bend, aside), axis), np.dot(bend, aside)))
    ahead = normalise(at[:, 2] - at[:, 0])
    length = size * float(np.linalg.norm(np.diff(rest, axis=0), axis=-1).sum())
    shown = rotate(from_axis_angle(angle * ahead), _across(at[:, 1] - at[:, 0], ahead) / length)
    # the upper bone keeps the pole in place while the limb is straight
    way = normalise(shown + _SHOWN * normalise(_across(rotate(turn, aside), ahead)))
    return np.asarray(at[:, 1] + size * float(np.linalg.norm(pole - rest[1])) * way)


def _across(vector: Array, axis: Array) -> Array:
    """The part of vectors (..., 3) that is at right angles to unit vectors ``axis`` (..., 3)."""
    return np.asarray(vector - np.sum(vector * axis, axis=-1, keepdims=True) * axis)
