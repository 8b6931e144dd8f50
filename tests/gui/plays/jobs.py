# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of an animator by mouse, with the actions that each takes: variation, path, pin, a strip's edge.

A click, and a drag with the button held, is one action; so is a key with the click that ends what it began.
"""

from __future__ import annotations

from typing import Any

import bpy
from bpy_extras.view3d_utils import location_3d_to_region_2d

from devtools.testing.window import driver as d

from .common import action_of, idle, module, open_panels, status
from .guides import add_cup, measure_hold
from .strips import drag

NAME = "Mannequin"


class Actions:
    """Actions of the animator, counted."""

    def __init__(self) -> None:
        self.count = 0

    def press(self, name: str, column: float = 0.5) -> d.Steps:
        """Click the button of the sidebar that does ``name``."""
        places = yield from d.find_buttons(column=column)
        assert f"kinescribe.{name}" in places, (name, sorted(places))
        self.count += 1
        yield from d.click_at(places[f"kinescribe.{name}"])

    def click(self, place: d.Position) -> d.Steps:
        """Click at a place of the window."""
        self.count += 1
        yield from d.click_at(place)


def steps() -> d.Steps:
    """Play it."""
    open_panels("KINESCRIBE_PT_takes")
    d.get_window().workspace = bpy.data.workspaces["Animation"]
    yield 1.0
    # one view over the whole width, in place of two
    larger, other = sorted(
        (a for a in d.get_window().screen.areas if a.type == "VIEW_3D"), key=lambda a: -a.width * a.height
    )
    with bpy.context.temp_override(window=d.get_window(), area=larger):
        bpy.ops.screen.area_join(
            source_xy=(larger.x + larger.width // 2, larger.y + 100),
            target_xy=(other.x + other.width // 2, other.y + 100),
        )
    yield 0.5
    assert sum(a.type == "VIEW_3D" for a in d.get_window().screen.areas) == 1
    yield from d.open_sidebar("Kinescribe", 330, fill=False)
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    space = d.get_view()[0].spaces.active
    space.shading.type = "SOLID"
    space.overlay.show_bones = False
    view = space.region_3d
    view.view_perspective = "PERSP"
    bpy.context.object.kinescribe.prompt = "a person walks forward and waves"
    yield 0.5
    yield from choose_variation()
    yield from bend_path()
    yield from pin_hand()
    yield from move_edge()
    yield from compare_takes()


def character() -> bpy.types.Object:
    """The character, wherever undo has put it."""
    return bpy.data.objects[NAME]


def ghosts() -> Any:
    """The ghosts that are shown."""
    return module("session").session.ghosts


def settled(before: Any) -> d.Steps:
    """Wait until other ghosts than ``before`` are shown, and Live has nothing left to do."""
    yield from d.wait_for(lambda: bool(ghosts()) and ghosts() is not before, 60, "the next ghost")
    yield 0.5
    yield from d.wait_for(
        lambda: not module("operators.live").is_running(), 60, "the ghost of the last state"
    )
    yield 0.5


def look_from(back: float) -> None:
    """Turn the view to the character, from in front and above, ``back`` metres away."""
    look_at((1.2, -1.5 if back < 7 else -2.6, 0.4), back)


def look_at(point: Any, back: float) -> None:
    """Turn the view to a point of the world, from in front and above, ``back`` metres away."""
    view = d.get_view()[0].spaces.active.region_3d
    view.view_location = point
    view.view_distance = back
    view.view_rotation = (0.8, 0.55, 0.1, 0.2)


def find_figure(number: int) -> d.Position:
    """Return a pixel of the window on the trunk of a ghost, by its number from 1."""
    layout = module("operators.ghost_layout")
    ghost = ghosts()[number - 1]
    joints = layout.compute_joints(ghost, number, bpy.context.scene)
    first, second = joints[ghost.lines[0]]
    return find_pixel(((first + second) / 2).tolist())


def find_pixel(point: Any) -> d.Position:
    """Return the pixel of the window at a point of the world."""
    area, regions = d.get_view()
    region = regions["WINDOW"]
    place = location_3d_to_region_2d(region, area.spaces.active.region_3d, point)
    return region.x + round(place.x), region.y + round(place.y)


def choose_variation() -> d.Steps:
    """Variations, and a click on the one that is liked."""
    look_from(6.0)
    actions = Actions()
    yield from actions.press("variations")
    yield from d.wait_for(lambda: idle() and len(ghosts()) == 4, 120, f"the variations: {status().message}")
    assert action_of(character()) is None, "something was baked"
    bpy.context.scene.frame_set(40)
    yield 0.5
    place = find_figure(3)
    yield from d.move_mouse(place)
    yield 0.3
    assert module("session").session.hovered_ghost == 2
    d.save_photograph("ghosts", d.find_box(d.get_view()[0]))
    chosen = ghosts()[2].motion_id
    yield from actions.click(place)
    yield from d.wait_for(lambda: action_of(character()) is not None, 20, "the variation that was chosen")
    assert action_of(character())["kinescribe"]["motion_id"] == chosen and not ghosts()
    assert len(character().kinescribe.takes) == 1
    d.add_notes(variation_chosen=actions.count)


def bend_path() -> d.Steps:
    """With Live on: a point of the path is clicked and moved, and the ghost shows what comes of it."""
    with d.override_region():
        bpy.ops.kinescribe.add_path()
    path = character().kinescribe.directing.path
    end = path.matrix_world @ path.data.splines[0].bezier_points[-1].co
    look_at((end.x / 2 + 1.2, end.y / 2 - 0.6, 0.4), 4.0 + 1.1 * end.length)
    yield from Actions().press("toggle_live", column=0.78)
    yield 0.3
    with d.override_region():
        bpy.ops.object.select_all(action="DESELECT")
    bpy.context.view_layer.objects.active = path
    path.select_set(True)
    with d.override_region():
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.curve.select_all(action="DESELECT")
    yield 0.5
    end = path.matrix_world @ path.data.splines[0].bezier_points[-1].co
    place = find_pixel(end)
    yield from d.wait_for(lambda: bool(ghosts()), 60, "the ghost on the straight path")
    before = ghosts()
    actions = Actions()
    yield from actions.click(place)
    yield 0.2
    assert path.data.splines[0].bezier_points[-1].select_control_point, "the click meets the point"
    yield from d.press_key("G")
    yield from d.press_key("Z", shift=True)  # over the floor
    for part in range(1, 9):
        yield from d.move_mouse((place[0] + 30 * part, place[1] - 5 * part))
    yield from actions.click((place[0] + 240, place[1] - 40))
    yield from d.wait_for(lambda: bool(ghosts()) and ghosts() is not before, 60, "the ghost on the bent path")
    yield from d.wait_for(
        lambda: not module("operators.live").is_running(), 60, "the ghost of the last state"
    )
    yield 0.5
    d.add_notes(path_bent_and_seen=actions.count)
    bpy.context.scene.frame_set(60)
    yield 0.5
    d.save_photograph("live", d.find_box(d.get_view()[0]))
    # the ghost walks where the path ends now
    end = path.matrix_world @ path.data.splines[0].bezier_points[-1].co
    last = ghosts()[0].positions[-1, 0]
    assert abs(last[0] - end.x) < 0.25 and abs(last[1] - end.y) < 0.25, (last, end)
    with d.override_region():
        bpy.ops.object.mode_set(mode="OBJECT")
        bpy.ops.kinescribe.clear_guides()
    bpy.context.view_layer.objects.active = character()
    character().select_set(True)
    yield 0.5
    yield from Actions().press("toggle_live", column=0.78)
    yield 0.3


def pin_hand() -> d.Steps:
    """The tool is chosen in the toolbar, and a hand dragged to a cup: palm and cup meet over the whole range."""
    cup = add_cup()
    space = d.get_view()[0].spaces.active
    space.show_region_toolbar = True
    bpy.context.scene.frame_set(1)
    look_from(6.0)
    yield 0.5
    actions = Actions()
    tool = module("operators.guide_list").TOOL
    places = yield from d.find_buttons("TOOLS", column=0.5, step=12)
    assert tool in places, sorted(places)
    actions.count += 1
    yield from d.click_at(places[tool])
    yield 0.3
    palm = module("scene.pins").measure_point(bpy.context.scene, character(), "right_palm").position
    actions.count += 1
    yield from drag(find_pixel(palm), find_pixel(cup.location))
    (pin,) = character().kinescribe.directing.pins
    assert pin.object == cup and pin.joint == "right_palm" and pin.frame_end > pin.frame
    d.add_notes(hand_pinned=actions.count)
    bpy.context.scene.frame_set(pin.frame)
    d.save_photograph("pin")
    yield from Actions().press("generate")
    stored = character().kinescribe
    yield from d.wait_for(lambda: idle() and len(stored.takes) == 2, 120, f"the motion: {status().message}")
    far = measure_hold(character(), stored.directing.pins[0])
    d.add_notes(hand_from_cup_mm=round(1000 * far, 2))
    assert far < 0.01, far
    with d.override_region():
        bpy.ops.kinescribe.clear_guides()
        bpy.ops.wm.tool_set_by_id(name="builtin.select_box")
    bpy.data.objects.remove(bpy.data.objects[cup.name])
    space.show_region_toolbar = False
    bpy.context.view_layer.objects.active = character()
    character().select_set(True)
    yield 0.5


def move_edge() -> d.Steps:
    """With Live on: the edge of a strip is dragged, the ghost shows it, and the button keeps exactly that motion."""
    stored = character().kinescribe
    with d.override_region():
        bpy.ops.kinescribe.split_prompt(
            text="a person walks forward, then a person waves, then a person jumps"
        )
    stored.task = "GENERATE"
    with d.override_region():
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(lambda: idle() and len(stored.takes) == 3, 120, f"the parts: {status().message}")
    yield from Actions().press("toggle_live", column=0.78)
    area = next(a for a in d.get_window().screen.areas if a.type == "DOPESHEET_EDITOR")
    region = next(r for r in area.regions if r.type == "WINDOW")
    with bpy.context.temp_override(
        window=d.get_window(), screen=d.get_window().screen, area=area, region=region
    ):
        bpy.ops.action.view_all()
    yield 0.5
    layout = module("operators.strip_layout")
    scale = bpy.context.preferences.system.ui_scale
    y = region.y + round((layout.LANE_BOTTOM + layout.LANE_HEIGHT / 2) * scale)

    def at(frame: float) -> d.Position:
        return region.x + round(region.view2d.view_to_region(frame, 0, clip=False)[0]), y

    parts = stored.parts
    assert len(parts) == 3, [part.prompt for part in parts]
    character().select_set(True)
    last = parts[2].end
    assert not ghosts()
    actions = Actions()
    actions.count += 1
    yield from drag(at(last + 0.7), at(last + 12.7))
    length = parts[2].end - parts[0].start + 1
    assert parts[2].end > last + 8, parts[2].end
    yield from d.wait_for(
        lambda: bool(ghosts()) and len(ghosts()[0].positions) == length, 120, "the ghost of the longer part"
    )
    bpy.context.scene.frame_set(parts[2].start + 10)
    look_from(9.0)
    d.get_view()[0].spaces.active.region_3d.view_location = ghosts()[0].positions[length // 2, 0].tolist()
    yield 0.5
    d.save_photograph("strips", d.find_box(d.get_view()[0], area))
    yield from actions.press("keep_ghost")
    yield from d.wait_for(
        lambda: idle() and len(stored.takes) == 4, 120, f"the redone part: {status().message}"
    )
    action = action_of(character())
    assert action is not None and round(action.frame_range[1] - action.frame_range[0]) + 1 == length
    d.add_notes(edge_moved_and_redone=actions.count)
    yield 0.5
    d.save_photograph("redone")


def compare_takes() -> d.Steps:
    """Takes beside each other as ghosts: Esc keeps none, a number key the one with the number."""
    stored = character().kinescribe
    plays = action_of(character())
    yield from Actions().press("toggle_live", column=0.78)
    region = d.get_view()[1]["WINDOW"]
    middle = region.x + region.width // 2, region.y + region.height // 3
    for key, expected in (("ESC", plays), ("ONE", stored.takes[0].action)):
        with d.override_region():
            bpy.ops.kinescribe.show_ghosts(source="TAKES")
        yield 0.3
        assert len(ghosts()) == len(stored.takes) == 4
        yield from d.move_mouse(middle)
        yield from d.press_key(key)
        yield 0.5
        assert not ghosts() and action_of(character()) == expected, key
