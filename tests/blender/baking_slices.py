# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of the tests that bake in slices: slices of one F-curve, ticks that run one slice, and waiting for them."""

from __future__ import annotations

import time
from collections.abc import Callable

import bpy
import pytest
from kinescribe.operators import background_tasks, generate, generation
from kinescribe.scene import action as action_module
from kinescribe.scene import bake as bake_module
from kinescribe.scene import blend as blend_module
from kinescribe.scene.unfinished import UNFINISHED_PROPERTY


def stop_everything() -> None:
    """Cancel what runs, so that the next test begins without it."""
    generation.cancel("")
    background_tasks.stop_all()


def run_single_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each tick run a single slice, as on a slow computer."""
    monkeypatch.setattr(background_tasks, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(generation, "PROGRESS_SECONDS", 0.0)
    small_slices(monkeypatch)


def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each slice handle a single F-curve."""
    for module in (action_module, bake_module, blend_module):
        monkeypatch.setattr(module, "KEYS_PER_SLICE", 1)


def press() -> None:
    generation.start(generate.prepare_generation(bpy.context, True))


def tick_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.perf_counter() + seconds
    while not condition():
        assert time.perf_counter() < end
        background_tasks.poll()
        time.sleep(0.001)


def unfinished() -> list[bpy.types.Action]:
    return [action for action in bpy.data.actions if UNFINISHED_PROPERTY in action]
