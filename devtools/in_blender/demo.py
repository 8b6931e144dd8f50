# SPDX-License-Identifier: GPL-3.0-or-later
"""Install the zip as a user would, generate onto the mannequin, and save a .blend, pictures and a film."""

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
    """Make all files of the demo.

    Parameters
    ----------
    zip_path : Path
        The extension.
    out : Path
        Folder for the files.
    prompt : str
        What the character should do.
    seconds : float
        Length of the motion.
    seed : int
        Seed of the motion.
    """
    with report.timed_part("start Blender"):
        import bpy

        from . import stage

        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with report.timed_part("install the extension"):
        bpy.ops.extensions.package_install_files(
            repo="user_default", filepath=str(zip_path), enable_on_install=True
        )
    scene = bpy.context.scene
    scene.render.fps = 24
    with report.timed_part("add the mannequin"):
        bpy.ops.kinescribe.add_mannequin()
        rig = bpy.context.object
    settings = scene.kinescribe
    settings.prompt, settings.seconds, settings.seed = prompt, seconds, seed
    settings.extend_range = True
    with report.timed_part("generate and bake"):
        bpy.ops.kinescribe.generate()
    action = rig.animation_data.action
    first, last = (round(frame) for frame in action.frame_range)
    scene.frame_start, scene.frame_end = first, last
    with report.timed_part("write the motion"):
        bpy.ops.kinescribe.export_motion(filepath=str(out / "motion.npz"))
    with report.timed_part("set up camera and light"):
        frames = range(first, last + 1)
        body = next(child for child in rig.children if child.type == "MESH")
        stage.build_stage(scene, rig, body, "pelvis", frames)
    from . import pictures

    with report.timed_part("render the contact sheet"), tempfile.TemporaryDirectory() as scratch:
        count = min(8, len(frames))
        chosen = [first + round(i * (last - first) / max(1, count - 1)) for i in range(count)]
        pictures.save_contact_sheet(
            scene,
            chosen,
            prompt,
            _format_subtitle(action, scene, len(frames)),
            out / "contact_sheet.png",
            Path(scratch),
        )
    with report.timed_part("render the preview"):
        pictures.render_film(scene, out / "preview.mp4")
    with report.timed_part("save the file"):
        rig.hide_set(False)
        scene.frame_set(first)
        bpy.ops.wm.save_as_mainfile(filepath=str(out / "demo.blend"), compress=True)
    report.send_message(action=action.name, frames=len(frames), fps=scene.render.fps)


def _format_subtitle(action: Any, scene: Any, frames: int) -> str:
    import bpy

    provenance = action.get("kinescribe", {})
    provenance = json.loads(provenance) if isinstance(provenance, str) else dict(provenance)
    details = [f"seed {provenance['seed']}"] if "seed" in provenance else []
    details.append(f"{frames} frames at {scene.render.fps} per second")
    if provenance.get("model"):
        details.append(str(provenance["model"]))
    return "   ·   ".join([*details, f"Blender {bpy.app.version_string}"])


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]), int(sys.argv[5]))
    except Exception as error:
        report.send_message(error=str(error).removeprefix("Error: ").strip())
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        time.sleep(0)
    # everything is saved, and Blender may be slow to shut down
    os._exit(0)
