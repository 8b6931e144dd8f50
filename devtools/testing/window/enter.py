# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``room.run`` starts in the new namespaces: mount, change the root, become the command.

A script of its own without imports from beside it, because after ``chroot`` this machine's files are gone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def enter(text: str) -> None:
    """Go where the JSON object ``text`` says, and run its command there."""
    spec = json.loads(text)
    root = Path(spec["root"])

    def mount(*arguments: str) -> None:
        subprocess.run(["mount", *arguments], check=True)

    mount("--rbind", "/dev", str(root / "dev"))
    mount("-t", "proc", "proc", str(root / "proc"))
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(root / "tmp"))
    for source, target, mode in spec["binds"]:
        place = root / target.lstrip("/")
        # a folder of the room's own is hidden by what is mounted over it
        place.mkdir(parents=True, exist_ok=True)
        mount("--bind", source, str(place))
        if mode == "ro":
            mount("-o", "remount,bind,ro", str(place))
    (root / "tmp" / "run").mkdir(mode=0o700)
    (root / "tmp" / ".X11-unix").mkdir(mode=0o1777)
    os.chroot(root)
    os.chdir(spec["folder"])
    os.execvpe(spec["command"][0], spec["command"], spec["environment"])


if __name__ == "__main__":
    enter(sys.argv[1])
