# SPDX-License-Identifier: GPL-3.0-or-later
"""The judges of the embedded model say yes to what they are asked for and no to the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import T_POSE, Motion
from kinescribe.motion.rotations import about, from_axis_angle, identity, multiply
from kinescribe.training.predicates import PREDICATES, Measured
from kinescribe.training.prompts import EVERYDAY, FURTHER
from kinescribe.training.quality import cleanness

FRAMES, FPS = 80, 20.0
ARMS_DOWN = {16: about("z", -1.3), 17: about("z", 1.3)}


def figure(
    velocity: tuple[float, float] = (0.0, 0.0), turn: float = 0.0, height: np.ndarray | float = 0.93
) -> tuple[np.ndarray, np.ndarray]:
    """A stiff figure with arms down that slides (left, ahead) in m/s as it faces and turns by degrees in all."""
    yaw = np.radians(turn) * np.linspace(0, 1, FRAMES)
    local = identity(FRAMES, 22)
    for joint, q in ARMS_DOWN.items():
        local[:, joint] = q
    local[:, 0] = about("y", yaw)
    left, ahead = velocity
    step = np.stack(
        [left * np.cos(yaw) + ahead * np.sin(yaw), 0 * yaw, ahead * np.cos(yaw) - left * np.sin(yaw)], -1
    )
    root = np.cumsum(step, axis=0) / FPS
    root[:, 1] = height
    return local, root


def holding(local: np.ndarray, root: np.ndarray) -> set[str]:
    motion = Motion(T_POSE, FPS, root, local)
    return {name for name, predicate in PREDICATES.items() if predicate(Measured(motion))}


def test_sliding_figures_are_told_apart_by_where_they_go() -> None:
    assert holding(*figure()) == {"idle"}
    assert holding(*figure((0, 1.2))) == {"walk"}
    assert holding(*figure((0, -0.8))) == {"walk_back"}
    assert holding(*figure((0.6, 0))) == {"sidestep_left"}
    assert holding(*figure((-0.6, 0))) == {"sidestep_right"}
    assert holding(*figure(turn=90)) == {"turn_left"}
    assert holding(*figure(turn=-90)) == {"turn_right"}
    assert holding(*figure((0, 1.0), turn=90)) == {"walk_turn_left"}
    assert holding(*figure((0, 1.0), turn=-90)) == {"walk_turn_right"}


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
    local[30:40, hip] = from_axis_angle(np.stack([-1.5 * swing, 0 * swing, 0 * swing], -1))
    found = holding(local, root)
    assert {"kick", f"kick_{side}"} <= found and f"kick_{other}" not in found

    local, root = figure()
    shoulder, elbow, sign = (16, 18, 1) if side == "left" else (17, 19, -1)
    local[:, shoulder] = multiply(about("y", -sign * 0.3), about("z", sign * 1.2))
    local[:, elbow] = about("y", -sign * (1.2 + 0.5 * np.sin(np.arange(FRAMES))))
    found = holding(local, root)
    assert {"wave", f"wave_{side}"} <= found and f"wave_{other}" not in found and "idle" not in found


def test_every_prompt_has_its_judge() -> None:
    assert len(EVERYDAY) == 30
    assert {name for _, name in EVERYDAY + FURTHER} <= set(PREDICATES)


def test_sliding_feet_are_measured() -> None:
    local, root = figure((0, 0.2))
    still = figure()
    assert cleanness(Motion(T_POSE, FPS, root, local))["skate"] == pytest.approx(0.2, abs=0.02)
    assert cleanness(Motion(T_POSE, FPS, still[1], still[0]))["skate"] == 0.0
    assert cleanness(Motion(T_POSE, FPS, still[1] - [0, 0.1, 0], still[0]))["penetration"] > 50


def test_recordings_pass_as_what_they_are(shared: Path) -> None:
    from kinescribe.training.recordings import load

    clips = load(shared / "data")
    right = {"walk": "cmu_07_01", "run": "cmu_09_01", "jump": "cmu_13_11"}
    for name, clip in right.items():
        if clip not in clips.clips:
            pytest.skip(f"recording {clip} is not in this set")
        c = clips.clips[clip]
        found = holding(c.rotations[:FRAMES], c.root[:FRAMES])
        assert name in found and not found & ({"idle", "sit", "walk_back", "climb_up"} - {name})
