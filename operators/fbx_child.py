# SPDX-License-Identifier: GPL-3.0-or-later
"""Script that a Blender of its own runs: import an FBX file, and write the poses of one of its actions.

``... fbx_child.py -- FILE.fbx NUMBER OUT.npz fbx_pruning.py``. The importer may crash, take any time or leave
data-blocks behind: all of that ends with this process. It knows nothing of the package. Its exit status says what is
wrong with the file.

Blender 4.5 and later have an importer in C++, which takes a third of the time of the one in Python and reads FBX as
text too; earlier ones, and files that it refuses, are left to the one in Python. That one gets a copy without meshes,
images and all actions but the wanted one (``fbx_pruning``), and the whole file where that is not possible. Poses are
computed from whole curves, because evaluating the scene at every frame takes longer than the import; where the scene
has more than curves, or the two differ in a few frames that are compared, the scene is evaluated.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

NO_SKELETON, NO_ANIMATION, TOO_LONG, NO_IMPORTER = 13, 14, 15, 16
"""Exit statuses; others are those of a crash."""

MAX_VALUES = 30_000_000
"""Numbers of a motion: frames times bones times twelve."""

MAX_FRAMES = 200_000

_FRAMES_COMPARED = 3
_SAME = 1e-3
"""Largest difference of a matrix from the evaluated scene's, in parts of the largest number in it."""

_PROBE_STEP = 10
"""Keys of a scale between two that are read to see whether it changes."""

_SAME_SCALE = 1e-4


@dataclass(frozen=True)
class Take:
    """An action that moves the bones of an armature, and its slot for that armature where actions have slots."""

    rig: bpy.types.Object
    action: bpy.types.Action
    slot: Any = None

    def list_curves(self) -> list[bpy.types.FCurve]:
        """Return the curves of the armature in the action."""
        return _list_curves(self.action, self.slot)


def main(path: Path, number: int, out: Path, pruning_script: Path) -> int:
    """Import the file, write titles and poses, and return the exit status.

    Parameters
    ----------
    path : Path
        The FBX file.
    number : int
        Which take, from 1.
    out : Path
        The ``.npz`` to write.
    pruning_script : Path
        ``fbx_pruning.py``.
    """
    bpy.ops.wm.read_factory_settings(use_empty=True)
    found = None
    if not _has_fast_importer():
        # the importer's own errors: the whole file will show them again
        with contextlib.suppress(RuntimeError):
            found = _find_pruned_take(
                path, number, out.with_name("pruned.fbx"), _load_pruning(pruning_script)
            )
        if found is None:
            bpy.ops.wm.read_factory_settings(use_empty=True)
    if found is None:
        if not _import_file(path):
            return NO_IMPORTER
        rigs = _list_rigs()
        if not rigs:
            return NO_SKELETON
        takes = _list_takes(rigs)
        if not takes:
            return NO_ANIMATION
        found = _name_takes(takes), _choose_take(takes, number)
    titles, take = found
    for obj in [obj for obj in bpy.data.objects if obj.type == "MESH"]:
        bpy.data.objects.remove(obj)  # its deformation would be evaluated at every frame
    rig = take.rig
    first, last = (round(float(end)) for end in take.action.frame_range)
    frames, bones = last - first + 1, len(rig.data.bones)
    if frames > MAX_FRAMES or frames * (bones + 1) * 12 > MAX_VALUES:
        return TOO_LONG
    render = bpy.context.scene.render
    names = [rig.name, *(bone.name for bone in rig.pose.bones)]
    index = {name: k for k, name in enumerate(names[1:], 1)}
    parents = [-1, *(index[bone.parent.name] if bone.parent else 0 for bone in rig.pose.bones)]
    poses = _compute_poses(take, parents, range(first, last + 1))
    # where the take begins: the importer may have given the armature another one
    start = _sample(rig, [first])[0, 0]
    rest = np.stack([start, *(start @ np.array(bone.bone.matrix_local) for bone in rig.pose.bones)])
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


def _has_fast_importer() -> bool:
    """Return whether this Blender has the importer in C++."""
    # an operator in C has no class in bpy.types, and its name exists where it does not
    return "fbx_import" in dir(bpy.ops.wm)


def _find_pruned_take(path: Path, number: int, copy: Path, pruning: Any) -> tuple[list[str], Take] | None:
    """Import only the wanted take of a copy; return all titles and the take, None where the whole file is needed.

    Parameters
    ----------
    path : Path
        The file.
    number : int
        Which take, from 1.
    copy : Path
        The file to write.
    pruning : module
        ``fbx_pruning``.
    """
    try:
        shutil.copyfile(path, copy)
        with pruning.open_content(copy) as content:
            layers = content.layers
            if len(layers) > 1:
                content.keep_one_bone_each()
            else:
                content.keep_layers(layers)
        takes = _list_takes(_list_rigs()) if _import_by_python(copy) else []
        if not takes:
            return None
        titles, take = _name_takes(takes), _choose_take(takes, number)
        if len(layers) == 1:
            return titles, take
        rig_name, action_name = take.rig.name, take.action.name
        if sum(layer.name_action(rig_name) == action_name for layer in layers) != 1:
            return None
        shutil.copyfile(path, copy)
        with pruning.open_content(copy) as content:
            content.keep_layers(
                layer for layer in content.layers if layer.name_action(rig_name) == action_name
            )
        bpy.ops.wm.read_factory_settings(use_empty=True)
        _import_by_python(copy)
        same = [
            take
            for take in _list_takes(_list_rigs())
            if take.rig.name == rig_name and take.action.name == action_name
        ]
        return (titles, same[0]) if len(same) == 1 else None
    except pruning.ERRORS:
        return None


def _load_pruning(script: Path) -> Any:
    """Return ``fbx_pruning``, which is not on this process's search path, as a module."""
    spec = importlib.util.spec_from_file_location("fbx_pruning", script)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _import_file(path: Path) -> bool:
    """Import the file with the best importer that this Blender has; return False without one."""
    if _has_fast_importer():
        with contextlib.suppress(RuntimeError):
            bpy.ops.wm.fbx_import(
                filepath=str(path), use_custom_normals=False, use_custom_props=False, import_colors="NONE"
            )
            if any(obj.type == "ARMATURE" for obj in bpy.data.objects):
                return True
        bpy.ops.wm.read_factory_settings(use_empty=True)
    with path.open("rb") as file:
        is_binary = file.read(18) == b"Kaydara FBX Binary"
    if is_binary and _import_by_python(path):
        return True
    return _has_fast_importer() and not is_binary


def _import_by_python(path: Path) -> bool:
    """Import a binary file with the importer in Python; return False if this Blender has none."""
    if not hasattr(bpy.types, "IMPORT_SCENE_OT_fbx"):
        with contextlib.suppress(RuntimeError):  # a later Blender may be without it
            bpy.ops.preferences.addon_enable(module="io_scene_fbx")
    if not hasattr(bpy.types, "IMPORT_SCENE_OT_fbx"):
        return False
    bpy.ops.import_scene.fbx(filepath=str(path), use_image_search=False, use_custom_props=False)
    return True


def _list_rigs() -> list[bpy.types.Object]:
    """Return the armatures that have bones."""
    return [obj for obj in bpy.data.objects if obj.type == "ARMATURE" and len(obj.data.bones)]


def _choose_take(takes: list[Take], number: int) -> Take:
    """Return a take by its number from 1, the nearest one if there is none of this number."""
    return takes[min(max(number, 1), len(takes)) - 1]


def _list_takes(rigs: list[bpy.types.Object]) -> list[Take]:
    """Return the pairs of an armature and an action of its bones, first those in which a bone turns.

    Blender's exporter writes an action for every object, in which all the others stand still.
    """
    takes = []
    for action in bpy.data.actions:
        for slot in getattr(action, "slots", None) or (None,):
            bones = {
                curve.data_path.split('"')[1]
                for curve in _list_curves(action, slot)
                if curve.data_path.startswith('pose.bones["')
            }
            # an action, or its slot, is named after its object
            name = action.name.partition("|")[0] if slot is None else slot.name_display
            counts = [len(bones & set(rig.data.bones.keys())) for rig in rigs]
            best = max(range(len(rigs)), key=lambda k: (counts[k], rigs[k].name == name))
            if counts[best]:
                takes.append(Take(rigs[best], action, slot))
    return sorted(takes, key=lambda take: not any(map(_turns_bone, take.list_curves())))


def _turns_bone(curve: bpy.types.FCurve) -> bool:
    """Return whether a curve changes the rotation of a bone."""
    if ".rotation" not in curve.data_path or not len(curve.keyframe_points):
        return False
    columns = np.empty(2 * len(curve.keyframe_points), dtype=np.float32)
    curve.keyframe_points.foreach_get("co", columns)
    return bool(np.ptp(columns[1::2]) > 1e-4)


def _name_takes(takes: list[Take]) -> list[str]:
    """Return the titles of takes: names of actions, with that of the armature where an action moves several."""
    names = [take.action.name for take in takes]
    return [
        name if names.count(name) == 1 else f"{name} {take.rig.name}"
        for name, take in zip(names, takes, strict=True)
    ]


def _list_curves(action: bpy.types.Action, slot: Any) -> list[bpy.types.FCurve]:
    """Return the curves of a slot of an action; all of them where actions have no slots."""
    if slot is not None:
        return [
            curve
            for layer in action.layers
            for strip in layer.strips
            for bag in strip.channelbags
            if bag.slot_handle == slot.handle
            for curve in bag.fcurves
        ]
    return list(getattr(action, "fcurves", ()))


def _compute_poses(take: Take, parents: list[int], frames: range) -> np.ndarray:
    """Return the world matrices (T, 1 + B, 4, 4) of an armature object and its bones while it plays a take."""
    _assign(take.rig, take)
    for obj in bpy.data.objects:
        # what carries the armature plays the same take
        if obj is not take.rig and getattr(take.action, "slots", None) and obj.animation_data:
            data = obj.animation_data
            slots = [slot for slot in take.action.slots if slot in list(data.action_suitable_slots)]
            named = [slot for slot in take.action.slots if slot.name_display == obj.name]
            if named or slots:
                _assign(obj, Take(obj, take.action, (named or slots)[0]))
    if _is_simple(take.rig):
        computed = _compute_from_curves(take, parents, frames)
        compared = sorted(
            {frames[k * (len(frames) - 1) // (_FRAMES_COMPARED - 1)] for k in range(_FRAMES_COMPARED)}
        )
        evaluated = _sample(take.rig, compared)
        rows = [frame - frames[0] for frame in compared]
        size = max(float(np.abs(evaluated[..., :3, :]).max()), 1e-9)
        if np.abs(computed[rows] - evaluated).max() < _SAME * size:
            return computed
    return _sample(take.rig, frames)


def _assign(obj: bpy.types.Object, take: Take) -> None:
    data = obj.animation_data or obj.animation_data_create()
    data.action = take.action
    if take.slot is not None:
        data.action_slot = take.slot


def _is_simple(rig: bpy.types.Object) -> bool:
    """Return whether curves alone move the armature and its bones."""
    if rig.parent is not None or rig.constraints or any(bone.constraints for bone in rig.pose.bones):
        return False
    return all(
        bone.use_inherit_rotation and bone.inherit_scale == "FULL" and bone.use_local_location
        for bone in rig.data.bones
    )


def _compute_from_curves(take: Take, parents: list[int], frames: range) -> np.ndarray:
    """Return what ``_sample`` returns, computed from the curves."""
    rig, count = take.rig, len(frames)
    values: dict[tuple[str, int], np.ndarray] = {}
    for curve in take.list_curves():
        values[curve.data_path, curve.array_index] = _read_curve(curve, frames)
    result = np.empty((count, len(parents), 4, 4), dtype=np.float32)
    result[:, 0] = _compose(rig, "", values, count)
    pose_bones = list(rig.pose.bones)
    rests = [np.array(bone.bone.matrix_local) for bone in pose_bones]
    for k, bone in enumerate(pose_bones, 1):
        rest, above = rests[k - 1], parents[k]
        if above > 0:
            rest = np.linalg.inv(rests[above - 1]) @ rest
        basis = _compose(bone, f"{bone.path_from_id()}.", values, count)
        result[:, k] = result[:, above] @ (rest.astype(np.float32) @ basis)
    return result


def _read_curve(curve: bpy.types.FCurve, frames: range) -> np.ndarray:
    """Return a curve's values (T,) at consecutive frames."""
    points = curve.keyframe_points
    if not len(points):
        return np.full(len(frames), curve.evaluate(frames[0]), dtype=np.float32)
    if curve.data_path.endswith(".scale"):
        # importers write a key of each bone's scale at every frame; reading them takes as long as all rotations
        probes = np.array([points[k].co.y for k in range(0, len(points), _PROBE_STEP)] + [points[-1].co.y])
        if np.ptp(probes) < _SAME_SCALE:
            return np.full(len(frames), probes[0], dtype=np.float32)
    columns = np.empty(2 * len(points), dtype=np.float32)
    points.foreach_get("co", columns)
    times, heights = columns[::2], columns[1::2]
    if len(points) == len(frames) and times[0] == frames[0] and np.all(np.diff(times) == 1.0):
        return heights
    kinds = np.empty(len(points), dtype=np.int32)
    points.foreach_get("interpolation", kinds)
    linear = points[0].bl_rna.properties["interpolation"].enum_items["LINEAR"].value
    if np.all(kinds == linear) and not curve.modifiers and curve.extrapolation == "CONSTANT":
        return np.interp(np.arange(frames[0], frames[-1] + 1), times, heights).astype(np.float32)
    return np.array([curve.evaluate(frame) for frame in frames], dtype=np.float32)


def _compose(item: Any, prefix: str, values: dict[tuple[str, int], np.ndarray], count: int) -> np.ndarray:
    """Return the matrices (T, 4, 4) of location, rotation and scale of an object or a pose bone.

    Parameters
    ----------
    item : bpy.types.Object or bpy.types.PoseBone
        What has the properties.
    prefix : str
        Their data path up to the property's name.
    values : dict
        Values (T,) of the curves by data path and index; properties without a curve keep their value.
    count : int
        T.
    """

    def read(name: str) -> np.ndarray:
        still = getattr(item, name)
        columns = [
            values.get((prefix + name, k), np.full(count, still[k], dtype=np.float32))
            for k in range(len(still))
        ]
        return np.stack(columns, axis=-1)

    matrices = np.zeros((count, 4, 4), dtype=np.float32)
    if item.rotation_mode == "QUATERNION":
        turns = _turn_by_quaternions(read("rotation_quaternion"))
    elif item.rotation_mode == "AXIS_ANGLE":
        axis_angle = read("rotation_axis_angle")
        half, axis = 0.5 * axis_angle[:, :1], axis_angle[:, 1:]
        axis = axis / np.maximum(np.linalg.norm(axis, axis=-1, keepdims=True), 1e-12)
        turns = _turn_by_quaternions(np.concatenate([np.cos(half), np.sin(half) * axis], axis=-1))
    else:
        angles = read("rotation_euler")
        turns = np.broadcast_to(np.eye(3, dtype=np.float32), (count, 3, 3))
        for letter in item.rotation_mode:  # the first letter turns first
            turns = _turn_about(letter, angles[:, "XYZ".index(letter)]) @ turns
    matrices[:, :3, :3] = turns * read("scale")[:, None, :]
    matrices[:, :3, 3] = read("location")
    matrices[:, 3, 3] = 1.0
    return matrices


def _turn_about(letter: str, angles: np.ndarray) -> np.ndarray:
    """Return rotation matrices (T, 3, 3) about an axis."""
    first, second = ((1, 2), (2, 0), (0, 1))["XYZ".index(letter)]
    result = np.tile(np.eye(3, dtype=np.float32), (len(angles), 1, 1))
    result[:, first, first] = result[:, second, second] = np.cos(angles)
    result[:, second, first] = np.sin(angles)
    result[:, first, second] = -np.sin(angles)
    return result


def _turn_by_quaternions(quaternions: np.ndarray) -> np.ndarray:
    """Return rotation matrices (T, 3, 3) of quaternions w, x, y, z of any length."""
    length = np.maximum(np.linalg.norm(quaternions, axis=-1, keepdims=True), 1e-12)
    w, x, y, z = (quaternions / length).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows, dtype=np.float32), -1, 0)


def _sample(rig: bpy.types.Object, frames: range | list[int]) -> np.ndarray:
    """Return the world matrices (T, 1 + B, 4, 4) of an armature object and its bones in the evaluated scene."""
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
    status = main(Path(arguments[0]), int(arguments[1]), Path(arguments[2]), Path(arguments[3]))
    sys.stdout.flush()
    # ends at once: taking Blender down again may take longer than all else
    import os

    os._exit(status)
