# SPDX-License-Identifier: GPL-3.0-or-later
"""How strong a manner or a posture is by the words around it."""

from __future__ import annotations

import re

_SLIGHTLY = re.compile(r"\b(?:slight|slightly|a little|a bit|somewhat|subtle|subtly|mildly|faint|faintly)\b")
_VERY = re.compile(
    r"\b(?:very|extremely|heavily|badly|really|severely|completely|totally|terribly|exaggerated|deeply|strongly)\b"
)
_SLIGHT, _STRONG = 0.6, 1.3


def find_strength(text: str) -> float:
    """Return how strong a manner is by the words around it, as in "slightly" and "very"; 1 without any."""
    words = text.lower()
    return _SLIGHT if _SLIGHTLY.search(words) else _STRONG if _VERY.search(words) else 1.0
