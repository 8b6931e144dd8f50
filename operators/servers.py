# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers in the preferences, and the choice of a model in the sidebar."""

from __future__ import annotations

import bpy
from bpy.props import StringProperty

from ..preferences import WORKER, own_preferences, places
from . import endpoints as found
from . import errands
from .base import ReportsErrors, Result


class KINESCRIBE_OT_add_server(bpy.types.Operator):
    """Enter another server that offers motion models over MMCP"""

    bl_idname = "kinescribe.add_server"
    bl_label = "Add Server"
    bl_options = {"INTERNAL"}

    name: StringProperty(name="Name", default="Server", options={"SKIP_SAVE"})
    url: StringProperty(name="Address", default="http://127.0.0.1:8000", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> Result:
        """The name is made unlike the others by the preferences."""
        page = own_preferences(context)
        if page is None:
            return {"CANCELLED"}
        server = page.servers.add()
        server.name, server.url = self.name, self.url
        page.server_index = len(page.servers) - 1
        _dirty(context)
        return {"FINISHED"}


class KINESCRIBE_OT_remove_server(bpy.types.Operator):
    """Forget the selected server and its token"""

    bl_idname = "kinescribe.remove_server"
    bl_label = "Remove Server"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where one is selected."""
        page = own_preferences(context)
        return page is not None and 0 <= page.server_index < len(page.servers)

    def execute(self, context: bpy.types.Context) -> Result:
        """Scenes that name one of its models say so when they are asked to generate."""
        page = own_preferences(context)
        places.pop(page.servers[page.server_index].name, None)
        page.servers.remove(page.server_index)
        page.server_index = max(0, min(page.server_index, len(page.servers) - 1))
        _dirty(context)
        return {"FINISHED"}


class KINESCRIBE_OT_ask_models(ReportsErrors, bpy.types.Operator):
    """Ask the servers, and the worker where it runs, which models they have"""

    bl_idname = "kinescribe.ask_models"
    bl_label = "Refresh Models"
    bl_options = {"INTERNAL"}

    place: StringProperty(name="Place", description="One server's name; empty: all", options={"SKIP_SAVE"})

    def run(self, context: bpy.types.Context) -> Result:
        """In the window the answers come by and by; a script waits for them and gets the first error raised."""
        from ..motion import KinescribeError, RequestError

        names = (
            [self.place] if self.place else [name for name in found.names(context) if self._is_there(name)]
        )
        if not names:
            raise RequestError("There is no server yet: enter one in the preferences of Kinescribe")
        asked, errors = [], []
        for name in names:
            try:
                place = found.place(context, name)
                if place is None:
                    raise RequestError(f"There is no server {name} in the preferences")
                asked.append(errands.ask(place))
            except KinescribeError as error:
                places[name] = errands.Shown(sentence=str(error), level="ERROR")
                errors.append(str(error))
        if bpy.app.background:
            for errand in asked:
                errand.join()
            errands.poll()
            errors += [places[n].sentence for n in names if places[n].level == "ERROR"]
        if errors:
            raise RequestError(errors[0])
        return {"FINISHED"}

    @staticmethod
    def _is_there(name: str) -> bool:
        """Asking all places does not start the worker."""
        return name != WORKER or (found.worker_ever() and found.worker().state == "LISTENING")


class KINESCRIBE_OT_choose_model(bpy.types.Operator):
    """Let this model make the motions of this scene"""

    bl_idname = "kinescribe.choose_model"
    bl_label = "Choose Model"
    bl_options = {"INTERNAL", "UNDO"}

    model: StringProperty(name="Model", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> Result:
        """Set the scene's property."""
        context.scene.kinescribe.model = self.model
        return {"FINISHED"}


def _dirty(context: bpy.types.Context) -> None:
    """Blender saves its preferences when it is left, where something was changed."""
    context.preferences.is_dirty = True


_register, _unregister = bpy.utils.register_classes_factory(
    (
        KINESCRIBE_OT_add_server,
        KINESCRIBE_OT_remove_server,
        KINESCRIBE_OT_ask_models,
        KINESCRIBE_OT_choose_model,
    )
)


def register() -> None:
    """Register the operators."""
    _register()
    errands.register()


def unregister() -> None:
    """Unregister them, and leave nobody waiting."""
    errands.unregister()
    _unregister()
