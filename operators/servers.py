# SPDX-License-Identifier: GPL-3.0-or-later
"""Add and remove servers, fetch the models of endpoints, and choose a model."""

from __future__ import annotations

import bpy
from bpy.props import StringProperty

from ..preferences import own_preferences
from ..session import WORKER, session
from . import background_tasks, endpoints
from .base import ReportsErrors, Result
from .endpoint_tasks import failed_endpoint, request_model_list


class KINESCRIBE_OT_add_server(bpy.types.Operator):
    """Enter another server that offers motion models over MMCP"""

    bl_idname = "kinescribe.add_server"
    bl_label = "Add Server"
    bl_options = {"INTERNAL"}

    name: StringProperty(name="Name", default="Server", options={"SKIP_SAVE"})
    url: StringProperty(name="Address", default="http://127.0.0.1:8000", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> Result:
        """Add the server; the preferences make its name unique."""
        page = own_preferences(context)
        if page is None:
            return {"CANCELLED"}
        server = page.servers.add()
        server.name, server.url = self.name, self.url
        page.server_index = len(page.servers) - 1
        _mark_preferences_changed(context)
        return {"FINISHED"}


class KINESCRIBE_OT_remove_server(bpy.types.Operator):
    """Forget the selected server and its token"""

    bl_idname = "kinescribe.remove_server"
    bl_label = "Remove Server"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a selected server."""
        page = own_preferences(context)
        return page is not None and 0 <= page.server_index < len(page.servers)

    def execute(self, context: bpy.types.Context) -> Result:
        """Remove the server; scenes that name one of its models can no longer generate."""
        page = own_preferences(context)
        assert page is not None
        session.servers.pop(page.servers[page.server_index].name, None)
        page.servers.remove(page.server_index)
        page.server_index = max(0, min(page.server_index, len(page.servers) - 1))
        _mark_preferences_changed(context)
        return {"FINISHED"}


class KINESCRIBE_OT_ask_models(ReportsErrors, bpy.types.Operator):
    """Ask the servers, and the worker where it runs, which models they have"""

    bl_idname = "kinescribe.ask_models"
    bl_label = "Refresh Models"
    bl_options = {"INTERNAL"}

    place: StringProperty(name="Place", description="One server's name; empty: all", options={"SKIP_SAVE"})

    def run(self, context: bpy.types.Context) -> Result:
        """Start a request to each; in background mode wait for all, and raise the first error."""
        from ..motion import KinescribeError, RequestError

        names = [self.place] if self.place else self._askable_names(context)
        if not names:
            raise RequestError("There is no server yet: enter one in the preferences of Kinescribe")
        tasks = []
        errors: list[KinescribeError] = []
        for name in names:
            try:
                endpoint = endpoints.find_endpoint(context, name)
                if endpoint is None:
                    raise RequestError("There is no server {name} in the preferences", name=name)
                tasks.append(request_model_list(endpoint))
            except KinescribeError as error:
                session.set_endpoint(name, failed_endpoint(error))
                errors.append(error)
        try:
            background_tasks.run_tasks(*tasks)
        except KinescribeError as error:
            errors.append(error)
        if errors:
            raise errors[0]
        return {"FINISHED"}

    @staticmethod
    def _askable_names(context: bpy.types.Context) -> list[str]:
        """Return all endpoints, the worker only if it listens: asking all of them does not start it."""
        is_listening = endpoints.worker_exists() and endpoints.worker().state == "LISTENING"
        return [name for name in endpoints.endpoint_names(context) if name != WORKER or is_listening]


class KINESCRIBE_OT_choose_model(bpy.types.Operator):
    """Let this model make the motions of this scene"""

    bl_idname = "kinescribe.choose_model"
    bl_label = "Choose Model"
    bl_options = {"INTERNAL", "UNDO"}

    model: StringProperty(name="Model", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> Result:
        context.scene.kinescribe.model = self.model
        return {"FINISHED"}


def _mark_preferences_changed(context: bpy.types.Context) -> None:
    """Let Blender save its preferences on quitting."""
    context.preferences.is_dirty = True


register, unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_add_server,
        KINESCRIBE_OT_remove_server,
        KINESCRIBE_OT_ask_models,
        KINESCRIBE_OT_choose_model,
    )
)
