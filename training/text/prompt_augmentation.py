# SPDX-License-Identifier: GPL-3.0-or-later
"""Augmentation of training sentences with subjects, places and moods that do not change the motion.

Prompts name subjects and places that the training sentences do not ("a knight in the garden"). Trained only on short
sentences about "a person", the network would treat every further word as another action.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

_FILE = Path(__file__).resolve().with_name("setting.json")
_PRONOUNS = frozenset({"someone", "somebody", "he", "she"})
_PERSONS = frozenset({"person", "character", "figure", "man", "woman"})

_SUBJECT_CHANCE, _ADJECTIVE_CHANCE, _PLACE_CHANCE, _MOOD_CHANCE = 0.22, 0.4, 0.14, 0.08  # probabilities


@cache
def read_settings() -> dict[str, list[list[str]]]:
    """Read ``setting.json``, each entry split into words."""
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    return {name: [entry.split() for entry in data[name]] for name in ("who", "kind", "where", "how")}


def _draw_entry(entries: list[list[str]], rng: np.random.Generator) -> list[str]:
    return entries[int(rng.integers(len(entries)))]


def augment_prompt(words: list[str], rng: np.random.Generator) -> list[str]:
    """Return a sentence (as words), sometimes with another subject, a place at the end, or a mood before the verb."""
    settings = read_settings()
    subject = 0
    if words[:1] and words[0] in _PRONOUNS:
        subject = 1
    elif len(words) > 1 and words[0] in ("a", "the") and words[1] in _PERSONS:
        subject = 2
    head, rest = words[:subject], words[subject:]
    if head and rng.random() < _SUBJECT_CHANCE:
        kind = _draw_entry(settings["kind"], rng) if rng.random() < _ADJECTIVE_CHANCE else []
        head = [str(rng.choice(["a", "the", "the", "our", "my"])), *kind, *_draw_entry(settings["who"], rng)]
    if head and rest and rest[0] != "is" and rng.random() < _MOOD_CHANCE:
        rest = [*_draw_entry(settings["how"], rng), *rest]
    elif rest and rng.random() < _PLACE_CHANCE:
        rest = [*rest, *_draw_entry(settings["where"], rng)]
    return [*head, *rest]
