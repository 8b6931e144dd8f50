# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py demo``: install the zip as a user would and generate a motion from a prompt."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ..env import blender
from ..env.console import Stopwatch, print_line
from ..env.environments import ensure_environment
from ..env.package import build_zip_for_this_machine

FILES = {
    "demo.blend": "the scene, ready to open",
    "motion.npz": "the motion as SMPL-X parameters",
    "contact_sheet.png": "eight frames side by side",
    "preview.mp4": "a film for the browser",
}


def make_demo(prompt: str, seconds: float, seed: int, out: Path, version: str) -> int:
    """Make all files of :data:`FILES` in ``out`` and print where they are and how long each part took.

    Parameters
    ----------
    prompt : str
        What the character should do.
    seconds : float
        Length of the motion.
    seed : int
        Seed of the motion.
    out : Path
        Folder for the files.
    version : str
        Which Blender, such as "4.5".
    """
    stopwatch = Stopwatch()
    out.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (out / name).unlink(missing_ok=True)
    with stopwatch.time_part(f"environment blender-{version}"):
        ensure_environment(f"blender-{version}")
    with tempfile.TemporaryDirectory(prefix="kinescribe-demo-") as scratch:
        with stopwatch.time_part("build the zip"):
            zip_path = build_zip_for_this_machine(Path(scratch), blender=version)
        # a user folder of its own: the user's Blender settings are neither read nor changed
        resources = Path(scratch) / "user"
        resources.mkdir()
        blender.run_script(
            version,
            "demo",
            [str(zip_path), str(out), prompt, str(seconds), str(seed)],
            resources,
            stopwatch=stopwatch,
        )
    print_line()
    for name, what in FILES.items():
        print_line(f"{out / name}  ({what}, {(out / name).stat().st_size / 1e3:.0f} kB)")
    print_line(f"{stopwatch.total_seconds:.1f} s in all")
    return 0
