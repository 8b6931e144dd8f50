# SPDX-License-Identifier: GPL-3.0-or-later
"""Import of ARDY's ``.npz``: 27 joints, its frame rate and its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinescribe.inference.ardy import skeleton
from kinescribe.motion import FormatError
from kinescribe.motion.formats import kimodo, read_motion

from devtools.testing.result_files import make_ardy_arrays

PAIRS = {"left_wrist": "LeftHand", "right_ankle": "RightFoot", "head": "Head", "left_knee": "LeftLeg",
         "right_shoulder": "RightArm", "left_foot": "LeftToeBase"}  # fmt: skip


def test_joints_are_those_of_the_model() -> None:
    names, parents = kimodo._SKELETONS[27]
    assert names == skeleton.NAMES and parents == skeleton.PARENTS


@pytest.mark.parametrize("batched", [False, True])
def test_an_ardy_file_is_read_with_its_rate_and_text(tmp_path: Path, batched: bool) -> None:
    arrays = make_ardy_arrays(24)
    stored = {k: v[None] for k, v in arrays.items() if k in kimodo.REQUIRED_ARRAYS} if batched else arrays
    np.savez(tmp_path / "a.npz", **stored, fps=np.array(20), text=np.array("a person bends"))
    motion = read_motion(tmp_path / "a.npz")
    assert motion.fps == 20 and len(motion) == 24 and motion.provenance.prompt == "a person bends"
    assert "ARDY, 27 joints" in motion.provenance.source
    for ours, theirs in PAIRS.items():
        here = motion.positions[:, motion.skeleton.joint_index(ours)]
        there = arrays["posed_joints"][:, skeleton.NAMES.index(theirs)]
        assert np.linalg.norm(here - there, axis=-1).max() < 1e-4, ours
    if not batched:
        assert motion.contacts is not None
        np.testing.assert_array_equal(motion.contacts, arrays["foot_contacts"] > 0.5)


@pytest.mark.parametrize(
    "extra, fps, text",
    [
        ({}, 20.0, ""),
        ({"fps": np.array([25.0])}, 25.0, ""),
        ({"fps": np.array(0)}, 20.0, ""),
        ({"fps": np.array("fast")}, 20.0, ""),
        ({"fps": np.array([np.nan])}, 20.0, ""),
        ({"texts": np.array(["a person walks.", "a  person sits"])}, 20.0, "a person walks. a person sits"),
        ({"text": np.array("x" * 9000)}, 20.0, "x" * 500),
        ({"text": np.array(["a person walks"], dtype=object)}, 20.0, ""),
        ({"text": np.array(7)}, 20.0, ""),
    ],
)
def test_what_is_beside_the_motion_may_be_missing_or_odd(
    tmp_path: Path, extra: dict[str, Any], fps: float, text: str
) -> None:
    np.savez(tmp_path / "a.npz", **make_ardy_arrays(24), **extra)
    motion = read_motion(tmp_path / "a.npz")
    assert motion.fps == fps and motion.provenance.prompt == text


def test_a_robot_and_broken_numbers_are_refused(tmp_path: Path) -> None:
    arrays = make_ardy_arrays(24)
    arrays["posed_joints"][3, 5] = np.nan
    np.savez(tmp_path / "nan.npz", **arrays)
    np.savez(tmp_path / "g1.npz", posed_joints=np.zeros((5, 34, 3)), global_rot_mats=np.zeros((5, 34, 3, 3)))
    for name, words in (("nan", "not finite"), ("g1", "G1")):
        with pytest.raises(FormatError, match=words):
            read_motion(tmp_path / f"{name}.npz")


def test_the_vectors_of_the_original_code_are_motions(shared: Path) -> None:
    path = shared / "golden" / "ardy" / "07_generate_text.npz"
    if not path.is_file():
        pytest.skip("needs the optional vectors in ../shared/golden/ardy, which are not here")
    motion = read_motion(path)
    with np.load(path) as stored:
        there = stored["posed_joints"][:, skeleton.NAMES.index("LeftFoot")]
    here = motion.positions[:, motion.skeleton.joint_index("left_ankle")]
    assert motion.fps == 20 and np.linalg.norm(here - there, axis=-1).max() < 1e-3
