# SPDX-License-Identifier: GPL-3.0-or-later
"""The model that is included in the extension: works offline, on any platform, within a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

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
from ..backend import GenerationJob, IsCancelled, Progress, do_nothing, never_cancelled, no_progress
from ..breakdown import Part, break_down
from ..matrix_products import create_executor
from .features import FPS
from .guidance import ConstrainedDenoiser, GuidedDenoiser
from .network import PATCH_FRAMES, Network
from .plan import GenerationPlan
from .postprocess import features_to_motion, fit_length, satisfy_constraints
from .sampler import sample_motion
from .text import START_TOKEN, Vocabulary
from .turning import TurningDenoiser
from .weights import WEIGHTS_FOLDER, Weights, read_weights

MODEL = "kinescribe-embedded 0.1"
LICENCE = "GPL-3.0-or-later (trained on the recordings credited in CREDITS.md)"

CAPABILITIES = Capabilities(
    model=MODEL,
    licence=LICENCE,
    fps=FPS,
    min_seconds=0.3,
    max_seconds=600.0,
    max_samples=8,
    segment_types=frozenset({"text", "unconditioned"}),
    constraint_types=frozenset({"root_path", "effector_target", "pose_keyframe"}),
    max_segments=100,
    supports_loop=True,
    useful_steps=20,
)

PartReader = Callable[[str, IsCancelled], list[Part]]
"""Breaks a prompt down into parts; may take long, and raise ``Cancelled``."""


def read_parts(text: str, _cancelled: IsCancelled) -> list[Part]:
    """Return the parts of a prompt by the project's own breakdown."""
    return break_down(text)


class _Loader:
    """Reads weights once, for all backends that share them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: tuple[Weights, Vocabulary, Network] | None = None
        self._lock = threading.Lock()

    def load_model(self) -> tuple[Weights, Vocabulary, Network]:
        """Return weights, vocabulary and network. Raises ``BackendError`` if the weights can't be read."""
        with self._lock:
            if self._loaded is None:
                weights = read_weights(self._folder)
                vocabulary = Vocabulary(weights.word_rows, weights.vectors, weights.learned_ids)
                network = _build_network(weights)
                # the network has reordered some arrays: those of the file need not stay in memory
                kept = {name: weights.arrays[name] for name in ("mean", "std")}
                self._loaded = replace(weights, arrays=kept), vocabulary, network
            return self._loaded


class EmbeddedBackend:
    """The embedded model as a :class:`~..backend.Backend`. Reads its weights at the first :meth:`generate`.

    Attributes
    ----------
    reader
        What breaks prompts down into parts.
    is_computed_here
        Whether this computer's matrix products set its speed.
    """

    is_computed_here = True

    def __init__(self, folder: Path = WEIGHTS_FOLDER, reader: PartReader = read_parts) -> None:
        """Set the folder of the weights, and what breaks prompts down into parts."""
        self._loader = _Loader(folder)
        self.reader = reader

    def with_reader(self, reader: PartReader) -> EmbeddedBackend:
        """Return this model with another way of breaking prompts down; weights in memory are shared."""
        other = copy(self)
        other.reader = reader
        return other

    def capabilities(self) -> Capabilities:
        """Return what the model can do: chains of prompts, constraints, loops, 0.5 s to 10 minutes, up to 8 samples."""
        return CAPABILITIES

    def prepare(self) -> None:
        """Read the weights now. Raises ``BackendError`` if they can't be read."""
        self._loader.load_model()

    def _read(self, job: GenerationJob, text: str) -> list[Part]:
        return self.reader(text, job.cancelled)

    def rate_prompt(self, prompt: str) -> float:
        """Return how well the model knows the words of a prompt, 0 to 1."""
        return self._loader.load_model()[1].tokenize_prompt(prompt).confidence

    def generate(
        self,
        request: MotionRequest,
        progress: Progress = no_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> list[Motion]:
        """Return a motion for each sample of the request; sample ``n`` has the seed ``seed + n``.

        Raises ``RequestError``, ``BackendError`` or ``Cancelled``.
        """
        (outcome,) = self.generate_many([GenerationJob(request, progress, cancelled)])
        if isinstance(outcome, KinescribeError):
            raise outcome
        return outcome

    def generate_many(
        self, jobs: Sequence[GenerationJob], between_passes: Callable[[], None] = do_nothing
    ) -> list[list[Motion] | KinescribeError]:
        """Generate for several requests in the same passes of the network.

        ``between_passes`` is called between short parts of the work; it may take its time, and generate meanwhile.

        Returns for each request its motions, or the error that it ended with. The result of one request does not
        depend on the others (except for rounding). Raises ``BackendError`` if the weights can't be read.
        """
        outcomes: list[list[Motion] | KinescribeError | None] = [None] * len(jobs)
        plans: dict[int, GenerationPlan] = {}
        weights, vocabulary, network = self._loader.load_model()
        for k, job in enumerate(jobs):
            between_passes()
            try:
                check_request(job.request, CAPABILITIES)
                plans[k] = GenerationPlan(job.request, vocabulary, partial(self._read, job))
            except KinescribeError as error:
                outcomes[k] = error
        for steps in sorted({plan.steps for plan in plans.values()}):
            indices = [k for k, plan in plans.items() if plan.steps == steps]
            results = _generate_batch(
                [plans[k] for k in indices],
                [jobs[k] for k in indices],
                steps,
                weights,
                network,
                between_passes,
            )
            for k, outcome in zip(indices, results, strict=True):
                outcomes[k] = outcome
        return [outcome for outcome in outcomes if outcome is not None]


def _generate_batch(
    plans: Sequence[GenerationPlan],
    jobs: Sequence[GenerationJob],
    steps: int,
    weights: Weights,
    network: Network,
    between_passes: Callable[[], None],
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
    between_passes
        Called between passes of the network, and between the motions that they make.
    """
    cancellation = Cancelled("The generation was cancelled")

    def check_cancelled() -> None:
        # one cancelled request does not end the others; when all are cancelled, nothing is left to do
        if all(job.cancelled() for job in jobs):
            raise cancellation

    def report_step(done: int) -> None:
        for job, plan in zip(jobs, plans, strict=True):
            # progress counts the steps of all samples
            job.progress(done * plan.samples, steps * plan.samples)

    mean, std = weights.arrays["mean"], weights.arrays["std"]
    samples = [(plan, n) for plan in plans for n in range(plan.samples)]
    starts = np.cumsum([0, *(plan.frames for plan, _ in samples)])
    prompt_starts = np.cumsum([0, *(len(plan.prompts) for plan in plans)])
    first_prompts = {id(plan): int(p) for plan, p in zip(plans, prompt_starts, strict=False)}
    windows = [
        window.with_offsets(int(start), first_prompts[id(plan)], plan.guidance)
        for (plan, _), start in zip(samples, starts, strict=False)
        for window in plan.windows
    ]
    executor = create_executor()
    try:
        check_cancelled()
        guided_denoiser = GuidedDenoiser(
            network.with_check(check_cancelled, executor),
            [prompt for plan in plans for prompt in plan.prompts],
            windows,
            between_passes,
        )
        spans = [slice(int(a), int(b)) for a, b in pairwise(starts)]
        constrained_frames = [
            (slice(span.start, span.start + plan.network_goals.frame_count), plan.network_goals)
            for span, (plan, _) in zip(spans, samples, strict=True)
            if plan.network_goals.has_goals
        ]
        courses = [
            (slice(span.start + frames.start, span.start + frames.stop), course)
            for span, (plan, _) in zip(spans, samples, strict=True)
            for frames, course in plan.courses
        ]
        denoiser: Any = TurningDenoiser(guided_denoiser, courses, mean, std) if courses else guided_denoiser
        if constrained_frames:
            changes = [plan.action_changes for plan, _ in samples if plan.network_goals.has_goals]
            denoiser = ConstrainedDenoiser(denoiser, constrained_frames, mean, std, changes)
        noise = np.concatenate([plan.sample_noise(n, weights.config["features"]) for plan, n in samples])
        sampled = sample_motion(denoiser, noise, steps, report_step)
        check_cancelled()
    except Cancelled:
        return [cancellation] * len(plans)
    finally:
        if executor is not None:
            executor.shutdown()
    motions: dict[int, list[Motion]] = {id(plan): [] for plan in plans}
    for (plan, n), span in zip(samples, spans, strict=True):
        between_passes()
        motion, yaw = features_to_motion(
            sampled[span] * std + mean, plan.network_goals, plan.layers, plan.sample_seed(n)
        )
        motion = satisfy_constraints(
            fit_length(motion, plan.request.fps, plan.request.total_frames), yaw, plan.request_goals
        )
        provenance = Provenance(
            plan.request.prompt,
            plan.sample_seed(n),
            MODEL,
            LICENCE,
            confidence=plan.confidence,
            doubted=plan.doubted,
            unknown_words=plan.unknown_words,
            crowded=plan.crowded,
        )
        motions[id(plan)].append(replace(motion, provenance=provenance))
    return [
        cancellation if job.cancelled() else motions[id(plan)] for job, plan in zip(jobs, plans, strict=True)
    ]


def _build_network(weights: Weights) -> Network:
    """Build the network and run it once, on one empty prompt, so that a wrong layout is noticed before any motion.

    Raises ``BackendError`` if the arrays have another layout.
    """
    features, static = weights.config["features"], weights.config["static"]
    mask = np.ones((1, 1), bool)
    try:
        network = Network(weights.config, weights.arrays)
        text = network.encode_text(np.zeros((1, 1, static), np.float32), np.full((1, 1), START_TOKEN), mask)
        network.denoise(np.zeros((1, 2 * PATCH_FRAMES, features), np.float32), 0.5, text)
    except (KeyError, ValueError, IndexError) as error:
        raise BackendError(
            "The weights of the embedded model have another layout ({error}): reinstall Kinescribe",
            error=error,
        ) from None
    return network
