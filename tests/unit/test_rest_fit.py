# SPDX-License-Identifier: GPL-3.0-or-later
"""Fits of rest poses: kept for the next motion on the same rig, computed anew where anything that counts differs."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from kinescribe.motion import T_POSE, MappingError, Skeleton, smpl_skeleton
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.retarget.rest_fit import fit_rest_poses
from kinescribe.motion.rig import Rig
from rig_kit import T_BODY
from rig_model import body_rig

POSE_FIELDS = {
    "pose_heads", "basis", "scale", "inherits_rotation", "inherits_scale", "connected", "local_location", "selected",
    "lock_location", "lock_rotation", "rotation_modes", "properties",
}  # fmt: skip
"""What a fit must not depend on: the user changes it between two motions."""


def same_rig(rig: Rig, **changes: Any) -> Rig:
    """Return a rig of equal but new arrays, with some fields replaced, as the next reading of it returns one."""
    copies = {f.name: getattr(rig, f.name) for f in fields(rig)}
    copies = {
        name: value.copy() if isinstance(value, np.ndarray) else value for name, value in copies.items()
    }
    return Rig(**{**copies, **changes})


def test_a_fit_is_kept_while_rest_pose_map_and_skeleton_are_equal() -> None:
    rig = body_rig(T_BODY)
    fit = fit_rest_poses(T_POSE, rig, map_bones(rig), True)
    moved = same_rig(rig, pose_heads=rig.pose_heads + 1.0, basis=rig.basis + 0.1, selected=~rig.selected)
    skeleton = smpl_skeleton(T_POSE.rest_offsets.copy())
    assert fit_rest_poses(skeleton, moved, map_bones(moved), True) is fit
    assert fit.build_hierarchy(moved).rig is moved, "the pose is the present one"


def test_a_fit_reads_nothing_of_the_pose() -> None:
    rig = body_rig(T_BODY)
    bone_map = map_bones(rig)
    unposed = same_rig(rig, heads=1.25 * rig.heads, tails=1.25 * rig.tails)
    for name in POSE_FIELDS:
        object.__delattr__(unposed, name)
    assert fit_rest_poses(T_POSE, unposed, bone_map, True).target.leg_length == pytest.approx(
        1.25 * fit_rest_poses(T_POSE, rig, bone_map, True).target.leg_length
    )


@pytest.mark.parametrize("name", sorted({f.name for f in fields(Rig)} - POSE_FIELDS - {"name"}))
def test_a_fit_is_computed_anew_for_another_rest_pose(name: str) -> None:
    rig = body_rig(T_BODY)
    bone_map = map_bones(rig)
    fit = fit_rest_poses(T_POSE, rig, bone_map, True)
    value = getattr(rig, name)
    if name == "bone_names":
        changed: Any = (*value[:-1], "another")
        bone_map = replace(bone_map, bones={k: v for k, v in bone_map.bones.items() if v in changed})
    elif name == "parents":
        changed = (*value[:-1], 0)
    elif name == "axes":
        changed = np.roll(value, 1, axis=0)
    else:
        changed = value.copy()
        changed.flat[-1] = not changed.flat[-1] if changed.dtype == bool else changed.flat[-1] + 0.01
    assert fit_rest_poses(T_POSE, same_rig(rig, **{name: changed}), bone_map, True) is not fit


def test_a_fit_is_computed_anew_for_another_map_or_skeleton() -> None:
    rig = body_rig(T_BODY)
    bone_map = map_bones(rig)
    fit = fit_rest_poses(T_POSE, rig, bone_map, True)
    pelvis = bone_map.bones["pelvis"]
    fewer_bones = {joint: bone for joint, bone in bone_map.bones.items() if joint != "head"}
    for other in (
        replace(bone_map, bones=fewer_bones),
        replace(bone_map, reference={pelvis: (0.8, 0.6, 0.0, 0.0)}),
        replace(bone_map, family="custom"),
    ):
        assert fit_rest_poses(T_POSE, rig, other, True) is not fit
    assert fit_rest_poses(T_POSE, rig, bone_map, False) is not fit
    taller = smpl_skeleton(1.1 * T_POSE.rest_offsets)
    assert fit_rest_poses(taller, rig, bone_map, True).source.leg_length == pytest.approx(
        1.1 * fit.source.leg_length
    )
    renamed = Skeleton((*T_POSE.joint_names[:-1], "palm"), T_POSE.parents, T_POSE.rest_offsets)
    assert "right_wrist" not in fit_rest_poses(renamed, rig, bone_map, True).joints


def test_an_error_names_the_rig_that_it_is_about() -> None:
    rig = body_rig(T_BODY)
    bone_map = map_bones(rig)
    for name in ("Ada", "Ben"):
        point = same_rig(rig, name=name, heads=np.zeros_like(rig.heads))
        with pytest.raises(MappingError, match=f"{name} stand at the same point"):
            fit_rest_poses(T_POSE, point, bone_map, True)
