# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's page in Blender's preferences: servers, the local worker and its checkpoints, documents, cache."""

import bpy
from bpy.app.translations import pgettext_iface as iface
from bpy.props import BoolProperty, CollectionProperty, FloatProperty, IntProperty, StringProperty

from .session import WORKER, CardInfo, EndpointStatus, ModelInfo, TaskStatus, session

DOCUMENTS = {"CREDITS": ("Credits", "CREDITS.md"), "LICENSE": ("License", "LICENSE")}
"""Key of a document -> label of its button, and its file at the root of the extension."""

MAX_RECENT = 10
"""Number of recent prompts that are stored."""


class KINESCRIBE_PG_prompt(bpy.types.PropertyGroup):
    """A recent prompt, with the duration and seed that reproduce its motion."""

    prompt: StringProperty(name="Prompt")
    seconds: FloatProperty(name="Duration")
    seed: IntProperty(name="Seed")


def _make_name_unique(server: "KINESCRIBE_PG_server", context: bpy.types.Context) -> None:
    """Make a server's new name unique and free of slashes, which separate endpoint and model; forget its old name."""
    preferences = get_preferences(context)
    taken_names = {WORKER, ""} | (
        {s.name for s in preferences.servers if s != server} if preferences else set()
    )
    name = base_name = " ".join(server.name.replace("/", " ").split()) or "Server"
    number = 1
    while name in taken_names:
        number += 1
        name = f"{base_name} {number}"
    if name != server.name:
        server.name = name
    if preferences:
        for former_name in set(session.servers) - {s.name for s in preferences.servers}:
            del session.servers[former_name]


def _forget_status(server: "KINESCRIBE_PG_server", _context: bpy.types.Context) -> None:
    """Forget the status and models of a server whose address or token has changed."""
    session.servers.pop(server.name, None)


def _find_models(_preferences: "KINESCRIBE_AP_preferences", _context: bpy.types.Context) -> None:
    """Find out which models can be used now: ARDY can with another text encoder than the small one."""
    bpy.ops.kinescribe.find_models()


class KINESCRIBE_PG_server(bpy.types.PropertyGroup):
    """A server that speaks MMCP."""

    name: StringProperty(
        name="Name", description="Name of the server in the sidebar", update=_make_name_unique
    )
    url: StringProperty(
        name="Address",
        description="Where the server is, such as http://127.0.0.1:8000 or https://example.org",
        update=_forget_status,
    )
    token: StringProperty(
        name="Access Key",
        description="Password that the server's owner gave you, often called token or API key; empty if there is "
        "none. Blender stores it in its preferences, where others who use this computer can read it",
        subtype="PASSWORD",
        update=_forget_status,
    )
    token_variable: StringProperty(
        name="Key in Variable",
        description="Instead of the access key: name of an environment variable of the system that contains it, "
        "so that Blender does not store it",
        update=_forget_status,
    )


class KINESCRIBE_PG_checkpoint(bpy.types.PropertyGroup):
    """A checkpoint that the worker offers."""

    path: StringProperty(
        name="Model Folder",
        description="Folder of a downloaded MDM, DiP, MotionGPT or Kimodo model, with all files that were "
        "published with it",
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

    # not in the scene: undo would remove the prompt together with its motion, and files would hold prompts
    import_folder: StringProperty(name="Import Folder", subtype="DIR_PATH", options={"HIDDEN"})
    recent: CollectionProperty(type=KINESCRIBE_PG_prompt, name="Recent Prompts", options={"HIDDEN"})

    servers: CollectionProperty(type=KINESCRIBE_PG_server, name="Servers", options={"HIDDEN"})
    server_index: IntProperty(name="Server", options={"HIDDEN"})
    worker_python: StringProperty(
        name="Python",
        description="Program that runs these models: a Python with PyTorch, which Copy Command below installs. "
        "Its file is bin/python, on Windows Scripts\\python.exe",
        subtype="FILE_PATH",
    )
    worker_bfloat16: BoolProperty(
        name="Faster ARDY",
        description="This Python computes ARDY with fewer digits (bfloat16) where that is faster: on graphics "
        "cards and on processors made for it. Motions differ a little from those that are computed inside Blender",
    )
    body_model: StringProperty(
        name="Body Model",
        description="Your own SMPL, SMPL-H or SMPL-X model, .npz or .pkl, for showing motions as the mesh of that body",
        subtype="FILE_PATH",
    )
    text_source: StringProperty(
        name="Text Encoder",
        description="What reads prompts for ARDY. Empty: the small text encoder that was downloaded. Otherwise "
        "the name of a server of the list, the word Worker for the models on this computer, a folder with "
        "another text encoder, or a file with prompts that were read before (.npz)",
        subtype="FILE_PATH",
        update=_find_models,
    )
    use_language_model: BoolProperty(
        name="Use a Language Model",
        description="Let a language model, such as one on this computer, divide long prompts into actions; where "
        "it fails, Kinescribe does that itself",
    )
    language_model_url: StringProperty(
        name="Address",
        description="Where the language model is: the default is Ollama on this computer; any service with the "
        "interface of OpenAI works. Without /chat/completions at the end; other computers need Allow Online "
        "Access",
        default="http://127.0.0.1:11434/v1",
    )
    language_model_name: StringProperty(
        name="Model", description="Name of the language model, as its server lists it"
    )
    language_model_token: StringProperty(
        name="Access Key",
        description="Password that the server's owner gave you, often called token or API key; empty if there is "
        "none. Blender stores it in its preferences, where others who use this computer can read it",
        subtype="PASSWORD",
    )
    language_model_token_variable: StringProperty(
        name="Key in Variable",
        description="Instead of the access key: name of an environment variable of the system that contains it, "
        "so that Blender does not store it",
    )
    checkpoints: CollectionProperty(type=KINESCRIBE_PG_checkpoint, name="Model Folders", options={"HIDDEN"})
    checkpoint_index: IntProperty(name="Model Folder", options={"HIDDEN"})

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

        for card in session.cards:
            _draw_card(layout.box(), context, card)
        if any(card.folder for card in session.cards):
            column = layout.box().column()
            column.use_property_split = True
            column.use_property_decorate = False
            column.prop(self, "text_source")
        _draw_language_model(layout.box(), self)
        _draw_servers(layout.box(), context, self)
        _draw_worker(layout.box(), context, self)

        box = layout.box()
        box.label(text="Motion Cache", icon="FILE_CACHE")
        split = box.split(factor=0.6)
        split.label(text=cache_line(), translate=False)
        row = split.row(align=True)
        row.operator("kinescribe.measure_cache", text="Measure")
        row.operator("kinescribe.clear_cache", text="Clear", icon="TRASH")


def get_preferences(context: bpy.types.Context) -> KINESCRIBE_AP_preferences | None:
    """Return the extension's preferences; None where it has no entry in Blender's preferences."""
    entry = context.preferences.addons.get(__package__)
    page: KINESCRIBE_AP_preferences | None = entry.preferences if entry else None
    return page


def recent_prompts(
    context: bpy.types.Context,
) -> "bpy.types.bpy_prop_collection_idprop[KINESCRIBE_PG_prompt] | None":
    """Return the recent prompts, newest first; None where the extension has no entry in Blender's preferences."""
    preferences = get_preferences(context)
    return preferences.recent if preferences else None


def cache_line() -> str:
    """Return count and size of the cached motions in one line."""
    page = session.page
    if page.cached_motions is None:
        return iface("Generated and imported motions, for applying them again")
    text = iface("Motions kept: {count}, {size:.1f} MB")
    return text.format(count=page.cached_motions, size=page.cached_bytes / 1e6)


def _draw_card(box: bpy.types.UILayout, context: bpy.types.Context, card: CardInfo) -> None:
    """Draw a model that can be downloaded: what it is, whose terms it has, what is being done with it."""
    import textwrap

    status = session.card_tasks.get(card.id, TaskStatus())
    box.label(text=card.name, icon="CHECKMARK" if card.folder else "IMPORT", translate=False)
    column = box.column(align=True)
    letters = _letters_per_line(context)
    for text in (*describe_card(card), *card.notices):
        for line in textwrap.wrap(text, letters):
            column.label(text=line, translate=False)
    row = box.row(align=True)
    if status.is_busy:
        row.operator("kinescribe.cancel_model", text="Cancel", icon="X").card = card.id
    else:
        row.operator("kinescribe.download_model", text="Download...", icon="IMPORT").card = card.id
        row.operator("kinescribe.use_model_folder", text="From Folder...", icon="FILE_FOLDER").card = card.id
        if card.folder:
            row.operator("kinescribe.remove_model", text="Remove...", icon="TRASH").card = card.id
    row.operator("wm.url_open", text="Terms", icon="URL").url = card.licence_url
    if card.folder:
        place = iface("Installed in {folder}, {size:.0f} MB").format(folder=card.folder, size=card.megabytes)
        for line in textwrap.wrap(place, letters):
            box.label(text=line, translate=False)
    _draw_status(box, context, status)


def describe_card(card: CardInfo) -> list[str]:
    """Return what a model is and whose terms it has, in translated lines."""
    description, strengths, memory, licence, territory = card.texts
    return [
        iface(description),
        iface("Good at: {text}").format(text=iface(strengths)),
        iface("Download: {size}; memory: {memory}").format(size=iface(card.size), memory=iface(memory)),
        iface("License: {licence}").format(licence=iface(licence)),
        iface("Territory: {text}").format(text=iface(territory)),
    ]


def _draw_language_model(box: bpy.types.UILayout, preferences: KINESCRIBE_AP_preferences) -> None:
    """Draw whether a language model breaks prompts down, and which."""
    box.label(text="Language Model", icon="WORDWRAP_ON")
    column = box.column()
    column.use_property_split = True
    column.use_property_decorate = False
    column.prop(preferences, "use_language_model")
    if not preferences.use_language_model:
        return
    for name in ("url", "name", "token", "token_variable"):
        column.prop(preferences, f"language_model_{name}")
    column.label(text="Every prompt is sent to this address")


def _draw_servers(
    box: bpy.types.UILayout, context: bpy.types.Context, preferences: KINESCRIBE_AP_preferences
) -> None:
    """Draw the list of servers, and settings and models of the selected one."""
    box.label(text="Servers", icon="URL")
    box.label(text="Programs that make motions for Kinescribe, on this or on other computers")
    row = box.row()
    row.template_list(
        "KINESCRIBE_UL_servers", "", preferences, "servers", preferences, "server_index", rows=3
    )
    column = row.column(align=True)
    column.operator("kinescribe.add_server", text="", icon="ADD")
    column.operator("kinescribe.remove_server", text="", icon="REMOVE")
    if not 0 <= preferences.server_index < len(preferences.servers):
        return
    server = preferences.servers[preferences.server_index]
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
    box: bpy.types.UILayout, context: bpy.types.Context, preferences: KINESCRIBE_AP_preferences
) -> None:
    """Draw the worker's Python, its checkpoints, its status and its models."""
    box.label(text="Other Models on This Computer", icon="CONSOLE")
    column = box.column()
    column.use_property_split = True
    column.use_property_decorate = False
    column.prop(preferences, "worker_python")
    column.prop(preferences, "worker_bfloat16")
    column.prop(preferences, "body_model")
    row = box.row()
    row.label(text="No such Python yet? One command installs it")
    row.operator("kinescribe.copy_environment_command", icon="COPYDOWN")
    row = box.row()
    row.template_list(
        "KINESCRIBE_UL_checkpoints", "", preferences, "checkpoints", preferences, "checkpoint_index", rows=2
    )
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
    import textwrap

    column = box.column(align=True)
    if status.message:
        column.alert = status.level == "ERROR"
        for line in textwrap.wrap(status.message, _letters_per_line(context)):
            column.label(text=line, translate=False)
    for model in status.models if isinstance(status, EndpointStatus) else ():
        column.label(text=model.name, icon="ARMATURE_DATA", translate=False)
        for line in describe_model(model):
            column.label(text=line, icon="BLANK1", translate=False)


def describe_model(model: ModelInfo) -> list[str]:
    """Return limits, features and licence of a model, a line each."""
    limits = iface("Up to {seconds:g} s, {samples} variations at once, {fps:g} frames a second")
    features = ", ".join(iface(word) for word in model.features) or iface("text alone")
    lines = [
        limits.format(seconds=model.max_seconds, samples=model.max_samples, fps=model.fps),
        iface("Understands: {words}").format(words=features),
        iface("License: {licence}").format(licence=iface(model.licence)),
    ]
    return [*lines, iface("Can also describe motions: see Caption")] if model.describes_motions else lines


def _letters_per_line(context: bpy.types.Context) -> int:
    """Return how many letters fit into one line of the preferences."""
    scale = context.preferences.system.ui_scale or 1.0
    return max(40, int((context.region.width / scale - 80) / 7.0)) if context.region else 100


def _draw_document(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw the open document, wrapped to the width of the page."""
    import textwrap

    letters = _letters_per_line(context)
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
