# SPDX-License-Identifier: GPL-3.0-or-later
"""Interpolation of corrections given at some frames to all frames."""

from __future__ import annotations

import numpy as np

from ..rotations import Array
from ..smoothing import smoothstep
from .goals import Frames


def interpolate_monotone(frames: Frames, values: Array, count: int) -> Array:
    """Interpolate ``values`` (N, C) at ``frames`` (N,) to (count, C), constant before the first and after the last one.

    Piecewise cubic with the slopes of Fritsch and Butland ("A Method for Constructing Local Monotone Piecewise Cubic
    Interpolants", 1984): the curve does not overshoot.
    """
    if len(frames) == 1:
        return np.repeat(values, count, axis=0)
    x = frames.astype(float)
    width = np.diff(x)[:, None]
    slope = np.diff(values, axis=0) / width
    before, after = slope[:-1], slope[1:]
    w1, w2 = 2 * width[1:] + width[:-1], width[1:] + 2 * width[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (w1 + w2) / (w1 / before + w2 / after)
    inner = np.where(before * after > 0, mean, 0.0)
    slopes_at_frames = np.concatenate([np.zeros_like(slope[:1]), inner, np.zeros_like(slope[:1])])
    time = np.clip(np.arange(count, dtype=float), x[0], x[-1])
    k = np.clip(np.searchsorted(x, time, side="right") - 1, 0, len(x) - 2)
    h = width[k]
    u = (time - x[k])[:, None] / h
    u2, u3 = u * u, u * u * u
    return np.asarray(
        (2 * u3 - 3 * u2 + 1) * values[k]
        + (u3 - 2 * u2 + u) * h * slopes_at_frames[k]
        + (3 * u2 - 2 * u3) * values[k + 1]
        + (u3 - u2) * h * slopes_at_frames[k + 1]
    )


def fade_from_keyframes(frames: Frames, values: Array, count: int, fade_frames: float) -> Array:
    """Return corrections (count, C) that equal ``values`` at ``frames`` and fade to zero around them.

    Between two frames that are closer than ``fade_frames`` one value is blended into the other.

    Parameters
    ----------
    frames : (N,) ascending frame numbers
    values : (N, C)
    count : number of frames of the result
    fade_frames : frames within which a value fades to zero
    """
    time = np.arange(count)
    after = np.searchsorted(frames, time, side="left")
    total = np.zeros((count, values.shape[1]))
    last = len(frames) - 1
    for step in (-1, 0):
        k = after + step
        exists = (k >= 0) & (k <= last)
        k = np.clip(k, 0, last)
        other = np.clip(k - 1 if step == 0 else k + 1, 0, last)
        gaps = np.abs(frames[other] - frames[k]).astype(float)
        width = np.where(gaps > 0, np.minimum(gaps, fade_frames), fade_frames)
        weight = np.where(exists, smoothstep(1.0 - np.abs(time - frames[k]) / width), 0.0)
        if step == 0:
            exact = exists & (frames[k] == time)
            total[exact] = 0.0
        total += weight[:, None] * values[k]
    return total
