# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the pictures of README and docs anew: ``python -m tests.gui.picture [NAME...]``, such as ``sidebar ghosts``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from devtools.env.package import build_zip_for_this_machine
from devtools.testing.window import install, sandbox, session

IMAGES = sandbox.ROOT / "docs" / "images"

SOURCES = {
    "sidebar": ("picture", "1280x720"),
    "ghosts": ("jobs", "1600x1000"),
    "live": ("jobs", "1600x1000"),
    "strips": ("jobs", "1600x1000"),
    "guides": ("guides", "1280x800"),
    "pie": ("guides", "1280x800"),
}
"""Picture -> the play that leaves a photograph of this name, and the size of its screen."""


def main(arguments: list[str]) -> int:
    """Build, install, play what leaves the pictures, and put them into place."""
    wanted = arguments or list(SOURCES)
    reason = install.find_obstacle() or install.install_suite("sid")
    if reason:
        sys.stderr.write(reason + "\n")
        return 69
    blender = install.suite_folder("sid")
    with tempfile.TemporaryDirectory() as scratch:
        home, out = Path(scratch) / "home", Path(scratch) / "out"
        home.mkdir()
        out.mkdir()
        session.install_extension(blender, build_zip_for_this_machine(Path(scratch)), home, out)
        for play, size in dict.fromkeys(SOURCES[name] for name in wanted):
            folder, copied_home = Path(scratch) / play, Path(scratch) / f"home-{play}"
            folder.mkdir()
            shutil.copytree(home, copied_home, symlinks=True)
            played = session.run_play(blender, play, copied_home, folder, limit_seconds=900.0, size=size)
            if played.status:
                sys.stderr.write(played.failure_text + "\n")
                return 1
            for name in wanted:
                if SOURCES[name] == (play, size):
                    target = IMAGES / f"{name}.png"
                    shutil.copy(folder / target.name, target)
                    sys.stdout.write(f"{target}: {target.stat().st_size / 1000:.0f} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
