# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.bench.freezes``: the table that it makes of its figures."""

from __future__ import annotations

from typing import Any

from devtools.bench.freezes import REPORT, format_table


def subject(baking: tuple[float, float], others: float = 0.0) -> dict[str, Any]:
    runs = [{"generating_ms": 50.4, "baking_ms": ms, "others": others} for ms in baking]
    return {
        "bones": 22, "vertices": 700_000, "frames": 240, "idle_ms": 30.0, "own_ms": 90.6,
        "first": runs[0], "again": runs[1],
    }  # fmt: skip


def test_a_row_holds_the_worse_of_both_runs() -> None:
    blender = {
        "4.3.2": {"heavy_mesh": subject((101.0, 120.4), 0.25)},
        "5.2.2": {"rigify": subject((99.0, 80.0))},
    }
    text = format_table({"date": "2026-11-29", "blender": blender})
    heavy, rigify = [line for line in text.splitlines() if "22 bones, 700,000 vertices, 240 frames" in line]
    assert heavy.startswith("| heavy mesh:") and "30 / 50 / 91 / 120" in heavy and "not measured" in heavy
    assert rigify.startswith("| rigify:") and "30 / 50 / 91 / 99" in rigify
    assert "up to 25%" in text and "2026-11-29" in text


def test_the_page_has_a_place_for_it() -> None:
    page = REPORT.page.read_text(encoding="utf-8")
    assert page.count(REPORT.begin) == page.count(REPORT.end) == 1
    assert page.index(REPORT.begin) < page.index(REPORT.end)
