# SPDX-License-Identifier: GPL-3.0-or-later
"""Translate everyday Chinese prompts into English words, by a lexicon of the project's own.

Chinese is written without spaces, so the longest entry at each position is taken. Words for place, manner or hand
stand before their verb and are moved behind it. Numbers and Latin words are kept. It is no full translator: a
character that the lexicon lacks is counted, so that the confidence falls.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().with_name("chinese.json")
_SIGN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z0-9']+")
_JOINS = frozenset(("and", "then", "not", "without", "but", ",", ", then"))
_PAUSE = frozenset("，,、；;。.！!？?：: \n")


@dataclass(frozen=True)
class Lexicon:
    """The Chinese-English lexicon.

    Attributes
    ----------
    entries
        Chinese word to (kind, English); the kinds are "people", "verbs", "modifiers" and "others".
    simplified
        Code points of traditional characters to the simplified ones.
    max_length
        Characters of the longest entry.
    """

    entries: dict[str, tuple[str, str]]
    plain: dict[int, str]
    longest: int


@cache
def lexicon() -> Lexicon:
    """Read the lexicon beside this file."""
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    entries = {
        word: (kind, english)
        for kind in ("others", "modifiers", "people", "verbs")
        for word, english in data[kind].items()
    }
    pairs = data["traditional"]
    plain = {ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)}
    return Lexicon(entries, plain, max(map(len, entries)))


def is_chinese(sentence: str) -> bool:
    """Return whether a sentence contains Chinese characters."""
    return bool(_SIGN.search(sentence))


def to_english(sentence: str) -> tuple[str, int]:
    """Return a Chinese sentence in English words, and the number of characters that the lexicon lacks."""
    book = lexicon()
    text = sentence.translate(book.plain)
    said: list[str] = []
    waiting: list[str] = []  # modifiers that belong behind the next verb
    unknown, at, acted = 0, 0, False
    while at < len(text):
        latin = _LATIN.match(text, at)
        found = next(
            (text[at : at + n] for n in range(book.longest, 0, -1) if text[at : at + n] in book.entries), ""
        )
        if found:
            kind, english = book.entries[found]
            if kind == "modifiers":
                waiting.append(english)
            else:
                if kind == "verbs" and acted and said and said[-1] not in _JOINS:
                    said.append("and")  # Chinese needs no word between two verbs
                acted = acted or kind == "verbs"
                if said and said[-1] == "a" and english.startswith("a "):
                    said.pop()
                said += [english] if english else []
                if kind == "verbs":
                    said += waiting
                    waiting = []
            at += len(found)
            continue
        if latin:
            said.append(latin.group())
            at = latin.end()
            continue
        if text[at] in _PAUSE:
            said += [*waiting, ","]
            waiting = []
        elif _SIGN.match(text[at]):
            unknown += 1
        at += 1
    words = re.sub(r"( ,)+", ",", " ".join(word for word in said + waiting if word))
    return re.sub(r",[ ,]+", ", ", words).strip(" ,"), unknown
