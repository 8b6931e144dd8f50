# SPDX-License-Identifier: GPL-3.0-or-later
"""Redone ranges and continuations on rigs of several families: what stays keeps its keys, and no seam shows."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from kinescribe.motion import CONTACT_JOINTS
from kinescribe.motion.resample import resample
from kinescribe.motion.skeleton import SMPL_JOINTS
from kinescribe.scene import takes
from kinescribe.scene.action import get_action, get_fcurves

from devtools.in_blender import rigs_build
from devtools.rigs.specs import spec_named
from devtools.testing.seam_errors import Seam, measure_foot_slide, measure_speed_ratio, range_seams

pytestmark = pytest.mark.usefixtures("own_cache")

FPS = 30
FAMILIES = ("mixamo", "unreal5", "vrm1")
RANGES = (("a person walks forward", 40, 70, ""), ("a person dances", 30, 80, "a person jumps"))


def tracks(subject: rigs_build.RigUnderTest, count: int) -> np.ndarray:
    """Return the joints (T, J, 3) on the evaluated rig, metres, Y up."""
    names = [joint for joint in SMPL_JOINTS if joint in subject.position_bones]
    found = []
    for frame in range(1, count + 1):
        bpy.context.scene.frame_set(frame)
        posed = subject.obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        heads = [posed.matrix_world @ posed.pose.bones[subject.position_bones[name]].head for name in names]
        found.append([(p.x, p.z, -p.y) for p in heads])
    return np.array(found)


def keys(rig: bpy.types.Object) -> dict[tuple[str, int], dict[float, float]]:
    return {
        (c.data_path, c.array_index): {float(p.co.x): float(p.co.y) for p in c.keyframe_points}
        for c in get_fcurves(get_action(rig), rig)
    }


def check_seams(subject: rigs_build.RigUnderTest, seams: list[Seam]) -> None:
    motion = resample(takes.read_motion(get_action(subject.obj)), FPS)
    positions = tracks(subject, len(motion))
    names = [joint for joint in SMPL_JOINTS if joint in subject.position_bones]
    on_floor = [names.index(joint) for joint in CONTACT_JOINTS]
    for seam in seams:
        ratio = measure_speed_ratio(positions, FPS, seam)
        slide = measure_foot_slide(motion, seam, positions[:, on_floor][:, :, [0, 2]])
        print(f"{subject.name}: {ratio:.2f} x, {1000 * slide:.1f} mm")
        assert ratio <= 1.5 and slide <= 0.02


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_redone_fits(family: str) -> None:
    subject = rigs_build.build_rig(spec_named(family))
    rig = subject.obj
    bpy.context.view_layer.objects.active = rig
    scene = bpy.context.scene
    scene.render.fps = FPS
    settings = scene.kinescribe
    settings.seconds = 4.0
    for number, (prompt, start, end, redone) in enumerate(RANGES):
        settings.prompt, settings.seed = prompt, 11 + number
        bpy.ops.kinescribe.generate()
        before = keys(rig)
        bpy.ops.kinescribe.redo_range(start=start, end=end, prompt=redone)
        after = keys(rig)
        for address, curve in before.items():
            kept = {frame: value for frame, value in curve.items() if not start <= frame <= end}
            assert kept.items() <= after[address].items(), address
        check_seams(subject, range_seams(120, start - 1, end - 1))
    before = keys(rig)
    bpy.ops.kinescribe.continue_take(prompt="a person turns around", seconds=2.0)
    after = keys(rig)
    assert all(curve.items() <= after[address].items() for address, curve in before.items())
    check_seams(subject, [Seam(119, 120)])
