# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the sandbox: start a virtual screen, and Blender with a play and a window that fills the screen.

``python3 screen.py PLAY [--size 1280x800] [--limit 180] [--real-input] [BLENDER_ARGUMENT...]``, where PLAY is a
module. The screen is kept as a file (XWD), from which ``driver.save_photograph`` makes a PNG. Writes ``blender.log``
and ``screen.json`` (exit status, seconds, peak memory).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = Path.cwd()


def main() -> int:
    """Start both, wait for Blender, and return its exit status (124 if it exceeded the limit)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("play")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--limit", type=float, default=180.0)
    parser.add_argument("--real-input", action="store_true", help="input by the X server, not by Blender")
    chosen, more = parser.parse_known_args()
    width, height = chosen.size.split("x")
    frame_buffer = Path("/tmp/frame")
    frame_buffer.mkdir()
    read_end, write_end = os.pipe()
    with open(OUT / "xvfb.log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write_end),
                "-screen",
                "0",
                f"{width}x{height}x24",
                "-fbdir",
                str(frame_buffer),
            ]
            + ["+extension", "GLX", "-noreset", "-nocursor", "-nolisten", "tcp"],
            pass_fds=[write_end],
            stdout=log,
            stderr=log,
        )
    os.close(write_end)
    display = os.read(read_end, 16).decode().strip()
    if not display:
        sys.stderr.write(f"Xvfb did not start:\n{(OUT / 'xvfb.log').read_text(encoding='utf-8')}")
        return 70
    environment = dict(
        os.environ, DISPLAY=f":{display}", GUI_FRAME=str(frame_buffer / "Xvfb_screen0"), GUI_PLAY=chosen.play,
        # shorter than the outer limit, so that the play ends itself and leaves a photograph and an error
        GUI_LIMIT=str(0.9 * chosen.limit),
    )  # fmt: skip
    command = ["blender", "--gpu-backend", "opengl", "--no-window-focus"]
    if chosen.real_input:
        environment["GUI_REAL_INPUT"] = "1"
    else:
        # Blender ignores all other input then
        command.append("--enable-event-simulate")
    command += ["-p", "0", "0", width, height, "--python-exit-code", "1", *more, "-P", str(HERE / "start.py")]
    started = time.monotonic()
    peak = ""
    with open(OUT / "blender.log", "w", encoding="utf-8") as log:
        blender = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        status = blender.poll()
        while status is None and time.monotonic() - started < chosen.limit:
            time.sleep(0.05)
            peak = _read_peak_memory(blender.pid) or peak
            status = blender.poll()
        if status is None:
            blender.kill()
            blender.wait()
            status = 124
    server.terminate()
    server.wait()
    report = {"status": status, "seconds": round(time.monotonic() - started, 2), "peak_memory": peak}
    (OUT / "screen.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    return status


def _read_peak_memory(process: int) -> str:
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((" ".join(line.split()[1:]) for line in lines if line.startswith("VmHWM")), "")


if __name__ == "__main__":
    sys.exit(main())
