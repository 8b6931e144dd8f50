# SPDX-License-Identifier: GPL-3.0-or-later
"""Long texts: whether sides, counts, turns, travel, low postures and the pose at the end come out as the text says.

``python -m kinescribe.training.evaluation.long_texts`` measures answers to the texts of ``long_texts.json`` in the time
that their parts need, and prints what lies outside of the expected range.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ...inference.embedded import EmbeddedBackend
from ...inference.embedded.script import plan_seconds
from ...inference.embedded.weights import WEIGHTS_FOLDER
from ...motion import make_text_request
from ...motion.layers.body_joints import ANKLES, HEAD, SIDES
from .answers import generate_answers
from .counts import count_claps, count_hops, count_jumps, count_squats
from .motion_metrics import MeasuredMotion
from .predicates_gestures import count_peaks

_TEXTS_FILE = Path(__file__).resolve().with_name("long_texts.json")
_FPS = 20.0
_LOW = 0.75  # metres of the pelvis of who sits, kneels or crouches
_LAST_FRAMES = 6
_CARRYING = (-0.45, -0.05, 0.15)  # metres: wrists below and above the shoulders, and at least so far in front
_SWING = 0.05  # metres of a waving hand

Ranges = Mapping[str, Sequence[float]]


def measure_motion(m: MeasuredMotion) -> dict[str, float]:
    """Return the measures of a motion by name: metres, degrees to the left, counts, and shares of the frames."""
    heights, positions = m.pelvis_heights, m.positions
    start = np.radians(float(m.yaw[0]))
    way = positions[-1, 0] - positions[0, 0]
    ahead, aside = np.array([np.sin(start), np.cos(start)]), np.array([np.cos(start), -np.sin(start)])
    last = positions[-_LAST_FRAMES:]
    measures = {
        "turn": m.heading_change,
        "forward": float(way[[0, 2]] @ ahead),
        "left": float(way[[0, 2]] @ aside),
        "from_start": float(np.hypot(way[0], way[2])),
        "start_height": float(heights[0]),
        "end_height": float(heights[-_LAST_FRAMES:].mean()),
        "lowest": float(heights.min()),
        "low_share": float((heights < _LOW).mean()),
        "carried_share": float(_find_carrying(m).mean()),
        "jumps": count_jumps(m),
        "hops": count_hops(m),
        "squats": count_squats(m),
        "claps": count_claps(m),
        "hands_high_end": min(
            float((m.wrist_positions(s)[-_LAST_FRAMES:, 1] - heights[-_LAST_FRAMES:]).mean()) for s in SIDES
        ),
    }
    for side in SIDES:
        wrists = m.wrist_positions(side)[-_LAST_FRAMES:, 1]
        measures[f"{side}_up_end"] = float(wrists.mean() > last[:, HEAD, 1].mean())
        measures[f"{side}_waves"] = _count_waves(m, side)
        measures[f"{side}_foot_up"] = float(np.ptp(positions[:, ANKLES[side], 1]))
    return measures


def _find_carrying(m: MeasuredMotion) -> np.ndarray:
    """Return the frames (T,) in which both hands are held in front of the body at the height of the belly."""
    below, above, ahead = _CARRYING
    flags = np.ones(len(m.positions), bool)
    for side in SIDES:
        wrist = m.arm_vectors(side)
        flags &= (wrist[:, 1] > below) & (wrist[:, 1] < above) & (wrist[:, 2] > ahead)
    return flags


def _count_waves(m: MeasuredMotion, side: str) -> int:
    raised = m.arm_vectors(side)[:, 1] > 0.05
    x = m.arm_vectors(side)[raised, 0]
    return count_peaks(x, _SWING) if len(x) > 4 else 0


def find_misses(measures: Mapping[str, float], expected: Ranges) -> list[str]:
    """Return the measures outside of their range, such as ``turn -3 not in 140..220``."""
    return [
        f"{name} {measures[name]:.2f} not in {low}..{high}"
        for name, (low, high) in expected.items()
        if not low <= measures[name] <= high
    ]


def read_texts() -> list[tuple[str, Ranges]]:
    """Return the texts with the range of each measure."""
    rows = json.loads(_TEXTS_FILE.read_text(encoding="utf-8"))["texts"]
    return [(row["text"], row["measures"]) for row in rows]


def main(argv: list[str] | None = None) -> None:
    """Print how many measures of answers to long texts lie in their range."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER)
    parser.add_argument("--seeds", type=int, default=2)
    args = parser.parse_args(argv)
    texts = read_texts()
    seeds = range(1, 1 + args.seeds)
    answers = generate_answers(
        EmbeddedBackend(args.weights),
        [make_text_request(text, plan_seconds(text), _FPS, seed) for text, _ in texts for seed in seeds],
    )
    asked = met = right = 0
    for text, expected in texts:
        for seed in seeds:
            motion, _ = next(answers)
            misses = find_misses(measure_motion(MeasuredMotion(motion)), expected)
            asked, met, right = asked + len(expected), met + len(expected) - len(misses), right + (not misses)
            if misses:
                print(f"{seed} {text[:70]}: {'; '.join(misses)}")
    print(f"{met} of {asked} measures in range; all of them in {right} of {len(texts) * len(seeds)} answers")


if __name__ == "__main__":
    main()
