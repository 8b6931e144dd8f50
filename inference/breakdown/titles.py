# SPDX-License-Identifier: GPL-3.0-or-later
"""Leave out the title of a text: "Boss intro: rises from the throne" has no part for what stands before the colon."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .tables import Tables
from .tokens import Token

_MOST_WORDS = 12  # of a title
_LEAST_WORDS = 4  # of what a title stands for
_WHOLES = frozenset("burpee sun_salutation".split())
"""Actions that are performed as a whole: what follows only says what they are made of."""

_DANCES = frozenset("salsa tango waltz samba rumba cha_cha bachata ballet flamenco".split())
_COLONS = frozenset(":\uff1a")


def drop_title(sentence: Sequence[Token], tables: Tables) -> list[Token]:
    """Return the words of a sentence without its title, or only the title if that names all that follows."""
    words = list(sentence)
    colon = next((k for k, t in enumerate(words[: _MOST_WORDS + 1]) if t.word in _COLONS), None)
    if not colon or len(words) - colon - 1 < _LEAST_WORDS:
        return words
    title, rest = words[:colon], words[colon + 1 :]
    if any(t.lemma in _WHOLES for t in title):
        return title
    is_dance = any(t.lemma in _DANCES for t in title)
    if is_dance or not any(t.lemma in tables.patterns for t in rest) or _has_verb(title, tables):
        return words
    return rest


def _has_verb(title: Sequence[Token], tables: Tables) -> bool:
    """Return whether somebody acts in a title: "he does this: ..."."""
    return any(
        token.form in ("s", "ed")
        and (token.lemma in tables.patterns or token.lemma in tables.sets["light"] or token.lemma == "be")
        and (before.lemma in tables.sets["persons"] or before.lemma == "be")
        for before, token in pairwise(title)
    )
