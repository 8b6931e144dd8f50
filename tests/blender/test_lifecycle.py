# SPDX-License-Identifier: GPL-3.0-or-later
"""Enabling imports little, and disabling removes everything."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import addon_utils
import bpy
import pytest
from fakes import FakeBackend

from devtools.testing.as_extension import PACKAGE

ROOT = Path(__file__).resolve().parents[2]


def snapshot() -> dict[str, Any]:
    """Return the state of everything in Blender that an extension could change."""
    manager = bpy.context.window_manager
    configs = [c for c in (manager.keyconfigs.addon, manager.keyconfigs.user) if c]
    return {
        "types": sorted(dir(bpy.types)),
        "operators": sorted(
            f"{group}.{name}" for group in dir(bpy.ops) for name in dir(getattr(bpy.ops, group))
        ),
        "properties": {
            kind.__name__: sorted(kind.bl_rna.properties.keys())
            for kind in (bpy.types.Scene, bpy.types.Object, bpy.types.WindowManager, bpy.types.Action)
        },
        "attributes": {kind.__name__: sorted(vars(kind)) for kind in (bpy.types.Scene, bpy.types.Object)},
        "handlers": {
            name: [f"{h.__module__}.{h.__name__}" for h in hooks]
            for name in dir(bpy.app.handlers)
            if isinstance(hooks := getattr(bpy.app.handlers, name), list)
        },
        "keys": {
            (config.name, keymap.name): sorted(i.idname for i in keymap.keymap_items)
            for config in configs
            for keymap in config.keymaps
        },
        "menus": {
            name: [f.__module__ for f in draw._draw_funcs]
            for name in dir(bpy.types)
            if (draw := getattr(getattr(bpy.types, name), "draw", None)) and hasattr(draw, "_draw_funcs")
        },
        "threads": sorted(t.name for t in threading.enumerate()),
        "temporary": sorted(p.name for p in Path(bpy.app.tempdir).rglob("*")),
    }


def test_ten_times_on_and_off(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    bpy.ops.kinescribe.generate()
    enabled = snapshot()
    try:
        addon_utils.disable(PACKAGE, default_set=True)
        clean = snapshot()
        traces = [name for name in clean["types"] + clean["operators"] if "kinescribe" in name.lower()]
        assert not traces, traces
        assert "kinescribe" not in str((clean["handlers"], clean["menus"], clean["keys"], clean["threads"]))
        assert "kinescribe" not in str((clean["properties"], clean["attributes"]))
        for _ in range(10):
            assert addon_utils.enable(PACKAGE, default_set=True) is not None
            again = snapshot()
            assert {k: v for k, v in again.items() if v != enabled[k]} == {}
            addon_utils.disable(PACKAGE, default_set=True)
            after = snapshot()
            assert {k: v for k, v in after.items() if v != clean[k]} == {}
    finally:
        addon_utils.enable(PACKAGE, default_set=True)


def test_settings_survive_being_disabled(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    from kinescribe.motion.skeleton import MAPPED_JOINTS

    bpy.context.scene.kinescribe.prompt = "a person kicks"
    bpy.ops.kinescribe.map_bones()
    addon_utils.disable(PACKAGE, default_set=True)
    addon_utils.enable(PACKAGE, default_set=True)
    assert bpy.context.scene.kinescribe.prompt == "a person kicks"
    assert len(mannequin.kinescribe.bone_map) == len(MAPPED_JOINTS)


def test_a_room_that_fails_takes_the_others_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import kinescribe
    from kinescribe import operators

    addon_utils.disable(PACKAGE, default_set=True)
    clean = snapshot()

    def fail() -> None:
        raise RuntimeError("a room that fails")

    try:
        with monkeypatch.context() as patch:
            patch.setattr(operators, "register", fail)
            with pytest.raises(RuntimeError, match="a room that fails"):
                kinescribe.register()
        after = snapshot()
        assert {k: v for k, v in after.items() if v != clean[k]} == {}
    finally:
        addon_utils.enable(PACKAGE, default_set=True)


CHILD = """
import sys, threading, time
sys.path.insert(0, {tests!r})
import conftest, bpy, addon_utils
from devtools.testing.as_extension import PACKAGE
addon_utils.enable(PACKAGE, default_set=True)
{body}
"""


def child(body: str, folder: Path, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run ``body`` in another Blender process."""
    code = CHILD.format(tests=str(ROOT / "tests"), body=body)
    environment = {**os.environ, "BLENDER_USER_RESOURCES": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=seconds,
        env=environment,
        check=False,
    )


def test_enabling_imports_nothing_heavy(tmp_path: Path) -> None:
    body = """
heavy = {"torch", "requests", PACKAGE + ".motion", PACKAGE + ".inference", PACKAGE + ".scene.rig"}
print("HEAVY", sorted(heavy & set(sys.modules)))
"""
    done = child(body, tmp_path)
    assert "HEAVY []" in done.stdout, done.stdout + done.stderr


def test_a_window_warms_up_beside_the_user(tmp_path: Path) -> None:
    body = """
from kinescribe.operators import warm_up
assert PACKAGE + ".motion" not in sys.modules and not bpy.app.timers.is_registered(warm_up.start_thread)
warm_up.start_thread()
addon_utils.disable(PACKAGE)  # in the middle of it
print("THREADS", [t.name for t in threading.enumerate()])
addon_utils.enable(PACKAGE)
warm_up.start_thread()
warm_up._thread.join(30)
print("MISSING", [name for name in warm_up.MODULE_NAMES if f"{PACKAGE}.{name}" not in sys.modules])
"""
    done = child(body, tmp_path)
    assert "THREADS ['MainThread']" in done.stdout and "MISSING []" in done.stdout, done.stdout + done.stderr


def test_blender_ends_without_a_crash(tmp_path: Path) -> None:
    done = child("print('LEAVING')", tmp_path)
    assert "LEAVING" in done.stdout and done.returncode == 0, done.stdout + done.stderr


def test_blender_quits_while_a_motion_is_generated(tmp_path: Path) -> None:
    body = """
from fakes import FakeBackend
from kinescribe.inference import registry
backend = FakeBackend()
backend.gate.clear()
registry.default_backend = lambda: backend
bpy.ops.kinescribe.add_mannequin()
from kinescribe.operators import generate, generation
generation.start(generate.prepare_generation(bpy.context, True))
assert backend.is_waiting.wait(5.0)
print("LEAVING", threading.active_count())
"""
    done = child(body, tmp_path, seconds=30.0)
    assert "LEAVING 2" in done.stdout and done.returncode == 0, done.stdout + done.stderr


def test_a_script_in_background(tmp_path: Path) -> None:
    body = """
from fakes import FakeBackend
from kinescribe.inference import registry
registry.default_backend = FakeBackend
bpy.ops.kinescribe.add_mannequin()
for seed, prompt in enumerate(["a person walks", "a person runs"]):
    bpy.context.scene.kinescribe.prompt, bpy.context.scene.kinescribe.seed = prompt, seed
    print("RESULT", bpy.ops.kinescribe.generate())
    bpy.context.object.animation_data.action.use_fake_user = True
print("ACTIONS", sorted(a.name for a in bpy.data.actions))
bpy.context.scene.kinescribe.prompt = ""
try:
    bpy.ops.kinescribe.generate()
except RuntimeError as error:
    print("REFUSED", error)
"""
    done = child(body, tmp_path)
    assert done.stdout.count("RESULT {'FINISHED'}") == 2, done.stdout + done.stderr
    assert "ACTIONS ['runs', 'walks']" in done.stdout
    assert "REFUSED Error: The prompt is empty" in done.stdout
