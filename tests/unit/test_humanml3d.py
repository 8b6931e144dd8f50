# SPDX-License-Identifier: GPL-3.0-or-later
"""HumanML3D's features: against a pair of the data set, converted there and back, and against its body mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import T_POSE, FormatError
from kinescribe.motion.formats import humanml3d
from kinescribe.motion.rotations import rotate, rotation_about_axis


@pytest.fixture
def pair(shared: Path) -> tuple[np.ndarray, np.ndarray]:
    """The data set's features of one clip and its joints; the last frame of the recording is in neither."""
    folder = shared / "samples" / "humanml3d"
    return np.load(folder / "new_joint_vecs_012314.npy"), np.load(folder / "new_joints_012314.npy")


def test_joints_are_the_data_sets(pair: tuple[np.ndarray, np.ndarray]) -> None:
    features, joints = pair
    assert np.abs(humanml3d.features_to_joints(features) - joints).max() < 1e-6


def test_features_are_the_data_sets(pair: tuple[np.ndarray, np.ndarray]) -> None:
    """Up to where the smoothing of the heading reaches for the frame that is missing, to the files' precision."""
    features, joints = pair
    found = humanml3d.joints_to_features(joints)
    assert found.shape == (len(joints) - 1, humanml3d.FEATURE_COUNT)
    reach = len(joints) - 81
    assert np.abs(found[:reach] - features[:reach]).max() < 1e-5
    assert np.abs(found - features[:-1]).max() < 0.02


def walk(turn: float) -> np.ndarray:
    """Joints (61, 22, 3) of a stiff figure that goes 1 m and turns by ``turn`` radians."""
    share = np.linspace(0.0, 1.0, 61)
    heading = rotation_about_axis("y", turn * share)
    root = np.stack([0.3 * share, np.full(61, 1.0), share], axis=-1)
    return root[:, None] + rotate(heading[:, None], T_POSE.rest_positions[None])


@pytest.mark.parametrize("turn", [0.0, 1.5, -2.5])
def test_there_and_back(turn: float) -> None:
    joints = humanml3d.move_to_start(walk(turn))
    found = humanml3d.features_to_joints(humanml3d.joints_to_features(joints))
    assert np.abs(found - joints[:-1]).max() < 1e-9


def test_half_the_yaw_is_stored() -> None:
    """In the middle, out of the smoothing's reach: 1.2 radians in 240 frames are stored as 0.6, and inverted."""
    share = np.linspace(0.0, 1.0, 241)
    joints = 1.0 + rotate(rotation_about_axis("y", 1.2 * share)[:, None], T_POSE.rest_positions[None])
    found = humanml3d.joints_to_features(humanml3d.move_to_start(joints))
    assert found[120, 0] == pytest.approx(-0.6 / 240, rel=1e-2)


def test_placing_puts_on_the_floor_facing_ahead() -> None:
    turned = rotate(rotation_about_axis("y", 2.0), walk(0.7)) + np.array([3.0, 0.4, -2.0])
    placed = humanml3d.move_to_start(turned)
    assert placed[..., 1].min() == pytest.approx(0.0, abs=1e-12)
    assert np.abs(placed[0, 0, [0, 2]]).max() < 1e-12
    across = placed[0, 1] - placed[0, 2] + placed[0, 16] - placed[0, 17]
    assert abs(across[2]) < 1e-9 < across[0]


def test_lower_body_is_root_legs_and_contacts() -> None:
    """Of 21 joints below the root eight are legs': 4 + 8 x 3 + 8 x 6 + 9 x 3 + 4."""
    mask = humanml3d.LOWER_BODY_MASK
    assert mask.shape == (humanml3d.FEATURE_COUNT,) and mask.sum() == 4 + 24 + 48 + 27 + 4
    assert mask[:4].all() and mask[humanml3d.CONTACTS].all()
    spine = humanml3d.POSITIONS.start + 3 * 2
    assert not mask[spine : spine + 3].any()


@pytest.mark.parametrize(
    "bad", [np.zeros((5, 262)), np.zeros(263), np.full((5, 263), np.nan), np.zeros((0, 263))]
)
def test_bad_features_are_refused_in_one_sentence(bad: np.ndarray) -> None:
    with pytest.raises(FormatError, match=r"^[A-Z].*[^.]$"):
        humanml3d.features_to_joints(bad)


@pytest.mark.parametrize("bad", [np.zeros((1, 22, 3)), np.zeros((5, 21, 3)), np.full((5, 22, 3), np.inf)])
def test_bad_joints_are_refused_in_one_sentence(bad: np.ndarray) -> None:
    with pytest.raises(FormatError, match=r"^[A-Z].*[^.]$"):
        humanml3d.joints_to_features(bad)
