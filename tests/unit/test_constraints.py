# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.constraints``, and segments, windows and loops of the embedded model that satisfies them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tiny_weights
from hypothesis import given
from hypothesis import strategies as st
from kinescribe.inference.backend import GenerationJob
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.embedded.windows import blend_windows, split_into_windows
from kinescribe.motion import T_POSE, Cancelled, Motion, MotionRequest, RequestError
from kinescribe.motion.constraints import Clip, apply_constraints, collect_goals
from kinescribe.motion.constraints.interpolation import fade_from_keyframes, interpolate_monotone
from kinescribe.motion.request import EffectorTarget, PoseKeyframe, RequestOptions, RootPath, TextSegment
from kinescribe.motion.rotations import axis_angle_to_quaternion, rotation_about_axis

FPS = 30.0
STILL = (1.0, 0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedBackend:
    return EmbeddedBackend(tiny_weights.write(tmp_path_factory.mktemp("weights")))


def asked(*constraints: object, frames: int = 90, prompt: str = "walks", **options: object) -> MotionRequest:
    return MotionRequest((TextSegment(prompt, frames),), FPS, tuple(constraints), RequestOptions(**options))  # type: ignore[arg-type]


def a_pose(seed: int) -> dict[str, tuple[float, ...]]:
    turns = axis_angle_to_quaternion(np.random.default_rng(seed).normal(scale=0.3, size=(22, 3)))
    return {name: tuple(turn) for name, turn in zip(T_POSE.joint_names, turns, strict=True)}


def facing(motion: Motion) -> np.ndarray:
    places = motion.positions
    across = places[:, 1] - places[:, 2] + places[:, 16] - places[:, 17]
    return np.arctan2(-across[:, 2], across[:, 0])


@given(
    st.lists(st.integers(0, 99), min_size=1, max_size=12, unique=True),
    st.floats(1.0, 40.0),
    st.integers(0, 2**32 - 1),
)
def test_corrections_are_exact_at_their_frames_and_never_larger_between(
    frames: list[int], reach: float, seed: int
) -> None:
    at = np.array(sorted(frames))
    values = np.random.default_rng(seed).normal(size=(len(at), 2))
    for spread in (interpolate_monotone(at, values, 100), fade_from_keyframes(at, values, 100, reach)):
        np.testing.assert_allclose(spread[at], values, atol=1e-9)
        assert spread.shape == (100, 2)
        assert np.abs(spread).max() <= np.abs(values).max() * (1 + 1e-9)
    far = np.min(np.abs(np.arange(100)[:, None] - at), axis=1) > reach
    assert not fade_from_keyframes(at, values, 100, reach)[far].any()


@given(st.lists(st.integers(1, 90), min_size=1, max_size=8), st.sampled_from([8, 12, 20]))
def test_windows_cover_every_frame_once_in_all(patches: list[int], overlap: int) -> None:
    ends = [int(e) * 4 for e in np.cumsum(patches)]
    if ends[-1] < 24:
        ends[-1] = 24
    windows = split_into_windows(ends, overlap)
    parts = [np.ones((w.frame_count, 1), np.float32) for w in windows]
    np.testing.assert_allclose(blend_windows(windows, parts, ends[-1]), 1.0, atol=1e-5)
    assert all(w.frame_count % 4 == 0 and 24 <= w.frame_count <= 200 + 2 * overlap for w in windows)
    assert {w.prompt_index for w in windows} == set(range(len(ends)))


def test_a_dense_path_is_followed_and_faced_along() -> None:
    angle = np.linspace(0.0, math.pi, 90)
    path = np.stack([2 - 2 * np.cos(angle), 2 * np.sin(angle)], axis=-1)
    headings = tuple(float(a) for a in angle)
    constraint = RootPath(tuple(range(90)), tuple((float(x), float(z)) for x, z in path), headings)
    (motion,) = EmbeddedBackend().generate(asked(constraint, prompt="a person walks forward"))
    np.testing.assert_allclose(motion.root_translation[:, [0, 2]], path, atol=1e-6)
    off = (facing(motion) - angle + math.pi) % (2 * math.pi) - math.pi
    assert np.abs(off).mean() < 0.3


@pytest.mark.parametrize("is_steered", [False, True])
def test_a_body_whose_sway_a_path_takes_does_not_turn_with_it(is_steered: bool) -> None:
    seconds = np.arange(104) / 20.0
    root = np.zeros((104, 3))
    root[:, 0], root[:, 2] = 0.09 * np.sin(2 * np.pi * seconds / 2.6), 0.5 * seconds
    still = np.tile(STILL, (104, 22, 1))
    frames = tuple(range(0, 104, 8))
    straight = RootPath(frames, tuple((0.0, float(z)) for z in root[frames, 2]))
    goals = collect_goals(MotionRequest((TextSegment("walks", 104),), 20.0, (straight,)), T_POSE)
    followed = apply_constraints(Clip(still, root, np.zeros(104)), goals, T_POSE, is_steered)
    np.testing.assert_allclose(followed.root_positions[list(frames), 0], 0.0, atol=1e-9)
    turn = np.degrees(np.ptp(followed.yaw))
    assert turn < 7.0 if is_steered else turn > 30.0


def test_a_steered_body_turns_with_what_is_more_than_sway() -> None:
    angle = np.linspace(0.0, math.pi / 2, 104)
    root = np.stack([np.zeros(104), np.zeros(104), 3 * angle], axis=-1)
    path = RootPath(tuple(range(104)), tuple((3 - 3 * math.cos(a), 3 * math.sin(a)) for a in angle))
    goals = collect_goals(MotionRequest((TextSegment("walks", 104),), 20.0, (path,)), T_POSE)
    clip = Clip(np.tile(STILL, (104, 22, 1)), root, np.zeros(104))
    followed = apply_constraints(clip, goals, T_POSE, is_steered=True)
    assert np.degrees(np.abs(followed.yaw - angle)[20:-20]).max() < 5.0


def test_waypoints_are_passed_at_their_frames_facing_along_the_path() -> None:
    places = ((1.0, 2.0), (1.0, 4.0), (3.0, 4.0))
    (motion,) = EmbeddedBackend().generate(
        asked(RootPath((10, 50, 89), places), prompt="a person walks forward")
    )
    np.testing.assert_allclose(motion.root_translation[[10, 50, 89]][:, [0, 2]], places, atol=1e-6)
    steps = np.linalg.norm(np.diff(motion.root_translation, axis=0), axis=-1)
    assert steps.max() < 0.12
    assert abs(facing(motion)[30]) < 0.5 and abs(facing(motion)[75] - math.pi / 2) < 0.7


def test_poses_are_struck_at_their_frames_with_no_jump_around_them(backend: EmbeddedBackend) -> None:
    first, last = a_pose(1), a_pose(2)
    request = asked(
        PoseKeyframe(0, first, (0.5, 0.9, 0.2)),
        PoseKeyframe(60, last, (0.7, 0.85, 1.0)),
    )
    (motion,) = backend.generate(request)
    for frame, pose, root in ((0, first, (0.5, 0.9, 0.2)), (60, last, (0.7, 0.85, 1.0))):
        wanted, _ = T_POSE.forward_kinematics(np.array(root), np.array(list(pose.values())))
        np.testing.assert_allclose(motion.positions[frame], wanted, atol=1e-6)
    free = backend.generate(asked())[0]
    fastest = [np.linalg.norm(np.diff(m.positions, axis=0), axis=-1).max() for m in (free, motion)]
    assert fastest[1] < fastest[0] + 0.3


def test_part_of_the_body_can_be_kept(backend: EmbeddedBackend) -> None:
    kept = backend.generate(asked(seed=1))[0]
    legs = ("left_hip", "left_knee", "right_hip", "right_knee")
    at = [T_POSE.joint_index(joint) for joint in legs]
    poses = [
        PoseKeyframe(f, {j: tuple(kept.local_rotations[f, k]) for j, k in zip(legs, at, strict=True)})
        for f in range(90)
    ]
    (motion,) = backend.generate(asked(*poses, seed=2))
    same = np.abs(np.sum(motion.local_rotations[:, at] * kept.local_rotations[:, at], axis=-1))
    np.testing.assert_allclose(same, 1.0, atol=1e-9)
    assert np.abs(motion.local_rotations[:, 16:] - kept.local_rotations[:, 16:]).max() > 0.01


@pytest.mark.parametrize(
    ("joint", "place"),
    [("left_wrist", (0.35, 1.3, 0.3)), ("right_foot", (-0.1, 0.3, 0.3)), ("right_ankle", (-0.15, 0.25, 0.2)),
     ("right_wrist", (-1.5, 0.9, 1.5)), ("pelvis", (0.4, 0.8, 0.5))],
)  # fmt: skip
def test_hands_and_feet_reach_their_targets(joint: str, place: tuple[float, float, float]) -> None:
    backend = EmbeddedBackend()
    (motion,) = backend.generate(
        asked(EffectorTarget(joint, (45,), (place,)), prompt="a person stands still")
    )
    assert np.linalg.norm(motion.positions[45, T_POSE.joint_index(joint)] - place) < 0.02


def test_a_hand_takes_the_orientation_that_is_asked_for() -> None:
    turn = tuple(float(v) for v in rotation_about_axis("y", 0.7))
    target = EffectorTarget("left_wrist", (45,), ((0.35, 1.3, 0.3),), (turn,))  # type: ignore[arg-type]
    (motion,) = EmbeddedBackend().generate(asked(target, prompt="a person stands still"))
    assert abs(float(np.dot(motion.world_transforms[1][45, T_POSE.joint_index("left_wrist")], turn))) > 0.9999


def test_a_loop_ends_in_its_first_pose_height_and_heading(backend: EmbeddedBackend) -> None:
    (motion,) = backend.generate(asked(loop=True))
    body = motion.positions - motion.root_translation[:, None] * [1, 0, 1]
    steps = np.linalg.norm(np.diff(body, axis=0), axis=-1).mean(axis=-1)
    assert np.linalg.norm(body[-1] - body[0], axis=-1).mean() <= np.median(steps)


def test_prompts_follow_one_another_without_a_jump() -> None:
    prompts = ("a person walks forward", "a person jumps", "a person walks backward")
    request = MotionRequest(tuple(TextSegment(p, 90) for p in prompts), FPS)
    (motion,) = EmbeddedBackend().generate(request)
    assert len(motion) == 270
    travel = motion.root_translation[:, 2]
    assert travel[80] - travel[0] > 0.8 and travel[269] - travel[190] < -0.5
    feet = motion.positions[100:190, [7, 8], 1]
    assert feet.min(axis=1).max() > 0.2
    speed = np.linalg.norm(np.diff(motion.positions, axis=0), axis=-1).max(axis=-1) * FPS
    seams = [*range(85, 95), *range(175, 185)]
    assert speed.max() < 9.0 and speed[seams].max() < 1.1 * np.delete(speed, seams).max()


def test_a_segment_may_have_a_seed_of_its_own(backend: EmbeddedBackend) -> None:
    def made(seed: int | None) -> Motion:
        segments = (TextSegment("walks", 90, seed=5), TextSegment("walks", 90, seed=seed))
        return backend.generate(MotionRequest(segments, FPS))[0]

    one, same, other = made(6), made(6), made(7)
    np.testing.assert_allclose(one.local_rotations, same.local_rotations, atol=1e-6)
    assert np.abs(one.local_rotations[120:] - other.local_rotations[120:]).max() > 1e-2


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        (RootPath((), ()), "no frames"),
        (RootPath((5, 5), ((0, 0), (1, 1))), "ascend"),
        (RootPath((0, 90), ((0, 0), (1, 1))), "frames 0 to 89"),
        (RootPath((-1,), ((0, 0),)), "frame -1"),
        (RootPath((0,), ((0, math.nan),)), "not finite"),
        (RootPath((0, 1), ((0, 0),)), "needs 2 number"),
        (RootPath((0,), ((0, 0),), (math.inf,)), "heading_radians"),
        (EffectorTarget("head", (0,), ((0, 1, 0),)), "cannot hold the joint 'head'"),
        (EffectorTarget("left_wrist", (0,), ((0, 1e9, 0),)), "beyond 1000"),
        (EffectorTarget("left_wrist", (0,), ((0, 1, 0),), ((0, 0, 0, 0),)), "length zero"),
        (PoseKeyframe(3, {"tail": STILL}), "'tail'"),
        (PoseKeyframe(3, {"neck": (0, 0, 0, 0)}), "length zero"),
        (PoseKeyframe(300, {"neck": STILL}), "frame 300"),
    ],
)  # fmt: skip
def test_malformed_constraints_are_refused_in_one_sentence(
    backend: EmbeddedBackend, constraint: object, message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        backend.generate(asked(constraint))


def test_without_constraints_nothing_changes() -> None:
    take = Clip(np.tile(STILL, (9, 22, 1)), np.zeros((9, 3)), np.zeros(9))
    goals = collect_goals(asked(frames=9), T_POSE)
    assert not goals.has_goals
    np.testing.assert_array_equal(
        apply_constraints(take, goals, T_POSE).local_rotations, take.local_rotations
    )


def test_requests_that_are_computed_together_get_what_they_would_get_alone() -> None:
    backend = EmbeddedBackend()
    requests = [
        asked(prompt="a person walks forward", seed=1),
        asked(RootPath((0, 50), ((0.0, 0.0), (1.0, 1.0))), frames=70, prompt="a person runs", guidance=2.0),
        asked(PoseKeyframe(3, {"tail": STILL})),
        asked(prompt="a person jumps", num_samples=2, diffusion_steps=6),
        asked(prompt="a person sits down"),
    ]
    asks = [GenerationJob(request, cancelled=lambda k=k: k == 4) for k, request in enumerate(requests)]  # type: ignore[misc]
    outcomes = backend.generate_many(asks)
    assert isinstance(outcomes[2], RequestError) and isinstance(outcomes[4], Cancelled)
    for k in (0, 1, 3):
        for together, alone in zip(outcomes[k], backend.generate(requests[k]), strict=True):  # type: ignore[arg-type]
            np.testing.assert_allclose(together.positions, alone.positions, atol=1e-3)
            assert together.provenance == alone.provenance


def test_a_body_turns_from_the_pose_it_starts_in_to_its_path() -> None:
    backend = EmbeddedBackend()
    (stand,) = backend.generate(asked(prompt="a person stands still"))
    pose = {
        name: tuple(turn) for name, turn in zip(T_POSE.joint_names, stand.local_rotations[0], strict=True)
    }
    frames = (0, 15, 30, 45, 60, 75, 89)
    aside = tuple((f / 30, 0.0) for f in frames)
    (motion,) = backend.generate(
        asked(
            RootPath(frames, aside), PoseKeyframe(0, pose, (0.0, 0.93, 0.0)), prompt="a person walks forward"
        )  # type: ignore[arg-type]
    )
    assert abs(facing(motion)[0]) < 0.3
    assert np.abs(facing(motion)[45:] - math.pi / 2).mean() < 0.3
