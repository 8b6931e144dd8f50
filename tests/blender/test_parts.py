# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a sequence belong to the character: with the scene's prompt at first, and then on their own."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import bpy
import pytest
from fakes import FakeBackend
from kinescribe.scene.action import get_action
from kinescribe.scene.character import bone_map_properties
from kinescribe.scene.record import read_record

pytestmark = pytest.mark.usefixtures("own_cache")

ops = bpy.ops.kinescribe


def settings() -> bpy.types.PropertyGroup:
    return bpy.context.scene.kinescribe


def rows(rig: bpy.types.Object) -> list[tuple[str, int, int]]:
    return [(part.prompt, part.start, part.end) for part in rig.kinescribe.parts]


def test_a_character_follows_the_scene_until_it_has_parts_of_its_own(
    mannequin: bpy.types.Object, backend: FakeBackend
) -> None:
    stored = mannequin.kinescribe
    settings().prompt, settings().seconds, settings().seed = "a person jumps", 2.0, 5
    assert (stored.prompt, stored.seconds, stored.frames, stored.seed) == ("a person jumps", 2.0, 48, 5)
    ops.generate()
    assert rows(mannequin) == [("a person jumps", 1, 48)] and not stored.own_parts
    settings().prompt = "a person waves"
    ops.generate()
    assert rows(mannequin) == [("a person waves", 1, 48)] and backend.requests[-1].prompt == "a person waves"
    stored.prompt = "a person dances"
    assert stored.own_parts and settings().prompt == "a person waves"
    ops.generate()
    assert backend.requests[-1].prompt == "a person dances" and backend.requests[-1].options.seed == 5


def test_each_character_has_its_own(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    mannequin.kinescribe.prompt = "a person jumps"
    ops.add_mannequin()
    other = bpy.context.object
    assert other.kinescribe.prompt == "a person walks forward"
    ops.generate()
    assert backend.requests[-1].prompt == "a person walks forward"
    settings().prompt = "a person sits"
    assert mannequin.kinescribe.prompt == "a person jumps", "it is not selected"
    bpy.context.view_layer.objects.active = mannequin
    settings().prompt = "a person runs"
    assert mannequin.kinescribe.prompt == "a person runs", "a script sets the scene's prompt and generates"


def test_durations_are_seconds_or_frames(mannequin: bpy.types.Object) -> None:
    stored = mannequin.kinescribe
    stored.seconds = 1.3
    assert stored.frames == 31 and stored.seconds == pytest.approx(31 / 24)
    stored.frames = 60
    assert stored.seconds == 2.5
    ops.add_part()
    stored.frames = 30
    assert rows(mannequin)[1][1] == rows(mannequin)[0][2] + 1, "later parts move along"


def test_parts_are_added_moved_and_removed(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    settings().seconds = 2.0
    ops.add_part()
    ops.add_part()
    parts = mannequin.kinescribe.parts
    parts[1].prompt, parts[2].prompt = "a person jumps", "a person waves"
    parts[2].end -= 24
    assert rows(mannequin) == [
        ("a person walks forward", 1, 48), ("a person jumps", 49, 120), ("a person waves", 121, 168),
    ]  # fmt: skip
    mannequin.kinescribe.active_part = 2
    ops.change_part(by=-1)
    assert rows(mannequin) == [
        ("a person walks forward", 1, 48), ("a person waves", 49, 96), ("a person jumps", 97, 168),
    ]  # fmt: skip
    mannequin.kinescribe.active_part = 0
    ops.change_part()
    assert rows(mannequin) == [("a person waves", 1, 48), ("a person jumps", 49, 120)]
    ops.change_part()
    with pytest.raises(RuntimeError):
        ops.change_part()
    assert len(mannequin.kinescribe.parts) == 1


def test_a_text_is_split_into_parts(mannequin: bpy.types.Object) -> None:
    settings().prompt, settings().seconds = "a person walks forward, then sits down, then waves", 9.0
    assert ops.split_prompt() == {"FINISHED"}
    made = rows(mannequin)
    assert len(made) == 3 and "walk" in made[0][0] and "sit" in made[1][0] and "wave" in made[2][0]
    assert all(b[1] == a[2] + 1 for a, b in pairwise(made))
    assert ops.split_prompt(text="a person jumps") == {"FINISHED"}
    assert len(mannequin.kinescribe.parts) == 1
    mannequin.kinescribe.prompt = " "
    with pytest.raises(RuntimeError, match="The text is empty"):
        ops.split_prompt()


@pytest.mark.parametrize("suffix", [".csv", ".srt"])
def test_parts_go_out_and_in(mannequin: bpy.types.Object, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"parts{suffix}"
    ops.split_prompt(text="a person walks forward, then sits down")
    made = rows(mannequin)
    assert ops.export_parts(filepath=str(path)) == {"FINISHED"}
    ops.add_mannequin()
    assert ops.import_parts(filepath=str(path)) == {"FINISHED"}
    assert rows(bpy.context.object) == made and bpy.context.object.kinescribe.own_parts
    path.write_text("walks,3,1\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="does not end after its start"):
        ops.import_parts(filepath=str(path))
    assert rows(bpy.context.object) == made


def test_a_take_remembers_its_parts_and_guides(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    mannequin.kinescribe.directing.own_keys = False
    ops.generate()
    record = read_record(get_action(mannequin))
    assert record["parts"] == ('[{"prompt": "a person walks forward", "start": 0, "end": 95, "seed": 0}]')
    assert record["guides"] == ""


def test_guides_belong_to_the_character(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.add_path()
    assert mannequin.kinescribe.directing.path is not None and settings().directing.path is None
    ops.add_mannequin()
    ops.generate()
    assert not backend.requests[-1].constraints, "the other one's path is not walked"


@pytest.mark.parametrize("way", ["save", "append"])
def test_parts_survive(mannequin: bpy.types.Object, tmp_path: Path, way: str) -> None:
    ops.split_prompt(text="a person walks forward, then sits down")
    mannequin.kinescribe.parts[1].locked = True
    made, name, path = rows(mannequin), mannequin.name, str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    if way == "save":
        bpy.ops.wm.open_mainfile(filepath=path)
    else:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
        with bpy.data.libraries.load(path) as (_, data):
            data.objects = [name]
        bpy.context.scene.collection.objects.link(bpy.data.objects[name])
    rig = bpy.data.objects[name]
    assert rows(rig) == made and rig.kinescribe.parts[1].locked and rig.kinescribe.own_parts


def test_parts_are_undone_and_redone_twenty_times(mannequin: bpy.types.Object) -> None:
    name = mannequin.name
    known = [rows(mannequin)]
    for _ in range(20):
        ops.add_part("EXEC_DEFAULT", True)
        known.append(rows(bpy.data.objects[name]))
    assert len(known[-1]) >= 20
    for made in known[-2:0:-1]:
        bpy.ops.ed.undo()
        assert rows(bpy.data.objects[name]) == made
    for made in known[2:]:
        bpy.ops.ed.redo()
        assert rows(bpy.data.objects[name]) == made


def test_a_library_override_has_parts_and_guides_of_its_own(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    collection = bpy.data.collections.new("Character")
    bpy.context.scene.collection.children.link(collection)
    for obj in (mannequin, *mannequin.children):
        collection.objects.link(obj)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, data):
        data.collections = ["Character"]
    bpy.data.collections["Character"].override_hierarchy_create(
        bpy.context.scene, bpy.context.view_layer, do_fully_editable=True
    )
    rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
    bpy.context.view_layer.objects.active = rig
    ops.split_prompt(text="a person walks forward, then sits down")
    stored = bone_map_properties(rig)
    stored.parts[1].prompt = "a person jumps"
    ops.add_path()
    assert stored.own_parts and len(stored.parts) == 2 and stored.directing.path is not None
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
    stored = bone_map_properties(rig)
    assert [part.prompt for part in stored.parts][1] == "a person jumps"
    assert stored.directing.path is not None and not rig.kinescribe.parts
