# SPDX-License-Identifier: GPL-3.0-or-later
"""Add and remove servers, fetch the models of endpoints, and choose a model."""

import bpy
from bpy.props import StringProperty

from ..preferences import get_preferences
from ..session import WORKER, session
from . import background_tasks, endpoints
from .base import ReportsErrors, Result
from .endpoint_tasks import create_model_list_task, failed_endpoint_status


class KINESCRIBE_OT_add_server(bpy.types.Operator):
    """Enter another server that offers motion models over MMCP"""

    bl_idname = "kinescribe.add_server"
    bl_label = "Add Server"
    bl_options = {"INTERNAL"}

    name: StringProperty(name="Name", default="Server", options={"SKIP_SAVE"})
    url: StringProperty(name="Address", default="http://127.0.0.1:8000", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> Result:
        """Add the server; the preferences make its name unique."""
        preferences = get_preferences(context)
        if preferences is None:
            return {"CANCELLED"}
        server = preferences.servers.add()
        server.name, server.url = self.name, self.url
        preferences.server_index = len(preferences.servers) - 1
        _mark_preferences_changed(context)
        return {"FINISHED"}


class KINESCRIBE_OT_remove_server(bpy.types.Operator):
    """Forget the selected server and its access key"""

    bl_idname = "kinescribe.remove_server"
    bl_label = "Remove Server"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a selected server."""
        preferences = get_preferences(context)
        return preferences is not None and 0 <= preferences.server_index < len(preferences.servers)

    def execute(self, context: bpy.types.Context) -> Result:
        """Remove the server; scenes that name one of its models can no longer generate."""
        preferences = get_preferences(context)
        assert preferences is not None
        session.servers.pop(preferences.servers[preferences.server_index].name, None)
        preferences.servers.remove(preferences.server_index)
        preferences.server_index = max(0, min(preferences.server_index, len(preferences.servers) - 1))
        _mark_preferences_changed(context)
        return {"FINISHED"}


class KINESCRIBE_OT_ask_models(ReportsErrors, bpy.types.Operator):
    """Ask the servers, and this computer if its models run, which models they have"""

    bl_idname = "kinescribe.ask_models"
    bl_label = "Refresh Models"
    bl_options = {"INTERNAL"}

    place: StringProperty(name="Server", description="Name of one server; empty: all", options={"SKIP_SAVE"})

    def run(self, context: bpy.types.Context) -> Result:
        """Fetch the models of each endpoint; in background mode wait for all, and raise the first error."""
        from ..motion import KinescribeError, RequestError

        names = [self.place] if self.place else self._default_names(context)
        if not names:
            raise RequestError("There is no server yet: enter one in the preferences of Kinescribe")
        tasks = []
        errors: list[KinescribeError] = []
        for name in names:
            try:
                endpoint = endpoints.find_endpoint(context, name)
                if endpoint is None:
                    raise RequestError("There is no server {name} in the preferences", name=name)
                tasks.append(create_model_list_task(endpoint))
            except KinescribeError as error:
                session.set_endpoint_status(name, failed_endpoint_status(error))
                errors.append(error)
        try:
            background_tasks.run_tasks(*tasks)
        except KinescribeError as error:
            errors.append(error)
        if errors:
            raise errors[0]
        return {"FINISHED"}

    @staticmethod
    def _default_names(context: bpy.types.Context) -> list[str]:
        """Return the names of all servers, and of the worker if it listens: this request does not start it."""
        is_listening = endpoints.worker_exists() and endpoints.get_worker().state == "LISTENING"
        return [name for name in endpoints.endpoint_names(context) if name != WORKER or is_listening]


class KINESCRIBE_OT_choose_model(bpy.types.Operator):
    """Use this model for the motions of this scene"""

    bl_idname = "kinescribe.choose_model"
    bl_label = "Choose Model"
    bl_options = {"INTERNAL", "UNDO"}

    model: StringProperty(name="Model", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> Result:
        context.scene.kinescribe.model = self.model
        return {"FINISHED"}


def _mark_preferences_changed(context: bpy.types.Context) -> None:
    """Mark the preferences as changed, so that Blender saves them on quitting."""
    context.preferences.is_dirty = True


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_add_server,
        KINESCRIBE_OT_remove_server,
        KINESCRIBE_OT_ask_models,
        KINESCRIBE_OT_choose_model,
    )
)
