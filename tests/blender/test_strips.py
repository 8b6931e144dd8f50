# SPDX-License-Identifier: GPL-3.0-or-later
"""``operators.strips``: parts are split, copied, muted, locked and deleted; a window test drags them."""

from __future__ import annotations

from dataclasses import replace

import bpy
import pytest
from fakes import FakeBackend
from kinescribe.operators.part_list import doubted_parts
from kinescribe.operators.strips import LANE_KEYS
from kinescribe.scene.action import get_action
from kinescribe.scene.record import read_record
from kinescribe.session import session

ops, status = bpy.ops.kinescribe, session.generation


@pytest.fixture
def parts(mannequin: bpy.types.Object, backend: FakeBackend) -> bpy.types.bpy_prop_collection:
    """Two parts, frames 1 to 48 and 49 to 120."""
    stored = mannequin.kinescribe
    stored.prompt = "a person walks forward"
    ops.add_part()
    for part, (start, end) in zip(stored.parts, ((1, 48), (49, 120)), strict=True):
        part.start, part.end = start, end
    return stored.parts


def frames_of(parts: bpy.types.bpy_prop_collection) -> list[tuple[int, int]]:
    return [(part.start, part.end) for part in parts]


def test_split_at_the_playhead(parts: bpy.types.bpy_prop_collection) -> None:
    bpy.context.scene.frame_set(20)
    ops.edit_parts(action="SPLIT")
    assert frames_of(parts) == [(1, 19), (20, 48), (49, 120)]
    assert parts[0].prompt == parts[1].prompt and parts[0].seed != parts[1].seed
    bpy.context.scene.frame_set(500)
    with pytest.raises(RuntimeError, match="move the playhead"):
        ops.edit_parts(action="SPLIT")


def test_selected_parts_are_copied_muted_locked_and_deleted(
    mannequin: bpy.types.Object, parts: bpy.types.bpy_prop_collection
) -> None:
    ops.edit_parts(action="SELECT")
    assert all(part.select for part in parts)
    ops.edit_parts(action="MUTE")
    ops.edit_parts(action="LOCK")
    assert all(part.mute and part.locked for part in parts)
    ops.edit_parts(action="MUTE")
    assert not any(part.mute for part in parts)
    with pytest.raises(RuntimeError, match="keep one"):
        ops.edit_parts(action="DELETE")
    ops.edit_parts(action="SELECT")
    mannequin.kinescribe.active_part = 0
    ops.edit_parts(action="DUPLICATE")
    assert frames_of(parts) == [(1, 48), (49, 120), (121, 168)] and parts[2].prompt == parts[0].prompt
    parts[1].select = True
    ops.edit_parts(action="DELETE")
    assert frames_of(parts) == [(1, 48), (121, 168)]


def test_parts_that_the_model_does_not_know_are_marked(
    mannequin: bpy.types.Object,
    backend: FakeBackend,
    parts: bpy.types.bpy_prop_collection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds = frozenset({"root_path", "effector_target", "pose_keyframe"})
    able = replace(backend.capabilities(), max_segments=9, constraint_types=kinds)
    monkeypatch.setattr(backend, "capabilities", lambda: able)
    assert doubted_parts(mannequin) == []
    backend.unknown = "plays the guitar"
    parts[1].prompt = "a person plays the guitar"
    ops.generate()
    assert doubted_parts(mannequin) == [1] and status.doubts
    mannequin.kinescribe.active_part = 0
    parts[0].prompt = "a person plays the guitar slowly"
    ops.generate(parts="ACTIVE")
    assert doubted_parts(mannequin) == [0, 1] and status.doubts
    parts[0].prompt = "a person waves"
    assert doubted_parts(mannequin) == [1]
    parts[1].prompt = "a person bows"
    assert doubted_parts(mannequin) == [], "the words are no longer there"
    ops.generate(parts="CHANGED")
    assert read_record(get_action(mannequin)).get("doubted") is None and status.doubts == ()
    get_action(mannequin)["kinescribe"]["doubted"] = 3
    assert doubted_parts(mannequin) == []


def test_the_prompt_of_the_active_part_is_typed(
    mannequin: bpy.types.Object, parts: bpy.types.bpy_prop_collection
) -> None:
    mannequin.kinescribe.active_part = 1
    ops.type_strip(prompt="  a person   sits down ")
    assert parts[1].prompt == "a person sits down" and parts[0].prompt == "a person walks forward"


def test_without_parts_it_says_so(mannequin: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match="no parts yet"):
        ops.edit_parts(action="SPLIT")


def test_markers_carry_the_prompts_and_are_not_doubled(parts: bpy.types.bpy_prop_collection) -> None:
    parts[1].prompt = ""
    markers = bpy.context.scene.timeline_markers
    markers.new("Mine", frame=10)
    ops.mark_parts()
    ops.mark_parts()
    assert [(marker.name, marker.frame) for marker in markers] == [
        ("Mine", 10),
        ("a person walks forward", 1),
        ("The model decides", 49),
    ]


def test_a_lane_key_does_what_it_says_and_reports_errors(
    mannequin: bpy.types.Object, parts: bpy.types.bpy_prop_collection
) -> None:
    assert not ops.strip_key.poll(), "without the lane keys keep their meaning"
    actions = {item.identifier for item in ops.edit_parts.get_rna_type().properties["action"].enum_items}
    assert {action for _, action, _ in LANE_KEYS} <= {*actions, "REDO", "TYPE"}
