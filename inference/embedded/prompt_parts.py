# SPDX-License-Identifier: GPL-3.0-or-later
"""Split prompts of several actions in turn ("walks forward, then sits down") into one segment each.

The network knows single actions, so a sequence is laid out in time, with equal parts of the duration.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ...motion.request import Segment, TextSegment
from .chinese import is_chinese
from .prompt_normalisation import table

SHORTEST = 1.2
"""Shortest part in seconds; a prompt with more parts than fit is not split."""

_NEXT = re.compile(
    r"[,;.]?\s*\b(?:and\s+|but\s+)?(?:then|afterwards?|after\s+that|next(?!\s+to\b)|finally)\b[,\s]*"
    r"|\s*[;.](?=\s*\w)\s*"
    r"|\s*[\uff0c\u3001\u3002\uff1b,]?\s*(?:\u7136\u540e|\u7136\u5f8c|\u63a5\u7740|\u63a5\u8457|\u6700\u540e|\u6700\u5f8c|\u4e4b\u540e|\u4e4b\u5f8c)\s*[\uff0c,]?\s*",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^\s*first(?:ly)?\b[,\s]*", re.IGNORECASE)


def parts_of(prompt: str) -> list[str]:
    """Return the parts of a prompt in their order; a verb without a subject gets "a person".

    The prompt is not split where a part would have no action ("look left, then right").
    """
    text = _FIRST.sub("", prompt)
    cuts = [(0, 0), *(m.span() for m in _NEXT.finditer(text)), (len(text), len(text))]
    said, between = [""], ""
    for (_, start), (end, after) in pairwise(cuts):
        part = text[start:end].strip(" ,.;")
        if _acts(said[-1]) and _acts(part):
            said.append(part)
        else:
            said[-1] += between + part
        between = text[end:after]
    return said[:1] + [_with_subject(part) for part in said[1:]]


def _acts(part: str) -> bool:
    """Return whether a part has an action: a verb, or any Chinese text."""
    return is_chinese(part) or not table().verbs.keys().isdisjoint(part.lower().replace(",", " ").split())


def _with_subject(part: str) -> str:
    """Put "a person" before a verb in the third person."""
    first = part.split()[0].lower()
    verbs = table().verbs
    # "sits down": the third person, so not a command
    return f"a person {part}" if verbs.get(first) == first and first.endswith("s") else part


def in_turn(segments: Sequence[Segment], fps: float) -> tuple[Segment, ...]:
    """Split segments whose prompts describe several actions in turn; the whole length stays the same."""
    out: list[Segment] = []
    for segment in segments:
        said = parts_of(segment.prompt) if isinstance(segment, TextSegment) else []
        if (
            not isinstance(segment, TextSegment)
            or not 1 < len(said) <= segment.duration_frames / fps / SHORTEST
        ):
            out.append(segment)
            continue
        cuts = [round(segment.duration_frames * k / len(said)) for k in range(len(said) + 1)]
        for k, (prompt, (start, end)) in enumerate(zip(said, pairwise(cuts), strict=True)):
            seed = None if segment.seed is None else segment.seed + k
            out.append(replace(segment, prompt=prompt, duration_frames=end - start, seed=seed))
    return tuple(out)
