# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a character's sequence: of its own or, until it has some, those of the scene's settings.

A take remembers the parts that it was made from, counted from its first frame, as JSON in its Action.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy

from ..properties.limits import MAX_SEED
from ..scene.frame_rate import read_frame_rate
from .base import bone_map_properties, get_action

if TYPE_CHECKING:
    from ..motion.request import Segment

MAX_PARTS = 100
"""Parts of a sequence."""


class PartPlan(NamedTuple):
    """A part at frames of the scene; ``prompt`` "": the model decides. ``end`` is its last frame."""

    prompt: str
    start: int
    end: int
    seed: int
    locked: bool = False

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.end - self.start + 1


def has_own_parts(target: bpy.types.Object) -> bool:
    """Return whether the character has parts of its own."""
    stored = bone_map_properties(target)
    return bool(stored.own_parts and stored.parts)


def plan_parts(target: bpy.types.Object) -> tuple[PartPlan, ...]:
    """Return the character's own parts in the order of their frames, without muted ones at either end.

    Raises ``RequestError`` if parts overlap or have no length, or if all are muted.
    """
    from ..motion import RequestError

    rows = sorted(enumerate(bone_map_properties(target).parts, 1), key=lambda row: row[1].start)
    if len(rows) > MAX_PARTS:
        raise RequestError("There are more than {count} parts: remove some", count=MAX_PARTS)
    for number, row in rows:
        if row.end < row.start:
            raise RequestError(
                "Part {number} ends at frame {end}, before its start {start}: change one of them",
                number=number,
                start=row.start,
                end=row.end,
            )
    for (number, row), (other_number, other) in pairwise(rows):
        if other.start <= row.end:
            raise RequestError(
                "Parts {first} and {second} overlap at frame {frame}: move one of them",
                first=number,
                second=other_number,
                frame=other.start,
            )
    plans = [
        PartPlan("" if row.mute else row.prompt, row.start, row.end, row.seed, row.locked) for _, row in rows
    ]
    heard = [k for k, (_, row) in enumerate(rows) if not row.mute]
    if not heard:
        raise RequestError("All parts of {name} are muted: unmute one", name=target.name)
    return tuple(plans[heard[0] : heard[-1] + 1])


def make_segments(parts: Sequence[PartPlan], fps: float) -> tuple[Segment, ...]:
    """Return the segments of parts one after the other; in gaps between them the model decides.

    Raises ``RequestError`` if a prompt is too long.
    """
    from ..motion import make_text_request
    from ..motion.request import UnconditionedSegment

    segments: list[Segment] = []
    frame = parts[0].start
    for part in parts:
        if part.start > frame:
            segments.append(UnconditionedSegment(part.start - frame))
        if part.prompt.strip():
            (segment,) = make_text_request(part.prompt, part.frames / fps, fps).segments
            segments.append(replace(segment, duration_frames=part.frames, seed=part.seed))
        else:
            segments.append(UnconditionedSegment(part.frames, part.seed))
        frame = part.end + 1
    return tuple(segments)


def describe_parts(parts: Sequence[PartPlan], start: int) -> list[dict[str, Any]]:
    """Return parts for the record of a take that begins at frame ``start``."""
    return [
        {"prompt": p.prompt, "start": p.start - start, "end": p.end - start, "seed": p.seed} for p in parts
    ]


def read_recorded_parts(record: Mapping[str, Any], frame_count: int) -> tuple[PartPlan, ...]:
    """Return the parts of a take's record, counted from its first frame; one part if it has none.

    ``frame_count``: length of the take. What a file of unknown origin has in their place is ignored.
    """
    import json

    try:
        rows = json.loads(record.get("parts", "[]"))
        parts = [
            PartPlan(str(row["prompt"]), int(row["start"]), int(row["end"]), max(0, int(row["seed"])))
            for row in rows[:MAX_PARTS]
        ]
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        parts = []
    if parts and all(0 <= part.start <= part.end < frame_count for part in parts):
        return tuple(parts)
    seed = record.get("seed", 0)
    whole = PartPlan(str(record.get("prompt", "")), 0, frame_count - 1, seed if isinstance(seed, int) else 0)
    return (whole,)


def show_parts(target: bpy.types.Object, parts: Sequence[PartPlan], start: int) -> None:
    """Put the parts of a take that begins at frame ``start`` into the character's list.

    Parts of its own stay, except that each gets the frames that it has in the take.
    """
    from ..scene.bone_map import require_editable_map

    stored = require_editable_map(target)
    owned = stored.own_parts and len(stored.parts) == len(parts)
    if stored.own_parts and not owned:
        return
    if not owned:
        stored.parts.clear()
    for number, plan in enumerate(parts):
        row = stored.parts[number] if owned else stored.parts.add()
        row.start, row.end = start + plan.start, start + plan.end
        row.seed = min(plan.seed, MAX_SEED)
        if not owned:
            row.prompt = plan.prompt
    stored.own_parts = bool(owned)


def changed_parts(target: bpy.types.Object) -> list[int]:
    """Return which of the character's parts differ from those of the take that it plays. Cheap enough for drawing.

    Empty if it plays no take, or if parts were added or removed since.
    """
    import json

    action = get_action(target)
    record = action.get("kinescribe") if action is not None else None
    stored = bone_map_properties(target)
    if record is None or not hasattr(record, "get") or not stored.own_parts:
        return []
    try:
        rows = json.loads(record.get("parts", "[]"))
        made = [(str(r["prompt"]), r["end"] - r["start"], r["seed"]) for r in rows]
    except (TypeError, ValueError, KeyError, AttributeError):
        return []
    wanted = [("" if p.mute else p.prompt, p.end - p.start, p.seed) for p in stored.parts]
    if len(made) != len(wanted):
        return []
    return [number for number, (a, b) in enumerate(zip(made, wanted, strict=True)) if a != b]


def doubted_parts(target: bpy.types.Object) -> list[int]:
    """Return which of the character's parts have words that the model could not show in the take that plays.

    Cheap enough for drawing.
    """
    action = get_action(target)
    record = action.get("kinescribe") if action is not None else None
    doubted = record.get("doubted") if record is not None and hasattr(record, "get") else None
    if not doubted:
        return []
    from ..motion.doubts import keep_texts, read_texts

    texts = read_texts(doubted)
    parts = bone_map_properties(target).parts
    return [k for k, part in enumerate(parts) if not part.mute and keep_texts(texts, [part.prompt])]


def scene_parts(context: bpy.types.Context, start: int) -> tuple[PartPlan, ...]:
    """Return the scene's prompt and the parts that follow it, from frame ``start`` on."""
    settings, fps = context.scene.kinescribe, read_frame_rate(context.scene)
    rows = [(settings.prompt, settings.seconds)]
    rows += [(row.prompt, row.seconds) for row in settings.directing.segments]
    parts = []
    for number, (prompt, seconds) in enumerate(rows):
        frames = max(1, round(seconds * fps))
        parts.append(PartPlan(prompt, start, start + frames - 1, settings.seed + number))
        start += frames
    return tuple(parts)


def is_made_from(context: bpy.types.Context, target: bpy.types.Object) -> bool:
    """Return whether the take that the character plays was made from the prompts and lengths that are set now.

    Cheap enough for drawing.
    """
    import json

    action = get_action(target)
    record = action.get("kinescribe") if action is not None else None
    if record is None or not hasattr(record, "get"):
        return False
    try:
        made = [
            (str(row["prompt"]), row["end"] - row["start"]) for row in json.loads(record.get("parts", "[]"))
        ]
    except (TypeError, ValueError, KeyError, AttributeError):
        return False
    stored = bone_map_properties(target)
    if stored.own_parts and stored.parts:
        wanted = [("" if part.mute else part.prompt, part.end - part.start) for part in stored.parts]
    else:
        wanted = [(part.prompt, part.end - part.start) for part in scene_parts(context, 1)]
    return made == wanted
