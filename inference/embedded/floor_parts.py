# SPDX-License-Identifier: GPL-3.0-or-later
"""Join parts of a breakdown that lead down to the floor or up from it with what is done there, and jumps with landings.

Placed motions on the floor get down and up by themselves (``inference/layers/body``): "lies down and does three
sit-ups" and "sits on the floor, then stands up" are one motion each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..breakdown import Part
from ..breakdown.tables import read_tables

FROM_STANDING, TO_STANDING, STAYING, PLACED = "from standing", "to standing", "staying", "placed"
"""Manners of joined parts: how they begin and end, that what follows keeps the posture, that key poses show them."""

SHOT_DOWN = "shot down"
"""Manner of who is shot and drops."""

_DOWN = ("lie_down", "lie")
_FALLS = ("fall", "lie_down", "kneel")
_SHOT = re.compile(r"\b(?:shot|gunshots?|bullets?|gunned|shoots? (?:him|her|them)self)\b")
_LADDER = re.compile(r"\bladders?\b|梯")
_LIMB = re.compile(r"\b(?:arms?|hands?|shoulders?|elbows?|legs?|foot|feet|knees?|thigh)\b")
_LYING = ("sit_up", "roll", "raise_leg")
_GROUND = frozenset(("ground", "floor", "mat", "grass"))
_FLIGHTS = frozenset(
    "jump leap backflip frontflip cartwheel hop star_jump kick volleyball_spike shoot_basket".split()
)
_ROLLS = frozenset(("roll", "cartwheel", "backflip", "frontflip"))
_LOW = frozenset("sit sit_down kneel crouch squat_down fall crawl roll lie lie_down push_up".split())
_FLOOR_WORDS = re.compile(r"\b(?:ground|floor|lying|down|grass|mat)\b")
_LANDED_LOW = re.compile(r"\b(?:crouch\w*|squat\w*|knees?|low|roll\w*|hands?|splits?)\b")
_BELLY = re.compile(r"\b(?:belly|stomach|face down|prone|front)\b")
_LEGS = re.compile(r"\b(?:both |two |his |her |their |the )?legs\b")


def join_floor_parts(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with those joined that one motion on the floor performs."""
    out: list[Part] = []
    for k, part in enumerate(parts):
        if part.action == "get_hit" and _is_shot_down(part, parts[k + 1] if k + 1 < len(parts) else None):
            part = replace(part, manner=(*part.manner, SHOT_DOWN))
        last = out[-1] if out else None
        if last is not None and last.action in _DOWN and _is_done_lying(part):
            manner = [*part.manner, "rolling over" if part.action == "roll" else "lying"]
            if last.action == "lie_down":
                manner.append(FROM_STANDING)
            out[-1] = replace(
                _join(last, part), action=part.action, side=part.side, count=part.count, direction=part.direction,
                manner=tuple(dict.fromkeys(manner)), meanwhile=part.meanwhile,
            )  # fmt: skip
        elif last is not None and part.action == "swim" and _swims_lying(last):
            prone = tuple(dict.fromkeys((*part.manner, "on the belly")))
            out[-1] = replace(_join(last, part), action="swim", manner=prone, meanwhile=())
        elif last is not None and _is_end_of(last, part):
            out[-1] = _join(last, part)
        elif last is not None and part.action == "fall" and "slipping" in last.manner and part is parts[-1]:
            out[-1] = replace(_join(last, part), action="fall")
        elif (
            last is not None
            and last.action == "get_hit"
            and SHOT_DOWN in last.manner
            and part.action in _FALLS
        ):
            out[-1] = _join(last, part)
        elif last is not None and part.action == last.action == "climb" and _climbs_down_after(last, part):
            out[-1] = replace(_join(last, part), manner=(*last.manner, "up and down"))
        elif last is not None and part.action == "stand_up" and _is_on_floor(last):
            out[-1] = replace(_join(last, part), manner=(*last.manner, TO_STANDING))
        else:
            out.append(part)
    for k, part in enumerate(out):
        after = out[k + 1] if k + 1 < len(out) else None
        if _is_placed(out[k - 1] if k else None, part, after):
            out[k] = replace(part, manner=(*part.manner, PLACED))
    for k, part in enumerate(out[:-1]):
        if _is_posture(part) and TO_STANDING not in part.manner and not _goes_away(out[k + 1]):
            out[k] = replace(part, manner=(*part.manner, STAYING))
    return out


def _is_shot_down(part: Part, after: Part | None) -> bool:
    """Return whether who is shot drops: nothing is done after it but falling, and it is no limb that was hit."""
    words = part.text.lower()
    falls = after is None or (after.action in _FALLS and after.direction != "backward")
    return falls and _SHOT.search(words) is not None and (after is not None or _LIMB.search(words) is None)


def _climbs_down_after(last: Part, part: Part) -> bool:
    return (
        part.direction == "down"
        and last.direction in (None, "up")
        and _LADDER.search(last.text.lower()) is not None
    )


def _join(first: Part, second: Part) -> Part:
    return replace(
        first,
        seconds=first.seconds + second.seconds,
        timed=first.timed and second.timed,
        text=f"{first.text} {second.text}",
        end=second.end,
        unknown=(*first.unknown, *second.unknown),
    )


def _moves_head(part: Part) -> bool:
    row = read_tables().actions.get(part.action)
    return row is not None and row.kind in ("head", "face")


def _swims_lying(last: Part) -> bool:
    """Return whether who swims next does so on the belly: lying there, or swimming so already."""
    if last.action == "swim":
        return "on the belly" in last.manner
    return last.action in _DOWN and _BELLY.search(last.text.lower()) is not None


def _is_end_of(last: Part, part: Part) -> bool:
    """Return whether a part goes with the one before: a landing, lying on, standing after a roll, a look."""
    return (
        (last.action in _FLIGHTS and _is_plain_landing(part))
        or (last.action in _DOWN and part.action == "lie")
        or (_moves_head(part) and (_is_on_floor(last) or "on the belly" in last.manner))
        or (last.action in _ROLLS and part.action == "stand_up" and _ends_standing(last))
    )


def _is_plain_landing(part: Part) -> bool:
    """Return whether a part is the landing that any jump ends with."""
    return part.action == "land" and _LANDED_LOW.search(part.text.lower()) is None


def _ends_standing(part: Part) -> bool:
    return part.action != "roll" or "rolling over" not in part.manner


def _is_placed(before: Part | None, part: Part, after: Part | None) -> bool:
    """Return whether key poses show a part that lies, lies down or gets up: nothing else is done in that posture."""
    if part.action == "stand_up":
        return before is None and _FLOOR_WORDS.search(part.text.lower()) is not None
    if part.action not in _DOWN or (after is not None and not _goes_away(after)):
        return False
    if part.action == "lie":
        return before is None
    return before is None or before.action not in _LOW


def _is_done_lying(part: Part) -> bool:
    if part.action == "raise_leg":
        return part.side in (None, "both") and _LEGS.search(part.text.lower()) is not None
    return part.action in _LYING


def _is_posture(part: Part) -> bool:
    """Return whether a part ends in a posture in which others can be done."""
    return (part.action == "sit_down" and part.object in _GROUND) or (
        part.action == "kneel" and part.side == "both"
    )


def _is_on_floor(part: Part) -> bool:
    """Return whether a placed motion performs a part on the floor."""
    on_floor = part.action in ("sit_up", "plank") or (part.action == "roll" and "rolling over" in part.manner)
    return on_floor or "lying" in part.manner or _is_posture(part) or part.action == "lie_down"


def _goes_away(part: Part) -> bool:
    """Return whether a part can't be done before the body stands again."""
    row = read_tables().actions.get(part.action)
    return (row is not None and row.kind == "travel") or part.action in ("jump", "turn", "spin", "run")
