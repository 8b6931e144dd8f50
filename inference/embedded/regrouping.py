# SPDX-License-Identifier: GPL-3.0-or-later
"""Regroup parts as they are performed: up and down as one counted movement, left and right as one to and fro."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..breakdown import Accompaniment, Part
from ..breakdown.tables import read_tables

_OPPOSITES = {"raise_arm": "lower_arm", "raise_leg": "lower_leg"}
_BOTH_WAYS = re.compile(
    r"\bleft (?:and|then|or|to) (?:\w+ )?(?:the )?right\b|\bright (?:and|then|or|to) (?:\w+ )?(?:the )?left\b"
)
_WITH_SIDE = re.compile(r"\bwith (?:the|his|her|their|its) (left|right)(?: one)?$")
_MOST_PUNCHES = 8
_REPEATED_TURNS = 3
_AROUND_DEGREES = 150
_GAITS = frozenset("walk run jog march".split())
_HOLDS = re.compile(r"^(?:and |then )*(?:holds?|holding|maintains?|keeps?|stays?|remains?)\b")
_HELD_SECONDS = 1.5  # of a pose that is held without a number
_HELD = frozenset(
    "raise_leg balance squat squat_down crouch lunge kneel plank stretch lean twist touch pose yoga_pose point salute "
    "bend_down splits handstand martial_arts land".split()
)
"""Actions that end in a pose which can be held."""

_ENDING_LYING = frozenset("roll lie lie_down".split())
_BACK_TO = re.compile(
    r"\breturn(?:s|ing)?\b|\bback (?:to|toward|towards|the way|again|home|inside|where)\b"
    r"|\b(?:comes?|coming|goes|going) back\b"
)
_GOES = re.compile(r"^(?:then )?(?:goes|comes|gets|moves|returns?|settles) (?:right )?back$|^returns?$")
_INTO_GUARD = re.compile(
    r"\b(?:in|into|to) (?:a |the |his |her |their )?(?:\w+ )?(?:guard|fighting stance|stance)$"
)
_BACKWARDS = re.compile(r"\bbackwards?\b|\bin reverse\b")
_AROUND = 180
_SEATED_OR_LYING = frozenset("sit sit_down lie lie_down".split())
_DONE_DOWN = frozenset(
    "crawl roll sit_up swim push_up raise_leg lie lie_down sit sit_down slide stand_up kneel".split()
)
_RISE_SECONDS = 1.6


def regroup_parts(parts: Sequence[Part]) -> list[Part]:
    """Return parts as they are performed."""
    out: list[Part] = []
    given = _return_by_turning(_rise_before_travel(_take_guard(parts)))
    for k, part in enumerate(given):
        last = out[-1] if out else None
        meant = _find_what_is_meant(part, last, given[k + 1] if k + 1 < len(given) else None)
        if meant is None:
            continue
        if meant.action == "jump" != part.action or (meant is not part and meant.action in _DONE_IN_THE_AIR):
            out[-1] = meant
            continue
        part = meant
        if last is not None and _is_held(last, part):
            seconds = part.seconds if part.timed else _HELD_SECONDS
            out[-1] = replace(
                last,
                seconds=last.seconds + seconds,
                timed=True,
                text=f"{last.text} {part.text}",
                end=part.end,
                meanwhile=tuple(dict.fromkeys((*last.meanwhile, *part.meanwhile))),
            )
            continue
        if (
            last is not None
            and _OPPOSITES.get(last.action) == part.action
            and (part.count or 1) > 1
            and not last.count
        ):
            # "raises the leg and lowers it four times"
            out[-1] = replace(last, count=part.count, text=f"{last.text} {part.text}", end=part.end)
            continue
        if (
            last is not None
            and last.action in _ENDING_LYING
            and part.action in ("lie", "lie_down")
            and not part.timed
        ):
            out[-1] = replace(
                last, seconds=last.seconds + _HELD_SECONDS, text=f"{last.text} {part.text}", end=part.end
            )
            continue
        if len(out) > 1 and _goes_back(out[-2], out[-1], part):
            part = replace(part, direction="forward")
        if part.action == "stumble" and part.count is None and {"drunken", "unsteady"} & set(part.manner):
            part = replace(part, action="walk", seconds=max(4.0, part.seconds))  # who is drunk stumbles along
        out.append(_go_diagonally(_turn_to_and_fro(_drop_side_as_direction(part))))
    return _punch_in_turn(out)


def _punch_in_turn(parts: list[Part]) -> list[Part]:
    """Join punches that follow one another to a boxer's series: a jab with the left fist, a cross with the right one.

    The way of a series lists its punches, such as "straight-left straight-left hook-right".
    """
    out: list[Part] = []
    for part in parts:
        if part.action != "punch":
            out.append(part)
            continue
        last = out[-1] if out else None
        if last is not None and last.action == "box" and last.way is not None:
            series = [*last.way.split(), *_list_punches(part, last.way.rpartition("-")[2])]
            if len(series) <= _MOST_PUNCHES:
                out[-1] = replace(_join_punches(last, part), way=" ".join(series), count=len(series))
                continue
        series = _list_punches(part, "right")
        jabs = len(series) > 1 and "jab" in part.manner
        follows = last is not None and last.action == "punch" and not (last.count or 0) > _MOST_PUNCHES
        if last is not None and follows:
            first = _list_punches(last, "right")
            series = [*first, *_list_punches(part, first[-1].rpartition("-")[2])]
            out[-1] = replace(
                _join_punches(last, part), action="box", way=" ".join(series), count=len(series)
            )
        elif jabs and len(series) <= _MOST_PUNCHES:
            out.append(replace(part, action="box", way=" ".join(series), count=len(series), side=None))
        else:
            out.append(part)
    return out


def _list_punches(part: Part, last: str) -> list[str]:
    """Return the kinds and sides of the punches of a part, after one with the ``last`` fist."""
    kind = next((k for k in ("hook", "uppercut") if k in part.manner), "straight")
    punches = []
    for _ in range(part.count or 1):
        side = part.side if part.side in ("left", "right") else None
        if side is None:
            side = (
                "left"
                if "jab" in part.manner or (last == "right" and "cross" not in part.manner)
                else "right"
            )
        punches.append(f"{kind}-{side}")
        last = side
    return punches


def _join_punches(first: Part, second: Part) -> Part:
    return replace(
        first,
        side=None,
        direction=None,
        text=f"{first.text} {second.text}",
        end=second.end,
        seconds=first.seconds + second.seconds,
        manner=tuple(
            m for m in first.manner if m not in ("jab", "cross", "hook", "uppercut", "light", "heavy")
        ),
        unknown=(*first.unknown, *second.unknown),
    )


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


def _go_diagonally(part: Part) -> Part:
    """Return a walk with the side that it goes to diagonally: "walks diagonally forward to the right"."""
    said = re.search(r"\b(?:to|toward|towards) (?:the |his |her |their )?(left|right)\b", part.text.lower())
    if (
        part.action not in _GAITS
        or "diagonal" not in part.manner
        or said is None
        or part.direction != "forward"
    ):
        return part
    return replace(part, direction=said[1])


_ON_KNEES = re.compile(r"(?<!hand )(?<!hands )\bon (?:\w+ )?(?:both )?knees?\b")
_IN_AIR = re.compile(r"\bair\b|空中")
_DEEP = re.compile(
    r"\b(?:through|in|into|across)\b[^,.;]*?\b(?:snow|mud|swamp|water|bog|marsh|surf)\b|雪地|泥|水里"
)
_DONE_IN_THE_AIR = frozenset("shoot_basket volleyball_spike".split())
_SEATED_WORK = frozenset(
    "phone read write type drink eat sew play_guitar play_piano play_drums play_violin play_flute speak".split()
)
_LYING_WORK = frozenset("raise_leg sit_up".split())


def _find_what_is_meant(part: Part, last: Part | None, following: Part | None) -> Part | None:
    """Return a part with the action that its words mean together; None if it only ends the one before."""
    words = part.text.lower()
    if part.action in ("lie", "lie_down"):
        work = next((m for m in part.meanwhile if m.action in _LYING_WORK), None)
        if work is not None:  # "lies on his back doing leg raises"
            others = tuple(m for m in part.meanwhile if m is not work)
            manner = (*part.manner, "lying") if work.action == "raise_leg" else part.manner
            return replace(part, action=work.action, meanwhile=others, manner=manner, seconds=8.0)
    if part.action in ("sit", "sit_down") and not re.search(r"\bdown\b", words):
        work = next((m for m in part.meanwhile if m.action in _SEATED_WORK), None)
        if work is not None:  # "sits on the couch, scrolling his phone"
            others = tuple(m for m in part.meanwhile if m is not work)
            seat = Accompaniment("legs", "seated", "sit")
            return replace(part, action=work.action, meanwhile=(*others, seat), seconds=4.0)
    is_hit = last is not None and last.action == "get_hit" and "stagger" in words
    if is_hit and part.action == "walk" and part.direction is None and part.count is None:
        # who was hit staggers away from the blow
        manner = tuple(m for m in part.manner if m != "unsteady")
        return replace(part, action="stumble", direction="backward", manner=manner, seconds=2.0)
    if part.action == "walk" and _DEEP.search(words) and "lifting the knees" not in part.manner:
        return replace(part, manner=(*part.manner, "lifting the knees"), pace=part.pace or "slow")
    if part.action == "look_around" and part.direction in ("left", "right") and _BOTH_WAYS.search(words):
        return replace(part, direction=None)
    if part.action == "sidestep" and part.direction is None and "like an old man" in part.manner:
        return replace(part, action="walk", seconds=max(4.0, part.seconds))  # an old lady shuffles along
    if part.action in ("beg", "touch", "wave", "clap", "point") and _ON_KNEES.search(words):
        return replace(part, meanwhile=(*part.meanwhile, Accompaniment("legs", "kneeling", "kneel")))
    if (
        last is not None
        and last.action == "jump"
        and last.count in (None, 1)
        and part.action == "spin"
        and (part.count or 1) == 1
        and (_IN_AIR.search(words) or (following is not None and following.action == "land"))
    ):  # "jumps, spins in the air and lands"
        return replace(last, manner=(*last.manner, "spinning"), text=f"{last.text} {part.text}", end=part.end)
    if (
        last is not None
        and last.action == "jump"
        and part.action in _DONE_IN_THE_AIR
        and last.count in (None, 1)
    ):
        start, text = last.start, f"{last.text} {part.text}"  # who jumps and dunks jumps once
        return replace(part, text=text, start=start)
    if last is not None and last.action == "jump" and "spinning" in last.manner and part.action == "land":
        return None  # the jump lands
    is_shot = last is not None and last.action == "shoot_bow"
    if is_shot and re.match(r"(?:and |then )*(?:aim|releas|fire|shoot|let)\w*$", words):
        return None  # "draws a bow, aims, releases"
    return part


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


def _is_held(last: Part, part: Part) -> bool:
    """Return whether a part only says that the pose of the one before is held: "and holds it for two seconds"."""
    return (
        part.action == last.action in _HELD
        and part.side in (None, last.side)
        and part.count is None
        and _HOLDS.match(part.text.lower()) is not None
    )


def _take_guard(parts: Sequence[Part]) -> list[Part]:
    """Let who goes "back to guard" only take the stance, and who steps "back into guard" take it after the steps."""
    out: list[Part] = []
    for part in parts:
        last = out[-1] if out else None
        if (
            part.action == "fighting_stance"
            and last is not None
            and last.action == "walk"
            and _GOES.match(last.text.lower())
        ):
            out.pop()
        out.append(part)
        if part.action in ("step", "jump", "hop", "land") and _INTO_GUARD.search(part.text.lower()):
            out.append(Part("fighting_stance", None, None, part.text, part.start, part.end, seconds=1.5))
    return out


def _return_by_turning(parts: Sequence[Part]) -> list[Part]:
    """Let who walks back to where he was turn around first, and who goes left and then right turn around between."""
    out: list[Part] = []
    is_away, aside = False, None
    for part in parts:
        row = read_tables().actions.get(part.action)
        if part.action == "turn":
            is_away, aside = False, None
        elif part.action in _GAITS and part.count is None and part.way in (None, "towards", "away"):
            words = part.text.lower()
            goes_back = part.direction == "backward" and _BACKWARDS.search(words) is None
            if is_away and goes_back and _BACK_TO.search(words):
                out.append(_turn_around(part))
                part, is_away = replace(part, direction="forward"), False
            elif aside is not None and {aside, part.direction} == {"left", "right"}:
                out.append(_turn_around(part))
                aside, part = part.direction, replace(part, direction="forward")
            elif part.direction != "backward":
                is_away = True
                aside = part.direction if part.direction in ("left", "right") else None
        elif row is not None and row.kind == "travel":
            is_away, aside = True, None
        out.append(part)
    return out


def _turn_around(part: Part) -> Part:
    """Return a turn by half a circle before a walk, in its words."""
    return Part("turn", None, None, part.text, part.start, part.start, turn_degrees=_AROUND, seconds=1.6)


def _rise_before_travel(parts: Sequence[Part]) -> list[Part]:
    """Let who sits or lies stand up before he goes on, where the text leaves that out."""
    out: list[Part] = []
    is_down = False
    for part in parts:
        row = read_tables().actions.get(part.action)
        kind = row.kind if row is not None else ""
        if part.action in _SEATED_OR_LYING:
            is_down = True
        elif is_down and part.action not in _DONE_DOWN and kind == "travel":
            words = part.text.split()[0] if part.text.split() else part.text
            out.append(Part("stand_up", None, None, words, part.start, part.start, seconds=_RISE_SECONDS))
            is_down = False
        elif kind in ("travel", "whole"):
            is_down = False
        out.append(part)
    return out
