# SPDX-License-Identifier: GPL-3.0-or-later
"""``rigs.py OPTIONS``: measure recognition and retargeting on all rigs in this Blender, a message for each figure.

``OPTIONS`` is a JSON object: "shared" (folder of the optional material, or null), "rigs" and "motions" (names, empty
for all), "parts" of "recognise", "measure", "speed", and "sheets" (a folder for contact sheets, or null).
After Rigify has run, bpy may hang while it exits; ``os._exit`` spares us that.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..testing.as_extension import PACKAGE
from ..testing.working_tree import load_working_tree
from . import report


def main(options: dict[str, Any]) -> None:
    """Measure and tell."""
    load_working_tree()
    import addon_utils
    import bpy

    from . import rigs_build
    from .rigs_motions import SENTENCES, motions

    rigs_build.empty_scene()
    addon_utils.enable(PACKAGE, default_set=True)
    data = Path(options["shared"]) / "data" if options["shared"] else None
    if data is not None and not data.is_dir():
        data = None
    names = options["motions"] or list(SENTENCES)
    clips = motions(names, data)
    report.send(motions="recordings" if data else "embedded model", blender=bpy.app.version_string)
    for subject in subjects(options):
        _one(subject, clips, options)


def subjects(options: dict[str, Any]) -> Iterator[Any]:
    """All rigs that are asked for, each alone in an empty file, Rigify's last."""
    import addon_utils

    from ..rigs.specs import SPECS
    from . import rigs_build

    wanted = options["rigs"]

    def fresh() -> None:
        rigs_build.empty_scene()
        addon_utils.enable(PACKAGE, default_set=True)

    for spec in SPECS:
        if not wanted or spec.name in wanted:
            fresh()
            yield rigs_build.build(spec)
    files = rigs_build.real_files(Path(options["shared"]) / "rigs") if options["shared"] else []
    for name, path in files:
        if not wanted or name in wanted:
            fresh()
            yield rigs_build.load(name, path)
    if not wanted or {"rigify", "rigify_metarig"} & set(wanted):
        fresh()
        generated, meta = rigs_build.rigify()
        for subject in (meta, generated):
            if not wanted or subject.name in wanted:
                yield subject


def _one(subject: Any, clips: dict[str, Any], options: dict[str, Any]) -> None:
    from . import rigs_measure, rigs_recognise

    begun = time.perf_counter()
    about = {
        "rig": subject.name, "label": subject.label, "source": subject.source, "real": subject.real,
        "positions": subject.positions, "note": subject.note, "bones": len(subject.obj.data.bones),
    }  # fmt: skip
    if "recognise" in options["parts"]:
        _part(about, "recognition", lambda: rigs_recognise.recognise(subject))
    if "measure" in options["parts"]:
        about["motions"] = {name: rigs_measure.measure(subject, motion) for name, motion in clips.items()}
    if "speed" in options["parts"] and subject.name == "rigify":
        from . import rigs_speed

        _part(about, "speed", lambda: [rigs_speed.speed(subject, frames) for frames in (1000, 2000)])
    if options["sheets"]:
        from . import rigs_sheet

        for name, motion in clips.items():
            target = Path(options["sheets"]) / f"{subject.name}_{name}.png"
            try:
                rigs_sheet.sheet(subject, motion, name, target)
            except Exception as error:
                about.setdefault("sheet_failed", []).append(f"{name}: {error}")
    seconds = time.perf_counter() - begun
    report.send(**about, seconds=seconds, ends=subject.label)


def _part(about: dict[str, Any], name: str, measured: Callable[[], Any]) -> None:
    """One part's figures; where it fails that is told, and the other rigs are measured all the same."""
    try:
        about[name] = measured()
    except Exception as error:
        traceback.print_exc()
        about.setdefault("failed", {})[name] = f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    status = 0
    try:
        main(json.loads(sys.argv[1]))
    except Exception as error:
        report.send(error=f"{type(error).__name__}: {error}")
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
