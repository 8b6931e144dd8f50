# SPDX-License-Identifier: GPL-3.0-or-later
"""Word a part of a script breakdown as the network knows it best (``wordings.json``)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ..breakdown import Part, break_down
from ..layers.body.registry import BODY_MOTIONS
from ..layers.body_gestures import BODY_GESTURES, choose_side
from ..layers.manners import Layer, Manner
from ..layers.placed_gestures import ACCOMPANYING, HAND_WORK, PlacedGesture
from ..layers.postures import ARM_POSTURES, Posture
from .accompaniment import (
    CROUCHING,
    IS_CROUCHED,
    is_measured,
    pose_gesture,
    pose_trunk,
    read_arm_pose,
    read_arm_posture,
    read_postures,
)
from .body_motion_wording import POSTURES_OF_PARTS, WAYS, place_body_motion, shows_part
from .chinese_postures import read_in_english
from .manner_lines import MannerLine, read_manners
from .props import find_props, lay_props
from .sentence_fields import SIDED_ARMS, fill_fields, find_leg_side
from .strength import find_strength

_TABLE_PATH = Path(__file__).resolve().with_name("wordings.json")
_HANDS_PATH = _TABLE_PATH.with_name("hand_wordings.json")
RECOGNISED_PATH = Path(__file__).resolve().with_name("recognised.json")
"""Shares of recognised answers by wording, which ``training/evaluation/calibrate.py`` measures for the weights."""

_UNRECOGNISED = 0.3
"""Factor on the confidence of a wording none of whose measured answers were recognised."""
_LEFT_OUT = 0.8
"""Factor for each manner, way or accompaniment of a part that the sentence for the network leaves out."""
_PLACE_WORDS = {
    "hip": "on_hip", "hips": "on_hip", "head": "on_head", "chest": "on_chest", "heart": "on_chest", "chin": "on_chin",
    "knee": "on_knee", "knees": "on_knee", "ground": "on_ground", "floor": "on_ground",
    "neck": "hair", "hair": "hair", "ear": "hair", "forehead": "hair", "brow": "hair", "face": "on_face",
    "nose": "on_face", "mouth": "on_face", "cheek": "on_face", "eye": "on_face", "eyes": "on_face",
}  # fmt: skip


_GAITS_AND_STANDS = frozenset("walk run jog march step sneak tiptoe stand".split())
"""Actions of whose words a body part is touched only where a hand is said to be on it."""

_POSE_FACTS = {"arms_up": "arms_up", "arms_forward": "arms_out", "arms_crossed": "arms_crossed"}

_TOUCHES = re.compile(
    r"\b(?:hands?|arms?|fists?|palms?|fingers?)\b[^,.;]*?"
    r"\b(?:on|at|to|against|over|behind|under)\b ((?:\w+ ?){1,4})"
)

_LOOKING = frozenset(
    "scroll scrolls check checks checking texting text texts looks look looking scrolling uses".split()
)
_HURT_PLACES = frozenset(
    "knee knees leg thigh arm shoulder elbow wrist belly stomach tummy ribs side waist chest back head ankle "
    "hip".split()
)
_CARRYING = frozenset("carry carries carrying hold holds holding".split())
_SAID_FACTS = frozenset("tennis circle toe toes swinging from_lying over".split())
"""Words of a part that are facts themselves."""

_GAIT = re.compile(r"(?:walks|runs|jogs|sprints|marches|steps|stands still|hops|skips|carries)\b")
_BUSY_ARMS = re.compile(r"\b(?:wav|clap|point|salut|hand|arm|phone|carr|box|tray|zombie|chicken|dinosaur)")
_RESTS = re.compile(
    r"(?:stands in a fighting stance|stays seated|sits on the ground|sits cross-legged|kneels|crouches down low"
    r"|shuffles their|nods|looks )"
)
_STANDS, _SITS = "stands still", "stays seated"
_SEATED_FACTS = frozenset("with_sit with_sit_down action_sit".split())
_MOST_MANNERS = 2
_POSED_CONFIDENCE = 0.9  # of an arm that is brought to a pose
_STATE_SENTENCES = {
    "sit": "stays seated",
    "sit_down": "stays seated",
    "kneel": "kneels on one knee",
    "crouch": "crouches down low and stays there",
    "squat_down": "crouches down low and stays there",
    "lie": "lies still on the ground",
}
_BENDING = frozenset("touch dodge hold_arms breathe stop block".split())
"""Actions whose sentences bend the body, or raise it."""
_DOWN = re.compile(r"\b(?:sit|sits|seated|sitting|kneels|crouches|lies|squats)\b")
_MOVES_OF_LEGS = frozenset("bend_knees shift_weight sway".split())
_LIFTS_FEET = re.compile(
    r"\b(?:feet|foot|knees?|legs?) (?:are )?(?:being )?(?:lift|rais)\w+|\blift\w* (?:\w+ )?(?:feet|knees|legs)\b"
)
_HEAD_GESTURES = frozenset(
    "look_around look_left look_right look_up look_down look_behind nod shake_head tilt_head".split()
)
_BELOW_THE_HEAD = frozenset(
    "lean_forward lean_back lean_aside bend_knees shift_weight stand_tall sway twist".split()
)
_HEAD_ACTIONS = frozenset("look_around look_up look_down look_at nod shake_head peek".split())
_BENDING_MANNERS = frozenset("sad tired shy old stoop sneak burden scared".split())
"""Manners that show by themselves that head and trunk hang or lean."""
_FOR_WALKS_ONLY = frozenset("limp tiptoe robot waddle stiff catwalk".split())
"""Manners that change how feet are set down, which a flight has no time for."""


@dataclass(frozen=True)
class PartWording:
    """A sentence for the network, how sure it is that it looks like the part, 0 to 1, and what is laid over it."""

    sentence: str
    confidence: float
    layers: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class _Line:
    facts: frozenset[str]
    sentence: str
    confidence: float
    gesture: str = ""

    @property
    def is_placed(self) -> bool:
        """Return whether a gesture is the action, and the sentence only what the body does below it."""
        return self.gesture not in ("", *ACCOMPANYING)


@cache
def read_wordings() -> dict[str, tuple[_Line, ...]]:
    """Read the tables beside this file: the lines of each action, those of the hands first."""
    rows = json.loads(_TABLE_PATH.read_text(encoding="utf-8"))["wordings"]
    hands = json.loads(_HANDS_PATH.read_text(encoding="utf-8"))["wordings"]
    return {
        action: tuple(_parse_line(line) for line in (*hands.get(action, ()), *lines))
        for action, lines in rows.items()
    }


@cache
def read_recognised() -> dict[str, float]:
    """Read the share of recognised answers, 0 to 1, of each sentence of the table that was measured."""
    shares = json.loads(RECOGNISED_PATH.read_text(encoding="utf-8"))["shares"]
    return {sentence: float(share) for sentence, share in shares.items()}


def _parse_line(line: str) -> _Line:
    facts, _, rest = line.partition(":")
    words, _, confidence = rest.partition("~")
    sentence, _, gesture = words.partition("+")
    return _Line(frozenset(facts.split()), sentence.strip(), float(confidence or 1.0), gesture.strip())


def collect_facts(part: Part) -> frozenset[str]:
    """Return what the lines of the table may ask for."""
    facts = {m.replace(" ", "_") for m in part.manner}
    facts |= {f for f in (part.direction, part.way, part.pace) if f}
    facts.add(f"action_{part.action}")
    if part.direction in ("left", "right"):
        facts.add("dir")
    if part.side is not None:
        facts.add("both" if part.side == "both" else "side")
    if part.count is not None:
        facts |= {"counted"} | ({"count"} if part.count > 1 else set())
    if part.object:
        facts.add("object_" + ("ball" if part.object.endswith("ball") else part.object.replace(" ", "_")))
    if part.turn_degrees is not None:
        angle = abs(part.turn_degrees)
        facts.add(
            "spin" if angle >= 300 else "around" if angle >= 150 else "small" if angle < 60 else "quarter"
        )
    words = set(re.findall(r"[a-z]+", part.text.lower()))
    words |= set(re.findall(r"[a-z]+", part.repeats.lower())) - {"left", "right"}
    places = words if part.action not in _GAITS_AND_STANDS else _find_touched_places(part)
    facts |= {_PLACE_WORDS[word] for word in places if word in _PLACE_WORDS}
    if words & {"side", "sides", "sideways", "horizontally"}:
        facts.add("sideways")
    if any("leg" in m.body_part and re.search(r"\bdrag", m.does) for m in part.meanwhile):
        facts.add("limping")
    if words & _CARRYING and not words & {"on", "hands", "hand", *_HURT_PLACES}:
        facts.add("carrying")
    facts |= _SAID_FACTS & words
    facts |= {"one_hand"} if re.search(r"\bone (?:arm|hand)\b", part.text.lower()) else set()
    facts |= {"hunched"} if words & {"hunched", "slumped", "slouched", "stooped"} else set()
    facts |= {"in_pockets"} if words & {"pocket", "pockets"} else set()
    if facts >= {"carrying", "heavy"}:
        facts = facts - {"heavy"} | {"burdened"}
    if words & _LOOKING:
        facts.add("looking")
    if part.action in ("point", "reach", "look_at", "look_around", "catch") and words & {"up", "down"}:
        facts |= words & {"up", "down"}
    if find_leg_side(part) is not None:
        facts.add("leg_side")
    if part.action == "kick" and {part.side, part.direction} == {"left", "right"}:
        facts.add("kick_across")
    facts |= {f"say_{word}" for word in words}
    facts |= {f"hands_on_{place}" for place in ("head", "hips") if _rest_hands_on(part, place)}
    if {"behind", "back"} <= words and words & {"hands", "arms"}:
        facts.add("hands_behind")
    if words & {"sky", "stars", "star", "ceiling", "above", "clouds", "moon", "sun"}:
        facts.add("up")
    for accompaniment in part.meanwhile:
        lifts = accompaniment.body_part == "legs" and "in place" not in part.manner
        if lifts and _LIFTS_FEET.search(accompaniment.does.lower()):
            facts.add("lifting_the_knees")
        if accompaniment.body_part in SIDED_ARMS:
            facts.add("with_side")
        if accompaniment.action:
            facts.add("with_" + accompaniment.action)
        if accompaniment.body_part == "arms":
            pose = read_arm_pose(accompaniment.does.lower())
            facts |= {_POSE_FACTS[pose]} if pose in _POSE_FACTS else set()
    return frozenset(facts)


def _find_touched_places(part: Part) -> set[str]:
    """Return the words of a part that name what a hand is on."""
    if any(m.body_part in ("one_arm", *SIDED_ARMS) for m in part.meanwhile):
        return set()  # sentences put both hands there
    return {word for words in _TOUCHES.findall(part.text.lower()) for word in words.split()}


def _rest_hands_on(part: Part, place: str) -> bool:
    return any(
        m.body_part in ("arms", "one_arm", *SIDED_ARMS)
        and re.search(rf"\bon (?:\w+ )?{place}", m.does.lower())
        for m in part.meanwhile
    )


def _name_arm(part: Part) -> Part:
    """Return a part with its side, if that is only said as in "left arm circles" or "over the left shoulder"."""
    said = re.search(r"\b(left|right) (?:arm|hand|fist|elbow|shoulder)\b", part.text.lower())
    if part.action not in ("move_arm", "look_around") or part.side is not None or said is None:
        return part
    return replace(part, side=said[1], direction=None)


def word_part(part: Part) -> PartWording | None:
    """Return the sentence for a part; None if the table does not have its action."""
    part = read_in_english(part)
    props = find_props(part)
    wording = _word_without_props(replace(part, action="stand") if props and part.action == "hold" else part)
    if wording is None or not props:
        return wording
    sentence, layers = lay_props(wording.sentence, wording.layers, props)
    return replace(wording, sentence=sentence, layers=layers)


def _word_without_props(part: Part) -> PartWording | None:
    """Return the sentence for a part, whatever it is done with."""
    if part.action in ("crouch", "squat_down"):
        is_there = IS_CROUCHED.search(part.text.lower()) is not None
        postures = read_postures(replace(part, action="stand"), ("legs",))
        return PartWording(
            f"a person {_STANDS}", _POSED_CONFIDENCE, (_make_crouch(part, is_there), *postures)
        )
    if part.action == "t_pose":
        return PartWording(f"a person {_STANDS}", 1.0, (Posture("arms_out"), *read_postures(part, ("arms",))))
    low = next((m for m in part.meanwhile if m.action == "crouch" and m.does in CROUCHING), None)
    if low is not None:
        others = tuple(m for m in part.meanwhile if m is not low)
        return _word_crouching(replace(part, meanwhile=others), _make_crouch(part, low.does == CROUCHING[1]))
    return _word_standing(part)


def _make_crouch(part: Part, is_there: bool) -> Posture:
    """Return the posture of who crouches; ``is_there``: in the first frame too."""
    slow = 1.2 if part.pace == "slow" else 0.7
    return Posture("crouch", "both", 1.0, slow, is_there)


def _word_crouching(part: Part, sunk: Posture) -> PartWording | None:
    """Return the wording of what somebody does who stays crouched."""
    wording = _word_standing(part)
    if wording is None:
        return None
    if not wording.layers and wording.sentence != f"a person {_STANDS}" and part.action in _BENDING:
        posed = pose_gesture(part)
        layers = () if posed is None else (posed,)
        return replace(wording, sentence=f"a person {_STANDS}", layers=(sunk, *layers))
    return replace(wording, layers=(sunk, *wording.layers))


def _word_standing(part: Part) -> PartWording | None:
    """Return the sentence for a part of somebody who does not crouch, as :func:`word_part` does."""
    part = _name_arm(part)
    lines = read_wordings().get(part.action)
    if lines is None:
        return None
    facts = collect_facts(part)
    walks = part.action not in ("run", "jog", "skip")
    found = [
        row for row in read_manners() if row.fact in facts and (walks or row.name not in _FOR_WALKS_ONLY)
    ]
    has_manner = any(row.name != "slow" for row in found)
    lines = tuple(line for line in lines if shows_part(line.gesture, part, has_manner))
    layered = frozenset(row.fact for row in found)
    bends = any(row.name in _BENDING_MANNERS for row in found)
    layered |= {"with_look_down"} if bends else set()
    paces = {row.pace for row in found if row.pace} if part.pace is None else {part.pace}
    line = next((line for line in lines if line.facts <= (facts - layered) | paces), None)
    if line is None:
        return None
    if not line.gesture and not _GAIT.match(line.sentence):
        line = next((line for line in lines if line.facts <= facts), line)
        if not line.gesture and not _GAIT.match(line.sentence):
            found, layered = [], frozenset()
    state = _find_state(part, line)
    held = _find_held(part)
    posed = held or (pose_gesture(part) if state or is_measured(part) else None)
    if (
        part.action == "squat"
        and part.count is None
        and find_strength(part.text) < 1.0
        and "knee" in part.text
    ):
        bent = Posture("bend_knees", "both", 1.0, 0.6, from_start=False)
        return PartWording("a person stands still", line.confidence, (bent, *read_postures(part, ("legs",))))
    if state and part.action == "lower_arm":
        return PartWording(f"a person {state}", line.confidence, read_postures(part))
    trunk = pose_trunk(part) if state else None
    if trunk is not None:
        return PartWording(f"a person {state}", _POSED_CONFIDENCE, (trunk, *read_postures(part, ("torso",))))
    if state and posed is None and line.sentence == "{text}":
        posed = Posture("holding", part.side or "right", 1.0, 0.8, False)
    if posed is not None and not line.gesture:
        sentence = f"a person {state or 'stands still'}"
        limbs = {"arms"} if posed.name in ARM_POSTURES and posed.side == "both" else set()
        others = tuple(p for p in read_postures(part, limbs) if (p.name, p.side) != (posed.name, posed.side))
        return PartWording(sentence, min(_POSED_CONFIDENCE, line.confidence), (posed, *others))
    shown = _find_shown_limbs(part, line)
    if part.action == "speak" and not line.gesture:
        said = tuple(
            p for p in read_postures(part) if p.name in ARM_POSTURES and p.name not in ("swaying", "swinging")
        )
        if said:  # "roars with arms spread"
            return PartWording(f"a person {state or _STANDS}", line.confidence, read_postures(part))
    if bends:
        shown |= {"head", "torso"}
    postures = read_postures(part, shown)
    layered |= {f"with_{item.action}" for item in part.meanwhile if item.action and postures}
    if line.gesture:
        motion = BODY_MOTIONS.get(line.gesture)
        if motion is not None:
            moves = place_body_motion(part, line.gesture, facts, find_leg_side(part))
            kept = tuple(p for p in postures if motion.has_free_arms and p.name not in _MOVES_OF_LEGS)
            return PartWording(f"a person {line.sentence}", _rate_line(part, line, layered), (moves, *kept))
        layer = _make_gesture(part, line.gesture, facts)
        if (
            layer.name in BODY_GESTURES and layer.name not in _HEAD_GESTURES
        ):  # the hand that acts is in no posture
            postures = tuple(
                p for p in postures if p.name not in ARM_POSTURES or p.side not in ("both", layer.side)
            )
        sits = line.sentence == _STANDS and facts & _SEATED_FACTS
        words = fill_fields(line.sentence, part)
        if line.sentence == _STANDS:
            words = state or (_SITS if sits else words)
        return PartWording(f"a person {words}", _rate_line(part, line, layered), (layer, *postures))
    gesture = _find_hand_gesture(part, line)
    if gesture is not None:
        moves_head = gesture.name in _HEAD_GESTURES
        postures = tuple(
            p for p in postures if (p.name in ARM_POSTURES) == moves_head or p.name in _BELOW_THE_HEAD
        )
    has_posed_arms = (gesture is not None and gesture.name not in _HEAD_GESTURES) or any(
        posture.name in ARM_POSTURES for posture in postures
    )
    words = fill_fields(line.sentence, part)
    manners = _choose_manners(part, found, has_posed_arms or bool(_BUSY_ARMS.search(line.sentence)))
    return PartWording(
        "a person " + (state or words if line.sentence == _STANDS else words),
        _rate_line(part, line, layered),
        (*manners, *postures) if gesture is None else (gesture, *manners, *postures),
    )


def _find_held(part: Part) -> Posture | None:
    """Return the posture of a part that raises arms which stay up, or that holds them there; None if it does not."""
    if part.action not in ("raise_arm", "hold_arms"):
        return None
    for item in part.meanwhile:
        limb = "arms" if part.side == "both" or item.body_part == "arms" else f"{part.side or 'right'}_arm"
        if item.action == "raise_arm" and item.does.startswith("raised ") and item.body_part == limb:
            posture = read_arm_posture(item)
            return None if posture is None else replace(posture, from_start=part.action == "hold_arms")
    return None


def _find_state(part: Part, line: _Line) -> str:
    """Return the sentence for the state in which a part is done, if the one of its line does not show it."""
    if _DOWN.search(line.sentence):
        return ""
    for item in part.meanwhile:
        if item.body_part == "legs" and item.action in _STATE_SENTENCES:
            on_floor = re.search(r"\b(?:floor|ground|grass|mat)\b", item.does)
            return (
                "sits on the ground"
                if item.action.startswith("sit") and on_floor
                else _STATE_SENTENCES[item.action]
            )
    return ""


def _find_shown_limbs(part: Part, line: _Line) -> set[str]:
    """Return the limbs whose accompaniment the sentence of a line shows."""
    shown = set()
    for fact in line.facts:
        action = fact.removeprefix("with_")
        if action in _HEAD_ACTIONS:
            shown.add("head")
        elif action in ("crouch", "squat_down", "raise_leg"):
            shown.add("legs")
        elif action == "lean":
            shown.add("torso")
        elif fact.startswith(("with_", "arms_", "hands_", "on_", "carrying", "object_")):
            shown.add("arms")
    if _BUSY_ARMS.search(line.sentence):
        shown.add("arms")
    if "crouch" in line.sentence:
        shown.add("legs")
    return shown


def _make_gesture(part: Part, name: str, facts: frozenset[str]) -> PlacedGesture:
    """Return the placed gesture of a part: which hand or leg, how often, where to and how fast."""
    way = (
        part.direction
        if part.direction in WAYS
        else next((w for w in ("up", "down") if facts & {w, f"{w}ward"}), None)
    )
    said = part.side if part.side in ("left", "right") else None
    side = choose_side(
        name, (way if name == "point" and way in ("left", "right") else None) if said is None else said
    )
    return PlacedGesture(name, side, part.count, way, part.pace)


def _find_hand_gesture(part: Part, line: _Line) -> PlacedGesture | None:
    """Return what the hands do over a gait, or while the body sits or stands, if the line itself does not show it."""
    if not (_GAIT.match(line.sentence) or _RESTS.match(line.sentence)) or _BUSY_ARMS.search(line.sentence):
        return None
    for accompaniment in part.meanwhile:
        if not accompaniment.action or f"with_{accompaniment.action}" in line.facts:
            continue
        parts = break_down(f"a person {accompaniment.does}")
        if len(parts) != 1 or parts[0].action != accompaniment.action:
            continue
        facts = collect_facts(parts[0])
        found = next((row for row in read_wordings().get(parts[0].action, ()) if row.facts <= facts), None)
        if found is not None and (found.gesture in BODY_GESTURES or found.gesture in HAND_WORK):
            said = accompaniment.body_part.partition("_")[0]
            named = re.search(r"\b(left|right) shoulder\b", accompaniment.does)
            side = said if said in ("left", "right") else named[1] if named else parts[0].side
            return _make_gesture(replace(parts[0], side=side), found.gesture, facts)
    return None


def _choose_manners(part: Part, found: Sequence[MannerLine], has_busy_arms: bool) -> tuple[Manner, ...]:
    """Return the first different manners of a part, as strong as its words say."""
    strength = find_strength(part.text)
    side = find_leg_side(part) or next(
        (m.body_part.split("_")[0] for m in part.meanwhile if m.body_part in ("left_leg", "right_leg")),
        "right",
    )
    out: dict[str, Manner] = {}
    for row in found:
        # the arms belong to the first
        out.setdefault(row.name, Manner(row.name, strength * row.strength, side, has_busy_arms or bool(out)))
    return tuple(out.values())[:_MOST_MANNERS]


def _rate_line(part: Part, line: _Line, layered: frozenset[str]) -> float:
    """Return the confidence that answers to the sentence of a line look like a part, 0 to 1.

    ``layered``: facts that layers over the motion show.
    """
    share = 1.0 if line.is_placed else read_recognised().get(line.sentence, 1.0)
    said = {m.replace(" ", "_") for m in part.manner} | {
        f"with_{m.action}" for m in part.meanwhile if m.action
    }
    if part.way not in (None, "towards", "away"):
        said.add(part.way)
    left_out = len(said - line.facts - layered - POSTURES_OF_PARTS)
    return line.confidence * (_UNRECOGNISED + (1 - _UNRECOGNISED) * share) * _LEFT_OUT**left_out
