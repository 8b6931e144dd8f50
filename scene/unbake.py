# SPDX-License-Identifier: GPL-3.0-or-later
"""Revert what Kinescribe made, and nothing else; its Action stays in the list of takes.

The Action's record holds the state before baking: the Action that was assigned and its fake user; the values of all
channels and rig switches that got keys; the end of the scene's range; the tracks that were added. All of it is
restored, also after saving and loading. The bone map stays, because it may hold the user's corrections.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy

from ..motion.errors import RigError
from .action import LAYERED, copy_action, discard_action, get_action, get_fcurves, remove_fcurves
from .nla import find_strips, remove_strip
from .record import RECORD_PROPERTY, read_record, was_edited


@dataclass(frozen=True)
class UnbakeResult:
    """Names of the Actions that were taken back, and of those with what the user had added to them."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]


def snapshot_state(
    obj: bpy.types.Object,
    scene: bpy.types.Scene,
    channels: Iterable[tuple[str, int]],
    motion_channels: Iterable[tuple[str, int]],
) -> dict[str, Any]:
    """Return the present state of the object, for the record of an Action that is about to be assigned.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    scene : bpy.types.Scene
        Its scene.
    channels : pairs of data path and index
        All channels that the Action animates.
    motion_channels : pairs of data path and index
        Those that the motion itself writes; the others come from a copy of the previous Action.
    """
    data = obj.animation_data
    previous = get_action(obj)
    values: dict[str, dict[str, float]] = {}
    for path, index in channels:
        value = _read_value(obj, path, index)
        if value is not None:
            values.setdefault(path, {})[str(index)] = value
    motion_indices: dict[str, list[int]] = {}
    for path, index in motion_channels:
        motion_indices.setdefault(path, []).append(index)
    state: dict[str, Any] = {
        "values_before": json.dumps(values),
        "channels": json.dumps(motion_indices),
        "had_data": data is not None,
        "scene": scene.name,
        "frame_end": scene.frame_end,
    }
    if previous is not None:
        state["previous"] = previous
        if LAYERED and data is not None and data.action_slot is not None:
            state["previous_slot"] = data.action_slot.identifier
    return state


def find_kinescribe_actions(obj: bpy.types.Object, all_actions: bool = True) -> list[bpy.types.Action]:
    """Return the Actions made by Kinescribe that the object uses: the assigned one, then its strips', top first.

    ``all_actions`` False: the first of them alone.
    """
    actions: list[bpy.types.Action] = []
    data = obj.animation_data
    if data is not None:
        strips = [strip.action for track in reversed(data.nla_tracks) for strip in reversed(track.strips)]
        for action in (data.action, *strips):
            if action is not None and action not in actions and read_record(action):
                actions.append(action)
    return actions if all_actions else actions[:1]


def unbake(obj: bpy.types.Object, all_actions: bool = False, include_edited: bool = False) -> UnbakeResult:
    """Revert the assigned Action made by Kinescribe, or the topmost strip's; with ``all_actions``, all of them.

    ``include_edited``: also Actions whose keys were edited; what the user added to them stays.
    Raises :class:`RigError`, with nothing changed, if there is nothing to revert, or if something was edited and
    ``include_edited`` is False.
    """
    actions = find_kinescribe_actions(obj, all_actions)
    if not actions:
        raise RigError("{name} uses no Action that Kinescribe made", name=obj.name)
    edited_actions = [action for action in actions if was_edited(action)]
    if edited_actions and not include_edited:
        raise RigError(
            "The keys of {action} were edited after baking: turn Edited Keys Too on to remove them all the same",
            action=edited_actions[0].name,
        )
    removed: list[str] = []
    kept: list[str] = []
    for action in actions:
        additions = revert_bake(obj, action)
        removed.append(action.name)
        if additions:
            kept.append(additions)
    return UnbakeResult(tuple(removed), tuple(kept))


@contextmanager
def temporarily_reverted(obj: bpy.types.Object, action: bpy.types.Action | None) -> Iterator[None]:
    """Temporarily restore the state before ``action`` (made by Kinescribe, now assigned) was baked. None: do nothing.

    A motion that is baked again starts from that state, not from the switches, controls and pose of the last bake.
    Where no Action was assigned before, this one stays assigned and does nothing: each change of the Action makes
    Blender build the relations of the scene again, which takes longer than to evaluate a rig of hundreds of bones.
    """
    if action is None:
        yield
        return
    record, data = read_record(action), obj.animation_data
    assert data is not None, "an assigned Action is in the animation data"
    previous = record.get("previous")
    slot = data.action_slot if LAYERED else None
    muted: set[tuple[str, int]] = set()
    if isinstance(previous, bpy.types.Action):
        data.action = None
    else:
        muted = _mute_fcurves(obj, action)
    _restore_values(obj, record)
    if isinstance(previous, bpy.types.Action):
        _assign_previous(data, previous, record)
    obj.update_tag(refresh={"TIME"})
    try:
        yield
    finally:
        if isinstance(previous, bpy.types.Action):
            data.action = action
            if LAYERED:
                data.action_slot = slot
        else:
            _unmute_fcurves(obj, action, muted)
        obj.update_tag(refresh={"TIME"})


def _mute_fcurves(obj: bpy.types.Object, action: bpy.types.Action) -> set[tuple[str, int]]:
    """Mute the F-curves by which an Action animates the object; return data path and index of those that were not."""
    curves = [curve for curve in get_fcurves(action, obj) if not curve.mute]
    for curve in curves:
        curve.mute = True
    return {(curve.data_path, curve.array_index) for curve in curves}


def _unmute_fcurves(obj: bpy.types.Object, action: bpy.types.Action, channels: set[tuple[str, int]]) -> None:
    """Let the F-curves of these channels animate the object again."""
    for curve in get_fcurves(action, obj):
        if (curve.data_path, curve.array_index) in channels:
            curve.mute = False


def revert_bake(obj: bpy.types.Object, action: bpy.types.Action) -> str:
    """Revert one Action that Kinescribe made: it stays as a take, but the character no longer plays it.

    Return the name of an Action with what the user added to it, which the character plays then; "" if there is none.
    """
    record = read_record(action)
    was_assigned = get_action(obj) == action
    additions = _copy_additions(obj, action, record) if was_edited(action) else None
    for track, _ in find_strips(obj, action):
        remove_strip(obj, track.name, action)
    detach_bake(obj, action, was_assigned)
    _restore_range(record)
    action.use_fake_user = True
    data = obj.animation_data
    if additions is not None:
        additions.use_fake_user = True
        if data is not None and was_assigned and data.action is None:
            data.action = additions
            if LAYERED and data.action_slot is None and additions.slots:
                data.action_slot = additions.slots[0]
    if not record.get("had_data", True) and data and not (data.action or data.nla_tracks or data.drivers):
        obj.animation_data_clear()
    obj.update_tag(refresh={"TIME"})
    return str(additions.name) if additions is not None else ""


def detach_bake(obj: bpy.types.Object, action: bpy.types.Action, was_assigned: bool = True) -> None:
    """Restore the state before ``action`` was baked; the Action itself stays as it is, for another time.

    ``was_assigned``: the object plays it. False: it was in a strip.
    """
    record, data = read_record(action), obj.animation_data
    action.use_fake_user = action.use_fake_user or action.library is None
    if data is not None and data.action == action:
        data.action = None
    if data is not None and was_assigned and record.get("extrapolation"):
        data.action_extrapolation = record["extrapolation"]
    _restore_values(obj, record)
    _restore_previous(obj, record, was_assigned)
    obj.update_tag(refresh={"TIME"})


def _copy_additions(
    obj: bpy.types.Object, action: bpy.types.Action, record: dict[str, Any]
) -> bpy.types.Action | None:
    """Return a copy of an edited Action without the motion's channels; None if the user added no others."""
    motion_channels = {
        (path, index) for path, indices in _load_json(record, "channels").items() for index in indices
    }
    previous = record.get("previous")
    previous_channels = (
        {(c.data_path, c.array_index) for c in get_fcurves(previous, obj)} if previous else set()
    )
    copy = copy_action(obj, action, action.name)
    copy.property_unset("kinescribe_motion")
    del copy[RECORD_PROPERTY]
    remove_fcurves(copy, obj, motion_channels)
    if any((c.data_path, c.array_index) not in previous_channels for c in get_fcurves(copy, obj)):
        return copy
    discard_action(copy)
    return None


def _restore_values(obj: bpy.types.Object, record: dict[str, Any]) -> None:
    for path, values in _load_json(record, "values_before").items():
        for index, value in values.items():
            _set_value(obj, path, int(index), value)


def _restore_previous(obj: bpy.types.Object, record: dict[str, Any], was_assigned: bool) -> None:
    previous = record.get("previous")
    if not isinstance(previous, bpy.types.Action):
        return
    data = obj.animation_data
    pushed = record.get("pushed")
    was_restored = pushed and remove_strip(obj, pushed, previous)
    if data is None:
        return
    if data.action is None and (was_assigned or was_restored or record.get("track")):
        _assign_previous(data, previous, record)
    if record.get("faked") and data.action == previous:
        previous.use_fake_user = False


def _assign_previous(data: bpy.types.AnimData, previous: bpy.types.Action, record: dict[str, Any]) -> None:
    data.action = previous
    if LAYERED:
        slot = previous.slots.get(record.get("previous_slot", ""))
        if slot is not None:
            data.action_slot = slot


def _restore_range(record: dict[str, Any]) -> None:
    """Restore the scene's end, unless it was changed since."""
    scene = bpy.data.scenes.get(record.get("scene", ""))
    extended = record.get("frame_end_made")
    if scene is not None and extended is not None and scene.frame_end == extended:
        scene.frame_end = record["frame_end"]


def read_values_before(action: bpy.types.Action) -> dict[str, Any]:
    """Return the values of an Action's channels before it was baked: numbers by index, by data path."""
    values: dict[str, Any] = _load_json(read_record(action), "values_before")
    return values


def _load_json(record: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a part of the record that is stored as JSON; empty if a file of unknown origin has something else."""
    try:
        value = json.loads(record.get(key, "{}"))
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _read_value(obj: bpy.types.Object, path: str, index: int) -> float | None:
    try:
        value = obj.path_resolve(path)
    except ValueError:
        return None
    if isinstance(value, str):
        # path_resolve returns the item's name for an integer with named items, such as Rigify's parents
        owner, _, name = path.rpartition("[")
        value = obj.path_resolve(owner)[name.strip('"]')]
    return float(value[index]) if hasattr(value, "__getitem__") else float(value)


def _set_value(obj: bpy.types.Object, path: str, index: int, value: float) -> None:
    """Write one number; do nothing if the property was removed or renamed."""
    try:
        current = obj.path_resolve(path)
    except ValueError:
        return
    if hasattr(current, "__setitem__"):
        current[index] = value
        return
    owner, _, key = path.rpartition("[")
    if key.endswith('"]'):
        name = bpy.utils.unescape_identifier(key[1:-2])
        values = obj.path_resolve(owner)
        values[name] = type(values[name])(value)
        return
    owner, _, name = path.rpartition(".")
    setattr(obj.path_resolve(owner), name, value)
