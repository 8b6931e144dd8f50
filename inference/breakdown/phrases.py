# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge stretches without a verb: a posture ("arms out"), an action by its noun ("then a punch"), or neither."""

from __future__ import annotations

from .clause import ADVERBS, find_noun_head
from .tokens import Token
from .verbs import VerbReader

_POSTURE_ADJECTIVES = frozenset(
    "bent straight outstretched open wide high upright stiff loose crossed".split()
)
_POSTURE_WORDS = frozenset(
    "on by behind over above out up down apart together wide straight akimbo forward backward overhead in_front_of "
    "near across around sideways upright bent low high beside under against between close open next_to back "
    "flat on_top_of loose stiff limp raised crossed".split()
)

_MOVES = frozenset(
    "jab cross hook uppercut punch kick elbow knee_strike roundhouse front_kick side_kick back_kick low_kick high_kick "
    "spin_kick spinning_back_kick axe_kick knee spin pirouette jump squat squat_jump lunge side_lunge plank burpee "
    "push-up sit-up cartwheel backflip frontflip handstand block parry downward_dog cobra_pose "
    "warrior_pose tree_pose child_pose lunge_jump tuck_jump star_jump jumping_jack half_turn full_turn quarter_turn "
    "combat_roll barrel_roll dive_roll fly_kick".split()
)
"""Nouns of moves that a list names without a verb: "left jab, right cross, low kick"."""

CYCLES = frozenset(
    "walk_cycle run_cycle jog_cycle crouch_walk sneak_walk duck_walk idle_animation idle_pose idle_breathing walk run "
    "jog idle dance robot_dance salsa tango waltz ballet hip-hop cha_cha samba flamenco tai_chi kata".split()
)
"""Nouns of what goes on, with which a text may begin: "monster walk cycle, hunched shoulders"."""


class PhraseReader(VerbReader):
    """Judges stretches without a verb while the clauses of a sentence are being cut."""

    def _holds_posture(self, words: list[Token]) -> bool:
        sets = self._tables.sets
        limbs = [k for k, t in enumerate(words) if t.lemma in self._tables.body]
        if not limbs:
            return False
        for token in words[1 : limbs[0]]:
            if token.form in ("ed", "ing") or token.word in _POSTURE_ADJECTIVES:
                return True
        after = [t for t in words[limbs[-1] + 1 :] if not t.word.endswith("ly")]
        if not after:
            after = [t for t in words[limbs[0] + 1 : limbs[-1]] if t.word not in sets["determiners"]]
            after = [t for t in after if t.word not in ("and", "left", "right")]
        if not after:
            return False
        if after[0].word == "by":
            return any(t.lemma in self._tables.body or t.lemma == "side" for t in after)
        if after[0].word == "to":
            return any(t.word in ("side", "sides", "sideways") for t in after)
        if after[0].word in ("at", "in"):
            return words[limbs[0]].form == "s"
        alone = (
            len(after) == 1 and len(limbs) == 1
        )  # "with the hand up"; "with a hand behind his back" is a posture
        if alone and after[0].word in self._tables.directions and words[limbs[0]].form != "s":
            return False
        return after[0].word in _POSTURE_WORDS or after[0].form == "ed"

    def _is_body_state(self, words: list[Token], link: str) -> bool:
        """Return whether the words say how a body part is held: "head down", "hands on the hips", "back straight"."""
        limbs = [t for t in words if t.lemma in self._tables.body and t.word != "back"]
        if (
            words[0].word == "back"
            and len(words) > 1
            and words[1].word in ("straight", "bent", "arched", "upright")
        ):
            limbs = words[:1]
        if not limbs:
            return False
        rest = [
            t for t in words
            if t not in limbs and t.word not in self._tables.sets["determiners"]
            and t.word not in ("left", "right", "both", "and", "one", "other", "upper", "lower")
        ]  # fmt: skip
        if not rest:
            return False
        if any(t.lemma in ("be", "remain", "stay") for t in words):
            return not any(t.lemma in self._tables.sets["persons"] for t in words[:4])
        first = next(t for t in words if t.word not in self._tables.sets["determiners"])
        leads = (
            first in limbs
            or first.word in ("left", "right", "both", "upper", "lower", "one", "other")
            or (len(words) > 1 and words[1] in limbs)
            or words[0] in limbs
        )
        if link == "comma" or (link == "start" and first in limbs):
            return leads
        previous = self._current
        return (
            link == "and"
            and leads
            and previous is not None
            and (previous.head is None or previous.subject == "body")
        )

    def _is_direction_alone(self, words: list[Token]) -> bool:
        """Return whether the words repeat an action by its direction only: "then to the right"."""
        others = ("to", "the", "his", "her", "their", "side")
        plain = [t for t in words if t.word not in others]
        return (
            self._current is not None
            and bool(plain)
            and all(
                t.word in ("left", "right")
                or t.word in self._tables.directions
                or t.lemma in self._tables.directions
                for t in plain
            )
        )

    def _is_side_alone(self, words: list[Token]) -> bool:
        """Return whether the words repeat an action with another limb only: "then with the left foot"."""
        plain = [
            t
            for t in words
            if t.word
            not in frozenset(("with", "on", "again", "times", "once", "twice"))
            | self._tables.sets["determiners"]
            | set(self._tables.numbers)
        ]
        return (
            self._current is not None
            and any(t.word in ("left", "right") for t in plain)
            and all(t.word in ("left", "right", "one") or t.lemma in self._tables.body for t in plain)
        )

    def _repeats_with_number(self, words: list[Token]) -> bool:
        """Return whether the words repeat an action by its number only: "then two more", "and two lefts"."""
        number = next((k for k, t in enumerate(words[:3]) if t.word in self._tables.numbers), None)
        if self._current is not None and words[0].word in ("once", "twice") and any(
            t.word in ("left", "right") for t in words[1:]
        ):  # fmt: skip
            return True  # "and twice with the right hand"
        if number is None or number + 1 >= len(words):
            return False
        return (
            words[number + 1].word in ("more", "lefts", "rights", "left", "right")
            and self._current is not None
        )

    def _names_action(self, words: list[Token], link: str) -> bool:
        """Return whether a stretch without a verb names an action: "then a punch", "followed by two kicks"."""
        head = find_noun_head(words, self._tables)
        if head is None:
            return False
        verb = self._current.verb if self._current is not None else None
        if link == "then" or (link in ("and", "comma") and self._lists_move(words, head)):
            return True
        if (
            link not in ("and", "comma")
            or verb is None
            or words[0].lemma in self._tables.sets["prepositions"]
        ):
            return False
        if any(
            t.form == "ing" and t.lemma in self._tables.sets["light"] | self._tables.sets["void"]
            for t in (self._current.tokens if self._current is not None else ())
        ):
            return False
        is_listed = verb.lemma in self._tables.sets["light"] or (
            self._current is not None and self._current.is_noun
        )
        starts_as_noun = (
            words[0].word in self._tables.sets["determiners"] or words[0].word in self._tables.numbers
        )
        return is_listed and (starts_as_noun or (self._current is not None and self._current.is_noun))

    def _names_listed_move(self, words: list[Token], link: str) -> bool:
        """Return whether a stretch behind a verb is the next of a list of moves: "a right hook to the body"."""
        head = find_noun_head(words, self._tables) if link in ("comma", "and") else None
        return head is not None and self._current is not None and self._lists_move(words, head)

    def _lists_move(self, words: list[Token], head: int) -> bool:
        """Return whether a stretch is one of a list of moves: only its side, number and kind stand before it."""
        sets, tables = self._tables.sets, self._tables
        return words[head].lemma in _MOVES and all(
            t.word in ("left", "right", "a", "an", "one", "another", "quick", "fast", "slow")
            or t.word in tables.numbers
            or t.word.isdecimal()
            or t.word in sets["adjectives"]
            or t.lemma in tables.manner
            or t.lemma in tables.pace
            or t.word in tables.directions
            for t in words[:head]
        )

    def _is_command_in_list(self, words: list[Token]) -> bool:
        """Return whether a stretch tells what to do: "look around" in "slow walk, stop, look around"."""
        follows = ADVERBS | self._tables.sets["determiners"]
        return (
            len(words) > 1
            and words[0].form == "base"
            and words[0].lemma in self._tables.patterns
            and words[1].word in follows
        )
