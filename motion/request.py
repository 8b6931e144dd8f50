# SPDX-License-Identifier: GPL-3.0-or-later
"""What a motion model is asked for, in the words of MMCP (Motion Model Context Protocol 1.4).

Plain dataclasses, because Blender has no pydantic. Positions are metres, Y up; quaternions are w, x, y, z here
(MMCP's x, y, z, w order is met at the wire only).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .errors import RequestError
from .motion import MAX_FRAMES

MAX_PROMPT = 1000
"""Characters in one prompt: far beyond a sentence, small enough to stay harmless."""

Vec2 = tuple[float, float]
Vec3 = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]


@dataclass(frozen=True)
class TextSegment:
    """``duration_frames`` of motion described by ``prompt``; ``seed`` overrides the request's for this segment."""

    type: ClassVar[str] = "text"
    prompt: str
    duration_frames: int
    language: str | None = "en"
    seed: int | None = None


@dataclass(frozen=True)
class UnconditionedSegment:
    """``duration_frames`` of motion that the model is free to choose."""

    type: ClassVar[str] = "unconditioned"
    duration_frames: int
    seed: int | None = None


Segment = TextSegment | UnconditionedSegment


@dataclass(frozen=True)
class RootPath:
    """MMCP ``root_path``: the root passes (x, z) at the given ascending frames, optionally facing a heading."""

    type: ClassVar[str] = "root_path"
    frames: tuple[int, ...]
    positions_xz: tuple[Vec2, ...]
    heading_radians: tuple[float, ...] | None = None


@dataclass(frozen=True)
class EffectorTarget:
    """MMCP ``effector_target``: a joint is at the given world positions (and rotations) at the given frames."""

    type: ClassVar[str] = "effector_target"
    joint: str
    frames: tuple[int, ...]
    positions: tuple[Vec3, ...]
    rotations: tuple[Quaternion, ...] | None = None


@dataclass(frozen=True)
class PoseKeyframe:
    """MMCP ``pose_keyframe``: the pose, by local joint rotations, at one frame."""

    type: ClassVar[str] = "pose_keyframe"
    frame: int
    joint_rotations: Mapping[str, Quaternion]
    root_position: Vec3 | None = None


Constraint = RootPath | EffectorTarget | PoseKeyframe


@dataclass(frozen=True)
class Options:
    """MMCP options. ``guidance`` is the weight of regular classifier-free guidance; None: the model's own default."""

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
    """Segments follow one another in time; ``fps`` is the rate that all frame numbers count in."""

    segments: tuple[Segment, ...]
    fps: float
    constraints: tuple[Constraint, ...] = ()
    options: Options = field(default_factory=Options)

    @property
    def total_frames(self) -> int:
        """Frames of all segments together."""
        return sum(s.duration_frames for s in self.segments)

    @property
    def seconds(self) -> float:
        """Length of all segments together."""
        return self.total_frames / self.fps

    def frames_at(self, fps: float) -> int:
        """Frames at another rate that reach as far as the last frame that is asked for."""
        return math.ceil((self.total_frames - 1) / self.fps * fps - 1e-9) + 1

    @property
    def prompt(self) -> str:
        """All prompts in order, joined by ", then "."""
        return ", then ".join(s.prompt for s in self.segments if isinstance(s, TextSegment))


@dataclass(frozen=True)
class Capabilities:
    """What a backend can do; a request is checked against it before anything is computed."""

    model: str
    licence: str
    fps: float
    min_seconds: float
    max_seconds: float
    max_samples: int = 1
    segments: frozenset[str] = frozenset({"text"})
    constraints: frozenset[str] = frozenset()
    max_segments: int = 1
    supports_loop: bool = False
    captions: bool = False
    """Whether it also says in words what a motion shows, for which MMCP has no route."""


def text_request(prompt: str, seconds: float, fps: float, seed: int = 0, **options: Any) -> MotionRequest:
    """A request for one sentence of ``seconds`` at ``fps``.

    Raises :class:`RequestError` on an empty or endless prompt and a duration that is no positive number.
    """
    prompt = " ".join(prompt.split())
    if not prompt:
        raise RequestError("The prompt is empty: describe what the character should do")
    if len(prompt) > MAX_PROMPT:
        raise RequestError(f"The prompt has {len(prompt)} characters: shorten it to {MAX_PROMPT}")
    if not (math.isfinite(seconds) and seconds > 0):
        raise RequestError(f"A duration of {seconds} seconds is not possible: enter a positive number")
    if not (math.isfinite(fps) and fps > 0):
        raise RequestError(f"A frame rate of {fps} is not possible: enter a positive number")
    frames = max(1, round(min(seconds, 1e6) * fps))
    return MotionRequest((TextSegment(prompt, frames),), fps, options=Options(seed=seed, **options))


def check_request(request: MotionRequest, capabilities: Capabilities) -> None:
    """Raise :class:`RequestError` in one sentence where the request asks for more than the model can do."""
    able = capabilities
    if not request.segments:
        raise RequestError("The request has no segments: describe what the character should do")
    if len(request.segments) > able.max_segments:
        raise RequestError(f"{able.model} takes at most {able.max_segments} prompt(s) at once")
    for segment in request.segments:
        if segment.type not in able.segments:
            raise RequestError(f"{able.model} does not understand segments of the kind {segment.type}")
    for constraint in request.constraints:
        if constraint.type not in able.constraints:
            raise RequestError(f"{able.model} does not understand constraints of the kind {constraint.type}")
    # a frame of slack: durations are rounded to whole frames of the request's own rate
    slack = 0.5 / request.fps + 1e-9
    if not able.min_seconds - slack <= request.seconds <= able.max_seconds + slack:
        raise RequestError(
            f"{able.model} makes {able.min_seconds:g} to {able.max_seconds:g} seconds, not {request.seconds:.3g}: "
            "change the duration"
        )
    if request.total_frames > MAX_FRAMES:
        raise RequestError(
            f"{request.seconds:.3g} seconds at {request.fps:g} frames a second are more than {MAX_FRAMES} frames: "
            "lower the frame rate"
        )
    if not 1 <= request.options.num_samples <= able.max_samples:
        raise RequestError(f"{able.model} makes 1 to {able.max_samples} samples at once")
    if request.options.loop and not able.supports_loop:
        raise RequestError(f"{able.model} cannot make loops")
