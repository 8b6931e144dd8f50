# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators on the parts of a sequence: add, remove, move, split a text into parts, read and write them as a file."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import bpy
from bpy.props import EnumProperty, IntProperty, StringProperty

from ..properties.limits import MAX_SEED
from ..properties.listeners import Listeners
from ..properties.parts import make_own_parts, set_part_frames
from ..scene.character import bone_map_properties, find_armature
from ..scene.frame_rate import read_frame_rate
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    absolute_path,
    active_character,
    report_info,
    require_character,
)
from .part_list import MAX_PARTS
from .prompt_text import read_prompt_text

NEW_PROMPT = "a person stands still"
NEW_SECONDS = 3.0


def _edited_parts(context: bpy.types.Context) -> Any:
    """Return the properties of the active character, with parts of its own."""
    from ..scene.bone_map import require_editable_map

    stored = require_editable_map(require_character(context))
    make_own_parts(stored)
    return stored


class KINESCRIBE_OT_add_part(ReportsErrors, bpy.types.Operator):
    """Add what the character does next"""

    bl_idname = "kinescribe.add_part"
    bl_label = "Add Part"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Add the part after the one that is selected in the list; without a character, to the scene's."""
        if active_character(context) is None:
            directing = context.scene.kinescribe.directing
            directing.segments.add()
            last = len(directing.segments) - 1
            index = min(directing.active_segment + 1, last)
            directing.segments.move(last, index)
            directing.active_segment = index
            return {"FINISHED"}
        stored = _edited_parts(context)
        index = min(stored.active_part, len(stored.parts) - 1)
        frames = max(1, round(NEW_SECONDS * read_frame_rate(context.scene)))
        before = stored.parts[index]
        start, seed = before.end + 1, min(before.seed + 1, MAX_SEED)
        for part in stored.parts:
            if part.start >= start:
                part.start += frames
                part.end += frames
        part = stored.parts.add()
        part.prompt, part.start, part.end, part.seed = NEW_PROMPT, start, start + frames - 1, seed
        stored.parts.move(len(stored.parts) - 1, index + 1)
        stored.active_part = index + 1
        return {"FINISHED"}


class KINESCRIBE_OT_change_part(ReportsErrors, bpy.types.Operator):
    """Remove the part that is selected in the list, or move it"""

    bl_idname = "kinescribe.change_part"
    bl_label = "Change Part"
    bl_options = {"REGISTER", "UNDO"}

    by: IntProperty(
        name="Rows",
        description="How many rows to move it down; 0 removes it",
        default=0,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require an entry in the list that may be removed."""
        target = active_character(context)
        if target is None:
            return bool(context.scene.kinescribe.directing.segments)
        return len(bone_map_properties(target).parts) > 1

    def run(self, context: bpy.types.Context) -> Result:
        """Remove or move the part; the others close up or make room, and keep their lengths."""
        if active_character(context) is None:
            self._change_segment(context)
            return {"FINISHED"}
        stored = _edited_parts(context)
        parts = stored.parts
        index = min(stored.active_part, len(parts) - 1)
        first = min(part.start for part in parts)
        gaps = [max(0, b.start - a.end - 1) for a, b in pairwise(parts)]
        if self.by:
            target = min(max(index + self.by, 0), len(parts) - 1)
            parts.move(index, target)
            stored.active_part = target
        else:
            parts.remove(index)
            stored.active_part = max(0, index - 1)
            gaps = gaps[: len(parts) - 1]
        start = first
        for number, part in enumerate(parts):
            part.start, part.end = start, start + part.end - part.start
            start = part.end + 1 + (gaps[number] if number < len(gaps) else 0)
        return {"FINISHED"}

    def _change_segment(self, context: bpy.types.Context) -> None:
        directing: Any = context.scene.kinescribe.directing
        last = len(directing.segments) - 1
        index = min(max(directing.active_segment, 0), last)
        if self.by:
            target = min(max(index + self.by, 0), last)
            directing.segments.move(index, target)
            directing.active_segment = target
        else:
            directing.segments.remove(index)
            directing.active_segment = max(0, index - 1)


class KINESCRIBE_OT_split_prompt(NeedsCharacter, ReportsErrors, bpy.types.Operator):
    """Make a part of each action that a text tells, in their order; each can be changed and timed afterwards"""

    bl_idname = "kinescribe.split_prompt"
    bl_label = "Split into Parts"
    bl_options = {"REGISTER", "UNDO"}

    text: StringProperty(
        name="Text", description="The text; empty: the character's prompt", options={"SKIP_SAVE"}
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Replace the character's parts by those of the text; the length of the sequence is shared by its parts."""
        from ..motion import RequestError
        from ..scene.bone_map import require_editable_map

        stored = require_editable_map(require_character(context))
        text = self.text.strip() or read_prompt_text(stored) or str(stored.prompt).strip()
        found = split_text(text)
        if not found:
            raise RequestError("The text is empty: describe what the character should do")
        if len(found) > MAX_PARTS:
            raise RequestError("There are more than {count} parts: remove some", count=MAX_PARTS)
        fps = read_frame_rate(context.scene)
        make_own_parts(stored)
        start, seed = stored.parts[0].start, stored.parts[0].seed
        whole = float(stored.seconds) if len(stored.parts) == 1 and not self.text.strip() else 0.0
        shared = max(whole / len(found), NEW_SECONDS)
        stored.parts.clear()
        for number, (prompt, seconds) in enumerate(found):
            frames = max(1, round((seconds or shared) * fps))
            part = stored.parts.add()
            part.prompt, part.start, part.end = prompt, start, start + frames - 1
            part.seed = min(seed + number, MAX_SEED)
            start += frames
        stored.active_part = 0
        stored.own_parts = True
        report_info(self, "{count} parts", count=len(found))
        return {"FINISHED"}


def split_text(text: str) -> list[tuple[str, float]]:
    """Return the prompt and the seconds (0: not known) of each action that a text tells."""
    from ..inference.breakdown import break_down

    return [(part.text, part.seconds) for part in break_down(text)]


class KINESCRIBE_OT_import_parts(NeedsCharacter, ReportsErrors, bpy.types.Operator):
    """Read the parts of the sequence from a table (prompt, start, end in seconds) or from subtitles"""

    bl_idname = "kinescribe.import_parts"
    bl_label = "Import Parts"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    filter_glob: StringProperty(default="*.csv;*.srt", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Open the file browser."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> Result:
        """Replace the character's parts by those of the file; second 0 is the first frame of the scene."""
        from ..motion.formats.part_files import read_parts
        from ..scene.bone_map import require_editable_map

        path = absolute_path(self.filepath)
        rows = read_parts(path)
        scene = context.scene
        fps = read_frame_rate(scene)
        stored = require_editable_map(require_character(context))
        seed = int(stored.seed)
        stored.parts.clear()
        for number, row in enumerate(rows):
            part = stored.parts.add()
            part.prompt = row.prompt
            part.start = scene.frame_start + round(row.start * fps)
            part.end = max(part.start, scene.frame_start + round(row.end * fps) - 1)
            part.seed = min(seed + number, MAX_SEED)
        stored.active_part = 0
        stored.own_parts = True
        report_info(self, "{count} parts from {file}", count=len(rows), file=path.name)
        return {"FINISHED"}


class KINESCRIBE_OT_export_parts(NeedsCharacter, ReportsErrors, bpy.types.Operator):
    """Write the parts of the sequence to a table (prompt, start, end in seconds) or to subtitles"""

    bl_idname = "kinescribe.export_parts"
    bl_label = "Export Parts"
    bl_options = set()

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    filter_glob: StringProperty(default="*.csv;*.srt", options={"HIDDEN"})
    check_existing: bpy.props.BoolProperty(default=True, options={"HIDDEN"})
    format: EnumProperty(
        name="Format",
        description="File type that is chosen when the file browser opens",
        items=(
            (".csv", "Table (.csv)", "Prompt, start and end in seconds, for spreadsheets"),
            (".srt", "Subtitles (.srt)", "For video editors"),
        ),
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Open the file browser."""
        name = bpy.path.clean_name(require_character(context).name) + self.format
        self.filepath = str(Path(bpy.data.filepath).with_name(name)) if bpy.data.filepath else name
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> Result:
        """Write the parts in the order of their frames."""
        from ..motion.formats.part_files import TimedPrompt, write_parts

        scene = context.scene
        fps = read_frame_rate(scene)
        parts = sorted(bone_map_properties(require_character(context)).parts, key=lambda part: part.start)
        first = min([scene.frame_start, *(part.start for part in parts)])
        rows = [
            TimedPrompt(part.prompt, (part.start - first) / fps, (part.end + 1 - first) / fps)
            for part in parts
        ]
        path = absolute_path(self.filepath)
        write_parts(rows, path)
        report_info(self, "Wrote {file}", file=path.name)
        return {"FINISHED"}


def _own_part(part: Any) -> None:
    """Let the parts of a list in which one was changed belong to the character."""
    owner = part.id_data
    groups = [owner.kinescribe]
    if isinstance(owner, bpy.types.Scene):
        groups = [entry.map for entry in owner.kinescribe.override_maps]
    for stored in groups:
        if not stored.own_parts and any(other == part for other in stored.parts):
            stored.own_parts = True


def _follow_scene(context: bpy.types.Context, name: str) -> None:
    """Give the selected characters with parts of their own the scene's new prompt, duration or seed."""
    value = getattr(context.scene.kinescribe, name)
    selected = getattr(context, "selected_objects", None) or []
    for obj in {
        find_armature(obj) for obj in (getattr(context, "object", None), *selected) if obj is not None
    }:
        if obj is None or obj.type != "ARMATURE":
            continue
        stored = bone_map_properties(obj)
        if not (stored.own_parts and stored.parts):
            continue
        if name == "seconds":
            set_part_frames(stored, 0, round(value * read_frame_rate(context.scene)))
        else:
            setattr(stored.parts[0], name, value)


_classes = (
    KINESCRIBE_OT_add_part,
    KINESCRIBE_OT_change_part,
    KINESCRIBE_OT_split_prompt,
    KINESCRIBE_OT_import_parts,
    KINESCRIBE_OT_export_parts,
)


def register() -> None:
    """Register the operators, and follow changes of parts and of the scene's prompt."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    Listeners.part_changed.append(_own_part)
    Listeners.scene_changed.append(_follow_scene)


def unregister() -> None:
    """Remove them."""
    Listeners.scene_changed.remove(_follow_scene)
    Listeners.part_changed.remove(_own_part)
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
