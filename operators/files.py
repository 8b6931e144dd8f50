# SPDX-License-Identifier: GPL-3.0-or-later
"""Import motions from files and export them."""

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    StringProperty,
)

from ..preferences import get_preferences
from ..session import session
from .apply import check_character, motion_id_for
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    absolute_path,
    error_message,
    get_action,
    report_info,
    report_warning,
    require_character,
)
from .generated import keep_read_motion

if TYPE_CHECKING:
    from ..motion import FormatError, Motion
    from ..motion.formats import MotionEntry, ReadOptions

# the suffixes that motion.formats reads and writes: not imported, it brings NumPy
READ_SUFFIXES = (".npz", ".npy", ".pt", ".pkl", ".bvh", ".glb", ".gltf", ".vrma", ".amc", ".vmd", ".fbx")
WRITTEN_SUFFIXES = (".npz", ".bvh", ".glb", ".fbx")

MAX_MENU_ENTRIES = 40
"""Motions of a file that the menu lists."""

MAX_TAKES, MAX_FBX_TAKES = 100, 10
"""Motions of a file that are imported together; of FBX fewer, because each needs a Blender of its own."""


_AXIS_ITEMS = (
    ("AUTO", "Automatic", "Judge by how the body stands in the motion"),
    ("X", "X", ""),
    ("Y", "Y", ""),
    ("Z", "Z", ""),
    ("-X", "-X", ""),
    ("-Y", "-Y", ""),
    ("-Z", "-Z", ""),
)
_UNITS = {"AUTO": 0.0, "METRES": 1.0, "CENTIMETRES": 0.01, "MILLIMETRES": 0.001, "INCHES": 0.0254}


class KINESCRIBE_OT_import_motion(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Bake motion files onto the selected character, a take for each: SMPL family, results of estimators, BVH, glTF"""

    bl_idname = "kinescribe.import_motion"
    bl_label = "Import Motion"
    bl_options = set()

    # SKIP_SAVE: a file that is dropped into the view sets it, the menu must ask for it again
    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    directory: StringProperty(name="File", subtype="DIR_PATH", options={"HIDDEN", "SKIP_SAVE"})
    files: CollectionProperty(
        name="File", type=bpy.types.OperatorFileListElement, options={"HIDDEN", "SKIP_SAVE"}
    )
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
    all_motions: BoolProperty(
        name="All Motions",
        description="Import all people, samples or animations of a file that holds several, a take for each",
        default=False,
        options={"SKIP_SAVE"},
    )
    up: EnumProperty(
        name="Up", description="Axis of the file that points up", items=_AXIS_ITEMS, default="AUTO"
    )
    forward: EnumProperty(
        name="Forward",
        description="Axis of the file that becomes the character's forward direction",
        items=(("AUTO", "Automatic", "Keep the directions of the file"), *_AXIS_ITEMS[1:]),
        default="AUTO",
    )
    unit: EnumProperty(
        name="Unit",
        description="Length unit of the file",
        items=(
            ("AUTO", "Automatic", "Judge by the size of the body"),
            ("METRES", "Metres", ""),
            ("CENTIMETRES", "Centimetres", ""),
            ("MILLIMETRES", "Millimetres", ""),
            ("INCHES", "Inches", ""),
        ),
        default="AUTO",
    )
    fps: FloatProperty(
        name="Frame Rate", description="Frames per second of the file; 0: as it says", min=0.0, max=10_000.0
    )
    floor: EnumProperty(
        name="Floor",
        description="What becomes the floor of the character",
        items=(
            (
                "auto",
                "Automatic",
                "The file's zero, unless the body floats above it or is sunk into it all the time",
            ),
            ("file", "As in File", "The file's zero"),
            ("lowest", "Lowest Point", "The lowest point of the motion"),
        ),
        default="auto",
    )
    keep_first_frame: BoolProperty(
        name="Keep T-Pose", description="Keep a T-pose that comes before the motion", default=False
    )
    trim_start: FloatProperty(
        name="Trim Start (s)",
        description="Seconds at the beginning of the file that are left out",
        min=0.0,
        options={"SKIP_SAVE"},
    )
    trim_end: FloatProperty(
        name="Trim End (s)",
        description="Second of the file at which the motion ends; 0: at its last frame",
        min=0.0,
        options={"SKIP_SAVE"},
    )

    _is_interactive = False

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Open the file browser, unless files were dropped into the window."""
        self._is_interactive = True
        if self.filepath or self.files:
            return self.execute(context)
        preferences = get_preferences(context)
        if preferences is not None and preferences.import_folder and Path(preferences.import_folder).is_dir():
            # where the last file was
            self.directory = preferences.import_folder
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> Result:
        """Read the motions, put them into the cache, and apply them in the order of the files."""
        target = require_character(context)
        if self.apply:
            check_character(target)
        paths = self._list_paths()
        preferences = get_preferences(context)
        if preferences is not None:
            preferences.import_folder = str(paths[0].parent)
        entries: dict[Path, Sequence[MotionEntry]] = {}
        is_asking = self._is_interactive and not bpy.app.background
        if len(paths) == 1 and self.number == 0 and not self.all_motions and is_asking:
            entries[paths[0]] = self._list_entries(paths[0])
            titles = [entry.title for entry in entries[paths[0]]]
            if len(titles) > 1:
                self._show_menu(context, titles)
                return {"CANCELLED"}
        for path, motion in self._read_files(paths, entries):
            session.reading_report = self._describe(path, motion)
            if motion.provenance.source:
                self.report({"INFO"}, motion.provenance.source)
            keep_read_motion(context, target, motion, self.apply)
        self.report({"INFO"}, session.generation.message)
        return {"FINISHED"}

    def _list_paths(self) -> list[Path]:
        """Return the files that were chosen, in their order."""
        if self.directory and self.files:
            folder = absolute_path(self.directory)
            paths = [folder / element.name for element in self.files if element.name]
            if paths:
                return paths
        return [absolute_path(self.filepath)]

    def _read_options(self) -> "ReadOptions":
        """Return what the user states about the files. Raises ``FormatError``."""
        from ..motion.formats import ReadOptions

        return ReadOptions(
            up="" if self.up == "AUTO" else self.up,
            forward="" if self.forward == "AUTO" else self.forward,
            unit=_UNITS[self.unit],
            fps=self.fps,
            floor=self.floor,
            keep_first_frame=self.keep_first_frame,
            start=self.trim_start,
            end=self.trim_end,
        )

    def _list_entries(self, path: Path) -> "Sequence[MotionEntry]":
        """Return the motions in a file. Raises ``FormatError``."""
        from ..motion.formats import list_motions
        from .fbx_import import is_fbx, list_fbx_motions

        return list_fbx_motions(path, max(1, self.number)) if is_fbx(path) else list_motions(path)

    def _read_files(
        self, paths: Sequence[Path], entries: "Mapping[Path, Sequence[MotionEntry]]"
    ) -> "list[tuple[Path, Motion]]":
        """Return the motions of the files; of several, those that can't be read are named and left out.

        ``entries``: what files that were looked into hold. Raises ``FormatError`` if none can be read.
        """
        from ..motion import FormatError
        from ..motion.formats import choose_motion

        options = self._read_options()
        motions: list[tuple[Path, Motion]] = []
        failure: FormatError | None = None
        for path in paths:
            numbers: Sequence[int] = ()
            try:
                found = entries.get(path) or self._list_entries(path)
                numbers = self._choose_numbers(path, len(found))
            except FormatError as error:
                failure = self._name_failure(error, len(paths) > 1)
            for number in numbers:
                try:
                    motion = choose_motion(path, found, number, options)
                except FormatError as error:
                    failure = self._name_failure(error, len(paths) > 1 or len(numbers) > 1)
                else:
                    # the anchor is a position in the scene that it was made for
                    motions.append((path, motion.with_provenance(anchor=None)))
        if failure is not None and not motions:
            raise failure
        return motions

    def _choose_numbers(self, path: Path, count: int) -> Sequence[int]:
        """Return which of the motions in a file are imported, counted from 1. Raises ``FormatError``."""
        from ..motion import FormatError

        if self.number or not self.all_motions:
            return (max(1, self.number),)
        limit = self._limit_takes(path)
        if count > limit:
            raise FormatError(
                "{file} holds {count} motions, at most {limit} are imported together: import one by its number",
                file=path.name,
                count=count,
                limit=limit,
            )
        return range(1, count + 1)

    def _limit_takes(self, path: Path) -> int:
        """Return how many motions of a file are imported together at most."""
        from .fbx_import import is_fbx

        return MAX_FBX_TAKES if is_fbx(path) else MAX_TAKES

    def _name_failure(self, error: "FormatError", is_left_out: bool) -> "FormatError":
        """Return the error of a motion; report it, if the motion is left out and others are imported."""
        if is_left_out:
            self.report({"WARNING"}, error_message(error))
        return error

    def _describe(self, path: Path, motion: "Motion") -> str:
        """Return what was read and assumed, as text to copy."""
        from ..motion.formats.reading_report import describe_reading

        return describe_reading(
            motion, path, self._read_options(), {"Blender": bpy.app.version_string, "on": platform.system()}
        )

    def _show_menu(self, context: bpy.types.Context, titles: Sequence[str]) -> None:
        """Show a menu of the motions in the file; each entry imports one."""
        path = self._list_paths()[0]
        options = {name: getattr(self, name) for name in _MENU_OPTIONS}
        # an operator that has ended is not there any more when its menu is drawn
        has_entry_for_all = len(titles) <= self._limit_takes(path)

        def draw(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
            for number, title in enumerate(titles[:MAX_MENU_ENTRIES], 1):
                entry = menu.layout.operator(
                    KINESCRIBE_OT_import_motion.bl_idname,
                    text=f"{number}. {title}" if title else str(number),
                    translate=False,
                )
                entry.filepath, entry.number = str(path), number
                for name, value in options.items():
                    setattr(entry, name, value)
            if has_entry_for_all:
                menu.layout.separator()
                entry = menu.layout.operator(KINESCRIBE_OT_import_motion.bl_idname, text="All Motions")
                entry.filepath, entry.all_motions = str(path), True
                for name, value in options.items():
                    setattr(entry, name, value)

        context.window_manager.popup_menu(draw, title=f"{path.name}: 1 - {len(titles)}", icon="ARMATURE_DATA")


_MENU_OPTIONS = (
    "apply", "up", "forward", "unit", "fps", "floor", "keep_first_frame", "trim_start", "trim_end",
)  # fmt: skip


class KINESCRIBE_OT_copy_reading_report(ReportsErrors, bpy.types.Operator):
    """Copy what was read from the last imported file, and what was assumed, as text for a bug report"""

    bl_idname = "kinescribe.copy_reading_report"
    bl_label = "Copy Import Report"
    bl_options = set()

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require an import in this session."""
        if not session.reading_report:
            cls.poll_message_set("Import a motion file first")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        """Copy the report."""
        context.window_manager.clipboard = session.reading_report
        report_info(self, "Copied the report of the last import")
        return {"FINISHED"}


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
        from ..scene.record import was_edited
        from ..scene.takes import load_motion

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
        write_motion(load_motion(motion_id), path)
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
        KINESCRIBE_OT_import_motion.bl_idname,
        text="Kinescribe Motion (.bvh, .fbx, .glb, .npz, .pkl, .vmd...)",
    )


def _export_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(
        KINESCRIBE_OT_export_motion.bl_idname, text="Kinescribe Motion (.npz, .bvh, .glb, .fbx)"
    )


_classes = (
    KINESCRIBE_OT_import_motion,
    KINESCRIBE_OT_copy_reading_report,
    KINESCRIBE_OT_export_motion,
    KINESCRIBE_FH_motion,
)


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
