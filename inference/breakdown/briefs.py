# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a prompt that is written as a list of names, as clips of a library are: "zombie walk, slow, left leg dragging".

Such a list has no sentence: each entry names an action ("heavy punch"), happens to the character ("shot from the
front"), or says how the action before it is done ("slow", "arms up").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .clause import LINKS, find_noun_head
from .tables import Tables
from .tokens import Token

_STRIKES = frozenset("jab cross hook uppercut punch kick block duck dodge slip weave elbow knee".split())
_DONE_TO = frozenset("shoot hit strike push punch knock kick stab shove slap tackle grab throw".split())
_AGENT = frozenset("from by in on back down over off away".split())
_TITLES = frozenset("animation loop cycle clip reaction anim mocap emote routine sequence combo".split())
_ING_NAMES = frozenset(("shadow_box", "box", "greet"))
_GENERIC = frozenset(
    "pose position stance loop cycle animation idle clip start end finish attempt action state gesture".split()
)
_SIGNS = frozenset(("gesture", "motion", "signal"))
"""Verbs of a sign whose meaning follows."""
_CALLS = frozenset(("come", "follow", "stop", "go", "wait"))
"""What such a sign says."""
_MAX_TOKENS = 60
_SPLITTING = frozenset(("then", "into", "followed", "finally"))
_PARTICLES = frozenset("up down out off away back backward forward over into".split())
_ENDS = frozenset(
    "ending finishing starting beginning in on with for at from while as to and over under".split()
)


@dataclass(frozen=True)
class Entry:
    """An entry of a list.

    Attributes
    ----------
    tokens
        Its words.
    head
        Index of the word that names the action; None: the words are read as those of a sentence.
    passive
        Whether it happens to the character.
    """

    tokens: tuple[Token, ...]
    head: int | None
    passive: bool = False


def _names_limb(words: Sequence[Token], tables: Tables) -> bool:
    """Return whether the words up to the next pause name a body part."""
    for token in words:
        if token.is_mark:
            return False
        if token.lemma in tables.body:
            return True
    return False


def _split_entries(words: Sequence[Token], tables: Tables) -> list[list[Token]]:
    entries: list[list[Token]] = [[]]
    for k, token in enumerate(words):
        if token.form == "pause" or token.word in _SPLITTING:
            entries.append([])
        elif token.word == "by" and not entries[-1]:
            continue
        elif token.word == "with" and entries[-1] and _names_limb(words[k:], tables):
            entries.append([token])  # "robot dance with stiff arms"
        elif (
            token.word == "and"
            and entries[-1]
            and k + 1 < len(words)
            and words[k + 1].form == "base"
            and _is_name(words[k + 1], tables)
        ):
            entries.append([])
        else:
            entries[-1].append(token)
    return [e for e in entries if e]


def _is_name(word: Token, tables: Tables) -> bool:
    return (
        word.lemma in tables.patterns
        and word.lemma not in tables.body
        and word.word not in tables.sets["determiners"]
        and (word.word not in tables.sets["adjectives"] or word.word == "idle")
        and word.word not in tables.sets["prepositions"]
    )


def _find_return(words: Sequence[Token], tables: Tables) -> int | None:
    """Return the index of the name in "back to idle"; None if the words say something else."""
    if words[0].word != "back" or len(words) < 3 or words[1].word != "to":
        return None
    return next((k for k in range(2, len(words)) if _is_name(words[k], tables)), None)


def _find_head(words: Sequence[Token], tables: Tables, context: Sequence[Token] = ()) -> int | None:
    """Return the index of the word that names the action of an entry, if it is a name and no sentence."""
    if words[0].word == "back":
        return _find_return(words, tables)
    end = next(
        (
            k
            for k, t in enumerate(words)
            if k and (t.word in _ENDS or (t.word in tables.sets["prepositions"] and t.word not in _PARTICLES))
        ),
        len(words),
    )
    names = words[:end]
    first = names[0]
    if (
        first.word in LINKS
        or first.word in tables.sets["prepositions"]
        or any(t.word in LINKS for t in names)
    ):
        return None
    if len(names) > 1 and first.word in tables.sets["persons"] and names[1].form == "ing" and (
        names[1].lemma not in _ING_NAMES
    ):  # fmt: skip
        return None  # "guy doing jumping jacks"
    if first.word in _SIGNS and len(names) > 1 and names[1].word in _CALLS:
        return None  # "gesture come here"
    if first.word in tables.sets["determiners"] or (
        any(w in tables.body for w in (first.lemma, first.word)) and first.word not in ("back", "knee")
    ):
        return None
    if any(t.word in ("he", "she", "they", "it", "person", "someone", "to") for t in names):
        return None
    heads = [k for k, t in enumerate(names) if _is_name(t, tables)]
    if not heads:
        return None
    head = heads[-1]
    if names[head].word in _GENERIC and len(heads) > 1:
        head = heads[-2]  # "sitting pose"
    if head == 0 and names[0].form == "base" and len(names) > 1 and all(
        t.word in tables.directions or t.word in ("left", "right") for t in names[1:]
    ):  # fmt: skip
        return 0 if any(t.word == "into" for t in context) else None
    is_done = (
        first.form == "ing" and tables.is_known(first.lemma) and first.word not in tables.sets["adjectives"]
    )
    if is_done and head and names[-1].word not in _GENERIC:
        return None  # "carrying a bucket of water"
    for k, token in enumerate(names):
        is_plural = k == head and token.form == "s" and (k == len(names) - 1 or k > 0)
        attributive = token.form in ("ing", "ed") and k < head
        described = k == head > 0 and all(
            t.word in tables.manner or t.word in tables.pace or t.word in tables.sets["adjectives"]
            for t in names[:k]
        )
        if described and token.form == "ing":
            continue  # "nervous pacing"
        if k == head and (token.lemma in _ING_NAMES or names[-1].word in _GENERIC):
            continue
        if (
            token.form in ("s", "ing", "ed")
            and not is_plural
            and not attributive
            and token.lemma in tables.patterns
        ):
            return None
    while len(names) > 1 and (names[-1].word in tables.numbers or names[-1].word.isdigit()):
        names = names[:-1]  # "warrior two"
    if head == 0 and len(names) == 1 and len(words) > 1 and words[1].word in tables.numbers:
        return 0
    if head == 0 and (len(words) > 1 or first.form != "base") and names[-1].word not in _GENERIC:
        return None  # a command: "march away"
    persons = any(t.word in tables.sets["persons"] and t.form == "base" for t in names[:head])
    if persons and head == 1 and names[head].form == "s":
        return None  # "soldier runs"
    return head


def _read_entry(words: list[Token], tables: Tables, context: Sequence[Token]) -> list[Entry]:
    if all(t.lemma in _STRIKES for t in words) and len(words) > 1:
        return [Entry((t,), 0) for t in words]
    first = words[0]
    is_done_to = first.lemma in _DONE_TO and (
        (first.form == "ed" and first.word != "hit")
        or (len(words) > 1 and first.word in ("shot", "hit", "struck"))
    )
    if is_done_to and (len(words) == 1 or words[1].word in _AGENT):
        return [Entry(tuple(words), 0, True)]
    return [Entry(tuple(words), _find_head(words, tables, context))]


def read_brief(words: Sequence[Token], tables: Tables) -> list[Entry] | None:
    """Return the entries of a list of names; None if the words are a sentence.

    Parameters
    ----------
    words
        Of a sentence, with its pauses.
    tables
        The word tables.
    """
    if not words or words[0].serial or len(words) > _MAX_TOKENS:
        return None
    raw = _split_entries(words, tables)
    if not raw:
        return None
    entries = [entry for part in raw for entry in _read_entry(part, tables, words)]
    first = entries[0]
    if first.head is None or (len(entries) == 1 and len(first.tokens) == 1):
        return None
    if (
        first.head == 0
        and len(first.tokens) == 1
        and all(e.head is None and not e.passive and e.tokens[0].word != "with" for e in entries[1:])
    ):
        return None
    if len(entries) == 1 and find_noun_head(list(first.tokens), tables) is not None and not any(
        t.form in ("ing", "s") for t in first.tokens
    ):  # fmt: skip
        return None
    is_title = any(t.word in _TITLES for t in first.tokens) or (
        len(first.tokens) < len(words) and words[len(first.tokens)].word == ":"
    )
    if is_title and len(entries) > 1 and any(e.head is not None for e in entries[1:]) and len(first.tokens) <= 3 and (
        _names_same(first, entries[1:], tables)
    ):  # fmt: skip
        return entries[1:]
    return entries


def _names_same(title: Entry, others: Sequence[Entry], tables: Tables) -> bool:
    """Return whether what a title names comes again: "death animation, shot from the front, falls backward"."""

    def find_actions(tokens: Sequence[Token]) -> set[str]:
        return {tables.patterns[t.lemma][-1].action for t in tokens if t.lemma in tables.patterns}

    own = find_actions(title.tokens)
    return any(own & find_actions(entry.tokens) for entry in others)
