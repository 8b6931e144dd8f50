# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit a long prompt: in a wide dialog, or on several lines in Blender's Text Editor, whose Text is then the prompt."""

from collections.abc import Iterator
from typing import Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import EnumProperty, StringProperty

from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    require_character,
)

_INTERVAL = 0.3  # seconds between two looks at the Texts
_DIALOG_WIDTH, _DIALOG_LETTERS = 640, 84


def read_prompt_text(stored: Any) -> str | None:
    """Return the prompt in the Text of a character, on one line; None if it has no Text."""
    text = stored.prompt_text
    return None if text is None else " ".join(text.as_string().split())


def follow_prompt_text(stored: Any) -> None:
    """Set a character's prompt to what its Text says, if that has changed since; an empty Text changes nothing.

    Of a sequence of several parts the Text is the story: Split into Parts reads it.
    """
    content = read_prompt_text(stored)
    if content and content != stored.prompt and len(stored.parts) <= 1:
        stored.prompt = content


def follow_all_prompt_texts() -> None:
    """Set the prompts of all characters that have Texts."""
    for stored in _list_stored():
        follow_prompt_text(stored)


def _list_stored() -> Iterator[Any]:
    for obj in bpy.data.objects:
        if obj.type == "ARMATURE" and obj.is_editable and obj.kinescribe.prompt_text is not None:
            yield bone_map_properties(obj)
    for scene in bpy.data.scenes:
        for entry in scene.kinescribe.override_maps:
            if entry.map.prompt_text is not None:
                yield entry.map


class KINESCRIBE_OT_edit_prompt(ReportsErrors, bpy.types.Operator):
    """Type a long prompt in a wide window that shows all of it"""

    bl_idname = "kinescribe.edit_prompt"
    bl_label = "Edit Prompt"
    bl_options = {"REGISTER", "UNDO"}

    which: EnumProperty(
        name="Which",
        description="Whose text is edited",
        items=(
            ("PROMPT", "Prompt", "The prompt of the character, or of the scene"),
            ("NEXT", "New Frames", "What new frames of a take show"),
            ("PART", "Part", "The prompt of the part that is selected in the list"),
        ),
        options={"SKIP_SAVE"},
    )
    text: StringProperty(
        name="Prompt", description="What the character should do", options={"SKIP_SAVE", "TEXTEDIT_UPDATE"}
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Open the dialog with the present text."""
        owner, name = self._find_field(context)
        self.text = str(getattr(owner, name))
        return context.window_manager.invoke_props_dialog(self, width=_DIALOG_WIDTH)

    def draw(self, _context: bpy.types.Context) -> None:
        import textwrap

        layout = self.layout
        layout.activate_init = True
        layout.prop(self, "text", text="")
        column = layout.column(align=True)
        column.scale_y = 0.85
        for line in textwrap.wrap(self.text, _DIALOG_LETTERS):
            column.label(text=line, translate=False)
        if self.which == "PROMPT":
            layout.operator("kinescribe.edit_prompt_text", icon="TEXT")

    def run(self, context: bpy.types.Context) -> Result:
        """Set the text."""
        owner, name = self._find_field(context)
        setattr(owner, name, " ".join(self.text.split()))
        return {"FINISHED"}

    def _find_field(self, context: bpy.types.Context) -> tuple[Any, str]:
        """Return the properties that hold the text, and its name in them."""
        target = active_character(context)
        if target is None:
            return context.scene.kinescribe, "prompt"
        stored = bone_map_properties(target)
        if self.which == "NEXT":
            return stored, "next_prompt"
        if self.which == "PART" and 0 <= stored.active_part < len(stored.parts):
            return stored.parts[stored.active_part], "prompt"
        return stored, "prompt"


class KINESCRIBE_OT_edit_prompt_text(NeedsCharacter, ReportsErrors, bpy.types.Operator):
    """Write the prompt on several lines in Blender's Text Editor; the prompt follows the Text from then on"""

    bl_idname = "kinescribe.edit_prompt_text"
    bl_label = "Edit in Text Editor"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Give the character a Text with its prompt, a sentence on each line, and show it in a Text Editor."""
        from ..scene.bone_map import require_editable_map

        target = require_character(context)
        stored = require_editable_map(target)
        if stored.prompt_text is None:
            text = bpy.data.texts.new(f"{target.name} Prompt")
            text.write(split_sentences(str(stored.prompt)))
            text.use_fake_user = False
            stored.prompt_text = text
        if not bpy.app.background:
            _show_text(context, stored.prompt_text)
        return {"FINISHED"}


class KINESCRIBE_OT_unlink_prompt_text(NeedsCharacter, ReportsErrors, bpy.types.Operator):
    """Type the prompt in its field again; it stays as it is, and the Text stays in the file"""

    bl_idname = "kinescribe.unlink_prompt_text"
    bl_label = "Unlink Text"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Take the Text's last content, and let the character have no Text."""
        from ..scene.bone_map import require_editable_map

        stored = require_editable_map(require_character(context))
        follow_prompt_text(stored)
        text, stored.prompt_text = stored.prompt_text, None
        if text is not None and text.is_editable:
            text.use_fake_user = True  # what was written is not lost when the file is saved
        return {"FINISHED"}


def split_sentences(prompt: str) -> str:
    """Return a prompt with each sentence on a line of its own."""
    words, lines = prompt.split(), [""]
    for word in words:
        lines[-1] = f"{lines[-1]} {word}".strip()
        if word[-1] in ".!?;":
            lines.append("")
    return "\n".join(line for line in lines if line) + "\n"


def _show_text(context: bpy.types.Context, text: bpy.types.Text) -> None:
    """Show a Text in a Text Editor that is open, else in a window of its own."""
    areas = [area for window in context.window_manager.windows for area in window.screen.areas]
    area = next((area for area in areas if area.type == "TEXT_EDITOR"), None)
    if area is None:
        known = set(context.window_manager.windows)
        bpy.ops.screen.area_dupli("INVOKE_DEFAULT")
        opened = [window for window in context.window_manager.windows if window not in known]
        if not opened:
            return
        area = opened[0].screen.areas[0]
        area.type = "TEXT_EDITOR"
    space: Any = area.spaces.active
    space.text = text
    space.show_word_wrap, space.show_line_numbers, space.show_syntax_highlight = True, False, False
    area.tag_redraw()


def _look_at_texts() -> float:
    follow_all_prompt_texts()
    return _INTERVAL


@persistent
def _before_saving(*_args: object) -> None:
    follow_all_prompt_texts()


_classes = (
    KINESCRIBE_OT_edit_prompt,
    KINESCRIBE_OT_edit_prompt_text,
    KINESCRIBE_OT_unlink_prompt_text,
)


def register() -> None:
    """Register the operators, and follow the Texts: Blender tells nobody when one is edited."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    if not bpy.app.background:
        bpy.app.timers.register(_look_at_texts, first_interval=_INTERVAL, persistent=True)
    bpy.app.handlers.save_pre.append(_before_saving)


def unregister() -> None:
    """Remove them."""
    bpy.app.handlers.save_pre.remove(_before_saving)
    if bpy.app.timers.is_registered(_look_at_texts):
        bpy.app.timers.unregister(_look_at_texts)
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
