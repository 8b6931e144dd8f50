# SPDX-License-Identifier: GPL-3.0-or-later
"""A character with its meshes and keys as FBX, by Blender's own exporter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from ..scene.character import armature_of


def export_fbx(context: bpy.types.Context, target: bpy.types.Object, path: Path) -> None:
    """Write armature ``target`` and what it deforms with the keys of its Action, whole or not at all.

    Raises ``RequestError`` where there is nothing to write, ``FormatError`` where it can't be written.
    """
    from ..motion import FormatError, RequestError
    from ..scene.action import action_of

    action = action_of(target)
    if action is None:
        raise RequestError(f"{target.name} has no action: generate or import a motion first")
    if not hasattr(bpy.types, "EXPORT_SCENE_OT_fbx"):
        raise RequestError("Blender's FBX add-on is off: switch it on in the Preferences, under Add-ons")
    shown = [obj for obj in context.view_layer.objects if obj.type == "MESH" and armature_of(obj) == target]
    part = path.with_name(f".{path.stem[:40]}-kinescribe.part.fbx")
    try:
        with (
            _range(context.scene, action),
            context.temp_override(selected_objects=[target, *shown], active_object=target, object=target),
        ):
            bpy.ops.export_scene.fbx(
                filepath=str(part),
                check_existing=False,
                use_selection=True,
                object_types={"ARMATURE", "MESH"},
                add_leaf_bones=False,
                bake_anim=True,
                bake_anim_use_nla_strips=False,
                bake_anim_use_all_actions=False,
                bake_anim_simplify_factor=0.0,
            )
        part.replace(path)
    except (OSError, RuntimeError) as error:
        # Blender's own errors are traceback-like texts of several lines
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise FormatError(f"{path.name} could not be written: {reason}") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _range(scene: bpy.types.Scene, action: bpy.types.Action) -> Iterator[None]:
    """The scene's range is the Action's for a while: the exporter bakes that range."""
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
