# SPDX-License-Identifier: GPL-3.0-or-later
"""A file with two motions, dropped into the view and chosen with File > Import: a menu asks which."""

from __future__ import annotations

from pathlib import Path

import bpy

from devtools.testing.window import driver as d

from .common import action_of, status

FILE = "results.npy"
"""Put beside the play: an MDM file whose second sample is ``CHOSEN`` and goes backward."""
CHOSEN = "a person walks backward"


def steps() -> d.Steps:
    """Play it."""
    folder = Path.cwd()
    bpy.context.preferences.view.filebrowser_display_type = "SCREEN"
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    character = bpy.context.object
    yield from d.open_sidebar("Kinescribe", 380)
    middle = d.get_view()[1]["WINDOW"]
    yield from d.move_mouse((middle.x + middle.width // 2, middle.y + middle.height // 2))

    with d.override_region():
        # what Blender's drop target calls
        bpy.ops.wm.drop_import_file("INVOKE_DEFAULT", directory=str(folder), files=[{"name": FILE}])
    yield from chosen(character, "dropped")

    character.animation_data_clear()
    bpy.context.scene.frame_set(1)
    with d.override_region():
        bpy.ops.kinescribe.import_motion("INVOKE_DEFAULT")
    yield from d.wait_for(lambda: browser() is not None, 10, "the file browser")
    yield 0.5
    area = browser()
    area.spaces.active.params.directory = str(folder).encode()
    area.spaces.active.params.filename = FILE
    yield 0.5
    d.save_photograph("browser")
    with bpy.context.temp_override(window=d.get_window(), area=area, region=area.regions[-1]):
        bpy.ops.file.execute("INVOKE_DEFAULT")
    yield from chosen(character, "imported")


def browser() -> bpy.types.Area | None:
    """The file browser, while it is open."""
    return next((a for a in d.get_window().screen.areas if a.type == "FILE_BROWSER"), None)


def chosen(character: bpy.types.Object, name: str) -> d.Steps:
    """Choose the second motion in the menu that is open, and look at what the character then does."""
    yield 0.7
    d.save_photograph(f"{name}_menu")
    assert action_of(character) is None, "a motion was applied before anybody chose"
    entry = yield from d.find_entry_doing("number=2")
    d.save_photograph(f"{name}_entry")
    yield from d.click_at(entry)
    yield from d.wait_for(lambda: action_of(character) is not None, 20, "the keys")
    action = action_of(character)
    first, last = (int(frame) for frame in action.frame_range)
    bpy.context.scene.frame_set(first)
    begin = character.pose.bones["pelvis"].matrix.translation.copy()
    bpy.context.scene.frame_set(last)
    way = character.pose.bones["pelvis"].matrix.translation - begin
    yield 0.3
    d.save_photograph(name)
    d.add_notes(**{name: {"range": [first, last], "way": [round(v, 2) for v in way], "said": status().message,
                     "prompt": action["kinescribe"].get("prompt", "")}})  # fmt: skip
