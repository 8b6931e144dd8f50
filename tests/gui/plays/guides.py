# SPDX-License-Identifier: GPL-3.0-or-later
"""Guides by mouse: a path in one drag, a waypoint in one click, a hand dragged to a cup; list and pie menu."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import bpy
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Quaternion, Vector

from devtools.testing.window import driver as d

from .common import action_of, idle, module, open_panels, status

CUP = (-0.35, -0.45, 1.0)


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_directing")
    yield from d.open_sidebar("Kinescribe", 340)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    character = bpy.context.object
    name = character.name
    for obj in [
        obj for obj in bpy.data.objects if obj.type == "MESH" and obj.parent is None and not obj.modifiers
    ]:
        bpy.data.objects.remove(obj)
    cup = add_cup()
    bpy.context.scene.kinescribe.seconds = 4.0
    bpy.context.scene.kinescribe.prompt = "a person stands still"
    look_at_scene()
    yield 0.5
    with d.override_region():
        bpy.ops.ed.undo_push(message="play")
    tools = [tool.idname for tool in tools_of("OBJECT")]
    assert module("operators.guide_list").TOOL in tools, tools
    # one click in the toolbar
    with d.override_region():
        bpy.ops.wm.tool_set_by_id(name=module("operators.guide_list").TOOL)
    yield 0.3
    d.save_photograph("1_tool")

    # job e: a hand is dragged to the cup
    palm = module("scene.pins").measure_point(bpy.context.scene, character, "right_palm").position
    yield from drag([palm, palm.lerp(Vector(CUP), 0.5), Vector(CUP)], "2_pin_dragged")
    pins = character.kinescribe.directing.pins
    assert len(pins) == 1 and pins[0].object == cup, [pin.object for pin in pins]
    assert (pins[0].joint, pins[0].when, pins[0].frame_end - pins[0].frame) == ("right_palm", "RANGE", 47)
    d.add_notes(empties=[o.name for o in bpy.data.objects if o.type == "EMPTY"])
    yield 0.4
    d.save_photograph("3_pin")
    with d.override_region():
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(lambda: idle() and action_of(character) is not None, 90, "the motion")
    far = measure_hold(character, pins[0])
    d.add_notes(hold_mm=round(1000 * far, 2), said=status().message, doubts=list(status().doubts))
    assert far < 0.01, far
    bpy.context.scene.frame_set(30)
    yield 0.4
    d.save_photograph("4_held")

    # job d: a path in one drag, bent by drawing it again
    bpy.context.scene.frame_set(1)
    character.kinescribe.directing.pins[0].use = False
    yield 0.2
    floor = [Vector((0.3, -0.6, 0)), Vector((1.0, -1.4, 0)), Vector((0.4, -2.2, 0)), Vector((1.4, -3.0, 0))]
    yield from drag(curve_through(floor), "5_path_dragged")
    directing = character.kinescribe.directing
    path = directing.path
    assert path is not None and path.type == "CURVE"
    knots = len(path.data.splines[0].bezier_points)
    assert 3 <= knots <= 20, knots
    ends = [path.matrix_world @ path.data.splines[0].bezier_points[k].co for k in (0, -1)]
    assert (ends[0] - floor[0]).length < 0.1 and (ends[1] - floor[3]).length < 0.1, ends
    d.add_notes(knots=knots)
    yield 0.4
    marks = module("session").session.guide_marks
    assert marks and [label.text for label in marks[0].labels if not label.joint][:2] == ["1 s", "2 s"], marks
    d.save_photograph("6_path")
    yield from drag(curve_through([floor[0], floor[1], Vector((2.0, -2.6, 0))]), "")
    assert directing.path is not None and len([o for o in bpy.data.objects if o.type == "CURVE"]) == 1
    with d.override_region():
        bpy.ops.ed.undo()
    yield 0.4
    character = bpy.data.objects[name]
    directing = character.kinescribe.directing
    restored = directing.path
    assert restored is not None and len(restored.data.splines[0].bezier_points) == knots, "one undo step"

    # a click sets a waypoint, Shift and a drag one with a facing
    directing.use_path = False
    bpy.context.view_layer.objects.active = character
    yield 0.2
    yield from drag([Vector((0.8, -1.2, 0))], "")
    yield from drag([Vector((1.6, -2.0, 0)), Vector((2.2, -2.0, 0))], "7_waypoint_dragged", shift=True)
    rows = directing.waypoints
    assert [row.use_facing for row in rows] == [False, True], [row.use_facing for row in rows]
    arrow = rows[1].object.matrix_world.to_3x3() @ Vector((0, 0, 1))
    assert arrow.x > 0.95, arrow
    yield 0.5
    window = bpy.context.window_manager.kinescribe
    assert [row.kind for row in window.guides] == ["PATH", "WAYPOINT", "WAYPOINT", "PIN"]
    d.save_photograph("guides", d.find_box(d.get_view()[0]))
    places = yield from d.find_buttons(column=0.88)
    found = {place.rpartition(".")[2] for place in places}
    assert {"select_guide", "go_to_guide", "remove_guide"} <= found, found
    yield from d.click_at(places["kinescribe.select_guide"])
    yield 0.4
    assert bpy.context.object == rows[1].object, bpy.context.object
    bpy.context.view_layer.objects.active = character

    # the pie menu
    region = d.get_view()[1]["WINDOW"]
    yield from d.move_mouse((region.x + region.width // 2, region.y + region.height // 2))
    yield from d.press_key("N", shift=True)
    yield 0.6
    window_box = region.x, d.get_window().height - region.y - region.height, region.width, region.height
    d.save_photograph("pie", window_box)
    yield from d.press_key("ESC")
    yield 0.2

    # Esc makes nothing, and so does a view that becomes another editor
    before = len(bpy.data.objects)
    yield from drag(curve_through(floor), "", cancel=True)
    assert len(bpy.data.objects) == before and module("session").session.stroke is None
    yield from drag(
        curve_through(floor), "", during=lambda: bpy.ops.ed.undo_push(message="meanwhile"), cancel=True
    )
    # undo in the middle of a drag: the stroke ends, and nothing of it is left
    with d.override_region():
        bpy.context.scene.frame_set(2)
        bpy.ops.ed.undo_push(message="play")
    yield from drag(curve_through(floor), "", during=bpy.ops.ed.undo, cancel=True)
    character = bpy.data.objects[name]
    assert len(bpy.data.objects) == before and module("session").session.stroke is None
    area = d.get_view()[0]

    def change_editor() -> None:
        area.ui_type = "OUTLINER"

    yield from drag(curve_through(floor), "", during=change_editor)
    assert len(bpy.data.objects) == before and module("session").session.stroke is None
    area.ui_type = "VIEW_3D"
    yield 0.4
    # nor a view that is no longer in full screen
    yield from drag(curve_through(floor), "", during=lambda: bpy.ops.screen.screen_full_area())
    yield 0.4
    assert len(bpy.data.objects) == before and module("session").session.stroke is None
    # nor one of two views that is closed
    d.get_view()[0].spaces.active.show_region_ui = False
    with d.override_region():
        bpy.ops.screen.area_split(direction="VERTICAL", factor=0.5)
    yield 0.5
    look_at_scene()
    yield 0.3
    count = len(d.get_window().screen.areas)
    yield from drag(curve_through(floor[:2]), "", during=lambda: bpy.ops.screen.area_close())
    assert len(d.get_window().screen.areas) == count - 1
    assert len(bpy.data.objects) == before and module("session").session.stroke is None
    assert not [operator.bl_idname for operator in d.get_window().modal_operators]
    d.get_view()[0].spaces.active.show_region_ui = True
    with d.override_region():
        bpy.ops.screen.screen_full_area()
    yield 0.4
    look_at_scene()
    # the tool in Pose Mode
    with d.override_region():
        bpy.context.view_layer.objects.active = character
        bpy.ops.object.mode_set(mode="POSE")
        bpy.ops.wm.tool_set_by_id(name=module("operators.guide_list").TOOL)
    look_at_scene()
    yield 0.4
    yield from drag([Vector((0.2, -1.8, 0))], "10_pose_mode")
    assert len(character.kinescribe.directing.waypoints) == 3
    with d.override_region():
        bpy.ops.object.mode_set(mode="OBJECT")
    # a hidden character says so; another file ends a drag
    character.hide_set(True)
    bpy.context.view_layer.objects.active = character
    yield from drag([Vector((0.2, -2.8, 0))], "")
    assert len(character.kinescribe.directing.waypoints) == 3
    character.hide_set(False)
    yield 0.2

    def load_file() -> None:
        bpy.ops.wm.read_homefile(app_template="", use_factory_startup=False, load_ui=False)

    yield from drag(curve_through(floor), "", during=load_file)
    yield 0.5
    assert module("session").session.stroke is None and not module("session").session.guide_marks


def tools_of(mode: str) -> list[Any]:
    """The tools of the toolbar of a mode."""
    from bl_ui.space_toolsystem_common import ToolSelectPanelHelper

    helper = ToolSelectPanelHelper._tool_class_from_space_type("VIEW_3D")
    flat = ToolSelectPanelHelper._tools_flatten(helper._tools[mode])
    return [tool for tool in flat if tool is not None]


def add_cup() -> bpy.types.Object:
    """Add a cup that can be clicked."""
    import bmesh

    mesh = bpy.data.meshes.new("Cup")
    content = bmesh.new()
    bmesh.ops.create_cone(content, cap_ends=True, segments=24, radius1=0.05, radius2=0.06, depth=0.14)
    content.to_mesh(mesh)
    content.free()
    cup = bpy.data.objects.new("Cup", mesh)
    cup.location = CUP
    bpy.context.scene.collection.objects.link(cup)
    bpy.context.view_layer.update()
    return cup


def look_at_scene() -> None:
    """Let the view show character and floor from above."""
    view = d.get_view()[0].spaces.active.region_3d
    view.view_perspective = "PERSP"
    view.view_location = (0.4, -1.1, 0.6)
    view.view_rotation = Quaternion((0.86, 0.5, 0.05, 0.09)).normalized()
    view.view_distance = 5.0


def to_pixels(place: Vector) -> tuple[int, int]:
    """Where a point of the world is in the window."""
    area, regions = d.get_view()
    region = regions["WINDOW"]
    found = location_3d_to_region_2d(region, area.spaces.active.region_3d, place)
    assert found is not None, place
    return region.x + round(found.x), region.y + round(found.y)


def curve_through(places: list[Vector], parts: int = 8) -> list[Vector]:
    """Points on straight lines through places."""
    return [a.lerp(b, k / parts) for a, b in pairwise(places) for k in range(parts)] + places[-1:]


def drag(
    places: list[Vector], photograph: str, shift: bool = False, cancel: bool = False, during: Any = None
) -> d.Steps:
    """Drag with the left button over points of the world; one point is a click."""
    pixels = [to_pixels(place) for place in places]
    yield from d.move_mouse(pixels[0])
    d._send_event("LEFTMOUSE", "PRESS", *pixels[0], shift=shift)
    yield 0.1
    for pixel in pixels[1:]:
        d._send_event("MOUSEMOVE", "NOTHING", *pixel, shift=shift)
        yield 0.05
    if photograph:
        d.save_photograph(photograph)
    if during is not None:
        with d.override_region():
            during()
        yield 0.2
        d._send_event("MOUSEMOVE", "NOTHING", pixels[-1][0] + 2, pixels[-1][1])
        yield 0.1
    if cancel:
        yield from d.press_key("ESC")
    d._send_event("LEFTMOUSE", "RELEASE", *pixels[-1])
    yield 0.3


def measure_hold(character: bpy.types.Object, pin: Any) -> float:
    """The largest distance from a pin over its range, metres."""
    scene, far = bpy.context.scene, 0.0
    measure = module("scene.pins").measure_point
    for frame in range(pin.frame, pin.frame_end + 1):
        scene.frame_set(frame)
        place = pin.object.matrix_world @ Vector(pin.offset)
        far = max(far, (measure(scene, character, pin.joint).position - place).length)
    return far
