# SPDX-License-Identifier: GPL-3.0-or-later
"""Show variations or takes as ghosts in the 3D View, and keep one of them."""

from typing import TYPE_CHECKING

import bpy
from bpy.app.handlers import persistent
from bpy.props import EnumProperty, IntProperty

from ..session import session
from . import live
from .apply import apply_options
from .base import NeedsCharacter, ReportsErrors, Result, bone_map_properties, object_by_uid, require_character
from .ghost_layout import find_ghost, is_at_guide
from .notify import redraw_panels, redraw_views

if TYPE_CHECKING:
    from ..motion import Motion

NUMBER_KEYS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")
MAX_GHOSTS = len(NUMBER_KEYS)


class KINESCRIBE_OT_show_ghosts(NeedsCharacter, ReportsErrors, bpy.types.Operator):
    """Show motions as light figures beside the character, playing with the time line; nothing is baked"""

    bl_idname = "kinescribe.show_ghosts"
    bl_label = "Show Ghosts"
    bl_options = {"INTERNAL"}

    source: EnumProperty(
        name="Source",
        items=(
            ("VARIATIONS", "Variations", "The variations that were made last"),
            ("TAKES", "Takes", "The takes with a star, or all if none has one"),
        ),
        options={"SKIP_SAVE"},
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Compute the ghosts. Raises ``RequestError`` if there is nothing to show."""
        if self.source == "VARIATIONS":
            show_variations(context)
        else:
            _show_takes(context)
        return {"FINISHED"}


class KINESCRIBE_OT_hide_ghosts(bpy.types.Operator):
    """Hide the ghosts; nothing else changes"""

    bl_idname = "kinescribe.hide_ghosts"
    bl_label = "Hide Ghosts"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require ghosts, so that Esc keeps its usual meaning at all other times."""
        return bool(session.ghosts)

    def execute(self, _context: bpy.types.Context) -> Result:
        """Hide them; Live shows the coming motion again when something changes."""
        live.dismiss_preview()
        hide_ghosts()
        return {"FINISHED"}


class KINESCRIBE_OT_keep_ghost(ReportsErrors, bpy.types.Operator):
    """Keep the motion of this ghost: a variation becomes a take, a take is the one that plays"""

    bl_idname = "kinescribe.keep_ghost"
    bl_label = "Keep Ghost"
    bl_options = {"INTERNAL"}

    index: IntProperty(name="Ghost", description="Which ghost, the first is 0", min=0)

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require ghosts, so that the number keys keep their usual meaning at all other times."""
        return bool(session.ghosts)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Keep it; Live, which may be on all day, leaves the number keys their usual meaning."""
        if session.ghost_source == "LIVE" and event.type in NUMBER_KEYS:
            return {"PASS_THROUGH"}
        return self.execute(context)

    def run(self, context: bpy.types.Context) -> Result:
        """Keep the one with this number, and hide all."""
        from ..motion import RequestError

        if self.index >= len(session.ghosts):
            raise RequestError("There is no ghost {number}", number=self.index + 1)
        if session.ghost_source == "LIVE":
            live.keep_preview(context)
            return {"FINISHED"}
        chosen = session.ghosts[self.index].motion_id
        variations = session.generation.variations
        if session.ghost_source == "VARIATIONS" and chosen in variations:
            bpy.ops.kinescribe.keep_variation(index=variations.index(chosen))
        else:
            index = _take_of_motion(require_character(context), chosen)
            bpy.ops.kinescribe.use_take("EXEC_DEFAULT", True, index=index)
        hide_ghosts()
        return {"FINISHED"}


class KINESCRIBE_OT_hover_ghost(bpy.types.Operator):
    """Highlight the ghost under the mouse"""

    bl_idname = "kinescribe.hover_ghost"
    bl_label = "Highlight Ghost"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require ghosts."""
        return bool(session.ghosts)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Find it, and pass the event on."""
        found = find_ghost(context, event.mouse_region_x, event.mouse_region_y)
        if found != session.hovered_ghost:
            session.hovered_ghost = found
            redraw_views()
        return {"PASS_THROUGH"}


class KINESCRIBE_OT_click_ghost(bpy.types.Operator):
    """Keep the ghost under the mouse"""

    bl_idname = "kinescribe.click_ghost"
    bl_label = "Keep Ghost Under the Mouse"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require ghosts, and a mode in which one can be kept."""
        return bool(session.ghosts) and context.mode in {"OBJECT", "POSE"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Keep it; pass the event on where there is no ghost, or where a guide is in front of it."""
        x, y = event.mouse_region_x, event.mouse_region_y
        found = find_ghost(context, x, y)
        if found is None or is_at_guide(context, x, y):
            return {"PASS_THROUGH"}
        kept: Result = bpy.ops.kinescribe.keep_ghost(index=found)
        return kept


def show_variations(context: bpy.types.Context) -> None:
    """Show the variations that were made last as ghosts.

    Raises ``RequestError`` if there are none, and the errors of :func:`..scene.ghosts.make_ghost`.
    """
    from ..motion import RequestError
    from ..scene.takes import load_motion

    state = session.generation
    target = object_by_uid(state.generated_for)
    if not state.variations or target is None:
        raise RequestError("There are no variations: make some first")
    motions = [
        (str(number), motion_id, load_motion(motion_id))
        for number, motion_id in enumerate(state.variations[:MAX_GHOSTS], 1)
    ]
    start = int(apply_options(context, target, state.variations[0])["start_frame"])
    _show(context, target, motions, "VARIATIONS", [start] * len(motions))


def _show_takes(context: bpy.types.Context) -> None:
    from ..motion import RequestError
    from ..scene.apply_options import read_recorded_options
    from ..scene.record import read_record
    from ..scene.takes import load_motion

    target = require_character(context)
    takes = [take for take in bone_map_properties(target).takes if take.action is not None]
    chosen = [take for take in takes if take.starred] or takes
    if not chosen:
        raise RequestError("{name} has no takes yet: generate a motion", name=target.name)
    motions, starts = [], []
    for number, take in enumerate(chosen[:MAX_GHOSTS], 1):
        record = read_record(take.action)
        motion_id = str(record.get("motion_id", ""))
        motions.append((f"{number} {take.action.name}", motion_id, load_motion(motion_id)))
        starts.append(read_recorded_options(record).start_frame)
    _show(context, target, motions, "TAKES", starts)


def _show(
    context: bpy.types.Context,
    target: bpy.types.Object,
    motions: "list[tuple[str, str, Motion]]",
    source: str,
    starts: list[int],
) -> None:
    """Compute ghosts and let the views draw them.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    target : bpy.types.Object
        The character.
    motions : list of (label, motion id, Motion)
        What is shown.
    source : str
        "VARIATIONS" or "TAKES".
    starts : list of int
        Frame of the scene at which each begins.
    """
    from dataclasses import replace

    from ..scene.apply_options import ApplyOptions
    from ..scene.ghosts import make_ghost, read_stage

    stage = read_stage(context, target, ApplyOptions(**apply_options(context, target)))
    session.ghosts = tuple(
        make_ghost(stage._replace(options=replace(stage.options, start_frame=start)), *motion)
        for motion, start in zip(motions, starts, strict=True)
    )
    session.ghost_source, session.hovered_ghost = source, None
    redraw_views()
    redraw_panels()


def _take_of_motion(target: bpy.types.Object, motion_id: str) -> int:
    """Return the index of the take with a motion. Raises ``RequestError`` if it was deleted."""
    from ..motion import RequestError
    from ..scene.record import read_record

    for index, take in enumerate(bone_map_properties(target).takes):
        if take.action is not None and read_record(take.action).get("motion_id") == motion_id:
            return index
    raise RequestError("The take of this ghost was deleted")


def hide_ghosts() -> None:
    """Show no ghosts any more."""
    session.ghosts, session.hovered_ghost = (), None
    redraw_views()
    redraw_panels()


@persistent
def _on_file_loaded(*_args: object) -> None:
    session.ghosts, session.hovered_ghost = (), None


_classes = (
    KINESCRIBE_OT_show_ghosts,
    KINESCRIBE_OT_hide_ghosts,
    KINESCRIBE_OT_keep_ghost,
    KINESCRIBE_OT_hover_ghost,
    KINESCRIBE_OT_click_ghost,
)
_keys: list[tuple[bpy.types.KeyMap, bpy.types.KeyMapItem]] = []


def register() -> None:
    """Register the operators, the number keys and Esc over the 3D View while there are ghosts."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    bpy.app.handlers.load_post.append(_on_file_loaded)
    config = bpy.context.window_manager.keyconfigs.addon
    if config is None:
        return
    # the keymaps of the modes come before that of the view, and have the number keys too
    for name, space in (("3D View", "VIEW_3D"), ("Object Mode", "EMPTY"), ("Pose", "EMPTY")):
        keymap = config.keymaps.new(name, space_type=space)  # type: ignore[arg-type]
        items = keymap.keymap_items
        _keys.append((keymap, items.new("kinescribe.hide_ghosts", "ESC", "PRESS")))
        _keys.append((keymap, items.new("kinescribe.click_ghost", "LEFTMOUSE", "PRESS")))
        if space == "VIEW_3D":
            _keys.append((keymap, items.new("kinescribe.hover_ghost", "MOUSEMOVE", "ANY")))
        for index, key in enumerate(NUMBER_KEYS):
            item = items.new("kinescribe.keep_ghost", key, "PRESS")  # type: ignore[arg-type]
            item.properties.index = index  # type: ignore[union-attr]
            _keys.append((keymap, item))


def unregister() -> None:
    """Remove all of it, and the ghosts."""
    session.ghosts, session.hovered_ghost = (), None
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
    _keys.clear()
    bpy.app.handlers.load_post.remove(_on_file_loaded)
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
