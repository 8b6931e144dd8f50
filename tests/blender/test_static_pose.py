# SPDX-License-Identifier: GPL-3.0-or-later
"""``scene.static_pose``: the pose before a bake, computed in place of evaluated."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import bpy
import numpy as np
import pytest
from applying import apply
from kinescribe.scene.action import get_action
from kinescribe.scene.apply import ApplyOptions
from kinescribe.scene.pose_state import read_pose_state
from kinescribe.scene.static_pose import read_reverted_state
from kinescribe.scene.unbake import read_values_before, temporarily_reverted

pytestmark = pytest.mark.usefixtures("own_cache")


def reverted(rig: bpy.types.Object) -> Any:
    action = get_action(rig)
    return read_reverted_state(rig, action, read_values_before(action))


def pose(rig: bpy.types.Object) -> None:
    """Pose bones of all rotation modes, and the object."""
    bones = rig.pose.bones
    rig.location, rig.rotation_euler, rig.scale = (1.0, -2.0, 0.5), (0.1, 0.0, 2.0), (1.2, 1.2, 1.2)
    bones["pelvis"].location = (0.1, 0.2, -0.3)
    bones["pelvis"].rotation_mode = "XYZ"
    bones["pelvis"].rotation_euler = (0.3, -0.2, 0.9)
    bones["spine1"].rotation_mode = "AXIS_ANGLE"
    bones["spine1"].rotation_axis_angle = (0.7, 0.2, 0.9, -0.4)
    bones["left_hip"].rotation_quaternion = (1.8, 0.4, -0.2, 0.1)
    bones["left_hip"].scale = (1.1, 0.9, 1.3)
    bones["right_shoulder"].rotation_mode = "ZXY"
    bones["right_shoulder"].rotation_euler = (0.2, 1.0, -0.3)


def test_it_is_the_pose_that_blender_evaluates(rig: bpy.types.Object) -> None:
    pose(rig)
    apply(rig, options=ApplyOptions(1))
    bpy.context.scene.frame_set(17)
    bpy.context.view_layer.update()
    found = reverted(rig)
    with temporarily_reverted(rig, get_action(rig)):
        expected = read_pose_state(rig)
    assert not np.allclose(read_pose_state(rig).rig.pose_heads, expected.rig.pose_heads, atol=1e-3)
    for field in fields(found.rig):
        ours, theirs = getattr(found.rig, field.name), getattr(expected.rig, field.name)
        if isinstance(ours, np.ndarray) and ours.dtype.kind == "f":
            np.testing.assert_allclose(ours, theirs, atol=1e-5, err_msg=field.name)
        else:
            assert np.all(ours == theirs), field.name
    for name, values in expected.values.items():
        np.testing.assert_allclose(found.values[name], values, atol=1e-6, err_msg=name)


def test_nothing_is_evaluated_for_it(rig: bpy.types.Object) -> None:
    apply(rig)
    bpy.context.view_layer.update()
    updates: list[str] = []

    def note(*_: object) -> None:
        updates.append("update")

    bpy.app.handlers.depsgraph_update_post.append(note)
    try:
        assert reverted(rig) is not None
        bpy.context.view_layer.update()
    finally:
        bpy.app.handlers.depsgraph_update_post.remove(note)
    assert not updates
