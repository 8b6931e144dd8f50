# SPDX-License-Identifier: GPL-3.0-or-later
"""Build and make the motion that Live shows: what the button would generate, with a seed that stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from .background_tasks import is_blender_busy
from .base import get_action, translate
from .next_step import NextStep
from .request_builder import list_guides, merge_directing
from .thread_priority import lower_thread_priority

if TYPE_CHECKING:
    from ..inference.backend import IsCancelled, Progress
    from ..motion import Motion
    from ..scene.ghosts import Ghost, GhostStage
    from .generation import Generation

WAITS = "wait"
_NEW_TAKES = {"GENERATE", "ANOTHER", "TOGETHER"}
"""Steps that make a take of its own, and not a changed copy of the one that plays."""


def find_obstacle(context: bpy.types.Context, character: bpy.types.Object, step: NextStep) -> str:
    """Return why no motion can be made for Live, translated; ``WAITS``: until the drag has ended; else ""."""
    if step.kind not in _NEW_TAKES:
        return WAITS if is_blender_busy() else ""
    directing = merge_directing(context.scene, character)
    moving = any(pin.object is not None and _can_move(pin.object) for pin in directing.pins)
    if directing.keep_selected or any(
        pin.object is not None and pin.when != "FRAME" and _can_move(pin.object) for pin in directing.pins
    ):
        # all their frames would be evaluated at each change
        return translate("Live does not follow kept bones and pins that move: generate the motion to see it")
    if (directing.own_keys or moving) and is_blender_busy():
        return WAITS
    return ""


def _can_move(obj: bpy.types.Object | None) -> bool:
    """Whether the object or one of its parents is animated or constrained."""
    while obj is not None:
        if obj.animation_data is not None or len(obj.constraints):
            return True
        obj = obj.parent
    return False


def prepare_next(
    context: bpy.types.Context, character: bpy.types.Object, step: NextStep, playhead: int
) -> Generation:
    """Build and check what the button would generate, with the seed of the settings.

    Raises ``RequestError``, ``RigError``, ``MappingError``, ``FormatError`` or ``BackendError``.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    character : bpy.types.Object
        The character, which is the active one.
    step : NextStep
        What the button does.
    playhead : int
        A frame that counts as the current one.
    """
    from .generate import prepare_single
    from .new_frames import prepare_continuation, prepare_range_redo
    from .take_work import next_seed, prepare_part_redo

    if step.kind == "CONTINUE":
        return prepare_continuation(context, **step.properties, seed=next_seed(character))
    if step.kind in {"RANGE", "BODY"}:
        return prepare_range_redo(context, **step.properties, seed=next_seed(character))
    if step.kind == "PARTS":
        return prepare_part_redo(context, "CHANGED", bool(step.properties["arrive"]))
    return prepare_single(context, character, 1, playhead)


def read_next_stage(
    context: bpy.types.Context, character: bpy.types.Object, made: Generation, step: NextStep
) -> GhostStage:
    """Read what the ghost of a generation is made with. Raises ``RigError`` or ``MappingError``.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    character : bpy.types.Object
        The character.
    made : Generation
        What makes the motion.
    step : NextStep
        What the button does.
    """
    from dataclasses import replace

    from ..scene.apply_options import ApplyOptions, read_recorded_options
    from ..scene.ghosts import read_stage
    from ..scene.record import read_record

    if step.kind in _NEW_TAKES:
        options = ApplyOptions(**made.apply_options)
    else:
        options = read_recorded_options(read_record(get_action(character)))
        if list_guides(merge_directing(context.scene, character)):
            # guides say where the take lies
            options = replace(options, at_character=True)
    return read_stage(context, character, options, changes_nothing=True)


def make_preview(
    made: Generation, stage: GhostStage, progress: Progress, is_cancelled: IsCancelled
) -> tuple[list[Motion], Ghost]:
    """Return the motions that a generation makes, and the ghost of the one that it is for; runs in the thread.

    Parameters
    ----------
    made : Generation
        What makes them.
    stage : GhostStage
        What the ghost is made with.
    progress, is_cancelled : callables
        Of the task.
    """
    from ..scene.ghosts import make_ghost

    lower_thread_priority()
    motions = made.work(progress, is_cancelled)
    shown = motions[-1]
    if made.finish is None and made.guides is not None:
        shown = made.guides.place_motion(shown)
    return motions, make_ghost(stage, "", "", shown)
