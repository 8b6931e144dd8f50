# SPDX-License-Identifier: GPL-3.0-or-later
"""Make takes from a table of jobs: one for each sample, on the character that the job names."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy
from bpy.props import EnumProperty, StringProperty

from ..scene.frame_rate import read_frame_rate
from . import generation
from .apply import apply_options, check_character
from .base import (
    ReportsErrors,
    Result,
    absolute_path,
    active_character,
    object_by_uid,
    report_info,
    translate,
)
from .endpoints import get_scene_backend
from .generate import BUSY, generate_together
from .generation import Generation

if TYPE_CHECKING:
    from ..inference.backend import Backend, IsCancelled, Progress
    from ..motion import Motion, MotionRequest

SUFFIXES = (".csv", ".jsonl")

_BATCH_SIZE = 8


class _Entry(NamedTuple):
    """One sample of a job: its character's ``session_uid``, and what the model is asked."""

    character: int
    request: "MotionRequest"


class KINESCRIBE_OT_run_batch(ReportsErrors, bpy.types.Operator):
    """Make takes from a table of prompts, .csv or .jsonl, for the characters that it names"""

    bl_idname = "kinescribe.run_batch"
    bl_label = "Run Batch"
    # neither REGISTER nor UNDO: it ends with kinescribe.finish_generation, which is the undo step
    bl_options = set()

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})
    filter_glob: StringProperty(default=";".join(f"*{suffix}" for suffix in SUFFIXES), options={"HIDDEN"})

    directory: StringProperty(
        name="Folder",
        description="Folder in which a file is written for each motion, in background mode; empty: only takes are made",
        subtype="DIR_PATH",
        options={"HIDDEN", "SKIP_SAVE"},
    )
    format: EnumProperty(
        name="Format",
        description="Type of the files whose name states none",
        items=(
            (".fbx", "FBX (.fbx)", "The character with its meshes and its keys as they are now"),
            (".blend", "Action (.blend)", "The Action alone, to append or link"),
            (".npz", "SMPL-X (.npz)", "SMPL-X parameters as in AMASS"),
            (".bvh", "BVH (.bvh)", "Joints and their rotations, as motion capture uses"),
            (".glb", "glTF (.glb)", "A skeleton with its animation, for engines and viewers"),
        ),
        options={"HIDDEN", "SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require that no generation runs."""
        if generation.is_running():
            cls.poll_message_set(BUSY)
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Open the file browser, unless a file is named."""
        if self.filepath:
            return self.execute(context)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> Result:
        """Start the batch; in background mode wait for it. With a folder, write files."""
        from ..motion import RequestError
        from .batch_files import write_batch

        if self.directory:
            if not bpy.app.background:
                raise RequestError("A batch writes files in background mode: start blender --background")
            folder = absolute_path(self.directory)
            summary = write_batch(context, absolute_path(self.filepath), folder, self.format, _find_character)
            if summary.failed:
                raise RequestError(
                    "{failed} of {count} motions failed: {folder} has the reasons in results.jsonl",
                    failed=summary.failed,
                    count=summary.done + summary.failed + summary.before,
                    folder=folder,
                )
            report_info(
                self, "Wrote {count} files, {before} were there", count=summary.done, before=summary.before
            )
            return {"FINISHED"}
        batch = prepare_batch(context, absolute_path(self.filepath))
        if bpy.app.background:
            generation.run_blocking(batch)
        else:
            generation.start(batch)
        return {"FINISHED"}


def prepare_batch(context: bpy.types.Context, path: Path) -> Generation:
    """Read the table and check all of it against the scene and the model.

    Raises ``RequestError``, ``RigError``, ``MappingError`` or ``BackendError`` before anything has changed.
    """
    from ..inference.batch.job_table import read_job_table
    from ..motion import check_request

    backend = get_scene_backend(context)
    fps = read_frame_rate(context.scene)
    entries: list[_Entry] = []
    checked: set[int] = set()
    options: dict[int, Mapping[str, Any]] = {}
    jobs = read_job_table(path)
    for job in jobs:
        target = _find_character(context, job.character, job.number)
        uid = target.session_uid
        if uid not in checked:
            check_character(target)
            checked.add(uid)
            options[uid] = apply_options(context, target)
        for sample in range(job.samples):
            # the scene's frame rate: keys stand on its frames
            request = job.build_request(sample, fps)
            check_request(request, backend.capabilities())
            entries.append(_Entry(uid, request))
    return Generation(
        backend=backend,
        work=partial(_generate_entries, backend, entries),
        character=entries[0].character,
        apply=True,
        apply_options=options[entries[0].character],
        prompt=(jobs[0].prompt, entries[0].request.seconds, jobs[0].seed),
        finish=partial(_apply_entries, entries=entries, options=options),
    )


def _find_character(context: bpy.types.Context, name: str, number: int) -> bpy.types.Object:
    """Return the armature with that name, or the selected character for "". Raises ``RigError``."""
    from ..motion import RigError

    if not name:
        selected = active_character(context)
        if selected is None:
            raise RigError("Job {number} names no character, and none is selected", number=number)
        return selected
    obj = context.scene.objects.get(name)
    if obj is None or obj.type != "ARMATURE":
        raise RigError("Job {number}: the scene has no armature named {name}", number=number, name=name)
    return obj


def _generate_entries(
    backend: "Backend", entries: Sequence[_Entry], progress: "Progress", cancelled: "IsCancelled"
) -> "list[Motion]":
    """Return a motion for each entry, eight at a time.

    Parameters
    ----------
    backend : Backend
        The model.
    entries : sequence of _Entry
        What is asked.
    progress, cancelled : as for :meth:`.Backend.generate`
    """
    motions: list[Motion] = []
    for first in range(0, len(entries), _BATCH_SIZE):
        group = entries[first : first + _BATCH_SIZE]

        def show_share(done: int, total: int, first: int = first, size: int = len(group)) -> None:
            # in hundredths of a motion, as the groups may differ in size
            progress(round(100 * (first + size * done / total)), 100 * len(entries))

        motions += generate_together(backend, [entry.request for entry in group], show_share, cancelled)
    return motions


def _apply_entries(
    context: bpy.types.Context,
    motions: "list[Motion]",
    entries: Sequence[_Entry],
    options: Mapping[int, Mapping[str, Any]],
) -> str:
    """Bake each motion as a take of its character, which plays its last one; return the message.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    motions : list of Motion
        One for each entry.
    entries : sequence of _Entry
        The table's samples; those whose character was removed are left out.
    options : mapping
        Properties of ``kinescribe.apply`` by character.
    """
    from ..scene import store
    from ..scene.apply import apply_motion
    from ..scene.apply_options import ApplyOptions

    count, names = 0, set()
    for motion, entry in zip(motions, entries, strict=True):
        target = object_by_uid(entry.character)
        if target is None:
            continue
        apply_motion(context, target, store.save_motion(motion), ApplyOptions(**options[entry.character]))
        names.add(target.name)
        count += 1
    return translate("Made {count} takes for {characters} characters", count=count, characters=len(names))


def _import_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(KINESCRIBE_OT_run_batch.bl_idname, text="Kinescribe Batch (.csv, .jsonl)")


def register() -> None:
    """Register the operator and File > Import."""
    bpy.utils.register_class(KINESCRIBE_OT_run_batch)
    bpy.types.TOPBAR_MT_file_import.append(_import_menu)


def unregister() -> None:
    """Remove both."""
    bpy.types.TOPBAR_MT_file_import.remove(_import_menu)
    bpy.utils.unregister_class(KINESCRIBE_OT_run_batch)
