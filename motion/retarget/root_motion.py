# SPDX-License-Identifier: GPL-3.0-or-later
"""Root motion: remove it (in place), or move it from the hips to the rig's root bone.

Root motion is the smooth way of the body. The hips keep its sway about that way: without it a walk looks as if the
body hung on a rail.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from ..mapping.bone_map import BoneMap
from ..mapping.bone_names import fold_name
from ..rest_alignment import left_right_midpoint, rest_orientation
from ..rig import Rig
from ..rotations import Array, conjugate, heading_of, multiply, rotate, rotation_about_axis
from ..smoothing import find_smooth_way
from .retargeted_motion import RetargetedMotion, RootMotion

_UP = np.array([0.0, 1.0, 0.0])


def compute_hip_centres(retargeted: RetargetedMotion) -> Array:
    """Return the positions (T, 3) of the middle of the hips."""
    return np.asarray(retargeted.joint_positions(("left_hip", "right_hip")).mean(axis=1))


def remove_root_motion(retargeted: RetargetedMotion) -> RetargetedMotion:
    """Remove the root motion: the middle of the hips sways about the point above which it starts."""
    displacement = find_smooth_way(compute_hip_centres(retargeted), retargeted.fps)
    displacement = (displacement - displacement[0]) * np.array([1.0, 0.0, 1.0])
    return retargeted.with_rotations({}, retargeted.body_positions - displacement)


def find_root_bone(retargeted: RetargetedMotion) -> int | None:
    """Return the master bone that can be keyed: above the body and free to move; or the object's. None without one."""
    hierarchy, rig, name = retargeted.hierarchy, retargeted.rig, retargeted.bone_map.root
    if rig.object_bone >= 0:
        return None if rig.object_bone == hierarchy.body_bone else rig.object_bone
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

    The root bone goes along the floor on the smooth way of the hips, below them as in the rest pose, and turns as the
    pelvis does on the whole.
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
    headings = find_smooth_way(np.unwrap(headings)[:, None], retargeted.fps)[:, 0]
    rotations = multiply(rotation_about_axis("y", headings), conjugate(orientation))
    floor_positions = find_smooth_way(compute_hip_centres(retargeted), retargeted.fps)
    # an object that is not on the floor, such as the centre of a Biped, keeps its height
    is_object = root == rig.object_bone
    floor_positions[:, 1] = rig.heads[root, 1] if is_object else retargeted.floor_height
    head_positions = floor_positions + rotate(
        rotations, hierarchy.current_size(root) * (rig.heads[root] - floor_point)
    )
    return replace(
        retargeted, hierarchy=hierarchy.with_root(root), root=RootMotion(rotations, head_positions)
    )


_ROOT_NAMES = ("root", "reference", "master", "bip01", "bip001")


def is_root_object(rig: Rig, bone_map: BoneMap) -> bool:
    """Return whether the root of the skeleton became the armature object, as its name says, and no bone is the root.

    Blender's importer of FBX makes the armature object of the skeleton's first node. Exports from Unreal come in so.
    """
    if bone_map.root is not None and bone_map.root in rig:
        return False
    folded = fold_name(re.sub(r"\.\d+$", "", rig.name))
    return folded.endswith(_ROOT_NAMES)
