# SPDX-License-Identifier: GPL-3.0-or-later
"""What a training window gives away of itself, so that one network learns every way of being directed.

Drawn anew for each window: a path on the ground, poses at some frames, how the clip begins (and ends), or whole parts
of the body. Half of the windows give nothing away but their words.
"""

from __future__ import annotations

import numpy as np

from ...inference.embedded.features import CONTACTS, ROOT, ROTATIONS, WIDTH
from ..data.joints import ANKLES, FEET, HEAD, HIPS, KNEES, NECK, PELVIS, SPINE1, SPINE2, SPINE3
from ..data.motion_layers import ARM, smoothed

Array = np.ndarray
Rng = np.random.Generator

LEGS = (PELVIS, *HIPS.values(), *KNEES.values(), *ANKLES.values(), *FEET.values())
TRUNK = (PELVIS, SPINE1, SPINE2, SPINE3, NECK, HEAD)
POSE = slice(ROOT.stop - 1, ROTATIONS.stop)
"""Height of the pelvis and all orientations: what a pose says, wherever it stands and however it moves."""


def columns_of(joints: tuple[int, ...]) -> Array:
    """Feature columns of the orientations of some joints."""
    return np.concatenate([ROTATIONS.start + 6 * j + np.arange(6) for j in joints])


def _path(rng: Rng, known: Array) -> None:
    """Velocity on the ground for all frames, mostly with the turning that belongs to it, or the turning alone."""
    roll = rng.random()
    known[:, [0, 1, 2]] = 1
    if roll < 0.15:
        known[:, 3] = 1
    elif roll < 0.35:
        known[:, 2] = 0
    elif roll < 0.45:
        known[:, [0, 1]] = 0
    if rng.random() < 0.15:  # a path that ends, or begins, within the clip
        frames = len(known)
        cut = int(rng.integers(frames // 4, frames))
        known[cut:] = 0


def _poses(rng: Rng, known: Array) -> None:
    """Poses at one to five frames, now and then with all that moves."""
    frames = len(known)
    at = rng.choice(frames, size=int(rng.integers(1, 6)), replace=False)
    if rng.random() < 0.4:
        at[0] = 0
    known[at, POSE] = 1
    if rng.random() < 0.2:
        known[at] = 1


def _parts(rng: Rng, known: Array) -> None:
    """The legs and the way they go, or the arms, or all but one arm."""
    roll = rng.random()
    if roll < 0.45:
        known[:, ROOT] = 1
        known[:, columns_of(LEGS)] = 1
        known[:, CONTACTS] = 1
        if rng.random() < 0.3:
            known[:, columns_of(TRUNK)] = 1
    elif roll < 0.7:
        known[:, columns_of(ARM["left"] + ARM["right"])] = 1
    else:
        known[:] = 1
        known[:, columns_of(ARM[str(rng.choice(["left", "right"]))])] = 0


def drawn(rng: Rng, frames: int) -> tuple[Array, int]:
    """Which numbers (T, 140) of a window are told, 0 or 1, and how many of its first frames are told completely."""
    known = np.zeros((frames, WIDTH), np.float32)
    roll = rng.random()
    first = 0
    if roll < 0.5:
        return known, first
    if roll < 0.62:
        _path(rng, known)
    elif roll < 0.74:
        _poses(rng, known)
    elif roll < 0.86:
        first = int(rng.integers(5, 21))
    elif roll < 0.92:  # in between
        known[: int(rng.integers(1, 5)), POSE if rng.random() < 0.5 else slice(None)] = 1
        known[-int(rng.integers(1, 5)) :, POSE if rng.random() < 0.5 else slice(None)] = 1
    elif roll < 0.98:
        _parts(rng, known)
    else:
        first = int(rng.integers(5, 21))
        _path(rng, known)
    known[:first] = 1
    return known, first


def told(rng: Rng, x: Array, known: Array) -> Array:
    """What a window (T, 140) says of itself where ``known`` (T, 140) is 1: mostly a smooth way, as people draw it.

    Recorded hips sway with every step, and so do their velocity and heading; where the way is all that is told, it is
    averaged over about a stride for three windows in four.
    """
    alone = (known[:, :3].max(-1) > 0) & (known[:, ROTATIONS.start] == 0)
    if not alone.any() or rng.random() < 0.25:
        return x
    given = x.copy()
    given[alone, :3] = smoothed(x[:, :3], 2 * int(rng.integers(4, 13)) + 1)[alone]
    return given


def spliced(x: Array, real: Array, before: Array, fade: int = 10) -> tuple[Array, Array]:
    """A window (T, 140) that begins with the frames ``before`` (N, 140) of another motion and then does its own.

    The difference of the poses where they meet dies away over ``fade`` frames, smoothly, as in an animator's blend;
    feet are not planted meanwhile. All in normalised units; the frames in which it dies away count half.
    """
    count = len(before)
    own, weight = x[: len(x) - count].copy(), real[: len(x) - count].copy()
    fade = min(fade, len(own))
    k = (np.arange(fade) + 1) / (fade + 1)
    left = (1 - k * k * k * (10 + k * (6 * k - 15)))[:, None].astype(x.dtype)
    own[:fade, : CONTACTS.start] += left * (before[-1] - x[0])[: CONTACTS.start]
    weight[:fade] *= 0.5
    return np.concatenate([before, own]), np.concatenate([np.ones(count), weight])
