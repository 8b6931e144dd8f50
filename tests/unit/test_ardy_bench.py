# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.bench.ardy_bench``: the table that it makes of its figures."""

from __future__ import annotations

from typing import Any

from devtools.bench.ardy_bench import BEGIN, COLUMNS, END, PAGE, _merge_parts, format_report

MACHINE = {"system": "Linux", "processor": "A processor", "cores": 2, "load_before": 0.1}


def part(name: str, **figures: Any) -> dict[str, Any]:
    return {"date": "2026-11-29", "machine": MACHINE, "blender": {name: {"choice": "openblas", **figures}}}


def test_a_figure_beyond_its_target_is_bold() -> None:
    text = format_report(
        {
            "modules": part("4.5", load=2.5, four_4=1.25, peak_mb=900.0, released_mb=12.0),
            "windows": part("5.2.2 window", gap_ms=99.6, cancel=0.31),
        }
    )
    module, window = (" ".join(line.split()) for line in text.splitlines() if "openblas" in line)
    assert "| **2.50 s** | 1.25 s |" in module and "900 MB" in module and module.count("**") == 2
    assert "100 ms" in window and "**0.31 s**" in window
    assert text.count("A processor, 2 cores") == 1


def test_a_blender_that_was_not_measured_keeps_its_figures_date_and_machine() -> None:
    later = {**part("5.2 window", load=1.0), "date": "2026-11-30"}
    merged = _merge_parts(_merge_parts(None, part("4.3 window", load=0.5)), later)
    text = format_report({"windows": merged})
    assert "0.50 s" in text and "1.00 s" in text
    assert "4.3 window: 2026-11-29" in text and "5.2 window: 2026-11-30" in text


def test_the_page_has_a_place_for_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count(BEGIN) == page.count(END) == 1 and page.index(BEGIN) < page.index(END)
    assert all(target is None or target > 0 for _, _, target in COLUMNS.values())
