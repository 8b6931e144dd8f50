# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the action that an unknown word is nearest to: by word vectors, never a dance."""

from __future__ import annotations

from functools import cache

import numpy as np

from ..breakdown import Part
from ..breakdown.tables import read_tables
from ..breakdown.tokens import find_base_form
from .text import Vocabulary

LEAST_COSINE = 0.5
"""Cosine of two word vectors from which an unknown word is taken for the action of a known one."""

_LEFT_OUT = frozenset(("dance", "act_animal", "smile", "stand", "stop"))
_MAX_WORDS = 20


@cache
def _list_verbs() -> tuple[tuple[str, str], ...]:
    """Return the words that name an action by themselves, each with its action."""
    tables = read_tables()
    return tuple(
        (word, pattern.action)
        for word, patterns in tables.patterns.items()
        for pattern in patterns
        if not pattern.required and not pattern.excluded and pattern.action not in _LEFT_OUT
    )


def find_nearest_action(part: Part, vocabulary: Vocabulary) -> str | None:
    """Return the action that the unknown words of a part are nearest to in meaning; None if none is near."""
    tables = read_tables()
    bases = [find_base_form(word)[0] for word in part.unknown[:_MAX_WORDS]]
    words = [w for base, word in zip(bases, part.unknown, strict=False) for w in (base, word)]
    known = [w for w in dict.fromkeys(words) if w in vocabulary.word_rows and w not in tables.sets["persons"]]
    verbs = [(word, action) for word, action in _list_verbs() if word in vocabulary.word_rows]
    if not verbs:
        return None
    if (
        part.unknown and not known
    ):  # the network would show any of its motions for a word that it has never seen
        is_typo = any(vocabulary.nearest_spelling(word) for word in part.unknown[:_MAX_WORDS])
        return None if is_typo else "stand"
    if not known:
        return None
    asked = np.stack([vocabulary.static_vector(word) for word in known])
    cosines = np.stack([vocabulary.static_vector(word) for word, _ in verbs]) @ asked.T
    best = int(cosines.max(axis=1).argmax())
    return verbs[best][1] if cosines[best].max() >= LEAST_COSINE else None
