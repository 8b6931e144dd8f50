# SPDX-License-Identifier: GPL-3.0-or-later
"""Inside Blender: install the zip as a user would, generate onto the mannequin, leave a file, pictures and a film."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from . import report


def main(zip_path: Path, out: Path, prompt: str, seconds: float, seed: int) -> None:
    """Do all parts in order; files go to ``out``."""
    with report.part("start Blender"):
        import bpy

        from . import stage

        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with report.part("install the extension"):
        bpy.ops.extensions.package_install_files(
            repo="user_default", filepath=str(zip_path), enable_on_install=True
        )
    scene = bpy.context.scene
    scene.render.fps = 24
    with report.part("add the mannequin"):
        bpy.ops.kinescribe.add_mannequin()
        rig = bpy.context.object
    settings = scene.kinescribe
    settings.prompt, settings.seconds, settings.seed = prompt, seconds, seed
    settings.extend_range = True
    with report.part("generate and bake"):
        bpy.ops.kinescribe.generate()
    action = rig.animation_data.action
    first, last = (round(frame) for frame in action.frame_range)
    scene.frame_start, scene.frame_end = first, last
    with report.part("write the motion"):
        bpy.ops.kinescribe.export_motion(filepath=str(out / "motion.npz"))
    with report.part("set up camera and light"):
        frames = range(first, last + 1)
        body = next(child for child in rig.children if child.type == "MESH")
        stage.build(scene, rig, body, "pelvis", frames)
    from . import pictures

    with report.part("render the contact sheet"), tempfile.TemporaryDirectory() as scratch:
        count = min(8, len(frames))
        chosen = [first + round(i * (last - first) / max(1, count - 1)) for i in range(count)]
        pictures.contact_sheet(
            scene,
            chosen,
            prompt,
            _subtitle(action, scene, len(frames)),
            out / "contact_sheet.png",
            Path(scratch),
        )
    with report.part("render the preview"):
        pictures.film(scene, out / "preview.mp4")
    with report.part("save the file"):
        rig.hide_set(False)
        scene.frame_set(first)
        bpy.ops.wm.save_as_mainfile(filepath=str(out / "demo.blend"), compress=True)
    report.send(action=action.name, frames=len(frames), fps=scene.render.fps)


def _subtitle(action: Any, scene: Any, frames: int) -> str:
    import bpy

    about = action.get("kinescribe", {})
    about = json.loads(about) if isinstance(about, str) else dict(about)
    words = [f"seed {about['seed']}"] if "seed" in about else []
    words.append(f"{frames} frames at {scene.render.fps} per second")
    if about.get("model"):
        words.append(str(about["model"]))
    return "   ·   ".join([*words, f"Blender {bpy.app.version_string}"])


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]), int(sys.argv[5]))
    except Exception as error:
        report.send(error=str(error).removeprefix("Error: ").strip())
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        time.sleep(0)
    # Blender has nothing left to save, and may be slow to wind down
    os._exit(0)
