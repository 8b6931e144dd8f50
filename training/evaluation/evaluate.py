# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluate the embedded model: generate motions for everyday prompts and judge them by measurement.

Prints a table of prompts; how often sides and directions are right; false accepts (each predicate on motions of all
other actions) and passes of held-out recordings; how clean the motions are, how much seeds differ and how far the
nearest training clip is, each compared with recordings. No torch needed.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...inference.ardy.backend import ArdyBackend
from ...inference.ardy.text import load_text_encoder
from ...inference.backend import Backend
from ...inference.embedded import EmbeddedBackend
from ...inference.embedded.weights import WEIGHTS_FOLDER
from ...motion import T_POSE, Motion, make_text_request
from .answers import generate_answers
from .cleanness import mean_cleanness
from .contact_sheets import write_sheets
from .directions import count_correct
from .diversity import compare_diversity, group_by_name, make_profile, nearest_distances
from .liveliness import report_liveliness
from .possibility import impossible_frames
from .predicates import COMPATIBLE_PREDICATES, PREDICATES, MeasuredMotion
from .prompts import BROAD, CHINESE, EVERYDAY, FRESH, FURTHER, SPENT, SPENT_CHINESE, UNSEEN, UNSEEN_CHINESE

PROMPT_SETS = {
    "unseen": UNSEEN, "unseen_chinese": UNSEEN_CHINESE, "everyday": EVERYDAY, "further": FURTHER, "broad": BROAD,
    "fresh": FRESH, "spent": SPENT, "chinese": CHINESE, "spent_chinese": SPENT_CHINESE,
}  # fmt: skip
_MAX_PROFILES = 12000
"""Training windows that generated motions are compared with; more do not change the result."""


@dataclass(frozen=True)
class JudgedMotion:
    """A generated motion and its judgement.

    Attributes
    ----------
    prompt : str
        Text of the request.
    name : str
        Key of the predicate.
    seed : int
        Of the generation.
    measured : MeasuredMotion
        The motion.
    passed : bool
        Whether the predicate holds.
    """

    prompt: str
    name: str
    seed: int
    measured: MeasuredMotion
    passed: bool


def _format_bar(passed: int, total: int) -> str:
    return "#" * passed + "." * (total - passed)


def judge_prompts(
    backend: Backend,
    prompts: Sequence[tuple[str, str]],
    seeds: Sequence[int],
    seconds: float,
    guidance: float | None = None,
    steps: int | None = None,
) -> tuple[list[dict[str, Any]], list[JudgedMotion]]:
    """Generate and judge motions; return a row of the report per prompt, and all motions.

    Parameters
    ----------
    backend : Backend
        The model.
    prompts : sequence of (prompt, predicate name)
        What to generate.
    seeds : sequence of int
        One motion each.
    seconds : float
        Length of the motions.
    guidance, steps : float and int, or None
        Guidance weight and diffusion steps; None: the model's defaults.
    """
    rows, judged = [], []
    answers = generate_answers(
        backend,
        [make_text_request(prompt, seconds, 20.0, seed, guidance=guidance, diffusion_steps=steps)
         for prompt, _ in prompts for seed in seeds],
    )  # fmt: skip
    for prompt, name in prompts:
        passed, durations, confidence = [], [], None
        for seed in seeds:
            motion, duration = next(answers)
            durations.append(duration)
            measured = MeasuredMotion(motion)
            passed.append(bool(PREDICATES[name](measured)))
            confidence = motion.provenance.confidence
            judged.append(JudgedMotion(prompt, name, seed, measured, passed[-1]))
        rows.append({"prompt": prompt, "predicate": name, "passed": passed, "confidence": confidence,
                     "seconds": float(np.median(durations))})  # fmt: skip
    return rows, judged


def false_accept_rates(judged: Sequence[JudgedMotion]) -> dict[str, float]:
    """Return, for each predicate, the fraction of motions of other actions for which it holds."""
    out = {}
    for name in {a.name for a in judged}:
        wrong = [bool(PREDICATES[name](a.measured)) for a in judged
                 if a.name != name and name not in COMPATIBLE_PREDICATES[a.name]]  # fmt: skip
        out[name] = float(np.mean(wrong)) if wrong else 0.0
    return out


@dataclass(frozen=True)
class ReferenceMotions:
    """What generated motions are compared with.

    Attributes
    ----------
    held_out : list of (action, MeasuredMotion)
        Recordings of the test split.
    sentences : set of str
        All training sentences, in lower case.
    profiles : (N, 20, 22, 3)
        Profiles of training windows, see ``compare_diversity``.
    training : list of (action, MeasuredMotion)
        Recordings of the training split.
    """

    held_out: list[tuple[str, MeasuredMotion]]
    sentences: set[str]
    profiles: np.ndarray
    training: list[tuple[str, MeasuredMotion]]


def read_reference_motions(data: Path, sentences: Path | None = None) -> ReferenceMotions:
    """Read the recordings for comparison; ``sentences``: file of samples that ``sample_cache`` wrote, to save time."""
    from ..data.dataset import build_samples
    from ..data.sample_cache import read_samples

    samples = build_samples(data, authored=sentences is None)
    training_rows = read_samples(sentences) if sentences else [s for s in samples if s.split == "train"]
    rng = np.random.default_rng(0)
    held_out, training, profiles = [], [], []
    for s in samples:
        frames = min(len(s.root), 160) if not s.loopable else min(len(s.root), 80)
        if s.split == "test":
            held_out.append(
                (s.action, MeasuredMotion(Motion(T_POSE, 20.0, s.root[:frames], s.rotations[:frames])))
            )
            continue
        for first in range(0, max(1, len(s.root) - 60), 12):
            last = first + 80
            m = MeasuredMotion(Motion(T_POSE, 20.0, s.root[first:last], s.rotations[first:last]))
            profiles.append(make_profile(m))
            if first == 0 and not s.whole_window:
                training.append((s.action, m))
    chosen = rng.permutation(len(profiles))[:_MAX_PROFILES]
    texts = {t.lower() for row in training_rows for t in row.sentences}
    return ReferenceMotions(held_out, texts, np.stack([profiles[i] for i in chosen]), training)


def judge_recordings(rows: Sequence[tuple[str, MeasuredMotion]]) -> dict[str, tuple[int, int]]:
    """Count held-out recordings that pass the predicate of their own action: passed and total, by action."""
    out = {}
    for action, motions in group_by_name(rows).items():
        if action in PREDICATES:
            out[action] = (sum(bool(PREDICATES[action](m)) for m in motions), len(motions))
    return dict(sorted(out.items()))


def _report_diversity(judged: Sequence[JudgedMotion], reference: ReferenceMotions) -> dict[str, Any]:
    """Report the spread over seeds compared with recordings, and the distance to the nearest training window."""
    prompts: dict[str, dict[str, list[MeasuredMotion]]] = defaultdict(lambda: defaultdict(list))
    for a in judged:
        prompts[a.name][a.prompt].append(a.measured)
    groups = {name: list(seeds.values()) for name, seeds in prompts.items()}
    spreads = compare_diversity(groups, group_by_name(reference.training))
    first_seed = [a.measured for a in judged if a.seed == judged[0].seed]
    near = nearest_distances(first_seed, reference.profiles)
    held = nearest_distances(
        [m for _, m in reference.held_out if len(m.motion) >= 60][:60], reference.profiles
    )
    return {
        "diversity": {name: {"seeds": a, "recordings": b} for name, (a, b) in sorted(spreads.items())},
        "diversity_ratio": float(np.median([a / b for a, b in spreads.values() if b > 0])),
        "nearest_training_clip": {"generated": float(np.median(near)), "closest": float(near.min()),
                                  "held-out recordings": float(np.median(held))},
    }  # fmt: skip


def _print_set(title: str, rows: list[dict[str, Any]], seeds: int, sentences: set[str]) -> dict[str, Any]:
    """Print the rows of a prompt set and return its part of the report.

    Parameters
    ----------
    title : str
        Name of the set.
    rows : list of dict
        From ``judge_prompts``; gets the key "seen".
    seeds : int
        Number of seeds.
    sentences : set of str
        Training sentences in lower case, to mark the prompts among them; may be empty.
    """
    print(f"\n{title}: {len(rows)} sentences, {seeds} seeds")
    for row in rows:
        row["seen"] = row["prompt"].lower() in sentences if sentences else None
        mark = {True: "seen", False: "new", None: ""}[row["seen"]]
        confidence = "" if row["confidence"] is None else f"confidence {row['confidence']:.2f}"
        print(f"  {_format_bar(sum(row['passed']), seeds)}  {row['prompt']:58s} {row['predicate']:16s} "
              f"{mark:4s} {confidence}  {row['seconds']:.2f} s")  # fmt: skip
    total, attempts = sum(sum(r["passed"]) for r in rows), len(rows) * seeds
    print(f"  passed {total} of {attempts}: {100 * total / attempts:.0f} %")
    out: dict[str, Any] = {"passed": total, "asked": attempts, "rows": rows}
    if sentences:
        fresh = [p for r in rows if not r["seen"] for p in r["passed"]]
        out["new_wordings"] = {"passed": sum(fresh), "asked": len(fresh)}
        print(f"  of them in wordings that no training sentence has: {sum(fresh)} of {len(fresh)}")
    return out


def main(argv: list[str] | None = None) -> None:
    """Print the tables; with --out also write evaluation.json there, with --sheets contact sheets."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER)
    parser.add_argument(
        "--data", type=Path, help="recordings, to judge held-out ones and to recognise unseen wordings"
    )
    parser.add_argument("--prepared", type=Path, help="samples that sample_cache wrote, which saves minutes")
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--sheets", type=Path, help="folder for contact sheets of 60 prompts, three seeds each"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--card", action="store_true", help="write a summary on the card beside the weights")
    parser.add_argument(
        "--ardy",
        type=Path,
        nargs=2,
        metavar=("MODEL", "TEXT"),
        help="judge ARDY instead: the folders of the model and of its text encoder",
    )
    parser.add_argument("--sets", nargs="+", choices=list(PROMPT_SETS), default=list(PROMPT_SETS))
    args = parser.parse_args(argv)
    if args.ardy and args.card:
        parser.error("--card is for the embedded model's weights")
    backend: Backend = EmbeddedBackend(args.weights)
    if args.ardy:
        folder, text_folder = args.ardy
        backend = ArdyBackend(folder, load_text_encoder(text_folder))
    seeds = range(1, 1 + args.seeds)
    report: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "seconds": args.seconds,
        "seeds": list(seeds),
    }
    reference = read_reference_motions(args.data, args.prepared) if args.data else None
    judged: list[JudgedMotion] = []
    for title in args.sets:
        rows, motions = judge_prompts(
            backend, PROMPT_SETS[title], seeds, args.seconds, args.guidance, args.steps
        )
        report[title] = _print_set(title, rows, args.seeds, reference.sentences if reference else set())
        judged += motions
    english = [report[t] for t in args.sets if "chinese" not in t]
    report["english"] = {k: sum(part[k] for part in english) for k in ("passed", "asked")}
    report["actions"] = len({a.name for a in judged})
    print(
        f"\nin English {report['english']['passed']} of {report['english']['asked']}; {report['actions']} predicates"
    )
    report["directions"] = count_correct([(a.name, a.measured) for a in judged])
    for kind, (right, total) in report["directions"].items():
        print(f"{kind}: {right} of {total} right")
    wrong = false_accept_rates(judged)
    report["false_accepts"] = dict(sorted(wrong.items()))
    print("\npredicates that hold for motions of other actions:")
    print("  " + "  ".join(f"{k} {100 * v:.0f} %" for k, v in sorted(wrong.items()) if v >= 0.005))
    print(f"  mean {100 * float(np.mean(list(wrong.values()))):.1f} %")
    report["impossible"] = impossible_frames([(a.name, a.measured.motion) for a in judged])
    print(
        "\nimpossible frames: " + ", ".join(f"{k} {100 * v:.2f} %" for k, v in report["impossible"].items())
    )
    report["cleanness"] = {"generated": mean_cleanness([a.measured.motion for a in judged])}
    if reference:
        report["held_out"] = judge_recordings(reference.held_out)
        print("\npredicates on held-out recordings of their action:")
        print("  " + "  ".join(f"{k} {a}/{b}" for k, (a, b) in report["held_out"].items()))
        report["cleanness"]["held-out recordings"] = mean_cleanness([m.motion for _, m in reference.held_out])
        report |= _report_diversity(judged, reference)
        print(f"\nspread over seeds / over recordings: {report['diversity_ratio']:.2f} (median over actions)")
        near = report["nearest_training_clip"]
        print("nearest training window, m: " + ", ".join(f"{k} {v:.3f}" for k, v in near.items()))
    print("\n" + f"{'':22s}{'skate m/s':>12s}{'jitter km/s3':>14s}{'penetration mm':>16s}")
    for name, row in report["cleanness"].items():
        print(f"{name:22s}{row['skate']:12.3f}{row['jitter']:14.3f}{row['penetration']:16.2f}")
    if args.data:
        report["liveliness"] = report_liveliness(backend, args.data, seeds[:2])
    if args.sheets:
        _draw_sheets(args.sheets, judged)
    if args.card:
        _write_card(args.weights / "card.json", report, args.sets)
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / "evaluation.json").write_text(
            json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def _write_card(card: Path, report: dict[str, Any], sets: Sequence[str]) -> None:
    """Write a summary of the report on the model card."""
    contents = json.loads(card.read_text(encoding="utf-8"))
    contents["measured"] = {
        "date": report["date"],
        "passed_of_asked": {t: [report[t]["passed"], report[t]["asked"]] for t in sets},
        "right_of_asked": report["directions"],
        **{name: {k: round(v, 4) for k, v in row.items()} for name, row in report["cleanness"].items()},
        "impossible_frames": round(report["impossible"]["any"], 4),
    }
    card.write_text(json.dumps(contents, indent=1) + "\n", encoding="utf-8")


def _draw_sheets(folder: Path, judged: Sequence[JudgedMotion]) -> None:
    """Write contact sheets of one English prompt for each predicate, with its first three seeds."""
    prompt_of: dict[str, str] = {}
    for a in judged:
        if a.prompt.isascii():
            prompt_of.setdefault(a.name, a.prompt)
    names = list(prompt_of)[:: max(1, len(prompt_of) // 60)][:64]
    # a prompt that is in two sets was generated twice, with equal results
    by_key = {(a.name, a.prompt, a.seed): a for a in judged if a.seed <= 3}
    selected = [a for name in names for a in by_key.values() if (a.name, a.prompt) == (name, prompt_of[name])]
    rows = [(f"{a.prompt} ({a.name}, seed {a.seed})", a.passed, a.measured.motion) for a in selected]
    write_sheets(folder, rows)


if __name__ == "__main__":
    main()
