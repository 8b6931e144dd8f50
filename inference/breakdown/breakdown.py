# SPDX-License-Identifier: GPL-3.0-or-later
"""Break a text of any length down into parts, in the order of events."""

from __future__ import annotations

import re
from functools import cache

from .assembly import Assembler
from .chinese_words import is_chinese, split_chinese
from .clause import split_sentences
from .clauses import ClauseReader
from .part import Part
from .roles import act_roles
from .tables import read_tables
from .titles import drop_title
from .tokens import split_words

MAX_CHARACTERS = 20_000
"""Characters of a text that are read; the rest is ignored."""


_REQUEST = re.compile(
    r"^\s*(?:what (?:does|would) (?:it|that) look like (?:when|if)|what happens when|how (?:does|would) it look "
    r"(?:when|if)|(?:please |pls )?(?:give|show|make|get) me|(?:(?:hi|hey|ok|okay|so),? )?(?:i|we) "
    r"(?:need|want|would like)|imagine|picture)(?= (?:an?|the|some|somebody|someone)\b)",
    re.IGNORECASE,
)
"""Words that ask for a motion and are no part of it."""
_KIND = re.compile(r"(?<=[a-z]) (?:type|kind of (?:guy|man|woman)|lookalike)(?= *[,.:])", re.IGNORECASE)
"""Words behind a role: "bouncer type"."""


def break_down(text: str) -> list[Part]:
    """Return the parts of a text, English or everyday Chinese; empty only if it has no word.

    Never fails: a text without an action gives one part whose action is ``unknown``. The time grows linearly with the
    length of the text.
    """
    text = text[:MAX_CHARACTERS]
    return act_roles(text, _read_parts(text), _read_known)


@cache
def _read_known(sentence: str) -> tuple[Part, ...]:
    """Return the parts of a sentence of the tables."""
    return tuple(_read_parts(sentence))


def _blank(match: re.Match[str]) -> str:
    """Return as many spaces as there are characters, so that places in the text stay what they are."""
    return " " * len(match.group())


def _read_parts(text: str) -> list[Part]:
    """Return the parts that the words of a text name."""
    words = _KIND.sub(_blank, _REQUEST.sub(_blank, text))
    tokens = split_chinese(words) if is_chinese(words) else split_words(words)
    reader = ClauseReader()
    for sentence in split_sentences(tokens):
        reader.read_sentence(drop_title(sentence, read_tables()))
    return Assembler(text).read_clauses(reader.clauses)
