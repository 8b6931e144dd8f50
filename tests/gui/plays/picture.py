# SPDX-License-Identifier: GPL-3.0-or-later
"""The README's picture: the mannequin in the middle of a motion, the sidebar beside it."""

from __future__ import annotations

from math import radians

import bpy
from harness import driver as d
from mathutils import Euler, Vector

from .common import action_of, status

PROMPT = "a person raises both arms"
FRAME = 50


def steps() -> d.Steps:
    """Play it."""
    for other in list(bpy.data.objects):
        bpy.data.objects.remove(other)
    with d.override():
        bpy.ops.kinescribe.add_mannequin()
    character = bpy.context.object
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.seed, settings.extend_range = PROMPT, 4.0, 7, False
    bpy.context.scene.frame_end = 96
    yield from d.open_sidebar("Kinescribe", 380)
    with d.override("UI"):
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(lambda: not status().running, 120, "the generation to end")
    assert action_of(character) is not None, status().message
    bpy.context.scene.frame_set(FRAME)

    places = yield from d.buttons()
    x, y = places["kinescribe.generate"]
    yield from d.click((x, y - 111))  # opens Apply, below Generate and the line of the result
    area, regions = d.view()
    space = area.spaces.active
    space.shading.light, space.shading.color_type = "STUDIO", "MATERIAL"
    space.shading.show_shadows, space.shading.shadow_intensity = True, 0.4
    space.shading.show_cavity, space.shading.cavity_type = True, "WORLD"
    space.overlay.show_bones = False
    space.overlay.show_relationship_lines = False
    space.overlay.show_outline_selected = False
    space.overlay.show_object_origins = False
    space.overlay.show_cursor = False
    space.overlay.show_text = False
    space.show_gizmo = False
    space.show_region_toolbar = False
    space.show_region_tool_header = False
    view = regions["WINDOW"].data
    hips = character.matrix_world @ character.pose.bones["pelvis"].head
    view.view_perspective = "PERSP"
    view.view_location = Vector((hips.x, hips.y, 1.0))
    view.view_rotation = Euler((radians(78), 0.0, radians(32))).to_quaternion()
    view.view_distance = 2.9
    bpy.context.preferences.system.viewport_aa = "8"
    yield 0.5
    yield from d.move((regions["WINDOW"].x + 40, regions["WINDOW"].y + 40))
    yield 0.5
    d.photograph("sidebar")
