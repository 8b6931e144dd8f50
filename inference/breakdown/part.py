# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of a script breakdown: one action of one character, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

UNKNOWN_ACTION = "unknown"
"""Action of a part whose words name none."""


@dataclass(frozen=True)
class Accompaniment:
    """What a body part does during a part.

    Attributes
    ----------
    body_part
        ``left_arm``, ``right_arm``, ``arms``, ``one_arm``, ``left_leg``, ..., ``head``, ``torso``, ``hips``, ``face``.
    does
        The words of the text.
    action
        Key of the action that the words name, as ``wave``; empty if none.
    """

    body_part: str
    does: str
    action: str = ""


@dataclass(frozen=True)
class Part:
    """One action in the order of events.

    Attributes
    ----------
    action
        Key of ``actions.json``, or ``unknown``.
    side
        The limb that acts: ``left``, ``right`` or ``both``; None if it is not said. For ``balance`` the standing leg.
    count
        How many times, or how many steps; None if no number is given.
    text
        The words that the part stands for.
    start, end
        First and last + 1 character of these words.
    direction
        ``forward``, ``backward``, ``left``, ``right``, ``up``, ``down`` or None.
    way
        ``circle``, ``figure_eight``, ``square``, ``there_and_back``, ``towards``, ``away``, ``zigzag`` or None.
    turn_degrees
        Angle of a turn or a circle; left is positive.
    pace
        ``slow``, ``normal``, ``fast`` or None.
    manner
        Mood and style.
    meanwhile
        What arms, hands, head and legs do.
    object
        What is held or used; None if nothing.
    seconds
        What the part needs.
    timed
        Whether the text gives these seconds.
    unknown
        Words of the part that were not understood.
    repeats
        The words of the part that it repeats, where its own leave them out: "then with the left leg".
    is_near
        Whether the action is only the nearest to what is meant.
    """

    action: str
    side: str | None
    count: int | None
    text: str
    start: int
    end: int
    direction: str | None = None
    way: str | None = None
    turn_degrees: int | None = None
    pace: str | None = None
    manner: tuple[str, ...] = ()
    meanwhile: tuple[Accompaniment, ...] = ()
    object: str | None = None
    seconds: float = 2.0
    timed: bool = False
    unknown: tuple[str, ...] = ()
    repeats: str = ""
    is_near: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the part as a dictionary of JSON values."""
        return asdict(self)
