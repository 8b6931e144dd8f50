# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a request into inputs of the network: frames, windows, prompts and constraints."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from ...motion import T_POSE, MotionRequest
from ...motion.constraints import collect_goals
from ...motion.doubts import bound_texts
from ...motion.motion import CONFIDENT
from ...motion.request import Segment, TextSegment
from ..breakdown import Part, break_down
from .features import FPS
from .nearest_action import find_nearest_action
from .network import F32, PATCH_FRAMES
from .part_confidence import find_crowded, rate_text
from .sampler import seeded_noise
from .script import lay_out_script
from .text import Vocabulary
from .turning import TurnCourse
from .windows import split_into_windows

DEFAULT_STEPS = 10
DEFAULT_GUIDANCE = 2.5

_UNLEARNED_CONFIDENCE = 0.4
"""Highest confidence in a part whose sentence has a word that these weights never learned."""

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
    action_changes
        Whether the first two segments have different prompts.
    courses
        Frames of the network with how their heading changes.
    layers
        Frames of the network with what is laid over them.
    rated_parts
        For each segment of the request, the texts of its parts, and how well the model knows how to show them, 0 to 1.
    confidence
        How likely all is shown that the least sure segment of the request asks for, 0 to 1; None if none has a prompt.
    doubted
        Texts of the parts whose confidence is low.
    crowded
        Texts of the parts in which a detail is likeliest missing, of segments that ask for so much that one probably
        is; none if a part is doubted.
    unknown_words
        Words of the prompts that were not understood.
    """

    def __init__(
        self, request: MotionRequest, vocabulary: Vocabulary, read: Callable[[str], list[Part]] = break_down
    ) -> None:
        """Plan a request.

        Raises ``RequestError`` if a constraint is malformed, and what ``read``, which breaks prompts down, raises.
        """
        self.request = request
        options = request.options
        self.request_goals = collect_goals(request, T_POSE)
        self.steps = options.diffusion_steps or DEFAULT_STEPS
        self.guidance = DEFAULT_GUIDANCE if options.guidance is None else options.guidance
        self.samples = options.num_samples
        script = lay_out_script(
            request.segments,
            request.fps,
            [isinstance(s, TextSegment) and vocabulary.knows_all_words(s.prompt) for s in request.segments],
            read,
            partial(find_nearest_action, vocabulary=vocabulary),
        )
        self._segments = script.segments
        prompt_texts = [s.prompt if isinstance(s, TextSegment) else "" for s in self._segments]
        self.prompts = [vocabulary.tokenize_prompt(prompt) for prompt in prompt_texts]
        prompted = [k for k, segment in enumerate(self._segments) if isinstance(segment, TextSegment)]
        confidences = {
            k: min(
                self.prompts[k].confidence,
                script.confidences[k],
                1.0 if vocabulary.knows_all_words(prompt_texts[k]) else _UNLEARNED_CONFIDENCE,
            )
            for k in prompted
        }
        rated = {k: (script.texts[k], confidences[k]) for k in prompted}
        groups = _group_by_request(request.segments, self._segments)
        self.rated_parts = [tuple(rated[k] for k in group if k in rated) for group in groups]
        known = [rate_text(parts) for parts in self.rated_parts]
        self.confidence = min((v for v in known if v is not None), default=None)
        self.doubted = bound_texts(script.texts[k] for k in prompted if confidences[k] < CONFIDENT)
        crowded = [text for parts in self.rated_parts for text in find_crowded(parts)]
        self.crowded = () if self.doubted else bound_texts(crowded)
        self.unknown_words = bound_texts(word for words in script.unknown for word in words)
        first_prompts = {s.prompt if isinstance(s, TextSegment) else "" for s in request.segments[:2]}
        self.action_changes = len(first_prompts) > 1
        self._segment_ends = _compute_segment_ends(self._segments, request.fps)
        self.frames = self._segment_ends[-1]
        self.windows = split_into_windows(self._segment_ends, _compute_overlap(request))
        # frames of the network up to the last requested one; those after it only fill the last patch
        last = min(self.frames, math.floor((request.total_frames - 1) / request.fps * FPS + 0.5) + 1)
        self.network_goals = collect_goals(request, T_POSE, FPS, last)
        self.courses = self._place_courses(script.courses)
        self.layers = [
            (slice(a, b), layers)
            for (a, b), layers in zip(pairwise([0, *self._segment_ends]), script.layers, strict=True)
            if layers
        ]

    def _place_courses(self, courses: Sequence[TurnCourse | None]) -> list[tuple[slice, TurnCourse]]:
        """Return the frames of the segments whose heading follows a course; none if constraints say where to go."""
        if len(self.network_goals.root_xz.frames) or len(self.network_goals.headings.frames):
            return []
        spans = pairwise([0, *self._segment_ends])
        return [
            (slice(a, b), course) for (a, b), course in zip(spans, courses, strict=True) if course is not None
        ]

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


def _group_by_request(asked: Sequence[Segment], laid_out: Sequence[Segment]) -> list[list[int]]:
    """Return for each segment of a request the indices of those that it was divided into."""
    ends = np.cumsum([segment.duration_frames for segment in asked])
    starts = np.cumsum([0, *(segment.duration_frames for segment in laid_out[:-1])])
    owners = np.searchsorted(ends, starts, side="right")
    return [[int(k) for k in np.flatnonzero(owners == i)] for i in range(len(asked))]


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
