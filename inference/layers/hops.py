# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored hops: everything in the air follows a free fall, so that height and duration agree."""

from __future__ import annotations

import numpy as np

from ...motion.layers.body_joints import OTHER_SIDE, OUTWARD, SIDES
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import normalise
from .arm_poses import interpolate_directions, side_direction
from .body_moves import dip, flight, lean_over_foot, move_body, vectors
from .gesture_timing import GESTURE_START, Facts, GestureTiming, Rng, clip_times

HOP_PERIOD, HOP_FLIGHT = 0.6, 0.28
_HOP_STEPS = {
    None: (0.0, 0.0),
    "forward": (0.0, 0.28),
    "backward": (0.0, -0.22),
    "left": (0.24, 0.0),
    "right": (-0.24, 0.0),
}


def add_hop(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Hop on one leg, on the spot or in a direction; as often as the count says, otherwise to the end of the clip."""
    way = [None, None, None, "forward", "forward", "backward", "sideways"][int(rng.integers(7))]
    add_hops(layer, rng, side, side if way == "sideways" else way, timing.count)
    return {"action": f"hop_{way}" if way else "hop", "side": side} | timing.to_facts()


def hop_seconds(count: int) -> float:
    """Return what so many hops need, from standing to standing."""
    return GESTURE_START + 0.6 + count * HOP_PERIOD + 0.65


def add_hops(layer: MotionLayer, rng: Rng, side: str, way: str | None, number: int | None) -> None:
    """Hop on one leg.

    Parameters
    ----------
    layer
        The motion, which is changed.
    rng
        Draws the details.
    side
        Of the leg that hops.
    way
        "forward", "backward", "left" or "right"; None: on the spot.
    number
        How often, with both feet on the ground afterwards; None: to the end of the clip.
    """
    t = clip_times(layer)
    step = _HOP_STEPS[way]
    first = GESTURE_START + 0.6
    count = number or int((t[-1] - 0.7 - first) / HOP_PERIOD)
    other = OTHER_SIDE[side]
    raised = minimum_jerk((t - GESTURE_START) / 0.5)
    end = first + count * HOP_PERIOD + 0.15
    if number:
        raised = raised * (1 - minimum_jerk((t - end) / 0.5))
    high, low, travel = 0 * t, 0 * t, 0 * t
    for i in range(count):
        begin = first + i * HOP_PERIOD
        high = high + flight(t, begin, HOP_FLIGHT)
        low = low + dip(t, begin + HOP_FLIGHT, begin + HOP_PERIOD)
        travel = travel + np.clip((t - begin) / HOP_FLIGHT, 0.0, 1.0)
    low = low + dip(t, first - 0.35, first)
    over = lean_over_foot(layer, side) * 0.8 * raised
    depth = float(rng.uniform(0.05, 0.08))
    shift = vectors(over + travel * step[0], high - depth * low - 0.02 * raised, travel * step[1])
    bent, behind = float(rng.uniform(0.22, 0.34)), float(rng.uniform(0.1, 0.3))
    air = np.clip(high / 0.05, 0.0, 1.0)
    move_body(
        layer,
        shift,
        tilt=np.radians(5) * raised,
        steps={
            side: vectors(travel * step[0], high, travel * step[1]),
            other: vectors(travel * step[0], high + bent * raised, travel * step[1] - behind * raised),
        },
        heels={side: np.radians(32) * air, other: np.radians(30 + 80 * behind) * raised},
    )
    layer.lean_forward(np.radians(8) * raised)
    lifted = 0.5 * raised + 0.22 * (high / 0.096 - low * 0.6) * raised
    for s in SIDES:
        base_u, base_f = layer.arm_directions(s)
        u = interpolate_directions(base_u, [side_direction(s, 0.55, -0.7, 0.3)], raised)
        u = normalise(
            u + vectors(OUTWARD[s] * 0.5 * (lifted - 0.5 * raised), 0.5 * (lifted - 0.5 * raised), 0.0)
        )
        f = interpolate_directions(base_f, [side_direction(s, 0.35, 0.0, 0.9)], raised)
        layer.set_arm_directions(s, u, f, np.minimum(1.0, raised * 6))
