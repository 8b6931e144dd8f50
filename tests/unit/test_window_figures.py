# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.bench.window_figures``: figures of one window stand beside those of another, if they can be compared."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from devtools.bench.window_figures import add_other_windows

EARLIER: dict[str, Any] = {
    "date": "2026-11-29", "version": "0.1.0", "machine": {"processor": "A", "cores": 2, "load_before": 0.1},
    "blender": {"4.3.2": {"found": 1}, "5.2.2 LTS": {"found": 2}},
}  # fmt: skip


@pytest.fixture
def figures() -> dict[str, Any]:
    """Found in one of both windows, on the same day and machine, under another load."""
    found = copy.deepcopy(EARLIER)
    found["machine"]["load_before"] = 2.0
    found["blender"] = {"5.2.2 LTS": {"found": 3}}
    return found


def test_the_other_window_is_kept_and_the_measured_one_is_new(figures: dict[str, Any]) -> None:
    add_other_windows(figures, EARLIER)
    assert figures["blender"] == {"4.3.2": {"found": 1}, "5.2.2 LTS": {"found": 3}}
    assert list(figures["blender"]) == ["4.3.2", "5.2.2 LTS"]


@pytest.mark.parametrize(
    "key, value", [("date", "2026-11-30"), ("version", "0.2.0"), ("machine", {"cores": 4})]
)
def test_figures_of_other_circumstances_are_dropped(figures: dict[str, Any], key: str, value: object) -> None:
    add_other_windows(figures, {**EARLIER, key: value})
    assert list(figures["blender"]) == ["5.2.2 LTS"]
