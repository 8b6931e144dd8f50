# SPDX-License-Identifier: GPL-3.0-or-later
"""``training.data.checks``: what is impossible is found, and what people do is let through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kinescribe.inference.layers.gesture_timing import GestureTiming
from kinescribe.inference.layers.hops import add_hop
from kinescribe.motion.layers.body_joints import ANKLES, ELBOWS, KNEES, OUTWARD, SHOULDERS, SIDES, WRISTS
from kinescribe.motion.layers.motion_layer import MotionLayer
from kinescribe.motion.rotations import identity_rotations, multiply, rotation_about_axis
from kinescribe.motion.skeleton import SMPL_JOINTS, Skeleton
from kinescribe.training.data import checks, recordings
from kinescribe.training.data.drafts import MotionDraft, start_on_floor
from kinescribe.training.data.gestures_legs import add_jump
from kinescribe.training.data.gestures_props import add_pick_up, add_put_down

FRAMES = 60
PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19)
OFFSETS = np.array([
    [0, 0, 0],
    [0.065, -0.09, -0.005], [-0.065, -0.09, -0.005], [0, 0.12, -0.025], [0.035, -0.39, 0], [-0.035, -0.39, 0],
    [0, 0.135, 0], [-0.01, -0.405, -0.035], [0.01, -0.405, -0.035], [0, 0.055, 0.02], [0.03, -0.06, 0.125],
    [-0.03, -0.06, 0.125], [0, 0.215, -0.03], [0.075, 0.115, -0.02], [-0.075, 0.115, -0.02], [0, 0.09, 0.045],
    [0.12, 0.045, -0.01], [-0.12, 0.045, -0.01], [0.265, -0.012, -0.02], [-0.265, -0.012, -0.02], [0.25, 0.008, -0.005],
    [-0.25, 0.008, -0.005],
])  # fmt: skip
STANDING_HEIGHT = 0.09 + 0.39 + 0.405 + 0.08


@pytest.fixture
def material() -> recordings.Recordings:
    return recordings.Recordings({}, Skeleton(SMPL_JOINTS, PARENTS, OFFSETS.astype(np.float32)))


def standing(frames: int = FRAMES) -> tuple[np.ndarray, np.ndarray]:
    """A person who stands with hanging arms and slightly bent elbows."""
    rotations = identity_rotations(frames, 22)
    for side in SIDES:
        rotations[:, SHOULDERS[side]] = rotation_about_axis("z", -1.4 * OUTWARD[side])
        rotations[:, ELBOWS[side]] = rotation_about_axis("y", -0.3 * OUTWARD[side])
    return rotations, np.tile([0.0, STANDING_HEIGHT, 0.0], (frames, 1))


def failing(material: recordings.Recordings, rotations: np.ndarray, root: np.ndarray) -> set[str]:
    found = checks.check_motion(rotations, material.joint_positions(rotations, root), material.skeleton)
    return {name for name, share in found.shares().items() if share > 0}


def test_standing_is_possible(material: recordings.Recordings) -> None:
    assert failing(material, *standing()) == set()


def test_a_knee_that_bends_sideways_or_forward_is_found(material: recordings.Recordings) -> None:
    for axis, angle, name in (("x", 1.0, None), ("z", 1.0, "knee plane"), ("x", -1.0, "knee plane")):
        rotations, root = standing()
        rotations[20:, KNEES["left"]] = rotation_about_axis(axis, angle)
        assert failing(material, rotations, root) == ({name} if name else set()) | (
            {"joint limit"} if axis == "x" and angle < 0 else set()
        )


def test_an_elbow_that_bends_backward_is_found(material: recordings.Recordings) -> None:
    rotations, root = standing()
    rotations[:, ELBOWS["right"]] = rotation_about_axis("y", -1.2)
    assert failing(material, rotations, root) == {"elbow plane"}


def test_hovering_start_in_the_air_and_limbs_below_the_floor_are_found(
    material: recordings.Recordings,
) -> None:
    rotations, root = standing()
    assert failing(material, rotations, root + [0.0, 0.12, 0.0]) == {"hovering", "start in the air"}
    assert failing(material, rotations, root - [0.0, 0.15, 0.0]) == {"below floor"}
    jump = root.copy()
    jump[20:29, 1] += 0.25 * np.sin(np.linspace(0, np.pi, 9))
    assert failing(material, rotations, jump) == set()


def test_a_flat_foot_that_slides_is_found(material: recordings.Recordings) -> None:
    rotations, root = standing()
    rotations[:, KNEES["left"]] = rotation_about_axis("x", 1.5)  # one foot in the air
    root = root + np.linspace(0.0, 3.0, FRAMES)[:, None] * [0.0, 0.0, 1.0]
    assert failing(material, rotations, root) == {"sliding"}


def test_a_motion_begins_on_the_floor(material: recordings.Recordings) -> None:
    rotations, root = standing()
    root[:4, 1] += 0.3
    draft = MotionDraft(rotations, root, {"action": "jump"}, "clip", False)
    cut = start_on_floor(draft, material)
    assert cut is not None and len(cut.root) == FRAMES - 4
    assert (
        start_on_floor(MotionDraft(rotations, root + [0, 0.3, 0], {"action": "jump"}, "c", False), material)
        is None
    )


def test_a_wrong_twist_of_the_upper_arm_is_repaired_without_moving_a_joint(
    material: recordings.Recordings,
) -> None:
    rotations, root = standing()
    for side in SIDES:
        rotations[:, ELBOWS[side]] = rotation_about_axis("y", -OUTWARD[side] * np.linspace(0.7, 1.4, FRAMES))
    positions = material.joint_positions(rotations, root)
    twisted = rotations.copy()
    twist = rotation_about_axis("x", np.full(FRAMES, 1.9))
    back = rotation_about_axis("x", np.full(FRAMES, -1.9))
    for side in SIDES:
        twisted[:, SHOULDERS[side]] = multiply(rotations[:, SHOULDERS[side]], twist)
        twisted[:, ELBOWS[side]] = multiply(back, rotations[:, ELBOWS[side]])
    assert "elbow plane" in failing(material, twisted, root)
    before = material.joint_positions(twisted, root)
    repaired = recordings.repair_elbows(twisted, material.skeleton)
    assert failing(material, repaired, root) == set()
    np.testing.assert_allclose(material.joint_positions(repaired, root), before, atol=1e-5)
    np.testing.assert_array_equal(recordings.repair_elbows(rotations, material.skeleton), rotations)
    assert positions.shape == before.shape


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("add", [add_pick_up, add_put_down])
def test_hands_reach_the_floor_on_knees_that_bend_as_hinges(
    material: recordings.Recordings, add, side: str
) -> None:  # type: ignore[no-untyped-def]
    for seed in range(6):
        layer = MotionLayer(material.skeleton, *standing(80))
        add(layer, np.random.default_rng(seed), side, GestureTiming())
        assert failing(material, layer.rotations, layer.root) == set()
        positions = material.joint_positions(layer.rotations, layer.root)
        assert positions[:, WRISTS[side], 1].min() < 0.2
        planted = positions[:, ANKLES[side]]
        assert np.ptp(planted[:, [0, 2]], axis=0).max() < 0.12


@pytest.mark.parametrize("count", [1, 3, 5])
@pytest.mark.parametrize(("add", "least"), [(add_jump, 0.1), (add_hop, 0.05)])
def test_as_many_flights_as_the_count_says(
    material: recordings.Recordings, add, least: float, count: int
) -> None:  # type: ignore[no-untyped-def]
    layer = MotionLayer(material.skeleton, *standing(160))
    add(layer, np.random.default_rng(count), "left", GestureTiming(count=count))
    positions = material.joint_positions(layer.rotations, layer.root)
    airborne = checks.foot_heights(positions).min(axis=1) > least * 0.5
    assert int((np.diff(airborne.astype(int)) == 1).sum()) == count
    assert failing(material, layer.rotations, layer.root) == set()


def test_recordings_for_evaluation_only_are_not_read(shared: Path) -> None:
    folder = shared / "data"
    if not (folder / "motions.npz").is_file():
        pytest.skip("needs the recordings in ../shared/data, which are not here")
    clips = recordings.read_recordings(folder).clips
    assert not any(name.startswith("hdm05") or "neutral" in name for name in clips)
