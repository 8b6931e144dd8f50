# SPDX-License-Identifier: GPL-3.0-or-later
"""Import the modules of the first generation ahead of time, in a thread: they take up to half a second.

Only with a window, and a moment after it has opened, so that neither enabling nor scripts wait for it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib import import_module

import bpy

from .thread_switching import switch_threads_often

DELAY = 1.5
"""Seconds after enabling, so that Blender's own start is over."""

MODULE_NAMES = (
    "motion.retarget.retarget",
    "motion.mapping.bone_map",
    "motion.resample",
    "motion.formats",
    "inference.jobs",
    "inference.registry",
    "inference.embedded",
)
"""Modules without bpy, which must not be touched by threads."""

_thread: threading.Thread | None = None
_stop_requested = threading.Event()


def start_thread() -> None:
    """Start the thread that imports the modules; called once by a timer."""
    global _thread
    _stop_requested.clear()
    _thread = threading.Thread(target=_import_modules, name="kinescribe-warm-up", daemon=True)
    _thread.start()


def _import_modules() -> None:
    with switch_threads_often():
        for name in MODULE_NAMES:
            if _stop_requested.is_set():
                return
            # a module that can't be imported raises where it is used
            with suppress(Exception):
                import_module(f"..{name}", __package__)


def register() -> None:
    """Start the thread after ``DELAY``, if Blender has a window."""
    if not bpy.app.background:
        bpy.app.timers.register(start_thread, first_interval=DELAY, persistent=True)


def unregister() -> None:
    """Remove the timer, and wait until the thread has imported its current module."""
    global _thread
    if bpy.app.timers.is_registered(start_thread):
        bpy.app.timers.unregister(start_thread)
    _stop_requested.set()
    if _thread is not None:
        _thread.join(5.0)
        _thread = None
