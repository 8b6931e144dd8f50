# SPDX-License-Identifier: GPL-3.0-or-later
"""A line of a script: what the network gets for one or more parts of a breakdown."""

from __future__ import annotations

from dataclasses import dataclass

from ..layers.manners import Layer
from .turning import TurnCourse

STANDING = "a person stands still"
SEATED = "a person stays seated"
SITTING = ("a person sits down", SEATED)


@dataclass(frozen=True)
class ScriptLine:
    """What the network gets for one or more parts that follow each other.

    Attributes
    ----------
    prompt
        Words for the network.
    confidence
        Highest confidence that these words deserve, 0 to 1.
    seconds, timed
        What it needs, and whether it gets exactly that: because the text says so, or because a count or an angle does.
    text
        The words of the prompt that it stands for.
    is_own_text
        Whether ``prompt`` is made of them, because the table has none for the action.
    goes_on
        Whether it may last longer, as walking and standing do.
    seconds_at_start
        What it needs in addition as the first line of a motion, where no transition leads to it.
    unknown
        Words of ``text`` that were not understood.
    course
        How the heading has to change; None if it is free.
    layers
        Ways of walking, moods, gestures and postures that are laid over what the network makes.
    is_brief
        Whether the action is over soon and the character stands again after it.
    is_repeated
        Whether it happens again and again for as long as there is time.
    """

    prompt: str
    confidence: float
    seconds: float
    timed: bool
    text: str
    is_own_text: bool = False
    goes_on: bool = True
    seconds_at_start: float = 0.0
    unknown: tuple[str, ...] = ()
    course: TurnCourse | None = None
    layers: tuple[Layer, ...] = ()
    is_brief: bool = False
    is_repeated: bool = False
