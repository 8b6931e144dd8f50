# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes: every motion is kept with its place in time and its motion, and nothing but the list deletes one."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from applying import FROM_ORIGIN, apply, heads
from fakes import FakeBackend
from kinescribe.motion import FormatError
from kinescribe.scene import store, takes
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions, apply_motion, push_down_kinescribe_action
from kinescribe.scene.record import RECORD_PROPERTY, read_record
from kinescribe.session import session
from stroll import stroll

pytestmark = pytest.mark.usefixtures("own_cache")

ops = bpy.ops.kinescribe


def settings() -> bpy.types.PropertyGroup:
    return bpy.context.scene.kinescribe


def key_values(rig: bpy.types.Object, action: bpy.types.Action) -> dict[tuple[str, int], np.ndarray]:
    found = {}
    for curve in get_fcurves(action, rig):
        values = np.empty(2 * len(curve.keyframe_points), np.float32)
        curve.keyframe_points.foreach_get("co", values)
        found[curve.data_path, curve.array_index] = values
    return found


def make_takes(rig: bpy.types.Object, *seeds: int) -> list[bpy.types.Action]:
    for seed in seeds:
        settings().seed = seed
        assert ops.generate() == {"FINISHED"}
    return [take.action for take in rig.kinescribe.takes]


def test_every_generation_is_a_take(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    bpy.context.scene.frame_set(10)
    settings().prompt = "a person jumps"
    first, second = make_takes(mannequin, 3, 4)
    rows = mannequin.kinescribe.takes
    assert [(t.prompt, t.seed, t.start, t.end) for t in rows] == [
        ("a person jumps", 3, 10, 105),
        ("a person jumps", 4, 10, 105),
    ]
    assert all(t.model == "Fake 1" and t.made and not t.starred for t in rows)
    assert get_action(mannequin) == second and mannequin.kinescribe.active_take == 1
    assert first.use_fake_user and second.use_fake_user and first != second


def test_an_import_is_a_take(mannequin: bpy.types.Object, backend: FakeBackend, tmp_path: Path) -> None:
    make_takes(mannequin, 3)
    ops.export_motion(filepath=str(tmp_path / "walk.npz"))
    ops.import_motion(filepath=str(tmp_path / "walk.npz"))
    assert len(mannequin.kinescribe.takes) == 2 and mannequin.kinescribe.active_take == 1


@pytest.mark.parametrize("way", ["operator", "list"])
def test_one_click_shows_another_at_the_same_frames(
    mannequin: bpy.types.Object, backend: FakeBackend, way: str
) -> None:
    first, second = make_takes(mannequin, 3, 4)
    kept = key_values(mannequin, first)
    bpy.context.scene.frame_set(60)
    if way == "operator":
        assert ops.use_take(index=0) == {"FINISHED"}
    else:
        mannequin.kinescribe.active_take = 0
    assert get_action(mannequin) == first and mannequin.kinescribe.active_take == 0
    shown = key_values(mannequin, first)
    assert all(np.array_equal(shown[k], kept[k]) for k in kept) and bpy.context.scene.frame_current == 60
    mannequin.kinescribe.active_take = 1
    assert get_action(mannequin) == second


class TestPlaceInTime:
    def test_another_take_begins_where_the_first_does(
        self, mannequin: bpy.types.Object, backend: FakeBackend
    ) -> None:
        make_takes(mannequin, 3)
        bpy.context.scene.frame_set(60)
        make_takes(mannequin, 4)
        assert [t.start for t in mannequin.kinescribe.takes] == [1, 1]

    def test_the_playhead_decides_if_it_is_asked_to(
        self, mannequin: bpy.types.Object, backend: FakeBackend
    ) -> None:
        make_takes(mannequin, 3)
        bpy.context.scene.frame_set(60)
        settings().start = "PLAYHEAD"
        make_takes(mannequin, 4)
        settings().start = "AFTER"
        make_takes(mannequin, 5)
        settings().start, settings().start_frame = "FRAME", 7
        make_takes(mannequin, 6)
        assert [t.start for t in mannequin.kinescribe.takes] == [1, 60, 156, 7]
        assert not settings().use_current_frame
        settings().use_current_frame = True
        assert settings().start == "TAKE"

    def test_apply_again_leaves_it_where_it_is(
        self, mannequin: bpy.types.Object, backend: FakeBackend
    ) -> None:
        (action,) = make_takes(mannequin, 3)
        bpy.context.scene.frame_set(40)
        settings().foot_lock = 0.5
        ops.apply()
        assert get_action(mannequin) == action and tuple(action.frame_range) == (1, 96)
        assert len(mannequin.kinescribe.takes) == 1
        ops.reduce_keys()
        assert get_action(mannequin) == action and tuple(action.frame_range) == (1, 96)

    def test_an_older_take_is_applied_where_it_was_made(
        self, mannequin: bpy.types.Object, backend: FakeBackend
    ) -> None:
        make_takes(mannequin, 3)
        motion_id = session.generation.motion_id
        settings().start = "AFTER"
        make_takes(mannequin, 4)
        bpy.context.scene.frame_set(33)
        ops.apply(motion=motion_id)
        assert get_action(mannequin).frame_range[0] == 1

    def test_a_motion_that_waits_keeps_the_frame_at_which_it_was_asked_for(
        self, mannequin: bpy.types.Object, backend: FakeBackend
    ) -> None:
        bpy.context.scene.frame_set(20)
        ops.generate(apply=False)
        bpy.context.scene.frame_set(70)
        ops.apply()
        assert get_action(mannequin).frame_range[0] == 20


class TestNothingIsLost:
    def test_working_inside_a_take(self, mannequin: bpy.types.Object, backend: FakeBackend) -> None:
        (walk,) = make_takes(mannequin, 3)
        keys = key_values(mannequin, walk)
        bpy.context.scene.frame_set(40)
        settings().start, settings().seconds = "PLAYHEAD", 1.3
        make_takes(mannequin, 4)
        assert walk.frame_range[1] == 96 and get_action(mannequin).frame_range[0] == 40
        assert all(np.array_equal(v, keys[k]) for k, v in key_values(mannequin, walk).items())

    def test_an_edited_take_is_not_baked_over(
        self, mannequin: bpy.types.Object, backend: FakeBackend
    ) -> None:
        (action,) = make_takes(mannequin, 3)
        get_fcurves(action, mannequin)[3].keyframe_points[5].co.y += 0.1
        keys = key_values(mannequin, action)
        ops.apply(foot_lock=0.0)
        assert get_action(mannequin) != action and len(mannequin.kinescribe.takes) == 2
        assert all(np.array_equal(v, keys[k]) for k, v in key_values(mannequin, action).items())

    @pytest.mark.parametrize("operator", ["unbake", "push_down", "stash"])
    def test_no_operator_but_the_list_s_deletes(
        self, mannequin: bpy.types.Object, backend: FakeBackend, operator: str
    ) -> None:
        made = make_takes(mannequin, 3, 4)
        assert getattr(ops, operator)() == {"FINISHED"}
        assert set(made) <= set(bpy.data.actions) and [t.action for t in mannequin.kinescribe.takes] == made

    def test_a_take_in_a_strip_can_be_shown_again(
        self, mannequin: bpy.types.Object, backend: FakeBackend
    ) -> None:
        first, _ = make_takes(mannequin, 3, 4)
        ops.use_take(index=0)
        push_down_kinescribe_action(mannequin)
        assert get_action(mannequin) is None
        ops.use_take(index=0)
        assert get_action(mannequin) == first

    def test_undo_and_redo_twenty_times(self, mannequin: bpy.types.Object, backend: FakeBackend) -> None:
        name = mannequin.name
        for seed in range(20):
            settings().seed = seed
            ops.generate("EXEC_DEFAULT", True)
        for left in range(19, -1, -1):
            bpy.ops.ed.undo()
            rig = bpy.data.objects[name]
            assert [t.seed for t in rig.kinescribe.takes] == list(range(left))
            assert all(t.action for t in rig.kinescribe.takes)
        for made in range(1, 21):
            bpy.ops.ed.redo()
            rig = bpy.data.objects[name]
            assert len(rig.kinescribe.takes) == made == len(bpy.data.actions)
            assert get_action(rig) == rig.kinescribe.takes[made - 1].action
            assert len(takes.read_motion(get_action(rig))) == 96


class TestDelete:
    def test_one_that_does_not_play(self, mannequin: bpy.types.Object, backend: FakeBackend) -> None:
        _, second, third = make_takes(mannequin, 3, 4, 5)
        assert ops.delete_take(index=0) == {"FINISHED"}
        assert list(bpy.data.actions) == [second, third] and get_action(mannequin) == third
        assert mannequin.kinescribe.active_take == 1

    def test_the_one_that_plays(self, mannequin: bpy.types.Object, backend: FakeBackend) -> None:
        own = bpy.data.actions.new("mine")
        mannequin.animation_data_create().action = own
        make_takes(mannequin, 3)
        ops.delete_take(index=0)
        assert list(bpy.data.actions) == [own] and get_action(mannequin) == own
        assert not mannequin.kinescribe.takes

    def test_one_that_something_else_plays(self, mannequin: bpy.types.Object, backend: FakeBackend) -> None:
        (action,) = make_takes(mannequin, 3)
        other = bpy.data.objects.new("Other", None)
        other.animation_data_create().action = action
        ops.delete_take(index=0)
        assert other.animation_data.action == action and not mannequin.kinescribe.takes

    @pytest.mark.parametrize("operator", ["use_take", "delete_take", "star_take"])
    @pytest.mark.parametrize("index", [-1, 2, 99])
    def test_no_such_take(
        self, mannequin: bpy.types.Object, backend: FakeBackend, operator: str, index: int
    ) -> None:
        made = make_takes(mannequin, 3, 4)
        with pytest.raises(RuntimeError, match="has no take"):
            getattr(ops, operator)(index=index)
        assert [t.action for t in mannequin.kinescribe.takes] == made

    def test_an_action_that_was_deleted_by_hand(
        self, mannequin: bpy.types.Object, backend: FakeBackend
    ) -> None:
        first, second = make_takes(mannequin, 3, 4)
        bpy.data.actions.remove(first)
        with pytest.raises(RuntimeError, match="was deleted: delete the take, or generate it again"):
            ops.use_take(index=0)
        mannequin.kinescribe.active_take = 0  # a click in the list
        assert get_action(mannequin) == second and "was deleted" in session.generation.message
        ops.delete_take(index=0)
        assert [t.action for t in mannequin.kinescribe.takes] == [second]

    def test_an_action_that_was_renamed_by_hand(
        self, mannequin: bpy.types.Object, backend: FakeBackend
    ) -> None:
        first, _ = make_takes(mannequin, 3, 4)
        first.name = "Good one"
        ops.use_take(index=0)
        assert get_action(mannequin).name == "Good one"

    def test_a_rig_that_changed_since(
        self, mannequin: bpy.types.Object, backend: FakeBackend, capfd: pytest.CaptureFixture[str]
    ) -> None:
        make_takes(mannequin, 3, 4)
        mannequin.data.bones["left_elbow"].name = "Elbow"
        for curve in get_fcurves(mannequin.kinescribe.takes[0].action, mannequin):
            curve.data_path = curve.data_path.replace("Elbow", "left_elbow")
        ops.use_take(index=0)
        assert f"1 bones of the take are no longer on {mannequin.name}" in capfd.readouterr().out


def test_a_star(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    make_takes(mannequin, 3, 4)
    ops.star_take(index=1)
    assert [t.starred for t in mannequin.kinescribe.takes] == [False, True]
    ops.star_take(index=1)
    assert not any(t.starred for t in mannequin.kinescribe.takes)


class TestPackedMotion:
    def test_apply_again_without_the_cache(self, mannequin: bpy.types.Object, backend: FakeBackend) -> None:
        make_takes(mannequin, 3)
        before = [heads(mannequin, frame) for frame in (1, 30, 96)]
        assert store.clear_cache() == 1
        ops.apply()
        after = [heads(mannequin, frame) for frame in (1, 30, 96)]
        assert np.abs(np.array(after) - before).max() < 1e-4
        assert len(mannequin.kinescribe.takes) == 1

    def test_it_is_small(self, rig: bpy.types.Object) -> None:
        apply(rig, stroll(frames=300))
        assert 0 < len(get_action(rig).kinescribe_motion) < 200_000

    @pytest.mark.parametrize("way", ["save", "append", "copy"])
    def test_it_survives(self, rig: bpy.types.Object, tmp_path: Path, way: str) -> None:
        apply(rig, stroll(seed=1))
        apply(rig, stroll(seed=2))
        rig.kinescribe.takes[0].starred = True
        motion, name, path = takes.read_motion(get_action(rig)), rig.name, str(tmp_path / "saved.blend")
        if way == "copy":
            rig = rig.copy()
            bpy.context.scene.collection.objects.link(rig)
        else:
            bpy.ops.wm.save_as_mainfile(filepath=path)
            if way == "save":
                bpy.ops.wm.open_mainfile(filepath=path)
            else:
                bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
                with bpy.data.libraries.load(path) as (_, data):
                    data.objects = [name]
                bpy.context.scene.collection.objects.link(bpy.data.objects[name])
            rig = bpy.data.objects[name]
        store.clear_cache()
        rows = rig.kinescribe.takes
        assert [(t.seed, t.starred, t.action.name) for t in rows] == [
            (1, True, "strolls"),
            (2, False, "strolls.001"),
        ]
        assert rig.kinescribe.active_take == 1 and get_action(rig) == rows[1].action
        back = takes.read_motion(rows[1].action)
        np.testing.assert_array_equal(back.local_rotations, motion.local_rotations)
        report = apply_motion(bpy.context, rig, read_record(rows[0].action)["motion_id"], FROM_ORIGIN)
        assert report.bone_count == 22

    def test_a_damaged_one_is_one_sentence(self, mannequin: bpy.types.Object, backend: FakeBackend) -> None:
        (action,) = make_takes(mannequin, 3)
        store.clear_cache()
        keys = key_values(mannequin, action)
        for text in (action.kinescribe_motion[:-40] + "A" * 40, "no base64 at all", "AAAA" * 100, "ä"):
            action.kinescribe_motion = text
            with pytest.raises(RuntimeError, match=r"stored in the \.blend is damaged") as caught:
                ops.apply()
            assert str(caught.value).strip().count("\n") == 0
        assert all(np.array_equal(v, keys[k]) for k, v in key_values(mannequin, action).items())

    def test_none_at_all(self, rig: bpy.types.Object) -> None:
        with pytest.raises(FormatError, match="holds no motion"):
            takes.read_motion(bpy.data.actions.new("Mine"))


def test_a_library_override_has_takes_of_its_own(rig: bpy.types.Object, tmp_path: Path) -> None:
    apply(rig, stroll(seed=1))
    collection = bpy.data.collections.new("Character")
    bpy.context.scene.collection.children.link(collection)
    for obj in (rig, *rig.children):
        collection.objects.link(obj)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, data):
        data.collections = ["Character"]
    bpy.data.collections["Character"].override_hierarchy_create(
        bpy.context.scene, bpy.context.view_layer, do_fully_editable=True
    )
    rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
    apply(rig, stroll(seed=2))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    rig = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o.override_library)
    rows = takes.bone_map_properties(rig).takes
    assert [t.seed for t in rows] == [1, 2] and rows[1].action == get_action(rig)
    assert rows[0].action.library is not None
    takes.show_take(rig, 0)
    assert get_action(rig) == rows[0].action
    takes.show_take(rig, 1)
    assert get_action(rig) == rows[1].action


def test_results_of_earlier_versions_are_listed(rig: bpy.types.Object, tmp_path: Path) -> None:
    apply(rig, stroll(seed=1))
    push_down_kinescribe_action(rig)
    apply(rig, stroll(seed=2), ApplyOptions(50))
    orphan = get_action(rig).copy()
    rig.kinescribe.takes.clear()
    orphan.use_fake_user = True
    assert RECORD_PROPERTY in orphan
    name = rig.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "old.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "old.blend"))
    rows = bpy.data.objects[name].kinescribe.takes
    assert [(t.seed, t.start) for t in rows] == [(1, 1), (2, 50), (2, 50)]
    assert rows[1].action == get_action(bpy.data.objects[name])
    assert bpy.data.objects[name].kinescribe.active_take == 1
