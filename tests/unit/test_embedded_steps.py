# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the embedded model that whole motions do not show: guidance, postprocess, default_side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from kinescribe.inference.embedded.default_side import add_default_side
from kinescribe.inference.embedded.features import FPS, NUM_FEATURES, decode_clip, encode_features
from kinescribe.inference.embedded.guidance import ConstrainedDenoiser
from kinescribe.inference.embedded.postprocess import _place_on_floor
from kinescribe.motion import T_POSE, MotionRequest
from kinescribe.motion.constraints import collect_goals
from kinescribe.motion.contact.contacts import SOLE_HEIGHT
from kinescribe.motion.request import PoseKeyframe, TextSegment
from kinescribe.motion.rotations import axis_angle_to_quaternion


def test_every_step_of_the_sampler_meets_the_constraints() -> None:
    still = np.tile([1.0, 0.0, 0.0, 0.0], (40, 22, 1))
    root = np.tile([0.0, 0.95, 0.0], (40, 1))
    mean, std = np.full(NUM_FEATURES, 0.1, np.float32), np.full(NUM_FEATURES, 2.0, np.float32)
    clean = ((encode_features(still, root) - mean) / std).astype(np.float32)
    raised = {"left_shoulder": tuple(axis_angle_to_quaternion([0.0, 0.0, 1.0]))}
    request = MotionRequest((TextSegment("stands", 40),), FPS, (PoseKeyframe(20, raised),))
    goals = collect_goals(request, T_POSE)
    given: list[Any] = []

    def denoiser(x: np.ndarray, t: float, condition: Any, mask: np.ndarray) -> np.ndarray:
        given.append((condition, mask))
        return clean.copy()

    directed = ConstrainedDenoiser(denoiser, [(slice(0, 40), goals)], mean, std)  # type: ignore[arg-type]
    for _ in range(2):
        out = directed(np.zeros((40, NUM_FEATURES), np.float32), 0.5)
    free, _ = decode_clip(clean * std + mean)
    met, _ = decode_clip(out * std + mean)
    joint = T_POSE.joint_names.index("left_shoulder")
    wanted = axis_angle_to_quaternion([0.0, 0.0, 1.0])
    assert (
        abs(np.dot(met.local_rotations[20, joint], wanted))
        > 0.9999
        > abs(np.dot(free.local_rotations[20, joint], wanted))
    )
    assert given[0][0] is None and given[1][0] is not None, "the second step is told of the first"
    assert given[0][1][20].any() and not given[0][1][10].any()


@pytest.mark.parametrize("changes", [False, True])
def test_first_steps_do_not_know_a_motion_that_another_action_follows(changes: bool) -> None:
    clean = np.zeros((40, NUM_FEATURES), np.float32)
    pose = dict.fromkeys(T_POSE.joint_names, (1.0, 0.0, 0.0, 0.0))
    poses = tuple(PoseKeyframe(frame, pose, (0.0, 0.95, 0.0)) for frame in (*range(12), 30))
    prompts = ("walks", "sits") if changes else ("walks", "walks")
    request = MotionRequest(tuple(TextSegment(prompt, 20) for prompt in prompts), FPS, poses)
    mean, std = np.zeros(NUM_FEATURES, np.float32), np.ones(NUM_FEATURES, np.float32)
    clean[:] = encode_features(np.tile([1.0, 0.0, 0.0, 0.0], (40, 22, 1)), np.tile([0.0, 0.95, 0.0], (40, 1)))
    masks: list[np.ndarray] = []

    def denoiser(x: np.ndarray, t: float, condition: Any, mask: np.ndarray) -> np.ndarray:
        masks.append(mask)
        return clean.copy()

    goals = [(slice(0, 40), collect_goals(request, T_POSE))]
    directed = ConstrainedDenoiser(denoiser, goals, mean, std, [changes])  # type: ignore[arg-type]
    for level in (0.99, 0.5):
        directed(clean, level)
    assert masks[0][:12].any() == (not changes)
    assert masks[1][:12].any()
    assert masks[0][30].any(), "a pose that is passed is no motion"


@pytest.mark.parametrize(("height", "moved"), [(0.05, -0.05), (-0.08, 0.08), (0.3, 0.0)])
def test_a_figure_is_put_on_the_floor_unless_it_stands_on_something(height: float, moved: float) -> None:
    root = np.tile([0.1, 0.95, 0.2], (10, 1))
    feet = np.full((10, 4, 3), SOLE_HEIGHT + height)
    feet[5:, :, 1] += 0.4  # a step that is climbed
    placed = _place_on_floor(root, feet, np.ones((10, 4), bool))
    np.testing.assert_allclose(placed - root, np.tile([0.0, moved, 0.0], (10, 1)), atol=1e-12)


@pytest.mark.parametrize("named", "left right clockwise both hands arms palms fists legs knees".split())
def test_a_prompt_that_names_a_side_stays_as_it_is(named: str) -> None:
    words = ["a", "person", "salutes", "with", named]
    assert add_default_side(words) == words
    assert add_default_side(words[:3]) != words[:3]
