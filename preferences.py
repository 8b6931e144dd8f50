# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's page in Blender's preferences: servers, the local worker and its checkpoints, documents, cache."""

from __future__ import annotations

import textwrap

import bpy
from bpy.app.translations import pgettext_iface as iface
from bpy.props import CollectionProperty, FloatProperty, IntProperty, StringProperty

from .session import WORKER, EndpointStatus, ModelInfo, TaskStatus, session

DOCUMENTS = {"CREDITS": ("Credits", "CREDITS.md"), "LICENSE": ("License", "LICENSE")}
"""Key of a document -> label of its button, and its file at the root of the extension."""

MAX_RECENT = 10
"""Number of recent prompts that are stored."""


class KINESCRIBE_PG_prompt(bpy.types.PropertyGroup):
    """A recent prompt, with the duration and seed that reproduce its motion."""

    prompt: StringProperty(name="Prompt")
    seconds: FloatProperty(name="Duration")
    seed: IntProperty(name="Seed")


def _make_name_unique(server: KINESCRIBE_PG_server, context: bpy.types.Context) -> None:
    """Replace slashes, which separate endpoint and model, and add a number to a name that another server has."""
    page = own_preferences(context)
    taken_names = {WORKER, ""} | ({s.name for s in page.servers if s != server} if page else set())
    name = base_name = " ".join(server.name.replace("/", " ").split()) or "Server"
    number = 1
    while name in taken_names:
        number += 1
        name = f"{base_name} {number}"
    if name != server.name:
        server.name = name


def _forget_status(server: KINESCRIBE_PG_server, _context: bpy.types.Context) -> None:
    """Forget what was shown of the server before its address or token changed."""
    session.servers.pop(server.name, None)


class KINESCRIBE_PG_server(bpy.types.PropertyGroup):
    """A server that speaks MMCP."""

    name: StringProperty(
        name="Name", description="What the server is called in the sidebar", update=_make_name_unique
    )
    url: StringProperty(
        name="Address",
        description="Where the server is, such as http://127.0.0.1:8000 or https://example.org",
        update=_forget_status,
    )
    token: StringProperty(
        name="Token",
        description="What the server asks for; Blender keeps it with its preferences, unencrypted",
        subtype="PASSWORD",
        update=_forget_status,
    )
    token_variable: StringProperty(
        name="Token Variable",
        description="Name of an environment variable that holds the token, so that it is kept nowhere",
        update=_forget_status,
    )


class KINESCRIBE_PG_checkpoint(bpy.types.PropertyGroup):
    """A checkpoint that the worker offers."""

    path: StringProperty(
        name="Checkpoint",
        description="Folder of an MDM, DiP or MotionGPT checkpoint, with what belongs to it as it was published",
        subtype="DIR_PATH",
    )


class KINESCRIBE_UL_servers(bpy.types.UIList):
    """Servers by name and address"""

    def draw_item(self, context, layout, data, item, icon, active_data, active_property, index=0):  # type: ignore[no-untyped-def]
        """Draw name, address and whether the server answered."""
        status = session.servers.get(item.name)
        split = layout.split(factor=0.4)
        if status is None or status.is_busy:
            status_icon = "URL"
        else:
            status_icon = "CANCEL" if status.level == "ERROR" else "CHECKMARK"
        split.prop(item, "name", text="", emboss=False, icon=status_icon)
        split.label(text=item.url, translate=False)


class KINESCRIBE_UL_checkpoints(bpy.types.UIList):
    """Checkpoints by their folders"""

    def draw_item(self, context, layout, data, item, icon, active_data, active_property, index=0):  # type: ignore[no-untyped-def]
        """Draw the folder, which can be chosen here."""
        layout.prop(item, "path", text="", emboss=False, icon="FILE_FOLDER")


class KINESCRIBE_AP_preferences(bpy.types.AddonPreferences):
    """Preferences of Kinescribe"""

    bl_idname = __package__

    # not in the scene: undo would take the prompt of the motion that it takes back, and files would carry prompts along
    recent: CollectionProperty(type=KINESCRIBE_PG_prompt, name="Recent Prompts", options={"HIDDEN"})

    servers: CollectionProperty(type=KINESCRIBE_PG_server, name="Servers", options={"HIDDEN"})
    server_index: IntProperty(name="Server", options={"HIDDEN"})
    worker_python: StringProperty(
        name="Python",
        description="The Python of an environment that has PyTorch: its bin/python, or Scripts\\python.exe",
        subtype="FILE_PATH",
    )
    body_model: StringProperty(
        name="Body Model",
        description="Your own SMPL, SMPL-H or SMPL-X model, .npz or .pkl, for showing motions as the mesh of that body",
        subtype="FILE_PATH",
    )
    checkpoints: CollectionProperty(type=KINESCRIBE_PG_checkpoint, name="Checkpoints", options={"HIDDEN"})
    checkpoint_index: IntProperty(name="Checkpoint", options={"HIDDEN"})

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        box = layout.box()
        box.label(text="Embedded Model", icon="ARMATURE_DATA")
        box.label(text="Runs inside Blender on this computer: no network, no account, nothing to download")
        row = box.row(align=True)
        for key, (title, _) in DOCUMENTS.items():
            is_open = session.page.document == key
            button = row.operator(
                "kinescribe.show_document",
                text=title,
                icon="DISCLOSURE_TRI_DOWN" if is_open else "DISCLOSURE_TRI_RIGHT",
                depress=is_open,
            )
            button.document = key
        if session.page.document:
            _draw_document(box, context)

        _draw_servers(layout.box(), context, self)
        _draw_worker(layout.box(), context, self)

        box = layout.box()
        box.label(text="Motion Cache", icon="FILE_CACHE")
        split = box.split(factor=0.6)
        split.label(text=cache_line(), translate=False)
        row = split.row(align=True)
        row.operator("kinescribe.measure_cache", text="Measure")
        row.operator("kinescribe.clear_cache", text="Clear", icon="TRASH")


def own_preferences(context: bpy.types.Context) -> KINESCRIBE_AP_preferences | None:
    """Return the extension's preferences; None where it has no entry in Blender's preferences."""
    entry = context.preferences.addons.get(__package__)
    page: KINESCRIBE_AP_preferences | None = entry.preferences if entry else None
    return page


def recent_prompts(
    context: bpy.types.Context,
) -> bpy.types.bpy_prop_collection_idprop[KINESCRIBE_PG_prompt] | None:
    """Return the recent prompts, newest first; None where the extension has no entry in Blender's preferences."""
    page = own_preferences(context)
    return page.recent if page else None


def cache_line() -> str:
    """Return count and size of the cached motions in one line."""
    page = session.page
    if page.cached_motions is None:
        return iface("Generated and imported motions, for applying them again")
    text = iface("Motions kept: {count}, {size:.1f} MB")
    return text.format(count=page.cached_motions, size=page.cached_bytes / 1e6)


def _draw_servers(
    box: bpy.types.UILayout, context: bpy.types.Context, page: KINESCRIBE_AP_preferences
) -> None:
    """Draw the list of servers, and settings and models of the selected one."""
    box.label(text="Servers", icon="URL")
    row = box.row()
    row.template_list("KINESCRIBE_UL_servers", "", page, "servers", page, "server_index", rows=3)
    column = row.column(align=True)
    column.operator("kinescribe.add_server", text="", icon="ADD")
    column.operator("kinescribe.remove_server", text="", icon="REMOVE")
    if not 0 <= page.server_index < len(page.servers):
        return
    server = page.servers[page.server_index]
    column = box.column()
    column.use_property_split = True
    column.use_property_decorate = False
    column.prop(server, "url")
    column.prop(server, "token")
    column.prop(server, "token_variable")
    status = session.endpoint_status(server.name)
    row = box.row()
    row.enabled = not status.is_busy
    row.operator("kinescribe.ask_models", text="Test", icon="FILE_REFRESH").place = server.name
    _draw_status(box, context, status)


def _draw_worker(
    box: bpy.types.UILayout, context: bpy.types.Context, page: KINESCRIBE_AP_preferences
) -> None:
    """Draw the worker's Python, its checkpoints, its status and its models."""
    box.label(text="Checkpoints on This Computer", icon="CONSOLE")
    column = box.column()
    column.use_property_split = True
    column.use_property_decorate = False
    column.prop(page, "worker_python")
    column.prop(page, "body_model")
    if session.environment.is_busy:
        box.operator("kinescribe.cancel_environment", text="Cancel", icon="X")
    elif not page.worker_python:
        box.operator("kinescribe.make_environment", text="Make Environment...", icon="IMPORT")
    _draw_status(box, context, session.environment)
    row = box.row()
    row.template_list("KINESCRIBE_UL_checkpoints", "", page, "checkpoints", page, "checkpoint_index", rows=2)
    column = row.column(align=True)
    column.operator("kinescribe.add_checkpoint", text="", icon="ADD")
    column.operator("kinescribe.remove_checkpoint", text="", icon="REMOVE")
    row = box.row(align=True)
    row.operator(
        "kinescribe.start_worker", text="Restart" if session.worker.is_running else "Start", icon="PLAY"
    )
    row.operator("kinescribe.stop_worker", text="Stop", icon="SNAP_FACE")
    row.operator("kinescribe.show_worker_log", text="Log", icon="TEXT")
    _draw_status(box, context, session.worker)


def _draw_status(box: bpy.types.UILayout, context: bpy.types.Context, status: TaskStatus) -> None:
    """Draw the message and, for an endpoint, each of its models."""
    column = box.column(align=True)
    if status.message:
        column.alert = status.level == "ERROR"
        for line in textwrap.wrap(status.message, _letters_across(context)):
            column.label(text=line, translate=False)
    for model in status.models if isinstance(status, EndpointStatus) else ():
        column.label(text=model.name, icon="ARMATURE_DATA", translate=False)
        for line in describe_model(model):
            column.label(text=line, icon="BLANK1", translate=False)


def describe_model(model: ModelInfo) -> list[str]:
    """Return limits, features and licence of a model, a line each."""
    limits = iface("Up to {seconds:g} s, {samples} takes at once, {fps:g} frames a second")
    features = ", ".join(iface(word) for word in model.features) or iface("text alone")
    lines = [
        limits.format(seconds=model.max_seconds, samples=model.max_samples, fps=model.fps),
        iface("Understands: {words}").format(words=features),
        iface("License: {licence}").format(licence=iface(model.licence)),
    ]
    return [*lines, iface("Also says what a motion shows: see Caption")] if model.describes_motions else lines


def _letters_across(context: bpy.types.Context) -> int:
    """Return how many letters fit into one line of the page."""
    scale = context.preferences.system.ui_scale or 1.0
    return max(40, int((context.region.width / scale - 80) / 7.0)) if context.region else 100


def _draw_document(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw the open document, wrapped to the width of the page."""
    letters = _letters_across(context)
    column = layout.box().column(align=True)
    column.scale_y = 0.65
    for line in session.page.lines:
        for row in textwrap.wrap(line, letters) or [""]:
            column.label(text=row, translate=False)


_classes = (
    KINESCRIBE_PG_prompt,
    KINESCRIBE_PG_server,
    KINESCRIBE_PG_checkpoint,
    KINESCRIBE_UL_servers,
    KINESCRIBE_UL_checkpoints,
    KINESCRIBE_AP_preferences,
)


def register() -> None:
    """Register the page and its property groups."""
    for cls in _classes:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister them, and forget the state of the session."""
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
    session.clear()
