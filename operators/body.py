# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the mesh of the user's own SMPL or SMPL-X body doing the motion, in the worker's Python, and show it."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import IntProperty, StringProperty

from ..preferences import get_preferences
from ..session import TaskStatus, session
from . import endpoints
from .background_tasks import BackgroundTask, failed_status, run_tasks
from .base import (
    ReportsErrors,
    Result,
    active_character,
    object_by_uid,
    operator_error_reason,
    report_info,
    scene_by_uid,
    translate,
)
from .notify import notify, override_window
from .results import get_kinescribe_action

if TYPE_CHECKING:
    from ..inference.backend import IsCancelled, Progress
    from ..inference.body.process import BodyOptions
    from ..scene.body_mesh import BodyPlan

NO_PYTHON = "Choose a Python that has PyTorch and smplx in the preferences of Kinescribe first"
NO_MODEL = "Choose the file of your SMPL or SMPL-X model in the preferences of Kinescribe first"
NO_MOTION = "There is no motion to show yet: generate or import one"


_task: BackgroundTask[Path] | None = None
"""The last task that computed a body."""


class KINESCRIBE_OT_compute_body(ReportsErrors, bpy.types.Operator):
    """Compute the mesh of your own SMPL or SMPL-X model doing the motion, beside Blender, and show it"""

    bl_idname = "kinescribe.compute_body"
    bl_label = "Compute Body"
    # neither REGISTER nor UNDO: it ends with add_body
    bl_options = set()

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a Python, a body model and a motion, and that no body is being computed."""
        preferences = get_preferences(context)
        reason = ""
        if context.mode not in {"OBJECT", "POSE"}:
            reason = "Go to Object Mode or Pose Mode first"
        elif preferences is None or not preferences.worker_python.strip():
            reason = NO_PYTHON
        elif not preferences.body_model.strip():
            reason = NO_MODEL
        elif session.body.is_busy:
            reason = "A body is being computed: wait for it, or cancel it"
        elif not _motion_id(context):
            reason = NO_MOTION
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def run(self, context: bpy.types.Context) -> Result:
        """Start the task; in background mode wait for it."""
        from ..scene.body_mesh import pack_placement, plan_body

        global _task
        target = active_character(context)
        body_plan = plan_body(context, target, _motion_id(context))
        options = _body_options(context, body_plan)
        scene = target.users_scene[0] if target and context.scene not in target.users_scene else context.scene
        add_body_properties = {
            "filepath": str(options.output),
            "start_frame": body_plan.start_frame,
            "place": pack_placement(body_plan.placement),
            "target": target.session_uid if target else 0,
        }
        session.body = TaskStatus(is_busy=True, message=translate("Computing the body"))
        _task = BackgroundTask(
            partial(_compute_or_reuse, body_plan, options),
            on_progress=_show_progress,
            on_done=partial(_add_body, scene.session_uid, add_body_properties),
            on_error=_show_error,
            after=_task,
        )
        run_tasks(_task)
        return {"FINISHED"}


class KINESCRIBE_OT_cancel_body(bpy.types.Operator):
    """Stop computing the body"""

    bl_idname = "kinescribe.cancel_body"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require that a body is being computed."""
        return session.body.is_busy

    def execute(self, _context: bpy.types.Context) -> Result:
        """Cancel at once, however late the thread notices."""
        cancel_body(translate("Computing the body was cancelled"))
        return {"FINISHED"}


class KINESCRIBE_OT_add_body(ReportsErrors, bpy.types.Operator):
    """Show a computed body where the character's motion begins"""

    bl_idname = "kinescribe.add_body"
    bl_label = "Add Body"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    filepath: StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    place: StringProperty(name="Place", options={"HIDDEN", "SKIP_SAVE"})
    target: IntProperty(options={"HIDDEN", "SKIP_SAVE"})
    start_frame: IntProperty(
        name="Start Frame", description="Frame at which the motion begins", options={"SKIP_SAVE"}
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Add the mesh with its point cache; the character stays selected."""
        from ..scene import body_mesh

        placement = body_mesh.unpack_placement(self.place)
        target = object_by_uid(self.target) if self.target else None
        body = body_mesh.add_body(context, Path(self.filepath), self.start_frame, placement, target)
        report_info(self, "{name} shows the motion", name=body.name)
        return {"FINISHED"}


def cancel_body(message: str = "") -> None:
    """Stop computing a body, if one is being computed, and show ``message``."""
    if _task is not None and _task.is_active:
        _task.cancel()
        session.body = TaskStatus(message=message)


def _compute_or_reuse(
    body_plan: "BodyPlan", options: "BodyOptions", progress: "Progress", is_cancelled: "IsCancelled"
) -> Path:
    """Compute the mesh unless its files exist from an earlier run; return the path of its point cache.

    Parameters
    ----------
    body_plan : BodyPlan
        The motion, and where its body is shown.
    options : BodyOptions
        Python, body model and output file.
    progress, is_cancelled
        Callbacks of the task.
    """
    from ..inference.body.process import compute_body
    from ..motion.body.point_cache import cache_mesh_path

    if options.output.is_file() and cache_mesh_path(options.output).is_file():
        return options.output
    return compute_body(body_plan.motion, options, progress, is_cancelled)


def _show_progress(done: int, total: int) -> None:
    if total:
        message = translate("Frame {done} of {total}", done=done, total=total)
        session.body = session.body.replace(message=message)


def _show_error(error: BaseException) -> None:
    session.body = failed_status(error)


def _add_body(scene_uid: int, properties: Mapping[str, Any], _point_cache: Path) -> None:
    """Run ``kinescribe.add_body`` in the scene with this ``session_uid``, as one undo step."""
    from ..motion import RigError

    scene = scene_by_uid(scene_uid)
    if scene is None:
        raise RigError("The body was dropped: its scene was removed")
    try:
        with override_window(scene=scene, view_layer=scene.view_layers[0]):
            bpy.ops.kinescribe.add_body("EXEC_DEFAULT", True, **properties)
    except RuntimeError as error:
        raise RigError("{reason}", reason=operator_error_reason(error)) from error
    message = translate("The body is ready")
    session.body = TaskStatus(message=message)
    notify(message)


def _motion_id(context: bpy.types.Context) -> str:
    """Return the id of the motion that the character plays, else of the last one, else an empty string."""
    action = get_kinescribe_action(active_character(context))
    motion_id = action["kinescribe"].get("motion_id") if action is not None else None
    return str(motion_id or session.generation.motion_id)


def _body_options(context: bpy.types.Context, body_plan: "BodyPlan") -> "BodyOptions":
    """Return the options of computing the mesh; the same motion on the same model has the same output file.

    Raises ``RequestError`` if the body model can't be read.
    """
    import hashlib

    from ..inference.body.process import BodyOptions
    from ..motion import RequestError
    from ..scene.store import compute_motion_id

    preferences = get_preferences(context)
    assert preferences is not None
    model = Path(bpy.path.abspath(preferences.body_model.strip()))
    try:
        stat = model.stat()
    except OSError as error:
        raise RequestError(
            "{file} can't be read ({reason}): choose your SMPL or SMPL-X model in the preferences",
            file=model.name,
            reason=error.strerror or error,
        ) from None
    key = repr(
        (compute_motion_id(body_plan.motion), body_plan.options, str(model), stat.st_size, stat.st_mtime_ns)
    )
    name = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:24]
    log = endpoints.log_path()
    return BodyOptions(
        python=Path(bpy.path.abspath(preferences.worker_python.strip())),
        package=Path(__file__).resolve().parent.parent,
        log=log.with_name("body.log"),
        model=model,
        output=log.parent.parent / "bodies" / f"{name}.pc2",
        pose_options=body_plan.options,
    )


@persistent
def _on_file_loaded(*_args: object) -> None:
    cancel_body()


_classes = (KINESCRIBE_OT_compute_body, KINESCRIBE_OT_cancel_body, KINESCRIBE_OT_add_body)


def register() -> None:
    """Register the operators, and listen for the load of another file."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    bpy.app.handlers.load_post.append(_on_file_loaded)


def unregister() -> None:
    """Unregister them, and cancel a body that is being computed."""
    cancel_body()
    bpy.app.handlers.load_post.remove(_on_file_loaded)
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
