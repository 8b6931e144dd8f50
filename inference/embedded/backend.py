# SPDX-License-Identifier: GPL-3.0-or-later
"""The model that comes with the extension: works offline, on any platform, within a second."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from ...motion import (
    T_POSE,
    BackendError,
    Cancelled,
    Capabilities,
    Motion,
    MotionRequest,
    Provenance,
    check_request,
)
from ...motion.directing import goals_of
from ...motion.request import TextSegment
from ..backend import IsCancelled, Progress, never, silent
from .clip import finished, fitted, to_motion
from .features import FPS
from .guided import Directed, Guided
from .network import F32, STRIDE, Network
from .sampler import sample, seeded_noise
from .text import START, Vocabulary
from .weights import FOLDER, Weights, read_weights
from .windows import plan

STEPS = 10
GUIDANCE = 3.5
_FEWEST_FRAMES = 24
_NARROWEST, _WIDEST = 2, 5  # patches of four frames by which windows reach into their neighbours
MODEL = "kinescribe-embedded 0.1"
LICENCE = "GPL-3.0-or-later (trained on the recordings credited in CREDITS.md)"

CAPABILITIES = Capabilities(
    model=MODEL,
    licence=LICENCE,
    fps=FPS,
    min_seconds=0.5,
    max_seconds=600.0,
    max_samples=8,
    segments=frozenset({"text", "unconditioned"}),
    constraints=frozenset({"root_path", "effector_target", "pose_keyframe"}),
    max_segments=100,
    supports_loop=True,
)


class EmbeddedBackend:
    """The embedded model as a :class:`~..backend.Backend`. Weights are read at the first :meth:`generate`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """``folder`` holds the weights."""
        self._folder = folder
        self._weights: Weights | None = None
        self._vocabulary: Vocabulary | None = None
        self._lock = threading.Lock()

    def capabilities(self) -> Capabilities:
        """Sentences in a row, constraints and loops, 0.5 seconds to 10 minutes, any frame rate, up to 8 samples."""
        return CAPABILITIES

    def _load(self) -> tuple[Weights, Vocabulary]:
        with self._lock:
            if self._weights is None or self._vocabulary is None:
                w = read_weights(self._folder)
                _check_layout(w)
                self._weights, self._vocabulary = w, Vocabulary(w.words, w.vectors, w.learned)
            return self._weights, self._vocabulary

    def confidence(self, prompt: str) -> float:
        """How well the model knows a prompt's words, 0 to 1."""
        return self._load()[1].read(prompt).confidence

    def generate(
        self, request: MotionRequest, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[Motion]:
        """See :meth:`~..backend.Backend.generate`; sample ``n`` of a request has the seed ``seed + n``."""
        check_request(request, CAPABILITIES)
        goals = goals_of(request, T_POSE)

        def check() -> None:
            if cancelled():
                raise Cancelled("Generation was cancelled")

        check()
        weights, vocabulary = self._load()
        options = request.options
        steps = options.diffusion_steps or STEPS
        guidance = GUIDANCE if options.guidance is None else options.guidance
        readings = [vocabulary.read(s.prompt if isinstance(s, TextSegment) else "") for s in request.segments]
        ends = _ends(request)
        network = Network(weights.config, weights.arrays, check)
        guided = Guided(network, readings, plan(ends, _overlap(request)), guidance)
        # the last frame asked for, on the model's frames: what is made beyond it fills the last patch of four
        last = min(ends[-1], math.floor((request.total_frames - 1) / request.fps * FPS + 0.5) + 1)
        own = goals_of(request, T_POSE, FPS, last)
        clean: Callable[[F32, float], F32] = guided
        if own.any:
            clean = Directed(guided, own, weights.arrays["mean"], weights.arrays["std"])
        count = options.num_samples
        noise = np.stack([_noise(request, ends, n, weights.config["features"]) for n in range(count)])
        # a step of many samples is many steps of one: progress counts those
        sampled = sample(clean, noise, steps, lambda done: progress(done * count, steps * count))
        check()
        said = [k for k, segment in enumerate(request.segments) if isinstance(segment, TextSegment)]
        confidence = min((readings[k].confidence for k in said), default=None)
        motions = []
        for n, features in enumerate(sampled):
            motion, yaw = to_motion(
                (features * weights.arrays["std"] + weights.arrays["mean"])[: ends[-1]], own
            )
            motion = finished(fitted(motion, request.fps, request.total_frames), yaw, goals)
            origin = Provenance(request.prompt, _seed(request, n), MODEL, LICENCE, confidence=confidence)
            motions.append(replace(motion, provenance=origin))
        return motions


def _ends(request: MotionRequest) -> list[int]:
    """Frames of the model at which the segments end, multiples of four, each at least one patch after the other."""
    ends: list[int] = []
    done = 0
    for segment in request.segments:
        done += segment.duration_frames
        # the last frame asked for stands at (done - 1) / fps
        exact = (done - 1) / request.fps * FPS + 1
        ends.append(max((ends[-1] if ends else 0) + STRIDE, STRIDE * math.ceil(exact / STRIDE - 1e-9)))
    ends[-1] = max(ends[-1], _FEWEST_FRAMES)
    return ends


def _overlap(request: MotionRequest) -> int:
    """Frames, a multiple of four, that windows reach into their neighbours; half of a transition."""
    half = 0.5 * request.options.transition_frames / request.fps * FPS
    return int(STRIDE * min(max(round(half / STRIDE), _NARROWEST), _WIDEST))


def _seed(request: MotionRequest, sample: int, segment: int = 0) -> int:
    own = request.segments[segment].seed
    return (request.options.seed if own is None else own) + sample


def _noise(request: MotionRequest, ends: list[int], sample: int, features: int) -> F32:
    """Noise (T, features) of one sample: one stream, but for the segments that have a seed of their own."""
    noise = seeded_noise(request.options.seed + sample, ends[-1], features)
    for k, (start, end) in enumerate(pairwise([0, *ends])):
        if request.segments[k].seed is not None:
            noise[start:end] = seeded_noise(_seed(request, sample, k), end - start, features)
    return noise


def _check_layout(weights: Weights) -> None:
    """Ask the network once, for two tokens of nothing: arrays of another layout are found here, not in mid-motion.

    Raises ``BackendError``.
    """
    network = Network(weights.config, weights.arrays)
    features, static = weights.config["features"], weights.config["static"]
    one = np.ones((1, 1), bool)
    try:
        text = network.read(np.zeros((1, 1, static), np.float32), np.full((1, 1), START), one)
        network.denoise(np.zeros((1, 2 * STRIDE, features), np.float32), 0.5, text, one)
    except (KeyError, ValueError, IndexError) as error:
        raise BackendError(
            f"The weights of the embedded model have another layout ({error}): reinstall Kinescribe"
        ) from None
