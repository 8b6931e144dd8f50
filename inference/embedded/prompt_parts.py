# SPDX-License-Identifier: GPL-3.0-or-later
"""Split prompts of several actions one after another ("walks forward, then sits down") into one segment each.

The network knows single actions, so a sequence is laid out in time, with equal parts of the duration.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ...motion.request import Segment, TextSegment
from .chinese import is_chinese
from .prompt_normalisation import read_table

MIN_PART_SECONDS = 1.2
"""Shortest part in seconds; a prompt with more parts than fit is not split."""

_SEQUENCE_PATTERN = re.compile(
    r"[,;.]?\s*\b(?:and\s+|but\s+)?(?:then|afterwards?|after\s+that|next(?!\s+to\b)|finally)\b[,\s]*"
    r"|\s*[;.](?=\s*\w)\s*"
    r"|\s*[\uff0c\u3001\u3002\uff1b,]?\s*(?:\u7136\u540e|\u7136\u5f8c|\u63a5\u7740|\u63a5\u8457|\u6700\u540e|\u6700\u5f8c|\u4e4b\u540e|\u4e4b\u5f8c)\s*[\uff0c,]?\s*",
    re.IGNORECASE,
)
_FIRST_PATTERN = re.compile(r"^\s*first(?:ly)?\b[,\s]*", re.IGNORECASE)


def split_prompt(prompt: str) -> list[str]:
    """Return the parts of a prompt in their order; a verb without a subject gets "a person".

    The prompt is not split where a part would have no action ("look left, then right").
    """
    text = _FIRST_PATTERN.sub("", prompt)
    cuts = [(0, 0), *(m.span() for m in _SEQUENCE_PATTERN.finditer(text)), (len(text), len(text))]
    parts, separator = [""], ""
    for (_, start), (end, after) in pairwise(cuts):
        part = text[start:end].strip(" ,.;")
        if _has_action(parts[-1]) and _has_action(part):
            parts.append(part)
        else:
            parts[-1] += separator + part
        separator = text[end:after]
    return parts[:1] + [_add_subject(part) for part in parts[1:]]


def _has_action(part: str) -> bool:
    """Return whether a part has an action: a verb, or any Chinese text."""
    return is_chinese(part) or not read_table().verbs.keys().isdisjoint(
        part.lower().replace(",", " ").split()
    )


def _add_subject(part: str) -> str:
    """Put "a person" before a verb in the third person."""
    first = part.split()[0].lower()
    verbs = read_table().verbs
    # "sits down": the third person, so not a command
    return f"a person {part}" if verbs.get(first) == first and first.endswith("s") else part


def split_segments(segments: Sequence[Segment], fps: float) -> tuple[Segment, ...]:
    """Split segments whose prompts describe several actions one after another; the whole length stays the same."""
    out: list[Segment] = []
    for segment in segments:
        parts = split_prompt(segment.prompt) if isinstance(segment, TextSegment) else []
        if (
            not isinstance(segment, TextSegment)
            or not 1 < len(parts) <= segment.duration_frames / fps / MIN_PART_SECONDS
        ):
            out.append(segment)
            continue
        cuts = [round(segment.duration_frames * k / len(parts)) for k in range(len(parts) + 1)]
        for k, (prompt, (start, end)) in enumerate(zip(parts, pairwise(cuts), strict=True)):
            seed = None if segment.seed is None else segment.seed + k
            out.append(replace(segment, prompt=prompt, duration_frames=end - start, seed=seed))
    return tuple(out)
