# SPDX-License-Identifier: GPL-3.0-or-later
"""Start and stop the worker, show its log, choose its checkpoints."""

from typing import Any

import bpy
from bpy.props import StringProperty

from ..preferences import get_preferences
from ..session import WORKER
from . import background_tasks, endpoints
from .base import ReportsErrors, Result, report_error
from .endpoint_tasks import create_model_list_task, create_stop_task, is_worker_running


class KINESCRIBE_OT_start_worker(ReportsErrors, bpy.types.Operator):
    """Start the models of the list with the Python above; if they run already, they are started again"""

    bl_idname = "kinescribe.start_worker"
    bl_label = "Start Models"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a Python for the worker."""
        preferences = get_preferences(context)
        if preferences is None or not preferences.worker_python:
            cls.poll_message_set("Choose the Python above first, or copy the command that installs one")
            return False
        return True

    def run(self, context: bpy.types.Context) -> Result:
        """Start it and fetch its models; in background mode wait until it listens."""
        endpoint = endpoints.find_endpoint(context, WORKER)
        assert endpoint is not None
        background_tasks.run_tasks(create_model_list_task(endpoint, restart=True))
        return {"FINISHED"}


class KINESCRIBE_OT_stop_worker(bpy.types.Operator):
    """Stop the models and free their memory; they start again when one of them is used"""

    bl_idname = "kinescribe.stop_worker"
    bl_label = "Stop Models"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require that the worker runs."""
        if not is_worker_running():
            cls.poll_message_set("The models are not running")
            return False
        return True

    def execute(self, _context: bpy.types.Context) -> Result:
        """End it in the background; in background mode wait for it."""
        background_tasks.run_tasks(create_stop_task())
        return {"FINISHED"}


class KINESCRIBE_OT_show_worker_log(bpy.types.Operator):
    """Open a text with what the models reported while they ran, to find out why one fails"""

    bl_idname = "kinescribe.show_worker_log"
    bl_label = "Show Log"
    bl_options = {"INTERNAL"}

    def execute(self, _context: bpy.types.Context) -> Result:
        """Open the log, which is in the extension's user folder."""
        path = endpoints.log_path()
        if not path.is_file():
            return report_error(self, "There is no log yet: press Start first")
        opened: Any = bpy.ops.wm.path_open(filepath=str(path))
        return set(opened)


class KINESCRIBE_OT_add_checkpoint(bpy.types.Operator):
    """Add the folder of a downloaded MDM, DiP, MotionGPT or Kimodo model"""

    bl_idname = "kinescribe.add_checkpoint"
    bl_label = "Add Model Folder"
    bl_options = {"INTERNAL"}

    directory: StringProperty(name="Folder", subtype="DIR_PATH", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Choose the folder in the file browser."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> Result:
        """Add the checkpoint; the worker offers it from its next start on."""
        preferences = get_preferences(context)
        if preferences is None or not self.directory:
            return {"CANCELLED"}
        preferences.checkpoints.add().path = self.directory
        preferences.checkpoint_index = len(preferences.checkpoints) - 1
        context.preferences.is_dirty = True
        return {"FINISHED"}


class KINESCRIBE_OT_remove_checkpoint(bpy.types.Operator):
    """Take the selected folder from the list; its files stay"""

    bl_idname = "kinescribe.remove_checkpoint"
    bl_label = "Remove Model Folder"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a selected checkpoint."""
        preferences = get_preferences(context)
        return preferences is not None and 0 <= preferences.checkpoint_index < len(preferences.checkpoints)

    def execute(self, context: bpy.types.Context) -> Result:
        """Remove the checkpoint; the worker offers it until its next start."""
        preferences = get_preferences(context)
        assert preferences is not None
        preferences.checkpoints.remove(preferences.checkpoint_index)
        preferences.checkpoint_index = max(
            0, min(preferences.checkpoint_index, len(preferences.checkpoints) - 1)
        )
        context.preferences.is_dirty = True
        return {"FINISHED"}


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_start_worker,
        KINESCRIBE_OT_stop_worker,
        KINESCRIBE_OT_show_worker_log,
        KINESCRIBE_OT_add_checkpoint,
        KINESCRIBE_OT_remove_checkpoint,
    )
)
