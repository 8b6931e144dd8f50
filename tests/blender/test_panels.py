# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions of the panels that need no window; ``tests/gui`` tests the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import bpy
import pytest
from fakes import FakeBackend
from kinescribe.inference import matrix_products, openblas
from kinescribe.motion import BackendError
from kinescribe.motion.skeleton import MAPPED_JOINTS, SMPL_JOINTS
from kinescribe.operators.apply import changed_options
from kinescribe.operators.base import active_character, get_action
from kinescribe.operators.shortcuts import VERBS
from kinescribe.panels import main, tool_header
from kinescribe.panels.button import describe_button
from kinescribe.panels.duration import format_duration
from kinescribe.panels.joints import GROUPS, is_needed, joint_group, joint_label
from kinescribe.panels.text import letters_per_line
from kinescribe.session import session


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


class TestButton:
    """The one button says what it will do."""

    @pytest.fixture
    def stored(self, mannequin: bpy.types.Object, backend: FakeBackend) -> bpy.types.PropertyGroup:
        return mannequin.kinescribe

    def text(self) -> str:
        return describe_button(bpy.context, active_character(bpy.context)).text

    def press(self) -> None:
        """Call the operator as the button does."""
        button = describe_button(bpy.context, active_character(bpy.context))
        getattr(bpy.ops.kinescribe, button.operator.partition(".")[2])(**button.properties)

    def test_of_a_single_prompt(self, stored: bpy.types.PropertyGroup, backend: FakeBackend) -> None:
        assert self.text() == "Generate"
        self.press()
        assert self.text() == "Another Take"
        self.press()
        first, second = (request.options.seed for request in backend.requests)
        assert first != second and len(stored.takes) == 2 and self.text() == "Another Take"
        stored.prompt = "a person jumps"
        assert self.text() == "Generate"
        self.press()
        assert self.text() == "Another Take" and backend.requests[-1].prompt == "a person jumps"

    def test_of_what_is_redone(self, stored: bpy.types.PropertyGroup) -> None:
        self.press()
        stored.task = "CONTINUE"
        assert self.text() == "Continue from 96"
        stored.task = "RANGE"
        assert self.text() == "Redo Range"
        stored.range_start, stored.range_end = 40, 70
        assert self.text() == "Redo 40-70"
        stored.range_start = stored.range_end = 0
        scene = bpy.context.scene
        scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 20, 35
        assert self.text() == "Redo 20-35"
        stored.task = "BODY"
        assert self.text() == "Redo Bones 20-35"

    def test_of_parts(self, stored: bpy.types.PropertyGroup, able_backend: None) -> None:
        bpy.ops.kinescribe.add_part()
        bpy.ops.kinescribe.add_part()
        self.press()
        stored.parts[1].prompt = "a person jumps"
        assert self.text() == "Redo Part 2"
        stored.parts[2].prompt = "a person sits"
        assert self.text() == "Redo 2 Parts"
        stored.parts[2].locked = True
        assert self.text() == "Redo Part 2"

    @pytest.fixture
    def able_backend(self, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch) -> None:
        able = replace(backend.capabilities(), max_segments=9)
        monkeypatch.setattr(backend, "capabilities", lambda: able)

    def test_of_several_characters(self, stored: bpy.types.PropertyGroup) -> None:
        first = bpy.context.object
        bpy.ops.kinescribe.add_mannequin()
        first.select_set(True)
        assert self.text() == "Generate for 2 Characters"


def test_the_character_stays_while_its_guide_is_selected(mannequin: bpy.types.Object) -> None:
    bpy.ops.kinescribe.add_path()
    bpy.ops.kinescribe.add_pin(joint="left_wrist")
    directing = mannequin.kinescribe.directing
    for guide in (directing.path, directing.pins[0].object):
        bpy.context.view_layer.objects.active = guide
        assert active_character(bpy.context) == mannequin
        assert bpy.ops.kinescribe.generate.poll()
    other = bpy.data.objects.new("Cup", None)
    bpy.context.scene.collection.objects.link(other)
    bpy.context.view_layer.objects.active = other
    assert active_character(bpy.context) is None


def test_every_verb_is_in_the_menu(mannequin: bpy.types.Object) -> None:
    for group in VERBS:
        for name in group:
            assert getattr(bpy.ops.kinescribe, name).get_rna_type().name


def test_the_scene_is_fitted_to_the_take(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    scene = bpy.context.scene
    scene.frame_set(30)
    bpy.ops.kinescribe.generate()
    bpy.ops.kinescribe.fit_scene_range()
    assert (scene.frame_start, scene.frame_end) == (30, 125)


def test_the_panel_says_why_the_model_is_slow(
    mannequin: bpy.types.Object, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(main, "draw_message", lambda _box, _context, text, **_looks: drawn.append(text))
    monkeypatch.setenv(matrix_products.VARIABLE, "einsum")
    monkeypatch.setattr(openblas, "_outcome", [BackendError("OpenBLAS is not installed")])
    layout = SimpleNamespace(box=lambda: None)
    bpy.ops.kinescribe.generate()
    main._draw_status(layout, bpy.context)
    assert not any("slow" in text for text in drawn), "a server's speed does not depend on this library"
    drawn.clear()
    monkeypatch.setattr(backend, "is_computed_here", True, raising=False)
    bpy.ops.kinescribe.generate()
    main._draw_status(layout, bpy.context)
    assert [text for text in drawn if "slow" in text] == [
        "Generating is slow here: OpenBLAS is not installed. Install the zip of Kinescribe that is made for this system"
    ]
    session.generation.clear()


def test_the_hints_name_what_the_model_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(main, "draw_message", lambda _box, _context, text, **_looks: drawn.append(text))
    state, layout = session.generation, SimpleNamespace(box=lambda: None)
    state.set_message("Generated 4.0 s")
    state.low_confidence, state.doubts = True, ("The model does not know how to show it",)
    main._draw_status(layout, bpy.context)
    assert drawn == ["Generated 4.0 s", *state.doubts]
    drawn.clear()
    state.doubts = ()
    main._draw_status(layout, bpy.context)
    assert len(drawn) == 2 and "does not know these words well" in drawn[1]
    drawn.clear()
    state.is_running = True
    main._draw_status(layout, bpy.context)
    assert drawn == ["Generated 4.0 s"]
    state.clear()


def test_uneven_scale_is_refused_before_the_model_runs(
    mannequin: bpy.types.Object, backend: FakeBackend
) -> None:
    mannequin.scale = (1.0, 1.0, 2.0)
    bpy.context.view_layer.update()
    with pytest.raises(RuntimeError, match="scale"):
        bpy.ops.kinescribe.generate()
    assert not backend.requests


def test_options_that_differ_from_the_take_are_named(
    mannequin: bpy.types.Object, backend: FakeBackend
) -> None:
    scene = bpy.context.scene
    bpy.ops.kinescribe.generate()
    assert changed_options(scene, get_action(mannequin)) == []
    scene.kinescribe.foot_lock, scene.kinescribe.root_mode = 0.35, "IN_PLACE"
    assert set(changed_options(scene, get_action(mannequin))) == {"foot_lock", "root_mode"}
    bpy.ops.kinescribe.apply()
    assert changed_options(scene, get_action(mannequin)) == []


@pytest.mark.parametrize(
    "regions, is_open",
    [
        ([SimpleNamespace(type="UI", width=280, active_panel_category="Kinescribe")], True),
        ([SimpleNamespace(type="UI", width=280)], True),  # where Blender can't say which tab it is
        ([SimpleNamespace(type="UI", width=280, active_panel_category="Item")], False),
        ([SimpleNamespace(type="UI", width=1, active_panel_category="Kinescribe")], False),  # closed
        ([SimpleNamespace(type="WINDOW", width=900)], False),
        (None, False),
    ],
)
def test_tool_settings_have_the_button_while_the_tab_is_open(regions: list | None, is_open: bool) -> None:
    area = None if regions is None else SimpleNamespace(regions=regions)
    assert tool_header._is_tab_open(area) is is_open
