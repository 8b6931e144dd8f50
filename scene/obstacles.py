# SPDX-License-Identifier: GPL-3.0-or-later
"""Find objects of the scene that a body passes through while it holds something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

from ..motion.errors import Note
from ..motion.rotations import Array
from .character import find_armature

MAX_FRAMES = 24
"""Frames that are looked at, evenly spaced."""

_MAX_OBJECTS = 50
_MAX_POLYGONS = 200_000  # of one object, for which Blender builds a tree of a few 100 ms
_MIN_LENGTH = 1e-4  # metres


class Figure(NamedTuple):
    """A body as lines between joints, in Blender's world.

    Attributes
    ----------
    frames : (T,)
        Frames of the scene.
    positions : (T, J, 3) metres
        Its joints.
    lines : (L, 2)
        Indices of the joints that each line connects.
    held : object name to sets of line numbers
        Lines of the limbs that hold an object, which do not pass through it but end there.
    """

    frames: NDArray[np.int_]
    positions: Array
    lines: NDArray[np.int64]
    held: Mapping[str, frozenset[int]]


def describe_obstacles(context: bpy.types.Context, character: bpy.types.Object, figure: Figure) -> list[Note]:
    """Return a sentence for each object of the scene that a line of the figure passes through.

    Meshes that an armature deforms, hidden ones, those that move and very large ones do not count.

    Parameters
    ----------
    context : bpy.types.Context
        Its scene has the objects.
    character : bpy.types.Object
        The armature that the figure stands for.
    figure : Figure
        The body.
    """
    notes = []
    for obj in _list_candidates(context, character, figure):
        frames = _find_crossings(context, obj, figure)
        if frames:
            notes.append(
                Note(
                    "{object} stands in the way at frames {first} to {last}: the body passes through it",
                    object=obj.name,
                    first=frames[0],
                    last=frames[-1],
                )
            )
    return notes


def _list_candidates(
    context: bpy.types.Context, character: bpy.types.Object, figure: Figure
) -> Iterator[bpy.types.Object]:
    """Yield the meshes whose box the figure touches."""
    low, high = figure.positions.min(axis=(0, 1)), figure.positions.max(axis=(0, 1))
    count = 0
    for obj in context.view_layer.objects:
        if obj.type != "MESH" or not obj.visible_get() or find_armature(obj) is not None:
            continue
        if any(parent == character or parent.animation_data for parent in _list_parents(obj)):
            continue
        corners = np.array([obj.matrix_world @ Vector(corner) for corner in obj.bound_box])
        if np.any(corners.min(axis=0) > high) or np.any(corners.max(axis=0) < low):
            continue
        count += 1
        if count > _MAX_OBJECTS:
            return
        yield obj


def _list_parents(obj: bpy.types.Object) -> Iterator[bpy.types.Object]:
    """Yield an object and those above it."""
    above: bpy.types.Object | None = obj
    while above is not None:
        yield above
        above = above.parent


def _find_crossings(context: bpy.types.Context, obj: bpy.types.Object, figure: Figure) -> Sequence[int]:
    """Return the frames at which a line of the figure passes through the surface of an object."""
    evaluated = obj.evaluated_get(context.evaluated_depsgraph_get())
    if not 0 < len(evaluated.data.polygons) <= _MAX_POLYGONS:
        return []
    inverse = np.array(evaluated.matrix_world.inverted_safe(), dtype=float)
    local = figure.positions @ inverse[:3, :3].T + inverse[:3, 3]
    held = figure.held.get(obj.name, frozenset())
    lines = figure.lines[[number for number in range(len(figure.lines)) if number not in held]]
    frames = []
    for frame, joints in zip(figure.frames.tolist(), local, strict=True):
        for start, end in joints[lines]:
            along = Vector((end - start).tolist())
            if along.length > _MIN_LENGTH:
                found, *_ = evaluated.ray_cast(start.tolist(), along.normalized(), distance=along.length)
                if found:
                    frames.append(int(frame))
                    break
    return frames
