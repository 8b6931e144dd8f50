# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers and the worker asked for their models off the main thread, and the worker watched, by one timer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import bpy

from ..preferences import Place as Shown
from ..preferences import places
from . import background_tasks

INTERVAL = 0.2
"""Seconds between two looks at what is asked, and at the worker."""

JOIN_SECONDS = 3.0
"""How long leaving waits for a server that does not answer; its thread is a daemon."""


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
    if places != before:
        redraw()
    # a generation may be about to start the worker
    return INTERVAL if _errands else None


def redraw() -> None:
    """Let sidebars and preferences show it."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"VIEW_3D", "PREFERENCES"}:
                for region in area.regions:
                    region.tag_redraw()


def _outcome(name: str, errand: Errand) -> Shown:
    """What is shown of a place after it was asked."""
    from ..motion import Cancelled, KinescribeError

    if errand.error is not None:
        if isinstance(errand.error, KinescribeError):
            level = "INFO" if isinstance(errand.error, Cancelled) else "ERROR"
            return Shown(sentence=str(errand.error), level=level)
        return Shown(
            sentence=f"Kinescribe failed, which is a mistake in it: {type(errand.error).__name__}: {errand.error}",
            level="ERROR",
        )
    if errand.finish is not None:
        return errand.finish(errand.result)
    raise AssertionError


def register() -> None:
    """Nothing runs yet."""


def unregister() -> None:
    """Leave all errands."""
    if bpy.app.timers.is_registered(poll):
        bpy.app.timers.unregister(poll)
    left = list(_errands.values())
    _errands.clear()
    for errand in left:
        errand.leave()
    for errand in left:
        errand.join(JOIN_SECONDS)
