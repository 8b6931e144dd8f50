# SPDX-License-Identifier: GPL-3.0-or-later
"""ARDY as a backend, with random weights: backend, request_plan, goal_conditions, smpl_pose."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from kinescribe.inference.ardy import backend as ardy_backend
from kinescribe.inference.ardy import load_ardy
from kinescribe.inference.ardy.backend import ArdyBackend
from kinescribe.inference.ardy.conditions import read_constraints
from kinescribe.inference.ardy.goal_conditions import find_first_heading, find_start, make_conditions
from kinescribe.inference.ardy.request_plan import draw_noise, plan_request
from kinescribe.inference.ardy.skeleton import (
    NAMES,
    compute_global_rotations,
    compute_local_rotations,
    compute_positions,
)
from kinescribe.inference.ardy.smpl_pose import LIMB_NAMES, SCALE, to_ardy_pose, to_motion
from kinescribe.inference.backend import Backend
from kinescribe.motion import (
    T_POSE,
    BackendError,
    Cancelled,
    Motion,
    MotionRequest,
    RequestError,
    make_text_request,
)
from kinescribe.motion.constraints import Clip, collect_goals
from kinescribe.motion.request import (
    EffectorTarget,
    PoseKeyframe,
    RequestOptions,
    RootPath,
    TextSegment,
    UnconditionedSegment,
)
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    matrix_to_quaternion,
    normalise,
    quaternion_to_axis_angle,
    quaternion_to_matrix,
)
from kinescribe.motion.skeleton import SMPL_JOINTS

from devtools.testing.ardy_files import SMALL, write_checkpoint


class FakeEncoder:
    """Give each sentence a vector of its own."""

    def __init__(self, width: int = SMALL.text_width) -> None:
        self.width = width
        self.sentences: list[str] = []

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        self.sentences += sentences
        seeds = [sum(sentence.encode()) for sentence in sentences]
        return np.stack([np.random.default_rng(seed).standard_normal(self.width) for seed in seeds])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("ardy"))


@pytest.fixture
def backend(folder: Path) -> ArdyBackend:
    return ArdyBackend(folder, FakeEncoder())


WALK = make_text_request("a person walks", 3.0, 24.0, seed=4, diffusion_steps=2)


def with_options(request: MotionRequest, **changes: object) -> MotionRequest:
    return replace(request, options=replace(request.options, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("fps", "frames"), [(20, 60), (24, 72), (30, 91), (59.94, 31), (120, 61), (12, 300)])
def test_a_request_becomes_motions_of_its_length_and_rate(
    backend: ArdyBackend, fps: float, frames: int
) -> None:
    request = MotionRequest(
        (TextSegment("a person walks", frames),), fps, options=RequestOptions(diffusion_steps=2)
    )
    (motion,) = backend.generate(request)
    assert len(motion) == frames
    assert motion.fps == fps
    assert motion.skeleton is T_POSE
    assert motion.contacts is not None
    assert motion.provenance.prompt == "a person walks"
    assert motion.provenance.model.startswith("ARDY ")
    assert np.abs(motion.root_translation[0, [0, 2]]).max() < 0.2


def test_the_same_request_gives_the_same_motions(backend: ArdyBackend) -> None:
    first = backend.generate(with_options(WALK, num_samples=2))
    again = backend.generate(with_options(WALK, num_samples=2))
    (alone,) = backend.generate(with_options(WALK, seed=5))
    assert [m.provenance.seed for m in first] == [4, 5]
    for a, b in [*zip(first, again, strict=True), (first[1], alone)]:
        assert np.array_equal(a.local_rotations, b.local_rotations)
        assert np.array_equal(a.root_translation, b.root_translation)
    assert np.abs(first[0].local_rotations - first[1].local_rotations).max() > 0.05


def test_it_is_a_backend(backend: ArdyBackend) -> None:
    checked: Backend = backend
    assert checked.capabilities().supports_loop


def test_a_path_is_followed_exactly(backend: ArdyBackend) -> None:
    frames = tuple(range(0, 72, 6))
    points = tuple((5 + 0.05 * f, 3 + 0.02 * f) for f in frames)
    (motion,) = backend.generate(replace(WALK, constraints=(RootPath(frames, points),)))
    assert np.abs(motion.root_translation[list(frames)][:, [0, 2]] - points).max() < 1e-6


def test_poses_and_targets_are_reached_exactly(backend: ArdyBackend) -> None:
    elbow = tuple(axis_angle_to_quaternion([0, -1.0, 0]).tolist())
    pose = PoseKeyframe(10, {"left_elbow": elbow})
    hips = EffectorTarget("pelvis", (0, 40), ((0.0, 0.9, 0.0), (0.2, 0.95, 0.3)))
    wrist, shoulder = SMPL_JOINTS.index("right_wrist"), SMPL_JOINTS.index("right_shoulder")
    (free,) = backend.generate(replace(WALK, constraints=(hips, pose)))
    reachable = positions_of(free)[40, shoulder] + [0.1, -0.2, 0.2]
    x, y, z = reachable.tolist()
    target = EffectorTarget("right_wrist", (40,), ((x, y, z),))
    (motion,) = backend.generate(replace(WALK, constraints=(hips, pose, target)))
    joint = SMPL_JOINTS.index("left_elbow")
    assert angle_between(motion.local_rotations[10, joint], elbow) < 1e-5
    assert np.linalg.norm(motion.root_translation[40] - (0.2, 0.95, 0.3)) < 1e-6
    assert np.linalg.norm(positions_of(motion)[40, wrist] - reachable) < 0.001


def positions_of(motion: Motion) -> np.ndarray:
    return T_POSE.forward_kinematics(motion.root_translation, motion.local_rotations)[0]


def test_loops_close(backend: ArdyBackend) -> None:
    (motion,) = backend.generate(with_options(WALK, loop=True))
    assert np.degrees(angle_between(motion.local_rotations[0], motion.local_rotations[-1])).max() < 1.0


def test_each_action_is_encoded_once_and_parts_are_split(folder: Path) -> None:
    encoder = FakeEncoder()
    backend = ArdyBackend(folder, encoder)
    request = MotionRequest(
        (
            TextSegment("a person walks, then sits down", 100),
            UnconditionedSegment(30),
            TextSegment("a person walks", 40),
        ),
        20.0,
        options=RequestOptions(diffusion_steps=2),
    )
    (motion,) = backend.generate(request)
    assert len(motion) == 170
    assert encoder.sentences == ["a person walks", "a person sits down"]


def test_windows_end_where_the_text_changes() -> None:
    request = MotionRequest(
        (TextSegment("a person walks", 36), TextSegment("a person waves", 72), UnconditionedSegment(2)),
        24.0,
        options=RequestOptions(transition_frames=0),
    )
    plan = plan_request(request, SMALL)
    assert plan.frames == 92
    assert sum(plan.kept) == 23
    ends = np.cumsum(plan.kept)
    changes = [int(e) for e, (a, b) in zip(ends, pairwise(plan.window_segments), strict=False) if a != b]
    assert changes[0] in (7, 8)  # 1.5 s
    assert changes[1] in (22, 23)
    early = plan_request(with_options(request, transition_frames=24), SMALL)
    assert early.kept[0] == round((1.5 - 0.5) * 5)


@pytest.mark.parametrize("fps", [12, 24, 25, 30, 59.94, 60, 120])
def test_a_length_of_whole_windows_needs_no_further_one(fps: float) -> None:
    plan = plan_request(make_text_request("a person walks", 4.0, fps), SMALL)
    assert plan.kept == (10, 10)


def test_a_change_of_text_changes_what_follows_only(backend: ArdyBackend) -> None:
    first = TextSegment("a person walks", 60)
    options = RequestOptions(diffusion_steps=2, transition_frames=0)
    made = [
        backend.generate(MotionRequest((first, TextSegment(text, 60)), 20.0, options=options))[0]
        for text in ("a person waves", "a person jumps")
    ]
    a, b = (m.local_rotations for m in made)
    # the smoothing of feet and the mean height see the whole motion, joints of the arms do not
    arms = [SMPL_JOINTS.index(name) for name in ("left_elbow", "right_elbow")]
    assert np.degrees(angle_between(a[:56, arms], b[:56, arms])).max() < 0.1
    assert np.degrees(angle_between(a[64:, arms], b[64:, arms])).max() > 1


def test_segments_with_their_own_seed() -> None:
    segments = (TextSegment("a", 40), TextSegment("b", 80, seed=9), TextSegment("c", 40))
    plan = plan_request(MotionRequest(segments, 20.0), SMALL)
    own = [w for w, s in enumerate(plan.window_segments) if s == 1]
    one, other = (draw_noise(plan, seed, 0, SMALL) for seed in (1, 2))
    assert np.array_equal(one[own], other[own])
    assert np.abs(one - other)[[w for w in range(len(one)) if w not in own]].min(axis=(1, 2)).max() > 0
    assert not np.array_equal(one[own], draw_noise(plan, 1, 1, SMALL)[own])


def test_progress_counts_all_steps(backend: ArdyBackend) -> None:
    target = EffectorTarget("left_wrist", (40,), ((0.1, 1.2, 0.4),))
    for constraints, steps in (((), 2), ((target,), 2 + 2)):
        calls: list[tuple[int, int]] = []
        backend.generate(
            replace(with_options(WALK, num_samples=2), constraints=constraints),
            lambda done, total, calls=calls: calls.append((done, total)),
        )
        windows = len(plan_request(WALK, SMALL).kept)
        assert calls == [(k, 2 * steps * windows) for k in range(1, 2 * steps * windows + 1)]


def test_cancel_ends_a_generation_between_layers(backend: ArdyBackend) -> None:
    checks: list[int] = []

    def cancelled() -> bool:
        checks.append(1)
        return len(checks) > 12

    with pytest.raises(Cancelled):
        backend.generate(WALK, cancelled=cancelled)  # while weights are read
    backend.generate(WALK)
    checks.clear()
    with pytest.raises(Cancelled):
        backend.generate(WALK, cancelled=cancelled)
    assert len(checks) == 13
    with pytest.raises(Cancelled):
        backend.generate(WALK, cancelled=lambda: True)
    assert len(backend.generate(WALK)) == 1


def test_a_generation_that_waits_for_another_can_be_cancelled(backend: ArdyBackend) -> None:
    waiting, go_on = threading.Event(), threading.Event()

    def block(done: int, total: int) -> None:
        waiting.set()
        go_on.wait(20)

    thread = threading.Thread(target=lambda: backend.generate(WALK, block))
    thread.start()
    try:
        assert waiting.wait(20)
        with pytest.raises(Cancelled):
            backend.generate(WALK, cancelled=lambda: True)
    finally:
        go_on.set()
        thread.join(20)


def test_memory_is_given_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []

    def count_loads(path: Path, *_others: object, is_sparing: bool) -> object:
        loads.append(path)
        return load_ardy(path, is_sparing=is_sparing)

    monkeypatch.setattr(ardy_backend, "load_ardy", count_loads)
    backend = ArdyBackend(folder, FakeEncoder(), idle_seconds=0.01)
    for count in (1, 2):
        backend.generate(WALK)
        for _ in range(500):
            if backend._model is None:
                break
            threading.Event().wait(0.01)
        assert backend._model is None
        assert len(loads) == count
    kept = ArdyBackend(folder, FakeEncoder())
    kept.generate(WALK)
    kept.generate(WALK)
    assert len(loads) == 3
    kept.release()
    kept.generate(WALK)
    assert len(loads) == 4


def test_many_steps_are_limited_to_those_that_there_are(backend: ArdyBackend) -> None:
    fifty, ten = (backend.generate(with_options(WALK, diffusion_steps=n))[0] for n in (50, 10))
    assert np.array_equal(fifty.local_rotations, ten.local_rotations)


def test_wrong_requests_and_encoders(folder: Path) -> None:
    backend = ArdyBackend(folder, FakeEncoder(width=7))
    with pytest.raises(RequestError, match="7 numbers does not fit"):
        backend.generate(WALK)
    with pytest.raises(RequestError, match=r"not 0\.1"):
        backend.generate(make_text_request("a person walks", 0.1, 20.0))

    class Silent:
        def encode(self, sentences: Sequence[str]) -> np.ndarray:
            return np.zeros((0, SMALL.text_width))

    with pytest.raises(BackendError, match="no vector for each prompt"):
        ArdyBackend(folder, Silent()).generate(WALK)


def random_pose(seed: int, frames: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Local rotations (frames, 22, 4) and root positions (frames, 3) on ``T_POSE``."""
    rng = np.random.default_rng(seed)
    local = axis_angle_to_quaternion(rng.normal(0, 0.4, (frames, 22, 3)))
    return local, rng.normal(0, 1, (frames, 3)) + [0, 1, 0]


def test_limbs_keep_their_directions() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.normal(0, 0.4, (6, 27, 3))
    local = quaternion_to_matrix(axis_angle_to_quaternion(vectors))
    rotations, root = compute_global_rotations(local), rng.normal(0, 1, (6, 3))
    joints = compute_positions(rotations, root)
    motion = to_motion(root, rotations, np.zeros((6, 4), bool), 20.0)
    positions, _ = T_POSE.forward_kinematics(motion.root_translation, motion.local_rotations)
    worst = 0.0
    for side in ("Left", "Right"):
        for ours, theirs in (
            (("shoulder", "elbow"), ("Arm", "ForeArm")),
            (("elbow", "wrist"), ("ForeArm", "Hand")),
            (("hip", "knee"), ("UpLeg", "Leg")),
            (("knee", "ankle"), ("Leg", "Foot")),
            (("ankle", "foot"), ("Foot", "ToeBase")),
        ):
            a, b = (SMPL_JOINTS.index(f"{side.lower()}_{name}") for name in ours)
            c, d = (NAMES.index(f"{side}{name}") for name in theirs)
            made = normalise(positions[:, b] - positions[:, a])
            meant = normalise(joints[:, d] - joints[:, c])
            worst = max(worst, float(np.degrees(np.arccos(np.clip((made * meant).sum(-1), -1, 1))).max()))
    assert worst < 0.01
    np.testing.assert_allclose(positions[:, 0], root / SCALE, atol=1e-9)


def test_poses_come_back_from_ardys_joints() -> None:
    local, root = random_pose(1)
    rotations, hips = to_ardy_pose(local, root)
    back = to_motion(hips, rotations, np.zeros((4, 4), bool), 20.0)
    np.testing.assert_allclose(back.root_translation, root, atol=1e-9)
    assert np.degrees(angle_between(back.local_rotations, local)).max() < 1e-3


def test_a_whole_pose_is_told_as_ardys_own_constraint() -> None:
    local, root = random_pose(2, 1)
    rotations = dict(zip(SMPL_JOINTS, (tuple(q) for q in local[0].tolist()), strict=True))
    x, y, z = root[0].tolist()
    request = replace(
        make_text_request("a person walks", 2.0, 20.0),
        constraints=(PoseKeyframe(7, rotations, (x, y, z)),),
    )
    goals = collect_goals(request, T_POSE, 20, 40)
    known = make_conditions(goals, np.zeros(3))
    world, hips = to_ardy_pose(local, root)
    vectors = quaternion_to_axis_angle(matrix_to_quaternion(compute_local_rotations(world)))
    constraint = {
        "type": "fullbody",
        "frame_indices": [7],
        "local_joints_rot": vectors.tolist(),
        "root_positions": hips.tolist(),
    }
    meant = read_constraints([constraint], 40)
    assert np.array_equal(known.mask, meant.mask)
    # the heading of the body is that of hips and shoulders, ARDY's that of the hips
    columns = [c for c in range(330) if c not in (3, 4)]
    np.testing.assert_allclose(known.values[7, columns], meant.values[7, columns], atol=1e-5)
    partial = dict(list(rotations.items())[:4])
    request = replace(request, constraints=(PoseKeyframe(7, partial, (x, y, z)),))
    known = make_conditions(collect_goals(request, T_POSE, 20, 40), np.zeros(3))
    assert int(known.mask.sum()) == 5  # position and heading of the hips


def test_a_pose_without_a_height_stands_on_the_ground() -> None:
    local, _ = random_pose(2, 1)
    rotations = dict(zip(SMPL_JOINTS, (tuple(q) for q in local[0].tolist()), strict=True))
    request = replace(
        make_text_request("a person walks", 2.0, 20.0), constraints=(PoseKeyframe(7, rotations),)
    )
    known = make_conditions(collect_goals(request, T_POSE, 20, 40), np.zeros(3))
    heights = known.values[7, 6:83:3]
    assert abs(min(heights.min(), known.values[7, 1])) < 1e-9
    assert not known.mask[7, [0, 2]].any()


def test_targets_are_told_with_the_hips_of_the_sketch() -> None:
    local, root = random_pose(5, 40)
    target = EffectorTarget("left_wrist", (11,), ((0.1, 1.2, 0.4),))
    request = replace(make_text_request("a person walks", 2.0, 20.0), constraints=(target,))
    goals = collect_goals(request, T_POSE, 20, 40)
    sketch = Clip(local, root, np.zeros(40))
    start = np.array([0.5, 0, -0.5])
    assert not make_conditions(goals, start).mask.any()
    known = make_conditions(goals, start, sketch)
    assert np.flatnonzero(known.mask.any(axis=1)).tolist() == [11]
    assert int(known.mask.sum()) == 3 + 2 + 2 * 3 + 2 * 6
    np.testing.assert_allclose(known.values[11, :3], (root[11] - start) * SCALE, atol=1e-9)
    assert LIMB_NAMES["left_wrist"] == "LeftHand"


def test_a_path_gives_start_and_heading() -> None:
    path = RootPath((0, 20, 40), ((5.0, 3.0), (5.1, 3.0), (6.0, 3.0)))
    request = replace(make_text_request("a person walks", 3.0, 20.0), constraints=(path,))
    goals = collect_goals(request, T_POSE, 20, 60)
    assert find_start(goals).tolist() == [5, 0, 3]
    assert find_first_heading(goals) == pytest.approx(np.pi / 2)
    known = make_conditions(goals, find_start(goals))
    np.testing.assert_allclose(known.values[40, [0, 2]], [SCALE, 0], atol=1e-9)
    facing = replace(path, heading_radians=(0.3, 0.4, 0.5))
    goals = collect_goals(replace(request, constraints=(facing,)), T_POSE, 20, 60)
    assert find_first_heading(goals) == 0.3
    assert find_first_heading(collect_goals(WALK, T_POSE)) == 0.0
