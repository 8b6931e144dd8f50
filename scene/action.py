# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions and their curves: the one file that knows slots, layers and versions.

Until Blender 4.3 an Action holds its curves itself. From 4.4 on it holds layers of strips, and a strip keeps
one bag of curves for each slot, that is for each thing the Action animates; the old access is gone in 5.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

LAYERED = bpy.app.version >= (4, 4, 0)
"""Whether Actions have slots and layers."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Keys of one channel: ``values`` (T,) at the scene frames ``frames`` (T,), shown in the group ``group``.

    ``stepped``: the value holds until the next key, as a switch does. Otherwise keys are Bezier with
    auto-clamped handles: they never overshoot, and stay smooth when keys are thinned out or moved by hand.
    ``slopes`` (T,), values a frame: aligned handles in place of these, a third of the way to the next key long.
    """

    data_path: str
    index: int
    frames: NDArray[np.float64]
    values: NDArray[np.float64]
    group: str
    stepped: bool = False
    slopes: NDArray[np.float64] | None = None


def action_of(obj: bpy.types.Object) -> bpy.types.Action | None:
    """The Action that is assigned to the object, if any."""
    return obj.animation_data.action if obj.animation_data else None


def new_action(obj: bpy.types.Object, name: str) -> bpy.types.Action:
    """An empty Action for ``obj``, not assigned: fill it first, so that a failure leaves the object alone."""
    action = bpy.data.actions.new(name)
    if LAYERED:
        slot = action.slots.new(id_type="OBJECT", name=obj.name)
        action.layers.new("Layer").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
    else:
        action.id_root = "OBJECT"
    return action


def copy_action(obj: bpy.types.Object, action: bpy.types.Action, name: str) -> bpy.types.Action:
    """A local copy, not assigned, that animates nothing but ``obj``."""
    copy = action.copy()
    copy.name = name
    copy.use_fake_user = False
    if copy.asset_data:
        copy.asset_clear()
    if LAYERED:
        kept = _slot(action, obj)
        for slot in list(copy.slots):
            if kept is None or slot.handle != kept.handle:
                copy.slots.remove(slot)
        if kept is None:
            copy.slots.new(id_type="OBJECT", name=obj.name)
    return copy


def assign_action(obj: bpy.types.Object, action: bpy.types.Action) -> None:
    """Make ``action`` the object's own. The one before gets a fake user, or it would be lost on saving."""
    data = obj.animation_data or obj.animation_data_create()
    before = data.action
    if before is not None and before != action and before.library is None:
        before.use_fake_user = True
    slot = _slot(action, obj) if LAYERED else None
    data.action = action
    if LAYERED:
        data.action_slot = slot
    obj.update_tag(refresh={"TIME"})


def fcurves_of(action: bpy.types.Action, obj: bpy.types.Object) -> list[bpy.types.FCurve]:
    """The curves by which ``action`` animates ``obj``."""
    if not LAYERED:
        return list(action.fcurves)
    slot = _slot(action, obj)
    if slot is None:
        return []
    bags = (strip.channelbag(slot) for layer in action.layers for strip in layer.strips)
    return [curve for bag in bags if bag for curve in bag.fcurves]


def remove_curves(
    action: bpy.types.Action, obj: bpy.types.Object, channels: Iterable[tuple[str, int]]
) -> None:
    """Remove the curves of ``obj`` that animate any of the channels (data path, index)."""
    unwanted = set(channels)
    owner = _container(action, obj)
    for curve in list(owner.fcurves):
        if (curve.data_path, curve.array_index) in unwanted:
            owner.fcurves.remove(curve)


def write_curves(action: bpy.types.Action, obj: bpy.types.Object, curves: Iterable[Curve]) -> int:
    """Write whole curves at once into channels that have none yet; returns the number of keys."""
    owner = _container(action, obj)
    groups = {group.name: group for group in owner.groups}
    keys = 0
    for curve in curves:
        fcurve = owner.fcurves.new(curve.data_path, index=curve.index)
        if curve.group not in groups:
            groups[curve.group] = owner.groups.new(curve.group)
        fcurve.group = groups[curve.group]
        fcurve.color_mode = _colours(curve.data_path)
        _fill(fcurve, curve)
        keys += len(curve.values)
    return keys


def handles(
    frames: NDArray[np.float64], values: NDArray[np.float64], slopes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Left and right handles (K, 2) a third of the way to the neighbours, for cubics of these slopes."""
    steps = np.diff(frames) / 3.0
    before = np.concatenate([steps[:1], steps]) if len(steps) else np.ones(1)
    after = np.concatenate([steps, steps[-1:]]) if len(steps) else np.ones(1)
    left = np.stack([frames - before, values - before * slopes], axis=-1)
    right = np.stack([frames + after, values + after * slopes], axis=-1)
    return left, right


def enum_value(name: str, kind: str) -> int:
    """The number by which ``foreach_set`` knows a choice of a key's property."""
    return int(bpy.types.Keyframe.bl_rna.properties[name].enum_items[kind].value)


def slot_of(action: bpy.types.Action, obj: bpy.types.Object) -> bpy.types.ActionSlot | None:
    """The slot by which ``action`` animates, or would animate, ``obj``; None before Blender 4.4."""
    return _slot(action, obj)


def fingerprint(action: bpy.types.Action) -> str:
    """A short text that changes when a key or a modifier is edited, added or removed.

    Handles are left out: between keys on every frame they move nothing, and reading them would take the most time.
    """
    digest = hashlib.blake2b(digest_size=8)
    for fcurve in sorted(_all_curves(action), key=lambda c: (c.data_path, c.array_index)):
        points = fcurve.keyframe_points
        places = np.empty(2 * len(points), dtype=np.float32)
        points.foreach_get("co", places)
        kinds = np.empty(len(points), dtype=np.int32)
        points.foreach_get("interpolation", kinds)
        state = (fcurve.data_path, fcurve.array_index, len(points), fcurve.mute, fcurve.extrapolation)
        digest.update(repr((*state, [modifier.type for modifier in fcurve.modifiers])).encode())
        digest.update(places.tobytes())
        digest.update(kinds.tobytes())
    markers = [(marker.name, marker.frame) for marker in action.pose_markers]
    digest.update(repr((markers, action.use_frame_range)).encode())
    return digest.hexdigest()


def handle_sum(action: bpy.types.Action) -> float:
    """A number that changes when handles of sparse keys are edited; of keys on every frame handles move nothing.

    To be compared with some tolerance: Blender lines aligned handles up anew now and then, with rounding.
    """
    total = 0.0
    for fcurve in _all_curves(action):
        points = fcurve.keyframe_points
        count = len(points)
        if count < 2 or points[count - 1].co.x - points[0].co.x < 1.01 * (count - 1):
            continue
        places, ends = np.empty(2 * count, dtype=np.float32), np.empty(2 * count, dtype=np.float32)
        points.foreach_get("co", places)
        for name in ("handle_left", "handle_right"):
            points.foreach_get(name, ends)
            total += float(np.abs(ends.astype(float) - places).sum())
    return total


def discard(action: bpy.types.Action) -> None:
    """Remove an Action that was made in vain; one that is gone already is no trouble."""
    with suppress(ReferenceError):
        bpy.data.actions.remove(action)


_HANDLES = (("handle_left_type", "AUTO_CLAMPED"), ("handle_right_type", "AUTO_CLAMPED"))
_SMOOTH = (("interpolation", "BEZIER"), *_HANDLES)
_FITTED = (
    ("interpolation", "BEZIER"),
    ("handle_left_type", "ALIGNED"),
    ("handle_right_type", "ALIGNED"),
)
_STEPPED = (("interpolation", "CONSTANT"), *_HANDLES)


def _fill(fcurve: bpy.types.FCurve, curve: Curve) -> None:
    points = fcurve.keyframe_points
    count = len(curve.values)
    points.add(count)
    co = np.empty((count, 2), dtype=np.float32)
    co[:, 0] = curve.frames
    co[:, 1] = curve.values
    points.foreach_set("co", co.ravel())
    # new points follow the user's preferences: all are set where the first is not as wanted
    first = points[0]
    kinds = _STEPPED if curve.stepped else _SMOOTH if curve.slopes is None else _FITTED
    for name, kind in kinds:
        if getattr(first, name) != kind:
            points.foreach_set(name, np.full(count, enum_value(name, kind), dtype=np.int32))
    if curve.slopes is None:
        points.handles_recalc()  # the keys are in order and single already: update() would see to that again
        return
    left, right = handles(curve.frames, curve.values, curve.slopes)
    points.foreach_set("handle_left", left.astype(np.float32).ravel())
    points.foreach_set("handle_right", right.astype(np.float32).ravel())


def _colours(data_path: str) -> str:
    """The colours that Blender gives to channels it keys itself."""
    if data_path.endswith(("rotation_quaternion", "rotation_axis_angle")):
        return "AUTO_YRGB"
    return "AUTO_RGB" if data_path.endswith(("location", "rotation_euler", "scale")) else "AUTO_RAINBOW"


def _slot(action: bpy.types.Action, obj: bpy.types.Object) -> bpy.types.ActionSlot | None:
    """The slot of ``obj``: the assigned one, else the only one that an object could use."""
    if not LAYERED:
        return None
    data = obj.animation_data
    if data and data.action == action:
        return data.action_slot
    fitting = [slot for slot in action.slots if slot.target_id_type in ("OBJECT", "UNSPECIFIED")]
    named = [slot for slot in fitting if slot.name_display == obj.name]
    return (named or fitting or [None])[0]


def _container(
    action: bpy.types.Action, obj: bpy.types.Object
) -> bpy.types.Action | bpy.types.ActionChannelbag:
    """What holds ``fcurves`` and ``groups`` of ``obj``, made where it is missing."""
    if not LAYERED:
        return action
    slot = _slot(action, obj)
    if slot is None:
        slot = action.slots.new(id_type="OBJECT", name=obj.name)
    layer = action.layers[0] if action.layers else action.layers.new("Layer")
    strip = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
    return strip.channelbag(slot, ensure=True)


def _all_curves(action: bpy.types.Action) -> list[bpy.types.FCurve]:
    if not LAYERED:
        return list(action.fcurves)
    # by slot rather than over strip.channelbags: curves reached that way read and write several times slower
    strips = [strip for layer in action.layers for strip in layer.strips]
    bags = [strip.channelbag(slot) for strip in strips for slot in action.slots]
    return [curve for bag in bags if bag for curve in bag.fcurves]
