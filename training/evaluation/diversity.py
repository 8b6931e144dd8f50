# SPDX-License-Identifier: GPL-3.0-or-later
"""Distances between motions, in metres: how much seeds differ, and how near the training set is.

Motions are compared by their joint positions relative to the pelvis in the facing frame, five times a second over four
seconds; the distance of two motions is the mean over joints and times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from .motion_metrics import MeasuredMotion

Array = np.ndarray
PROFILE_FRAMES, PROFILE_STEP = 80, 4


def make_profile(m: MeasuredMotion) -> Array:
    """Return joint positions (20, 22, 3) of the first four seconds at 20 fps; the last pose is held if needed."""
    frames = np.minimum(np.arange(0, PROFILE_FRAMES, PROFILE_STEP), len(m.local_positions) - 1)
    return np.asarray(m.local_positions[frames], np.float32)


def profile_distance(a: Array, b: Array) -> Array:
    """Return the mean joint distances (...) between profiles (..., 20, 22, 3)."""
    return np.asarray(np.linalg.norm(a - b, axis=-1).mean(axis=(-1, -2)))


def mean_distance(profiles: Sequence[Array]) -> float:
    """Return the mean distance between all pairs of profiles; zero for a single one."""
    pairs = [float(profile_distance(a, b)) for i, a in enumerate(profiles) for b in profiles[i + 1 :]]
    return float(np.mean(pairs)) if pairs else 0.0


def compare_diversity(
    generated: Mapping[str, Sequence[Sequence[MeasuredMotion]]],
    recorded: Mapping[str, Sequence[MeasuredMotion]],
) -> dict[str, tuple[float, float]]:
    """Return, by action, the mean distance between seeds of one prompt and between recordings of that action."""
    out = {}
    for name, prompts in generated.items():
        recorded_profiles = [make_profile(m) for m in recorded.get(name, ())]
        if len(recorded_profiles) >= 3:
            seed_distance = float(
                np.mean([mean_distance([make_profile(m) for m in seeds]) for seeds in prompts])
            )
            out[name] = (seed_distance, mean_distance(recorded_profiles[:12]))
    return out


def nearest_distances(generated: Sequence[MeasuredMotion], training: Array) -> Array:
    """Return the distance (N,) of each motion to the nearest of the training profiles (M, 20, 22, 3)."""
    flat = training.reshape(len(training), -1)
    out = []
    for m in generated:
        p = make_profile(m)
        # squared differences are fast and choose 20 candidates; the exact distance decides between them
        squared_distances = ((flat - p.reshape(-1)) ** 2).sum(-1)
        best = np.argpartition(squared_distances, min(20, len(squared_distances) - 1))[:20]
        out.append(float(profile_distance(training[best], p).min()))
    return np.array(out)


def group_by_name(rows: Sequence[tuple[str, MeasuredMotion]]) -> dict[str, list[MeasuredMotion]]:
    """Group (name, motion) pairs by name."""
    out: dict[str, list[MeasuredMotion]] = defaultdict(list)
    for name, m in rows:
        out[name].append(m)
    return dict(out)
