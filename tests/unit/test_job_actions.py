# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.bench.job_actions``: the table that it makes of its counts."""

from __future__ import annotations

from devtools.bench.job_actions import REPORT, format_table


def test_a_row_holds_the_counts_of_each_window() -> None:
    notes = {
        "variation_chosen": 2, "path_bent_and_seen": 2, "hand_pinned": 2, "edge_moved_and_redone": 2,
        "hand_from_cup_mm": 1.14,
    }  # fmt: skip
    other = {**notes, "hand_pinned": 3, "hand_from_cup_mm": 0.2}
    text = format_table({"date": "2026-11-29", "blender": {"4.3.2": notes, "5.2.2 LTS": other}})
    assert "The palm is 1.1 mm at most" in " ".join(text.split())
    row = next(line for line in text.splitlines() if "hand pinned" in line)
    assert [cell.strip() for cell in row.strip("|").split("|")][1:] == ["3", "2", "3", "7"]


def test_the_page_has_the_place_for_it() -> None:
    text = REPORT.page.read_text(encoding="utf-8")
    assert text.count(REPORT.begin) == text.count(REPORT.end) == 1
