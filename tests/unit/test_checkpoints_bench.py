# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part checkpoints`` in small: the result of few steps is near that of many."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="checkpoints need torch: the environment train has it")


def test_few_steps_are_measured_in_metres_from_all_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    from devtools.bench import checkpoint_accuracy as nearness

    monkeypatch.setattr(nearness, "THREADS", 1)
    found = nearness.measure_accuracy(
        samples=32, frames=30, windows_per_motion=2, weights_samples=2, weights_frames=12, prompts=nearness.PROMPTS[:2],
        width=16, layers=1,
    )  # fmt: skip
    assert set(found) == {"known_motions", "known_frames", "random_weights"}
    for steps in ("50", "1000"):
        told = found["known_frames"]["schedules"][steps]
        few, first, other = (
            told[w]["mean_m"] for w in ("dpm++, 10 steps", "ddim, 10 steps", "another noise")
        )
        assert 0 < few < 0.6 * first < other < 1.0
    random = found["random_weights"]["schedules"]["50"]["dpm++, 10 steps"]
    assert 0 < random["mean_m"] < 0.1 and random["worst_m"] >= random["median_m"]


def test_a_known_distance_in_metres() -> None:
    import numpy as np

    from devtools.bench.checkpoint_accuracy import compare_samplers, make_frame_decoder, motion_features

    from_start = np.zeros((3, 67))
    moved = from_start.copy()
    moved[:, 3:] += 0.5  # 5 cm of each feature's unit: height, and x, y and z of 21 joints
    told = compare_samplers(
        {"all": from_start, "few": moved}, make_frame_decoder(np.zeros(263), np.full(263, 0.1))
    )["few"]
    every_joint, pelvis = 0.05 * 3**0.5, 0.05
    assert told["mean_m"] == pytest.approx((21 * every_joint + pelvis) / 22)
    assert told["features"] == pytest.approx(0.5 * 64**0.5)
    clips, mean, deviation = motion_features(2, 20, ("a person walks forward",))
    assert clips.shape == (2, 20, 263) and mean.shape == (263,) and (deviation > 0).all()


def test_the_table_shows_every_distance() -> None:
    from devtools.bench.checkpoint_bench import _format_table

    near = {"known_frames": {"schedules": {"50": {"dpm++, 10 steps": {"mean_m": 0.01, "median_m": 0.009}}}}}
    table = _format_table({"nearness": near})
    assert "10.0 mm" in table and "9.0 mm" in table and "known_frames" in table
