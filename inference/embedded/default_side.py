# SPDX-License-Identifier: GPL-3.0-or-later
"""Add the right hand, or a circle or turn to the left, to a prompt that names no side.

The training data has every action on both sides. For "a hand" a network that predicts the clean motion would answer
with the average of both: two hands at the ear, a circle that is a straight line, a turn by zero degrees. A prompt
that names a side stays as it is.
"""

from __future__ import annotations

_NAMED = frozenset(
    "left right clockwise counterclockwise anticlockwise both hands arms palms fists legs knees".split()
)
_OWNERS = frozenset("his her their your its my the".split())
_SINGLE = frozenset("one a an".split())
_LIMBS = frozenset("hand arm fist".split())
_PUNCHES = frozenset("punch punches punching jab jabs jabbing".split())
_SEVERAL = frozenset(
    "several flurry combination combo series repeatedly many some times twice two three four of boxes boxing "
    "shadow fights sparring".split()
)
_TO_EAR = frozenset("phone telephone phones ear".split())
_SCRATCHES = frozenset("scratch scratches scratching".split())
_TO_MOUTH = frozenset("cough coughs coughing sneeze sneezes sneezing yawn yawns yawning mouth".split())
_CALLING = frozenset("beckon beckons beckoning summon summons summoning".split())
_GESTURES = frozenset(
    "gesture gestures gesturing signal signals signaling motion motions motioning call calls calling invite invites "
    "wave waves waving ask asks".split()
)
_ON_THE_WAY = frozenset(
    "walk walks walking stroll strolls strolling run runs running jog jogs jogging".split()
)
_SALUTES = frozenset("salute salutes saluting".split())
_CIRCLES = frozenset("circle circles".split())
_LUNGES = frozenset("lunge lunges lunging".split())
_SPINS = frozenset("spin spins spinning twirl twirls twirling whirl whirls whirling".split())
_TURNS = frozenset(
    "turn turns turning rotate rotates rotating pivot pivots pivoting swivel swivels swiveling".split()
)
_FAR = frozenset("around round back degrees full 180 360 way".split())
_WAVES = frozenset("wave waves waving".split())
_COUNTS = frozenset("once twice times".split())
_GREETINGS = frozenset("hello goodbye hi bye".split())


def handed(words: list[str]) -> list[str]:
    """Return the words with a side, worded as in the training sentences, if one limb acts and no side is named."""
    said = set(words)
    if said & _NAMED:
        return words
    for i in range(len(words) - 1):
        if words[i + 1] in _LIMBS and words[i] in _SINGLE | _OWNERS:
            owner = [words[i]] if words[i] in _OWNERS else ["the"]
            return [*words[:i], *owner, "right", *words[i + 1 :]]
    if said & _WAVES and said & _COUNTS:
        at = next(i for i, word in enumerate(words) if word in _WAVES) + 1
        return [*words[:at], "the", "right", "hand", *(w for w in words[at:] if w not in _GREETINGS)]
    if _calls(said) and not said & _ON_THE_WAY:
        return ["a", "person", "beckons", "with", "the", "right", "hand"]
    if (said & _PUNCHES and not said & _SEVERAL) or said & (_TO_EAR | _CALLING | _SALUTES | _SCRATCHES):
        return [*words, "with", "the", "right", "hand"]
    if said & (_CIRCLES | _SPINS) or (said & _TURNS and said & _FAR):
        return [*words, "to", "the", "left"]
    if said & _TO_MOUTH:
        return [*words, "into", "the", "right", "hand"]
    if said & _LUNGES:
        return [*words, "with", "the", "right", "leg"]
    return words


def _calls(said: set[str]) -> bool:
    """Return whether the words describe beckoning somebody."""
    return bool(said & _GESTURES and ("come" in said or {"someone", "over"} <= said or "closer" in said))
