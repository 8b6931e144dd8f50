# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Takes: every motion that was made for the character, one click to see another."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import active_character, bone_map_properties, get_action
from ..operators.take_history import read_history
from ..session import session
from .ghosts import draw_ghost_buttons
from .sub_panel import SubPanel
from .text import draw_message

_SHOWN_STEPS = 6
"""Later changes of a take that are shown, the newest ones."""


class KINESCRIBE_UL_takes(bpy.types.UIList):
    """Takes of a character"""

    def draw_item(self, _context, layout, _data, item, _icon, _active, _name, index):  # type: ignore[no-untyped-def]
        row = layout.row(align=True)
        star = "SOLO_ON" if item.starred else "SOLO_OFF"
        row.operator("kinescribe.star_take", text="", icon=star, emboss=False).index = index
        if item.action is None:
            row.label(text="Its Action was deleted", icon="ERROR")
        else:
            # a double click renames it
            row.prop(item.action, "name", text="", emboss=False)
            numbers = row.row()
            numbers.alignment = "RIGHT"
            numbers.active = False
            numbers.label(text=f"{item.seed}  {item.start}–{item.end}", translate=False)
        row.operator("kinescribe.delete_take", text="", icon="X", emboss=False).index = index


class KINESCRIBE_PT_takes(SubPanel, bpy.types.Panel):
    """Every motion that was made for the character"""

    bl_idname = "KINESCRIBE_PT_takes"
    manual_page = "directing.html#takes"
    bl_label = "Takes"
    bl_options = set()

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        armature = active_character(context)
        return armature is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        armature = active_character(context)
        if armature is None:
            return
        stored = bone_map_properties(armature)
        if stored.takes:
            _draw_takes(layout, context, armature, stored)
        _draw_variations(layout, armature)
        if stored.takes or session.ghosts:
            draw_ghost_buttons(layout)


def _draw_takes(
    layout: bpy.types.UILayout, context: bpy.types.Context, armature: bpy.types.Object, stored: Any
) -> None:
    """Draw the list, and what made the take that plays."""
    layout.template_list("KINESCRIBE_UL_takes", "", stored, "takes", stored, "active_take", rows=3)
    action = get_action(armature)
    take = next((take for take in stored.takes if take.action == action), None) if action else None
    if take is None or action is None:
        return
    _draw_origin(layout, context, take, action)


def _draw_origin(
    layout: bpy.types.UILayout, context: bpy.types.Context, take: Any, action: bpy.types.Action
) -> None:
    """Draw what made a take, in full."""
    column = layout.column(align=True)
    draw_message(column, context, take.prompt, icon="TEXT")
    line = iface("Seed {seed}, frames {first} to {last}").format(
        seed=take.seed, first=take.start, last=take.end
    )
    column.label(text=line, icon="BLANK1", translate=False)
    made = "  ".join(text for text in (take.model, take.made) if text)
    if made:
        column.label(text=made, icon="BLANK1", translate=False)
    record = action.get("kinescribe")
    if not hasattr(record, "get"):
        return
    for newer in read_history(record)[-_SHOWN_STEPS:]:
        text = (
            iface("Bones {first} to {last}: {prompt} (seed {seed})")
            if newer.is_part_of_body
            else iface("Frames {first} to {last}: {prompt} (seed {seed})")
        )
        line = text.format(
            first=take.start + newer.first,
            last=take.start + newer.last,
            prompt=newer.prompt or iface("as before"),
            seed=newer.seed,
        )
        draw_message(column, context, line, icon="BLANK1")
    guides = str(record.get("guides", ""))
    if guides:
        draw_message(column, context, guides, icon="BLANK1")


def _draw_variations(layout: bpy.types.UILayout, armature: bpy.types.Object) -> None:
    """Draw the button that makes variations, and one for each that can be kept."""
    state = session.generation
    layout.operator("kinescribe.variations", icon="DUPLICATE")
    if len(state.variations) > 1 and armature.session_uid == state.generated_for:
        row = layout.row(align=True)
        row.enabled = not state.is_running
        for index, key in enumerate(state.variations):
            depressed = key == state.motion_id and not state.pending_character
            row.operator(
                "kinescribe.keep_variation", text=str(index + 1), depress=depressed, translate=False
            ).index = index


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_UL_takes, KINESCRIBE_PT_takes))
