# SPDX-License-Identifier: GPL-3.0-or-later
"""What long texts lose easily: titles, lists of moves, sides, stances, the way back, poses that are held.

Holds ``breakdown/titles.py`` and what long texts need of the breakdown and of the script.
"""

from __future__ import annotations

import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded.pacing import pace_lines
from kinescribe.inference.embedded.script import plan_seconds, write_script
from kinescribe.inference.layers.placed_gestures import PlacedGesture
from kinescribe.inference.layers.postures import Posture


def read_actions(text: str) -> list[str]:
    return [part.action for part in break_down(text)]


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("Boss intro: rises from the throne, stops and laughs", ["stand_up", "stop", "speak"]),
        ("Guard on patrol: slow walk, stop, look around", ["walk", "stop", "look_around"]),
        ("a man performs a burpee: squats down, does a push up and jumps up", ["jump"]),
        ("he does this: walks forward and waves", ["walk"]),
        ("at 3:00 he waves", ["wave"]),
        ("starts in guard, left jab, right cross, low kick", ["fighting_stance", "punch", "punch", "kick"]),
        ("Three squats with arms extended in front, then a jump", ["squat", "jump"]),
        ("he sits for a moment, looks around, then slowly stands", ["sit_down", "look_around", "stand_up"]),
        ("walks along a beam, almost falls", ["walk", "lose_balance"]),
        ("sighs with her shoulders dropping, and after a while waves", ["breathe", "wave"]),
        ("Marcus backs away from the door, then waves", ["walk", "wave"]),
        ("she runs, slows down, stops", ["run", "walk", "stop"]),
    ],
)  # fmt: skip
def test_parts_of_long_texts_are_found(text: str, actions: list[str]) -> None:
    assert read_actions(text) == actions


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("a person hops on the right foot, switches to the left foot, and hops again", ["right", "left"]),
        ("lifts the left knee, holds for two seconds and repeats with the right", ["left", "left", "right"]),
        ("throws a left hook, then a right uppercut", ["left", "right"]),
    ],
)
def test_sides_follow_the_text(text: str, sides: list[str]) -> None:
    assert [part.side for part in break_down(text)] == sides


def test_a_pose_that_is_held_is_one_line_that_lasts_longer() -> None:
    once, held = write_script("lifts the left knee"), write_script("lifts the left knee and holds it for 3 s")
    assert len(held) == 1
    assert held[0].seconds >= once[0].seconds


def test_who_walks_back_turns_around_first() -> None:
    lines = write_script("a guard walks forward, stops, then walks back to where he started")
    assert [line.course is not None and line.course.on_the_spot for line in lines] == [
        False,
        False,
        True,
        False,
    ]
    assert "backward" not in lines[-1].prompt
    assert "backward" in write_script("walks forward, then walks backward to the door")[-1].prompt


def test_who_paces_left_and_right_turns_around_between() -> None:
    lines = write_script("he paces to the left, then paces to the right")
    assert any(line.course is not None and line.course.on_the_spot for line in lines)


def test_who_sits_stands_up_before_he_walks() -> None:
    prompts = [line.prompt for line in write_script("sits down, looks around and runs away")]
    assert "a person stands up" in prompts
    assert "a person stands up" not in [line.prompt for line in write_script("sits down and looks around")]


def test_a_fighter_keeps_his_fists_up_after_his_punches() -> None:
    lines = write_script("throws a jab, cross, then ducks and goes back to guard")
    punches = [layer for line in lines for layer in line.layers if isinstance(layer, PlacedGesture)]
    assert [(layer.name, layer.way) for layer in punches] == [("box", "straight-left straight-right")]
    duck = next(line for line in lines if "ducks" in line.prompt)
    assert any(isinstance(layer, Posture) and layer.name == "guard" for layer in duck.layers)
    assert lines[-1].prompt == "a person stands in a fighting stance"


def test_time_for_a_text_grows_with_its_parts() -> None:
    short, long = plan_seconds("a person waves"), plan_seconds("walks, sits down, stands up, waves and bows")
    assert 4.0 <= short < long <= 60.0
    assert plan_seconds("") >= 4.0


def name_layers(text: str) -> list[list[str]]:
    return [[layer.name for layer in line.layers] for line in write_script(text)]


def test_who_crouches_stays_down_until_he_stands_up() -> None:
    lines = name_layers("he is crouched behind a wall, looks around, waits, then stands up and walks away")
    assert ["crouch" in names for names in lines] == [True, True, True, False, False]
    first = write_script("he is crouched behind a wall, then waves")[0].layers[0]
    assert isinstance(first, Posture)
    assert first.from_start
    assert not write_script("he crouches and waves")[0].layers[0].from_start  # type: ignore[union-attr]


def test_what_a_text_ends_with_is_held() -> None:
    lines = pace_lines(write_script("drops into a squat and holds it"), 8.0)
    assert all("crouch" in [layer.name for layer in line.layers] for line in lines)
    assert sum(line.seconds for line in lines) == pytest.approx(8.0)
    assert write_script("walks forward and kneels down")[-1].seconds >= 2.0


def test_a_repetition_has_the_words_of_what_it_repeats() -> None:
    lines = name_layers("lifts the left knee, holds for two seconds, puts it down and repeats with the right")
    assert lines[0] == lines[-1] == ["pose_knee_up"]
    assert break_down("steps over a box with the right leg, then with the left leg")[-1].repeats


def test_counts_of_music_are_time_and_diagonals_have_a_side() -> None:
    (part,) = break_down("march in place for ten counts")
    assert (part.count, part.timed) == (None, True)
    course = write_script("walks diagonally forward to the right")[1].course
    assert course is not None
    assert course.degrees < 0


def test_who_sits_leans_and_rests_seated() -> None:
    lines = write_script("sits down, leans to the left, looks ahead, then stands up and walks away")
    assert [line.prompt for line in lines[1:3]] == ["a person stays seated"] * 2
    assert [layer.name for layer in lines[1].layers] == ["lean_aside"]
    assert lines[3].prompt == "a person stands up"
    typing = write_script("someone is sitting at a desk typing, stops, rubs the eyes and stands up")
    assert [line.prompt for line in typing[:3]] == ["a person stays seated"] * 3
    assert typing[3].prompt == "a person stands up"


def test_who_only_bent_forward_straightens_without_a_seat() -> None:
    assert write_script("leans forward and stands up straight")[-1].prompt == "a person stands still"


def test_a_sequence_is_repeated_on_the_other_side() -> None:
    parts = break_down("steps to the right, claps, then repeats the same thing to the left")
    assert [(part.action, part.direction) for part in parts] == [
        ("sidestep", "right"), ("clap", None), ("sidestep", "left"), ("clap", None)]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("signals with the right hand for the others to follow, then runs", ["beckon", "run"]),
        ("rolls the shoulders back three times", ["shrug"]),
        ("throws two left jabs, a right hook to the body", ["punch", "punch"]),
        ("jogs forward and makes a wide curve to the right", ["jog", "jog"]),
        ("runs up and strikes the ball with the right foot", ["run", "kick"]),
        ("lifts his hand, then brings it down", ["raise_arm", "lower_arm"]),
        ("opens her eyes and stretches", ["stretch"]),
        ("raises the sword over his head and bows", ["raise_arm", "bow"]),
    ],
)  # fmt: skip
def test_verbs_mean_what_they_are_said_of(text: str, actions: list[str]) -> None:
    assert read_actions(text) == actions


def test_a_sword_is_struck_with() -> None:
    lines = write_script("the knight raises his sword and strikes twice")
    assert [line.prompt for line in lines[1:]] == ["a person slashes with a sword"] * 2


def test_what_was_picked_up_is_held_until_it_is_put_down() -> None:
    lines = name_layers("picks up a box, turns around, walks four steps, puts it down and waves")
    assert ["holding" in names for names in lines] == [False, True, True, False, False]
    assert not any("holding" in names for names in name_layers("picks something up and walks away"))


def test_arms_that_a_text_ends_with_stay_up() -> None:
    assert name_layers("does a cartwheel and raises both arms")[-1] == ["arms_up"]


def test_who_walks_away_to_a_side_bends_once_and_goes_on() -> None:
    courses = [line.course for line in write_script("stands up and walks away to the right")]
    assert [course.degrees for course in courses if course is not None] == [0.0, -90, 0.0]


def test_a_shot_at_the_basket_is_no_gunshot() -> None:
    lines = name_layers(
        "a basketball player dribbles, jumps and shoots with both hands, lands and raises a fist"
    )
    assert lines[1] == ["shoot_at_basket"]
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        (
            "Monster walk cycle, hunched shoulders, long arms swinging low, ending in a roar",
            ["walk", "speak"],
        ),
        ("A robot dance, elbow locked, head turning left and right", ["dance"]),
        ("crouch, hips rise, then run forward", ["crouch", "run"]),
        ("he sneaks, stops and keeps going", ["sneak", "stop", "sneak"]),
        ("cha cha basic step forward and back", ["dance"]),
    ],
)
def test_a_text_may_begin_with_what_goes_on(text: str, actions: list[str]) -> None:
    assert read_actions(text) == actions


def test_the_pose_at_the_end_is_a_part_of_its_own() -> None:
    lines = name_layers("she spins twice and ends with her arms crossed")
    assert ["arms_crossed" in names for names in lines] == [False, True]
    assert name_layers("bows and finishes in a crouch")[-1] == ["crouch"]
    kneeling = write_script("drops to one knee, looks around and stays down on the knee")
    assert all("kneels" in line.prompt for line in kneeling)


def test_a_list_of_names_keeps_what_goes_with_them() -> None:
    assert "arms_forward" in name_layers("Three squats with arms extended in front, then a jump squat")[0]


def test_arms_that_are_crossed_are_so_in_the_first_frame() -> None:
    (posture,) = write_script("the man is standing with his arms crossed, then he points to the right")[
        0
    ].layers
    assert isinstance(posture, Posture)
    assert (posture.name, posture.from_start) == ("arms_crossed", True)


def test_a_leg_stays_raised_while_the_arms_act() -> None:
    lines = write_script(
        "stands on the left leg, raises both arms, then switches to the right leg and does the same"
    )
    gestures = [line.layers[0] for line in lines]
    assert [(g.name, g.side) for g in gestures] == [("pose_knee_up", "right"), ("pose_knee_up", "left")]
    assert all("arms_up" in [layer.name for layer in line.layers] for line in lines)


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("runs forward and slides to a stop", ["run", "stop"]),
        ("throws both hands up and storms off to the left", ["raise_arm", "walk"]),
        ("blocks with the left arm, counters with a right elbow", ["block", "punch"]),
        ("does two pirouettes and sinks into a deep curtsy", ["spin", "bow"]),
        ("shades the eyes with the left hand to follow it", ["shield_eyes"]),
    ],
)
def test_phrases_of_long_texts_are_known(text: str, actions: list[str]) -> None:
    assert read_actions(text) == actions
