# SPDX-License-Identifier: GPL-3.0-or-later
"""What else an animator does while a motion is generated: nothing of it crashes, hangs or hits the wrong character."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

import bpy

from devtools.testing.window import driver as d

from .common import PACKAGE, action_of, idle, slow_model, status

FILE = str(d.OUT / "character.blend")


def steps() -> d.Steps:
    """Play it; ends by quitting Blender while a motion is generated."""
    slow_model(seconds=9.0)
    yield from d.open_sidebar("Kinescribe", 380)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    yield 0.3
    bpy.ops.wm.save_as_mainfile(filepath=FILE)

    yield from renamed_and_other_selected()
    yield from in_edit_mode()
    yield from deleted()
    yield from another_file()
    yield from undo_meanwhile()
    yield from disabled()
    yield from quit_meanwhile()


def began() -> Generator[float, None, d.Position]:
    """Press Generate, wherever the panel has it now, and see it run; where it was pressed."""
    places = yield from d.find_buttons()
    generate = places["kinescribe.generate"]
    yield from d.click_at(generate)
    yield from d.wait_for(
        lambda: status().is_running and status().step > 0, 5, "the generation to start", interval=0.01
    )
    return generate


def renamed_and_other_selected() -> d.Steps:
    """The motion goes to the character that it was asked for, whatever it is called and what is selected now."""
    character = bpy.context.object
    generate = yield from began()
    # a second press, on the progress bar that Generate has become
    yield from d.click_at(generate)
    character.name = "Renamed"
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    other = bpy.context.object
    yield from d.wait_for(idle, 25, "the generation to end")
    assert action_of(character) is not None, status().message
    assert action_of(other) is None, "the motion hit the other character"
    d.add_notes(renamed=status().message)
    bpy.data.objects.remove(other)
    bpy.context.view_layer.objects.active = character
    character.select_set(True)
    yield 0.2


def in_edit_mode() -> d.Steps:
    """The character is in Edit Mode when its motion arrives: one sentence, and the motion can be applied later."""
    character = bpy.context.object
    before = action_of(character)
    yield from began()
    with d.override_region():
        bpy.ops.object.mode_set(mode="EDIT")
    yield from d.wait_for(idle, 10, "the generation to end")
    d.add_notes(in_edit_mode=status().message)
    yield 0.2
    d.save_photograph("0_edit_mode")
    assert status().level == "ERROR" and action_of(character) == before
    yield from d.press_key("ESC")  # the message at the mouse
    with d.override_region():
        bpy.ops.object.mode_set(mode="OBJECT")
        assert bpy.ops.kinescribe.apply("EXEC_DEFAULT", True) == {"FINISHED"}
    yield 0.2


def deleted() -> d.Steps:
    """The character is removed: one sentence."""
    yield from began()
    d.save_photograph("0_running")
    bpy.data.objects.remove(bpy.context.object)
    yield from d.wait_for(idle, 25, "the generation to end")
    d.add_notes(deleted=status().message)
    assert status().message
    d.save_photograph("1_deleted")


def another_file() -> d.Steps:
    """A file is opened: the motion of the old one does not land in it."""
    yield from reopened()
    yield from began()
    yield from reopened()
    yield from d.wait_for(idle, 25, "the generation to end")
    yield 3.0
    d.add_notes(another_file=status().message)
    assert not bpy.data.actions, "the motion landed in another file"
    d.save_photograph("2_another_file")


def reopened() -> d.Steps:
    """Open the saved file and show the tab again."""
    with d.override_region():
        bpy.ops.wm.open_mainfile(filepath=FILE, load_ui=False)
    yield 0.5
    yield from d.open_sidebar("Kinescribe")
    character = next(o for o in bpy.data.objects if o.type == "ARMATURE")
    bpy.context.view_layer.objects.active = character
    character.select_set(True)
    yield 0.3


def undo_meanwhile() -> d.Steps:
    """Undo makes all data new; the motion still finds its character."""
    yield from began()
    yield from d.move_mouse((d.get_view()[1]["WINDOW"].x + 200, d.get_view()[1]["WINDOW"].y + 300))
    with d.override_region():
        bpy.ops.transform.translate(value=(1.0, 0.0, 0.0))
        bpy.ops.ed.undo_push(message="Move")
    yield 0.1
    yield from d.press_key("Z", ctrl=True)
    yield from d.wait_for(idle, 25, "the generation to end")
    character = next(o for o in bpy.data.objects if o.type == "ARMATURE")
    d.add_notes(undo_meanwhile=status().message)
    assert action_of(character) is not None, status().message
    yield 0.3


def disabled() -> d.Steps:
    """The extension is disabled: it is gone at once, its thread too, and can be enabled again."""
    yield from began()
    before = threading.active_count()
    began_at = time.perf_counter()
    bpy.ops.preferences.addon_disable(module=PACKAGE)
    took = time.perf_counter() - began_at
    yield 0.5
    threads = [thread.name for thread in threading.enumerate()]
    left = [name for name in dir(bpy.types) if "KINESCRIBE" in name.upper()]
    d.add_notes(disable_seconds=round(took, 3), threads_before=before, threads_after=threads, left=left)
    assert not left, left
    assert len(threads) == before - 1, threads
    assert not hasattr(bpy.types.Scene, "kinescribe")
    d.save_photograph("3_disabled")
    clean = traces()
    for _ in range(10):
        bpy.ops.preferences.addon_enable(module=PACKAGE)
        yield 0.1
        bpy.ops.preferences.addon_disable(module=PACKAGE)
        yield 0.05
        assert traces() == clean
    bpy.ops.preferences.addon_enable(module=PACKAGE)
    yield 0.3
    yield from d.open_sidebar("Kinescribe")
    yield 0.5


def traces() -> dict[str, object]:
    """What an extension can leave behind in Blender."""
    handlers = {name: getattr(bpy.app.handlers, name) for name in dir(bpy.app.handlers)}
    keymaps = bpy.context.window_manager.keyconfigs.addon.keymaps
    return {
        "types": sorted(dir(bpy.types)),
        "scene": sorted(bpy.types.Scene.bl_rna.properties.keys()),
        "object": sorted(bpy.types.Object.bl_rna.properties.keys()),
        "handlers": {name: len(value) for name, value in handlers.items() if isinstance(value, list)},
        "keys": sum(len(keymap.keymap_items) for keymap in keymaps),
        "menus": {
            name: len(menu.draw._draw_funcs)
            for name in dir(bpy.types)
            if hasattr(getattr(menu := getattr(bpy.types, name), "draw", None), "_draw_funcs")
        },
        "threads": threading.active_count(),
    }


def quit_meanwhile() -> d.Steps:
    """Blender is quit while the real model computes: the test asks that it ends soon and in good order."""
    bpy.context.scene.kinescribe.seconds = 10.0
    yield from began()
    d.add_notes(quit_while_running=status().is_running, quit_after=d.elapsed_seconds())
