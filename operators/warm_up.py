# SPDX-License-Identifier: GPL-3.0-or-later
"""Import what the first generation needs while nobody waits for it: NumPy and the rest take up to half a second.

In a window only, a moment after it has opened, in a thread of its own; neither enabling nor scripts wait for it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib import import_module

import bpy

DELAY = 1.5
"""Seconds after enabling, so that Blender's own start is over."""

NEEDED = (
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
_leave = threading.Event()


def start() -> None:
    """The timer: once."""
    global _thread
    _leave.clear()
    _thread = threading.Thread(target=_load, name="kinescribe-warm-up", daemon=True)
    _thread.start()


def _load() -> None:
    for name in NEEDED:
        if _leave.is_set():
            return
        # what cannot be imported will say so where it is used
        with suppress(Exception):
            import_module(f"..{name}", __package__)


def register() -> None:
    """Plan it."""
    if not bpy.app.background:
        bpy.app.timers.register(start, first_interval=DELAY, persistent=True)


def unregister() -> None:
    """Forget it, or wait until the module is there that is being imported."""
    global _thread
    if bpy.app.timers.is_registered(start):
        bpy.app.timers.unregister(start)
    _leave.set()
    if _thread is not None:
        _thread.join(5.0)
        _thread = None
