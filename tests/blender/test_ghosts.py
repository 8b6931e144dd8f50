# SPDX-License-Identifier: GPL-3.0-or-later
"""``scene.ghosts`` and ``operators.ghosts``: figures stand where the baked bones would, and one is kept."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
import pytest
from fakes import FakeBackend
from kinescribe.scene.action import get_action
from kinescribe.scene.ghosts import find_lines
from kinescribe.session import session

pytestmark = pytest.mark.usefixtures("own_cache")

ops = bpy.ops.kinescribe


@pytest.fixture(autouse=True)
def no_ghosts() -> Iterator[None]:
    session.ghosts = ()
    yield
    session.ghosts = ()


def test_a_ghost_stands_where_the_baked_bones_are(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    mannequin.location = (1.0, 2.0, 0.0)
    mannequin.scale = (0.5, 0.5, 0.5)
    bpy.context.view_layer.update()
    bpy.context.scene.kinescribe.foot_lock = 0.0
    ops.generate()
    ops.show_ghosts(source="TAKES")
    (ghost,) = session.ghosts
    scene = bpy.context.scene
    for frame in (1, 20, 60):
        scene.frame_set(frame)
        for joint, bone in ((0, "pelvis"), (ghost.top, "head")):
            expected = mannequin.matrix_world @ mannequin.pose.bones[bone].head
            np.testing.assert_allclose(ghost.positions[frame - ghost.start, joint], expected, atol=2e-3)


def test_variations_are_shown_and_one_is_kept(mannequin: bpy.types.Object) -> None:
    bpy.context.scene.kinescribe.seconds = 1.0
    ops.variations(count=3)
    assert get_action(mannequin) is None
    ops.show_ghosts()
    assert [ghost.label for ghost in session.ghosts] == ["1", "2", "3"]
    chosen = session.ghosts[1].motion_id
    ops.keep_ghost(index=1)
    assert not session.ghosts and len(mannequin.kinescribe.takes) == 1
    assert get_action(mannequin)["kinescribe"]["motion_id"] == chosen


def test_takes_with_a_star_are_compared(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    for seed in (1, 2, 3):
        bpy.context.scene.kinescribe.seed = seed
        ops.generate()
    first = mannequin.kinescribe.takes[0].action
    ops.show_ghosts(source="TAKES")
    assert len(session.ghosts) == 3
    for index in (0, 2):
        ops.star_take(index=index)
    ops.show_ghosts(source="TAKES")
    assert len(session.ghosts) == 2
    ops.keep_ghost(index=0)
    assert get_action(mannequin) == first


def test_nothing_to_show_is_a_sentence(mannequin: bpy.types.Object) -> None:
    session.generation.clear()
    for source, message in (("VARIATIONS", "no variations"), ("TAKES", "no takes yet")):
        with pytest.raises(RuntimeError, match=message):
            ops.show_ghosts(source=source)
    assert not ops.keep_ghost.poll() and not ops.hide_ghosts.poll()


def test_another_file_leaves_no_ghosts(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    ops.generate()
    ops.show_ghosts(source="TAKES")
    session.hovered_ghost = 0
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    assert not session.ghosts and session.hovered_ghost is None
    assert not ops.keep_ghost.poll()


def test_a_ghost_whose_character_or_take_is_gone_is_a_sentence(
    mannequin: bpy.types.Object, backend: FakeBackend
) -> None:
    ops.generate()
    ops.show_ghosts(source="TAKES")
    ops.delete_take(index=0)
    with pytest.raises(RuntimeError, match="The take of this ghost was deleted"):
        ops.keep_ghost(index=0)
    bpy.data.objects.remove(mannequin)
    with pytest.raises(RuntimeError):
        ops.keep_ghost(index=0)
    ops.hide_ghosts()
    assert not session.ghosts


def test_lines_leave_out_joints_that_are_not_mapped() -> None:
    assert find_lines(["pelvis", "spine2", "head"]).tolist() == [[0, 1], [1, 2]]
    assert find_lines(["left_knee"]).shape == (0, 2)
