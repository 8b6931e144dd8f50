# SPDX-License-Identifier: GPL-3.0-or-later
"""``formats.vmd_read``: keys, curves, switches and names of MikuMikuDance's motions, and files that are none."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, FormatError
from kinescribe.motion.formats import read_motion, vmd_read
from kinescribe.motion.formats.vmd_skeleton import BONE_NAMES, UNIT
from kinescribe.motion.rotations import identity_rotations, rotation_about_axis

from devtools.testing.made_files import make_source
from devtools.testing.made_vmd import LINEAR, pack_vmd, write_vmd

TURN = rotation_about_axis("x", 0.6)


def read_bone(path: Path, bone: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the world positions (T, 3) and rotations (T, 4) of a bone."""
    positions, rotations = vmd_read.read_vmd_joints(path).evaluate_joints([BONE_NAMES.index(bone)])
    return positions[:, 0], rotations[:, 0]


def two_keys(path: Path, bone: str, last: int, curves: bytes = LINEAR, **how: object) -> None:
    """Write a bone that goes one metre ahead and turns about x."""
    offsets = np.zeros((last + 1, 3))
    offsets[last:, 2] = 1.0
    rotations = identity_rotations(last + 1)
    rotations[last:] = TURN
    path.write_bytes(pack_vmd({bone: (offsets, rotations)}, step=last, curves=curves, **how))  # type: ignore[arg-type]


def curves_of(x1: int, y1: int, x2: int, y2: int) -> bytes:
    first = bytes(value for value in (x1, y1, x2, y2) for _ in range(4))
    return first + first[1:] + b"\0" + bytes(32)


def test_values_between_keys_are_straight_by_default(tmp_path: Path) -> None:
    two_keys(tmp_path / "a.vmd", "センター", 10)
    positions, rotations = read_bone(tmp_path / "a.vmd", "センター")
    np.testing.assert_allclose(positions[:, 2], np.linspace(0, 1, 11), atol=1e-5)
    np.testing.assert_allclose(
        2 * np.arctan2(rotations[:, 1], rotations[:, 0]), np.linspace(0, 0.6, 11), atol=1e-5
    )


@pytest.mark.parametrize("curve", [(64, 0, 64, 127), (127, 0, 127, 127), (0, 127, 127, 127)])
def test_values_between_keys_follow_the_curve(tmp_path: Path, curve: tuple[int, int, int, int]) -> None:
    two_keys(tmp_path / "a.vmd", "センター", 20, curves_of(*curve))
    positions, rotations = read_bone(tmp_path / "a.vmd", "センター")
    at = np.linspace(0, 1, 2001)
    x1, y1, x2, y2 = np.array(curve) / 127
    x, y = (3 * (1 - at) ** 2 * at * a + 3 * (1 - at) * at**2 * b + at**3 for a, b in ((x1, x2), (y1, y2)))
    right = np.interp(np.arange(21) / 20, x, y)
    np.testing.assert_allclose(positions[:, 2], right, atol=2e-3)
    np.testing.assert_allclose(2 * np.arctan2(rotations[:, 1], rotations[:, 0]), 0.6 * right, atol=2e-3)


def test_the_body_faces_ahead_and_left_is_left(tmp_path: Path) -> None:
    write_vmd(tmp_path / "a.vmd", make_source(31, fps=30.0))
    motion = read_motion(tmp_path / "a.vmd")
    left, right = (motion.positions[0, SMPL_JOINTS.index(f"{side}_hip")] for side in ("left", "right"))
    assert left[0] > right[0]
    assert motion.positions[-1, 0, 2] - motion.positions[0, 0, 2] > 0.3


def test_a_foot_stays_at_its_target_while_the_body_sinks(tmp_path: Path) -> None:
    frames = 20
    down = np.zeros((frames, 3))
    down[:, 1] = -np.linspace(0, 0.3, frames)
    still = identity_rotations(frames)
    keys = {"センター": (down, still), **{f"{side}足ＩＫ": (0 * down, still) for side in "左右"}}
    (tmp_path / "a.vmd").write_bytes(pack_vmd(keys))
    ankle, turned = read_bone(tmp_path / "a.vmd", "左足首")
    knee, _ = read_bone(tmp_path / "a.vmd", "左ひざ")
    assert np.ptp(ankle, axis=0).max() < 0.01
    assert knee[-1, 2] - ankle[-1, 2] > 0.15, "knees bend forward"
    assert np.abs(turned[:, 1:]).max() < 0.05, "the sole stays level"


def test_targets_can_be_switched_off_for_a_while(tmp_path: Path) -> None:
    frames = 30
    down = np.zeros((frames, 3))
    down[:, 1] = -0.2
    keys = {
        "センター": (down, identity_rotations(frames)),
        "左足ＩＫ": (0 * down, identity_rotations(frames)),
    }
    switches = [(0, {"左足ＩＫ": True}), (10, {"左足ＩＫ": False}), (20, {"左足ＩＫ": True})]
    (tmp_path / "a.vmd").write_bytes(pack_vmd(keys, switches=switches))
    ankle, _ = read_bone(tmp_path / "a.vmd", "左足首")
    np.testing.assert_allclose(ankle[[5, 25], 1], 0.091, atol=0.01)
    assert ankle[15, 1] == pytest.approx(-0.109, abs=0.01)


def test_files_that_end_after_the_bones_and_the_older_head(tmp_path: Path) -> None:
    two_keys(tmp_path / "a.vmd", "センター", 10, is_cut=True)
    data = (tmp_path / "a.vmd").read_bytes()
    old = b"Vocaloid Motion Data file".ljust(30, b"\0") + b"miku".ljust(10, b"\0") + data[50:]
    (tmp_path / "b.vmd").write_bytes(old)
    for name in ("a.vmd", "b.vmd"):
        assert len(read_bone(tmp_path / name, "センター")[0]) == 11


def test_names_that_are_cut_within_a_character_and_unknown_bones_break_nothing(tmp_path: Path) -> None:
    frames = 3
    still = np.zeros((frames, 3)), identity_rotations(frames)
    keys = {"センター": still, "スカート前左右後ろの骨": still, "髪": still}
    (tmp_path / "a.vmd").write_bytes(pack_vmd(keys))
    assert "VMD of 1 bones" in vmd_read.read_vmd_joints(tmp_path / "a.vmd").provenance.source


def test_a_quaternion_of_zeros_is_no_rotation(tmp_path: Path) -> None:
    (tmp_path / "a.vmd").write_bytes(pack_vmd({"センター": (np.zeros((1, 3)), np.zeros((1, 4)))}))
    np.testing.assert_allclose(read_bone(tmp_path / "a.vmd", "センター")[1], [[1, 0, 0, 0]])


@pytest.mark.parametrize("kind", ["camera", "cut", "long", "nan", "huge", "head"])
def test_what_is_no_motion_is_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.vmd"
    two_keys(path, "カメラ" if kind == "camera" else "センター", 10)
    data = bytearray(path.read_bytes())
    first = 54 + 15
    if kind == "cut":
        data = data[:100]
    elif kind == "head":
        data = data[:40]
    elif kind == "long":
        data[first : first + 4] = struct.pack("<I", 2**31)
    elif kind in ("nan", "huge"):
        data[first + 4 : first + 8] = struct.pack("<f", float("nan") if kind == "nan" else 1e30)
    path.write_bytes(data)
    words = {"camera": "moves no body", "cut": "ends early", "head": "ends early", "long": "more than"}
    with pytest.raises(FormatError, match=words.get(kind, "not finite or too large")) as refusal:
        read_motion(path)
    assert "\n" not in str(refusal.value)


def test_the_unit_is_that_of_a_standard_model() -> None:
    assert UNIT == 0.08
