# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes: every motion that was made for a character, as an Action of its own with the motion it came from.

The list belongs to the armature object and its rows point to the Actions. An Action carries its motion in few bytes, so
that it can be applied again after the cache was cleared and on another machine. Nothing but :func:`delete_take` deletes
an Action that Kinescribe made.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Iterator
from typing import Any

import bpy
import numpy as np

from ..motion.errors import FormatError, Note, RigError
from ..motion.motion import Motion
from ..motion.packing import pack_motion, unpack_motion
from . import store
from .action import LAYERED, assign_action, get_action, get_fcurves
from .bone_map import require_editable_map
from .character import bone_map_properties
from .record import read_record, update_record
from .unbake import detach_bake, find_kinescribe_actions

_MAX_PACKED = 2**27
"""Longest text of a packed motion that is read."""


def add_take(obj: bpy.types.Object, action: bpy.types.Action, is_shown: bool = True) -> int:
    """List an Action that was made for a character; return its index, the present one if it is listed already.

    ``is_shown``: it is the one that the character plays now.
    """
    stored = require_editable_map(obj)
    adopt_results(obj)
    index = find_take(obj, action)
    if index is None:
        stored.takes.add()
        index = len(stored.takes) - 1
    _fill_row(stored.takes[index], action)
    action.use_fake_user = True
    if is_shown:
        stored.active_take = index
    return index


def find_take(obj: bpy.types.Object, action: bpy.types.Action | None) -> int | None:
    """Return the index of the take with that Action; None where there is none."""
    if action is None:
        return None
    takes = bone_map_properties(obj).takes
    return next((k for k, take in enumerate(takes) if take.action == action), None)


def current_take(obj: bpy.types.Object) -> int | None:
    """Return the index of the take that the character plays; None if it plays something else."""
    return find_take(obj, get_action(obj))


def require_take(obj: bpy.types.Object, index: int) -> Any:
    """Return the row of a take. Raises ``RigError`` if there is no such take, or if its Action was deleted."""
    takes = bone_map_properties(obj).takes
    if not takes:
        raise RigError("{name} has no takes yet: generate a motion", name=obj.name)
    if not 0 <= index < len(takes):
        raise RigError(
            "{name} has no take {number}: choose one from 0 to {last}",
            name=obj.name,
            number=index,
            last=len(takes) - 1,
        )
    if takes[index].action is None:
        raise RigError("The Action of this take was deleted: delete the take, or generate it again")
    return takes[index]


def show_take(obj: bpy.types.Object, index: int) -> list[Note]:
    """Let the character play a take, at its own frames; return remarks for the user.

    Raises ``RigError`` if there is no such take, or its Action was deleted.
    """
    action = require_take(obj, index).action
    current = get_action(obj)
    if current != action:
        if current is not None and read_record(current):
            detach_bake(obj, current)
        elif current is not None and action.library is None and read_record(action):
            update_record(action, previous=current)  # what taking the motion back brings back
        assign_action(obj, action)
    if bone_map_properties(obj).active_take != index:
        require_editable_map(obj).active_take = index
    missing = find_missing_bones(obj, action)
    if not missing:
        return []
    return [
        Note("{count} bones of the take are no longer on {name}", count=len(missing), name=obj.name),
    ]


def delete_take(obj: bpy.types.Object, index: int) -> str:
    """Delete a take with its Action; return the Action's name, or "" if there was none or others use it.

    If the character plays it, what was there before is back. Raises ``RigError`` if there is no such take.
    """
    stored = require_editable_map(obj)
    if not 0 <= index < len(stored.takes):
        require_take(obj, index)
    action = stored.takes[index].action
    if action is not None and get_action(obj) == action and read_record(action):
        detach_bake(obj, action)
    shown = current_take(obj)
    stored.takes.remove(index)
    if shown is not None and shown != index:
        stored.active_take = shown - (shown > index)
    else:
        stored.active_take = min(stored.active_take, max(0, len(stored.takes) - 1))
    if action is None or action.library is not None:
        return ""
    action.use_fake_user = False
    if action.users > 0:
        return ""
    name = str(action.name)
    bpy.data.actions.remove(action)
    return name


def find_missing_bones(obj: bpy.types.Object, action: bpy.types.Action) -> list[str]:
    """Return the bones that a take animates and that the character no longer has."""
    try:
        paths = json.loads(read_record(action).get("channels", "{}"))
    except (TypeError, ValueError):
        return []
    missing = []
    for path in paths if isinstance(paths, dict) else ():
        head, _, rest = str(path).partition('pose.bones["')
        name = bpy.utils.unescape_identifier(rest.partition('"]')[0])
        if not head and name and name not in obj.pose.bones and name not in missing:
            missing.append(name)
    return missing


def find_selected_range(obj: bpy.types.Object, action: bpy.types.Action) -> tuple[int, int] | None:
    """Return the first and last frame of the selected keys; None if none, or all of a curve, are selected."""
    frames: set[int] = set()
    for curve in get_fcurves(action, obj):
        points = curve.keyframe_points
        selected = np.empty(len(points), dtype=bool)
        points.foreach_get("select_control_point", selected)
        if not selected.any() or selected.all():
            continue
        coordinates = np.empty(2 * len(points), dtype=np.float32)
        points.foreach_get("co", coordinates)
        chosen = coordinates[0::2][selected]
        frames.update((round(float(chosen[0])), round(float(chosen[-1]))))
    return (min(frames), max(frames)) if len(frames) > 1 else None


def encode_motion(motion: Motion) -> str:
    """Return the text in which an Action holds a motion; any thread may call this.

    One that is too large gives an empty text: the cache still has it.
    """
    try:
        return base64.b64encode(pack_motion(motion)).decode("ascii")
    except FormatError:
        return ""


def load_motion(motion_id: str) -> Motion:
    """Return a motion from the cache, else from an Action that holds it.

    Raises ``FormatError`` if neither has it, or if what they have is damaged.
    """
    try:
        return store.load_motion(motion_id)
    except FormatError as error:
        for action in bpy.data.actions:
            if action.kinescribe_motion and read_record(action).get("motion_id") == motion_id:
                return read_motion(action)
        raise error


def read_motion(action: bpy.types.Action) -> Motion:
    """Return the motion that an Action holds. Raises ``FormatError`` if it holds none, or a damaged one."""
    text = action.kinescribe_motion
    if not text:
        raise FormatError("{action} holds no motion: generate or import it again", action=action.name)
    try:
        packed = base64.b64decode(text.encode("ascii"), validate=True) if len(text) <= _MAX_PACKED else b""
    except (binascii.Error, ValueError):
        packed = b""
    return unpack_motion(packed)


def adopt_results(obj: bpy.types.Object) -> int:
    """List the Actions that an earlier version made for a character; return how many were added."""
    actions = [a for a in _results_of(obj) if a.library is None and find_take(obj, a) is None]
    if not actions:
        return 0
    stored = require_editable_map(obj)
    for action in actions:
        _fill_row(stored.takes.add(), action)
        action.use_fake_user = True
    shown = current_take(obj)
    if shown is not None:
        stored.active_take = shown
    return len(actions)


def adopt_all_results() -> None:
    """List the Actions that earlier versions made, for all characters of the file.

    An Action that no character uses goes to the one it is named for by its slot, or to the only one that there is.
    """
    characters = [
        obj for obj in bpy.data.objects
        if obj.type == "ARMATURE" and obj.library is None and obj.override_library is None
    ]  # fmt: skip
    made = [action for action in bpy.data.actions if action.library is None and read_record(action)]
    if not made:
        return
    owners = [obj for obj in characters if obj.kinescribe.takes or find_kinescribe_actions(obj)]
    for obj in owners:
        adopt_results(obj)
    listed = {take.action for obj in characters for take in obj.kinescribe.takes}
    for action in made:
        if action in listed:
            continue
        names = {slot.name_display for slot in action.slots} if LAYERED else set()
        named = [obj for obj in owners if obj.name in names] or owners
        if len(named) == 1:
            _fill_row(named[0].kinescribe.takes.add(), action)
            action.use_fake_user = True


def _results_of(obj: bpy.types.Object) -> Iterator[bpy.types.Action]:
    """Yield the Actions that Kinescribe made and the object uses, the oldest first."""
    for action in reversed(find_kinescribe_actions(obj)):
        previous = read_record(action).get("previous")
        if isinstance(previous, bpy.types.Action) and read_record(previous):
            yield previous
        yield action


def _fill_row(row: Any, action: bpy.types.Action) -> None:
    """Set a row of the list from what the Action remembers."""
    record = read_record(action)
    row.action = action
    row.prompt = str(record.get("prompt", "") or record.get("source", ""))
    try:
        row.seed = int(record.get("seed", 0))
    except (TypeError, ValueError, OverflowError):
        row.seed = 0
    first, last = action.frame_range
    row.start = int(record.get("start_frame", first))
    row.end = int(record.get("last_frame", last))
    row.model = str(record.get("model", ""))
    row.made = str(record.get("made", ""))


def time_stamp() -> str:
    """Return the present time as takes show it."""
    return time.strftime("%Y-%m-%d %H:%M")
