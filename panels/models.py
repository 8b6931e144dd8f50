# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-panel Model: which model makes the motion, and what it can do."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.base import active_character
from ..operators.endpoints import NO_PYTHON, PACKAGE, endpoint_names
from ..operators.models import NOT_INSTALLED
from ..operators.remake import find_playing_take
from ..preferences import describe_model
from ..session import WORKER, ModelInfo, session
from .sub_panel import SubPanel
from .text import draw_message


class KINESCRIBE_MT_models(bpy.types.Menu):
    """All available models"""

    bl_idname = "KINESCRIBE_MT_models"
    bl_label = "Model"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator("kinescribe.choose_model", text="Embedded Model", icon="ARMATURE_DATA").model = ""
        for model in session.installed:
            entry = layout.operator(
                "kinescribe.choose_model", text=model.name, icon="ARMATURE_DATA", translate=False
            )
            entry.model = model.choice
        for name in endpoint_names(context):
            layout.separator()
            title = iface("This Computer") if name == WORKER else name
            layout.label(text=title, icon="CONSOLE" if name == WORKER else "URL", translate=False)
            models = session.endpoint_status(name).models
            for model in models:
                entry = layout.operator("kinescribe.choose_model", text=model.name, translate=False)
                entry.model = model.choice
            if not models:
                if name == WORKER:
                    layout.operator("kinescribe.start_worker", icon="PLAY")
                else:
                    ask_button = layout.operator(
                        "kinescribe.ask_models", text="Get Its Models", icon="FILE_REFRESH"
                    )
                    ask_button.place = name
        layout.separator()
        preferences_button = layout.operator(
            "preferences.addon_show", text="Servers and Other Models...", icon="PREFERENCES"
        )
        preferences_button.module = PACKAGE


class KINESCRIBE_PT_models(SubPanel, bpy.types.Panel):
    """The model that makes the motion"""

    bl_idname = "KINESCRIBE_PT_models"
    manual_page = "servers.html"
    bl_label = "Model"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        choice = context.scene.kinescribe.model.strip()
        row = layout.row(align=True)
        if choice in ("", "embedded"):
            row.menu(KINESCRIBE_MT_models.bl_idname, text="Embedded Model", icon="ARMATURE_DATA")
            row.operator("kinescribe.ask_models", text="", icon="FILE_REFRESH")
            draw_message(
                layout,
                context,
                "Runs inside Blender on this computer: no network, no account, nothing to download",
            )
            _draw_remake(layout, context)
            return
        if "/" not in choice:
            name = next((card.name for card in session.cards if card.id == choice), choice)
            row.menu(KINESCRIBE_MT_models.bl_idname, text=name, icon="ARMATURE_DATA", translate=False)
            _draw_installed(layout, context, choice)
            return
        row.menu(KINESCRIBE_MT_models.bl_idname, text=choice, translate=False)
        row.operator("kinescribe.ask_models", text="", icon="FILE_REFRESH")
        name = choice.partition("/")[0]
        _draw_model(layout, context, choice)
        if name == WORKER:
            _draw_worker(layout, context)


def _draw_model(layout: bpy.types.UILayout, context: bpy.types.Context, choice: str) -> None:
    """Draw what the chosen model can do, or why that is not known."""
    name = choice.partition("/")[0]
    status = session.endpoint_status(name)
    model = next((model for model in status.models if model.choice == choice), None)
    if name not in endpoint_names(context):
        text = NO_PYTHON if name == WORKER else "This server is not in the preferences: choose another model"
        draw_message(layout, context, text, icon="ERROR", alert=True)
    elif model is not None:
        _draw_description(layout, context, model)
    elif status.models:
        draw_message(
            layout, context, "The server does not offer this model: choose another", icon="ERROR", alert=True
        )
    elif not status.message:
        draw_message(
            layout, context, "What this model can do is not known yet: refresh the models", icon="INFO"
        )
    if status.message and (status.is_busy or status.level == "ERROR"):
        alert = status.level == "ERROR"
        draw_message(layout, context, status.message, icon="CANCEL" if alert else "SORTTIME", alert=alert)


def _draw_installed(layout: bpy.types.UILayout, context: bpy.types.Context, choice: str) -> None:
    """Draw quality and terms of a downloaded model, or that it is not installed."""
    model = next((model for model in session.installed if model.choice == choice), None)
    if not session.cards:
        return  # a moment after Blender's start
    if model is None:
        draw_message(layout, context, NOT_INSTALLED, icon="ERROR", alert=True)
        layout.operator("preferences.addon_show", text="Download It...", icon="PREFERENCES").module = PACKAGE
        return
    layout.row().prop(context.scene.kinescribe, "quality", expand=True)
    _draw_description(layout, context, model)
    _draw_remake(layout, context)
    column = layout.column(align=True)
    for notice in dict.fromkeys(notice for card in session.cards for notice in card.notices):
        draw_message(column, context, notice)


def _draw_remake(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw the button that makes the take that plays again with ARDY, if another model has made it."""
    take = find_playing_take(active_character(context)) if session.installed else None
    if take is not None and "ARDY" not in take.model:
        layout.operator("kinescribe.remake_take", text="Make Take Again with ARDY", icon="FILE_REFRESH")


def _draw_description(layout: bpy.types.UILayout, context: bpy.types.Context, model: ModelInfo) -> None:
    box = layout.box().column(align=True)
    for line in describe_model(model):
        draw_message(box, context, line)


def _draw_worker(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw the buttons of the worker."""
    row = layout.row(align=True)
    text = iface("Restart Models") if session.worker.is_running else iface("Start Models")
    row.operator("kinescribe.start_worker", text=text, icon="PLAY", translate=False)
    row.operator("kinescribe.stop_worker", text="", icon="SNAP_FACE")
    row.operator("kinescribe.show_worker_log", text="", icon="TEXT")


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_MT_models, KINESCRIBE_PT_models))
