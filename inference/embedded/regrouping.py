# SPDX-License-Identifier: GPL-3.0-or-later
"""Regroup parts as they are performed: up and down as one counted movement, left and right as one to and fro."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..breakdown import Accompaniment, Part

_OPPOSITES = {"raise_arm": "lower_arm", "raise_leg": "lower_leg"}
_BOTH_WAYS = re.compile(
    r"\bleft (?:and|then|or|to) (?:\w+ )?(?:the )?right\b|\bright (?:and|then|or|to) (?:\w+ )?(?:the )?left\b"
)
_WITH_SIDE = re.compile(r"\bwith (?:the|his|her|their|its) (left|right)(?: one)?$")
_REPEATED_TURNS = 3
_AROUND_DEGREES = 150
_GAITS = frozenset("walk run jog march".split())


def regroup_parts(parts: Sequence[Part]) -> list[Part]:
    """Return parts as they are performed."""
    out: list[Part] = []
    for part in parts:
        last = out[-1] if out else None
        if (
            last is not None
            and _OPPOSITES.get(last.action) == part.action
            and (part.count or 1) > 1
            and not last.count
        ):
            # "raises the leg and lowers it four times"
            out[-1] = replace(last, count=part.count, text=f"{last.text} {part.text}", end=part.end)
            continue
        if len(out) > 1 and _goes_back(out[-2], out[-1], part):
            part = replace(part, direction="forward")
        out.append(_turn_to_and_fro(_drop_side_as_direction(part)))
    return out


def _goes_back(walk: Part, turn: Part, part: Part) -> bool:
    """Return whether a walk to one side, after a turn, is the way back: "to the right, turns around, to the left"."""
    around = turn.action == "turn" and abs(turn.turn_degrees or 0) >= _AROUND_DEGREES
    sides = {walk.direction, part.direction} == {"left", "right"}
    return around and sides and {walk.action, part.action} <= _GAITS and part.way is None


def _drop_side_as_direction(part: Part) -> Part:
    """Return a part without the direction that is only the side of a limb: "then with the right"."""
    said = _WITH_SIDE.search(part.text.lower())
    if said is None or part.direction != said[1]:
        return part
    return replace(part, side=part.side or said[1], direction=None)


def _turn_to_and_fro(part: Part) -> Part:
    """Let who turns left and right stand and twist to and fro, and who turns repeatedly turn three times."""
    if part.action != "turn" or part.count is not None:
        return part
    if _BOTH_WAYS.search(part.text.lower()):
        twist = Accompaniment("torso", "twists left and right", "twist")
        return replace(
            part,
            action="stand",
            direction=None,
            turn_degrees=None,
            seconds=4.0,
            meanwhile=(*part.meanwhile, twist),
        )
    return replace(part, count=_REPEATED_TURNS) if "repeatedly" in part.manner else part
