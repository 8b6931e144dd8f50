# SPDX-License-Identifier: GPL-3.0-or-later
"""Where joints stay, on what they stand, and how they get there and away."""

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
from kinescribe.motion.contact.ground_levels import GroundContact, find_floor_drift, find_ground_levels
from kinescribe.motion.smoothing import smoothstep


def test_a_shuffle_is_cut_into_its_places() -> None:
    place = np.zeros((60, 3))
    place[20:40, 0] = 0.3
    place[40:, 2] = 0.5
    assert [piece for piece in split_contact(place, 0, 60, 0.1) if piece[1] - piece[0] > 3] == [
        (0, 20),
        (20, 40),
        (40, 60),
    ]
    assert split_contact(place, 3, 18, 0.1) == [(3, 18)]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**16), st.integers(1, 400), st.floats(0.01, 0.5))
def test_cut_pieces_are_whole_and_small(seed: int, frames: int, radius: float) -> None:
    place = np.cumsum(np.random.default_rng(seed).normal(scale=0.05, size=(frames, 3)), axis=0)
    pieces = split_contact(place, 0, frames, radius)
    assert [first for first, _ in pieces] == [0, *(last for _, last in pieces[:-1])] and pieces[-1][
        1
    ] == frames
    for first, last in pieces:
        piece = place[first:last]
        away = np.linalg.norm(piece - np.median(piece, axis=0), axis=-1).max()
        assert len(piece) < 4 or away < radius + 1e-9
        assert first <= middle_frames(first, last).start < middle_frames(first, last).stop <= last


def test_held_exactly_inside_and_not_at_all_far_away() -> None:
    time = np.arange(90) / 30.0
    place = np.stack([time, 0.1 * np.sin(9 * time), -time], axis=-1)
    pieces = [(20, 30), (50, 65)]
    targets = [np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.5, -2.0])]
    shift, weight = compute_hold_offsets(place, pieces, targets, 30.0, 0.25)
    for (first, last), target in zip(pieces, targets, strict=True):
        np.testing.assert_allclose(
            (place + shift)[first:last], np.tile(target, (last - first, 1)), atol=1e-12
        )
        assert (weight[first:last] == 1.0).all()
    assert not shift[:12].any() and not shift[40].any() and not shift[74:].any()
    assert weight.min() >= 0.0 and weight.max() == 1.0


def test_places_next_to_each_other_are_blended() -> None:
    place = np.zeros((40, 3))
    targets = [np.array([0.1, 0.0, 0.0]), np.array([-0.1, 0.0, 0.0])]
    shift, weight = compute_hold_offsets(place, [(0, 20), (20, 40)], targets, 30.0, 0.25)
    assert np.abs(np.diff(shift[:, 0])).max() < 0.1
    assert shift[0, 0] == pytest.approx(0.1) and shift[-1, 0] == pytest.approx(-0.1)
    assert (weight == 1.0).all()


def test_who_arrives_may_arrive() -> None:
    assert resting_frames(10, 40, 100, 30.0) == (11, 39)
    assert resting_frames(10, 40, 100, 60.0) == (12, 38)
    assert resting_frames(0, 40, 40, 30.0) == (0, 40)
    assert resting_frames(10, 13, 100, 60.0) == (10, 13)


def test_nothing_to_hold() -> None:
    shift, weight = compute_hold_offsets(np.ones((5, 3)), [], [], 30.0, 0.25)
    assert not shift.any() and not weight.any()
    assert smoothstep(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


def rests(*heights: float) -> list[GroundContact]:
    return [GroundContact(20 * k, 20 * k + 10, height) for k, height in enumerate(heights)]


def test_levels_tell_drift_from_steps() -> None:
    leg = 0.8
    assert find_ground_levels(rests(0.0, 0.02, 0.05, 0.07, 0.1), leg) == [0.0] * 5
    assert find_ground_levels(rests(0.0, 0.17, 0.34, 0.36), leg) == [
        0.0,
        0.17,
        pytest.approx(0.35),
        pytest.approx(0.35),
    ]
    assert find_ground_levels(rests(0.0, -0.3), leg) == [0.0, -0.3]
    ramp = [0.04 * k for k in range(10)]
    assert find_ground_levels(rests(*ramp), leg) == ramp
    assert find_ground_levels([], leg) == []


def test_toes_stand_on_what_their_heel_stands_on() -> None:
    found = [
        *rests(0.0, 0.3),
        GroundContact(22, 29, 0.34, shows_ground=False),
        GroundContact(0, 9, -0.01, shows_ground=False),
    ]
    assert find_ground_levels(found, 0.8) == [0.0, 0.3, 0.3, 0.0]
    assert find_ground_levels([GroundContact(0, 9, 0.2, shows_ground=False)], 0.8) == [0.0]


def test_drift_is_what_rests_miss_their_level_by() -> None:
    found = rests(0.0, 0.04, 0.08)
    way = find_floor_drift(found, find_ground_levels(found, 0.8), 50, 30.0)
    assert way[0] == pytest.approx(0.0, abs=0.01) and way[-1] == pytest.approx(0.08, abs=0.005)
    assert np.abs(np.diff(way)).max() < 0.005
    assert not find_floor_drift(rests(0.0, 0.3), [0.0, 0.3], 50, 30.0).any()
    assert not find_floor_drift([], [], 50, 30.0).any()
