# SPDX-License-Identifier: GPL-3.0-or-later
"""Which parts of a prompt a model could not show, as texts that are stored with the motion and told to the user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .errors import Note

MAX_TEXTS = 20
"""Most texts that a motion stores."""

MAX_LENGTH = 200
"""Most characters of each; what follows is cut off."""

_SHOWN_TEXTS, _SHOWN_LENGTH = 3, 60


def bound_texts(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts as a motion stores them: each once, on one line, bounded in number and length, none empty."""
    lines = (" ".join(text[: 2 * MAX_LENGTH].split())[:MAX_LENGTH].strip() for text in texts)
    return tuple(dict.fromkeys(filter(None, lines)))[:MAX_TEXTS]


def read_texts(values: Any) -> tuple[str, ...]:
    """Return the texts if ``values`` are a list of texts, else an empty tuple."""
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        return ()
    return bound_texts(values[:MAX_TEXTS])


def is_part_of(text: str, prompt: str) -> bool:
    """Return whether a prompt has all words of a text; that of joined parts leaves out what stood between them."""
    return bool(text.strip()) and all(word in prompt for word in text.split())


def keep_texts(texts: Iterable[str], prompts: Sequence[str]) -> list[str]:
    """Return the texts that stand in one of the prompts."""
    return [text for text in texts if any(is_part_of(text, prompt) for prompt in prompts)]


def describe_doubts(
    doubted: Sequence[str], unknown_words: Sequence[str], crowded: Sequence[str] = ()
) -> list[Note]:
    """Return a sentence on the doubted parts and one on words that were not understood in other parts, if any.

    If no part is doubted, also one on the part of a long text in which a detail is likeliest missing (``crowded``).
    """
    notes = []
    if crowded and not doubted:
        notes.append(
            Note(
                "So long a text rarely comes out complete: look at {parts} first, or ask for less at a time",
                parts=_quote_texts(crowded),
            )
        )
    if doubted:
        notes.append(
            Note(
                "The model does not know how to show {parts}: it made the nearest motion that it knows",
                parts=_quote_texts(doubted),
            )
        )
    others = [word for word in unknown_words if not any(is_part_of(word, text) for text in doubted)]
    if others:
        notes.append(
            Note("The model did not understand {words}: the motion leaves it out", words=_quote_texts(others))
        )
    return notes


def _quote_texts(texts: Sequence[str]) -> str:
    quoted = [f'"{_shorten(text)}"' for text in texts[:_SHOWN_TEXTS]]
    return ", ".join(quoted if len(texts) <= _SHOWN_TEXTS else [*quoted, "…"])


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1].rstrip() + "…"
