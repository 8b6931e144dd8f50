# SPDX-License-Identifier: GPL-3.0-or-later
"""The model that comes with the extension: works offline, on any platform, within a second."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...motion import BackendError, Cancelled, Capabilities, Motion, MotionRequest, Provenance, check_request
from ..backend import IsCancelled, Progress, never, silent
from .clip import fitted, to_motion
from .features import FPS
from .network import F32, STRIDE, Network
from .sampler import sample, seeded_noise
from .text import START, Reading, Vocabulary
from .weights import FOLDER, Weights, read_weights

STEPS = 10
GUIDANCE = 3.5
_FEWEST_FRAMES = 24
MODEL = "kinescribe-embedded 0.1"
LICENCE = "GPL-3.0-or-later (trained on the recordings credited in CREDITS.md)"

CAPABILITIES = Capabilities(
    model=MODEL, licence=LICENCE, fps=FPS, min_seconds=0.5, max_seconds=10.0, max_samples=8
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
        """One sentence of 0.5 to 10 seconds, any frame rate, up to 8 samples."""
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

        def check() -> None:
            if cancelled():
                raise Cancelled("Generation was cancelled")

        check()
        weights, vocabulary = self._load()
        options = request.options
        steps = options.diffusion_steps or STEPS
        guidance = GUIDANCE if options.guidance is None else options.guidance
        reading = vocabulary.read(request.prompt)
        own = request.segments[0].seed
        seed = options.seed if own is None else own
        # the last frame asked for stands at (total - 1) / fps; patches are of four frames
        count = max(_FEWEST_FRAMES, math.ceil((request.total_frames - 1) / request.fps * FPS - 1e-9) + 1)
        count = STRIDE * math.ceil(count / STRIDE)
        guided = _Guided(Network(weights.config, weights.arrays, check), reading, guidance)
        motions = []
        for n in range(options.num_samples):
            noise = seeded_noise(seed + n, count, weights.config["features"])

            def after(done: int, before: int = n * steps) -> None:
                progress(before + done, steps * options.num_samples)

            sampled = sample(guided, noise, steps, after)
            check()
            motion = to_motion(sampled * weights.arrays["std"] + weights.arrays["mean"])
            origin = Provenance(request.prompt, seed + n, MODEL, LICENCE, confidence=reading.confidence)
            motions.append(replace(fitted(motion, request.fps, request.total_frames), provenance=origin))
        return motions


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


class _Guided:
    """Prediction of the clean motion, pushed away from what the network would make of no prompt at all."""

    def __init__(self, network: Network, reading: Reading, guidance: float) -> None:
        words = len(reading.ids)
        self._network, self._guidance = network, np.float32(guidance)
        static, ids = np.zeros((2, *reading.static.shape), np.float32), np.zeros((2, words), np.int64)
        static[0], ids[0] = reading.static, reading.ids
        ids[1, 0] = START
        self._mask = np.ones((2, words), bool)
        self._mask[1, 1:] = False
        self._text = network.read(static, ids, self._mask)
        self._heard = network.hear(self._text)

    def __call__(self, x: F32, t: float) -> F32:
        both = self._network.denoise(np.stack([x, x]), t, self._text, self._mask, self._heard)
        return np.asarray(both[1] + self._guidance * (both[0] - both[1]))
