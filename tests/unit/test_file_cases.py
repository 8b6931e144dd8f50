# SPDX-License-Identifier: GPL-3.0-or-later
"""``formats.adjust_motion``, ``joint_sources``, ``smpl_layouts``: files as many exporters write them are read right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinescribe.motion import FormatError
from kinescribe.motion.formats import ReadOptions, bvh_read, format_detection, read_motion
from kinescribe.motion.formats.reading_report import describe_reading
from kinescribe.motion.formats.travel_unit import guess_travel_unit
from kinescribe.motion.rotations import rotation_about_axis

from devtools.testing.file_cases import CASES, FileCase, check_case
from devtools.testing.further_cases import FURTHER_CASES
from devtools.testing.made_files import (
    make_smpl_source,
    make_source,
    write_asf_amc,
    write_bvh_text,
    write_glb_file,
)
from devtools.testing.tool_cases import TOOL_CASES, _edited_glb


@pytest.mark.parametrize("case", (*CASES, *FURTHER_CASES, *TOOL_CASES), ids=lambda case: case.name)
def test_files_are_read_right(case: FileCase, tmp_path: Path) -> None:
    assert check_case(case, tmp_path) == []


def test_a_gltf_packed_by_an_extension_is_refused_with_its_reason(tmp_path: Path) -> None:
    """Packed bytes are not numbers of an accessor, and the buffer of the unpacked ones is empty."""

    def pack(document: dict[str, Any]) -> None:
        document["buffers"].append({"byteLength": 10_000})
        for view in document["bufferViews"]:
            view["extensions"] = {"EXT_meshopt_compression": {**view, "mode": "ATTRIBUTES"}}
            view["buffer"] = 1

    _edited_glb(pack)(tmp_path / "packed.glb")
    with pytest.raises(FormatError, match="export it without compression"):
        read_motion(tmp_path / "packed.glb")


@pytest.mark.parametrize("more", ["1 2 3", "nan " * 500, "end of the file", "x" * 2_000_000])
def test_what_follows_the_frames_of_a_bvh_and_is_none_is_left_out(more: str, tmp_path: Path) -> None:
    path = tmp_path / "walk.bvh"
    write_bvh_text(path, make_source())
    path.write_text(path.read_text(encoding="utf-8") + f"\n{more}\n", encoding="utf-8")
    assert len(read_motion(path)) == 41


def test_a_bvh_whose_further_frames_are_too_many_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "walk.bvh"
    write_bvh_text(path, make_source())
    path.write_text(path.read_text(encoding="utf-8").replace("Frames: 41", "Frames: 20"), encoding="utf-8")
    monkeypatch.setattr(bvh_read, "MAX_FRAMES", 30)
    with pytest.raises(FormatError, match="more than can be read"):
        read_motion(path)


def test_a_runner_in_metres_is_not_taken_for_centimetres() -> None:
    motion = make_smpl_source()
    steps = np.arange(len(motion))[:, None] * [0.0, 0.0, 12.0 / motion.fps]
    unit = guess_travel_unit(
        motion.skeleton, motion.root_translation + steps, motion.local_rotations, motion.fps
    )
    assert unit == ("metres", 1.0)
    assert (
        guess_travel_unit(motion.skeleton, motion.root_translation[:1], motion.local_rotations[:1], 30.0)[1]
        == 1.0
    )


def test_the_report_says_what_was_read_and_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "walk.bvh"
    write_bvh_text(path, make_source(height=0.7))
    options = ReadOptions(fps=30.0)
    report = describe_reading(read_motion(path, options=options), path, options, {"Blender": "4.5"})
    for part in (
        "walk.bvh",
        "floats by 0.7",
        "fps 30.0",
        "41 at 30 a second",
        "Blender 4.5",
        "taken for centimetres",
    ):
        assert part in report
    assert str(tmp_path) not in report


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"up": "W"}, "no axis"),
        ({"up": "Z", "forward": "-Z"}, "can't be forward"),
        ({"unit": -1.0}, "not possible"),
        ({"fps": float("nan")}, "not possible"),
        ({"floor": "roof"}, "no floor"),
    ],
)
def test_options_that_are_not_possible_are_refused(stated: dict[str, Any], words: str) -> None:
    with pytest.raises(FormatError, match=words):
        ReadOptions(**stated)


@pytest.mark.parametrize("axis", ["X", "-X", "Z", "-Z"])
def test_the_forward_axis_that_is_chosen_becomes_ahead(axis: str, tmp_path: Path) -> None:
    path = tmp_path / "walk.bvh"
    write_bvh_text(path, make_source())
    plain, turned = read_motion(path), read_motion(path, options=ReadOptions(forward=axis))
    way = plain.positions[-1, 0] - plain.positions[0, 0]
    ahead = turned.positions[-1, 0] - turned.positions[0, 0]
    sign = -1.0 if axis.startswith("-") else 1.0
    assert ahead[2] == pytest.approx(sign * way["XYZ".index(axis[-1])], abs=1e-6)
    assert ahead[1] == pytest.approx(way[1], abs=1e-6)


def test_a_file_of_one_frame_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pose.bvh"
    write_bvh_text(path, make_source(1), world=rotation_about_axis("x", np.pi / 2))
    motion = read_motion(path)
    assert len(motion) == 1 and "Z up" in motion.provenance.source


def test_too_little_memory_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise MemoryError

    path = tmp_path / "walk.bvh"
    write_bvh_text(path, make_source())
    monkeypatch.setattr(format_detection, "convert_joints", fail)
    with pytest.raises(FormatError, match="more memory than there is"):
        read_motion(path)


def test_an_amc_without_its_skeleton_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "02_01.amc"
    write_asf_amc(path, make_source())
    skeleton = path.with_suffix(".asf")
    with pytest.raises(FormatError, match="skeleton without a motion"):
        read_motion(skeleton)
    skeleton.rename(tmp_path / "02.asf")
    (tmp_path / "03.asf").write_text("", encoding="utf-8")
    assert len(read_motion(path)) == 41
    (tmp_path / "02.asf").rename(tmp_path / "04.asf")
    with pytest.raises(FormatError, match="needs its skeleton"):
        read_motion(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rx ry rz", "rx ry"),
        ("lfemur", "nowhere"),
        (":hierarchy", ":nothing"),
        ("direction", "direction nan"),
        ("axis", "axis 1e300"),
        ("length", "length none"),
    ],
)
def test_damaged_skeletons_are_refused_in_one_sentence(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "a.amc"
    write_asf_amc(path, make_source(3))
    skeleton = path.with_suffix(".asf")
    text = skeleton.read_text(encoding="utf-8")
    skeleton.write_text(
        text[: len(text) // 3] + text[len(text) // 3 :].replace(old, new, 1), encoding="utf-8"
    )
    try:
        read_motion(path)
    except FormatError as error:
        assert "\n" not in str(error) and "a.a" in str(error)
    else:
        pytest.fail("it was read")


@pytest.mark.filterwarnings("ignore:.*(overflow|invalid value).*:RuntimeWarning")
def test_positions_without_bounds_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "walk.glb"
    write_glb_file(path, make_source(3), unit=1e200, scale=1e-9, above=("Armature",))
    with pytest.raises(FormatError, match=r"walk\.glb"):
        read_motion(path)


def test_a_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "walks").mkdir()
    with pytest.raises(FormatError, match=r"^walks is a folder: choose the motion files in it$"):
        read_motion(tmp_path / "walks")
