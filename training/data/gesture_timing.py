# SPDX-License-Identifier: GPL-3.0-or-later
"""When the parts of an authored gesture happen.

A network that is trained on gestures with random timing predicts their average: a hand that hangs in the air. So all
timing is told: by the place in the clip (a gesture begins 0.2 s after the clip does), or by the words (slowly, twice).
Periods are those of the clocks that the network has (``model.BEATS``), and the first swing goes the same way each time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...motion.rotations import Array
from .motion_layers import Layer, ease
from .recordings import FPS

Rng = np.random.Generator

START = 0.2
"""Seconds from the start of a clip to that of its gesture."""

_RISE = {None: 0.6, "slow": 1.2, "fast": 0.4}


@dataclass(frozen=True)
class Manner:
    """How a gesture is made, as the words say: ``speed`` ("slow", "fast" or None) and ``count`` (or None)."""

    speed: str | None = None
    count: int | None = None

    @property
    def rise(self) -> float:
        """Seconds in which a hand goes up."""
        return _RISE[self.speed]

    def period(self, slow: int, usual: int, fast: int) -> float:
        """Seconds of one swing, from frames for each speed."""
        return {"slow": slow, None: usual, "fast": fast}[self.speed] / FPS

    def facts(self) -> dict[str, object]:
        """What the wording needs."""
        return {k: v for k, v in (("speed", self.speed), ("count", self.count)) if v is not None}


def clock(layer: Layer) -> Array:
    """Seconds (T,) from the start of the clip."""
    return np.arange(len(layer.root)) / FPS


@dataclass(frozen=True)
class Window:
    """``t`` and ``envelope`` (T,), which rises and falls with minimum jerk between ``start``, ``up``, ``down``."""

    t: Array
    envelope: Array
    start: float
    up: float
    down: float


def window(layer: Layer, rng: Rng, rise: float, hold: float | None = None) -> Window:
    """A gesture that rises at the clip's beginning and is held for ``hold`` seconds, or nearly to the end."""
    t = clock(layer)
    start = START + float(rng.uniform(-0.02, 0.02))
    up = start + rise
    down = max(up + 0.2, float(t[-1]) - 0.2 - rise)
    if hold is not None:
        down = min(down, up + hold)
    envelope = ease((t - start) / rise) * (1.0 - ease((t - down) / rise))
    return Window(t, envelope, start, up, down)


def swings(t: Array, start: float, period: float, end: float) -> Array:
    """A sine (T,) that begins upwards at ``start``, swells within a third of a period and ends gently at ``end``."""
    fade = ease((t - start) / (0.3 * period)) * (1.0 - ease((t - end + 0.3 * period) / (0.3 * period)))
    return np.sin(2 * np.pi * (t - start) / period) * fade


def between(t: Array, times: list[float], values: list[Array]) -> Array:
    """Values (T, D) that rest at each array (T, D) or (D,) at its time and go on to the next with minimum jerk."""
    shape = (len(t), np.shape(values[-1])[-1])
    out = np.broadcast_to(values[0], shape).astype(np.float64)
    for first, last, value in zip(times[:-1], times[1:], values[1:], strict=True):
        k = ease((t - first) / max(last - first, 1e-6))[:, None]
        out = out * (1.0 - k) + np.broadcast_to(value, shape) * k
    return out
