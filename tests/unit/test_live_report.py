# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.bench.live_window``: the table that it makes of its figures."""

from __future__ import annotations

from devtools.bench.live_window import REPORT, format_table


def test_table_has_a_column_for_each_window_and_names_the_load() -> None:
    notes = {
        "changes": {"median_s": 0.42, "longest_s": 0.6, "processor_s": 0.3, "others": 0.02},
        "drag": {"median_s": None, "gaps_ms": {"drag": 90.4, "end": 120.0}, "others": 0.31},
        "drag_point": {"median_s": 0.51, "gaps_ms": {"drag": 95.0, "end": 99.0}},
        "drag_without": {"gaps_ms": {"drag": 80.0, "end": 110.0}},
        "parts": {"median_ms": 12.2, "per_second": 41.7},
        "ghosts": {"median_ms": 5.1, "per_second": 24.4},
        "without_ghosts": {"per_second": 25.0},
    }
    slower = {**notes, "changes": {"median_s": 0.44, "longest_s": 0.7, "processor_s": 0.4, "others": 0.0}}
    figures = {
        "date": "2026-11-29",
        "machine": {"cores": 2},
        "blender": {"4.3.2": slower, "5.2.2 LTS": notes},
    }
    text = format_table(figures)
    assert "up to 31% of the processors" in " ".join(text.split())
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]
    assert rows[0] == ["", "aim", "4.3.2", "5.2.2 LTS"]
    assert ["delay after a single change, median", "0.6 s", "0.44 s", "0.42 s"] in rows
    assert ["delay while a path is dragged, median", "0.6 s", "-", "-"] in rows
    assert ["gap while a path is dragged", "100 ms", "90 ms", "90 ms"] in rows
    assert max(len(line) for line in text.splitlines()) <= 120


def test_the_page_has_the_place_for_it() -> None:
    text = REPORT.page.read_text(encoding="utf-8")
    assert text.count(REPORT.begin) == text.count(REPORT.end) == 1
