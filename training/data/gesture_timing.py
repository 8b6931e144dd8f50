# SPDX-License-Identifier: GPL-3.0-or-later
"""Timing of authored gestures: envelopes, swings and interpolation between poses.

A network that is trained on gestures with random timing predicts their average: a hand that hangs in the air. So all
timing can be predicted from the input: from the position in the clip (a gesture begins 0.2 s after the clip does) or
from the text ("slowly", "twice"). Periods are those of the network's clocks (``model.CLOCK_PERIODS``), and the first
swing always goes in the same direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...motion.rotations import Array
from .motion_layers import MotionLayer, minimum_jerk
from .recordings import FPS

Rng = np.random.Generator

GESTURE_START = 0.2
"""Seconds from the start of a clip to the start of its gesture."""

_RISE_SECONDS = {None: 0.6, "slow": 1.2, "fast": 0.4}


@dataclass(frozen=True)
class GestureTiming:
    """Speed ("slow", "fast" or None) and number of repetitions (or None) of a gesture, as its sentences state them."""

    speed: str | None = None
    count: int | None = None

    @property
    def rise_seconds(self) -> float:
        """Seconds in which a hand is raised."""
        return _RISE_SECONDS[self.speed]

    def swing_period(self, slow: int, usual: int, fast: int) -> float:
        """Return the seconds of one swing, given the frames for each speed."""
        return {"slow": slow, None: usual, "fast": fast}[self.speed] / FPS

    def to_facts(self) -> dict[str, object]:
        """Return the facts that sentences are made from."""
        return {k: v for k, v in (("speed", self.speed), ("count", self.count)) if v is not None}


def clip_times(layer: MotionLayer) -> Array:
    """Return the seconds (T,) from the start of the clip."""
    return np.arange(len(layer.root)) / FPS


@dataclass(frozen=True)
class GestureEnvelope:
    """How far a gesture is carried out over time.

    Attributes
    ----------
    times : (T,) seconds
        From the start of the clip.
    values : (T,)
        0 to 1 and back to 0, with minimum jerk.
    start, hold_start, hold_end : float, seconds
        When the gesture begins, is reached, and begins to end.
    """

    times: Array
    values: Array
    start: float
    hold_start: float
    hold_end: float


def make_envelope(layer: MotionLayer, rng: Rng, rise: float, hold: float | None = None) -> GestureEnvelope:
    """Return the envelope of a gesture that begins with the clip.

    Parameters
    ----------
    layer : MotionLayer
        Of which only the length counts.
    rng : numpy Generator
        Draws the start, within 0.02 s.
    rise : float, seconds
        Duration of reaching the gesture, and of leaving it.
    hold : float, seconds, or None
        How long it is held; None: nearly to the end of the clip.
    """
    times = clip_times(layer)
    start = GESTURE_START + float(rng.uniform(-0.02, 0.02))
    hold_start = start + rise
    hold_end = max(hold_start + 0.2, float(times[-1]) - 0.2 - rise)
    if hold is not None:
        hold_end = min(hold_end, hold_start + hold)
    values = minimum_jerk((times - start) / rise) * (1.0 - minimum_jerk((times - hold_end) / rise))
    return GestureEnvelope(times, values, start, hold_start, hold_end)


def faded_sine(times: Array, start: float, period: float, end: float) -> Array:
    """Return a sine (T,) that fades in and out within a third of a period.

    Parameters
    ----------
    times : (T,) seconds
        From the start of the clip.
    start, end : float, seconds
        Where it begins (upwards) and ends.
    period : float, seconds
        Of one swing.
    """
    fade = minimum_jerk((times - start) / (0.3 * period)) * (
        1.0 - minimum_jerk((times - end + 0.3 * period) / (0.3 * period))
    )
    return np.sin(2 * np.pi * (times - start) / period) * fade


def interpolate_keyed(at_times: Array, times: list[float], values: list[Array]) -> Array:
    """Interpolate keyed values with minimum jerk: (T, D) from arrays (T, D) or (D,) at ``times`` in seconds."""
    shape = (len(at_times), np.shape(values[-1])[-1])
    out = np.broadcast_to(values[0], shape).astype(np.float64)
    for first, last, value in zip(times[:-1], times[1:], values[1:], strict=True):
        k = minimum_jerk((at_times - first) / max(last - first, 1e-6))[:, None]
        out = out * (1.0 - k) + np.broadcast_to(value, shape) * k
    return out
