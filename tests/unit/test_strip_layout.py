# SPDX-License-Identifier: GPL-3.0-or-later
"""``operators.strip_layout``: rectangles, what is under the mouse, and where a drag puts the parts."""

from __future__ import annotations

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

# loaded by itself: the package around it needs bpy
_SPEC = importlib.util.spec_from_file_location(
    "strip_layout", Path(__file__).resolve().parents[2] / "operators" / "strip_layout.py"
)
assert _SPEC is not None and _SPEC.loader is not None
layout = sys.modules["strip_layout"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(layout)

Frames = layout.Frames
PARTS = [Frames(1, 48), Frames(49, 96), Frames(120, 150)]


def test_strips_stand_at_their_frames_and_adjoin() -> None:
    strips = layout.layout_strips(PARTS, lambda frame: 10.0 * frame, 2.0)
    assert [(s.left, s.right) for s in strips] == [(10, 490), (490, 970), (1200, 1510)]
    assert all(s.bottom == 88 and s.top == 140 for s in strips)


@pytest.mark.parametrize(
    ("x", "y", "found"),
    [
        (100, 50, (0, "BODY")), (12, 50, (0, "START")), (487, 50, (0, "END")), (492, 50, (1, "START")),
        (1000, 50, None), (100, 30, None), (100, 80, None),
    ],
)  # fmt: skip
def test_what_is_under_the_mouse(x: float, y: float, found: object) -> None:
    strips = layout.layout_strips(PARTS, lambda frame: 10.0 * frame, 1.0)
    assert layout.find_strip(strips, x, y, 1.0) == found


def test_narrow_strips_still_have_a_body() -> None:
    strips = layout.layout_strips([Frames(1, 1)], lambda frame: 8.0 * frame, 1.0)
    assert layout.find_strip(strips, 12, 50, 1.0) == (0, "BODY")


def test_a_moved_part_stops_at_its_neighbours() -> None:
    assert layout.move_parts(PARTS, {1}, 100)[1] == Frames(72, 119)
    assert layout.move_parts(PARTS, {1}, -5)[1] == PARTS[1]
    assert layout.move_parts(PARTS, {0, 1, 2}, -30) == [Frames(-29, 18), Frames(19, 66), Frames(90, 120)]


def test_parts_after_an_end_follow_it() -> None:
    assert layout.move_end(PARTS, 0, 10) == [Frames(1, 58), Frames(59, 106), Frames(130, 160)]
    assert layout.move_end(PARTS, 0, -100)[:2] == [Frames(1, 1), Frames(2, 49)]


def test_a_start_takes_the_end_before_it_along() -> None:
    assert layout.move_start(PARTS, 1, -10) == [Frames(1, 38), Frames(39, 96), PARTS[2]]
    assert layout.move_start(PARTS, 1, -1000)[:2] == [Frames(1, 1), Frames(2, 96)]
    assert layout.move_start(PARTS, 2, -1000)[2] == Frames(97, 150)
    assert layout.move_start(PARTS, 2, 1000)[2] == Frames(150, 150)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 60)), min_size=1, max_size=6),
    st.integers(-200, 200), st.data(),
)  # fmt: skip
def test_no_drag_makes_parts_overlap_or_vanish(
    gaps: list[tuple[int, int]], by: int, data: st.DataObject
) -> None:
    frames, at = [], 0
    for gap, length in gaps:
        frames.append(Frames(at + gap, at + gap + length - 1))
        at = frames[-1].end + 1
    index = data.draw(st.integers(0, len(frames) - 1))
    moved = data.draw(st.sets(st.integers(0, len(frames) - 1), min_size=1))
    for result in (
        layout.move_parts(frames, moved, by),
        layout.move_end(frames, index, by),
        layout.move_start(frames, index, by),
    ):
        assert all(part.start <= part.end for part in result)
        assert all(a.end < b.start for a, b in pairwise(result))


def test_adjoining_parts_pass_into_each_other_half_on_each_side() -> None:
    (found,) = layout.layout_transitions(PARTS[::-1], lambda frame: 10.0 * frame, 20.0)
    assert found == (390, 490, 590)
    # no wider than the parts
    (short,) = layout.layout_transitions([Frames(1, 4), Frames(5, 30)], lambda frame: frame, 20.0)
    assert short == (1, 5, 15)


def test_each_part_shows_its_own_progress() -> None:
    in_turn = [layout.find_progress(number, (0, 2), True, 0.75) for number in (0, 1, 2)]
    assert in_turn == [1.0, None, 0.5]
    assert layout.find_progress(2, (0, 2), False, 0.75) == 0.75
