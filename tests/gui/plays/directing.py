# SPDX-License-Identifier: GPL-3.0-or-later
"""Path, pins, poses and a sequence in the sidebar: all of it draws, and variations are one click apart."""

from __future__ import annotations

import bpy

from devtools.testing.window import driver as d

from .common import action_of, idle, module, open_panels, status

WANTED = (
    "clear_guides add_path add_waypoint remove_guide joint when frame use_rotation start_pose own_keys "
    "keep_selected add_part change_part split_prompt export_parts transition loop variations"
).split()


def steps() -> d.Steps:
    """Play it."""
    parts = ("", "_poses")
    open_panels(
        "KINESCRIBE_PT_parts", "KINESCRIBE_PT_takes", *(f"KINESCRIBE_PT_directing{part}" for part in parts)
    )
    yield from d.open_sidebar("Kinescribe", 420)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
        bpy.ops.kinescribe.add_path()
        bpy.ops.kinescribe.add_pin(joint="left_wrist")
        bpy.ops.kinescribe.add_part()
    character = bpy.context.object
    stored = character.kinescribe
    stored.seconds = 2.0
    stored.directing.pins[0].frame = 60
    yield 0.5
    d.save_photograph("1_all")
    found: set[str] = set()
    # fields, and the buttons beside the lists
    for column in (0.2, 0.45, 0.62, 0.88):
        places = yield from d.find_buttons(column=column)
        found |= {name.rpartition(".")[2] for name in places}
    missing = set(WANTED) - found
    assert not missing, (missing, sorted(found))
    with d.override_region():
        bpy.ops.kinescribe.variations("INVOKE_DEFAULT", count=3)
    yield from d.wait_for(lambda: idle() and len(status().variations) == 3, 90, "the variations")
    d.add_notes(said=status().message)
    ghosts = module("session").session.ghosts
    assert [ghost.label for ghost in ghosts] == ["1", "2", "3"]
    bpy.context.scene.frame_set(20)
    yield 0.4
    d.save_photograph("2_ghosts")
    # the number key keeps one, over the view
    region = d.get_view()[1]["WINDOW"]
    yield from d.move_mouse((region.x + 200, region.y + 200))
    yield from d.press_key("TWO")
    yield from d.wait_for(lambda: action_of(character) is not None, 10, "the variation that was kept")
    assert not module("session").session.ghosts and len(stored.takes) == 1
    with d.override_region():
        bpy.ops.kinescribe.keep_variation(index=2)
    assert action_of(character) is not None and len(stored.takes) == 2
    yield 0.4
    d.save_photograph("3_variations")
