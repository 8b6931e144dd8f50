# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure takes as a whole: how large their packed motions are, frames with pose keys, and a crowd in one go."""

from __future__ import annotations

import time
from collections.abc import Callable

import bpy
from kinescribe.inference.registry import default_backend
from kinescribe.motion import make_text_request
from kinescribe.operators.generate import generate_together
from kinescribe.scene.action import get_action, get_fcurves

from ..testing.take_cases import PROMPTS
from . import rigs_build
from .directing import FPS, build_character

CROWD_SIZE, CROWD_SECONDS = 20, 4.0


def measure_packed(name: str, number: int) -> dict[str, float]:
    """Return the kilobytes of text in which an Action holds a motion of ten seconds."""
    subject = build_character(name)
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.seed = PROMPTS[number % len(PROMPTS)], 10.0, number
    bpy.ops.kinescribe.generate()
    return {"packed_kb": len(get_action(subject.obj).kinescribe_motion) / 1000}


def measure_pose_keys(name: str, number: int) -> dict[str, float]:
    """Return the share of frames with any key after Reduce Keys with Pose Keys, at 5 mm and 1 degree."""
    subject = build_character(name)
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.seed = PROMPTS[number % len(PROMPTS)], 4.0, number
    settings.reduce_keys, settings.pose_keys = True, True
    settings.tolerance_mm, settings.tolerance_degrees = 5.0, 1.0
    bpy.ops.kinescribe.generate()
    curves = get_fcurves(get_action(subject.obj), subject.obj)
    frames = {round(key.co.x) for curve in curves for key in curve.keyframe_points}
    return {"share": len(frames) / round(4.0 * FPS)}


def measure_crowd(_name: str, number: int) -> dict[str, float]:
    """Return the time of a crowd, generated and applied, against that of as many samples in one batch of the model."""
    backend = default_backend()
    requests = [
        make_text_request(PROMPTS[0], CROWD_SECONDS, FPS, 100 * number + k) for k in range(CROWD_SIZE)
    ]
    generate_together(backend, requests, lambda *_: None, lambda: False)
    batch = min(
        measure_seconds(lambda: generate_together(backend, requests, lambda *_: None, lambda: False))
        for _ in range(3)
    )
    crowd = []
    for attempt in range(3):
        rigs_build.empty_scene()
        characters = []
        for k in range(CROWD_SIZE):
            bpy.ops.kinescribe.add_mannequin()
            characters.append(bpy.context.object)
            characters[-1].location.x = 1.5 * k
        for character in characters:
            character.select_set(True)
        scene = bpy.context.scene
        scene.render.fps = FPS
        scene.kinescribe.prompt, scene.kinescribe.seconds = PROMPTS[0], CROWD_SECONDS
        scene.kinescribe.seed = 1000 + 100 * number + 30 * attempt
        crowd.append(measure_seconds(bpy.ops.kinescribe.generate))
        if any(get_action(character) is None for character in characters):
            raise RuntimeError("a character of the crowd was left out")
    return {"batch_s": batch, "crowd_s": min(crowd), "ratio": min(crowd) / batch}


def measure_seconds(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that some work takes, which other load on the machine hardly changes."""
    start = time.process_time()
    work()
    return time.process_time() - start
