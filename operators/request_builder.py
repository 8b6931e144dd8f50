# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the request to a model from a character's settings and guides, and from the scene's where it has none."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy

from ..scene.frame_rate import read_frame_rate as read_frame_rate
from .apply import new_start_frame
from .base import bone_map_properties
from .models import get_quality_steps
from .part_list import (
    MAX_PARTS,
    PartPlan,
    describe_parts,
    has_own_parts,
    make_segments,
    plan_parts,
    scene_parts,
)

if TYPE_CHECKING:
    from ..motion import MotionRequest
    from ..scene.guides import Guides


class RequestPlan(NamedTuple):
    """A request, and what its motion needs to become a take."""

    request: MotionRequest
    guides: Guides | None
    """What places the motion in the scene; None: nothing guides it."""

    start: int
    """Frame of the scene at which it begins."""

    details: str
    """What the take remembers, as JSON: its parts, and what guided it."""


def plan_request(
    context: bpy.types.Context,
    target: bpy.types.Object,
    seed: int | None = None,
    samples: int = 0,
    playhead: int | None = None,
) -> RequestPlan:
    """Build the request for a character at the scene's frame rate.

    Raises ``RequestError``, ``RigError`` or ``MappingError``; the scene stays as it is.

    Parameters
    ----------
    context : bpy.types.Context
        Its scene has the settings that the character has not.
    target : bpy.types.Object
        The armature.
    seed : int or None
        Seed of the motion; None: that of the settings.
    samples : int
        Number of motions; 0: that of the settings.
    playhead : int or None
        A frame that counts as the current one; None: the current frame.
    """
    import json

    from ..motion.request import MotionRequest, RequestOptions
    from ..scene.guides import has_guides, read_guides

    scene = context.scene
    settings, fps = scene.kinescribe, read_frame_rate(scene)
    directing = merge_directing(scene, target)
    parts: tuple[PartPlan, ...]
    if has_own_parts(target):
        parts = plan_parts(target)
        if seed is not None:
            parts = tuple(part._replace(seed=seed + k) for k, part in enumerate(parts))
        if settings.start != "TAKE" or not settings.use_current_frame:
            shift = new_start_frame(context, target, playhead) - parts[0].start
            parts = tuple(part._replace(start=part.start + shift, end=part.end + shift) for part in parts)
        start = parts[0].start
        request = MotionRequest(
            make_segments(parts, fps),
            fps,
            options=RequestOptions(
                seed=parts[0].seed,
                num_samples=samples or directing.variations,
                loop=directing.loop,
                diffusion_steps=get_quality_steps(settings),
            ),
        )
    else:
        start = new_start_frame(context, target, playhead)
        request = prompt_request(settings, fps, settings.seed if seed is None else seed)
        parts = tuple(
            part._replace(seed=request.options.seed + k) for k, part in enumerate(scene_parts(context, start))
        )
        options = replace(request.options, num_samples=samples or directing.variations, loop=directing.loop)
        request = replace(request, options=options)
    if len(request.segments) > 1:
        frames = max(1, round(directing.transition * fps))
        request = replace(request, options=replace(request.options, transition_frames=frames))
    details = json.dumps({"parts": describe_parts(parts, start), "guides": ", ".join(list_guides(directing))})
    if not has_guides(directing):
        return RequestPlan(request, None, start, details)
    guides = read_guides(scene, target, directing, start, request.total_frames)
    return RequestPlan(replace(request, constraints=guides.constraints), guides, start, details)


def prompt_request(settings: Any, fps: float, seed: int) -> MotionRequest:
    """Build the request of the scene's prompt, the parts that follow it, loop and variations, without any guides.

    Raises ``RequestError``.
    """
    from ..motion import RequestError, make_text_request
    from ..motion.request import UnconditionedSegment

    directing = settings.directing
    request = make_text_request(
        settings.prompt, settings.seconds, fps, seed, num_samples=directing.variations, loop=directing.loop,
        diffusion_steps=get_quality_steps(settings),
    )  # fmt: skip
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
    return replace(request, segments=tuple(parts))


def merge_directing(scene: bpy.types.Scene, target: bpy.types.Object) -> Any:
    """Return what guides a character: its own guides and those of the scene, which files of 0.1.0 have."""
    own, shared = bone_map_properties(target).directing, scene.kinescribe.directing
    of_path = own if own.path is not None or own.waypoints or shared.path is None else shared

    def is_used(name: str) -> bool:
        return any(getattr(of, name) and getattr(of, f"use_{name}") for of in (own, shared))

    return SimpleNamespace(
        path=of_path.path if of_path.use_path else None,
        from_character=of_path.from_character,
        facing=of_path.facing,
        waypoints=[row for of in (own, shared) for row in of.waypoints if row.use and row.object is not None],
        pins=[row for of in (own, shared) for row in of.pins if row.use],
        start_pose=is_used("start_pose"),
        own_keys=is_used("own_keys"),
        keep_selected=is_used("keep_selected"),
        loop=own.loop or shared.loop,
        variations=own.variations if own.variations > 1 else shared.variations,
        transition=own.transition if own.is_property_set("transition") else shared.transition,
    )


def list_guides(directing: Any) -> list[str]:
    """Return what guides a motion beside its prompt, in English words."""
    pins = sum(pin.object is not None for pin in directing.pins)
    words = (
        (directing.path is not None, "path"),
        (len(directing.waypoints) == 1, "1 waypoint"),
        (len(directing.waypoints) > 1, f"{len(directing.waypoints)} waypoints"),
        (pins == 1, "1 pin"),
        (pins > 1, f"{pins} pins"),
        (directing.start_pose, "start pose"),
        (directing.own_keys, "own keys"),
        (directing.keep_selected, "kept bones"),
        (directing.loop, "loop"),
    )
    return [word for counts, word in words if counts]


def total_seconds(context: bpy.types.Context, target: bpy.types.Object | None) -> float:
    """Return the length of all parts of a character's sequence, or of the scene's."""
    settings = context.scene.kinescribe
    if target is not None and has_own_parts(target):
        parts = bone_map_properties(target).parts
        frames = max(part.end for part in parts) - min(part.start for part in parts) + 1
        return float(max(1, frames) / read_frame_rate(context.scene))
    return float(settings.seconds + sum(row.seconds for row in settings.directing.segments))
