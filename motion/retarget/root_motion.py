# SPDX-License-Identifier: GPL-3.0-or-later
"""Root motion: remove it (in place), or move it from the hips to the rig's root bone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..rest_alignment import left_right_midpoint, rest_orientation
from ..rotations import Array, conjugate, heading_of, multiply, rotate, rotation_about_axis
from .retargeted_motion import RetargetedMotion, RootMotion

_UP = np.array([0.0, 1.0, 0.0])


def compute_hip_centres(retargeted: RetargetedMotion) -> Array:
    """Return the positions (T, 3) of the middle of the hips."""
    return np.asarray(retargeted.joint_positions(("left_hip", "right_hip")).mean(axis=1))


def remove_root_motion(retargeted: RetargetedMotion) -> RetargetedMotion:
    """Remove the root motion: the middle of the hips stays above the point where it starts."""
    displacement = compute_hip_centres(retargeted)
    displacement = (displacement - displacement[0]) * np.array([1.0, 0.0, 1.0])
    return retargeted.with_rotations({}, retargeted.body_positions - displacement)


def find_root_bone(retargeted: RetargetedMotion) -> int | None:
    """Return the master bone that can be keyed: above the body and free to move. None without one."""
    hierarchy, rig, name = retargeted.hierarchy, retargeted.rig, retargeted.bone_map.root
    if name is None or name not in rig:
        return None
    root = rig.bone_index(name)
    if (
        root in hierarchy.keyed_columns
        or root == hierarchy.body_bone
        or not hierarchy.is_ancestor(root, hierarchy.body_bone)
    ):
        return None
    bone = hierarchy.body_bone
    while bone != root:
        if not rig.connected[bone]:
            break
        bone = hierarchy.parents[bone]
    if bone == root or (rig.connected[root] and hierarchy.parents[root] >= 0):
        return None
    return root


def move_to_root_bone(retargeted: RetargetedMotion, root: int) -> RetargetedMotion:
    """Move root motion and heading from the hips to the ``root`` bone, without changing any other bone's position.

    The root bone stays on the floor below the hips, as in the rest pose, with the heading of the pelvis.
    """
    rig, hierarchy = retargeted.rig, retargeted.hierarchy
    rest_positions = {
        joint: rig.heads[bone] for joint, bone in zip(retargeted.joints, retargeted.bones, strict=True)
    }
    orientation = rest_orientation(rest_positions, rig.axes)
    up = rotate(orientation, _UP)
    floor_point = left_right_midpoint(rest_positions, "hip")
    floor_point = floor_point + up * (float(np.dot(rig.heads[root] - floor_point, up)))
    headings = heading_of(multiply(retargeted.joint_rotations("pelvis"), orientation))
    rotations = multiply(rotation_about_axis("y", np.unwrap(headings)), conjugate(orientation))
    floor_positions = compute_hip_centres(retargeted)
    floor_positions[:, 1] = retargeted.floor_height
    head_positions = floor_positions + rotate(
        rotations, hierarchy.current_size(root) * (rig.heads[root] - floor_point)
    )
    return replace(
        retargeted, hierarchy=hierarchy.with_root(root), root=RootMotion(rotations, head_positions)
    )
