# SPDX-License-Identifier: GPL-3.0-or-later
"""Revert what Kinescribe made, and nothing else.

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
from .action import LAYERED, action_of, fcurves_of, remove_curves
from .nla import strips_of, take_strip
from .record import KEY, record_of, was_edited


@dataclass(frozen=True)
class Unbaked:
    """Names of the Actions that were removed, and of those that are kept because the user added something to them."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]


def state_before(
    obj: bpy.types.Object,
    scene: bpy.types.Scene,
    channels: Iterable[tuple[str, int]],
    own: Iterable[tuple[str, int]],
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
    own_channels : pairs of data path and index
        Those that the motion itself writes; the others come from a copy of the previous Action.
    """
    data = obj.animation_data
    before = action_of(obj)
    values: dict[str, dict[str, float]] = {}
    for path, index in channels:
        value = _value(obj, path, index)
        if value is not None:
            values.setdefault(path, {})[str(index)] = value
    written: dict[str, list[int]] = {}
    for path, index in own:
        written.setdefault(path, []).append(index)
    found: dict[str, Any] = {
        "values_before": json.dumps(values),
        "channels": json.dumps(written),
        "had_data": data is not None,
        "scene": scene.name,
        "frame_end": scene.frame_end,
    }
    if before is not None:
        found["previous"] = before
        if LAYERED and data.action_slot is not None:
            found["previous_slot"] = data.action_slot.identifier
    return found


def own_actions(obj: bpy.types.Object, everything: bool = True) -> list[bpy.types.Action]:
    """Return the Actions made by Kinescribe that the object uses: the assigned one, then its strips', top first.

    ``everything`` False: the first of them alone.
    """
    found: list[bpy.types.Action] = []
    data = obj.animation_data
    if data is not None:
        strips = [strip.action for track in reversed(data.nla_tracks) for strip in reversed(track.strips)]
        for action in (data.action, *strips):
            if action is not None and action not in found and record_of(action):
                found.append(action)
    return found if everything else found[:1]


def unbake(obj: bpy.types.Object, everything: bool = False, edited: bool = False) -> Unbaked:
    """Revert the assigned Action made by Kinescribe, or the topmost strip's; with ``everything``, all of them.

    ``edited``: also Actions whose keys were edited; what the user added to them stays.
    Raises :class:`RigError`, with nothing changed, if there is nothing to revert, or if something was edited and
    ``edited`` is False.
    """
    actions = own_actions(obj, everything)
    if not actions:
        raise RigError("{name} uses no Action that Kinescribe made", name=obj.name)
    touched = [action for action in actions if was_edited(action)]
    if touched and not edited:
        raise RigError(
            "The keys of {action} were edited after baking: turn Edited Keys Too on to remove them all the same",
            action=touched[0].name,
        )
    removed, kept = [], []
    for action in actions:
        name = action.name
        (kept if take_back(obj, action) else removed).append(name)
    return Unbaked(tuple(removed), tuple(kept))


@contextmanager
def set_aside(obj: bpy.types.Object, action: bpy.types.Action | None) -> Iterator[None]:
    """Temporarily restore the state before ``action`` (one of ours, now assigned) was baked. None: do nothing.

    A motion that is baked again starts from that state, not from the switches, controls and pose of the last bake.
    """
    if action is None:
        yield
        return
    record, data = record_of(action), obj.animation_data
    slot = data.action_slot if LAYERED else None
    data.action = None
    _restore_values(obj, record)
    previous = record.get("previous")
    if isinstance(previous, bpy.types.Action):
        _assign_previous(data, previous, record)
    obj.update_tag(refresh={"TIME"})
    try:
        yield
    finally:
        data.action = action
        if LAYERED:
            data.action_slot = slot
        obj.update_tag(refresh={"TIME"})


def take_back(obj: bpy.types.Object, action: bpy.types.Action, shorten: bool = True) -> bool:
    """Revert the bake of one Action of ours; return True if the Action stays because the user added something to it.

    ``shorten``: also restore the end of the scene's range.
    """
    record = record_of(action)
    was_in_use = action_of(obj) == action
    added = _without_ours(obj, action, record) if was_edited(action) else False
    for track, _ in strips_of(obj, action):
        take_strip(obj, track.name, action)
    data = obj.animation_data
    if was_in_use:
        data.action = None
    _restore_values(obj, record)
    _restore_previous(obj, record, was_in_use)
    if shorten:
        _restore_range(record)
    if added:
        action.use_fake_user = True
        del action[KEY]
        if was_in_use and data.action is None:
            data.action = action
    elif action.users - action.use_fake_user <= 0 and action.library is None:
        bpy.data.actions.remove(action)
    if not record.get("had_data", True) and data and not (data.action or data.nla_tracks or data.drivers):
        obj.animation_data_clear()
    obj.update_tag(refresh={"TIME"})
    return added


def _without_ours(obj: bpy.types.Object, action: bpy.types.Action, record: dict[str, Any]) -> bool:
    """Remove our channels from an edited Action; return True if channels remain that the previous Action lacks."""
    ours = {(path, index) for path, indices in _loaded(record, "channels").items() for index in indices}
    previous = record.get("previous")
    theirs = {(c.data_path, c.array_index) for c in fcurves_of(previous, obj)} if previous else set()
    remove_curves(action, obj, ours)
    return any((c.data_path, c.array_index) not in theirs for c in fcurves_of(action, obj))


def _restore_values(obj: bpy.types.Object, record: dict[str, Any]) -> None:
    for path, values in _loaded(record, "values_before").items():
        for index, value in values.items():
            _set_value(obj, path, int(index), value)


def _restore_previous(obj: bpy.types.Object, record: dict[str, Any], was_in_use: bool) -> None:
    previous = record.get("previous")
    if not isinstance(previous, bpy.types.Action):
        return
    data = obj.animation_data
    pushed = record.get("pushed")
    back = pushed and take_strip(obj, pushed, previous)
    if data.action is None and (was_in_use or back or record.get("track")):
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


def _loaded(record: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a part of the record that is stored as JSON; empty if a file of unknown origin has something else."""
    try:
        found = json.loads(record.get(key, "{}"))
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _value(obj: bpy.types.Object, path: str, index: int) -> float | None:
    try:
        found = obj.path_resolve(path)
    except ValueError:
        return None
    if isinstance(found, str):
        # path_resolve returns the item's name for an integer with named items, such as Rigify's parents
        owner, _, name = path.rpartition("[")
        found = obj.path_resolve(owner)[name.strip('"]')]
    return float(found[index]) if hasattr(found, "__getitem__") else float(found)


def _set_value(obj: bpy.types.Object, path: str, index: int, value: float) -> None:
    """Write one number; do nothing if the property was removed or renamed."""
    try:
        now = obj.path_resolve(path)
    except ValueError:
        return
    if hasattr(now, "__setitem__"):
        now[index] = value
        return
    owner, _, key = path.rpartition("[")
    if key.endswith('"]'):
        name = bpy.utils.unescape_identifier(key[1:-2])
        values = obj.path_resolve(owner)
        values[name] = type(values[name])(value)
        return
    owner, _, name = path.rpartition(".")
    setattr(obj.path_resolve(owner), name, value)
