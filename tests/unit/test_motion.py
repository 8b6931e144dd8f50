# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.motion`` and ``motion.skeleton``: forward kinematics, and errors for arrays that do not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from kinescribe.motion import SMPL_JOINTS, SMPL_PARENTS, T_POSE, Motion, Provenance, Skeleton
from kinescribe.motion.rotations import conjugate, identity_rotations, multiply, rotate, rotation_about_axis
from strategies import motions, skeletons


def test_the_t_pose_stands_symmetrically_with_its_left_at_plus_x() -> None:
    rest = dict(zip(SMPL_JOINTS, T_POSE.rest_positions, strict=True))
    for joint in SMPL_JOINTS:
        if joint.startswith("left_"):
            np.testing.assert_allclose(rest[joint] * [-1, 1, 1], rest["right" + joint[4:]])
            assert rest[joint][0] > 0
    assert rest["head"][1] > 0 > rest["left_foot"][1]
    assert rest["left_foot"][2] > rest["left_ankle"][2]


def test_a_bent_elbow_moves_what_hangs_on_it() -> None:
    local = identity_rotations(1, 22)
    local[0, SMPL_JOINTS.index("left_elbow")] = rotation_about_axis("y", -np.pi / 2)
    moved = Motion(T_POSE, 30, np.zeros((1, 3)), local).positions[0] - T_POSE.rest_positions
    changed = {SMPL_JOINTS[j] for j in np.flatnonzero(np.linalg.norm(moved, axis=-1) > 1e-9)}
    assert changed == {"left_wrist"}
    x, _, z = moved[SMPL_JOINTS.index("left_wrist")]
    assert x < -0.2 < 0.2 < z


@given(motions())
@settings(max_examples=40, deadline=None)
def test_bones_keep_their_length_and_hang_on_their_parents(motion: Motion) -> None:
    places, turns = motion.world_transforms
    np.testing.assert_allclose(places[:, 0], motion.root_translation)
    for j, parent in enumerate(motion.skeleton.parents[1:], 1):
        bone = places[:, j] - places[:, parent]
        in_parent = rotate(conjugate(turns[:, parent]), bone)
        np.testing.assert_allclose(in_parent - motion.skeleton.rest_offsets[j], 0, atol=1e-9)
        np.testing.assert_allclose(
            multiply(turns[:, parent], motion.local_rotations[:, j]), turns[:, j], atol=1e-9
        )


@given(skeletons())
@settings(max_examples=40, deadline=None)
def test_the_rest_pose_is_the_sum_of_its_offsets(skeleton: Skeleton) -> None:
    for j, parent in enumerate(skeleton.parents[1:], 1):
        expected = skeleton.rest_positions[parent] + skeleton.rest_offsets[j]
        np.testing.assert_allclose(skeleton.rest_positions[j], expected, atol=1e-12)
        assert j in skeleton.children[parent]


@pytest.mark.parametrize(
    ("names", "parents", "offsets"),
    [
        ((), (), np.zeros((0, 3))),
        (("a", "b"), (-1, -1), np.zeros((2, 3))),
        (("a", "b"), (1, -1), np.zeros((2, 3))),
        (("a", "a"), (-1, 0), np.zeros((2, 3))),
        (("a", "b"), (-1, 0), np.zeros((3, 3))),
        (("a", "b"), (-1, 1), np.zeros((2, 3))),
        (("a",), (-1,), np.array([[np.nan, 0, 0]])),
    ],
)
def test_impossible_skeletons_are_refused(names: tuple, parents: tuple, offsets: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Skeleton(names, parents, offsets)


def test_impossible_motions_are_refused() -> None:
    good = Motion(T_POSE, 30, np.zeros((2, 3)), identity_rotations(2, 22))
    for change in (
        {"root_translation": np.zeros((3, 3))},
        {"root_translation": np.zeros((0, 3)), "local_rotations": identity_rotations(0, 22)},
        {"local_rotations": identity_rotations(2, 21)},
        {"local_rotations": np.zeros((2, 22, 4))},
        {"root_translation": np.full((2, 3), np.inf)},
        {"fps": 0.0},
        {"fps": float("nan")},
        {"contacts": np.zeros((2, 3), dtype=bool)},
    ):
        with pytest.raises(ValueError, match=r"\w"):
            replace(good, **change)


def test_rotations_are_normalised_and_length_is_frames_over_rate() -> None:
    motion = Motion(T_POSE, 24, np.zeros((48, 3)), 3.0 * identity_rotations(48, 22))
    np.testing.assert_allclose(np.linalg.norm(motion.local_rotations, axis=-1), 1.0)
    assert motion.seconds == 2.0


def test_provenance_leaves_out_what_is_empty_and_ignores_what_it_does_not_know() -> None:
    provenance = Provenance(prompt="wave", seed=0, confidence=0.0)
    assert provenance.as_dict() == {"prompt": "wave", "seed": 0, "confidence": 0.0}
    assert Provenance.from_dict({**provenance.as_dict(), "later": 1}) == provenance
    assert (
        Provenance.from_dict({**provenance.as_dict(), "model": 1, "licence": None, "source": []})
        == provenance
    )
    assert (
        provenance.low_confidence
        and not Provenance(confidence=0.6).low_confidence
        and not Provenance().low_confidence
    )
    changed = Motion(T_POSE, 1, np.zeros((1, 3)), identity_rotations(1, 22)).with_provenance(prompt="bow")
    assert changed.provenance.prompt == "bow"


def test_smpl_joints_and_parents_belong_together() -> None:
    assert len(SMPL_JOINTS) == len(SMPL_PARENTS) == len(T_POSE) == 22
    assert SMPL_JOINTS[SMPL_PARENTS[SMPL_JOINTS.index("left_wrist")]] == "left_elbow"
