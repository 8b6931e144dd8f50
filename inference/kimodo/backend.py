# SPDX-License-Identifier: GPL-3.0-or-later
"""Kimodo as a backend: a prompt in, a motion on ``T_POSE`` out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import BackendError, Cancelled
from ...motion.motion import Motion, Provenance
from ...motion.request import Capabilities, MotionRequest, TextSegment, check_request
from ..ardy.backend import TextEncoder
from ..ardy.layers import Encoder, MakeEncoder
from ..ardy.text.encoding import encode_sentences
from ..ardy.text.prompts import split_prompt
from ..backend import IsCancelled, Progress, never_cancelled, no_progress
from ..embedded.postprocess import fit_length
from ..embedded.sampler import seeded_noise
from ..matrix_products import share_threads
from .config import FEATURES
from .model import load_kimodo
from .skeleton import to_motion

F32 = NDArray[np.float32]

LICENCE = "NVIDIA Open Model License (the weights)"
DEFAULT_STEPS, DEFAULT_GUIDANCE = 50, 2.0
_MIN_STEPS = 2
"""With one step the sampler would take noise for an almost clean motion."""
_MIN_SECONDS, _MAX_SECONDS = 0.5, 10.0  # the longest that the model has learned


class KimodoBackend:
    """A checkpoint's folder as a :class:`~..backend.Backend`: one prompt, up to ten seconds.

    Sample ``n`` has the seed ``seed + n``.
    """

    is_computed_here = True
    """That it multiplies matrices in this process, so that the fastest library matters."""

    def __init__(
        self,
        folder: Path,
        encoder: TextEncoder,
        make_encoder: MakeEncoder = Encoder,
        share_work: Callable[[], AbstractContextManager[None]] = share_threads,
    ) -> None:
        """Load the checkpoint. Raises :class:`CheckpointError`.

        Parameters
        ----------
        folder : Path
            The checkpoint.
        encoder : TextEncoder
            Encodes prompts for it.
        make_encoder : MakeEncoder
            Makes the transformer layers.
        share_work : function that returns a context manager
            In it matrices are multiplied.
        """
        self._model = load_kimodo(folder, make_encoder=make_encoder)
        self._encoder, self._share_work = encoder, share_work
        self._lock = threading.Lock()
        self._capabilities = Capabilities(
            model=f"Kimodo {folder.name}",
            licence=LICENCE,
            fps=float(self._model.config.fps),
            min_seconds=_MIN_SECONDS,
            max_seconds=_MAX_SECONDS,
            max_samples=8,
            segment_types=frozenset({"text", "unconditioned"}),
        )

    def capabilities(self) -> Capabilities:
        """Return the model's limits."""
        return self._capabilities

    def generate(
        self,
        request: MotionRequest,
        progress: Progress = no_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> list[Motion]:
        """Return a motion for each sample of the request.

        Raises ``RequestError``, ``BackendError`` or ``Cancelled``.
        """
        check_request(request, self._capabilities)
        check = partial(_check_cancelled, cancelled)
        while not self._lock.acquire(timeout=0.1):
            check()
        try:
            with self._share_work():
                return self._generate(request, check, progress)
        finally:
            self._lock.release()

    def _generate(
        self, request: MotionRequest, check: Callable[[], None], progress: Progress
    ) -> list[Motion]:
        """Generate all samples; arguments as those of :meth:`generate`."""
        options, (segment,) = request.options, request.segments
        text = self._encode_text(segment.prompt, check) if isinstance(segment, TextSegment) else _no_text()
        steps = min(max(options.diffusion_steps or DEFAULT_STEPS, _MIN_STEPS), self._model.config.base_steps)
        guidance = DEFAULT_GUIDANCE if options.guidance is None else float(options.guidance)
        first_seed = options.seed if segment.seed is None else segment.seed
        frames = max(request.frame_count_at(self._capabilities.fps), 2)
        done = 0

        def report_step() -> None:
            nonlocal done
            done += 1
            progress(done, steps * options.num_samples)

        motions = []
        for seed in range(first_seed, first_seed + options.num_samples):
            noise = seeded_noise(seed, frames, FEATURES)
            features = self._model.generate(text, noise, steps, guidance, check=check, step_done=report_step)
            motions.append(self._to_motion(features, request, seed))
        return motions

    def _encode_text(self, prompt: str, check: Callable[[], None]) -> F32:
        """Return the vectors (n, width) of a prompt in English sentences; none for an empty one."""
        sentences = [sentence for sentence, _, _ in split_prompt(prompt) if sentence.strip()]
        text = " ".join(write_sentence(sentence) for sentence in sentences)
        return encode_sentences(self._encoder, [text], check) if text else _no_text()

    def _to_motion(self, features: F32, request: MotionRequest, seed: int) -> Motion:
        if not np.all(np.isfinite(features)):
            raise BackendError(
                "{model} made numbers that are not finite: try another seed", model=self._capabilities.model
            )
        hips, rotations, contacts = self._model.read_motion(features)
        motion = to_motion(hips, rotations, contacts, self._capabilities.fps)
        provenance = Provenance(request.prompt, seed, self._capabilities.model, LICENCE)
        return replace(fit_length(motion, request.fps, request.total_frames), provenance=provenance)


def write_sentence(text: str) -> str:
    """Return a text as Kimodo learned them: with a capital at its beginning and a full stop at its end."""
    text = " ".join(text.split()).rstrip(" ,;:")
    return f"{text[:1].upper()}{text[1:].lower()}{'' if text.endswith(('.', '!', '?')) else '.'}"


def _no_text() -> F32:
    return np.zeros((0, 0), np.float32)


def _check_cancelled(cancelled: IsCancelled) -> None:
    if cancelled():
        raise Cancelled("The generation was cancelled")
