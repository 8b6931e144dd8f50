# SPDX-License-Identifier: GPL-3.0-or-later
"""Let Blender's main thread get Python's interpreter soon while threads of the extension calculate.

Blender takes the interpreter anew for every callback: each panel that a redraw shows, each timer, each handler. If a
thread runs Python then, the main thread first waits for the switch interval, 5 ms if nobody has changed it, and only
then asks for the interpreter (CPython, Python/ceval_gil.c). This matters while modules are imported and texts are read.
What NumPy and OpenBLAS calculate is not waited for: they give the interpreter back meanwhile.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_SECONDS = 0.001
"""After how long the main thread asks for the interpreter. Shorter waits are rounded to none or to a millisecond by
Windows, and are no longer felt."""

_lock = threading.Lock()
_users: set[object] = set()
"""One for each thread that calculates."""

_usual_seconds = _short_seconds = 0.0
"""The interval before the first of them and the one since then, as Python states them."""

_HALF_MICROSECOND = 0.5e-6
"""Python cuts an interval to whole microseconds: without this, what it states and gets back would shrink."""


@contextmanager
def switch_threads_often() -> Iterator[None]:
    """Context manager: other threads get the interpreter from this one after ``SWITCH_SECONDS``.

    Threads may use it side by side. The last one restores the interval, unless someone else has changed it meanwhile.
    """
    global _usual_seconds, _short_seconds
    user = object()
    with _lock:
        if not _users:
            _usual_seconds = sys.getswitchinterval()
            if _usual_seconds > SWITCH_SECONDS:
                sys.setswitchinterval(SWITCH_SECONDS)
            _short_seconds = sys.getswitchinterval()
        _users.add(user)
    try:
        yield
    finally:
        with _lock:
            if user in _users:
                _users.remove(user)
                _restore_interval()


def restore_switch_interval() -> None:
    """Restore the interval, also if threads still calculate: the extension is being disabled."""
    with _lock:
        if _users:
            _users.clear()
            _restore_interval()


def _restore_interval() -> None:
    """Restore the interval if no thread needs the short one any more; ``_lock`` is held."""
    if not _users and sys.getswitchinterval() == _short_seconds != _usual_seconds:
        sys.setswitchinterval(_usual_seconds + _HALF_MICROSECOND)
