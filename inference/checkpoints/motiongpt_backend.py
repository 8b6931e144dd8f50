# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT as a motion model that can be asked like any other, and as one that says what a motion shows."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import BackendError, Cancelled, RequestError
from ...motion.formats import humanml3d
from ...motion.joints_to_rotations import motion_from_joints
from ...motion.motion import Motion, Provenance
from ...motion.request import Capabilities, MotionRequest, TextSegment, check_request
from ..backend import IsCancelled, Progress, never, silent
from ..embedded.clip import fitted
from .backend import LICENCE
from .motiongpt import LONGEST, MotionGPT, load_motiongpt
from .motiongpt_language import AfterWord
from .wishes import features_of

_SHORTEST = 0.5
_OPTIONS = ("edit", "length", "motion", "prefix", "prefix_end", "suffix_start")
_LENGTHS = ("asked", "free")

F64 = NDArray[np.float64]


class MotionGPTBackend:
    """MotionGPT as a :class:`~..backend.Backend`, in the worker's process only.

    Sample ``n`` has the seed ``seed + n``. ``model_options``: ``prefix`` is a motion that the answer follows on;
    ``edit`` ``"in_between"`` makes anew what lies between ``prefix_end`` and ``suffix_start`` (shares of the length) of
    ``motion``. With either of them the prompt is not heard: the original's tasks have none. ``length`` ``"free"`` lets
    the model end by itself, and the last pose is held, or the rest cut off, to the length that is asked. Motions are
    as :func:`.wishes.features_of` takes them.
    """

    def __init__(
        self, path: str | Path, tokenizer: Path | None = None, statistics: Path | None = None
    ) -> None:
        """See :func:`.load_motiongpt`. Raises :class:`CheckpointError`."""
        self._model: MotionGPT = load_motiongpt(path, tokenizer=tokenizer, statistics=statistics)
        self._lock = threading.Lock()
        self._capabilities = Capabilities(
            model=f"MotionGPT {self._model.file.parent.name}",
            licence=LICENCE,
            fps=humanml3d.FPS,
            min_seconds=_SHORTEST,
            max_seconds=LONGEST / humanml3d.FPS,
            max_samples=8,
            segments=frozenset({"text", "unconditioned"}),
            captions=True,
        )

    def capabilities(self) -> Capabilities:
        """Up to 9.8 seconds of one prompt."""
        return self._capabilities

    def generate(
        self, request: MotionRequest, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[Motion]:
        """See :meth:`~..backend.Backend.generate`; a step is one motion token of all samples."""
        check_request(request, self._capabilities)
        frames = max(int(_SHORTEST * humanml3d.FPS), request.frames_at(humanml3d.FPS))
        _check_options(request)
        own = request.segments[0].seed
        first = request.options.seed if own is None else own
        seeds = [first + n for n in range(request.options.num_samples)]
        with self._lock:
            found = self._made(request, frames, seeds, _watched(progress, cancelled))
        return [self._motion(features, request, seed) for features, seed in zip(found, seeds, strict=True)]

    def captions(
        self, motion: Motion, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[str]:
        """What the motion shows: one sentence for each stretch of it, equally long and 9.8 seconds at most.

        Raises ``RequestError`` where it is shorter than half a second, and ``Cancelled``.
        """
        features = features_of(motion)
        if len(features) < _SHORTEST * humanml3d.FPS:
            raise RequestError("The motion is shorter than half a second: choose a longer one")
        watch = _watched(silent, cancelled)
        parts = np.array_split(features, math.ceil(len(features) / LONGEST))
        found = []
        with self._lock:
            for done, part in enumerate(parts, 1):
                found.append(self._model.describe(part, watch))
                progress(done, len(parts))
        return found

    def _made(self, request: MotionRequest, frames: int, seeds: list[int], watch: AfterWord) -> list[F64]:
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
            start, end = _share(options, "prefix_end", 0.25), _share(options, "suffix_start", 0.75)
            first, last = int(start * frames), int(end * frames)
            if last - first < 1:
                raise RequestError("Nothing lies between prefix_end and suffix_start: move them apart")
            return self._model.complete(given[:frames], first, last, draws, watch)
        if options.get("prefix") is not None:
            return self._model.predict(features_of(options["prefix"]), frames, draws, watch)
        free = options.get("length", "asked") == "free"
        return self._model.generate(text, None if free else frames, draws, watch)

    def _motion(self, features: F64, request: MotionRequest, seed: int) -> Motion:
        if not np.all(np.isfinite(features)):
            raise BackendError(
                f"{self._capabilities.model} made numbers that are not finite: try another seed"
            )
        motion = motion_from_joints(
            humanml3d.joints_of(features), humanml3d.FPS, humanml3d.contacts_of(features)
        )
        origin = Provenance(request.prompt, seed, self._capabilities.model, LICENCE)
        return replace(fitted(motion, request.fps, request.total_frames), provenance=origin)


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


def _share(options: Mapping[str, Any], name: str, default: float) -> float:
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise RequestError(f"{name} is a number of 0 to 1, not {value!r}")
    return float(value)


def _watched(progress: Progress, cancelled: IsCancelled) -> AfterWord:
    def watch(done: int, most: int) -> None:
        if cancelled():
            raise Cancelled("Generation was cancelled")
        progress(done, most)

    return watch
