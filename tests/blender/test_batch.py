# SPDX-License-Identifier: GPL-3.0-or-later
"""``operators.batch``: a table becomes takes of the characters that it names; a wrong one changes nothing."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from fakes import FakeBackend
from kinescribe.scene.action import get_action


def write_table(folder: Path, text: str) -> str:
    path = folder / "jobs.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def add_second_character() -> bpy.types.Object:
    bpy.ops.kinescribe.add_mannequin()
    return bpy.context.object


def prompts_of(obj: bpy.types.Object) -> list[str]:
    return [take.prompt for take in obj.kinescribe.takes]


def test_each_sample_becomes_a_take_of_its_character(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    other = add_second_character()
    table = f"prompt,character,samples,seconds,seed\nwalks,{mannequin.name},2,1,4\nwaves,{other.name},1,2,\n"
    assert bpy.ops.kinescribe.run_batch(filepath=write_table(tmp_path, table)) == {"FINISHED"}
    assert prompts_of(mannequin) == ["walks", "walks"] and prompts_of(other) == ["waves"]
    assert [take.seed for take in mannequin.kinescribe.takes] == [4, 5]
    assert get_action(mannequin) == mannequin.kinescribe.takes[1].action
    assert get_action(other) == other.kinescribe.takes[0].action
    fps = bpy.context.scene.render.fps / bpy.context.scene.render.fps_base
    assert {request.fps for request in backend.requests} == {fps}


def test_a_job_without_a_character_is_for_the_selected_one(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    bpy.ops.kinescribe.run_batch(filepath=write_table(tmp_path, "prompt\nwalks\n"))
    assert prompts_of(mannequin) == ["walks"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("prompt,character\nwalks,\nwaves,Nobody\n", "no armature named Nobody"),
        ("prompt,seconds\nwalks,1\nwaves,100\n", "seconds"),
        ("prompt\n", "has no jobs"),
        ("nothing\n1\n", "no column named prompt"),
    ],
)  # fmt: skip
def test_a_wrong_table_changes_nothing(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path, table: str, message: str
) -> None:
    before = len(bpy.data.actions)
    with pytest.raises(RuntimeError, match=message):
        bpy.ops.kinescribe.run_batch(filepath=write_table(tmp_path, table))
    assert not backend.requests and len(bpy.data.actions) == before and get_action(mannequin) is None


def test_a_model_that_fails_changes_nothing(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    from kinescribe.motion import BackendError

    backend.error = BackendError("The model failed")
    with pytest.raises(RuntimeError, match="The model failed"):
        bpy.ops.kinescribe.run_batch(filepath=write_table(tmp_path, "prompt,samples\nwalks,3\n"))
    assert not prompts_of(mannequin) and get_action(mannequin) is None
