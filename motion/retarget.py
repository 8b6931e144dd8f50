# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion onto a rig, from rest data alone: no constraints, no stepping through frames."""

from __future__ import annotations

from dataclasses import dataclass

from .mapping import BoneMap
from .motion import Motion
from .rig import Rig
from .rotations import Array


@dataclass(frozen=True)
class Placement:
    """Where the motion is put.

    ``at_character``: it begins where the character is now, facing where it faces now; else at the world's origin,
    facing +Z (Blender's -Y). ``in_place``: horizontal travel is taken out.
    """

    at_character: bool = True
    in_place: bool = False


@dataclass(frozen=True, eq=False)
class RigMotion:
    """Channels for the pose bones of one rig, one value a frame.

    ``rotations``: bone to (T, 4), ``pose_bone.rotation_quaternion``, w, x, y, z, without sign flips.
    ``locations``: bone to (T, 3), ``pose_bone.location``; only the bone that carries the body.
    ``switches``: (bone, custom property, value) to be keyed once.
    """

    fps: float
    rotations: dict[str, Array]
    locations: dict[str, Array]
    switches: tuple[tuple[str, str, float], ...] = ()


def retarget(motion: Motion, rig: Rig, bone_map: BoneMap, placement: Placement | None = None) -> RigMotion:
    """Channels that make ``rig`` do ``motion`` (which is already at the scene's frame rate).

    Raises :class:`MappingError` where the map names bones that are gone, :class:`RigError` where the object's scale
    cannot be animated (mirrored, not uniform).
    """
    raise NotImplementedError
