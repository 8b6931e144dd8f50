# SPDX-License-Identifier: GPL-3.0-or-later
"""What the one button of the main panel does with the character as it is now; cheap enough for drawing."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import bpy

from ..session import session
from .base import bone_map_properties, get_action, list_characters
from .part_list import changed_parts, is_made_from


class NextStep(NamedTuple):
    """An operator with its properties, and what it is called for."""

    kind: str
    """"GENERATE", "ANOTHER" take, "TOGETHER" for several characters, "PARTS" that were changed, "CONTINUE", "RANGE" or
    "BODY" as the task says, or "KEEP" the motion that Live shows."""

    operator: str
    properties: Mapping[str, Any]

    numbers: tuple[int, ...] = ()
    """For its text: the last frame of the take, first and last frame of the range, the number of characters, or the
    places of the parts in their list."""


def find_next_step(context: bpy.types.Context, armature: bpy.types.Object | None) -> NextStep:
    """Return what the button does now: keeping what Live shows comes first."""
    if armature is not None and is_live_shown(armature):
        return NextStep("KEEP", "kinescribe.keep_ghost", {"index": 0})
    return find_generating_step(context, armature)


def find_generating_step(context: bpy.types.Context, armature: bpy.types.Object | None) -> NextStep:
    """Return what the button does now, whatever Live shows."""
    if armature is None:
        return NextStep("GENERATE", "kinescribe.generate", {})
    stored = bone_map_properties(armature)
    take = find_played_take(armature)
    if take is not None and stored.task == "CONTINUE":
        properties = {"prompt": stored.next_prompt, "seconds": stored.next_seconds}
        return NextStep("CONTINUE", "kinescribe.continue_take", properties, (take.end,))
    if take is not None and stored.task in {"RANGE", "BODY"}:
        start, end = find_range(context, stored)
        properties = {"start": start, "end": end, "prompt": stored.next_prompt, "blend": stored.blend}
        if stored.task == "BODY":
            properties["only_selected"] = True
        numbers = (start, end) if start or end else ()
        return NextStep(stored.task, "kinescribe.redo_range", properties, numbers)
    count = len(list_characters(context))
    if count > 1:
        return NextStep("TOGETHER", "kinescribe.generate", {}, (count,))
    if take is None:
        return NextStep("GENERATE", "kinescribe.generate", {})
    changed = tuple(number for number in changed_parts(armature) if not stored.parts[number].locked)
    if changed and len(stored.parts) > 1:
        properties = {"parts": "CHANGED", "arrive": stored.arrive}
        return NextStep("PARTS", "kinescribe.generate", properties, changed)
    if is_made_from(context, armature):
        return NextStep("ANOTHER", "kinescribe.generate", {"another": True})
    return NextStep("GENERATE", "kinescribe.generate", {})


def is_live_shown(armature: bpy.types.Object) -> bool:
    """Return whether the ghost that is shown is the coming motion of this character."""
    ghosts = session.ghosts
    return session.ghost_source == "LIVE" and bool(ghosts) and ghosts[0].character == armature.session_uid


def find_played_take(armature: bpy.types.Object) -> Any:
    """Return the take that a character plays; None if it plays something else."""
    action = get_action(armature)
    if action is None:
        return None
    return next((take for take in bone_map_properties(armature).takes if take.action == action), None)


def find_range(context: bpy.types.Context, stored: Any) -> tuple[int, int]:
    """Return the range that is made again: the one that is entered, else the preview range, else 0 and 0."""
    scene = context.scene
    if stored.range_start or stored.range_end or not scene.use_preview_range:
        return int(stored.range_start), int(stored.range_end)
    return int(scene.frame_preview_start), int(scene.frame_preview_end)
