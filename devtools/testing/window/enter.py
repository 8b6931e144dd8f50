# SPDX-License-Identifier: GPL-3.0-or-later
"""Started by ``sandbox.run_in_sandbox`` in the new namespaces: mount folders, change the root, run the command.

A script of its own without imports from this package, because its files are not reachable after ``chroot``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def enter_sandbox(text: str) -> None:
    """Enter the sandbox that the JSON object ``text`` describes, and run its command."""
    settings = json.loads(text)
    root = Path(settings["root"])

    def mount(*arguments: str) -> None:
        subprocess.run(["mount", *arguments], check=True)

    mount("--rbind", "/dev", str(root / "dev"))
    mount("-t", "proc", "proc", str(root / "proc"))
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(root / "tmp"))
    for source, target, mode in settings["binds"]:
        mount_point = root / target.lstrip("/")
        # a folder that exists in the sandbox is hidden by the mount
        mount_point.mkdir(parents=True, exist_ok=True)
        mount("--bind", source, str(mount_point))
        if mode == "ro":
            mount("-o", "remount,bind,ro", str(mount_point))
    (root / "tmp" / "run").mkdir(mode=0o700)
    (root / "tmp" / ".X11-unix").mkdir(mode=0o1777)
    os.chroot(root)
    os.chdir(settings["folder"])
    os.execvpe(settings["command"][0], settings["command"], settings["environment"])


if __name__ == "__main__":
    enter_sandbox(sys.argv[1])
