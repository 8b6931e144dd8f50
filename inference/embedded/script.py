# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn the prompts of a request into a script: one segment for each part of a breakdown, in words the network knows.

A prompt that describes one thing in words of the training sentences stays as it is typed. The segments of a request
keep their places: a prompt is laid out inside its own segment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from ...motion.request import Segment, TextSegment
from ..breakdown import UNKNOWN_ACTION, Part, break_down, share_seconds
from ..breakdown.tables import read_tables
from ..layers.body.registry import BODY_MOTIONS
from ..layers.body_gestures import HELD_SECONDS, STROKE_SECONDS, choose_side
from ..layers.manners import Layer, Manner
from ..layers.placed_gestures import PlacedGesture, find_fixed_seconds
from ..layers.postures import Posture
from .accompaniment import pose_gesture
from .counted import (
    MAX_REPEATS,
    count_seconds,
    is_counted,
    pause_seconds,
    start_seconds,
    turn_seconds,
    walking_turn_seconds,
)
from .floor_parts import join_floor_parts
from .pacing import MIN_PART_SECONDS, hold_end, is_brief, is_repeated, pace_lines
from .part_wording import PartWording, read_recognised, word_part
from .props import move_with_thing
from .regrouping import regroup_parts
from .script_line import SEATED, SITTING, STANDING, ScriptLine
from .states import carry_states, count_steps
from .strength import find_strength
from .turning import TurnCourse, find_bend_degrees, halve_figure_eight, plan_course

_ROLLING, _ROLL_DEGREES, _ROLL_TURN_SECONDS = "a person does a forward roll", 90, 0.8
_WALK_AROUND_SECONDS, _RUN_AROUND_SECONDS = 7.0, 5.5
_KNEELING = "a person kneels on one knee"
_UNKNOWN_CONFIDENCE = 0.4
_RISE_SECONDS = 2.6  # from lying to standing
_NEAREST_CONFIDENCE = 0.35  # of an action that is only near to the word that was said
_KNOWN_WORDS_CONFIDENCE = 0.7  # of words that the network has learned, but that name no action
_LEG_RAISED_SECONDS, _LEG_LOWERED_SECONDS = 1.6, 0.5
_RAISED_SECONDS, _LOWERED_SECONDS = 1.4, 0.9  # of an arm that is raised several times
_SHORTEST_PLAN, _LONGEST_PLAN = 4.0, 60.0  # seconds that are suggested for a text
_SPARE = 1.05  # of the time that the parts need, for what leads from one to the next
_ONE_LIMB_GESTURES = frozenset("wave point beckon salute".split())


def suggest_nothing(_part: Part) -> str | None:
    """Return no action for an unknown part."""
    return None


def write_script(
    prompt: str,
    is_well_known: bool = False,
    read: Callable[[str], list[Part]] = break_down,
    suggest: Callable[[Part], str | None] = suggest_nothing,
) -> list[ScriptLine]:
    """Return the lines for a prompt.

    Parameters
    ----------
    prompt
        As it is typed.
    is_well_known
        Whether the network has learned all of its words.
    read
        Breaks it down.
    suggest
        Names the nearest action of an unknown part, or None.
    """
    said = [move_with_thing(part) for part in read(prompt)]
    parts = carry_states(count_steps(regroup_parts(join_floor_parts(_merge_parts(said)))), prompt)
    if parts and parts[0].action == "lower_arm":
        return _lower_arms_first(_write_parts(prompt, parts, is_well_known, suggest), parts[0])
    return _write_parts(prompt, parts, is_well_known, suggest)


def plan_seconds(
    prompt: str, is_well_known: bool = False, read: Callable[[str], list[Part]] = break_down
) -> float:
    """Return the seconds in which everything that a prompt describes can be seen, in halves of a second."""
    needed = sum(line.seconds for line in write_script(prompt, is_well_known, read))
    return min(_LONGEST_PLAN, max(_SHORTEST_PLAN, math.ceil(2.0 * _SPARE * needed) / 2.0))


def _lower_arms_first(lines: list[ScriptLine], part: Part) -> list[ScriptLine]:
    """Let a motion that begins with arms being lowered begin with arms that are up."""
    sided = part.side in ("left", "right")
    name = "lower_arm" if sided else "lower_arms"
    gesture = PlacedGesture(name, choose_side(name, part.side))
    return [replace(lines[0], layers=(*lines[0].layers, gesture)), *lines[1:]]


def _write_parts(
    prompt: str, parts: list[Part], is_well_known: bool, suggest: Callable[[Part], str | None]
) -> list[ScriptLine]:
    """Return the lines for the parts of a prompt, as :func:`write_script` does."""
    if not parts or (len(parts) == 1 and parts[0].action == UNKNOWN_ACTION):
        action = suggest(parts[0]) if parts and not is_well_known else None
        if action is not None:
            return _write_nearest(parts[0], action)
        confidence = _KNOWN_WORDS_CONFIDENCE if is_well_known else _UNKNOWN_CONFIDENCE
        line = ScriptLine(prompt, confidence, parts[0].seconds if parts else 3.0, False, prompt)
        return [line if is_well_known or not parts else replace(line, unknown=parts[0].unknown)]
    if len(parts) > 1:
        nearest = [suggest(part) if part.action == UNKNOWN_ACTION else None for part in parts]
        lines = [
            line
            for part, action in zip(parts, nearest, strict=True)
            for line in (_write_lines(part) if action is None else _write_nearest(part, action))
        ]
        return hold_end(_merge_lines(_stay_seated(lines)))
    lines = _write_lines(parts[0])
    if lines[0].layers:
        strength = find_strength(prompt)  # "a slightly drunk man walks": said of the person, not in the part
        return [
            replace(line, layers=tuple(_scale_strength(layer, strength) for layer in line.layers))
            if find_strength(parts[0].text) == 1.0
            else line
            for line in lines
        ]
    if lines[0].is_own_text and is_well_known:
        words = parts[0].text
        is_text = (
            lines[0].prompt == f"a person {words}" and words not in read_recognised()
        )  # no wording of the table
        return [
            replace(lines[0], prompt=prompt, confidence=1.0 if is_text else lines[0].confidence, unknown=())
        ]
    return lines


def _scale_strength(layer: Layer, strength: float) -> Layer:
    return replace(layer, strength=strength * layer.strength) if isinstance(layer, Manner) else layer


def _write_nearest(part: Part, action: str) -> list[ScriptLine]:
    """Return the lines of a part whose action is unknown, with the action that is nearest to its words."""
    lines = _write_lines(replace(part, action=action))
    return [replace(line, confidence=min(line.confidence, _NEAREST_CONFIDENCE)) for line in lines]


def _write_lines(part: Part) -> list[ScriptLine]:
    """Return the lines of a part: several for a count, or for a walk that turns."""
    lines = [replace(line, unknown=part.unknown) for line in _divide_part(part)]
    if part.is_near:
        lines = [replace(line, confidence=min(line.confidence, _NEAREST_CONFIDENCE)) for line in lines]
    return lines


def _divide_part(part: Part) -> list[ScriptLine]:
    if part.way == "figure_eight" and read_tables().actions[part.action].kind == "travel":
        return [line for half in halve_figure_eight(part) for line in _divide_part(half)]
    if part.action == "turn" and 1 < (part.count or 1) <= MAX_REPEATS:
        return _divide_part(replace(part, count=None)) * (part.count or 1)
    if part.action == "raise_arm" and 1 < (part.count or 1) <= MAX_REPEATS:
        return _raise_repeatedly(part)
    if part.action == "raise_leg" and 1 < (part.count or 1) <= MAX_REPEATS:
        return _raise_leg_repeatedly(part)
    if part.way == "circle" and 1 < (part.count or 1) <= MAX_REPEATS:  # one circle after the other
        seconds = _RUN_AROUND_SECONDS if part.action in ("run", "jog", "skip") else _WALK_AROUND_SECONDS
        return _divide_part(replace(part, count=None, seconds=seconds)) * (part.count or 1)
    if part.action == "roll" and part.direction in ("left", "right") and part.count is None:
        wording = word_part(part)
        if (
            wording is not None and wording.sentence == _ROLLING and not wording.layers
        ):  # to the side that is asked for
            sign = 1 if part.direction == "left" else -1
            aside = replace(
                part, action="turn", turn_degrees=sign * _ROLL_DEGREES, seconds=_ROLL_TURN_SECONDS, timed=True
            )
            return [*_divide_part(aside), *_divide_part(replace(part, direction="forward"))]
    repeats = _repeat_gesture(part)
    if repeats is not None:
        return repeats
    if is_counted(part):
        wording = word_part(part) or PartWording(part.text, _UNKNOWN_CONFIDENCE)
        if _find_body_motion(wording) is not None:
            return [_write_line(part)]
        lines: list[ScriptLine] = []
        pause = pause_seconds(part)
        for seconds in count_seconds(part):
            if lines and pause:
                held = tuple(layer for layer in wording.layers if isinstance(layer, Posture))
                lines.append(ScriptLine(STANDING, 1.0, pause, True, part.text, goes_on=False, layers=held))
            lines.append(
                ScriptLine(
                    wording.sentence, wording.confidence, seconds, True, part.text, goes_on=False,
                    seconds_at_start=start_seconds(part), layers=wording.layers,
                )
            )  # fmt: skip
        return lines
    turn = walking_turn_seconds(part)
    if turn is not None:
        before, during, after = turn
        ahead = word_part(replace(part, direction="forward"))
        bend = word_part(part)
        if ahead is not None and bend is not None:
            straight = ScriptLine(
                ahead.sentence,
                ahead.confidence,
                before,
                False,
                part.text,
                course=TurnCourse(),
                layers=ahead.layers,
            )
            degrees = find_bend_degrees(part) * (1 if part.direction == "left" else -1)
            course = TurnCourse(degrees)
            bent = ScriptLine(
                bend.sentence,
                bend.confidence,
                during,
                True,
                part.text,
                goes_on=False,
                course=course,
                layers=bend.layers,
            )
            return [straight, bent, replace(straight, seconds=after)]
    return [_write_line(part)]


def _raise_repeatedly(part: Part) -> list[ScriptLine]:
    """Return the lines of arms that are raised and lowered several times."""
    posture = pose_gesture(part)
    wording = word_part(replace(part, count=None))
    if posture is None or wording is None:
        return [_write_line(part)]
    base = wording.sentence if wording.sentence == SEATED else STANDING
    up = ScriptLine(
        base, wording.confidence, _RAISED_SECONDS, False, part.text, goes_on=False, layers=(posture,)
    )
    down = replace(up, seconds=_LOWERED_SECONDS, layers=())
    return [line for _ in range(part.count or 1) for line in (up, down)]


def _raise_leg_repeatedly(part: Part) -> list[ScriptLine]:
    """Return the lines of a leg that is raised and lowered several times."""
    once = _write_line(replace(part, count=None))
    up = replace(once, seconds=max(_LEG_RAISED_SECONDS, once.seconds), goes_on=False, is_brief=False)
    down = ScriptLine(STANDING, 1.0, _LEG_LOWERED_SECONDS, False, part.text, goes_on=False)
    return [line for _ in range(part.count or 1) for line in (up, down)]


def _repeat_gesture(part: Part) -> list[ScriptLine] | None:
    """Return the lines of a placed gesture that is counted: one if it counts itself, else so many; None for others."""
    wording = word_part(part)
    gestures = [] if wording is None else [g for g in wording.layers if isinstance(g, PlacedGesture)]
    if not gestures or not part.count:
        return None
    if gestures[0].name in STROKE_SECONDS:
        return [_write_line(part)]
    if gestures[0].name in HELD_SECONDS and part.count <= MAX_REPEATS:
        return [_write_line(replace(part, count=None))] * part.count
    return None


def _find_body_motion(wording: PartWording) -> PlacedGesture | None:
    """Return the motion of the whole body of a wording, if it has one."""
    return next(
        (
            layer
            for layer in wording.layers
            if isinstance(layer, PlacedGesture) and layer.name in BODY_MOTIONS
        ),
        None,
    )


def _fixed_seconds(wording: PartWording, seconds: float | None) -> float | None:
    """Return the seconds of a gesture that has a length of its own, else ``seconds``."""
    gestures = (layer for layer in wording.layers if isinstance(layer, PlacedGesture))
    fixed = (find_fixed_seconds(gesture) for gesture in gestures)
    return next((s for s in fixed if s is not None), seconds)


def _write_line(part: Part) -> ScriptLine:
    wording = word_part(part)
    if wording is None:
        return ScriptLine(part.text, _UNKNOWN_CONFIDENCE, part.seconds, part.timed, part.text)
    needed = None if part.timed else _fixed_seconds(wording, turn_seconds(part))
    row = read_tables().actions.get(part.action)
    motion = _find_body_motion(wording)
    goes_on = (
        row is not None
        and (row.kind in ("travel", "state", "head") or row.each == 0 or motion is not None)
        and not part.count
    )
    seconds = part.seconds
    if motion is not None:
        moves = BODY_MOTIONS[motion.name]
        seconds = max(seconds, moves.least)
        if moves.on_floor and needed is not None:  # the rest of the time is spent lying
            seconds, needed = needed + _RISE_SECONDS, None
    return ScriptLine(
        wording.sentence,
        wording.confidence,
        seconds if needed is None else needed,
        part.timed or (needed is not None and (motion is not None or not is_repeated(part))),
        part.text,
        part.text in wording.sentence,
        goes_on and needed is None and part.way is None,
        course=plan_course(part),
        layers=wording.layers,
        is_brief=motion is None and is_brief(part, wording.sentence),
        is_repeated=motion is None and is_repeated(part),
    )


def _merge_parts(parts: Sequence[Part]) -> list[Part]:
    """Join parts that the network has learned as one: walking and then turning, raising the hand that waves."""
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if last is not None and _is_turn_of_walk(last, part):
            merged[-1] = replace(
                last,
                direction=part.direction,
                turn_degrees=part.turn_degrees,
                text=f"{last.text} {part.text}",
                timed=last.timed and part.timed,
                unknown=(*last.unknown, *part.unknown),
            )
        elif (
            last is not None
            and last.action == "raise_arm"
            and part.action in _ONE_LIMB_GESTURES
            and (part.side or last.side) == (last.side or part.side)
        ):
            merged[-1] = replace(
                part,
                side=part.side or last.side,
                text=f"{last.text} {part.text}",
                start=last.start,
                unknown=(*last.unknown, *part.unknown),
            )
        else:
            merged.append(part)
    return merged


def _is_turn_of_walk(walk: Part, turn: Part) -> bool:
    return (
        walk.action in ("walk", "run")
        and walk.direction in (None, "forward")
        and walk.way is None
        and not walk.manner
        and turn.action == "turn"
        and turn.direction in ("left", "right")
        and turn.turn_degrees is not None
        and 60 <= abs(turn.turn_degrees) <= 120
    )


def _stay_seated(lines: Sequence[ScriptLine]) -> list[ScriptLine]:
    """Let hands work while the character sits, if it sat down before: who sits down and reads does not stand up."""
    seated: list[ScriptLine] = []
    for line in lines:
        if line.prompt == STANDING and seated and seated[-1].prompt in SITTING:
            # a pause between counted gestures has their text, and no layer
            works = bool(line.layers) or (bool(line.text) and line.text == seated[-1].text)
            line = replace(line, prompt=SEATED) if works else line
        seated.append(line)
    return seated


def _merge_lines(lines: Sequence[ScriptLine]) -> list[ScriptLine]:
    """Join neighbours that are the same for the network and go on: two stretches of walking, waiting and standing."""
    merged: list[ScriptLine] = []
    for line in lines:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.prompt == line.prompt == _KNEELING
            and not last.layers
            and not last.timed
        ):
            # who kneels down and prays kneels down once
            merged[-1] = replace(
                line, seconds=last.seconds + line.seconds, text=f"{last.text} {line.text}", timed=False,
                unknown=(*last.unknown, *line.unknown),
            )  # fmt: skip
            continue
        if (
            last is not None
            and (last.prompt, last.layers) == (line.prompt, line.layers)
            and line.goes_on
            and last.goes_on
        ):
            text = last.text if line.text in last.text else f"{last.text} {line.text}"
            merged[-1] = replace(
                last,
                seconds=last.seconds + line.seconds,
                text=text,
                timed=last.timed and line.timed,
                unknown=(*last.unknown, *line.unknown),
            )
        else:
            merged.append(line)
    return merged


@dataclass(frozen=True)
class Script:
    """The segments for the network.

    Attributes
    ----------
    segments
        They last as long as those of the request.
    texts, confidences, unknown, courses, layers
        For each segment the words that it stands for, its highest confidence, words that were not understood, how its
        heading changes, and what is laid over it.
    """

    segments: tuple[Segment, ...]
    texts: tuple[str, ...]
    confidences: tuple[float, ...]
    unknown: tuple[tuple[str, ...], ...]
    courses: tuple[TurnCourse | None, ...]
    layers: tuple[tuple[Layer, ...], ...]


def lay_out_script(
    segments: Sequence[Segment],
    fps: float,
    well_known: Sequence[bool],
    read: Callable[[str], list[Part]] = break_down,
    suggest: Callable[[Part], str | None] = suggest_nothing,
) -> Script:
    """Lay out the lines of each text segment inside it; other segments stay as they are.

    Parameters
    ----------
    segments : of a request
    fps : of the request
    well_known : for each segment, whether the network has learned all words of its prompt
    read : breaks a prompt down
    suggest : names the nearest action of an unknown part, or None
    """
    out: list[Segment] = []
    texts: list[str] = []
    confidences: list[float] = []
    unknown: list[tuple[str, ...]] = []
    courses: list[TurnCourse | None] = []
    layers: list[tuple[Layer, ...]] = []
    for segment, known in zip(segments, well_known, strict=True):
        if not isinstance(segment, TextSegment):
            out.append(segment)
            texts.append("")
            confidences.append(1.0)
            unknown.append(())
            courses.append(None)
            layers.append(())
            continue
        lines = write_script(segment.prompt, known, read, suggest)
        if not out and lines[0].seconds_at_start and lines[0].timed:
            lines[0] = replace(lines[0], seconds=lines[0].seconds + lines[0].seconds_at_start)
        lines = pace_lines(lines, segment.duration_frames / fps)
        lines = lines[: max(1, int(segment.duration_frames / fps / MIN_PART_SECONDS + 1e-6))]
        shares = share_seconds(
            [line.seconds for line in lines], [line.timed for line in lines], segment.duration_frames / fps
        )
        ends = [0, *(round(second * fps) for second in accumulate(shares))]
        ends[-1] = segment.duration_frames
        for k, (line, (start, end)) in enumerate(zip(lines, pairwise(ends), strict=True)):
            seed = None if segment.seed is None else segment.seed + k
            out.append(replace(segment, prompt=line.prompt, duration_frames=max(1, end - start), seed=seed))
            texts.append(line.text)
            confidences.append(line.confidence)
            unknown.append(line.unknown)
            courses.append(line.course)
            layers.append(line.layers)
    return Script(tuple(out), tuple(texts), tuple(confidences), tuple(unknown), tuple(courses), tuple(layers))
