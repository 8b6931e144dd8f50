# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys for every verb: entries in the key map, and Assign Shortcut in the right-click menu of their buttons.

Blender offers Assign Shortcut only for operators of its own name spaces; for others it shows what has a key already.
"""

from typing import Any

import bpy
from bpy.props import StringProperty

from .base import ReportsErrors, Result

VERBS = (
    ("generate", "continue_take", "redo_range", "variations", "split_prompt", "cancel"),
    ("step_take", "show_ghosts", "hide_ghosts", "toggle_live"),
    ("apply", "reduce_keys", "push_down", "stash", "unbake", "fit_scene_range"),
    ("add_path", "add_waypoint", "add_pin", "select_guide", "go_to_guide", "remove_guide", "clear_guides"),
    (
        "map_bones",
        "import_motion",
        "import_armature",
        "copy_reading_report",
        "export_motion",
        "import_parts",
        "export_parts",
    ),
)
"""Operators of the character's menu in groups, without their prefix."""

_KEYMAP = "3D View Generic"
_PREFIX = "kinescribe."
_FIXED = {"cancel": "ESC"}
"""Keys that are set at first; all others have none."""

_keys: list[tuple[bpy.types.KeyMap, bpy.types.KeyMapItem]] = []


def find_shortcut(context: bpy.types.Context, name: str) -> bpy.types.KeyMapItem | None:
    """Return the user's entry of the key map for a verb; None where there is no key map."""
    config = context.window_manager.keyconfigs.user
    keymap = config.keymaps.find(_KEYMAP, space_type="VIEW_3D") if config is not None else None
    if keymap is None:
        return None
    return next((item for item in keymap.keymap_items if item.idname == _PREFIX + name), None)


class KINESCRIBE_OT_assign_shortcut(ReportsErrors, bpy.types.Operator):
    """Choose a key over the 3D View for this button"""

    bl_idname = "kinescribe.assign_shortcut"
    bl_label = "Assign Shortcut"
    bl_options = {"INTERNAL"}

    name: StringProperty(name="Name", options={"HIDDEN", "SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Show the field that takes a key."""
        if find_shortcut(context, self.name) is None:
            return {"CANCELLED"}
        return context.window_manager.invoke_popup(self, width=220)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the key of the verb."""
        item = find_shortcut(context, self.name)
        if item is not None:
            self.layout.label(text=item.name, icon="HAND")
            self.layout.prop(item, "type", text="", full_event=True)

    def run(self, _context: bpy.types.Context) -> Result:
        """Do nothing: the field has set the key."""
        return {"FINISHED"}


def find_button_verb(context: Any) -> str:
    """Return the verb of the button under a right click, "" for any other button."""
    operator = getattr(context, "button_operator", None)
    if operator is None:
        return ""
    group, _, name = operator.bl_rna.identifier.partition("_OT_")
    known = {verb for verbs in VERBS for verb in verbs}
    return name if group == "KINESCRIBE" and name in known else ""


def _draw_assign(menu: bpy.types.Menu, context: bpy.types.Context) -> None:
    """Draw the entry for a button of ours; once it has a key, Blender offers to change it."""
    name = find_button_verb(context)
    item = find_shortcut(context, name) if name else None
    if item is not None and item.type == "NONE":
        menu.layout.operator_context = "INVOKE_DEFAULT"
        menu.layout.operator(KINESCRIBE_OT_assign_shortcut.bl_idname, icon="HAND").name = name


def register() -> None:
    """Register the operator, the entries of the key map, and that of the right-click menu."""
    bpy.utils.register_class(KINESCRIBE_OT_assign_shortcut)
    bpy.types.UI_MT_button_context_menu.append(_draw_assign)
    config = bpy.context.window_manager.keyconfigs.addon
    if config is not None:
        # over the 3D View, whose sidebar shares the key map
        keymap = config.keymaps.new(_KEYMAP, space_type="VIEW_3D")
        for name in (verb for verbs in VERBS for verb in verbs):
            key: Any = _FIXED.get(name, "NONE")
            _keys.append((keymap, keymap.keymap_items.new(_PREFIX + name, key, "PRESS")))


def unregister() -> None:
    """Remove them."""
    config = bpy.context.window_manager.keyconfigs.addon
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
        if config is not None and not keymap.keymap_items:
            config.keymaps.remove(keymap)
    _keys.clear()
    bpy.types.UI_MT_button_context_menu.remove(_draw_assign)
    bpy.utils.unregister_class(KINESCRIBE_OT_assign_shortcut)
