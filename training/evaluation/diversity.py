# SPDX-License-Identifier: GPL-3.0-or-later
"""Distances between motions, in metres: how much seeds differ, and how near the training set is.

Motions are compared by their joint positions relative to the pelvis in the facing frame, five times a second over four
seconds; the distance of two motions is the mean over joints and times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from .motion_metrics import Measured

Array = np.ndarray
FRAMES, HOP = 80, 4


def profile(m: Measured) -> Array:
    """Return joint positions (20, 22, 3) of the first four seconds at 20 fps; the last pose is held if needed."""
    at = np.minimum(np.arange(0, FRAMES, HOP), len(m.local) - 1)
    return np.asarray(m.local[at], np.float32)


def distance(a: Array, b: Array) -> Array:
    """Return the mean joint distances (...) between profiles (..., 20, 22, 3)."""
    return np.asarray(np.linalg.norm(a - b, axis=-1).mean(axis=(-1, -2)))


def spread(profiles: Sequence[Array]) -> float:
    """Return the mean distance between all pairs of profiles; zero for a single one."""
    pairs = [float(distance(a, b)) for i, a in enumerate(profiles) for b in profiles[i + 1 :]]
    return float(np.mean(pairs)) if pairs else 0.0


def diversity(
    generated: Mapping[str, Sequence[Sequence[Measured]]], recorded: Mapping[str, Sequence[Measured]]
) -> dict[str, tuple[float, float]]:
    """Return, by action, the mean distance between seeds of one prompt and between recordings of that action."""
    out = {}
    for name, prompts in generated.items():
        real = [profile(m) for m in recorded.get(name, ())]
        if len(real) >= 3:
            ours = float(np.mean([spread([profile(m) for m in seeds]) for seeds in prompts]))
            out[name] = (ours, spread(real[:12]))
    return out


def nearest(generated: Sequence[Measured], training: Array) -> Array:
    """Return the distance (N,) of each motion to the nearest of the training profiles (M, 20, 22, 3)."""
    flat = training.reshape(len(training), -1)
    out = []
    for m in generated:
        p = profile(m)
        # squared differences are fast and choose 20 candidates; the exact distance decides between them
        rough = ((flat - p.reshape(-1)) ** 2).sum(-1)
        best = np.argpartition(rough, min(20, len(rough) - 1))[:20]
        out.append(float(distance(training[best], p).min()))
    return np.array(out)


def grouped(rows: Sequence[tuple[str, Measured]]) -> dict[str, list[Measured]]:
    """Group (name, motion) pairs by name."""
    out: dict[str, list[Measured]] = defaultdict(list)
    for name, m in rows:
        out[name].append(m)
    return dict(out)
