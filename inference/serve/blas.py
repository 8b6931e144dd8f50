# SPDX-License-Identifier: GPL-3.0-or-later
"""How many threads the matrix products of a server take."""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

import numpy as np

_SET = ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_", "openblas_set_num_threads")
_CHOSEN = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


def leave_a_core() -> int:
    """Let NumPy's own OpenBLAS use all processors but one; the number of its threads, 0 where that was not ours to say.

    A product that is shared out waits for its slowest part, and one processor has requests to read, trajectories to
    find and answers to write: with a share of its own it makes the others wait. Whoever set one of OpenBLAS's
    environment variables has chosen already; other libraries than that of NumPy's wheels are left alone.
    """
    if any(os.environ.get(name) for name in _CHOSEN):
        return 0
    threads = max(1, (os.cpu_count() or 2) - 1)
    package = Path(np.__file__).parent
    for folder in (package.with_name("numpy.libs"), package / ".dylibs"):
        for path in folder.glob("*openblas*"):
            with contextlib.suppress(OSError):
                library = ctypes.CDLL(str(path))  # it is loaded already: this finds it again
                name = next((name for name in _SET if hasattr(library, name)), None)
                if name is not None:
                    getattr(library, name)(ctypes.c_int(threads))
                    return threads
    return 0
