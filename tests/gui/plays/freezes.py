# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the window freezes from the click on Generate to the keys, on light and heavy characters.

Beside it stand what the same window does without Kinescribe: the gap of an idle redraw, and that of an operator that
does no more than to assign a copy of the same Action and to push an undo step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import addon_utils
import bpy

from devtools.testing.window import driver as d
from devtools.testing.window.stutter import StutterMeter, measure_idle_stutter

from .common import action_of, idle, module, status

RIGS = Path("/tmp/rigs")
"""Where ``dev.py window`` mounts ``../shared/rigs``."""

SUBJECTS = d.OUT / "subjects"
"""A file with the characters to measure; without it, all of them."""

HEAVY_VERTICES = 700_000
LONG_SECONDS = 600.0
PROMPT = "a person walks forward and waves"

TICK = 0.005
"""Seconds between two ticks of the timer whose gaps are measured: short beside what is called a freeze."""


def steps() -> d.Steps:
    """Play it: every character that there is, one after another."""
    chosen = SUBJECTS.read_text(encoding="utf-8").split() if SUBJECTS.exists() else []
    yield from d.open_sidebar("Kinescribe", 380)
    for name, add in subjects().items():
        if chosen and name not in chosen:
            continue
        remove_everything()
        yield 0.2
        add()
        yield 1.0
        found = yield from measured(10.0)
        d.add_notes(**{name: found})
    if not chosen or "ten_minutes" in chosen:
        remove_everything()
        add_mannequin()
        yield 0.5
        answer_at_once()
        found = yield from measured(LONG_SECONDS)
        d.add_notes(ten_minutes=found)


def subjects() -> dict[str, Callable[[], None]]:
    """What adds each character and makes it the active object."""
    found: dict[str, Callable[[], None]] = {"mannequin": add_mannequin}
    for path in sorted(RIGS.iterdir()) if RIGS.exists() else ():
        if path.suffix in {".glb", ".fbx"}:
            found[path.stem] = lambda path=path: add_file(str(path))
    return {**found, "rigify": add_rigify, "heavy_mesh": add_heavy_mesh}


def remove_everything() -> None:
    """Remove all objects, and the Actions of earlier characters."""
    for group in (bpy.data.objects, bpy.data.actions, bpy.data.meshes, bpy.data.armatures):
        bpy.data.batch_remove(list(group))
    bpy.context.scene.frame_set(1)


def add_mannequin() -> None:
    """Add the extension's own character."""
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()


def add_file(path: str) -> None:
    """Import a character; the animations that came with it are removed."""
    with d.override_region():
        if path.endswith(".glb"):
            bpy.ops.import_scene.gltf(filepath=path)
        else:
            bpy.ops.import_scene.fbx(filepath=path)
    armature = next(obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE")
    armature.animation_data_clear()
    bpy.data.batch_remove(list(bpy.data.actions))
    bpy.context.view_layer.objects.active = armature


def add_rigify() -> None:
    """Generate Rigify's human."""
    addon_utils.enable("rigify", default_set=True)
    with d.override_region():
        bpy.ops.object.armature_human_metarig_add()
        meta = bpy.context.object
        bpy.ops.pose.rigify_generate()
    meta.hide_set(True)
    rig = next(obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE" and obj is not meta)
    bpy.context.view_layer.objects.active = rig


def add_heavy_mesh() -> None:
    """Add the mannequin with as many vertices as a character for films has."""
    add_mannequin()
    armature = bpy.context.object
    mesh = max((o for o in bpy.data.objects if o.type == "MESH"), key=lambda o: len(o.data.vertices))
    with d.override_region(), bpy.context.temp_override(object=mesh, active_object=mesh):
        # each subdivision makes four times as many: begin with the number that ends just above
        thinned = mesh.modifiers.new("Thinned", "DECIMATE")
        thinned.ratio = 0.85 * HEAVY_VERTICES / (4**4 * len(mesh.data.vertices))
        divided = mesh.modifiers.new("Divided", "SUBSURF")
        divided.levels = 4
        for modifier in (thinned, divided):
            bpy.ops.object.modifier_move_to_index(modifier=modifier.name, index=0)
            bpy.ops.object.modifier_apply(modifier=modifier.name)
    bpy.context.view_layer.objects.active = armature


def answer_at_once() -> None:
    """Let the embedded model be one that answers at once, so that a long motion need not be waited for."""
    motion = module("motion")
    skeleton = module("motion.skeleton").T_POSE

    class Quick:
        def capabilities(self) -> Any:
            return motion.Capabilities(
                model="Quick", licence="none", fps=20.0, min_seconds=0.5, max_seconds=LONG_SECONDS
            )

        def generate(self, request: Any, progress: Any = None, cancelled: Any = None) -> list[Any]:
            import numpy as np

            frames = request.total_frames
            angles = 0.3 * np.sin(
                np.arange(frames)[:, None] * 0.15 + np.arange(len(skeleton))
            )  # every joint moves
            rotations = np.zeros((frames, len(skeleton), 4))
            rotations[..., 0], rotations[..., 1] = np.cos(angles), np.sin(angles)
            root = np.stack([np.zeros(frames), np.full(frames, 0.95), 0.01 * np.arange(frames)], axis=-1)
            made = motion.Motion(skeleton, request.fps, root, rotations)
            return [made.with_provenance(prompt=request.prompt, seed=request.options.seed, model="Quick")]

    module("inference.registry").default_backend = Quick


def measured(seconds: float) -> Generator[float, None, dict[str, Any]]:
    """Generate a motion twice, the second in place of the first, and return the gaps."""
    character = bpy.context.object
    settings = bpy.context.scene.kinescribe
    character.kinescribe.prompt, settings.seconds, settings.seed = PROMPT, seconds, 1
    vertices = sum(len(obj.data.vertices) for obj in bpy.context.scene.objects if obj.type == "MESH")
    found: dict[str, Any] = {"bones": len(character.pose.bones), "vertices": vertices}
    yield 1.0  # the window is drawn with what was set
    idle_stutter = yield from measure_idle_stutter(1.0, TICK)
    found["idle_ms"] = idle_stutter["max_ms"]
    for run in ("first", "again"):
        settings.seed += 1
        yield 1.0
        found[run] = yield from generated()
        action = action_of(character)
        assert action is not None, status().message
    found["frames"] = int(action.frame_range[1])
    own = yield from measure_own_operator(character)
    return found | own


def phase() -> str:
    """What Kinescribe does now."""
    generation = module("operators.generation")
    return "bake" if generation.is_baking() or not generation.is_running() else "generate"


def generated() -> Generator[float, None, dict[str, Any]]:
    """Start a generation as its button does, wait for the keys, and return the longest gaps in milliseconds."""
    meter = StutterMeter(phase, TICK)
    draws: list[float] = []
    handle = bpy.types.SpaceView3D.draw_handler_add(
        lambda: draws.append(time.perf_counter()), (), "WINDOW", "POST_PIXEL"
    )
    meter.start()
    began = time.perf_counter()
    yield 0.1
    with d.override_region("UI"):
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(lambda: status().is_running, 5, "the generation to start", interval=0.005)
    yield from d.wait_for(idle, 300, "the generation to end", interval=0.01)
    took = time.perf_counter() - began
    # what follows the keys: the viewport, the message, the recent prompts
    yield 1.0
    yield 0.1
    bpy.types.SpaceView3D.draw_handler_remove(handle, "WINDOW")
    stutter = meter.stop()
    longest = meter.longest_by_phase()
    gaps = [
        round(1000 * gap)
        for gap, at in zip(meter.gaps, meter.phases, strict=True)
        if at == "bake" and gap > 0.05
    ]
    return {
        "seconds": round(took, 2),
        "generating_ms": longest.get("generate", 0.0),
        "baking_ms": longest["bake"],
        "baking_gaps_ms": gaps,
        "baking_ticks": sum(1 for at in meter.phases if at == "bake"),
        "viewport_draws": len(draws),
        "others": stutter["others"],
    }


def measure_own_operator(character: bpy.types.Object) -> Generator[float, None, dict[str, float]]:
    """Return what Blender alone takes to assign such an Action and to push an undo step, in milliseconds: medians.

    ``own_ms`` is the gap, with the redraw; ``own_evaluation_ms`` and ``own_undo_ms`` are the parts of it before that.
    The Actions stay in the file, as takes do: in memory that was in use before, Blender needs half the time for them.
    """
    found: dict[str, list[float]] = {"own_ms": [], "own_evaluation_ms": [], "own_undo_ms": []}
    action, data = action_of(character), character.animation_data
    assert action is not None
    bpy.context.scene.frame_set(60)
    copies = []
    for _ in range(3):
        copy = action.copy()
        copies.append(copy)
        yield 1.0
        meter = StutterMeter(interval=TICK)
        meter.start()
        yield 0.1
        with d.override_region():
            assign(data, copy)
            times = [time.perf_counter()]
            bpy.context.view_layer.update()
            times.append(time.perf_counter())
            bpy.ops.ed.undo_push(message="Assign")
            times.append(time.perf_counter())
        yield 0.5
        yield 0.1  # so that the meter ticks once more, however long drawing took
        found["own_ms"].append(meter.stop()["max_ms"])
        found["own_evaluation_ms"].append(round(1000 * (times[1] - times[0]), 1))
        found["own_undo_ms"].append(round(1000 * (times[2] - times[1]), 1))
        assign(data, action)
        yield 0.5
    bpy.data.batch_remove(copies)
    bpy.context.scene.frame_set(1)
    yield 0.5
    return {name: sorted(values)[1] for name, values in found.items()}


def assign(data: bpy.types.AnimData, action: bpy.types.Action) -> None:
    """Assign an Action, and where Actions have slots its only one."""
    data.action = action
    if hasattr(action, "slots"):
        data.action_slot = action.slots[0]
