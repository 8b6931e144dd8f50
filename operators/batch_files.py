# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a file for each sample of a table of jobs: the animated character as FBX, its Action as .blend, or the motion.

Runs in background mode, in one go; interrupted, the same call goes on where it was, see ``inference.batch.runner``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..scene.frame_rate import read_frame_rate
from .apply import apply_options, check_character
from .endpoints import get_scene_backend

if TYPE_CHECKING:
    from ..inference.batch.job_table import BatchJob
    from ..inference.batch.runner import BatchItem, BatchSummary
    from ..motion import Motion

MOTION_SUFFIXES = (".npz", ".bvh", ".glb")

SUFFIXES = (*MOTION_SUFFIXES, ".fbx", ".blend")

CHARACTER_SUFFIXES = (".blend", ".fbx")

FindCharacter = Callable[["bpy.types.Context", str, int], bpy.types.Object]


def write_batch(
    context: bpy.types.Context, table: Path, folder: Path, suffix: str, find_character: FindCharacter
) -> BatchSummary:
    """Compute what is not in ``folder`` yet. Raises ``KinescribeError`` before anything is computed.

    Parameters
    ----------
    context : bpy.types.Context
        The scene's frame rate and model are used.
    table : Path
        The table of jobs; characters may be files beside it, .blend or .fbx.
    folder : Path
        Folder of the outputs and of results.jsonl.
    suffix : str
        Of outputs that state none.
    find_character : callable
        Returns the armature of the scene with a name, for the job with a number.
    """
    from ..inference.batch.job_table import read_job_table
    from ..inference.batch.runner import BatchOptions, run_batch

    jobs = read_job_table(table)
    characters = _load_characters(context, table.parent, jobs, find_character)
    for target in set(characters.values()):
        check_character(target)

    def write(motion: Motion, item: BatchItem) -> None:
        _write_sample(context, characters[item.job.character], motion, item.output)

    options = BatchOptions(
        folder, suffix=suffix, suffixes=SUFFIXES, fps=read_frame_rate(context.scene),
        model=f"blender {context.scene.kinescribe.model}",
    )  # fmt: skip
    return run_batch(jobs, get_scene_backend(context), options, write=write)


def _load_characters(
    context: bpy.types.Context, folder: Path, jobs: Sequence[BatchJob], find_character: FindCharacter
) -> dict[str, bpy.types.Object]:
    """Return the armatures by what jobs call them: objects of the scene, or files, each of which is read once."""
    characters: dict[str, bpy.types.Object] = {}
    for job in jobs:
        if job.character not in characters:
            is_file = Path(job.character).suffix.lower() in CHARACTER_SUFFIXES
            characters[job.character] = (
                _load_character(context, folder / job.character, job.number)
                if is_file
                else find_character(context, job.character, job.number)
            )
    return characters


def _load_character(context: bpy.types.Context, path: Path, number: int) -> bpy.types.Object:
    """Add the objects of a file to the scene; return its armature, of several the one with the most bones.

    Raises ``RigError``.
    """
    from ..motion import RigError

    if not path.is_file():
        raise RigError("Job {number}: there is no file {file}", number=number, file=path.name)
    before = set(bpy.data.objects)
    try:
        if path.suffix.lower() == ".fbx":
            bpy.ops.import_scene.fbx(filepath=str(path))
        else:
            libraries: Any = bpy.data.libraries
            with libraries.load(str(path), link=False) as (stored, wanted):
                wanted.objects = list(stored.objects)
    except (OSError, RuntimeError, AttributeError) as error:
        raise RigError(
            "Job {number}: {file} can't be read ({reason})",
            number=number,
            file=path.name,
            reason=str(error)[:200],
        ) from error
    added = [obj for obj in bpy.data.objects if obj not in before]
    for obj in added:
        if not obj.users_collection:
            context.scene.collection.objects.link(obj)
    armatures = [obj for obj in added if obj.type == "ARMATURE"]
    if not armatures:
        raise RigError("Job {number}: {file} has no armature", number=number, file=path.name)
    context.view_layer.update()
    return max(armatures, key=lambda obj: len(obj.data.bones))


def _write_sample(context: bpy.types.Context, target: bpy.types.Object, motion: Motion, path: Path) -> None:
    """Write one sample. Raises ``KinescribeError``."""
    from ..motion import RequestError
    from ..motion.formats import write_motion
    from ..scene import store
    from ..scene.action import get_action
    from ..scene.apply import apply_motion
    from ..scene.apply_options import ApplyOptions
    from .fbx import export_fbx

    suffix = path.suffix.lower()
    if suffix in MOTION_SUFFIXES:
        write_motion(motion, path)
        return
    apply_motion(context, target, store.save_motion(motion), ApplyOptions(**apply_options(context, target)))
    action = get_action(target)
    assert action is not None
    if suffix == ".fbx":
        export_fbx(context, target, path)
        return
    part = path.with_name(f".{path.stem[:40]}-kinescribe.part.blend")
    try:
        bpy.data.libraries.write(str(part), {action}, fake_user=True)
        part.replace(path)
    except (OSError, RuntimeError) as error:
        raise RequestError(
            "{file} can't be written: {reason}", file=path.name, reason=str(error)[:200]
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
