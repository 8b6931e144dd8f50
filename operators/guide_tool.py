# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tool Guides of the 3D View does: drag a path, click a waypoint, drag a hand or foot to what it holds."""

from itertools import pairwise
from typing import Any, NamedTuple

import bpy
from bpy.app.translations import pgettext_iface as iface
from bpy.props import BoolProperty, EnumProperty, IntProperty
from bpy_extras.view3d_utils import location_3d_to_region_2d

from ..session import session
from .base import (
    NO_CHARACTER,
    ReportsErrors,
    Result,
    active_character,
    object_by_uid,
    report_info,
)
from .guide_list import HANDLES, is_guide_of_others, show_rows
from .notify import redraw_views

_HANDLE_PIXELS = 22.0
_DRAG_PIXELS = 6.0
_MAX_POINTS = 4000
_TOLERANCE = 0.05  # metres of an adult by which a path may be off what was drawn
_MIN_PATH = 0.2  # metres of an adult that a path has at least


class Stroke(NamedTuple):
    """What is being drawn, for the views; the window's pointer says which view it is in."""

    region: int
    """Address of the region."""

    points: tuple[tuple[float, float, float], ...]
    """In Blender's world."""

    joint: str
    """What is dragged; "": a path."""


class KINESCRIBE_OT_draw_guide(ReportsErrors, bpy.types.Operator):
    """Drag over the floor to draw a path, click to set a waypoint, drag a hand or a foot to what it has to hold"""

    bl_idname = "kinescribe.draw_guide"
    bl_label = "Draw Guide"
    bl_options = {"UNDO"}

    drag: EnumProperty(
        name="Drag",
        description="What dragging over the floor makes",
        items=(
            ("PATH", "Path", "A curve that the character follows", "CURVE_BEZCURVE", 0),
            ("WAYPOINT", "Waypoint", "A place to pass, facing where you drag", "EMPTY_SINGLE_ARROW", 1),
        ),
        options={"SKIP_SAVE"},
    )
    frames: IntProperty(
        name="Hold",
        description="Frames for which a hand or foot is held, from the current frame on",
        default=48,
        min=1,
        max=1048574,
        soft_max=240,
        options={"SKIP_SAVE"},
    )
    use_rotation: BoolProperty(
        name="Orientation",
        description="Keep the hand or foot turned as it is now, and turning with the object",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character, in a mode whose undo steps hold objects."""
        if context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode first")
            return False
        if active_character(context) is None:
            cls.poll_message_set(NO_CHARACTER)
            return False
        return True

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Begin to draw in the 3D View under the mouse."""
        if context.region_data is None or context.region is None or context.region.type != "WINDOW":
            return {"PASS_THROUGH"}
        mouse = (float(event.mouse_region_x), float(event.mouse_region_y))
        return self.report_errors(lambda context: self._begin(context, mouse), context)

    def run(self, _context: bpy.types.Context) -> Result:
        """Raise ``RequestError``: without a mouse there is nothing to draw with."""
        from ..motion import RequestError

        raise RequestError("Draw guides with the mouse in a 3D View; scripts add paths, waypoints and pins")

    def _begin(self, context: bpy.types.Context, mouse: tuple[float, float]) -> Result:
        from ..motion import RigError
        from ..scene.guides import measure_character

        character = active_character(context)
        if character is None:
            raise RigError(NO_CHARACTER)
        if not character.visible_get():
            raise RigError("{name} is hidden: show it first", name=character.name)
        place, _, self._scale = measure_character(character)
        self._floor = place[2]
        self._character = character.session_uid
        area, region, view = context.area, context.region, context.region_data
        assert area is not None and region is not None and view is not None
        self._area, self._region, self._view = area, region, view
        self._start, self._mouse, self._is_drag = mouse, mouse, False
        self._joint, self._handle = self._find_handle(context, character, mouse)
        self._points: list[Any] = []
        if self._joint:
            self._points.append(self._handle)
        self._follow(context, mouse)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Follow the mouse; make the guide at the release, nothing at Esc, the right button or a closed view."""
        if not self._is_open(context) or object_by_uid(self._character) is None:
            return self._end(context, {"CANCELLED"})
        mouse = (float(event.mouse_x - self._region.x), float(event.mouse_y - self._region.y))
        if event.type in {"MOUSEMOVE", "INBETWEEN_MOUSEMOVE"}:
            self._follow(context, mouse)
        elif event.type == "LEFTMOUSE" and event.value == "RELEASE":
            self._follow(context, mouse)
            return self._end(context, self.report_errors(self._finish, context))
        elif event.type in {"ESC", "RIGHTMOUSE"}:
            return self._end(context, {"CANCELLED"})
        return {"RUNNING_MODAL"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Draw nothing any more: Blender loads another file, or quits."""
        self._end(context, {"CANCELLED"})

    def _is_open(self, context: bpy.types.Context) -> bool:
        """Return whether the view in which the drag began is still there."""
        window = context.window
        areas = window.screen.areas if window is not None and window.screen is not None else ()
        return any(
            area == self._area and area.type == "VIEW_3D" and any(r == self._region for r in area.regions)
            for area in areas
        )

    def _find_handle(
        self, context: bpy.types.Context, character: bpy.types.Object, mouse: tuple[float, float]
    ) -> tuple[str, Any]:
        """Return the hand or foot under the mouse and its point; ("", None) where none is."""
        from ..scene.pins import measure_points

        near: list[tuple[float, str, Any]] = []
        for joint, point in measure_points(context.scene, character, HANDLES).items():
            shown = location_3d_to_region_2d(self._region, self._view, point.position)
            if shown is not None:
                distance = ((shown[0] - mouse[0]) ** 2 + (shown[1] - mouse[1]) ** 2) ** 0.5
                near.append((distance, joint, point.position))
        near.sort(key=lambda entry: entry[0])
        if not near or near[0][0] > _HANDLE_PIXELS * context.preferences.system.ui_scale:
            return "", None
        return near[0][1], near[0][2]

    def _follow(self, context: bpy.types.Context, mouse: tuple[float, float]) -> None:
        """Add the place under the mouse, and let the view show what is drawn."""
        from ..scene.drawn_line import find_beside, find_on_floor, find_surface

        self._mouse = mouse
        away = max(abs(mouse[0] - self._start[0]), abs(mouse[1] - self._start[1]))
        self._is_drag = self._is_drag or away >= _DRAG_PIXELS * context.preferences.system.ui_scale
        if self._joint:
            character = object_by_uid(self._character)
            assert character is not None
            hit = find_surface(context, self._region, self._view, mouse, character) if self._is_drag else None
            place = hit.place if hit else find_beside(self._region, self._view, mouse, self._handle)
            self._points[1:] = [place]
        else:
            floor = find_on_floor(self._region, self._view, mouse, self._floor)
            if floor is not None and len(self._points) < _MAX_POINTS:
                if self.drag == "WAYPOINT":
                    del self._points[1:]
                self._points.append(floor)
        session.stroke = Stroke(
            self._region.as_pointer(), tuple((p[0], p[1], p[2]) for p in self._points), self._joint
        )
        self._area.tag_redraw()

    def _finish(self, context: bpy.types.Context) -> Result:
        """Make what was drawn. Raises ``RequestError``, ``RigError`` or ``MappingError``."""
        from ..motion import RequestError

        character = object_by_uid(self._character)
        assert character is not None
        if self._joint:
            self._pin(context, character)
        elif not self._points:
            raise RequestError("There is no floor under the mouse: look at it from above")
        elif self._is_drag and self.drag == "PATH":
            self._add_path(context, character)
        else:
            self._add_waypoint(context, character)
        show_rows()
        return {"FINISHED"}

    def _pin(self, context: bpy.types.Context, character: bpy.types.Object) -> None:
        from ..scene.bone_map import require_editable_map
        from ..scene.drawn_line import find_beside, find_surface
        from ..scene.guide_objects import add_pin, set_pin

        scene, obj, place = context.scene, None, None
        if self._is_drag:
            hit = find_surface(context, self._region, self._view, self._mouse, character)
            obj, place = hit or (None, None)
        stored = require_editable_map(character).directing
        if obj is None:
            # nothing is there that could be held: an empty marks the place
            obj = add_pin(scene, character, self._joint)
            if self._is_drag:
                obj.location = find_beside(self._region, self._view, self._mouse, self._handle)
            context.view_layer.update()
            pin = stored.pins.add()
            pin.object, pin.joint, pin.rotation = obj, self._joint, (1.0, 0.0, 0.0, 0.0)
        else:
            pin = stored.pins.add()
            set_pin(pin, character, obj, self._joint, place)
        pin.when, pin.frame = "RANGE", scene.frame_current
        pin.frame_end = scene.frame_current + self.frames - 1
        pin.use_rotation = self.use_rotation
        report_info(
            self,
            "{joint} holds {name} from frame {first} to {last}",
            joint=iface(self._joint.replace("_", " ").title()),
            name=obj.name,
            first=pin.frame,
            last=pin.frame_end,
        )

    def _add_path(self, context: bpy.types.Context, character: bpy.types.Object) -> None:
        from ..motion import RequestError
        from ..scene.bone_map import require_editable_map
        from ..scene.drawn_line import simplify_line
        from ..scene.guide_objects import add_drawn_path, remove_guide

        knots = simplify_line(self._points, _TOLERANCE * self._scale)
        length = sum((b - a).length for a, b in pairwise(knots))
        if length < _MIN_PATH * self._scale:
            raise RequestError("The path is too short: drag further over the floor")
        directing = require_editable_map(character).directing
        replaced = directing.path
        directing.path = add_drawn_path(context.scene, character, knots)
        directing.use_path = True
        if replaced is not None and not is_guide_of_others(context, replaced):
            remove_guide(replaced)

    def _add_waypoint(self, context: bpy.types.Context, character: bpy.types.Object) -> None:
        from .guides import place_waypoint

        place = self._points[0]
        direction = self._points[-1] - place if self._is_drag and len(self._points) > 1 else None
        place_waypoint(context, character, place, direction)

    def _end(self, context: bpy.types.Context, result: Result) -> Result:
        session.stroke = None
        if context.window_manager is not None:
            redraw_views()
        return result


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_OT_draw_guide,))
