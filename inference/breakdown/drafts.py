# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a draft of a part from a clause, and attach to it what accompanies it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .clause import Clause
from .details import (
    ARM_ACTIONS,
    LEG_ACTIONS,
    Numbers,
    find_limbs,
    read_direction,
    read_manner,
    read_numbers,
    read_object,
    read_pace,
    read_side,
    read_turn,
    read_way,
)
from .part import Accompaniment
from .tables import Pattern, Tables, read_tables

_BODY_NAMES = {"ARM": "arm", "LEG": "leg"}
_SAME_LIMB = {("raise_leg", "kick"), ("raise_leg", "lower_leg"), ("kick", "lower_leg"), ("raise_arm", "lower_arm"),
              ("salute", "lower_arm"), ("wave", "lower_arm"), ("raise_leg", "stomp")}  # fmt: skip
"""Pairs of actions of which the second is done by the limb of the first, if it names no side."""

_ARM_POSITIONS = frozenset("raise_arm hold_arms t_pose move_arm salute lower_arm point".split())
POSTURES = {"sit": "seated", "sit_down": "seated", "kneel": "kneeling", "lie": "lying", "lie_down": "lying",
             "crouch": "bent", "squat_down": "bent", "stand": ""}  # fmt: skip
"""What a posture means for the legs while something else is done."""

_DOWN = frozenset("sit sit_down kneel lie lie_down crouch squat_down fall".split())
_STAYING = frozenset("still there in_place by at on in with".split())
"""Words that say that somebody stands already."""

_HOLDING = frozenset("hold maintain keep".split())
_FALLING = frozenset("fall stumble".split())
_NEARLY = frozenset("almost nearly".split())


def _words_before(clause: Clause) -> set[str]:
    """Return the words in front of the verb of a clause."""
    return {t.word for t in clause.tokens[: clause.head]}


@dataclass
class Draft:
    """A part while the text is still being read."""

    action: str
    kind: str
    clause: Clause
    link: str
    side: str | None = None
    numbers: Numbers = field(default_factory=Numbers)
    direction: str | None = None
    way: str | None = None
    turn: int | None = None
    pace: str | None = None
    manner: list[str] = field(default_factory=list)
    meanwhile: list[Accompaniment] = field(default_factory=list)
    object: str | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    awaits: bool = False
    vague: bool = False
    copied: bool = False
    alternative: bool = False
    repeats: str = ""


_OVER_AT_ONCE = frozenset(
    "golf swing punch strike slash throw jump leap hop land backflip frontflip cartwheel spin turn roll slap "
    "clap".split()
)
_SIDES_OF_ARMS = {"arms": "both", "left_arm": "left", "right_arm": "right"}


class DraftMaker:
    """Makes drafts of the parts of one text."""

    def __init__(self, text: str, tables: Tables | None = None) -> None:
        """Start with no part."""
        self._text = text
        self._tables = tables or read_tables()
        self._drafts: list[Draft] = []
        self._pending: list[tuple[Clause, Pattern | None]] = []  # goes with the next part
        self._deferred: list[Draft] = []  # "before walking, he turns": comes after the next part
        self._manner: list[str] = []  # of the subject, or of a verb without a motion
        self._mood: list[str] = []  # of the person who acts: also of gaits further on
        self._left: list[Clause] = []  # clauses without a motion, in case that there is nothing else
        self._has_actor = False
        self._accompanying = False
        self._participle_of: Draft | None = None
        self._last_left = -1  # sentence in which a thing acted last
        self._way: str | None = None  # of a clause without a motion
        self._only_limbs = False  # the subjects of the text are limbs, and no person: "both arms go up"
        self._opens = True  # whether the clause is the first of its sentence
        self._denied: Clause | None = None  # the first that does not happen
        self._listing = -1  # sentence that lists what a dance or the like is made of
        self._tool_side: str | None = None  # of the hand that is used
        self._tool_sentence = -1  # which began with "using both hands"
        self._following: Clause | None = None  # the next one of the sentence
        self._goes_with = False  # whether the clause before went with a part
        self._switched: str | None = None  # the limb that acts from now on: "switches to the left foot"

    def _remember_mood(self, draft: Draft, clause: Clause) -> None:
        """Give a gait without a manner the one of the person who acts: "a drunk man walks, turns and walks back"."""
        subject = clause.tokens[: clause.head or 0]
        if any(t.word in ("a", "an", "another") for t in subject):
            self._mood = []
        said = [m for t in subject if (m := self._tables.manner.get(t.word)) and m in draft.manner]
        said += [m for m in draft.manner if m.startswith("like an old")]
        if said:
            self._mood = said
        elif draft.kind == "travel" and not draft.manner:
            draft.manner = list(self._mood)

    def _main_of(self, sentence: int) -> Draft | None:
        """Return the last part of a sentence, or None."""
        last = self._drafts[-1] if self._drafts else None
        return last if last is not None and last.clause.sentence == sentence else None

    def _make_draft(self, clause: Clause, pattern: Pattern, kind: str) -> Draft:
        action = self._adapt_action(pattern.action, clause)
        kind = self._tables.actions[action].kind
        draft = Draft(action, kind, clause, clause.link)
        draft.numbers = read_numbers(clause, action)
        verb = clause.verb
        draft.vague = (
            action == "walk"
            and verb is not None
            and verb.lemma in ("move", "go", "come", "continue", "travel", "head")
        )
        travelled = next((d for d in reversed(self._drafts) if d.kind == "travel"), None)
        if action == "walk" and verb is not None and verb.lemma in ("make", "take") and travelled is not None:
            draft.action = action = travelled.action  # "jogs forward and makes a curve"
        steps = draft.numbers.steps
        if steps is not None and draft.numbers.count is None and kind == "travel":
            draft.numbers.count = steps
            if action == "walk" and not any(t.word == "circle" for t in clause.tokens) and steps < 10:
                draft.action = action = "step"
        names_side = any(t.word in ("left", "right", "both") for t in clause.tokens)
        carried = self._carry_side(action, clause)
        draft.side = carried if action == "lower_arm" and carried and not names_side else None
        draft.side = draft.side or read_side(action, clause) or carried
        self._take_switched_side(draft, names_side)
        tool_leads = clause.link == "to" or self._tool_sentence == clause.sentence
        if draft.side is None and tool_leads and action in ARM_ACTIONS:
            draft.side = self._tool_side  # "used her right hand to shield her eyes"
        draft.direction = read_direction(action, clause)
        if action == "step" and draft.direction in ("left", "right"):
            draft.action = action = "sidestep"
        draft.way = read_way(action, kind, clause)
        if kind == "travel" and draft.way is None and self._way is not None:
            draft.way, self._way = self._way, None
        if draft.way == "circle" and draft.direction not in ("left", "right"):
            draft.direction = None
        draft.turn = read_turn(action, clause, draft.direction, draft.way, draft.numbers.degrees)
        draft.pace = read_pace(clause)
        draft.direction = draft.direction or next((m[1:] for m in pattern.manner if m.startswith("@")), None)
        implied = [m for m in pattern.manner if not m.startswith("@")]
        draft.manner = [*self._manner, *implied, *read_manner(clause, action)]
        self._manner = [m for m in self._manner if m.startswith("like")] if kind == "travel" else []
        self._remember_mood(draft, clause)
        if draft.numbers.repeated and "repeatedly" not in draft.manner:
            draft.manner.append("repeatedly")
        draft.object = read_object(clause)
        draft.spans.append(self._span(clause))
        if kind == "travel" and "phone" in _words_before(clause):
            draft.meanwhile.append(Accompaniment("one_arm", "holding a phone to the ear", "phone"))
        for waiting, waiting_pattern in self._pending:
            self._attach(draft, waiting, waiting_pattern)
        self._pending = []
        if draft.direction == "backward" and self._faces_back(clause):
            draft.direction = "forward"
        return draft

    def _carry_side(self, action: str, clause: Clause) -> str | None:
        """Return the side that an earlier part named: "again", "holds it", "lowers the arm"."""
        words = {t.word for t in clause.tokens}
        if action in ("pull", "push", "squeeze") and words & {"together", "two"} and "together" in words:
            return "both"
        last = self._drafts[-1] if self._drafts else None
        if last is not None and last.side in ("left", "right") and (last.action, action) in _SAME_LIMB:
            return last.side  # "draws the knee up and kicks"
        if last is not None and "same" in words and words & {"hand", "arm", "leg", "foot", "fist"}:
            return last.side  # "catches it with the same hand"
        verb = clause.verb
        if last is not None and last.action == action and verb is not None and verb.lemma in _HOLDING:
            return last.side  # "lifts the left knee, holds for two seconds"
        if action == "lower_leg":
            return next(
                (d.side for d in reversed(self._drafts[-3:]) if d.action in ("raise_leg", "kick")), None
            )
        if "it" in words and last is not None and last.action == "raise_arm" and action in ARM_ACTIONS:
            return last.side  # "raises the left arm and waves with it"
        for draft in reversed(self._drafts[-4:]):
            same = draft.action == action and (
                words & {"again", "same", "final", "more", "once_more"} or action == "salute"
            )
            lowered = action in ("lower_arm", "hold_arms") and draft.action in (
                "raise_arm", "salute", "hold_arms", "t_pose", "wave", "move_arm", "point", "lower_arm")  # fmt: skip
            if same or lowered:
                return "both" if lowered and draft.action == "t_pose" else draft.side
        if action in ("put_down", "throw", "hand_over", "pour", "drink") and words & {"it", "them", "back"}:
            return next(
                (d.side for d in reversed(self._drafts[-3:]) if d.action in ("pick_up", "hold", "catch")),
                None,
            )
        return None

    def _adapt_action(self, action: str, clause: Clause) -> str:
        """Choose between doing and keeping, walking and stepping."""
        words = {t.word for t in clause.tokens}
        verb = clause.verb
        if action == "step" and words & {"several", "few", "some"} and "steps" in words and verb is not None:
            return "walk"
        if action == "put_down" and self._drafts and self._holds_arms(self._drafts[-1]) and (
            find_limbs(clause.tokens) or read_object(clause) is None
        ):  # fmt: skip
            return "lower_arm"  # "raises her arms, then puts them down"
        if (
            action in ("put_down", "lower_arm")
            and "it" in words
            and any(d.action == "raise_leg" for d in self._drafts[-2:])
        ):
            return "lower_leg"
        if action == "step" and "circle" in words:
            return "walk"
        if (
            action == "sit_down"
            and verb is not None
            and verb.word == "sat"
            and not self._drafts
            and "down" not in words
        ):
            return "sit"
        if action == "sit_down" and verb is not None and clause.form == "ing" and "down" not in words:
            return "sit"
        if action == "lie_down" and verb is not None and clause.form == "ing" and "down" not in words:
            return "lie"
        if (
            action in ("walk", "land", "stand_up")
            and words & {"up", "down"}
            and verb is not None
            and verb.lemma in ("walk", "go", "come", "run", "return", "head")
            and any(d.action == "walk_stairs" for d in self._drafts)
        ):
            return "walk_stairs"
        if action in _FALLING and verb is not None and words & _NEARLY & _words_before(clause):
            return "lose_balance"  # "almost falls"
        if action == "stand" and verb is not None and verb.lemma == "stand" and clause.form != "ing" and (
            not words & _STAYING and self._is_down()
        ):  # fmt: skip
            return "stand_up"  # "sits for a moment, then stands"
        if action == "stand_up" and verb is not None and verb.lemma == "stand" and "up" not in words and (
            self._drafts and self._drafts[-1].action in ("lean", "bow", "twist", "walk", "turn", "balance")
        ):  # fmt: skip
            return "stand"
        if (
            action in ("hold", "hold_arms")
            and verb is not None
            and verb.lemma in ("hold", "maintain")
            and self._drafts
        ):
            return self._adapt_hold(action, clause)
        if (
            action == "crouch"
            and verb is not None
            and verb.lemma == "squat"
            and read_numbers(clause, "squat").count
        ):
            return "squat"
        if action == "stand" and verb is not None and verb.lemma in ("return", "go", "resume") and (
            words & {"starting", "original", "initial", "position", "start"} and "standing" not in words
        ):  # fmt: skip
            return "walk" if any(d.kind == "travel" for d in self._drafts) else "stand"
        if action == "squat" and verb is not None and not clause.is_noun and "down" in words:
            return "squat_down"
        return action

    def _is_down(self) -> bool:
        """Return whether the character sits, kneels, crouches or lies after the parts so far."""
        for draft in reversed(self._drafts):
            if draft.action in _DOWN or any(m.action in _DOWN for m in draft.meanwhile):
                return True
            if draft.kind not in ("gesture", "head", "face"):
                return False
        return False

    def _switch_side(self, clause: Clause) -> None:
        """Remember the limb that acts from now on: "switches to the left foot", "changes sides"."""
        said = next((t.word for t in clause.tokens if t.word in ("left", "right")), None)
        last = next((d.side for d in reversed(self._drafts) if d.side in ("left", "right")), None)
        opposite = {"left": "right", "right": "left"}.get(last or "")
        self._switched = said or opposite

    def _take_switched_side(self, draft: Draft, names_side: bool) -> None:
        if self._switched is not None and not names_side and draft.action in ARM_ACTIONS | LEG_ACTIONS:
            draft.side, self._switched = self._switched, None

    def _holds_arms(self, draft: Draft) -> bool:
        return draft.action in _ARM_POSITIONS or any(m.action == "raise_arm" for m in draft.meanwhile)

    def _adapt_hold(self, action: str, clause: Clause) -> str:
        """Return what is held: a thing, the arms, or what the part before did ("and holds it for three seconds")."""
        last = self._drafts[-1]
        if (
            any(limb.preposition != "with" for limb in find_limbs(clause.tokens))
            or read_object(clause) is not None
        ):
            return action
        if last.action in ("raise_arm", "hold_arms", "t_pose", "lower_arm", "move_arm", "touch", "reach"):
            return "hold_arms"
        if last.action in _OVER_AT_ONCE:
            return "stop"  # "golf swing with follow through and hold"
        return last.action if last.kind in ("whole", "state", "gesture") else action

    def _faces_back(self, clause: Clause) -> bool:
        """Return whether "back" means forward, because the character has turned around before."""
        if not any(t.word == "back" for t in clause.tokens) or any(
            t.word.startswith("backward") for t in clause.tokens
        ):
            return False
        turned = False
        for draft in self._drafts:
            if draft.action in ("turn", "spin") and draft.turn is not None and abs(draft.turn) == 180:
                turned = not turned
        return turned

    def _attach(self, draft: Draft, clause: Clause, pattern: Pattern | None) -> None:
        span = self._span(clause, with_subject=True)
        does = self._text[span[0] : span[1]]
        action = pattern.action if pattern is not None else ""
        if action in POSTURES and clause.subject != "body":
            if POSTURES[action]:
                draft.meanwhile.append(Accompaniment("legs", POSTURES[action], action))
        else:
            for name in self._name_body_parts(clause, action) or (["face"] if action == "smile" else []):
                draft.meanwhile.append(Accompaniment(name, does, action))
                if action == draft.action and draft.side is None and name in _SIDES_OF_ARMS:
                    draft.side = _SIDES_OF_ARMS[name]  # "greeting, both hands waving"
        draft.manner += [
            m for m in read_manner(clause, action)
            if m not in draft.manner and m not in ("high", "low", "wide", "tense", "loose", "sharp", "light", "deep")
        ]  # fmt: skip
        draft.spans.append(span)

    def _accompany_draft(self, main: Draft, draft: Draft) -> None:
        self._attach(main, draft.clause, Pattern(draft.action, (), frozenset(), ()))
        if main.side is None and draft.side and main.action == "stand_up":
            main.side = draft.side
        if main.action == draft.action and draft.numbers.count is not None and main.numbers.count is None:
            main.numbers.count = draft.numbers.count
        if main.object is None and draft.kind in ("gesture", "state"):
            main.object = draft.object

    def _name_body_parts(self, clause: Clause, action: str) -> list[str]:
        limbs = find_limbs(clause.tokens, self._tables)
        subject = {id(t) for t in clause.subject_words}
        if clause.subject == "body" and subject and clause.head is not None:
            limbs = [limb for limb in limbs if id(clause.tokens[limb.index]) in subject] or limbs
        names: list[str] = []
        for limb in limbs:
            base = _BODY_NAMES.get(limb.kind)
            if base is None:
                name = limb.kind.lower()
            elif limb.side in ("left", "right"):
                name = f"{limb.side}_{base}"
            elif limb.side == "both" or limb.plural:
                name = base + "s"
            else:
                name = f"one_{base}"
            if name not in names:
                names.append(name)
        if not names and action:
            kind = self._tables.actions[action].kind if action in self._tables.actions else ""
            names = {"gesture": ["one_arm"], "head": ["head"], "travel": ["legs"], "whole": ["legs"]}.get(
                kind, []
            )
            names = (
                ["arms"] if action in ("clap", "speak", "raise_arm", "move_arm", "hug", "punch") else names
            )
        return names

    def _span(self, clause: Clause, with_subject: bool = False) -> tuple[int, int]:
        tokens = [t for t in clause.tokens if not t.is_mark] or clause.tokens
        first = 0
        if not with_subject and clause.head is not None and clause.subject in ("person", "thing"):
            persons = [
                k for k, t in enumerate(clause.tokens[: clause.head])
                if t.word in self._tables.sets["persons"] or t.lemma in self._tables.sets["persons"]
                or t.lemma in ("be", "have")
            ]  # fmt: skip
            first = max(persons) + 1 if persons else 0
            tokens = [t for t in clause.tokens[first:] if not t.is_mark] or tokens
        return min(t.start for t in tokens), max(t.end for t in tokens)
