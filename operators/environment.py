# SPDX-License-Identifier: GPL-3.0-or-later
"""An environment with PyTorch, made with the user's consent: what, how much, from where and where to is said first."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
from bpy.props import StringProperty

from ..preferences import MAKING, own_preferences, places
from . import endpoints, errands
from .base import ReportsErrors, Result

OFFLINE = "Switch on Allow Online Access in Preferences > System first"


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
        """Once at a time, and only with the user's leave to go online."""
        if not bpy.app.online_access:
            cls.poll_message_set(OFFLINE)
            return False
        return not places.get(MAKING, errands.Shown()).busy

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Say what will happen, and ask."""
        self.directory = str(endpoints.log_path().parent / "environment")
        return context.window_manager.invoke_props_dialog(self, width=520)

    def draw(self, _context: bpy.types.Context) -> None:
        """What, how much, from where, where to."""
        column = self.layout.column(align=True)
        column.label(text="Downloads PyTorch, transformers, safetensors and the MMCP SDK with pip")
        column.label(text="About 3 GB on Linux (with CUDA), 300 MB on Windows and macOS; twice that on disk")
        column.label(text="They come from the Python Package Index, or what pip is set to on this computer")
        column.label(text="Nothing else is changed; to be rid of it, delete the folder")
        self.layout.prop(self, "directory")

    def run(self, context: bpy.types.Context) -> Result:
        """In the window it is made by and by; a script waits."""
        from ..inference.worker.environment_setup import make_environment
        from ..inference.worker.log import Log
        from ..motion import RequestError

        if not self.directory:
            raise RequestError("Choose the folder of the environment first")
        folder, log = (
            Path(bpy.path.abspath(self.directory)),
            Log(endpoints.log_path().with_name("environment.log")),
        )
        base = Path(sys.executable)
        errand = errands.run(
            MAKING,
            lambda cancelled: make_environment(folder, base, log, cancelled),
            "The environment is made",
            said=lambda: log.sentence,
            finish=_made,
        )
        if bpy.app.background:
            errand.join()
            errands.poll()
            if places[MAKING].level == "ERROR":
                raise RequestError(places[MAKING].sentence)
        return {"FINISHED"}


class KINESCRIBE_OT_cancel_environment(bpy.types.Operator):
    """Stop making the environment and delete what is there of it"""

    bl_idname = "kinescribe.cancel_environment"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """While it is made."""
        return places.get(MAKING, errands.Shown()).busy

    def execute(self, _context: bpy.types.Context) -> Result:
        """The timer shows when it has ended."""
        errands.leave(MAKING)
        return {"FINISHED"}


def _made(python: Path) -> errands.Shown:
    """The worker's Python is this one from now on."""
    page = own_preferences(bpy.context)
    if page is not None:
        page.worker_python = str(python)
        bpy.context.preferences.is_dirty = True
    return errands.Shown(sentence="The environment is ready: add checkpoints, and start the worker")


register, unregister = bpy.utils.register_classes_factory(
    (KINESCRIBE_OT_make_environment, KINESCRIBE_OT_cancel_environment)
)
