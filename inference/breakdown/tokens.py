# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut a text into words with their places in it, and give each word its base form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .tables import Tables, read_tables

_TOKEN = re.compile(r"[-=]>|[0-9]+(?:\.[0-9]+)?|[^\W\d_]+(?:-[^\W\d_]+)*|'s\b|\.\.\.|[^\w\s]|_", re.UNICODE)
_STOPS = frozenset(".!?;。！？；\u2026")
_PAUSES = frozenset(",，、:：()[]{}—–")
_ARROWS = frozenset(("->", "=>", "→", "⇒", "➔", "➜"))
_CONTRACTED = frozenset("they we you".split())
_VOWELS = frozenset("aeiou")
_GLUED_NUMBER = re.compile(r"([a-z]{3,})(for|with|and)$")


@dataclass
class Token:
    """A word, a number or a mark of a text.

    Attributes
    ----------
    word
        In lower case, or the one word that a phrase is read as.
    lemma
        Base form: of a verb where there is one, else of the noun.
    form
        ``base``, ``s``, ``ing``, ``ed`` or, for a mark, ``stop`` or ``pause``.
    start, end
        Characters of the text.
    serial
        Whether the word stands in a language that strings verbs without a conjunction (Chinese).
    leads
        Whether it belongs to the verb behind it, as place and manner do in Chinese.
    """

    word: str
    lemma: str
    form: str
    start: int
    end: int
    serial: bool = False
    leads: bool = False

    @property
    def is_mark(self) -> bool:
        """Return whether this is punctuation."""
        return self.form in ("stop", "pause")


def _undo_doubling(stem: str) -> str:
    return stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "aeiouls" else stem


def _guess_stem(stem: str) -> str:
    """Return the likeliest base of a word whose -ing or -ed was taken off."""
    tables = read_tables()
    candidates = [stem, stem + "e", stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem]
    if stem.endswith("i"):
        candidates.insert(0, stem[:-1] + "y")
    for candidate in candidates:
        if candidate in tables.patterns:
            return candidate
    for candidate in candidates:
        if tables.is_known(candidate):
            return candidate
    plain = _undo_doubling(stem)
    if plain == stem and len(stem) > 2 and stem[-1] in "cvgsz" and stem[-2] in _VOWELS:
        return stem + "e"
    return plain


@lru_cache(maxsize=8192)
def find_base_form(word: str) -> tuple[str, str]:
    """Return the base form of a word and its ending: "walking" gives ("walk", "ing")."""
    tables = read_tables()
    irregular = tables.irregular.get(word)
    if irregular is not None:
        third = word.endswith("s") and word != irregular
        ending = "ing" if word.endswith("ing") and word != irregular else "s" if third else "ed"
        return irregular, "base" if word == irregular else ending
    known = word in tables.patterns or any(
        word in tables.sets[k] for k in ("void", "aspect", "light", "noun_only", "persons")
    )
    if known or word in tables.body or word in tables.manner or len(word) < 4:
        return word, "base"
    if word.endswith("ing") and len(word) > 4:
        return _guess_stem(word[:-3]), "ing"
    if word.endswith("ed") and len(word) > 3 and not word.endswith("eed"):
        return _guess_stem(word[:-2]), "ed"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        candidates = [word[:-1], word[:-2], word[:-3] + "y"]
        if word.endswith("ies"):
            candidates = [candidates[2], candidates[0]]
        elif not word.endswith("es"):
            candidates = candidates[:1]
        for candidate in candidates:
            if tables.is_known(candidate):
                return candidate, "s"
        hissing = word.endswith(("shes", "ches", "sses", "xes", "zes", "oes"))
        return candidates[1] if hissing else candidates[0], "s"
    return word, "base"


def make_token(word: str, start: int, end: int, serial: bool = False) -> Token:
    """Return the token of a word at a place of the text."""
    if not word[0].isalnum() and word != "'s":
        form = "stop" if word in _STOPS or word == "..." else "pause"
        return Token(word, word, form, start, end, serial)
    lemma, form = find_base_form(word)
    return Token(word, lemma, form, start, end, serial)


def split_words(text: str, offset: int = 0) -> list[Token]:
    """Return the words and marks of an English text; line breaks end a sentence, emoji are pauses."""
    tokens: list[Token] = []
    previous_end = 0
    plain = text.lower().replace("\u2019", "'")
    if len(plain) != len(text):  # a few capital letters become two small ones
        plain = text
    for match in _TOKEN.finditer(plain):
        if "\n" in text[previous_end : match.start()] and tokens and not tokens[-1].is_mark:
            tokens.append(Token(".", ".", "stop", offset + previous_end, offset + previous_end))
        previous_end = match.end()
        word, start, end = match.group(), offset + match.start(), offset + match.end()
        if word in _ARROWS:
            tokens.append(Token("then", "then", "base", start, end))
            continue
        if word == "'" or word in '"`*#_':
            continue
        if word == "s" and text[match.start() - 1 : match.start()] in ("'", "\u2019"):
            continue  # of a possessive
        glued = _GLUED_NUMBER.match(word)
        if (
            glued
            and not read_tables().is_known(find_base_form(word)[0])
            and (read_tables().is_known(find_base_form(glued.group(1))[0]))
        ):
            cut = start + len(glued.group(1))
            tokens += [make_token(glued.group(1), start, cut), make_token(glued.group(2), cut, end)]
            continue
        tokens.append(make_token(word, start, end))
    return join_phrases(_expand_negations(tokens))


def _expand_negations(tokens: list[Token]) -> list[Token]:
    """Read the "n" and "t" of "doesn't" as "not", the "re" of "they're" as "are"."""
    out: list[Token] = []
    for token in tokens:
        if token.word == "t" and out and out[-1].word.endswith("n") and out[-1].end + 1 == token.start:
            out[-1] = make_token("not", out[-1].start, token.end)
        elif token.word == "re" and out and out[-1].end + 1 == token.start and out[-1].word in _CONTRACTED:
            out.append(make_token("are", token.start, token.end))
        else:
            out.append(token)
    return out


def _continues_as_verb(tokens: Sequence[Token], position: int, tables: Tables) -> bool:
    following = tokens[position] if position < len(tokens) else None
    return (
        following is not None
        and following.form in ("s", "ing")
        and following.lemma in tables.patterns
        and following.lemma not in tables.body
    )


def join_phrases(tokens: Sequence[Token]) -> list[Token]:
    """Join the phrases that are read as one word: "side to side", "jumping jacks", "a few"."""
    tables = read_tables()
    out: list[Token] = []
    position = 0
    while position < len(tokens):
        for n in range(min(4, len(tokens) - position), 1, -1):
            words = tuple(t.word for t in tokens[position : position + n])
            joined = tables.fixed.get(words)
            if joined is None:
                joined = tables.compounds.get(words)
            if (
                joined == "a-pose"
                and out
                and out[-1].word not in ("in", "into", "an", "the", "perform", "do")
            ):
                joined = None  # "strikes a pose"
            if joined == "the" and words[-1:] == ("'s",) and _continues_as_verb(tokens, position + n, tables):
                joined = "person"  # "a person's squats down"
            if joined is not None:
                first, last = tokens[position], tokens[position + n - 1]
                if joined:
                    form = last.form if joined in tables.patterns and last.form in ("ing", "s") else "base"
                    out.append(Token(joined, joined, form, first.start, last.end, first.serial, first.leads))
                position += n
                break
        else:
            single = tables.fixed.get((tokens[position].word,))
            if single is not None:
                token = tokens[position]
                out.append(Token(single, single, "base", token.start, token.end, token.serial, token.leads))
            else:
                out.append(tokens[position])
            position += 1
    return out
