# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking back what Kinescribe made, and nothing else.

The Action's record knows what was there before: the Action that played, with its fake user; the values of all channels
and rig switches that the keys took over; the end of the scene's range; the tracks that were added. All of it comes
back, also after saving and loading. The bone map stays: it may hold the user's own corrections.
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
    """Names of the Actions that were removed, and of those that stay with what the user added to them."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]


def state_before(
    obj: bpy.types.Object,
    scene: bpy.types.Scene,
    channels: Iterable[tuple[str, int]],
    own: Iterable[tuple[str, int]],
) -> dict[str, Any]:
    """What a record has to remember of the object as it is now, before keys for ``channels`` get hold of it.

    ``own``: the channels that the motion itself writes; others come from a copy of what was there.
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
    """Actions of ours that the object uses: the assigned one, then those of its strips from the top down.

    Not ``everything``: the first of them alone.
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
    """Take back the Action of ours that plays (or the topmost strip's), or ``everything`` that we made on ``obj``.

    ``edited``: also where its keys were edited since; what the user added to it stays. Raises :class:`RigError` where
    there is nothing to take back, or where something was edited and ``edited`` is not set, with nothing changed.
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
    """Show the object for a moment as it was before ``action`` of ours, which it plays, was made; None: as it is.

    What is baked anew begins from there, and not from what the last bake made of switches, controls and pose.
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
    """Undo the bake of one Action of ours; whether something that the user added keeps the Action.

    ``shorten``: the scene's range too.
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
    """Remove our channels from an edited Action; whether others than a copy of the previous one's are left."""
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
    """The scene's end, where nobody has moved it since."""
    scene = bpy.data.scenes.get(record.get("scene", ""))
    extended = record.get("frame_end_made")
    if scene is not None and extended is not None and scene.frame_end == extended:
        scene.frame_end = record["frame_end"]


def _loaded(record: dict[str, Any], key: str) -> dict[str, Any]:
    """A part of the record that is kept as text; empty where a file of unknown origin has something else there."""
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
        # a whole number whose values have names (Rigify's parents) is resolved to the name
        owner, _, name = path.rpartition("[")
        found = obj.path_resolve(owner)[name.strip('"]')]
    return float(found[index]) if hasattr(found, "__getitem__") else float(found)


def _set_value(obj: bpy.types.Object, path: str, index: int, value: float) -> None:
    """Write one number; what was removed or renamed since is passed over."""
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
