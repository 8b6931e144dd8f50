# SPDX-License-Identifier: GPL-3.0-or-later
"""The manners of ``wordings.json``: which words mean which layer over the gait, its pace and its strength."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE_PATH = Path(__file__).resolve().with_name("wordings.json")


@dataclass(frozen=True)
class MannerLine:
    """A fact that means a layer, its name, the pace of the gait below it and its strength."""

    fact: str
    name: str
    pace: str
    strength: float


@cache
def read_manners() -> tuple[MannerLine, ...]:
    """Read the manners that are layers, from the table beside this file."""
    rows = json.loads(_TABLE_PATH.read_text(encoding="utf-8"))["manners"]
    out = []
    for fact, entry in rows.items():
        words, _, strength = entry.partition("*")
        name, _, pace = words.strip().partition(" ")
        out.append(MannerLine(fact, name, pace, float(strength or 1.0)))
    return tuple(out)
