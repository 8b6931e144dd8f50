# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a request into inputs of the network: frames, windows, prompts and constraints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...motion import T_POSE, MotionRequest
from ...motion.constraints import collect_goals
from ...motion.request import Segment, TextSegment
from .features import FPS
from .network import F32, PATCH_FRAMES
from .prompt_parts import split_segments
from .sampler import seeded_noise
from .text import Vocabulary
from .windows import split_into_windows

DEFAULT_STEPS = 10
DEFAULT_GUIDANCE = 2.5

_MIN_FRAMES = 24
_MIN_OVERLAP, _MAX_OVERLAP = 2, 5  # patches of four frames by which windows overlap their neighbours


class GenerationPlan:
    """A request as inputs of the network.

    Attributes
    ----------
    frames
        Frames of the network at 20 fps, a multiple of four.
    windows
        Windows over these frames, each with the index of its prompt.
    prompts
        A tokenised prompt for each segment.
    steps, guidance, samples
        Diffusion steps, weight of classifier-free guidance, number of samples.
    request_goals, network_goals
        The constraints on the request's frames, and on the network's.
    confidence
        How well the least known prompt is known, 0 to 1; None if no segment has a prompt.
    """

    def __init__(self, request: MotionRequest, vocabulary: Vocabulary) -> None:
        """Raise ``RequestError`` if a constraint is malformed."""
        self.request = request
        options = request.options
        self.request_goals = collect_goals(request, T_POSE)
        self.steps = options.diffusion_steps or DEFAULT_STEPS
        self.guidance = DEFAULT_GUIDANCE if options.guidance is None else options.guidance
        self.samples = options.num_samples
        self._segments = split_segments(request.segments, request.fps)
        prompt_texts = [s.prompt if isinstance(s, TextSegment) else "" for s in self._segments]
        self.prompts = [vocabulary.tokenize_prompt(prompt) for prompt in prompt_texts]
        prompted = [k for k, segment in enumerate(self._segments) if isinstance(segment, TextSegment)]
        self.confidence = min((self.prompts[k].confidence for k in prompted), default=None)
        self._segment_ends = _compute_segment_ends(self._segments, request.fps)
        self.frames = self._segment_ends[-1]
        self.windows = split_into_windows(self._segment_ends, _compute_overlap(request))
        # frames of the network up to the last requested one; those after it only fill the last patch
        last = min(self.frames, math.floor((request.total_frames - 1) / request.fps * FPS + 0.5) + 1)
        self.network_goals = collect_goals(request, T_POSE, FPS, last)

    def sample_seed(self, sample: int, segment: int = 0) -> int:
        """Return the seed of a sample, or of one of its segments."""
        segment_seed = self._segments[segment].seed
        return (self.request.options.seed if segment_seed is None else segment_seed) + sample

    def sample_noise(self, sample: int, features: int) -> F32:
        """Return noise (T, features) for one sample: one stream, except for segments with their own seed."""
        noise = seeded_noise(self.request.options.seed + sample, self.frames, features)
        for k, (start, end) in enumerate(pairwise([0, *self._segment_ends])):
            if self._segments[k].seed is not None:
                noise[start:end] = seeded_noise(self.sample_seed(sample, k), end - start, features)
        return np.asarray(noise)


def _compute_segment_ends(segments: Sequence[Segment], fps: float) -> list[int]:
    """Return the network's frames at which segments end: multiples of four, at least one patch apart."""
    ends: list[int] = []
    done = 0
    for segment in segments:
        done += segment.duration_frames
        # the last requested frame is at the time (done - 1) / fps
        exact = (done - 1) / fps * FPS + 1
        ends.append(
            max(
                (ends[-1] if ends else 0) + PATCH_FRAMES,
                PATCH_FRAMES * math.ceil(exact / PATCH_FRAMES - 1e-9),
            )
        )
    ends[-1] = max(ends[-1], _MIN_FRAMES)
    return ends


def _compute_overlap(request: MotionRequest) -> int:
    """Return the frames (a multiple of four) by which windows overlap their neighbours: half of a transition."""
    half = 0.5 * request.options.transition_frames / request.fps * FPS
    return int(PATCH_FRAMES * min(max(round(half / PATCH_FRAMES), _MIN_OVERLAP), _MAX_OVERLAP))
