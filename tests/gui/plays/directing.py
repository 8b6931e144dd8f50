# SPDX-License-Identifier: GPL-3.0-or-later
"""Path, pins, poses and a sequence in the sidebar: all of it draws, and variations are one click apart."""

from __future__ import annotations

import bpy

from devtools.testing.window import driver as d

from .common import action_of, idle, open_panels, status

WANTED = (
    "variations clear_guides path add_path from_character facing fit_duration remove_pin when frame start_pose "
    "own_keys keep_selected add_part change_part transition loop"
).split()


def steps() -> d.Steps:
    """Play it."""
    parts = ("", "_path", "_pins", "_poses", "_sequence")
    open_panels(*(f"KINESCRIBE_PT_directing{part}" for part in parts))
    yield from d.open_sidebar("Kinescribe", 420)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
        bpy.ops.kinescribe.add_path()
        bpy.ops.kinescribe.add_pin(joint="left_wrist")
        bpy.ops.kinescribe.add_part()
    character = bpy.context.object
    settings = bpy.context.scene.kinescribe
    settings.seconds, settings.directing.variations = 2.0, 3
    settings.directing.pins[0].frame = 60
    yield 0.5
    d.save_photograph("1_all")
    found: set[str] = set()
    # fields, and the buttons beside the lists
    for column in (0.62, 0.88):
        places = yield from d.find_buttons(column=column)
        found |= {name.rpartition(".")[2] for name in places}
    missing = set(WANTED) - found
    assert not missing, (missing, sorted(found))
    with d.override_region():
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(lambda: idle() and action_of(character) is not None, 90, "the keys")
    d.add_notes(said=status().message)
    assert len(status().variations) == 3
    with d.override_region():
        bpy.ops.kinescribe.apply(motion=status().variations[1])
    yield 0.4
    d.save_photograph("3_variations")
