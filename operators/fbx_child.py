# SPDX-License-Identifier: GPL-3.0-or-later
"""Script that a Blender of its own runs: import an FBX file, and write the poses of one of its actions.

``... fbx_child.py -- FILE.fbx NUMBER OUT.npz``. The importer may crash, take any time or leave data-blocks behind: all
of that ends with this process. It knows nothing of the package. Its exit status says what is wrong with the file.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import bpy
import numpy as np

NO_SKELETON, NO_ANIMATION, TOO_LONG, NO_IMPORTER = 13, 14, 15, 16
"""Exit statuses; others are those of a crash."""

MAX_VALUES = 30_000_000
"""Numbers of a motion: frames times bones times twelve."""

MAX_FRAMES = 200_000


def main(path: Path, number: int, out: Path) -> int:
    """Import the file, write titles and poses, and return the exit status."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    if not _import_file(path):
        return NO_IMPORTER
    rigs = [obj for obj in bpy.data.objects if obj.type == "ARMATURE" and len(obj.data.bones)]
    if not rigs:
        return NO_SKELETON
    for obj in [obj for obj in bpy.data.objects if obj.type == "MESH"]:
        bpy.data.objects.remove(obj)  # its deformation would be evaluated at every frame
    takes = [(rig, action) for action in bpy.data.actions if (rig := _find_rig(rigs, action)) is not None]
    if not takes:
        return NO_ANIMATION
    rig, action = takes[min(max(number, 1), len(takes)) - 1]
    first, last = (round(float(end)) for end in action.frame_range)
    frames, bones = last - first + 1, len(rig.data.bones)
    if frames > MAX_FRAMES or frames * (bones + 1) * 12 > MAX_VALUES:
        return TOO_LONG
    render = bpy.context.scene.render
    names = [rig.name, *(bone.name for bone in rig.pose.bones)]
    index = {name: k for k, name in enumerate(names[1:], 1)}
    parents = [-1, *(index[bone.parent.name] if bone.parent else 0 for bone in rig.pose.bones)]
    still = np.array(rig.matrix_world)
    rest = np.stack([still, *(still @ np.array(bone.bone.matrix_local) for bone in rig.pose.bones)])
    poses = _sample(rig, action, range(first, last + 1))
    titles = [action.name for _, action in takes]
    np.savez(
        out,
        titles=np.frombuffer(json.dumps(titles).encode(), np.uint8),
        names=np.frombuffer(json.dumps(names).encode(), np.uint8),
        parents=np.array(parents),
        rest=rest[:, :3].astype("f4"),
        poses=poses[:, :, :3].astype("f4"),
        fps=np.array(render.fps / render.fps_base),
    )
    return 0


def _import_file(path: Path) -> bool:
    """Import the file with the importer that this Blender has; return False without one."""
    if not hasattr(bpy.types, "IMPORT_SCENE_OT_fbx"):
        with contextlib.suppress(RuntimeError):  # a later Blender may be without it
            bpy.ops.preferences.addon_enable(module="io_scene_fbx")
    is_binary = path.open("rb").read(18) == b"Kaydara FBX Binary"
    if is_binary and hasattr(bpy.types, "IMPORT_SCENE_OT_fbx"):
        bpy.ops.import_scene.fbx(filepath=str(path), use_image_search=False, use_custom_props=False)
        return True
    if hasattr(bpy.types, "WM_OT_fbx_import"):
        bpy.ops.wm.fbx_import(filepath=str(path))
        return True
    return False


def _find_rig(rigs: list[bpy.types.Object], action: bpy.types.Action) -> bpy.types.Object | None:
    """Return the armature whose bones an action moves; None if it moves none."""
    paths = [curve.data_path for curve in _list_curves(action)]
    bones = {path.split('"')[1] for path in paths if path.startswith('pose.bones["')}
    counts = [len(bones & set(rig.data.bones.keys())) for rig in rigs]
    # an action is named after its object
    best = max(range(len(rigs)), key=lambda k: (counts[k], action.name.startswith(rigs[k].name)))
    return rigs[best] if counts[best] else None


def _list_curves(action: bpy.types.Action) -> list[bpy.types.FCurve]:
    if hasattr(action, "layers") and action.layers:
        return [
            curve
            for layer in action.layers
            for strip in layer.strips
            for bag in strip.channelbags
            for curve in bag.fcurves
        ]
    return list(getattr(action, "fcurves", ()))


def _sample(rig: bpy.types.Object, action: bpy.types.Action, frames: range) -> np.ndarray:
    """Return the world matrices (T, 1 + B, 4, 4) of an armature object and its bones while it plays an action."""
    data = rig.animation_data or rig.animation_data_create()
    data.action = action
    if hasattr(action, "slots") and action.slots:
        data.action_slot = action.slots[0]
    scene, count = bpy.context.scene, len(rig.pose.bones)
    result = np.empty((len(frames), 1 + count, 4, 4), dtype=np.float32)
    columns = np.empty(16 * count, dtype=np.float32)
    for row, frame in enumerate(frames):
        scene.frame_set(frame)
        evaluated = rig.evaluated_get(bpy.context.evaluated_depsgraph_get())
        world = np.array(evaluated.matrix_world, dtype=np.float32)
        evaluated.pose.bones.foreach_get("matrix", columns)
        result[row, 0] = world
        result[row, 1:] = world @ columns.reshape(count, 4, 4).transpose(0, 2, 1)
    return result


if __name__ == "__main__":
    arguments = sys.argv[sys.argv.index("--") + 1 :]
    status = main(Path(arguments[0]), int(arguments[1]), Path(arguments[2]))
    sys.stdout.flush()
    # ends at once: taking Blender down again may take longer than all else
    import os

    os._exit(status)
