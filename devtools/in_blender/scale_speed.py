# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how the cost of generating and applying grows with length, bones and characters, in this Blender."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import bpy
from kinescribe.inference.backend import Backend
from kinescribe.inference.registry import default_backend
from kinescribe.motion import Motion, MotionRequest, make_text_request
from kinescribe.motion.request import TextSegment
from kinescribe.scene import store
from kinescribe.scene.apply import ApplyOptions, apply_motion

FPS = 24
SECONDS = (1, 3, 10, 30, 60, 120, 300, 600)
BONES = (22, 50, 100, 200, 500, 1000)
CHARACTERS = (1, 2, 5, 10, 20, 50, 100)
PROMPT = "a person walks forward"


def measure_scale() -> dict[str, list[dict[str, float]]]:
    """Return rows of seconds by what grows: "seconds", "bones" and "characters"."""
    scene = bpy.context.scene
    scene.render.fps = FPS
    backend = default_backend()
    backend.generate(make_text_request(PROMPT, 1.0, FPS, 0))
    rows: dict[str, list[dict[str, float]]] = {"seconds": [], "bones": [], "characters": []}
    mannequin = _add_mannequin()
    ten_seconds = None
    for length in SECONDS:
        motions, generated = _time(lambda length=length: backend.generate(_make_request(length)))
        applied = _time_apply(mannequin, motions[0])
        rows["seconds"].append({"size": length, "generate": generated, "apply": applied})
        if length == 10:
            ten_seconds = motions[0]
    assert ten_seconds is not None
    for count in BONES:
        rig = _add_mannequin()
        _add_bones(rig, count - len(rig.data.bones))
        rows["bones"].append({"size": count, "apply": _time_apply(rig, ten_seconds)})
    rigs = [mannequin, *(_add_mannequin() for _ in range(CHARACTERS[-1] - 1))]
    for count in CHARACTERS:
        motions, generated = _time(lambda count=count: _generate_batches(backend, count))
        pairs = list(zip(rigs, motions, strict=False))
        applied = sum(_time_apply(rig, motion, repeats=1) for rig, motion in pairs)
        rows["characters"].append({"size": count, "generate": generated, "apply": applied})
    return rows


def _generate_batches(backend: Backend, count: int) -> list[Motion]:
    """Generate motions of four seconds, as many at once as the model accepts."""
    largest = backend.capabilities().max_samples
    return [
        motion
        for first in range(0, count, largest)
        for motion in backend.generate(
            make_text_request(PROMPT, 4.0, FPS, first, num_samples=min(largest, count - first))
        )
    ]


def _make_request(seconds: int) -> MotionRequest:
    """Return a request of that length: parts of ten seconds, as an animator would write a long motion."""
    parts = max(1, seconds // 10)
    return MotionRequest((TextSegment(PROMPT, round(seconds * FPS / parts)),) * parts, FPS)


def _time(call: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def _time_apply(rig: Any, motion: Motion, repeats: int = 3) -> float:
    """Return the least seconds of applying a motion that is in the cache."""
    motion_id = store.save_motion(motion)
    options = ApplyOptions(start_frame=1)
    return min(_time(lambda: apply_motion(bpy.context, rig, motion_id, options))[1] for _ in range(repeats))


def _add_mannequin() -> Any:
    bpy.ops.kinescribe.add_mannequin()
    return bpy.context.object


def _add_bones(rig: Any, count: int) -> None:
    """Add bones that no joint stands for, as rigs have them for faces, hair and cloth: chains of five."""
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    parents = list(bones)
    for number in range(count):
        bone = bones.new(f"extra.{number:04d}")
        if number % 5:
            bone.parent = bones[f"extra.{number - 1:04d}"]
        else:
            bone.parent = parents[number // 5 % len(parents)]
        bone.head = bone.parent.tail
        bone.tail = (bone.head[0], bone.head[1], bone.head[2] + 0.02)
    bpy.ops.object.mode_set(mode="OBJECT")
