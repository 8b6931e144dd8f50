# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages from a script inside Blender to the command that started it: marked lines of JSON on standard output."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

MARK = "KINESCRIBE "


def send_message(**values: Any) -> None:
    """Send one message."""
    sys.stdout.write(f"\n{MARK}{json.dumps(values)}\n")
    sys.stdout.flush()


@contextmanager
def timed_part(name: str) -> Iterator[None]:
    """Context manager: report the start of a part, and its seconds at the end."""
    send_message(begins=name)
    start = time.perf_counter()
    yield
    send_message(ends=name, seconds=time.perf_counter() - start)


def run_script(main: Callable[[Any], object]) -> None:
    """Call ``main`` with the process's argument read as JSON, and end the process.

    An error becomes a message, a traceback and the exit status 1. The process ends without Python's own shutdown, in
    which bpy may hang once Rigify has run.
    """
    status = 0
    try:
        main(json.loads(sys.argv[1]))
    except Exception as error:
        send_message(error=f"{type(error).__name__}: {error}")
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
