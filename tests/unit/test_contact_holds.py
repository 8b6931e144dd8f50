# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions at which joints are held during contacts, and the blends before and after."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion.contact.contact_holds import (
    compute_hold_offsets,
    middle_frames,
    resting_frames,
    split_contact,
)
from kinescribe.motion.smoothing import smoothstep


def test_a_shuffling_foot_is_split_into_its_positions() -> None:
    positions = np.zeros((60, 3))
    positions[20:40, 0] = 0.3
    positions[40:, 2] = 0.5
    assert [part for part in split_contact(positions, 0, 60, 0.1) if part[1] - part[0] > 3] == [
        (0, 20),
        (20, 40),
        (40, 60),
    ]
    assert split_contact(positions, 3, 18, 0.1) == [(3, 18)]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**16), st.integers(1, 400), st.floats(0.01, 0.5))
def test_parts_cover_the_contact_and_stay_within_the_radius(seed: int, frames: int, radius: float) -> None:
    positions = np.cumsum(np.random.default_rng(seed).normal(scale=0.05, size=(frames, 3)), axis=0)
    parts = split_contact(positions, 0, frames, radius)
    assert [first for first, _ in parts] == [0, *(last for _, last in parts[:-1])] and parts[-1][1] == frames
    for first, last in parts:
        part = positions[first:last]
        away = np.linalg.norm(part - np.median(part, axis=0), axis=-1).max()
        assert len(part) < 4 or away < radius + 1e-9
        assert first <= middle_frames(first, last).start < middle_frames(first, last).stop <= last


def test_joints_are_held_exactly_inside_and_not_at_all_far_away() -> None:
    time = np.arange(90) / 30.0
    positions = np.stack([time, 0.1 * np.sin(9 * time), -time], axis=-1)
    parts = [(20, 30), (50, 65)]
    targets = [np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.5, -2.0])]
    shift, weight = compute_hold_offsets(positions, parts, targets, 30.0, 0.25)
    for (first, last), target in zip(parts, targets, strict=True):
        np.testing.assert_allclose(
            (positions + shift)[first:last], np.tile(target, (last - first, 1)), atol=1e-12
        )
        assert (weight[first:last] == 1.0).all()
    assert not shift[:12].any() and not shift[40].any() and not shift[74:].any()
    assert weight.min() >= 0.0 and weight.max() == 1.0


def test_holds_next_to_each_other_are_blended() -> None:
    positions = np.zeros((40, 3))
    targets = [np.array([0.1, 0.0, 0.0]), np.array([-0.1, 0.0, 0.0])]
    shift, weight = compute_hold_offsets(positions, [(0, 20), (20, 40)], targets, 30.0, 0.25)
    assert np.abs(np.diff(shift[:, 0])).max() < 0.1
    assert shift[0, 0] == pytest.approx(0.1) and shift[-1, 0] == pytest.approx(-0.1)
    assert (weight == 1.0).all()


def test_the_first_and_last_frames_of_a_contact_are_not_firm() -> None:
    assert resting_frames(10, 40, 100, 30.0) == (11, 39)
    assert resting_frames(10, 40, 100, 60.0) == (12, 38)
    assert resting_frames(0, 40, 40, 30.0) == (0, 40)
    assert resting_frames(10, 13, 100, 60.0) == (10, 13)


def test_without_contacts_nothing_is_held() -> None:
    shift, weight = compute_hold_offsets(np.ones((5, 3)), [], [], 30.0, 0.25)
    assert not shift.any() and not weight.any()
    assert smoothstep(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
