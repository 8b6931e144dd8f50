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

_LEXICON_PATH = Path(__file__).resolve().with_name("chinese.json")
_CHINESE_CHARACTER = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z0-9']+")
_CONJUNCTIONS = frozenset(("and", "then", "not", "without", "but", ",", ", then"))
_PAUSE_MARKS = frozenset("，,、；;。.！!？?：: \n")


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
    simplified: dict[int, str]
    max_length: int


@cache
def read_lexicon() -> Lexicon:
    """Read the lexicon beside this file."""
    data = json.loads(_LEXICON_PATH.read_text(encoding="utf-8"))
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
    return bool(_CHINESE_CHARACTER.search(sentence))


def translate_to_english(sentence: str) -> tuple[str, int]:
    """Return a Chinese sentence in English words, and the number of characters that the lexicon lacks."""
    lexicon = read_lexicon()
    text = sentence.translate(lexicon.simplified)
    translation: list[str] = []
    pending_modifiers: list[str] = []  # modifiers that belong behind the next verb
    unknown, position, has_verb = 0, 0, False
    while position < len(text):
        latin = _LATIN_WORD.match(text, position)
        entry = next(
            (
                text[position : position + n]
                for n in range(lexicon.max_length, 0, -1)
                if text[position : position + n] in lexicon.entries
            ),
            "",
        )
        if entry:
            kind, english = lexicon.entries[entry]
            if kind == "modifiers":
                pending_modifiers.append(english)
            else:
                if kind == "verbs" and has_verb and translation and translation[-1] not in _CONJUNCTIONS:
                    translation.append("and")  # Chinese needs no word between two verbs
                has_verb = has_verb or kind == "verbs"
                if translation and translation[-1] == "a" and english.startswith("a "):
                    translation.pop()
                translation += [english] if english else []
                if kind == "verbs":
                    translation += pending_modifiers
                    pending_modifiers = []
            position += len(entry)
            continue
        if latin:
            translation.append(latin.group())
            position = latin.end()
            continue
        if text[position] in _PAUSE_MARKS:
            translation += [*pending_modifiers, ","]
            pending_modifiers = []
        elif _CHINESE_CHARACTER.match(text[position]):
            unknown += 1
        position += 1
    words = re.sub(r"( ,)+", ",", " ".join(word for word in translation + pending_modifiers if word))
    return re.sub(r",[ ,]+", ", ", words).strip(" ,"), unknown
