# SPDX-License-Identifier: GPL-3.0-or-later
"""The model that is included in the extension: works offline, on any platform, within a second."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from ...motion import (
    BackendError,
    Cancelled,
    Capabilities,
    KinescribeError,
    Motion,
    MotionRequest,
    Provenance,
    check_request,
)
from ..backend import Ask, IsCancelled, Progress, never, silent
from .features import FPS
from .guidance import Directed, Guided
from .network import STRIDE, Network
from .plan import Plan
from .postprocess import finished, fitted, to_motion
from .sampler import sample
from .text import START, Vocabulary
from .weights import FOLDER, Weights, read_weights

MODEL = "kinescribe-embedded 0.1"
LICENCE = "GPL-3.0-or-later (trained on the recordings credited in CREDITS.md)"

CAPABILITIES = Capabilities(
    model=MODEL,
    licence=LICENCE,
    fps=FPS,
    min_seconds=0.5,
    max_seconds=600.0,
    max_samples=8,
    segment_types=frozenset({"text", "unconditioned"}),
    constraint_types=frozenset({"root_path", "effector_target", "pose_keyframe"}),
    max_segments=100,
    supports_loop=True,
)


class EmbeddedBackend:
    """The embedded model as a :class:`~..backend.Backend`. Reads its weights at the first :meth:`generate`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Set the folder of the weights."""
        self._folder = folder
        self._loaded: tuple[Weights, Vocabulary, Network] | None = None
        self._lock = threading.Lock()

    def capabilities(self) -> Capabilities:
        """Return what the model can do: chains of prompts, constraints, loops, 0.5 s to 10 minutes, up to 8 samples."""
        return CAPABILITIES

    def _load(self) -> tuple[Weights, Vocabulary, Network]:
        with self._lock:
            if self._loaded is None:
                w = read_weights(self._folder)
                self._loaded = w, Vocabulary(w.words, w.vectors, w.learned), _network(w)
            return self._loaded

    def confidence(self, prompt: str) -> float:
        """Return how well the model knows the words of a prompt, 0 to 1."""
        return self._load()[1].read(prompt).confidence

    def generate(
        self, request: MotionRequest, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[Motion]:
        """Return a motion for each sample of the request; sample ``n`` has the seed ``seed + n``.

        Raises ``RequestError``, ``BackendError`` or ``Cancelled``.
        """
        (outcome,) = self.generate_many([Ask(request, progress, cancelled)])
        if isinstance(outcome, KinescribeError):
            raise outcome
        return outcome

    def generate_many(self, asks: Sequence[Ask]) -> list[list[Motion] | KinescribeError]:
        """Generate for several requests in the same passes of the network.

        Returns for each request its motions, or the error that it ended with. The result of one request does not
        depend on the others (except for rounding). Raises ``BackendError`` if the weights can't be read.
        """
        outcomes: list[list[Motion] | KinescribeError | None] = [None] * len(asks)
        plans: dict[int, Plan] = {}
        weights, vocabulary, network = self._load()
        for k, ask in enumerate(asks):
            try:
                check_request(ask.request, CAPABILITIES)
                plans[k] = Plan(ask.request, vocabulary)
            except KinescribeError as error:
                outcomes[k] = error
        for steps in sorted({plan.steps for plan in plans.values()}):
            together = [k for k, plan in plans.items() if plan.steps == steps]
            made = _run([plans[k] for k in together], [asks[k] for k in together], steps, weights, network)
            for k, outcome in zip(together, made, strict=True):
                outcomes[k] = outcome
        return [outcome for outcome in outcomes if outcome is not None]


def _run(
    plans: Sequence[Plan], asks: Sequence[Ask], steps: int, weights: Weights, network: Network
) -> list[list[Motion] | KinescribeError]:
    """Generate all samples of requests that need the same number of steps, one after the other in one long array.

    Parameters
    ----------
    plans
        The requests as windows and constraints.
    jobs
        The callbacks of each request.
    steps
        Diffusion steps.
    weights
        Mean and standard deviation of the features, and the configuration.
    network
        The network with these weights.
    """
    stop = Cancelled("The generation was cancelled")

    def check() -> None:
        # one cancelled request does not end the others; when all are cancelled, nothing is left to do
        if all(job.cancelled() for job in asks):
            raise stop

    def after(done: int) -> None:
        for ask, plan in zip(asks, plans, strict=True):
            # progress counts the steps of all samples
            ask.progress(done * plan.samples, steps * plan.samples)

    mean, std = weights.arrays["mean"], weights.arrays["std"]
    takes = [(plan, n) for plan in plans for n in range(plan.samples)]
    starts = np.cumsum([0, *(plan.frames for plan, _ in takes)])
    prompts = np.cumsum([0, *(len(plan.readings) for plan in plans)])
    first = {id(plan): int(p) for plan, p in zip(plans, prompts, strict=False)}
    windows = [
        window.moved(int(start), first[id(plan)], plan.guidance)
        for (plan, _), start in zip(takes, starts, strict=False)
        for window in plan.windows
    ]
    try:
        check()
        guided = Guided(
            network.checked(check), [prompt for plan in plans for prompt in plan.readings], windows
        )
        spans = [slice(int(a), int(b)) for a, b in pairwise(starts)]
        directed = [
            (slice(span.start, span.start + plan.own.frame_count), plan.own)
            for span, (plan, _) in zip(spans, takes, strict=True)
            if plan.own.has_goals
        ]
        clean = Directed(guided, directed, mean, std) if directed else guided
        noise = np.concatenate([plan.noise(n, weights.config["features"]) for plan, n in takes])
        sampled = sample(clean, noise, steps, after)
        check()
    except Cancelled:
        return [stop] * len(plans)
    made: dict[int, list[Motion]] = {id(plan): [] for plan in plans}
    for (plan, n), span in zip(takes, spans, strict=True):
        motion, yaw = to_motion(sampled[span] * std + mean, plan.own)
        motion = finished(fitted(motion, plan.request.fps, plan.request.total_frames), yaw, plan.goals)
        origin = Provenance(plan.request.prompt, plan.seed(n), MODEL, LICENCE, confidence=plan.confidence)
        made[id(plan)].append(replace(motion, provenance=origin))
    return [stop if job.cancelled() else made[id(plan)] for job, plan in zip(asks, plans, strict=True)]


def _network(weights: Weights) -> Network:
    """Build the network and run it once, on one empty prompt, so that a wrong layout is noticed before any motion.

    Raises ``BackendError`` if the arrays have another layout.
    """
    features, static = weights.config["features"], weights.config["static"]
    one = np.ones((1, 1), bool)
    try:
        network = Network(weights.config, weights.arrays)
        words = network.read(np.zeros((1, 1, static), np.float32), np.full((1, 1), START), one)
        network.denoise(np.zeros((1, 2 * STRIDE, features), np.float32), 0.5, words)
    except (KeyError, ValueError, IndexError) as error:
        raise BackendError(
            "The weights of the embedded model have another layout ({error}): reinstall Kinescribe",
            error=error,
        ) from None
    return network
