# SPDX-License-Identifier: GPL-3.0-or-later
"""Denoisers for the sampler: classifier-free guidance over windows, and constraints imposed in every step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...motion import T_POSE
from ...motion.constraints import Goals, apply_constraints
from .features import CONTACTS, ROTATIONS, WIDTH, decode_take, encode_take
from .network import Network, Words
from .text import START, Reading
from .windows import Window, joined

F32 = NDArray[np.float32]

_WINDOWS = 8
"""Windows in one pass of the network at most: bounds memory, and the time between two checks of Cancel."""


class Guided:
    """A denoiser of whole clips with classifier-free guidance, window by window."""

    def __init__(self, network: Network, readings: Sequence[Reading], windows: Sequence[Window]) -> None:
        """Prepare the text conditioning of all windows, which name prompts by index and may lie anywhere."""
        self._network = network
        longest = max(len(prompt.ids) for prompt in readings)
        prompts = len(readings)
        static = np.zeros((prompts + 1, longest, readings[0].static.shape[-1]), np.float32)
        ids = np.zeros((prompts + 1, longest), np.int64)
        mask = np.zeros((prompts + 1, longest), bool)
        for row, prompt in enumerate(readings):
            count = len(prompt.ids)
            static[row, :count], ids[row, :count], mask[row, :count] = prompt.static, prompt.ids, True
        # the last row: no prompt
        ids[-1, 0], mask[-1, 0] = START, True
        words = network.read(static, ids, mask)

        def said(number: int) -> Words:
            alike = self._passes[number]
            return words.of(np.array([w.prompt for w in alike] + [prompts] * len(alike)))

        self._passes = _passes(windows)
        # a short clip needs one pass, which is the same in every step
        self._said = lru_cache(maxsize=2)(said)
        self._total = max(window.first + window.count for window in windows)

    def __call__(self, x: F32, t: float, given: F32 | None = None, known: F32 | None = None) -> F32:
        """Return clean normalised features (T, 140) predicted from noisy ones.

        Parameters
        ----------
        x : (T, 140)
            Noisy normalised features.
        t
            Noise level, 0 to 1.
        condition : (T, 140)
            Clean normalised features that the network gets as input where ``condition_mask`` is 1.
        condition_mask : (T, 140)
            1 where ``condition`` is known, else 0.
        """
        parts: list[F32] = []
        for number, alike in enumerate(self._passes):
            told = () if given is None or known is None else (_cut(given, alike), _cut(known, alike))
            guidance = np.array([w.guidance for w in alike], np.float32)
            parts += list(self._network.denoise(_cut(x, alike), t, self._said(number), guidance, *told))
        return joined([window for group in self._passes for window in group], parts, self._total)


def _passes(windows: Sequence[Window]) -> list[list[Window]]:
    """Group windows of the same length into passes of the network, of limited size."""
    passes = []
    for count in sorted({window.count for window in windows}):
        alike = [window for window in windows if window.count == count]
        passes += [alike[start : start + _WINDOWS] for start in range(0, len(alike), _WINDOWS)]
    return passes


def _cut(values: F32, windows: Sequence[Window]) -> F32:
    """Return the frames (W, count, F) of the windows from values (T, F)."""
    return np.stack([values[w.first : w.first + w.count] for w in windows])


class Directed:
    """A denoiser whose clean prediction is projected onto the constraints in every step (imputation).

    From the second step on the network gets the constrained prediction of the step before as an input, if its weights
    were trained for that.
    """

    def __init__(self, guided: Guided, goals: Sequence[tuple[slice, Goals]], mean: F32, std: F32) -> None:
        """Add constraints to a denoiser.

        Parameters
        ----------
        denoiser
            The denoiser without constraints.
        goals
            Constraints, each with the frames of the array that they apply to.
        mean, std : (140,)
            Undo the normalisation of the features.
        """
        self._guided, self._goals, self._mean, self._std = guided, goals, mean, std
        self._given: F32 | None = None

    def __call__(self, x: F32, t: float) -> F32:
        """Return clean normalised features (T, 140) that satisfy the constraints, from noisy ones at level ``t``."""
        known = np.zeros_like(x)
        for frames, goals in self._goals:
            known[frames] = _known(goals)
        clean = self._guided(x, t, self._given, known)
        columns = slice(0, CONTACTS.start)
        for frames, goals in self._goals:
            take, _ = decode_take(clean[frames] * self._std + self._mean)
            met = encode_take(apply_constraints(take, goals, T_POSE))
            clean[frames, columns] = (met - self._mean[columns]) / self._std[columns]
        self._given = clean
        return clean


def _known(goals: Goals) -> F32:
    """Return which pose features (T, 140) the goals determine, 1 or 0.

    The root path is left out: given a smooth path, where recorded hips sway, the network looks further aside and
    slides more (``training/README.md`` has the comparison); if the path is only imposed on its prediction, it makes
    steps along it.
    """
    known = np.zeros((goals.frame_count, WIDTH), np.float32)
    for joint, track in goals.joint_rotations:
        first = ROTATIONS.start + 6 * joint
        known[track.frames, first : first + 6] = 1
    return known
