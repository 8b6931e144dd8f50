# SPDX-License-Identifier: GPL-3.0-or-later
"""Timing of authored gestures: envelopes, swings and interpolation between poses.

A network that is trained on gestures with random timing predicts their average: a hand that hangs in the air. So all
timing can be predicted from the input: from the position in the clip (a gesture begins 0.2 s after the clip does) or
from the text ("slowly", "twice"). Periods are those of the network's clocks (``model.CLOCK_PERIODS``), and the first
swing always goes in the same direction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...motion.layers.motion_layer import MotionLayer, minimum_jerk
from ...motion.rotations import Array
from .gait_layer import FPS

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


Facts = dict[str, object]
Gesture = Callable[[MotionLayer, Rng, str, GestureTiming], Facts]
"""Adds a gesture to a motion: ``(layer, rng, side, timing) -> facts``.

``layer`` is the motion, which is changed; ``rng`` draws the details; ``side`` is "left" or "right" (ignored by gestures
of both sides); ``timing`` holds speed and count. Returns the facts that sentences are made from.
"""


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
    return np.asarray(np.sin(2 * np.pi * (times - start) / period) * fade)


def interpolate_keyed(frame_times: Array, key_times: list[float], key_values: list[Array]) -> Array:
    """Return values (T, D) at ``frame_times`` (T,), interpolated between keys with minimum jerk.

    ``key_times`` are in ascending seconds, ``key_values`` one array (T, D) or (D,) for each of them.
    """
    shape = (len(frame_times), np.shape(key_values[-1])[-1])
    out = np.broadcast_to(key_values[0], shape).astype(np.float64)
    for first, last, value in zip(key_times[:-1], key_times[1:], key_values[1:], strict=True):
        k = minimum_jerk((frame_times - first) / max(last - first, 1e-6))[:, None]
        out = out * (1.0 - k) + np.broadcast_to(value, shape) * k
    return out
