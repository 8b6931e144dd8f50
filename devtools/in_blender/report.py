# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages from a script inside Blender to the command that started it: marked lines of JSON on standard output."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
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
