# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of one rig: limbs, feet, jumps, inverse kinematics and key reduction, all read back from Blender."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from kinescribe.motion import T_POSE, Motion
from kinescribe.motion.contact.contacts import detect_contacts
from kinescribe.motion.rotations import angle_between, quaternion_to_matrix, rotate, rotation_about_axis
from kinescribe.scene import store
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions, ApplyReport, apply_motion

from ..testing.limb_errors import limb_errors
from .rigs_build import Subject
from .rigs_read import Shown, read, source_soles

Array = NDArray[np.float64]
OPTIONS = {field.name for field in fields(ApplyOptions)}


def apply(subject: Subject, motion: Motion, **wanted: Any) -> ApplyReport:
    """Put the motion on the rig at the world's origin, from frame 1."""
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = round(motion.fps), 1.0
    options = ApplyOptions(
        start_frame=1, at_character=False, **{k: v for k, v in wanted.items() if k in OPTIONS}
    )
    return apply_motion(bpy.context, subject.obj, store.save_motion(motion), options)


def measure(subject: Subject, motion: Motion) -> dict[str, Any]:
    """All figures of one motion. A part that raises is told as its sentence under "failed"."""
    found: dict[str, Any] = {"frames": len(motion)}
    try:
        whole = apply(subject, motion, foot_lock=0.0)
        free = read(subject, len(motion))
        found |= {
            "bones": whole.bone_count,
            "keys": whole.key_count,
            "notes": [str(note) for note in whole.notes],
        }
        found["limbs"] = _spread(limb_errors(motion, free.y_up()))
        found["worst_limb"] = _worst(motion, free)
        found["jump"], found["jump_bone"] = _jump(subject)
        found["source_jump"] = _source_jump(motion)
        found["feet"] = _feet(motion, free)
        dense = apply(subject, motion, foot_lock=1.0)
        locked = read(subject, len(motion))
        found["limbs_locked"] = _spread(limb_errors(motion, locked.y_up()))
        found["feet_locked"] = _feet(motion, locked)
        found["jump_locked"] = _jump(subject)[0]
        found["up"] = _upright(motion, free)
        found["curl"] = _curl(subject, free)
        found["head"] = _head(subject, motion, free)
    except Exception as error:
        found["failed"] = f"{type(error).__name__}: {error}"
        return found
    for name, part in (("ik", _ik), ("reduced", _reduced)):
        try:
            found[name] = part(subject, motion, locked, dense.key_count)
        except Exception as error:
            found[name] = {"failed": f"{type(error).__name__}: {error}"}
    return found


def _spread(errors: Array) -> dict[str, float]:
    return {
        "median": float(np.median(errors)), "p95": float(np.percentile(errors, 95)), "max": float(errors.max())
    }  # fmt: skip


def _worst(motion: Motion, shown: Shown) -> str:
    from ..testing.limb_errors import LIMBS

    by_limb = np.median(limb_errors(motion, shown.y_up()), axis=0)
    worst = int(np.argmax(by_limb))
    return f"{LIMBS[worst][0]} to {LIMBS[worst][1]}: {by_limb[worst]:.1f}"


def _upright(motion: Motion, shown: Shown) -> dict[str, float]:
    """Largest angles in degrees between body axes of the motion and the rig, one constant heading removed: a character
    that walks backward or stands on its head shows here whatever its limbs say."""
    theirs = _axes({j: motion.positions[:, i] for i, j in enumerate(motion.skeleton.joint_names)})
    own = _axes(shown.y_up())
    a, b = theirs["across"], own["across"]
    cosine = np.sum(a[:, 0] * b[:, 0] + a[:, 2] * b[:, 2])
    turned = float(np.arctan2(np.sum(a[:, 0] * b[:, 2] - a[:, 2] * b[:, 0]), cosine))
    # a motion at the origin begins facing ahead, however the source was turned
    forward = np.cross(a[0], theirs["up"][0])
    aside = turned - float(np.arctan2(forward[0], forward[2]))
    found = {"heading": abs(float(np.degrees(np.arctan2(np.sin(aside), np.cos(aside)))))}
    for name, axis in theirs.items():
        dots = np.sum(axis * rotate(rotation_about_axis("y", turned), own[name]), axis=-1)
        found[name] = float(np.degrees(np.arccos(np.clip(dots, -1, 1))).max())
    return found


def _axes(points: dict[str, Array]) -> dict[str, Array]:
    hips = 0.5 * (points["left_hip"] + points["right_hip"])
    shoulders = 0.5 * (points["left_shoulder"] + points["right_shoulder"])
    axes = {
        "up": shoulders - hips, "across": points["left_hip"] - points["right_hip"],
        "shoulders": points["left_shoulder"] - points["right_shoulder"],
    }  # fmt: skip
    return {name: v / np.linalg.norm(v, axis=-1, keepdims=True) for name, v in axes.items()}


def _head(subject: Subject, motion: Motion, shown: Shown) -> float:
    """Most degrees by which the head is turned otherwise from the pelvis than the motion's."""
    pelvis, head = (shown.turns[subject.readings[joint]] for joint in ("pelvis", "head"))
    own = np.swapaxes(pelvis, -1, -2) @ head
    world = motion.world_transforms[1]
    to_blender = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
    theirs = [
        to_blender @ quaternion_to_matrix(world[:, motion.skeleton.joint_index(j)]) @ to_blender.T
        for j in ("pelvis", "head")
    ]
    trace = np.einsum("tij,tij->t", own, np.swapaxes(theirs[0], -1, -2) @ theirs[1])
    return float(np.degrees(np.arccos(np.clip(0.5 * (trace - 1), -1, 1))).max())


def _curl(subject: Subject, shown: Shown) -> float | None:
    """Most degrees by which a finger's first bone is turned from its hand: some thirty in a hand at ease, any number in
    one whose fingers do not follow it. None without fingers."""
    most = None
    for side in ("left", "right"):
        hand = shown.turns[subject.readings[f"{side}_wrist"]]
        for finger in ("index", "middle", "ring", "pinky"):
            bone = subject.readings.get(f"{side}_{finger}1")
            if bone is not None:
                trace = np.einsum("tij,tij->t", hand, shown.turns[bone])
                turned = float(np.degrees(np.arccos(np.clip(0.5 * (trace - 1), -1, 1))).max())
                most = max(most or 0.0, turned)
    return most


def _feet(motion: Motion, shown: Shown) -> dict[str, float]:
    """Mean speed of planted soles in m/s against the source's, deepest sole below the floor in metres."""
    contacts = motion.contacts if motion.contacts is not None else detect_contacts(motion)
    both = np.asarray(contacts)[1:] & np.asarray(contacts)[:-1]
    source = source_soles(motion)

    def speed(soles: Array) -> float:
        steps = np.linalg.norm(np.diff(soles, axis=0), axis=-1) * motion.fps
        return float(steps[both].mean()) if both.any() else 0.0

    return {
        "speed": speed(shown.soles), "source_speed": speed(source),
        "below": float(max(0.0, -shown.soles[..., 2].min())), "source_below": float(max(0.0, -source[..., 1].min())),
        "lift": float(shown.soles[..., 2][np.asarray(contacts)].mean()) if contacts.any() else 0.0,
    }  # fmt: skip


def _channels(subject: Subject) -> dict[tuple[str, str], Array]:
    """Bone and property to the values (T, n) of the Action's keys, which stand on every frame."""
    found: dict[tuple[str, str], dict[int, Array]] = {}
    for curve in get_fcurves(get_action(subject.obj), subject.obj):
        if not curve.data_path.startswith('pose.bones["'):
            continue
        bone, _, prop = curve.data_path[len('pose.bones["') :].rpartition('"].')
        keys = np.empty(2 * len(curve.keyframe_points))
        curve.keyframe_points.foreach_get("co", keys)
        found.setdefault((bone, prop), {})[curve.array_index] = keys[1::2]
    return {key: np.stack([columns[i] for i in sorted(columns)], axis=1) for key, columns in found.items()}


def _jump(subject: Subject) -> tuple[float, str]:
    """Largest turn in degrees between neighbouring frames as the channels have it, sign flips counted, and its bone."""
    worst, name = 0.0, ""
    for (bone, prop), values in _channels(subject).items():
        if len(values) < 2:
            continue
        if prop == "rotation_quaternion":
            unit = values / np.linalg.norm(values, axis=1, keepdims=True)
            steps = np.degrees(2 * np.arccos(np.clip(np.sum(unit[1:] * unit[:-1], axis=1), -1, 1)))
        elif prop == "rotation_euler":
            steps = np.degrees(np.abs(np.diff(values, axis=0)).max(axis=1))
        elif prop == "rotation_axis_angle":
            steps = np.degrees(np.abs(np.diff(values[:, :1], axis=0)).max(axis=1))
        else:
            continue
        if steps.max() > worst:
            worst, name = float(steps.max()), bone
    return worst, name


def _source_jump(motion: Motion) -> float:
    local = motion.local_rotations
    return float(np.degrees(angle_between(local[1:], local[:-1])).max())


LIMB_JOINTS = ("knee", "ankle", "foot", "elbow", "wrist")


def _ik(subject: Subject, motion: Motion, locked: Shown, full: int) -> dict[str, Any] | None:
    """How far limbs are from where FK keys put them when IK controls are keyed, in metres; None without IK controls.
    ``full``: keys that FK takes."""
    from kinescribe.motion.mapping.families import find_family
    from kinescribe.scene.bone_map import load_bone_map

    bone_map = load_bone_map(subject.obj)
    family = find_family(bone_map.family) if bone_map else None
    if family is None or not family.ik_limbs:
        return None
    report = apply(subject, motion, foot_lock=1.0, limb_keys="IK")
    shown = read(subject, len(motion))
    gaps = {
        joint: float(np.linalg.norm(shown.heads[joint] - locked.heads[joint], axis=-1).max())
        for side in ("left", "right")
        for limb in LIMB_JOINTS
        if (joint := f"{side}_{limb}") in shown.heads
    }
    worst = max(gaps, key=lambda joint: gaps[joint])
    keyed = {bone for bone, _ in _channels(subject)}
    controls = {limb.control for limb in family.ik_limbs}
    return {
        "gap": gaps[worst], "joint": worst, "feet": _feet(motion, shown), "notes": [str(note) for note in report.notes],
        "keys": report.key_count / full, "keyed": len(keyed & controls), "controls": len(controls),
    }  # fmt: skip


def _adult_leg() -> float:
    return _leg(dict(zip(T_POSE.joint_names, T_POSE.rest_positions, strict=True)))


def _leg(places: dict[str, Array]) -> float:
    """Thigh and shin together."""
    hip, knee, ankle = (places[f"left_{joint}"] for joint in ("hip", "knee", "ankle"))
    return float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee))


def _reduced(subject: Subject, motion: Motion, locked: Shown, full: int) -> dict[str, float] | None:
    """Share of the ``full`` number of keys kept at 5 mm and 1 degree, and what is lost on the evaluated rig, the
    millimetres those of a body whose legs are as long as an adult's."""
    if "reduce_keys" not in OPTIONS:
        return None
    less = apply(subject, motion, foot_lock=1.0, reduce_keys=True, tolerance_mm=5.0, tolerance_degrees=1.0)
    shown = read(subject, len(motion))
    apart = max(float(np.linalg.norm(shown.heads[j] - locked.heads[j], axis=-1).max()) for j in shown.heads)
    turned = 0.0
    for bone, matrices in shown.turns.items():
        trace = np.einsum("tij,tij->t", matrices, locked.turns[bone])
        turned = max(turned, float(np.degrees(np.arccos(np.clip(0.5 * (trace - 1), -1, 1))).max()))
    return {
        "share": less.key_count / full,
        "mm": 1000 * apart * _adult_leg() / _leg({j: p[0] for j, p in locked.heads.items()}),
        "degrees": turned,
    }
