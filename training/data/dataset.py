# SPDX-License-Identifier: GPL-3.0-or-later
"""Short, single-action, labelled samples for training: recorded, varied, authored and mirrored.

``python -m kinescribe.training.data.dataset DATA_DIR`` prints a table of them.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..text.wordings import generate_sentences
from .authored import author_drafts
from .checks import check_motion
from .drafts import (
    MotionDraft,
    cut_labelled_drafts,
    describe_draft,
    is_clean,
    mirror_draft,
    put_on_floor,
    start_on_floor,
)
from .recorded_variants import vary_draft
from .recordings import FPS, Recordings, read_recordings
from .sampling_weights import group_and_percent

MAX_RECORDED_SHARE, MAX_VARIED_SHARE, MAX_AUTHORED_SHARE = 0.25, 0.35, 0.05
"""Recordings with a larger share of impossible frames are left out; variants and authored motions stop the build."""


@dataclass
class Sample:
    """One training example: 20 frames a second, Y up; frame 0 faces +Z and stands at x = z = 0.

    Attributes
    ----------
    rotations : (T, 22, 4) float32
        Local unit quaternions, w x y z.
    root : (T, 3) float32
        Position of the pelvis in metres.
    sentences : list of str
        True descriptions of the motion.
    action : str
        Coarse class, with its side or direction where the action has one.
    weight : float
        Sampling weight.
    source : str
        Id of the recording that it is made from.
    loopable : bool
        Whether it goes on as it began, so that any part of it shows the action.
    split : str
        "train" or "test"; all samples of a recording are in the same one.
    whole_window : bool
        Whether the clip is used as one training window, uncut, because its timing counts from its start.
    """

    rotations: np.ndarray
    root: np.ndarray
    sentences: list[str]
    action: str
    weight: float
    source: str
    loopable: bool
    split: str
    whole_window: bool = False


def build_samples(data_dir: Path, seed: int = 0, thin: int = 1, authored: bool = True) -> list[Sample]:
    """Build all samples. Raises FileNotFoundError if the recordings are missing.

    Parameters
    ----------
    data_dir : Path
        Folder of ``motions.npz`` and ``clips.json``.
    seed : int
        Of all random choices.
    thin : int
        Use only every ``thin``-th label and authored motion, for a quick selection.
    authored : bool
        Also add variants and authored gestures; without them only recordings and their mirrored copies (seconds).
    """
    recordings = read_recordings(Path(data_dir))
    rng = np.random.default_rng(seed)
    labelled = [put_on_floor(d, recordings) for d in cut_labelled_drafts(recordings, thin)]
    started = (start_on_floor(d, recordings) for d in labelled)
    labelled = [d for d in started if d is not None and is_clean(d, recordings)]
    labelled = [d for d in labelled if impossible_share(d, recordings) <= MAX_RECORDED_SHARE]
    test_clips = _choose_test_clips(labelled)
    drafts = list(labelled)
    if authored:
        for draft in labelled:
            drafts += vary_draft(draft, recordings, rng)
        drafts += [put_on_floor(d, recordings) for d in author_drafts(labelled, recordings, rng, thin)]
    drafts += [mirror_draft(d) for d in drafts if d.add_mirrored]
    stop_on_impossible(drafts, recordings)
    described = (describe_draft(d, recordings) for d in drafts)
    return _make_samples([d for d in described if d is not None], test_clips)


def impossible_share(draft: MotionDraft, recordings: Recordings) -> float:
    """Return the share of a draft's frames that fail a check of ``checks.check_motion``."""
    positions = recordings.joint_positions(draft.rotations, draft.root)
    is_level = draft.facts["action"] != "climb"
    return float(check_motion(draft.rotations, positions, recordings.skeleton, is_level).impossible.mean())


def stop_on_impossible(drafts: list[MotionDraft], recordings: Recordings) -> None:
    """Raise ValueError with a list of the motions of which too many frames are impossible."""
    lines = []
    for d in drafts:
        share = impossible_share(d, recordings)
        if share > (MAX_AUTHORED_SHARE if d.whole_window else MAX_VARIED_SHARE):
            lines.append(f"{d.source}: {_class_name(d.facts)}, {100 * share:.0f} % of the frames")
    if lines:
        raise ValueError(f"{len(lines)} of {len(drafts)} motions are impossible:\n" + "\n".join(lines[:40]))


def _choose_test_clips(drafts: list[MotionDraft]) -> set[str]:
    """Choose about 8 % of the clips for evaluation by a hash of their name, but never the only two of an action."""
    clips = defaultdict(set)
    for d in drafts:
        clips[str(d.facts.get("cls", d.facts["action"]))].add(d.source)
        clips[group_and_percent(d.facts)[0]].add(d.source)
    chosen = {c for c in {d.source for d in drafts} if zlib.crc32(c.encode()) % 100 < 9}
    for group in clips.values():
        while len(group - chosen) < max(2, 0.7 * len(group)) and group & chosen:
            chosen -= {min(group & chosen)}
    return chosen


def _make_samples(drafts: list[MotionDraft], test_clips: set[str]) -> list[Sample]:
    """Return samples with sentences and weights: each group gets its percentage, longer motions a little more in it."""
    totals: dict[str, float] = defaultdict(float)
    weights = []
    for d in drafts:
        group, group_percent = group_and_percent(d.facts)
        weight = d.weight * min(len(d.root) / FPS, 8.0) ** 0.5
        weights.append((group, group_percent, weight))
        if d.source not in test_clips:
            totals[group] += weight
    texts: dict[str, list[str]] = {}
    out = []
    for d, (group, group_percent, weight) in zip(drafts, weights, strict=True):
        key = json.dumps(d.facts, sort_keys=True)
        if key not in texts:
            texts[key] = generate_sentences(d.facts)
        out.append(
            Sample(
                rotations=d.rotations.astype(np.float32),
                root=d.root.astype(np.float32),
                sentences=texts[key],
                action=_class_name(d.facts),
                weight=group_percent * weight / max(totals[group], 1e-6),
                source=d.source,
                loopable=d.loopable,
                split="test" if d.source in test_clips else "train",
                whole_window=d.whole_window,
            )
        )
    return out


def _class_name(facts: dict[str, Any]) -> str:
    """Return the coarse class: the action, with its side or direction where the action has one."""
    if facts["action"] == "text":
        return str(facts.get("cls", "other"))
    suffix = facts.get("side") or (facts.get("way") if facts["action"] == "climb" else None)
    return f"{facts['action']}_{suffix}" if suffix else str(facts["action"])


def format_summary(samples: list[Sample]) -> str:
    """Format a table: class, samples, seconds, fraction of the training weight, an example sentence."""
    rows: dict[str, list[Any]] = {}
    total = sum(s.weight for s in samples if s.split == "train")
    for s in samples:
        row = rows.setdefault(s.action, [0, 0.0, 0.0, 0, s.sentences[-1]])
        row[0] += 1
        row[1] += len(s.root) / FPS
        row[2] += s.weight / total if s.split == "train" else 0.0
        row[3] += s.split == "test"
    lines = [f"{'action':20} samples  test  seconds  weight  example"]
    for name, (count, seconds, weight, test, text) in sorted(rows.items(), key=lambda r: -r[1][2]):
        lines.append(f"{name:20} {count:7d} {test:5d} {seconds:8.0f} {100 * weight:6.2f}%  {text}")
    unique = len({t for s in samples for t in s.sentences})
    minutes = sum(len(s.root) for s in samples) / FPS / 60
    lines.append(f"{len(samples)} samples, {minutes:.0f} minutes, {unique} different sentences")
    return "\n".join(lines)


def main(data_dir: str) -> None:
    """Print the table of the training set."""
    print(format_summary(build_samples(Path(data_dir))))


if __name__ == "__main__":
    import sys

    main(sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).resolve().parents[3] / "shared" / "data"))
