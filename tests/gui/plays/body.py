# SPDX-License-Identifier: GPL-3.0-or-later
"""The body's mesh in a window: nothing chosen, computed, cancelled, shown, taken back, its child failing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import bpy

from devtools.testing.window import driver as d

from .common import action_of, idle, module, open_panels


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_results")
    yield from d.open_sidebar("Kinescribe", 380)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    character = bpy.context.object
    with d.override_region():
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(idle, 120, "a motion")
    assert action_of(character) is not None
    yield 0.5
    d.save_photograph("1_nothing_chosen")
    with d.override_region():
        assert not bpy.ops.kinescribe.compute_body.poll()

    page, session = module("preferences").get_preferences(bpy.context), module("session").session
    model = Path(bpy.app.tempdir) / "SMPLX_NEUTRAL.npz"
    model.write_bytes(b"only the child reads it")
    page.worker_python, page.body_model = "/usr/bin/python3", str(model)
    child = module("inference.body.process")
    fails: list[str] = []
    patience = [60.0]  # seconds: the buttons are looked for with the mouse
    child.compute_body = slow(fails, patience)
    yield 0.3
    for way in ("cancelled", "shown"):
        places = yield from d.find_buttons()
        yield from d.click_at(places["kinescribe.compute_body"])
        yield from d.wait_for(lambda: session.body.message.startswith("Frame "), 20, "progress")
        d.save_photograph(f"2_{way}")
        if way == "cancelled":
            places = yield from d.find_buttons()
            yield from d.click_at(places["kinescribe.cancel_body"])
            patience[0] = 2.0
        yield from d.wait_for(lambda: not session.body.is_busy, 60, "its end")
        d.add_notes(**{way: session.body.message})
        assert bool(bodies()) == (way == "shown")
    (body,) = bodies()
    assert bpy.context.view_layer.objects.active == character
    assert body.modifiers[0].type == "MESH_CACHE" and body["kinescribe_body"] == character
    bpy.context.scene.frame_set(60)
    yield 0.5
    d.save_photograph("3_body")
    with d.override_region():
        bpy.ops.ed.undo()
    yield 0.5
    assert not bodies(), "one step takes the body back"
    assert any(a.name for a in bpy.data.actions), "and nothing else"
    with d.override_region():
        bpy.ops.ed.redo()
    yield 0.5
    assert len(bodies()) == 1

    fails.append("Bodies need packages that this Python lacks (smplx): pip install torch smplx")
    bpy.context.scene.kinescribe.seed += 1
    with d.override_region():
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(idle, 120, "another motion")
    with d.override_region():
        bpy.ops.kinescribe.compute_body("INVOKE_DEFAULT")
    yield from d.wait_for(lambda: not session.body.is_busy, 20, "the error")
    assert session.body.level == "ERROR" and len(bodies()) == 1
    yield 0.5
    d.save_photograph("4_error")

    area, _ = d.get_view()
    area.type = "PREFERENCES"
    bpy.context.preferences.active_section = "ADDONS"
    bpy.context.window_manager.addon_search = "Kinescribe"
    bpy.ops.preferences.addon_expand(module="bl_ext.user_default.kinescribe")
    yield 0.5
    d.save_photograph("5_preferences")


def bodies() -> list[bpy.types.Object]:
    """What was added to the scene."""
    return [o for o in bpy.data.objects if o.modifiers and o.modifiers[0].type == "MESH_CACHE"]


def slow(fails: list[str], patience: list[float]) -> Any:
    """A child that takes its time, for a figure of blocks."""
    import numpy as np

    files, cache = module("motion.formats.atomic_write"), module("motion.body.point_cache")
    errors = module("motion")
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * 0.05
    sides = np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
                      [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3]])  # fmt: skip

    def compute_body(motion: Any, options: Any, progress: Any, cancelled: Any) -> Path:
        if fails:
            raise errors.BackendError(fails[0])
        for done in range(20):
            if cancelled():
                raise errors.Cancelled("Computing the body was cancelled")
            progress(done * len(motion) // 20, len(motion))
            time.sleep(patience[0] / 20)
        joints = motion.positions - motion.positions[:1, :1] * [1, 0, 1]
        blocks = np.stack([joints[..., 0], -joints[..., 2], joints[..., 1]], axis=-1)[:, :, None] + corners
        points = blocks.reshape(len(motion), -1, 3).astype(np.float32)
        faces = (8 * np.arange(joints.shape[1])[:, None, None] + sides).reshape(-1, 3)
        options.output.parent.mkdir(parents=True, exist_ok=True)
        cache.write_point_cache(options.output, points.shape[1], len(points), [points])
        beside = {"faces": faces, "rest": points[0], "hips": points[0].mean(axis=0)}
        files.write_arrays(cache.cache_mesh_path(options.output), beside)
        return options.output

    return compute_body
