# SPDX-License-Identifier: GPL-3.0-or-later
"""Gestures that are placed in time over a segment in which the character stands or sits: hops, work of the hands.

The network makes the body below them. They begin with their segment and end with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...motion.layers.body_joints import ANKLES, FEET, SIDES
from ...motion.layers.motion_layer import MotionLayer
from ...motion.rotations import Array
from .body.key_sheet import Task
from .body.perform import perform_keys
from .body.registry import BODY_MOTIONS
from .body_gestures import BODY_GESTURES, add_body_gesture, gesture_seconds, is_continuous
from .crossed_leg import cross_leg
from .dances import DANCES
from .gait_layer import FPS, GaitLayer, Mask
from .gesture_timing import GestureTiming
from .hand_work import add_open_door, add_pour, add_slap, add_strokes, make_hand_work
from .hops import add_hops, hop_seconds
from .seat import settle_into_seat
from .spring import draw_up_feet
from .step_in import step_into_pick_up
from .stumble import STUMBLE_SECONDS, apply_stumble

HAND_WORK = (
    "type", "read", "write", "stir", "drums", "piano", "guitar", "violin", "juggle",
    "row", "snap_fingers", "twirl_hair", "floss",
)  # fmt: skip
ACCOMPANYING = ("step_into_pick_up", "settle_into_seat", "draw_up_feet")
"""Names of those that only help what the network makes."""
PLACED = (
    *HAND_WORK, "pour", "hammer", "knock", "slap", "open_door", "hop", "stumble", *ACCOMPANYING, "cross_leg",
    *BODY_GESTURES, *BODY_MOTIONS,
)  # fmt: skip
"""Names of gestures that can be placed."""

FIXED_SECONDS = {"slap": 2.1, "open_door": 3.2, "stumble": STUMBLE_SECONDS}
"""Seconds of gestures that happen once."""


def find_fixed_seconds(gesture: PlacedGesture) -> float | None:
    """Return the seconds of a gesture that happens once or is counted; None of others."""
    if gesture.name in BODY_GESTURES:
        return gesture_seconds(gesture.name, gesture.count)
    if gesture.name in BODY_MOTIONS:
        return BODY_MOTIONS[gesture.name].seconds(gesture.count)
    return FIXED_SECONDS.get(gesture.name)


_WORK_FRAMES = 24
"""Frames in which hands are raised to their work, or lowered."""
_ONCE = {"pour": add_pour, "slap": add_slap, "open_door": add_open_door}
_MOVING_SPEED = 0.12  # metres a second of a foot that dances
_LIFTED_HEEL, _LIFTED_TOE = 0.13, 0.05  # metres of a foot that has left the ground


@dataclass(frozen=True)
class PlacedGesture:
    """A gesture of a segment.

    Attributes
    ----------
    name
        One of ``PLACED``.
    side
        Of the hand or leg that acts.
    count
        How often; None: as often as the segment has room for.
    way
        Where a hop, a stumble, a pointing hand or a motion of the body goes: "forward", "backward", "left", "right",
        "up", "down" or None.
    pace
        "slow", "fast" or None.
    from_standing, to_standing
        Whether a motion on the floor begins, and ends, with standing although nothing comes before, or follows.
    """

    name: str
    side: str = "right"
    count: int | None = None
    way: str | None = None
    pace: str | None = None
    from_standing: bool = False
    to_standing: bool = False


def place_gesture(
    layer: MotionLayer,
    contacts: Mask,
    gesture: PlacedGesture,
    seed: int,
    is_at_end: tuple[bool, bool] = (False, False),
) -> Mask:
    """Add a gesture to the motion of a segment, and return its contacts (T, 4).

    Parameters
    ----------
    layer
        The motion, which is changed.
    contacts : (T, 4) bool
        Left heel, left toe, right heel, right toe on the ground.
    gesture
        What is done.
    seed
        Draws the details.
    is_at_end
        Whether the motion begins, and whether it ends, with this segment: then it begins or ends at work.
    """
    goes_on = gesture.name in HAND_WORK or (is_continuous(gesture.name) and not gesture.count)
    if goes_on and any(is_at_end):
        return _work_to_the_ends(layer, contacts, gesture, seed, is_at_end)
    rng = np.random.default_rng(seed)
    if gesture.name in BODY_MOTIONS:
        return _move_whole_body(layer, gesture, rng, is_at_end)
    timing = GestureTiming(None, gesture.count)
    if gesture.name == "hop":
        room = (len(layer.root) - 1) / FPS - hop_seconds(0)
        hops = gesture.count or max(1, int(room / (hop_seconds(1) - hop_seconds(0))))
        add_hops(layer, rng, gesture.side, gesture.way, hops)
    elif gesture.name in ("hammer", "knock"):
        add_strokes(layer, gesture.side, gesture.name, timing)
    elif gesture.name == "stumble":
        gait = GaitLayer(layer.skeleton, layer.rotations, layer.root, contacts)
        apply_stumble(gait, gesture.side, gesture.way, float(rng.uniform(0.85, 1.15)))
        layer.rotations, layer.root, contacts = gait.rotations, gait.root, gait.contacts
    elif gesture.name == "step_into_pick_up":
        gait = GaitLayer(layer.skeleton, layer.rotations, layer.root, contacts)
        step_into_pick_up(gait, not is_at_end[1])
        layer.rotations, layer.root = gait.rotations, gait.root
        return gait.contacts
    elif gesture.name in ("settle_into_seat", "draw_up_feet"):
        gait = GaitLayer(layer.skeleton, layer.rotations, layer.root, contacts)
        (settle_into_seat if gesture.name == "settle_into_seat" else draw_up_feet)(gait)
        layer.rotations, layer.root = gait.rotations, gait.root
        return gait.contacts
    elif gesture.name == "cross_leg":
        cross_leg(layer, gesture.side, is_at_end)
    elif gesture.name in BODY_GESTURES:
        timing = GestureTiming(gesture.pace if gesture.pace in ("slow", "fast") else None, gesture.count)
        add_body_gesture(layer, rng, gesture.name, gesture.side, timing, gesture.way, is_at_end)
    elif gesture.name in _ONCE:
        _ONCE[gesture.name](layer, rng, gesture.side, timing)
    else:
        make_hand_work(gesture.name)(layer, rng, gesture.side, timing)
    positions, _ = layer.forward_kinematics()
    if gesture.name in DANCES:
        contacts = contacts & ~_find_moving(positions)
    lifted = [
        (positions[:, joints[side], 1] > height)
        for side in SIDES
        for joints, height in ((ANKLES, _LIFTED_HEEL), (FEET, _LIFTED_TOE))
    ]
    return np.asarray(contacts & ~np.stack(lifted, axis=-1))


def _find_moving(positions: Array) -> Mask:
    """Return where heels and toes (T, 4) move over the ground, as in steps that hardly lift a foot."""
    feet = positions[:, [joints[side] for side in SIDES for joints in (ANKLES, FEET)]]
    speed = np.linalg.norm(np.gradient(feet[..., [0, 2]], axis=0), axis=-1) * FPS
    return np.asarray(speed > _MOVING_SPEED)


def _work_to_the_ends(
    layer: MotionLayer, contacts: Mask, gesture: PlacedGesture, seed: int, is_at_end: tuple[bool, bool]
) -> Mask:
    """Add work of the hands as if the motion was longer, so that raising or lowering the hands is not in it."""
    before, after = (_WORK_FRAMES if end else 0 for end in is_at_end)
    frames = len(layer.root)
    index = np.clip(np.arange(-before, frames + after), 0, frames - 1)
    longer = MotionLayer(layer.skeleton, layer.rotations[index], layer.root[index])
    flags = place_gesture(longer, contacts[index], gesture, seed)
    inside = slice(before, before + frames)
    layer.rotations, layer.root = longer.rotations[inside], longer.root[inside]
    return flags[inside]


_MIRRORED = {"left": "right", "right": "left"}


def _move_whole_body(
    layer: MotionLayer, gesture: PlacedGesture, rng: np.random.Generator, is_at_end: tuple[bool, bool]
) -> Mask:
    """Replace the motion by one of ``BODY_MOTIONS``, mirrored for the left side, and return its contacts (T, 4)."""
    mirrored = gesture.side == "left"
    way = _MIRRORED.get(gesture.way or "", gesture.way) if mirrored else gesture.way
    seconds = (len(layer.root) - 1) / FPS
    ends = is_at_end[0] and not gesture.from_standing, is_at_end[1] and not gesture.to_standing
    sheet = BODY_MOTIONS[gesture.name].make(Task(rng, seconds, gesture.count, way, *ends))
    if mirrored:
        sheet = sheet.mirror()
    # keys that need more time than there is are played faster
    if sheet.keys[-1].time > seconds:
        sheet = sheet.stretch(seconds / sheet.keys[-1].time)
    return perform_keys(layer, sheet, is_at_end)
