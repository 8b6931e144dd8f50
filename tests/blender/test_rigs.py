# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions on SMPL-X and Mixamo rigs, measured on what Blender evaluates. Rigify: ``test_rigs_rigify``."""

from __future__ import annotations

from math import pi
from pathlib import Path

import bpy
import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS
from kinescribe.motion.mapping import map_bones
from kinescribe.motion.retarget import retarget
from kinescribe.scene.rig import read_rig
from mathutils import Matrix
from rig_kit import A_BODY, MIXAMO_NAMES, T_BODY, check_limits, limb_errors, made_up_motion, recorded_motion
from rig_stage import animate, build, played

SMPLX_NAMES = {joint: joint for joint in SMPL_JOINTS}
FBX_IMPORT = Matrix.Diagonal((0.01, 0.01, 0.01, 1.0)) @ Matrix.Rotation(pi / 2, 4, "X")
TURNED = (
    Matrix.Translation((1.5, -0.7, 0.4))
    @ Matrix.Rotation(2.1, 4, "Z")
    @ Matrix.Diagonal((1.4, 1.4, 1.4, 1.0))
)


def with_prefix(prefix: str, names: dict[str, str]) -> dict[str, str]:
    """All names with a prefix."""
    return {joint: prefix + name for joint, name in names.items()}


RIGS = {
    "smplx T": (T_BODY, SMPLX_NAMES, False, None, False),
    "smplx A, rolled, connected": (A_BODY, SMPLX_NAMES, True, None, True),
    "smplx with prefix, as FBX imports": (
        A_BODY,
        with_prefix("m_avg_", SMPLX_NAMES),
        False,
        FBX_IMPORT,
        False,
    ),
    "mixamo A, as FBX imports": (A_BODY, with_prefix("mixamorig:", MIXAMO_NAMES), True, FBX_IMPORT, True),
    "mixamo T, other prefix, moved": (T_BODY, with_prefix("mixamorig1:", MIXAMO_NAMES), True, TURNED, False),
    "mixamo A without prefix": (A_BODY, MIXAMO_NAMES, False, None, True),
}


def character(name: str) -> bpy.types.Object:
    """One of the rigs above."""
    spec, names, odd_rolls, world, connect = RIGS[name]
    rolls = np.random.default_rng(4) if odd_rolls else None
    return build(spec, names, rolls, world, connect)


@pytest.mark.parametrize("name", RIGS)
def test_limbs_point_as_in_a_made_up_motion(name: str) -> None:
    obj = character(name)
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    assert not bone_map.missing and bone_map.family == name.split()[0]
    motion = made_up_motion(seconds=1.5)
    animate(obj, retarget(motion, rig, bone_map))
    errors = limb_errors(motion, played(obj, bone_map, len(motion)))
    # nothing but rounding: every limb is aligned on its own
    assert errors.max() < 0.1


@pytest.mark.parametrize("action", ["walk", "run", "jump", "kick", "dance", "sit"])
@pytest.mark.parametrize("name", ["smplx A, rolled, connected", "mixamo A, as FBX imports"])
def test_limbs_point_as_in_recordings(shared: Path, name: str, action: str) -> None:
    obj = character(name)
    rig = read_rig(obj)
    bone_map = map_bones(rig)
    motion = recorded_motion(shared, action, seconds=1.5)
    animate(obj, retarget(motion, rig, bone_map))
    check_limits(limb_errors(motion, played(obj, bone_map, len(motion))))
