# SPDX-License-Identifier: GPL-3.0-or-later
"""Elbows and knees that turn about one axis only, as some rigs lock them.

A motion bends them about axes of its own. The upper bone is twisted about itself until the hinge can point the lower
bone where the motion has it; hands and feet keep their orientation.
"""

from __future__ import annotations

import numpy as np

from ..mapping.families import find_family
from ..rig import Rig
from ..rotations import Array, axis_angle_to_quaternion, cross_product, multiply, normalise, rotate
from .ik_keys import find_mechanism_bones
from .retargeted_motion import RetargetedMotion

_LIMBS = tuple(
    tuple(f"{side}_{joint}" for joint in limb)
    for side in ("left", "right")
    for limb in (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
)

_BENT_SINE = 0.1
"""Sine of the bend from which on the plane of a limb says how the upper bone has to be twisted."""


def align_hinges(retargeted: RetargetedMotion) -> RetargetedMotion:
    """Return the motion with limbs whose lower bone is a hinge bent about that hinge."""
    rig, columns = retargeted.rig, retargeted.joint_columns
    mechanism_bones = find_mechanism_bones(find_family(retargeted.bone_map.family))
    changed: dict[str, Array] = {}
    for upper, middle, lower in _LIMBS:
        if not {upper, middle, lower} <= columns.keys():
            continue
        bones = [retargeted.bones[columns[joint]] for joint in (upper, middle, lower)]
        axis = _find_hinge(rig, bones[1])
        if axis is None or rig.bone_names[bones[1]] in mechanism_bones:
            continue
        upper_rest, lower_rest = (normalise(vector) for vector in np.diff(rig.heads[bones], axis=0))
        if not (np.any(upper_rest) and np.any(lower_rest)):
            continue
        changed[upper], changed[middle] = _bend_about_hinge(
            retargeted.joint_rotations(upper),
            rotate(retargeted.joint_rotations(middle), lower_rest),
            (upper_rest, lower_rest),
            axis,
        )
    return retargeted.with_rotations(changed, retargeted.body_positions) if changed else retargeted


def _find_hinge(rig: Rig, bone: int) -> Array | None:
    """Return the axis (3,) in the world at rest about which a bone turns, None unless it is the only free one.

    A bone whose locked angles are not zero now is no plain hinge.
    """
    free = [k for k in range(3) if not rig.lock_rotation[bone, k]]
    if len(free) != 1:
        return None
    axis = np.eye(3)[free[0]]
    turned = rig.basis[bone][:3, :3] @ axis
    return rotate(rig.rest_rotations[bone], axis) if np.allclose(turned, axis, atol=1e-3) else None


def _bend_about_hinge(
    upper: Array, directions: Array, rest: tuple[Array, Array], axis: Array
) -> tuple[Array, Array]:
    """Return the rotations (T, 4) of the upper and the lower bone that point the lower one along ``directions``.

    Parameters
    ----------
    upper : (T, 4)
        World rotations of the upper bone from rest.
    directions : (T, 3) unit vectors
        Where the lower bone has to point.
    rest : (3,), (3,) unit vectors
        Directions of both bones at rest.
    axis : (3,) unit vector
        The hinge at rest.
    """
    upper_directions = rotate(upper, rest[0])
    hinge = rotate(upper, axis)
    along = np.sum(hinge * upper_directions, axis=-1, keepdims=True) * upper_directions
    across = hinge - along
    # the hinge keeps its angle to the lower bone: a cos(twist) + b sin(twist) + c = angle
    a = np.sum(across * directions, axis=-1)
    b = np.sum(cross_product(upper_directions, across) * directions, axis=-1)
    c = np.sum(along * directions, axis=-1)
    size = np.hypot(a, b)
    spread = np.arccos(np.clip((float(axis @ rest[1]) - c) / np.maximum(size, 1e-9), -1.0, 1.0))
    is_bent = size > _BENT_SINE
    if not np.any(is_bent):
        twist = np.zeros(len(upper))
    else:
        # of the two twists, half a turn apart or so, the one that is nearer to the motion's own for all frames together
        choices = [np.arctan2(b, a) + sign * spread for sign in (1.0, -1.0)]
        choices = [np.arctan2(np.sin(choice), np.cos(choice)) for choice in choices]
        costs = [float(np.sum(size[is_bent] * np.abs(choice[is_bent]))) for choice in choices]
        frames = np.flatnonzero(is_bent)
        twist = np.interp(np.arange(len(upper)), frames, np.unwrap(choices[int(np.argmin(costs))][is_bent]))
    twisted = multiply(axis_angle_to_quaternion(twist[:, None] * upper_directions), upper)
    hinge = rotate(twisted, axis)
    straight = rotate(twisted, rest[1])
    angle = np.arctan2(
        np.sum(hinge * cross_product(straight, directions), axis=-1),
        np.sum(straight * directions, axis=-1)
        - np.sum(hinge * straight, axis=-1) * np.sum(hinge * directions, axis=-1),
    )
    return twisted, multiply(axis_angle_to_quaternion(angle[:, None] * hinge), twisted)
