# SPDX-License-Identifier: GPL-3.0-or-later
"""How much work one request may cause, and for how long."""

from __future__ import annotations

from collections.abc import Sequence

from ...motion import Capabilities, MotionRequest, RequestError
from ...motion.request import PoseKeyframe, TextSegment

MAX_FPS = 240.0
"""Frames a second that a request may ask for."""

MAX_RESULT_FRAMES = 32_000
"""Frames of all samples of a request together: their trajectories and glTF take some seconds."""

MAX_STEP_FRAMES = 250_000
"""Frames at the model's own rate times samples times diffusion steps: about half a minute on two processors."""

MAX_PROMPT_CHARACTERS = 20_000
"""Characters of all prompts of a request together: they are read word by word in Python."""

DEADLINE_SECONDS = 300.0
"""After this time a request is cancelled, whether it waits or is computed."""

USUAL_STEPS = 10
"""Diffusion steps that are assumed for a request which states none."""


FIXED_SECONDS = 3.0
"""Seconds of motion whose computation takes as long as what every request costs, however short it is."""


def estimate_work(request: MotionRequest) -> float:
    """Return the work of a request in seconds of motion x diffusion steps: what clients have equal shares of."""
    options = request.options
    steps = options.diffusion_steps or USUAL_STEPS
    return (FIXED_SECONDS + request.seconds * options.num_samples) * steps


def check_work(request: MotionRequest, capabilities: Capabilities) -> None:
    """Raise ``RequestError`` if computing the request would keep other requests waiting for too long."""
    if request.fps > MAX_FPS:
        raise RequestError(
            "{fps:g} frames a second are more than the {limit:g} that are served here: lower the frame rate",
            fps=request.fps,
            limit=MAX_FPS,
        )
    pose_count = sum(isinstance(constraint, PoseKeyframe) for constraint in request.constraints)
    if pose_count > request.total_frames:
        raise RequestError(
            "{count} poses are more than the {frames} frames of the motion: send one for each frame at most",
            count=pose_count,
            frames=request.total_frames,
        )
    check_total_work([request], capabilities)


def check_total_work(requests: Sequence[MotionRequest], capabilities: Capabilities) -> None:
    """Raise ``RequestError`` if requests that are sent together are too much work together."""
    characters = sum(
        len(segment.prompt)
        for request in requests
        for segment in request.segments
        if isinstance(segment, TextSegment)
    )
    if characters > MAX_PROMPT_CHARACTERS:
        raise RequestError(
            "The prompts have {count} characters, more than the {limit} that are served at once: shorten them",
            count=characters,
            limit=MAX_PROMPT_CHARACTERS,
        )
    frames = sum(request.total_frames * request.options.num_samples for request in requests)
    if frames > MAX_RESULT_FRAMES:
        raise RequestError(
            "{frames} frames of all samples are more than the {limit} that are served at once: "
            "ask for fewer samples, a shorter motion or a lower frame rate",
            frames=frames,
            limit=MAX_RESULT_FRAMES,
        )
    work = sum(
        request.seconds
        * capabilities.fps
        * request.options.num_samples
        * (request.options.diffusion_steps or USUAL_STEPS)
        for request in requests
    )
    if work > MAX_STEP_FRAMES:
        raise RequestError(
            "{work:.0f} frames x samples x diffusion steps are more than the {limit} that are served at once: "
            "ask for fewer samples or steps, or a shorter motion",
            work=work,
            limit=MAX_STEP_FRAMES,
        )
