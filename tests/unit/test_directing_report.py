# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises of takes that ``dev.py directing`` holds, and the figures that are on the page."""

from __future__ import annotations

import copy
import json

import pytest

from devtools.bench import directing


@pytest.fixture
def figures() -> dict[str, list[dict[str, float]]]:
    """The figures of the last measurement."""
    found: dict[str, list[dict[str, float]]] = json.loads(directing.REPORT.read_text("utf-8"))
    return found


def test_the_page_shows_the_last_measurement(figures: dict[str, list[dict[str, float]]]) -> None:
    assert directing.format_figures(figures) in directing.PAGE.read_text("utf-8")


@pytest.mark.parametrize(
    "part, key, value, said",
    [
        ("redos", "speed_ratio", 1.6, "worst 1.60 x, at most 1.50 x"),
        ("continuation", "slide_m", 0.021, "worst 21.0 mm, at most 20.0 mm"),
        ("redone range", "changed_outside", 1.0, "at most 0.00 x"),
        ("own_keys", "position_m", 0.011, "worst 11.0 mm, at most 10.0 mm"),
        ("packed", "packed_kb", 201.0, "at most 200 kB"),
    ],
)
def test_one_motion_beyond_a_promise_is_named(
    figures: dict[str, list[dict[str, float]]], part: str, key: str, value: float, said: str
) -> None:
    before = directing.list_broken_promises(figures)
    changed = copy.deepcopy(figures)
    changed[part][0][key] = value
    (sentence,) = [line for line in directing.list_broken_promises(changed) if line not in before]
    assert sentence.startswith(f"{part}: ") and said in sentence


def test_of_reduced_keys_half_of_the_motions_count(figures: dict[str, list[dict[str, float]]]) -> None:
    changed = {"pose_keys": [{"share": share} for share in (0.2, 0.3, 0.39, 0.6, 0.7)]}
    assert directing.list_broken_promises(changed) == []
    changed["pose_keys"][2]["share"] = 0.41
    assert len(directing.list_broken_promises(changed)) == 1


def test_a_kind_that_was_not_measured_says_nothing() -> None:
    assert directing.list_broken_promises({}) == []
