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

from ..mapping.families import Family, IkLimb, find_family
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
from .retargeted_motion import RetargetedMotion

_LIMB_JOINTS = {"ankle": ("hip", "knee", "ankle", "foot"), "wrist": ("shoulder", "elbow", "wrist")}

# in lengths of the limb
_MIN_REST_BEND = 0.004  # a limb whose middle joint is less off the line through its ends counts as straight
_TWIST_WEIGHT = 0.01  # weight of the upper bone's twist in the bend plane; it acts on straight limbs only


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
    replaced_bones: frozenset[str] = frozenset()


def make_ik_keys(retargeted: RetargetedMotion) -> IkKeys:
    """Return the IK keys of all limbs that the rig's family can drive by IK; empty without any.

    A limb is left out if this rig lacks its IK control or one of its joints.
    """
    family = find_family(retargeted.bone_map.family)
    rotations: dict[str, Array] = {}
    locations: dict[str, Array] = {}
    switches: list[tuple[str, str, float]] = []
    replaced_bones: set[str] = set()
    for limb in family.ik_limbs if family is not None else ():
        joints = _find_limb_joints(retargeted, limb)
        if joints is None:
            continue
        limb_rotations, limb_locations = _key_limb(retargeted, limb, joints)
        rotations |= limb_rotations
        locations |= limb_locations
        switches += limb.ik_switches
        replaced_joints = joints if limb.toe_control in limb_rotations else joints[:3]
        replaced_bones |= {retargeted.bone_map.bones[joint] for joint in replaced_joints}
    return IkKeys(rotations, locations, tuple(switches), frozenset(replaced_bones) - set(rotations))


def find_switched_limbs(retargeted: RetargetedMotion) -> dict[str, frozenset[str]]:
    """Return, for each bone that has a limb's IK/FK switch, all bones that move this limb in either mode."""
    family = find_family(retargeted.bone_map.family)
    limbs: dict[str, frozenset[str]] = {}
    for limb in family.ik_limbs if family is not None else ():
        side, _, end = limb.end_joint.partition("_")
        joints = (f"{side}_{joint}" for joint in _LIMB_JOINTS[end])
        limb_bones = {
            retargeted.bone_map.bones[joint] for joint in joints if joint in retargeted.bone_map.bones
        }
        limb_bones |= {
            name for name in (limb.control, limb.pole, limb.toe_control, limb.middle_bone) if name is not None
        }
        for bone, _, _ in (*limb.ik_switches, *limb.fk_switches):
            limbs[bone] = limbs.get(bone, frozenset()) | limb_bones
    return limbs


def find_mechanism_bones(family: Family | None) -> frozenset[str]:
    """Return the mechanism bones and the resting controls of a family's IK limbs.

    Rigs lock the channels of these bones against editing by hand; they may be keyed nevertheless.
    """
    limbs = family.ik_limbs if family is not None else ()
    return frozenset(
        name for limb in limbs for name in (limb.middle_bone, *limb.resting_controls) if name is not None
    )


def _find_limb_joints(retargeted: RetargetedMotion, limb: IkLimb) -> tuple[str, ...] | None:
    """Return the joints of a limb from the body outwards, the toes last if they are mapped.

    None where the rig lacks the control, or the bone map a joint, or where the bones do not form a chain.
    """
    side, _, end = limb.end_joint.partition("_")
    joints = tuple(f"{side}_{joint}" for joint in _LIMB_JOINTS[end])
    if limb.control not in retargeted.rig or any(
        joint not in retargeted.joint_columns for joint in joints[:3]
    ):
        return None
    bones = [retargeted.bones[retargeted.joint_columns[joint]] for joint in joints[:3]]
    if not all(retargeted.hierarchy.is_ancestor(upper, lower) for upper, lower in pairwise(bones)):
        return None
    return joints if joints[-1] in retargeted.joint_columns else joints[:3]


def _key_limb(
    retargeted: RetargetedMotion, limb: IkLimb, joints: tuple[str, ...]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return rotations and locations of the IK controls of one limb."""
    rig, posed = retargeted.rig, retargeted.posed_rig
    bones = [retargeted.bones[retargeted.joint_columns[joint]] for joint in joints]
    rest_positions = rig.heads[bones[:3]]
    positions = retargeted.joint_positions(joints[:3])
    end_rotations = retargeted.joint_rotations(joints[2])

    control = rig.bone_index(limb.control)
    control_positions = positions[:, 2] + rotate(
        end_rotations, retargeted.size * (rig.heads[control] - rest_positions[2])
    )
    rotations = {limb.control: make_continuous(posed.rotation_channel(control, end_rotations))}
    locations = {limb.control: posed.location_channel(control, control_positions)}
    if limb.pole is not None and limb.pole in rig:
        pole = rig.bone_index(limb.pole)
        pole_positions = _compute_pole_positions(
            rest_positions, rig.heads[pole], positions, retargeted.joint_rotations(joints[0]), retargeted.size
        )
        posed_with_control = posed.with_moved_bone(control, end_rotations, control_positions)
        locations[limb.pole] = posed_with_control.location_channel(pole, pole_positions)
        if limb.middle_bone is not None and limb.middle_bone in rig:
            rest_orientation = rig.rest_rotations[rig.bone_index(limb.middle_bone)]
            rotations[limb.middle_bone] = _compute_middle_rotation(
                rest_positions, rig.heads[pole], positions, rest_orientation
            )
    if limb.toe_control is not None and limb.toe_control in rig and len(joints) > 3:
        # the mechanism makes the toes' control a child of the foot's
        rotations[limb.toe_control] = _compute_relative_rotation(
            retargeted, limb.toe_control, joints[2], joints[3]
        )
        locations[limb.toe_control] = np.zeros((len(retargeted), 3))
    for name in limb.resting_controls:
        if name in rig:
            rotations[name] = identity_rotations(len(retargeted))
            locations[name] = np.zeros((len(retargeted), 3))
    return rotations, locations


def _compute_relative_rotation(retargeted: RetargetedMotion, bone: str, upper: str, lower: str) -> Array:
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
    rest_orientation = retargeted.rig.rest_rotations[retargeted.rig.bone_index(bone)]
    relative = multiply(conjugate(retargeted.joint_rotations(upper)), retargeted.joint_rotations(lower))
    return make_continuous(multiply(multiply(conjugate(rest_orientation), relative), rest_orientation))


def _find_rest_bend(rest_positions: Array, pole_position: Array) -> Array:
    """Return the direction (3,), of any length, in which the middle joint is off the line through the ends, at rest.

    ``rest_positions`` (3, 3): the limb's three joints. ``pole_position`` (3,): the pole target. A limb that is
    straight at rest bends towards its pole.
    """
    axis = normalise(rest_positions[2] - rest_positions[0])
    bend = _perpendicular_part(rest_positions[1] - rest_positions[0], axis)
    if np.linalg.norm(bend) > _MIN_REST_BEND * np.linalg.norm(rest_positions[2] - rest_positions[0]):
        return bend
    return _perpendicular_part(pole_position - rest_positions[0], axis)


def _compute_middle_rotation(
    rest_positions: Array, pole_position: Array, positions: Array, rest_orientation: Array
) -> Array:
    """Return ``rotation_quaternion`` (T, 4) that bends the lower bone of a limb as its joint positions require.

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
    hinge_axis = normalise(
        cross_product(_find_rest_bend(rest_positions, pole_position), rest_positions[2] - rest_positions[0])
    )

    def bend_angle(joint_positions: Array) -> Array:
        upper, lower = (
            normalise(joint_positions[..., k + 1, :] - joint_positions[..., k, :]) for k in (0, 1)
        )
        return np.asarray(
            np.arctan2(np.linalg.norm(cross_product(upper, lower), axis=-1), np.sum(upper * lower, axis=-1))
        )

    axis_angles = (bend_angle(positions) - bend_angle(rest_positions))[:, None] * rotate(
        conjugate(rest_orientation), hinge_axis
    )
    return axis_angle_to_quaternion(axis_angles)


def _compute_pole_positions(
    rest_positions: Array, pole_position: Array, positions: Array, upper_rotations: Array, size: float
) -> Array:
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
    axis = normalise(rest_positions[2] - rest_positions[0])
    pole_direction = _perpendicular_part(pole_position - rest_positions[0], axis)
    bend_direction = _find_rest_bend(rest_positions, pole_position)
    angle = float(
        np.arctan2(
            np.dot(cross_product(bend_direction, pole_direction), axis),
            np.dot(bend_direction, pole_direction),
        )
    )
    limb_directions = normalise(positions[:, 2] - positions[:, 0])
    length = size * float(np.linalg.norm(np.diff(rest_positions, axis=0), axis=-1).sum())
    bend_directions = rotate(
        axis_angle_to_quaternion(angle * limb_directions),
        _perpendicular_part(positions[:, 1] - positions[:, 0], limb_directions) / length,
    )
    # while the limb is straight, the twist of the upper bone determines the pole's direction
    directions = normalise(
        bend_directions
        + _TWIST_WEIGHT
        * normalise(_perpendicular_part(rotate(upper_rotations, pole_direction), limb_directions))
    )
    return np.asarray(
        positions[:, 1] + size * float(np.linalg.norm(pole_position - rest_positions[1])) * directions
    )


def _perpendicular_part(vector: Array, axis: Array) -> Array:
    """Return the part of vectors (..., 3) that is perpendicular to unit vectors ``axis`` (..., 3)."""
    return np.asarray(vector - np.sum(vector * axis, axis=-1, keepdims=True) * axis)
