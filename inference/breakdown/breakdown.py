# SPDX-License-Identifier: GPL-3.0-or-later
"""Break a text of any length down into parts, in the order of events."""

from __future__ import annotations

from .assembly import Assembler
from .chinese_words import is_chinese, split_chinese
from .clause import split_sentences
from .clauses import ClauseReader
from .part import Part
from .tables import read_tables
from .titles import drop_title
from .tokens import split_words

MAX_CHARACTERS = 20_000
"""Characters of a text that are read; the rest is ignored."""


def break_down(text: str) -> list[Part]:
    """Return the parts of a text, English or everyday Chinese; empty only if it has no word.

    Never fails: a text without an action gives one part whose action is ``unknown``. The time grows linearly with the
    length of the text.
    """
    text = text[:MAX_CHARACTERS]
    tokens = split_chinese(text) if is_chinese(text) else split_words(text)
    reader = ClauseReader()
    for sentence in split_sentences(tokens):
        reader.read_sentence(drop_title(sentence, read_tables()))
    return Assembler(text).read_clauses(reader.clauses)
