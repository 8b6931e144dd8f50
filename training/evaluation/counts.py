# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts: of claps, waves, jumps, squats, hops and punches, one to five, the share that comes out in the right number.

Events are counted on the joints: hands that meet, a raised hand that swings outward, both feet off the ground, a pelvis
that goes down, an arm that is stretched forward.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...inference.backend import GenerationJob
from ...inference.embedded.backend import EmbeddedBackend
from ...inference.embedded.script import write_script
from ...inference.embedded.weights import WEIGHTS_FOLDER
from ...motion import KinescribeError, make_text_request
from ...motion.contact.contacts import find_true_runs
from ...motion.layers.body_joints import SIDES, WRISTS
from ...motion.request import TextSegment
from ...motion.smoothing import gaussian_smooth
from .motion_metrics import MeasuredMotion
from .predicates_gestures import count_peaks

FPS = 20.0
COUNTS = (1, 2, 3, 4, 5)
_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times"}

_HANDS_MEET = 0.19  # metres between the wrists
_SWING = 0.05  # metres of a waving hand
_FLIGHT_SECONDS, _JUMP_RISE = 0.12, 0.08
_HOP_SECONDS, _HOP_RISE = 0.05, 0.02
_SQUAT_DEPTH = 0.12  # metres that the pelvis goes down
_PUNCH_STRETCH = 0.12  # metres by which the wrist moves away from the shoulder


def count_claps(m: MeasuredMotion) -> int:
    """Return how often the hands meet."""
    return len(find_true_runs(m.joint_distances(WRISTS["left"], WRISTS["right"]) < _HANDS_MEET))


def count_waves(m: MeasuredMotion) -> int:
    """Return how often a raised hand swings outward: of the hand that swings more."""
    counts = [0]
    for side in SIDES:
        raised = m.arm_vectors(side)[:, 1] > 0.05
        x = m.arm_vectors(side)[raised, 0]
        if len(x) > 4:
            counts.append(count_peaks(x, _SWING))
    return max(counts)


def count_jumps(m: MeasuredMotion) -> int:
    """Return how often both feet leave the ground and the body rises."""
    return sum(1 for seconds, rise in m.flight_phases if seconds >= _FLIGHT_SECONDS and rise > _JUMP_RISE)


def count_hops(m: MeasuredMotion) -> int:
    """Return how often the body leaves the ground, be it a little."""
    return sum(1 for seconds, rise in m.flight_phases if seconds >= _HOP_SECONDS and rise > _HOP_RISE)


def count_squats(m: MeasuredMotion) -> int:
    """Return how often the pelvis goes down and comes up again."""
    heights = gaussian_smooth(m.pelvis_heights[:, None], 1.5)[:, 0]
    depth = np.concatenate([[0.0], heights.max() - heights, [0.0]])  # standing before and after
    return count_peaks(depth, _SQUAT_DEPTH)


def count_punches(m: MeasuredMotion) -> int:
    """Return how often an arm is stretched forward at the height of chest or face."""
    total = 0
    for side in SIDES:
        vectors = m.arm_vectors(side)
        reach = np.where(vectors[:, 1] > -0.3, np.clip(vectors[:, 2], 0.0, None), 0.0)
        smooth = gaussian_smooth(reach[:, None], 1.0)[:, 0]
        peaks = count_peaks(np.concatenate([smooth, [0.0]]), _PUNCH_STRETCH)
        total += peaks if smooth.max() > 0.36 else 0
    return total


ACTIONS: dict[str, tuple[str, Callable[[MeasuredMotion], int]]] = {
    "claps": ("a person claps {times}", count_claps),
    "waves": ("a person waves the right hand {times}", count_waves),
    "jumps": ("a person jumps {times}", count_jumps),
    "squats": ("a person squats {times}", count_squats),
    "hops": ("a person hops {times} on the left leg", count_hops),
    "punches": ("a person punches {times} with the right hand", count_punches),
}
"""Name of an action to its prompt and what counts its events."""


def choose_seconds(prompt: str) -> float:
    """Return the length of an answer: what its parts need, at least two seconds."""
    lines = write_script(prompt, True)
    return max(2.0, sum(line.seconds for line in lines) + lines[0].seconds_at_start + 0.6)


def judge_counts(
    backend: EmbeddedBackend, name: str, counts: Sequence[int], seeds: Sequence[int]
) -> list[tuple[int, int]]:
    """Return the counts that were asked for and that came out, for one action.

    Parameters
    ----------
    backend
        The model.
    name
        Of the action.
    counts
        Counts to ask for.
    seeds
        Seeds of each prompt.
    """
    template, measure = ACTIONS[name]
    jobs, asked = [], []
    for count in counts:
        prompt = template.format(times=_TIMES[count])
        for seed in seeds:
            jobs.append(GenerationJob(make_text_request(prompt, choose_seconds(prompt), FPS, seed)))
            asked.append(count)
    rows = []
    for count, outcome in zip(asked, backend.generate_many(jobs), strict=True):
        if isinstance(outcome, KinescribeError):
            raise outcome
        rows.append((count, measure(MeasuredMotion(outcome[0]))))
    return rows


def print_rhythm(backend: EmbeddedBackend, name: str) -> None:
    """Print how often an action happens in segments of 1 to 5 seconds, each behind a second of standing.

    These figures are what ``inference/embedded/wordings.json`` holds under ``clocked`` and ``repeated``.
    """
    template, measure = ACTIONS[name]
    prompt = template.format(times="").strip()
    sentence = write_script(prompt, True)[0].prompt
    lengths = [x / 5 for x in range(5, 26, 2)]
    jobs = []
    for seconds in lengths:
        frames = round(seconds * FPS)
        segments = (
            TextSegment("a person stands still", 20),
            TextSegment(f"{sentence} for {seconds:g} seconds", frames),
            TextSegment("a person stands still", 20),
        )
        request = make_text_request(sentence, seconds + 2.0, FPS, 1)
        jobs.append(GenerationJob(replace(request, segments=segments)))
    counts = [
        measure(MeasuredMotion(outcome[0])) if isinstance(outcome, list) else -1
        for outcome in backend.generate_many(jobs)
    ]
    print(f"{name:8} " + ", ".join(f"{s:g} s: {n}" for s, n in zip(lengths, counts, strict=True)), flush=True)


def main(argv: list[str] | None = None) -> None:
    """Print how many counts are right, by action."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--actions", nargs="+", choices=list(ACTIONS), default=list(ACTIONS))
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER)
    parser.add_argument(
        "--rhythm", action="store_true", help="print how often each happens in a given time instead"
    )
    args = parser.parse_args(sys.argv[1:] if argv is None else argv)
    if args.rhythm:
        for name in args.actions:
            print_rhythm(EmbeddedBackend(args.weights), name)
        return
    backend, right, total = EmbeddedBackend(args.weights), 0, 0
    for name in args.actions:
        rows = judge_counts(backend, name, COUNTS, range(1, args.seeds + 1))
        good = sum(asked == came for asked, came in rows)
        wrong = ", ".join(f"{asked} -> {came}" for asked, came in rows if asked != came)
        note = f" (asked -> came out: {wrong})" if wrong else ""
        print(f"{name:8} {good} of {len(rows)} right{note}", flush=True)
        right, total = right + good, total + len(rows)
    print(f"all      {right} of {total} right ({100 * right / max(1, total):.0f} %)")


if __name__ == "__main__":
    main()
