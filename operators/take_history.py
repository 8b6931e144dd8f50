# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frames of a take were made after the rest of it, and from what: stored in its Action, shown in the list.

Cheap enough for drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

HISTORY = "history"
"""Name in the record of an Action."""

_MOST = 50
"""Steps that are remembered; the oldest ones are forgotten."""


class NewerFrames(NamedTuple):
    """Frames that were made for a take that existed."""

    first: int
    last: int
    """Counted from the take's first frame, as it was then."""

    prompt: str
    seed: int
    is_part_of_body: bool = False
    """Whether only selected bones got new keys."""


def add_to_history(record: Mapping[str, Any], newer: Sequence[NewerFrames]) -> str:
    """Return the history of a take, as its record stores it, with newer frames."""
    import json

    known = [*read_history(record), *newer]
    return json.dumps([frames._asdict() for frames in known[-_MOST:]])


def read_history(record: Mapping[str, Any]) -> tuple[NewerFrames, ...]:
    """Return the newer frames of a take, the oldest first; what a damaged record has in their place is ignored."""
    import json

    try:
        rows = json.loads(record.get(HISTORY, "[]"))
        return tuple(
            NewerFrames(
                int(row["first"]),
                int(row["last"]),
                str(row["prompt"]),
                int(row["seed"]),
                bool(row["is_part_of_body"]),
            )
            for row in rows[:_MOST]
        )
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        return ()
