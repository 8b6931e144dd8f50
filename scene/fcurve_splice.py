# SPDX-License-Identifier: GPL-3.0-or-later
"""Insert keys into the middle of an F-curve so that what plays before and after them stays unchanged.

A Bezier segment that the new keys cut is divided by de Casteljau's algorithm, in time and value, so that the part
that remains keeps its shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ..motion.keys.handles import dense_slopes
from ..motion.rotations import Array
from .action import Curve, enum_value, handles

_PLACES = ("co", "handle_left", "handle_right")
_CHOICES = ("interpolation", "easing", "handle_left_type", "handle_right_type")
_NUMBERS = ("amplitude", "back", "period")


@dataclass
class _Keys:
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

    places: dict[str, Array]
    choices: dict[str, NDArray[np.int32]]
    numbers: dict[str, Array]

    def __len__(self) -> int:
        return len(self.places["co"])

    def part(self, which: NDArray[np.bool_]) -> _Keys:
        """Return the keys where ``which`` (K,) is True."""
        return _Keys(
            {name: values[which] for name, values in self.places.items()},
            {name: values[which] for name, values in self.choices.items()},
            {name: values[which] for name, values in self.numbers.items()},
        )


def splice(fcurve: bpy.types.FCurve, curve: Curve, later: tuple[float, float] = (1.0, 0.0)) -> None:
    """Replace the keys of ``fcurve`` between the first and the last frame of ``curve`` by those of ``curve``.

    ``later``: factor and offset for the values of the old keys after them.
    """
    old = _read(fcurve)
    first, last = float(curve.frames[0]), float(curve.frames[-1])
    frames = old.places["co"][:, 0]
    # automatic handles would change with the new neighbours
    for name in ("handle_left_type", "handle_right_type"):
        automatic = np.isin(old.choices[name], [enum_value(name, kind) for kind in ("AUTO", "AUTO_CLAMPED")])
        old.choices[name][automatic] = enum_value(name, "ALIGNED")
    before, after = old.part(frames < first), old.part(frames > last)
    new = _new(curve)
    starts, ends = np.flatnonzero(frames < first), np.flatnonzero(frames >= first)
    if len(starts) and len(ends):
        _join(old, starts[-1], ends[0], first, before, new, at_start=True)
    starts, ends = np.flatnonzero(frames <= last), np.flatnonzero(frames > last)
    if len(starts) and len(ends):
        _join(old, starts[-1], ends[0], last, after, new, at_start=False)
    for name in _PLACES:
        after.places[name][:, 1] = after.places[name][:, 1] * later[0] + later[1]
    if len(after) and later != (1.0, 0.0):
        # the right handle of the last new key comes from the old curve too
        new.places["handle_right"][-1, 1] = new.places["handle_right"][-1, 1] * later[0] + later[1]
    _write(fcurve, [before, new, after])


def _join(old: _Keys, start: int, end: int, frame: float, kept: _Keys, new: _Keys, at_start: bool) -> None:
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
    corners = _corners(old, start, end)
    straight = old.choices["interpolation"][start] != enum_value("interpolation", "BEZIER")
    left, right = _divided(corners, frame)
    free = enum_value("handle_left_type", "FREE")
    edge, side = (0, left) if at_start else (-1, right)
    for keys, place in ((kept, -1 if at_start else 0), (new, edge)):
        for name in ("handle_left_type", "handle_right_type"):
            keys.choices[name][place] = free
    if at_start:
        if not straight:
            kept.places["handle_right"][-1], new.places["handle_left"][0] = side[1], side[2]
    else:
        for name in ("interpolation", "easing"):
            new.choices[name][-1] = old.choices[name][start]
        for name in _NUMBERS:
            new.numbers[name][-1] = old.numbers[name][start]
        if not straight:
            new.places["handle_right"][-1], kept.places["handle_left"][0] = side[1], side[2]


def _corners(old: _Keys, start: int, end: int) -> Array:
    """Return the control points (4, 2) of a Bezier segment; overlapping handles are shortened, as Blender does."""
    points = np.stack(
        [
            old.places["co"][start],
            old.places["handle_right"][start],
            old.places["handle_left"][end],
            old.places["co"][end],
        ]
    )
    reach = abs(points[1, 0] - points[0, 0]) + abs(points[3, 0] - points[2, 0])
    length = points[3, 0] - points[0, 0]
    if reach > length:
        points[1] = points[0] + (points[1] - points[0]) * (length / reach)
        points[2] = points[3] + (points[2] - points[3]) * (length / reach)
    return points


def _divided(points: Array, frame: float) -> tuple[Array, Array]:
    """Divide the Bezier segment ``points`` (4, 2) at ``frame`` into two of the same shape."""
    low, high = 0.0, 1.0
    # frames ascend along the segment: bisection
    for _ in range(60):
        t = 0.5 * (low + high)
        at = float(np.dot([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3], points[:, 0]))
        low, high = (t, high) if at < frame else (low, t)
    t = 0.5 * (low + high)
    left, right, row = [points[0]], [points[-1]], points
    while len(row) > 1:
        row = (1 - t) * row[:-1] + t * row[1:]
        left.append(row[0])
        right.append(row[-1])
    return np.array(left), np.array(right[::-1])


def _new(curve: Curve) -> _Keys:
    """Return the keys of ``curve`` with explicit handles."""
    count = len(curve.values)
    slopes = curve.slopes
    if slopes is None:
        flat = curve.stepped or count < 2
        slopes = np.zeros(count) if flat else dense_slopes(curve.values[None, :, None])[0, :, 0]
    left, right = handles(curve.frames, curve.values, slopes)
    handle = "AUTO_CLAMPED" if curve.slopes is None else "ALIGNED"
    kinds = {
        "interpolation": "CONSTANT" if curve.stepped else "BEZIER",
        "easing": "AUTO",
        "handle_left_type": handle,
        "handle_right_type": handle,
    }
    return _Keys(
        {"co": np.stack([curve.frames, curve.values], axis=-1), "handle_left": left, "handle_right": right},
        {name: np.full(count, enum_value(name, kind), dtype=np.int32) for name, kind in kinds.items()},
        {name: np.zeros(count) for name in _NUMBERS},
    )


def _read(fcurve: bpy.types.FCurve) -> _Keys:
    points = fcurve.keyframe_points
    count = len(points)

    def of(name: str, width: int, kind: type) -> Array:
        values = np.empty(count * width, dtype=kind)
        points.foreach_get(name, values)
        return values.reshape(count, width) if width > 1 else values

    return _Keys(
        {name: of(name, 2, np.float32).astype(float) for name in _PLACES},
        {name: of(name, 1, np.int32) for name in _CHOICES},
        {name: of(name, 1, np.float32).astype(float) for name in _NUMBERS},
    )


def _write(fcurve: bpy.types.FCurve, parts: list[_Keys]) -> None:
    points = fcurve.keyframe_points
    count = sum(len(part) for part in parts)
    while len(points) > count:
        points.remove(points[len(points) - 1], fast=True)
    points.add(count - len(points))
    for name in _CHOICES:
        points.foreach_set(name, np.concatenate([part.choices[name] for part in parts]))
    for name in _NUMBERS:
        points.foreach_set(name, np.concatenate([part.numbers[name] for part in parts]).astype(np.float32))
    for name in _PLACES:
        points.foreach_set(
            name, np.concatenate([part.places[name] for part in parts]).astype(np.float32).ravel()
        )
    fcurve.update()
