# SPDX-License-Identifier: GPL-3.0-or-later
"""FK and IK keys on a Rigify rig that Blender generates, in a process of its own (see ``rigify_ik_child``)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHILD = Path(__file__).resolve().parent / "rigify_ik_child.py"
SHARED = CHILD.parents[3] / "shared"


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, Any]]:
    """What the child process found out, by motion."""
    folder = [str(SHARED)] if SHARED.is_dir() else []
    done = subprocess.run(
        [sys.executable, str(CHILD), *folder], capture_output=True, text=True, encoding="utf-8", timeout=400
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("MEASURED ")]
    assert lines, done.stdout[-2000:] + done.stderr[-2000:]
    found: dict[str, dict[str, Any]] = json.loads(lines[0].removeprefix("MEASURED "))
    return found


def test_fk_and_ik_keys_show_the_same(measured: dict[str, dict[str, Any]]) -> None:
    assert all(measures["apart"] < 0.01 for measures in measured.values()), measured
    assert measured["made up"]["apart on root"] < 0.01
    assert measured["applied"]["notes"] == []


def test_feet_stand_still_either_way(measured: dict[str, dict[str, Any]]) -> None:
    standing = [measures for measures in measured.values() if "source" in measures]
    if not standing:
        pytest.skip("needs the recordings of the optional material in ../shared, which is not here")
    for measures in standing:
        for way in ("foot FK", "foot IK"):
            assert measures[way] < measures["source"] + 0.01, measures
