# SPDX-License-Identifier: GPL-3.0-or-later
"""Things that are held or pushed on the way."""

from __future__ import annotations

import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded.part_wording import word_part
from kinescribe.inference.embedded.props import move_with_thing
from kinescribe.inference.embedded.script import write_script
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
