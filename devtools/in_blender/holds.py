# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold a palm to an object that moves, over a range of frames, and measure it on the rig after everything else."""

from __future__ import annotations

import math
from typing import Any

PROMPTS = (
    "a person stands still",
    "a person waves with the left hand",
    "a person crouches down",
    "a person walks forward",
    "a person nods",
    "a person turns left",
)

_ACROSS, _AHEAD, _HEIGHT = 0.22, 0.32, 0.72  # where the object is, in heights of the shoulders
_TRAVEL = 0.15  # how far it rises over the range


def measure_hold(subject: Any, number: int, seconds: float, fps: int) -> dict[str, float]:
    """Return the largest distance from the object over the range, and the largest angle where that is held too.

    Parameters
    ----------
    subject : RigUnderTest
        The character.
    number : int
        Chooses prompt, range, hand, and whether the orientation is held; it is the seed too.
    seconds : float
        Length of the take.
    fps : int
        Frames a second of the scene.
    """
    import bpy
    from kinescribe.scene.guide_objects import set_pin
    from kinescribe.scene.pins import measure_point
    from mathutils import Quaternion, Vector

    rig, scene = subject.obj, bpy.context.scene
    side = "right" if number % 2 == 0 else "left"
    joint = f"{side}_palm"
    height = measure_point(scene, rig, f"{side}_wrist").position.z  # arms are to the sides, or hang
    height = max(height, measure_point(scene, rig, "pelvis").position.z * 1.45)
    first = 12 + 3 * (number % 5)
    last = first + fps * (1 + number % 3)
    obj = bpy.data.objects.new("Object", None)
    scene.collection.objects.link(obj)
    across = -_ACROSS if side == "right" else _ACROSS
    for frame, rise in ((first, 0.0), (last, _TRAVEL)):
        obj.location = (across * height, -_AHEAD * height, (_HEIGHT + rise) * height)
        obj.rotation_euler.z = 2.0 * rise
        obj.keyframe_insert("location", frame=frame)
        obj.keyframe_insert("rotation_euler", frame=frame)
    scene.frame_set(first)
    pin = rig.kinescribe.directing.pins.add()
    set_pin(pin, rig, obj, joint, obj.matrix_world @ Vector((0.02, 0.0, 0.03)))
    pin.when, pin.frame, pin.frame_end = "RANGE", first, last
    pin.use_rotation = number % 2 == 1
    scene.frame_set(1)
    settings = scene.kinescribe
    settings.prompt, settings.seconds, settings.seed = PROMPTS[number // 3 % len(PROMPTS)], seconds, number
    settings.reduce_keys = number % 4 == 3
    bpy.ops.kinescribe.generate()
    far = turned = 0.0
    for frame in range(first, last + 1):
        scene.frame_set(frame)
        point = measure_point(scene, rig, joint)
        world = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).matrix_world
        far = max(far, (point.position - world @ Vector(pin.offset)).length)
        if pin.use_rotation:
            wanted = world.to_quaternion() @ Quaternion(pin.rotation)
            turned = max(turned, math.degrees(point.rotation.rotation_difference(wanted).angle))
    return {"hold_m": far, "hold_degrees": turned, "frames": float(last - first + 1)}
