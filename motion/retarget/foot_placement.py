# SPDX-License-Identifier: GPL-3.0-or-later
"""How a foot stands: where ankle and toe joint rest, and how the foot is put and turned so that it keeps to that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..contact.contact_holds import BLEND, WANDER, firm_part, hold, middle_part, smoothstep, stays
from ..contact.contacts import Mask, spans
from ..contact.ground_levels import Rest
from ..rest_alignment import rest_frame
from ..rotations import (
    Array,
    between,
    conjugate,
    cross,
    from_axis_angle,
    multiply,
    normalise,
    rotate,
    to_axis_angle,
)
from .hip_height import Body
from .reference_pose import reference_pose
from .retargeted_motion import Performance

_UP = np.array([0.0, 1.0, 0.0])
_FORWARD = np.array([0.0, 0.0, 1.0])
# where a stiff foot rolls, ahead of the ankle and above the floor, in lengths of the leg: a little before the ball,
# for its tip does not bend out of the way
_BALL = (0.18, 0.025)
_UPRIGHT = 0.5  # cosine: a foot that leans more does not stand
_PITCH, _ROLL, _TOES = np.radians((35.0, 20.0, 60.0))  # the most that foot and toes are turned to lie flat


@dataclass(frozen=True, eq=False)
class Stance:
    """The body of a rig as it stands in its reference pose, as large as it performs.

    ``captured``: joint to the turn (4,) of its bone from the rest pose to the reference pose. ``body`` has toe joints
    in any case: where the rig has no bones for them, the foot is one stiff piece that rolls about its ball.
    """

    body: Body
    captured: Mapping[str, Array]

    @property
    def leg(self) -> float:
        """Length of the leg, metres."""
        return self.body.leg

    def at_rest(self, joint: str, vector: Array) -> Array:
        """A vector (3,) of the reference pose that turns with a joint's bone, as it is in the rest pose."""
        return rotate(conjugate(self.captured[joint]), vector)

    def up(self, joint: str) -> Array:
        """What is upwards (3,) of a joint's bone when the body stands, in the rest pose."""
        return self.at_rest(joint, self.body.up)

    def sole(self, joint: str, carrier: str) -> Array:
        """From a joint of a foot down to the floor (3,) when the body stands; the rest pose of what turns it."""
        return self.at_rest(carrier, self.body.sole(joint) - self.body.points[joint])

    def ball(self, side: str) -> Array:
        """From ankle to toe joint (3,) in the rest pose."""
        ankle = f"{side}_ankle"
        return self.at_rest(ankle, self.body.points[f"{side}_foot"] - self.body.points[ankle])

    def clearance(self, joint: str) -> float:
        """Metres from the floor up to a joint of a foot that stands."""
        return float(np.linalg.norm(self.body.sole(joint) - self.body.points[joint]))


def stance_of(performance: Performance) -> Stance:
    """How the rig of a performance stands."""
    rig, size = performance.rig, performance.size
    turns, heads = reference_pose(rig, performance.posing.parents, performance.bone_map.reference)
    bones = dict(zip(performance.joints, performance.bones, strict=True))
    points = {joint: size * heads[bone] for joint, bone in bones.items()}
    frame = rest_frame(points, rig.axes)
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
    """Where the toe joint (3,) of a foot would be that has no bone for it."""
    ahead, height = _BALL
    return np.asarray(body.sole(ankle) + body.leg * rotate(body.frame, ahead * _FORWARD + height * _UP))


@dataclass(frozen=True, eq=False)
class Planted:
    """What one foot is asked for: its ankle (T, 3), its turn (T, 4), the toes' turn, and how firmly (T,) it stands."""

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
) -> list[tuple[str, Rest]]:
    """Where a foot's joints stay, and which of them. A foot that is not upright says nothing about the ground."""
    ankle = f"{side}_ankle"
    upright = rotate(performance.turn(ankle), stance.up(ankle))[:, 1] > _UPRIGHT
    found: list[tuple[str, Rest]] = []
    heels = contacts.get(ankle, np.zeros(len(performance), dtype=bool))
    for joint in (ankle, f"{side}_foot"):
        if joint not in places or joint not in contacts:
            continue
        place = places[joint]
        stands = performance.ground + stance.clearance(joint)
        for span in spans(contacts[joint]):
            for first, last in stays(place, *span, WANDER * stance.leg):
                middle = middle_part(first, last)
                leads = joint == ankle or not heels[first:last].any()
                leads &= bool(upright[middle].all())
                found.append((joint, Rest(first, last, float(place[middle, 1].mean() - stands), leads)))
    return found


def plant(
    performance: Performance,
    stance: Stance,
    side: str,
    places: Mapping[str, Array],
    rests: Sequence[tuple[str, Rest, float]],
    strength: float,
) -> Planted:
    """Where a foot shall be, and how turned. ``rests``: joint, rest and the height of what that stands on."""
    ankle, toe = f"{side}_ankle", f"{side}_foot"
    turn = performance.turn(ankle)
    floor, size = performance.ground + _pits(rests, len(turn)), stance.leg
    heel = stance.sole(ankle, ankle)
    up = stance.up(ankle)
    at_ankle = places[ankle]
    # a foot that lies on its back or side is not turned to stand
    upright = smoothstep((rotate(turn, up)[:, 1] - _UPRIGHT) / (1.0 - _UPRIGHT) * 3.0)

    def held(joint: str, place: Array) -> tuple[Array, Array]:
        pieces, targets, stands = [], [], performance.ground + stance.clearance(joint)
        for rest, level in ((rest, level) for name, rest, level in rests if name == joint):
            target = place[middle_part(rest.first, rest.last)].mean(axis=0)
            if upright[middle_part(rest.first, rest.last)].min() > 0:
                target[1] = stands + level
            pieces.append(firm_part(rest.first, rest.last, len(place), performance.fps))
            targets.append(target)
        shift, firm = hold(place, pieces, targets, performance.fps, BLEND)
        return strength * shift, firm

    shift, firm = held(ankle, at_ankle)
    before = places[toe] - at_ankle
    ball = stance.sole(toe, ankle)
    own, toe_firm = held(toe, at_ankle + before)
    # a point that is free goes along with the one that is held
    shift, toe_shift = shift + (1.0 - firm)[:, None] * own, own + (1.0 - toe_firm)[:, None] * shift
    share = ((toe_firm + 1e-3) / (firm + toe_firm + 2e-3))[:, None]
    flat = strength * firm * toe_firm * upright
    toes = None
    # what comes out of the floor turns the foot, which may let its other end in: less each time
    for _ in range(3):
        tilt = _limited(between(before, before + toe_shift - shift), _PITCH)
        along = rotate(tilt, before)
        new_ankle = at_ankle + shift + share * (before + toe_shift - shift - along)
        new_turn = _rolled(multiply(tilt, turn), along, up, flat)
        depth = floor - (new_ankle + rotate(new_turn, heel))[:, 1]
        under = rotate(new_turn, ball)[:, 1]
        if toe in performance.columns:
            # below a foot on tiptoe the toes lie flat
            toes = multiply(tilt, performance.turn(toe))
            toes = _levelled(toes, rotate(toes, stance.up(toe)), strength * toe_firm, _TOES)
            under = np.minimum(under, rotate(toes, stance.sole(toe, toe))[:, 1])
        toe_depth = floor - (new_ankle + along)[:, 1] - under
        shift[:, 1] += strength * np.maximum(depth, 0.0)
        toe_shift[:, 1] += strength * np.maximum(toe_depth, 0.0)
        if max(depth.max(), toe_depth.max()) < 1e-4 * size:
            break
    return Planted(new_ankle, new_turn, toes, np.maximum(firm, toe_firm))


def _pits(rests: Sequence[tuple[str, Rest, float]], frames: int) -> Array:
    """How much lower (T,) than the floor the ground is, for a body that climbs down from where it began."""
    below = sorted((rest.middle, min(level, 0.0)) for _, rest, level in rests)
    if not any(level for _, level in below):
        return np.zeros(frames)
    times, heights = np.array(below).T
    return np.asarray(np.interp(np.arange(frames), times, heights))


def _limited(turn: Array, largest: float) -> Array:
    """Rotations (T, 4) that grow to ``largest`` radians and are none at all at twice that: what is turned so far is
    not meant to lie flat."""
    vector = to_axis_angle(turn)
    angle = np.linalg.norm(vector, axis=-1, keepdims=True)
    return from_axis_angle(vector * smoothstep(2.0 - angle / largest))


def _levelled(turn: Array, up: Array, weight: Array, largest: float) -> Array:
    """``turn`` (T, 4) with its own ``up`` (T, 3) brought towards the vertical by ``weight`` (T,)."""
    vector = to_axis_angle(_limited(between(up, _UP), largest))
    return multiply(from_axis_angle(weight[:, None] * vector), turn)


def _rolled(turn: Array, along: Array, up: Array, weight: Array) -> Array:
    """A foot's ``turn`` (T, 4) rolled about its line ``along`` (T, 3) from ankle to toe by ``weight`` (T,) of what
    brings the sole level; ``up`` (3,) is the foot's own up axis at rest."""
    axis = normalise(along)
    now = rotate(turn, up)
    side = cross(axis, now)
    level = cross(axis, np.broadcast_to(_UP, axis.shape))
    angle = np.arctan2(np.sum(cross(side, level) * axis, axis=-1), np.sum(side * level, axis=-1))
    # a foot that stands on its toes has no roll to speak of
    upright = 1.0 - axis[:, 1] ** 2
    angle = np.clip(angle, -_ROLL, _ROLL) * weight * upright
    return multiply(from_axis_angle(angle[:, None] * axis), turn)
