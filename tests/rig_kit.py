# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies, bone names and recordings for the tests of retargeting. No Blender in here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from kinescribe.motion import SMPL_JOINTS, SMPL_PARENTS, T_POSE, Motion
from kinescribe.motion.rotations import multiply, rotate, rotation_about_axis

MIXAMO_NAMES = {
    "pelvis": "Hips", "spine1": "Spine", "spine2": "Spine1", "spine3": "Spine2", "neck": "Neck", "head": "Head",
    **{
        f"{side}_{joint}": side.capitalize() + name
        for side in ("left", "right")
        for joint, name in {
            "hip": "UpLeg", "knee": "Leg", "ankle": "Foot", "foot": "ToeBase", "collar": "Shoulder",
            "shoulder": "Arm", "elbow": "ForeArm", "wrist": "Hand",
        }.items()
    },
}  # fmt: skip

CLIPS = {
    "walk": ("accad_Female1_B03_Walk1", 0.0),
    "run": ("accad_Female1_C03_Run", 0.0),
    "jump": ("cmu_01_01", 2.0),
    "turn": ("accad_Female1_B11_WalkTurnLeft135", 0.0),
    "kick": ("cmu_10_01", 0.5),
    "dance": ("cmu_05_02", 2.0),
    "sit": ("cmu_13_01", 1.0),
}
"""Action -> recording, and the second at which the piece begins."""


@dataclass(frozen=True)
class BodySpec:
    """Size and rest pose of a body.

    Attributes
    ----------
    arms_down : float
        Degrees of the arms below the horizontal.
    legs_out : float
        Degrees of the legs from the vertical.
    elbow_bend : float
        Degrees by which elbows are bent.
    height : float
        Metres.
    leg_factor : float
        Length of the legs as a factor of an average adult's.
    """

    arms_down: float = 0.0
    legs_out: float = 0.0
    elbow_bend: float = 0.0
    height: float = 1.72
    leg_factor: float = 1.0


T_BODY = BodySpec()
A_BODY = BodySpec(arms_down=48.0, legs_out=7.0, elbow_bend=12.0, height=1.83, leg_factor=1.06)


def body_points(spec: BodySpec) -> dict[str, np.ndarray]:
    """Return joint positions (3,) of a body that stands on y = 0 and faces +Z, and the tips of its limbs."""
    legs = spec.leg_factor
    points: dict[str, np.ndarray] = {
        "pelvis": np.array([0, 0.96 * legs, 0.0]), "spine1": np.array([0, 0.96 * legs + 0.09, -0.012]),
        "spine2": np.array([0, 0.96 * legs + 0.21, -0.02]), "spine3": np.array([0, 0.96 * legs + 0.33, -0.015]),
        "neck": np.array([0, 0.96 * legs + 0.51, -0.01]), "head": np.array([0, 0.96 * legs + 0.6, 0.015]),
        "top": np.array([0, 0.96 * legs + 0.79, 0.02]),
    }  # fmt: skip
    for side, sign in (("left", 1.0), ("right", -1.0)):
        mirror = np.array([sign, 1.0, 1.0])
        hip = np.array([0.095, 0.9 * legs, 0.0])
        out = rotation_about_axis("z", np.radians(spec.legs_out))
        knee = hip + rotate(out, np.array([0.0, -0.42 * legs, 0.012]))
        ankle = knee + rotate(out, np.array([0.0, -0.395 * legs, -0.03]))
        ankle[1] = 0.085 * legs
        ball = ankle + np.array([0.03, 0.022 - ankle[1], 0.135])
        shoulder = points["spine3"] + np.array([0.185, 0.12, -0.01])
        down = rotation_about_axis("z", -np.radians(spec.arms_down))
        bend = multiply(down, rotation_about_axis("y", -np.radians(spec.elbow_bend)))
        elbow = shoulder + rotate(down, np.array([0.28, 0.0, 0.0]))
        wrist = elbow + rotate(bend, np.array([0.255, 0.0, 0.0]))
        own = {
            "hip": hip, "knee": knee, "ankle": ankle, "foot": ball, "toe": ball + np.array([0.01, -0.01, 0.07]),
            "collar": points["spine3"] + np.array([0.03, 0.1, 0.02]), "shoulder": shoulder,
            "elbow": elbow, "wrist": wrist,
            "tip": wrist + rotate(bend, np.array([0.09, 0.0, 0.0])),
        }  # fmt: skip
        points.update({f"{side}_{name}": mirror * point for name, point in own.items()})
    size = spec.height / 1.75
    return {name: size * np.asarray(point, dtype=float) for name, point in points.items()}


def bone_tail(points: dict[str, np.ndarray], joint: str) -> np.ndarray:
    """Return where the bone of a joint ends: at the next joint of its chain."""
    after = {
        "pelvis": "spine1",
        "spine1": "spine2",
        "spine2": "spine3",
        "spine3": "neck",
        "neck": "head",
        "head": "top",
    }
    limbs = {
        "hip": "knee", "knee": "ankle", "ankle": "foot", "foot": "toe", "collar": "shoulder", "shoulder": "elbow",
        "elbow": "wrist", "wrist": "tip",
    }  # fmt: skip
    if joint in after:
        return points[after[joint]]
    side, _, name = joint.partition("_")
    return points[f"{side}_{limbs[name]}"]


def recorded_motion(shared: Path, action: str, seconds: float = 2.0) -> Motion:
    """Return a piece of one of the recordings in the optional material, at its own 20 frames per second."""
    name, begin = CLIPS[action]
    with np.load(shared / "data" / "motions.npz") as data:
        ids = [
            clip["id"] for clip in json.loads((shared / "data" / "clips.json").read_text("utf-8"))["clips"]
        ]
        i = ids.index(name)
        start, stop = data["start"][i : i + 2]
        first = start + round(20 * begin)
        frames = slice(first, min(stop, first + round(20 * seconds)))
        return Motion(
            T_POSE, 20.0, data["root"][frames].astype(float), data["local_quat_wxyz"][frames].astype(float)
        )


def leg_length(points: dict[str, np.ndarray]) -> float:
    """Return the length of the left thigh and shin together, in metres."""
    hip, knee, ankle = (points[f"left_{joint}"] for joint in ("hip", "knee", "ankle"))
    return float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee))


def lowest_toe(tracks: dict[str, np.ndarray]) -> float:
    """Return the smallest height of the balls of the feet, in metres."""
    return float(min(tracks["left_foot"][:, 1].min(), tracks["right_foot"][:, 1].min()))


def assert_within_limits(errors: np.ndarray) -> None:
    """Assert that limb errors are within the project's limits."""
    assert np.median(errors) <= 2.0
    assert np.percentile(errors, 95) <= 6.0


PARENT_OF = {
    joint: (SMPL_JOINTS[p] if p >= 0 else None) for joint, p in zip(SMPL_JOINTS, SMPL_PARENTS, strict=True)
}
