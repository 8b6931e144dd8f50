# SPDX-License-Identifier: GPL-3.0-or-later
"""Import the motion of another armature of the scene, as it is evaluated."""

import math
from collections.abc import Iterator

import bpy
from bpy.props import BoolProperty, IntProperty, StringProperty

from ..session import session
from .apply import check_character
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    get_action,
    require_character,
)
from .generated import keep_read_motion

_MAX_SECONDS = 600.0
"""Longest motion that is read: each frame has to be evaluated."""


def _list_armatures(context: bpy.types.Context) -> list[bpy.types.Object]:
    """Return the armatures of the scene but the active character; selected ones come first."""
    target = active_character(context)
    found = [obj for obj in context.scene.objects if obj.type == "ARMATURE" and obj != target]
    return sorted(found, key=lambda obj: (not obj.select_get(), obj.name))


def _search_armatures(_operator: bpy.types.Operator, context: bpy.types.Context, _text: str) -> Iterator[str]:
    yield from (obj.name for obj in _list_armatures(context))


class KINESCRIBE_OT_import_armature(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Bake what another armature of the scene does onto the selected character, as a take"""

    bl_idname = "kinescribe.import_armature"
    bl_label = "Import from Armature"
    bl_options = set()

    source: StringProperty(
        name="Armature",
        description="Armature whose motion is read; empty: the other one that is selected, or the only other one",
        search=_search_armatures,
        search_options={"SORT"},
        options={"SKIP_SAVE"},
    )
    start: IntProperty(
        name="Start",
        description="First frame that is read; with both 0 all frames with keys or strips, else those of the scene",
        options={"SKIP_SAVE"},
    )
    end: IntProperty(
        name="End",
        description="Last frame that is read; with both 0 all frames with keys or strips, else those of the scene",
        options={"SKIP_SAVE"},
    )
    apply: BoolProperty(name="Apply", description="Bake the motion onto the character at once", default=True)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character and another armature."""
        if not super().poll(context):
            return False
        if not _list_armatures(context):
            cls.poll_message_set("The scene has no other armature")
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Ask for the armature and the frames."""
        if bpy.app.background:
            return self.execute(context)
        self.source = self.source or _list_armatures(context)[0].name
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the armature and the frames."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "source", icon="ARMATURE_DATA")
        column = layout.column(align=True)
        column.prop(self, "start")
        column.prop(self, "end")

    def run(self, context: bpy.types.Context) -> Result:
        """Read the motion, put it into the cache, and apply it."""
        from ..scene.readback import read_range

        target = require_character(context)
        if self.apply:
            check_character(target)
        source = self._find_source(context, target)
        first, last = self._find_frames(context.scene, source)
        motion = read_range(context.scene, source, first, last)
        motion = motion.with_provenance(source=f"{source.name}, frames {first} to {last}")
        keep_read_motion(context, target, motion, self.apply)
        self.report({"INFO"}, session.generation.message)
        return {"FINISHED"}

    def _find_source(self, context: bpy.types.Context, target: bpy.types.Object) -> bpy.types.Object:
        """Return the armature that is read. Raises ``RequestError``."""
        from ..motion import RequestError

        armatures = _list_armatures(context)
        if not self.source:
            selected = [obj for obj in armatures if obj.select_get()]
            candidates = selected or armatures
            if len(candidates) == 1:
                return candidates[0]
            raise RequestError("Choose the armature whose motion is read: select it beside the character")
        for obj in armatures:
            if obj.name == self.source:
                return obj
        if self.source == target.name:
            raise RequestError("{name} can't be its own source: choose another armature", name=target.name)
        raise RequestError("The scene has no armature {name}", name=self.source)

    def _find_frames(self, scene: bpy.types.Scene, source: bpy.types.Object) -> tuple[int, int]:
        """Return the frames that are read. Raises ``RequestError`` if there are none or too many."""
        from ..motion import RequestError
        from ..scene.frame_rate import read_frame_rate

        first, last = (
            (self.start, self.end) if self.start or self.end else _find_animated_range(scene, source)
        )
        if last <= first:
            raise RequestError(
                "The end ({end}) is not after the start ({start}): choose other frames", start=first, end=last
            )
        if (last - first) / read_frame_rate(scene) > _MAX_SECONDS:
            raise RequestError(
                "Frames {first} to {last} are more than {limit:g} seconds: choose fewer",
                first=first,
                last=last,
                limit=_MAX_SECONDS,
            )
        return first, last


def _find_animated_range(scene: bpy.types.Scene, source: bpy.types.Object) -> tuple[int, int]:
    """Return the first and the last frame with keys or strips of an armature, else those of the scene."""
    from ..scene.action import get_fcurves

    action, data = get_action(source), source.animation_data
    curves = get_fcurves(action, source) if action is not None else []
    ranges = [tuple(curve.range()) for curve in curves if len(curve.keyframe_points)]
    for track in data.nla_tracks if data is not None and data.use_nla else ():
        if not track.mute:
            ranges += [(strip.frame_start, strip.frame_end) for strip in track.strips if not strip.mute]
    if not ranges:
        return int(scene.frame_start), int(scene.frame_end)
    return math.floor(min(a for a, _ in ranges)), math.ceil(max(b for _, b in ranges))


def _draw_menu_entry(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(KINESCRIBE_OT_import_armature.bl_idname, text="Kinescribe Motion from Armature")


def register() -> None:
    """Register the operator and its entry in File > Import."""
    bpy.utils.register_class(KINESCRIBE_OT_import_armature)
    bpy.types.TOPBAR_MT_file_import.append(_draw_menu_entry)


def unregister() -> None:
    """Remove the entry and the operator."""
    bpy.types.TOPBAR_MT_file_import.remove(_draw_menu_entry)
    bpy.utils.unregister_class(KINESCRIBE_OT_import_armature)
