# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the Chinese word at a place of a text, also one that is split, doubled or followed by a complement.

A verb and its object are one entry of the lexicon ("敬礼", salute), but are split in use: "敬个礼", "敬了一个礼",
"鞠了三个躬". A verb is doubled for a short action ("拍拍手", "揉了揉鼻子"), and followed by a word that says how it
ends or where it goes ("跑过去", "踢出去", "穿好").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
_NUMBER = "[一二两三四五六七八九十几数]|十[一二三四五六七八九]|[0-9]{1,3}"
_CLASSIFIER = "[个下次口声遍把记场支首段套些阵番]"
_SPLIT = re.compile(
    f"(?P<verb>{_HAN})(?P<mark>[了过着完出起]?)(?:(?P<count>{_NUMBER})?(?P<unit>{_CLASSIFIER}))?(?:{_HAN}{{1,3}}的)?"
    f"(?P<noun>{_HAN}{{1,3}})"
)
_DOUBLED = re.compile(f"(?P<verb>{_HAN})(?:了一|一|了)?(?P=verb)(?P<noun>{_HAN}{{0,2}})")
_DOUBLED_PAIR = re.compile(f"(?P<verb>{_HAN}{{2}})(?P=verb)")
_COMPLEMENT = re.compile(
    "(?:了)?(起来|起|下来|下去|上去|上来|出去|出来|进去|进来|回去|回来|过去|过来|开来|开去|完毕|完|好|住|掉|成|满)"
)
_WHERE = {"回去": "back", "回来": "back", "下来": "down", "下去": "down", "上去": "up", "上来": "up"}
_GOING_UP_OR_DOWN = frozenset("爬跳走跑攀蹦跃滑")
_PLACES = frozenset("圈步")  # units that are nouns of the lexicon too
_TIMES = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}

Entries = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Entry:
    """A word of a Chinese text.

    Attributes
    ----------
    length
        Characters that it takes.
    kind
        Of the lexicon.
    english
        What is read instead.
    extra
        English words behind it: how many times, or where to.
    """

    length: int
    kind: str
    english: str
    extra: str = ""


def _find_longest(text: str, position: int, entries: Entries, longest: Mapping[str, int]) -> Entry | None:
    for n in range(min(longest.get(text[position], 0), len(text) - position), 0, -1):
        found = entries.get(text[position : position + n])
        if found is not None:
            return Entry(n, *found)
    return None


def _say_count(number: str | None) -> str:
    if number is None or number == "一":
        return ""
    if number in ("几", "数"):
        return "several times"
    if number.isascii():
        return f"{number} times"
    value = _TIMES.get(number) or 10 + _TIMES[number[-1]]
    return f"{value} times"


def _find_split(text: str, position: int, entries: Entries) -> Entry | None:
    """Return a verb and its object with a particle, a number or a unit between them."""
    match = _SPLIT.match(text, position)
    if match is None or not (match["mark"] or match["unit"]):
        return None
    for n in range(len(match["noun"]), 0, -1):
        noun = match["noun"][:n]
        kind, english = entries.get(match["verb"] + noun, ("", ""))
        if kind == "verbs" and english and noun not in _PLACES:
            length = match.start("noun") + len(noun) - position
            return Entry(length, kind, english, _say_count(match["count"]))
    return None


def _find_doubled(text: str, position: int, entries: Entries) -> Entry | None:
    """Return a verb that is said twice, with its object if both are an entry."""
    pair = _DOUBLED_PAIR.match(text, position)
    if pair is not None and entries.get(pair["verb"], ("", ""))[0] == "verbs":
        return Entry(pair.end() - position, *entries[pair["verb"]])
    match = _DOUBLED.match(text, position)
    if match is None:
        return None
    for noun in (match["noun"], match["noun"][:1], ""):
        found = entries.get(match["verb"] + noun)
        if found is not None and found[0] == "verbs" and found[1]:
            return Entry(match.start("noun") + len(noun) - position, *found)
    return None


def find_entry(text: str, position: int, entries: Entries, longest: Mapping[str, int]) -> Entry | None:
    """Return the word at a position; None if the lexicon has none.

    Parameters
    ----------
    text
        In simplified characters.
    position
        Of its first character.
    entries
        The lexicon: kind and English of a word.
    longest
        Characters of the longest word that begins with a character.
    """
    plain = _find_longest(text, position, entries, longest)
    found = [plain, _find_split(text, position, entries), _find_doubled(text, position, entries)]
    best = max((e for e in found if e is not None), key=lambda e: e.length, default=None)
    if best is None or best.kind != "verbs" or not best.english:
        return best
    match = _COMPLEMENT.match(text, position + best.length)
    if match is None:
        return best
    following = _find_longest(text, match.start(1), entries, longest)
    if following is not None and following.length > len(match[1]):
        return best  # "跳下台阶": the word behind the verb is one of its own
    goes = text[position] in _GOING_UP_OR_DOWN or match[1] in ("回去", "回来")
    where = _WHERE.get(match[1], "") if goes else ""
    return Entry(match.end() - position, best.kind, best.english, f"{best.extra} {where}".strip())
