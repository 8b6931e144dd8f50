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

from .default_side import handed

_FILE = Path(__file__).resolve().with_name("english.json")
_ARTICLES = frozenset("a an the his her their my your our its this that these those some".split())
_PREPOSITIONS = frozenset(
    "at to down along across on in by for from of off into onto before behind after with over around through under "
    "near toward towards like as against beside upon past".split()
)
_JOINS = frozenset("and then while but or".split())
# Words before the verb that describe the motion.
_KEPT = frozenset(
    "slowly quickly is are starts start begins begin not without never suddenly happily sadly proudly "
    "repeatedly".split()
)
# These move behind the verb: a left turn is turning left.
_WAYS = frozenset("left right forward backward backwards".split())
# An adjective right before a walk, a run or a kick becomes an adverb.
_MANNERS = {
    "brisk": "briskly", "fast": "fast", "rapid": "quickly", "quick": "quickly", "slow": "slowly", "leisurely": "slowly",
    "sad": "sadly", "proud": "proudly", "drunken": "drunkenly", "confident": "confidently", "stealthy": "stealthily",
}  # fmt: skip
# A subject that determines how it walks, if it does nothing else.
_BEARINGS = {
    "zombie": "like a zombie", "mummy": "like a zombie", "undead": "like a zombie",
    "old": "like an old man", "elderly": "like an old man", "hunchback": "like an old man",
    "grandfather": "like an old man", "grandpa": "like an old man",
    "grandmother": "like an old man", "grandma": "like an old man",
    "drunk": "drunkenly", "drunken": "drunkenly", "drunkard": "drunkenly", "tipsy": "drunkenly",
    "sad": "sadly", "depressed": "sadly", "heartbroken": "sadly", "gloomy": "sadly",
    "proud": "proudly", "confident": "proudly", "arrogant": "proudly",
}  # fmt: skip
_GOES = frozenset(
    "walk walks walking shamble shambles shambling shuffle shuffles shuffling lurch lurches lurching stroll strolls "
    "strolling come comes coming".split()
)
_AHEAD = frozenset("forward forwards ahead along around by past".split())
# Negations: a network that reads of waving makes a wave.
_DENIED = frozenset("not without never".split())
_AUXILIARY = frozenset("does do did is are".split())
# Verbs without a motion of their own; the subject determines it.
_VAGUE = frozenset("moves moving move performs performing goes going".split())
_FEET = frozenset("foot feet leg legs knee shin heel".split())
_LOOKS = frozenset(
    "heavy big small large little tall high low long short old new wide narrow soft hard thick thin red".split()
)
_LOOSE = frozenset("he she they it i you we".split())
_ASIDE = frozenset("where who which that because so when until if since although though".split())
GRAMMAR = _ARTICLES | _PREPOSITIONS | _JOINS | _LOOSE | _ASIDE
"""Words without a content of their own."""

_SOMEBODY = _ARTICLES | _LOOSE | frozenset("someone somebody person man woman people".split())
_VERBAL = ("s", "ing", "ed")

Near = Callable[[str], str | None]
"""Returns the training word that equals a word or means about the same; None if there is none."""


@dataclass(frozen=True)
class Table:
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
    longest: int


@cache
def table() -> Table:
    """Read the table beside this file."""
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    idioms = {tuple(k.split()): tuple(v.split()) for k, v in data["idioms"].items()}
    return Table(data["verbs"], idioms, max(map(len, idioms)))


def _pieces(words: list[str]) -> Iterator[tuple[list[str], tuple[str, ...] | None]]:
    """Yield idioms with their replacements, the longest at each position, and all other words one by one with None."""
    book, at = table(), 0
    while at < len(words):
        for n in range(min(book.longest, len(words) - at), 0, -1):
            meant = book.idioms.get(tuple(words[at : at + n]))
            if meant is not None or n == 1:
                yield words[at : at + n], meant
                at += n
                break


def _idioms(words: list[str]) -> list[str]:
    """Return the words with idioms replaced."""
    out: list[str] = []
    verb = "kick" if _FEET & set(words) else "punch"
    for piece, meant in _pieces(words):
        for word in piece if meant is None else meant:
            kick, _, punch = word.removeprefix("limb:").partition(":")
            out.append((kick if verb == "kick" else punch) if word.startswith("limb:") else word)
    return out


def in_idioms(words: list[str]) -> list[bool]:
    """Return for each word whether it is part of an idiom, and so is known whatever it means by itself."""
    return [meant is not None for piece, meant in _pieces(words) for _ in piece]


def _is_verb(words: list[str], i: int, near: Near) -> bool:
    """Return whether a word is a verb of the training sentences, or similar to one in the position of a verb."""
    word, verbs = words[i], table().verbs
    if i and words[i - 1] in _ARTICLES:
        return False
    meant = near(word)
    return word in verbs if meant == word else meant in verbs and word.endswith(_VERBAL)


def _undenied(words: list[str], near: Near) -> list[str]:
    """Remove what is negated ("without waving"), as long as a verb stands before it."""
    out: list[str] = []
    skipping = False
    for i, word in enumerate(words):
        skipping = skipping and word not in _JOINS
        if word in _DENIED and any(_is_verb(words, k, near) for k in range(i)):
            skipping = True
            while out and out[-1] in _AUXILIARY | _JOINS | _LOOSE:
                out.pop()
        if not skipping:
            out.append(word)
    return out


def _bearing(head: list[str], done: list[str]) -> list[str] | None:
    """Return "walks like an old man" for an old man who walks.

    None if the subject has no manner of its own, or does more than walk.
    """
    how = next((_BEARINGS[word] for word in head if word in _BEARINGS), None)
    verb, *rest = done[1:] if done[0] in _AUXILIARY and len(done) > 1 else done
    if how is None or verb not in _GOES or set(rest) & (_JOINS | set(_BEARINGS)):
        return None
    rest = rest[1:] if rest and rest[0] in _AHEAD else rest
    walks = ["is", "walking"] if verb.endswith("ing") else ["walks"]
    return ["a", "person", *walks, *how.split(), *rest]


def _subject(words: list[str], near: Near) -> list[str]:
    """Replace the subject, all words before the first verb, by "a person"; keep commands, drop side clauses."""
    first = next((i for i in range(len(words)) if _is_verb(words, i, near)), None)
    if first is None:
        return words
    end = next((i for i in range(first + 1, len(words)) if words[i] in _ASIDE), len(words))
    head = words[:first]
    bearing = _bearing(head, words[first:end])
    if bearing is not None:
        return bearing
    if (
        not first
        or head[-1] == "to"
        or set(head) <= _KEPT
        or (words[first] in _VAGUE and any(map(near, head)))
    ):
        return words[:end]
    if all(near(w) == w for w in head) and not _SOMEBODY & set(head):
        return words[:end]  # training sentences have "left kick" too
    kept, ways = [w for w in head if w in _KEPT], [w for w in head if w in _WAYS]
    form = table().verbs.get(words[first], words[first])
    verb = words[first] if form.endswith("ing") or near(form) != form else form
    manner = [_MANNERS[head[-1]]] if head[-1] in _MANNERS else []
    return ["a", "person", *kept, verb, *ways, *words[first + 1 : end], *manner]


def _without_foreign(words: list[str], near: Near) -> list[str]:
    """Remove words without a known meaning; with a noun also its article and preposition.

    A noun after a preposition must be a training word itself: "in a square" is not walking in a circle.
    """
    out: list[str] = []
    for i, word in enumerate(words):
        if word in _ARTICLES or word in _PREPOSITIONS or word in _JOINS or word in _LOOSE:
            out.append(word)
            continue
        after = words[i + 1] if i + 1 < len(words) else ""
        last = not after or after in _PREPOSITIONS | _JOINS | _ARTICLES | _LOOSE
        before = next((w for w in reversed(out) if w not in _ARTICLES), "")
        thing = last and before in _PREPOSITIONS and not word.endswith("ly")
        if near(word) == word or (near(word) and not thing):
            out.append(word)
            continue
        if i and set(out) <= _ARTICLES:  # the subject
            out = ["a", "person"]
            continue
        if not last:
            continue  # an adjective: the noun decides
        if word.endswith("ly"):
            continue
        while out and out[-1] in _ARTICLES | _LOOKS:  # "on the heavy (bag)"
            out.pop()
        if out and out[-1] in _PREPOSITIONS:
            out.pop()
    while out and (out[-1] in _ARTICLES or out[-1] in _JOINS):
        out.pop()
    return out


def plain(words: list[str], near: Near) -> list[str]:
    """Return the words of a prompt worded as the training sentences; unchanged if nothing would be left."""
    said = _without_foreign(_subject(_undenied(_idioms(words), near), near), near)
    return handed(said if any(near(w) and w not in ("a", "person") for w in said) else words)
