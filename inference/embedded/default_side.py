# SPDX-License-Identifier: GPL-3.0-or-later
"""Add the right hand, or a circle or turn to the left, to a prompt that names no side.

The training data has every action on both sides. For "a hand" a network that predicts the clean motion would answer
with the average of both: two hands at the ear, a circle that is a straight line, a turn by zero degrees. A prompt
that names a side stays as it is.
"""

from __future__ import annotations

_SIDE_WORDS = frozenset(
    "left right clockwise counterclockwise anticlockwise both hands arms palms fists legs knees".split()
)
_POSSESSIVES = frozenset("his her their your its my the".split())
_SINGLE_WORDS = frozenset("one a an".split())
_LIMB_WORDS = frozenset("hand arm fist".split())
_PUNCH_WORDS = frozenset("punch punches punching jab jabs jabbing".split())
_SEVERAL_PUNCHES_WORDS = frozenset(
    "several flurry combination combo series repeatedly many some times twice two three four of boxes boxing "
    "shadow fights sparring".split()
)
_EAR_WORDS = frozenset("phone telephone phones ear".split())
_SCRATCH_WORDS = frozenset("scratch scratches scratching".split())
_MOUTH_WORDS = frozenset("cough coughs coughing sneeze sneezes sneezing yawn yawns yawning mouth".split())
_BECKON_WORDS = frozenset("beckon beckons beckoning summon summons summoning".split())
_GESTURE_WORDS = frozenset(
    "gesture gestures gesturing signal signals signaling motion motions motioning call calls calling invite invites "
    "wave waves waving ask asks".split()
)
_WALK_WORDS = frozenset(
    "walk walks walking stroll strolls strolling run runs running jog jogs jogging".split()
)
_SALUTE_WORDS = frozenset("salute salutes saluting".split())
_CIRCLE_WORDS = frozenset("circle circles".split())
_LUNGE_WORDS = frozenset("lunge lunges lunging".split())
_SPIN_WORDS = frozenset("spin spins spinning twirl twirls twirling whirl whirls whirling".split())
_TURN_WORDS = frozenset(
    "turn turns turning rotate rotates rotating pivot pivots pivoting swivel swivels swiveling".split()
)
_LARGE_TURN_WORDS = frozenset("around round back degrees full 180 360 way".split())
_WAVE_WORDS = frozenset("wave waves waving".split())
_COUNT_WORDS = frozenset("once twice times".split())
_GREETING_WORDS = frozenset("hello goodbye hi bye".split())


def add_default_side(words: list[str]) -> list[str]:
    """Return the words with a side, worded as in the training sentences, if one limb acts and no side is named."""
    word_set = set(words)
    if word_set & _SIDE_WORDS:
        return words
    for i in range(len(words) - 1):
        if words[i + 1] in _LIMB_WORDS and words[i] in _SINGLE_WORDS | _POSSESSIVES:
            owner = [words[i]] if words[i] in _POSSESSIVES else ["the"]
            return [*words[:i], *owner, "right", *words[i + 1 :]]
    if word_set & _WAVE_WORDS and word_set & _COUNT_WORDS:
        index = next(i for i, word in enumerate(words) if word in _WAVE_WORDS) + 1
        return [
            *words[:index],
            "the",
            "right",
            "hand",
            *(w for w in words[index:] if w not in _GREETING_WORDS),
        ]
    if _is_beckoning(word_set) and not word_set & _WALK_WORDS:
        return ["a", "person", "beckons", "with", "the", "right", "hand"]
    if (word_set & _PUNCH_WORDS and not word_set & _SEVERAL_PUNCHES_WORDS) or word_set & (
        _EAR_WORDS | _BECKON_WORDS | _SALUTE_WORDS | _SCRATCH_WORDS
    ):
        return [*words, "with", "the", "right", "hand"]
    if word_set & (_CIRCLE_WORDS | _SPIN_WORDS) or (word_set & _TURN_WORDS and word_set & _LARGE_TURN_WORDS):
        return [*words, "to", "the", "left"]
    if word_set & _MOUTH_WORDS:
        return [*words, "into", "the", "right", "hand"]
    if word_set & _LUNGE_WORDS:
        return [*words, "with", "the", "right", "leg"]
    return words


def _is_beckoning(word_set: set[str]) -> bool:
    """Return whether the words describe beckoning somebody."""
    return bool(
        word_set & _GESTURE_WORDS
        and ("come" in word_set or {"someone", "over"} <= word_set or "closer" in word_set)
    )
