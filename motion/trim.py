# SPDX-License-Identifier: GPL-3.0-or-later
"""Trimming: the part of a motion between two times."""

from __future__ import annotations

from dataclasses import replace

from .errors import FormatError
from .motion import Motion


def trim_motion(motion: Motion, start: float = 0.0, end: float = 0.0) -> Motion:
    """Return the frames from ``start`` to ``end`` (seconds; an end of 0: to the last frame).

    Raises :class:`FormatError` if no frame is left.
    """
    first = round(start * motion.fps)
    stop = min(len(motion), round(end * motion.fps)) if end else len(motion)
    if first <= 0 and stop >= len(motion):
        return motion
    if first >= stop:
        raise FormatError(
            "Nothing is left between {start:g} and {end:g} s: the motion lasts {seconds:.2f} s",
            start=start,
            end=end or motion.seconds,
            seconds=motion.seconds,
        )
    frames, last = slice(first, stop), (stop - 1) / motion.fps
    begin = first / motion.fps
    given = tuple(
        (limb, max(a, begin) - begin, min(b, last) - begin)
        for limb, a, b in motion.provenance.given
        if b >= begin and a <= last
    )
    return replace(
        motion,
        root_translation=motion.root_translation[frames],
        local_rotations=motion.local_rotations[frames],
        contacts=None if motion.contacts is None else motion.contacts[frames],
        provenance=replace(motion.provenance, given=given),
    )
