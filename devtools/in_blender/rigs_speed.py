# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds that each part of applying takes on a rig, for long motions."""

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
from kinescribe.scene.rig import read_rig

from .rigs_build import Subject
from .rigs_motions import long_motion


def speed(subject: Subject, frames: int, repeats: int = 3) -> dict[str, Any]:
    """Best seconds of ``repeats`` runs for each part and for the whole, for a motion of ``frames`` frames.

    "seconds" by the clock, "cpu" of the process's own work, which other programs on the machine do not lengthen.
    """
    motion = long_motion(frames)
    obj, scene = subject.obj, bpy.context.scene
    scene.render.fps, scene.render.fps_base = round(motion.fps), 1.0
    identity = store.save_motion(motion)
    best: dict[str, float] = {}
    cpu: dict[str, float] = {}

    def timed(name: str, part: Callable[[], Any]) -> Any:
        start, worked = time.perf_counter(), time.process_time()
        value = part()
        best[name] = min(best.get(name, 1e9), time.perf_counter() - start)
        cpu[name] = min(cpu.get(name, 1e9), time.process_time() - worked)
        return value

    def write(written: Any) -> None:
        action = create_action(obj, "Timed")
        write_fcurves(action, obj, written.curves)
        assign_action(obj, action)

    obj.animation_data_create()
    for _ in range(repeats):
        rig = timed("rig read", lambda: read_rig(obj))
        bone_map = timed("mapping", lambda rig=rig: map_bones(rig))
        for name, lock in (("retargeting", 0.0), ("retargeting and foot lock", 1.0)):
            options = RetargetOptions(at_character=False, foot_lock=lock)
            result = timed(name, lambda r=rig, b=bone_map, o=options: retarget(motion, r, b, o))
        written = timed("channels", lambda r=rig, m=result: build_channels(obj, r, m, 1))
        timed("writing", lambda w=written: write(w))
    parts = ("rig read", "mapping", "retargeting and foot lock", "channels", "writing")
    for times in (best, cpu):
        times["together"] = sum(times[part] for part in parts)
        times["foot lock"] = times["retargeting and foot lock"] - times["retargeting"]
    obj.kinescribe.bone_map.clear()
    timed(
        "whole apply", lambda: apply_motion(bpy.context, obj, identity, ApplyOptions(1, at_character=False))
    )
    return {"frames": frames, "bones": len(rig), "seconds": best, "cpu": cpu}
