# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers and the worker asked for their models off the main thread, and the worker watched, by one timer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import bpy

from ..preferences import WORKER, Card, places
from ..preferences import Place as Shown
from . import background_tasks, generation
from . import endpoints as found

if TYPE_CHECKING:
    from ..inference.endpoints import Place
    from ..inference.remote import RemoteModel

INTERVAL = 0.2
"""Seconds between two looks at what is asked, and at the worker."""

JOIN_SECONDS = 3.0
"""How long leaving waits for a server that does not answer; its thread is a daemon."""

WORDS = {
    "root_path": "paths",
    "effector_target": "hand and foot targets",
    "pose_keyframe": "poses",
}
"""MMCP's constraints in the panel's words."""


class Errand:
    """Something that takes its time, in a thread of its own."""

    def __init__(
        self,
        work: Callable[[Callable[[], bool]], Any],
        said: Callable[[], str] | None = None,
        finish: Callable[[Any], Shown] | None = None,
    ) -> None:
        """``work(cancelled)`` runs in the thread; in the main thread ``said()`` tells how far it is, and
        ``finish(result)`` what is shown at its end."""
        self.said, self.finish = said, finish
        self.result: Any = None
        self.error: BaseException | None = None
        self._leave = threading.Event()
        self._work = work
        self._thread = threading.Thread(target=self._run, name="kinescribe-errand", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._work(self._leave.is_set)
        except BaseException as error:  # looked at by whoever asked
            self.error = error

    @property
    def done(self) -> bool:
        """Whether there is a result or an error."""
        return not self._thread.is_alive()

    def leave(self) -> None:
        """Nobody waits any more."""
        self._leave.set()

    def join(self, seconds: float | None = None) -> None:
        """Wait for it."""
        self._thread.join(seconds)


_errands: dict[str, Errand] = {}


def ask(place: Place, again: bool = False) -> Errand:
    """Ask a place for its models; the timer shows what it says. Asking again drops what was asked before.

    ``again``: end the worker first.
    """
    _drop(place.name)
    places[place.name] = replace(
        places.get(place.name, Shown()), busy=True, level="INFO",
        sentence="The worker starts" if place.name == WORKER else "Asking the server for its models",
    )  # fmt: skip
    errand = _errands[place.name] = Errand(lambda cancelled: _models(place, cancelled, again))
    watch()
    return errand


def stop() -> Errand:
    """End the worker."""
    _drop(WORKER)
    places[WORKER] = Shown(busy=True, sentence="The worker ends")
    errand = _errands[WORKER] = Errand(lambda _cancelled: found.worker().stop())
    watch()
    return errand


def run(
    name: str,
    work: Callable[[Callable[[], bool]], Any],
    sentence: str,
    said: Callable[[], str],
    finish: Callable[[Any], Shown],
) -> Errand:
    """Another errand, shown under ``name``: see :class:`Errand`."""
    places[name] = Shown(busy=True, sentence=sentence)
    errand = _errands[name] = Errand(work, said, finish)
    watch()
    return errand


def leave(name: str) -> None:
    """Ask an errand to end; the timer shows when it has."""
    if name in _errands:
        _errands[name].leave()


def watch() -> None:
    """Let the timer look at errands and at the worker until neither is there."""
    if not bpy.app.timers.is_registered(poll):
        bpy.app.timers.register(poll, first_interval=INTERVAL, persistent=True)


def poll() -> float | None:
    """The timer."""
    before = dict(places)
    for name, errand in list(_errands.items()):
        if errand.done and not (errand.finish and background_tasks.is_blender_busy()):
            del _errands[name]
            places[name] = _outcome(name, errand)
        elif errand.said is not None and (line := errand.said()):
            places[name] = replace(places[name], sentence=line)
    alive = _look_at_worker()
    if places != before:
        redraw()
    # a generation may be about to start the worker
    return INTERVAL if _errands or alive or generation.is_running() else None


def redraw() -> None:
    """Let sidebars and preferences show it."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"VIEW_3D", "PREFERENCES"}:
                for region in area.regions:
                    region.tag_redraw()


def _models(place: Place, cancelled: Callable[[], bool], again: bool) -> list[RemoteModel]:
    from ..inference import registry
    from ..motion import BackendError

    if again:
        found.worker().stop()
    server = place.reach(cancelled)
    try:
        models = place.models(server, cancelled)
    except BackendError as error:
        raise place.explained(error) from None
    registry.remember(place, models)
    return models


def _outcome(name: str, errand: Errand) -> Shown:
    """What is shown of a place after it was asked."""
    from ..motion import Cancelled, KinescribeError

    runs = name == WORKER and found.worker().state in ("STARTING", "LISTENING")
    if errand.error is not None:
        if isinstance(errand.error, KinescribeError):
            level = "INFO" if isinstance(errand.error, Cancelled) else "ERROR"
            return Shown(sentence=str(errand.error), level=level, runs=runs)
        return Shown(
            sentence=f"Kinescribe failed, which is a mistake in it: {type(errand.error).__name__}: {errand.error}",
            level="ERROR",
            runs=runs,
        )
    if errand.finish is not None:
        return errand.finish(errand.result)
    if errand.result is None:
        return Shown(sentence="The worker is not running")
    cards = tuple(_card(name, model) for model in errand.result)
    if name == WORKER:
        said = "The worker runs"
    else:
        said = "The server answers" if cards else "The server answers, but has no models"
    return Shown(sentence=said, cards=cards, runs=runs)


def _card(place: str, model: RemoteModel) -> Card:
    able = model.capabilities
    can = [WORDS[word] for word in WORDS if word in able.constraints]
    if able.supports_loop:
        can.append("loops")
    return Card(
        f"{place}/{model.id}",
        model.id,
        able.licence,
        able.fps,
        able.max_seconds,
        able.max_samples,
        tuple(can),
        able.captions,
    )


def _look_at_worker() -> bool:
    """Whether it runs; its end, where nobody asked for it, is shown."""
    if not found.worker_ever():
        return False
    now, state = places.get(WORKER, Shown()), found.worker().state
    alive = state in ("STARTING", "LISTENING")
    if now.busy:
        return alive
    if state == "FAILED" and now.sentence != found.worker().sentence:
        places[WORKER] = Shown(sentence=found.worker().sentence, level="ERROR", cards=now.cards)
    elif state == "LISTENING" and not now.runs:  # started by a generation
        places[WORKER] = replace(now, sentence="The worker runs", level="INFO", runs=True)
    return alive


def _drop(name: str) -> None:
    errand = _errands.pop(name, None)
    if errand:
        errand.leave()


def register() -> None:
    """Nothing runs yet."""


def unregister() -> None:
    """Leave all errands, end the worker by its handle, and forget what was found."""
    from ..inference import registry

    if bpy.app.timers.is_registered(poll):
        bpy.app.timers.unregister(poll)
    left = list(_errands.values())
    _errands.clear()
    for errand in left:
        errand.leave()
    if found.worker_ever():
        found.worker().stop()
        found.worker.cache_clear()
    for errand in left:
        errand.join(JOIN_SECONDS)
    registry.forget()
