# SPDX-License-Identifier: GPL-3.0-or-later
"""``embedded.turning``: turns and ways by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded.backend import EmbeddedBackend
from kinescribe.inference.embedded.features import heading_angles
from kinescribe.inference.embedded.script import write_script
from kinescribe.inference.embedded.turning import TurnCourse, TurningDenoiser, impose_course, plan_course
from kinescribe.motion import T_POSE, make_text_request


def walk(frames: int = 100, speed: float = 0.06) -> np.ndarray:
    """Return features of a straight walk that sways a little."""
    features = np.zeros((frames, 3))
    features[:, 1] = speed * (1 + 0.2 * np.sin(np.arange(frames)))
    features[:, 2] = 0.01 * np.sin(np.arange(frames) * 1.1)
    return features


def path(features: np.ndarray) -> np.ndarray:
    """Return the way (T + 1, 2) that features travel."""
    yaw = np.concatenate([[0.0], np.cumsum(features[:-1, 2])])
    steps = features[:, [1]] * np.stack([np.sin(yaw), np.cos(yaw)], axis=-1)
    return np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])


@pytest.mark.parametrize("degrees", [360.0, -360.0, 90.0, -45.0])
def test_a_course_turns_by_its_angle(degrees: float) -> None:
    out = impose_course(walk(), TurnCourse(degrees))
    assert math.isclose(math.degrees(out[:, 2].sum()), degrees, abs_tol=1.0)
    assert np.array_equal(out[:, :2], walk()[:, :2])


def test_a_full_circle_comes_back_to_its_start() -> None:
    way = path(impose_course(walk(), TurnCourse(360.0)))
    assert np.linalg.norm(way[-1]) < 0.1 * np.linalg.norm(way - way[0], axis=1).max()


def test_corners_lie_along_the_way_and_legs_are_straight() -> None:
    yaw = np.degrees(np.cumsum(impose_course(walk(200), TurnCourse(corners=(90.0, 90.0, 90.0)))[:, 2]))
    for share, degrees in ((0.1, 0), (0.38, 90), (0.62, 180), (0.9, 270)):
        assert abs(yaw[int(200 * share)] - degrees) < 8


def test_a_turn_on_the_spot_keeps_its_timing_and_may_choose_its_side() -> None:
    features = np.zeros((60, 3))
    features[20:40, 2] = -0.05
    out = impose_course(features, TurnCourse(-90.0, on_the_spot=True))
    assert math.isclose(math.degrees(out[:, 2].sum()), -90.0, abs_tol=1.0)
    assert abs(math.degrees(out[:15, 2].sum())) < 10 and abs(math.degrees(out[45:, 2].sum())) < 10
    free = impose_course(features, TurnCourse(360.0, on_the_spot=True, any_direction=True))
    assert math.isclose(math.degrees(free[:, 2].sum()), -360.0, abs_tol=1.0)


@pytest.mark.parametrize(
    ("said", "course"),
    [
        ("turn 45 degrees to the right", TurnCourse(-45.0, on_the_spot=True)),
        ("about face", TurnCourse(180.0, on_the_spot=True)),
        ("spins around twice", TurnCourse(720.0, on_the_spot=True, any_direction=True)),
        ("walks in a circle", TurnCourse(360.0)),
        ("walk in a quarter circle to the right", TurnCourse(-90.0)),
        ("runs in a square", TurnCourse(corners=(90.0, 90.0, 90.0))),
        ("paces back and forth", TurnCourse(corners=(180.0,))),
        ("a person walks forward", None),
        ("a person waves", None),
    ],
)
def test_parts_have_courses(said: str, course: TurnCourse | None) -> None:
    (part,) = break_down(said)
    assert plan_course(part) == course


def test_a_figure_eight_is_two_circles_and_two_turns_are_two() -> None:
    courses = [line.course for line in write_script("walks in a figure eight")]
    assert courses == [TurnCourse(360.0), TurnCourse(-360.0)]
    assert len(write_script("turn left twice")) == 2
    zigzag = write_script("walks in a zigzag")[0].course
    assert zigzag is not None and len(zigzag.corners) >= 4 and sum(zigzag.corners) != 0


def test_only_the_yaw_rate_of_the_segment_changes() -> None:
    rng = np.random.default_rng(3)
    mean, std = rng.normal(size=140).astype(np.float32), np.full(140, 2.0, np.float32)
    clean = rng.normal(size=(80, 140)).astype(np.float32)
    denoiser = TurningDenoiser(lambda *_: clean.copy(), [(slice(20, 60), TurnCourse(180.0))], mean, std)
    out = denoiser(clean, 0.5)
    changed = ~np.isclose(out, clean, atol=1e-4)
    assert not changed[:20].any() and not changed[60:].any()
    assert not np.delete(changed, 2, axis=1).any()
    assert math.isclose(math.degrees(float((out[20:60, 2] * 2.0 + mean[2]).sum())), 180.0, abs_tol=1.0)


def test_a_generated_half_circle_turns_by_180_degrees() -> None:
    request = make_text_request("a person walks in a half circle to the right", 5.0, 20.0, 1)
    (motion,) = EmbeddedBackend().generate(request)
    positions, _ = T_POSE.forward_kinematics(motion.root_translation, motion.local_rotations)
    yaw = heading_angles(positions)
    assert abs(math.degrees(yaw[-1] - yaw[0]) + 180.0) < 25.0
