# SPDX-License-Identifier: GPL-3.0-or-later
"""A Rigify rig that Blender generates, in a process of its own (see ``rigify_child``)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHILD = Path(__file__).resolve().parent / "rigify_child.py"
SHARED = CHILD.parents[3] / "shared"


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """What the child process found out; generating the rig alone takes it some ten seconds."""
    folder = [str(SHARED)] if SHARED.is_dir() else []
    done = subprocess.run(
        [sys.executable, str(CHILD), *folder], capture_output=True, text=True, encoding="utf-8", timeout=400
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("MEASURED ")]
    assert lines, done.stdout[-2000:] + done.stderr[-2000:]
    found: dict[str, Any] = json.loads(lines[0].removeprefix("MEASURED "))
    return found


def test_generated_rig_and_metarig_are_recognised(measured: dict[str, Any]) -> None:
    assert measured["bones"] > 500
    assert (measured["family"], measured["missing"], measured["confidence"]) == ("rigify", [], 1.0)
    assert (measured["meta_family"], measured["meta_missing"]) == ("rigify_meta", [])


def test_switches_are_those_that_the_rig_has(measured: dict[str, Any]) -> None:
    assert measured["switches"] == 11


def test_deform_bones_point_as_the_motion_says(measured: dict[str, Any]) -> None:
    for name, limits in measured["limits"].items():
        assert limits["median"] <= 2.0, name
        assert limits["p95"] <= 6.0, name


def test_torso_and_head_turn_as_the_motion_says(measured: dict[str, Any]) -> None:
    for name, limits in measured["limits"].items():
        assert limits["torso"] < 0.5, name


def test_feet_neither_sink_nor_hang_in_the_air(measured: dict[str, Any]) -> None:
    for name, limits in measured["limits"].items():
        assert abs(limits["toe_error"]) < 0.02, name
