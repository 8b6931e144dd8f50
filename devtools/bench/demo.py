# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py demo``: the zip, installed as a user would, makes a sentence move."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ..env import blender
from ..env.console import Stopwatch, say
from ..env.environments import ensure
from ..env.package import build

FILES = {
    "demo.blend": "the scene, ready to open",
    "motion.npz": "the motion as SMPL-X parameters",
    "contact_sheet.png": "eight frames side by side",
    "preview.mp4": "a film for the browser",
}


def demo(prompt: str, seconds: float, seed: int, out: Path, version: str) -> int:
    """Make everything in ``out`` and say where it is and how long each part took."""
    watch = Stopwatch()
    out.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (out / name).unlink(missing_ok=True)
    with watch.part(f"environment blender-{version}"):
        ensure(f"blender-{version}")
    with tempfile.TemporaryDirectory(prefix="kinescribe-demo-") as scratch:
        with watch.part("build the zip"):
            zip_path = build(Path(scratch), blender=version)
        # a user folder of its own: nothing of the person's Blender is read or changed
        resources = Path(scratch) / "user"
        resources.mkdir()
        blender.run(
            version,
            "demo",
            [str(zip_path), str(out), prompt, str(seconds), str(seed)],
            resources,
            watch=watch,
        )
    say()
    for name, what in FILES.items():
        say(f"{out / name}  ({what}, {(out / name).stat().st_size / 1e3:.0f} kB)")
    say(f"{watch.total:.1f} s in all")
    return 0
