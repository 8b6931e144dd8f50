# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit the parts of a sequence as strips in the Dope Sheet and the Timeline: drag, select, split, type.

All events outside the lane of the strips pass through to the editor.
"""

from typing import Any

import bpy
from bpy.props import EnumProperty, StringProperty

from ..properties.limits import MAX_SEED
from ..properties.parts import make_own_parts
from ..session import session
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    object_by_uid,
    operator_error_reason,
    require_character,
    translate,
)
from .strip_layout import (
    MIN_REGION_HEIGHT,
    Frames,
    Strip,
    find_strip,
    is_in_lane,
    layout_strips,
    move_end,
    move_parts,
    move_start,
)

DRAG_PIXELS = 3
"""By how many pixels the mouse has to move before a press becomes a drag."""

MAX_MARKER = 60
"""Letters of a prompt in the name of a marker; Blender keeps 63 bytes of it."""

LANE_KEYS = (
    ("R", "REDO", False),
    ("F2", "TYPE", False),
    ("K", "SPLIT", False),
    ("D", "DUPLICATE", True),
    ("H", "MUTE", False),
    ("L", "LOCK", False),
    ("A", "SELECT", False),
    ("X", "DELETE", False),
    ("DEL", "DELETE", False),
)
"""Keys over the lane: the key, what it does, and whether it is pressed with Shift."""

_MENU = "KINESCRIBE_MT_strips"


def is_lane_shown(context: bpy.types.Context) -> bool:
    """Return whether the lane is shown in the editor of the context: not where it would cover the frame numbers."""
    return (
        context.region is not None
        and context.region.type == "WINDOW"
        and context.region.height >= MIN_REGION_HEIGHT * context.preferences.system.ui_scale
        and isinstance(context.space_data, bpy.types.SpaceDopeSheetEditor)
        and context.scene is not None
        and bool(context.scene.kinescribe.show_strips)
        and active_character(context) is not None
    )


def layout_lane(context: bpy.types.Context) -> list[Strip]:
    """Return the strips of the active character in the region of the context."""
    character, region = active_character(context), context.region
    if character is None or region is None:
        return []
    view, scale = region.view2d, context.preferences.system.ui_scale
    parts = bone_map_properties(character).parts
    return layout_strips(parts, lambda frame: float(view.view_to_region(frame, 0, clip=False)[0]), scale)


def redraw_dope_sheets(context: bpy.types.Context) -> None:
    """Let Blender draw the editors that show parts again, in all windows."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"DOPESHEET_EDITOR", "VIEW_3D"}:
                area.tag_redraw()


def _select_alone(parts: Any, index: int) -> None:
    for number, part in enumerate(parts):
        part.select = number == index


def _edited_parts(context: bpy.types.Context) -> Any:
    """Return the properties of the active character, with parts of its own."""
    from ..scene.bone_map import require_editable_map

    stored = require_editable_map(require_character(context))
    make_own_parts(stored)
    return stored


class _NeedsPart(NeedsCharacter):
    """An operator on the active part of the character."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character with parts."""
        if not super().poll(context):
            return False
        character = active_character(context)
        if character is None or not bone_map_properties(character).parts:
            cls.poll_message_set("The character has no parts yet: add one, or generate a motion")
            return False
        return True


class KINESCRIBE_OT_drag_strip(ReportsErrors, bpy.types.Operator):
    """Select a part in the lane; drag it to move it, or one of its ends to change its length"""

    bl_idname = "kinescribe.drag_strip"
    bl_label = "Drag Part"
    bl_options = {"UNDO", "INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require the lane, so that the keys of the editor keep their meaning everywhere else."""
        return is_lane_shown(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Begin a drag where a strip is, a box where the lane is empty; pass on all other events."""
        x, y = event.mouse_region_x, event.mouse_region_y
        scale = context.preferences.system.ui_scale
        if not is_in_lane(y, scale):
            return {"PASS_THROUGH"}
        return self.report_errors(lambda context: self._begin(context, event, x, y), context)

    def _begin(self, context: bpy.types.Context, event: bpy.types.Event, x: float, y: float) -> Result:
        found = find_strip(layout_lane(context), x, y, context.preferences.system.ui_scale)
        stored = _edited_parts(context)
        parts = stored.parts
        # undo gives every object another place in memory: it is found by its number at each event
        self._uid, self._x, self._moved = require_character(context).session_uid, x, False
        self._zone = "BOX"
        self._frames = [Frames(part.start, part.end) for part in parts]
        self._set = list(self._frames)
        self._selected = [bool(part.select) for part in parts]
        self._selects_alone = False
        if found is None:
            if not event.shift:
                for part in parts:
                    part.select = False
        else:
            index, self._zone = found
            if event.shift:
                parts[index].select = not parts[index].select
            elif not parts[index].select:
                _select_alone(parts, index)
            else:
                # one of several: they move together if it is dragged
                self._selects_alone = True
            stored.active_part = index
        self._index = found[0] if found else -1
        context.window_manager.modal_handler_add(self)
        redraw_dope_sheets(context)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Follow the mouse; end at the release, restore at Esc, the right button, or where the editor is gone."""
        parts = self._find_parts()
        if parts is None:
            return self._end(context, {"CANCELLED"})
        if not is_lane_shown(context) or (event.type in {"ESC", "RIGHTMOUSE"} and event.value == "PRESS"):
            self._set_frames(parts, self._frames)
            for part, was_selected in zip(parts, self._selected, strict=True):
                part.select = was_selected
            return self._end(context, {"CANCELLED"})
        if event.type == "MOUSEMOVE":
            self._follow(context, event, parts)
            return {"RUNNING_MODAL"}
        if event.type == "LEFTMOUSE" and event.value == "RELEASE":
            if self._selects_alone and not self._moved:
                _select_alone(parts, self._index)
            return self._end(context, {"FINISHED"})
        return {"RUNNING_MODAL"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Leave nothing drawn where Blender itself ends the drag."""
        self._end(context, {"CANCELLED"})

    def _find_parts(self) -> Any:
        """Return the parts that are dragged; None if something else, such as undo, has changed them meanwhile."""
        character = object_by_uid(self._uid)
        if character is None:
            return None
        parts = bone_map_properties(character).parts
        return parts if [(part.start, part.end) for part in parts] == self._set else None

    def _follow(self, context: bpy.types.Context, event: bpy.types.Event, parts: Any) -> None:
        x = event.mouse_region_x
        if not self._moved and abs(x - self._x) < DRAG_PIXELS * context.preferences.system.ui_scale:
            return
        self._moved = True
        region, area = context.region, context.area
        assert region is not None and area is not None
        view = region.view2d
        first, now = (view.region_to_view(px, 0)[0] for px in (self._x, x))
        if self._zone == "BOX":
            low, high = sorted((first, now))
            session.strip_box = (low, high)
            for part in parts:
                part.select = part.start <= high and part.end + 1 >= low
        else:
            by = round(now - first)
            if self._zone == "BODY":
                moved = {k for k, part in enumerate(parts) if part.select} | {self._index}
                self._set_frames(parts, move_parts(self._frames, moved, by))
            else:
                move = move_start if self._zone == "START" else move_end
                self._set_frames(parts, move(self._frames, self._index, by))
            part = parts[self._index]
            area.header_text_set(f"{part.start} - {part.end}  ({part.end - part.start + 1})")
        area.tag_redraw()

    def _set_frames(self, parts: Any, frames: list[Frames]) -> None:
        self._set = list(frames)
        for part, (start, end) in zip(parts, frames, strict=True):
            if (part.start, part.end) != (start, end):
                part.start, part.end = start, end

    def _end(self, context: bpy.types.Context, result: Result) -> Result:
        session.strip_box = None
        if context.area is not None:
            context.area.header_text_set(None)
        redraw_dope_sheets(context)
        return result


class KINESCRIBE_OT_type_strip(_NeedsPart, ReportsErrors, bpy.types.Operator):
    """Type what the character does in this part"""

    bl_idname = "kinescribe.type_strip"
    bl_label = "Prompt of the Part"
    bl_options = {"UNDO", "INTERNAL"}

    prompt: StringProperty(name="Prompt", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Open a field for the part under the mouse; pass on events outside the strips."""
        if event.type == "LEFTMOUSE":
            if not is_lane_shown(context):
                return {"PASS_THROUGH"}
            scale = context.preferences.system.ui_scale
            found = find_strip(layout_lane(context), event.mouse_region_x, event.mouse_region_y, scale)
            if found is None:
                return {"PASS_THROUGH"}
            bone_map_properties(require_character(context)).active_part = found[0]
        stored = bone_map_properties(require_character(context))
        self.prompt = stored.parts[min(stored.active_part, len(stored.parts) - 1)].prompt
        return context.window_manager.invoke_props_dialog(self, width=480)

    def draw(self, _context: bpy.types.Context) -> None:
        self.layout.activate_init = True
        self.layout.prop(self, "prompt", text="")

    def run(self, context: bpy.types.Context) -> Result:
        """Set the prompt."""
        stored = _edited_parts(context)
        stored.parts[min(stored.active_part, len(stored.parts) - 1)].prompt = " ".join(self.prompt.split())
        return {"FINISHED"}


class KINESCRIBE_OT_strip_menu(ReportsErrors, bpy.types.Operator):
    """Show what can be done with the part under the mouse"""

    bl_idname = "kinescribe.strip_menu"
    bl_label = "Part Menu"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require the lane."""
        return is_lane_shown(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Open the menu in the lane; pass on all other events."""
        scale = context.preferences.system.ui_scale
        if not is_in_lane(event.mouse_region_y, scale):
            return {"PASS_THROUGH"}
        found = find_strip(layout_lane(context), event.mouse_region_x, event.mouse_region_y, scale)
        if found is not None:
            stored = bone_map_properties(require_character(context))
            stored.active_part = found[0]
            if not stored.parts[found[0]].select:
                _select_alone(stored.parts, found[0])
        bpy.ops.wm.call_menu(name=_MENU)
        return {"FINISHED"}


class KINESCRIBE_OT_strip_key(ReportsErrors, bpy.types.Operator):
    """Do with the parts what the key says, while the mouse is in the lane"""

    bl_idname = "kinescribe.strip_key"
    bl_label = "Key in the Lane of Parts"
    bl_options = {"INTERNAL"}

    action: StringProperty(name="Action", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require the lane."""
        return is_lane_shown(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Do it in the lane; pass on the key everywhere else."""
        if not is_in_lane(event.mouse_region_y, context.preferences.system.ui_scale):
            return {"PASS_THROUGH"}
        return self.report_errors(self.run, context)

    def run(self, _context: bpy.types.Context) -> Result:
        """Call the operator that the key stands for, which reports its own errors."""
        try:
            if self.action == "REDO":
                bpy.ops.kinescribe.generate("INVOKE_DEFAULT", parts="ACTIVE")
            elif self.action == "TYPE":
                bpy.ops.kinescribe.type_strip("INVOKE_DEFAULT")
            else:
                bpy.ops.kinescribe.edit_parts("EXEC_DEFAULT", True, action=self.action)
        except RuntimeError as error:
            self.report({"ERROR"}, operator_error_reason(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class KINESCRIBE_OT_mark_parts(_NeedsPart, ReportsErrors, bpy.types.Operator):
    """Add a marker of the time line with the prompt at the first frame of each part; other markers stay"""

    bl_idname = "kinescribe.mark_parts"
    bl_label = "Add Markers"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Add those that are not there yet."""
        markers = context.scene.timeline_markers
        known = {(marker.frame, marker.name) for marker in markers}
        for part in bone_map_properties(require_character(context)).parts:
            name = part.prompt[:MAX_MARKER] or translate("The model decides")
            if (part.start, name) not in known:
                markers.new(name, frame=part.start)
        return {"FINISHED"}


class KINESCRIBE_OT_edit_parts(_NeedsPart, ReportsErrors, bpy.types.Operator):
    """Change the parts that are selected in the lane, or the active one"""

    bl_idname = "kinescribe.edit_parts"
    bl_label = "Edit Parts"
    bl_options = {"REGISTER", "UNDO"}

    action: EnumProperty(
        name="Action",
        items=(
            ("SPLIT", "Split at Playhead", "Make two parts of the one at the current frame"),
            ("DUPLICATE", "Duplicate", "Add a copy after the last part"),
            ("DELETE", "Delete", "Remove the parts; the others stay where they are"),
            ("MUTE", "Toggle Mute", "Leave out the prompt: the model decides"),
            ("LOCK", "Toggle Lock", "Keep the parts as they are when others are made again"),
            ("SELECT", "Select All", "Select all parts, or none if all are selected"),
        ),
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Do it. Raises ``RequestError`` where it is not possible."""
        from ..motion import RequestError

        stored = _edited_parts(context)
        parts = stored.parts
        active = min(stored.active_part, len(parts) - 1)
        chosen = [k for k, part in enumerate(parts) if part.select] or [active]
        if self.action == "SPLIT":
            _split_part(stored, context.scene.frame_current)
        elif self.action == "DUPLICATE":
            for index in chosen:
                source = parts[index]
                values = (source.prompt, source.end - source.start, source.seed)
                start = max(part.end for part in parts) + 1
                _add_part(
                    stored, values[0], start, start + values[1], min(values[2] + 1, MAX_SEED), len(parts)
                )
        elif self.action == "DELETE":
            if len(chosen) == len(parts):
                raise RequestError("A sequence has at least one part: keep one")
            for index in reversed(chosen):
                parts.remove(index)
            stored.active_part = max(0, min(active, len(parts) - 1))
        elif self.action == "SELECT":
            select = not all(part.select for part in parts)
            for part in parts:
                part.select = select
        else:
            name = "mute" if self.action == "MUTE" else "locked"
            value = not all(getattr(parts[k], name) for k in chosen)
            for k in chosen:
                setattr(parts[k], name, value)
        redraw_dope_sheets(context)
        return {"FINISHED"}


def _split_part(stored: Any, frame: int) -> None:
    """Make two parts of the one that ``frame`` lies in; the second begins there. Raises ``RequestError``."""
    from ..motion import RequestError

    for index, part in enumerate(stored.parts):
        if part.start < frame <= part.end:
            end, part.end = part.end, frame - 1
            _add_part(stored, part.prompt, frame, end, min(part.seed + 1, MAX_SEED), index + 1)
            return
    raise RequestError("No part can be split at frame {frame}: move the playhead into one", frame=frame)


def _add_part(stored: Any, prompt: str, start: int, end: int, seed: int, index: int) -> None:
    """Add a part to the list and make it the active one.

    Parameters
    ----------
    stored : KINESCRIBE_PG_map
        Owner of the list.
    prompt : str
        Its text.
    start, end : int
        First and last frame in the scene.
    seed : int
        Its seed.
    index : int
        Its place in the list.
    """
    part = stored.parts.add()
    part.prompt, part.start, part.end, part.seed = prompt, start, end, seed
    stored.parts.move(len(stored.parts) - 1, index)
    stored.active_part = index


_classes = (
    KINESCRIBE_OT_drag_strip,
    KINESCRIBE_OT_type_strip,
    KINESCRIBE_OT_strip_menu,
    KINESCRIBE_OT_strip_key,
    KINESCRIBE_OT_mark_parts,
    KINESCRIBE_OT_edit_parts,
)
_keys: list[tuple[bpy.types.KeyMap, bpy.types.KeyMapItem]] = []


def register() -> None:
    """Register the operators and their mouse buttons in the Dope Sheet, which the Timeline shares."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    config = bpy.context.window_manager.keyconfigs.addon
    if config is not None:
        keymap = config.keymaps.new("Dopesheet", space_type="DOPESHEET_EDITOR")
        items = keymap.keymap_items
        for item in (
            items.new("kinescribe.type_strip", "LEFTMOUSE", "DOUBLE_CLICK"),
            items.new("kinescribe.drag_strip", "LEFTMOUSE", "PRESS"),
            items.new("kinescribe.drag_strip", "LEFTMOUSE", "PRESS", shift=True),
            items.new("kinescribe.strip_menu", "RIGHTMOUSE", "PRESS"),
        ):
            _keys.append((keymap, item))
        for key, action, shift in LANE_KEYS:
            item = items.new("kinescribe.strip_key", key, "PRESS", shift=shift)  # type: ignore[arg-type]
            item.properties.action = action  # type: ignore[union-attr]
            _keys.append((keymap, item))


def unregister() -> None:
    """Remove the keys and the operators."""
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
    _keys.clear()
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
