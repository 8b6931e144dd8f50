# SPDX-License-Identifier: GPL-3.0-or-later
"""New frames of a take meet pins, own keys and waypoints that fall into them, with all options at their defaults.

Holds ``scene/new_frame_guides.py``.
"""

from __future__ import annotations

import pytest

from devtools.in_blender.guided_frames import measure_guided_frames

pytestmark = pytest.mark.usefixtures("own_cache")

CASES = (
    ("mixamo", "redo", "pin"), ("unreal5", "continue", "pin"), ("vrm1", "part", "pin_always"),
    ("vrm1", "redo", "own_keys"), ("mixamo", "continue", "own_keys"), ("unreal5", "part", "own_keys"),
    ("unreal5", "redo", "waypoint"), ("vrm1", "continue", "waypoint"), ("mixamo", "continue", "path"),
)  # fmt: skip


@pytest.mark.parametrize(("rig", "operation", "kind"), CASES)
def test_guides_are_met(rig: str, operation: str, kind: str) -> None:
    figures = measure_guided_frames(rig, operation, kind)
    assert figures["changed_outside"] == 0
    if kind == "path":
        assert figures["away_m"] <= 0.05
    else:
        assert figures["missed_m"] <= 0.01
        assert figures.get("missed_degrees", 0.0) <= 1.0
