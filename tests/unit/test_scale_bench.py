# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.bench.scale_bench``: growth exponent, tables and plot."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from devtools.bench import scale_bench

SIZES = (1, 10, 100, 1000)


def make_figures(exponent: float) -> dict[str, list[dict[str, float]]]:
    """Return figures whose times grow with a power of the size, above a constant cost."""
    rows = [{"size": n, "generate": 0.01 * n**exponent, "apply": 0.002 * n**exponent} for n in SIZES]
    return dict.fromkeys(scale_bench.TITLES, rows)


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0])
def test_growth_is_the_exponent(exponent: float) -> None:
    rows = make_figures(exponent)["seconds"]
    assert scale_bench.compute_growth(rows, "apply") == pytest.approx(exponent)


def test_plot_is_well_formed_and_has_a_point_for_each_time() -> None:
    figures = make_figures(1.0)
    figures["bones"] = [{"size": row["size"], "apply": row["apply"]} for row in figures["bones"]]
    svg = ElementTree.fromstring(scale_bench.draw_plot(figures, "a processor, 2 cores"))
    points = svg.findall("{http://www.w3.org/2000/svg}circle")
    assert len(points) == (2 + 1 + 2) * len(SIZES)
    box = [float(n) for n in str(svg.get("viewBox")).split()]
    assert all(
        0 < float(p.get("cx", "-1")) < box[2] and 0 < float(p.get("cy", "-1")) < box[3] for p in points
    )


def test_tables_name_time_and_time_per_unit(tmp_path: Path) -> None:
    scale_bench.write_scale(make_figures(1.0), "a processor", tmp_path, write=False)
    tables = scale_bench.format_tables(make_figures(1.0))
    assert "| 1000" in tables and "10.000 s" in tables and "apply 1.00" in tables
    assert (tmp_path / "scale.svg").read_text(encoding="utf-8").startswith("<svg")
