# SPDX-License-Identifier: GPL-3.0-or-later
"""Root motion: remove it (in place), or move it from the hips to the rig's root bone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..rest_alignment import left_right_midpoint, rest_orientation
from ..rotations import Array, conjugate, heading_of, multiply, rotate, rotation_about_axis
from .retargeted_motion import Performance, Root

_UP = np.array([0.0, 1.0, 0.0])


def hips_middle(performance: Performance) -> Array:
    """Return the positions (T, 3) of the middle of the hips."""
    return np.asarray(performance.heads(("left_hip", "right_hip")).mean(axis=1))


def in_place(performance: Performance) -> Performance:
    """Remove the root motion: the middle of the hips stays above the point where it starts."""
    travel = hips_middle(performance)
    travel = (travel - travel[0]) * np.array([1.0, 0.0, 1.0])
    return performance.with_turns({}, performance.hips - travel)


def root_bone(performance: Performance) -> int | None:
    """Return the master bone that can be keyed: above the body and free to move. None without one."""
    posing, rig, name = performance.posing, performance.rig, performance.bone_map.root
    if name is None or name not in rig:
        return None
    root = rig.bone_index(name)
    if root in posing.columns or root == posing.body or not posing.carries(root, posing.body):
        return None
    bone = posing.body
    while bone != root:
        if not rig.connected[bone]:
            break
        bone = posing.parents[bone]
    if bone == root or (rig.connected[root] and posing.parents[root] >= 0):
        return None
    return root


def on_root(performance: Performance, root: int) -> Performance:
    """Move root motion and heading from the hips to the ``root`` bone, without changing any other bone's position.

    The root bone stays on the floor below the hips, as in the rest pose, with the heading of the pelvis.
    """
    rig, posing = performance.rig, performance.posing
    rest = {joint: rig.heads[bone] for joint, bone in zip(performance.joints, performance.bones, strict=True)}
    frame = rest_orientation(rest, rig.axes)
    up = rotate(frame, _UP)
    below = left_right_midpoint(rest, "hip")
    below = below + up * (float(np.dot(rig.heads[root] - below, up)))
    forward = heading_of(multiply(performance.turn("pelvis"), frame))
    turns = multiply(rotation_about_axis("y", np.unwrap(forward)), conjugate(frame))
    place = hips_middle(performance)
    place[:, 1] = performance.ground
    heads = place + rotate(turns, posing.present_size(root) * (rig.heads[root] - below))
    return replace(performance, posing=posing.with_root(root), root=Root(turns, heads))
