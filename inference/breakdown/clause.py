# SPDX-License-Identifier: GPL-3.0-or-later
"""A clause: a stretch of words with at most one verb; and the nouns that name actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .tables import Tables
from .tokens import Token

LINKS = {
    "and": "and", "but": "then", "plus": "and", "or": "or", "then": "then", "afterwards": "then", "afterward": "then",
    "finally": "then", "next": "then", "later": "then", "subsequently": "then", "eventually": "then", "while": "while",
    "whilst": "while", "simultaneously": "while", "as": "as", "when": "when", "whenever": "when", "upon": "when",
    "once": "once", "until": "until", "till": "until", "before": "before", "after": "after", "because": "because",
    "since": "because", "because_of": "because", "if": "because", "although": "because", "though": "because",
    "so": "so", "where": "where", "who": "who", "that": "that", "which": "which", "as_if": "as_if", "like": "as_if",
    "without": "without", "with": "with", "by": "by", "nor": "or", "before_that": "before_that", "whereas": "while",
    "meanwhile": "while", "having": "after", "&": "and", "instead": "without", "despite": "because",
    "about_to": "because", "rather": "without", "except": "without",
}  # fmt: skip
"""Words that open a clause, and how it joins the one before."""

ADVERBS = frozenset(
    "not also then just slightly always still again together apart carefully forward backward back up down away out "
    "around ahead now too very more almost both quite rather repeatedly once twice".split()
)
"""Adverbs and particles that may stand between a subject and its verb."""

BE = frozenset(("be", "get"))
"""Verbs of the passive."""

QUIET_AUXILIARIES = frozenset("be have do will would can could should may might must shall get".split())
"""Verbs that are no action of their own."""

_LOOSE_NOUNS = frozenset("back side front start left right".split())


@dataclass
class Clause:
    """A stretch of words with at most one verb.

    Attributes
    ----------
    tokens
        The words.
    head
        Index of the verb, or of the noun that names the action; None if there is none.
    link
        How it joins the clause before: ``start``, ``none``, ``comma``, ``and``, ``then``, ``while``, ``as``, ``when``,
        ``before``, ``after``, ``until``, ``with``, ``to``, ``by``, ``as_if``, ``who``, ...
    subject
        ``person``, ``body``, ``thing`` or ``""`` (left out).
    subject_words
        The words of the subject.
    is_noun
        Whether the head is a noun ("does a kick").
    negated, passive
        Of the verb.
    sentence
        Number of the sentence.
    opener
        First word of the link, for its place in the text.
    joined_by
        The link that stands before this one: "and" of "and after turning".
    form
        Ending of the first verb, also if the head is a noun or a second verb: ``s``, ``ing``, ``ed`` or ``base``.
    """

    tokens: list[Token]
    head: int | None
    link: str
    subject: str = ""
    subject_words: list[Token] = field(default_factory=list)
    is_noun: bool = False
    negated: bool = False
    passive: bool = False
    sentence: int = 0
    opener: Token | None = None
    form: str = "base"
    joined_by: str = ""

    @property
    def form_is_dependent(self) -> bool:
        """Return whether the verb is a participle or joined by a word that makes it one."""
        verb = self.verb
        return verb is not None and (self.form == "ing" or self.link in ("by", "with", "while", "as"))

    @property
    def verb(self) -> Token | None:
        """Return the head's word."""
        return None if self.head is None else self.tokens[self.head]


def split_sentences(tokens: Sequence[Token]) -> list[list[Token]]:
    """Return the words of each sentence, without the stops."""
    sentences: list[list[Token]] = [[]]
    for token in tokens:
        if token.form == "stop":
            if sentences[-1]:
                sentences.append([])
        else:
            sentences[-1].append(token)
    return [s for s in sentences if s]


def find_noun_head(words: Sequence[Token], tables: Tables) -> int | None:
    """Return the index of the noun that names an action: the last one of the first noun phrase that has any."""
    found = None
    has_limb = any(t.lemma in tables.body for t in words)
    for k, token in enumerate(words):
        if token.is_mark or (
            token.word in tables.sets["prepositions"] and token.word not in ("up", "down", "out")
        ):
            if found is not None or (has_limb and token.word not in tables.directions):
                return found  # but "does a forward lunge with the left leg"
            continue
        if token.lemma in tables.patterns and token.word not in tables.sets["determiners"] and (
            token.lemma not in tables.body or token.lemma == "knee"
        ) and (token.lemma not in tables.word_classes or token.lemma == "golf_club") and (
            token.lemma not in tables.sets["nominals"] or token.lemma in ("step", "swing", "balance", "hold", "reach")
        ):  # fmt: skip
            if (
                found is None
                or token.lemma not in tables.sets["nominals"]
                or words[found].lemma in _LOOSE_NOUNS
            ):
                found = k
        elif token.word in ("like", "who", "that") and found is not None:
            return found
    return found
