# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the table (inference/embedded/english.json) that rewrites prompts in the words of the training sentences.

Verbs come from the starred words of ``phrases.json`` and ``labels.json`` with their forms; idioms from ``idioms.json``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .text_vectors import inflect_verb
from .wordings import to_gerund, to_third_person

_HERE = Path(__file__).resolve().parent
OUTPUT_FILE = _HERE.parents[1] / "inference" / "embedded" / "english.json"
_FORMS = {"base": str, "third": to_third_person, "gerund": to_gerund}


def collect_verbs() -> set[str]:
    """Return all verbs of the training sentences in their base form: the starred words of phrases and labels."""
    verbs: set[str] = set()
    for path in (_HERE / "phrases.json", _HERE.parent / "data" / "labels.json"):
        verbs |= set(re.findall(r"\*([a-z]+)", path.read_text(encoding="utf-8")))
    return verbs


def map_verb_forms(verb: str) -> dict[str, str]:
    """Map each form of a verb to the one that training sentences use: the third person for all but -ing."""
    out = {
        verb: to_third_person(verb),
        to_third_person(verb): to_third_person(verb),
        to_gerund(verb): to_gerund(verb),
    }
    return out | {f: to_third_person(verb) for f in inflect_verb(verb) if f.endswith("ed")}


def expand_idioms() -> dict[str, str]:
    """Map each idiom in each form of its verb to its meaning in the same form."""
    data = json.loads((_HERE / "idioms.json").read_text(encoding="utf-8"))["idioms"]
    out = {}
    for phrase, meaning in data.items():
        if not phrase.startswith("*"):
            out[phrase] = meaning
            continue
        for change in _FORMS.values():
            key, value = (
                re.sub(
                    r"\*([a-z]+)",
                    lambda m, c=change: m.group(1) if m.group(1) == "limb" else c(m.group(1)),
                    text,
                )
                for text in (phrase, meaning)
            )
            out[key] = value.replace("limb", f"limb:{change('kick')}:{change('punch')}")
    return out


def build_table() -> dict[str, Any]:
    """Build the table: forms of verbs, and idioms."""
    verbs: dict[str, str] = {}
    for verb in sorted(collect_verbs()):
        for form, standard_form in map_verb_forms(verb).items():
            verbs.setdefault(form, standard_form)
    return {"about": "Made by training/text/plain_words.py", "verbs": verbs, "idioms": expand_idioms()}


def main(argv: list[str] | None = None) -> None:
    """Write the table into ``inference/embedded/english.json``."""
    table = build_table()
    OUTPUT_FILE.write_text(json.dumps(table, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(table['verbs'])} forms of verbs, {len(table['idioms'])} idioms")


if __name__ == "__main__":
    main()
