# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers to prompts that strangers wrote: a fixed sample, as contact sheets to judge, and the judgements counted.

``python -m kinescribe.training.evaluation.wild --prompts ../shared/prompts/wild.json --out FOLDER`` writes the sheets
and ``answers.json``; each strip is titled with the prompt's key. ``--verdicts`` counts a file of verdicts by key and
seed, such as "right good". The prompts themselves are not part of the project; keys are hashes of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...inference.embedded import EmbeddedBackend
from ...inference.embedded.plan import GenerationPlan
from ...inference.embedded.script import plan_seconds
from ...inference.embedded.text import Vocabulary
from ...inference.embedded.weights import WEIGHTS_FOLDER, read_weights
from ...motion import Motion, make_text_request
from .answers import generate_answers
from .contact_sheets import write_sheets
from .motion_metrics import MeasuredMotion
from .possibility import check_answer
from .predicates import PREDICATES

SAMPLE_SIZE, SAMPLE_SEED = 150, 13
_CARDS_A_PAGE = 6
_LONGEST_ANSWER = 30.0  # seconds
_PREDICATES_FILE = Path(__file__).resolve().with_name("wild_predicates.json")
MATCHES, QUALITIES = ("right", "partly", "wrong"), ("good", "passable", "bad")


def prompt_key(text: str) -> str:
    """Return the key of a prompt: eight hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]


def draw_sample(texts: Sequence[str], size: int = SAMPLE_SIZE) -> list[str]:
    """Return the fixed sample of the prompts, in their order."""
    chosen = sorted(random.Random(SAMPLE_SEED).sample(range(len(texts)), min(size, len(texts))))
    return [texts[i] for i in chosen]


def choose_seconds(text: str) -> float:
    """Return the length of an answer: what its parts need, at least four seconds."""
    return min(_LONGEST_ANSWER, plan_seconds(text))


def answer_prompts(
    backend: EmbeddedBackend, texts: Sequence[str], seeds: Sequence[int]
) -> tuple[list[dict[str, Any]], list[tuple[str, bool | None, Motion]]]:
    """Generate answers; return the rows of the report, and the rows of the contact sheets.

    A row holds the prompt's key, seed, confidence, share of impossible frames and whether its predicate holds (None
    where no predicate was written for the prompt).
    """
    names = json.loads(_PREDICATES_FILE.read_text(encoding="utf-8"))["predicates"]
    rows, strips = [], []
    answers = generate_answers(
        backend,
        [make_text_request(text, choose_seconds(text), 20.0, seed) for text in texts for seed in seeds],
    )
    for text in texts:
        key = prompt_key(text)
        for seed in seeds:
            motion, _ = next(answers)
            name = names.get(key)
            passed = bool(PREDICATES[name](MeasuredMotion(motion))) if name else None
            impossible = float(check_answer(motion, name or "").impossible.mean())
            rows.append({"key": key, "seed": seed, "words": len(text.split()), "passed": passed,
                         "confidence": motion.provenance.confidence, "impossible": round(impossible, 3)})  # fmt: skip
            strips.append((f"{key} {seed} {text}", passed, motion))
    return rows, strips


def count_verdicts(verdicts: dict[str, str]) -> dict[str, float]:
    """Return the share of each word of the verdicts, such as "partly passable", over all of them."""
    words = Counter(word for verdict in verdicts.values() for word in verdict.split())
    return {word: words[word] / max(1, len(verdicts)) for word in (*MATCHES, *QUALITIES)}


def rate_prompts(texts: Sequence[str], folder: Path = WEIGHTS_FOLDER) -> dict[str, float]:
    """Return the confidence of the answer to each prompt, by the prompt's key, without generating it."""
    weights = read_weights(folder)
    vocabulary = Vocabulary(weights.word_rows, weights.vectors, weights.learned_ids)
    plans = {t: GenerationPlan(make_text_request(t, choose_seconds(t), 20.0, 1), vocabulary) for t in texts}
    return {prompt_key(text): plan.confidence or 0.0 for text, plan in plans.items()}


def area_under_curve(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Return how often a right answer has the higher confidence than a wrong one; ties count half (the AUC)."""
    if not right or not wrong:
        return float("nan")
    return float(np.mean([(r > w) + 0.5 * (r == w) for r in right for w in wrong]))


def judge_confidence(verdicts: Mapping[str, str], confidences: Mapping[str, float]) -> dict[str, float]:
    """Return how well confidence tells right from wrong answers, and from all that are not right, over verdicts."""
    by_match: dict[str, list[float]] = {match: [] for match in MATCHES}
    for answer, verdict in verdicts.items():
        key = answer.split()[0]
        if key in confidences:
            by_match[verdict.split()[0]].append(confidences[key])
    right, partly, wrong = (by_match[match] for match in MATCHES)
    return {
        "right against wrong": area_under_curve(right, wrong),
        "right against the rest": area_under_curve(right, partly + wrong),
    }


def main(argv: list[str] | None = None) -> None:
    """Write answers and contact sheets for a sample of the prompts, or count verdicts."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--prompts", type=Path, help="wild.json: a list of objects with a text")
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--size", type=int, default=SAMPLE_SIZE, help="prompts (default: %(default)s)")
    parser.add_argument("--every", type=int, default=1, help="only every so many-th prompt of the sample")
    parser.add_argument("--verdicts", type=Path, help="a JSON file with verdicts to count")
    args = parser.parse_args(argv)
    texts: list[str] = []
    if args.prompts:
        rows = json.loads(args.prompts.read_text(encoding="utf-8"))
        texts = draw_sample([row["text"] for row in rows], args.size)
    if args.verdicts:
        for name, verdicts in json.loads(args.verdicts.read_text(encoding="utf-8"))["verdicts"].items():
            shares = count_verdicts(verdicts)
            print(
                f"{name}: {len(verdicts)} answers, "
                + ", ".join(f"{k} {100 * v:.0f} %" for k, v in shares.items())
            )
            if texts:
                areas = judge_confidence(verdicts, rate_prompts(texts, args.weights))
                print("  AUC of the confidence: " + ", ".join(f"{k} {v:.2f}" for k, v in areas.items()))
    if not args.prompts or not args.out:
        return
    rows, strips = answer_prompts(
        EmbeddedBackend(args.weights), texts[:: args.every], range(1, 1 + args.seeds)
    )
    write_sheets(args.out, strips, _CARDS_A_PAGE, "wild", cards=True)
    judged = [row["passed"] for row in rows if row["passed"] is not None]
    report = {
        "answers": len(rows), "passed": sum(judged), "asked": len(judged),
        "impossible_frames": sum(r["impossible"] for r in rows) / len(rows), "rows": rows,
    }  # fmt: skip
    (args.out / "answers.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{len(rows)} answers; predicates hold for {sum(judged)} of {len(judged)}; impossible frames "
          f"{100 * report['impossible_frames']:.2f} %")  # fmt: skip


if __name__ == "__main__":
    main()
