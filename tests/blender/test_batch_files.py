# SPDX-License-Identifier: GPL-3.0-or-later
"""``operators.batch_files``: a table becomes files; characters may be files too; interrupted, it goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import pytest
from fakes import FakeBackend
from kinescribe.motion import BackendError
from kinescribe.motion.file_suffixes import WRITE_SUFFIXES
from kinescribe.motion.formats import read_motion
from kinescribe.operators.batch_files import MOTION_SUFFIXES
from kinescribe.scene.action import get_action


def write_table(folder: Path, text: str) -> str:
    path = folder / "jobs.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(table: str, folder: Path, **options: Any) -> set[str]:
    return bpy.ops.kinescribe.run_batch(filepath=table, directory=str(folder), **options)


def read_results(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()]


def test_each_sample_becomes_a_file_of_its_format(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    table = write_table(
        tmp_path,
        "prompt,seconds,output\nwalks,1,a.fbx\nwaves,1,b.blend\njumps,1,c.npz\nturns,1,d.glb\nsits,1,e\n",
    )
    out = tmp_path / "out"
    assert run(table, out, format=".bvh") == {"FINISHED"}
    files = {path.name for path in out.iterdir()}
    assert files == {"a.fbx", "b.blend", "c.npz", "d.glb", "e.bvh", "results.jsonl"}
    assert [result["status"] for result in read_results(out)] == ["done"] * 5
    assert len(read_motion(out / "c.npz")) == len(read_motion(out / "e.bvh"))
    with bpy.data.libraries.load(str(out / "b.blend")) as (stored, wanted):
        assert len(stored.actions) == 1
        wanted.actions = list(stored.actions)
    assert wanted.actions[0].frame_range[1] > wanted.actions[0].frame_range[0]
    before = set(bpy.data.objects)
    bpy.ops.import_scene.fbx(filepath=str(out / "a.fbx"))
    (armature,) = [obj for obj in bpy.data.objects if obj not in before and obj.type == "ARMATURE"]
    assert get_action(armature) is not None


def test_the_same_call_makes_only_what_is_missing(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    table, out = write_table(tmp_path, "prompt,seconds,samples\nwalks,1,3\n"), tmp_path / "out"
    run(table, out)
    assert len(backend.requests) == 3
    (out / "1_walks_1.fbx").unlink()
    run(table, out)
    assert len(backend.requests) == 4
    assert sorted(path.suffix for path in out.iterdir()) == [".fbx"] * 3 + [".jsonl"]
    assert len({result["output"] for result in read_results(out)}) == 3


@pytest.mark.parametrize("suffix", [".blend", ".fbx"])
def test_a_character_may_be_a_file_beside_the_table(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path, suffix: str
) -> None:
    name = f"hero{suffix}"
    if suffix == ".blend":
        bpy.data.libraries.write(str(tmp_path / name), {mannequin})
    else:
        bpy.ops.export_scene.fbx(filepath=str(tmp_path / name), object_types={"ARMATURE", "MESH"})
    table = write_table(tmp_path, f"prompt,seconds,character\nwalks,1,{name}\njumps,1,{name}\n")
    before = {obj.name for obj in bpy.data.objects if obj.type == "ARMATURE"}
    run(table, tmp_path / "out", format=".blend")
    added = [obj for obj in bpy.data.objects if obj.type == "ARMATURE" and obj.name not in before]
    assert len(added) == 1, "the file is read once"
    assert [take.prompt for take in added[0].kinescribe.takes] == ["walks", "jumps"]
    assert get_action(mannequin) is None
    assert len(list((tmp_path / "out").glob("*.blend"))) == 2


@pytest.mark.parametrize(
    ("character", "message"),
    [
        ("nobody.blend", "no file nobody.blend"),
        ("broken.blend", "broken.blend can't be read"),
        ("Nobody", "no armature named Nobody"),
    ],
)
def test_a_wrong_character_is_one_sentence_before_anything_is_computed(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path, character: str, message: str
) -> None:
    (tmp_path / "broken.blend").write_bytes(b"no blend file")
    table = write_table(tmp_path, f"prompt,character\nwalks,\nwaves,{character}\n")
    with pytest.raises(RuntimeError, match=message):
        run(table, tmp_path / "out")
    assert not backend.requests and not (tmp_path / "out").exists()


def test_a_job_that_fails_is_listed_and_tried_again(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    table, out = write_table(tmp_path, "prompt,seconds\nwalks,1\n"), tmp_path / "out"
    backend.error = BackendError("The model failed")
    with pytest.raises(RuntimeError, match="1 of 1 motions failed"):
        run(table, out)
    assert read_results(out)[0]["error"] == "The model failed"
    backend.error = None
    run(table, out)
    assert [result["status"] for result in read_results(out)] == ["done"]


def test_motion_formats_are_those_that_are_written() -> None:
    assert MOTION_SUFFIXES == WRITE_SUFFIXES
