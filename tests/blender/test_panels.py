# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panels say, as far as it can be asked without a window; ``tests/gui`` looks at the rest."""

from __future__ import annotations

import bpy
import pytest
from kinescribe.motion.families import FAMILIES
from kinescribe.panels import bone_map
from kinescribe.panels.main import frames_line
from kinescribe.panels.text import letters_across


def test_every_family_has_the_same_label_in_the_panel() -> None:
    assert {family.name: family.label for family in FAMILIES} | {"custom": "Custom"} == bone_map.FAMILIES


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
    assert frames_line(bpy.context.scene, seconds) == line


def test_joints_read_like_labels() -> None:
    assert [bone_map.joint_label(joint) for joint in ("left_hip", "spine1", "pelvis")] == [
        "Left Hip",
        "Spine 1",
        "Pelvis",
    ]


def test_sentences_keep_some_width_without_a_region() -> None:
    assert letters_across(bpy.context) >= 16


def test_panels_belong_to_one_tab() -> None:
    panels = [getattr(bpy.types, name) for name in dir(bpy.types) if name.startswith("KINESCRIBE_PT_")]
    assert len(panels) == 3
    for panel in panels:
        assert (panel.bl_space_type, panel.bl_region_type) == ("VIEW_3D", "UI")
        assert getattr(panel, "bl_category", "Kinescribe") == "Kinescribe"
        assert panel.bl_parent_id == "KINESCRIBE_PT_main" if panel.bl_label != "Kinescribe" else True


def test_tooltips_end_without_a_full_stop() -> None:
    classes = [getattr(bpy.types, name) for name in dir(bpy.types) if name.startswith("KINESCRIBE_")]
    texts = [cls.bl_rna.description for cls in classes]
    texts += [prop.description for cls in classes for prop in cls.bl_rna.properties if prop.is_runtime]
    assert [text for text in texts if text.endswith(".")] == []
