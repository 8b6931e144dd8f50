# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of applying in the sidebar and with F9, and what can be done with a result."""

from __future__ import annotations

import bpy

from devtools.testing.window import driver as d

from .common import action_of, idle, module, open_panels, slow_model

WANTED = (
    "start at_character root_mode apply foot_lock hand_lock relax_fingers tolerance_mm tolerance_degrees "
    "into blend_frames repeat only_selected extend_range unbake"
).split()


def steps() -> d.Steps:
    """Play it."""
    slow_model(steps=1, seconds=0.1)
    apply = [f"KINESCRIBE_PT_apply{part}" for part in ("", "_limbs", "_reduction", "_result")]
    open_panels(*apply, "KINESCRIBE_PT_results")
    yield from d.open_sidebar("Kinescribe", 420)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    # panels slide to their places while the window is drawn
    yield 0.5
    d.save_photograph("0_character")
    with d.override_region():
        bpy.ops.kinescribe.generate("EXEC_DEFAULT", True)
    yield 0.5
    d.save_photograph("0_generated")
    character = bpy.context.object
    yield from d.wait_for(lambda: idle() and action_of(character) is not None, 60, "the keys")
    module("session").session.generation.message = ""
    d.get_view()[0].tag_redraw()
    yield 0.5
    d.save_photograph("1_all")
    places = yield from d.find_buttons(step=7)
    missing = {f"kinescribe.{name}" for name in WANTED} - set(places)
    assert not missing, (missing, sorted(places))
    yield from d.open_redo_popup()
    d.save_photograph("2_redo")
    yield from d.press_key("ESC")
