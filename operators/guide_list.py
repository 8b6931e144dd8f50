# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of a character's guides (path, waypoints, pins, poses): select, go to, delete, and what is drawn of them."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import bpy
from bpy.app.handlers import persistent
from bpy.props import IntProperty

from ..properties.guides import POSE_GUIDES
from ..properties.listeners import Listeners
from ..session import session
from .apply import new_start_frame
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    require_character,
)
from .notify import redraw_views
from .part_list import has_own_parts
from .request_builder import merge_directing, read_frame_rate, total_seconds

TOOL = "kinescribe.guides"
"""Name of the tool in the toolbar."""

TOOL_MODES = ("OBJECT", "POSE")
"""Modes of the 3D View that have it."""

HANDLES = ("left_palm", "right_palm", "left_sole", "right_sole")
"""What can be dragged to an object."""

_handles: tuple[Any, tuple[Any, ...]] = (None, ())
"""What the points of hands and feet were measured for, and ``scene.pins.Handle`` for each of them."""

_UPDATE_SECONDS = 0.05  # between a change and the list that follows it, so that a drag costs little


class GuideRow(NamedTuple):
    """A guide of a character."""

    kind: str
    """"PATH", "WAYPOINT", "PIN" or "POSE"."""

    entry: int
    """Of the list of waypoints or pins, or of ``POSE_GUIDES``."""

    shared: bool
    """Whether it is in the scene's settings, as in files of 0.1.0."""

    owner: Any
    """The settings that hold it, ``KINESCRIBE_PG_directing``."""

    @property
    def item(self) -> Any:
        """The waypoint or pin; for a path and a pose the settings themselves."""
        lists = {"WAYPOINT": self.owner.waypoints, "PIN": self.owner.pins}
        return lists[self.kind][self.entry] if self.kind in lists else self.owner

    @property
    def object(self) -> bpy.types.Object | None:
        """The object in the scene; None: there is none, or it was deleted."""
        if self.kind == "POSE":
            return None
        found: bpy.types.Object | None = self.owner.path if self.kind == "PATH" else self.item.object
        return found

    @property
    def use_name(self) -> str:
        """Name of the property of ``item`` that says whether it guides."""
        if self.kind == "POSE":
            return f"use_{POSE_GUIDES[self.entry]}"
        return "use_path" if self.kind == "PATH" else "use"


def list_guides(context: bpy.types.Context) -> list[GuideRow]:
    """Return the guides of the active character, and those of the scene; without a character the latter alone."""
    character = active_character(context)
    rows: list[GuideRow] = []
    owners = [] if character is None else [(bone_map_properties(character).directing, False)]
    owners.append((context.scene.kinescribe.directing, True))
    for owner, shared in owners:
        if owner.path is not None:
            rows.append(GuideRow("PATH", 0, shared, owner))
        rows += [GuideRow("WAYPOINT", k, shared, owner) for k in range(len(owner.waypoints))]
        rows += [GuideRow("PIN", k, shared, owner) for k in range(len(owner.pins))]
        rows += [
            GuideRow("POSE", k, shared, owner) for k, name in enumerate(POSE_GUIDES) if getattr(owner, name)
        ]
    return rows


def are_rows_shown(context: bpy.types.Context, rows: Sequence[GuideRow]) -> bool:
    """Return whether the list of the window shows these rows."""
    shown = context.window_manager.kinescribe.guides
    return len(shown) == len(rows) and all(
        (entry.kind, entry.index, entry.shared) == row[:3] for entry, row in zip(shown, rows, strict=True)
    )


def find_span(context: bpy.types.Context, row: GuideRow) -> tuple[int, int] | None:
    """Return the first and the last frame at which a guide counts; None: where the object's keys or bones say."""
    character = active_character(context)
    if row.kind == "PIN" and row.item.when in {"FRAME", "RANGE"}:
        return row.item.frame, row.item.frame_end if row.item.when == "RANGE" else row.item.frame
    if row.kind == "WAYPOINT":
        return (row.item.frame, row.item.frame) if row.item.use_frame else None
    if character is None or (row.kind == "PIN" and row.item.when == "KEYS"):
        return None
    start = _first_frame(context, character)
    if row.kind == "POSE" and POSE_GUIDES[row.entry] == "start_pose":
        return start, start
    return start, start + max(
        1, round(total_seconds(context, character) * read_frame_rate(context.scene))
    ) - 1


def _first_frame(context: bpy.types.Context, character: bpy.types.Object) -> int:
    """Return the frame at which the motion of a character begins, as far as its parts say."""
    if has_own_parts(character):
        return min(int(part.start) for part in bone_map_properties(character).parts)
    return new_start_frame(context, character)


def show_rows() -> None:
    """Let the list of the window show the guides of the active character, and the views what belongs to them."""
    context = bpy.context
    window, rows = context.window_manager.kinescribe, list_guides(context)
    if not are_rows_shown(context, rows):
        grown = len(rows) > len(window.guides)
        known = {(entry.kind, entry.index, entry.shared) for entry in window.guides}
        window.guides.clear()
        for row in rows:
            entry = window.guides.add()
            entry.kind, entry.index, entry.shared = row[:3]
        new = [number for number, row in enumerate(rows) if row[:3] not in known]
        if grown and new:
            window.active_guide = new[-1]
        window.active_guide = max(0, min(window.active_guide, len(rows) - 1))
    show_marks()


def show_marks() -> None:
    """Compute again what the views draw of the guides of the active character."""
    context = bpy.context
    character = active_character(context)
    marks: tuple[Any, ...] = ()
    if character is not None and not bpy.app.background and context.scene.kinescribe.show_guides:
        directing = merge_directing(context.scene, character)
        handles = _find_handles(context, character)
        if directing.path is not None or directing.waypoints or directing.pins:
            from ..scene.guide_marks import make_marks

            fps = read_frame_rate(context.scene)
            frames = max(2, round(total_seconds(context, character) * fps))
            made = make_marks(context, character, directing, (_first_frame(context, character), frames), fps)
            marks = () if made is None else (made._replace(handles=handles),)
        if handles and not marks:
            from ..scene.guide_marks import GuideMarks

            marks = (GuideMarks((), (), (), (), handles),)
    if marks != session.guide_marks:
        session.guide_marks = marks
        redraw_views()


def _find_handles(
    context: bpy.types.Context, character: bpy.types.Object
) -> tuple[tuple[float, float, float], ...]:
    """Return the points of hands and feet while the tool Guides is chosen; they are measured once for a character."""
    global _handles
    from ..motion import KinescribeError
    from ..scene.pins import measure_handles

    mode, workspace = context.mode, context.workspace
    if workspace is None or mode not in TOOL_MODES:
        return ()
    tool = workspace.tools.from_space_view3d_mode(mode, create=False)
    if tool is None or tool.idname != TOOL or character.pose is None:
        return ()
    rows = bone_map_properties(character).bone_map
    key = (character.session_uid, len(character.pose.bones), tuple((row.joint, row.bone) for row in rows))
    if _handles[0] != key:
        try:
            _handles = (key, measure_handles(context.scene, character, HANDLES))
        except KinescribeError:
            _handles = (key, ())  # why is said when something is dragged
    places = [handle.find_place(character) for handle in _handles[1]]
    return tuple((place[0], place[1], place[2]) for place in places if place is not None)


def schedule_rows() -> None:
    """Show the rows a moment later, once for many changes."""
    if not bpy.app.timers.is_registered(_update):
        bpy.app.timers.register(_update, first_interval=_UPDATE_SECONDS)


def _update() -> None:
    with suppress(AttributeError, ReferenceError):  # the extension, or the file, is going away
        show_rows()


def require_row(context: bpy.types.Context, index: int) -> GuideRow:
    """Return a row by its number in the list, or for -1 the active one. Raises ``RequestError``."""
    from ..motion import RequestError

    rows = list_guides(context)
    number = context.window_manager.kinescribe.active_guide if index < 0 else index
    if not rows:
        raise RequestError("The character has no guides: add a path, a waypoint or a pin first")
    if number >= len(rows):
        raise RequestError(
            "There is no guide {number}: choose one from 0 to {last}", number=number, last=len(rows) - 1
        )
    return rows[number]


class _NeedsGuide(NeedsCharacter, ReportsErrors):
    """An operator on a row of the list."""

    index: IntProperty(
        name="Guide",
        description="Which guide of the list; -1: the active one",
        default=-1,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character with a guide, in a mode whose undo steps hold objects."""
        if not super().poll(context):
            return False
        if context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode first")
            return False
        if not list_guides(context):
            cls.poll_message_set("The character has no guides: add a path, a waypoint or a pin first")
            return False
        return True


class KINESCRIBE_OT_select_guide(_NeedsGuide, bpy.types.Operator):
    """Select the object of this guide and nothing else, so that it can be moved and edited"""

    bl_idname = "kinescribe.select_guide"
    bl_label = "Select Guide"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Select it; a pose has no object, and its character is selected. Raises ``RequestError``."""
        _select(context, require_row(context, self.index))
        return {"FINISHED"}


class KINESCRIBE_OT_go_to_guide(_NeedsGuide, bpy.types.Operator):
    """Go to the first frame of this guide, and show it in the view"""

    bl_idname = "kinescribe.go_to_guide"
    bl_label = "Go to Guide"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Change the frame, select the object, and move the view if there is one. Raises ``RequestError``."""
        row = require_row(context, self.index)
        span = find_span(context, row)
        obj = row.object
        if span is None and row.kind == "PIN" and obj is not None:
            from ..scene.pins import find_key_frames
            from .base import get_action

            frames = find_key_frames(obj, get_action(obj))
            span = (frames[0], frames[-1]) if frames else None
        if span is not None:
            context.scene.frame_set(span[0])
        _select(context, row)
        if context.area is not None and context.area.type == "VIEW_3D":
            region = next((r for r in context.area.regions if r.type == "WINDOW"), None)
            if region is not None:
                with context.temp_override(region=region):
                    bpy.ops.view3d.view_selected()
        return {"FINISHED"}


class KINESCRIBE_OT_remove_guide(_NeedsGuide, bpy.types.Operator):
    """Remove this guide, and the object that Kinescribe added for it; an object of yours stays"""

    bl_idname = "kinescribe.remove_guide"
    bl_label = "Delete Guide"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Remove it. Raises ``RequestError``."""
        from ..scene.guide_objects import remove_guide

        row, character = require_row(context, self.index), require_character(context)
        obj = row.object
        if row.kind == "PATH":
            row.owner.path = None
        elif row.kind == "POSE":
            setattr(row.owner, POSE_GUIDES[row.entry], False)
        else:
            (row.owner.pins if row.kind == "PIN" else row.owner.waypoints).remove(row.entry)
        if obj is not None and not is_guide_of_others(context, obj):
            if obj == context.view_layer.objects.active:
                # the sidebar goes on showing the character
                context.view_layer.objects.active = character
            remove_guide(obj)
        show_rows()
        return {"FINISHED"}


def is_guide_of_others(context: bpy.types.Context, obj: bpy.types.Object) -> bool:
    """Return whether something still guides by an object."""
    groups = [scene.kinescribe.directing for scene in bpy.data.scenes]
    groups += [bone_map_properties(o).directing for o in bpy.data.objects if o.type == "ARMATURE"]
    return any(
        directing.path == obj or any(row.object == obj for row in (*directing.pins, *directing.waypoints))
        for directing in groups
    )


def _select(context: bpy.types.Context, row: GuideRow) -> None:
    """Select the object of a guide, in Object Mode. Raises ``RequestError`` if it can't be."""
    from ..motion import RequestError

    obj = row.object or (require_character(context) if row.kind == "POSE" else None)
    if obj is None:
        raise RequestError("The object of this guide was deleted: delete the guide too")
    if obj.name not in context.view_layer.objects or not obj.visible_get():
        raise RequestError("{name} is hidden: show it first", name=obj.name)
    if context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    for other in context.selected_objects:
        other.select_set(False)
    obj.select_set(True)
    context.view_layer.objects.active = obj


@persistent
def _on_change(*_args: object) -> None:
    # a render evaluates the scene in a thread of its own
    if not bpy.app.background and not bpy.app.is_job_running("RENDER"):
        schedule_rows()


_classes = (KINESCRIBE_OT_select_guide, KINESCRIBE_OT_go_to_guide, KINESCRIBE_OT_remove_guide)


def _handler_lists() -> tuple[list[Any], ...]:
    handlers = bpy.app.handlers
    return handlers.depsgraph_update_post, handlers.undo_post, handlers.redo_post, handlers.load_post


def register() -> None:
    """Register the operators, and let the list follow the scene."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    Listeners.guides_changed.append(_on_change)
    for handlers in _handler_lists():
        handlers.append(_on_change)


def unregister() -> None:
    """Remove them."""
    for handlers in _handler_lists():
        handlers.remove(_on_change)
    Listeners.guides_changed.remove(_on_change)
    if bpy.app.timers.is_registered(_update):
        bpy.app.timers.unregister(_update)
    session.guide_marks = ()
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
