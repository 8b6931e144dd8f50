# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions of the panels that need no window; ``tests/gui`` tests the rest."""

from __future__ import annotations

from collections import Counter

import bpy
import pytest
from kinescribe.motion.skeleton import MAPPED_JOINTS, SMPL_JOINTS
from kinescribe.panels.joints import GROUPS, is_needed, joint_group, joint_label
from kinescribe.panels.main import format_duration
from kinescribe.panels.text import letters_per_line


@pytest.mark.parametrize(
    "fps, base, seconds, line",
    [
        (24, 1.0, 4.0, "4.0 s, 96 frames"),
        (30, 1.001, 10.0, "10.0 s, 300 frames"),
        (60, 1.0, 0.5, "0.5 s, 30 frames"),
    ],
)
def test_the_duration_counts_in_the_scene_s_frames(fps: int, base: float, seconds: float, line: str) -> None:
    render = bpy.context.scene.render
    render.fps, render.fps_base = fps, base
    assert format_duration(bpy.context.scene, seconds) == line


def test_joints_read_like_labels() -> None:
    labels = [joint_label(joint) for joint in ("left_hip", "spine1", "pelvis", "right_index3", "jaw")]
    assert labels == ["Hip", "Spine 1", "Pelvis", "Index 3", "Jaw"]


def test_every_joint_is_in_one_of_the_groups() -> None:
    counts = Counter(joint_group(joint) for joint in MAPPED_JOINTS)
    hands = {"Left Hand": 15, "Right Hand": 15}
    assert counts == {"Body": 7, "Left Arm": 4, "Right Arm": 4, "Left Leg": 4, "Right Leg": 4, **hands}
    assert set(counts) == set(GROUPS)
    assert [joint for joint in MAPPED_JOINTS if is_needed(joint)] == list(SMPL_JOINTS)


def test_sentences_keep_some_width_without_a_region() -> None:
    assert letters_per_line(bpy.context) >= 16


def test_panels_belong_to_one_tab() -> None:
    panels = [getattr(bpy.types, name) for name in dir(bpy.types) if name.startswith("KINESCRIBE_PT_")]
    popovers = {panel.__name__ for panel in panels if "INSTANCED" in getattr(panel, "bl_options", ())}
    assert popovers == {"KINESCRIBE_PT_bone_presets"}
    names = {panel.__name__ for panel in panels} - popovers
    for panel in panels:
        if panel.__name__ in names:
            assert (panel.bl_space_type, panel.bl_region_type) == ("VIEW_3D", "UI")
            assert getattr(panel, "bl_category", "Kinescribe") == "Kinescribe"
            assert panel.__name__ == "KINESCRIBE_PT_main" or panel.bl_parent_id in names


def test_tooltips_end_without_a_full_stop() -> None:
    classes = [getattr(bpy.types, name) for name in dir(bpy.types) if name.startswith("KINESCRIBE_")]
    texts = [cls.bl_rna.description for cls in classes]
    texts += [prop.description for cls in classes for prop in cls.bl_rna.properties if prop.is_runtime]
    assert [text for text in texts if text.endswith(".")] == []
