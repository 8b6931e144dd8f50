# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that only name somebody or something."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kinescribe.inference.breakdown import UNKNOWN_ACTION, break_down
from kinescribe.inference.breakdown import roles as module
from kinescribe.inference.embedded.script import write_script

_TABLE = json.loads((Path(module.__file__).parent / "roles.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("does", [does.removeprefix("~") for does in _TABLE["roles"]])
def test_what_a_role_does_is_known(does: str) -> None:
    assert UNKNOWN_ACTION not in [part.action for part in break_down(does)]


def test_verbs_of_themes_are_known() -> None:
    for theme in _TABLE["themes"]:
        for does in filter(None, theme["verbs"].values()):
            assert UNKNOWN_ACTION not in [part.action for part in break_down(does.removeprefix("~"))], does


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("drummer", ["play_drums"]),
        ("a hitchhiker", ["move_arm"]),
        ("pensive thinker", ["touch"]),
        ("the king waves", ["wave"]),
        ("archer nocks, draws, aims high, looses, lowers bow", ["shoot_bow", "lower_arm"]),
        ("itchy back, cant reach it, gives up", ["touch", "shrug"]),
        ("umpire calls him out with a big punch", ["move_arm"]),
        ("hercules", ["move_arm"]),
        ("two soldiers", ["salute"]),
        ("a duck", ["walk"]),
        ("duck", ["dodge"]),
        ("the racing driver", ["drive"]),
        ("the archer aims", ["shoot_bow"]),
        ("he draws a picture", ["write"]),
        ("the thief snatches the purse and drags a sack", ["hold", "pull"]),
        ("a man waves at a plane, arms raised", ["wave"]),
    ],
)
def test_roles_show_what_they_are_known_for(text: str, actions: list[str]) -> None:
    assert [part.action for part in break_down(text)] == actions


def test_an_unknown_verb_leaves_a_role_doubted() -> None:
    (part,) = break_down("the boxer wrestles")
    assert part.action == "box" and part.is_near
    for text in ("the boxer wrestles", "astronaut on the moon"):
        assert max(line.confidence for line in write_script(text)) < 0.5


def test_words_that_ask_for_a_motion_are_left_out() -> None:
    text = "What does it look like when a person gets startled by a balloon and then giggles?"
    parts = break_down(text)
    assert [part.action for part in parts] == ["jolt", "speak"]
    assert text[parts[0].start : parts[0].end] == parts[0].text


def test_events_in_a_list_of_participles_follow_one_another() -> None:
    parts = break_down("walking slowly, stumbling, falling and getting up")
    assert [part.action for part in parts] == ["walk", "stumble", "fall", "stand_up"]
    (part,) = break_down("jumping up and down, waving both arms")
    assert part.action == "jump" and part.meanwhile


def test_a_role_goes_the_way_that_is_said() -> None:
    (part,) = break_down(
        "Imagine a kid pretending to be an airplane: arms wide, banking round in a figure of eight."
    )
    assert (part.action, part.way) == ("run", "figure_eight")
