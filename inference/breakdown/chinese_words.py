# SPDX-License-Identifier: GPL-3.0-or-later
"""Read everyday Chinese as English words, each with its place in the Chinese text.

The longest entry at each position is taken. What stands before its verb in Chinese (place, manner, hand) is marked, so
that the clause reader gives it to the verb that follows. Of "一边 ... 一边 ..." the second one is "while".
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from .tokens import Token, join_phrases, make_token, split_words

_FOLDER = Path(__file__).resolve().parent
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_OTHER_RUN = re.compile(
    r"[^\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff0c\u3002\u3001\uff1b\uff01\uff1f\uff1a]+"
)
_MARKS = {"，": ",", "、": ",", "。": ".", "；": ";", "！": "!", "？": "?", "：": ","}
_PAIRED = ("一边", "一面", "边")
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


@cache
def read_lexicon() -> tuple[dict[str, tuple[str, str]], dict[int, str], int]:
    """Return Chinese words with kind and English, traditional to simplified characters, and the longest word's length.

    The entries of this folder come before those of the embedded model.
    """
    old = json.loads((_FOLDER.parent / "embedded" / "chinese.json").read_text(encoding="utf-8"))
    own = json.loads((_FOLDER / "chinese.json").read_text(encoding="utf-8"))["words"]
    entries: dict[str, tuple[str, str]] = {}
    for source in (old, own):
        for kind in ("others", "modifiers", "people", "verbs"):
            entries |= {word: (kind, english) for word, english in source.get(kind, {}).items()}
    for kind in ("verbs", "modifiers", "others"):
        entries |= {word: (kind, english) for word, english in own[kind].items()}
    pairs = old["traditional"]
    simplified = {ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)}
    return entries, simplified, max(map(len, entries))


@cache
def _read_english(english: str) -> tuple[str, ...]:
    return tuple(t.word for t in split_words(english))


def is_chinese(text: str) -> bool:
    """Return whether a text contains Chinese characters."""
    return bool(_CHINESE.search(text))


def split_chinese(text: str) -> list[Token]:
    """Return the words of a text with Chinese in it."""
    entries, simplified, longest = read_lexicon()
    plain = text.translate(simplified)
    tokens: list[Token] = []
    position, paired = 0, 0
    while position < len(plain):
        mark = _MARKS.get(plain[position])
        if mark is not None:
            tokens.append(make_token(mark, position, position + 1, serial=True))
            paired = 0 if mark == "." else paired
            position += 1
            continue
        if not _CHINESE.match(plain[position]):
            run = _OTHER_RUN.match(plain, position)
            end = run.end() if run is not None else position + 1
            tokens += split_words(plain[position:end], position)
            position = end
            continue
        pair = next((p for p in _PAIRED if plain.startswith(p, position)), "")
        if pair:
            paired += 1
            if paired % 2 == 0:
                tokens.append(make_token("while", position, position + len(pair), serial=True))
            position += len(pair)
            continue
        word = next(
            (
                plain[position : position + n]
                for n in range(longest, 0, -1)
                if plain[position : position + n] in entries
            ),
            "",
        )
        if word:
            kind, english = entries[word]
            for english_word in _read_english(english) if english else ():
                token = make_token(english_word, position, position + len(word), serial=True)
                token.leads = kind == "modifiers"
                tokens.append(token)
            position += len(word)
            continue
        number = _DIGITS.get(plain[position])
        if number is not None:
            tokens.append(make_token(str(number), position, position + 1, serial=True))
        elif plain[position] not in "之其于所而则即亦":
            tokens.append(Token(plain[position], plain[position], "base", position, position + 1, True))
        position += 1
    return join_phrases(tokens)
