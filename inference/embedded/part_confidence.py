# SPDX-License-Identifier: GPL-3.0-or-later
"""How likely an answer shows all of a text: by how well each part is known, and by how much each part asks for.

Judges who looked at answers found short parts right far more often than long ones, however well their words are known:
details get lost. ``part_confidence.json`` holds the coefficients, which ``training/evaluation/calibrate_parts.py`` fits
to their verdicts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path

from ...motion.motion import CONFIDENT

COEFFICIENTS_PATH = Path(__file__).resolve().with_name("part_confidence.json")

_WORD = re.compile(r"[^\W\d_一-鿿]+")
_CHARACTER = re.compile(r"[一-鿿]")
_WORDS_A_CHARACTER = 0.6
_PROBABLE = 0.5


def count_words(text: str) -> float:
    """Return the number of words of a text; a Chinese character counts as a part of one."""
    return len(_WORD.findall(text)) + _WORDS_A_CHARACTER * len(_CHARACTER.findall(text))


@cache
def read_coefficients() -> tuple[float, float, float]:
    """Read the offset, the weight of the confidence, and the weight of the logarithm of the words."""
    row = json.loads(COEFFICIENTS_PATH.read_text(encoding="utf-8"))["coefficients"]
    return float(row["offset"]), float(row["confidence"]), float(row["words"])


def rate_parts(parts: Iterable[tuple[str, float]], coefficients: tuple[float, float, float]) -> float:
    """Return how likely an answer is right in all parts, 0 to 1.

    Parameters
    ----------
    parts : texts, and how well the model knows how to show them, 0 to 1
        Neighbours with the same text are one part, as known as the least known of them.
    coefficients
        As :func:`read_coefficients` returns them.
    """
    offset, of_confidence, of_words = coefficients
    share = 1.0
    for text, rows in groupby(parts, key=lambda part: part[0]):
        known = min(confidence for _, confidence in rows)
        z = offset + of_confidence * known + of_words * math.log(max(count_words(text), 1.0))
        share /= 1.0 + math.exp(-z)
    return share


def rate_text(parts: Iterable[tuple[str, float]]) -> float | None:
    """Return the confidence in the answer to a text; None for none.

    It is below ``CONFIDENT`` only if the model does not know how to show one of the parts.
    """
    rows = list(parts)
    if not rows:
        return None
    share = rate_parts(rows, read_coefficients())
    known = all(confidence >= CONFIDENT for _, confidence in rows)
    return CONFIDENT + (1.0 - CONFIDENT) * share if known else CONFIDENT * share


def find_crowded(parts: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    """Return the text of the part that is likeliest not right, if all of them together probably are not."""
    rows, coefficients = list(parts), read_coefficients()
    if not rows or rate_parts(rows, coefficients) >= _PROBABLE:
        return ()
    return (min(rows, key=lambda part: rate_parts([part], coefficients))[0],)
