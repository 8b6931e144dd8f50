# SPDX-License-Identifier: GPL-3.0-or-later
"""Reduce the keys of new frames of a take that was reduced when it was baked, with the same tolerance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..motion.keys.key_reduction import Tolerance
from ..motion.mapping.bone_map import BoneMap
from ..motion.motion import Motion
from .action import FCurveData
from .apply_options import ApplyOptions
from .channels import Channels
from .pose_state import PoseState
from .reduce import reduce_channels


def reduce_section(
    state: PoseState,
    bone_map: BoneMap,
    options: ApplyOptions,
    motion: Motion,
    curves: Sequence[FCurveData],
) -> list[FCurveData]:
    """Return the curves with few keys, the first and the last of each among them; any thread may call this.

    Parameters
    ----------
    state : PoseState
        The character.
    bone_map : BoneMap
        Its bone map.
    options : ApplyOptions
        With which the take was baked; unless they ask for few keys, the curves stay as they are.
    motion : Motion
        The whole motion.
    curves : sequence of FCurveData
        Keys on every frame from the first one of each curve on.
    """
    if not options.reduce_keys:
        return list(curves)
    tolerance = Tolerance(options.tolerance_mm, options.tolerance_degrees)
    reduced = list(curves)
    # curves of which later frames moved along are longer than others
    for first, stop in {(int(c.frames[0]), int(c.frames[-1]) + 1) for c in curves}:
        rows = [k for k, c in enumerate(curves) if (c.frames[0], c.frames[-1]) == (first, stop - 1)]
        section = _take_section(motion, first - options.start_frame, stop - options.start_frame)
        channels = Channels(tuple(curves[k] for k in rows), (), ())
        fewer = reduce_channels(state, bone_map, section, channels, tolerance, options.pose_keys)
        for k, curve in zip(rows, fewer.curves, strict=True):
            reduced[k] = curve
    return reduced


def _take_section(motion: Motion, first: int, stop: int) -> Motion:
    """Return frames of a motion, with what was given in them."""
    given = [
        (limb, begin - first / motion.fps, end - first / motion.fps)
        for limb, begin, end in motion.provenance.given
    ]
    inside = tuple((limb, max(begin, 0.0), end) for limb, begin, end in given if end >= 0.0)
    return replace(
        motion,
        root_translation=motion.root_translation[first:stop],
        local_rotations=motion.local_rotations[first:stop],
        contacts=None if motion.contacts is None else motion.contacts[first:stop],
        provenance=replace(motion.provenance, given=inside),
    )
