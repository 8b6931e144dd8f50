# SPDX-License-Identifier: GPL-3.0-or-later
"""Denoisers for the sampler: classifier-free guidance over windows, and constraints imposed in every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...motion import T_POSE
from ...motion.constraints import Goals, apply_constraints
from ...motion.contact.contacts import find_true_runs
from ..backend import do_nothing
from .features import CONTACT_COLUMNS, NUM_FEATURES, ROTATION_COLUMNS, decode_clip, encode_clip
from .network import Network, TextConditioning
from .text import START_TOKEN, TokenizedPrompt
from .turning import Denoiser
from .windows import Window, blend_windows

F32 = NDArray[np.float32]

_MAX_WINDOWS_PER_PASS = 8
"""Windows in one pass of the network at most: bounds memory, and the time between two checks of Cancel."""


_CONTEXT_NOISE = 0.9
"""Noise level above which the network does not get the poses of a motion as an input that another action follows.

It would go on with what the body does: of 80 continued walks 15, all of them slow, did not sit down, jump, crouch or
bow. What the new frames show is settled at high noise levels, how they join the given ones at
low ones.
"""

_CONTEXT_FRAMES = 6
"""Given poses in a row, in frames: more are a motion, and no poses that are passed."""


class GuidedDenoiser:
    """A denoiser of whole clips with classifier-free guidance, window by window."""

    def __init__(
        self,
        network: Network,
        prompts: Sequence[TokenizedPrompt],
        windows: Sequence[Window],
        between_passes: Callable[[], None] = do_nothing,
    ) -> None:
        """Prepare the text conditioning.

        Parameters
        ----------
        network
            The network.
        prompts
            Prompts to which the windows refer by index.
        windows
            In any order.
        between_passes
            Called before each pass of the network.
        """
        self._network, self._between_passes = network, between_passes
        longest = max(len(prompt.ids) for prompt in prompts)
        prompt_count = len(prompts)
        static = np.zeros((prompt_count + 1, longest, prompts[0].static.shape[-1]), np.float32)
        ids = np.zeros((prompt_count + 1, longest), np.int64)
        mask = np.zeros((prompt_count + 1, longest), bool)
        for row, prompt in enumerate(prompts):
            count = len(prompt.ids)
            static[row, :count], ids[row, :count], mask[row, :count] = prompt.static, prompt.ids, True
        # the last row: no prompt
        ids[-1, 0], mask[-1, 0] = START_TOKEN, True
        text = network.encode_text(static, ids, mask)

        # closed over instead of self, which would be a reference cycle that keeps the network in memory
        passes = _group_windows(windows)

        def select_conditioning(number: int) -> TextConditioning:
            group = passes[number]
            return text.select_rows(np.array([w.prompt_index for w in group] + [prompt_count] * len(group)))

        self._passes = passes
        # a short clip needs one pass, which is the same in every step
        self._conditioning = lru_cache(maxsize=2)(select_conditioning)
        self._frame_count = max(window.first_frame + window.frame_count for window in windows)

    def __call__(
        self, x: F32, t: float, condition: F32 | None = None, condition_mask: F32 | None = None
    ) -> F32:
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
        predictions: list[F32] = []
        for number, group in enumerate(self._passes):
            self._between_passes()
            condition_inputs = (
                ()
                if condition is None or condition_mask is None
                else (_slice_windows(condition, group), _slice_windows(condition_mask, group))
            )
            guidance = np.array([w.guidance for w in group], np.float32)
            predictions += list(
                self._network.denoise(
                    _slice_windows(x, group), t, self._conditioning(number), guidance, *condition_inputs
                )
            )
        return blend_windows(
            [window for group in self._passes for window in group], predictions, self._frame_count
        )


def _group_windows(windows: Sequence[Window]) -> list[list[Window]]:
    """Group windows of the same length into passes of the network, of limited size."""
    passes = []
    for count in sorted({window.frame_count for window in windows}):
        group = [window for window in windows if window.frame_count == count]
        passes += [
            group[start : start + _MAX_WINDOWS_PER_PASS]
            for start in range(0, len(group), _MAX_WINDOWS_PER_PASS)
        ]
    return passes


def _slice_windows(values: F32, windows: Sequence[Window]) -> F32:
    """Return the frames (W, count, F) of the windows from values (T, F)."""
    return np.stack([values[w.first_frame : w.first_frame + w.frame_count] for w in windows])


class ConstrainedDenoiser:
    """A denoiser whose clean prediction is projected onto the constraints in every step (imputation).

    From the second step on the network gets the constrained prediction of the step before as an input, if its weights
    were trained for that.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        goals: Sequence[tuple[slice, Goals]],
        mean: F32,
        std: F32,
        action_changes: Sequence[bool] | None = None,
    ) -> None:
        """Add constraints to a denoiser.

        Parameters
        ----------
        denoiser
            The denoiser without constraints.
        goals
            Constraints, each with the frames of the array that they apply to.
        mean, std : (140,)
            Undo the normalisation of the features.
        action_changes
            For each of ``goals``: whether another action follows poses that are given in a row. By default none does.
        """
        self._action_changes = action_changes or [False] * len(goals)
        self._denoiser, self._goals, self._mean, self._std = denoiser, goals, mean, std
        self._condition: F32 | None = None

    def __call__(self, x: F32, t: float) -> F32:
        """Return clean normalised features (T, 140) that satisfy the constraints, from noisy ones at level ``t``."""
        condition_mask = np.zeros_like(x)
        for (frames, goals), changes in zip(self._goals, self._action_changes, strict=True):
            condition_mask[frames] = _mark_determined_features(goals)
            if changes and t > _CONTEXT_NOISE:
                condition_mask[frames][_find_context(condition_mask[frames])] = 0
        clean = self._denoiser(x, t, self._condition, condition_mask)
        columns = slice(0, CONTACT_COLUMNS.start)
        for frames, goals in self._goals:
            clip, _ = decode_clip(clean[frames] * self._std + self._mean)
            constrained = encode_clip(apply_constraints(clip, goals, T_POSE))
            clean[frames, columns] = (constrained - self._mean[columns]) / self._std[columns]
        self._condition = clean
        return clean


def _find_context(mask: F32) -> NDArray[np.bool_]:
    """Return the frames (T,) in which all rotations are determined (T, 140) several times in a row."""
    found = np.zeros(len(mask), bool)
    for first, last in find_true_runs(np.asarray(mask[:, ROTATION_COLUMNS].all(axis=1))):
        found[first:last] = last - first > _CONTEXT_FRAMES
    return found


def _mark_determined_features(goals: Goals) -> F32:
    """Return which pose features (T, 140) the goals determine, 1 or 0.

    The root path is left out. If the network gets a path as input, headings deviate more from it and feet slide more
    than if the path is only imposed on each prediction (``training/README.md`` has the comparison): recorded paths
    sway with the hips, but the paths of constraints are smooth.
    """
    mask = np.zeros((goals.frame_count, NUM_FEATURES), np.float32)
    for joint, track in goals.joint_rotations:
        first = ROTATION_COLUMNS.start + 6 * joint
        mask[track.frames, first : first + 6] = 1
    return mask
