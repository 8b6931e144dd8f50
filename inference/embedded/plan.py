# SPDX-License-Identifier: GPL-3.0-or-later
"""A request laid out for the network: its frames, its windows, what is said in each, what has to be met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...motion import T_POSE, MotionRequest
from ...motion.constraints import goals_of
from ...motion.request import Segment, TextSegment
from .features import FPS
from .network import F32, STRIDE
from .prompt_parts import in_turn
from .sampler import seeded_noise
from .text import Vocabulary
from .windows import windows_over

STEPS = 10
GUIDANCE = 2.5

_FEWEST_FRAMES = 24
_NARROWEST, _WIDEST = 2, 5  # patches of four frames by which windows reach into their neighbours


class Plan:
    """``frames`` of the network, a multiple of four, in ``windows`` that name ``readings``, in ``steps`` steps.

    ``goals``: the constraints on the request's own frames; ``own``: on the network's. ``confidence``: how well the
    least known prompt is known, None where nothing is said.
    """

    def __init__(self, request: MotionRequest, vocabulary: Vocabulary) -> None:
        """Raises ``RequestError`` where a constraint is malformed."""
        self.request = request
        options = request.options
        self.goals = goals_of(request, T_POSE)
        self.steps = options.diffusion_steps or STEPS
        self.guidance = GUIDANCE if options.guidance is None else options.guidance
        self.samples = options.num_samples
        self._segments = in_turn(request.segments, request.fps)
        prompts = [s.prompt if isinstance(s, TextSegment) else "" for s in self._segments]
        self.readings = [vocabulary.read(prompt) for prompt in prompts]
        said = [k for k, segment in enumerate(self._segments) if isinstance(segment, TextSegment)]
        self.confidence = min((self.readings[k].confidence for k in said), default=None)
        self._ends = _ends(self._segments, request.fps)
        self.frames = self._ends[-1]
        self.windows = windows_over(self._ends, _overlap(request))
        # the last frame asked for, on the model's frames: what is made beyond it fills the last patch of four
        last = min(self.frames, math.floor((request.total_frames - 1) / request.fps * FPS + 0.5) + 1)
        self.own = goals_of(request, T_POSE, FPS, last)

    def seed(self, sample: int, segment: int = 0) -> int:
        """The seed of a sample, or of one of its segments."""
        own = self._segments[segment].seed
        return (self.request.options.seed if own is None else own) + sample

    def noise(self, sample: int, features: int) -> F32:
        """Noise (T, features) of one sample: one stream, but for the segments that have a seed of their own."""
        noise = seeded_noise(self.request.options.seed + sample, self.frames, features)
        for k, (start, end) in enumerate(pairwise([0, *self._ends])):
            if self._segments[k].seed is not None:
                noise[start:end] = seeded_noise(self.seed(sample, k), end - start, features)
        return np.asarray(noise)


def _ends(segments: Sequence[Segment], fps: float) -> list[int]:
    """Frames of the model at which the segments end, multiples of four, each at least one patch after the other."""
    ends: list[int] = []
    done = 0
    for segment in segments:
        done += segment.duration_frames
        # the last frame asked for stands at (done - 1) / fps
        exact = (done - 1) / fps * FPS + 1
        ends.append(max((ends[-1] if ends else 0) + STRIDE, STRIDE * math.ceil(exact / STRIDE - 1e-9)))
    ends[-1] = max(ends[-1], _FEWEST_FRAMES)
    return ends


def _overlap(request: MotionRequest) -> int:
    """Frames, a multiple of four, that windows reach into their neighbours; half of a transition."""
    half = 0.5 * request.options.transition_frames / request.fps * FPS
    return int(STRIDE * min(max(round(half / STRIDE), _NARROWEST), _WIDEST))
