# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the seconds that each part of applying a long motion takes on a rig."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import bpy
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.retarget.retarget import RetargetOptions, retarget
from kinescribe.scene import store
from kinescribe.scene.action import assign_action, create_action, write_fcurves
from kinescribe.scene.apply import ApplyOptions, apply_motion
from kinescribe.scene.channels import build_channels
from kinescribe.scene.pose_state import read_pose_state
from kinescribe.scene.rig import read_rig

from .rigs_build import RigUnderTest
from .rigs_motions import long_motion


def measure_speed(subject: RigUnderTest, frames: int, repeats: int = 3) -> dict[str, Any]:
    """Return the best seconds of ``repeats`` runs, for each part and for the whole.

    "seconds" are by the clock, "cpu" is the process's own processor time, which other programs do not lengthen.
    """
    motion = long_motion(frames)
    obj, scene = subject.obj, bpy.context.scene
    scene.render.fps, scene.render.fps_base = round(motion.fps), 1.0
    identity = store.save_motion(motion)
    best_seconds: dict[str, float] = {}
    best_cpu_seconds: dict[str, float] = {}

    def time_part(name: str, part: Callable[[], Any]) -> Any:
        start, worked = time.perf_counter(), time.process_time()
        value = part()
        best_seconds[name] = min(best_seconds.get(name, 1e9), time.perf_counter() - start)
        best_cpu_seconds[name] = min(best_cpu_seconds.get(name, 1e9), time.process_time() - worked)
        return value

    def write_action(written: Any) -> None:
        action = create_action(obj, "Timed")
        write_fcurves(action, obj, written.curves)
        assign_action(obj, action)

    obj.animation_data_create()
    for _ in range(repeats):
        rig = time_part("rig read", lambda: read_rig(obj))
        bone_map = time_part("mapping", lambda rig=rig: map_bones(rig))
        for name, lock in (("retargeting", 0.0), ("retargeting and foot lock", 1.0)):
            options = RetargetOptions(at_character=False, foot_lock=lock)
            result = time_part(name, lambda r=rig, b=bone_map, o=options: retarget(motion, r, b, o))
        channel_data = time_part(
            "channels", lambda r=rig, m=result: build_channels(read_pose_state(obj, r), m, 1)
        )
        time_part("writing", lambda w=channel_data: write_action(w))
    parts = ("rig read", "mapping", "retargeting and foot lock", "channels", "writing")
    for times in (best_seconds, best_cpu_seconds):
        times["together"] = sum(times[part] for part in parts)
        times["foot lock"] = times["retargeting and foot lock"] - times["retargeting"]
    obj.kinescribe.bone_map.clear()
    time_part(
        "whole apply", lambda: apply_motion(bpy.context, obj, identity, ApplyOptions(1, at_character=False))
    )
    return {"frames": frames, "bones": len(rig), "seconds": best_seconds, "cpu": best_cpu_seconds}
