# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a take, and checks of parts and ranges before a model runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ...motion import Motion, RequestError, Skeleton
from ...motion.request import Segment, TextSegment, UnconditionedSegment, make_text_request
from ...motion.skeleton import T_POSE

MIN_RANGE_SECONDS = 0.25
"""Shortest range that is generated again: in less time a body can't leave one pose and reach another."""


@dataclass(frozen=True)
class Part:
    """A part of a take's sequence.

    Attributes
    ----------
    prompt : what it shows; empty: the model is free
    start, end : first and last frame, counted from the take's first one
    seed : seed of the part; None: that of the take
    """

    prompt: str
    start: int
    end: int
    seed: int | None = None

    def __len__(self) -> int:
        return self.end - self.start + 1


def check_range(motion: Motion, start: int, end: int, first_frame: int = 0) -> None:
    """Raise :class:`RequestError` unless frames ``start`` to ``end`` of the motion can be generated again.

    Parameters
    ----------
    motion : Motion
        The take.
    start, end : int
        First and last frame, counted from the take's first one.
    first_frame : int
        Number that the take's first frame has in messages, such as its frame in the scene.
    """
    check_body(motion.skeleton)
    last = len(motion) - 1
    if end < start:
        raise RequestError(
            "The range ends at frame {end}, before its start {start}: swap them",
            start=first_frame + start,
            end=first_frame + end,
        )
    if start < 0 or end > last:
        raise RequestError(
            "The range {start} to {end} is not within the take, which has frames {first} to {last}: change the range",
            start=first_frame + start,
            end=first_frame + end,
            first=first_frame,
            last=first_frame + last,
        )
    shortest = max(2, round(MIN_RANGE_SECONDS * motion.fps))
    if end - start + 1 < shortest:
        raise RequestError(
            "The range has {count} frame(s), too few to move in: choose at least {shortest}",
            count=end - start + 1,
            shortest=shortest,
        )


def check_parts(parts: Sequence[Part], frame_count: int | None = None, first_frame: int = 0) -> None:
    """Raise :class:`RequestError` if parts have no length, end before they start, overlap, or lie outside the take.

    Parameters
    ----------
    parts : sequence of Part
        Parts in any order.
    frame_count : int or None
        Number of frames of the take; None: it may become longer.
    first_frame : int
        Number that the take's first frame has in messages, such as its frame in the scene.
    """
    ordered = sorted(parts, key=lambda part: part.start)
    for part in ordered:
        start, end = first_frame + part.start, first_frame + part.end
        if end < start:
            raise RequestError(
                "The part {prompt!r} ends at frame {end} and starts at {start}: it has no length",
                prompt=part.prompt,
                start=start,
                end=end,
            )
        if part.start < 0:
            raise RequestError(
                "The part {prompt!r} starts at frame {start}, before the take's first frame {first}: move it",
                prompt=part.prompt,
                start=start,
                first=first_frame,
            )
        if frame_count is not None and part.end >= frame_count:
            raise RequestError(
                "The part {prompt!r} ends at frame {end}, after the take's last frame {last}: move it",
                prompt=part.prompt,
                end=end,
                last=first_frame + frame_count - 1,
            )
    for earlier, later in pairwise(ordered):
        if later.start <= earlier.end:
            raise RequestError(
                "The parts {first!r} and {second!r} overlap at frame {frame}: move one of them",
                first=earlier.prompt,
                second=later.prompt,
                frame=first_frame + later.start,
            )


def find_part(parts: Sequence[Part], frame: int) -> Part | None:
    """Return the part that a frame lies in; None where there is none."""
    return next((part for part in parts if part.start <= frame <= part.end), None)


def check_body(skeleton: Skeleton) -> None:
    """Raise :class:`RequestError` unless a skeleton is the body of requests, on which poses can be given to a model."""
    if skeleton is not T_POSE and (
        skeleton.joint_names != T_POSE.joint_names
        or abs(skeleton.rest_offsets - T_POSE.rest_offsets).max() > 1e-6
    ):
        raise RequestError("The take is not on the model's body: read its poses from the character first")


def make_segments(prompt: str, frame_count: int, fps: float, seed: int | None = None) -> tuple[Segment, ...]:
    """Return the segment of a prompt, without one if it is empty. Raises :class:`RequestError` if it is too long."""
    if not prompt.strip():
        return (UnconditionedSegment(frame_count, seed),)
    text = make_text_request(prompt, frame_count / fps, fps).segments[0]
    assert isinstance(text, TextSegment)
    return (replace(text, duration_frames=frame_count, seed=seed),)


def make_range_segments(
    parts: Sequence[Part], start: int, end: int, fps: float, fallback: str = ""
) -> tuple[Segment, ...]:
    """Return segments that fill the frames ``start`` to ``end`` with the prompts of the parts there.

    Gaps between parts belong to the part before them.

    Parameters
    ----------
    parts : sequence of Part
        Parts in any order.
    start, end : int
        The frames.
    fps : float
        Frames per second.
    fallback : str
        Prompt where there is no part.
    """
    ordered = sorted(
        (part for part in parts if part.end >= start and part.start <= end), key=lambda p: p.start
    )
    if not ordered:
        return make_segments(fallback, end - start + 1, fps)
    cuts = [start, *(part.start for part in ordered[1:]), end + 1]
    segments: list[Segment] = []
    for part, first, stop in zip(ordered, cuts, cuts[1:], strict=False):
        segments += make_segments(part.prompt, stop - first, fps)
    return tuple(segments)
