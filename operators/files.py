# SPDX-License-Identifier: GPL-3.0-or-later
"""Import motions from files and export them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..session import session
from . import generation
from .apply import apply_options, check_character, motion_id_for
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    absolute_path,
    get_action,
    report_info,
    report_warning,
    require_character,
    translate,
)

# the suffixes that motion.formats reads and writes: not imported, it brings NumPy
READ_SUFFIXES = (".npz", ".npy", ".pt", ".pkl", ".bvh", ".glb", ".gltf")
WRITTEN_SUFFIXES = (".npz", ".bvh", ".glb", ".fbx")

MAX_MENU_ENTRIES = 40
"""Motions of a file that the menu lists."""


class KINESCRIBE_OT_import_motion(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Bake a motion file onto the character that is selected: AMASS, SMPL, MDM, Kimodo, GVHMR, WHAM, BVH or glTF"""

    bl_idname = "kinescribe.import_motion"
    bl_label = "Import Motion"
    bl_options = set()

    # SKIP_SAVE: a file that is dropped into the view sets it, the menu must ask for it again
    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    filter_glob: StringProperty(
        default=";".join(f"*{suffix}" for suffix in READ_SUFFIXES), options={"HIDDEN"}
    )
    apply: BoolProperty(name="Apply", description="Bake the motion onto the character at once", default=True)
    number: IntProperty(
        name="Number",
        description="Which motion to import from a file that holds several; 0: ask, or in a script the first",
        min=0,
        options={"SKIP_SAVE"},
    )

    _is_interactive = False

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Open the file browser, unless a file was dropped into the window."""
        self._is_interactive = True
        if self.filepath:
            return self.execute(context)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> Result:
        """Read the motion, put it into the cache, and apply it."""
        from ..motion.formats import list_motions, read_motion
        from ..scene import store

        target = require_character(context)
        if self.apply:
            check_character(target)
        path = absolute_path(self.filepath)
        if self.number == 0 and self._is_interactive and not bpy.app.background:
            titles = [motion.title for motion in list_motions(path)]
            if len(titles) > 1:
                self._show_menu(context, titles)
                return {"CANCELLED"}
        # the anchor is a position in the scene that it was made for
        motion = read_motion(path, max(1, self.number)).with_provenance(anchor=None)
        state = session.generation
        state.motion_id = store.save_motion(motion)
        state.pending_character = target.session_uid
        state.low_confidence, state.slow_reason = False, ""
        state.set_message(
            translate("Read {count} frames at {fps:g} per second", count=len(motion), fps=motion.fps)
        )
        if motion.provenance.source:
            self.report({"INFO"}, motion.provenance.source)
        if self.apply:
            generation.apply_generated(state.motion_id, target, apply_options(context.scene))
        self.report({"INFO"}, state.message)
        return {"FINISHED"}

    def _show_menu(self, context: bpy.types.Context, titles: Sequence[str]) -> None:
        """Show a menu of the motions in the file; each entry imports one."""
        filepath, apply = self.filepath, self.apply

        def draw(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
            for number, title in enumerate(titles[:MAX_MENU_ENTRIES], 1):
                entry = menu.layout.operator(
                    KINESCRIBE_OT_import_motion.bl_idname,
                    text=f"{number}. {title}" if title else str(number),
                    translate=False,
                )
                entry.filepath, entry.apply, entry.number = filepath, apply, number

        context.window_manager.popup_menu(
            draw, title=f"{Path(filepath).name}: 1 - {len(titles)}", icon="ARMATURE_DATA"
        )


class KINESCRIBE_OT_export_motion(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Write the motion of the character's action, as it was generated, to a file; or the character itself, as FBX"""

    bl_idname = "kinescribe.export_motion"
    bl_label = "Export Motion"
    bl_options = set()

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    filter_glob: StringProperty(
        default=";".join(f"*{suffix}" for suffix in WRITTEN_SUFFIXES), options={"HIDDEN"}
    )
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    format: EnumProperty(
        name="Format",
        description="File type that is chosen when the file browser opens",
        items=(
            (".npz", "SMPL-X (.npz)", "SMPL-X parameters as in AMASS"),
            (".bvh", "BVH (.bvh)", "Joints and their rotations, as motion capture uses"),
            (".glb", "glTF (.glb)", "A skeleton with its animation, for engines and viewers"),
            (".fbx", "FBX (.fbx)", "The character with its meshes and its keys as they are now"),
        ),
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Open the file browser."""
        if not self.filepath:
            target = require_character(context)
            action = get_action(target)
            name = bpy.path.clean_name(action.name if action else target.name) + self.format
            # beside the .blend, where there is one
            self.filepath = str(Path(bpy.data.filepath).with_name(name)) if bpy.data.filepath else name
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def check(self, _context: bpy.types.Context) -> bool:
        """Change the suffix of the file name to the format that is chosen in the file browser."""
        path = Path(self.filepath)
        if path.suffix == self.format or not path.name:
            return False
        stem = path.stem if path.suffix.lower() in WRITTEN_SUFFIXES else path.name
        self.filepath = str(path.with_name(stem + self.format))
        return True

    def run(self, context: bpy.types.Context) -> Result:
        """Write the character's motion from the cache or, for .fbx, the character itself."""
        from ..motion import RequestError
        from ..motion.formats import write_motion
        from ..scene import store
        from ..scene.record import was_edited

        target = require_character(context)
        path = absolute_path(self.filepath)
        if path.suffix.lower() == ".fbx":
            from .fbx import export_fbx

            export_fbx(context, target, path)
            report_info(self, "Wrote {file}", file=path.name)
            return {"FINISHED"}
        motion_id = motion_id_for(target)
        if not motion_id:
            raise RequestError(
                "{name} has no motion of Kinescribe's: generate or import one first", name=target.name
            )
        write_motion(store.load_motion(motion_id), path)
        if was_edited(get_action(target)):
            report_warning(self, "The keys were edited since: the file holds the motion as it was generated")
        report_info(self, "Wrote {file}", file=path.name)
        return {"FINISHED"}


class KINESCRIBE_FH_motion(bpy.types.FileHandler):
    """Motion files may be dropped into the 3D View."""

    bl_idname = "KINESCRIBE_FH_motion"
    bl_label = "Motion for the Selected Character"
    bl_import_operator = KINESCRIBE_OT_import_motion.bl_idname
    bl_file_extensions = ";".join(READ_SUFFIXES)

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        """Require a 3D View and a character."""
        return context.area is not None and context.area.type == "VIEW_3D" and NeedsCharacter.poll(context)


def _import_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(
        KINESCRIBE_OT_import_motion.bl_idname, text="Kinescribe Motion (.npz, .npy, .pt, .pkl, .bvh, .glb)"
    )


def _export_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(
        KINESCRIBE_OT_export_motion.bl_idname, text="Kinescribe Motion (.npz, .bvh, .glb, .fbx)"
    )


_classes = (KINESCRIBE_OT_import_motion, KINESCRIBE_OT_export_motion, KINESCRIBE_FH_motion)


def register() -> None:
    """Register the operators, File > Import and Export, and drag and drop."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    bpy.types.TOPBAR_MT_file_import.append(_import_menu)
    bpy.types.TOPBAR_MT_file_export.append(_export_menu)


def unregister() -> None:
    """Remove the menu entries and the operators."""
    bpy.types.TOPBAR_MT_file_export.remove(_export_menu)
    bpy.types.TOPBAR_MT_file_import.remove(_import_menu)
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
