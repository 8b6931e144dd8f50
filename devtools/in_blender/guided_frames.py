# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how well new frames of a take meet pins, own keys and waypoints on a rig, with all options at defaults."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from kinescribe.inference.registry import default_backend
from kinescribe.motion import make_text_request
from kinescribe.motion.retarget.rig_to_motion import RigToMotion
from kinescribe.motion.rotations import angle_between
from kinescribe.scene.action import get_action
from kinescribe.scene.axes import to_y_up
from kinescribe.scene.bone_map import load_bone_map
from kinescribe.scene.path_sampling import sample_path
from kinescribe.scene.record import read_record
from kinescribe.scene.rig import read_rig
from kinescribe.scene.takes import load_motion
from mathutils import Vector

from .directing import FPS, build_character, is_same, read_channels, sample_channels
from .own_keys import KEYED_FRAMES, key_own_poses, read_bones
from .rigs_build import RigUnderTest

SECONDS = 2.0
GUIDED_FRAME = 31
BLEND_FRAMES = 8
OPERATIONS = ("redo", "continue", "part")
KINDS = ("pin", "pin_always", "own_keys", "waypoint", "path")


def measure_guided_frames(name: str, operation: str, kind: str, seed: int = 0) -> dict[str, float]:
    """Make new frames of a take with a guide in them; return by how much it is missed, and what changed outside.

    Parameters
    ----------
    name : str
        The rig.
    operation : str
        One of :data:`OPERATIONS`.
    kind : str
        One of :data:`KINDS`. A path is drawn over the floor, and followed from where the new frames begin.
    seed : int
        Seed of the take.
    """
    subject = build_character(name)
    scene, obj = bpy.context.scene, subject.obj
    if kind == "own_keys":
        poses = default_backend().generate(make_text_request("a person walks forward", 4.0, FPS, 7))[0]
        key_own_poses(subject, poses)
        own = read_bones(subject, KEYED_FRAMES)
        scene.frame_set(1)
    bpy.context.view_layer.objects.active = obj
    # a body that walks past a pin would leave its reach
    make_take(
        subject, operation, "a person stands" if kind == "pin_always" else "a person walks forward", seed
    )
    take = obj.kinescribe.active_take
    first, last = new_frames(operation)
    goal = KEYED_FRAMES[1:] if kind == "own_keys" else (GUIDED_FRAME if operation != "continue" else 61,)
    goal = tuple(frame for frame in goal if first <= frame <= last)
    outside = [frame for frame in range(1, obj.kinescribe.takes[take].end + 1) if not first <= frame <= last]
    if operation == "part":  # later parts move along
        outside = [frame for frame in outside if frame < first]
    before = sample_channels(read_channels(obj), outside)
    make_new_frames(operation)
    directing = obj.kinescribe.directing
    if kind == "own_keys":
        directing.own_keys = True
    elif kind == "path":
        add_curve(subject, first - 1)
    else:
        wanted = add_guide(subject, kind, goal[0])
    bpy.ops.kinescribe.use_take(index=take)
    make_new_frames(operation)
    after = sample_channels(read_channels(obj), outside)
    figures = {"changed_outside": float(not is_same(before, after))}
    if kind == "own_keys":
        made = read_bones(subject, goal)
        rows = [KEYED_FRAMES.index(frame) for frame in goal]
        figures["missed_m"] = float(np.linalg.norm(made[0] - own[0][rows], axis=-1).max())
        figures["missed_degrees"] = float(np.degrees(angle_between(made[1], own[1][rows])).max())
        return figures
    if kind == "path":
        figures["away_m"] = measure_path(obj, first, last)
        return figures
    if kind == "waypoint":
        figures["missed_m"] = measure_root(subject, wanted, goal[0])
        return figures
    # beside seams a hand that was elsewhere approaches the pin
    last_held = last - BLEND_FRAMES if operation != "continue" else last
    frames = range(first + BLEND_FRAMES, last_held + 1) if kind == "pin_always" else goal
    figures["missed_m"] = max(
        (read_place(subject, "right_wrist", frame) - wanted).length / subject.units_per_metre
        for frame in frames
    )
    return figures


def measure_case(name: str, number: int) -> dict[str, float]:
    """Measure one of the operations with one of the guides that are met exactly."""
    kinds = [kind for kind in KINDS if kind != "path"]
    return measure_guided_frames(name, OPERATIONS[number // 3 % 3], kinds[number // 9 % len(kinds)], number)


def make_take(subject: RigUnderTest, operation: str, prompt: str, seed: int) -> None:
    """Generate the take: for part redos one of three parts."""
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.seed = prompt, SECONDS, seed
    if operation != "part":
        bpy.ops.kinescribe.generate()
        return
    prompts = ("a person stands", "a person stands", prompt)
    for number, prompt in enumerate(prompts):
        part = subject.obj.kinescribe.parts.add()
        part.prompt, part.start, part.end = prompt, 24 * number + 1, 24 * number + 24
        part.seed = seed + number
    bpy.ops.kinescribe.generate()


def new_frames(operation: str) -> tuple[int, int]:
    """Return the first and last new frame of the scene."""
    return {"redo": (20, 43), "continue": (49, 84), "part": (25, 48)}[operation]


def make_new_frames(operation: str) -> None:
    """Redo a range, continue, or redo the second part."""
    obj = bpy.context.object
    if operation == "redo":
        bpy.ops.kinescribe.redo_range(start=20, end=43, seed=5)
    elif operation == "continue":
        bpy.ops.kinescribe.continue_take(seconds=1.5, seed=5)
    else:
        obj.kinescribe.parts[1].seed = 50 if obj.kinescribe.parts[1].seed != 50 else 51
        bpy.ops.kinescribe.generate(parts="CHANGED")


def read_place(subject: RigUnderTest, joint: str, frame: int) -> Vector:
    """Return the world position of a joint's bone, or of the middle between the thighs, at a frame."""
    bpy.context.scene.frame_set(frame)
    posed = subject.obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    joints = ("left_hip", "right_hip") if joint == "hips" else (joint,)
    bones = [subject.position_bones[name] for name in joints]
    places = [posed.matrix_world @ posed.pose.bones[bone].head for bone in bones]
    return sum(places, Vector()) / len(places)


def measure_root(subject: RigUnderTest, waypoint: Vector, frame: int) -> float:
    """Return the larger distance over the floor, in metres: of the motion's root to a waypoint, or of the rig to it.

    The root of the model's body is its pelvis, a hand's breadth from the middle between the rig's thighs.
    """
    obj = subject.obj
    record = read_record(get_action(obj))
    motion = load_motion(str(record["motion_id"]))
    rig = read_rig(obj)
    bone_map = load_bone_map(obj)
    assert bone_map is not None
    rig_to_motion = RigToMotion(rig, bone_map, motion.provenance.anchor)
    index = frame - int(record["start_frame"])
    root = motion.root_translation[index] - rig_to_motion.to_request_space(to_y_up(np.array(waypoint)))
    hips = (
        rig_to_motion.retarget_motion(motion).joint_positions(("left_hip", "right_hip")).mean(axis=1)[index]
    )
    away = to_y_up(np.array(read_place(subject, "hips", frame))) - hips
    return float(max(np.linalg.norm(error[[0, 2]]) * rig_to_motion.scale for error in (root, away)))


def measure_path(obj: bpy.types.Object, first: int, last: int) -> float:
    """Return the mean distance over the floor, in metres, of the motion's root to the path at frames of the scene."""
    record = read_record(get_action(obj))
    motion = load_motion(str(record["motion_id"]))
    bone_map = load_bone_map(obj)
    assert bone_map is not None
    rig_to_motion = RigToMotion(read_rig(obj), bone_map, motion.provenance.anchor)
    points, _ = sample_path(obj.kinescribe.directing.path)
    way = rig_to_motion.to_request_space(to_y_up(points))[:, [0, 2]]
    fractions = np.linspace(0.0, len(way) - 1.0, 2000)
    way = np.stack([np.interp(fractions, np.arange(len(way)), way[:, c]) for c in range(2)], axis=-1)
    start = int(record["start_frame"])
    roots = motion.root_translation[first - start : last - start + 1][:, [0, 2]]
    return float(np.linalg.norm(roots[:, None] - way, axis=-1).min(axis=1).mean())


def add_curve(subject: RigUnderTest, frame: int) -> None:
    """Draw a path that bends to the side of where the character walks after a frame."""
    middle = read_place(subject, "hips", frame)
    data = bpy.data.curves.new("Path", "CURVE")
    data.dimensions = "3D"
    spline = data.splines.new("POLY")
    ahead = 1.8 * subject.units_per_metre
    angles = np.linspace(0.0, 0.5 * np.pi, 20)
    spline.points.add(len(angles) - 1)
    for point, angle in zip(spline.points, angles, strict=True):
        x, y = ahead * (1.0 - np.cos(angle)), -ahead * np.sin(angle)
        point.co = (middle.x + x, middle.y + y, 0.0, 1.0)
    path = bpy.data.objects.new("Path", data)
    bpy.context.scene.collection.objects.link(path)
    subject.obj.kinescribe.directing.path = path
    bpy.context.view_layer.update()


def add_guide(subject: RigUnderTest, kind: str, frame: int) -> Any:
    """Add a pin or a waypoint near where the character is anyway; return its world position."""
    obj, unit = subject.obj, subject.units_per_metre
    if kind == "waypoint":
        wanted = read_place(subject, "hips", frame) + Vector((0.12, 0.0, 0.0)) * unit
        parent = bpy.data.objects.new("Way", None)
        child = bpy.data.objects.new("Point 1", None)
        child.parent, child.location = parent, wanted
        child["frame"] = frame
        for made in (parent, child):
            bpy.context.scene.collection.objects.link(made)
        obj.kinescribe.directing.path = parent
    else:
        wanted = read_place(subject, "right_wrist", frame) + Vector((0.03, 0.0, 0.12)) * unit
        target = bpy.data.objects.new("Pin", None)
        target.location = wanted
        bpy.context.scene.collection.objects.link(target)
        pin = obj.kinescribe.directing.pins.add()
        pin.object, pin.joint, pin.frame = target, "right_wrist", frame
        pin.when = "ALWAYS" if kind == "pin_always" else "FRAME"
    bpy.context.view_layer.update()
    return wanted
