# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a motion between two times, from files and from the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from kinescribe.inference.cli import main
from kinescribe.motion import FormatError
from kinescribe.motion.formats import ReadOptions, read_motion, write_motion
from kinescribe.motion.trim import trim_motion

from devtools.testing.motions import make_walk


def test_the_frames_between_two_times_stay_as_they_were() -> None:
    motion = make_walk(60, fps=20.0)
    cut = trim_motion(motion, 0.5, 2.0)
    assert len(cut) == 30
    assert np.array_equal(cut.root_translation, motion.root_translation[10:40])
    assert np.array_equal(cut.local_rotations, motion.local_rotations[10:40])
    assert len(trim_motion(motion, 1.0)) == 40 and trim_motion(motion, 0.0, 99.0) is motion


def test_contacts_and_given_spans_move_along() -> None:
    motion = make_walk(60, fps=20.0)
    contacts = np.arange(240).reshape(60, 4) % 3 == 0
    motion = replace(motion, contacts=contacts).with_provenance(
        given=(("body", 0.0, 0.2), ("body", 0.25, 1.0), ("left_arm", 2.5, 2.8))
    )
    cut = trim_motion(motion, 0.5, 2.0)
    assert cut.contacts is not None and np.array_equal(cut.contacts, contacts[10:40])
    assert cut.provenance.given == (("body", 0.0, 0.5),)


def test_nothing_left_is_one_sentence() -> None:
    with pytest.raises(FormatError, match=r"Nothing is left between 4 and 5 s: the motion lasts 3\.00 s"):
        trim_motion(make_walk(60, fps=20.0), 4.0, 5.0)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"start": -1.0}, "can't be trimmed"),
        ({"end": float("nan")}, "can't be trimmed"),
        ({"start": 2.0, "end": 1.0}, "not after the start"),
    ],
)
def test_impossible_times_are_refused(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        ReadOptions(**wrong)


def test_files_are_trimmed_as_they_are_read(tmp_path: Path) -> None:
    write_motion(make_walk(60, fps=20.0), tmp_path / "walk.bvh")
    assert len(read_motion(tmp_path / "walk.bvh", options=ReadOptions(start=1.0, end=2.0))) == 20
    arguments = [
        "convert",
        str(tmp_path / "walk.bvh"),
        str(tmp_path / "cut.npz"),
        "--start",
        "1",
        "--end",
        "2",
    ]
    assert main(arguments) == 0
    assert read_motion(tmp_path / "cut.npz").seconds == pytest.approx(1.0)
