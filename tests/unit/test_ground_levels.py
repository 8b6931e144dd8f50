# SPDX-License-Identifier: GPL-3.0-or-later
"""Heights of the ground on which feet stand, and drift of the body above it."""

from __future__ import annotations

import numpy as np
import pytest
from kinescribe.motion.contact.ground_levels import GroundContact, find_floor_drift, find_ground_levels


def contacts_at(*heights: float) -> list[GroundContact]:
    return [GroundContact(20 * k, 20 * k + 10, height) for k, height in enumerate(heights)]


def test_levels_tell_drift_from_steps() -> None:
    leg = 0.8
    assert find_ground_levels(contacts_at(0.0, 0.02, 0.05, 0.07, 0.1), leg) == [0.0] * 5
    assert find_ground_levels(contacts_at(0.0, 0.17, 0.34, 0.36), leg) == [
        0.0,
        0.17,
        pytest.approx(0.35),
        pytest.approx(0.35),
    ]
    assert find_ground_levels(contacts_at(0.0, -0.3), leg) == [0.0, -0.3]
    ramp = [0.04 * k for k in range(10)]
    assert find_ground_levels(contacts_at(*ramp), leg) == ramp
    assert find_ground_levels([], leg) == []


def test_toes_have_the_ground_level_of_their_heel() -> None:
    found = [
        *contacts_at(0.0, 0.3),
        GroundContact(22, 29, 0.34, shows_ground=False),
        GroundContact(0, 9, -0.01, shows_ground=False),
    ]
    assert find_ground_levels(found, 0.8) == [0.0, 0.3, 0.3, 0.0]
    assert find_ground_levels([GroundContact(0, 9, 0.2, shows_ground=False)], 0.8) == [0.0]


def test_drift_is_the_height_of_contacts_above_their_level() -> None:
    found = contacts_at(0.0, 0.04, 0.08)
    drift = find_floor_drift(found, find_ground_levels(found, 0.8), 50, 30.0)
    assert drift[0] == pytest.approx(0.0, abs=0.01) and drift[-1] == pytest.approx(0.08, abs=0.005)
    assert np.abs(np.diff(drift)).max() < 0.005
    assert not find_floor_drift(contacts_at(0.0, 0.3), [0.0, 0.3], 50, 30.0).any()
    assert not find_floor_drift([], [], 50, 30.0).any()
