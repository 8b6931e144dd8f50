# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.hinges``: knees and elbows bend as hinges afterwards, hands and feet keep their places."""

from __future__ import annotations

import numpy as np
import pytest
from kinescribe.inference.embedded.postprocess import _lower_hovering_body, _raise_sunken_body
from kinescribe.motion import T_POSE
from kinescribe.motion.hinges import straighten_hinges
from kinescribe.motion.rotations import identity_rotations, multiply, rotation_about_axis
from kinescribe.motion.skeleton import SMPL_JOINTS
from kinescribe.training.data.checks import hinge_angles

FRAMES = 50
BUMP = np.sin(np.linspace(0.0, np.pi, FRAMES)) ** 2


def joint(name: str) -> int:
    return SMPL_JOINTS.index(name)


def standing() -> np.ndarray:
    rotations = identity_rotations(FRAMES, 22)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        rotations[:, joint(f"{side}_shoulder")] = rotation_about_axis("z", -1.3 * sign)
        rotations[:, joint(f"{side}_elbow")] = multiply(
            rotation_about_axis("x", -0.5), rotation_about_axis("y", -0.9 * sign * np.ones(FRAMES))
        )
    return rotations


def places(rotations: np.ndarray) -> np.ndarray:
    return T_POSE.forward_kinematics(np.zeros((FRAMES, 3)), rotations)[0]


def test_hinges_that_bend_as_they_should_stay_exactly_as_they_are() -> None:
    rotations = standing()
    for side in ("left", "right"):
        rotations[:, joint(f"{side}_hip")] = rotation_about_axis("x", -0.8 * BUMP)
        rotations[:, joint(f"{side}_knee")] = rotation_about_axis("x", 1.6 * BUMP)
    np.testing.assert_array_equal(straighten_hinges(rotations, T_POSE), rotations)


@pytest.mark.parametrize("axis", ["z", "y"])
def test_a_knee_that_bends_sideways_is_turned_ahead_and_the_foot_stays(axis: str) -> None:
    rotations = standing()
    rotations[:, joint("left_hip")] = multiply(
        rotation_about_axis("x", -1.2 * BUMP), rotation_about_axis("y", 1.6 * BUMP)
    )
    rotations[:, joint("left_knee")] = multiply(
        rotation_about_axis("y", -1.6 * BUMP), rotation_about_axis("x" if axis == "y" else "z", 1.8 * BUMP)
    )
    before = hinge_angles(rotations, T_POSE)["left_knee"]
    assert before[1][before[0] > 50].max() > 60
    repaired = straighten_hinges(rotations, T_POSE)
    bend, plane = hinge_angles(repaired, T_POSE)["left_knee"]
    assert plane[bend > 50].max() < 50
    middle = slice(12, -12)
    ankle = joint("left_ankle")
    np.testing.assert_allclose(places(repaired)[middle, ankle], places(rotations)[middle, ankle], atol=0.01)
    step = np.linalg.norm(np.diff(places(repaired)[:, joint("left_knee")], axis=0), axis=-1)
    assert step.max() < 0.2
    others = [i for i, name in enumerate(SMPL_JOINTS) if name not in ("left_hip", "left_knee", "left_ankle")]
    np.testing.assert_array_equal(repaired[:, others], rotations[:, others])


def test_a_wrung_upper_arm_is_untwisted_and_no_joint_moves() -> None:
    rotations = standing()
    twist = rotation_about_axis("x", np.full(FRAMES, 1.8))
    shoulder, elbow = joint("right_shoulder"), joint("right_elbow")
    rotations[:, shoulder] = multiply(rotations[:, shoulder], twist)
    rotations[:, elbow] = multiply(rotation_about_axis("x", np.full(FRAMES, -1.8)), rotations[:, elbow])
    assert hinge_angles(rotations, T_POSE)["right_elbow"][1].min() > 90
    repaired = straighten_hinges(rotations, T_POSE)
    assert hinge_angles(repaired, T_POSE)["right_elbow"][1].max() < 75
    np.testing.assert_allclose(places(repaired), places(rotations), atol=1e-6)


def test_a_body_that_hovers_comes_down_and_jumps_and_steps_stay() -> None:
    root = np.tile([0.0, 0.965, 0.0], (FRAMES, 1))
    positions = lambda r: T_POSE.forward_kinematics(r, standing())[0]  # noqa: E731
    np.testing.assert_allclose(_lower_hovering_body(root, positions(root)), root, atol=1e-9)
    hovering = root.copy()
    hovering[15:45, 1] += 0.1
    lowered = _lower_hovering_body(hovering, positions(hovering))
    assert np.abs(lowered[22:38, 1] - root[22:38, 1]).max() < 0.03
    jump = root.copy()
    jump[20:28, 1] += 0.2 * np.sin(np.linspace(0.0, np.pi, 8))
    np.testing.assert_allclose(_lower_hovering_body(jump, positions(jump)), jump, atol=1e-9)
    ledge = root + [0.0, 0.4, 0.0]
    np.testing.assert_allclose(_lower_hovering_body(ledge, positions(ledge)), ledge, atol=1e-9)


def test_a_body_that_lies_below_the_floor_is_raised_and_who_stands_low_stays() -> None:
    lying = standing()
    lying[:, 0] = rotation_about_axis("x", -np.pi / 2 * np.ones(FRAMES))  # on the back
    root = np.tile([0.0, 0.12, 0.0], (FRAMES, 1))
    on_floor = T_POSE.forward_kinematics(root, lying)[0]
    np.testing.assert_allclose(_raise_sunken_body(root, on_floor), root, atol=1e-9)
    sunken = root - [0.0, 0.14, 0.0] * (np.arange(FRAMES) > 20)[:, None]
    raised = _raise_sunken_body(sunken, T_POSE.forward_kinematics(sunken, lying)[0])
    trunk = T_POSE.forward_kinematics(raised, lying)[0][:, [0, 1, 2, 3, 6, 9, 12, 15], 1]
    assert trunk.min() > 0.03 and np.abs(np.diff(raised[:, 1] - sunken[:, 1])).max() < 0.04
    below = np.tile([0.0, 0.0, 0.0], (FRAMES, 1))  # stands a flight of steps further down
    stands = T_POSE.forward_kinematics(below, standing())[0]
    np.testing.assert_allclose(_raise_sunken_body(below, stands), below, atol=1e-9)
