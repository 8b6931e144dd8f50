# SPDX-License-Identifier: GPL-3.0-or-later
"""Fill side, leg, count and angle of a part into a sentence of ``wordings.json``."""

from __future__ import annotations

import re

from ..breakdown import Part

SIDED_ARMS = ("left_arm", "right_arm")
_FIELD = re.compile(r"\{(\w+)\}")
_NUMBERS = dict(enumerate("two three four five six seven eight nine ten".split(), 2))
_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times"}


def find_leg_side(part: Part) -> str | None:
    """Return the side of the leg that the words of a part name, as in "limps on the left leg"."""
    found = re.search(r"\b(left|right) (?:leg|foot|knee|ankle)\b", part.text.lower())
    return None if found is None else found.group(1)


def fill_fields(sentence: str, part: Part) -> str:
    """Return a sentence with the facts of a part in its fields."""
    count = part.count or 1
    direction = part.direction if part.direction in ("left", "right") else "left"
    values = {
        "side": part.side or "right",
        "leg": find_leg_side(part) or "right",
        "with_side": next(
            (m.body_part.split("_")[0] for m in part.meanwhile if m.body_part in SIDED_ARMS), "right"
        ),
        "text": part.text,
        "dir": direction,
        "times": _TIMES.get(count, f"{count} times"),
        "number": _NUMBERS.get(count, str(count)),
        "degrees": str(abs(part.turn_degrees or 90)),
        "clock": "clockwise" if direction == "right" else "counterclockwise",
    }
    return _FIELD.sub(lambda m: values[m.group(1)], sentence)
