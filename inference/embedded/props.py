# SPDX-License-Identifier: GPL-3.0-or-later
"""Things that are held or pushed on the way, as postures of the arms that hold them: an umbrella, a cane, a cart.

The network has learned to walk with a box and with a tray only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..breakdown import Part
from ..breakdown.chinese_words import is_chinese, say_in_words
from ..layers.body_gestures import BODY_GESTURES
from ..layers.manners import Layer, Manner
from ..layers.postures import ARM_POSTURES, Posture

_HOLD = (
    r"\b(?:with|hold\w*|carr\w+|us\w+|under|and|grip\w*|shoulder\w*|aim\w*|"
    r"rock\w*|cradl\w*|lug\w*|haul\w*|bring\w*|balanc\w+)\b[^,.;]*?"
)
_CARRY = r"\b(?:carr\w+|hold\w*|lug\w*|with (?:a|the|his|her|their))\b[^,.;]*?"
_LAID_OVER = frozenset(
    "walk run jog march sneak tiptoe walk_stairs sidestep skip stand hold turn look_around look_at stop crouch "
    "step breathe balance sway".split()
)
"""Actions whose arms are free for a thing."""


@dataclass(frozen=True)
class _Prop:
    pattern: re.Pattern[str]
    postures: tuple[tuple[str, str], ...]  # name and side


def _prop(words: str, *postures: tuple[str, str], verb: str = _HOLD) -> _Prop:
    return _Prop(re.compile(rf"{verb}\b(?:{words})\b"), postures)


_CLUTCH = (
    r"\b(?:hold\w*|clutch\w*|grab\w*|grip\w*|cradl\w*)\b "
    r"(?:on to |onto )?(?:(?:his|her|their|the|its)(?: \w+){0,2} )?"
)
_WHEELED = (
    "carts?|trolley|trolleys|stroller|pram|wheelchair|wheelbarrow|lawnmower|mower|"
    "buggy|barrow|bike|bicycle|pushchair"
)
_TOWED = "suitcase|luggage|trolley|wagon|sledge|sled|cart|trunk"
_PUSHED = re.compile(rf"\b(?:push\w*|wheel\w*)\b[^,.;]*?\b(?:{_WHEELED})\b")
_PULLED = re.compile(rf"\b(?:pull\w*|drag\w*|roll\w*|tow\w*|wheel\w*)\b[^,.;]*?\b(?:{_TOWED})\b")

_PROPS = (
    _Prop(re.compile(r"\bon (?:his |her |their |the )?head\b"), (("stand_tall", "both"),)),
    _Prop(
        re.compile(
            r"\b(?:rifle|gun|weapon|pistol)s?(?: aim\w*)? (?:walk|run|jog|sprint|ready|raised|drawn|up)\b"
        ),
        (("at_the_grip", "right"), ("at_the_barrel", "left")),
    ),
    _Prop(
        re.compile(r"\b(?:against|into|through|in)\b[^,.;]*?\b(?:wind|storm|blizzard|gale|sandstorm|hurricane)\b"),
        (("lean_forward", "both"), ("hand_at_face", "right")),
    ),
    _Prop(_PUSHED, (("pushing", "both"), ("lean_forward", "both"))),
    _Prop(_PULLED, (("arms_back", "right"),)),
    _prop("umbrella|parasol", ("holding_up", "right")),
    _prop("phone|cellphone|mobile|smartphone", ("hand_at_ear", "right"),
          verb=r"(?:\bto (?:his|her|their|the|one) ear\b.*|\b(?:talk\w*|call\w*)\b[^,.;]*?)?(?=.*\bears?\b)" + _HOLD),
    _prop("cane|canes|walking stick|crutch|staff|walking cane|stick", ("on_a_cane", "right")),
    _prop("torch|lantern|flag|sign|flashlight|candle|trophy|banner|placard|balloons?", ("holding_high", "right")),
    _prop("shoulders?", ("on_the_shoulder", "right"),
          verb=r"\b(?:carr\w+|with|hold\w*|haul\w*|lug\w*)\b[^,.;]*?\b(?:over|on)\b[^,.;]*?"),
    _Prop(re.compile(r"\bshouldering\b"), (("on_the_shoulder", "right"), ("lean_forward", "both"))),
    _prop("rifle|gun|pistol|handgun|shotgun|weapon|crossbow", ("at_the_grip", "right"), ("at_the_barrel", "left")),
    _prop("backpack|rucksack|school bag", ("at_the_straps", "both")),
    _prop("buckets|bags|groceries|suitcases", ("at_the_side", "both")),
    _prop("bucket|bag|suitcase|briefcase|toolbox|basket|handbag|luggage|pail|can|lunchbox", ("at_the_side", "right")),
    _prop("ball|newspaper|helmet|folder|surfboard", ("under_the_arm", "right"), verb=_CARRY),
    _prop("baby|infant|cat|puppy|doll|child|bouquet|flowers?", ("cradling", "both")),
    _prop("sword|katana|spear|axe|bat|club|hammer|knife|racket", ("holding", "right")),
    _prop("dog|leash|dogs", ("on_a_leash", "right"), verb=r"\b(?:walk\w*|with|hold\w*)\b[^,.;]*?"),
    _prop("books?|laptop|tablet|plant|vase|pot|cake|pizza|bowl|pillow|blanket|laundry|package|parcel|box|crate|chair|stone|rock",
          ("holding", "both")),
    _prop("knees?|legs?|thigh|ankle", ("on_the_knee", "right"), ("lean_forward", "both"), verb=_CLUTCH),
    _prop("belly|stomach|tummy|ribs|side|waist", ("hands_on_belly", "both"), ("lean_forward", "both"), verb=_CLUTCH),
    _prop("arm|elbow|wrist|shoulder|chest", ("hand_on_chest", "right"), verb=_CLUTCH),
    _prop("back", ("hands_behind", "right"), ("lean_forward", "both"), verb=_CLUTCH),
    _prop("cup|mug|glass|bottle|coffee|beer|drink|ice cream|camera|microphone", ("holding", "right")),
)  # fmt: skip

_SHOWN_BY_GESTURES = re.compile(r"\b(?:sword|blade|katana|knife|lightsaber|shield|box|crate)\b")
_CARRIED_BY_THE_NETWORK = re.compile(r"\b(?:box|crate|tray|package|parcel)\b")


def move_with_thing(part: Part) -> Part:
    """Return a part that pushes or pulls something on wheels as a walk: nobody stands beside a cart to push it."""
    words = say_in_words(part.text) if is_chinese(part.text) else part.text.lower()
    pushes = part.action == "push" and _PUSHED.search(words) is not None
    pulls = part.action == "pull" and _PULLED.search(words) is not None
    if not (pushes or pulls):
        return part
    way = part.direction if part.direction in ("backward", "left", "right") else "forward"
    return replace(part, action="walk", direction=way, seconds=max(4.0, part.seconds))


def find_props(part: Part) -> tuple[Posture, ...]:
    """Return the postures of the things that a part is done with; none if its arms are not free for them."""
    if part.action not in _LAID_OVER:
        return ()
    words = part.text.lower()
    if part.action == "hold" and _SHOWN_BY_GESTURES.search(words) is not None:
        return ()
    if part.action == "walk" and part.way is None and part.direction in (None, "forward", "backward") and (
        _CARRIED_BY_THE_NETWORK.search(words) is not None
    ):  # fmt: skip
        return ()
    found = next((prop for prop in _PROPS if prop.pattern.search(words) is not None), None)
    if found is None:
        return ()
    said = re.search(r"\b(left|right) (?:hand|arm|shoulder)\b", words)
    side = said[1] if said is not None else "right"
    mirrored = {"right": "left", "left": "right"}
    return tuple(
        Posture(name, where if where == "both" or side == "right" else mirrored[where])
        for name, where in found.postures
    )


def lay_props(
    sentence: str, layers: tuple[Layer, ...], props: tuple[Posture, ...]
) -> tuple[str, tuple[Layer, ...]]:
    """Return a sentence that leaves the arms to props, and its layers with them."""
    sides = {p.side for p in props if p.name in ARM_POSTURES}
    arms = {"left", "right", "both"} if "both" in sides else {*sides, "both"}
    sentence = re.sub(r"carries a box|walks? .*carrying something", "walks forward", sentence)
    kept = (
        x
        for x in layers
        if not (isinstance(x, Posture) and x.side in arms) and getattr(x, "name", "") not in BODY_GESTURES
    )
    others = (replace(x, keeps_arms=True) if isinstance(x, Manner) else x for x in kept)
    return sentence, (*others, *props)
