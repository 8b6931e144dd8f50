# SPDX-License-Identifier: GPL-3.0-or-later
"""ARDY as a backend: requests in, motions on ``T_POSE`` out, with constraints satisfied and feet locked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...motion.constraints import Clip, Goals, apply_constraints, collect_goals
from ...motion.constraints.root_path import rotate_clip
from ...motion.errors import BackendError, Cancelled
from ...motion.motion import Motion, Provenance
from ...motion.request import Capabilities, MotionRequest, check_request
from ...motion.rotations import Array
from ...motion.skeleton import T_POSE
from ..backend import IsCancelled, Progress, never_cancelled, no_progress
from ..embedded.features import heading_angles
from ..embedded.postprocess import finish_clip, fit_length, satisfy_constraints
from ..matrix_products import share_threads
from .denoiser import EmbeddedText
from .goal_conditions import find_first_heading, find_start, make_conditions
from .layers import Encoder, MakeEncoder
from .loading import load_ardy
from .model import ArdyModel
from .offline import OfflinePlan, generate_offline
from .representation import read_pose
from .request_plan import RequestPlan, draw_noise, plan_request
from .sampler import SamplingOptions
from .schedule import BASE_STEPS
from .skeleton import compute_global_rotations
from .smpl_pose import to_motion
from .text.encoding import encode_sentences

F32 = NDArray[np.float32]

DEFAULT_STEPS = 7
SKETCH_STEPS = 4
"""Steps of the sketch that targets of hands and feet are read from."""

DEFAULT_GUIDANCE = 2.0
_CONSTRAINT_GUIDANCE = 2.0
_MIN_STEPS = 2
"""With one step the sampler would take noise for an almost clean motion."""

LICENCE = "NVIDIA Open Model License (the weights)"
FPS = 20.0

_LONGEST_WINDOW = 10.0  # seconds that the model has learned to see at once
_IDLE_SECONDS = 180.0


class TextEncoder(Protocol):
    """What turns sentences into vectors that a checkpoint was trained with."""

    def encode(self, sentences: Sequence[str]) -> F32:
        """Return a vector (sentences, width) for each sentence; an empty one means no text and gives zeros."""
        ...


class ArdyBackend:
    """A checkpoint's folder as a :class:`~..backend.Backend`.

    Weights are read at the first generation, and given back some minutes after the last one.
    """

    is_computed_here = True
    """That it multiplies matrices in this process, so that the fastest library matters."""

    def __init__(
        self,
        folder: Path,
        encoder: TextEncoder,
        idle_seconds: float = _IDLE_SECONDS,
        make_encoder: MakeEncoder = Encoder,
        share_work: Callable[[], AbstractContextManager[None]] = share_threads,
    ) -> None:
        """Describe the model; weights are read later.

        Parameters
        ----------
        folder : Path
            The checkpoint.
        encoder : TextEncoder
            Encodes prompts for it.
        idle_seconds : float
            How long weights stay in memory without use.
        make_encoder : MakeEncoder
            Makes the transformer layers.
        share_work : function that returns a context manager
            In it matrices are multiplied.
        """
        self._folder, self._encoder, self._idle_seconds = folder, encoder, idle_seconds
        self._make_encoder, self._share_work = make_encoder, share_work
        self._model: ArdyModel | None = None
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._capabilities = Capabilities(
            model=f"ARDY {folder.name}",
            licence=LICENCE,
            fps=FPS,
            min_seconds=0.3,
            max_seconds=600.0,
            max_samples=8,
            segment_types=frozenset({"text", "unconditioned"}),
            constraint_types=frozenset({"root_path", "effector_target", "pose_keyframe"}),
            max_segments=100,
            supports_loop=True,
        )

    @property
    def encoder(self) -> TextEncoder:
        """What encodes prompts."""
        return self._encoder

    def capabilities(self) -> Capabilities:
        """Return what the model can do: chains of prompts, constraints, loops, 0.5 s to 10 minutes, up to 8 samples."""
        return self._capabilities

    def generate(
        self,
        request: MotionRequest,
        progress: Progress = no_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> list[Motion]:
        """Return a motion for each sample of the request; sample ``n`` has the seed ``seed + n``.

        Raises ``RequestError``, ``CheckpointError``, ``BackendError`` or ``Cancelled``.
        """
        check_request(request, self._capabilities)
        check = partial(_check_cancelled, cancelled)
        while not self._lock.acquire(timeout=0.1):
            check()
        try:
            self._stop_timer()
            check()
            if self._model is None:
                self._model = load_ardy(self._folder, check, self._make_encoder, is_sparing=True)
            with self._share_work():
                generation = _Generation(self._model, request, self._encoder, check, progress)
                return [
                    self._to_motion(generation, request, sample)
                    for sample in range(request.options.num_samples)
                ]
        except MemoryError:
            self._drop_weights()
            raise BackendError(
                "There is not enough memory for ARDY: close other programs, or use the embedded model"
            ) from None
        finally:
            self._start_timer()
            self._lock.release()

    def _to_motion(self, generation: _Generation, request: MotionRequest, sample: int) -> Motion:
        motion = generation.generate_sample(sample)
        provenance = Provenance(
            request.prompt, request.options.seed + sample, self._capabilities.model, LICENCE
        )
        return replace(motion, provenance=provenance)

    def release(self, wait: bool = True) -> None:
        """Give the memory of the weights back; the next generation reads them again.

        ``wait``: until a generation that runs has ended; else nothing happens while one runs.
        """
        if not self._lock.acquire(blocking=wait):
            return
        try:
            self._stop_timer()
            self._drop_weights()
        finally:
            self._lock.release()

    def _drop_weights(self) -> None:
        """Forget the weights of the model, and of an encoder that can read its own again."""
        self._model = None
        release = getattr(self._encoder, "release", None)
        if release is not None:
            release()

    def _release_unused(self, timer: threading.Timer) -> None:
        with self._lock:
            # a generation may have begun while the timer waited for the lock
            if self._timer is timer:
                self._timer = None
                self._drop_weights()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start_timer(self) -> None:
        timer = threading.Timer(self._idle_seconds, lambda: self._release_unused(timer))
        timer.daemon = True
        self._timer = timer
        timer.start()


def _check_cancelled(cancelled: IsCancelled) -> None:
    if cancelled():
        raise Cancelled("The generation was cancelled")


@dataclass(frozen=True, eq=False)
class _Sampled:
    """A generated motion as a clip on ``T_POSE`` at the model's rate, with its contacts (T, 4)."""

    clip: Clip
    contacts: NDArray[np.bool_]


class _Generation:
    """One request on one model."""

    def __init__(
        self,
        model: ArdyModel,
        request: MotionRequest,
        encoder: TextEncoder,
        check: Callable[[], None],
        progress: Progress,
    ) -> None:
        """Read the request and encode its prompts.

        Parameters
        ----------
        model : the loaded checkpoint
        request : checked against the capabilities
        encoder : encodes prompts
        check : raises if the generation was cancelled
        progress : called after each step
        """
        self._model, self._request = model, request
        self._check, self._progress = check, progress
        self._goals: Goals = collect_goals(request, T_POSE)
        self._plan: RequestPlan = plan_request(request, model.config)
        self._model_goals: Goals = collect_goals(request, T_POSE, model.fps, self._plan.frames)
        options = request.options
        self._steps = min(max(options.diffusion_steps or DEFAULT_STEPS, _MIN_STEPS), BASE_STEPS)
        self._sketch_steps = min(SKETCH_STEPS, self._steps) if self._goals.effector_positions else 0
        self._guidance = DEFAULT_GUIDANCE if options.guidance is None else float(options.guidance)
        self._start = find_start(self._model_goals)
        self._done = 0
        self._texts = self._encode_texts(encoder)

    def _encode_texts(self, encoder: TextEncoder) -> list[EmbeddedText]:
        """Return the text of each segment as the denoiser takes it."""
        prompts = self._plan.prompts
        wanted = [prompt for prompt in dict.fromkeys(prompts) if prompt.strip()]
        vectors = encode_sentences(encoder, wanted, self._check) if wanted else np.zeros((0, 0), np.float32)
        if len(vectors) != len(wanted):
            raise BackendError("The text encoder gave no vector for each prompt: choose another one")
        self._check()
        embedded = {p: self._model.denoiser.embed_text(v) for p, v in zip(wanted, vectors, strict=True)}
        return [embedded.get(prompt, self._model.denoiser.no_text) for prompt in prompts]

    def generate_sample(self, sample: int) -> Motion:
        """Return the motion of one sample, without provenance."""
        noise = draw_noise(self._plan, self._request.options.seed, sample, self._model.config)
        goals, sketch = self._model_goals, None
        if self._sketch_steps:
            sketched = self._sample(noise, self._sketch_steps, None)
            sketch = apply_constraints(sketched.clip, goals, T_POSE)
        sampled = self._sample(noise, self._steps, sketch)
        clip = sampled.clip
        if not (len(goals.root_xz) or len(goals.headings) or goals.effector_positions):
            clip = _move_to_origin(clip)
        motion, yaw = finish_clip(clip, sampled.contacts.astype(float), goals)
        self._check()
        motion = fit_length(motion, self._request.fps, self._request.total_frames)
        return satisfy_constraints(motion, yaw, self._goals)

    def _sample(self, noise: F32, steps: int, sketch: Clip | None) -> _Sampled:
        """Generate once: with the targets of hands and feet as a sketch reaches them, or without them."""
        model, plan = self._model, self._plan
        known = make_conditions(self._model_goals, self._start, sketch)
        mask = observed = None
        history, future = int((_LONGEST_WINDOW * model.fps) - model.config.horizon), 0
        if known.mask.any():
            mask, observed = model.normalise_condition(known)
            # what a window sees before and after its own frames, as much of either
            history = future = history // 8 * 4
        motion = generate_offline(
            model.denoiser,
            model.tokenizer,
            OfflinePlan(
                plan.frames,
                [self._texts[index] for index in plan.window_segments],
                noise,
                find_first_heading(self._model_goals),
                mask,
                observed,
                history,
                future,
                plan.kept,
            ),
            SamplingOptions(steps, self._guidance, _CONSTRAINT_GUIDANCE, self._check, self._report_step),
        )
        if not np.all(np.isfinite(motion)):
            raise BackendError("ARDY made numbers that are not finite: check its files, or try another seed")
        root, local, _ = read_pose(model.statistics.features.restore(motion))
        rotations = compute_global_rotations(local)
        contacts = model.read_contacts(motion)
        made = to_motion(root, rotations, contacts, model.fps)
        return _Sampled(_make_clip(made, self._start), contacts)

    def _report_step(self) -> None:
        self._done += 1
        windows = len(self._plan.kept) * self._request.options.num_samples
        self._progress(self._done, windows * (self._steps + self._sketch_steps))


def _make_clip(motion: Motion, start: Array) -> Clip:
    """Return a motion on ``T_POSE`` as a clip, moved over the ground by ``start`` (3,)."""
    positions, _ = T_POSE.forward_kinematics(motion.root_translation, motion.local_rotations)
    return Clip(motion.local_rotations, motion.root_translation + start, heading_angles(positions))


def _move_to_origin(clip: Clip) -> Clip:
    """Return the clip turned and moved so that frame 0 is at x = z = 0 and faces +Z."""
    clip = rotate_clip(clip, -float(clip.yaw[0]))
    return clip.with_root_positions(clip.root_positions - clip.root_positions[0] * [1.0, 0.0, 1.0])
