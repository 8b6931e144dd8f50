# SPDX-License-Identifier: GPL-3.0-or-later
"""Authored actions with things that are not there: picking up and putting down, throwing, pushing, bats and clubs.

Signatures as ``gesture_timing.Gesture``. The pelvis turns and the weight shifts with every large movement of the arms.
"""

from __future__ import annotations

import numpy as np

from ...inference.layers.arm_poses import interpolate_curve, make_pose, side_direction
from ...inference.layers.body_moves import dip, key_arm, move_body, vectors
from ...inference.layers.gesture_timing import (
    GESTURE_START,
    Facts,
    GestureTiming,
    Rng,
    clip_times,
)
from ...motion.layers.body_joints import ANKLES, ELBOWS, HIPS, OTHER_SIDE, OUTWARD, SHOULDERS, SIDES, WRISTS
from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import Array, normalise, rotate


def _reach_depth(layer: MotionLayer, side: str, target: Array, frame: int) -> float:
    """Return by how many metres the arm of a side is too short for a target (T, 3) at one frame."""
    positions, _ = layer.forward_kinematics()
    distance = np.linalg.norm(target[frame] - positions[frame, SHOULDERS[side]])
    offsets = layer.skeleton.rest_offsets
    length = sum(float(np.linalg.norm(offsets[j[side]])) for j in (ELBOWS, WRISTS))
    return float(distance - 0.97 * length)


def _bend_down(layer: MotionLayer, rng: Rng, side: str, e: Array, hands: tuple[str, ...]) -> None:
    """Bend or squat so far that the hands reach a thing on the floor in front of the feet, and move the arms there.

    Parameters
    ----------
    layer : MotionLayer
        The motion, which is changed.
    rng : numpy Generator
        Draws whether the body squats or bends, and the place of the thing.
    side : str
        Side of the reaching hand, towards which trunk and pelvis turn.
    e : (T,)
        Progress, 0 to 1.
    hands : tuple of str
        Sides of the hands that reach.
    """
    squat, tall = float(rng.uniform(0.0, 1.0)), float(rng.uniform(0.07, 0.16))
    depth, tilt, lean = 0.16 + 0.32 * squat, np.radians(52 - 26 * squat), np.radians(58 - 18 * squat)
    out = OUTWARD[side] if len(hands) == 1 else 0.0
    positions, _ = layer.forward_kinematics()
    feet = positions[:, list(ANKLES.values())].mean(axis=1) * [1.0, 0.0, 1.0]
    ahead = 0.2 + 0.12 * float(rng.uniform())
    peak = int(np.argmax(e))
    heel = np.radians(26) * max(0.0, squat - 0.45) / 0.55
    before = layer.rotations.copy(), layer.root.copy()
    for _ in range(8):
        layer.rotations, layer.root = before[0].copy(), before[1].copy()
        move_body(
            layer,
            vectors(0.02 * out * e, -depth * e, -(0.16 - 0.08 * squat) * e),
            yaw=-out * np.radians(9) * e,
            tilt=tilt * e,
            heels={OTHER_SIDE[side]: heel * e, side: heel * e},
        )
        layer.lean_forward(lean * e)
        layer.twist_trunk(-out * np.radians(12) * e)
        targets = {
            s: feet + rotate(layer.facing, vectors(0.1 * OUTWARD[s] + 0 * e, tall, ahead)) for s in hands
        }
        missing = max(_reach_depth(layer, s, targets[s], peak) for s in hands)
        if missing < 0.01:
            break
        depth, lean = min(0.56, depth + 0.7 * missing), min(np.radians(75), lean + missing)
    layer.rotate_head(-np.radians(18) * e, 0 * e)
    for s in SIDES:
        positions, _ = layer.forward_kinematics()
        shoulder = positions[:, SHOULDERS[s]]
        if s in hands:
            goal = layer.to_facing_frame(targets[s] - shoulder)
            u, f = layer.solve_arm(s, goal, np.broadcast_to(side_direction(s, 0.8, 0.1, -0.4), goal.shape))
        else:
            knee = positions[:, HIPS[s]] * 0.35 + positions[:, ANKLES[s]] * 0.65
            goal = layer.to_facing_frame(knee - shoulder) + np.array([0.05 * OUTWARD[s], 0.22, 0.1])
            u, f = layer.solve_arm(s, goal, np.broadcast_to(side_direction(s, 1.0, 0.2, -0.3), goal.shape))
        base_u, base_f = layer.arm_directions(s)
        k = minimum_jerk(e * 1.15)[:, None]
        layer.set_arm_directions(
            s,
            normalise(base_u * (1 - k) + u * k),
            normalise(base_f * (1 - k) + f * k),
            np.minimum(1.0, e * 6.0),
        )


def _hold_before(layer: MotionLayer, hands: tuple[str, ...], amount: Array) -> None:
    """Bend the elbows so that the hands hold a thing before the belly, as far as ``amount`` (T,) says."""
    for s in hands:
        base_u, base_f = layer.arm_directions(s)
        inward = -0.35 if len(hands) == 2 else -0.05
        k = amount[:, None]
        u = normalise(base_u * (1 - k) + side_direction(s, 0.2, -1.0, 0.12) * k)
        f = normalise(base_f * (1 - k) + side_direction(s, inward, 0.05, 1.0) * k)
        layer.set_arm_directions(s, u, f, np.minimum(1.0, amount * 6.0))


def add_pick_up(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Bend or squat down to the floor in front, take something with one hand or both, and stand up with it."""
    down, hold, up = {"slow": (1.5, 0.4, 1.5), None: (0.95, 0.25, 1.0), "fast": (0.6, 0.12, 0.65)}[
        timing.speed
    ]
    t = clip_times(layer)
    hands = (side,) if rng.random() < 0.7 else SIDES
    lifted = GESTURE_START + down + hold
    e = minimum_jerk((t - GESTURE_START) / down) * (1 - minimum_jerk((t - lifted) / up))
    held = minimum_jerk((t - lifted) / up) * (1 - minimum_jerk((t - lifted - up - 0.6) / 0.6))
    _hold_before(layer, hands, held)
    _bend_down(layer, rng, side, e, hands)
    facts: Facts = {"action": "pick_up"} | timing.to_facts()
    return facts | ({"side": side} if len(hands) == 1 else {"kind": "both"})


def add_put_down(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Hold something before the belly, put it down on the floor in front and stand up with empty hands."""
    down, hold, up = {"slow": (1.5, 0.4, 1.5), None: (1.0, 0.2, 0.95), "fast": (0.65, 0.1, 0.6)}[timing.speed]
    t = clip_times(layer)
    hands = (side,) if rng.random() < 0.5 else SIDES
    start = GESTURE_START + 0.3
    e = minimum_jerk((t - start) / down) * (1 - minimum_jerk((t - start - down - hold) / up))
    _hold_before(layer, hands, 1 - minimum_jerk((t - start) / down))
    _bend_down(layer, rng, side, e, hands)
    return {"action": "put_down"} | timing.to_facts() | ({"side": side} if len(hands) == 1 else {})


def _stride(layer: MotionLayer, side: str, step: Array, lift: Array, yaw: Array, sink: Array) -> None:
    """Step forward with the foot of a side, the pelvis going along half of the way and turning.

    Parameters
    ----------
    layer : MotionLayer
        The motion, which is changed.
    side : str
        Side of the foot.
    step, lift, sink : (T,) metres
        Way and height of the foot, and how far the pelvis sinks.
    yaw : (T,) radians
        Of the pelvis, to the left.
    """
    back = OTHER_SIDE[side]
    move_body(
        layer,
        vectors(0.0, -sink, 0.6 * step),
        yaw=yaw,
        steps={side: vectors(0.0, lift, step)},
        heels={back: np.radians(60) * np.clip(step, 0.0, 0.5)},
    )


def add_throw(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Turn away, step forward with the other foot and throw over the shoulder; trunk and pelvis follow through."""
    t, other, sign = clip_times(layer), OTHER_SIDE[side], OUTWARD[side]
    times = [GESTURE_START, 0.85, 0.95, 1.3, 1.6, 2.4]
    turn = interpolate_curve(t, times, [0, -1, -1, 0.9, 0.9, 0])
    step = float(rng.uniform(0.25, 0.42))
    far = step * minimum_jerk((t - 0.65) / 0.4) * (1 - minimum_jerk((t - 1.9) / 0.5))
    lift = 0.09 * (dip(t, 0.65, 1.05) + 0.6 * dip(t, 1.9, 2.4))
    yaw = np.radians(rng.uniform(22, 34)) * sign
    _stride(layer, other, far, lift, turn * yaw, 0.06 * far / step)
    layer.twist_trunk(turn * np.radians(rng.uniform(22, 32)) * sign)
    layer.lean_forward(np.clip(turn, -0.4, 1) * np.radians(16))
    layer.rotate_head(0 * t, -0.8 * turn * yaw)
    keys = [
        None,
        make_pose(side, (0.9, 0.15, -0.45), (0.25, 1.0, -0.45)),
        make_pose(side, (0.9, 0.2, -0.4), (0.25, 1.0, -0.6)),
        make_pose(side, (0.3, 0.35, 1.0), (0.0, 0.2, 1.0)),
        make_pose(side, (-0.35, -0.65, 0.7), (-0.5, -0.55, 0.7)),
        None,
    ]
    key_arm(layer, side, [GESTURE_START, 0.85, 0.95, 1.2, 1.55, 2.4], keys)
    key_arm(
        layer,
        other,
        times,
        [
            None,
            *[make_pose(other, (0.5, 0.0, 0.9), (0.1, 0.2, 1.0))] * 2,
            *[make_pose(other, (0.4, -0.9, -0.2), (0.1, -0.2, 0.9))] * 2,
            None,
        ],
    )
    return {"action": "throw", "side": side}


def add_push(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Bring both hands to the chest, step forward and push with the whole body, hold and come back."""
    t, slow = clip_times(layer), 1.8 if timing.speed == "slow" else 1.0
    reach = GESTURE_START + 0.6 + 0.45 * slow
    times = [GESTURE_START, GESTURE_START + 0.5, GESTURE_START + 0.6, reach, reach + 0.5, reach + 1.2]
    push = interpolate_curve(t, times, [0, -0.25, -0.25, 1, 1, 0])
    step = float(rng.uniform(0.2, 0.4))
    far = (
        step
        * minimum_jerk((t - times[2] + 0.1) / (0.45 * slow))
        * (1 - minimum_jerk((t - times[4] - 0.1) / 0.6))
    )
    lift = 0.06 * (
        dip(t, times[2] - 0.1, times[2] - 0.1 + 0.45 * slow) + dip(t, times[4] + 0.1, times[4] + 0.7)
    )
    _stride(layer, side, far, lift, -OUTWARD[side] * np.radians(10) * np.clip(push, 0, 1), 0.09 * far / step)
    layer.lean_forward(push * np.radians(rng.uniform(14, 24)))
    y = float(rng.uniform(-0.1, 0.08))
    for s in SIDES:
        near, out = (
            make_pose(s, (0.45, -0.75, -0.35), (-0.15, 0.45, 0.9)),
            make_pose(s, (-0.03, y, 1.0), (-0.03, y, 1.0)),
        )
        key_arm(layer, s, times, [None, near, near, out, out, None])
    return {"action": "push"} | ({"speed": "slow"} if timing.speed == "slow" else {})


def add_pull(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Grasp something ahead with both hands, lean back with one foot behind and pull it to the belly."""
    t = clip_times(layer)
    times = [
        GESTURE_START,
        GESTURE_START + 0.6,
        GESTURE_START + 0.75,
        GESTURE_START + 1.55,
        GESTURE_START + 1.9,
        GESTURE_START + 2.6,
    ]
    pull = interpolate_curve(t, times, [0, -0.3, -0.3, 1, 1, 0])
    step = float(rng.uniform(0.2, 0.32))
    far = step * minimum_jerk((t - times[1]) / 0.5) * (1 - minimum_jerk((t - times[4]) / 0.6))
    lift = 0.06 * (dip(t, times[1], times[1] + 0.5) + dip(t, times[4], times[4] + 0.6))
    move_body(
        layer,
        vectors(0.0, -0.1 * far / step, -0.55 * far),
        yaw=OUTWARD[side] * np.radians(14) * np.clip(pull, 0, 1),
        steps={side: vectors(0.0, lift, -far)},
    )
    layer.lean_forward(-pull * np.radians(rng.uniform(10, 18)))
    for s in SIDES:
        out, near = (
            make_pose(s, (0.05, -0.25, 1.0), (-0.05, 0.0, 1.0)),
            make_pose(s, (0.35, -0.85, -0.5), (-0.3, 0.1, 1.0)),
        )
        key_arm(layer, s, times, [None, out, out, near, near, None])
    return {"action": "pull"}


def add_bat_swing(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Wind up over the shoulder of the given side with both hands, step and swing a bat level around the body."""
    t, sign, other = clip_times(layer), OUTWARD[side], OTHER_SIDE[side]
    times = [GESTURE_START, 0.9, 1.1, 1.32, 1.65, 2.6]
    turn = interpolate_curve(t, times, [0, -1, -1.1, 0.5, 1.2, 0])
    step = float(rng.uniform(0.18, 0.3))
    far = step * minimum_jerk((t - 0.8) / 0.35) * (1 - minimum_jerk((t - 2.1) / 0.5))
    lift = 0.08 * (dip(t, 0.8, 1.15) + 0.5 * dip(t, 2.1, 2.6))
    on = minimum_jerk((t - GESTURE_START) / 0.5) * (1 - minimum_jerk((t - 2.0) / 0.6))
    move_body(
        layer,
        vectors(-0.5 * sign * far, -0.07 * on, 0 * t),
        yaw=turn * np.radians(30) * sign,
        steps={other: vectors(-sign * far, lift, 0 * t)},
        heels={side: np.radians(40) * np.clip(turn, 0, 1)},
    )
    layer.twist_trunk(turn * np.radians(34) * sign)
    layer.lean_forward(np.radians(14) * on)
    layer.rotate_head(0 * t, -turn * np.radians(45) * sign)
    rear, front = ((0.8, -0.05, -0.1), (-0.1, 0.75, 0.3)), ((-0.75, 0.0, 0.6), (-0.6, 0.5, 0.0))
    level_rear, level_front = ((0.2, -0.35, 1.0), (-0.35, 0.0, 1.0)), ((0.1, -0.3, 1.0), (-0.2, 0.0, 1.0))
    end_rear, end_front = ((-0.7, 0.1, 0.7), (-0.6, 0.6, 0.2)), ((0.6, 0.1, 0.1), (-0.3, 0.8, -0.1))
    key_arm(
        layer,
        side,
        times,
        [
            None,
            make_pose(side, *rear),
            make_pose(side, *rear),
            make_pose(side, *level_rear),
            make_pose(side, *end_rear),
            None,
        ],
    )
    key_arm(
        layer,
        other,
        times,
        [
            None,
            make_pose(other, *front),
            make_pose(other, *front),
            make_pose(other, *level_front),
            make_pose(other, *end_front),
            None,
        ],
    )
    return {"action": "bat_swing"}


def add_golf_swing(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Stand over the ball, take both hands back and up on the given side, and swing through to the other shoulder."""
    t, sign, other = clip_times(layer), OUTWARD[side], OTHER_SIDE[side]
    times = [GESTURE_START, 0.8, 1.5, 1.65, 1.85, 2.2, 2.6, 3.2]
    turn = interpolate_curve(t, times, [0, 0, -1, -1, 0.1, 1.2, 1.2, 0])
    on = minimum_jerk((t - GESTURE_START) / 0.6) * (1 - minimum_jerk((t - 2.6) / 0.6))
    up = np.clip(turn, 0, 1)
    move_body(
        layer,
        vectors(-0.05 * sign * turn, -0.06 * on + 0.03 * up, -0.05 * on),
        yaw=turn * np.radians(26) * sign,
        tilt=np.radians(14) * on * (1 - 0.8 * up),
        heels={side: np.radians(48) * up},
    )
    layer.lean_forward(np.radians(22) * on * (1 - 0.8 * up))
    layer.twist_trunk(turn * np.radians(38) * sign)
    layer.rotate_head(np.radians(12) * on * (1 - up), -turn * np.radians(30) * sign * (1 - 0.7 * up))
    low = ((0.05, -1.0, 0.45), (-0.25, -1.0, 0.35))
    back, over = ((0.75, -0.1, 0.2), (-0.05, 0.95, 0.1)), ((-0.8, 0.05, 0.6), (-0.35, 0.6, 0.2))
    through, crossed = ((-0.55, 0.15, 0.8), (-0.55, 0.8, 0.0)), ((0.65, 0.15, 0.2), (-0.35, 0.9, -0.1))
    key_arm(
        layer,
        side,
        times,
        [None, *[make_pose(side, *p) for p in (low, back, back, low, through, through)], None],
    )
    key_arm(
        layer,
        other,
        times,
        [None, *[make_pose(other, *p) for p in (low, over, over, low, crossed, crossed)], None],
    )
    return {"action": "golf"}


def add_racket_swing(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Swing a racket with one hand: forehand from the side, or overhead as a serve, with a step."""
    t, sign, other = clip_times(layer), OUTWARD[side], OTHER_SIDE[side]
    serve = bool(rng.random() < 0.4)
    times = [GESTURE_START, 0.85, 1.0, 1.25, 1.6, 2.4]
    turn = interpolate_curve(t, times, [0, -1, -1, 0.6, 1, 0])
    step = float(rng.uniform(0.2, 0.35))
    far = step * minimum_jerk((t - 0.7) / 0.4) * (1 - minimum_jerk((t - 1.9) / 0.5))
    _stride(
        layer,
        other,
        far,
        0.08 * (dip(t, 0.7, 1.1) + 0.6 * dip(t, 1.9, 2.4)),
        turn * np.radians(28) * sign,
        0.07 * far / step,
    )
    layer.twist_trunk(turn * np.radians(28) * sign)
    layer.lean_forward(np.radians(12) * np.clip(turn, -0.6, 1))
    layer.rotate_head(-np.radians(22 if serve else 0) * np.clip(-turn, 0, 1), -turn * np.radians(35) * sign)
    if serve:
        keys = [
            make_pose(side, (0.9, 0.2, -0.3), (0.1, 1.0, -0.5)),
            make_pose(side, (0.7, 0.6, -0.3), (0.1, 0.7, -0.8)),
            make_pose(side, (0.15, 1.0, 0.3), (0.05, 1.0, 0.4)),
            make_pose(side, (-0.4, -0.5, 0.8), (-0.5, -0.6, 0.6)),
        ]
        off = [
            make_pose(other, (0.2, 0.8, 0.6), (0.05, 1.0, 0.3)),
            make_pose(other, (0.2, 0.9, 0.5), (0.05, 1.0, 0.3)),
            make_pose(other, (0.3, -0.7, 0.5), (-0.4, 0.1, 0.9)),
            make_pose(other, (0.3, -0.9, 0.2), (-0.4, 0.1, 0.9)),
        ]
    else:
        keys = [
            make_pose(side, (0.85, -0.35, -0.3), (0.8, 0.1, -0.1)),
            make_pose(side, (0.85, -0.4, -0.35), (0.8, -0.1, -0.2)),
            make_pose(side, (0.3, -0.45, 1.0), (0.15, 0.05, 1.0)),
            make_pose(side, (-0.6, 0.05, 0.8), (-0.7, 0.7, 0.2)),
        ]
        off = [make_pose(other, (0.3, -0.4, 0.9), (-0.3, 0.1, 0.9))] * 2 + [
            make_pose(other, (0.5, -0.7, 0.2), (0.0, 0.1, 0.9))
        ] * 2
    key_arm(layer, side, times, [None, *keys, None])
    key_arm(layer, other, times, [None, *off, None])
    return {"action": "racket", "side": side, "kind": "serve" if serve else "forehand"}


def add_catch(layer: MotionLayer, rng: Rng, side: str, timing: GestureTiming) -> Facts:
    """Stretch both hands out to a ball in the air, catch it and bring it to the chest on giving knees."""
    t = clip_times(layer)
    y = float(rng.uniform(-0.1, 0.6))
    times = [
        GESTURE_START,
        GESTURE_START + 0.5,
        GESTURE_START + 0.75,
        GESTURE_START + 1.1,
        GESTURE_START + 1.9,
        GESTURE_START + 2.5,
    ]
    give = dip(t, GESTURE_START + 0.65, GESTURE_START + 1.5)
    ahead = interpolate_curve(t, times, [0, 1, 1, -0.3, 0, 0])
    step = float(rng.uniform(0.1, 0.25)) * minimum_jerk((t - GESTURE_START - 0.1) / 0.4)
    move_body(
        layer,
        vectors(0.0, -0.08 * give - 0.03 * np.clip(ahead, 0, 1), 0.5 * step + 0.05 * ahead),
        steps={side: vectors(0.0, 0.06 * dip(t, GESTURE_START + 0.1, GESTURE_START + 0.5), step)},
    )
    layer.lean_forward(np.radians(12) * ahead)
    for s in SIDES:
        out, near = (
            make_pose(s, (0.12, y - 0.2, 1.0), (-0.12, y + 0.1, 1.0)),
            make_pose(s, (0.3, -0.9, 0.1), (-0.45, 0.45, 0.8)),
        )
        key_arm(layer, s, times, [None, out, out, near, near, None])
    return {"action": "catch"}
