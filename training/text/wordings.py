# SPDX-License-Identifier: GPL-3.0-or-later
"""Generator of true sentences for a labelled action.

A phrase marks its verbs with ``*`` ("*walk forward and *wave"); sentences have several subjects and verb forms:
"a person walks forward and waves", "someone is walking forward and waving", "walk forward and wave".
Placeholders such as ``{side}``, ``{degrees}``, ``{number}`` and ``{their}`` are filled in from measured facts.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from functools import cache
from pathlib import Path
from typing import Any

SUBJECTS = (
    ("a person", "their", 10),
    ("someone", "their", 3),
    ("the character", "their", 3),
    ("a man", "his", 2),
    ("a woman", "her", 2),
    ("he", "his", 1),
    ("she", "her", 1),
    ("the person", "their", 2),
    ("a character", "their", 1),
    ("a figure", "their", 1),
    ("somebody", "their", 1),
    ("the man", "his", 1),
    ("the woman", "her", 1),
)
_HERE = Path(__file__).resolve().parent
_IRREGULAR_THIRD_PERSONS = {"do": "does", "go": "goes", "be": "is", "tiptoe": "tiptoes", "carry": "carries"}
_IRREGULAR_GERUNDS = {"be": "being", "tiptoe": "tiptoeing", "die": "dying", "lie": "lying"}
_DOUBLED_CONSONANTS = {
    "run", "jog", "hop", "stop", "sit", "step", "clap", "put", "get", "skip", "squat", "swim", "spin", "bob",
    "nod", "grab", "drop", "shrug", "flap", "plod", "slip", "strut", "wag", "slam", "slug", "flip", "hit", "set", "jab",
    "chop", "hug", "slap", "dip", "tip", "skid", "scrub", "mop", "drum", "stir", "drag", "tug", "rap", "dab", "trip",
    "bat", "spar", "tap", "rub",
}  # fmt: skip
_NUMBER_WORDS = {2: "two", 3: "three", 4: "four", 5: "five"}
_COUNT_ADVERBS = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times"}
_SPEED_ADVERBS = {"slow": "slowly", "fast": "quickly"}


def to_third_person(verb: str) -> str:
    """Return the third person of a verb: walk -> walks, punch -> punches, carry -> carries."""
    if verb in _IRREGULAR_THIRD_PERSONS:
        return _IRREGULAR_THIRD_PERSONS[verb]
    if verb.endswith(("s", "sh", "ch", "x", "z")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def to_gerund(verb: str) -> str:
    """Return the -ing form of a verb: walk -> walking, run -> running, wave -> waving."""
    if verb in _IRREGULAR_GERUNDS:
        return _IRREGULAR_GERUNDS[verb]
    if verb in _DOUBLED_CONSONANTS:
        return verb + verb[-1] + "ing"
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    return verb + "ing"


def conjugate_phrase(phrase: str, form: str) -> str:
    """Put the starred verbs of a phrase into the form "third", "gerund" or "base"."""
    change = {"third": to_third_person, "gerund": to_gerund, "base": str}[form]
    return re.sub(r"\*([a-z]+)", lambda m: change(m.group(1)), phrase)


def make_sentence(phrase: str, rng: random.Random) -> str:
    """Make one sentence of a phrase, with a random subject and verb form."""
    if "*" not in phrase:
        return phrase.format(their="their")
    roll = rng.random()
    if roll < 0.15:
        return conjugate_phrase(phrase, "base").format(their="your" if rng.random() < 0.3 else "their")
    if roll < 0.25:
        return conjugate_phrase(phrase, "gerund").format(their="their")
    name, their, _ = rng.choices(SUBJECTS, weights=[s[2] for s in SUBJECTS])[0]
    if roll < 0.42:
        return f"{name} is {conjugate_phrase(phrase, 'gerund')}".format(their=their)
    return f"{name} {conjugate_phrase(phrase, 'third')}".format(their=their)


@cache
def read_held_out_sentences() -> frozenset[str]:
    """Read the sentences kept for evaluation, which are never generated."""
    data = json.loads((_HERE / "heldout_wordings.json").read_text(encoding="utf-8"))
    return frozenset(s for group in data["sentences"].values() for s in group)


@cache
def _read_phrases() -> dict[str, list[str]]:
    data = json.loads((_HERE / "phrases.json").read_text(encoding="utf-8"))
    return {str(k): list(v) for k, v in data["phrases"].items()}


def _fill_template(template: str, values: dict[str, str]) -> str | None:
    """Fill in a template; None if it needs a value that is not there."""
    for name in re.findall(r"\{(\w+)\}", template):
        if name == "their":
            continue
        if name not in values:
            return None
        template = template.replace("{" + name + "}", values[name])
    return template


def select_phrases(facts: dict[str, Any]) -> list[str]:
    """Return every phrase that is true of the facts.

    Keys of the facts: ``action``; optionally ``kind``, ``side``, ``way``, ``degrees`` (int), ``count`` (int), ``speed``
    ("slow" or "fast"), ``text`` (phrases of the label itself). Keys of the phrase file: action, action:kind,
    action:way, action:speed, action:kind:way, action:count.
    """
    values = {k: str(facts[k]) for k in ("side", "way", "degrees") if facts.get(k)}
    values["number"] = _NUMBER_WORDS.get(int(facts.get("count") or 0), "")
    if not values["number"]:
        del values["number"]
    if "side" in values:
        values["other"] = "right" if values["side"] == "left" else "left"
        values["clock"] = "counterclockwise" if values["side"] == "left" else "clockwise"
    if int(facts.get("count") or 0) in _COUNT_ADVERBS:
        values["times"] = _COUNT_ADVERBS[int(facts["count"])]
    table = _read_phrases()
    keys = [str(facts["action"])]
    for name in ("kind", "way", "speed"):
        if facts.get(name):
            keys.append(f"{facts['action']}:{facts[name]}")
    if facts.get("kind") and facts.get("way"):
        keys.append(f"{facts['action']}:{facts['kind']}:{facts['way']}")
    templates = list(facts.get("text") or [])
    for key in keys:
        templates += table.get(key, [])
    if "times" in values and f"{facts['action']}:count" in table:
        templates = table[f"{facts['action']}:count"]  # counted actions are described with their number only
    # the phrases by speed of these are in the table
    gaits = ("walk", "run", "walk_back", "run_back", "sidestep")
    if facts.get("speed") and facts["action"] not in gaits:
        adverb = _SPEED_ADVERBS[str(facts["speed"])]
        templates = [f"{t} {adverb}" for t in templates if "*" in t] + [
            f"{adverb} {t}" for t in templates if t.startswith("*")
        ]
    filled = [_fill_template(t, values) for t in templates]
    return [t for t in dict.fromkeys(filled) if t is not None]


def generate_sentences(facts: dict[str, Any], limit: int = 36) -> list[str]:
    """Generate different sentences, ``limit`` or twice the number of phrases; equal facts give equal lists.

    Raises KeyError if no phrase is true of the facts.
    """
    phrases = select_phrases(facts)
    limit = max(limit, 2 * len(phrases))
    if not phrases:
        raise KeyError(f"no phrase for {facts}")
    rng = random.Random(zlib.crc32(json.dumps(facts, sort_keys=True).encode()))
    excluded = read_held_out_sentences()
    texts: dict[str, None] = {}
    for phrase in phrases:
        if "*" in phrase:
            texts[("a person " + conjugate_phrase(phrase, "third")).format(their="their")] = None
    tries = 0
    while len(texts) < limit and tries < limit * 6:
        texts[make_sentence(phrases[tries % len(phrases)], rng)] = None
        tries += 1
    return [s for s in texts if s not in excluded]
