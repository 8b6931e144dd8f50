# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sampler asks in each step: a clean take for all samples, guided by prompts, drawn onto the constraints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...motion import T_POSE
from ...motion.directing import Goals, meet
from .features import CONTACTS, ROTATIONS, WIDTH, decode_take, encode_take
from .network import Network
from .text import START, Reading
from .windows import Window, joined

F32 = NDArray[np.float32]

_WINDOWS = 8
"""Windows in one pass of the network at most: bounds memory, and the time between two looks at Cancel."""


class Guided:
    """Prediction of clean takes, pushed away from what the network would make of no prompt at all."""

    def __init__(self, network: Network, readings: Sequence[Reading], windows: Sequence[Window]) -> None:
        """``windows`` name the prompts by their place in ``readings`` and lie anywhere along one array of frames."""
        self._network, self._windows = network, windows
        words = max(len(reading.ids) for reading in readings)
        prompts = len(readings)
        static = np.zeros((prompts + 1, words, readings[0].static.shape[-1]), np.float32)
        ids = np.zeros((prompts + 1, words), np.int64)
        self._mask = np.zeros((prompts + 1, words), bool)
        for row, reading in enumerate(readings):
            count = len(reading.ids)
            static[row, :count], ids[row, :count], self._mask[row, :count] = reading.static, reading.ids, True
        # the last row: no prompt
        ids[-1, 0], self._mask[-1, 0] = START, True
        self._text = network.read(static, ids, self._mask)
        self._heard = network.hear(self._text)
        self._total = max(window.first + window.count for window in windows)

    def __call__(self, x: F32, t: float, given: F32 | None = None, known: F32 | None = None) -> F32:
        """Clean normalised features (T, 140) from noisy ones.

        ``given`` (T, 140) where ``known`` (T, 140) is 1: what the network is told of the takes.
        """
        parts: list[F32] = [np.zeros(0, np.float32)] * len(self._windows)
        for count in sorted({window.count for window in self._windows}):
            alike = [k for k, window in enumerate(self._windows) if window.count == count]
            for start in range(0, len(alike), _WINDOWS):
                chosen = alike[start : start + _WINDOWS]
                answers = self._ask([self._windows[k] for k in chosen], x, t, given, known)
                for k, answer in zip(chosen, answers, strict=True):
                    parts[k] = answer
        return joined(self._windows, parts, self._total)

    def _ask(self, windows: Sequence[Window], x: F32, t: float, given: F32 | None, known: F32 | None) -> F32:
        """Answers (W, count, 140) for windows of one length."""

        def rows_of(values: F32) -> F32:
            part = np.stack([values[w.first : w.first + w.count] for w in windows])
            return np.concatenate([part, part])

        rows = np.array([w.prompt for w in windows] + [len(self._mask) - 1] * len(windows))
        heard = [(k[rows], v[rows]) for k, v in self._heard]
        told = () if given is None or known is None else (rows_of(given), rows_of(known))
        both = self._network.denoise(rows_of(x), t, self._text[rows], self._mask[rows], heard, *told)
        with_prompt, without = both[: len(windows)], both[len(windows) :]
        guidance = np.array([w.guidance for w in windows], np.float32)[:, None, None]
        return np.asarray(without + guidance * (with_prompt - without))


class Directed:
    """A prediction that meets constraints: what it says is drawn onto them in every step.

    Weights that were trained for it are told, from the second step on, what the constraints made of the step before.
    """

    def __init__(self, guided: Guided, goals: Sequence[tuple[slice, Goals]], mean: F32, std: F32) -> None:
        """``goals``: of which frames they are; ``mean`` and ``std`` (140,) undo the normalisation."""
        self._guided, self._goals, self._mean, self._std = guided, goals, mean, std
        self._given: F32 | None = None

    def __call__(self, x: F32, t: float) -> F32:
        """As :class:`Guided`."""
        known = np.zeros_like(x)
        for frames, goals in self._goals:
            known[frames] = _known(goals)
        clean = self._guided(x, t, self._given, known)
        columns = slice(0, CONTACTS.start)
        for frames, goals in self._goals:
            take, _ = decode_take(clean[frames] * self._std + self._mean)
            met = encode_take(meet(take, goals, T_POSE))
            clean[frames, columns] = (met - self._mean[columns]) / self._std[columns]
        self._given = clean
        return clean


def _known(goals: Goals) -> F32:
    """Which features (T, 140) of poses the goals settle, 1 or 0.

    Not the way over the ground: told of a smooth path, where recorded hips sway, the network looks aside (20 to 65
    degrees off the path instead of 4) and slides more; drawn onto the path alone it steps along.
    """
    known = np.zeros((goals.frames, WIDTH), np.float32)
    for joint, track in goals.poses:
        first = ROTATIONS.start + 6 * joint
        known[track.frames, first : first + 6] = 1
    return known
