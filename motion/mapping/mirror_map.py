# SPDX-License-Identifier: GPL-3.0-or-later
"""Mirror one side of a bone map to the other, by the names of the bones or by their positions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from ..rig import Rig
from ..rotations import Array

Side = Literal["left", "right"]

_SIDES = (
    ("left", "right"), ("Left", "Right"), ("LEFT", "RIGHT"), ("左", "右"),
    ("_l_", "_r_"), ("_L_", "_R_"), (" l ", " r "), (" L ", " R "),
)  # fmt: skip
"""How names contain the side: "mixamorig:LeftArm", "Bip01 L Thigh", "CC_Base_L_Thigh"."""

_MAX_DISTANCE = 0.02
"""Largest distance of a bone from the mirrored position, as a fraction of the rig's size."""


def mirror_bone_map(
    rig: Rig, bones: Mapping[str, str], target_side: Side, flip_name: Callable[[str], str] | None = None
) -> dict[str, str]:
    """Return ``bones`` with one side replaced by the mirror image of the other.

    A joint keeps its bone if its counterpart has none, or one without a mirror image.

    Parameters
    ----------
    rig : Rig
        The rig.
    bones : joint name to bone name
        The bone map.
    target_side : Side
        The side to replace.
    flip_name : function, optional
        Returns the mirrored name of a bone, as the application defines it.
    """
    source_side = "right" if target_side == "left" else "left"
    mirrored = dict(bones)
    plane: tuple[Array, float] | None = None
    for joint, bone in bones.items():
        if not joint.startswith(f"{source_side}_") or bone not in rig:
            continue
        twin = next((name for name in _list_mirrored_names(bone, flip_name) if name in rig), None)
        if twin is None:
            plane = plane or _find_mirror_plane(rig, bones, flip_name)
            twin = _find_mirrored_bone(rig, bone, *plane)
        if twin is not None:
            mirrored[target_side + joint.removeprefix(source_side)] = twin
    return mirrored


def _list_mirrored_names(bone: str, flip_name: Callable[[str], str] | None) -> list[str]:
    names = [flip_name(bone)] if flip_name else []
    for left, right in _SIDES:
        names += [bone.replace(a, b) for a, b in ((left, right), (right, left)) if a in bone]
    return [name for name in names if name != bone]


def _find_mirror_plane(
    rig: Rig, bones: Mapping[str, str], flip_name: Callable[[str], str] | None
) -> tuple[Array, float]:
    """Return the unit normal (3,) of the mirror plane, and its distance from the origin along the normal.

    It is found from bones with mirrored names and from joints that are mapped on both sides. Without any of these,
    it is the armature's own X axis through the bones of the body's midline.
    """
    pairs = [
        (b, name)
        for b in rig.bone_names
        for name in _list_mirrored_names(b, flip_name)
        if b < name and name in rig
    ]
    pairs += [
        (bone, bones["right" + joint.removeprefix("left")])
        for joint, bone in bones.items()
        if joint.startswith("left_") and "right" + joint.removeprefix("left") in bones
    ]
    ends = np.array(
        [
            (rig.heads[rig.bone_index(a)], rig.heads[rig.bone_index(b)])
            for a, b in pairs
            if a in rig and b in rig
        ]
    )
    if len(ends):
        across = ends[:, 0] - ends[:, 1]
        normal = np.linalg.svd(across, full_matrices=False)[2][0]
        if np.linalg.norm(across @ normal) > 1e-9:
            return normal, float(np.median(ends.mean(axis=1) @ normal))
    normal = rig.axes[0]
    sides = ("left_", "right_")
    middle = [rig.heads[rig.bone_index(b)] for j, b in bones.items() if not j.startswith(sides) and b in rig]
    return normal, float(np.median(np.array(middle or [rig.origin]) @ normal))


def _find_mirrored_bone(rig: Rig, bone: str, normal: Array, distance: float) -> str | None:
    """Return the bone whose head and tail are closest to the mirrored ones of ``bone``; None if no bone is near.

    Parameters
    ----------
    rig : Rig
        The rig.
    bone : str
        The bone.
    normal : (3,)
        Unit normal of the mirror plane.
    distance : float
        Distance of the plane from the origin along the normal.
    """
    index = rig.bone_index(bone)
    ends = np.stack([rig.heads, rig.tails], axis=1)
    mirrored_ends = ends[index] - 2.0 * (ends[index] @ normal - distance)[:, None] * normal
    # heads distinguish the bones of a chain, tails those that start at the same point
    distances = np.linalg.norm(ends - mirrored_ends, axis=-1) @ np.array([1.0, 0.5])
    distances[index] = np.inf
    nearest = int(np.argmin(distances))
    size = float(np.linalg.norm(np.ptp(rig.heads, axis=0)))
    return rig.bone_names[nearest] if distances[nearest] <= _MAX_DISTANCE * size else None
