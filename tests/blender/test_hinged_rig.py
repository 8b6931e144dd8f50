# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions on a rig whose forearms and shins turn about one axis, measured in Blender's evaluated scene."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest

_LIMBS = [
    (f"mixamorig:{side}{upper}", f"mixamorig:{side}{lower}")
    for side in ("Left", "Right")
    for upper, lower in (("Arm", "ForeArm"), ("ForeArm", "Hand"), ("UpLeg", "Leg"), ("Leg", "Foot"))
]


def build(path: Path, is_locked: bool) -> bpy.types.Object:
    """Return the armature of a file of bones and locked axes, selected."""
    data = json.loads(path.read_text(encoding="utf-8"))
    rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    rig.select_set(True)
    bpy.ops.object.mode_set(mode="EDIT")
    for name, parent, head, tail in data["bones"]:
        bone = rig.data.edit_bones.new(name)
        bone.head, bone.tail = head, tail
        bone.parent = rig.data.edit_bones[parent] if parent else None
    bpy.ops.object.mode_set(mode="OBJECT")
    assert len(data["locks"]) >= 4
    for name, locks in data["locks"].items():
        rig.pose.bones[name].rotation_mode = "XYZ"
        rig.pose.bones[name].lock_rotation = locks if is_locked else (False, False, False)
    return rig


def measure_limbs(rig: bpy.types.Object) -> np.ndarray:
    """Return the directions (T, limbs, 3) of the limbs on the evaluated rig."""
    found = []
    for frame in range(1, 72, 3):
        bpy.context.scene.frame_set(frame)
        bones = rig.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
        found.append([(bones[b].head - bones[a].head).normalized() for a, b in _LIMBS])
    return np.array(found)


@pytest.mark.parametrize("prompt", ["a person waves with the right hand", "a person kicks with the left leg"])
def test_limbs_of_a_hinged_rig_point_as_without_its_locks(shared: Path, prompt: str) -> None:
    directions = []
    for is_locked in (False, True):
        rig = build(shared / "cases" / "rig-hinge-locks" / "rig.json", is_locked)
        bpy.context.scene.frame_set(1)  # where the motion begins
        settings = bpy.context.scene.kinescribe
        settings.prompt, settings.seconds, settings.seed, settings.foot_lock = prompt, 3.0, 3, 0.0
        bpy.ops.kinescribe.generate()
        directions.append(measure_limbs(rig))
        bpy.data.objects.remove(rig)
    free, held = directions
    off = np.degrees(np.arccos(np.clip(np.sum(free * held, axis=-1), -1.0, 1.0)))
    bends = np.degrees(np.arccos(np.clip(np.sum(free[:, ::2] * free[:, 1::2], axis=-1), -1.0, 1.0)))
    assert bends.max() > 40.0, "something bends"
    assert np.percentile(off, 95, axis=0).max() < 5.0
