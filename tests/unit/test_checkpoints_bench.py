# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of checkpoints, measured in small: both loops are the same, and few steps come near many."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="checkpoints need torch: the environment train has it")


def test_both_loops_make_the_same_motion_in_every_round(monkeypatch: pytest.MonkeyPatch) -> None:
    from devtools.bench import checkpoint_speed

    monkeypatch.setattr(checkpoint_speed, "THREADS", 1)
    found = checkpoint_speed.measure(3, frames=12, width=16, layers=1)
    assert found["largest_difference"] < 1e-4 and found["threads"] == 1
    assert {len(times) for times in found["seconds"].values()} == {3}
    ratios = sorted(a / b for a, b in zip(found["seconds"]["usual"], found["seconds"]["ours"], strict=True))
    assert found["times_as_fast"] == ratios[1]
    assert set(found["seconds"]) == {"usual", "ours", "ours, 10 steps", "matrix products alone"}
    core = found["guided_step_on_one_core"]
    assert set(core["median_ms"]) == {"usual", "ours", "matrix products alone"}
    assert all(0 < core["least_ms"][name] <= core["median_ms"][name] for name in core["least_ms"])


def test_the_products_are_those_of_two_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    from devtools.bench import checkpoint_speed

    checkpoint_speed.load_tree()
    _, ours = checkpoint_speed.both(width=16, layers=2)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counted:
        checkpoint_speed.products(ours.settings, 12)(3)
    tokens, wide = 13, 16
    layer = tokens * (4 * wide**2 + 2 * 1024 * wide) + 2 * tokens**2 * wide
    assert counted.get_total_flops() == 3 * 2 * 2 * (2 * layer + 2 * tokens * 263 * wide)


def test_few_steps_are_measured_in_metres_from_all_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    from devtools.bench import checkpoint_accuracy as nearness

    monkeypatch.setattr(nearness, "THREADS", 1)
    found = nearness.measure(
        samples=8, frames=30, windows=2, weights_samples=2, weights_frames=12, prompts=nearness.PROMPTS[:2],
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

    from devtools.bench.checkpoint_accuracy import distances, of_frames, world

    from_start = np.zeros((3, 67))
    moved = from_start.copy()
    moved[:, 3:] += 0.5  # 5 cm of each feature's unit: height, and x, y and z of 21 joints
    told = distances({"all": from_start, "few": moved}, of_frames(np.zeros(263), np.full(263, 0.1)))["few"]
    every_joint, pelvis = 0.05 * 3**0.5, 0.05
    assert told["mean_m"] == pytest.approx((21 * every_joint + pelvis) / 22)
    assert told["features"] == pytest.approx(0.5 * 64**0.5)
    clips, mean, deviation = world(2, 20, ("a person walks forward",))
    assert clips.shape == (2, 20, 263) and mean.shape == (263,) and (deviation > 0).all()


def test_the_table_shows_every_distance() -> None:
    from devtools.bench.checkpoint_bench import _told

    speed = {
        "steps": 50, "frames": 196, "threads": 2, "rounds": 5, "median_seconds": {"usual": 20.0, "ours": 8.0},
        "times_as_fast": 2.5, "times_as_fast_were_products_all": 2.75, "largest_difference": 3e-6,
        "load_before": 0.1, "load_after": 1.9,
        "guided_step_on_one_core": {"median_ms": {"usual": 180.2, "ours": 130.7}},
    }  # fmt: skip
    near = {"known_frames": {"schedules": {"50": {"dpm++, 10 steps": {"mean_m": 0.01, "median_m": 0.009}}}}}
    told = _told({"speed": speed, "nearness": near})
    assert "2.50 times as fast" in told and "2.75 times if" in told and "usual 20.0 s, ours 8.0 s" in told
    assert "usual 180 ms, ours 131 ms" in told
    assert "10.0 mm" in told and "9.0 mm" in told and "known_frames" in told
