# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements on one rig: limbs, feet, jumps, inverse kinematics and key reduction, all read back from Blender."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import bpy
import numpy as np
from kinescribe.motion import T_POSE, Motion
from kinescribe.motion.contact.contacts import detect_contacts
from kinescribe.motion.rotations import angle_between, quaternion_to_matrix, rotate, rotation_about_axis
from kinescribe.scene import store
from kinescribe.scene.action import get_action, get_fcurves
from kinescribe.scene.apply import ApplyOptions, ApplyReport, apply_motion
from numpy.typing import NDArray

from ..testing.limb_errors import limb_errors
from .rigs_build import RigUnderTest
from .rigs_read import EvaluatedRig, read_frames, source_soles

Array = NDArray[np.float64]
OPTION_NAMES = {field.name for field in fields(ApplyOptions)}


def apply_to_rig(subject: RigUnderTest, motion: Motion, **options: Any) -> ApplyReport:
    """Apply the motion to the rig at the world's origin, from frame 1; options are fields of ApplyOptions."""
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = round(motion.fps), 1.0
    apply_options = ApplyOptions(
        start_frame=1, at_character=False, **{k: v for k, v in options.items() if k in OPTION_NAMES}
    )
    return apply_motion(bpy.context, subject.obj, store.save_motion(motion), apply_options)


def measure_motion(subject: RigUnderTest, motion: Motion) -> dict[str, Any]:
    """Return all figures of one motion on a rig. The error of a part that fails is under "failed"."""
    figures: dict[str, Any] = {"frames": len(motion)}
    try:
        unlocked_report = apply_to_rig(subject, motion, foot_lock=0.0)
        unlocked = read_frames(subject, len(motion))
        figures |= {
            "bones": unlocked_report.bone_count,
            "keys": unlocked_report.key_count,
            "notes": [str(note) for note in unlocked_report.notes],
        }
        figures["limbs"] = _summarise_errors(limb_errors(motion, unlocked.heads_y_up()))
        figures["worst_limb"] = _describe_worst_limb(motion, unlocked)
        figures["jump"], figures["jump_bone"] = _largest_channel_step(subject)
        figures["source_jump"] = _largest_source_step(motion)
        figures["feet"] = _measure_feet(motion, unlocked)
        locked_report = apply_to_rig(subject, motion, foot_lock=1.0)
        locked = read_frames(subject, len(motion))
        figures["limbs_locked"] = _summarise_errors(limb_errors(motion, locked.heads_y_up()))
        figures["feet_locked"] = _measure_feet(motion, locked)
        figures["jump_locked"] = _largest_channel_step(subject)[0]
        figures["up"] = _axis_errors(motion, unlocked)
        figures["curl"] = _largest_finger_angle(subject, unlocked)
        figures["head"] = _head_error(subject, motion, unlocked)
    except Exception as error:
        figures["failed"] = f"{type(error).__name__}: {error}"
        return figures
    for name, part in (("ik", _measure_ik), ("reduced", _measure_reduction)):
        try:
            figures[name] = part(subject, motion, locked, locked_report.key_count)
        except Exception as error:
            figures[name] = {"failed": f"{type(error).__name__}: {error}"}
    return figures


def _summarise_errors(errors: Array) -> dict[str, float]:
    return {
        "median": float(np.median(errors)), "p95": float(np.percentile(errors, 95)), "max": float(errors.max())
    }  # fmt: skip


def _describe_worst_limb(motion: Motion, evaluated: EvaluatedRig) -> str:
    from ..testing.limb_errors import LIMBS

    by_limb = np.median(limb_errors(motion, evaluated.heads_y_up()), axis=0)
    worst = int(np.argmax(by_limb))
    return f"{LIMBS[worst][0]} to {LIMBS[worst][1]}: {by_limb[worst]:.1f}"


def _axis_errors(motion: Motion, evaluated: EvaluatedRig) -> dict[str, float]:
    """Return the largest angles in degrees between body axes of motion and rig, after removal of one constant yaw.

    A character that walks backward or stands on its head is found here, whatever its limbs are like.
    """
    source_axes = _body_axes({j: motion.positions[:, i] for i, j in enumerate(motion.skeleton.joint_names)})
    rig_axes = _body_axes(evaluated.heads_y_up())
    a, b = source_axes["across"], rig_axes["across"]
    cosine = np.sum(a[:, 0] * b[:, 0] + a[:, 2] * b[:, 2])
    yaw = float(np.arctan2(np.sum(a[:, 0] * b[:, 2] - a[:, 2] * b[:, 0]), cosine))
    # a motion at the origin begins facing ahead, whatever the source's heading was
    forward = np.cross(a[0], source_axes["up"][0])
    yaw_error = yaw - float(np.arctan2(forward[0], forward[2]))
    errors = {"heading": abs(float(np.degrees(np.arctan2(np.sin(yaw_error), np.cos(yaw_error)))))}
    for name, axis in source_axes.items():
        dots = np.sum(axis * rotate(rotation_about_axis("y", yaw), rig_axes[name]), axis=-1)
        errors[name] = float(np.degrees(np.arccos(np.clip(dots, -1, 1))).max())
    return errors


def _body_axes(points: dict[str, Array]) -> dict[str, Array]:
    hips = 0.5 * (points["left_hip"] + points["right_hip"])
    shoulders = 0.5 * (points["left_shoulder"] + points["right_shoulder"])
    axes = {
        "up": shoulders - hips, "across": points["left_hip"] - points["right_hip"],
        "shoulders": points["left_shoulder"] - points["right_shoulder"],
    }  # fmt: skip
    return {name: v / np.linalg.norm(v, axis=-1, keepdims=True) for name, v in axes.items()}


def _head_error(subject: RigUnderTest, motion: Motion, evaluated: EvaluatedRig) -> float:
    """Return the largest difference in degrees of the head's rotation relative to the pelvis."""
    pelvis, head = (evaluated.rotations[subject.position_bones[joint]] for joint in ("pelvis", "head"))
    rig_relative = np.swapaxes(pelvis, -1, -2) @ head
    world = motion.world_transforms[1]
    to_blender = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
    source_rotations = [
        to_blender @ quaternion_to_matrix(world[:, motion.skeleton.joint_index(j)]) @ to_blender.T
        for j in ("pelvis", "head")
    ]
    trace = np.einsum(
        "tij,tij->t", rig_relative, np.swapaxes(source_rotations[0], -1, -2) @ source_rotations[1]
    )
    return float(np.degrees(np.arccos(np.clip(0.5 * (trace - 1), -1, 1))).max())


def _largest_finger_angle(subject: RigUnderTest, evaluated: EvaluatedRig) -> float | None:
    """Return the largest angle in degrees between a finger's first bone and its hand; None without fingers.

    It is about 30 in a relaxed hand, and arbitrary if fingers do not follow the hand.
    """
    largest = None
    for side in ("left", "right"):
        hand = evaluated.rotations[subject.position_bones[f"{side}_wrist"]]
        for finger in ("index", "middle", "ring", "pinky"):
            bone = subject.position_bones.get(f"{side}_{finger}1")
            if bone is not None:
                trace = np.einsum("tij,tij->t", hand, evaluated.rotations[bone])
                angle = float(np.degrees(np.arccos(np.clip(0.5 * (trace - 1), -1, 1))).max())
                largest = max(largest or 0.0, angle)
    return largest


def _measure_feet(motion: Motion, evaluated: EvaluatedRig) -> dict[str, float]:
    """Return the mean speed of planted soles in m/s and their depth below the floor in metres, also of the source."""
    contacts = motion.contacts if motion.contacts is not None else detect_contacts(motion)
    is_planted = np.asarray(contacts)[1:] & np.asarray(contacts)[:-1]
    source = source_soles(motion)

    def mean_planted_speed(soles: Array) -> float:
        steps = np.linalg.norm(np.diff(soles, axis=0), axis=-1) * motion.fps
        return float(steps[is_planted].mean()) if is_planted.any() else 0.0

    return {
        "speed": mean_planted_speed(evaluated.soles), "source_speed": mean_planted_speed(source),
        "below": float(max(0.0, -evaluated.soles[..., 2].min())),
        "source_below": float(max(0.0, -source[..., 1].min())),
        "lift": float(evaluated.soles[..., 2][np.asarray(contacts)].mean()) if contacts.any() else 0.0,
    }  # fmt: skip


def _read_channels(subject: RigUnderTest) -> dict[tuple[str, str], Array]:
    """Return (bone, property) to the values (T, n) of the Action's keys, which are on every frame."""
    values_of: dict[tuple[str, str], dict[int, Array]] = {}
    for curve in get_fcurves(get_action(subject.obj), subject.obj):
        if not curve.data_path.startswith('pose.bones["'):
            continue
        bone, _, prop = curve.data_path[len('pose.bones["') :].rpartition('"].')
        keys = np.empty(2 * len(curve.keyframe_points))
        curve.keyframe_points.foreach_get("co", keys)
        values_of.setdefault((bone, prop), {})[curve.array_index] = keys[1::2]
    return {
        key: np.stack([columns[i] for i in sorted(columns)], axis=1) for key, columns in values_of.items()
    }


def _largest_channel_step(subject: RigUnderTest) -> tuple[float, str]:
    """Return the largest change in degrees between two frames of a channel, sign flips included, and its bone."""
    worst, name = 0.0, ""
    for (bone, prop), values in _read_channels(subject).items():
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


def _largest_source_step(motion: Motion) -> float:
    local = motion.local_rotations
    return float(np.degrees(angle_between(local[1:], local[:-1])).max())


LIMB_JOINTS = ("knee", "ankle", "foot", "elbow", "wrist")


def _measure_ik(
    subject: RigUnderTest, motion: Motion, locked: EvaluatedRig, fk_keys: int
) -> dict[str, Any] | None:
    """Return how far limbs with keyed IK controls are from their FK positions, in metres; None without IK controls.

    Parameters
    ----------
    subject : RigUnderTest
        The rig.
    motion : Motion
        What is applied.
    locked : EvaluatedRig
        The rig with FK keys and foot lock.
    fk_keys : int
        Number of those keys.
    """
    from kinescribe.motion.mapping.families import find_family
    from kinescribe.scene.bone_map import load_bone_map

    bone_map = load_bone_map(subject.obj)
    family = find_family(bone_map.family) if bone_map else None
    if family is None or not family.ik_limbs:
        return None
    apply_report = apply_to_rig(subject, motion, foot_lock=1.0, limb_keys="IK")
    evaluated = read_frames(subject, len(motion))
    gaps = {
        joint: float(np.linalg.norm(evaluated.heads[joint] - locked.heads[joint], axis=-1).max())
        for side in ("left", "right")
        for limb in LIMB_JOINTS
        if (joint := f"{side}_{limb}") in evaluated.heads
    }
    worst = max(gaps, key=lambda joint: gaps[joint])
    keyed = {bone for bone, _ in _read_channels(subject)}
    controls = {limb.control for limb in family.ik_limbs}
    return {
        "gap": gaps[worst], "joint": worst, "feet": _measure_feet(motion, evaluated),
        "notes": [str(note) for note in apply_report.notes],
        "keys": apply_report.key_count / fk_keys, "keyed": len(keyed & controls), "controls": len(controls),
    }  # fmt: skip


def _adult_leg_length() -> float:
    return _leg_length(dict(zip(T_POSE.joint_names, T_POSE.rest_positions, strict=True)))


def _leg_length(positions: dict[str, Array]) -> float:
    """Return the length of thigh and shin together."""
    hip, knee, ankle = (positions[f"left_{joint}"] for joint in ("hip", "knee", "ankle"))
    return float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee))


def _measure_reduction(
    subject: RigUnderTest, motion: Motion, locked: EvaluatedRig, full_keys: int
) -> dict[str, float] | None:
    """Return the fraction of keys kept at 5 mm and 1 degree, and the error on the evaluated rig.

    Millimetres are scaled to a body with an adult's legs. None if this version has no key reduction.

    Parameters
    ----------
    subject : RigUnderTest
        The rig.
    motion : Motion
        What is applied.
    locked : EvaluatedRig
        The rig with a key on every frame.
    full_keys : int
        Number of those keys.
    """
    if "reduce_keys" not in OPTION_NAMES:
        return None
    reduced_report = apply_to_rig(
        subject, motion, foot_lock=1.0, reduce_keys=True, tolerance_mm=5.0, tolerance_degrees=1.0
    )
    evaluated = read_frames(subject, len(motion))
    largest_distance = max(
        float(np.linalg.norm(evaluated.heads[j] - locked.heads[j], axis=-1).max()) for j in evaluated.heads
    )
    largest_angle = 0.0
    for bone, matrices in evaluated.rotations.items():
        trace = np.einsum("tij,tij->t", matrices, locked.rotations[bone])
        largest_angle = max(
            largest_angle, float(np.degrees(np.arccos(np.clip(0.5 * (trace - 1), -1, 1))).max())
        )
    return {
        "share": reduced_report.key_count / full_keys,
        "mm": 1000
        * largest_distance
        * _adult_leg_length()
        / _leg_length({j: p[0] for j, p in locked.heads.items()}),
        "degrees": largest_angle,
    }
