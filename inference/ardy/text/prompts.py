# SPDX-License-Identifier: GPL-3.0-or-later
"""Word prompts as ARDY reads them best: one short English sentence for each action, with a person as its subject.

The project's breakdown finds the actions of a prompt and the time that each needs. The words stay the user's own, since
ARDY knows far more of them than the embedded model does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from ....motion.errors import RequestError
from ....motion.request import Segment, TextSegment
from ...breakdown import UNKNOWN_ACTION, Part, break_down, share_seconds
from ...embedded.chinese import is_chinese, translate_to_english
from ...embedded.part_wording import word_part
from ...embedded.prompt_normalisation import read_table

MIN_PART_SECONDS = 0.8
"""Shortest part in seconds; the last parts of a prompt that has more than fit are left out."""

_MAX_CHARACTERS = 5000
"""Characters of a prompt in which actions are looked for: thirty times those of a long one."""

_FIRST_WORDS = re.compile(r"([A-Za-z]+)(?:\s+([A-Za-z]+))?")
_ORDER_WORDS = re.compile(
    r"^(?:and|then|first(?:ly)?|next|finally|afterwards?|lastly)\b[,\s]*", re.IGNORECASE
)
_NO_COMMANDS = frozenset("is are was were be being back".split())
"""Forms of verbs that no prompt begins with as a command, or that are rather another word."""


def word_prompt(prompt: str) -> str:
    """Return a prompt of one action as an English sentence; empty for an empty one.

    Chinese is translated by the project's lexicon, and a verb without a subject gets "a person". Raises
    :class:`RequestError` if no word of a Chinese prompt is known.
    """
    sentence = " ".join(prompt.split())
    if is_chinese(sentence):
        translation, _ = translate_to_english(sentence)
        if not translation:
            raise RequestError(
                "No word of the prompt {prompt} is known: write it in English", prompt=sentence[:60]
            )
        sentence = translation
    return _add_subject(sentence)


def _add_subject(sentence: str) -> str:
    """Put "a person" before a verb that a sentence begins with."""
    match = _FIRST_WORDS.match(sentence)
    if match is None:
        return sentence
    verbs = read_table().verbs
    first, second = match[1].lower(), (match[2] or "").lower()
    form = verbs.get(first)
    # "jump kick" names a motion: its first word is no command
    names_motion = second in verbs and not second.endswith("ing")
    if form is None or first in _NO_COMMANDS or names_motion:
        return sentence
    auxiliary = "is " if form.endswith("ing") else ""
    return f"a person {auxiliary}{form}{sentence[match.end(1) :]}"


def _word_part(part: Part) -> str:
    """Return one of several actions of a prompt as an English sentence. Raises :class:`RequestError`."""
    text = " ".join(part.text.split())
    if is_chinese(text):
        unknown = translate_to_english(text)[1]
        wording = word_part(part) if unknown else None
        return word_prompt(text) if wording is None else wording.sentence
    text = _ORDER_WORDS.sub("", text).strip(" ,.;")
    sentence = _add_subject(text)
    first = text.partition(" ")[0].lower()
    # the breakdown cuts subjects off: what it knows as an action begins with its verb, "swings it down"
    if sentence == text and part.action != UNKNOWN_ACTION and first.endswith("s"):
        return f"a person {text}"
    return sentence


def split_prompt(prompt: str) -> list[tuple[str, float, bool]]:
    """Return sentence, seconds that it needs, and whether the text gives these, for each action of a prompt.

    Raises :class:`RequestError` if no word of a Chinese prompt is known.
    """
    parts = break_down(prompt[:_MAX_CHARACTERS])
    if len(parts) < 2:
        return [(word_prompt(prompt), parts[0].seconds if parts else 3.0, False)]
    return [(_word_part(part), part.seconds, part.timed) for part in parts]


def lay_out_prompts(segments: Sequence[Segment], fps: float) -> tuple[Segment, ...]:
    """Return segments of one English sentence each; what a prompt describes stays inside its own segment.

    Raises :class:`RequestError` if no word of a Chinese prompt is known.
    """
    out: list[Segment] = []
    for segment in segments:
        if not isinstance(segment, TextSegment):
            out.append(segment)
            continue
        lines = split_prompt(segment.prompt)
        seconds = segment.duration_frames / fps
        lines = lines[: max(1, int(seconds / MIN_PART_SECONDS + 1e-6))]
        shares = share_seconds([line[1] for line in lines], [line[2] for line in lines], seconds)
        ends = [0, *(round(second * fps) for second in accumulate(shares))]
        ends[-1] = segment.duration_frames
        for k, ((sentence, _, _), (start, end)) in enumerate(zip(lines, pairwise(ends), strict=True)):
            seed = None if segment.seed is None else segment.seed + k
            out.append(replace(segment, prompt=sentence, duration_frames=end - start, seed=seed))
    return tuple(out)
