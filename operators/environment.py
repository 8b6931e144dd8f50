# SPDX-License-Identifier: GPL-3.0-or-later
"""Create an environment with PyTorch for the worker, after the user has agreed to what is downloaded."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty

from ..preferences import get_preferences
from ..session import TaskStatus, session
from . import endpoints
from .background_tasks import BackgroundTask, failed_status, run_tasks
from .base import ReportsErrors, Result, translate

if TYPE_CHECKING:
    from ..inference.worker.log import Log

OFFLINE = "Switch on Allow Online Access in Preferences > System first"

_task: BackgroundTask[Path] | None = None
"""The last task that created an environment."""


class KINESCRIBE_OT_make_environment(ReportsErrors, bpy.types.Operator):
    """Download PyTorch into an environment of its own, after you have agreed to what is downloaded"""

    bl_idname = "kinescribe.make_environment"
    bl_label = "Make Environment"
    bl_options = {"INTERNAL"}

    directory: StringProperty(
        name="Folder",
        description="Where the environment is made: a folder that is empty or does not exist",
        subtype="DIR_PATH",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require online access, and that no environment is being created."""
        if not bpy.app.online_access:
            cls.poll_message_set(OFFLINE)
            return False
        return not session.environment.is_busy

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Show what will be downloaded, and wait for the user's consent."""
        self.directory = str(endpoints.log_path().parent / "environment")
        return context.window_manager.invoke_props_dialog(self, width=520)

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw what is downloaded, how much, from where and into which folder."""
        column = self.layout.column(align=True)
        column.label(text="Downloads PyTorch, transformers, safetensors and the MMCP SDK with pip")
        column.label(text="About 3 GB on Linux (with CUDA), 300 MB on Windows and macOS; twice that on disk")
        column.label(
            text="They come from the Python Package Index, or from the index that pip uses on this computer"
        )
        column.label(text="Nothing else is changed; to remove it, delete the folder")
        self.layout.prop(self, "directory")

    def run(self, context: bpy.types.Context) -> Result:
        """Start the task; in background mode wait for it."""
        from ..inference.worker.log import Log
        from ..motion import RequestError

        global _task
        if not self.directory:
            raise RequestError("Choose the folder of the environment first")
        log = Log(endpoints.log_path().with_name("environment.log"))
        session.environment = TaskStatus(is_busy=True, message=translate("Making the environment"))
        _task = _create_setup_task(Path(bpy.path.abspath(self.directory)), log, after=_task)
        run_tasks(_task)
        return {"FINISHED"}


class KINESCRIBE_OT_cancel_environment(bpy.types.Operator):
    """Stop making the environment and delete its folder"""

    bl_idname = "kinescribe.cancel_environment"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require that an environment is being created."""
        return session.environment.is_busy

    def execute(self, _context: bpy.types.Context) -> Result:
        """Cancel the task; its thread deletes the folder."""
        if _task is not None:
            _task.cancel()
        session.environment = TaskStatus(message=translate("Making the environment was cancelled"))
        return {"FINISHED"}


def _create_setup_task(folder: Path, log: Log, after: BackgroundTask[Path] | None) -> BackgroundTask[Path]:
    """Return a task that creates the environment in ``folder`` and then enters its Python in the preferences.

    ``after``: the previous task, which may still be deleting its folder.
    """
    from ..inference.worker.environment_setup import make_environment

    def show_progress(_done: int, _total: int) -> None:
        if log.last_message:
            session.environment = replace(session.environment, message=log.last_message)

    def show_error(error: BaseException) -> None:
        session.environment = failed_status(error)

    return BackgroundTask(
        lambda _progress, is_cancelled: make_environment(folder, Path(sys.executable), log, is_cancelled),
        on_progress=show_progress,
        on_done=_use_python,
        on_error=show_error,
        after=after,
    )


def _use_python(python: Path) -> None:
    preferences = get_preferences(bpy.context)
    if preferences is not None:
        preferences.worker_python = str(python)
        bpy.context.preferences.is_dirty = True
    message = translate("The environment is ready: add checkpoints, and start the worker")
    session.environment = TaskStatus(message=message)


register, unregister = bpy.utils.register_classes_factory(
    (KINESCRIBE_OT_make_environment, KINESCRIBE_OT_cancel_environment)
)
