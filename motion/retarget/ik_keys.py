# SPDX-License-Identifier: GPL-3.0-or-later
"""Key the IK controls of hands, feet and toes, and the pole targets of elbows and knees.

A retargeted motion gives the position of every joint. Each control is placed where its joint is, so that a control
rig driven by IK shows the same pose as one whose FK controls are keyed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..mapping.families import Family, IkLimb, family_named
from ..rotations import (
    Array,
    axis_angle_to_quaternion,
    conjugate,
    cross_product,
    identity_rotations,
    make_continuous,
    multiply,
    normalise,
    rotate,
)
from .retargeted_motion import Performance

_JOINTS = {"ankle": ("hip", "knee", "ankle", "foot"), "wrist": ("shoulder", "elbow", "wrist")}

# in lengths of the limb
_BENT = 0.004  # a limb whose middle joint is less off the line through its ends has no bend plane at rest
_SHOWN = 0.01  # weight of the upper bone's twist in the bend plane; it matters while the limb is straight


@dataclass(frozen=True, eq=False)
class IkKeys:
    """Channels of IK controls, in the form of ``RigMotion``.

    Attributes
    ----------
    rotations : bone name to (T, 4)
        ``rotation_quaternion`` of the controls.
    locations : bone name to (T, 3)
        ``location`` of the controls.
    switches : tuple of (bone, custom property, value)
        Switches to key so that the limbs are driven by IK.
    replaced_bones : set of bone names
        FK controls that need no keys any more.
    """

    rotations: Mapping[str, Array] = field(default_factory=dict)
    locations: Mapping[str, Array] = field(default_factory=dict)
    switches: tuple[tuple[str, str, float], ...] = ()
    replaced: frozenset[str] = frozenset()


def ik_keys(performance: Performance) -> IkKeys:
    """Return the IK keys of all limbs that the rig's family can drive by IK; empty without any.

    A limb is left out if this rig lacks its IK control or one of its joints.
    """
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
    """Return, for each bone that has a limb's IK/FK switch, all bones that move this limb in either mode."""
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
    """Return the mechanism bones and the resting controls of a family's IK limbs.

    Rigs lock the channels of these bones against editing by hand; they may be keyed nevertheless.
    """
    limbs = family.ik if family is not None else ()
    return frozenset(name for limb in limbs for name in (limb.middle, *limb.further) if name is not None)


def _chain(performance: Performance, limb: IkLimb) -> tuple[str, ...] | None:
    """Return the joints of a limb from the body outwards, the toes last if they are mapped.

    None where the rig lacks the control, or the bone map a joint, or where the bones do not form a chain.
    """
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
    """Return rotations and locations of the IK controls of one limb."""
    rig, posed = performance.rig, performance.posed
    bones = [performance.bones[performance.columns[joint]] for joint in joints]
    rest = rig.heads[bones[:3]]
    at = performance.heads(joints[:3])
    turn = performance.turn(joints[2])

    control = rig.bone_index(limb.control)
    head = at[:, 2] + rotate(turn, performance.size * (rig.heads[control] - rest[2]))
    rotations = {limb.control: make_continuous(posed.rotation_channel(control, turn))}
    locations = {limb.control: posed.location_channel(control, head)}
    if limb.pole is not None and limb.pole in rig:
        pole = rig.bone_index(limb.pole)
        place = _pole(rest, rig.heads[pole], at, performance.turn(joints[0]), performance.size)
        put = posed.moving(control, turn, head)
        locations[limb.pole] = put.location_channel(pole, place)
        if limb.middle is not None and limb.middle in rig:
            own = rig.rest_rotations[rig.bone_index(limb.middle)]
            rotations[limb.middle] = _bend(rest, rig.heads[pole], at, own)
    if limb.toe is not None and limb.toe in rig and len(joints) > 3:
        # the mechanism makes the toes' control a child of the foot's
        rotations[limb.toe] = _relative(performance, limb.toe, joints[2], joints[3])
        locations[limb.toe] = np.zeros((len(performance), 3))
    for name in limb.further:
        if name in rig:
            rotations[name] = identity_rotations(len(performance))
            locations[name] = np.zeros((len(performance), 3))
    return rotations, locations


def _relative(performance: Performance, bone: str, upper: str, lower: str) -> Array:
    """Return ``rotation_quaternion`` (T, 4) of a bone relative to its parent.

    Parameters
    ----------
    retargeted : RetargetedMotion
        The motion on the rig.
    bone : str
        The bone.
    upper : str
        The joint whose rotation the bone inherits.
    lower : str
        The joint whose rotation the bone gets.
    """
    own = performance.rig.rest_rotations[performance.rig.bone_index(bone)]
    relative = multiply(conjugate(performance.turn(upper)), performance.turn(lower))
    return make_continuous(multiply(multiply(conjugate(own), relative), own))


def _bend_at_rest(rest: Array, pole: Array) -> Array:
    """Return the direction (3,), of any length, in which the middle joint is off the line through the ends, at rest.

    ``rest_positions`` (3, 3): the limb's three joints. ``pole_position`` (3,): the pole target. A limb that is
    straight at rest bends towards its pole.
    """
    axis = normalise(rest[2] - rest[0])
    bend = _across(rest[1] - rest[0], axis)
    if np.linalg.norm(bend) > _BENT * np.linalg.norm(rest[2] - rest[0]):
        return bend
    return _across(pole - rest[0], axis)


def _bend(rest: Array, pole: Array, at: Array, orientation: Array) -> Array:
    """Return ``rotation_quaternion`` (T, 4) that bends the lower bone of a limb as far as the joint positions tell.

    Parameters
    ----------
    rest_positions : (3, 3)
        The limb's three joints at rest; their bend gives the axis.
    pole_position : (3,)
        The pole target at rest.
    positions : (T, 3, 3)
        The limb's three joints.
    rest_orientation : (4,)
        Rest orientation of the lower bone.
    """
    hinge = normalise(cross_product(_bend_at_rest(rest, pole), rest[2] - rest[0]))

    def angle(places: Array) -> Array:
        upper, lower = (normalise(places[..., k + 1, :] - places[..., k, :]) for k in (0, 1))
        return np.asarray(
            np.arctan2(np.linalg.norm(cross_product(upper, lower), axis=-1), np.sum(upper * lower, axis=-1))
        )

    turned = (angle(at) - angle(rest))[:, None] * rotate(conjugate(orientation), hinge)
    return axis_angle_to_quaternion(turned)


def _pole(rest: Array, pole: Array, at: Array, turn: Array, size: float) -> Array:
    """Return the positions (T, 3) of the pole target.

    The pole keeps its rest distance from the middle joint. Seen along the limb, the angle between the pole and the
    limb's bend stays what it is at rest.

    Parameters
    ----------
    rest_positions : (3, 3)
        The limb's three joints at rest.
    pole_position : (3,)
        The pole target at rest.
    positions : (T, 3, 3)
        The limb's three joints.
    upper_rotations : (T, 4)
        World rotations of the upper bone from rest.
    size : float
        Size of the body relative to its rest pose.
    """
    axis = normalise(rest[2] - rest[0])
    aside = _across(pole - rest[0], axis)
    bend = _bend_at_rest(rest, pole)
    angle = float(np.arctan2(np.dot(cross_product(bend, aside), axis), np.dot(bend, aside)))
    ahead = normalise(at[:, 2] - at[:, 0])
    length = size * float(np.linalg.norm(np.diff(rest, axis=0), axis=-1).sum())
    shown = rotate(axis_angle_to_quaternion(angle * ahead), _across(at[:, 1] - at[:, 0], ahead) / length)
    # while the limb is straight, the twist of the upper bone determines the pole's direction
    way = normalise(shown + _SHOWN * normalise(_across(rotate(turn, aside), ahead)))
    return np.asarray(at[:, 1] + size * float(np.linalg.norm(pole - rest[1])) * way)


def _across(vector: Array, axis: Array) -> Array:
    """Return the part of vectors (..., 3) that is perpendicular to unit vectors ``axis`` (..., 3)."""
    return np.asarray(vector - np.sum(vector * axis, axis=-1, keepdims=True) * axis)
