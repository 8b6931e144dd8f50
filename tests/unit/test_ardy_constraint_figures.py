# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py directing --ardy``: ARDY with random weights is measured, and the table shows both models."""

from __future__ import annotations

from kinescribe.motion import make_text_request

from devtools.bench.directing import ARDY_BEGIN, ARDY_END, ARDY_PAGE, format_beside
from devtools.testing.random_ardy import make_random_ardy


def test_a_figure_of_each_model_stands_in_a_row() -> None:
    embedded = {"path": [{"points_m": 0.0}], "waypoints": [{"waypoint_m": 0.001}, {"waypoint_m": 0.002}]}
    ardy = {"path": [{"points_m": 0.0123}], "waypoints": [{"waypoint_m": 0.003}, {"waypoint_m": 0.004}]}
    path, waypoints = (" ".join(line.split()) for line in format_beside(embedded, ardy).splitlines()[2:])
    assert path.startswith("| path |") and path.endswith("| 0.0 mm | 0.0 mm | 12.3 mm | 12.3 mm | 1 |")
    assert waypoints.endswith("| 2.0 mm | 2.0 mm | 4.0 mm | 4.0 mm | 2 |")


def test_the_page_has_a_place_for_it() -> None:
    page = ARDY_PAGE.read_text(encoding="utf-8")
    assert page.count(ARDY_BEGIN) == page.count(ARDY_END) == 1
    assert page.index(ARDY_BEGIN) < page.index(ARDY_END)


def test_random_weights_make_the_same_motion_for_the_same_sentence() -> None:
    request = make_text_request("a person walks", 1.0, 20.0, diffusion_steps=2)
    first, again = (make_random_ardy().generate(request)[0] for _ in range(2))
    assert (first.local_rotations == again.local_rotations).all()
