# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit how likely an answer is right by the confidence and the length of its parts, to verdicts of judges.

``python -m kinescribe.training.evaluation.calibrate_parts --prompts ../shared/prompts/wild.json`` fits the coefficients
of ``inference/embedded/part_confidence.py`` to the verdicts in ``docs/reports/wild.json`` that it is told, prints how
often a right answer has the higher confidence (each prompt rated by coefficients that were fitted without it), and with
``--write`` stores them as data of the extension.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ...inference.embedded.part_confidence import COEFFICIENTS_PATH, rate_parts
from ...inference.embedded.plan import GenerationPlan
from ...inference.embedded.text import Vocabulary
from ...inference.embedded.weights import WEIGHTS_FOLDER, read_weights
from ...motion import make_text_request
from ...motion.motion import CONFIDENT
from .wild import area_under_curve, choose_seconds, draw_sample, prompt_key

Parts = tuple[tuple[str, float], ...]
Coefficients = tuple[float, float, float]

_REPOSITORY = Path(__file__).resolve().parents[2]
_VERDICTS_PATH = _REPOSITORY / "docs" / "reports" / "wild.json"
_WRITTEN_PATH = Path(__file__).resolve().with_name("written_prompts.json")
_SETS = (
    "all 150, two seeds, long texts and lists read, four judges",
    "72 later prompts that nobody had seen, one seed, two judges",
)
_START: Coefficients = (1.0, 1.0, -0.5)
_STEPS, _FOLDS, _REPEATS = 60, 10, 3
_DIFFERENCE, _PRIOR = 1e-3, 0.25


def fit_coefficients(rows: Sequence[tuple[Parts, bool]], start: Coefficients = _START) -> Coefficients:
    """Return the coefficients under which the verdicts of ``rows`` (parts, whether right) are likeliest.

    Newton's method with a Hessian by differences; a weak prior keeps the weights small.
    """
    at = np.array(start)
    for _ in range(_STEPS):
        gradient, hessian = _differentiate(rows, at)
        curvature, axes = np.linalg.eigh(hessian)
        step = axes @ ((axes.T @ gradient) / np.maximum(np.abs(curvature), 1.0))
        scale, before = 1.0, _rate_fit(rows, at)
        while scale > 1e-4 and _rate_fit(rows, at - scale * step) > before:
            scale *= 0.5
        at = at - scale * step
        if scale * float(np.abs(step).max()) < 1e-4:
            break
    return float(at[0]), float(at[1]), float(at[2])


def _rate_fit(rows: Sequence[tuple[Parts, bool]], at: np.ndarray) -> float:
    coefficients = (float(at[0]), float(at[1]), float(at[2]))
    loss = _PRIOR * float((at[1:] ** 2).sum())
    for parts, is_right in rows:
        share = min(max(rate_parts(parts, coefficients), 1e-6), 1.0 - 1e-6)
        loss -= float(np.log(share if is_right else 1.0 - share))
    return loss


def _differentiate(rows: Sequence[tuple[Parts, bool]], at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradient (3,) and the Hessian (3, 3) of the loss by differences."""
    shifts = _DIFFERENCE * np.eye(len(at))
    middle = _rate_fit(rows, at)
    ahead = np.array([_rate_fit(rows, at + s) for s in shifts])
    behind = np.array([_rate_fit(rows, at - s) for s in shifts])
    gradient = (ahead - behind) / (2.0 * _DIFFERENCE)
    hessian = np.diag((ahead - 2.0 * middle + behind) / _DIFFERENCE**2)
    for i in range(len(at)):
        for j in range(i):
            both = _rate_fit(rows, at + shifts[i] + shifts[j])
            hessian[i, j] = hessian[j, i] = (both - ahead[i] - ahead[j] + middle) / _DIFFERENCE**2
    return gradient, hessian


def split_parts(texts: Sequence[str], folder: Path = WEIGHTS_FOLDER) -> dict[str, Parts]:
    """Return the rated parts of each prompt, by its key."""
    weights = read_weights(folder)
    vocabulary = Vocabulary(weights.word_rows, weights.vectors, weights.learned_ids)
    plans = {t: GenerationPlan(make_text_request(t, choose_seconds(t), 20.0, 1), vocabulary) for t in texts}
    return {prompt_key(text): plan.rated_parts[0] for text, plan in plans.items()}


def collect_rows(verdicts: Mapping[str, str], parts: Mapping[str, Parts]) -> list[tuple[str, Parts, bool]]:
    """Return key, parts and whether it was right for each verdict on a known prompt."""
    rows = [(answer.split()[0], verdict.split()[0] == "right") for answer, verdict in verdicts.items()]
    return [(key, parts[key], is_right) for key, is_right in rows if key in parts]


def cross_validate(rows: Sequence[tuple[str, Parts, bool]], seed: int) -> list[float]:
    """Return the confidence of each row by coefficients that were fitted to other prompts."""
    keys = sorted({key for key, _, _ in rows})
    fold_of = dict(zip(keys, np.random.default_rng(seed).permutation(len(keys)) % _FOLDS, strict=True))
    out = [0.0] * len(rows)
    for fold in range(_FOLDS):
        fitted = fit_coefficients([(parts, right) for key, parts, right in rows if fold_of[key] != fold])
        for i, (key, parts, _) in enumerate(rows):
            if fold_of[key] == fold:
                out[i] = _judge_parts(parts, fitted)
    return out


def _judge_parts(parts: Parts, coefficients: Coefficients) -> float:
    known = all(confidence >= CONFIDENT for _, confidence in parts)
    return 0.5 * rate_parts(parts, coefficients) + (0.5 if known else 0.0)


def compare_right(rows: Sequence[tuple[str, Parts, bool]], confidences: Sequence[float]) -> float:
    """Return how often a right answer has a higher confidence than one that is not (the AUC)."""
    pairs = list(zip(rows, confidences, strict=True))
    return area_under_curve([c for (_, _, r), c in pairs if r], [c for (_, _, r), c in pairs if not r])


def main(argv: list[str] | None = None) -> None:
    """Fit, print the areas under the curve, and write the coefficients if asked to."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--prompts", type=Path, required=True, help="wild.json: a list of objects with a text"
    )
    parser.add_argument("--verdicts", type=Path, default=_VERDICTS_PATH)
    parser.add_argument("--sets", nargs="+", default=list(_SETS), help="names of the sets of verdicts")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args(argv)
    texts = draw_sample([row["text"] for row in json.loads(args.prompts.read_text(encoding="utf-8"))])
    written = json.loads(_WRITTEN_PATH.read_text(encoding="utf-8"))
    texts += [*written["prompts"], *written["later_prompts"], *written["unusual_prompts"]]
    parts = split_parts(texts)
    verdicts = json.loads(args.verdicts.read_text(encoding="utf-8"))["verdicts"]
    by_set = {name: collect_rows(verdicts[name], parts) for name in args.sets}
    rows = [row for chosen in by_set.values() for row in chosen]
    rated = np.mean([cross_validate(rows, seed) for seed in range(_REPEATS)], axis=0).tolist()
    first = 0
    for name, chosen in by_set.items():
        least = [min((c for _, c in own), default=0.0) for _, own, _ in chosen]
        print(
            f"{name}: {len(chosen)} answers; right against the rest, fitted without the prompt: "
            f"{compare_right(chosen, rated[first : first + len(chosen)]):.3f}; by the least known part alone: "
            f"{compare_right(chosen, least):.3f}"
        )
        first += len(chosen)
    fitted = fit_coefficients([(own, right) for _, own, right in rows])
    print("coefficients: " + ", ".join(f"{v:.3f}" for v in fitted))
    for low, high in ((0.0, 0.5), (0.5, 0.65), (0.65, 0.75), (0.75, 0.85), (0.85, 1.01)):
        right = [r for (_, _, r), c in zip(rows, rated, strict=True) if low <= c < high]
        if right:
            print(f"  confidence {low:.2f} to {high:.2f}: {100 * np.mean(right):.0f} % of {len(right)} right")
    if args.write:
        table = {
            "about": "How likely an answer is right by the confidence and the words of its parts: fitted by "
            "training/evaluation/calibrate_parts.py to the verdicts in docs/reports/wild.json.",
            "date": datetime.date.today().isoformat(),
            "answers": len(rows),
            "coefficients": dict(
                zip(("offset", "confidence", "words"), (round(v, 3) for v in fitted), strict=True)
            ),
        }
        COEFFICIENTS_PATH.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
