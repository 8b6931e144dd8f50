# SPDX-License-Identifier: GPL-3.0-or-later
"""Euler and axis-angle channels: the same rotation again, and curves without jumps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import euler
from kinescribe.motion.rotations import angle_between, identity_rotations, make_continuous, normalise

orders = st.sampled_from(euler.EULER_ORDERS)
angles = st.lists(st.tuples(*[st.floats(-7, 7)] * 3), min_size=1, max_size=20).map(np.array)


@given(angles, orders)
@settings(deadline=None)
def test_any_angles_come_back_as_the_same_rotation(a: np.ndarray, order: str) -> None:
    q = euler.euler_to_quaternion(a, order)
    assert (
        angle_between(q, euler.euler_to_quaternion(euler.quaternion_to_euler(q, order), order)).max() < 1e-6
    )


@pytest.mark.parametrize("order", euler.EULER_ORDERS)
def test_a_smooth_path_of_several_turns_stays_smooth(order: str) -> None:
    t = np.linspace(0, 1, 400)[:, None]
    path = np.concatenate([12 * t, 4 * np.sin(3 * t), 3 * np.cos(5 * t)], axis=1)
    back = euler.quaternion_to_euler(euler.euler_to_quaternion(path, order), order, reference=path[0])
    np.testing.assert_allclose(back, path, atol=1e-9)


@pytest.mark.parametrize("order", euler.EULER_ORDERS)
def test_gimbal_lock_keeps_the_rotation_and_the_last_axis(order: str) -> None:
    first, second, third = ("XYZ".index(a) for a in order)
    path = np.zeros((40, 3))
    path[:, third] = 0.3
    path[:, second] = np.minimum(np.linspace(0, 2, 40), 1) * np.pi / 2
    path[20:, first] = np.linspace(0, 1, 20)
    q = euler.euler_to_quaternion(path, order)
    back = euler.quaternion_to_euler(q, order)
    assert angle_between(q, euler.euler_to_quaternion(back, order)).max() < 1e-6
    assert np.abs(np.diff(back, axis=0)).max() < 0.2


def test_an_order_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="XYX"):
        euler.quaternion_to_euler(identity_rotations(2), "XYX")


@given(angles)
@settings(deadline=None)
def test_angle_axis_comes_back_as_the_same_rotation(a: np.ndarray) -> None:
    q = euler.euler_to_quaternion(a)
    assert (
        angle_between(
            q, euler.axis_angle_channels_to_quaternion(euler.quaternion_to_axis_angle_channels(q))
        ).max()
        < 1e-6
    )


def test_angle_axis_passes_through_rest_without_turning_the_axis_over() -> None:
    swing = np.linspace(-1, 1, 41)
    q = euler.euler_to_quaternion(np.stack([swing, 0 * swing, 0 * swing], axis=-1))
    channels = euler.quaternion_to_axis_angle_channels(make_continuous(q))
    np.testing.assert_allclose(np.abs(np.diff(channels[:, 0])), 0.05, atol=1e-9)
    np.testing.assert_allclose(channels[:, 1:], np.tile(channels[0, 1:], (41, 1)), atol=1e-9)


def test_no_rotation_at_all_has_a_unit_axis() -> None:
    channels = euler.quaternion_to_axis_angle_channels(identity_rotations(3))
    np.testing.assert_allclose(channels[:, 0], 0)
    np.testing.assert_allclose(normalise(channels[:, 1:]), channels[:, 1:])
