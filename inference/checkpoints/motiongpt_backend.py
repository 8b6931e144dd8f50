# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT as a motion model that can be asked like any other, and as one that says what a motion shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...motion.errors import RequestError
from ...motion.formats import humanml3d
from ...motion.motion import Motion
from ...motion.request import Capabilities, MotionRequest, TextSegment
from ..backend import IsCancelled, Progress, never, silent
from .feature_backend import F64, LICENCE, SHORTEST, FeatureBackend, Watch, watched
from .motiongpt import LONGEST, MotionGPT, load_motiongpt
from .sampling_options import features_of, share

_OPTIONS = ("edit", "length", "motion", "prefix", "prefix_end", "suffix_start")
_LENGTHS = ("asked", "free")


class MotionGPTBackend(FeatureBackend):
    """MotionGPT as a :class:`~..backend.Backend`, in the worker's process only.

    It makes up to 9.8 seconds of one prompt; a step is one motion token of all samples. ``model_options``: ``prefix``
    is a motion that the answer follows on; ``edit`` ``"in_between"`` makes anew what lies between ``prefix_end`` and
    ``suffix_start`` (shares of the length) of ``motion``. With either of them the prompt is not heard: the original's
    tasks have none. ``length`` ``"free"`` lets the model end by itself, and the last pose is held, or the rest cut off,
    to the length that is asked. Motions are as :func:`.wishes.features_of` takes them.
    """

    def __init__(
        self, path: str | Path, tokenizer: Path | None = None, statistics: Path | None = None
    ) -> None:
        """See :func:`.load_motiongpt`. Raises :class:`CheckpointError`."""
        self._model: MotionGPT = load_motiongpt(path, tokenizer=tokenizer, statistics=statistics)
        super().__init__(
            Capabilities(
                model=f"MotionGPT {self._model.file.parent.name}",
                licence=LICENCE,
                fps=humanml3d.FPS,
                min_seconds=SHORTEST,
                max_seconds=LONGEST / humanml3d.FPS,
                max_samples=8,
                segments=frozenset({"text", "unconditioned"}),
                captions=True,
            )
        )

    def captions(
        self, motion: Motion, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[str]:
        """What the motion shows: one sentence for each stretch of it, equally long and 9.8 seconds at most.

        Raises ``RequestError`` where it is shorter than half a second, and ``Cancelled``.
        """
        features = features_of(motion)
        if len(features) < SHORTEST * humanml3d.FPS:
            raise RequestError("The motion is shorter than half a second: choose a longer one")
        watch = watched(silent, cancelled)
        parts = np.array_split(features, math.ceil(len(features) / LONGEST))
        found = []
        with self._lock:
            for done, part in enumerate(parts, 1):
                found.append(self._model.describe(part, watch))
                progress(done, len(parts))
        return found

    def _features(
        self, request: MotionRequest, frames: int, seeds: Sequence[int], watch: Watch
    ) -> Sequence[F64]:
        _check_options(request)
        with self._lock:
            return self._made(request, frames, seeds, watch)

    def _made(self, request: MotionRequest, frames: int, seeds: Sequence[int], watch: Watch) -> list[F64]:
        options = request.options.model_options
        draws = [np.random.Generator(np.random.PCG64(seed & (2**63 - 1))) for seed in seeds]
        segment = request.segments[0]
        text = segment.prompt if isinstance(segment, TextSegment) else None
        if options.get("edit"):
            given = features_of(options["motion"])
            if len(given) < frames:
                raise RequestError(
                    f"The motion to edit has {len(given)} frames of 20 a second, not the {frames} that are asked for"
                )
            start, end = share(options, "prefix_end", 0.25), share(options, "suffix_start", 0.75)
            first, last = int(start * frames), int(end * frames)
            if last - first < 1:
                raise RequestError("Nothing lies between prefix_end and suffix_start: move them apart")
            return self._model.complete(given[:frames], first, last, draws, watch)
        if options.get("prefix") is not None:
            return self._model.predict(features_of(options["prefix"]), frames, draws, watch)
        free = options.get("length", "asked") == "free"
        return self._model.generate(text, None if free else frames, draws, watch)


def _check_options(request: MotionRequest) -> None:
    options = request.options.model_options
    for name in options:
        if name not in _OPTIONS:
            raise RequestError(f"{name!r} is no option of this model: it knows {', '.join(_OPTIONS)}")
    if request.options.diffusion_steps is not None:
        raise RequestError("MotionGPT has no diffusion steps: leave them out")
    if request.options.guidance is not None:
        raise RequestError("MotionGPT has no guidance: leave it out")
    edit = options.get("edit")
    if edit not in (None, "in_between"):
        raise RequestError(f"The edit {edit!r} is not known: choose in_between")
    if (edit is None) != (options.get("motion") is None):
        raise RequestError(
            "An edit needs both: the word for it in edit, and the motion that is edited in motion"
        )
    if options.get("length", "asked") not in _LENGTHS:
        raise RequestError(f"The length {options['length']!r} is not known: choose {' or '.join(_LENGTHS)}")
    if edit and options.get("prefix") is not None:
        raise RequestError("A motion is either edited or gone on from: give motion or prefix")
