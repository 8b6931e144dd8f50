# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators as scripts in background mode call them: prompts, generating, applying, files."""

from __future__ import annotations

from dataclasses import MISSING, fields
from pathlib import Path

import bpy
import numpy as np
import pytest
from fakes import FakeBackend, make_walk
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion.formats import read_motion, write_motion
from kinescribe.motion.skeleton import MAPPED_JOINTS
from kinescribe.preferences import MAX_RECENT, recent_prompts
from kinescribe.properties.apply_options import APPLY_OPTIONS
from kinescribe.properties.limits import MAX_SECONDS, MIN_SECONDS
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions
from kinescribe.scene.record import read_record
from kinescribe.session import session

status = session.generation

ops = bpy.ops.kinescribe


def settings() -> bpy.types.PropertyGroup:
    return bpy.context.scene.kinescribe


def keys(rig: bpy.types.Object) -> dict[tuple[str, int], np.ndarray]:
    """Frames and values of every curve."""
    found = {}
    for curve in get_fcurves(get_action(rig), rig):
        values = np.empty(2 * len(curve.keyframe_points), np.float32)
        curve.keyframe_points.foreach_get("co", values)
        found[curve.data_path, curve.array_index] = values
    return found


def same(a: dict[tuple[str, int], np.ndarray], b: dict[tuple[str, int], np.ndarray]) -> bool:
    return a.keys() == b.keys() and all(
        a[k].shape == b[k].shape and np.allclose(a[k], b[k], rtol=0, atol=1e-6) for k in a
    )


def test_generate_makes_keyframes(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    settings().prompt, settings().seconds, settings().seed = "a person walks to the door", 2.0, 7
    bpy.context.scene.frame_set(10)
    assert ops.generate() == {"FINISHED"}
    (request,) = backend.requests
    assert (request.prompt, request.total_frames, request.fps) == ("a person walks to the door", 48, 24.0)
    assert request.options.seed == 7
    action = get_action(mannequin)
    assert tuple(action.frame_range) == (10, 57)
    assert read_record(action)["prompt"] == "a person walks to the door" and read_record(action)["seed"] == 7
    assert read_record(action)["motion_id"] == status.motion_id
    assert len(mannequin.kinescribe.bone_map) == len(MAPPED_JOINTS), "generate maps where there is no map"
    assert not status.is_running and not status.pending_character and mannequin.name in status.message


def test_frames_follow_the_scene(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    render = bpy.context.scene.render
    render.fps, render.fps_base = 30, 1.001
    ops.generate()
    assert backend.requests[0].total_frames == 120 and backend.requests[0].fps == pytest.approx(
        29.97, abs=1e-3
    )
    assert tuple(get_action(mannequin).frame_range) == (1, 120)
    assert (render.fps, bpy.context.scene.frame_end) == (30, 250)


def test_a_mesh_stands_for_its_armature(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    body = next(o for o in bpy.data.objects if o.type == "MESH")
    bpy.context.view_layer.objects.active = body
    assert ops.generate() == {"FINISHED"}
    assert get_action(mannequin) is not None and get_action(body) is None


def test_generate_without_applying(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    assert ops.generate(apply=False) == {"FINISHED"}
    assert (
        get_action(mannequin) is None
        and not mannequin.kinescribe.bone_map
        and status.pending_character == mannequin.session_uid
    )
    assert ops.apply() == {"FINISHED"}
    assert (
        read_record(get_action(mannequin))["motion_id"] == status.motion_id and not status.pending_character
    )


def test_options_of_the_scene_and_of_the_call(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    settings().use_current_frame, settings().start_frame = False, 40
    settings().extend_range = True
    bpy.context.scene.frame_end = 100
    ops.generate()
    assert tuple(get_action(mannequin).frame_range) == (40, 135) and bpy.context.scene.frame_end == 135
    ops.apply(start_frame=-5, extend_range=False)
    assert tuple(get_action(mannequin).frame_range) == (-5, 90) and bpy.context.scene.frame_end == 135
    assert len(backend.requests) == 1, "applying must not run the model"


def test_options_are_said_alike_everywhere() -> None:
    """The scene, the operator and baking have the same options with the same defaults."""
    baking = {field.name: field.default for field in fields(ApplyOptions)}
    assert set(baking) == set(APPLY_OPTIONS)
    operator = ops.apply.get_rna_type().properties
    for name, value in baking.items():
        of_scene = settings().bl_rna.properties[name]
        assert (of_scene.name, of_scene.description) == (operator[name].name, operator[name].description)
        if value is not MISSING:
            assert getattr(settings(), name) == of_scene.default == operator[name].default == value
    assert operator["start_frame"].default == 1


def test_a_call_takes_what_it_leaves_open_from_the_scene(
    mannequin: bpy.types.Object, backend: FakeBackend
) -> None:
    ops.generate()
    settings().foot_lock, settings().root_mode = 0.0, "IN_PLACE"
    ops.apply()
    unlocked = keys(mannequin)
    ops.apply(foot_lock=1.0)
    assert not same(unlocked, keys(mannequin))
    ops.apply()
    assert same(unlocked, keys(mannequin)), "the call before must leave no trace"


def test_in_place_removes_the_root_motion(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    def travel() -> float:
        values = []
        for frame in (1, 90):
            bpy.context.scene.frame_set(frame)
            values.append(mannequin.matrix_world @ mannequin.pose.bones["pelvis"].head)
        return float((values[1] - values[0]).xy.length)

    ops.generate()
    assert travel() > 2.0
    bpy.context.scene.frame_set(1)
    ops.apply(root_mode="IN_PLACE")
    assert travel() < 0.1


def test_applying_again_gives_the_same_keys(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.generate()
    first = keys(mannequin)
    ops.apply()
    assert first and same(first, keys(mannequin))
    assert len(bpy.data.actions) == 1, "an unedited result of our own is replaced"


def test_apply_takes_the_characters_own_motion(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.generate()
    own = read_record(get_action(mannequin))["motion_id"]
    ops.add_mannequin()
    settings().seed = 5
    ops.generate()
    assert status.motion_id != own
    bpy.context.view_layer.objects.active = mannequin
    ops.apply()
    assert read_record(get_action(mannequin))["motion_id"] == own


def test_another_character_gets_the_last_motion(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.generate()
    ops.add_mannequin()
    other = bpy.context.object
    ops.apply()
    assert other != mannequin
    assert read_record(get_action(other))["motion_id"] == read_record(get_action(mannequin))["motion_id"]


def test_one_undo_step_restores_everything(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    name = mannequin.name
    old = bpy.data.actions.new("mine")
    mannequin.animation_data_create().action = old
    bpy.ops.ed.undo_push(message="an action of mine")
    # as the window does it: with an undo step of its own
    ops.generate(apply=False)
    ops.apply("EXEC_DEFAULT", True, motion=status.motion_id)
    assert get_action(bpy.data.objects[name]).name != "mine" and len(bpy.data.actions) == 2
    bpy.ops.ed.undo()
    rig = bpy.data.objects[name]
    assert get_action(rig).name == "mine" and [a.name for a in bpy.data.actions] == ["mine"]
    assert not rig.kinescribe.bone_map and not bpy.data.actions["mine"].use_fake_user
    bpy.ops.ed.redo()
    assert read_record(get_action(bpy.data.objects[name]))["motion_id"] == status.motion_id


def test_map_bones(mannequin: bpy.types.Object) -> None:
    assert ops.map_bones() == {"FINISHED"}
    stored = mannequin.kinescribe
    assert stored.family == "smplx" and stored.confidence > 0.9
    assert {row.joint: row.bone for row in stored.bone_map}["left_knee"] == "left_knee"


@pytest.mark.parametrize("suffix", [".npz", ".bvh"])
def test_files_go_out_and_in(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path, suffix: str
) -> None:
    ops.generate()
    path = tmp_path / f"walk{suffix}"
    assert ops.export_motion(filepath=str(path)) == {"FINISHED"}
    written = read_motion(path)
    assert len(written) == 96 and written.fps == pytest.approx(24, abs=0.01)
    ops.add_mannequin()
    other = bpy.context.object
    assert ops.import_motion(filepath=str(path)) == {"FINISHED"}
    a, b = keys(mannequin), keys(other)
    assert a.keys() == b.keys() and tuple(get_action(other).frame_range) == (1, 96)
    thigh = next(path for path, _ in a if "left_hip" in path and "rotation" in path)
    turned = np.abs([a[thigh, i][1::2] - b[thigh, i][1::2] for i in range(4)]).max()
    assert turned < 0.02


def test_import_resamples_to_the_scene(mannequin: bpy.types.Object, tmp_path: Path) -> None:
    write_motion(make_walk(60, 60.0), tmp_path / "fast.bvh")
    assert ops.import_motion(filepath=str(tmp_path / "fast.bvh")) == {"FINISHED"}
    assert tuple(get_action(mannequin).frame_range) == (1, 24)


def test_import_without_applying(mannequin: bpy.types.Object, tmp_path: Path) -> None:
    write_motion(make_walk(), tmp_path / "walk.npz")
    assert ops.import_motion(filepath=str(tmp_path / "walk.npz"), apply=False) == {"FINISHED"}
    assert get_action(mannequin) is None and status.pending_character == mannequin.session_uid
    assert ops.apply() == {"FINISHED"} and get_action(mannequin) is not None


def test_seeds_and_prompts() -> None:
    seeds = set()
    for _ in range(4):
        ops.new_seed()
        seeds.add(settings().seed)
    assert len(seeds) == 4 and all(0 <= seed < 2**31 for seed in seeds)
    ops.use_prompt(prompt="a person jumps")
    assert settings().prompt == "a person jumps" and settings().seconds == 4.0
    ops.use_prompt(prompt="a person sits down", seconds=2.5, seed=3)
    assert (settings().prompt, settings().seconds, settings().seed) == ("a person sits down", 2.5, 3)


def test_the_duration_that_a_text_needs(mannequin: bpy.types.Object) -> None:
    settings().prompt = ""
    with pytest.raises(RuntimeError, match="The text is empty"):
        ops.fit_duration_to_text()
    settings().prompt = "a person waves"
    assert ops.fit_duration_to_text() == {"FINISHED"}
    short = settings().seconds
    settings().prompt = (
        "a man walks forward, sits down, stands up again, waves three times, bows and jumps twice"
    )
    ops.fit_duration_to_text()
    assert short <= 5.0 and settings().seconds > 2.0 * short


def test_a_new_seed_each_time(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    settings().random_seed = True
    ops.generate(apply=False)
    ops.generate(apply=False)
    first, second = (request.options.seed for request in backend.requests)
    assert first != second == settings().seed


def test_recent_prompts(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    for number in range(MAX_RECENT + 3):
        settings().prompt = f"a person walks {number} steps"
        ops.generate(apply=False)
    settings().prompt = "a person walks 5 steps"
    ops.generate(apply=False)
    recent = [item.prompt for item in recent_prompts(bpy.context)]
    assert len(recent) == len(set(recent)) == MAX_RECENT
    assert recent[:2] == ["a person walks 5 steps", f"a person walks {MAX_RECENT + 2} steps"]


def test_properties_clamp_to_what_the_model_makes() -> None:
    able = EmbeddedBackend().capabilities()
    assert (able.min_seconds, able.max_seconds) == (MIN_SECONDS, MAX_SECONDS)
    for wrong, right in ((-1.0, MIN_SECONDS), (0.0, MIN_SECONDS), (1e9, MAX_SECONDS)):
        settings().seconds = wrong
        assert settings().seconds == pytest.approx(right, rel=1e-7)  # a property holds a float32
    settings().seed = -1
    assert settings().seed == 0


def test_menus_hold_our_entries() -> None:
    expected = {
        bpy.types.VIEW3D_MT_armature_add: ["mannequin"],
        bpy.types.TOPBAR_MT_file_import: ["armature_import", "batch", "files"],
        bpy.types.TOPBAR_MT_file_export: ["files"],
        bpy.types.DOPESHEET_MT_view: ["strips"],
        bpy.types.VIEW3D_PT_overlay: ["strips"],
    }
    for menu, modules in expected.items():
        found = [f.__module__ for f in menu.draw._draw_funcs if "kinescribe" in f.__module__]
        assert sorted(name.rpartition(".")[2] for name in found) == modules, (menu, found)


def test_a_dropped_file_is_not_asked_for(mannequin: bpy.types.Object, tmp_path: Path) -> None:
    write_motion(make_walk(), tmp_path / "walk.npz")
    assert ops.import_motion("INVOKE_DEFAULT", filepath=str(tmp_path / "walk.npz")) == {"FINISHED"}
    assert get_action(mannequin) is not None


def test_undo_keeps_the_recent_prompts(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    settings().prompt = "a person crawls"
    bpy.ops.ed.undo_push(message="Prompt")
    ops.generate(apply=False)
    ops.apply("EXEC_DEFAULT", True)
    bpy.ops.ed.undo()
    assert recent_prompts(bpy.context)[0].prompt == "a person crawls"


def test_export_says_that_keys_were_edited(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ops.generate()
    ops.export_motion(filepath=str(tmp_path / "a.npz"))
    assert "edited" not in capfd.readouterr().out
    curve = next(iter(get_fcurves(get_action(mannequin), mannequin)))
    curve.keyframe_points[3].co.y += 1.0
    ops.export_motion(filepath=str(tmp_path / "b.npz"))
    assert "The keys were edited since" in capfd.readouterr().out
    assert (tmp_path / "b.npz").stat().st_size == (tmp_path / "a.npz").stat().st_size


def test_each_way_to_a_motion_is_one_undo_step(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    name = mannequin.name
    write_motion(make_walk(), tmp_path / "walk.npz")
    for operator, arguments in (
        (ops.generate, {}),
        (ops.import_motion, {"filepath": str(tmp_path / "walk.npz")}),
    ):
        # with True, as Blender calls what a button or a menu runs
        assert operator("EXEC_DEFAULT", True, **arguments) == {"FINISHED"}
        assert get_action(bpy.data.objects[name]) is not None
        bpy.ops.ed.undo()
        assert get_action(bpy.data.objects[name]) is None and not bpy.data.actions
        assert bpy.context.object.name == name


def test_an_overridden_context_is_obeyed(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.add_mannequin()
    other = bpy.context.object
    with bpy.context.temp_override(object=mannequin, active_object=mannequin):
        assert ops.generate() == {"FINISHED"}
    assert get_action(mannequin) is not None and get_action(other) is None


def test_a_motion_that_waits_is_for_its_own_character(
    mannequin: bpy.types.Object, backend: FakeBackend
) -> None:
    ops.generate()
    own = status.motion_id
    ops.add_mannequin()
    other = bpy.context.object
    settings().seed = 9
    ops.generate(apply=False)
    waiting = status.motion_id
    bpy.context.view_layer.objects.active = mannequin
    ops.apply()
    assert read_record(get_action(mannequin))["motion_id"] == own != waiting
    bpy.context.view_layer.objects.active = other
    ops.apply()
    assert read_record(get_action(other))["motion_id"] == waiting


def test_export_writes_only_the_characters_own_motion(
    mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path
) -> None:
    ops.generate()
    ops.add_mannequin()
    with pytest.raises(RuntimeError, match="has no motion of Kinescribe's"):
        ops.export_motion(filepath=str(tmp_path / "walk.npz"))
    ops.generate(apply=False)
    assert ops.export_motion(filepath=str(tmp_path / "walk.npz")) == {"FINISHED"}
