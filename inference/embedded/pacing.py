# SPDX-License-Identifier: GPL-3.0-or-later
"""Share the time of a text by what its parts look like: what is brief stays brief, what is done again is repeated.

The network does a kick at the beginning of its segment, however long that is, and stands motionless afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..breakdown import Part
from ..layers.manners import Manner
from ..layers.placed_gestures import PlacedGesture
from ..layers.postures import Posture
from .script_line import SEATED, SITTING, STANDING, ScriptLine

MIN_PART_SECONDS = 0.8
"""Shortest part in seconds; the last parts of a text that has more than fit are left out."""

BRIEF = frozenset(
    "kick punch strike slash throw catch jump leap star_jump bow push dodge block get_hit jolt lunge swing check_watch "
    "shrug poke pat hand_over knock_over shake_hands high_five cartwheel stomp volleyball_spike shoot_basket golf "
    "lose_balance roll pick_up put_down".split()
)
"""Actions that are over after some moments, after which the character stands."""

_ONGOING = frozenset(
    "kick punch strike slash jump leap star_jump dodge block lunge swing check_watch shrug poke pat nod stomp".split()
)
"""Brief actions that go on if the text says that somebody is at it: "is dodging punches"."""

_AT_IT = re.compile(r"^(?:(?:keeps?|is|are|starts?|begins?|practic\w+|perform\w*|pretend\w*) )*\w+ing\b")
_REPEATING = re.compile(
    r"up and down|repeatedly|several times|left and right|side kicks|star jumps|tennis|with their fists|fights"
)
_LONGEST, _LEAST_SECONDS = 1.5, 1.5  # times what a brief action needs; seconds
_PAUSE_SECONDS = 0.35  # between repetitions
_LEAST_LEAD, _LONGEST_LEAD, _LONGEST_PAUSE = (
    0.4,
    1.0,
    1.6,
)  # seconds of standing before and between brief actions
_HURRIED = 0.65  # of the usual time of a turn
_FIRST_STAND, _LEAST_BRIEF, _LEAST_OTHER = 1.5, 1.2, 1.2  # seconds
_MOST_REPETITIONS = 10
_EASE_SECONDS = 1.0  # of standing from which on it is seen that somebody breathes
_LEAST_END = 2.2  # seconds of a pose or state that a text ends with
_BREATH, _HELD_POSES = Posture("breathe", rise_seconds=0.6), ("pose_", "yoga_", "stance_")
_EASE = (Posture("stand_at_ease", "left"), Posture("stand_at_ease", "right"))


def is_brief(part: Part, sentence: str) -> bool:
    """Return whether a part is over soon; a sentence that makes the network repeat it by itself is not."""
    return part.action in BRIEF and _REPEATING.search(sentence) is None


def is_repeated(part: Part) -> bool:
    """Return whether a part that has no count is done again and again."""
    if part.action not in BRIEF or part.count is not None:
        return False
    return "repeatedly" in part.manner or (
        part.action in _ONGOING and _AT_IT.match(part.text.lower()) is not None
    )


def pace_lines(lines: Sequence[ScriptLine], seconds: float) -> list[ScriptLine]:
    """Return the lines of a text for so many seconds: brief ones shortened, repeated ones repeated, the rest filled.

    Parameters
    ----------
    lines
        Of one text.
    seconds
        That they have to fill.
    """
    paced = _fill_time(_shorten_brief(list(lines), seconds), seconds)
    return [_ease_stand(line, _EASE[len(paced) % 2]) for line in paced]


def _shorten_brief(lines: list[ScriptLine], seconds: float) -> list[ScriptLine]:
    needed = sum(line.seconds for line in lines)
    free = [line for line in lines if not line.timed]
    if free and needed >= seconds:
        return _keep_brief_whole(_hurry_turns(lines, seconds), seconds)
    if not any(line.is_brief for line in free):
        return lines
    scale = (seconds - needed) / sum(line.seconds for line in free) + 1.0
    takes_rest = any(
        line.goes_on and not line.timed and not line.is_brief and line.prompt != STANDING for line in lines
    )
    out: list[ScriptLine] = []
    for line in lines:
        longest = max(_LEAST_SECONDS, _LONGEST * line.seconds)
        share = scale * line.seconds
        if not line.is_brief or line.timed or share <= longest:
            out.append(line)
            continue
        if line.is_repeated and not takes_rest:
            is_placed = any(isinstance(layer, PlacedGesture) for layer in line.layers)
            each = line.seconds if is_placed else max(_LEAST_SECONDS, 1.2 * line.seconds)
            times = max(1, min(_MOST_REPETITIONS, int((share + _PAUSE_SECONDS) / (each + _PAUSE_SECONDS))))
            once = replace(line, seconds=each, timed=True)
            pause = ScriptLine(
                STANDING, 1.0, _PAUSE_SECONDS, True, "", goes_on=False, layers=_keep_postures(line)
            )
            out += [once, *[again for _ in range(times - 1) for again in (pause, once)]]
        else:
            out.append(replace(line, seconds=longest, timed=True))
    return out if takes_rest else _spread_rest(out, seconds)


def _hurry_turns(lines: list[ScriptLine], seconds: float) -> list[ScriptLine]:
    """Return lines for which time is short with turns on the spot as fast as they may be, so that walks are seen."""
    turns = [line for line in lines if line.timed and line.course is not None and line.course.on_the_spot]
    free = [line for line in lines if not line.timed]
    left = seconds - sum(line.seconds for line in lines if line.timed)
    missing = _LEAST_OTHER * len(free) - left
    if not turns or missing <= 0:
        return lines
    total = sum(line.seconds for line in turns)
    factor = max(_HURRIED, 1.0 - missing / total)
    return [replace(line, seconds=factor * line.seconds) if line in turns else line for line in lines]


def _keep_brief_whole(lines: list[ScriptLine], seconds: float) -> list[ScriptLine]:
    """Return lines for which time is short: what goes on is cut, as long as something is left of it, not a kick."""
    whole = [
        replace(line, seconds=max(_LEAST_BRIEF, line.seconds), timed=True) if line.is_brief else line
        for line in lines
    ]
    others = [line for line in whole if not line.timed]
    rest = seconds - sum(line.seconds for line in whole if line.timed)
    return whole if others and rest >= _LEAST_OTHER * len(others) else lines


def _spread_rest(lines: list[ScriptLine], total: float) -> list[ScriptLine]:
    """Return lines with the time that is left as standing before the first, between brief ones and behind the last."""
    rest = total - sum(line.seconds for line in lines)
    if lines[-1].is_brief:  # who stands first does not stand until the last moment
        lines = [
            replace(line, seconds=_FIRST_STAND, timed=True)
            if line.prompt == STANDING and not line.timed
            else line
            for line in lines
        ]
        rest = total - sum(line.seconds for line in lines)
    gaps = [k for k in range(1, len(lines)) if lines[k - 1].is_brief and lines[k].prompt != STANDING]
    ends_standing = lines[-1].is_brief
    if rest < MIN_PART_SECONDS or any(line.prompt == STANDING and not line.timed for line in lines):
        return lines
    shares = len(gaps) + (1.5 if ends_standing else 0.0)
    lead = min(_LONGEST_LEAD, 0.25 * rest) if lines[0].is_brief else 0.0
    pause = min(_LONGEST_PAUSE, (rest - lead) / shares) if shares else 0.0
    out: list[ScriptLine] = []
    if lead >= _LEAST_LEAD:
        out.append(ScriptLine(STANDING, 1.0, lead, True, ""))
        rest -= lead
    for k, line in enumerate(lines):
        if k in gaps and pause >= _LEAST_LEAD:
            out.append(ScriptLine(STANDING, 1.0, pause, True, "", layers=_keep_postures(lines[k - 1])))
            rest -= pause
        out.append(line)
    if ends_standing and rest > 0.1:
        out.append(ScriptLine(STANDING, 1.0, rest, False, "", layers=_keep_postures(lines[-1])))
    return out


def _keep_postures(line: ScriptLine) -> tuple[Posture | Manner, ...]:
    """Return the postures of a line that the character keeps as he stands after it, and its moods."""
    return tuple(layer for layer in line.layers if not isinstance(layer, PlacedGesture))


def _fill_time(lines: list[ScriptLine], seconds: float) -> list[ScriptLine]:
    """Let the character stand or sit at the end if nothing that goes on could take the time that counts leave."""
    rest = seconds - sum(line.seconds for line in lines)
    if rest < MIN_PART_SECONDS or not all(line.timed for line in lines):
        return lines
    if _ends_in_pose(lines[-1]):
        return [*lines[:-1], replace(lines[-1], seconds=lines[-1].seconds + rest)]
    end = SEATED if lines[-1].prompt in SITTING else STANDING
    return [*lines, ScriptLine(end, 1.0, rest, False, "")]


def _ends_in_pose(line: ScriptLine) -> bool:
    """Return whether the character stays in the pose of a line: a squat, raised arms, a yoga pose."""
    if any(isinstance(layer, PlacedGesture) for layer in line.layers):
        return any(
            isinstance(layer, PlacedGesture) and layer.name.startswith(_HELD_POSES) for layer in line.layers
        )
    return line.prompt in (STANDING, SEATED) and any(isinstance(layer, Posture) for layer in line.layers)


def hold_end(lines: Sequence[ScriptLine]) -> list[ScriptLine]:
    """Return the lines of a text with enough time to see what it ends with, where that is a pose or a state."""
    last = lines[-1]
    if len(lines) == 1 or last.timed or last.is_brief or last.seconds >= _LEAST_END:
        return list(lines)
    return [*lines[:-1], replace(last, seconds=_LEAST_END)]


def _ease_stand(line: ScriptLine, ease: Posture) -> ScriptLine:
    """Let a character who only stands breathe, shift his weight and let his arms hang."""
    if any(isinstance(layer, PlacedGesture) and layer.name.startswith(_HELD_POSES) for layer in line.layers):
        return replace(line, layers=(*line.layers, _BREATH))
    if line.prompt != STANDING or any(isinstance(layer, PlacedGesture | Manner) for layer in line.layers):
        return line
    if line.seconds < _EASE_SECONDS and not line.goes_on:
        return line
    return replace(line, layers=(ease, *line.layers))
