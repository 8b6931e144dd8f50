# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.testing.run_cases``, ``case_notes``: each case is printed with its verdict and its notes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devtools.testing import run_cases
from devtools.testing.case_notes import list_assumptions
from devtools.testing.file_cases import CASES


@pytest.mark.parametrize(
    ("source", "assumptions"),
    [
        ("a.bvh: BVH of 22 joints, taken for centimetres, Y up", ["taken for centimetres"]),
        ("a.glb: glTF animation 'walk 1', Y up, motion 2 of 3", []),
        ("a.npz: TRAM, SMPL, 30 fps assumed, Y up, no fingers", ["30 fps assumed"]),
        ("a.npy: MDM, 24 joints, 20 fps, rotations solved from joints, no fingers, Y up", []),
        ("a.bvh: BVH of 22 joints, Z up by how the body stands", ["Z up by how the body stands"]),
        ("", []),
    ],
)
def test_facts_are_no_assumptions(source: str, assumptions: list[str]) -> None:
    assert list_assumptions(source) == assumptions


def test_cases_are_printed_with_their_notes_and_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {case.name: case for case in CASES}
    cases = (named["plain.bvh"], named["plain.glb"])
    for name in ("FURTHER_CASES", "TOOL_CASES", "RIG_CASES"):
        monkeypatch.setattr(run_cases, name, ())
    monkeypatch.setattr(run_cases, "CASES", cases)
    assert run_cases.run_cases(None) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in lines] == [
        "right   plain.bvh",
        "notes: taken for centimetres",
        "right   plain.glb",
        "2 right, 0 refused, 0 wrong",
        "notes for 1 of 2 cases",
    ]
    monkeypatch.setattr(run_cases, "CASES", (replace(cases[0], fps=99.0),))
    assert run_cases.run_cases(None) == 1, "a wrong case"
    assert "0 right, 0 refused, 1 wrong" in capsys.readouterr().out
