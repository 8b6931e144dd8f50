# SPDX-License-Identifier: GPL-3.0-or-later
"""How lively answers are, beside recordings of the same actions: speeds, ranges and steps.

A model that predicts averages moves less than people do: hands swing slower, hips stand still, feet drag.
Each figure is the median over motions; the aim is a ratio of ``LOWEST`` to ``HIGHEST`` between answers and recordings.
Recordings were cut at the begin and the end of their action, while an answer stands for the rest of its time. Peaks and
shares of time depend on the length, so an answer is measured over as many seconds as the recordings last (median),
where it moves most.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ...inference.backend import Backend
from ...motion import T_POSE, Motion, make_text_request
from ...motion.contact.contacts import find_true_runs
from ...motion.layers.body_joints import ANKLES, FEET, HIPS, PELVIS, SHOULDERS, SIDES, WRISTS
from ..data.drafts import MotionDraft, cut_labelled_drafts, put_on_floor
from ..data.recordings import FPS, read_folder, read_recordings
from .answers import generate_answers

Array = np.ndarray

LOWEST, HIGHEST = 0.7, 1.4
"""Ratios of answers to recordings that are as lively as they should be."""

_LEAST_OF_A_KIND = 4

FIGURES: dict[str, str] = {
    "wrist_speed": "peak wrist m/s",
    "ankle_speed": "peak ankle m/s",
    "pelvis_range": "pelvis up-down m",
    "pelvis_yaw": "pelvis yaw deg",
    "pelvis_acceleration": "pelvis m/s2",
    "spine_twist": "spine twist deg",
    "toe_lift": "toe lift m",
    "step_length": "step m",
    "cadence": "steps/s",
}
"""Names of the figures, and the heads of their columns."""


@dataclass(frozen=True)
class LivelyAction:
    """An action of the table.

    Attributes
    ----------
    prompts : tuple of str
        What the model is asked.
    labels : frozenset of str
        Actions or classes of the labelled recordings that show it.
    hdm05 : str
        Start of the descriptions of recordings of HDM05 that show it or move alike; empty if there are none.
    steps : bool
        Whether its steps are counted.
    by_kind : bool
        Whether the kinds of its recordings count alike, however many there are of each.
    """

    prompts: tuple[str, ...]
    labels: frozenset[str]
    hdm05: str = ""
    steps: bool = False
    by_kind: bool = False


ACTIONS: dict[str, LivelyAction] = {
    "walk": LivelyAction(
        ("a person walks forward", "a man walks ahead"), frozenset({"walk"}), steps=True
    ),
    "run": LivelyAction(("a person runs forward", "a woman runs"), frozenset({"run"}), steps=True),
    "jump": LivelyAction(("a person jumps", "a person jumps up"), frozenset({"jump"})),
    "kick": LivelyAction(
        ("a person kicks with the right leg", "a man kicks with the left foot"), frozenset({"kick"}), "kickLFront"
    ),
    "box": LivelyAction(("a person boxes", "a person throws several punches"), frozenset({"box"})),
    "throw": LivelyAction(
        # the only recordings of throws are of both hands and a basketball
        ("a person throws a basketball", "someone shoots a basketball"), frozenset({"throw"}), "throwBasketball"
    ),
    # more than half of the recordings are salsa, which the prompts do not ask for
    "dance": LivelyAction(("a person dances", "a girl dances happily"), frozenset({"dance"}), by_kind=True),
    "sit": LivelyAction(("a person sits down", "a man sits down on a chair"), frozenset({"sit_down"})),
    "pick up": LivelyAction(
        ("a person picks something up from the floor", "someone picks up an object with the right hand"),
        frozenset({"pick_box"}),
        "depositFloor",
    ),
}  # fmt: skip


def measure_liveliness(motion: Motion, steps: bool = False) -> dict[str, float]:
    """Measure the figures of a motion; ``steps``: also step length and cadence, if at least three steps are found."""
    p, fps = motion.positions, motion.fps
    hips = p[:, HIPS["left"]] - p[:, HIPS["right"]]
    shoulders = p[:, SHOULDERS["left"]] - p[:, SHOULDERS["right"]]
    pelvis_yaw, shoulder_yaw = _find_yaw(hips), _find_yaw(shoulders)
    acceleration = np.linalg.norm(np.diff(_average(p[:, PELVIS]), 2, axis=0), axis=-1) * fps**2
    toes = p[:, list(FEET.values()), 1] - 0.02
    out = {
        "wrist_speed": _find_peak_speed(p[:, list(WRISTS.values())], fps),
        "ankle_speed": _find_peak_speed(p[:, list(ANKLES.values())], fps),
        "pelvis_range": float(np.ptp(p[:, PELVIS, 1])),
        "pelvis_yaw": _find_range_about_trend(pelvis_yaw),
        "pelvis_acceleration": float(np.quantile(acceleration, 0.95)),
        "spine_twist": float(np.ptp(_wrap(shoulder_yaw - pelvis_yaw))),
        "toe_lift": float(np.quantile(toes.max(axis=1), 0.9)),
    }
    return out | (measure_steps(motion) if steps else {})


def measure_steps(motion: Motion) -> dict[str, float]:
    """Return the mean length in metres and the number a second of the steps of a gait; empty below three steps."""
    p = motion.positions
    landings = []
    for side in SIDES:
        ankle, toe = p[:, ANKLES[side]], p[:, FEET[side]]
        low = np.minimum(ankle[:, 1] - 0.08, toe[:, 1] - 0.02) < 0.035
        still = np.linalg.norm(np.gradient(toe, axis=0)[:, [0, 2]], axis=-1) * motion.fps < 1.0
        landings += [
            (first, side, toe[first:last, [0, 2]].mean(axis=0))
            for first, last in find_true_runs(low & still)
            if last - first >= 2
        ]
    landings.sort(key=lambda row: row[0])
    steps = [
        (b[0] - a[0], float(np.linalg.norm(b[2] - a[2])))
        for a, b in pairwise(landings)
        if a[1] != b[1] and 0 < b[0] - a[0] < 1.5 * motion.fps
    ]
    if len(steps) < 2:
        return {}
    return {
        "step_length": float(np.mean([length for _, length in steps])),
        "cadence": motion.fps / float(np.mean([frames for frames, _ in steps])),
    }


def _average(values: Array) -> Array:
    """Return the mean of three frames around each inner frame of values (T, ...): recordings have noise."""
    return np.asarray((values[:-2] + values[1:-1] + values[2:]) / 3.0)


def _find_peak_speed(positions: Array, fps: float) -> float:
    speeds = np.linalg.norm(np.diff(positions, axis=0), axis=-1) * fps
    return float(_average(speeds).max())


def _find_yaw(across: Array) -> Array:
    """Return the heading (T,) in degrees of a line (T, 3) from right to left, unwrapped."""
    return np.degrees(np.unwrap(np.arctan2(-across[:, 2], across[:, 0])))


def _wrap(degrees: Array) -> Array:
    return np.asarray((degrees + 180.0) % 360.0 - 180.0)


def _find_range_about_trend(values: Array) -> float:
    """Return the range of values (T,) about the straight line through them: a turn as a whole does not count."""
    time = np.arange(len(values))
    return float(np.ptp(values - np.polyval(np.polyfit(time, values, 1), time)))


def measure_recordings(data: Path) -> dict[str, dict[str, float]]:
    """Return the figures of the labelled recordings, and of HDM05 where it is there, for each action."""
    recordings = read_recordings(data)
    rows: dict[str, list[dict[str, float]]] = defaultdict(list)
    kinds: dict[str, list[str]] = defaultdict(list)
    for draft in cut_labelled_drafts(recordings):
        shown = {draft.facts["action"], draft.facts.get("cls")}
        for name, action in ACTIONS.items():
            # clips of kaykit are keyed by hand on another body
            if (
                shown & action.labels
                and len(draft.root) >= 20
                and "action" in draft.facts
                and not _is_keyed(draft)
            ):
                rows[name].append(_measure_draft(put_on_floor(draft, recordings), action.steps))
                kinds[name].append(str(draft.facts.get("kind", "")))
    folder = data / "more" / "hdm05"
    if (folder / "motions.npz").is_file():
        clips, _ = read_folder(folder)
        descriptions = {
            c["id"]: c["description"]
            for c in json.loads((folder / "clips.json").read_text(encoding="utf-8"))["clips"]
        }
        for clip in clips.values():
            draft = MotionDraft(clip.rotations, clip.root, {"action": "recorded"}, clip.id, False)
            for name, action in ACTIONS.items():
                if action.hdm05 and descriptions[clip.id].startswith(action.hdm05):
                    rows[name].append(_measure_draft(put_on_floor(draft, recordings), action.steps))
    return {
        name: balance_kinds(rows[name], kinds[name]) if action.by_kind else take_medians(rows[name])
        for name, action in ACTIONS.items()
        if rows[name]
    }


def _is_keyed(draft: MotionDraft) -> bool:
    return not draft.source.startswith(("cmu", "accad"))


def _measure_draft(draft: MotionDraft, steps: bool) -> dict[str, float]:
    motion = Motion(T_POSE, FPS, draft.root, draft.rotations)
    return {"seconds": motion.seconds, **measure_liveliness(motion, steps)}


def take_medians(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each figure over motions that have it, and how many there are as "motions"."""
    values = {name: [row[name] for row in rows if name in row] for name in FIGURES}
    lasting = {"seconds": float(np.median([row["seconds"] for row in rows]))} if "seconds" in rows[0] else {}
    return {
        "motions": float(len(rows)),
        **lasting,
        **{k: float(np.median(v)) for k, v in values.items() if v},
    }


def balance_kinds(rows: Sequence[Mapping[str, float]], kinds: Sequence[str]) -> dict[str, float]:
    """Return the median over kinds of the medians of each; kinds of fewer than ``_LEAST_OF_A_KIND`` are left out."""
    by_kind: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for row, kind in zip(rows, kinds, strict=True):
        by_kind[kind].append(row)
    medians = [take_medians(chosen) for chosen in by_kind.values() if len(chosen) >= _LEAST_OF_A_KIND]
    names = [name for name in ("seconds", *FIGURES) if all(name in row for row in medians)]
    return {"motions": float(len(rows)), **{n: float(np.median([row[n] for row in medians])) for n in names}}


def cut_liveliest(motion: Motion, seconds: float) -> Motion:
    """Return the ``seconds`` of a motion in which pelvis, wrists and ankles go the longest way."""
    count = max(3, round(seconds * motion.fps))
    if count >= len(motion):
        return motion
    joints = [PELVIS, *WRISTS.values(), *ANKLES.values()]
    ways = np.linalg.norm(np.diff(motion.positions[:, joints], axis=0), axis=-1).sum(axis=1)
    gone = np.concatenate([[0.0], np.cumsum(ways)])
    first = int(np.argmax(gone[count - 1 :] - gone[: len(gone) - count + 1]))
    chosen = slice(first, first + count)
    return Motion(
        motion.skeleton, motion.fps, motion.root_translation[chosen], motion.local_rotations[chosen]
    )


def measure_answers(
    backend: Backend,
    seeds: Sequence[int],
    seconds: float = 4.0,
    recordings: Mapping[str, Mapping[str, float]] | None = None,
) -> dict[str, dict[str, float]]:
    """Return the figures of the model's answers for each action, over as many seconds as its ``recordings`` last."""
    lasting = {name: row["seconds"] for name, row in (recordings or {}).items()}
    out = {}
    for name, action in ACTIONS.items():
        requests = [make_text_request(text, seconds, FPS, seed) for text in action.prompts for seed in seeds]
        answers = generate_answers(backend, requests)
        out[name] = take_medians(
            [
                measure_liveliness(cut_liveliest(motion, lasting.get(name, seconds)), action.steps)
                for motion, _ in answers
            ]
        )
    return out


def compare_liveliness(
    answers: Mapping[str, Mapping[str, float]], recordings: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return answers, recordings and their ratios, by action and figure."""
    out: dict[str, dict[str, dict[str, float]]] = {}
    for name, row in answers.items():
        recorded = recordings.get(name, {})
        out[name] = {
            figure: {
                "model": round(row[figure], 3),
                "recordings": round(recorded[figure], 3),
                "ratio": round(row[figure] / max(recorded[figure], 1e-6), 2),
            }
            for figure in FIGURES
            if figure in row and figure in recorded
        }
    return out


def print_liveliness(table: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """Print model / recordings and the ratio of each figure; a star marks ratios outside the aim."""
    print(
        f"\nliveliness beside recordings: model / recordings = ratio (aim {LOWEST} to {HIGHEST}; * is outside)"
    )
    ratios = []
    for name, row in table.items():
        print(f"  {name}")
        for figure, values in row.items():
            ratio = values["ratio"]
            ratios.append(ratio)
            mark = " " if is_lively(ratio) else "*"
            compared = f"{values['model']:8.2f} / {values['recordings']:8.2f} = {ratio:5.2f}"
            print(f"   {mark} {FIGURES[figure]:18s} {compared}")
    print(f"  within the aim: {sum(map(is_lively, ratios))} of {len(ratios)}")


def is_lively(ratio: float) -> bool:
    """Return whether a ratio is within the aim."""
    return LOWEST <= ratio <= HIGHEST


def report_liveliness(backend: Backend, data: Path, seeds: Sequence[int]) -> dict[str, Any]:
    """Measure, print and return the table."""
    recordings = measure_recordings(data)
    table = compare_liveliness(measure_answers(backend, seeds, recordings=recordings), recordings)
    print_liveliness(table)
    return table
