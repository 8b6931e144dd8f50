# SPDX-License-Identifier: GPL-3.0-or-later
"""Find where a foot rests, and compute the target pose of an ankle, foot and toes that stand on the ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..contact.contact_holds import (
    BLEND_SECONDS,
    MAX_CONTACT_DRIFT,
    compute_hold_offsets,
    firm_frames,
    middle_frames,
    split_contact,
)
from ..contact.contacts import Mask, find_true_runs
from ..contact.ground_levels import GroundContact
from ..rest_alignment import rest_orientation
from ..rotations import (
    Array,
    axis_angle_to_quaternion,
    conjugate,
    cross_product,
    multiply,
    normalise,
    quaternion_to_axis_angle,
    rotate,
    rotation_between,
)
from ..smoothing import smoothstep
from .hip_height import Body
from .reference_pose import reference_pose
from .retargeted_motion import Performance

_UP = np.array([0.0, 1.0, 0.0])
_FORWARD = np.array([0.0, 0.0, 1.0])
# the point about which a stiff foot rolls, ahead of the ankle and above the floor, in lengths of the leg: it is a
# little before the ball, because its tip does not bend
_BALL = (0.18, 0.025)
_UPRIGHT = 0.5  # cosine of the angle to the vertical beyond which a foot does not stand
# radians: largest corrections that lay foot and toes flat
_PITCH, _ROLL, _TOES = np.radians((35.0, 20.0, 60.0))


@dataclass(frozen=True, eq=False)
class Stance:
    """Measurements of a rig that stands in its reference pose, at its present size.

    Attributes
    ----------
    body : BodyMeasurements
        Joint positions, floor and leg length. It always has toe joints: where the rig has no bone for them, the
        foot is one stiff piece that rolls about its ball.
    reference_rotations : joint name to (4,)
        Rotation of the joint's bone from the rest pose to the reference pose.
    """

    body: Body
    captured: Mapping[str, Array]

    @property
    def leg(self) -> float:
        """Length of the leg, metres."""
        return self.body.leg

    def at_rest(self, joint: str, vector: Array) -> Array:
        """Convert a vector (3,) that is fixed to a joint's bone from the reference pose to the rest pose."""
        return rotate(conjugate(self.captured[joint]), vector)

    def up(self, joint: str) -> Array:
        """Return the vector (3,) of a joint's bone, in its rest pose, that points up while the body stands."""
        return self.at_rest(joint, self.body.up)

    def sole(self, joint: str, carrier: str) -> Array:
        """Return the vector (3,) from a foot joint down to the floor while the body stands.

        It is given in the rest pose of ``carrier``, the joint whose rotation the vector follows.
        """
        return self.at_rest(carrier, self.body.sole(joint) - self.body.points[joint])

    def ball(self, side: str) -> Array:
        """Return the vector (3,) from the ankle to the toe joint, in the rest pose."""
        ankle = f"{side}_ankle"
        return self.at_rest(ankle, self.body.points[f"{side}_foot"] - self.body.points[ankle])

    def clearance(self, joint: str) -> float:
        """Return how many metres a foot joint is above the floor while the foot stands."""
        return float(np.linalg.norm(self.body.sole(joint) - self.body.points[joint]))


def stance_of(performance: Performance) -> Stance:
    """Measure how the rig of a retargeted motion stands."""
    rig, size = performance.rig, performance.size
    turns, heads = reference_pose(rig, performance.posing.parents, performance.bone_map.reference)
    bones = dict(zip(performance.joints, performance.bones, strict=True))
    points = {joint: size * heads[bone] for joint, bone in bones.items()}
    frame = rest_orientation(points, rig.axes)
    origin = size * float(np.dot(rig.origin, rotate(frame, _UP)))
    body = Body(points, frame, origin)
    balls = {
        f"{side}_foot": _ball(body, f"{side}_ankle")
        for side in ("left", "right")
        if f"{side}_ankle" in points and f"{side}_foot" not in points
    }
    return Stance(
        Body({**points, **balls}, frame, origin), {joint: turns[bone] for joint, bone in bones.items()}
    )


def _ball(body: Body, ankle: str) -> Array:
    """Return where the toe joint (3,) of a foot without a toe bone would be."""
    ahead, height = _BALL
    return np.asarray(body.sole(ankle) + body.leg * rotate(body.frame, ahead * _FORWARD + height * _UP))


@dataclass(frozen=True, eq=False)
class Planted:
    """The target pose of one foot.

    Attributes
    ----------
    ankle_positions : (T, 3)
        Where the ankle has to be.
    foot_rotations : (T, 4)
        World rotations of the ankle joint's bone from rest.
    toe_rotations : (T, 4) or None
        World rotations of the toe bone from rest; None without one.
    firmness : (T,)
        How firmly the foot stands, 0 to 1.
    """

    ankle: Array
    turn: Array
    toes: Array | None
    firm: Array


def rests_of(
    performance: Performance,
    stance: Stance,
    contacts: Mapping[str, Mask],
    side: str,
    places: Mapping[str, Array],
) -> list[tuple[str, GroundContact]]:
    """Find the intervals in which the joints of one foot rest on the ground.

    A foot that is not upright does not count for the height of the ground.

    Parameters
    ----------
    retargeted : RetargetedMotion
        The motion on the rig.
    stance : Stance
        How the rig stands.
    contacts : joint name to (T,) flags
        When the joints touch the ground.
    side : str
        "left" or "right".
    positions : joint name to (T, 3)
        World positions of the ankle and toe joint.

    Returns
    -------
    list of (joint, Rest)
        In the order of time for each joint.
    """
    ankle = f"{side}_ankle"
    upright = rotate(performance.turn(ankle), stance.up(ankle))[:, 1] > _UPRIGHT
    found: list[tuple[str, GroundContact]] = []
    heels = contacts.get(ankle, np.zeros(len(performance), dtype=bool))
    for joint in (ankle, f"{side}_foot"):
        if joint not in places or joint not in contacts:
            continue
        place = places[joint]
        stands = performance.ground + stance.clearance(joint)
        for span in find_true_runs(contacts[joint]):
            for first, last in split_contact(place, *span, MAX_CONTACT_DRIFT * stance.leg):
                middle = middle_frames(first, last)
                leads = joint == ankle or not heels[first:last].any()
                leads &= bool(upright[middle].all())
                height = float(place[middle, 1].mean() - stands)
                found.append((joint, GroundContact(first, last, height, leads)))
    return found


def plant(
    performance: Performance,
    stance: Stance,
    side: str,
    places: Mapping[str, Array],
    rests: Sequence[tuple[str, GroundContact, float]],
    strength: float,
) -> Planted:
    """Compute where a foot has to be, and how it has to be rotated, to stand where it rests.

    Parameters
    ----------
    retargeted : RetargetedMotion
        The motion on the rig.
    stance : Stance
        How the rig stands.
    side : str
        "left" or "right".
    positions : joint name to (T, 3)
        World positions of the ankle and toe joint.
    rests : sequence of (joint, rest, ground level)
        The intervals, and the height in metres of what the foot stands on, above the floor.
    strength : float
        0 (the foot is left as it is) to 1.
    """
    ankle, toe = f"{side}_ankle", f"{side}_foot"
    turn = performance.turn(ankle)
    floor = performance.ground + _pits(rests, len(turn))
    size = stance.leg
    heel = stance.sole(ankle, ankle)
    up = stance.up(ankle)
    at_ankle = places[ankle]
    # a foot that lies on its back or side is not rotated to stand
    upright = smoothstep((rotate(turn, up)[:, 1] - _UPRIGHT) / (1.0 - _UPRIGHT) * 3.0)

    def held(joint: str, place: Array) -> tuple[Array, Array]:
        pieces, targets, stands = [], [], performance.ground + stance.clearance(joint)
        for rest, level in ((rest, level) for name, rest, level in rests if name == joint):
            target = place[middle_frames(rest.first, rest.last)].mean(axis=0)
            if upright[middle_frames(rest.first, rest.last)].min() > 0:
                target[1] = stands + level
            pieces.append(firm_frames(rest.first, rest.last, len(place), performance.fps))
            targets.append(target)
        shift, firm = compute_hold_offsets(place, pieces, targets, performance.fps, BLEND_SECONDS)
        return strength * shift, firm

    shift, firm = held(ankle, at_ankle)
    before = places[toe] - at_ankle
    ball = stance.sole(toe, ankle)
    own, toe_firm = held(toe, at_ankle + before)
    # a point that is not held moves with the one that is
    shift, toe_shift = shift + (1.0 - firm)[:, None] * own, own + (1.0 - toe_firm)[:, None] * shift
    share = ((toe_firm + 1e-3) / (firm + toe_firm + 2e-3))[:, None]
    flat = strength * firm * toe_firm * upright
    toes = None
    # lifting one end of the foot out of the floor rotates it and may push the other end in: repeat, it converges
    for _ in range(3):
        tilt = _limited(rotation_between(before, before + toe_shift - shift), _PITCH)
        along = rotate(tilt, before)
        new_ankle = at_ankle + shift + share * (before + toe_shift - shift - along)
        new_turn = _rolled(multiply(tilt, turn), along, up, flat)
        depth = floor - (new_ankle + rotate(new_turn, heel))[:, 1]
        under = rotate(new_turn, ball)[:, 1]
        if toe in performance.columns:
            # the toes lie flat while the heel is lifted
            toes = multiply(tilt, performance.turn(toe))
            toes = _levelled(toes, rotate(toes, stance.up(toe)), strength * toe_firm, _TOES)
            under = np.minimum(under, rotate(toes, stance.sole(toe, toe))[:, 1])
        toe_depth = floor - (new_ankle + along)[:, 1] - under
        shift[:, 1] += strength * np.maximum(depth, 0.0)
        toe_shift[:, 1] += strength * np.maximum(toe_depth, 0.0)
        if max(depth.max(), toe_depth.max()) < 1e-4 * size:
            break
    return Planted(new_ankle, new_turn, toes, np.maximum(firm, toe_firm))


def _pits(rests: Sequence[tuple[str, GroundContact, float]], frames: int) -> Array:
    """Return how much lower (T,) than the floor the ground is, where the body climbs below its first level."""
    below = sorted((rest.middle_frame, min(level, 0.0)) for _, rest, level in rests)
    if not any(level for _, level in below):
        return np.zeros(frames)
    times, heights = np.array(below).T
    return np.asarray(np.interp(np.arange(frames), times, heights))


def _limited(turn: Array, largest: float) -> Array:
    """Limit rotations (T, 4) softly.

    Angles up to ``max_angle`` (radians) are kept. Beyond it the rotation fades, to none at twice that angle: a foot
    that is tilted so far is not meant to lie flat.
    """
    vector = quaternion_to_axis_angle(turn)
    angle = np.linalg.norm(vector, axis=-1, keepdims=True)
    return axis_angle_to_quaternion(vector * smoothstep(2.0 - angle / largest))


def _levelled(turn: Array, up: Array, weight: Array, largest: float) -> Array:
    """Rotate ``rotations`` so that their up direction comes closer to the vertical.

    Parameters
    ----------
    rotations : (T, 4)
        World rotations to change.
    up_directions : (T, 3)
        Where their own up axis points now.
    weights : (T,)
        0 (no change) to 1 (vertical).
    max_angle : float
        Limit of the change in radians, see :func:`_limit_rotation`.
    """
    vector = quaternion_to_axis_angle(_limited(rotation_between(up, _UP), largest))
    return multiply(axis_angle_to_quaternion(weight[:, None] * vector), turn)


def _rolled(turn: Array, along: Array, up: Array, weight: Array) -> Array:
    """Roll a foot about the line from ankle to toe so that its sole becomes level.

    Parameters
    ----------
    rotations : (T, 4)
        World rotations of the foot from rest.
    foot_directions : (T, 3)
        Vectors from ankle to toe joint.
    up_direction : (3,)
        The foot's up axis in its rest pose.
    weights : (T,)
        Fraction of the roll that is applied, 0 to 1.
    """
    axis = normalise(along)
    now = rotate(turn, up)
    side = cross_product(axis, now)
    level = cross_product(axis, np.broadcast_to(_UP, axis.shape))
    angle = np.arctan2(np.sum(cross_product(side, level) * axis, axis=-1), np.sum(side * level, axis=-1))
    # the roll of a foot that stands on its toes is not defined
    upright = 1.0 - axis[:, 1] ** 2
    angle = np.clip(angle, -_ROLL, _ROLL) * weight * upright
    return multiply(axis_angle_to_quaternion(angle[:, None] * axis), turn)
