# SPDX-License-Identifier: GPL-3.0-or-later
"""Export a character with its meshes and keys as FBX, by Blender's own exporter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from ..scene.character import find_armature


def export_fbx(context: bpy.types.Context, target: bpy.types.Object, path: Path) -> None:
    """Write armature ``target``, the meshes that it deforms and the keys of its Action to ``path``.

    Raises ``RequestError`` if there is nothing to write, ``FormatError`` if it can't be written; a file that was
    there then stays as it was.
    """
    from ..motion import FormatError, RequestError
    from ..scene.action import get_action

    action = get_action(target)
    if action is None:
        raise RequestError("{name} has no action: generate or import a motion first", name=target.name)
    if not hasattr(bpy.types, "EXPORT_SCENE_OT_fbx"):
        raise RequestError("Blender's FBX add-on is off: switch it on in the Preferences, under Add-ons")
    meshes = [
        obj for obj in context.view_layer.objects if obj.type == "MESH" and find_armature(obj) == target
    ]
    partial_file = path.with_name(f".{path.stem[:40]}-kinescribe.part.fbx")
    try:
        with (
            _frame_range(context.scene, action),
            context.temp_override(selected_objects=[target, *meshes], active_object=target, object=target),
        ):
            bpy.ops.export_scene.fbx(
                filepath=str(partial_file),
                check_existing=False,
                use_selection=True,
                object_types={"ARMATURE", "MESH"},
                add_leaf_bones=False,
                bake_anim=True,
                bake_anim_use_nla_strips=False,
                bake_anim_use_all_actions=False,
                bake_anim_simplify_factor=0.0,
            )
        partial_file.replace(path)
    except (OSError, RuntimeError) as error:
        # Blender's own errors are traceback-like texts of several lines
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise FormatError("{file} could not be written: {reason}", file=path.name, reason=reason) from error
    finally:
        partial_file.unlink(missing_ok=True)


@contextmanager
def _frame_range(scene: bpy.types.Scene, action: bpy.types.Action) -> Iterator[None]:
    """Set the scene's frame range to the Action's, which the exporter bakes, and restore it on exit."""
    before = scene.frame_start, scene.frame_end, scene.frame_current
    start, end = action.frame_range
    # the end first: neither may pass the other
    scene.frame_end = max(round(end), before[1])
    scene.frame_start, scene.frame_end = round(start), max(round(end), round(start) + 1)
    try:
        yield
    finally:
        scene.frame_end = max(before[1], scene.frame_end)
        scene.frame_start, scene.frame_end = before[0], before[1]
        scene.frame_set(before[2])
