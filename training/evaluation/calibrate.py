# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how often each wording of ``wordings.json`` comes out as it should, and write it as data of the extension.

``python -m kinescribe.training.evaluation.calibrate --samples SAMPLES`` asks the model with every sentence of the table
(without the breakdown), judges the answers by the samples that have the sentence (``recognition``) or by a predicate
where one belongs to the action, and writes the shares into ``inference/embedded/recognised.json``, from which
``part_wording`` takes the confidence of a part. To be run again for new weights; about four minutes of one core.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...inference.breakdown import Part
from ...inference.embedded import EmbeddedBackend
from ...inference.embedded.part_wording import RECOGNISED_PATH, read_wordings
from ...inference.embedded.weights import WEIGHTS_FOLDER
from ...motion import make_text_request
from .answers import generate_answers
from .motion_metrics import MeasuredMotion
from .predicates import PREDICATES
from .recognition import Recogniser, build_recogniser

_FILLED = {
    "side": "right", "leg": "left", "with_side": "right", "dir": "left", "times": "twice", "number": "two",
    "degrees": "90", "clock": "clockwise",
}  # fmt: skip
_FIELD = re.compile(r"\{(\w+)\}")

_PREDICATE_OF_ACTION = {
    "walk": "walk", "dance": "dance", "stand": "idle",
    "run": "run", "jump": "jump", "punch": "punch", "clap": "clap", "nod": "nod", "bow": "bow",
    "shake_head": "shake_head", "wave": "wave", "salute": "salute", "shrug": "shrug", "crawl": "crawl",
    "sit_down": "sit_down", "stand_up": "stand_up", "kneel": "kneel", "lunge": "lunge",
    "jumping_jack": "jumping_jacks", "look_up": "look_up", "look_down": "look_down", "throw": "throw",
    "push": "push", "crouch": "crouch", "lie_down": "lie_down",
}  # fmt: skip
"""Predicates that judge plain wordings (without further facts) of an action that the network makes."""

_PREDICATE_OF_SENTENCE = {"punches left and right": "combo"}
"""Predicates that judge a wording with further facts."""


def fill_sentence(template: str) -> str:
    """Return the sentence for the network of a line's template, with a value for each field."""
    return "a person " + _FIELD.sub(lambda m: _FILLED.get(m.group(1), ""), template)


def find_sentence(recogniser: Recogniser, sentence: str) -> str | None:
    """Return a sentence that samples have in the words of ``sentence``, or with "their" for "the"; None if none has."""
    for candidate in (sentence, re.sub(r"\bthe (right|left)\b", r"their \1", sentence)):
        if candidate.lower() in recogniser.sentences:
            return candidate
    return None


def measure_wordings(
    backend: EmbeddedBackend, recogniser: Recogniser, seeds: Sequence[int]
) -> dict[str, dict[str, Any]]:
    """Return for each template of the table how its answers were judged.

    Each row has the share of recognised answers and the sentence. Left out are templates in words that no sample has,
    and lines whose action is a placed gesture: their confidence is given by hand, whatever the network makes below.
    """
    tasks: dict[str, tuple[str, str | None]] = {}
    for action, lines in read_wordings().items():
        for line in lines:
            if line.is_placed:
                continue
            sentence = find_sentence(recogniser, fill_sentence(line.sentence))
            predicate = _PREDICATE_OF_SENTENCE.get(line.sentence)
            if predicate is None and not line.facts:
                predicate = _PREDICATE_OF_ACTION.get(action)
            if sentence is not None and (line.sentence not in tasks or predicate):
                tasks[line.sentence] = (sentence, predicate)
    requests = [
        make_text_request(sentence, recogniser.find_seconds(sentence), 20.0, seed)
        for sentence, _ in tasks.values()
        for seed in seeds
    ]
    answers = generate_answers(backend, requests)
    out: dict[str, dict[str, Any]] = {}
    for template, (sentence, predicate) in tasks.items():
        judged, nearest = [], defaultdict(int)
        for _ in seeds:
            motion, _ = next(answers)
            holds = predicate is not None and bool(PREDICATES[predicate](MeasuredMotion(motion)))
            judged.append(holds or recogniser.recognise(motion, sentence))
            nearest[str(recogniser.actions[recogniser.find_neighbours(motion)[0]])] += 1
        out[template] = {"share": float(np.mean(judged)), "sentence": sentence, "nearest": dict(nearest)}
    return out


def read_nothing(_text: str, _cancelled: object) -> list[Part]:
    """Return no parts, so that the network gets a prompt in its own words."""
    return []


def main(argv: list[str] | None = None) -> None:
    """Measure all wordings, print those that don't come out, and write the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--samples", type=Path, required=True, help="the file that data.sample_cache wrote")
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--out", type=Path, default=RECOGNISED_PATH)
    args = parser.parse_args(argv)
    backend = EmbeddedBackend(args.weights, reader=read_nothing)
    rows = measure_wordings(backend, build_recogniser(args.samples), range(1, 1 + args.seeds))
    for template, row in sorted(rows.items(), key=lambda item: item[1]["share"]):
        if row["share"] < 1.0:
            print(f"  {row['share']:.2f}  {template:60s} {row['nearest']}")
    print(f"{len(rows)} wordings; recognised on average {np.mean([r['share'] for r in rows.values()]):.2f}")
    table = {
        "about": "Share of the answers to each wording of wordings.json that were recognised as what it says: "
        "measured by training/evaluation/calibrate.py, to be made again for new weights.",
        "date": datetime.date.today().isoformat(),
        "seeds": args.seeds,
        "shares": {template: round(row["share"], 2) for template, row in sorted(rows.items())},
    }
    args.out.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
