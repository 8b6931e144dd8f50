# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to a motion model, with the terms of MMCP (Motion Model Context Protocol 1.4).

Plain dataclasses, because Blender has no pydantic. Positions are metres, Y up; quaternions are w, x, y, z (MMCP's
order x, y, z, w is converted where messages are sent and received).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .errors import RequestError
from .motion import MAX_FRAMES

MAX_PROMPT_LENGTH = 1000
MAX_STEPS = 1000
MAX_GUIDANCE = 100.0
"""Most characters of a prompt: far more than a sentence needs, few enough to be harmless."""

Vec2 = tuple[float, float]
Vec3 = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]


@dataclass(frozen=True)
class TextSegment:
    """``duration_frames`` frames of motion described by ``prompt``.

    Attributes
    ----------
    prompt : description of the motion
    duration_frames : number of frames
    language : language of the prompt, or None if unknown
    seed : overrides the seed of the request for this segment, or None
    """

    type: ClassVar[str] = "text"
    prompt: str
    duration_frames: int
    language: str | None = "en"
    seed: int | None = None


@dataclass(frozen=True)
class UnconditionedSegment:
    """``duration_frames`` frames of motion that the model is free to choose."""

    type: ClassVar[str] = "unconditioned"
    duration_frames: int
    seed: int | None = None


Segment = TextSegment | UnconditionedSegment


@dataclass(frozen=True)
class RootPath:
    """MMCP ``root_path``: the root is at (x, z) at the given ascending frames, optionally with a heading.

    ``heading_radians`` are radians about +Y; 0 faces +Z.
    """

    type: ClassVar[str] = "root_path"
    frames: tuple[int, ...]
    positions_xz: tuple[Vec2, ...]
    heading_radians: tuple[float, ...] | None = None


@dataclass(frozen=True)
class EffectorTarget:
    """MMCP ``effector_target``: a joint has the given world positions (and rotations) at the given frames.

    Attributes
    ----------
    joint : SMPL joint name
    frames : ascending frame numbers
    positions : (x, y, z) in metres for each frame
    rotations : quaternions w, x, y, z for each frame, or None
    """

    type: ClassVar[str] = "effector_target"
    joint: str
    frames: tuple[int, ...]
    positions: tuple[Vec3, ...]
    rotations: tuple[Quaternion, ...] | None = None


@dataclass(frozen=True)
class PoseKeyframe:
    """MMCP ``pose_keyframe``: local joint rotations, and optionally the position of the root, at one frame."""

    type: ClassVar[str] = "pose_keyframe"
    frame: int
    joint_rotations: Mapping[str, Quaternion]
    root_position: Vec3 | None = None


Constraint = RootPath | EffectorTarget | PoseKeyframe


@dataclass(frozen=True)
class RequestOptions:
    """MMCP options of a request.

    Attributes
    ----------
    seed : seed of the random numbers
    num_samples : number of motions to generate
    diffusion_steps : steps of the sampler; None: the model's default
    guidance : weight of classifier-free guidance; None: the model's default
    transition_frames : frames of the transition between two segments
    loop : whether the last frame has to match the first one
    keyframe_budget : metres by which the server may change the motion when it removes keys; None: a key on every frame
    model_options : further options of the model
    """

    seed: int = 0
    num_samples: int = 1
    diffusion_steps: int | None = None
    guidance: float | None = None
    transition_frames: int = 5
    loop: bool = False
    keyframe_budget: float | None = None
    model_options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MotionRequest:
    """Request for a motion.

    Attributes
    ----------
    segments : parts of the motion, one after the other
    fps : frames per second of all frame numbers in the request
    constraints : paths, poses and targets that the motion has to satisfy
    options : seed, number of samples and further options
    """

    segments: tuple[Segment, ...]
    fps: float
    constraints: tuple[Constraint, ...] = ()
    options: RequestOptions = field(default_factory=RequestOptions)

    @property
    def total_frames(self) -> int:
        """Number of frames of all segments together."""
        return sum(s.duration_frames for s in self.segments)

    @property
    def seconds(self) -> float:
        """Length of all segments together, in seconds."""
        return self.total_frames / self.fps

    def frame_count_at(self, fps: float) -> int:
        """Return the number of frames at another rate that covers the last frame of the request."""
        return math.ceil((self.total_frames - 1) / self.fps * fps - 1e-9) + 1

    @property
    def prompt(self) -> str:
        """All prompts in order, joined by ", then "."""
        return ", then ".join(s.prompt for s in self.segments if isinstance(s, TextSegment))


@dataclass(frozen=True)
class Capabilities:
    """Limits and abilities of a backend; a request is checked against them before anything is computed.

    Attributes
    ----------
    model, licence : name of the model, and the licence of its motions
    fps : frames per second that the model generates
    min_seconds, max_seconds : shortest and longest motion
    max_samples : most motions per request
    segment_types, constraint_types : supported values of ``type`` of segments and constraints
    max_segments : most segments per request
    supports_loop : whether the model can generate loops
    captions : whether the model can describe a motion in text, for which MMCP has no route
    useful_steps : diffusion steps beyond which the motion no longer gets better; None: not known
    """

    model: str
    licence: str
    fps: float
    min_seconds: float
    max_seconds: float
    max_samples: int = 1
    segment_types: frozenset[str] = frozenset({"text"})
    constraint_types: frozenset[str] = frozenset()
    max_segments: int = 1
    supports_loop: bool = False
    captions: bool = False
    useful_steps: int | None = None


def make_text_request(
    prompt: str, seconds: float, fps: float, seed: int = 0, **options: Any
) -> MotionRequest:
    """Return a request with one text segment.

    Raises :class:`RequestError` if the prompt is empty or longer than ``MAX_PROMPT_LENGTH``, or if the duration or the
    frame rate is not a positive number.

    Parameters
    ----------
    prompt : description of the motion
    seconds : duration
    fps : frames per second
    seed : seed of the random numbers
    **options : further fields of ``RequestOptions``
    """
    prompt = " ".join(prompt.split())
    if not prompt:
        raise RequestError("The prompt is empty: describe what the character should do")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise RequestError(
            "The prompt has {count} characters: shorten it to {limit}",
            count=len(prompt),
            limit=MAX_PROMPT_LENGTH,
        )
    if not (math.isfinite(seconds) and seconds > 0):
        raise RequestError(
            "A duration of {seconds} seconds is not possible: enter a positive number", seconds=seconds
        )
    if not (math.isfinite(fps) and fps > 0):
        raise RequestError("A frame rate of {fps} is not possible: enter a positive number", fps=fps)
    frames = max(1, round(min(seconds, 1e6) * fps))
    return MotionRequest((TextSegment(prompt, frames),), fps, options=RequestOptions(seed=seed, **options))


def check_request(request: MotionRequest, capabilities: Capabilities) -> None:
    """Raise :class:`RequestError` if the request exceeds what the model can do."""
    model = capabilities.model
    if not request.segments:
        raise RequestError("The request has no segments: describe what the character should do")
    if len(request.segments) > capabilities.max_segments:
        raise RequestError(
            "{model} accepts at most {limit} prompt(s) in one request",
            model=model,
            limit=capabilities.max_segments,
        )
    for segment in request.segments:
        if segment.type not in capabilities.segment_types:
            raise RequestError(
                "{model} does not support segments of the type {type}", model=model, type=segment.type
            )
    for constraint in request.constraints:
        if constraint.type not in capabilities.constraint_types:
            raise RequestError(
                "{model} does not support constraints of the type {type}", model=model, type=constraint.type
            )
    # half a frame of tolerance: durations are rounded to whole frames of the request's rate
    slack = 0.5 / request.fps + 1e-9
    if not capabilities.min_seconds - slack <= request.seconds <= capabilities.max_seconds + slack:
        raise RequestError(
            "{model} makes {shortest:g} to {longest:g} seconds, not {seconds:.3g}: change the duration",
            model=model,
            shortest=capabilities.min_seconds,
            longest=capabilities.max_seconds,
            seconds=request.seconds,
        )
    if request.total_frames > MAX_FRAMES:
        raise RequestError(
            "{seconds:.3g} seconds at {fps:g} frames a second are more than {limit} frames: lower the frame rate",
            seconds=request.seconds,
            fps=request.fps,
            limit=MAX_FRAMES,
        )
    if not 1 <= request.options.num_samples <= capabilities.max_samples:
        raise RequestError(
            "{model} makes 1 to {limit} samples in one request", model=model, limit=capabilities.max_samples
        )
    _check_sampler_options(request.options)
    if request.options.loop and not capabilities.supports_loop:
        raise RequestError("{model} cannot make loops", model=model)


def _check_sampler_options(options: RequestOptions) -> None:
    """Raise :class:`RequestError` if a number would make the sampler fail or run for hours."""
    steps, guidance = options.diffusion_steps, options.guidance
    if steps is not None and not 1 <= steps <= MAX_STEPS:
        raise RequestError(
            "{steps} diffusion steps are not possible: choose 1 to {limit}", steps=steps, limit=MAX_STEPS
        )
    # written so that NaN is refused too
    if guidance is not None and not -MAX_GUIDANCE <= guidance <= MAX_GUIDANCE:
        raise RequestError(
            "A guidance weight of {weight:g} is not possible: choose 0 to {limit:g}",
            weight=guidance,
            limit=MAX_GUIDANCE,
        )
