# SPDX-License-Identifier: GPL-3.0-or-later
"""What only the evaluated character shows: bones that constraints hold back, and a mesh that stays where it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import bpy
import numpy as np

from ..motion.errors import Note
from .action import get_fcurves
from .constraint_conflicts import shorten_names
from .poses import preserve_frame_and_pose

_FRAMES = 5
"""Frames that are evaluated: each costs as much as a redraw."""

_MIN_DEGREES = 5.0
_MIN_SHIFT = 0.02
"""Rotation, and distance in extents of the armature, from which on a bone is held back."""

_SAMPLED_VERTICES = 2000
_MIN_FRACTION = 0.005
"""Fraction of a mesh's vertices that have to hang on a bone that stays."""

_MIN_TRAVEL = 0.2
"""Metres that a character has to travel before a part of it that stays behind matters."""


def find_held_bones(
    scene: bpy.types.Scene, obj: bpy.types.Object, suspects: Sequence[str], first: int, last: int
) -> Iterator[Note]:
    """Yield a note on those of ``suspects`` whose evaluated pose is not what their channels say.

    The scene is left at its frame.

    Parameters
    ----------
    scene : bpy.types.Scene
        The scene.
    obj : bpy.types.Object
        The armature, which plays the motion.
    suspects : sequence of str
        Names of bones. Nothing is evaluated without any.
    first, last : int
        Scene frames of the motion.
    """
    if not suspects:
        return
    worst: dict[str, float] = {}
    size = max(obj.dimensions) / max(*map(abs, obj.scale), 1e-9)
    with preserve_frame_and_pose(scene, [obj]):
        for frame in np.unique(np.linspace(first, last, _FRAMES).astype(int)):
            scene.frame_set(int(frame))
            evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
            for name in suspects:
                degrees, shift = _measure_change(evaluated.pose.bones[name])
                if degrees > _MIN_DEGREES or shift > _MIN_SHIFT * size:
                    worst[name] = max(worst.get(name, 0.0), degrees)
    if worst:
        names = sorted(worst, key=lambda name: -worst[name])
        yield Note(
            "Constraints move {bones} otherwise than the motion does: mute them to see the whole motion",
            bones=shorten_names(names),
        )


def _measure_change(bone: bpy.types.PoseBone) -> tuple[float, float]:
    """Return by how many degrees, and how far, constraints move an evaluated bone from where its channels put it."""
    rest, parent = bone.bone.matrix_local, bone.parent
    if parent is None:
        expected = bone.bone.convert_local_to_pose(bone.matrix_basis, rest)
    else:
        expected = bone.bone.convert_local_to_pose(
            bone.matrix_basis, rest, parent_matrix=parent.matrix, parent_matrix_local=parent.bone.matrix_local
        )
    turn = expected.to_quaternion().rotation_difference(bone.matrix.to_quaternion()).angle
    return float(np.degrees(min(turn, 2 * np.pi - turn))), (
        expected.translation - bone.matrix.translation
    ).length


def find_parts_left_behind(obj: bpy.types.Object, action: bpy.types.Action) -> Iterator[Note]:
    """Yield a note if a part of the character hangs on bones above the moved ones, and stays where it was.

    Parts are vertices of meshes that the armature deforms, and objects that are children of a bone.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    action : bpy.types.Action
        The motion on it.
    """
    curves = [c for c in get_fcurves(action, obj) if c.data_path.endswith("location")]
    if not curves or max(_measure_travel(obj, curve) for curve in curves) < _MIN_TRAVEL:
        return
    if any(curve.data_path == "location" for curve in curves):
        return
    moved = {
        bone.name
        for bone in obj.pose.bones
        if any(curve.data_path.startswith(bone.path_from_id()) for curve in curves)
    }
    carriers = {above.name for name in moved for above in obj.pose.bones[name].parent_recursive} - moved
    staying: dict[str, str] = {}
    for other in bpy.context.view_layer.objects:
        if other.parent == obj and other.parent_type == "BONE" and other.parent_bone in carriers:
            staying.setdefault(other.parent_bone, other.name)
        elif other.type == "MESH" and any(m.type == "ARMATURE" and m.object == obj for m in other.modifiers):
            for bone in _find_bones_of_vertices(other, carriers):
                staying.setdefault(bone, other.name)
    if staying:
        bone, part = next(iter(staying.items()))
        yield Note(
            "A part of {part} hangs on the bone {bone}, which stays where it is: choose Root Bone as Root Motion, or "
            "give that part another bone",
            part=part,
            bone=bone,
        )


def _measure_travel(obj: bpy.types.Object, curve: bpy.types.FCurve) -> float:
    """Return how far a location channel goes, metres."""
    values = np.empty(2 * len(curve.keyframe_points), dtype=np.float32)
    curve.keyframe_points.foreach_get("co", values)
    return float(np.ptp(values[1::2])) * max(map(abs, obj.matrix_world.to_scale())) if len(values) else 0.0


def _find_bones_of_vertices(mesh: bpy.types.Object, bones: set[str]) -> list[str]:
    """Return those of ``bones`` on which some of a mesh's vertices hang with most of their weight."""
    groups = {group.index: group.name for group in mesh.vertex_groups if group.name in bones}
    if not groups:
        return []
    vertices = mesh.data.vertices
    step = max(1, len(vertices) // _SAMPLED_VERTICES)
    counts = dict.fromkeys(groups, 0)
    sampled = range(0, len(vertices), step)
    for index in sampled:
        weights = {element.group: element.weight for element in vertices[index].groups}
        for group in groups:
            if weights.get(group, 0.0) > 0.5 * sum(weights.values()):
                counts[group] += 1
    return [groups[group] for group, count in counts.items() if count > _MIN_FRACTION * len(sampled)]
