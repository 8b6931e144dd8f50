# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT as a backend that generates motions and writes captions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...motion.errors import RequestError
from ...motion.formats import humanml3d
from ...motion.motion import Motion
from ...motion.request import Capabilities, MotionRequest, TextSegment
from ..backend import IsCancelled, Progress, never_cancelled, no_progress
from .checkpoint import AfterStep
from .feature_backend import F64, LICENCE, MIN_SECONDS, FeatureBackend, make_step_callback
from .motiongpt import MAX_FRAMES, MotionGPT, load_motiongpt
from .sampling_options import parse_fraction, to_features

_OPTIONS = ("edit", "length", "motion", "prefix", "prefix_end", "suffix_start")
_LENGTHS = ("asked", "free")


class MotionGPTBackend(FeatureBackend):
    """MotionGPT as a :class:`~..backend.Backend` and a :class:`~..backend.Captioner`; in the worker's process only.

    It generates up to 9.8 seconds of one prompt; a step is one motion token of all samples. ``model_options``:
    ``prefix`` is a motion that the result continues; ``edit`` ``"in_between"`` generates anew what lies between
    ``prefix_end`` and ``suffix_start`` (fractions of the length) of ``motion``. With either of them the prompt is
    ignored, as in the original's tasks. With ``length`` ``"free"`` the model decides when the motion ends; it is then
    cut, or its last pose is held, to the requested length. Motions are as :func:`.sampling_options.to_features` takes
    them.
    """

    def __init__(
        self, path: str | Path, tokenizer: Path | None = None, statistics: Path | None = None
    ) -> None:
        """Load the checkpoint; arguments as :func:`.load_motiongpt` takes them. Raises :class:`CheckpointError`."""
        self._model: MotionGPT = load_motiongpt(path, tokenizer=tokenizer, statistics=statistics)
        super().__init__(
            Capabilities(
                model=f"MotionGPT {self._model.file.parent.name}",
                licence=LICENCE,
                fps=humanml3d.FPS,
                min_seconds=MIN_SECONDS,
                max_seconds=MAX_FRAMES / humanml3d.FPS,
                max_samples=8,
                segment_types=frozenset({"text", "unconditioned"}),
                captions=True,
            )
        )

    def generate_captions(
        self, motion: Motion, progress: Progress = no_progress, cancelled: IsCancelled = never_cancelled
    ) -> list[str]:
        """Return a caption for each part of the motion; the parts are equally long, 9.8 seconds at most.

        Raises ``RequestError`` if the motion is shorter than half a second, and ``Cancelled``.
        """
        features = to_features(motion)
        if len(features) < MIN_SECONDS * humanml3d.FPS:
            raise RequestError("The motion is shorter than half a second: choose a longer one")
        after_step = make_step_callback(no_progress, cancelled)
        parts = np.array_split(features, math.ceil(len(features) / MAX_FRAMES))
        captions = []
        with self._lock:
            for done, part in enumerate(parts, 1):
                captions.append(self._model.describe_motion(part, after_step))
                progress(done, len(parts))
        return captions

    def _generate_features(
        self, request: MotionRequest, frames: int, seeds: Sequence[int], after_step: AfterStep
    ) -> Sequence[F64]:
        _check_options(request)
        with self._lock:
            return self._run_task(request, frames, seeds, after_step)

    def _run_task(
        self, request: MotionRequest, frames: int, seeds: Sequence[int], after_step: AfterStep
    ) -> list[F64]:
        """Run the task that the options select; arguments as :meth:`_generate_features` takes them."""
        options = request.options.model_options
        generators = [np.random.Generator(np.random.PCG64(seed & (2**63 - 1))) for seed in seeds]
        segment = request.segments[0]
        text = segment.prompt if isinstance(segment, TextSegment) else None
        if options.get("edit"):
            motion = to_features(options["motion"])
            if len(motion) < frames:
                raise RequestError(
                    "The motion to edit has {count} frames of 20 a second, not the {frames} that are asked for",
                    count=len(motion),
                    frames=frames,
                )
            first = int(parse_fraction(options, "prefix_end", 0.25) * frames)
            stop = int(parse_fraction(options, "suffix_start", 0.75) * frames)
            if stop - first < 1:
                raise RequestError("Nothing lies between prefix_end and suffix_start: move them apart")
            return self._model.complete_motion(motion[:frames], first, stop, generators, after_step)
        if options.get("prefix") is not None:
            return self._model.predict_motion(to_features(options["prefix"]), frames, generators, after_step)
        is_free = options.get("length", "asked") == "free"
        return self._model.generate(text, None if is_free else frames, generators, after_step)


def _check_options(request: MotionRequest) -> None:
    options = request.options.model_options
    for name in options:
        if name not in _OPTIONS:
            raise RequestError(
                "{name!r} is no option of this model: choose one of {known}",
                name=name,
                known=", ".join(_OPTIONS),
            )
    if request.options.diffusion_steps is not None:
        raise RequestError("MotionGPT has no diffusion steps: leave them out")
    if request.options.guidance is not None:
        raise RequestError("MotionGPT has no guidance: leave it out")
    edit = options.get("edit")
    if edit not in (None, "in_between"):
        raise RequestError("The edit {edit!r} is not known: choose in_between", edit=edit)
    if (edit is None) != (options.get("motion") is None):
        raise RequestError(
            "An edit needs two options: edit, the kind of edit, and motion, the motion that is edited"
        )
    if options.get("length", "asked") not in _LENGTHS:
        raise RequestError(
            "The length {length!r} is not known: choose {known}",
            length=options["length"],
            known=" or ".join(_LENGTHS),
        )
    if edit and options.get("prefix") is not None:
        raise RequestError("A motion is either edited or continued: give motion or prefix")
