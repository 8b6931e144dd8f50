# SPDX-License-Identifier: GPL-3.0-or-later
"""``formats.laid_out_pose``: joints along one line at rest are recognised by their tree, animals are not."""

from __future__ import annotations

import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, FormatError, Provenance
from kinescribe.motion.formats.laid_out_pose import lay_out_body
from kinescribe.motion.formats.posed_joints import PosedJoints
from kinescribe.motion.formats.smpl_conversion import convert_joints
from kinescribe.motion.rotations import identity_rotations
from kinescribe.motion.skeleton import SMPL_PARENTS

from devtools.testing import made_files as made
from devtools.testing.animals import BIRD_NAMES, BoneLine, make_bird, make_four_legged, make_named_bird


def along_one_line(names: list[str], parents: list[int], positions: np.ndarray) -> PosedJoints:
    """Joints that move as given, and lie along X at rest."""
    rest = np.zeros((len(names), 3))
    for joint, parent in enumerate(parents):
        if parent >= 0:
            rest[joint] = rest[parent]
            rest[joint, 0] += np.linalg.norm(positions[0, joint] - positions[0, parent])
    return PosedJoints(
        names,
        parents,
        rest,
        positions,
        identity_rotations(*positions.shape[:2]),
        30.0,
        Provenance(source="a.bvh: made"),
    )


def animal(bones: tuple[BoneLine, ...]) -> PosedJoints:
    names = [bone[0] for bone in bones]
    parents = [names.index(bone[1]) if bone[1] else -1 for bone in bones]
    heads = np.array([bone[2] for bone in bones])[:, [0, 2, 1]] * [1.0, 1.0, -1.0]
    return along_one_line(names, parents, np.tile(heads, (6, 1, 1)))


@pytest.mark.parametrize("seed", range(6))
def test_a_body_without_names_is_laid_out_whatever_the_order_of_its_joints(seed: int) -> None:
    positions = made.make_source().positions
    rng = np.random.default_rng(seed)
    order = [0]
    while len(order) < len(SMPL_JOINTS):
        open_joints = [j for j in range(22) if j not in order and SMPL_PARENTS[j] in order]
        order.append(int(rng.choice(open_joints)))
    parents = [order.index(SMPL_PARENTS[j]) if SMPL_PARENTS[j] >= 0 else -1 for j in order]
    source = along_one_line([f"j{k}" for k in range(22)], parents, positions[:, order])
    laid_out = lay_out_body(source)
    assert laid_out is not None
    pose = dict(zip((SMPL_JOINTS[j] for j in order), laid_out[0], strict=True))
    assert pose["left_wrist"][0] > 0.5 > -0.5 > pose["right_wrist"][0]
    assert pose["left_ankle"][0] > 0 > pose["right_ankle"][0]
    assert pose["head"][1] > 0.3 > -0.7 > pose["left_ankle"][1]
    found = convert_joints(source)
    assert np.abs(found.positions[:, [20, 21, 7, 8]] - positions[:, [20, 21, 7, 8]]).max() < 0.03


@pytest.mark.parametrize("bones", [
    make_four_legged(), make_four_legged(1.4, 0.9), make_four_legged(0.3, 0.1, "a{S}{}", "b{S}{}"), make_bird(),
    make_bird(0.5, 80.0, "a{S}{}", "b{S}{}", False), *(make_named_bird(family, 70.0) for family in BIRD_NAMES),
])  # fmt: skip
def test_animals_are_not_laid_out_as_people(bones: tuple[BoneLine, ...]) -> None:
    with pytest.raises(FormatError, match="not a human body's"):
        convert_joints(animal(bones))


def test_what_has_no_limbs_is_not_laid_out() -> None:
    positions = np.tile(np.arange(5)[:, None] * np.eye(3)[0], (3, 1, 1))
    assert lay_out_body(along_one_line(list("abcde"), [-1, 0, 1, 2, 3], positions)) is None
