# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones that are keyed without a joint of their own: they turn as mapped joints do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .families import Family
from .rest_alignment import TORSO
from .rig import Rig
from .rotations import Array, slerp


@dataclass(frozen=True, eq=False)
class Follower:
    """``bone`` turns with the mean of the joints in columns ``lower`` and ``upper``, by ``share`` of the upper."""

    bone: int
    lower: int
    upper: int
    share: float = 0.0


def followed(turns: Array, followers: tuple[Follower, ...]) -> Array:
    """Turns (T, K, 4) of joints with those of their followers appended: (T, K + F, 4)."""
    if not followers:
        return turns
    lower, upper = ([getattr(f, name) for f in followers] for name in ("lower", "upper"))
    further = slerp(turns[:, lower], turns[:, upper], np.array([f.share for f in followers]))
    return np.concatenate([turns, further], axis=1)


def followers_of(rig: Rig, family: Family, bones: Mapping[str, int]) -> tuple[Follower, ...]:
    """A control's companions, and the spine and neck bones between two mapped ones, which share the bend."""
    columns = {joint: k for k, joint in enumerate(bones)}
    taken = set(bones.values())
    result: list[Follower] = []

    def add(bone: int, lower: int, upper: int, share: float) -> None:
        if bone not in taken:
            taken.add(bone)
            result.append(Follower(bone, lower, upper, share))

    for joint, name in family.companions:
        if name in rig and joint in bones:
            add(rig.index(name), columns[joint], columns[joint], 0.0)
    chain = [joint for joint in TORSO if joint in bones and not family.controls]
    for lower, upper in pairwise(chain):
        line = rig.ancestors(bones[upper])
        if bones[lower] in line:
            between = line[: line.index(bones[lower])][::-1]
            for step, bone in enumerate(between, start=1):
                add(bone, columns[lower], columns[upper], step / (len(between) + 1))
    return tuple(result)
