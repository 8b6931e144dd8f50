# SPDX-License-Identifier: GPL-3.0-or-later
"""Let a text that only names somebody or a thing show what he or it is known for: "a drummer" plays the drums."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from .part import UNKNOWN_ACTION, Part
from .tables import read_tables
from .tokens import find_base_form

_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
_MOST_WORDS = 3  # of a name, as in "martial arts master"
_NEAR = "~"
_WAYS = {
    "figure of eight": "figure_eight",
    "figure eight": "figure_eight",
    "in a circle": "circle",
    "zigzag": "zigzag",
}
_LONGEST_NAME = 40  # characters of a text that may be a name
_SHORT = 3  # letters of a word that may be an action
_FIRST_WORDS = 4  # of a part, in which its verb stands

Reader = Callable[[str], Sequence[Part]]


@dataclass(frozen=True)
class Theme:
    """What verbs mean in a text about a matter.

    Attributes
    ----------
    words
        All words of one of these sets stand in a text about it.
    verbs
        By a word at the beginning of a part, what it means; empty: it belongs to the part before.
    """

    words: tuple[frozenset[str], ...]
    verbs: dict[str, str]


@cache
def _read_table() -> tuple[dict[str, str], tuple[Theme, ...]]:
    path = Path(__file__).parent / "roles.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    roles = {name: does for does, names in table["roles"].items() for name in names.split(", ")}
    themes = tuple(
        Theme(tuple(frozenset(w.split("+")) for w in row["words"].split()), row["verbs"])
        for row in table["themes"]
    )
    return roles, themes


def _find_words(text: str) -> list[str]:
    """Return the words of a text, in small letters."""
    return [w.removesuffix("'s") for w in _WORD.findall(text.lower().replace("\u2019", "'"))]


def _strip_plural(word: str) -> str:
    """Return a word without the ending of its plural."""
    return find_base_form(word)[0] if word.endswith("s") and not word.endswith("ss") else word


def _find_role(words: Sequence[str], unknown: Sequence[str]) -> str | None:
    """Return what the role that words name first is known for; names of several words come first.

    With an unknown word behind it ("the boxer wrestles"), it is only near.
    """
    roles, _ = _read_table()
    for size in range(_MOST_WORDS, 0, -1):
        for k in range(len(words) - size + 1):
            name = words[k : k + size]
            does = roles.get(" ".join(name)) or roles.get(" ".join(_strip_plural(word) for word in name))
            if does is not None:
                following = words[k + size] if k + size < len(words) else ""
                is_plain = len(following) < _SHORT or following not in _find_words(" ".join(unknown))
                return does if is_plain or does.startswith(_NEAR) else _NEAR + does
    return None


def _find_whole_role(text: str) -> str | None:
    """Return what a role is known for that is all of a text: "a duck", "security guard"; a bare "duck" is a verb."""
    if len(text) > _LONGEST_NAME:
        return None
    words = _find_words(text)
    is_noun = bool(words) and words[0] in ("a", "an", "the")
    name = words[1:] if is_noun else words
    return _read_table()[0].get(" ".join(name)) if is_noun or len(name) > 1 else None


def _act(does: str, part: Part, read: Reader) -> list[Part]:
    """Return the parts of what a role does, in the place of a part."""
    is_near = does.startswith(_NEAR)
    lowered = part.text.lower()
    way = next((way for words, way in _WAYS.items() if words in lowered), None)
    return [
        replace(
            own,
            text=part.text,
            start=part.start,
            end=part.end,
            is_near=is_near,
            side=own.side or part.side,
            way=own.way or part.way or (way if read_tables().actions[own.action].kind == "travel" else None),
            count=own.count or part.count,
            manner=(*own.manner, *(word for word in part.manner if word not in own.manner)),
            meanwhile=own.meanwhile or part.meanwhile,
        )
        for own in read(does.removeprefix(_NEAR))
    ]


def act_roles(text: str, parts: Sequence[Part], read: Reader) -> list[Part]:
    """Return the parts of a text with what its roles are known for, where its words name no action.

    Parameters
    ----------
    text
        The whole text.
    parts
        As they are read.
    read
        Reads the sentence that says what a role does.
    """
    _, themes = _read_table()
    words: list[str] | None = None
    does = _find_whole_role(text) if len(parts) == 1 else None
    if does is not None:
        return _act(does, parts[0], read)
    if parts and all(part.action == UNKNOWN_ACTION for part in parts):
        words = _find_words(text)
        does = _find_role(words, [word for part in parts for word in part.unknown])
        said = {form for word in words for form in (word, _strip_plural(word))}
        if does is not None and not any(group <= said for theme in themes for group in theme.words):
            return _act(does, parts[0], read)
    lowered = text.lower()
    # substrings are quick to look for: most texts are about none
    at_hand = [t for t in themes if any(word in lowered for group in t.words for word in group)]
    if at_hand:
        words = words or _find_words(text)
        said = {form for word in words for form in (word, _strip_plural(word))}
        at_hand = [theme for theme in at_hand if any(group <= said for group in theme.words)]
    out: list[Part] = []
    for part in parts:
        own = _find_words(part.text) if at_hand or part.action == UNKNOWN_ACTION else []
        firsts = [base for word in own[:_FIRST_WORDS] for base in (word, find_base_form(word)[0])]
        does = next(
            (theme.verbs[first] for first in firsts for theme in at_hand if first in theme.verbs), None
        )
        if does is None and part.action == UNKNOWN_ACTION:
            does = _find_role(own, part.unknown)
        if does is None:
            out.append(part)
        elif does:
            out += _act(does, part, read)
    if out or not parts:
        return out
    does = _find_role(words or [], [])
    return list(parts) if does is None else _act(does, parts[0], read)
