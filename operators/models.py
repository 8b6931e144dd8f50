# SPDX-License-Identifier: GPL-3.0-or-later
"""Models that a user downloads: show their cards, download one after its terms were agreed to, use a folder, remove.

Downloads, checks and removals run in background tasks. The session holds what the preferences and the sidebar show.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, StringProperty

from ..preferences import describe_card, get_preferences
from ..scene.user_folder import find_user_folder
from ..session import CardInfo, ModelInfo, TaskStatus, session
from .background_tasks import BackgroundTask, failed_status, run_tasks
from .base import ReportsErrors, Result, translate
from .notify import redraw_panels

if TYPE_CHECKING:
    from ..inference.backend import IsCancelled, Progress
    from ..inference.models.cards import ModelCard
    from ..inference.models.receipts import Receipt
    from ..inference.models.transfer import Hub

OFFLINE = "Switch on Allow Online Access in Preferences > System first"
NOT_INSTALLED = "ARDY or its text encoder is not installed: download both in the preferences of Kinescribe"
BUSY = "This model is being downloaded, checked or removed: wait for it, or cancel it"

_REFRESH_DELAY = 1.0
"""Seconds after enabling, so that it imports nothing of the room inference."""

_MEGABYTE = 1_000_000

_tasks: dict[str, BackgroundTask[Any]] = {}
"""The last task of each model, by the id of its card."""


def models_folder() -> Path:
    """Return the folder of all models, which may not exist yet."""
    return find_user_folder("models")


def get_hub() -> "Hub":
    """Return the model hub with the present state of online access, which threads must not ask for."""
    from ..inference.models.transfer import Hub

    online = bool(bpy.app.online_access)
    return Hub(is_online=lambda: online)


def get_quality_steps(settings: Any) -> int | None:
    """Return the steps of the scene's quality; None for a model that has no qualities."""
    from ..inference.models.cards import ARDY

    if settings.model.strip() != ARDY:
        return None
    from ..inference.models.installed import QUALITIES

    return QUALITIES[settings.quality]


def refresh_cards() -> None:
    """Store which models are installed in the session, for the panels. Reads a few small files."""
    from ..inference.models.cards import ARDY, ARDY_TEXT, CARDS
    from ..inference.models.receipts import read_receipt

    root = models_folder()
    session.cards = tuple(_card_info(card, read_receipt(root, card)) for card in CARDS)
    preferences = get_preferences(bpy.context)
    has_text_source = preferences is not None and bool(preferences.text_source.strip())
    is_complete = all(card.folder or (card.id == ARDY_TEXT and has_text_source) for card in session.cards)
    session.installed = tuple(_model_info(card) for card in CARDS if card.id == ARDY and is_complete)


def _model_info(card: "ModelCard") -> ModelInfo:
    return ModelInfo(
        choice=card.id,
        name=card.name,
        licence=card.licence,
        fps=20.0,
        max_seconds=600.0,
        max_samples=8,
        features=("paths", "hand and foot targets", "poses", "loops"),
    )


def _card_info(card: "ModelCard", receipt: "Receipt | None") -> CardInfo:
    return CardInfo(
        id=card.id,
        name=card.name,
        texts=(card.description, card.strengths, card.memory, card.licence, card.territory),
        size=card.size,
        notices=card.notices,
        page=card.page,
        licence_url=card.licence_url,
        folder=str(receipt.folder) if receipt else "",
        is_own=receipt is not None and receipt.is_own,
        megabytes=receipt.bytes / _MEGABYTE if receipt else 0.0,
    )


class _OnCard(ReportsErrors):
    """An operator on the model of a card."""

    card: StringProperty(name="Model", description="Id of the model, such as ardy", options={"SKIP_SAVE"})

    def require_card(self) -> "ModelCard":
        """Return the card. Raises ``RequestError`` if there is none, or something is done with its model."""
        from ..inference.models.cards import find_card
        from ..motion import RequestError

        card = find_card(self.card)
        if card is None:
            raise RequestError("There is no model {model}", model=self.card[:100])
        if get_status(card.id).is_busy:
            raise RequestError(BUSY)
        return card


class KINESCRIBE_OT_download_model(_OnCard, bpy.types.Operator):
    """Download this model after you have read its terms and agreed to them"""

    bl_idname = "kinescribe.download_model"
    bl_label = "Download Model"
    bl_options = {"INTERNAL"}

    agree: BoolProperty(
        name="I Have Read the Terms and Agree",
        description="Nothing is downloaded without it",
        default=False,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Require online access."""
        if not bpy.app.online_access:
            cls.poll_message_set(OFFLINE)
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Show what is downloaded and whose terms it has, and wait for the user's consent."""
        self.agree = False
        return context.window_manager.invoke_props_dialog(self, width=560)

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the card, links to its terms, and the box to tick."""
        info = find_card_info(self.card)
        if info is None:
            return
        column = self.layout.column(align=True)
        column.label(text=info.name, icon="IMPORT", translate=False)
        for line in describe_card(info):
            column.label(text=line, translate=False)
        for notice in info.notices:
            column.label(text=notice, icon="INFO", translate=False)
        row = self.layout.row(align=True)
        row.operator("wm.url_open", text="Terms", icon="URL").url = info.licence_url
        row.operator("wm.url_open", text="Model Page", icon="URL").url = info.page
        self.layout.prop(self, "agree")

    def run(self, _context: bpy.types.Context) -> Result:
        """Start the download; in background mode wait for it."""
        from ..inference.models.install import download_model
        from ..motion import RequestError

        card = self.require_card()
        if not self.agree:
            raise RequestError("Nothing is downloaded before you have read the terms and agreed to them")
        work = partial(download_model, models_folder(), card, get_hub())
        _start_task(card, work, translate("Asking the model hub for its files"), _show_installed)
        return {"FINISHED"}


class KINESCRIBE_OT_cancel_model(bpy.types.Operator):
    """Stop the download; another one goes on where it ended"""

    bl_idname = "kinescribe.cancel_model"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    card: StringProperty(name="Model", description="Id of the model, such as ardy", options={"SKIP_SAVE"})

    def execute(self, _context: bpy.types.Context) -> Result:
        """Cancel the task, even if its thread notices later."""
        task = _tasks.get(self.card)
        if task is None or not get_status(self.card).is_busy:
            return {"CANCELLED"}
        task.cancel()
        set_status(self.card, TaskStatus(message=translate("Cancelled")))
        return {"FINISHED"}


class KINESCRIBE_OT_use_model_folder(_OnCard, bpy.types.Operator):
    """Use a folder that already holds this model, where it is"""

    bl_idname = "kinescribe.use_model_folder"
    bl_label = "Use Folder"
    bl_options = {"INTERNAL"}

    directory: StringProperty(
        name="Folder", description="Folder with the model's files", subtype="DIR_PATH", options={"SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Let the user choose the folder."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, _context: bpy.types.Context) -> Result:
        """Start checking the folder; in background mode wait for it."""
        from ..inference.models.install import adopt_folder
        from ..motion import RequestError

        card = self.require_card()
        if not self.directory:
            raise RequestError("Choose the folder of the model first")
        folder = Path(bpy.path.abspath(self.directory))

        root = models_folder()

        def work(_progress: "Progress", is_cancelled: "IsCancelled") -> "Receipt":
            return adopt_folder(root, card, folder, is_cancelled)

        _start_task(card, work, translate("Checking the folder"), _show_installed)
        return {"FINISHED"}


class KINESCRIBE_OT_remove_model(_OnCard, bpy.types.Operator):
    """Delete what was downloaded of this model; a folder of your own is left as it is"""

    bl_idname = "kinescribe.remove_model"
    bl_label = "Remove Model"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Ask first."""
        return context.window_manager.invoke_confirm(self, event)

    def run(self, _context: bpy.types.Context) -> Result:
        """Start removing; in background mode wait for it."""
        from ..inference.models.install import remove_model
        from ..inference.models.installed import release_models

        card, root = self.require_card(), models_folder()

        def work(_progress: "Progress", _is_cancelled: "IsCancelled") -> None:
            release_models()
            remove_model(root, card)

        _start_task(card, work, translate("Removing the model"), _show_removed)
        return {"FINISHED"}


def get_status(card_id: str) -> TaskStatus:
    """Return what is being done with the model of a card, as panels show it."""
    return session.card_tasks.get(card_id, TaskStatus())


def set_status(card_id: str, status: TaskStatus) -> None:
    """Store what is being done with the model of a card."""
    session.card_tasks = {**session.card_tasks, card_id: status}


def find_card_info(card_id: str) -> CardInfo | None:
    """Return a card as panels show it; None if there is none."""
    return next((card for card in session.cards if card.id == card_id), None)


def _start_task(
    card: "ModelCard",
    work: "Callable[[Progress, IsCancelled], Any]",
    text: str,
    on_done: "Callable[[ModelCard, Any], None]",
) -> None:
    """Start a task of a model; in background mode wait for it.

    Parameters
    ----------
    card : the model
    work : called in the thread with the progress and whether it was cancelled
    text : shown until there is progress, translated
    on_done : called with the card and the result
    """

    def show_progress(done: int, total: int) -> None:
        shown = text
        if total:
            shown = translate("{done:.0f} of {total:.0f} MB", done=done / _MEGABYTE, total=total / _MEGABYTE)
            if done >= total:
                shown = translate("Checking the model")
        set_status(card.id, TaskStatus(is_busy=True, message=shown))

    def show_error(error: BaseException) -> None:
        set_status(card.id, failed_status(error))
        refresh_cards()

    task: BackgroundTask[Any] = BackgroundTask(
        work,
        on_done=partial(on_done, card),
        on_error=show_error,
        on_progress=show_progress,
        after=_tasks.get(card.id),  # its thread may still be writing
        waits_for_user=False,
    )
    _tasks[card.id] = task
    set_status(card.id, TaskStatus(is_busy=True, message=text))
    run_tasks(task)


def _show_installed(card: "ModelCard", receipt: "Receipt") -> None:
    size = receipt.bytes / _MEGABYTE
    message = translate("{model} is ready: {size:.0f} MB", model=card.name, size=size)
    set_status(card.id, TaskStatus(message=message))
    refresh_cards()


def _show_removed(card: "ModelCard", _result: None) -> None:
    set_status(card.id, TaskStatus(message=translate("{model} was removed", model=card.name)))
    refresh_cards()


class KINESCRIBE_OT_find_models(bpy.types.Operator):
    """Find out which models are installed"""

    bl_idname = "kinescribe.find_models"
    bl_label = "Find Models"
    bl_options = {"INTERNAL"}

    def execute(self, _context: bpy.types.Context) -> Result:
        refresh_cards()
        redraw_panels()
        return {"FINISHED"}


_classes = (
    KINESCRIBE_OT_find_models,
    KINESCRIBE_OT_download_model,
    KINESCRIBE_OT_cancel_model,
    KINESCRIBE_OT_use_model_folder,
    KINESCRIBE_OT_remove_model,
)


def register() -> None:
    """Register the operators; with a window, find out a moment later which models are installed."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    if not bpy.app.background:
        bpy.app.timers.register(_refresh_later, first_interval=_REFRESH_DELAY, persistent=True)


def _refresh_later() -> None:
    refresh_cards()
    redraw_panels()


def unregister() -> None:
    """Unregister the operators, cancel their tasks, and give the models' memory back where nothing uses it."""
    if bpy.app.timers.is_registered(_refresh_later):
        bpy.app.timers.unregister(_refresh_later)
    for task in _tasks.values():
        task.cancel()
    _tasks.clear()
    _release_models()
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)


def _release_models() -> None:
    """Forget opened models if any were opened, without importing anything for that and without waiting."""
    name = f"{__package__.rpartition('.')[0]}.inference.models.installed"
    module = sys.modules.get(name)
    if module is not None:
        module.release_models(wait=False)
