# SPDX-License-Identifier: GPL-3.0-or-later
"""What the coming motion of a character depends on, as values that can be compared: settings, parts and guides.

Read at every tick while Live is on, so it is cheap: it changes no frame and evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy

from ..scene.frame_rate import read_frame_rate
from .base import bone_map_properties, get_action
from .next_step import find_generating_step
from .request_builder import merge_directing

_OF_CHARACTER = (
    "task", "next_prompt", "next_seconds", "range_start", "range_end", "arrive", "blend", "own_parts",
)  # fmt: skip
_OF_SCENE = (
    "prompt", "seconds", "seed", "model", "quality", "start", "use_current_frame", "start_frame", "root_mode",
    "at_character",
)  # fmt: skip
_NOT_OF_THE_MOTION = {"rna_type", "name", "select", "hide", "variations"}
"""Properties of parts, pins and guides that only say what the lists show."""


def read_state(context: bpy.types.Context, target: bpy.types.Object) -> tuple[Any, ...]:
    """Return all that the button's next motion is made from, except poses and F-curves."""
    settings, stored = context.scene.kinescribe, bone_map_properties(target)
    action = get_action(target)
    step = find_generating_step(context, target)
    return (
        target.session_uid,
        step.kind,
        step.numbers,
        action.session_uid if action is not None and step.kind != "GENERATE" else 0,
        read_frame_rate(context.scene),
        _read_matrix(target),
        tuple(getattr(stored, name) for name in _OF_CHARACTER),
        tuple(getattr(settings, name) for name in _OF_SCENE),
        _read_group(stored.parts),
        _read_group(stored.directing),
        _read_group(settings.directing),
        tuple(_read_guide(obj) for obj in list_guide_objects(context.scene, target)),
    )


def list_guide_objects(scene: bpy.types.Scene, target: bpy.types.Object) -> list[bpy.types.Object]:
    """Return the objects that guide a character: its path, the waypoints of it, and what hands and feet are pinned to.

    Those that were removed from all scenes are left out.
    """
    directing = merge_directing(scene, target)
    found = [directing.path, *(row.object for row in (*directing.waypoints, *directing.pins))]
    if directing.path is not None and directing.path.type != "CURVE":
        found += directing.path.children
    return [obj for obj in found if obj is not None]


def _read_group(value: Any) -> Any:
    """Return the values of a property group or a collection of such, whatever properties it has."""
    if isinstance(value, bpy.types.PropertyGroup):
        names = (
            name
            for name in value.bl_rna.properties.keys()  # noqa: SIM118
            if name not in _NOT_OF_THE_MOTION and not name.startswith("active_")
        )
        return tuple(_read_group(getattr(value, name)) for name in names)
    if isinstance(value, bpy.types.ID):
        return value.session_uid
    if isinstance(value, bpy.types.bpy_prop_collection):
        return tuple(_read_group(item) for item in value)
    if isinstance(value, str | int | float) or value is None:
        return value
    return tuple(value)


def _read_matrix(obj: bpy.types.Object) -> tuple[float, ...]:
    matrix: Any = obj.matrix_world
    return tuple(number for row in matrix for number in row)


def _read_guide(obj: bpy.types.Object) -> tuple[Any, ...]:
    points = tuple(_read_points(obj)) if obj.type == "CURVE" else ()
    frame = obj.get("frame")
    return (
        obj.session_uid,
        _read_matrix(obj),
        frame if isinstance(frame, int | float) else None,
        len(obj.users_scene),
        points,
    )


def _read_points(obj: bpy.types.Object) -> Iterator[tuple[float, ...]]:
    """Return the control points of the first spline, which is the one that counts; in Edit Mode as they are there."""
    curve: Any = obj.data
    for spline in curve.splines[:1]:
        for point in spline.bezier_points:
            yield (*point.co, *point.handle_left, *point.handle_right)
        for point in spline.points:
            yield tuple(point.co)
