# SPDX-License-Identifier: GPL-3.0-or-later
"""Continue a take, redo ranges, bones and parts of it: what is not redone keeps its keys, by the embedded model."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from applying import select
from fakes import make_walk
from kinescribe.motion import T_POSE, KinescribeError
from kinescribe.motion.formats import write_motion
from kinescribe.operators import background_tasks, generation
from kinescribe.operators.generate import prepare_generation
from kinescribe.operators.next_step import find_next_step
from kinescribe.operators.take_history import read_history
from kinescribe.operators.take_work import prepare_part_redo
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.record import read_record, was_edited
from kinescribe.scene.unfinished import UNFINISHED_PROPERTY
from kinescribe.session import session

pytestmark = pytest.mark.usefixtures("own_cache")

ops = bpy.ops.kinescribe
REPOSITORY = Path(__file__).resolve().parents[2]

Keys = dict[tuple[str, int], dict[float, float]]


def settings() -> bpy.types.PropertyGroup:
    return bpy.context.scene.kinescribe


def keys(rig: bpy.types.Object) -> Keys:
    """Return the value of every key by channel and frame."""
    found: Keys = {}
    for curve in get_fcurves(get_action(rig), rig):
        values = np.empty(2 * len(curve.keyframe_points), np.float32)
        curve.keyframe_points.foreach_get("co", values)
        found[curve.data_path, curve.array_index] = dict(
            zip(values[0::2].tolist(), values[1::2].tolist(), strict=True)
        )
    return found


def outside_is_equal(before: Keys, after: Keys, start: int, end: int) -> bool:
    """Whether the keys outside of a range are bit by bit as they were."""
    return all(
        {f: v for f, v in curve.items() if not start <= f <= end}
        == {f: v for f, v in after[address].items() if not start <= f <= end}
        for address, curve in before.items()
    )


def places(rig: bpy.types.Object, first: int, last: int) -> np.ndarray:
    """Return the heads (T, B, 3) of all bones."""
    found = []
    for frame in range(first, last + 1):
        bpy.context.scene.frame_set(frame)
        found.append([tuple(rig.matrix_world @ bone.head) for bone in rig.pose.bones])
    return np.array(found)


def fastest(rig: bpy.types.Object, first: int, last: int) -> np.ndarray:
    """Return the largest step (T - 1,) of any bone from frame to frame, metres."""
    return np.linalg.norm(np.diff(places(rig, first, last), axis=0), axis=-1).max(axis=1)


@pytest.fixture
def walker(mannequin: bpy.types.Object) -> bpy.types.Object:
    settings().prompt, settings().seconds, settings().seed = "a person walks forward", 4.0, 3
    assert ops.generate() == {"FINISHED"}
    return mannequin


def test_continuing(walker: bpy.types.Object) -> None:
    first, before = get_action(walker), keys(walker)
    bpy.context.scene.frame_set(30)
    assert ops.continue_take(prompt="a person jumps", seconds=2.0) == {"FINISHED"}
    action, after = get_action(walker), keys(walker)
    assert action != first and tuple(action.frame_range) == (1, 144) and tuple(first.frame_range) == (1, 96)
    assert outside_is_equal(before, after, 97, 200)
    steps = fastest(walker, 85, 110)
    assert steps[11] <= 1.5 * np.delete(steps, 11).max()
    rows = walker.kinescribe.takes
    assert [(t.start, t.end) for t in rows] == [(1, 96), (1, 144)] and walker.kinescribe.active_take == 1
    assert [(p.prompt, p.start, p.end) for p in walker.kinescribe.parts] == [
        ("a person walks forward", 1, 96),
        ("a person jumps", 97, 144),
    ]
    ops.redo_range(start=40, end=70)
    history = read_history(read_record(get_action(walker)))
    assert [newer[:3] for newer in history] == [(96, 143, "a person jumps"), (39, 69, "")]


@pytest.mark.parametrize("damaged", ["", "{}", "[1]", '[{"first": 1}]', '[{"first": "x"}]', None])
def test_a_history_of_unknown_origin_is_ignored(damaged: str | None) -> None:
    assert read_history({} if damaged is None else {"history": damaged}) == ()


def test_redoing_a_range_keeps_hand_edits(walker: bpy.types.Object) -> None:
    path = 'pose.bones["head"].rotation_quaternion'
    curve = next(
        c for c in get_fcurves(get_action(walker), walker) if (c.data_path, c.array_index) == (path, 1)
    )
    for frame in range(60, 96):
        curve.keyframe_points[frame].co.y += 0.2
    edited, before = get_action(walker), keys(walker)
    assert ops.redo_range(start=40, end=70, prompt="a person kicks") == {"FINISHED"}
    after = keys(walker)
    assert outside_is_equal(before, after, 40, 70)
    assert any(abs(after[a][55.0] - before[a][55.0]) > 0.05 for a in before), "nothing is new"
    assert get_action(walker) != edited and was_edited(get_action(walker)), (
        "the edits are in the new take too"
    )
    steps = fastest(walker, 28, 82)
    for seam in (11, 42):  # from 39 to 40, from 70 to 71
        near = np.delete(steps, [seam])[max(0, seam - 12) : seam + 12]
        assert steps[seam] <= 1.5 * near.max()


def test_redoing_does_not_move_the_playhead_or_the_take(walker: bpy.types.Object) -> None:
    bpy.context.scene.frame_set(77)
    ops.redo_range(start=1, end=30)
    assert bpy.context.scene.frame_current == 77
    ops.redo_range(start=60, end=96)
    assert tuple(get_action(walker).frame_range) == (1, 96) and len(walker.kinescribe.takes) == 3
    ops.use_take(index=0)
    assert read_record(get_action(walker))["seed"] == 3


def test_the_range_is_the_preview_range_or_the_selected_keys(walker: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match="set a preview range, or select keys"):
        ops.redo_range()
    before = keys(walker)
    for curve in get_fcurves(get_action(walker), walker):
        for point in curve.keyframe_points:
            point.select_control_point = 50 <= point.co.x <= 65
    ops.redo_range()
    after = keys(walker)
    assert outside_is_equal(before, after, 50, 65) and not outside_is_equal(before, after, 52, 65)
    scene = bpy.context.scene
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 20, 35
    ops.redo_range()
    assert outside_is_equal(after, keys(walker), 20, 35)


def test_new_frames_of_a_reduced_take_have_few_keys(mannequin: bpy.types.Object) -> None:
    settings().prompt, settings().seconds, settings().seed = "a person walks forward", 4.0, 3
    settings().reduce_keys = True
    ops.generate()
    before = keys(mannequin)
    ops.redo_range(start=40, end=70, prompt="a person kicks")
    after = keys(mannequin)
    assert outside_is_equal(before, after, 39, 71)
    made = sum(39 < frame < 71 for curve in after.values() for frame in curve)
    assert 0 < made < 0.5 * 31 * len(after), "a key on every frame would be 31 for each curve"
    steps = fastest(mannequin, 28, 82)
    for seam in (11, 42):
        assert steps[seam] <= 1.5 * np.delete(steps, [seam])[max(0, seam - 12) : seam + 12].max()


def test_redoing_arms_alone(walker: bpy.types.Object) -> None:
    before = keys(walker)
    arm = ("left_shoulder", "left_elbow", "right_shoulder", "right_elbow")
    select(walker, *arm)
    assert ops.redo_range(prompt="a person waves with both hands", only_selected=True) == {"FINISHED"}
    after = keys(walker)
    changed = {path.split('"')[1] for (path, _), curve in before.items() if after[path, _] != curve}
    assert changed == set(arm)
    (newer,) = read_history(read_record(get_action(walker)))
    assert newer[:3] == (0, 95, "a person waves with both hands") and newer.is_part_of_body
    select(walker, "pelvis")
    with pytest.raises(RuntimeError, match="No bone of the body but the hips is selected"):
        ops.redo_range(only_selected=True)


def test_the_example_of_the_documentation(mannequin: bpy.types.Object) -> None:
    """Walk in, look around, sit, redo the sitting, arms only: the steps of docs/directing.md with its own texts."""
    page = (REPOSITORY / "docs" / "directing.md").read_text("utf-8").partition("## Takes")[0]
    story, sitting, arms = re.findall(r"`([^`]*person[^`]*)`", page)
    stored = mannequin.kinescribe
    stored.prompt = story
    assert ops.split_prompt() == {"FINISHED"}
    assert len(stored.parts) == 3
    ops.generate()
    before = keys(mannequin)
    stored.active_part, third = 2, stored.parts[2].start
    stored.parts[2].prompt = sitting
    step = find_next_step(bpy.context, mannequin)
    assert (step.kind, step.numbers) == ("PARTS", (2,))
    ops.generate(parts="CHANGED")
    redone = keys(mannequin)
    assert outside_is_equal(before, redone, third, 10**6)
    select(
        mannequin, *(b.name for b in mannequin.pose.bones if any(w in b.name for w in ("shoulder", "elbow")))
    )
    part = stored.parts[2]
    ops.redo_range(start=part.start, end=part.end, prompt=arms, only_selected=True)
    last = keys(mannequin)
    assert outside_is_equal(redone, last, part.start, part.end)
    assert all(redone[a] == last[a] for a in redone if "elbow" not in a[0] and "shoulder" not in a[0])
    assert [take.prompt for take in stored.takes] != [] and len(stored.takes) == 3
    ops.use_take(index=0)
    assert keys(mannequin) == before


class TestParts:
    @pytest.fixture
    def sequence(self, mannequin: bpy.types.Object) -> bpy.types.Object:
        parts = mannequin.kinescribe.parts
        frame = 11
        for number, prompt in enumerate(
            ("a person walks forward", "a person waves", "a person walks forward")
        ):
            part = parts.add()
            part.prompt, part.start, part.end, part.seed = prompt, frame, frame + 47, number
            frame += 48
        assert mannequin.kinescribe.own_parts
        assert ops.generate() == {"FINISHED"}
        return mannequin

    def test_they_are_made_at_their_frames(self, sequence: bpy.types.Object) -> None:
        assert tuple(get_action(sequence).frame_range) == (11, 154)
        assert [(t.start, t.end) for t in sequence.kinescribe.takes] == [(11, 154)]
        with pytest.raises(RuntimeError, match=r"No part of .* was changed"):
            ops.generate(parts="CHANGED")

    def test_a_changed_part_alone_is_made_again(self, sequence: bpy.types.Object) -> None:
        before, old = keys(sequence), places(sequence, 107, 154)
        sequence.kinescribe.parts[1].prompt = "a person turns around"
        assert ops.generate(parts="CHANGED") == {"FINISHED"}
        after, new = keys(sequence), places(sequence, 107, 154)
        assert outside_is_equal(before, after, 59, 500), "earlier parts are as they were"
        # later ones are moved over the floor as a whole
        shapes = [np.linalg.norm(p[:, :, None] - p[:, None], axis=-1) for p in (old, new)]
        assert np.abs(shapes[0] - shapes[1]).max() < 1e-4
        steps = [np.linalg.norm(p[1:] - p[:-1], axis=-1) for p in (old, new)]
        assert np.abs(steps[0] - steps[1]).max() < 1e-4
        assert [take.prompt for take in sequence.kinescribe.takes] == [
            "a person walks forward, then a person waves, then a person walks forward",
            "a person walks forward, then a person turns around, then a person walks forward",
        ]
        assert [newer[:3] for newer in read_history(read_record(get_action(sequence)))] == [
            (48, 95, "a person turns around")
        ]
        assert sequence.kinescribe.parts[1].prompt == "a person turns around"
        with pytest.raises(RuntimeError, match=r"No part of .* was changed"):
            ops.generate(parts="CHANGED")

    def test_later_parts_may_stay_where_they_are(self, sequence: bpy.types.Object) -> None:
        before = keys(sequence)
        sequence.kinescribe.active_part = 1
        assert ops.generate(parts="ACTIVE", arrive=True) == {"FINISHED"}
        after = keys(sequence)
        assert outside_is_equal(before, after, 59, 106) and not outside_is_equal(before, after, 80, 106)

    def test_a_longer_part_moves_later_ones(self, sequence: bpy.types.Object) -> None:
        before = keys(sequence)
        parts = sequence.kinescribe.parts
        parts[1].end += 24
        with pytest.raises(RuntimeError, match="Parts 2 and 3 overlap at frame 107"):
            ops.generate(parts="CHANGED")
        parts[2].end += 24
        parts[2].start += 24
        ops.generate(parts="CHANGED")
        assert tuple(get_action(sequence).frame_range) == (11, 178)
        after = keys(sequence)
        assert outside_is_equal(before, after, 59, 500)
        head = next(a for a in before if '"head"' in a[0])
        assert after[head][154.0 + 24] == pytest.approx(before[head][154.0], abs=1e-6)
        assert [(p.start, p.end) for p in parts] == [(11, 58), (59, 130), (131, 178)]

    def test_a_locked_part_is_left_alone(self, sequence: bpy.types.Object) -> None:
        parts = sequence.kinescribe.parts
        parts[0].prompt, parts[0].locked = "a person jumps", True
        with pytest.raises(RuntimeError, match=r"No part of .* was changed"):
            ops.generate(parts="CHANGED")

    def test_wrong_parts_are_one_sentence(self, sequence: bpy.types.Object) -> None:
        parts = sequence.kinescribe.parts
        count = len(bpy.data.actions)
        parts[1].end = parts[1].start - 1
        with pytest.raises(RuntimeError, match="Part 2 ends at frame 58, before its start 59"):
            ops.generate()
        parts[1].end = 120
        with pytest.raises(RuntimeError, match="Parts 2 and 3 overlap at frame 107"):
            ops.generate()
        for part in parts:
            part.mute = True
        parts[1].end = 106
        with pytest.raises(RuntimeError, match=r"All parts of .* are muted"):
            ops.generate()
        parts.remove(2)
        parts[0].mute = parts[1].mute = False
        with pytest.raises(RuntimeError, match=r"The take has 3 parts and .* has 2: generate all of them"):
            ops.generate(parts="CHANGED")
        assert len(bpy.data.actions) == count

    def test_a_muted_part_and_a_gap_are_left_to_the_model(self, sequence: bpy.types.Object) -> None:
        parts = sequence.kinescribe.parts
        parts[1].mute = True
        parts[2].start += 10
        assert ops.generate() == {"FINISHED"}
        assert tuple(get_action(sequence).frame_range) == (11, 154)


class TestRefused:
    def refused(self, rig: bpy.types.Object, match: str, **arguments: object) -> None:
        """Expect one sentence, and nothing changed."""
        action, before, count = get_action(rig), keys(rig), len(bpy.data.actions)
        with pytest.raises(RuntimeError, match=match) as caught:
            ops.redo_range(**arguments)
        assert str(caught.value).strip().count("\n") == 0
        assert get_action(rig) == action and keys(rig) == before and len(bpy.data.actions) == count

    def test_ranges(self, walker: bpy.types.Object) -> None:
        self.refused(walker, "ends at frame 40, before its start 70", start=70, end=40)
        self.refused(walker, "is not within the take, which has frames 1 to 96", start=90, end=120)
        self.refused(walker, "is not within the take", start=-5, end=20)
        self.refused(walker, "range", start=40, end=41)

    def test_no_take(self, mannequin: bpy.types.Object) -> None:
        for operator in (ops.continue_take, ops.redo_range):
            with pytest.raises(RuntimeError, match="plays no take: generate one"):
                operator()

    def test_a_rig_that_changed(self, walker: bpy.types.Object) -> None:
        walker.data.bones["left_elbow"].name = "Elbow"
        action = get_action(walker)
        with pytest.raises(RuntimeError):
            ops.redo_range(start=40, end=70)
        assert get_action(walker) == action and len(bpy.data.actions) == 1

    def test_modifiers(self, walker: bpy.types.Object) -> None:
        get_fcurves(get_action(walker), walker)[0].modifiers.new("NOISE")
        self.refused(walker, "have modifiers, which can't be cut", start=40, end=70)

    def test_another_take_is_shown_meanwhile(self, walker: bpy.types.Object) -> None:
        settings().seed = 9
        ops.generate()
        walker.kinescribe.parts[0].prompt = "a person jumps"
        job = prepare_part_redo(bpy.context, "CHANGED", False)
        ops.use_take(index=0)
        with pytest.raises(KinescribeError, match="plays something else meanwhile"):
            generation.run_blocking(job)
        assert len(bpy.data.actions) == 2

    def test_a_full_disk(self, walker: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_args: object, **_keywords: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fdopen", full)
        self.refused(walker, "could not be saved .No space left", start=40, end=70)

    def test_another_file_is_opened_meanwhile(self, walker: bpy.types.Object, tmp_path: Path) -> None:
        walker.kinescribe.parts[0].prompt = "a person jumps"
        job = prepare_part_redo(bpy.context, "CHANGED", False)
        path = str(tmp_path / "walker.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        generation.start(job)
        bpy.ops.wm.open_mainfile(filepath=path)
        assert not generation.is_running() and "another file was opened" in session.generation.message
        rig = bpy.data.objects["Mannequin"]
        assert len(rig.kinescribe.takes) == 1 and len(bpy.data.actions) == 1


def test_variations_are_kept_where_they_were_asked_for(mannequin: bpy.types.Object) -> None:
    settings().seconds = 1.0
    bpy.context.scene.frame_set(20)
    with pytest.raises(RuntimeError, match="no variations: make some first"):
        ops.keep_variation(index=0)
    assert ops.variations(count=3) == {"FINISHED"}
    assert get_action(mannequin) is None and len(session.generation.variations) == 3
    bpy.context.scene.frame_set(50)
    for index in (2, 0):
        ops.keep_variation(index=index)
        assert tuple(get_action(mannequin).frame_range) == (20, 43)
    assert [t.seed for t in mannequin.kinescribe.takes] == [2, 0]
    with pytest.raises(RuntimeError, match="There is no variation 3: choose one from 0 to 2"):
        ops.keep_variation(index=3)


def test_several_characters_are_made_together(mannequin: bpy.types.Object) -> None:
    settings().seconds = 1.0
    rigs = [mannequin]
    for _ in range(3):
        ops.add_mannequin()
        rigs.append(bpy.context.object)
    part = rigs[1].kinescribe
    part.prompt, part.seed = "a person waves", 40
    for rig in rigs:
        rig.select_set(True)
    bpy.context.view_layer.objects.active = rigs[0]
    bpy.ops.ed.undo_push(message="Four")
    names = [rig.name for rig in rigs]
    assert ops.generate("EXEC_DEFAULT", True) == {"FINISHED"}
    prompts = [(rig.kinescribe.takes[0].prompt, rig.kinescribe.takes[0].seed) for rig in rigs]
    walk = "a person walks forward"
    assert prompts == [(walk, 0), ("a person waves", 40), (walk, 2), (walk, 3)]
    bpy.ops.ed.undo()
    assert not bpy.data.actions and all(get_action(bpy.data.objects[name]) is None for name in names)


def test_the_motion_of_a_foreign_body_is_read_from_the_character(
    mannequin: bpy.types.Object, tmp_path: Path
) -> None:

    walk = make_walk(60, 24.0)
    taller = replace(T_POSE, rest_offsets=T_POSE.rest_offsets * 1.2)
    write_motion(replace(walk, skeleton=taller), tmp_path / "tall.bvh")
    ops.import_motion(filepath=str(tmp_path / "tall.bvh"))
    before = keys(mannequin)
    assert ops.redo_range(start=20, end=40, prompt="a person jumps") == {"FINISHED"}
    assert outside_is_equal(before, keys(mannequin), 20, 40)


class TestInTheWindow:
    """Timers do not fire in background mode: the tests call them."""

    def wait(self) -> None:
        end = time.monotonic() + 60.0
        while generation.is_running():
            assert time.monotonic() < end, "the generation does not end"
            if background_tasks.poll() is not None:
                time.sleep(0.005)

    @pytest.fixture(autouse=True)
    def nothing_left(self) -> Iterator[None]:
        yield
        generation.cancel("")
        while bpy.app.timers.is_registered(background_tasks.poll):
            bpy.app.timers.unregister(background_tasks.poll)

    def test_a_redo_is_baked_in_slices(self, walker: bpy.types.Object) -> None:
        walker.kinescribe.parts[0].prompt = "a person jumps"
        generation.start(prepare_part_redo(bpy.context, "CHANGED", False))
        self.wait()
        assert len(walker.kinescribe.takes) == 2, session.generation.message
        assert "are new" in session.generation.message and not discardable()

    def test_cancelled_while_it_is_baked(self, walker: bpy.types.Object) -> None:
        walker.kinescribe.parts[0].prompt = "a person jumps"
        generation.start(prepare_part_redo(bpy.context, "CHANGED", False))
        end = time.monotonic() + 60.0
        while not generation.is_baking():
            assert time.monotonic() < end
            background_tasks.poll()
        ops.cancel()
        assert len(bpy.data.actions) == 1 and not generation.is_running()

    def test_several_characters(self, mannequin: bpy.types.Object) -> None:
        settings().seconds = 1.0
        ops.add_mannequin()
        other = bpy.context.object
        mannequin.select_set(True)
        generation.start(prepare_generation(bpy.context, True))
        self.wait()
        assert get_action(mannequin) is not None and get_action(other) is not None and not discardable()


def discardable() -> list[bpy.types.Action]:
    """Return Actions that were left unfinished."""
    return [action for action in bpy.data.actions if UNFINISHED_PROPERTY in action]
