# SPDX-License-Identifier: GPL-3.0-or-later
"""Give words between two verbs to the one that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from .clause import BE, Clause
from .tables import Tables
from .tokens import Token


def pop_adverbs(clause: Clause, verb: Token) -> list[Token]:
    """Take the adverbs right before a new verb from the clause before; keep what could belong to both."""
    words: list[Token] = []
    head = clause.head if clause.head is not None else -1
    if verb.form == "ed" and len(clause.tokens) - 1 > head and clause.tokens[-1].lemma in BE:
        words.append(clause.tokens.pop())  # "gets staggered"
    while len(clause.tokens) - 1 > head and clause.tokens[-1].word in ("suddenly", "then", "not", "never"):
        words.insert(0, clause.tokens.pop())
    return words


def pop_leading(clause: Clause) -> list[Token]:
    """Take the words that lead to a new verb from the clause before: from a preposition or a modifier on."""
    head = clause.head if clause.head is not None else -1
    end = clause.tokens[head].end if head >= 0 else 0  # "踢左腿" is one word: "kicks with the left leg"
    for k in range(head + 1, len(clause.tokens)):
        if clause.tokens[k].start < end:
            continue
        if clause.tokens[k].leads or clause.tokens[k].word in ("with", "ba", "not"):
            words = clause.tokens[k:]
            del clause.tokens[k:]
            return words
    return []


_SHARING_VERBS = frozenset(
    "raise lift lower bend straighten extend open close cross uncross stretch swing rotate shake twist curl flex "
    "spread push pull clench unclench fold drop".split()
)


def share_objects(clauses: Sequence[Clause], tables: Tables) -> None:
    """Give the first of two verbs the object that stands behind the second: "raises and lowers both arms"."""
    for clause, following in pairwise(clauses):
        verb, other = clause.verb, following.verb
        if verb is None or other is None or clause.is_noun or following.is_noun:
            continue
        if not {verb.lemma, other.lemma} <= _SHARING_VERBS or following.link not in ("and", "then", "comma"):
            continue
        if any(not t.word.endswith("ly") for t in clause.tokens[(clause.head or 0) + 1 :]):
            continue
        objects = following.tokens[(following.head or 0) + 1 :]
        end = next(
            (k for k, t in enumerate(objects) if t.lemma in tables.body or t.lemma in tables.word_classes),
            None,
        )
        if end is not None:
            clause.tokens += [replace(t, start=verb.start, end=verb.end) for t in objects[: end + 1]]
