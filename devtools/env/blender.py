# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a script of ``in_blender`` in a bpy environment and pass on what it reports."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from .console import CommandError, Stopwatch, say
from .environments import ROOT, ensure
from .package import blender_environment

_MARK = "KINESCRIBE "


def run(
    blender: str,
    script: str,
    arguments: list[str],
    resources: Path,
    watch: Stopwatch | None = None,
    limit: float = 600.0,
) -> list[dict[str, Any]]:
    """Run the module ``in_blender.<script>`` and return its messages.

    ``resources``: the user folder that Blender sees. ``watch``: parts are announced and timed on it.
    Raises :class:`CommandError` where the script fails, with its own sentence when it has one.
    """
    python = ensure(f"blender-{blender}")
    messages: list[dict[str, Any]] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [str(python), "-m", f"devtools.in_blender.{script}", *arguments], cwd=ROOT,
            env=blender_environment(resources), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        watchdog = threading.Timer(limit, process.kill)
        watchdog.start()
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if line.startswith(_MARK):
                    message = json.loads(line[len(_MARK) :])
                    messages.append(message)
                    _show(message, watch)
                else:
                    log.write(line)
            status = process.wait()
        except BaseException:
            process.kill()
            raise
        finally:
            watchdog.cancel()
        errors = [str(message["error"]) for message in messages if "error" in message]
        if errors:
            raise CommandError(errors[-1])
        if status != 0:
            log.seek(0)
            raise CommandError(f"Blender {blender} ended with status {status}:\n{log.read()[-4000:]}")
    return messages


def _show(message: dict[str, Any], watch: Stopwatch | None) -> None:
    if watch is not None and "ends" in message:
        watch.parts[message["ends"]] = message["seconds"]
        say(f"{message['ends']} ... {message['seconds']:.1f} s")
