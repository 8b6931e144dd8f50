# SPDX-License-Identifier: GPL-3.0-or-later
"""BVH files written by Blender are read, and Blender's importer reads ours."""

from __future__ import annotations

from pathlib import Path

import addon_utils
import bpy
import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, T_POSE, Motion
from kinescribe.motion.formats import read_motion, write_motion
from kinescribe.motion.rotations import axis_angle_to_quaternion, multiply

from devtools.testing.motions import make_walk


@pytest.fixture
def odd_walk() -> Motion:
    """A walk in which every joint turns a little about every axis."""
    motion = make_walk(10, fps=24.0)
    turns = axis_angle_to_quaternion(np.random.default_rng(0).normal(scale=0.15, size=(10, 22, 3)))
    return Motion(T_POSE, 24.0, motion.root_translation, multiply(motion.local_rotations, turns))


@pytest.fixture
def imported(odd_walk: Motion, tmp_path: Path) -> bpy.types.Object:
    """What Blender makes of our file."""
    if addon_utils.enable("io_anim_bvh") is None:
        pytest.skip("this Blender comes without its BVH add-on")
    write_motion(odd_walk, tmp_path / "ours.bvh")
    bpy.context.scene.render.fps = 24
    bpy.ops.import_anim.bvh(
        filepath=str(tmp_path / "ours.bvh"),
        global_scale=0.01,
        axis_forward="-Z",
        axis_up="Y",
        rotate_mode="QUATERNION",
    )
    return bpy.context.object


def test_blender_reads_what_we_write(odd_walk: Motion, imported: bpy.types.Object) -> None:
    for frame in range(len(odd_walk)):
        bpy.context.scene.frame_set(frame + 1)
        heads = [imported.matrix_world @ imported.pose.bones[name].head for name in SMPL_JOINTS]
        x, y, z = odd_walk.positions[frame].T
        np.testing.assert_allclose(np.array(heads), np.stack([x, -z, y], axis=-1), atol=1e-5)


def test_we_read_what_blender_writes(odd_walk: Motion, imported: bpy.types.Object, tmp_path: Path) -> None:
    bpy.ops.export_anim.bvh(
        filepath=str(tmp_path / "theirs.bvh"), frame_start=1, frame_end=10, root_transform_only=True
    )
    back = read_motion(tmp_path / "theirs.bvh")
    assert "22 joints, taken for metres and Z up" in back.provenance.source
    assert back.fps == 24
    np.testing.assert_allclose(back.positions, odd_walk.positions, atol=1e-4)
