# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold feet and hands in place during contacts, by bending the rig's legs and arms.

A foot has two points that may stand: ankle (heel) and toe joint (ball), also where the rig has no toe bone. Each is
held during its contacts. While both are held the foot lies flat; while one is, the foot rolls about it. Soles are
kept above the floor. Where a leg is too short, the hips are lowered smoothly. The leg keeps its bend plane.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

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
from .foot_placement import Planted, Stance, plant, rests_of, stance_of
from .retargeted_motion import Performance

_UP = np.array([0.0, 1.0, 0.0])
_FORWARD = np.array([0.0, 0.0, 1.0])
_LEG = ("hip", "knee", "ankle", "foot")

# in lengths of the leg (0.8 m in an adult)
_LARGEST_DROP = 0.15  # by which the hips are lowered at most
_STRAIGHT = 0.998  # of a leg's length: the hips are lowered rather than a leg stretched further
_SINK = 0.1  # seconds over which the hips are lowered and raised again


def lock_limbs(
    performance: Performance, contacts: Mapping[str, Mask], feet: float = 1.0, hands: float = 0.0
) -> Performance:
    """Return the motion with feet and hands held in place during their contacts.

    Limbs that the rig or the contacts lack are left as they are.

    Parameters
    ----------
    retargeted : RetargetedMotion
        The motion on the rig.
    contacts : joint name to (T,) flags
        Contacts of ankle, foot and wrist of either side, see ``contacts.limb_contacts``.
    foot_strength, hand_strength : float
        0 (no change at all) to 1.
    """
    if feet > 0:
        performance = _lock_feet(performance, contacts, min(feet, 1.0))
    if hands > 0:
        performance = _lock_hands(performance, contacts, min(hands, 1.0))
    return performance


@dataclass(frozen=True, eq=False)
class _Limb:
    """A chain of two bones.

    Attributes
    ----------
    joints : tuple
        Names of the upper, middle and end joint.
    positions : (T, 3, 3)
        Their world positions.
    hinge_axes : (T, 3)
        World axes about which the middle joint bends.
    """

    joints: tuple[str, str, str]
    places: Array
    lateral: Array

    @property
    def length(self) -> float:
        """Length of both bones together, metres."""
        return float(np.linalg.norm(np.diff(self.places[0], axis=0), axis=-1).sum())


def _lock_feet(performance: Performance, contacts: Mapping[str, Mask], strength: float) -> Performance:
    stance = stance_of(performance)
    joints = [joint for joint in performance.joints if joint.partition("_")[2] in _LEG]
    places = dict(zip(joints, np.moveaxis(performance.heads(joints), 1, 0), strict=True))
    sides = [side for side in ("left", "right") if f"{side}_ankle" in places]
    for side in sides:
        if f"{side}_foot" not in places:
            ankle = f"{side}_ankle"
            places[f"{side}_foot"] = places[ankle] + rotate(performance.turn(ankle), stance.ball(side))
    rests = {side: rests_of(performance, stance, contacts, side, places) for side in sides}
    every = [rest for side in sides for _, rest in rests[side]]
    levels = find_ground_levels(every, stance.leg)
    sunk = (strength * find_floor_drift(every, levels, len(performance), performance.fps))[:, None] * _UP
    places = {joint: place - sunk for joint, place in places.items()}
    legs: list[tuple[_Limb, Planted]] = []
    for side in sides:
        own, levels = levels[: len(rests[side])], levels[len(rests[side]) :]
        leg = _limb(performance, stance, (f"{side}_hip", f"{side}_knee", f"{side}_ankle"), -_FORWARD, places)
        if leg is not None:
            found = [(*rest, level) for rest, level in zip(rests[side], own, strict=True)]
            legs.append((leg, plant(performance, stance, side, places, found, strength)))
    if not legs:
        return performance
    drop = np.max([_drop(leg, foot, stance.leg) for leg, foot in legs], axis=0)
    drop = _smooth(drop, performance.fps)[:, None] * _UP
    turns: dict[str, Array] = {}
    for leg, foot in legs:
        turns |= _bent(performance, leg, leg.places - drop[:, None], foot.ankle)
        turns[leg.joints[2]] = foot.turn
        if foot.toes is not None:
            turns[leg.joints[2].replace("ankle", "foot")] = foot.toes
    return performance.with_turns(turns, performance.hips - sunk - drop)


def _lock_hands(performance: Performance, contacts: Mapping[str, Mask], strength: float) -> Performance:
    stance = stance_of(performance)
    turns: dict[str, Array] = {}
    for side in ("left", "right"):
        joints = (f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist")
        contact = contacts.get(joints[2])
        if contact is None or not contact.any() or any(joint not in performance.columns for joint in joints):
            continue
        places = dict(zip(joints, np.moveaxis(performance.heads(joints), 1, 0), strict=True))
        arm = _limb(performance, stance, joints, _FORWARD, places)
        if arm is None:
            continue
        hand = arm.places[:, 2]
        pieces = [
            stay
            for span in find_true_runs(contact)
            for stay in split_contact(hand, *span, MAX_CONTACT_DRIFT * stance.leg)
        ]
        targets = [hand[middle_frames(*piece)].mean(axis=0) for piece in pieces]
        shift, _ = compute_hold_offsets(hand, pieces, targets, performance.fps, BLEND_SECONDS)
        turns |= _bent(performance, arm, arm.places, hand + strength * shift)
    return performance.with_turns(turns)


def _limb(
    performance: Performance,
    stance: Stance,
    joints: tuple[str, str, str],
    bends: Array,
    places: Mapping[str, Array],
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
    if any(joint not in places for joint in joints):
        return None
    bones = [performance.bones[performance.columns[joint]] for joint in joints]
    if not all(performance.posing.carries(upper, lower) for upper, lower in pairwise(bones)):
        return None
    line = np.stack([places[joint] for joint in joints], axis=1)
    if np.linalg.norm(np.diff(line[0], axis=0), axis=-1).min() < 1e-3 * stance.leg:
        return None
    upper = stance.body.points[joints[1]] - stance.body.points[joints[0]]
    hinge = stance.at_rest(joints[0], cross_product(upper, rotate(stance.body.frame, bends)))
    return _Limb(joints, line, rotate(performance.turn(joints[0]), normalise(hinge)))


def _bent(performance: Performance, limb: _Limb, places: Array, target: Array) -> dict[str, Array]:
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
    upper, lower = solve_two_bone_ik(places, target, limb.lateral)
    first, second, _ = limb.joints
    return {
        first: multiply(upper, performance.turn(first)),
        second: multiply(lower, performance.turn(second)),
    }


def _drop(leg: _Limb, foot: Planted, size: float) -> Array:
    """Return how many metres (T,) the hips have to be lowered so that a standing foot can reach its target.

    A leg that is straighter than allowed already may stay as straight as it is.
    """
    first, end = leg.places[:, 0], leg.places[:, 2]
    before = end - first
    after = foot.ankle - first
    reach = np.maximum(_STRAIGHT * leg.length, np.linalg.norm(before, axis=-1))
    below = np.sqrt(np.maximum(reach**2 - after[:, 0] ** 2 - after[:, 2] ** 2, 0.0))
    return np.asarray(np.clip(-after[:, 1] - below, 0.0, _LARGEST_DROP * size) * foot.firm)


def _smooth(drop: Array, fps: float) -> Array:
    """Smooth ``drop`` (T,) over time without making it smaller in any frame."""
    if not drop.any():
        return drop
    half = max(1, round(_SINK * fps))
    padded = np.pad(drop, half, mode="edge")
    # the largest drop of the frames around, then smoothed
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).max(axis=-1)
    window = smoothstep(1.0 - np.abs(np.arange(-half, half + 1)) / (half + 1.0))
    return np.convolve(np.pad(lowest, half, mode="edge"), window / window.sum(), mode="valid")
