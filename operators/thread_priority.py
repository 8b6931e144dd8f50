# SPDX-License-Identifier: GPL-3.0-or-later
"""Let a thread calculate beside Blender's drawing, and not in its place, where there are few processors."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from contextlib import suppress

_NICE, _NICEST = 8, 19
"""By how much a thread on Linux yields, and the most that there is.

Beside drawing, which needs all processors for a moment, it gets a sixth of what it would have. Software OpenGL draws
itself with all processors, so that gaps in a drag grow with what a motion takes of them, and delays of the ghost with
what it is denied: 5 leaves gaps above 100 ms on two processors, 10 makes the ghost half as slow again.
"""

_BELOW_NORMAL = -1
"""Windows' THREAD_PRIORITY_BELOW_NORMAL."""


def lower_thread_priority() -> None:
    """Give the thread that calls it a lower priority than Blender's, until it ends; where that is possible."""
    if sys.platform == "linux":
        # there a thread has a priority of its own, unlike on macOS, where this would be that of the process
        with suppress(OSError):
            thread = threading.get_native_id()
            usual = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, min(usual + _NICE, _NICEST))
    elif sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        kernel.SetThreadPriority.argtypes = [ctypes.c_void_p, ctypes.c_int]
        kernel.SetThreadPriority(kernel.GetCurrentThread(), _BELOW_NORMAL)
