# SPDX-License-Identifier: GPL-3.0-or-later
"""Side, count and way of a motion of the whole body that is placed for a part."""

from __future__ import annotations

import re

from ..breakdown import Part
from ..layers.body.registry import BODY_MOTIONS
from ..layers.placed_gestures import PlacedGesture
from .floor_parts import FROM_STANDING, PLACED, STAYING, TO_STANDING

POSTURES_OF_PARTS = frozenset(m.replace(" ", "_") for m in (FROM_STANDING, TO_STANDING, STAYING, PLACED))
"""Facts that say how a motion on the floor begins and ends."""

_TO_THE_SIDE = frozenset(("kick_sideways", "pose_leg_aside"))
"""Motions of the whole body whose leg goes to its own side."""
_MOST_REPEATS = 20
_PLURAL = re.compile(
    r"\b(?:do|does|doing|perform|performs|performing|practi[cs]\w+|throws?|throwing|execut\w+|alternat\w+|deliver\w*)\b"
    r"(?: [\w-]+){0,3}? [\w-]*(?:kicks|jumps|lunges|strikes|squats|uppercuts|hooks|punches|cartwheels|shots)\b"
    r"|^(?:high|low|front|side|back|roundhouse|axe|spinning|flying|donkey|jump|squat|tuck|box|frog|air)[\s-]"
    r"(?:kicks|jumps|squats)\b"
)
_GOING_ON = re.compile(
    r"^(?:(?:keeps?|is|are|starts?|begins?) )*(?:kick|jump|lung|flipp|punch|shoot|cartwheel)\w*ing\b"
)
_SINGLE = re.compile(
    r"\b(?:a|an|another|one|single) (?:[\w-]+ )?(?:sit-?up|push-?up|press-?up|crunch|burpee|frog jump|leg raise)\b"
)
_STEP_ASIDE = re.compile(r"\b(?:a|one)(?: [\w-]+)? (?:side ?-?step|step)\b")
_FROM = re.compile(r"\bfrom (?:the |his |her |their )?(left|right|front|behind|back|side)\b")
_PUSHED_FROM = {"left": "right", "right": "left", "front": "backward", "behind": "forward", "back": "forward",
                "side": "right"}  # fmt: skip
_PLAIN_STEPS = ("take_steps", "take_quick_steps", "step_aside", "step_wide_aside", "step_little_aside")
_MOST_STEPS = 8
_CARELESS = frozenset(
    ("sudden", "large steps", "small steps", "quick", "hurried", "in place", FROM_STANDING, STAYING)
)
"""Manners that one step of usual size and pace shows."""
WAYS = ("forward", "backward", "left", "right")


def place_body_motion(part: Part, name: str, facts: frozenset[str], leg_side: str | None) -> PlacedGesture:
    """Return the motion of a part, with its side, count and way.

    Parameters
    ----------
    part
        Of the breakdown.
    name
        Of the motion, as its line of ``wordings.json`` gives it.
    facts
        Of the part.
    leg_side
        Side of the leg that the words name.
    """
    way = part.direction if part.direction in WAYS else None
    pushed = _FROM.search(part.text.lower()) if name == "stagger" else None
    if pushed is not None:
        way = _PUSHED_FROM[pushed.group(1)]
    if name == "box" and part.way is not None and "-" in part.way:
        way = part.way  # a series of punches
    if way is None and "sideways" in facts:
        way = "left" if part.side == "left" else "right"
    side = part.side if part.side in ("left", "right") else leg_side
    if side is None and name in _TO_THE_SIDE and way in ("left", "right"):
        side = way
    stands = name.startswith("pose_") and re.search(
        r"\bon (?:the |his |her |their )?(?:left|right) (?:leg|foot)", part.text
    )
    if (part.action == "balance" or stands) and side is not None:
        side = "left" if side == "right" else "right"  # of a balance, the side is that of the leg that stands
    count = part.count
    if count is not None and count > _MOST_REPEATS:
        count = None
    if count is None and (
        _is_single(part) or (BODY_MOTIONS[name].once is not None and not _is_repeated(part))
    ):
        count = 1
    return PlacedGesture(
        name, side or "right", count, way, None, FROM_STANDING in part.manner, TO_STANDING in part.manner
    )


def shows_part(name: str, part: Part, has_manner: bool) -> bool:
    """Return whether a motion shows all of a part: few steps are placed, many and those in a mood are walked."""
    if name not in _PLAIN_STEPS:
        return True
    is_careful = part.count is None and (part.pace == "slow" or not _CARELESS.issuperset(part.manner))
    return not has_manner and not is_careful and (part.count or 1) <= _MOST_STEPS


def _is_single(part: Part) -> bool:
    """Return whether the words name one exercise, as in "performs a sit-up", or one step to a side."""
    words = part.text.lower()
    if part.action in ("sidestep", "step") and _STEP_ASIDE.search(words) is not None:
        return True
    return _SINGLE.search(words) is not None


def _is_repeated(part: Part) -> bool:
    """Return whether an action without a number is done more than once, as in "does side kicks"."""
    words = part.text.lower()
    return "repeatedly" in part.manner or any(p.search(words) is not None for p in (_PLURAL, _GOING_ON))
