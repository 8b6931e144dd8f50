# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a time between two actions as waiting: "after two seconds he jumps"."""

from __future__ import annotations

from collections.abc import Sequence

from .tables import Tables
from .tokens import Token

_SECONDS = frozenset("second seconds sec secs s".split())


def insert_waits(tokens: Sequence[Token], tables: Tables) -> list[Token]:
    """Read "after two seconds he jumps" and "two seconds later he jumps" as "he waits two seconds, then jumps"."""
    words: list[Token] = []
    k = 0
    while k < len(tokens):
        first = k + (tokens[k].word in ("after", "then") and k + 1 < len(tokens))
        span = list(tokens[first : first + 3])
        is_time = (
            len(span) > 1
            and (span[0].word.isdecimal() or span[0].word in tables.numbers)
            and span[1].word in _SECONDS
            and not span[0].serial
        )
        is_later = is_time and len(span) > 2 and span[2].word == "later"
        if (
            not is_time
            or not (is_later or tokens[first - 1].word == "after")
            or (first == k and not is_later)
        ):
            words.append(tokens[k])
            k += 1
            continue
        last = first + (3 if is_later else 2)
        rest = [t for t in tokens[last:] if not t.is_mark][:1]
        is_command = bool(rest) and rest[0].form == "base" and rest[0].lemma in tables.patterns
        start, end = tokens[k].start, span[1].end
        word, form = ("wait", "base") if is_command else ("waits", "s")
        wait = Token(word, "wait", form, start, end)
        then = Token("then", "then", "base", end, end)
        words += [then, wait, *span[:2], then]
        k = last + (last < len(tokens) and tokens[last].form == "pause")
    return words
