# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations by which what was generated gets onto characters: one undo step each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import bpy

from ..session import session
from .base import ReportsErrors, Result, operator_error_reason, translate
from .notify import override_window

if TYPE_CHECKING:
    from ..motion import Motion

_finish: Callable[[bpy.types.Context], str] | None = None


def apply_generated(
    motion_id: str, target: bpy.types.Object, options: Mapping[str, Any], details: str = ""
) -> None:
    """Run ``kinescribe.apply`` as if the user had pressed its button: one undo step, and the last operation for F9.

    Called inside another operator that a script runs, it leaves undo to that script, as Blender's operators do.
    Raises ``RigError`` with the message that the operator reported.
    """
    from ..motion import RigError

    try:
        with override_window():
            result = bpy.ops.kinescribe.apply(
                "EXEC_DEFAULT",
                True,
                motion=motion_id,
                target=target.session_uid,
                details=details,
                **options,
            )
    except RuntimeError as error:
        raise RigError("{reason}", reason=operator_error_reason(error)) from error
    if "FINISHED" not in result:
        raise RigError("The motion could not be applied to {name}", name=target.name)


def keep_read_motion(
    context: bpy.types.Context, target: bpy.types.Object, motion: Motion, is_applied: bool
) -> None:
    """Put a motion that was read into the cache for a character, and apply it if wanted: one undo step.

    Raises ``RigError`` with the message that applying reported.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    target : bpy.types.Object
        The character.
    motion : Motion
        What was read.
    is_applied : bool
        Bake it at once.
    """
    from ..scene import store
    from .apply import apply_options, new_start_frame

    state = session.generation
    state.motion_id = store.save_motion(motion)
    state.start_frame = new_start_frame(context, target)
    state.pending_character = target.session_uid
    state.low_confidence, state.doubts, state.slow_reason = False, (), ""
    state.set_message(
        translate("Read {count} frames at {fps:g} per second", count=len(motion), fps=motion.fps)
    )
    if is_applied:
        apply_generated(state.motion_id, target, apply_options(context, target))


def finish_generated(finish: Callable[[bpy.types.Context], str]) -> None:
    """Run ``kinescribe.finish_generation``: one undo step. Raises ``RigError`` with the message that it reported."""
    from ..motion import RigError

    global _finish
    _finish = finish
    try:
        with override_window():
            bpy.ops.kinescribe.finish_generation("EXEC_DEFAULT", True)
    except RuntimeError as error:
        raise RigError("{reason}", reason=operator_error_reason(error)) from error
    finally:
        _finish = None


class KINESCRIBE_OT_finish_generation(ReportsErrors, bpy.types.Operator):
    """Put the motions that were generated onto their characters"""

    bl_idname = "kinescribe.finish_generation"
    bl_label = "Generate Motion"
    bl_options = {"INTERNAL", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a mode whose undo steps hold the keys."""
        if context.mode not in {"OBJECT", "POSE"}:
            cls.poll_message_set("Go to Object Mode or Pose Mode, then generate the motion")
            return False
        return _finish is not None

    def run(self, context: bpy.types.Context) -> Result:
        """Do what the generation was for."""
        assert _finish is not None
        session.generation.set_message(_finish(context))
        self.report({"INFO"}, session.generation.message)
        return {"FINISHED"}


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_OT_finish_generation,))
