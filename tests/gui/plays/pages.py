# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything there is to see: sub-panels, both menus, and the page in the preferences."""

from __future__ import annotations

import bpy

from devtools.testing.window import driver as d

from .common import PACKAGE, module, open_panels


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_apply", "KINESCRIBE_PT_bone_map")
    yield from d.open_sidebar("Kinescribe", 380)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
        bpy.ops.kinescribe.map_bones()
    yield 0.3
    d.save_photograph("1_sub_panels")
    places = yield from d.find_buttons()
    wanted = {"root_mode", "at_character", "start"}
    missing = {f"kinescribe.{name}" for name in wanted} | {"kinescribe.apply", "kinescribe.map_bones"}
    missing -= set(places)
    assert not missing, missing

    # the mesh that is clicked in the view stands for its armature
    armature = bpy.context.object
    mesh = next(child for child in armature.children if child.type == "MESH")
    armature.select_set(False)
    mesh.select_set(True)
    bpy.context.view_layer.objects.active = mesh
    yield 0.3
    d.save_photograph("2_mesh")
    with d.override_region():
        assert bpy.ops.kinescribe.generate.poll()

    prompt = places["kinescribe.prompt"]
    left, right = d.get_view()[1]["UI"].x + 60, d.get_view()[1]["UI"].x + 250
    yield from d.click_at((left, prompt[1] - 20))
    yield 0.3
    d.save_photograph("3_examples")
    # the first entry below the title, wherever the menu opened: chosen with the keyboard
    yield from d.press_key("DOWN_ARROW")
    yield from d.press_key("RET")
    yield 0.3
    examples = module("panels.examples").EXAMPLES
    known = {entry for entries in examples.values() for entry, _ in entries}
    assert bpy.context.scene.kinescribe.prompt in known, bpy.context.scene.kinescribe.prompt
    yield from d.click_at((right, prompt[1] - 20))
    yield 0.3
    d.save_photograph("4_recent")
    yield from d.press_key("ESC")

    area, _ = d.get_view()
    area.type = "PREFERENCES"
    bpy.context.preferences.active_section = "ADDONS"
    bpy.context.window_manager.addon_search = "Kinescribe"
    bpy.ops.preferences.addon_expand(module=PACKAGE)
    yield 0.5
    d.save_photograph("5_preferences")
    bpy.ops.kinescribe.measure_cache()
    bpy.ops.kinescribe.show_document(document="CREDITS")
    area.tag_redraw()
    yield 0.3
    d.save_photograph("6_credits")
    bpy.ops.kinescribe.show_document(document="LICENSE")
    area.tag_redraw()
    yield 0.3
    d.save_photograph("7_license")
