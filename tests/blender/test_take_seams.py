# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes that are redone and continued on a rig: keys outside stay, both ends are met, feet stay where they stand."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import pytest

from devtools.in_blender.directing import (
    build_character,
    generate_take,
    measure_continuation,
    measure_redo,
    measure_seams,
)

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


@pytest.mark.parametrize(
    ("old", "new", "seed", "start", "end"),
    [
        ("a person dances", "a person jumps", 207, 22, 53),  # a foot that lands at the seam
        (
            "a person dances",
            "a person jumps",
            209,
            39,
            76,
        ),  # quaternions of the hips have another sign afterwards
        ("a person sits down", "a person crouches", 303, 10, 24),  # both seams are near
    ],
)
def test_feet_stay_where_they_stand_at_seams(old: str, new: str, seed: int, start: int, end: int) -> None:
    subject = build_character("mixamo")
    generate_take(subject, old, seed)
    bpy.ops.kinescribe.redo_range(start=start + 1, end=end + 1, prompt=new, seed=seed + 100)
    figures = measure_seams(subject, start, end)
    assert figures["speed_ratio"] <= 1.5
    assert figures["slide_m"] <= 0.005
