# SPDX-License-Identifier: GPL-3.0-or-later
"""The README's picture: the mannequin on its way along a curve, the sidebar beside it and its keys below."""

from __future__ import annotations

from math import radians

import bpy
from mathutils import Euler, Vector

from devtools.testing.window import driver as d

from .common import action_of, open_panels, status

PROMPT = "a person walks forward and waves"
SECONDS = 4.0
FRAME = 62
KEYS = 0.26
"""Share of the window's height for the keys."""


def steps() -> d.Steps:
    """Play it."""
    open_panels()
    for other in list(bpy.data.objects):
        bpy.data.objects.remove(other)
    yield from view_and_keys()
    yield from d.open_sidebar("Kinescribe", 360, fill=False)
    scene = bpy.context.scene
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
        character = bpy.context.object
        settings = scene.kinescribe
        settings.prompt, settings.seconds, settings.seed, settings.extend_range = PROMPT, SECONDS, 7, False
        scene.frame_end = round(SECONDS * scene.render.fps)
        # few keys, which one would edit by hand
        settings.reduce_keys, settings.tolerance_mm, settings.tolerance_degrees = True, 3.0, 1.0
        bpy.ops.kinescribe.add_path(kind="CURVE")
        path = character.kinescribe.directing.path
        bend(path)
        # drawn in the colour of what is selected
        path.select_set(True)
        bpy.context.view_layer.objects.active = character
    with d.override_region("UI"):
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(lambda: not status().is_running, 120, "the generation to end")
    assert action_of(character) is not None, status().message
    scene.frame_set(FRAME)
    settle(character)
    for area in d.get_window().screen.areas:
        if area.type == "DOPESHEET_EDITOR":
            region = next(r for r in area.regions if r.type == "WINDOW")
            with bpy.context.temp_override(window=d.get_window(), area=area, region=region):
                bpy.ops.anim.channels_expand()
                bpy.ops.action.view_all()
    yield 0.5
    regions = d.get_view()[1]
    yield from d.move_mouse((regions["WINDOW"].x + 40, regions["WINDOW"].y + 40))
    # the report of the last operator goes by itself
    yield 12.0
    d.save_photograph("sidebar")


def view_and_keys() -> d.Steps:
    """Nothing but the 3D View and, below it, the Dope Sheet."""
    window = d.get_window()
    for kind in ("PROPERTIES", "OUTLINER", "DOPESHEET_EDITOR"):
        for area in [area for area in window.screen.areas if area.type == kind]:
            with bpy.context.temp_override(window=window, area=area):
                bpy.ops.screen.area_close()
            yield 0.3
    with d.override_region():
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=KEYS)
    yield 0.3
    lower = min((a for a in window.screen.areas if a.type == "VIEW_3D"), key=lambda area: area.y)
    lower.type = "DOPESHEET_EDITOR"
    lower.ui_type = "DOPESHEET"
    lower.spaces.active.show_region_channels = True
    lower.spaces.active.show_region_ui = False
    yield 0.3


def bend(path: bpy.types.Object) -> None:
    """Let the way turn to the character's left."""
    points = path.data.splines[0].bezier_points
    last = points[-1]
    length = (last.co - points[0].co).length
    for point in points:
        point.handle_left_type = point.handle_right_type = "AUTO"
    last.co = points[0].co + Vector((0.45 * length, -0.8 * length, 0.0))


def settle(character: bpy.types.Object) -> None:
    """Light, and a camera's eye on the character without what is only in the way."""
    area, regions = d.get_view()
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
    view.view_location = Vector((hips.x, hips.y, 0.95))
    view.view_rotation = Euler((radians(74), 0.0, radians(32))).to_quaternion()
    view.view_distance = 3.0
    bpy.context.preferences.system.viewport_aa = "8"
