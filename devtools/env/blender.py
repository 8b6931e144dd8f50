# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a script of ``in_blender`` in an environment with bpy and read the messages that it prints."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from .console import CommandError, Stopwatch, print_line
from .environments import ROOT, ensure_environment
from .package import blender_variables

_MARK = "KINESCRIBE "


def run_script(
    version: str,
    script: str,
    arguments: list[str],
    user_folder: Path,
    stopwatch: Stopwatch | None = None,
    limit_seconds: float = 600.0,
) -> list[dict[str, Any]]:
    """Run the module ``in_blender.<script>`` and return its messages.

    Raises CommandError if the script fails, with the script's own message if it sent one.

    Parameters
    ----------
    version : str
        Which Blender, such as "4.5".
    script : str
        Module of ``in_blender``.
    arguments : list of str
        Its command-line arguments.
    user_folder : Path
        The user folder that Blender uses, extensions and preferences.
    stopwatch : Stopwatch, optional
        Receives the seconds of every part that the script reports; they are printed too.
    limit_seconds : float
        The process is killed after this time.
    """
    python = ensure_environment(f"blender-{version}")
    messages: list[dict[str, Any]] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [str(python), "-m", f"devtools.in_blender.{script}", *arguments], cwd=ROOT,
            env=blender_variables(user_folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        kill_timer = threading.Timer(limit_seconds, process.kill)
        kill_timer.start()
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if line.startswith(_MARK):
                    message = json.loads(line[len(_MARK) :])
                    messages.append(message)
                    _record_part(message, stopwatch)
                else:
                    log.write(line)
            status = process.wait()
        except BaseException:
            process.kill()
            raise
        finally:
            kill_timer.cancel()
        errors = [str(message["error"]) for message in messages if "error" in message]
        if errors:
            raise CommandError(errors[-1])
        if status != 0:
            log.seek(0)
            raise CommandError(f"Blender {version} ended with status {status}:\n{log.read()[-4000:]}")
    return messages


def _record_part(message: dict[str, Any], stopwatch: Stopwatch | None) -> None:
    if stopwatch is not None and "ends" in message:
        stopwatch.seconds_by_part[message["ends"]] = message["seconds"]
        print_line(f"{message['ends']} ... {message['seconds']:.1f} s")
