# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the embedded model for thirty everyday sentences and judge what it does by measurement.

Prints a table per sentence; then whether the judges can say no (each is asked about motions of all other actions),
what they say of held-out recordings, and how clean the motions are beside the recordings. No torch needed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..inference.embedded import EmbeddedBackend
from ..inference.embedded.weights import FOLDER
from ..motion import T_POSE, Motion, text_request
from .predicates import MAY_ALSO, PREDICATES, Measured
from .prompts import EVERYDAY, FURTHER
from .quality import mean_cleanness

_CLASSES = {"walk_wave_left": "walk_wave", "walk_wave_right": "walk_wave"}


def _bar(passed: int, total: int) -> str:
    return "#" * passed + "." * (total - passed)


def judge(
    backend: EmbeddedBackend,
    prompts: Sequence[tuple[str, str]],
    seeds: Sequence[int],
    seconds: float,
    guidance: float | None,
    steps: int | None,
) -> tuple[list[dict[str, Any]], dict[str, list[Motion]]]:
    """One row per prompt, and all motions by the predicate that they were asked for."""
    rows, motions = [], defaultdict(list)
    for prompt, name in prompts:
        passed, spent, confidence = [], [], None
        for seed in seeds:
            start = time.perf_counter()
            request = text_request(prompt, seconds, 20.0, seed, guidance=guidance, diffusion_steps=steps)
            motion = backend.generate(request)[0]
            spent.append(time.perf_counter() - start)
            passed.append(bool(PREDICATES[name](Measured(motion))))
            confidence = motion.provenance.confidence
            motions[name].append(motion)
        rows.append({"prompt": prompt, "predicate": name, "passed": passed, "confidence": confidence,
                     "seconds": float(np.median(spent))})  # fmt: skip
    return rows, dict(motions)


def false_accepts(motions: dict[str, list[Motion]]) -> dict[str, float]:
    """For each predicate, how often it holds for motions that were asked to be something else."""
    measured = {name: [Measured(m) for m in group] for name, group in motions.items()}
    out = {}
    for name in motions:
        wrong = [bool(PREDICATES[name](m)) for other, group in measured.items()
                 if other != name and name not in MAY_ALSO.get(other, frozenset()) for m in group]  # fmt: skip
        out[name] = float(np.mean(wrong)) if wrong else 0.0
    return out


def held_out(data: Path) -> tuple[dict[str, tuple[int, int]], list[Motion], set[str]]:
    """Predicates on held-out recordings (passed, asked), those recordings, and all training sentences."""
    from .dataset import build

    samples = build(data)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    motions = []
    for s in samples:
        name = _CLASSES.get(s.action, s.action)
        if s.split != "test" or name not in PREDICATES:
            continue
        frames = min(len(s.root), 160) if not s.loopable else min(len(s.root), 80)
        motion = Motion(T_POSE, 20.0, s.root[:frames], s.rotations[:frames])
        motions.append(motion)
        counts[name][0] += bool(PREDICATES[name](Measured(motion)))
        counts[name][1] += 1
    sentences = {t.lower() for s in samples if s.split == "train" for t in s.sentences}
    return {k: (v[0], v[1]) for k, v in sorted(counts.items())}, motions, sentences


def main(argv: list[str] | None = None) -> None:
    """Print the tables; with --out also write evaluation.json there."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--weights", type=Path, default=FOLDER)
    parser.add_argument(
        "--data", type=Path, help="recordings, to judge held-out ones too and to tell unseen wordings"
    )
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--everyday-only", action="store_true")
    args = parser.parse_args(argv)
    backend = EmbeddedBackend(args.weights)
    seeds = range(1, 1 + args.seeds)
    report: dict[str, Any] = {"seconds": args.seconds, "seeds": list(seeds)}
    recorded, real, sentences = held_out(args.data) if args.data else ({}, [], set())
    everything: dict[str, list[Motion]] = defaultdict(list)
    for title, prompts in (("everyday", EVERYDAY), ("further", FURTHER)):
        if title == "further" and args.everyday_only:
            continue
        rows, motions = judge(backend, prompts, seeds, args.seconds, args.guidance, args.steps)
        print(f"\n{title}: {len(rows)} sentences, {args.seeds} seeds")
        for row in rows:
            row["seen"] = row["prompt"].lower() in sentences if sentences else None
            mark = {True: "seen", False: "new", None: ""}[row["seen"]]
            print(f"  {_bar(sum(row['passed']), args.seeds)}  {row['prompt']:46s} {row['predicate']:16s} "
                  f"{mark:4s} confidence {row['confidence']:.2f}  {row['seconds']:.2f} s")  # fmt: skip
        total, asked = sum(sum(r["passed"]) for r in rows), len(rows) * args.seeds
        print(f"  passed {total} of {asked}: {100 * total / asked:.0f} %")
        if sentences:
            fresh = [p for r in rows if not r["seen"] for p in r["passed"]]
            print(f"  of them in wordings that no training sentence has: {sum(fresh)} of {len(fresh)}")
        report[title] = {"passed": total, "asked": asked, "rows": rows}
        for name, group in motions.items():
            everything[name] += group
    wrong = false_accepts(everything)
    report["false_accepts"] = wrong
    print("\npredicates that hold for motions of other actions:")
    print("  " + "  ".join(f"{k} {100 * v:.0f} %" for k, v in sorted(wrong.items())))
    print(f"  mean {100 * float(np.mean(list(wrong.values()))):.1f} %")
    if recorded:
        report["held_out"] = recorded
        print("\npredicates on held-out recordings of their action:")
        print("  " + "  ".join(f"{k} {a}/{b}" for k, (a, b) in recorded.items()))
    report["cleanness"] = {"generated": mean_cleanness([m for g in everything.values() for m in g])}
    if real:
        report["cleanness"]["held-out recordings"] = mean_cleanness(real)
    print("\n" + f"{'':22s}{'skate m/s':>12s}{'jitter km/s3':>14s}{'penetration mm':>16s}")
    for name, row in report["cleanness"].items():
        print(f"{name:22s}{row['skate']:12.3f}{row['jitter']:14.3f}{row['penetration']:16.2f}")
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / "evaluation.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
