# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts that are lists of names, as the clips of a library are named."""

from __future__ import annotations

import pytest
from kinescribe.inference.breakdown import break_down


def read(text: str) -> list[str]:
    """Return the actions of a text, with side and count where there are any."""
    parts = break_down(text)
    return [" ".join(str(x) for x in (p.action, p.side, p.count) if x is not None) for p in parts]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("zombie walk, slow, left leg dragging", ["walk"]),
        (
            "combat idle, light punch, heavy punch, back to idle",
            ["fighting_stance", "punch", "punch", "stand"],
        ),
        ("happy dance, arms up", ["dance"]),
        ("jab jab cross", ["punch", "punch", "punch"]),
        ("hit reaction, head snaps left, stagger, recover", ["get_hit", "walk", "regain_balance"]),
        ("dodge roll left into sword slash", ["roll", "slash"]),
        ("death animation, shot from the front, falls backward", ["get_hit", "fall"]),
        ("ballet pirouette ending in a bow", ["spin"]),
        ("sad sitting pose, head in hands", ["sit_down"]),
        ("alternating lunges, hands on hips", ["lunge"]),
        ("salute, about face, march away", ["salute", "turn", "march"]),
        # sentences stay sentences
        ('gesture "come here" with the right hand', ["beckon right"]),
        ("After jogging a few steps, she stops and bends over.", ["jog", "stop", "bend_down"]),
        ("raises and lowers both arms", ["raise_arm both", "lower_arm both"]),
        ("guy doing jumping jacks", ["jumping_jack"]),
        ("march away, then salute", ["march", "salute"]),
    ],
)
def test_a_list_of_names_becomes_parts(text: str, parts: list[str]) -> None:
    """Take each name for an action, in the order of the list, and what describes it for its manner."""
    assert read(text) == parts


def test_an_entry_without_an_action_describes_the_one_before() -> None:
    """Give "slow" and "arms up" to the action that was named before them."""
    (walk,) = break_down("zombie walk, slow, left leg dragging")
    assert walk.pace == "slow" and walk.manner == ("like a zombie",)
    assert [m.body_part for m in walk.meanwhile] == ["left_leg"]
    (dance,) = break_down("happy dance, arms up")
    assert [m.body_part for m in dance.meanwhile] == ["arms"]


def test_who_runs_crouched_does_not_stop_to_crouch() -> None:
    """Read "crouched" behind a gait as its manner."""
    assert read("soldier runs crouched and dives prone") == ["run", "lie_down"]
