# SPDX-License-Identifier: GPL-3.0-or-later
"""Insert keys into the middle of an F-curve so that what plays before and after them stays unchanged.

A Bezier segment that the new keys cut is divided by de Casteljau's algorithm, in time and value, so that the part
that remains keeps its shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import bpy
import numpy as np
from numpy.typing import NDArray

from ..motion.keys.handles import compute_dense_slopes
from ..motion.rotations import Array
from .action import FCurveData, compute_handles, keyframe_enum_value
from .channel_joins import undo_change

_Kind = TypeVar("_Kind", bound=np.generic)

_POINT_PROPERTIES = ("co", "handle_left", "handle_right")
_ENUM_PROPERTIES = ("interpolation", "easing", "handle_left_type", "handle_right_type")
_SCALAR_PROPERTIES = ("amplitude", "back", "period")


@dataclass
class _KeyTable:
    """All keys of an F-curve as arrays by property name.

    Attributes
    ----------
    points : name to (K, 2)
        Frame and value of keys and handles.
    enums : name to (K,) integers
        Enum properties.
    scalars : name to (K,)
        Parameters of easing.
    """

    points: dict[str, Array]
    enums: dict[str, NDArray[np.int32]]
    scalars: dict[str, Array]

    def __len__(self) -> int:
        return len(self.points["co"])

    def select(self, mask: NDArray[np.bool_]) -> _KeyTable:
        """Return the keys where ``mask`` (K,) is True."""
        return _KeyTable(
            {name: values[mask] for name, values in self.points.items()},
            {name: values[mask] for name, values in self.enums.items()},
            {name: values[mask] for name, values in self.scalars.items()},
        )


def splice_fcurve(
    fcurve: bpy.types.FCurve, curve: FCurveData, later_change: tuple[float, float] = (1.0, 0.0)
) -> None:
    """Replace the keys of ``fcurve`` between the first and the last frame of ``curve`` by those of ``curve``.

    ``later_change``: factor and offset for the values of the old keys after them.
    """
    old = _read_keys(fcurve)
    first, last = float(curve.frames[0]), float(curve.frames[-1])
    frames = old.points["co"][:, 0]
    # automatic handles would change with the new neighbours
    for name in ("handle_left_type", "handle_right_type"):
        automatic = np.isin(
            old.enums[name], [keyframe_enum_value(name, kind) for kind in ("AUTO", "AUTO_CLAMPED")]
        )
        old.enums[name][automatic] = keyframe_enum_value(name, "ALIGNED")
    before, after = old.select(frames < first), old.select(frames > last)
    new = _create_keys(curve)
    starts, ends = np.flatnonzero(frames < first), np.flatnonzero(frames >= first)
    if len(starts) and len(ends):
        _join_segment(old, starts[-1], ends[0], first, before, new, at_start=True)
    starts, ends = np.flatnonzero(frames <= last), np.flatnonzero(frames > last)
    if len(starts) and len(ends):
        _join_segment(old, starts[-1], ends[0], last, after, new, at_start=False)
    for name in _POINT_PROPERTIES:
        after.points[name][:, 1] = after.points[name][:, 1] * later_change[0] + later_change[1]
    if len(after) and later_change != (1.0, 0.0):
        # the right handle of the last new key comes from the old curve too
        new.points["handle_right"][-1, 1] = (
            new.points["handle_right"][-1, 1] * later_change[0] + later_change[1]
        )
    _write_keys(fcurve, [before, new, after])


def splice_at_jump(
    fcurve: bpy.types.FCurve, curve: FCurveData, jump: int, changes: Mapping[int, tuple[float, float]]
) -> None:
    """Put new keys into an F-curve which jumps among them to the numbers that later keys have for the same rotation.

    Parameters
    ----------
    fcurve : bpy.types.FCurve
        The F-curve.
    curve : FCurveData
        New keys, with the numbers of the earlier ones.
    jump : int
        Index of the first one that gets the numbers of the later ones.
    changes : mapping
        How these differ, by channel, see ``find_jumps``.
    """
    frames, rest = curve.frames, undo_change(curve.values[jump:], changes[curve.index])
    splice_fcurve(fcurve, replace(curve, frames=frames[:jump], values=curve.values[:jump]))
    splice_fcurve(fcurve, replace(curve, frames=frames[jump:], values=rest))
    hold_key(fcurve, float(frames[jump - 1]))


def hold_key(fcurve: bpy.types.FCurve, frame: float) -> None:
    """Let the value of the key at a frame hold until the next key."""
    for point in fcurve.keyframe_points:
        if abs(point.co.x - frame) < 1e-3:
            point.interpolation = "CONSTANT"


def shift_keys(fcurve: bpy.types.FCurve, after_frame: float, shift: int) -> None:
    """Move the keys after a frame by ``shift`` frames; keys at or before it that they would meet are removed."""
    keys = _read_keys(fcurve)
    frames = keys.points["co"][:, 0]
    later = keys.select(frames > after_frame + 1e-3)
    for name in _POINT_PROPERTIES:
        later.points[name][:, 0] += shift
    _write_keys(fcurve, [keys.select(frames <= after_frame + min(shift, 0) + 1e-3), later])


def _join_segment(
    old: _KeyTable,
    start: int,
    end: int,
    frame: float,
    kept_keys: _KeyTable,
    new_keys: _KeyTable,
    at_start: bool,
) -> None:
    """Cut the old segment from key ``start`` to key ``end`` at ``frame``, and join it to the new keys there.

    Parameters
    ----------
    old : _KeyTable
        All old keys.
    start, end : int
        Keys of the segment.
    frame : float
        Where it is cut: the first or last new key.
    kept_keys : _KeyTable
        The old keys on that side; changed in place.
    new_keys : _KeyTable
        The new keys; changed in place.
    at_start : bool
        Join the first new key to the old keys before it. False: join the last new key to those after it.
    """
    control_points = _control_points(old, start, end)
    has_no_handles = old.enums["interpolation"][start] != keyframe_enum_value("interpolation", "BEZIER")
    left, right = _divide_segment(control_points, frame)
    free = keyframe_enum_value("handle_left_type", "FREE")
    edge, side = (0, left) if at_start else (-1, right)
    for keys, key_index in ((kept_keys, -1 if at_start else 0), (new_keys, edge)):
        for name in ("handle_left_type", "handle_right_type"):
            keys.enums[name][key_index] = free
    if at_start:
        if not has_no_handles:
            kept_keys.points["handle_right"][-1], new_keys.points["handle_left"][0] = side[1], side[2]
    else:
        for name in ("interpolation", "easing"):
            new_keys.enums[name][-1] = old.enums[name][start]
        for name in _SCALAR_PROPERTIES:
            new_keys.scalars[name][-1] = old.scalars[name][start]
        if not has_no_handles:
            new_keys.points["handle_right"][-1], kept_keys.points["handle_left"][0] = side[1], side[2]


def _control_points(old: _KeyTable, start: int, end: int) -> Array:
    """Return the control points (4, 2) of a Bezier segment; overlapping handles are shortened, as Blender does."""
    points = np.stack(
        [
            old.points["co"][start],
            old.points["handle_right"][start],
            old.points["handle_left"][end],
            old.points["co"][end],
        ]
    )
    handle_length = abs(points[1, 0] - points[0, 0]) + abs(points[3, 0] - points[2, 0])
    length = points[3, 0] - points[0, 0]
    if handle_length > length:
        points[1] = points[0] + (points[1] - points[0]) * (length / handle_length)
        points[2] = points[3] + (points[2] - points[3]) * (length / handle_length)
    return points


def _divide_segment(points: Array, frame: float) -> tuple[Array, Array]:
    """Divide the Bezier segment ``points`` (4, 2) at ``frame`` into two of the same shape."""
    low, high = 0.0, 1.0
    # frames ascend along the segment: bisection
    for _ in range(60):
        t = 0.5 * (low + high)
        time = float(np.dot([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3], points[:, 0]))
        low, high = (t, high) if time < frame else (low, t)
    t = 0.5 * (low + high)
    left, right, row = [points[0]], [points[-1]], points
    while len(row) > 1:
        row = (1 - t) * row[:-1] + t * row[1:]
        left.append(row[0])
        right.append(row[-1])
    return np.array(left), np.array(right[::-1])


def _create_keys(curve: FCurveData) -> _KeyTable:
    """Return the keys of ``curve`` with explicit handles."""
    count = len(curve.values)
    slopes = curve.slopes
    if slopes is None:
        flat = curve.stepped or count < 2
        slopes = np.zeros(count) if flat else compute_dense_slopes(curve.values[None, :, None])[0, :, 0]
    left, right = compute_handles(curve.frames, curve.values, slopes)
    handle = "AUTO_CLAMPED" if curve.slopes is None else "ALIGNED"
    kinds = {
        "interpolation": "CONSTANT" if curve.stepped else "BEZIER",
        "easing": "AUTO",
        "handle_left_type": handle,
        "handle_right_type": handle,
    }
    return _KeyTable(
        {"co": np.stack([curve.frames, curve.values], axis=-1), "handle_left": left, "handle_right": right},
        {
            name: np.full(count, keyframe_enum_value(name, kind), dtype=np.int32)
            for name, kind in kinds.items()
        },
        {name: np.zeros(count) for name in _SCALAR_PROPERTIES},
    )


def _read_keys(fcurve: bpy.types.FCurve) -> _KeyTable:
    points = fcurve.keyframe_points
    count = len(points)

    def read_property(name: str, width: int, dtype: type[_Kind]) -> NDArray[_Kind]:
        values = np.empty(count * width, dtype=dtype)
        points.foreach_get(name, values)
        return values.reshape(count, width) if width > 1 else values

    return _KeyTable(
        {name: read_property(name, 2, np.float32).astype(float) for name in _POINT_PROPERTIES},
        {name: read_property(name, 1, np.int32) for name in _ENUM_PROPERTIES},
        {name: read_property(name, 1, np.float32).astype(float) for name in _SCALAR_PROPERTIES},
    )


def _write_keys(fcurve: bpy.types.FCurve, parts: list[_KeyTable]) -> None:
    points = fcurve.keyframe_points
    count = sum(len(part) for part in parts)
    while len(points) > count:
        points.remove(points[len(points) - 1], fast=True)
    points.add(count - len(points))
    for name in _ENUM_PROPERTIES:
        points.foreach_set(name, np.concatenate([part.enums[name] for part in parts]))
    for name in _SCALAR_PROPERTIES:
        points.foreach_set(name, np.concatenate([part.scalars[name] for part in parts]).astype(np.float32))
    for name in _POINT_PROPERTIES:
        points.foreach_set(
            name, np.concatenate([part.points[name] for part in parts]).astype(np.float32).ravel()
        )
    fcurve.update()
