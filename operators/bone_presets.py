# SPDX-License-Identifier: GPL-3.0-or-later
"""Save and load bone maps: the user's presets, and files for other computers."""

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import BoolProperty, StringProperty

from ..session import session
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    absolute_path,
    report_info,
    report_warning,
    require_character,
)
from .bones import NeedsBoneMap, writable_character

if TYPE_CHECKING:
    from ..motion.mapping.bone_map import BoneMap

FILE_FILTER = "*.json"


class KINESCRIBE_OT_show_bone_presets(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Bone maps that you have saved"""

    bl_idname = "kinescribe.show_bone_presets"
    bl_label = "Bone Map Presets"
    bl_options = {"INTERNAL"}

    def run(self, _context: bpy.types.Context) -> Result:
        """List the presets, because drawing must not read a folder, and show them."""
        from ..scene.bone_presets import list_presets

        session.bone_presets = tuple(list_presets())
        bpy.ops.wm.call_panel(name="KINESCRIBE_PT_bone_presets", keep_open=False)
        return {"FINISHED"}


class KINESCRIBE_OT_save_bone_preset(ReportsErrors, NeedsBoneMap, bpy.types.Operator):
    """Keep the bone map as a preset, for every character that has such bones"""

    bl_idname = "kinescribe.save_bone_preset"
    bl_label = "Save Bone Map Preset"
    bl_options = {"REGISTER"}

    name: StringProperty(name="Name", description="Name of the preset", options={"SKIP_SAVE"})

    def run(self, context: bpy.types.Context) -> Result:
        from ..scene.bone_presets import list_presets, save_preset

        name = save_preset(self.name, _require_bone_map(require_character(context)))
        session.bone_presets = tuple(list_presets())
        report_info(self, "Saved the bone map as {name}", name=name)
        return {"FINISHED"}


class KINESCRIBE_OT_use_bone_preset(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Give the character this bone map"""

    bl_idname = "kinescribe.use_bone_preset"
    bl_label = "Use Bone Map Preset"
    bl_options = {"REGISTER", "UNDO"}

    name: StringProperty(name="Name", description="Name of the preset", options={"SKIP_SAVE"})

    def run(self, context: bpy.types.Context) -> Result:
        """Read it, and store the rows whose bones the character has."""
        from ..scene.bone_presets import load_preset

        return _apply_bone_map(self, context, load_preset(self.name))


class KINESCRIBE_OT_remove_bone_preset(ReportsErrors, bpy.types.Operator):
    """Delete this preset; characters that use it keep their bone maps"""

    bl_idname = "kinescribe.remove_bone_preset"
    bl_label = "Delete Bone Map Preset"
    bl_options = {"REGISTER"}

    name: StringProperty(name="Name", description="Name of the preset", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Ask for confirmation: undo does not restore a deleted preset."""
        return context.window_manager.invoke_confirm(self, event)

    def run(self, _context: bpy.types.Context) -> Result:
        from ..scene.bone_presets import list_presets, remove_preset

        remove_preset(self.name)
        session.bone_presets = tuple(list_presets())
        return {"FINISHED"}


class KINESCRIBE_OT_export_bone_map(ReportsErrors, NeedsBoneMap, bpy.types.Operator):
    """Write the bone map to a file, for another computer or somebody else"""

    bl_idname = "kinescribe.export_bone_map"
    bl_label = "Export Bone Map"
    bl_options = set()

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    filter_glob: StringProperty(default=FILE_FILTER, options={"HIDDEN"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Open the file browser."""
        if not self.filepath:
            name = bpy.path.clean_name(require_character(context).name) + ".json"
            # beside the .blend, where there is one
            self.filepath = str(Path(bpy.data.filepath).with_name(name)) if bpy.data.filepath else name
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def check(self, _context: bpy.types.Context) -> bool:
        """Add .json to the file name."""
        before = self.filepath
        if Path(before).name:
            self.filepath = bpy.path.ensure_ext(before, ".json")
        return bool(self.filepath != before)

    def run(self, context: bpy.types.Context) -> Result:
        from ..motion.formats.bone_map_file import write_bone_map

        path = absolute_path(self.filepath)
        write_bone_map(_require_bone_map(require_character(context)), path)
        report_info(self, "Wrote {file}", file=path.name)
        return {"FINISHED"}


class KINESCRIBE_OT_import_bone_map(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Give the character a bone map from a file"""

    bl_idname = "kinescribe.import_bone_map"
    bl_label = "Import Bone Map"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    filter_glob: StringProperty(default=FILE_FILTER, options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Open the file browser."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> Result:
        """Read it, and store the rows whose bones the character has."""
        from ..motion.formats.bone_map_file import read_bone_map

        return _apply_bone_map(self, context, read_bone_map(absolute_path(self.filepath)))


def _apply_bone_map(operator: bpy.types.Operator, context: bpy.types.Context, bone_map: "BoneMap") -> Result:
    """Store ``bone_map`` on the character; warn about bones that the character does not have."""
    from ..scene.bone_presets import apply_bone_map

    target = writable_character(context)
    missing = apply_bone_map(target, bone_map)
    if missing:
        report_warning(
            operator, "{name} has no bones called {bones}", name=target.name, bones=", ".join(missing)
        )
    return {"FINISHED"}


def _require_bone_map(target: bpy.types.Object) -> "BoneMap":
    """Return the character's bone map. Raises ``MappingError`` if it is empty."""
    from ..motion import MappingError
    from ..scene.bone_map import read_bone_map_rows

    bone_map = read_bone_map_rows(target)
    if bone_map is None:
        raise MappingError("The bone map is empty: detect the bones, or choose some, first")
    return bone_map


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_show_bone_presets,
        KINESCRIBE_OT_save_bone_preset,
        KINESCRIBE_OT_use_bone_preset,
        KINESCRIBE_OT_remove_bone_preset,
        KINESCRIBE_OT_export_bone_map,
        KINESCRIBE_OT_import_bone_map,
    )
)
