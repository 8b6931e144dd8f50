# SPDX-License-Identifier: GPL-3.0-or-later
"""The scene's settings and guides as the request that a model gets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import bpy

from ..scene.frame_rate import read_frame_rate
from .apply import apply_options

if TYPE_CHECKING:
    from ..motion import MotionRequest
    from ..scene.guides import Guides

MOST_PARTS = 100
"""Prompts in a row."""


def asked(
    context: bpy.types.Context, target: bpy.types.Object, seed: int
) -> tuple[MotionRequest, Guides | None]:
    """The request, and what in the scene directs it, which has a say in the motion that comes.

    At the scene's own rate, so that the panel's "4.0 s, 96 frames" is what comes. Raises ``RequestError``,
    ``RigError`` or ``MappingError`` with the scene as it was.
    """
    from ..scene.guides import has_guides, read_guides

    scene = context.scene
    settings, directing = scene.kinescribe, scene.kinescribe.directing
    request = said(settings, read_frame_rate(scene), seed)
    if not has_guides(directing):
        return request, None
    first = int(apply_options(scene)["start_frame"])
    guides = read_guides(scene, target, directing, first, request.total_frames)
    return replace(request, constraints=guides.constraints), guides


def said(settings: Any, fps: float, seed: int) -> MotionRequest:
    """What is said in words and numbers: the prompt, what comes after it, loop and variations.

    Raises ``RequestError``.
    """
    from ..motion import RequestError, text_request
    from ..motion.request import UnconditionedSegment

    directing = settings.directing
    request = text_request(
        settings.prompt, settings.seconds, fps, seed, num_samples=directing.variations, loop=directing.loop
    )
    if not directing.segments:
        return request
    if len(directing.segments) >= MOST_PARTS:
        raise RequestError(f"There are more than {MOST_PARTS} parts: remove some")
    parts = list(request.segments)
    for row in directing.segments:
        if row.prompt.strip():
            parts += text_request(row.prompt, row.seconds, fps).segments
        else:
            parts.append(UnconditionedSegment(max(1, round(row.seconds * fps))))
    options = replace(request.options, transition_frames=max(1, round(directing.transition * fps)))
    return replace(request, segments=tuple(parts), options=options)


def total_seconds(settings: Any) -> float:
    """Length of all parts together."""
    return float(settings.seconds + sum(row.seconds for row in settings.directing.segments))
