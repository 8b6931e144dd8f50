# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the README's picture of the sidebar anew: ``python -m tests.gui.picture [FILE]``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from devtools.env.package import build_zip_for_this_machine
from devtools.testing.window import install, sandbox, session

DEFAULT = sandbox.ROOT / "docs" / "images" / "sidebar.png"


def main(arguments: list[str]) -> int:
    """Build, install, play ``picture``, and put the photograph into place."""
    target = Path(arguments[0]) if arguments else DEFAULT
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
        played = session.run_play(blender, "picture", home, out, limit_seconds=600.0, size="1280x860")
        if played.status:
            sys.stderr.write(played.failure_text + "\n")
            return 1
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(out / "sidebar.png", target)
    sys.stdout.write(f"{target}: {target.stat().st_size / 1000:.0f} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
