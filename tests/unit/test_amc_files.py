# SPDX-License-Identifier: GPL-3.0-or-later
"""ASF/AMC: frames that are read together and frames that are read line by line give the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import FormatError
from kinescribe.motion.formats import asf_read, read_motion

from devtools.testing import made_files as made


@pytest.fixture
def amc(tmp_path: Path) -> Path:
    path = tmp_path / "01_01.amc"
    made.write_asf_amc(path, made.make_source(30))
    return path


def read_values(path: Path) -> dict[str, np.ndarray]:
    return asf_read._parse_motion(path, asf_read._parse_skeleton(path.with_suffix(".asf")))


@pytest.mark.parametrize("part_lines", [1, 40, 100, 20_000])
@pytest.mark.parametrize("change", [
    lambda line: f"  {line}", lambda line: f"{line} # a comment", lambda line: f"{line}\n\n",
    lambda line: f"{line}\n:X", lambda line: f"{line}\nprop 1 2 3",
])  # fmt: skip
def test_other_spellings_of_a_line_say_the_same(
    amc: Path, part_lines: int, change: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = read_values(amc)
    lines = amc.read_text(encoding="utf-8").splitlines()
    wanted = [k for k, line in enumerate(lines) if line.startswith("lhumerus")][9]
    lines[wanted] = change(lines[wanted])
    amc.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(asf_read, "_PART_LINES", part_lines)
    found = read_values(amc)
    assert found.keys() == right.keys()
    assert all(np.array_equal(found[name], right[name]) for name in right)


@pytest.mark.parametrize("part_lines", [1, 100, 20_000])
def test_a_bone_that_a_frame_leaves_out_keeps_its_values(
    amc: Path, part_lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = read_values(amc)
    lines = amc.read_text(encoding="utf-8").splitlines()
    named = [k for k, line in enumerate(lines) if line.startswith("lhumerus")]
    for k in (named[20], named[11], named[10]):
        del lines[k]
    amc.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(asf_read, "_PART_LINES", part_lines)
    found = read_values(amc)["lhumerus"]
    assert np.array_equal(found[10], right["lhumerus"][9])
    assert np.array_equal(found[11:13], right["lhumerus"][[9, 12]])
    assert len(found) == 30


@pytest.mark.parametrize("part_lines", [40, 20_000])
@pytest.mark.parametrize("change", [
    lambda line: f"{line} 1", lambda line: line.rsplit(" ", 1)[0], lambda line: line[:-1] + "x",
    lambda line: f"{line}\n{line}",
])  # fmt: skip
def test_the_sentence_names_the_line(
    amc: Path, part_lines: int, change: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = amc.read_text(encoding="utf-8").splitlines()
    wanted = [k for k, line in enumerate(lines) if line.startswith("lhumerus")][17]
    changed = change(lines[wanted])
    lines[wanted] = changed
    amc.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(asf_read, "_PART_LINES", part_lines)
    with pytest.raises(FormatError, match=f"line {wanted + 1 + changed.count(chr(10))}:"):
        read_values(amc)


@pytest.mark.parametrize("line", ["axis XXZ", "axis Q", "order", "orientation a b c", "orientation 0 0"])
def test_a_root_that_can_t_be_understood_is_one_sentence(amc: Path, line: str) -> None:
    skeleton = amc.with_suffix(".asf")
    key = line.split()[0]
    text = skeleton.read_text(encoding="utf-8").splitlines()
    place = next(k for k, one in enumerate(text) if one.split()[0] == key)
    text[place] = f"  {line}"
    skeleton.write_text("\n".join(text), encoding="utf-8")
    with pytest.raises(FormatError):
        read_motion(amc)
