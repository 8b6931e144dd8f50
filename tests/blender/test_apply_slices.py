# SPDX-License-Identifier: GPL-3.0-or-later
"""``operators.apply``: Apply Again of a take in slices."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
import pytest
from applying import all_keys
from baking_slices import press, run_single_slices, stop_everything, tick_until, unfinished
from fakes import FakeBackend
from kinescribe.operators import apply as apply_module
from kinescribe.operators import background_tasks, generation
from kinescribe.scene.action import get_action
from kinescribe.scene.record import read_record
from kinescribe.session import session

pytestmark = pytest.mark.usefixtures("own_cache")
status = session.generation


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    stop_everything()


@pytest.fixture
def one_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    run_single_slices(monkeypatch)


def bake_again(target: bpy.types.Object) -> None:
    """Press Apply Again."""
    options = apply_module.apply_options(bpy.context, target, motion_id := apply_module.motion_id_for(target))
    generation.start_bake(bpy.context, target, motion_id, options)


@pytest.fixture
def taken(mannequin: bpy.types.Object, backend: FakeBackend) -> bpy.types.Object:
    """The mannequin with a take."""
    press()
    tick_until(lambda: not generation.is_running())
    return mannequin


@pytest.mark.usefixtures("one_slice")
def test_apply_again_bakes_in_slices_and_ends_as_the_operator_does(taken: bpy.types.Object) -> None:
    action, before = get_action(taken), all_keys(taken)
    bpy.context.scene.kinescribe.root_mode = "IN_PLACE"
    bake_again(taken)
    assert generation.is_baking() and status.is_running and status.baked == 0.0
    tick_until(lambda: not generation.is_running())
    assert not status.is_running and status.baked is None and status.level == "INFO", status.message
    assert get_action(taken) == action and '"IN_PLACE"' in read_record(action)["options"]
    assert any(not np.array_equal(keys, before[address]) for address, keys in all_keys(taken).items())
    assert not unfinished()


@pytest.mark.usefixtures("one_slice")
def test_apply_again_can_be_cancelled(taken: bpy.types.Object) -> None:
    bpy.ops.kinescribe.apply(start_frame=31)
    bpy.context.scene.kinescribe.root_mode = "IN_PLACE"
    before, actions = all_keys(taken), set(bpy.data.actions)
    bake_again(taken)
    background_tasks.poll()
    assert bpy.ops.kinescribe.cancel() == {"FINISHED"}
    background_tasks.poll()
    assert not generation.is_running() and status.message == "Cancelled"
    assert set(bpy.data.actions) == actions and not unfinished()
    for address, keys in all_keys(taken).items():
        assert np.array_equal(keys, before[address])


@pytest.mark.usefixtures("one_slice")
def test_apply_again_ends_with_one_sentence_if_the_character_is_removed(taken: bpy.types.Object) -> None:
    bake_again(taken)
    bpy.data.objects.remove(taken)
    tick_until(lambda: not generation.is_running())
    assert status.level == "WARNING" and "was removed" in status.message and not unfinished()
