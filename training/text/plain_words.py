# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the table that rewrites prompts in the words of the training sentences (inference/embedded/english.json).

Verbs come from the starred words of ``phrases.json`` and ``labels.json`` with their forms; idioms from ``idioms.json``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .text_vectors import inflected
from .wordings import gerund, third

_HERE = Path(__file__).resolve().parent
OUT = _HERE.parents[1] / "inference" / "embedded" / "english.json"
_FORMS = {"base": str, "third": third, "gerund": gerund}


def starred() -> set[str]:
    """Return all verbs of the training sentences in their base form: the starred words of phrases and labels."""
    found: set[str] = set()
    for path in (_HERE / "phrases.json", _HERE.parent / "data" / "labels.json"):
        found |= set(re.findall(r"\*([a-z]+)", path.read_text(encoding="utf-8")))
    return found


def forms(verb: str) -> dict[str, str]:
    """Map each form of a verb to the one that training sentences use: the third person for all but -ing."""
    out = {verb: third(verb), third(verb): third(verb), gerund(verb): gerund(verb)}
    return out | {f: third(verb) for f in inflected(verb) if f.endswith("ed")}


def idioms() -> dict[str, str]:
    """Map each idiom in each form of its verb to its meaning in the same form."""
    data = json.loads((_HERE / "idioms.json").read_text(encoding="utf-8"))["idioms"]
    out = {}
    for said, meant in data.items():
        if not said.startswith("*"):
            out[said] = meant
            continue
        for change in _FORMS.values():
            key, value = (
                re.sub(
                    r"\*([a-z]+)",
                    lambda m, c=change: m.group(1) if m.group(1) == "limb" else c(m.group(1)),
                    text,
                )
                for text in (said, meant)
            )
            out[key] = value.replace("limb", f"limb:{change('kick')}:{change('punch')}")
    return out


def made() -> dict[str, Any]:
    """Build the table: forms of verbs, and idioms."""
    verbs: dict[str, str] = {}
    for verb in sorted(starred()):
        for form, meant in forms(verb).items():
            verbs.setdefault(form, meant)
    return {"about": "Made by training/text/plain_words.py", "verbs": verbs, "idioms": idioms()}


def main(argv: list[str] | None = None) -> None:
    """Write the table into ``inference/embedded/english.json``."""
    table = made()
    OUT.write_text(json.dumps(table, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(table['verbs'])} forms of verbs, {len(table['idioms'])} idioms")


if __name__ == "__main__":
    main()
