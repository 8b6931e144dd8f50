# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the word tables of this folder: what words name a body part, an action, a manner, a side or a number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Pattern:
    """Words that name an action; the first word is the head of a clause.

    Attributes
    ----------
    action
        Key of the action.
    required
        For each further condition the words of which one has to stand in the clause.
    excluded
        Words that must not stand in it.
    manner
        What the words say about the manner.
    """

    action: str
    required: tuple[frozenset[str], ...]
    excluded: frozenset[str]
    manner: tuple[str, ...]


@dataclass(frozen=True)
class Action:
    """What is known about an action.

    Attributes
    ----------
    kind
        ``travel``, ``whole``, ``gesture``, ``state``, ``head``, ``face`` or ``prep`` (it
        prepares another).
    seconds
        What it takes if nothing is counted.
    each
        What each further repetition or step takes.
    """

    kind: str
    seconds: float
    each: float


@dataclass(frozen=True)
class Tables:
    """All word tables.

    Attributes
    ----------
    actions
        By key.
    patterns
        By head, those with most words first.
    word_classes
        Body parts (``ARM``) and classes of things (``DOOR``) of a word.
    body
        Body part (``ARM``, ``LEG``, ...) of a word.
    sets
        Classes of words: persons, light verbs, prepositions, ...
    numbers, pace, manner, directions, irregular
        What a word stands for.
    fixed
        Phrases of several words to the one word that is read instead.
    compounds
        Phrases of several words that are one noun or verb, to that word.
    conditions
        Words that stand in a pattern behind its head.
    """

    actions: dict[str, Action]
    patterns: dict[str, tuple[Pattern, ...]]
    word_classes: dict[str, frozenset[str]]
    body: dict[str, str]
    sets: dict[str, frozenset[str]]
    numbers: dict[str, int]
    pace: dict[str, str]
    manner: dict[str, str]
    directions: dict[str, str]
    irregular: dict[str, str]
    fixed: dict[tuple[str, ...], str]
    compounds: dict[tuple[str, ...], str]
    conditions: frozenset[str]

    def is_known(self, word: str) -> bool:
        """Return whether any table has a word."""
        return (
            word in self.patterns
            or word in self.word_classes
            or word in self.manner
            or word in self.pace
            or word in self.directions
            or word in self.numbers
            or word in self.conditions
            or any(word in group for group in self.sets.values())
        )


def _read_json(name: str) -> dict[str, Any]:
    contents: dict[str, Any] = json.loads((_HERE / name).read_text(encoding="utf-8"))
    return contents


def _parse_pattern(action: str, text: str) -> tuple[str, Pattern]:
    words, _, manner = text.partition("=")
    head, *conditions = words.split()
    required = tuple(frozenset(c.split("/")) for c in conditions if not c.startswith("!"))
    excluded = frozenset(c[1:] for c in conditions if c.startswith("!"))
    return head, Pattern(action, required, excluded, tuple(m.strip() for m in manner.split(",") if m.strip()))


def _rank_pattern(pattern: Pattern) -> float:
    """Return how much a pattern asks for; any object is less than a certain one."""
    wide = sum(1 for group in pattern.required if group == {"OBJECT"})
    return len(pattern.required) - 0.3 * wide + 0.1 * min(len(pattern.excluded), 3)


@cache
def read_tables() -> Tables:
    """Read the tables beside this file."""
    words, actions = _read_json("words.json"), _read_json("actions.json")["actions"]
    hands = _read_json("hand_actions.json")
    patterns: dict[str, list[Pattern]] = {}
    # of two patterns that ask for as much, the one that says what the hands do is first
    for key, rows in hands["actions"].items():
        for manner, texts in rows.items():
            for text in texts:
                head, pattern = _parse_pattern(key, f"{text} ={manner}")
                patterns.setdefault(head, []).append(pattern)
    for key, row in actions.items():
        for text in row["words"]:
            head, pattern = _parse_pattern(key, text)
            patterns.setdefault(head, []).append(pattern)
    classes: dict[str, set[str]] = {}
    for group in ("body", "classes"):
        for name, members in words[group].items():
            for word in members.split():
                classes.setdefault(word, set()).add(name)
    body = {word: name for name, members in words["body"].items() for word in members.split()}
    sets = {name: frozenset(value.split()) for name, value in words.items() if isinstance(value, str)}
    compounds = {}
    for phrase in words["compounds"]:
        *first, last = phrase.split()
        compounds[*first, last] = words["compound_words"].get(phrase) or "_".join((*first, last))
    for phrase, word in hands["compounds"].items():
        compounds[tuple(phrase.split())] = word
    sets["noun_only"] |= frozenset(hands["nouns"].split())
    return Tables(
        {
            k: Action(row["kind"], float(row["seconds"]), float(row.get("each", 0)))
            for k, row in actions.items()
        },
        {k: tuple(sorted(rows, key=_rank_pattern, reverse=True)) for k, rows in patterns.items()},
        {word: frozenset(names) for word, names in classes.items()},
        body,
        sets,
        words["numbers"],
        words["pace"],
        words["manner"],
        words["directions"],
        words["irregular"],
        {tuple(k.replace("'", " '").split()): v for k, v in words["fixed"].items()},
        compounds,
        frozenset(w for rows in patterns.values() for p in rows for group in p.required for w in group),
    )
