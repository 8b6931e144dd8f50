# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the action that a clause names: the pattern of its head with most words in the clause."""

from __future__ import annotations

from collections.abc import Sequence

from .clause import Clause, find_noun_head
from .tables import Pattern, Tables, read_tables
from .tokens import Token

_INSTRUMENTS = frozenset("with using of in by via".split())
_NEUTRAL = frozenset(
    "the a an his her their its my your both left right one two each other upper lower own of".split()
)


def collect_conditions(clause: Clause, tables: Tables) -> frozenset[str]:
    """Return what a pattern may ask for: the words of a clause, their classes, and marks of its form.

    A limb that is the instrument ("with the left hand") is in no class, so that kicking with a foot stays a kick.
    """
    out: set[str] = set()
    head = clause.head
    is_instrument = False
    for k, token in enumerate(clause.tokens):
        if k == head:
            is_instrument = False
            continue
        if token.word in tables.sets["prepositions"]:
            is_instrument = token.word in _INSTRUMENTS
        elif is_instrument and token.lemma not in tables.body and token.word not in _NEUTRAL:
            is_instrument = token.word not in tables.sets["determiners"] and token.lemma in tables.manner
        out.add(token.lemma)
        out.add(token.word)
        if token.word in ("left", "right") and k and clause.tokens[k - 1].word in ("a", "his", "her", "their") and (
            k + 1 == len(clause.tokens)
        ):  # fmt: skip
            out.add("SIDENOUN")  # "with a left"
        if token.lemma in tables.body:
            if token.word == "back" and (
                k == 0 or clause.tokens[k - 1].word not in tables.sets["determiners"]
            ):
                continue  # the direction
            if not is_instrument:
                out.add(tables.body[token.lemma])
            continue
        out |= tables.word_classes.get(token.lemma, frozenset())
        if (
            token.lemma in tables.sets["persons"]
            and token.lemma not in ("it", "who")
            and head is not None
            and k > head
        ):
            out.add("PERSON")
    verb = clause.verb
    if verb is not None:
        if clause.is_noun:
            out.add("NOUN")
        else:
            out.add("VERB")
            if clause.form == "ing" or (verb.form == "ed" and verb.word != verb.lemma):
                out.add("~")
        if clause.passive:
            out.add("PASSIVE")
    return frozenset(out)


def find_pattern(head: str, conditions: frozenset[str], tables: Tables) -> Pattern | None:
    """Return the pattern of a head that has most of its words in the clause."""
    for pattern in tables.patterns.get(head, ()):
        if all(group & conditions for group in pattern.required) and not pattern.excluded & conditions:
            return pattern
    return None


def read_action(clause: Clause) -> Pattern | None:
    """Return the pattern of a clause's action; a verb without a meaning of its own leaves it to its noun."""
    tables = read_tables()
    verb = clause.verb
    if verb is None or clause.head is None:
        return None
    conditions = collect_conditions(clause, tables)
    pattern = find_pattern(verb.lemma, conditions, tables)
    if pattern is None and not clause.is_noun and verb.lemma in tables.sets["light"] | tables.sets["void"]:
        noun = _find_object_action(clause.tokens[clause.head + 1 :], tables)
        return _read_limb_motion(clause) if noun is None else _read_light_verb(clause, pattern, conditions)
    return _read_light_verb(clause, pattern, conditions)


_LIMB_MOTIONS = {"ARM": "move_arm", "LEG": "raise_leg", "HEAD": "tilt_head", "TORSO": "sway", "HIPS": "sway"}


def _read_limb_motion(clause: Clause) -> Pattern | None:
    """Return the pattern of "makes rapid motions with the right arm"; None if no limb or no motion is named."""
    tables = read_tables()
    if not any(t.lemma in ("motion", "movement", "gesture", "signal", "move") for t in clause.tokens):
        return None
    kinds = [tables.body[t.lemma] for t in clause.tokens if t.lemma in tables.body and t.word != "back"]
    action = next((_LIMB_MOTIONS[kind] for kind in kinds if kind in _LIMB_MOTIONS), None)
    return None if action is None else Pattern(action, (), frozenset(), ())


_UPWARD = frozenset("up upward upwards above overhead rise raise lift over air".split())
_DOWNWARD = frozenset("down downward downwards lower drop fall sink return descend".split())
_LIMB_ACTIONS = {"ARM": ("raise_arm", "lower_arm", "move_arm"), "LEG": ("raise_leg", "lower_leg", "raise_leg"),
                 "HEAD": ("look_up", "look_down", "tilt_head")}  # fmt: skip
_OF_WHOLE_BODY = frozenset(
    "walk stand_up fall land run climb walk_stairs sneak crawl stand sit_down pick_up".split()
)


def adapt_to_limb(clause: Clause, pattern: Pattern | None) -> Pattern:
    """Return what a limb does that is the subject of a clause: "both arms go up" raises them."""
    tables = read_tables()
    kind = next((tables.body[t.lemma] for t in clause.subject_words if t.lemma in tables.body), "")
    if pattern is not None and pattern.action not in _OF_WHOLE_BODY:
        return pattern
    up, down, other = _LIMB_ACTIONS.get(kind, ("lean", "bend_down", "lean"))
    words = {t.lemma for t in clause.tokens} | {t.word for t in clause.tokens}
    action = up if words & _UPWARD else down if words & _DOWNWARD else other
    return Pattern(action, (), frozenset(), ())


def _read_light_verb(clause: Clause, pattern: Pattern | None, conditions: frozenset[str]) -> Pattern | None:
    tables, verb = read_tables(), clause.verb
    if verb is None or clause.head is None:
        return None
    if clause.is_noun or verb.lemma not in tables.sets["light"] | tables.sets["void"] | tables.sets["aspect"]:
        return pattern
    noun = _find_object_action(clause.tokens[clause.head + 1 :], tables)
    if pattern is not None and (pattern.required or pattern.excluded):
        if noun is None:
            return pattern
        if any(group <= {"PERSON", "OBJECT"} for group in pattern.required):
            return _take_noun(clause, noun) or pattern  # "gives a shrug of her shoulders"
        other = find_pattern(clause.tokens[clause.head + 1 + noun].lemma, conditions, tables)
        return other if other is not None and other.action == pattern.action and other.manner else pattern
    if noun is not None and (
        pattern is None or verb.lemma not in ("put", "hold", "strike", "throw", "land", "break")
    ):
        clause.head, clause.is_noun = clause.head + 1 + noun, True
        found = find_pattern(clause.tokens[clause.head].lemma, collect_conditions(clause, tables), tables)
        if found is not None:
            return found
    return pattern


def _take_noun(clause: Clause, noun: int) -> Pattern | None:
    """Make the noun behind a verb the head of the clause, if it names an action there."""
    tables, head = read_tables(), clause.head or 0
    probe = Clause(clause.tokens, head + 1 + noun, clause.link, is_noun=True, form=clause.form)
    found = find_pattern(clause.tokens[head + 1 + noun].lemma, collect_conditions(probe, tables), tables)
    if found is not None:
        clause.head, clause.is_noun = probe.head, True
    return found


def _find_object_action(words: Sequence[Token], tables: Tables) -> int | None:
    """Return the index of the noun that names the action behind "does", "performs", "takes"."""
    head = find_noun_head(words, tables)
    if head is not None:
        return head
    for k, token in enumerate(words):  # "a cranking motion"
        if token.lemma in tables.patterns and token.form == "ing":
            return k
    for k, token in enumerate(words):  # "a series of punches"
        if token.word == "of":
            rest = find_noun_head(words[k + 1 :], tables)
            return None if rest is None else k + 1 + rest
    return None
