# SPDX-License-Identifier: GPL-3.0-or-later
"""``operators.prompt_text``: prompts in a dialog and in Texts of Blender's Text Editor."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from fakes import FakeBackend
from kinescribe.operators.prompt_text import follow_all_prompt_texts, split_sentences

pytestmark = pytest.mark.usefixtures("own_cache")

ops = bpy.ops.kinescribe
STORY = "A person walks in. Then he looks around; he sits down."


@pytest.fixture
def writer(mannequin: bpy.types.Object, backend: FakeBackend) -> bpy.types.Object:
    mannequin.kinescribe.prompt = STORY
    assert ops.edit_prompt_text() == {"FINISHED"}
    return mannequin


def test_a_text_begins_as_the_prompt_and_is_the_prompt(
    writer: bpy.types.Object, backend: FakeBackend
) -> None:
    text = writer.kinescribe.prompt_text
    assert text.as_string() == split_sentences(STORY)
    assert [line.body for line in text.lines][:3] == [
        "A person walks in.", "Then he looks around;", "he sits down."
    ]  # fmt: skip
    follow_all_prompt_texts()
    assert writer.kinescribe.prompt == STORY
    text.from_string("a person\n\n  jumps\nhigh\n")
    assert ops.generate() == {"FINISHED"}
    assert backend.requests[-1].prompt == "a person jumps high"
    assert writer.kinescribe.prompt == "a person jumps high"
    assert ops.edit_prompt_text() == {"FINISHED"}
    assert writer.kinescribe.prompt_text == text and len(bpy.data.texts) == 1


def test_a_text_may_be_renamed_emptied_deleted_and_unlinked(writer: bpy.types.Object) -> None:
    text = writer.kinescribe.prompt_text
    text.name = "Act 1"
    text.from_string("a person waves")
    follow_all_prompt_texts()
    assert writer.kinescribe.prompt == "a person waves"
    text.clear()
    follow_all_prompt_texts()
    assert writer.kinescribe.prompt == "a person waves", "nothing is lost"
    text.write("a person kicks")
    assert ops.unlink_prompt_text() == {"FINISHED"}
    assert writer.kinescribe.prompt == "a person kicks" and writer.kinescribe.prompt_text is None
    assert bpy.data.texts["Act 1"].use_fake_user
    ops.edit_prompt_text()
    bpy.data.texts.remove(writer.kinescribe.prompt_text)
    follow_all_prompt_texts()
    assert writer.kinescribe.prompt_text is None and writer.kinescribe.prompt == "a person kicks"


def test_a_story_is_split_again_and_again(writer: bpy.types.Object) -> None:
    assert ops.split_prompt() == {"FINISHED"}
    prompts = [part.prompt for part in writer.kinescribe.parts]
    assert len(prompts) == 3
    follow_all_prompt_texts()
    assert [part.prompt for part in writer.kinescribe.parts] == prompts, "parts are the user's own"
    writer.kinescribe.prompt_text.from_string("A person jumps, then waves.")
    assert ops.split_prompt() == {"FINISHED"}
    assert len(writer.kinescribe.parts) == 2


def test_texts_survive_undo_and_saving(writer: bpy.types.Object, tmp_path: Path) -> None:
    bpy.ops.ed.undo_push(message="Text")
    name = writer.name
    writer.kinescribe.prompt_text.from_string("a person bows")
    follow_all_prompt_texts()
    bpy.ops.ed.undo_push(message="Bow")
    bpy.ops.ed.undo()
    follow_all_prompt_texts()
    writer = bpy.data.objects[name]
    assert writer.kinescribe.prompt == " ".join(writer.kinescribe.prompt_text.as_string().split())
    writer.kinescribe.prompt_text.from_string("a person salutes")
    path = tmp_path / "a.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    stored = bpy.data.objects[name].kinescribe
    assert stored.prompt == "a person salutes" and stored.prompt_text.as_string() == "a person salutes"
    # appended into another file the character brings its Text along
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    with bpy.data.libraries.load(str(path)) as (_, wanted):
        wanted.objects = [name]
    assert wanted.objects[0].kinescribe.prompt_text.as_string() == "a person salutes"


def test_the_dialog_sets_prompt_next_prompt_and_parts(mannequin: bpy.types.Object) -> None:
    stored = mannequin.kinescribe
    ops.edit_prompt(which="PROMPT", text=" a person \n walks ")
    assert stored.prompt == "a person walks"
    ops.edit_prompt(which="NEXT", text="a person jumps")
    assert stored.next_prompt == "a person jumps"
    ops.add_part()
    stored.active_part = 1
    ops.edit_prompt(which="PART", text="a person sits down")
    assert [part.prompt for part in stored.parts] == ["a person walks", "a person sits down"]
