# SPDX-License-Identifier: GPL-3.0-or-later
"""``training.evaluation``: predicates hold for the motions that they name and for no others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import T_POSE, Motion
from kinescribe.motion.rotations import (
    axis_angle_to_quaternion,
    identity_rotations,
    multiply,
    rotation_about_axis,
)
from kinescribe.motion.stick_figures import draw_strip, write_png
from kinescribe.training.evaluation.cleanness import measure_cleanness
from kinescribe.training.evaluation.directions import count_correct, judge_direction, judge_side
from kinescribe.training.evaluation.diversity import make_profile, mean_distance, nearest_distances
from kinescribe.training.evaluation.motion_metrics import count_reversals
from kinescribe.training.evaluation.predicates import COMPATIBLE_PREDICATES, PREDICATES, MeasuredMotion
from kinescribe.training.evaluation.prompts import BROAD, CHINESE, EVERYDAY, FURTHER

FRAMES, FPS = 80, 20.0
ARMS_DOWN = {16: rotation_about_axis("z", -1.3), 17: rotation_about_axis("z", 1.3)}


def figure(
    velocity: tuple[float, float] = (0.0, 0.0), turn: float = 0.0, height: np.ndarray | float = 0.93
) -> tuple[np.ndarray, np.ndarray]:
    """A stiff figure with arms down that slides (left, ahead) in m/s as it faces and turns by degrees in all."""
    yaw = np.radians(turn) * np.linspace(0, 1, FRAMES)
    local = identity_rotations(FRAMES, 22)
    for joint, q in ARMS_DOWN.items():
        local[:, joint] = q
    local[:, 0] = rotation_about_axis("y", yaw)
    left, ahead = velocity
    step = np.stack(
        [left * np.cos(yaw) + ahead * np.sin(yaw), 0 * yaw, ahead * np.cos(yaw) - left * np.sin(yaw)], -1
    )
    root = np.cumsum(step, axis=0) / FPS
    root[:, 1] = height
    return local, root


def holding(local: np.ndarray, root: np.ndarray) -> set[str]:
    motion = Motion(T_POSE, FPS, root, local)
    return {name for name, predicate in PREDICATES.items() if predicate(MeasuredMotion(motion))}


def test_sliding_figures_are_told_apart_by_where_they_go() -> None:
    assert holding(*figure()) == {"idle"}
    assert holding(*figure((0, 1.2))) == {"walk", "hands_low"}
    assert holding(*figure((0, -0.8))) == {"walk_back"}
    assert holding(*figure((0.6, 0))) == {"sidestep_left"}
    assert holding(*figure((-0.6, 0))) == {"sidestep_right"}
    assert holding(*figure(turn=90)) == {"turn_left"}
    assert holding(*figure(turn=-90)) == {"turn_right"}
    assert holding(*figure((0, 1.0), turn=90)) == {"walk_turn_left", "hands_low"}
    assert holding(*figure((0, 1.0), turn=-90)) == {"walk_turn_right", "hands_low"}


def test_height_tells_jumping_climbing_and_sitting() -> None:
    t = np.linspace(0, 1, FRAMES)
    hop = 0.93 + 0.35 * np.clip(1 - ((t - 0.5) / 0.1) ** 2, 0, None)
    assert holding(*figure(height=hop)) == {"jump"}
    assert "climb_up" in holding(*figure((0, 0.3), height=0.93 + t))
    assert "climb_down" in holding(*figure((0, 0.3), height=1.93 - t))
    assert "jump" not in holding(*figure((0, 0.3), height=0.93 + t))


@pytest.mark.parametrize("side", ["left", "right"])
def test_limbs_are_told_apart(side: str) -> None:
    other = {"left": "right", "right": "left"}[side]
    swing = np.sin(np.linspace(0, np.pi, 10)) ** 2
    local, root = figure()
    hip = {"left": 1, "right": 2}[side]
    local[30:40, hip] = axis_angle_to_quaternion(np.stack([-1.5 * swing, 0 * swing, 0 * swing], -1))
    found = holding(local, root)
    assert {"kick", f"kick_{side}"} <= found and f"kick_{other}" not in found

    local, root = figure()
    shoulder, elbow, sign = (16, 18, 1) if side == "left" else (17, 19, -1)
    local[:, shoulder] = multiply(rotation_about_axis("y", -sign * 0.3), rotation_about_axis("z", sign * 1.2))
    local[:, elbow] = rotation_about_axis("y", -sign * (1.2 + 0.5 * np.sin(np.arange(FRAMES))))
    found = holding(local, root)
    assert {"wave", f"wave_{side}"} <= found and f"wave_{other}" not in found and "idle" not in found

    local, root = figure()  # a hook: the stretched arm swings from the side to the front
    swing = np.concatenate([np.zeros(20), np.linspace(0, 1.6, 6), np.full(FRAMES - 26, 1.6)])
    local[:, shoulder] = rotation_about_axis("y", -sign * swing)
    found = holding(local, root)
    assert {"punch", f"punch_{side}"} <= found and f"punch_{other}" not in found


def waving(side: str, count: int, rate: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    """A figure that stands with one forearm up and swings it a number of times, outward first."""
    local, root = figure()
    shoulder, elbow, sign = (16, 18, 1) if side == "left" else (17, 19, -1)
    t = np.arange(FRAMES) / FPS
    phase = np.clip(t * rate, 0, count)
    local[:, shoulder] = rotation_about_axis("z", np.full(FRAMES, sign * 0.1))
    local[:, elbow] = rotation_about_axis("z", sign * (1.35 - 0.5 * np.sin(2 * np.pi * phase)))
    return local, root


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_waves_are_counted(count: int) -> None:
    found = holding(*waving("right", count))
    assert ("wave_2" in found) == (count == 2) and ("wave_3" in found) == (count == 3)
    assert "wave_right" in found and "wave_left" not in found


def test_turning_back_is_told_from_trembling() -> None:
    t = np.linspace(0, 1, 60)
    assert count_reversals(np.sin(6 * np.pi * t), 0.5) == 6
    assert count_reversals(t + 0.1 * np.sin(60 * np.pi * t), 0.5) == 0
    assert count_reversals(np.array([]), 0.1) == 0


def test_face_and_arms_are_told_apart_by_side() -> None:
    local, root = figure()
    for joint in (12, 15):
        local[20:60, joint] = rotation_about_axis("y", np.full(40, 0.45))
    assert "look_left" in holding(local, root) and "look_right" not in holding(local, root)
    local, root = figure()
    local[20:60, 16] = identity_rotations(40)  # the left arm straight out to the side, as in the T-pose
    assert "point_side_left" in holding(local, root) and "spread" not in holding(local, root)
    local[20:60, 17] = identity_rotations(40)
    assert "spread" in holding(local, root) and "point_side_left" not in holding(local, root)


def test_directions_are_judged_apart_from_the_action() -> None:
    def measured(*args: np.ndarray) -> MeasuredMotion:
        return MeasuredMotion(Motion(T_POSE, FPS, args[1], args[0]))

    slow = measured(*figure(turn=25))  # too little for the predicate, but the right way
    assert (
        not PREDICATES["turn_left"](slow)
        and judge_direction("turn_left", slow)
        and not judge_direction("turn_right", slow)
    )
    assert (
        judge_direction("walk_back", measured(*figure((0, -0.2)))) and judge_direction("idle", slow) is None
    )
    wave = measured(*waving("left", 3))
    assert (
        judge_side("wave_left", wave)
        and judge_side("wave_right", wave) is False
        and judge_side("wave", wave) is None
    )
    assert judge_side("wave_left", slow) is None  # neither hand waves
    assert count_correct([("wave_left", wave), ("wave_right", wave), ("turn_left", slow)]) == {
        "side": (1, 2),
        "travel": (1, 1),
    }


def test_no_excuse_for_the_other_side() -> None:
    assert (
        "wave_right" not in COMPATIBLE_PREDICATES["wave_left"]
        and "wave" in COMPATIBLE_PREDICATES["wave_left"]
    )


def test_every_prompt_has_its_judge() -> None:
    english = EVERYDAY + FURTHER + BROAD
    assert len(EVERYDAY) == 30 and len(english) >= 120 and len(set(english)) == len(english)
    assert len({name for _, name in english}) >= 40
    assert {name for _, name in english + CHINESE} <= set(PREDICATES)


def test_spread_and_nearest_are_distances_in_metres() -> None:
    still, walking = (MeasuredMotion(Motion(T_POSE, FPS, r, q)) for q, r in (figure(), figure((0, 1.2))))
    waved = MeasuredMotion(Motion(T_POSE, FPS, *waving("left", 3)[::-1]))
    assert mean_distance([make_profile(still), make_profile(walking)]) == pytest.approx(
        0.0, abs=1e-5
    )  # only places differ
    assert 0.01 < mean_distance([make_profile(still), make_profile(waved)]) < 0.2
    table = np.stack([make_profile(still), make_profile(waved)])
    np.testing.assert_allclose(nearest_distances([waved, walking], table), 0.0, atol=1e-5)


def test_sheets_are_pictures(tmp_path: Path) -> None:
    q, r = waving("right", 2)
    image = draw_strip(Motion(T_POSE, FPS, r, q), "a person waves", True, figures=4)
    assert (image == (200, 40, 40)).all(-1).any() and (image == (0, 120, 0)).all(-1).any()
    write_png(tmp_path / "sheet.png", image)
    data = (tmp_path / "sheet.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) < image.size / 20


def test_sliding_feet_are_measured() -> None:
    local, root = figure((0, 0.2))
    still = figure()
    assert measure_cleanness(Motion(T_POSE, FPS, root, local))["skate"] == pytest.approx(0.2, abs=0.02)
    assert measure_cleanness(Motion(T_POSE, FPS, still[1], still[0]))["skate"] == 0.0
    assert measure_cleanness(Motion(T_POSE, FPS, still[1] - [0, 0.1, 0], still[0]))["penetration"] > 50


def test_recordings_pass_as_what_they_are(shared: Path) -> None:
    from kinescribe.training.data.recordings import read_recordings

    clips = read_recordings(shared / "data")
    right = {"walk": "cmu_07_01", "run": "cmu_09_01", "jump": "cmu_13_11"}
    for name, clip in right.items():
        if clip not in clips.clips:
            pytest.skip(f"recording {clip} is not in this set")
        c = clips.clips[clip]
        found = holding(c.rotations[:FRAMES], c.root[:FRAMES])
        assert name in found and not found & ({"idle", "sit", "walk_back", "climb_up"} - {name})
