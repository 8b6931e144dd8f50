# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold feet and hands in place during contacts, by bending the rig's legs and arms.

A foot has two points that may stand: ankle (heel) and toe joint (ball), also where the rig has no toe bone. Each is
held during its contacts. While both are held the foot lies flat; while one is, the foot rolls about it. Soles are
kept above the floor. Where a leg is too short, the hips are lowered smoothly. The leg keeps its bend plane. A hand
whose position was given stays there when the hips move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..constraints.given_frames import combine_given, compute_freedom
from ..contact.contact_holds import (
    BLEND_SECONDS,
    MAX_CONTACT_DRIFT,
    compute_hold_offsets,
    middle_frames,
    split_contact,
)
from ..contact.contacts import Mask, find_true_runs
from ..contact.ground_levels import find_floor_drift, find_ground_levels
from ..rotations import Array, cross_product, multiply, normalise, rotate
from ..smoothing import smoothstep
from ..two_bone import solve_two_bone_ik
from .foot_placement import FootTarget, Stance, find_foot_contacts, measure_stance, place_foot
from .retargeted_motion import RetargetedMotion

_UP = np.array([0.0, 1.0, 0.0])
_FORWARD = np.array([0.0, 0.0, 1.0])
_LEG = ("hip", "knee", "ankle", "foot")

# in lengths of the leg (0.8 m in an adult)
_MAX_HIP_DROP = 0.15  # largest distance by which the hips are lowered
_MAX_STRETCH = 0.998  # a leg is not stretched further: the hips are lowered instead
_DROP_SECONDS = 0.1  # seconds over which the hips are lowered and raised again


def lock_limbs(
    retargeted: RetargetedMotion,
    contacts: Mapping[str, Mask],
    foot_strength: float = 1.0,
    hand_strength: float = 0.0,
    given: Mapping[str, Mask] | None = None,
) -> RetargetedMotion:
    """Return the motion with feet and hands held in place during their contacts.

    Limbs that the rig or the contacts lack are left as they are.

    Parameters
    ----------
    retargeted : RetargetedMotion
        The motion on the rig.
    contacts : joint name to (T,) flags
        Contacts of ankle, foot and wrist of either side, see :func:`.detect_limb_contacts`.
    foot_strength, hand_strength : float
        0 (no change at all) to 1.
    given : limb or "body" to (T,) flags, or None
        Frames at which a limb, or the body with all limbs, has the pose that was asked for and is not changed, see
        ``motion.constraints.given_frames``.
    """
    before = retargeted
    if foot_strength > 0:
        retargeted = _lock_feet(retargeted, contacts, min(foot_strength, 1.0), given or {})
    if hand_strength > 0:
        retargeted = _lock_hands(retargeted, contacts, min(hand_strength, 1.0), given or {})
    return _keep_given_hands(retargeted, before, given or {})


@dataclass(frozen=True, eq=False)
class _Limb:
    """A chain of two bones.

    Attributes
    ----------
    joints : tuple of three joint names
        Upper, middle and end joint.
    positions : (T, 3, 3)
        Their world positions.
    hinge_axes : (T, 3)
        World axes about which the middle joint bends.
    """

    joints: tuple[str, str, str]
    positions: Array
    hinge_axes: Array

    @property
    def length(self) -> float:
        """Length of both bones together, metres."""
        return float(np.linalg.norm(np.diff(self.positions[0], axis=0), axis=-1).sum())


def _lock_feet(
    retargeted: RetargetedMotion, contacts: Mapping[str, Mask], strength: float, given: Mapping[str, Mask]
) -> RetargetedMotion:
    stance = measure_stance(retargeted)
    frames, fade = len(retargeted), BLEND_SECONDS * retargeted.fps
    given_legs = {side: combine_given(given, [f"{side}_leg"], frames) for side in ("left", "right")}
    freedom = {side: compute_freedom(mask, fade) for side, mask in given_legs.items()}
    joints = [joint for joint in retargeted.joints if joint.partition("_")[2] in _LEG]
    positions = dict(zip(joints, np.moveaxis(retargeted.joint_positions(joints), 1, 0), strict=True))
    sides = [side for side in ("left", "right") if f"{side}_ankle" in positions]
    for side in sides:
        if f"{side}_foot" not in positions:
            ankle = f"{side}_ankle"
            positions[f"{side}_foot"] = positions[ankle] + rotate(
                retargeted.joint_rotations(ankle), stance.ball_offset(side)
            )
    foot_contacts = {
        side: find_foot_contacts(retargeted, stance, contacts, side, positions) for side in sides
    }
    all_contacts = [contact for side in sides for _, contact in foot_contacts[side]]
    levels = find_ground_levels(all_contacts, stance.leg_length)
    drift = strength * find_floor_drift(all_contacts, levels, frames, retargeted.fps)
    # a leg with a given pose can't follow hips that move
    hip_freedom = np.minimum(freedom["left"], freedom["right"])
    drift = drift * hip_freedom
    drift_offsets = drift[:, None] * _UP
    positions = {joint: joint_positions - drift_offsets for joint, joint_positions in positions.items()}
    legs: list[tuple[_Limb, FootTarget]] = []
    for side in sides:
        side_levels, levels = levels[: len(foot_contacts[side])], levels[len(foot_contacts[side]) :]
        leg = _find_limb(
            retargeted, stance, (f"{side}_hip", f"{side}_knee", f"{side}_ankle"), -_FORWARD, positions
        )
        if leg is not None:
            contacts_and_levels = [
                (*contact, level) for contact, level in zip(foot_contacts[side], side_levels, strict=True)
            ]
            foot = place_foot(
                retargeted,
                stance,
                side,
                positions,
                contacts_and_levels,
                strength,
                given_legs[side],
                freedom[side],
            )
            legs.append((leg, foot))
    if not legs:
        return retargeted
    drop = np.max([_compute_hip_drop(leg, foot, stance.leg_length) for leg, foot in legs], axis=0)
    drop = _smooth_drop(drop, retargeted.fps) * hip_freedom
    drop = drop[:, None] * _UP
    rotations: dict[str, Array] = {}
    for leg, foot in legs:
        rotations |= _bend_limb_to(retargeted, leg, leg.positions - drop[:, None], foot.ankle_positions)
        rotations[leg.joints[2]] = foot.foot_rotations
        if foot.toe_rotations is not None:
            rotations[leg.joints[2].replace("ankle", "foot")] = foot.toe_rotations
    return retargeted.with_rotations(rotations, retargeted.body_positions - drift_offsets - drop)


def _lock_hands(
    retargeted: RetargetedMotion, contacts: Mapping[str, Mask], strength: float, given: Mapping[str, Mask]
) -> RetargetedMotion:
    stance = measure_stance(retargeted)
    rotations: dict[str, Array] = {}
    for side in ("left", "right"):
        joints = (f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist")
        contact = contacts.get(joints[2])
        if (
            contact is None
            or not contact.any()
            or any(joint not in retargeted.joint_columns for joint in joints)
        ):
            continue
        positions = dict(zip(joints, np.moveaxis(retargeted.joint_positions(joints), 1, 0), strict=True))
        arm = _find_limb(retargeted, stance, joints, _FORWARD, positions)
        if arm is None:
            continue
        hand_positions = arm.positions[:, 2]
        held_spans = [
            part
            for span in find_true_runs(contact)
            for part in split_contact(hand_positions, *span, MAX_CONTACT_DRIFT * stance.leg_length)
        ]
        targets = [hand_positions[middle_frames(*held_span)].mean(axis=0) for held_span in held_spans]
        shift, _ = compute_hold_offsets(hand_positions, held_spans, targets, retargeted.fps, BLEND_SECONDS)
        given_frames = combine_given(given, [f"{side}_arm"], len(retargeted))
        shift *= compute_freedom(given_frames, BLEND_SECONDS * retargeted.fps)[:, None]
        rotations |= _bend_limb_to(retargeted, arm, arm.positions, hand_positions + strength * shift)
    return retargeted.with_rotations(rotations)


def _keep_given_hands(
    retargeted: RetargetedMotion, before: RetargetedMotion, given: Mapping[str, Mask]
) -> RetargetedMotion:
    """Bend the arms so that hands whose position was given are where they were ``before`` the hips were moved."""
    stance = None
    rotations: dict[str, Array] = {}
    for side in ("left", "right"):
        joints = (f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist")
        if f"{side}_hand" not in given or any(joint not in retargeted.joint_columns for joint in joints):
            continue
        stance = stance or measure_stance(retargeted)
        positions = dict(zip(joints, np.moveaxis(retargeted.joint_positions(joints), 1, 0), strict=True))
        arm = _find_limb(retargeted, stance, joints, _FORWARD, positions)
        if arm is None:
            continue
        weights = 1.0 - compute_freedom(given[f"{side}_hand"], BLEND_SECONDS * retargeted.fps)
        hand_positions = arm.positions[:, 2]
        shift = weights[:, None] * (before.joint_positions(joints[2:])[:, 0] - hand_positions)
        rotations |= _bend_limb_to(retargeted, arm, arm.positions, hand_positions + shift)
    return retargeted.with_rotations(rotations) if rotations else retargeted


def _find_limb(
    retargeted: RetargetedMotion,
    stance: Stance,
    joints: tuple[str, str, str],
    bend_direction: Array,
    positions: Mapping[str, Array],
) -> _Limb | None:
    """Return the limb of three joints; None where a joint has no bone or the bones do not form a chain.

    Parameters
    ----------
    retargeted : RetargetedMotion
        The motion on the rig.
    stance : Stance
        How the rig stands.
    joints : tuple
        Upper, middle and end joint.
    bend_direction : (3,)
        The direction into which the lower bone bends, of a body that stands and faces +Z.
    positions : joint name to (T, 3)
        World positions of the joints.
    """
    if any(joint not in positions for joint in joints):
        return None
    bones = [retargeted.bones[retargeted.joint_columns[joint]] for joint in joints]
    if not all(
        retargeted.hierarchy.is_ancestor(upper_bone, lower_bone) for upper_bone, lower_bone in pairwise(bones)
    ):
        return None
    chain_positions = np.stack([positions[joint] for joint in joints], axis=1)
    if np.linalg.norm(np.diff(chain_positions[0], axis=0), axis=-1).min() < 1e-3 * stance.leg_length:
        return None
    upper = stance.body.positions[joints[1]] - stance.body.positions[joints[0]]
    hinge_axis = stance.to_rest_pose(
        joints[0], cross_product(upper, rotate(stance.body.orientation, bend_direction))
    )
    return _Limb(
        joints, chain_positions, rotate(retargeted.joint_rotations(joints[0]), normalise(hinge_axis))
    )


def _bend_limb_to(
    retargeted: RetargetedMotion, limb: _Limb, positions: Array, target_positions: Array
) -> dict[str, Array]:
    """Return the world rotations (T, 4) of a limb's two upper joints that move its end to the targets.

    Parameters
    ----------
    retargeted : RetargetedMotion
        The motion on the rig.
    limb : _Limb
        The limb.
    positions : (T, 3, 3)
        World positions of its joints.
    target_positions : (T, 3)
        Where its end has to be.
    """
    upper, lower = solve_two_bone_ik(positions, target_positions, limb.hinge_axes)
    first, second, _ = limb.joints
    return {
        first: multiply(upper, retargeted.joint_rotations(first)),
        second: multiply(lower, retargeted.joint_rotations(second)),
    }


def _compute_hip_drop(leg: _Limb, foot: FootTarget, leg_length: float) -> Array:
    """Return how many metres (T,) the hips have to be lowered so that a standing foot can reach its target.

    A leg that is straighter than allowed already may stay as straight as it is.
    """
    first, end = leg.positions[:, 0], leg.positions[:, 2]
    before = end - first
    after = foot.ankle_positions - first
    max_reach = np.maximum(_MAX_STRETCH * leg.length, np.linalg.norm(before, axis=-1))
    below = np.sqrt(np.maximum(max_reach**2 - after[:, 0] ** 2 - after[:, 2] ** 2, 0.0))
    return np.asarray(np.clip(-after[:, 1] - below, 0.0, _MAX_HIP_DROP * leg_length) * foot.firmness)


def _smooth_drop(drop: Array, fps: float) -> Array:
    """Smooth ``drop`` (T,) over time without making it smaller in any frame."""
    if not drop.any():
        return drop
    half = max(1, round(_DROP_SECONDS * fps))
    padded = np.pad(drop, half, mode="edge")
    # the largest drop of the frames around, then smoothed
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).max(axis=-1)
    window = smoothstep(1.0 - np.abs(np.arange(-half, half + 1)) / (half + 1.0))
    return np.convolve(np.pad(lowest, half, mode="edge"), window / window.sum(), mode="valid")
