# SPDX-License-Identifier: GPL-3.0-or-later
"""Perform a key sheet on the body: pelvis, trunk, arms and legs, on the floor, with the feet's contacts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ....motion.layers.body_joints import (
    ANKLES,
    ELBOWS,
    FEET,
    HIPS,
    KNEES,
    OUTWARD,
    PELVIS,
    SHOULDERS,
    SIDES,
    SPINE3,
    WRISTS,
)
from ....motion.layers.motion_layer import MotionLayer, blend_quaternions, minimum_jerk, moving_average
from ....motion.rotations import Array, multiply, normalise, rotate, rotation_about_axis
from ..body_moves import flight
from ..gait_layer import FPS, Mask
from .key_sheet import KeySheet

_CLEARANCE = np.full(22, 0.09)
"""Metres of each joint above the floor of a body that lies on it."""
for _joints, _height in (
    (ANKLES, 0.075),
    (FEET, 0.02),
    (WRISTS, 0.02),
    (KNEES, 0.05),
    (ELBOWS, 0.03),
    (SHOULDERS, 0.07),
):
    _CLEARANCE[list(_joints.values())] = _height
_TRUNK_AND_LEGS = np.setdiff1d(np.arange(22), [*ELBOWS.values(), *WRISTS.values()])

_HEEL_HEIGHT, _TOE_HEIGHT = 0.11, 0.04  # metres: higher ones have left the floor
_PLANTED_SPEED = 0.012  # metres a frame of a foot that stands
_RETURN_FRAMES = 7
_SQUARE_FRAMES = 9  # in which the feet step side by side
_HALF_WIDTH, _TOES_OUT = 0.1, 8.0  # metres and degrees of feet that stand side by side
_ANKLE_HEIGHT, _ANKLE_BEHIND, _STANDING_PELVIS = 0.08, 0.035, 0.955  # metres


def perform_keys(layer: MotionLayer, sheet: KeySheet, is_at_end: tuple[bool, bool] = (False, False)) -> Mask:
    """Replace the motion by that of the key sheet, and return its contacts (T, 4).

    The body comes from the pose of the first frame and, unless the sheet closes the motion, goes back to the motion as
    it was.

    Parameters
    ----------
    layer
        A body that stands, which is changed.
    sheet
        The keys.
    is_at_end
        Whether nothing comes before, and whether nothing follows: then the feet stand side by side from the first frame
        on, and to the last.
    """
    frames = len(layer.root)
    layer.facing = np.repeat(layer.facing[:1], frames, axis=0)
    square = _stand_square(layer, is_at_end)
    base_rotations, base_root = layer.rotations.copy(), layer.root.copy()
    source = np.minimum(np.arange(frames), square)
    layer.rotations, layer.root = layer.rotations[source], layer.root[source]
    t = np.arange(frames) / FPS
    origin = layer.root * [1.0, 0.0, 1.0]
    feet = _move_trunk(layer, sheet, t)
    _move_legs(layer, sheet, t, feet)
    if sheet.resting is not None:
        _rest_on_floor(layer, sheet, t)
        _move_legs(layer, sheet, t, feet)
        _rest_on_floor(layer, sheet, t)
    high = sum((flight(t, begin, seconds) for begin, seconds in sheet.flights), np.zeros(frames))
    layer.root[:, 1] += high
    _move_arms(layer, sheet, t, origin)
    if sheet.resting is not None:
        _lift_arms_off_floor(layer, _find_resting(sheet, t))
    _keep_above_floor(layer)
    if not sheet.closes:
        turned = rotation_about_axis("y", np.full(frames, np.radians(sheet.heading)))
        base_rotations[:, PELVIS] = multiply(turned, base_rotations[:, PELVIS])
        base_root = base_root[:1] + rotate(turned, base_root - base_root[:1])
        _return_to(layer, base_rotations, base_root, sheet.keys[-1].time, sheet.stays_up)
    return _find_contacts(layer) & (not sheet.slides)


def _stand_square(layer: MotionLayer, is_at_end: tuple[bool, bool]) -> int:
    """Put the feet side by side below the pelvis, and return the frame from which on they are."""
    frames = len(layer.root)
    time = np.arange(frames)
    square = 0 if is_at_end[0] else min(_SQUARE_FRAMES, frames - 1)
    positions, world_rotations = layer.forward_kinematics()
    ankles = {s: layer.to_facing_frame(positions[:, ANKLES[s]]) for s in SIDES}
    middle = 0.5 * (ankles["left"][:1] + ankles["right"][:1])
    weights = {}
    for side, late in zip(SIDES, (0.0, 0.5), strict=True):
        begin = np.ones(frames) if is_at_end[0] else minimum_jerk((time / _SQUARE_FRAMES - 0.5 * late) * 2.0)
        end = (
            0.0 * begin
            if is_at_end[1]
            else minimum_jerk((time - frames + 1 + _RETURN_FRAMES) / _RETURN_FRAMES)
        )
        weights[side] = begin * (1.0 - end)
    both = 0.5 * (weights["left"] + weights["right"])
    pelvis = layer.to_facing_frame(layer.root)
    over = middle + np.array([0.0, 0.0, _ANKLE_BEHIND])
    shift = (over - pelvis) * [1.0, 0.0, 1.0]
    shift[:, 1] = -np.maximum(pelvis[:, 1] - _STANDING_PELVIS, 0.0)
    layer.root = layer.root + rotate(layer.facing, shift * both[:, None])
    for side in SIDES:
        goal = middle + np.array([OUTWARD[side] * _HALF_WIDTH, 0.0, 0.0])
        way = goal - ankles[side]
        way[:, 1] = _ANKLE_HEIGHT - ankles[side][:, 1]
        far = np.minimum(np.linalg.norm(way[:, [0, 2]], axis=-1) / 0.1, 1.0)
        w = weights[side]
        way = way * w[:, None]
        way[:, 1] += 0.2 * w * (1.0 - w) * far
        out = np.full(frames, OUTWARD[side] * np.radians(_TOES_OUT))
        flat = multiply(layer.facing, rotation_about_axis("y", out))
        foot = blend_quaternions(world_rotations[:, ANKLES[side]], flat, w)
        layer.place_foot(side, positions[:, ANKLES[side]] + rotate(layer.facing, way), foot)
    return square


def _move_trunk(layer: MotionLayer, sheet: KeySheet, t: Array) -> dict[str, tuple[Array, Array]]:
    """Move pelvis, trunk and head; return ankle (T, 3) and rotation (T, 4) of each foot before that."""
    positions, world_rotations = layer.forward_kinematics()
    feet = {s: (positions[:, ANKLES[s]], world_rotations[:, ANKLES[s]]) for s in SIDES}
    shift, _ = sheet.curve("pelvis", t)
    turn = np.radians(sheet.curve("turn", t)[0])
    trunk = np.radians(sheet.curve("trunk", t)[0])
    head = np.radians(sheet.curve("head", t)[0])
    layer.root = layer.root + rotate(layer.facing, shift)
    layer.turn_pelvis(turn[:, 2], turn[:, 0], turn[:, 1])
    layer.lean_forward(trunk[:, 0])
    layer.bend_sideways(trunk[:, 1])
    layer.twist_trunk(trunk[:, 2])
    layer.rotate_head(head[:, 0], head[:, 1])
    return feet


def _move_legs(layer: MotionLayer, sheet: KeySheet, t: Array, feet: dict[str, tuple[Array, Array]]) -> None:
    for side in SIDES:
        ankle, foot = feet[side]
        move, _ = sheet.curve(f"{side}_foot", t)
        pitch = np.radians(move[:, 4])
        ankle, foot = layer.lift_heel(side, ankle, foot, np.maximum(pitch, 0.0))
        foot = layer.lift_toes(foot, np.maximum(-pitch, 0.0))
        ankle = ankle + rotate(layer.facing, move[:, :3])
        foot = multiply(rotation_about_axis("y", np.radians(move[:, 3])), foot)
        layer.place_foot(side, ankle, foot)
        angles, weight = sheet.curve(f"{side}_leg", t)
        if weight.any():
            _set_leg_angles(layer, side, np.radians(angles), weight)


def _set_leg_angles(layer: MotionLayer, side: str, angles: Array, weight: Array) -> None:
    """Bend a leg by angles (T, 5) in radians from the pelvis: see ``CHANNELS``; ``weight`` (T,) 0 to 1."""
    sign = OUTWARD[side]
    thigh = multiply(
        rotation_about_axis("z", sign * angles[:, 1]),
        multiply(rotation_about_axis("x", -angles[:, 0]), rotation_about_axis("y", sign * angles[:, 2])),
    )
    w = np.clip(weight, 0.0, 1.0)
    for joint, local in (
        (HIPS[side], thigh),
        (KNEES[side], rotation_about_axis("x", angles[:, 3])),
        (ANKLES[side], rotation_about_axis("x", angles[:, 4])),
    ):
        layer.rotations[:, joint] = blend_quaternions(layer.rotations[:, joint], local, w)


def _rest_on_floor(layer: MotionLayer, sheet: KeySheet, t: Array) -> None:
    """Bring the lowest part of a lying body, but for the arms, which move later, to the floor."""
    positions, _ = layer.forward_kinematics()
    low = (positions[..., 1] - _CLEARANCE)[:, _TRUNK_AND_LEGS].min(axis=1)
    layer.root[:, 1] -= low * _find_resting(sheet, t)


def _find_resting(sheet: KeySheet, t: Array) -> Array:
    """Return how far (T,), 0 to 1, the body lies on the floor."""
    if sheet.resting is None:
        return np.zeros(len(t))
    begin, end = sheet.resting
    resting = minimum_jerk((t - begin) / 0.3 + (1.0 if sheet.opens else 0.0))
    return resting * (1.0 - minimum_jerk((t - end + 0.3) / 0.3 - (1.0 if sheet.closes else 0.0)))


def _lift_arms_off_floor(layer: MotionLayer, resting: Array) -> None:
    """Lay elbows and wrists of a lying body on the floor that are below it: else they would lift the body."""
    for side in SIDES:
        positions, _ = layer.forward_kinematics()
        joints = (SHOULDERS[side], ELBOWS[side], WRISTS[side])
        bones = [positions[:, b] - positions[:, a] for a, b in pairwise(joints)]
        height = positions[:, SHOULDERS[side], 1]
        lengths = [float(np.linalg.norm(bone[0])) for bone in bones]
        below = np.zeros(len(resting), dtype=bool)
        for bone, length, joint in zip(bones, lengths, joints[1:], strict=True):
            least = np.minimum(_CLEARANCE[joint] - height, 0.9 * length)
            low = bone[:, 1] < least
            level = normalise(bone * [1.0, 0.0, 1.0] + [1e-6, 0.0, 0.0])
            flat = level * np.sqrt(np.maximum(length**2 - least**2, 0.0))[:, None]
            flat[:, 1] = least
            bone[low] = flat[low]
            below |= low
            height = height + bone[:, 1]
        if below.any():
            upper, fore = (layer.to_facing_frame(bone) for bone in bones)
            layer.set_arm_directions(side, upper, fore, resting * below)


def _keep_above_floor(layer: MotionLayer) -> None:
    """Lift the body where anything but a foot that stands would be below the floor."""
    positions, _ = layer.forward_kinematics()
    low = (positions[..., 1] - _CLEARANCE * 0.7).min(axis=1)
    layer.root[:, 1] += np.maximum(-low, 0.0)


def _move_arms(layer: MotionLayer, sheet: KeySheet, t: Array, origin: Array) -> None:
    facing = layer.facing
    _, world_rotations = layer.forward_kinematics()
    chest = world_rotations[:, SPINE3]
    for side in SIDES:
        out = np.array([OUTWARD[side], 1.0, 1.0])
        layer.facing = chest if sheet.chest_arms else facing
        hanging = np.concatenate([d[0] * out for d in layer.arm_directions(side)])
        values, weight = sheet.arm_curve(side, t, hanging)
        if weight.any():
            upper, fore = normalise(values[:, :3] * out), normalise(values[:, 3:] * out)
            layer.set_arm_directions(side, upper, fore, weight)
        layer.facing = facing
        place, weight = sheet.curve(f"{side}_hand", t)
        if weight.any():
            positions, _ = layer.forward_kinematics()
            wrist = origin + rotate(facing, place)
            reach = layer.to_facing_frame(wrist - positions[:, SHOULDERS[side]])
            pole = np.broadcast_to(np.asarray(sheet.elbows) * out, reach.shape)
            upper, fore = layer.solve_arm(side, reach, pole)
            layer.set_arm_directions(side, upper, fore, np.clip(weight, 0.0, 1.0))


def _return_to(layer: MotionLayer, rotations: Array, root: Array, end: float, stays_up: bool) -> None:
    """Blend into the motion as it was when the keys end, from where the body is then, at its height if it stays up."""
    count = min(_RETURN_FRAMES, len(root) // 3)
    first = max(0, min(len(root) - 1 - count, int(np.ceil(end * FPS))))
    went = (layer.root[-1] - root[min(first + count, len(root) - 1)]) * [1.0, float(stays_up), 1.0]
    x = minimum_jerk((np.arange(len(root)) - first) / count)
    layer.rotations = blend_quaternions(layer.rotations, rotations, x[:, None])
    layer.root = layer.root * (1.0 - x[:, None]) + (root + went) * x[:, None]


def _find_contacts(layer: MotionLayer) -> Mask:
    """Return where heels and toes stand on the floor (T, 4): low and still."""
    positions, _ = layer.forward_kinematics()
    out = []
    for side in SIDES:
        for joints, height in ((ANKLES, _HEEL_HEIGHT), (FEET, _TOE_HEIGHT)):
            point = positions[:, joints[side]]
            speed = np.linalg.norm(np.gradient(point, axis=0), axis=-1)
            out.append((point[:, 1] < height) & (moving_average(speed, 3) < _PLANTED_SPEED))
    return np.stack(out, axis=-1)
