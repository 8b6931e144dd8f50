# SPDX-License-Identifier: GPL-3.0-or-later
"""Find where a foot has contact with the ground, and compute the target pose of ankle, foot and toes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ..contact.contact_holds import (
    BLEND_SECONDS,
    MAX_CONTACT_DRIFT,
    compute_hold_offsets,
    middle_frames,
    resting_frames,
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
    slerp,
)
from ..smoothing import smoothstep
from .hip_height import BodyMeasurements
from .reference_pose import compute_reference_pose
from .retargeted_motion import RetargetedMotion

_UP = np.array([0.0, 1.0, 0.0])
_FORWARD = np.array([0.0, 0.0, 1.0])
# the point about which a stiff foot rolls, ahead of the ankle and above the floor, in lengths of the leg: it is a
# little before the ball, because its tip does not bend
_BALL_OFFSET = (0.18, 0.025)
_MIN_UPRIGHT_COSINE = 0.5  # cosine of the angle to the vertical beyond which a foot does not stand
_TOE_DISTANCE = 0.6
"""Largest distance of a further toe bone from the mapped one, in lengths of the foot from ankle to ball."""

_RAISED_HEEL = 0.025
"""Height of a heel above the ball in lengths of the leg from which on it is raised, and does not show the ground."""

# radians: largest corrections that lay foot and toes flat
_MAX_PITCH, _MAX_ROLL, _MAX_TOE_ROTATION = np.radians((35.0, 20.0, 60.0))


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
    further_toes : ankle joint to pairs of vector and number
        Vectors (3,) from the ankle to further toe bones, in the rest pose of its bone, and the heights of these bones,
        in heights of the mapped one: a foot that leans to one side may stand on another toe.
    """

    body: BodyMeasurements
    reference_rotations: Mapping[str, Array]
    further_toes: Mapping[str, tuple[tuple[Array, float], ...]] = field(default_factory=dict)

    @property
    def leg_length(self) -> float:
        """Length of the leg, metres."""
        return self.body.leg_length

    def to_rest_pose(self, joint: str, vector: Array) -> Array:
        """Convert a vector (3,) that is fixed to a joint's bone from the reference pose to the rest pose."""
        return rotate(conjugate(self.reference_rotations[joint]), vector)

    def up_direction(self, joint: str) -> Array:
        """Return the vector (3,) of a joint's bone, in its rest pose, that points up while the body stands."""
        return self.to_rest_pose(joint, self.body.up_direction)

    def sole_offset(self, joint: str, carrier: str) -> Array:
        """Return the vector (3,) from a foot joint down to the floor while the body stands.

        It is given in the rest pose of ``carrier``, the joint whose rotation the vector follows.
        """
        return self.to_rest_pose(carrier, self.body.sole_position(joint) - self.body.positions[joint])

    def ball_offset(self, side: str) -> Array:
        """Return the vector (3,) from the ankle to the toe joint, in the rest pose."""
        ankle = f"{side}_ankle"
        return self.to_rest_pose(ankle, self.body.positions[f"{side}_foot"] - self.body.positions[ankle])

    def floor_clearance(self, joint: str) -> float:
        """Return how many metres a foot joint is above the floor while the foot stands."""
        return float(np.linalg.norm(self.body.sole_position(joint) - self.body.positions[joint]))


def measure_stance(retargeted: RetargetedMotion) -> Stance:
    """Measure how the rig of a retargeted motion stands."""
    rig, size = retargeted.rig, retargeted.size
    reference_rotations, heads = compute_reference_pose(
        rig, retargeted.hierarchy.parents, retargeted.bone_map.reference
    )
    bones = dict(zip(retargeted.joints, retargeted.bones, strict=True))
    positions = {joint: size * heads[bone] for joint, bone in bones.items()}
    orientation = rest_orientation(positions, rig.axes)
    origin_height = size * float(np.dot(rig.origin, rotate(orientation, _UP)))
    body = BodyMeasurements(positions, orientation, origin_height)
    ball_positions = {
        f"{side}_foot": _estimate_ball_position(body, f"{side}_ankle")
        for side in ("left", "right")
        if f"{side}_ankle" in positions and f"{side}_foot" not in positions
    }
    stance = Stance(
        BodyMeasurements({**positions, **ball_positions}, orientation, origin_height),
        {joint: reference_rotations[bone] for joint, bone in bones.items()},
    )
    toes = {
        f"{side}_ankle": _measure_further_toes(stance, side, retargeted, size * heads)
        for side in ("left", "right")
        if f"{side}_ankle" in bones and f"{side}_foot" in bones
    }
    return replace(stance, further_toes=toes)


def _measure_further_toes(
    stance: Stance, side: str, retargeted: RetargetedMotion, heads: Array
) -> tuple[tuple[Array, float], ...]:
    """Return ``Stance.further_toes`` of one foot; ``heads`` (B, 3) are the bones in the reference pose, metres.

    Toe bones hang on the foot as the mapped one does, and are deform bones beside it.
    """
    bones = dict(zip(retargeted.joints, retargeted.bones, strict=True))
    body, rig = stance.body, retargeted.rig
    ankle, ball = (body.positions[f"{side}_{joint}"] for joint in ("ankle", "foot"))
    size = float(np.linalg.norm(ball - ankle))
    clearance = max(stance.floor_clearance(f"{side}_foot"), 1e-6)
    toes = []
    for bone, parent in enumerate(rig.parents):
        if parent != bones[f"{side}_ankle"] or bone == bones[f"{side}_foot"] or not rig.deform[bone]:
            continue
        height = float(np.dot(heads[bone], body.up_direction)) - body.floor_height
        if np.linalg.norm(heads[bone] - ball) < _TOE_DISTANCE * size and height > 0.0:
            toes.append((stance.to_rest_pose(f"{side}_ankle", heads[bone] - ankle), height / clearance))
    return tuple(toes)


def _estimate_ball_position(body: BodyMeasurements, ankle: str) -> Array:
    """Return where the toe joint (3,) of a foot without a toe bone would be."""
    ahead, height = _BALL_OFFSET
    return np.asarray(
        body.sole_position(ankle)
        + body.leg_length * rotate(body.orientation, ahead * _FORWARD + height * _UP)
    )


@dataclass(frozen=True, eq=False)
class FootTarget:
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

    ankle_positions: Array
    foot_rotations: Array
    toe_rotations: Array | None
    firmness: Array


def find_foot_contacts(
    retargeted: RetargetedMotion,
    stance: Stance,
    contacts: Mapping[str, Mask],
    side: str,
    positions: Mapping[str, Array],
) -> list[tuple[str, GroundContact]]:
    """Find the contacts of ankle and toe joint of one foot with the ground.

    A foot that is not upright does not count for the height of the ground, nor does what a heel is raised above a ball
    that is in contact too: the body of who crouches on the balls of the feet is not too high, and such heels stay up.

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
    list of (joint, GroundContact)
        In the order of time for each joint.
    """
    ankle = f"{side}_ankle"
    is_upright = (
        rotate(retargeted.joint_rotations(ankle), stance.up_direction(ankle))[:, 1] > _MIN_UPRIGHT_COSINE
    )
    ground_contacts: list[tuple[str, GroundContact]] = []
    heel_contacts = contacts.get(ankle, np.zeros(len(retargeted), dtype=bool))
    joints = [joint for joint in (ankle, f"{side}_foot") if joint in positions and joint in contacts]
    heights = {
        joint: positions[joint][:, 1] - retargeted.floor_height - stance.floor_clearance(joint)
        for joint in joints
    }
    for joint in joints:
        for span in find_true_runs(contacts[joint]):
            for first, last in split_contact(positions[joint], *span, MAX_CONTACT_DRIFT * stance.leg_length):
                middle = middle_frames(first, last)
                is_leading = joint == ankle or not heel_contacts[first:last].any()
                is_leading &= bool(is_upright[middle].all())
                height, raised = float(heights[joint][middle].mean()), 0.0
                ball = joints[-1]
                if joint != ball and contacts[ball][middle].all():
                    lowest = float(heights[ball][middle].mean()) + _RAISED_HEEL * stance.leg_length
                    raised = max(height - lowest, 0.0)
                ground_contacts.append(
                    (joint, GroundContact(first, last, height - raised, is_leading, raised))
                )
    return ground_contacts


def place_foot(
    retargeted: RetargetedMotion,
    stance: Stance,
    side: str,
    positions: Mapping[str, Array],
    ground_contacts: Sequence[tuple[str, GroundContact, float]],
    strength: float,
    given: Mask | None = None,
    freedom: Array | None = None,
) -> FootTarget:
    """Compute where a foot has to be, and how it has to be rotated, to stand where it has contact.

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
    ground_contacts : sequence of (joint, contact, ground level)
        The contacts of the foot, and the height in metres of what it stands on, above the floor.
    strength : float
        0 (the foot is left as it is) to 1.
    given : (T,) bool or None
        Frames at which the foot is where it has to be. A contact with such a frame is held where the foot is there.
    freedom : (T,) or None
        Fraction of the correction in each frame, 0 at given ones; None: all of it.
    """
    ankle, toe = f"{side}_ankle", f"{side}_foot"
    foot_rotations = retargeted.joint_rotations(ankle)
    floor_heights = retargeted.floor_height + _find_ground_below_floor(ground_contacts, len(foot_rotations))
    leg_length = stance.leg_length
    heel_offset = stance.sole_offset(ankle, ankle)
    up_direction = stance.up_direction(ankle)
    ankle_positions = positions[ankle]
    # a foot that lies on its back or side is not rotated to stand
    upright_weights = smoothstep(
        (rotate(foot_rotations, up_direction)[:, 1] - _MIN_UPRIGHT_COSINE) / (1.0 - _MIN_UPRIGHT_COSINE) * 3.0
    )

    def hold_joint(joint: str, joint_positions: Array) -> tuple[Array, Array]:
        held_spans, targets, standing_height = [], [], retargeted.floor_height + stance.floor_clearance(joint)
        for contact, level in ((c, level) for name, c, level in ground_contacts if name == joint):
            held_span = resting_frames(contact.first, contact.last, len(joint_positions), retargeted.fps)
            given_parts = [] if given is None else _split_at_given_frames(given, *held_span)
            for part, frame in given_parts:
                held_spans.append(part)
                targets.append(joint_positions[frame])
            if given_parts:
                continue
            target = joint_positions[middle_frames(contact.first, contact.last)].mean(axis=0)
            if upright_weights[middle_frames(contact.first, contact.last)].min() > 0:
                target[1] = standing_height + level + contact.raised
            held_spans.append(held_span)
            targets.append(target)
        shift, firm = compute_hold_offsets(
            joint_positions, held_spans, targets, retargeted.fps, BLEND_SECONDS
        )
        return strength * shift, firm

    ankle_shift, ankle_firmness = hold_joint(ankle, ankle_positions)
    ankle_to_toe = positions[toe] - ankle_positions
    ball_offset = stance.sole_offset(toe, ankle)
    held_toe_shift, toe_firmness = hold_joint(toe, ankle_positions + ankle_to_toe)
    # a point that is not held moves with the one that is
    ankle_shift, toe_shift = (
        ankle_shift + (1.0 - ankle_firmness)[:, None] * held_toe_shift,
        held_toe_shift + (1.0 - toe_firmness)[:, None] * ankle_shift,
    )
    ankle_fraction = ((toe_firmness + 1e-3) / (ankle_firmness + toe_firmness + 2e-3))[:, None]
    flat_weights = strength * ankle_firmness * toe_firmness * upright_weights
    toe_rotations = None
    # lifting one end of the foot out of the floor rotates it and may push the other end in: repeat, it converges
    for _ in range(3):
        tilt = _limit_rotation(
            rotation_between(ankle_to_toe, ankle_to_toe + toe_shift - ankle_shift), _MAX_PITCH
        )
        tilted_foot = rotate(tilt, ankle_to_toe)
        new_ankle_positions = (
            ankle_positions
            + ankle_shift
            + ankle_fraction * (ankle_to_toe + toe_shift - ankle_shift - tilted_foot)
        )
        new_rotations = _roll_foot_level(
            multiply(tilt, foot_rotations), tilted_foot, up_direction, flat_weights
        )
        depth = floor_heights - (new_ankle_positions + rotate(new_rotations, heel_offset))[:, 1]
        toe_sole_heights = rotate(new_rotations, ball_offset)[:, 1]
        if toe in retargeted.joint_columns:
            # the toes lie flat while the heel is lifted
            toe_rotations = multiply(tilt, retargeted.joint_rotations(toe))
            toe_rotations = _level_rotation(
                toe_rotations,
                rotate(toe_rotations, stance.up_direction(toe)),
                strength * toe_firmness,
                _MAX_TOE_ROTATION,
            )
            toe_sole_heights = np.minimum(
                toe_sole_heights, rotate(toe_rotations, stance.sole_offset(toe, toe))[:, 1]
            )
        toe_depth = floor_heights - (new_ankle_positions + tilted_foot)[:, 1] - toe_sole_heights
        for offset, height in stance.further_toes.get(ankle, ()):
            toe_heights = (new_ankle_positions + rotate(new_rotations, offset))[:, 1]
            toe_depth = np.maximum(toe_depth, floor_heights - toe_heights - height * toe_sole_heights)
        ankle_shift[:, 1] += strength * np.maximum(depth, 0.0)
        toe_shift[:, 1] += strength * np.maximum(toe_depth, 0.0)
        if max(depth.max(), toe_depth.max()) < 1e-4 * leg_length:
            break
    firmness = np.maximum(ankle_firmness, toe_firmness)
    if freedom is not None:
        new_ankle_positions = ankle_positions + freedom[:, None] * (new_ankle_positions - ankle_positions)
        new_rotations = slerp(foot_rotations, new_rotations, freedom)
        if toe_rotations is not None:
            toe_rotations = slerp(retargeted.joint_rotations(toe), toe_rotations, freedom)
        firmness = freedom * firmness
    return FootTarget(new_ankle_positions, new_rotations, toe_rotations, firmness)


def _split_at_given_frames(given: Mask, first: int, last: int) -> list[tuple[tuple[int, int], int]]:
    """Return a part of the contact ``first`` to ``last`` (exclusive) around each given frame in it, and that frame.

    Of given frames in a row only the first and the last one count.
    """
    runs = [(first + a, first + b - 1) for a, b in find_true_runs(given[first:last])]
    frames = sorted({frame for run in runs for frame in run})
    cuts = [first, *((a + b + 1) // 2 for a, b in pairwise(frames)), last]
    return [(span, frame) for span, frame in zip(pairwise(cuts), frames, strict=True)] if frames else []


def _find_ground_below_floor(
    ground_contacts: Sequence[tuple[str, GroundContact, float]], frame_count: int
) -> Array:
    """Return how much lower (T,) than the floor the ground is, where the body climbs below its first level."""
    below = sorted((contact.middle_frame, min(level, 0.0)) for _, contact, level in ground_contacts)
    if not any(level for _, level in below):
        return np.zeros(frame_count)
    times, heights = np.array(below).T
    return np.asarray(np.interp(np.arange(frame_count), times, heights))


def _limit_rotation(rotations: Array, max_angle: float) -> Array:
    """Limit rotations (T, 4) softly.

    Angles up to ``max_angle`` (radians) are kept. Beyond it the rotation fades, to none at twice that angle: a foot
    that is tilted so far is not meant to lie flat.
    """
    vector = quaternion_to_axis_angle(rotations)
    angle = np.linalg.norm(vector, axis=-1, keepdims=True)
    return axis_angle_to_quaternion(vector * smoothstep(2.0 - angle / max_angle))


def _level_rotation(rotations: Array, up_directions: Array, weights: Array, max_angle: float) -> Array:
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
    vector = quaternion_to_axis_angle(_limit_rotation(rotation_between(up_directions, _UP), max_angle))
    return multiply(axis_angle_to_quaternion(weights[:, None] * vector), rotations)


def _roll_foot_level(rotations: Array, foot_directions: Array, up_direction: Array, weights: Array) -> Array:
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
    axis = normalise(foot_directions)
    current_up = rotate(rotations, up_direction)
    side = cross_product(axis, current_up)
    level = cross_product(axis, np.broadcast_to(_UP, axis.shape))
    angle = np.arctan2(np.sum(cross_product(side, level) * axis, axis=-1), np.sum(side * level, axis=-1))
    # the roll of a foot that stands on its toes is not defined
    upright = 1.0 - axis[:, 1] ** 2
    angle = np.clip(angle, -_MAX_ROLL, _MAX_ROLL) * weights * upright
    return multiply(axis_angle_to_quaternion(angle[:, None] * axis), rotations)
