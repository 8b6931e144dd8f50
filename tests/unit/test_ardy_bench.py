# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.bench.ardy_bench`` and ``ardy_original``: the tables that they make of their figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from devtools.bench import ardy_original
from devtools.bench.ardy_bench import (
    BEGIN,
    COLUMNS,
    END,
    LENGTH_BEGIN,
    LENGTH_END,
    PAGE,
    _merge_parts,
    format_lengths,
    format_report,
)
from devtools.env.console import CommandError

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


def test_long_motions_have_a_row_each() -> None:
    common = {"choice": "openblas", "blender": "4.5.15 LTS"}
    rows = [
        {"length": 10, "took": 4.0, "peak_mb": 1050.0, **common},
        {"length": 600, "took": 150.0, "peak_mb": 1700.0, **common},
    ]
    text = format_lengths({"date": "2026-11-30", "machine": MACHINE, "rows": rows})
    short, long = (" ".join(line.split()) for line in text.splitlines() if " ms |" in line)
    assert "| 10 s | 4.0 s | 400 ms | 1050 MB |" in short
    assert "| 250 ms | **1700 MB** |" in long
    assert "Blender 4.5.15 LTS (bpy), openblas, 4 steps; 2026-11-30" in text


def test_windows_beyond_the_bound_are_counted() -> None:
    keys = list(ardy_original.COMPARED)
    windows = [dict.fromkeys(keys, 1e-6 * n) for n in range(1, 11)]
    windows[-1] = {key: (2e-4 if key == keys[0] else 1e-5) for key in keys}
    text = ardy_original.format_windows({"fitting": windows})
    first, second, *_ = (" ".join(line.split()) for line in text.splitlines() if " of 10 " in line)
    assert "| 5.5e-06 | 9.0e-06 | 2.0e-04 | 1 of 10 |" in first
    assert "| 1.0e-05 | 0 of 10 |" in second


def test_the_worker_stands_beside_the_original() -> None:
    speed = {"4 s at 4 steps": {"original": 1.2, "worker": 0.8}}
    text = ardy_original.format_speed({"date": "2026-11-30", "machine": MACHINE, "speed": speed})
    assert "1.20 s | 0.80 s |" in text and "A processor, 2 cores" in text


def test_without_the_originals_code_nothing_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ardy_original.measure_beside_original(None, tmp_path, False)
    assert "skipped, --original CHECKOUT" in capsys.readouterr().out
    with pytest.raises(CommandError, match="is no checkout of"):
        ardy_original.measure_beside_original(tmp_path, tmp_path, False)
    assert not list(tmp_path.iterdir())


def test_the_page_has_a_place_for_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for begin, end in ((BEGIN, END), (LENGTH_BEGIN, LENGTH_END), *ardy_original.MARKS.values()):
        assert page.count(begin) == page.count(end) == 1 and page.index(begin) < page.index(end)
    assert all(target is None or target > 0 for _, _, target in COLUMNS.values())
