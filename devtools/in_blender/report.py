# SPDX-License-Identifier: GPL-3.0-or-later
"""How a script inside Blender talks to the command that started it: one marked JSON line for each message."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MARK = "KINESCRIBE "


def send(**values: Any) -> None:
    """Send one message."""
    sys.stdout.write(f"\n{MARK}{json.dumps(values)}\n")
    sys.stdout.flush()


@contextmanager
def part(name: str) -> Iterator[None]:
    """Tell that a part begins, and how long it took."""
    send(begins=name)
    start = time.perf_counter()
    yield
    send(ends=name, seconds=time.perf_counter() - start)
