# SPDX-License-Identifier: GPL-3.0-or-later
"""ARDY in a window, with random weights: used from folders, generated, cancelled, and how long the window stops.

``dev.py window --part ardy`` mounts the models and reads the notes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import bpy

from devtools.bench.ardy_files import MODEL, TEXT
from devtools.in_blender.ardy_speed import CLIPS, PROMPT, read_memory
from devtools.testing.window import driver as d
from devtools.testing.window.stutter import StutterMeter, measure_idle_stutter

from .common import action_of, idle, module, status

MODELS = Path("/tmp/models")
QUALITIES = {4: "DRAFT", 10: "BEST"}
REPEATS = 2


def steps() -> d.Steps:
    """Play it."""
    yield from d.open_sidebar("Kinescribe", 380)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    yield 0.5
    session = module("session").session
    before = read_memory()
    for card, name in (("ardy", MODEL), ("ardy-text", TEXT)):
        with d.override_region():
            bpy.ops.kinescribe.use_model_folder(card=card, directory=str(MODELS / name))
        yield from d.wait_for(
            lambda card=card: not session.card_tasks[card].is_busy, 120, f"{card} to be checked"
        )
        assert session.card_tasks[card].level != "ERROR", session.card_tasks[card].message
    assert [model.choice for model in session.installed] == ["ardy"]
    with d.override_region():
        bpy.ops.kinescribe.choose_model(model="ardy")
    yield 0.5
    d.save_photograph("1_chosen")
    d.add_notes(
        blender=bpy.app.version_string,
        choice=module("inference.matrix_products").choose_method(),
        idle_ms=(yield from measure_idle_stutter())["max_ms"],
    )

    settings = bpy.context.scene.kinescribe
    gaps, others = [], []
    loads: list[float] = []
    time_loading(loads)
    yield from generated(1.0, 4, 0, gaps, others)
    for name, (seconds, count) in CLIPS.items():
        took = []
        for seed in range(1, REPEATS + 1):
            took.append((yield from generated(seconds, count, seed, gaps, others)))
        d.add_notes(**{name: min(took)})
    action = action_of(bpy.context.object)
    assert action is not None, status().message
    d.save_photograph("2_generated")
    settings.seconds, settings.quality = 10.0, "BEST"
    cancels = []
    for way in range(4):
        cancels.append((yield from cancelled(1 + 6 * way)))
    d.add_notes(
        load=loads[0],
        gap_ms=max(gaps),
        others=max(others),
        cancel=max(cancels),
        actions=len(bpy.data.actions),
    )
    module("inference.models.installed").release_models()
    yield 0.5
    d.add_notes(released_mb=read_memory() - before)


def time_loading(seconds: list[float]) -> None:
    """Let the time that each reading of weights takes be added to a list."""
    backend = module("inference.ardy.backend")
    load = backend.load_ardy

    def timed(*arguments: Any, **options: Any) -> Any:
        start = time.perf_counter()
        model = load(*arguments, **options)
        seconds.append(time.perf_counter() - start)
        return model

    backend.load_ardy = timed


def phase() -> str:
    """What Kinescribe does now."""
    generation = module("operators.generation")
    return "bake" if generation.is_baking() or not generation.is_running() else "generate"


def generated(
    seconds: float, count: int, seed: int, gaps: list[float], others: list[float]
) -> Generator[float, None, float]:
    """Start a generation as its button does; return the seconds until its motion is there.

    The longest gap meanwhile, in milliseconds, and the share of other programs are added to two lists.
    """
    settings = bpy.context.scene.kinescribe
    settings.seconds, settings.quality, settings.seed = seconds, QUALITIES[count], seed
    bpy.context.object.kinescribe.prompt = f"{PROMPT} {seed + 2} times"
    yield 0.5
    meter = StutterMeter(phase)
    meter.start()
    began = time.perf_counter()
    with d.override_region("UI"):
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    generation = module("operators.generation")
    yield from d.wait_for(
        lambda: generation.is_baking() or not generation.is_running(), 300, "the motion", interval=0.005
    )
    took = time.perf_counter() - began
    yield from d.wait_for(idle, 60, "the keys", interval=0.01)
    yield 0.1
    others.append(meter.stop()["others"])
    gaps.append(meter.longest_by_phase().get("generate", 0.0))
    assert status().level != "ERROR", status().message
    return took


def working_threads() -> set[threading.Thread]:
    """The threads that do something."""
    return {thread for thread in threading.enumerate() if not isinstance(thread, threading.Timer)}


def cancelled(step: int) -> Generator[float, None, float]:
    """Start a generation, cancel it at a step, and return the seconds until its thread has ended."""
    count, before = len(bpy.data.actions), working_threads()
    with d.override_region("UI"):
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(
        lambda: status().step >= step or not status().is_running, 120, "a step", interval=0.005
    )
    assert status().is_running, status().message
    began = time.perf_counter()
    with d.override_region("UI"):
        bpy.ops.kinescribe.cancel()
    # what the animator sees ends at once: the thread ends a little later
    yield from d.wait_for(lambda: idle() and not working_threads() - before, 30, "the end", interval=0.005)
    took = time.perf_counter() - began
    assert len(bpy.data.actions) == count, "a cancelled generation left an Action"
    yield 0.3
    return took
