# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay out a request in ARDY's windows: how many tokens of each are kept, which text it has, from which noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...motion.request import MotionRequest, Segment, TextSegment
from ..embedded.sampler import seeded_noise
from .config import FRAMES_PER_TOKEN, ArdyConfig
from .text.prompts import lay_out_prompts

F32 = NDArray[np.float32]


@dataclass(frozen=True)
class RequestPlan:
    """A request in windows.

    Attributes
    ----------
    frames : frames at the model's rate
    segments : parts of the request, one for each action
    window_segments : index of the segment that each window belongs to
    kept : tokens that are kept of each window
    """

    frames: int
    segments: tuple[Segment, ...]
    window_segments: tuple[int, ...]
    kept: tuple[int, ...]

    @property
    def prompts(self) -> list[str]:
        """The sentence of each segment, empty without one."""
        return [s.prompt if isinstance(s, TextSegment) else "" for s in self.segments]


def plan_request(request: MotionRequest, config: ArdyConfig) -> RequestPlan:
    """Return the windows of a request.

    A window has one text. Where the text changes, the rest of a window is left to the next one, and the change is
    early enough that the transition has its middle where the segment ends.
    """
    segments = lay_out_prompts(request.segments, request.fps)
    # as long as the request to half a frame: a length of whole windows needs no further one for its last frame
    frames = math.ceil((request.total_frames - 0.5) / request.fps * config.fps + 1e-9)
    tokens = -(-frames // FRAMES_PER_TOKEN)
    window_segments: list[int] = []
    kept: list[int] = []
    done = 0
    for index, end in enumerate(_find_ends(segments, request, config, tokens)):
        while done < end:
            count = min(config.horizon_tokens, end - done)
            window_segments.append(index)
            kept.append(count)
            done += count
    return RequestPlan(frames, segments, tuple(window_segments), tuple(kept))


def _find_ends(
    segments: Sequence[Segment], request: MotionRequest, config: ArdyConfig, tokens: int
) -> list[int]:
    """Return the token at which the text of each segment ends, ascending up to ``tokens``.

    Parameters
    ----------
    segments : parts of the request
    request : the request
    config : the model's frame rate
    tokens : tokens of the whole motion
    """
    ends, done = [], 0
    for segment in segments:
        done += segment.duration_frames
        seconds = (done - 0.5 * request.options.transition_frames) / request.fps
        ends.append(min(max(round(seconds * config.fps / FRAMES_PER_TOKEN), 1), tokens))
    ends[-1] = tokens
    return [max(ends[: k + 1]) for k in range(len(ends))]


def draw_noise(plan: RequestPlan, seed: int, sample: int, config: ArdyConfig) -> F32:
    """Return the noise (windows, tokens, 20 + latent) of one sample.

    One stream for the request, and one for each segment that has its own seed.

    Parameters
    ----------
    plan : the windows
    seed : seed of the request
    sample : number of the sample, which is added to the seeds
    config : sizes
    """

    def draw(stream_seed: int, windows: int) -> F32:
        rows = seeded_noise(stream_seed + sample, windows * config.horizon_tokens, config.token_numbers)
        return rows.reshape(windows, config.horizon_tokens, config.token_numbers)

    noise = draw(seed, len(plan.kept))
    for index, segment in enumerate(plan.segments):
        windows = [w for w, s in enumerate(plan.window_segments) if s == index]
        if segment.seed is not None and windows:
            noise[windows] = draw(segment.seed, len(windows))
    return noise
