# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.directing``, ``motion.contact.seams``: takes are continued and redone, the rest keeps every bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from kinescribe.inference.directing import (
    Part,
    check_parts,
    continue_motion,
    find_part,
    redo_part,
    redo_range,
)
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion import SMPL_JOINTS, T_POSE, Cancelled, Motion, RequestError, make_text_request
from kinescribe.motion.contact.seams import join_frames, move_over_floor
from kinescribe.motion.request import MotionRequest, PoseKeyframe, TextSegment
from kinescribe.motion.rotations import angle_between, conjugate, identity_rotations, multiply, rotate

from devtools.testing.seam_errors import (
    is_bit_equal,
    make_parts,
    measure_foot_slide,
    measure_speed_ratio,
    range_seams,
)

FPS = 24.0
MODEL = EmbeddedBackend()
ARMS = [joint for joint in SMPL_JOINTS if joint.partition("_")[2] in ("collar", "shoulder", "elbow", "wrist")]


@pytest.fixture(scope="module")
def walk() -> Motion:
    return MODEL.generate(make_text_request("a person walks forward", 4.0, FPS, 3))[0]


PROMPTS = ("a person walks forward", "a person waves", "a person walks backward")


@pytest.fixture(scope="module")
def sequence() -> Motion:
    segments = tuple(TextSegment(prompt, 48) for prompt in PROMPTS)
    return MODEL.generate(MotionRequest(segments, FPS))[0]


def standing(frames: int, fps: float = FPS) -> Motion:
    root = np.tile([0.0, 0.925, 0.0], (frames, 1))
    return Motion(T_POSE, fps, root, identity_rotations(frames, 22))


def check_seams(motion: Motion, start: int, end: int) -> None:
    for seam in range_seams(len(motion), start, end):
        assert measure_speed_ratio(motion.positions, motion.fps, seam) <= 1.5
        assert measure_foot_slide(motion, seam) <= 0.02


def test_a_continuation_keeps_the_take_and_goes_on(walk: Motion) -> None:
    (longer,) = continue_motion(MODEL, walk, "a person jumps", 4.0, seed=1)
    assert len(longer) == 2 * len(walk)
    assert is_bit_equal(walk, longer, slice(None))
    assert longer.provenance.prompt == "a person walks forward, then a person jumps"
    check_seams(longer, len(walk), len(longer) - 1)
    # the model made it, and it is not the last pose held
    assert np.ptp(longer.root_translation[len(walk) :, 1]) > 0.3


def test_what_a_continuation_asks_for_begins_with_the_new_frames(walk: Motion) -> None:
    (longer,) = continue_motion(MODEL, walk, "a person kicks with the right leg", 2.0, seed=1)
    assert longer.positions[len(walk) :, SMPL_JOINTS.index("right_foot"), 1].max() > 0.6


def test_samples_differ_and_seeds_repeat(walk: Motion) -> None:
    first, second = continue_motion(MODEL, walk, "a person turns left", 1.0, seed=4, samples=2)
    (again,) = continue_motion(MODEL, walk, "a person turns left", 1.0, seed=5)
    assert not is_bit_equal(first, second, slice(len(walk), None))
    np.testing.assert_allclose(again.positions, second.positions, atol=1e-3)


def test_a_take_of_one_frame_can_be_continued() -> None:
    (longer,) = continue_motion(MODEL, standing(1), "a person waves", 1.0)
    assert len(longer) == 25
    assert is_bit_equal(standing(1), longer, slice(None))


@pytest.mark.parametrize(("start", "end"), [(30, 60), (0, 40), (50, 95), (0, 95), (40, 46)])
def test_a_range_is_redone_and_the_rest_keeps_every_bit(walk: Motion, start: int, end: int) -> None:
    (redone,) = redo_range(MODEL, walk, start, end, "a person jogs", seed=7)
    assert len(redone) == len(walk)
    assert redone.provenance.prompt == walk.provenance.prompt
    assert is_bit_equal(walk, redone, slice(0, start))
    assert is_bit_equal(walk, redone, slice(end + 1, None))
    assert not is_bit_equal(walk, redone, slice(start, end + 1))
    check_seams(redone, start, end)
    if start == 0:
        np.testing.assert_allclose(
            redone.root_translation[0, [0, 2]], walk.root_translation[0, [0, 2]], atol=0.03
        )


def test_someone_who_walks_slowly_sits_down_when_asked_to() -> None:
    # the network goes on walking if it is told of the given poses from the first step on, with any seed
    slow = MODEL.generate(make_text_request("a person walks forward", 4.0, FPS, 910))[0]
    assert np.linalg.norm(slow.root_translation[-1] - slow.root_translation[0]) < 3.0, "no slow walk"
    longer = continue_motion(MODEL, slow, "a person sits down", 3.0, seed=810)[0]
    assert is_bit_equal(slow, longer, slice(None))
    assert longer.root_translation[-1, 1] < 0.72
    seam = range_seams(len(longer), len(slow), len(longer) - 1)[0]
    assert measure_speed_ratio(longer.positions, FPS, seam) <= 1.5
    assert measure_foot_slide(longer, seam) <= 0.02


def test_an_action_is_done_again_when_it_is_continued_by_itself() -> None:
    kick = MODEL.generate(make_text_request("a person kicks", 2.0, FPS, 1))[0]
    longer = continue_motion(MODEL, kick, "a person kicks", 2.0, seed=2)[0]
    ankles = [longer.skeleton.joint_index(f"{side}_ankle") for side in ("left", "right")]
    assert longer.positions[len(kick) :, ankles, 1].max() > 0.4


def test_a_foot_that_stands_at_both_seams_steps_from_one_place_to_the_other() -> None:
    new = standing(60)
    after = replace(standing(12), root_translation=standing(12).root_translation + [0.0, 0.0, 0.08])
    joined = join_frames(replace(new, contacts=np.zeros((60, 4), bool)), standing(12), after, 8)
    ankle = joined.positions[:, joined.skeleton.joint_index("left_ankle")]
    for kept, frames in ((11, slice(11, 18)), (48, slice(42, 48))):
        away = np.linalg.norm(ankle[frames][:, [0, 2]] - ankle[kept, [0, 2]], axis=1)
        assert away.max() < 1e-3
    assert ankle[20:40, 1].max() > ankle[0, 1] + 0.02, "it slides over the floor"
    assert joined.contacts is not None and joined.contacts[12:48].any(), (
        "contacts are those of the new motion alone"
    )


def test_an_empty_prompt_means_those_of_the_parts(walk: Motion) -> None:
    parts = [Part("a person walks forward", 0, 47), Part("a person jogs", 48, 95)]
    by_parts = redo_range(MODEL, walk, 60, 80, parts=parts, seed=2)[0]
    by_prompt = redo_range(MODEL, walk, 60, 80, "a person jogs", parts, seed=2)[0]
    by_take = redo_range(MODEL, walk, 60, 80, seed=2)[0]
    assert is_bit_equal(by_parts, by_prompt, slice(None))
    assert not is_bit_equal(by_parts, by_take, slice(None))
    assert find_part(parts, 48) == parts[1]
    assert find_part(parts, 96) is None


def test_own_keys_inside_of_a_range_are_met_exactly(walk: Motion) -> None:
    other = MODEL.generate(make_text_request("a person waves", 4.0, FPS, 9))[0]
    place = walk.root_translation[43]
    key = PoseKeyframe(
        43,
        {joint: tuple(other.local_rotations[50, k]) for k, joint in enumerate(SMPL_JOINTS)},
        tuple(place),
    )
    (redone,) = redo_range(MODEL, walk, 40, 70, seed=1, constraints=[key])
    np.testing.assert_allclose(redone.root_translation[43], place, atol=1e-6)
    assert np.degrees(angle_between(redone.local_rotations[43], other.local_rotations[50])).max() < 1e-3
    assert is_bit_equal(walk, redone, slice(0, 40))


def test_only_the_arms_are_redone(walk: Motion) -> None:
    (redone,) = redo_range(MODEL, walk, 24, 72, "a person walks forward and waves", seed=2, joints=ARMS)
    arms = [SMPL_JOINTS.index(joint) for joint in ARMS]
    others = [k for k in range(22) if k not in arms]
    assert np.array_equal(redone.root_translation, walk.root_translation)
    assert np.array_equal(redone.local_rotations[:, others], walk.local_rotations[:, others])
    assert is_bit_equal(walk, redone, slice(0, 24))
    assert is_bit_equal(walk, redone, slice(73, None))
    assert (
        np.degrees(angle_between(redone.local_rotations[:, arms], walk.local_rotations[:, arms])).max() > 20
    )
    assert redone.positions[30:66, [20, 21], 1].max() > 1.2


def test_later_parts_move_rigidly_or_stay(sequence: Motion) -> None:
    parts = make_parts([48, 48, 48], (PROMPTS[0], "a person walks and turns left", PROMPTS[2]))
    (moved,) = redo_part(MODEL, sequence, parts, 1, seed=3)
    assert is_bit_equal(sequence, moved, slice(0, 48))
    check_seams(moved, 48, 95)
    turn = multiply(moved.local_rotations[96:, 0], conjugate(sequence.local_rotations[96:, 0]))
    assert np.degrees(angle_between(turn, turn[:1])).max() < 0.01
    assert np.abs(turn[:, [1, 3]]).max() < 1e-9  # about the vertical
    expected = moved.positions[96, 0] + rotate(turn[0], sequence.positions[96:] - sequence.positions[96, 0])
    assert np.linalg.norm(moved.positions[96:] - expected, axis=-1).max() < 1e-4
    np.testing.assert_array_equal(moved.root_translation[96:, 1], sequence.root_translation[96:, 1])
    assert np.linalg.norm(moved.root_translation[96] - sequence.root_translation[96]) > 0.05

    (arrived,) = redo_part(MODEL, sequence, parts, 1, seed=3, arrive=True)
    assert is_bit_equal(sequence, arrived, slice(0, 48))
    assert is_bit_equal(sequence, arrived, slice(96, None))
    check_seams(arrived, 48, 95)


def test_doubts_follow_the_parts_of_a_take(sequence: Motion) -> None:
    parts = make_parts([48, 48, 48], PROMPTS)
    unknown = replace(parts[1], prompt="a person yodels")
    (doubted,) = redo_part(MODEL, sequence, [parts[0], unknown, parts[2]], 1, seed=3, arrive=True)
    assert doubted.provenance.doubted == ("a person yodels",)
    (kept,) = redo_part(MODEL, doubted, [parts[0], unknown, parts[2]], 2, seed=3)
    assert kept.provenance.doubted == doubted.provenance.doubted
    (mended,) = redo_part(MODEL, kept, parts, 1, seed=3, arrive=True)
    assert mended.provenance.doubted == ()


def test_a_part_can_become_longer_and_the_last_one_ends_freely(sequence: Motion) -> None:
    parts = make_parts([48, 48, 48], PROMPTS)
    (longer,) = redo_part(MODEL, sequence, parts, 2, frame_count=60)
    assert len(longer) == len(sequence) + 12
    assert is_bit_equal(sequence, longer, slice(0, 96))
    (first,) = redo_part(MODEL, sequence, parts, 0, frame_count=36, arrive=True)
    assert len(first) == len(sequence) - 12
    assert is_bit_equal(first, sequence, slice(36, None), 12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: redo_range(MODEL, m, 60, 40), "ends at frame 40, before its start 60"),
        (lambda m: redo_range(MODEL, m, -1, 40), "not within the take"),
        (lambda m: redo_range(MODEL, m, 40, 96), "has frames 0 to 95"),
        (lambda m: redo_range(MODEL, m, 40, 42), "has 3 frame"),
        (lambda m: redo_range(MODEL, m, 0, 40, joints=["tail"]), "no joint called tail"),
        (lambda m: redo_range(MODEL, m, 0, 40, joints=["pelvis"]), "hips carry"),
        (lambda m: redo_range(MODEL, m, 0, 40, "a" * 1001), "1001 characters"),
        (lambda m: continue_motion(MODEL, m, " ", 2.0), "prompt is empty"),
        (lambda m: continue_motion(MODEL, m, "a person waves", 0.0), "not possible"),
        (lambda m: continue_motion(MODEL, m, "a person waves", 700.0), "0.3 to 600 seconds"),
        (lambda m: redo_part(MODEL, m, [Part("a", 0, 95)], 1), "no part number 2"),
        (lambda m: redo_part(MODEL, m, [Part("a", 0, 50), Part("b", 50, 95)], 0), "overlap at frame 50"),
        (lambda m: redo_part(MODEL, m, [Part("a", 0, 50), Part("b", 60, 55)], 0), "has no length"),
        (lambda m: redo_part(MODEL, m, [Part("a", 0, 96)], 0), "ends at frame 96, after"),
        (lambda m: redo_part(MODEL, m, [Part("a", -2, 50)], 0), "starts at frame -2, before"),
        (lambda m: redo_part(MODEL, m, [Part("a", 0, 50)], 0, frame_count=2), "has 2 frame"),
    ],
)
def test_bad_input_is_one_sentence(walk: Motion, change: Callable[[Motion], object], message: str) -> None:
    def run_no_model(*_args: object) -> None:
        raise AssertionError("the model ran")

    backend_generate, MODEL.generate = MODEL.generate, run_no_model  # type: ignore[method-assign]
    try:
        with pytest.raises(RequestError, match=message) as caught:
            change(walk)
    finally:
        MODEL.generate = backend_generate  # type: ignore[method-assign]
    assert "\n" not in str(caught.value)


def test_another_body_and_a_model_without_poses_are_refused(walk: Motion) -> None:
    skeleton = replace(T_POSE, rest_offsets=1.2 * T_POSE.rest_offsets)
    with pytest.raises(RequestError, match="not on the model's body"):
        redo_range(MODEL, replace(walk, skeleton=skeleton), 10, 40)

    class Poseless(EmbeddedBackend):
        def capabilities(self):  # type: ignore[no-untyped-def]
            return replace(super().capabilities(), constraint_types=frozenset({"root_path"}))

    with pytest.raises(RequestError, match="can't be given poses"):
        continue_motion(Poseless(), walk, "a person waves", 1.0)


def test_parts_beyond_the_end_are_allowed_only_without_a_length() -> None:
    check_parts([Part("b", 50, 99), Part("a", 0, 49)])
    with pytest.raises(RequestError, match="ends at frame 100, after the take's last frame 90"):
        check_parts([Part("b", 50, 99)], 90, first_frame=1)


def test_cancel_and_progress_reach_the_caller(sequence: Motion) -> None:
    parts, done = make_parts([48, 48, 48], PROMPTS), []
    redo_part(MODEL, sequence, parts, 1, progress=lambda step, total: done.append((step, total)))
    assert done == sorted(done)
    assert done[-1][0] == done[-1][1]
    with pytest.raises(Cancelled):
        redo_range(MODEL, sequence, 20, 60, cancelled=lambda: True)


def test_joining_removes_errors_of_pose_and_speed() -> None:
    before, after = standing(10), standing(10)
    new = standing(50)
    drift = np.linspace(0.0, 0.2, 50)
    new = replace(new, root_translation=new.root_translation + np.stack([drift, 0 * drift, drift], axis=-1))
    joined = join_frames(new, before, after, 8)
    assert is_bit_equal(before, joined, slice(None))
    assert is_bit_equal(after, joined, slice(None), 40)
    steps = np.abs(np.diff(joined.root_translation, axis=0))
    assert steps[[9, 39]].max() < 0.01
    # the feet stand: they are held where they stood
    assert np.abs(joined.positions[10:14, 7] - before.positions[-1, 7]).max() < 3e-3


@pytest.mark.parametrize(("prompt", "seed"), [("a person turns left", 4), ("a person waves", 9)])
def test_a_foot_lifted_at_a_seam_does_not_rush_to_where_it_stands(prompt: str, seed: int) -> None:
    """The walk before ends as a foot leaves the floor, and the new part stands three frames later."""
    segments = tuple(TextSegment(text, 60) for text in PROMPTS)
    take = MODEL.generate(MotionRequest(segments, FPS))[0]
    parts = make_parts([60, 60, 60], (PROMPTS[0], prompt, PROMPTS[2]))
    redone = redo_part(MODEL, take, parts, 1, seed=seed)[0]
    check_seams(redone, 60, 119)


def test_a_move_over_the_floor_is_rigid(walk: Motion) -> None:
    pivot, target = walk.root_translation[0], np.array([3.0, 9.0, -1.0])
    moved = move_over_floor(walk, np.pi / 2, pivot, target)
    np.testing.assert_allclose(moved.root_translation[0, [0, 2]], [3.0, -1.0], atol=1e-12)
    np.testing.assert_array_equal(moved.root_translation[:, 1], walk.root_translation[:, 1])
    before, after = (m.positions - m.root_translation[:1, None] for m in (walk, moved))
    np.testing.assert_allclose(after[..., 0], before[..., 2], atol=1e-9)


def test_unit_quaternions_keep_every_bit(walk: Motion) -> None:
    assert np.array_equal(replace(walk).local_rotations, walk.local_rotations)
    assert replace(walk).local_rotations is not walk.local_rotations
    double = replace(walk, local_rotations=2.0 * walk.local_rotations)
    np.testing.assert_allclose(double.local_rotations, walk.local_rotations, atol=1e-15)
