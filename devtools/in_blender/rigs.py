# SPDX-License-Identifier: GPL-3.0-or-later
"""``rigs OPTIONS``: measure recognition and retargeting on all rigs in this Blender, and send a message for each rig.

``OPTIONS`` is a JSON object: "shared" (folder of the optional material, or null), "rigs" and "motions" (names, empty
for all), "parts" of "recognise", "measure", "speed", and "sheets" (a folder for contact sheets, or null).
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..testing.as_extension import PACKAGE
from ..testing.working_tree import load_working_tree
from . import report


def main(options: dict[str, Any]) -> None:
    """Measure all rigs and send the figures."""
    load_working_tree()
    import addon_utils
    import bpy

    from . import rigs_build
    from .rigs_motions import PROMPTS, load_motions

    rigs_build.empty_scene()
    addon_utils.enable(PACKAGE, default_set=True)
    data = Path(options["shared"]) / "data" if options["shared"] else None
    if data is not None and not data.is_dir():
        data = None
    names = options["motions"] or list(PROMPTS)
    clips = load_motions(names, data)
    report.send_message(motions="recordings" if data else "embedded model", blender=bpy.app.version_string)
    for subject in iterate_rigs(options):
        _measure_rig(subject, clips, options)


def iterate_rigs(options: dict[str, Any]) -> Iterator[Any]:
    """Yield all chosen rigs, each alone in an empty file, Rigify's last."""
    import addon_utils

    from ..rigs.specs import SPECS
    from . import rigs_build

    names = options["rigs"]

    def open_empty_file() -> None:
        rigs_build.empty_scene()
        addon_utils.enable(PACKAGE, default_set=True)

    for spec in SPECS:
        if not names or spec.name in names:
            open_empty_file()
            yield rigs_build.build_rig(spec)
    files = rigs_build.find_real_files(Path(options["shared"]) / "rigs") if options["shared"] else []
    for name, path in files:
        if not names or name in names:
            open_empty_file()
            yield rigs_build.import_known_character(name, path)
    if not names or {"rigify", "rigify_metarig"} & set(names):
        open_empty_file()
        generated, meta = rigs_build.build_rigify()
        for subject in (meta, generated):
            if not names or subject.name in names:
                yield subject


def _measure_rig(subject: Any, clips: dict[str, Any], options: dict[str, Any]) -> None:
    from . import rigs_measure, rigs_recognise

    started = time.perf_counter()
    result = {
        "rig": subject.name, "label": subject.label, "source": subject.source, "real": subject.real,
        "positions": subject.positions, "note": subject.note, "bones": len(subject.obj.data.bones),
    }  # fmt: skip
    if "recognise" in options["parts"]:
        _add_part(result, "recognition", lambda: rigs_recognise.measure_recognition(subject))
    if "measure" in options["parts"]:
        result["motions"] = {
            name: rigs_measure.measure_motion(subject, motion) for name, motion in clips.items()
        }
    if "speed" in options["parts"] and subject.name == "rigify":
        from . import rigs_speed

        _add_part(
            result, "speed", lambda: [rigs_speed.measure_speed(subject, frames) for frames in (1000, 2000)]
        )
    if options["sheets"]:
        from . import rigs_sheet

        for name, motion in clips.items():
            target = Path(options["sheets"]) / f"{subject.name}_{name}.png"
            try:
                rigs_sheet.draw_sheet(subject, motion, name, target)
            except Exception as error:
                result.setdefault("sheet_failed", []).append(f"{name}: {error}")
    seconds = time.perf_counter() - started
    report.send_message(**result, seconds=seconds, ends=subject.label)


def _add_part(result: dict[str, Any], name: str, measure: Callable[[], Any]) -> None:
    """Add one part's figures; if it fails, add its error and go on."""
    try:
        result[name] = measure()
    except Exception as error:
        traceback.print_exc()
        result.setdefault("failed", {})[name] = f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    report.run_script(main)
