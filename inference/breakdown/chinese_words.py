# SPDX-License-Identifier: GPL-3.0-or-later
"""Read everyday Chinese as English words, each with its place in the Chinese text.

The longest entry at each position is taken. What stands before its verb in Chinese (place, manner, hand) is marked, so
that the clause reader gives it to the verb that follows. Of "一边 ... 一边 ..." the second one is "while", and
so is what a verb with "着" goes with: "推着车往前走".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from .chinese_entries import find_entry
from .tables import read_tables
from .tokens import Token, join_phrases, make_token, split_words

_FOLDER = Path(__file__).resolve().parent
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_OTHER_RUN = re.compile(
    r"[^\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff0c\u3002\u3001\uff1b\uff01\uff1f\uff1a]+"
)
_MARKS = {"，": ",", "、": ",", "。": ".", "；": ";", "！": "!", "？": "?", "：": ","}
_HANDS = ("双手", "双臂", "两手", "单手", "左手", "右手", "抱头", "抱胸", "叉腰", "插兜", "背手")
_LIMBS = frozenset(
    ("左手", "右手", "双手", "左臂", "右臂", "双臂", "左脚", "右脚", "左腿", "右腿", "左拳", "右拳")
)
_MOST_REPEATS = 100
"""Repeats of the same characters that are read: they give as many parts as a text can have."""
_REPEATED = re.compile(rf"(.{{1,8}}?)\1{{{_MOST_REPEATS},}}", re.DOTALL)
_NEAR = 14  # characters that are looked through for a verb
_COUNTED = re.compile("([一二两三四五六七八九十百0-9]+|几)([脚拳刀剑掌枪圈下次遍个回])")
_STRUCK = {"脚": "kick", "拳": "punch", "掌": "slap", "刀": "slash", "剑": "slash", "枪": "slash"}
"""Verbs whose number is said by what strikes: "踢三脚"."""
_PAIRED = ("一边", "一面", "边")
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


@cache
def read_lexicon() -> tuple[dict[str, tuple[str, str]], dict[int, str], dict[str, int]]:
    """Return Chinese words with kind and English, traditional to simplified characters, and for each
    first character the length of its longest word.

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
    longest: dict[str, int] = {}
    for word in entries:
        longest[word[0]] = max(longest.get(word[0], 0), len(word))
    return entries, simplified, longest


@cache
def read_postures() -> dict[str, str]:
    """Return words for how arms and head are held beside an action, as English that follows "with"."""
    postures: dict[str, str] = json.loads((_FOLDER / "chinese.json").read_text(encoding="utf-8"))["postures"]
    return postures


@cache
def say_in_words(text: str) -> str:
    """Return a Chinese text as the English words that it is read as."""
    return " ".join(t.word.replace("_", " ") for t in split_chinese(text))


@cache
def _read_english(english: str) -> tuple[str, ...]:
    return tuple(t.word for t in split_words(english))


def is_chinese(text: str) -> bool:
    """Return whether a text contains Chinese characters."""
    return bool(_CHINESE.search(text))


def _leads_verb(
    text: str, position: int, entries: Mapping[str, tuple[str, str]], longest: Mapping[str, int]
) -> bool:
    """Return whether a verb of an arm, a leg or the head stands right behind "左" or "右"."""
    if text[position - 1 : position + 1] in entries or text[position - 1 : position + 2] in entries:
        return False
    entry = find_entry(text, position, entries, longest)
    return entry is not None and entry.kind == "verbs" and entry.english != ""


def _read_number(text: str) -> int | None:
    """Return a number below 100 in Chinese characters or digits; None for others."""
    if text.isdecimal() and text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return (_DIGITS.get(tens, 1) if ten else 0) * 10 + _DIGITS.get(ones, 0)


def _say_how_often(match: re.Match[str], tokens: Sequence[Token]) -> str:
    """Return how often the verb before a number and its unit happens, in English; "" if that is no number of times.

    Parameters
    ----------
    match
        The number and its unit.
    tokens
        What stands before it.
    """
    number = _read_number(match[1]) if match[1] != "几" else None
    verb = next((t for t in reversed(tokens) if t.form in ("s", "ing")), None)
    if number is None or verb is None or any(t.is_mark for t in tokens[-1:]):
        return ""
    if match[2] in _STRUCK:
        return (
            f"{number} times" if verb.lemma == _STRUCK[match[2]] and tokens[-1].end == match.start() else ""
        )
    if match[2] == "圈" and verb.lemma in ("spin", "twirl", "rotate"):
        return f"{number} times"
    if match[2] == "圈":
        return f"in circle {number} times" if verb.lemma in ("walk", "run", "jog", "go") else ""
    return f"{number} times" if number > 10 and match[2] in "下次遍回个" else ""


def _finds_verb(
    text: str, position: int, entries: Mapping[str, tuple[str, str]], longest: Mapping[str, int]
) -> bool:
    """Return whether a verb that moves the body stands behind a posture, before the next mark."""
    end = min(len(text), position + _NEAR)
    while position < end and text[position] not in _MARKS:
        entry = find_entry(text, position, entries, longest)
        if entry is not None and entry.kind == "verbs" and entry.english:
            return True
        position += 1 if entry is None else entry.length
    return False


def _moves_body(words: Sequence[Token]) -> bool:
    """Return whether the words of a verb name an action of the whole body."""
    tables = read_tables()
    actions = [tables.patterns[t.lemma][-1].action for t in words if t.lemma in tables.patterns]
    return bool(actions) and tables.actions[actions[0]].kind in ("travel", "whole", "state")


def _lead_limb(tokens: list[Token], first: int, text: str) -> None:
    """Give a limb right before a verb to that verb, not to the one before: "左脚踢球右手挥舞"."""
    place = first
    while place and tokens[place - 1].end == tokens[first].start:
        place -= 1
    if place == first or tokens[place].start == 0 or place == 0:
        return
    words = text[tokens[place].start : tokens[first].start]
    before = tokens[place - 1]
    # "踢球右手挥舞", "弓步右手出拳", "右手叉腰左手挥舞", but "举起右手挥舞"
    has_limb = (
        text[max(0, before.start - 2) : before.start] in _LIMBS
        or text[before.start : before.start + 2] in _LIMBS
    )
    ends = before.form == "base" or has_limb or _moves_body([before])
    if words in _LIMBS and ends and not before.is_mark and before.end == tokens[place].start:
        for token in tokens[place:first]:
            token.leads = True


def _is_held(text: str, start: int, end: int, words: Sequence[Token]) -> bool:
    """Return whether a verb lasts while the next one happens: with "着", or hands that are somewhere."""
    if "着" in text[start : end + 1]:
        return True
    return text.startswith(_HANDS, start) and not any(w.lemma in ("raise", "wave", "clap") for w in words)


def _join_held(tokens: list[Token], held: int, first: int) -> None:
    """Put "while" before the verb at ``first``, if it moves the body more than the one that is held.

    Parameters
    ----------
    tokens
        Those that were read.
    held
        Place of the verb with "着".
    first
        Place of the verb that was read last.
    """
    place = first
    while place > held + 1 and tokens[place - 1].leads:
        place -= 1
    links = any(t.word in ("then", "and", "while", "until", "before") for t in tokens[held:place])
    if links or not _moves_body(tokens[first:]):
        return
    start = tokens[place].start
    tokens.insert(place, make_token("while", start, start, serial=True))


def split_chinese(text: str) -> list[Token]:
    """Return the words of a text with Chinese in it."""
    entries, simplified, longest = read_lexicon()
    plain = text.translate(simplified)
    tokens: list[Token] = []
    position, paired = 0, 0
    held: int | None = None  # place of a verb with "着", which goes with the next one
    acted = False  # whether the sentence has an action of the whole body
    postures = read_postures()
    read_to = skipped_to = 0  # a run of repeats is read to the first place, and goes on to the second
    while position < len(plain):
        if position >= skipped_to and (repeated := _REPEATED.match(plain, position)) is not None:
            read_to, skipped_to = position + _MOST_REPEATS * len(repeated[1]), repeated.end()
        if read_to <= position < skipped_to:
            position = skipped_to
            if tokens:
                tokens[-1].end = skipped_to
            continue
        mark = _MARKS.get(plain[position])
        if mark is not None:
            tokens.append(make_token(mark, position, position + 1, serial=True))
            paired, acted = (0, False) if mark == "." else (paired, acted)
            held = None
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
        counted = _COUNTED.match(plain, position)
        if counted is not None and tokens:
            word = _say_how_often(counted, tokens)
            if word:
                for english_word in _read_english(word):
                    tokens.append(make_token(english_word, position, counted.end(), serial=True))
                position = counted.end()
                continue
        if (
            plain[position] in "左右"
            and plain[position + 1 : position + 2] not in "左右"
            and _leads_verb(plain, position + 1, entries, longest)
        ):
            side = "left" if plain[position] == "左" else "right"
            tokens.append(make_token(side, position, position + 1, serial=True))
            tokens[-1].leads = True  # "左躲右闪"
            position += 1
            continue
        entry = find_entry(plain, position, entries, longest)
        if (
            entry is not None
            and entry.length == 1
            and plain[position] == "接"
            and tokens
            and tokens[-1].end == position
        ):
            following = find_entry(plain, position + 1, entries, longest)
            if following is not None and following.kind == "verbs":  # "侧踢接回旋踢"
                tokens.append(make_token("then", position, position + 1, serial=True))
                position += 1
                continue
        if entry is not None:
            end = position + entry.length
            posture = postures.get(plain[position:end], "")
            leads = bool(posture) and _finds_verb(plain, end, entries, longest)
            if posture and (leads or acted):
                for english_word in _read_english(f"with {posture}"):
                    tokens.append(make_token(english_word, position, end, serial=True))
                    tokens[-1].leads = leads
                tokens[len(tokens) - len(_read_english(f"with {posture}"))].form = "posture"
                position = end
                continue
            words = f"{entry.english} {entry.extra}".strip()
            first = len(tokens)
            for english_word in _read_english(words) if words else ():
                token = make_token(english_word, position, end, serial=True)
                token.leads = entry.kind == "modifiers"
                tokens.append(token)
            is_verb = entry.kind == "verbs" and len(tokens) > first
            if is_verb:
                acted = acted or _moves_body(tokens[first:])
                _lead_limb(tokens, first, plain)
            if is_verb and held is not None:
                _join_held(tokens, held, first)
                held = None
            elif is_verb and _is_held(plain, position, end, tokens[first:]):
                held = first
            position = end
            continue
        number = _DIGITS.get(plain[position])
        if number is not None:
            tokens.append(make_token(str(number), position, position + 1, serial=True))
        elif plain[position] not in "之其于所而则即亦":
            tokens.append(Token(plain[position], plain[position], "base", position, position + 1, True))
        position += 1
    return join_phrases(tokens)
