# SPDX-License-Identifier: GPL-3.0-or-later
"""``formats.bvh_read`` and ``bvh_write``: any channel order, unit and skeleton; errors name their line."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from kinescribe.motion import SMPL_JOINTS, T_POSE, FormatError, Motion, Skeleton
from kinescribe.motion.formats import ReadOptions, read_bvh, read_motion, to_smpl, write_motion
from kinescribe.motion.rest_pose import change_rest_pose
from kinescribe.motion.rotations import (
    angle_between,
    axis_angle_to_quaternion,
    conjugate,
    heading_of,
    multiply,
    normalise,
    rotate,
    rotation_about_axis,
)
from strategies import motions

from devtools.testing.motions import make_walk

SMALL = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Spine
  {
    OFFSET 0 80 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 90 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.0333333
1 2 3 90 0 0 0 0 0
4 5 6 0 0 0 0 30 0
"""


AS_WRITTEN = ReadOptions(up="Y", floor="file", keep_first_frame=True)


def small(path: Path, *changes: tuple[str, str]) -> Path:
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return path


@given(motions())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_motions_come_back(tmp_path: Path, motion: Motion) -> None:
    path = tmp_path / "motion.bvh"
    write_motion(motion, path)
    back = read_motion(path, options=AS_WRITTEN)
    assert back.skeleton.joint_names == motion.skeleton.joint_names
    assert back.skeleton.parents == motion.skeleton.parents
    assert len(back) == len(motion)
    assert back.fps == pytest.approx(motion.fps, rel=1e-6)
    np.testing.assert_allclose(back.skeleton.rest_offsets, motion.skeleton.rest_offsets, atol=1e-7)
    np.testing.assert_allclose(back.root_translation, motion.root_translation, atol=1e-7)
    assert np.degrees(angle_between(back.local_rotations, motion.local_rotations)).max() < 1e-4


def test_values_mean_what_bvh_says(tmp_path: Path) -> None:
    motion = read_bvh(small(tmp_path / "a.bvh"))
    assert motion.fps == 30
    assert motion.skeleton.joint_names == ("Hips", "Spine", "Spine_end")
    assert motion.provenance.source == "a.bvh: BVH of 2 joints, taken for centimetres"
    np.testing.assert_allclose(motion.root_translation, [[0.01, 0.02, 0.03], [0.04, 0.05, 0.06]])
    # a quarter turn about Z lays the spine to -X; 30 degrees about X lean it forwards
    np.testing.assert_allclose(motion.positions[0, 2] - motion.positions[0, 0], [-1.7, 0, 0], atol=1e-9)
    np.testing.assert_allclose(
        motion.positions[1, 2] - motion.positions[1, 1], [0, 0.9 * np.cos(np.pi / 6), 0.45], atol=1e-9
    )


@pytest.mark.parametrize("order", ["".join(p) for p in permutations("XYZ")])
def test_the_channel_named_first_turns_last(tmp_path: Path, order: str) -> None:
    channels = " ".join(f"{axis}rotation" for axis in order)
    path = small(
        tmp_path / "a.bvh",
        (
            "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation",
            f"6 {channels} Zposition Xposition Yposition",
        ),
        ("1 2 3 90 0 0", "10 20 30 3 1 2"),
        ("4 5 6 0 0 0", "0 0 0 6 4 5"),
    )
    motion = read_bvh(path)
    turn = np.eye(3)
    for axis, angle in zip(order, np.radians([10, 20, 30]), strict=True):
        c, s = np.cos(angle), np.sin(angle)
        i, j = {"X": (1, 2), "Y": (2, 0), "Z": (0, 1)}[axis]
        one = np.eye(3)
        one[i, i], one[i, j], one[j, i], one[j, j] = c, -s, s, c
        turn = turn @ one
    spine = motion.positions[0, 1] - motion.positions[0, 0]
    np.testing.assert_allclose(spine, turn @ [0, 0.8, 0], atol=1e-9)
    np.testing.assert_allclose(motion.root_translation, [[0.01, 0.02, 0.03], [0.04, 0.05, 0.06]])


@pytest.mark.parametrize(
    ("unit", "metre"), [("metres", 1), ("centimetres", 100), ("millimetres", 1000), ("inches", 1 / 0.0254)]
)
def test_the_unit_is_found_by_the_size_of_the_body(tmp_path: Path, unit: str, metre: float) -> None:
    path = small(
        tmp_path / "a.bvh",
        ("OFFSET 0 80 0", f"OFFSET 0 {0.8 * metre} 0"),
        ("OFFSET 0 90 0", f"OFFSET 0 {0.9 * metre} 0"),
        ("1 2 3", f"{metre} {2 * metre} {3 * metre}"),
    )
    motion = read_bvh(path)
    assert f"taken for {unit}" in motion.provenance.source
    np.testing.assert_allclose(motion.root_translation[0], [1, 2, 3])
    np.testing.assert_allclose(motion.skeleton.rest_offsets[1], [0, 0.8, 0])


def test_missing_and_further_position_channels(tmp_path: Path) -> None:
    fixed = read_bvh(
        small(tmp_path / "a.bvh", ("OFFSET 0 0 0", "OFFSET 0 95 0"), ("6 Xposition Yposition Zposition", "3"),
              ("1 2 3 90", "90"), ("4 5 6 0", "0"))
    )  # fmt: skip
    np.testing.assert_allclose(fixed.root_translation, [[0, 0.95, 0]] * 2)
    six = "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
    changes = ("90 0 0 0 0 0", "90 0 0 0 81 0 0 0 0"), ("0 0 0 0 30 0", "0 0 0 0 81 0 0 30 0")
    more = read_bvh(small(tmp_path / "b.bvh", ("3 Zrotation Xrotation Yrotation", six), *changes))
    np.testing.assert_allclose(more.skeleton.rest_offsets[1], [0, 0.81, 0])


def test_a_file_that_is_z_up_stands_up(tmp_path: Path) -> None:
    """The same walk as another program would write it: everything in (x, -z, y)."""
    motion = make_walk(20)
    write_motion(motion, tmp_path / "y.bvh")

    def turned(words: list[str], sign: int = -1) -> list[str]:
        x, y, z = words
        return [x, repr(sign * float(z)), y]

    lines = []
    for line in (tmp_path / "y.bvh").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[0] == "OFFSET":
            words = ["OFFSET", *turned(words[1:])]
        elif words[0] == "CHANNELS":
            # a turn about +Y is one about +Z, a turn about +Z one about -Y
            words = [{"Zrotation": "Yrotation", "Yrotation": "Zrotation"}.get(w, w) for w in words]
        elif len(words) > 20:
            words = turned(words[:3]) + [
                repr(-float(w)) if i % 3 == 0 else w for i, w in enumerate(words[3:])
            ]
        lines.append(" ".join(words))
    (tmp_path / "z.bvh").write_text("\n".join(lines), encoding="utf-8")
    back = read_motion(tmp_path / "z.bvh")
    assert "Z up" in back.provenance.source
    np.testing.assert_allclose(back.positions, motion.positions, atol=1e-6)


@pytest.mark.parametrize(
    "names",
    [
        {"pelvis": "mixamorig:Hips", "spine1": "mixamorig:Spine", "spine2": "mixamorig:Spine1",
         "spine3": "mixamorig:Spine2", "neck": "mixamorig:Neck", "head": "mixamorig:Head",
         "hip": "mixamorig:{}UpLeg", "knee": "mixamorig:{}Leg",
         "ankle": "mixamorig:{}Foot", "foot": "mixamorig:{}ToeBase", "collar": "mixamorig:{}Shoulder",
         "shoulder": "mixamorig:{}Arm", "elbow": "mixamorig:{}ForeArm", "wrist": "mixamorig:{}Hand"},
        {"pelvis": "Hips", "spine1": "Chest", "spine2": "Chest2", "spine3": "Chest3", "neck": "Neck", "head": "Head",
         "hip": "{}Hip", "knee": "{}Knee", "ankle": "{}Ankle", "foot": "{}Toe", "collar": "{}Collar",
         "shoulder": "{}Shoulder", "elbow": "{}Elbow", "wrist": "{}Wrist"},
    ],
)  # fmt: skip
def test_known_names_become_smpl_joints(tmp_path: Path, names: dict[str, str]) -> None:
    motion = make_walk(12)
    write_motion(motion, tmp_path / "a.bvh")
    text = (tmp_path / "a.bvh").read_text(encoding="utf-8")
    for joint in SMPL_JOINTS:
        side, _, part = joint.partition("_")
        theirs = names[part].format(side.capitalize()) if part else names[joint]
        text = text.replace(f" {joint}\n", f" {theirs}\n")
    (tmp_path / "b.bvh").write_text(text, encoding="utf-8")
    back = read_motion(tmp_path / "b.bvh")
    assert back.skeleton.joint_names == SMPL_JOINTS
    np.testing.assert_allclose(back.positions, motion.positions, atol=1e-6)


@pytest.mark.parametrize("angle", [np.pi / 2, np.pi, -2.0])
def test_a_rest_pose_that_faces_elsewhere_is_turned_ahead(angle: float) -> None:
    motion = make_walk(8)
    turn = rotation_about_axis("y", angle)
    names = tuple("Pelvis" if name == "pelvis" else name for name in SMPL_JOINTS)
    other = Skeleton(names, T_POSE.parents, rotate(turn, T_POSE.rest_offsets))
    local = multiply(multiply(turn, motion.local_rotations), conjugate(turn))
    local[:, 0] = multiply(motion.local_rotations[:, 0], conjugate(turn))
    back = to_smpl(Motion(other, 20, motion.root_translation, local))
    np.testing.assert_allclose(back.skeleton.rest_offsets, T_POSE.rest_offsets, atol=0.01)
    np.testing.assert_allclose(back.positions, motion.positions, atol=1e-9)
    assert np.degrees(angle_between(back.local_rotations, motion.local_rotations)).max() < 3


def test_joints_that_are_missing_stand_between_their_neighbours() -> None:
    motion = make_walk(8)
    keep = [
        j for j, name in enumerate(SMPL_JOINTS) if name not in ("spine2", "left_collar", "right_foot", "head")
    ]
    places, turns = motion.world_transforms
    parents, offsets, local = [], [], []
    for j in keep:
        parent = T_POSE.parents[j]
        while parent >= 0 and parent not in keep:
            parent = T_POSE.parents[parent]
        parents.append(keep.index(parent) if parent >= 0 else -1)
        offsets.append(
            T_POSE.rest_positions[j] - T_POSE.rest_positions[parent] if parent >= 0 else np.zeros(3)
        )
        local.append(multiply(conjugate(turns[:, parent]), turns[:, j]) if parent >= 0 else turns[:, j])
    few = Motion(
        Skeleton(tuple(SMPL_JOINTS[j] for j in keep), tuple(parents), np.array(offsets)),
        20, motion.root_translation, np.stack(local, axis=1),
    )  # fmt: skip
    back = to_smpl(few)
    assert back.skeleton.joint_names == SMPL_JOINTS
    np.testing.assert_allclose(back.positions[:, keep], places[:, keep], atol=1e-9)
    spine = back.positions[:, [SMPL_JOINTS.index(n) for n in ("spine1", "spine2", "spine3")]]
    np.testing.assert_allclose(spine[:, 1], (spine[:, 0] + spine[:, 2]) / 2, atol=1e-9)


@pytest.mark.parametrize(("clip", "turn"), [("02_02", 0), ("02_03", 0), ("08_01", 0)])
def test_recordings_of_the_cmu_database_walk_ahead(shared: Path, clip: str, turn: float) -> None:
    path = shared / "samples" / "cmu_bvh" / f"{clip}.bvh"
    raw, motion = read_bvh(path), read_motion(path)
    assert (
        "43 joints, taken for centimetres, Y up, a T-pose before the motion left out"
        in motion.provenance.source
    )
    assert motion.fps == 120
    way = motion.root_translation[-1] - motion.root_translation[30]
    assert 2 < np.linalg.norm(way) < 5
    assert abs(np.degrees(np.arctan2(way[0], way[2]) - heading_of(motion.local_rotations[60, 0])) - turn) < 25
    for ours, theirs in (
        ("left_elbow", "lForeArm"),
        ("right_ankle", "rFoot"),
        ("head", "head"),
        ("left_foot", "lFoot_end"),
    ):
        places = raw.positions[len(raw) - len(motion) :, raw.skeleton.joint_index(theirs)]
        np.testing.assert_allclose(motion.positions[:, SMPL_JOINTS.index(ours)], places, atol=1e-9)
    posed = change_rest_pose(motion, T_POSE)
    shin = [normalise(m.positions[:, 7] - m.positions[:, 4]) for m in (motion, posed)]
    np.testing.assert_allclose(shin[0], shin[1], atol=1e-6)


def test_names_with_spaces_doubles_and_braces_on_the_line(tmp_path: Path) -> None:
    motion = read_bvh(
        small(tmp_path / "a.bvh", ("ROOT Hips\n{", "ROOT The Hips {"), ("JOINT Spine", "JOINT The Hips"))
    )
    assert motion.skeleton.joint_names == ("The_Hips", "The_Hips.2", "The_Hips_end")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("OFFSET 0 80 0", "OFFSET 0 80", 8, "needs 3 numbers and has 2"),
        ("OFFSET 0 80 0", "OFFSET 0 x 0", 8, "no number"),
        ("OFFSET 0 80 0", "OFFSET 0 nan 0", 8, "not finite"),
        ("OFFSET 0 80 0", "OFSET 0 80 0", 8, "OFSET"),
        ("CHANNELS 3", "CHANNELS 4", 9, "CHANNELS"),
        ("CHANNELS 3", "CHANNELS 1e9", 9, "CHANNELS"),
        ("3 Zrotation Xrotation Yrotation", "3 Zrotation Xrotation Wrotation", 9, "no channel"),
        ("3 Zrotation Xrotation Yrotation", "3 Zrotation Xrotation Xrotation", 9, "twice"),
        ("JOINT Spine", "ROOT Spine", 6, "one ROOT"),
        ("JOINT Spine\n  {", "JOINT Spine", 7, "opening brace"),
        ("JOINT Spine", "JOINT", 6, "no name"),
        ("MOTION", "}\nMOTION", 16, "no opening"),
        ("    }\n  }\n}", "    }\n  }", 15, "1 closing braces are missing"),
        ("Frames: 2", "Frames: two", 17, "Frames"),
        ("Frames: 2", "Frames: 0", 17, "Frames"),
        ("Frames: 2", "Frames: -2", 17, "Frames"),
        ("Frames: 2", "Frames: 1000000000", 18, "more than the file can hold"),
        ("Frames: 2", "Frames: 100000", 18, "more than the file can hold"),
        ("Frames: 2", "Frames: 99999999999999999999", 17, "Frames"),
        ("Frame Time: 0.0333333", "Frame Time: 0", 18, "not possible"),
        ("Frame Time: 0.0333333", "Frame Time: -1", 18, "not possible"),
        ("Frame Time: 0.0333333", "Frame Time: nan", 18, "not finite"),
        ("Frame Time: 0.0333333", "FrameTime 1", 18, "Frame Time"),
        ("1 2 3 90 0 0 0 0 0", "1 2 3 90 0 0 0 0", 19, "needs 9 numbers and has 8"),
        ("1 2 3 90 0 0 0 0 0", "1 2 3 90 0 0 0 0 inf", 19, "not finite"),
        ("4 5 6 0 0 0 0 30 0", "4 5 6 0 0 0 0 3O 0", 20, "no number"),
    ],
)
def test_errors_name_their_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(FormatError, match=words) as caught:
        read_bvh(small(tmp_path / "a.bvh", (old, new)))
    assert str(caught.value).startswith(f"a.bvh, line {line}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["HIERARCHY\n", "HIERARCHY\nMOTION\n", SMALL[: SMALL.index("4 5 6")], "HIERARCHY\n" + "{\n" * 9]
)
def test_files_that_end_early_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.bvh").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=r"a\.bvh"):
        read_motion(tmp_path / "a.bvh")


def test_a_tower_of_joints_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bvh").write_text("HIERARCHY\nROOT a\n{\n" + "JOINT b\n{\n" * 5000, encoding="utf-8")
    with pytest.raises(FormatError, match="more than 2000 joints"):
        read_motion(tmp_path / "a.bvh")


def test_many_joints_without_channels_take_no_memory(tmp_path: Path) -> None:
    joints = "JOINT b\n{\nOFFSET 0 1 0\n}\n" * 1900
    head = f"HIERARCHY\nROOT a\n{{\nOFFSET 0 0 0\nCHANNELS 1 Xrotation\n{joints}}}\n"
    (tmp_path / "a.bvh").write_text(
        head + "MOTION\nFrames: 150000\nFrame Time: 0.01\n" + "0\n" * 150000, encoding="utf-8"
    )
    with pytest.raises(
        FormatError, match="150000 frames of 1901 joints and ends, more than can be read: cut"
    ):
        read_motion(tmp_path / "a.bvh")


def test_joints_at_one_point_are_refused(tmp_path: Path) -> None:
    path = small(tmp_path / "a.bvh", ("OFFSET 0 80 0", "OFFSET 0 0 0"), ("OFFSET 0 90 0", "OFFSET 0 0 0"))
    with pytest.raises(FormatError, match=r"a\.bvh has all joints at one point"):
        read_motion(path)


@pytest.mark.parametrize("start", ["HIERARCHY\n", SMALL[: SMALL.index("4 5 6")]])
def test_a_line_without_end_is_refused_before_it_is_split(tmp_path: Path, start: str) -> None:
    (tmp_path / "a.bvh").write_text(start + "1 " * 2**20, encoding="utf-8")
    with pytest.raises(FormatError, match=r"a\.bvh, line \d+: the line is too long"):
        read_motion(tmp_path / "a.bvh")


def test_what_is_no_human_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"The joints of a\.bvh are not a human body's"):
        read_motion(small(tmp_path / "a.bvh"))


def test_other_writings_of_the_same_file_are_read(tmp_path: Path) -> None:
    expected = read_bvh(small(tmp_path / "a.bvh"))
    (tmp_path / "b.bvh").write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").upper().encode())
    back = read_bvh(tmp_path / "b.bvh")
    np.testing.assert_allclose(back.positions, expected.positions)


def test_files_state_centimetres_and_keep_continuous_angles(tmp_path: Path) -> None:
    motion = make_walk(60)
    local = motion.local_rotations.copy()
    local[:, 0] = axis_angle_to_quaternion(np.linspace(0, 12, 60)[:, None] * [0, 1.0, 0])
    write_motion(Motion(T_POSE, 20, motion.root_translation, local), tmp_path / "a.bvh")
    rows = (tmp_path / "a.bvh").read_text(encoding="utf-8").split("Frame Time:")[1].splitlines()[1:]
    values = np.array([row.split() for row in rows], dtype=float)
    np.testing.assert_allclose(values[:, :3], 100 * motion.root_translation, atol=1e-5)
    assert np.abs(np.diff(values[:, 3:], axis=0)).max() < 60
    np.testing.assert_allclose(values[-1, 5], np.degrees(12), atol=1e-3)
