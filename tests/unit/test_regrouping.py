# SPDX-License-Identifier: GPL-3.0-or-later
"""``embedded.regrouping``: up and down are one counted movement, left and right one to and fro."""

from __future__ import annotations

import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded.regrouping import regroup_parts


def regroup(text: str) -> list[tuple[str, str | None, int | None]]:
    return [(part.action, part.side, part.count) for part in regroup_parts(break_down(text))]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("he lifts the right leg to the side and lowers it four times", [("raise_leg", "right", 4)]),
        ("she raises and lowers both arms three times", [("raise_arm", "both", 3)]),
        ("she raises her left arm and lowers it", [("raise_arm", "left", None), ("lower_arm", "left", None)]),
        ("the person kicks with the left leg and then with the right",
         [("kick", "left", None), ("kick", "right", None)]),
        ("a man turns to the left and right", [("stand", None, None)]),
        ("a figure repeatedly turns left", [("turn", None, 3)]),
        ("a figure turns left", [("turn", None, None)]),
    ],
)  # fmt: skip
def test_parts_are_regrouped_as_they_are_performed(
    text: str, parts: list[tuple[str, str | None, int | None]]
) -> None:
    assert regroup(text) == parts


def test_a_side_of_a_limb_is_no_direction() -> None:
    assert [
        p.direction for p in regroup_parts(break_down("he kicks with the left leg and then with the right"))
    ] == [
        None,
        None,
    ]


def test_the_way_back_after_a_turn_is_straight() -> None:
    text = "a person walks to the right, turns around and walks to the left"
    assert [p.direction for p in regroup_parts(break_down(text))] == ["right", None, "forward"]
