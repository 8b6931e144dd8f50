# SPDX-License-Identifier: GPL-3.0-or-later
"""Things that are held or pushed on the way (props), and parts that are one movement (regrouping)."""

from __future__ import annotations

import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded.part_wording import word_part
from kinescribe.inference.embedded.props import move_with_thing
from kinescribe.inference.embedded.script import write_script
from kinescribe.inference.layers.placed_gestures import PlacedGesture
from kinescribe.inference.layers.postures import Posture


@pytest.mark.parametrize(
    ("text", "names", "side"),
    [
        ("a person walks while holding an umbrella", ["holding_up"], "right"),
        ("walks with an umbrella in the left hand", ["holding_up"], "left"),
        ("an old man walks with a cane", ["on_a_cane"], "right"),
        ("carrying a bucket of water", ["at_the_side"], "right"),
        ("walks with a backpack", ["at_the_straps"], "both"),
        ("limps forward holding their right knee", ["on_the_knee", "lean_forward"], "right"),
        ("撑着伞走路", ["holding_up"], "right"),
    ],
)
def test_a_thing_is_held_by_a_posture(text: str, names: list[str], side: str) -> None:
    """Lay the arm that holds a thing over the gait, and do not carry a box instead."""
    wording = word_part(break_down(text)[0])
    assert wording is not None and "box" not in wording.sentence
    held = [x for x in wording.layers if isinstance(x, Posture)]
    assert [p.name for p in held] == names and held[0].side == side


def test_a_box_is_carried_as_it_was_learned() -> None:
    """Leave a box and a tray to the network."""
    wording = word_part(break_down("a person carries a box")[0])
    assert wording is not None and wording.sentence == "a person carries a box" and not wording.layers


def test_who_pushes_a_cart_walks() -> None:
    """Let the pusher of a thing on wheels walk, and who pushes a crate stay at it."""
    assert move_with_thing(break_down("pushing a stroller")[0]).action == "walk"
    assert move_with_thing(break_down("pushing a heavy crate")[0]).action == "push"
    line = write_script("a woman pushes a shopping cart")[0]
    assert line.prompt == "a person walks forward" and "pushing" in {x.name for x in line.layers}


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("jumps up, spins in the air and lands", [["jump_spin"]]),
        ("跳起来转一圈再落地", [["jump_spin"]]),
        ("slides under an obstacle", [["slide_along"]]),
        ("kneel down and pray", [["pray"]]),
        ("lies on his back doing leg raises", [["raise_legs_lying"]]),
        ("archer draws a bow, aims, releases", [["draw_bow"]]),
        ("jab, jab, cross", [["box"]]),
        ("jumps and dunks", [["shoot_at_basket"]]),
        ("a man sits at a desk, typing", [["type"]]),
        ("坐在沙发上喝咖啡", [["drink"]]),
        ("hit reaction, stagger", [[], ["stumble"]]),
    ],
)
def test_parts_are_performed_as_they_are_meant(text: str, layers: list[list[str]]) -> None:
    """Join what is one movement, and kneel down once."""
    lines = write_script(text)
    assert [[x.name for x in line.layers if isinstance(x, PlacedGesture)] for line in lines] == layers


def test_punches_keep_their_order_and_sides() -> None:
    """Throw a jab with the left fist, a cross with the right one, and hooks as they are asked for."""
    ways = [[x.way for x in write_script(t)[0].layers] for t in ("jab, jab, cross", "左勾拳右勾拳")]
    assert ways == [["straight-left straight-left straight-right"], ["hook-left hook-right"]]


def test_rounds_are_counted() -> None:
    """Run as many rounds as are asked for."""
    for text in ("runs in a circle three times", "绕着桌子跑三圈"):
        courses = [line.course for line in write_script(text)]
        assert [abs(course.degrees) for course in courses if course is not None] == [360, 360, 360]
