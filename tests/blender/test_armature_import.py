# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion of another armature of the scene as a take, and trimmed files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from fakes import FakeBackend
from kinescribe.motion.formats import write_motion
from kinescribe.operators import files
from kinescribe.preferences import get_preferences
from kinescribe.scene import store
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.record import read_record
from kinescribe.scene.takes import load_motion
from kinescribe.session import session

from devtools.testing.motions import make_walk

ops = bpy.ops.kinescribe
FRAMES = (1, 20, 45, 96)


@pytest.fixture
def source(mannequin: bpy.types.Object, backend: FakeBackend) -> Iterator[bpy.types.Object]:
    """A mannequin that walks, from frame 1 to 96; another one is active."""
    ops.generate()
    mannequin.name = "Source"
    bpy.ops.object.select_all(action="DESELECT")
    bpy.context.scene.cursor.location = (3.0, 0.0, 0.0)
    ops.add_mannequin()
    yield mannequin


def read_heads(obj: bpy.types.Object, shift: int = 0) -> np.ndarray:
    """World positions (T, B, 3) of all bones, as Blender evaluates them, from where the hips begin."""
    found = []
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame + shift)
        evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        found.append([evaluated.matrix_world @ bone.head for bone in evaluated.pose.bones])
    heads = np.array(found)
    heads[..., :2] -= heads[0, 0, :2]
    return heads


def test_the_other_armature_s_motion_becomes_a_take(source: bpy.types.Object) -> None:
    target = bpy.context.object
    bpy.context.scene.frame_set(30)
    before = source.matrix_world.copy()
    keys = len(get_fcurves(get_action(source), source))
    bpy.context.scene.kinescribe.foot_lock = 0.0
    assert ops.import_armature() == {"FINISHED"}
    assert bpy.context.scene.frame_current == 30 and source.matrix_world == before
    assert len(get_fcurves(get_action(source), source)) == keys
    assert [take.action for take in target.kinescribe.takes] == [get_action(target)]
    assert tuple(get_action(target).frame_range) == (30, 125)
    # a new take begins at the playhead
    assert np.abs(read_heads(target, 29) - read_heads(source)).max() < 0.01
    motion = load_motion(str(read_record(get_action(target))["motion_id"]))
    assert motion.provenance.source == "Source, frames 1 to 96"


def test_constraints_and_strips_are_read_as_they_are_seen(source: bpy.types.Object) -> None:
    target = bpy.context.object
    follower = source.copy()
    bpy.context.scene.collection.objects.link(follower)
    follower.name = "Follower"
    follower.animation_data_clear()
    for bone in follower.pose.bones:
        constraint = bone.constraints.new("COPY_TRANSFORMS")
        constraint.target, constraint.subtarget = source, bone.name
    bpy.context.scene.kinescribe.foot_lock = 0.0
    bpy.context.scene.frame_end = 96
    ops.import_armature(source="Follower")
    assert tuple(get_action(target).frame_range) == (1, 96), "it has no keys: the scene's frames"
    assert np.abs(read_heads(target) - read_heads(source)).max() < 0.01
    # strips count as keys do
    action = get_action(source)
    track = source.animation_data.nla_tracks.new()
    strip = track.strips.new(action.name, 11, action)
    strip.extrapolation = "NOTHING"
    source.animation_data.action = None
    ops.import_armature(source="Source", apply=False)
    assert len(store.load_motion(session.generation.motion_id)) == 96


def test_a_range_of_it_alone(source: bpy.types.Object) -> None:
    ops.import_armature(source="Source", start=11, end=40, apply=False)
    motion = store.load_motion(session.generation.motion_id)
    assert len(motion) == 30 and get_action(bpy.context.object) is None
    assert np.abs(motion.root_translation[0, [0, 2]]).max() < 0.05, "from where it is at the first frame"


def test_what_can_not_be_read_is_one_sentence(source: bpy.types.Object) -> None:
    target = bpy.context.object
    for arguments, message in (
        ({"source": "Nobody"}, "no armature Nobody"),
        ({"source": target.name}, "its own source"),
        ({"source": "Source", "start": 40, "end": 11}, "not after the start"),
        ({"source": "Source", "start": 1, "end": 100000}, "more than 600 seconds"),
    ):
        with pytest.raises(RuntimeError, match=message):
            ops.import_armature(**arguments)
    third = bpy.data.objects.new("Stick", bpy.data.armatures.new("Stick"))
    bpy.context.scene.collection.objects.link(third)
    with pytest.raises(RuntimeError, match="Choose the armature"):
        ops.import_armature()
    with pytest.raises(RuntimeError, match=r"[Ss]tick"):
        ops.import_armature(source="Stick")
    source.scale = (1.0, 1.0, 2.0)
    with pytest.raises(RuntimeError, match=r"scale"):
        ops.import_armature(source="Source")
    assert not target.kinescribe.takes and get_action(target) is None


def test_it_needs_another_armature(mannequin: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match="no other armature"):
        ops.import_armature()


def test_files_are_trimmed_before_they_are_baked(mannequin: bpy.types.Object, tmp_path: Path) -> None:
    write_motion(make_walk(60, fps=24.0), tmp_path / "walk.bvh")
    ops.import_motion(filepath=str(tmp_path / "walk.bvh"), trim_start=0.5, trim_end=1.5)
    assert tuple(get_action(mannequin).frame_range) == (1, 24)
    with pytest.raises(RuntimeError, match="Nothing is left"):
        ops.import_motion(filepath=str(tmp_path / "walk.bvh"), trim_start=9.0)
    ops.import_motion(filepath=str(tmp_path / "walk.bvh"))
    assert tuple(get_action(mannequin).frame_range) == (1, 60), "trimming is not remembered"


def test_the_file_browser_begins_where_the_last_file_was(
    mannequin: bpy.types.Object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_motion(make_walk(30), tmp_path / "walk.bvh")
    ops.import_motion(filepath=str(tmp_path / "walk.bvh"), apply=False)
    preferences = get_preferences(bpy.context)
    assert preferences is not None and Path(preferences.import_folder) == tmp_path
    shown: list[str] = []
    operator = SimpleNamespace(filepath="", files=(), directory="")
    manager = SimpleNamespace(fileselect_add=lambda asked: shown.append(asked.directory))
    context = SimpleNamespace(window_manager=manager, preferences=bpy.context.preferences)
    files.KINESCRIBE_OT_import_motion.invoke(operator, context, None)
    preferences.import_folder = str(tmp_path / "gone")
    operator.directory = ""
    files.KINESCRIBE_OT_import_motion.invoke(operator, context, None)
    assert shown == [str(tmp_path), ""]
