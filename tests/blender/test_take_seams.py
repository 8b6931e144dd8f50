# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes that are redone and continued on a rig: keys outside stay, both ends are met, feet stay where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devtools.in_blender.directing import measure_continuation, measure_redo

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.mark.parametrize(
    ("measure", "rig", "number"),
    [(measure_redo, "mixamo", 0), (measure_redo, "vrm1", 7), (measure_continuation, "unreal5", 4)],
)
def test_seams_on_rigs(measure: Callable[[str, int], dict[str, float]], rig: str, number: int) -> None:
    # the seams are those of the take's own motion, which its record has to name
    figures = measure(rig, number)
    assert figures["changed_outside"] == 0
    assert figures["speed_ratio"] <= 1.5
    assert figures["slide_m"] <= 0.02
