# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the request to a model from the scene's settings and guides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import bpy

from ..scene.frame_rate import read_frame_rate as read_frame_rate
from .apply import apply_options

if TYPE_CHECKING:
    from ..motion import MotionRequest
    from ..scene.guides import Guides

MAX_PARTS = 100
"""Prompts of a sequence."""


def build_request(
    context: bpy.types.Context, target: bpy.types.Object, seed: int
) -> tuple[MotionRequest, Guides | None]:
    """Build the request at the scene's frame rate; also return its guides (None without any), which place the motion.

    Raises ``RequestError``, ``RigError`` or ``MappingError``; the scene stays as it is.
    """
    from ..scene.guides import has_guides, read_guides

    scene = context.scene
    settings, directing = scene.kinescribe, scene.kinescribe.directing
    request = prompt_request(settings, read_frame_rate(scene), seed)
    if not has_guides(directing):
        return request, None
    start_frame = int(apply_options(scene)["start_frame"])
    guides = read_guides(scene, target, directing, start_frame, request.total_frames)
    return replace(request, constraints=guides.constraints), guides


def prompt_request(settings: Any, fps: float, seed: int) -> MotionRequest:
    """Build the request of the prompt, the parts of its sequence, loop and variations, without any guides.

    Raises ``RequestError``.
    """
    from ..motion import RequestError, make_text_request
    from ..motion.request import UnconditionedSegment

    directing = settings.directing
    request = make_text_request(
        settings.prompt, settings.seconds, fps, seed, num_samples=directing.variations, loop=directing.loop
    )
    if not directing.segments:
        return request
    if len(directing.segments) >= MAX_PARTS:
        raise RequestError("There are more than {count} parts: remove some", count=MAX_PARTS)
    parts = list(request.segments)
    for row in directing.segments:
        if row.prompt.strip():
            parts += make_text_request(row.prompt, row.seconds, fps).segments
        else:
            parts.append(UnconditionedSegment(max(1, round(row.seconds * fps))))
    options = replace(request.options, transition_frames=max(1, round(directing.transition * fps)))
    return replace(request, segments=tuple(parts), options=options)


def total_seconds(settings: Any) -> float:
    """Return the length of the prompt and all further parts of the sequence."""
    return float(settings.seconds + sum(row.seconds for row in settings.directing.segments))
