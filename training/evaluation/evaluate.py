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
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...inference.embedded import EmbeddedBackend
from ...inference.embedded.weights import WEIGHTS_FOLDER
from ...motion import T_POSE, Motion, make_text_request
from .cleanness import mean_cleanness
from .contact_sheets import write_sheets
from .directions import accuracy
from .diversity import diversity, grouped, nearest, profile
from .predicates import MAY_ALSO, PREDICATES, Measured
from .prompts import BROAD, CHINESE, EVERYDAY, FRESH, FURTHER, SPENT, SPENT_CHINESE, UNSEEN, UNSEEN_CHINESE

SETS = {
    "unseen": UNSEEN, "unseen_chinese": UNSEEN_CHINESE, "everyday": EVERYDAY, "further": FURTHER, "broad": BROAD,
    "fresh": FRESH, "spent": SPENT, "chinese": CHINESE, "spent_chinese": SPENT_CHINESE,
}  # fmt: skip
_PROFILES = 12000
"""Training windows that generated motions are compared with; more do not change the result."""


@dataclass(frozen=True)
class Answer:
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
    measured: Measured
    passed: bool


def _bar(passed: int, total: int) -> str:
    return "#" * passed + "." * (total - passed)


def judge(
    backend: EmbeddedBackend,
    prompts: Sequence[tuple[str, str]],
    seeds: Sequence[int],
    seconds: float,
    guidance: float | None = None,
    steps: int | None = None,
) -> tuple[list[dict[str, Any]], list[Answer]]:
    """Generate and judge motions; return a row of the report per prompt, and all motions.

    Parameters
    ----------
    backend : EmbeddedBackend
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
    rows, answers = [], []
    for prompt, name in prompts:
        passed, spent, confidence = [], [], None
        for seed in seeds:
            start = time.perf_counter()
            request = make_text_request(prompt, seconds, 20.0, seed, guidance=guidance, diffusion_steps=steps)
            motion = backend.generate(request)[0]
            spent.append(time.perf_counter() - start)
            measured = Measured(motion)
            passed.append(bool(PREDICATES[name](measured)))
            confidence = motion.provenance.confidence
            answers.append(Answer(prompt, name, seed, measured, passed[-1]))
        rows.append({"prompt": prompt, "predicate": name, "passed": passed, "confidence": confidence,
                     "seconds": float(np.median(spent))})  # fmt: skip
    return rows, answers


def false_accepts(answers: Sequence[Answer]) -> dict[str, float]:
    """Return, for each predicate, the fraction of motions of other actions for which it holds."""
    out = {}
    for name in {a.name for a in answers}:
        wrong = [bool(PREDICATES[name](a.measured)) for a in answers
                 if a.name != name and name not in MAY_ALSO[a.name]]  # fmt: skip
        out[name] = float(np.mean(wrong)) if wrong else 0.0
    return out


@dataclass(frozen=True)
class Recorded:
    """What generated motions are compared with.

    Attributes
    ----------
    held_out : list of (action, MeasuredMotion)
        Recordings of the test split.
    sentences : set of str
        All training sentences, in lower case.
    profiles : (N, 20, 22, 3)
        Profiles of training windows, see ``diversity``.
    training : list of (action, MeasuredMotion)
        Recordings of the training split.
    """

    held_out: list[tuple[str, Measured]]
    sentences: set[str]
    profiles: np.ndarray
    real: list[tuple[str, Measured]]


def recorded(data: Path, sentences: Path | None = None) -> Recorded:
    """Read the recordings for comparison; ``sentences``: file of samples that ``sample_cache`` wrote, to save time."""
    from ..data.dataset import build
    from ..data.sample_cache import read

    samples = build(data, authored=sentences is None)
    said = read(sentences) if sentences else [s for s in samples if s.split == "train"]
    rng = np.random.default_rng(0)
    held, real, profiles = [], [], []
    for s in samples:
        frames = min(len(s.root), 160) if not s.loopable else min(len(s.root), 80)
        if s.split == "test":
            held.append((s.action, Measured(Motion(T_POSE, 20.0, s.root[:frames], s.rotations[:frames]))))
            continue
        for first in range(0, max(1, len(s.root) - 60), 12):
            last = first + 80
            m = Measured(Motion(T_POSE, 20.0, s.root[first:last], s.rotations[first:last]))
            profiles.append(profile(m))
            if first == 0 and not s.whole_window:
                real.append((s.action, m))
    chosen = rng.permutation(len(profiles))[:_PROFILES]
    texts = {t.lower() for row in said for t in row.sentences}
    return Recorded(held, texts, np.stack([profiles[i] for i in chosen]), real)


def on_recordings(rows: Sequence[tuple[str, Measured]]) -> dict[str, tuple[int, int]]:
    """Count held-out recordings that pass the predicate of their own action: passed and total, by action."""
    out = {}
    for action, motions in grouped(rows).items():
        if action in PREDICATES:
            out[action] = (sum(bool(PREDICATES[action](m)) for m in motions), len(motions))
    return dict(sorted(out.items()))


def _varied(answers: Sequence[Answer], against: Recorded) -> dict[str, Any]:
    """Report the spread over seeds compared with recordings, and the distance to the nearest training window."""
    prompts: dict[str, dict[str, list[Measured]]] = defaultdict(lambda: defaultdict(list))
    for a in answers:
        prompts[a.name][a.prompt].append(a.measured)
    groups = {name: list(seeds.values()) for name, seeds in prompts.items()}
    spreads = diversity(groups, grouped(against.real))
    some = [a.measured for a in answers if a.seed == answers[0].seed]
    near = nearest(some, against.profiles)
    held = nearest([m for _, m in against.held_out if len(m.motion) >= 60][:60], against.profiles)
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
        From ``judge``; gets the key "seen".
    seeds : int
        Number of seeds.
    sentences : set of str
        Training sentences in lower case, to mark the prompts among them; may be empty.
    """
    print(f"\n{title}: {len(rows)} sentences, {seeds} seeds")
    for row in rows:
        row["seen"] = row["prompt"].lower() in sentences if sentences else None
        mark = {True: "seen", False: "new", None: ""}[row["seen"]]
        print(f"  {_bar(sum(row['passed']), seeds)}  {row['prompt']:58s} {row['predicate']:16s} "
              f"{mark:4s} confidence {row['confidence']:.2f}  {row['seconds']:.2f} s")  # fmt: skip
    total, asked = sum(sum(r["passed"]) for r in rows), len(rows) * seeds
    print(f"  passed {total} of {asked}: {100 * total / asked:.0f} %")
    out: dict[str, Any] = {"passed": total, "asked": asked, "rows": rows}
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
        "--data", type=Path, help="recordings, to judge held-out ones and to tell unseen wordings"
    )
    parser.add_argument(
        "--prepared", type=Path, help="samples prepared from them before, which spares minutes"
    )
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--sheets", type=Path, help="folder for contact sheets of 60 prompts, three seeds each"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--card", action="store_true", help="write a summary on the card beside the weights")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    args = parser.parse_args(argv)
    backend = EmbeddedBackend(args.weights)
    seeds = range(1, 1 + args.seeds)
    report: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "seconds": args.seconds,
        "seeds": list(seeds),
    }
    against = recorded(args.data, args.prepared) if args.data else None
    everything: list[Answer] = []
    for title in args.sets:
        rows, answers = judge(backend, SETS[title], seeds, args.seconds, args.guidance, args.steps)
        report[title] = _print_set(title, rows, args.seeds, against.sentences if against else set())
        everything += answers
    english = [report[t] for t in args.sets if "chinese" not in t]
    report["english"] = {k: sum(part[k] for part in english) for k in ("passed", "asked")}
    report["actions"] = len({a.name for a in everything})
    print(
        f"\nin English {report['english']['passed']} of {report['english']['asked']}; {report['actions']} predicates"
    )
    report["directions"] = accuracy([(a.name, a.measured) for a in everything])
    for kind, (right, total) in report["directions"].items():
        print(f"{kind}: {right} of {total} right")
    wrong = false_accepts(everything)
    report["false_accepts"] = dict(sorted(wrong.items()))
    print("\npredicates that hold for motions of other actions:")
    print("  " + "  ".join(f"{k} {100 * v:.0f} %" for k, v in sorted(wrong.items()) if v >= 0.005))
    print(f"  mean {100 * float(np.mean(list(wrong.values()))):.1f} %")
    report["cleanness"] = {"generated": mean_cleanness([a.measured.motion for a in everything])}
    if against:
        report["held_out"] = on_recordings(against.held_out)
        print("\npredicates on held-out recordings of their action:")
        print("  " + "  ".join(f"{k} {a}/{b}" for k, (a, b) in report["held_out"].items()))
        report["cleanness"]["held-out recordings"] = mean_cleanness([m.motion for _, m in against.held_out])
        report |= _varied(everything, against)
        print(f"\nspread over seeds / over recordings: {report['diversity_ratio']:.2f} (median over actions)")
        near = report["nearest_training_clip"]
        print("nearest training window, m: " + ", ".join(f"{k} {v:.3f}" for k, v in near.items()))
    print("\n" + f"{'':22s}{'skate m/s':>12s}{'jitter km/s3':>14s}{'penetration mm':>16s}")
    for name, row in report["cleanness"].items():
        print(f"{name:22s}{row['skate']:12.3f}{row['jitter']:14.3f}{row['penetration']:16.2f}")
    if args.sheets:
        _draw(args.sheets, everything)
    if args.card:
        _note(args.weights / "card.json", report, args.sets)
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / "evaluation.json").write_text(
            json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def _note(card: Path, report: dict[str, Any], sets: Sequence[str]) -> None:
    """Write a summary of the report on the model card."""
    held = json.loads(card.read_text(encoding="utf-8"))
    held["measured"] = {
        "date": report["date"],
        "passed_of_asked": {t: [report[t]["passed"], report[t]["asked"]] for t in sets},
        "right_of_asked": report["directions"],
        **{name: {k: round(v, 4) for k, v in row.items()} for name, row in report["cleanness"].items()},
    }
    card.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")


def _draw(folder: Path, answers: Sequence[Answer]) -> None:
    """Write contact sheets of one English prompt for each predicate, with its first three seeds."""
    shown: dict[str, str] = {}
    for a in answers:
        if a.prompt.isascii():
            shown.setdefault(a.name, a.prompt)
    names = list(shown)[:: max(1, len(shown) // 60)][:64]
    # a prompt that is in two sets was generated twice, with equal results
    answered = {(a.name, a.prompt, a.seed): a for a in answers if a.seed <= 3}
    drawn = [a for name in names for a in answered.values() if (a.name, a.prompt) == (name, shown[name])]
    rows = [(f"{a.prompt} ({a.name}, seed {a.seed})", a.passed, a.measured.motion) for a in drawn]
    write_sheets(folder, rows)


if __name__ == "__main__":
    main()
