# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions and their F-curves: the only file that handles slots, layers and the differences of Blender's versions.

Until Blender 4.3 an Action holds its F-curves itself. From 4.4 on it holds layers of strips, and a strip keeps one
channelbag of F-curves for each slot, that is for each object that the Action animates. The old access was removed
in 5.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import bpy
import numpy as np
from numpy.typing import NDArray

from ..motion.rotations import Array
from .character import get_action as get_action
from .slices import Slices, run_slices

KEYS_PER_SLICE = 10_000
"""Keys that are written, read or blended in one slice: a few milliseconds."""

CURVES_PER_SLICE = 500
"""F-curves that are created in one slice."""

_CREATED = 0.1
"""Fraction of writing F-curves that their creation counts as."""

LAYERED = bpy.app.version >= (4, 4, 0)
"""True where Actions have slots and layers."""


@dataclass(eq=False, slots=True)
class FCurveData:
    """Keys to be written to one F-curve.

    Not frozen: a frozen object takes ten times as long to make, and a rig has hundreds of these.

    Attributes
    ----------
    data_path : str
        RNA path of the animated property.
    index : int
        Channel of the property.
    frames : (T,) scene frames, ascending
        When the keys are.
    values : (T,)
        The keys' values.
    group : str
        Group in which Blender shows the F-curve.
    stepped : bool
        The value holds until the next key, as that of a switch does. False: keys are Bezier with auto-clamped handles,
        which never overshoot, and stay smooth when keys are thinned out or moved by hand.
    slopes : (T,) values a frame, or None
        Given: aligned handles of these slopes in place of auto-clamped ones, a third of the way to the next key long.
    """

    data_path: str
    index: int
    frames: Array
    values: Array
    group: str
    stepped: bool = False
    slopes: Array | None = None


def create_action(obj: bpy.types.Object, name: str) -> bpy.types.Action:
    """Create an empty Action for ``obj`` without assigning it.

    Fill it first, so that a failure leaves the object unchanged.
    """
    action = bpy.data.actions.new(name)
    if LAYERED:
        slot = action.slots.new(id_type="OBJECT", name=obj.name)
        action.layers.new("Layer").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
    else:
        action.id_root = "OBJECT"
    return action


def copy_action(obj: bpy.types.Object, action: bpy.types.Action, name: str) -> bpy.types.Action:
    """Create a local copy that animates nothing but ``obj``, without assigning it."""
    copy = action.copy()
    copy.name = name
    copy.use_fake_user = False
    if copy.asset_data:
        copy.asset_clear()
    if LAYERED:
        kept_slot = find_slot(action, obj)
        for slot in list(copy.slots):
            if kept_slot is None or slot.handle != kept_slot.handle:
                copy.slots.remove(slot)
        if kept_slot is None:
            copy.slots.new(id_type="OBJECT", name=obj.name)
    return copy


def assign_action(obj: bpy.types.Object, action: bpy.types.Action) -> None:
    """Assign ``action`` to the object.

    The previous Action gets a fake user; without one Blender would not save it.
    """
    animation = obj.animation_data or obj.animation_data_create()
    previous = animation.action
    if previous is not None and previous != action and previous.library is None:
        previous.use_fake_user = True
    slot = find_slot(action, obj) if LAYERED else None
    animation.action = action
    if LAYERED:
        animation.action_slot = slot
    obj.update_tag(refresh={"TIME"})


def get_fcurves(action: bpy.types.Action, obj: bpy.types.Object) -> list[bpy.types.FCurve]:
    """Return the F-curves by which ``action`` animates ``obj``."""
    if not LAYERED:
        return list(action.fcurves)
    slot = find_slot(action, obj)
    if slot is None:
        return []
    channelbags = (strip.channelbag(slot) for layer in action.layers for strip in layer.strips)
    return [curve for bag in channelbags if bag for curve in bag.fcurves]


def remove_fcurves(
    action: bpy.types.Action, obj: bpy.types.Object, channels: Iterable[tuple[str, int]]
) -> None:
    """Remove the F-curves of ``obj`` that animate any of the channels (data path, index)."""
    unwanted = set(channels)
    container = _fcurve_container(action, obj)
    for curve in list(container.fcurves):
        if (curve.data_path, curve.array_index) in unwanted:
            container.fcurves.remove(curve)


def clear_fcurves(action: bpy.types.Action, obj: bpy.types.Object) -> None:
    """Remove all F-curves and groups by which ``action`` animates ``obj``."""
    container = _fcurve_container(action, obj)
    container.fcurves.clear()
    for group in list(container.groups):
        container.groups.remove(group)


def write_fcurves(action: bpy.types.Action, obj: bpy.types.Object, curves: Iterable[FCurveData]) -> None:
    """Write F-curves to channels that have none yet, each in one call."""
    run_slices(write_fcurves_sliced(action, obj, tuple(curves)))


def write_fcurves_sliced(
    action: bpy.types.Action, obj: bpy.types.Object, curves: Sequence[FCurveData]
) -> Slices[None]:
    """Write F-curves as :func:`write_fcurves` does, in slices. Raises ``ReferenceError`` if the Action is removed.

    All of them are created before the first gets its keys: after each slice in which F-curves were added, Blender
    builds the relations of the scene again and redraws the 3D View, but not after one in which only keys were.
    """
    # also in later slices: what belongs to an Action that was removed meanwhile must not be touched
    for start in range(0, len(curves), CURVES_PER_SLICE):
        if start:
            yield _CREATED * start / len(curves)
        _create_fcurves(_fcurve_container(action, obj), curves[start : start + CURVES_PER_SLICE])
    yield None
    written = 0
    for block in _split_by_keys(curves):
        if written:
            yield _CREATED + (1.0 - _CREATED) * written / len(curves)
        _write_keys(_fcurve_container(action, obj), block)
        written += len(block)


def _split_by_keys(curves: Sequence[FCurveData]) -> Iterator[Sequence[FCurveData]]:
    """Yield runs of F-curves that have at most ``KEYS_PER_SLICE`` keys together, or are one F-curve."""
    start, key_count = 0, 0
    for index, curve in enumerate(curves):
        key_count += len(curve.values)
        if key_count > KEYS_PER_SLICE and index > start:
            yield curves[start:index]
            start, key_count = index, len(curve.values)
    yield curves[start:]


def _create_fcurves(
    container: bpy.types.Action | bpy.types.ActionChannelbag, curves: Sequence[FCurveData]
) -> None:
    """Create F-curves without keys.

    Those with keys on every frame get no handle smoothing, which would shift the handles of all keys wherever one is
    edited. It makes the curve between frames no more exact, and takes Blender more than half of the time of a bake.
    """
    groups = {group.name: group for group in container.groups}
    frames: Array | None = None
    is_dense = False
    data_path, color_mode = "", _color_mode("")
    for curve in curves:
        fcurve = container.fcurves.new(curve.data_path, index=curve.index)
        if curve.group not in groups:
            groups[curve.group] = container.groups.new(curve.group)
        fcurve.group = groups[curve.group]
        if curve.data_path != data_path:
            data_path, color_mode = curve.data_path, _color_mode(curve.data_path)
        fcurve.color_mode = color_mode
        if curve.frames is not frames:  # the F-curves of a motion share their frames
            frames = curve.frames
            is_dense = len(frames) > 2 and frames[-1] - frames[0] < len(frames)
        if is_dense:
            fcurve.auto_smoothing = "NONE"


def _write_keys(
    container: bpy.types.Action | bpy.types.ActionChannelbag, curves: Sequence[FCurveData]
) -> None:
    """Write the keys of F-curves that have none yet. Raises ``ReferenceError`` if one was removed."""
    wanted: _KeySettings | None = None
    settings: _KeySettings = ()
    frames: Array | None = None
    coordinates = flat = np.empty(0, dtype=np.float32)
    find_fcurve = container.fcurves.find
    for curve in curves:
        fcurve = find_fcurve(curve.data_path, index=curve.index)
        if fcurve is None:
            raise ReferenceError("an F-curve was removed")
        if curve.frames is not frames:
            frames = curve.frames
            coordinates = np.empty((len(frames), 2), dtype=np.float32)
            coordinates[:, 0] = frames
            flat = coordinates.ravel()
        coordinates[:, 1] = curve.values
        points = fcurve.keyframe_points
        points.add(len(coordinates))
        points.foreach_set("co", flat)
        previous = wanted
        wanted = _STEPPED if curve.stepped else _SMOOTH if curve.slopes is None else _ALIGNED
        if wanted is not previous:
            # new keys have the interpolation and handles of the user's preferences, all the same ones
            first = points[0]
            settings = tuple(choice for choice in wanted if getattr(first, choice[0]) != choice[1])
        for name, item in settings:
            points.foreach_set(
                name, np.full(len(coordinates), keyframe_enum_value(name, item), dtype=np.int32)
            )
        if curve.slopes is None:
            points.handles_recalc()  # update() would also sort the keys and merge double ones, which is not needed
        else:
            left, right = compute_handles(curve.frames, curve.values, curve.slopes)
            points.foreach_set("handle_left", left.astype(np.float32).ravel())
            points.foreach_set("handle_right", right.astype(np.float32).ravel())


def compute_handles(frames: Array, values: Array, slopes: Array) -> tuple[Array, Array]:
    """Return left and right handles (K, 2) of keys with these slopes, a third of the way to the next keys long.

    ``frames`` (K,) and ``values`` (K,) are the keys, ``slopes`` (K,) values a frame.
    """
    steps = np.diff(frames) / 3.0
    before = np.concatenate([steps[:1], steps]) if len(steps) else np.ones(1)
    after = np.concatenate([steps, steps[-1:]]) if len(steps) else np.ones(1)
    left = np.stack([frames - before, values - before * slopes], axis=-1)
    right = np.stack([frames + after, values + after * slopes], axis=-1)
    return left, right


def keyframe_enum_value(name: str, item: str) -> int:
    """Return the integer that ``foreach_set`` takes for enum item ``item`` of the keyframe property ``name``."""
    return int(bpy.types.Keyframe.bl_rna.properties[name].enum_items[item].value)


@dataclass(frozen=True)
class Fingerprint:
    """What changes when an Action is edited.

    Attributes
    ----------
    keys : str
        A hash that changes when a key or a modifier is edited, added or removed. Handles are left out: between keys on
        every frame they have no effect.
    handles : float
        Summed length of the handles of sparse keys, without keys on every frame. Compare with a tolerance: Blender
        recomputes aligned handles from time to time, with rounding.
    """

    keys: str
    handles: float


def fingerprint_action(action: bpy.types.Action) -> Slices[Fingerprint]:
    """Return the fingerprint of an Action, in slices.

    Raises ``ReferenceError`` if the Action, or an F-curve of it, is removed between two of them.
    """
    digest = hashlib.blake2b(digest_size=8)
    handles = 0.0
    fcurves = _sorted_fcurves(action)
    total, key_count = len(fcurves), 0
    for count in range(total):
        if key_count > KEYS_PER_SLICE:
            key_count = 0
            yield count / total
            fcurves = _sorted_fcurves(action)
            if len(fcurves) != total:
                raise ReferenceError("F-curves were added or removed")
        fcurve = fcurves[count]
        points = fcurve.keyframe_points
        key_count += len(points)
        coordinates = np.empty(2 * len(points), dtype=np.float32)
        points.foreach_get("co", coordinates)
        interpolations = np.empty(len(points), dtype=np.int32)
        points.foreach_get("interpolation", interpolations)
        state = (fcurve.data_path, fcurve.array_index, len(points), fcurve.mute, fcurve.extrapolation)
        digest.update(repr((*state, [modifier.type for modifier in fcurve.modifiers])).encode())
        digest.update(coordinates.tobytes())
        digest.update(interpolations.tobytes())
        if len(points) > 1 and coordinates[-2] - coordinates[0] >= 1.01 * (len(points) - 1):
            handles += _sum_handle_lengths(points, coordinates)
    markers = [(marker.name, marker.frame) for marker in action.pose_markers]
    digest.update(repr((markers, action.use_frame_range)).encode())
    return Fingerprint(digest.hexdigest(), handles)


def _sorted_fcurves(action: bpy.types.Action) -> list[bpy.types.FCurve]:
    return sorted(_all_fcurves(action), key=lambda c: (c.data_path, c.array_index))


def _sum_handle_lengths(
    points: bpy.types.bpy_prop_collection[bpy.types.Keyframe], coordinates: NDArray[np.float32]
) -> float:
    """Return the summed length of the handles of an F-curve's keys, which are at ``coordinates`` (2 * K,)."""
    handles = np.empty_like(coordinates)
    total = 0.0
    for name in ("handle_left", "handle_right"):
        points.foreach_get(name, handles)
        total += float(np.abs(handles.astype(float) - coordinates).sum())
    return total


def discard_action(action: bpy.types.Action) -> None:
    """Remove an Action that is not needed after all; do nothing if it no longer exists."""
    with suppress(ReferenceError):
        bpy.data.actions.remove(action)


_KeySettings = tuple[tuple[str, str], ...]
"""Names of properties of keys, and their values."""

_AUTO_HANDLES: _KeySettings = (("handle_left_type", "AUTO_CLAMPED"), ("handle_right_type", "AUTO_CLAMPED"))
_SMOOTH: _KeySettings = (("interpolation", "BEZIER"), *_AUTO_HANDLES)
_ALIGNED: _KeySettings = (
    ("interpolation", "BEZIER"),
    ("handle_left_type", "ALIGNED"),
    ("handle_right_type", "ALIGNED"),
)
_STEPPED: _KeySettings = (("interpolation", "CONSTANT"), *_AUTO_HANDLES)


def _color_mode(data_path: str) -> Literal["AUTO_YRGB", "AUTO_RGB", "AUTO_RAINBOW"]:
    """Return the colour mode that Blender gives to channels it keys itself."""
    if data_path.endswith(("rotation_quaternion", "rotation_axis_angle")):
        return "AUTO_YRGB"
    return "AUTO_RGB" if data_path.endswith(("location", "rotation_euler", "scale")) else "AUTO_RAINBOW"


def find_slot(action: bpy.types.Action, obj: bpy.types.Object) -> bpy.types.ActionSlot | None:
    """Return the slot by which ``action`` animates, or would animate, ``obj``; None before Blender 4.4.

    The assigned slot, else one named after the object, else the first that an object could use.
    """
    if not LAYERED:
        return None
    animation = obj.animation_data
    if animation and animation.action == action:
        return animation.action_slot
    usable = [slot for slot in action.slots if slot.target_id_type in ("OBJECT", "UNSPECIFIED")]
    same_name = [slot for slot in usable if slot.name_display == obj.name]
    return next(iter(same_name or usable), None)


def _fcurve_container(
    action: bpy.types.Action, obj: bpy.types.Object
) -> bpy.types.Action | bpy.types.ActionChannelbag:
    """Return the owner of ``fcurves`` and ``groups`` for ``obj``, created where it does not exist."""
    if not LAYERED:
        return action
    slot = find_slot(action, obj)
    if slot is None:
        slot = action.slots.new(id_type="OBJECT", name=obj.name)
    layer = action.layers[0] if action.layers else action.layers.new("Layer")
    strip = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
    return strip.channelbag(slot, ensure=True)


def _all_fcurves(action: bpy.types.Action) -> list[bpy.types.FCurve]:
    if not LAYERED:
        return list(action.fcurves)
    # F-curves that are reached over strip.channelbags are read and written several times slower
    strips = [strip for layer in action.layers for strip in layer.strips]
    channelbags = [strip.channelbag(slot) for strip in strips for slot in action.slots]
    return [curve for bag in channelbags if bag for curve in bag.fcurves]
