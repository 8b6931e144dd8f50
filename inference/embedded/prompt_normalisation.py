# SPDX-License-Identifier: GPL-3.0-or-later
"""Word a prompt as the training sentences are.

The subject becomes "a person", idioms become plain verbs, and what the network cannot know (tracks, opponents, how
strong a kick is) is removed. A network that learned from a few thousand short sentences would change the motion for
every further word. The table is made by ``training/text/plain_words.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .default_side import add_default_side

_TABLE_PATH = Path(__file__).resolve().with_name("english.json")
_ARTICLES = frozenset("a an the his her their my your our its this that these those some".split())
_PREPOSITIONS = frozenset(
    "at to down along across on in by for from of off into onto before behind after with over around through under "
    "near toward towards like as against beside upon past".split()
)
_CONJUNCTIONS = frozenset("and then while but or".split())
# Words before the verb that describe the motion.
_KEPT_BEFORE_VERB = frozenset(
    "slowly quickly is are starts start begins begin not without never suddenly happily sadly proudly "
    "repeatedly".split()
)
# These move behind the verb: a left turn is turning left.
_DIRECTIONS = frozenset("left right forward backward backwards".split())
# An adjective right before a walk, a run or a kick becomes an adverb.
_ADVERBS = {
    "brisk": "briskly", "fast": "fast", "rapid": "quickly", "quick": "quickly", "slow": "slowly", "leisurely": "slowly",
    "sad": "sadly", "proud": "proudly", "drunken": "drunkenly", "confident": "confidently", "stealthy": "stealthily",
}  # fmt: skip
# A subject that determines how it walks, if it does nothing else.
_SUBJECT_MANNERS = {
    "zombie": "like a zombie", "mummy": "like a zombie", "undead": "like a zombie",
    "old": "like an old man", "elderly": "like an old man", "hunchback": "like an old man",
    "grandfather": "like an old man", "grandpa": "like an old man",
    "grandmother": "like an old man", "grandma": "like an old man",
    "drunk": "drunkenly", "drunken": "drunkenly", "drunkard": "drunkenly", "tipsy": "drunkenly",
    "sad": "sadly", "depressed": "sadly", "heartbroken": "sadly", "gloomy": "sadly",
    "proud": "proudly", "confident": "proudly", "arrogant": "proudly",
}  # fmt: skip
_WALK_VERBS = frozenset(
    "walk walks walking shamble shambles shambling shuffle shuffles shuffling lurch lurches lurching stroll strolls "
    "strolling come comes coming".split()
)
_AHEAD_WORDS = frozenset("forward forwards ahead along around by past".split())
# Negations: a network that reads of waving makes a wave.
_NEGATIONS = frozenset("not without never".split())
_AUXILIARIES = frozenset("does do did is are".split())
# Verbs without a motion of their own; the subject determines it.
_VAGUE_VERBS = frozenset("moves moving move performs performing goes going".split())
_LEG_WORDS = frozenset("foot feet leg legs knee shin heel".split())
_ADJECTIVES = frozenset(
    "heavy big small large little tall high low long short old new wide narrow soft hard thick thin red".split()
)
_PRONOUNS = frozenset("he she they it i you we".split())
_CLAUSE_STARTS = frozenset("where who which that because so when until if since although though".split())
GRAMMAR_WORDS = _ARTICLES | _PREPOSITIONS | _CONJUNCTIONS | _PRONOUNS | _CLAUSE_STARTS
"""Words without a content of their own."""

_PERSON_WORDS = _ARTICLES | _PRONOUNS | frozenset("someone somebody person man woman people".split())
_VERB_ENDINGS = ("s", "ing", "ed")

NearestWord = Callable[[str], str | None]
"""Returns the training word that equals a word or means about the same; None if there is none."""


@dataclass(frozen=True)
class NormalisationTable:
    """The table of verbs and idioms.

    Attributes
    ----------
    verbs
        Each form of a verb to the form that follows "a person".
    idioms
        Words of an idiom to the words that replace it.
    max_words
        Words of the longest idiom.
    """

    verbs: dict[str, str]
    idioms: dict[tuple[str, ...], tuple[str, ...]]
    max_words: int


@cache
def read_table() -> NormalisationTable:
    """Read the table beside this file."""
    data = json.loads(_TABLE_PATH.read_text(encoding="utf-8"))
    idioms = {tuple(k.split()): tuple(v.split()) for k, v in data["idioms"].items()}
    return NormalisationTable(data["verbs"], idioms, max(map(len, idioms)))


def _split_idioms(words: list[str]) -> Iterator[tuple[list[str], tuple[str, ...] | None]]:
    """Yield idioms with their replacements, the longest at each position, and all other words one by one with None."""
    table, position = read_table(), 0
    while position < len(words):
        for n in range(min(table.max_words, len(words) - position), 0, -1):
            replacement = table.idioms.get(tuple(words[position : position + n]))
            if replacement is not None or n == 1:
                yield words[position : position + n], replacement
                position += n
                break


def _replace_idioms(words: list[str]) -> list[str]:
    """Return the words with idioms replaced."""
    out: list[str] = []
    verb = "kick" if _LEG_WORDS & set(words) else "punch"
    for piece, replacement in _split_idioms(words):
        for word in piece if replacement is None else replacement:
            kick, _, punch = word.removeprefix("limb:").partition(":")
            out.append((kick if verb == "kick" else punch) if word.startswith("limb:") else word)
    return out


def mark_idioms(words: list[str]) -> list[bool]:
    """Return for each word whether it is part of an idiom, and so is known whatever it means by itself."""
    return [replacement is not None for piece, replacement in _split_idioms(words) for _ in piece]


def _is_verb(words: list[str], i: int, nearest: NearestWord) -> bool:
    """Return whether a word is a verb of the training sentences, or similar to one in the position of a verb."""
    word, verbs = words[i], read_table().verbs
    if i and words[i - 1] in _ARTICLES:
        return False
    training_word = nearest(word)
    return word in verbs if training_word == word else training_word in verbs and word.endswith(_VERB_ENDINGS)


def _remove_negated(words: list[str], nearest: NearestWord) -> list[str]:
    """Remove what is negated ("without waving"), as long as a verb stands before it."""
    out: list[str] = []
    skipping = False
    for i, word in enumerate(words):
        skipping = skipping and word not in _CONJUNCTIONS
        if word in _NEGATIONS and any(_is_verb(words, k, nearest) for k in range(i)):
            skipping = True
            while out and out[-1] in _AUXILIARIES | _CONJUNCTIONS | _PRONOUNS:
                out.pop()
        if not skipping:
            out.append(word)
    return out


def _describe_walk(head: list[str], predicate: list[str]) -> list[str] | None:
    """Return "walks like an old man" for an old man who walks.

    None if the subject has no manner of its own, or does more than walk.
    """
    manner = next((_SUBJECT_MANNERS[word] for word in head if word in _SUBJECT_MANNERS), None)
    verb, *rest = predicate[1:] if predicate[0] in _AUXILIARIES and len(predicate) > 1 else predicate
    if manner is None or verb not in _WALK_VERBS or set(rest) & (_CONJUNCTIONS | set(_SUBJECT_MANNERS)):
        return None
    rest = rest[1:] if rest and rest[0] in _AHEAD_WORDS else rest
    walks = ["is", "walking"] if verb.endswith("ing") else ["walks"]
    return ["a", "person", *walks, *manner.split(), *rest]


def _normalise_subject(words: list[str], nearest: NearestWord) -> list[str]:
    """Replace the subject, all words before the first verb, by "a person"; keep commands, drop side clauses."""
    first = next((i for i in range(len(words)) if _is_verb(words, i, nearest)), None)
    if first is None:
        return words
    end = next((i for i in range(first + 1, len(words)) if words[i] in _CLAUSE_STARTS), len(words))
    head = words[:first]
    described_walk = _describe_walk(head, words[first:end])
    if described_walk is not None:
        return described_walk
    if (
        not first
        or head[-1] == "to"
        or set(head) <= _KEPT_BEFORE_VERB
        or (words[first] in _VAGUE_VERBS and any(map(nearest, head)))
    ):
        return words[:end]
    if all(nearest(w) == w for w in head) and not _PERSON_WORDS & set(head):
        return words[:end]  # training sentences have "left kick" too
    kept, directions = [w for w in head if w in _KEPT_BEFORE_VERB], [w for w in head if w in _DIRECTIONS]
    form = read_table().verbs.get(words[first], words[first])
    verb = words[first] if form.endswith("ing") or nearest(form) != form else form
    manner = [_ADVERBS[head[-1]]] if head[-1] in _ADVERBS else []
    return ["a", "person", *kept, verb, *directions, *words[first + 1 : end], *manner]


def _remove_unknown(words: list[str], nearest: NearestWord) -> list[str]:
    """Remove words without a known meaning; with a noun also its article and preposition.

    A noun after a preposition must be a training word itself: "in a square" is not walking in a circle.
    """
    out: list[str] = []
    for i, word in enumerate(words):
        if word in _ARTICLES or word in _PREPOSITIONS or word in _CONJUNCTIONS or word in _PRONOUNS:
            out.append(word)
            continue
        next_word = words[i + 1] if i + 1 < len(words) else ""
        is_phrase_end = not next_word or next_word in _PREPOSITIONS | _CONJUNCTIONS | _ARTICLES | _PRONOUNS
        previous_word = next((w for w in reversed(out) if w not in _ARTICLES), "")
        is_object = is_phrase_end and previous_word in _PREPOSITIONS and not word.endswith("ly")
        if nearest(word) == word or (nearest(word) and not is_object):
            out.append(word)
            continue
        if i and set(out) <= _ARTICLES:  # the subject
            out = ["a", "person"]
            continue
        if not is_phrase_end:
            continue  # an adjective: the noun decides
        if word.endswith("ly"):
            continue
        while out and out[-1] in _ARTICLES | _ADJECTIVES:  # "on the heavy (bag)"
            out.pop()
        if out and out[-1] in _PREPOSITIONS:
            out.pop()
    while out and (out[-1] in _ARTICLES or out[-1] in _CONJUNCTIONS):
        out.pop()
    return out


def normalise_words(words: list[str], nearest: NearestWord) -> list[str]:
    """Return the words of a prompt worded as the training sentences; unchanged if nothing would be left."""
    normalised = _remove_unknown(
        _normalise_subject(_remove_negated(_replace_idioms(words), nearest), nearest), nearest
    )
    return add_default_side(
        normalised if any(nearest(w) and w not in ("a", "person") for w in normalised) else words
    )
