# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions that training windows are given."""

from __future__ import annotations

import numpy as np
from kinescribe.inference.embedded.features import CONTACT_COLUMNS, NUM_FEATURES, ROTATION_COLUMNS
from kinescribe.training.network import constraint_masks


def test_half_of_the_windows_have_no_conditions_and_the_rest_all_kinds() -> None:
    rng = np.random.default_rng(0)
    drawn = [constraint_masks.sample_mask(rng, 80) for _ in range(600)]
    assert all(k.shape == (80, NUM_FEATURES) and set(np.unique(k)) <= {0.0, 1.0} for k, _ in drawn)
    free = np.mean([not k.any() for k, _ in drawn])
    assert 0.42 < free < 0.58
    path = [k for k, first in drawn if k[:, 0].mean() > 0.9 and not k[:, ROTATION_COLUMNS].any()]
    poses = [k for k, first in drawn if 0 < k[:, ROTATION_COLUMNS].all(-1).sum() <= 5 and not first]
    parts = [k for k, _ in drawn if 0 < k[40, ROTATION_COLUMNS].mean() < 1]
    assert min(len(path), len(poses), len(parts), sum(first > 0 for _, first in drawn)) > 15
    assert all(k[:first].all() for k, first in drawn)


def test_a_splice_begins_with_the_other_motion_and_glides_into_its_own() -> None:
    rng = np.random.default_rng(1)
    x, before = rng.normal(size=(60, NUM_FEATURES)), rng.normal(size=(12, NUM_FEATURES))
    x[:] = x[0]
    out, weight = constraint_masks.splice_motions(x, np.ones(60), before)
    assert out.shape == x.shape and len(weight) == 60
    np.testing.assert_array_equal(out[:12], before)
    np.testing.assert_array_equal(out[30:], x[18:48])
    step = np.abs(np.diff(out[11:, : CONTACT_COLUMNS.start], axis=0)).max()
    assert step < 0.4 * np.abs(before[-1] - x[0]).max()  # no jump where they meet
    assert weight[:12].min() == 1 and weight[14] == 0.5


def test_a_path_alone_is_mostly_smoothed_and_other_conditions_are_not() -> None:
    rng = np.random.default_rng(2)
    frames = 60
    x = rng.normal(size=(frames, NUM_FEATURES)).astype(np.float32)
    x[:, 0] = np.sin(np.arange(frames) * 2 * np.pi / 10)  # hips that sway every ten frames
    path = np.zeros_like(x)
    path[:, :3] = 1
    with_start = path.copy()
    with_start[:8] = 1
    plain = 0
    for _ in range(200):
        given = constraint_masks.condition_values(rng, x, with_start)
        plain += given is x
        assert (given[:8] == x[:8]).all() and (given[:, 3:] == x[:, 3:]).all()
        if given is not x:
            assert np.ptp(given[20:40, 0]) < 0.75 * np.ptp(x[20:40, 0])
    assert 30 <= plain <= 70
    assert (
        constraint_masks.condition_values(rng, x, np.ones_like(x)) is x
        and constraint_masks.condition_values(rng, x, np.zeros_like(x)) is x
    )
