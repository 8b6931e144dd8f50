# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators with bad input: one clear sentence, and the scene stays as it was."""

from __future__ import annotations

import errno
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from fakes import FakeBackend, make_walk
from kinescribe.inference import registry
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.embedded.weights import FORMAT_VERSION
from kinescribe.motion.formats import write_motion
from kinescribe.operators.prompts import remember_prompt
from kinescribe.preferences import recent_prompts
from kinescribe.scene import store
from kinescribe.scene.action import get_action
from kinescribe.scene.record import read_record
from kinescribe.scene.takes import load_motion
from kinescribe.session import session

status = session.generation

ops = bpy.ops.kinescribe


def picture() -> dict[str, Any]:
    """Return everything that must not change."""
    scene = bpy.context.scene
    return {
        "objects": sorted(o.name for o in bpy.data.objects),
        "actions": sorted((a.name, a.users, a.use_fake_user) for a in bpy.data.actions),
        "assigned": {o.name: a.name for o in bpy.data.objects if (a := get_action(o))},
        "animated": sorted(o.name for o in bpy.data.objects if o.animation_data),
        "maps": {o.name: len(o.kinescribe.bone_map) for o in bpy.data.objects},
        "frames": (scene.frame_start, scene.frame_end, scene.frame_current, scene.render.fps),
        "prompts": [scene.kinescribe.prompt, *(item.prompt for item in recent_prompts(bpy.context))],
        "poses": {
            o.name: [tuple(v for row in bone.matrix_basis for v in row) for bone in o.pose.bones]
            for o in bpy.data.objects
            if o.pose
        },
    }


@pytest.fixture(autouse=True)
def nothing_pending() -> Iterator[None]:
    status.clear()
    yield


def expect_refusal(operator: Callable[..., Any], match: str, **arguments: Any) -> None:
    """Expect an error of one sentence that matches ``match``, and an unchanged scene."""
    before = picture()
    with pytest.raises(RuntimeError, match=match) as caught:
        operator(**arguments)
    sentence = str(caught.value).strip()
    assert "\n" not in sentence and "Traceback" not in sentence, sentence
    assert picture() == before
    assert not status.is_running


def test_nobody_is_selected(backend: FakeBackend) -> None:
    for operator in (ops.generate, ops.apply, ops.map_bones):
        expect_refusal(operator, "Select an armature")
    expect_refusal(ops.import_motion, "Select an armature", filepath="walk.npz")
    assert not backend.requests


def test_a_mesh_without_armature(backend: FakeBackend) -> None:
    bpy.ops.mesh.primitive_cube_add()
    expect_refusal(ops.generate, "Select an armature, or a mesh that an armature deforms")


def test_bones_that_are_no_body(backend: FakeBackend) -> None:
    bpy.ops.object.armature_add()
    expect_refusal(ops.map_bones, "No humanoid bones")
    expect_refusal(ops.generate, "No humanoid bones")
    assert not backend.requests, "the model must not run for nothing"


def test_an_armature_without_bones(backend: FakeBackend) -> None:
    empty = bpy.data.objects.new("Nobody", bpy.data.armatures.new("Nobody"))
    bpy.context.collection.objects.link(empty)
    bpy.context.view_layer.objects.active = empty
    bpy.context.view_layer.update()
    expect_refusal(ops.generate, "Nobody has no bones")


@pytest.mark.parametrize("prompt", ["", "   \n\t "])
def test_no_prompt(mannequin: bpy.types.Object, backend: FakeBackend, prompt: str) -> None:
    bpy.context.scene.kinescribe.prompt = prompt
    expect_refusal(ops.generate, "prompt is empty")


def test_an_endless_prompt(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    bpy.context.scene.kinescribe.prompt = "walk " * 2000
    expect_refusal(ops.generate, "characters: shorten it")


def test_durations_that_are_none(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    settings = bpy.context.scene.kinescribe
    settings.seconds = float("nan")  # RNA lets it through
    expect_refusal(ops.generate, "not possible: enter a positive number")
    assert not backend.requests


@pytest.mark.parametrize("seconds", [0.0, -3.0, 1e30, float("inf"), 10.6])
def test_durations_around_the_limits(
    mannequin: bpy.types.Object, backend: FakeBackend, seconds: float
) -> None:
    settings = bpy.context.scene.kinescribe
    # past the property, as a script or a damaged file can
    stored = settings if bpy.app.version < (5, 0, 0) else settings.bl_system_properties_get(do_create=True)
    stored["seconds"] = seconds
    assert settings.seconds == pytest.approx(seconds)
    expect_refusal(ops.generate, "change the duration|positive number")
    assert not backend.requests


def test_a_frame_rate_that_no_memory_holds(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.generate()
    render = bpy.context.scene.render
    render.fps, render.fps_base = 32767, 0.001
    expect_refusal(ops.generate, "lower the frame rate")
    expect_refusal(ops.apply, "lower the frame rate")
    assert len(backend.requests) == 1


def test_a_prompt_of_unknown_words_still_moves(
    mannequin: bpy.types.Object, backend: FakeBackend, capfd: pytest.CaptureFixture[str]
) -> None:
    backend.confidence = 0.05
    bpy.context.scene.kinescribe.prompt = "xyzzy plugh \N{SNOWMAN}"
    assert ops.generate() == {"FINISHED"}
    assert get_action(mannequin) is not None and status.low_confidence
    assert "hardly knows these words" in capfd.readouterr().out


def test_the_part_that_the_model_does_not_know_is_named(
    mannequin: bpy.types.Object, backend: FakeBackend, capfd: pytest.CaptureFixture[str]
) -> None:
    backend.unknown = "plays the guitar"
    bpy.context.scene.kinescribe.prompt = "a person walks forward, then plays the guitar"
    assert ops.generate() == {"FINISHED"}
    (sentence,) = status.doubts
    assert 'how to show "plays the guitar"' in sentence and sentence in capfd.readouterr().out
    take = mannequin.kinescribe.takes[mannequin.kinescribe.active_take].action
    assert read_record(take)["doubted"] == ["plays the guitar"]
    assert load_motion(read_record(take)["motion_id"]).provenance.doubted == ("plays the guitar",)
    bpy.context.scene.kinescribe.prompt = "a person walks forward"
    ops.generate()
    assert status.doubts == () and not status.low_confidence
    assert "doubted" not in read_record(get_action(mannequin))


CARDS = {
    "missing": (None, "weights of the embedded model are missing"),
    "of another version": ('{"format": 99}', "have version 99"),
    "damaged": ("{", "cannot be read"),
    "incomplete": (f'{{"format": {FORMAT_VERSION}}}', "damaged"),
}


@pytest.mark.parametrize("card", CARDS)
def test_weights_that_are(
    mannequin: bpy.types.Object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, card: str
) -> None:
    text, sentence = CARDS[card]
    if text is not None:
        (tmp_path / "card.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(registry, "default_backend", lambda: EmbeddedBackend(tmp_path))
    bpy.context.scene.kinescribe.prompt = "a person walks"
    remember_prompt(bpy.context, "a person walks", 4.0, 0)  # what was tried is remembered
    expect_refusal(ops.generate, sentence)


def test_edit_mode(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    expect_refusal(ops.generate, "Edit Mode")
    expect_refusal(ops.map_bones, "Edit Mode")
    expect_refusal(ops.apply, "Object Mode or Pose Mode")
    bpy.ops.object.mode_set(mode="OBJECT")


def linked_character(folder: Path) -> bpy.types.Object:
    """A mannequin that comes from another file."""
    path = folder / "library.blend"
    bpy.ops.kinescribe.add_mannequin()
    bpy.data.libraries.write(str(path), {bpy.context.object}, fake_user=True)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(path), link=True) as (source, target):
        target.objects = [name for name in source.objects if name == "Mannequin"]
    rig: bpy.types.Object = target.objects[0]
    bpy.context.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    return rig


def test_a_linked_rig(backend: FakeBackend, tmp_path: Path) -> None:
    linked_character(tmp_path)
    expect_refusal(ops.generate, "linked from another file: make a library override")
    expect_refusal(ops.map_bones, "linked from another file")
    assert not backend.requests


def test_an_override_is_animated(backend: FakeBackend, tmp_path: Path) -> None:
    rig = linked_character(tmp_path)
    override = rig.override_create(remap_local_usages=True)
    override.override_library.is_system_override = False
    bpy.context.view_layer.objects.active = override
    assert ops.generate() == {"FINISHED"}
    assert get_action(override) is not None and get_action(override).library is None


def bad_files(folder: Path) -> dict[str, Path]:
    write_motion(make_walk(), folder / "good.npz")
    write_motion(make_walk(), folder / "good.bvh")
    good = dict(np.load(folder / "good.npz"))
    whole = (folder / "good.npz").read_bytes()
    files = {}

    def put(name: str, data: bytes) -> None:
        files[name] = folder / name
        files[name].write_bytes(data)

    def pack(name: str, **changes: Any) -> None:
        files[name] = folder / name
        np.savez(files[name], **{**good, **changes})

    put("truncated.npz", whole[: len(whole) // 2])
    put("nothing.npz", b"")
    put("noise.npz", bytes(range(256)) * 20)
    put("picture.bvh", b"\x89PNG\r\n\x1a\n" + bytes(100))
    put("malformed.bvh", b"HIERARCHY\nROOT Hips\n{\nOFFSET 0 0\n")
    put(
        "nan.bvh",
        b"HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 nan\nCHANNELS 0\n}\nMOTION\nFrames: 1\nFrame Time: 0.1\n\n",
    )
    pack("objects.npz", poses=np.array([{"a": 1}] * 3, dtype=object))
    pack("shapes.npz", poses=np.zeros((5, 7)))
    pack("nan.npz", trans=np.full_like(good["trans"], np.nan))
    pack("slow.npz", poses=np.zeros((3000, 66)), trans=np.zeros((3000, 3)), mocap_frame_rate=0.1)
    claim = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 66)}\n"
    with zipfile.ZipFile(folder / "claim.npz", "w") as archive:
        archive.writestr(
            "poses.npy", b"\x93NUMPY\x01\x00" + len(claim).to_bytes(2, "little") + claim + bytes(99)
        )
    files["claim.npz"] = folder / "claim.npz"
    text = (folder / "good.bvh").read_text(encoding="utf-8")
    put("point.bvh", re.sub("OFFSET .*", "OFFSET 0 0 0", text).encode())
    return files


BAD = {
    "truncated.npz": "truncated.npz is damaged",
    "nothing.npz": "nothing.npz is empty",
    "noise.npz": "noise.npz is no known motion file",
    "picture.bvh": "picture.bvh is no known motion file",
    "malformed.bvh": "malformed.bvh, line 4: OFFSET needs 3 numbers",
    "nan.bvh": "nan.bvh, line 4",
    "point.bvh": "point.bvh has all joints at one point",
    "objects.npz": "objects.npz: poses holds Python objects",
    "shapes.npz": "shapes.npz has poses of the shape",
    "nan.npz": "nan.npz has translations that are not numbers",
    "claim.npz": "claim.npz: poses claims",
    "slow.npz": "more than 200000 frames at 24 a second",
}


@pytest.mark.parametrize("name", BAD)
def test_damaged_and_hostile_files(mannequin: bpy.types.Object, tmp_path: Path, name: str) -> None:
    path = bad_files(tmp_path)[name]
    expect_refusal(ops.import_motion, BAD[name], filepath=str(path))


def test_files_that_are_not_there(mannequin: bpy.types.Object, tmp_path: Path) -> None:
    expect_refusal(ops.import_motion, "nowhere.npz", filepath=str(tmp_path / "nowhere.npz"))
    expect_refusal(ops.import_motion, "Choose a file")
    expect_refusal(ops.import_motion, tmp_path.name, filepath=str(tmp_path))


def test_exports_that_cannot_be(mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path) -> None:
    expect_refusal(ops.export_motion, "no motion of Kinescribe's", filepath=str(tmp_path / "walk.npz"))
    ops.generate()
    expect_refusal(ops.export_motion, "Choose a file")
    expect_refusal(ops.export_motion, "has no known format suffix", filepath=str(tmp_path / "walk.txt"))
    expect_refusal(ops.export_motion, "could not be written", filepath=str(tmp_path / "missing" / "walk.npz"))
    assert not list(tmp_path.iterdir())


def test_the_motion_is_gone_from_the_cache(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.generate()
    store.clear_cache()
    mannequin.animation_data.action.kinescribe_motion = ""
    expect_refusal(ops.apply, "no longer in the cache: generate or import it again")
    expect_refusal(ops.apply, "does not name a cached motion", motion="../../secret")


def test_nothing_to_apply(mannequin: bpy.types.Object) -> None:
    expect_refusal(ops.apply, "no motion to apply yet")
    expect_refusal(ops.apply, "was removed", target=2**31 - 1)


def test_no_bone_is_selected(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.generate(apply=False)
    for bone in mannequin.pose.bones:
        (bone if hasattr(bone, "select") else bone.bone).select = False
    expect_refusal(ops.apply, "No bone is selected", only_selected=True)


def test_the_disk_is_full(
    mannequin: bpy.types.Object, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store.clear_cache()
    monkeypatch.setattr(store, "save_native", full)
    before = picture()
    with pytest.raises(RuntimeError, match="No space left on device"):
        ops.generate()
    after = picture()
    after["prompts"] = before["prompts"]
    assert after == before and not status.motion_id


def test_the_disk_is_full_while_exporting(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    ops.generate()
    monkeypatch.setattr(os, "replace", full)
    for name in ("walk.npz", "walk.bvh"):
        expect_refusal(
            ops.export_motion, f"{name} could not be written: No space", filepath=str(tmp_path / name)
        )
    assert not list(tmp_path.iterdir())
