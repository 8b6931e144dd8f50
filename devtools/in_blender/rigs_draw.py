# SPDX-License-Identifier: GPL-3.0-or-later
"""``rigs_draw OPTIONS``: draw the contact sheet of one motion on one rig, each of them a name or a file.

``OPTIONS`` is a JSON object: "shared" (folder or null), "motion", "rig", "target" (a PNG file).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..testing.as_extension import PACKAGE
from ..testing.working_tree import load_working_tree
from . import report


def main(options: dict[str, Any]) -> None:
    """Draw the contact sheet."""
    load_working_tree()
    import addon_utils

    from . import rigs_build

    rigs_build.empty_scene()
    addon_utils.enable(PACKAGE, default_set=True)
    motion, title = _load_motion(options)
    subject = _load_rig(options)
    from . import rigs_sheet

    rigs_sheet.draw_sheet(subject, motion, title, Path(options["target"]))
    report.send_message(drawn=options["target"])


def _load_motion(options: dict[str, Any]) -> tuple[Any, str]:
    from kinescribe.motion.formats import read_motion
    from kinescribe.motion.resample import resample

    from .rigs_motions import FPS, PROMPTS, load_motions

    name = options["motion"]
    if name in PROMPTS:
        data = Path(options["shared"]) / "data" if options["shared"] else None
        return load_motions([name], data)[name], name
    path = Path(name)
    if not path.is_file():
        raise ValueError(f"{name} is neither a file nor one of {', '.join(PROMPTS)}")
    return resample(read_motion(path), FPS), path.stem


def _load_rig(options: dict[str, Any]) -> Any:
    from . import rigs, rigs_build

    path = Path(options["rig"])
    if path.is_file():
        return rigs_build.import_character(path)
    matches = list(rigs.iterate_rigs({"shared": options["shared"], "rigs": [options["rig"]]}))
    if not matches:
        raise ValueError(f"{options['rig']} is neither a file nor a rig of the table")
    return matches[0]


if __name__ == "__main__":
    report.run_script(main)
