# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes a performance's way over the ground: nothing at all, or a master bone below the body."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..rest_alignment import middle, rest_frame
from ..rotations import Array, about, conjugate, heading, multiply, rotate
from .retargeted_motion import Performance, Root

_UP = np.array([0.0, 1.0, 0.0])


def hips_middle(performance: Performance) -> Array:
    """Track (T, 3) of the point between the hips."""
    return np.asarray(performance.heads(("left_hip", "right_hip")).mean(axis=1))


def in_place(performance: Performance) -> Performance:
    """The performance without its travel over the ground: the middle of the hips stays above where it begins."""
    travel = hips_middle(performance)
    travel = (travel - travel[0]) * np.array([1.0, 0.0, 1.0])
    return performance.with_turns({}, performance.hips - travel)


def root_bone(performance: Performance) -> int | None:
    """The master bone that can take the travel: above the body, apart from it, and free to move. None if none can."""
    posing, rig, name = performance.posing, performance.rig, performance.bone_map.root
    if name is None or name not in rig:
        return None
    root = rig.index(name)
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
    """The performance with travel and heading on a master bone, and the rest on the hips; no bone's place changes.

    The master bone stands on the floor below the hips as it does at rest, and turns as the pelvis does over the
    ground.
    """
    rig, posing = performance.rig, performance.posing
    rest = {joint: rig.heads[bone] for joint, bone in zip(performance.joints, performance.bones, strict=True)}
    frame = rest_frame(rest, rig.axes)
    up = rotate(frame, _UP)
    below = middle(rest, "hip")
    below = below + up * (float(np.dot(rig.heads[root] - below, up)))
    forward = heading(multiply(performance.turn("pelvis"), frame))
    turns = multiply(about("y", np.unwrap(forward)), conjugate(frame))
    place = hips_middle(performance)
    place[:, 1] = performance.ground
    heads = place + rotate(turns, posing.present_size(root) * (rig.heads[root] - below))
    return replace(performance, posing=posing.with_root(root), root=Root(turns, heads))
