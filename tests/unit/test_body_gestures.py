# SPDX-License-Identifier: GPL-3.0-or-later
"""Gestures that are places of the hands: body_gestures, hand_paths and the five files of gestures, and their words."""

from __future__ import annotations

import numpy as np
import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.breakdown.tables import read_tables
from kinescribe.inference.embedded.part_wording import read_wordings, word_part
from kinescribe.inference.embedded.script import write_script
from kinescribe.inference.layers.body_gestures import (
    BODY_GESTURES,
    HELD_SECONDS,
    STROKE_SECONDS,
    choose_side,
    gesture_seconds,
)
from kinescribe.inference.layers.dances import DANCES
from kinescribe.inference.layers.hand_work import make_hand_work
from kinescribe.inference.layers.placed_gestures import PLACED, PlacedGesture, place_gesture
from kinescribe.motion import T_POSE
from kinescribe.motion.layers.body_joints import ANKLES, ELBOWS, FEET, HEAD, PELVIS, SHOULDERS, SIDES, WRISTS
from kinescribe.motion.layers.motion_layer import MotionLayer
from kinescribe.motion.rotations import identity_rotations, rotate

FRAMES = 90


def stand(frames: int = FRAMES) -> MotionLayer:
    """Return a body that stands with hanging arms."""
    rotations = np.broadcast_to(identity_rotations(22), (frames, 22, 4)).copy()
    positions, _ = T_POSE.forward_kinematics(np.zeros((1, 3)), rotations[:1])
    root = np.broadcast_to([0.0, 0.06 - positions[0, ANKLES["left"], 1], 0.0], (frames, 3)).copy()
    layer = MotionLayer(T_POSE, rotations, root)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        hanging = np.broadcast_to([0.12 * sign, -1.0, 0.05], (frames, 3))
        layer.set_arm_directions(side, hanging, hanging, np.ones(frames))
    return layer


def play(name: str, seed: int = 1, **options: object) -> np.ndarray:
    """Return the joint positions (T, 22, 3) of a gesture over standing."""
    layer = stand()
    side = choose_side(name, options.pop("side", None))  # type: ignore[arg-type]
    gesture = PlacedGesture(name, side, **options)  # type: ignore[arg-type]
    place_gesture(layer, np.ones((FRAMES, 4), bool), gesture, seed)
    positions, _ = layer.forward_kinematics()
    return np.asarray(positions)


HEAD_ONLY = (
    "nod",
    "shake_head",
    "look_around",
    "look_left",
    "look_right",
    "look_behind",
    "look_up",
    "look_down",
)


@pytest.mark.parametrize("name", sorted(set(BODY_GESTURES) - set(HEAD_ONLY) - {"tango"}))
def test_every_gesture_moves_the_arms_and_stays_outside_of_the_body(name: str) -> None:
    positions = play(name)
    assert np.isfinite(positions).all()
    wrists = np.stack([positions[:, WRISTS[side]] for side in SIDES])
    travel = np.linalg.norm(np.ptp(wrists, axis=1), axis=-1).max()
    assert travel > 0.1, "a hand leaves its place"
    speed = np.linalg.norm(np.diff(wrists, axis=1), axis=-1) * 20
    assert speed.max() < 7.0, "metres a second"
    for wrist in wrists:
        assert np.linalg.norm(wrist - positions[:, HEAD], axis=-1).min() > 0.09
        near_spine = np.linalg.norm((wrist - positions[:, PELVIS])[:, [0, 2]], axis=-1)
        inside = (near_spine < 0.09) & (np.abs((wrist - positions[:, PELVIS])[:, 1]) < 0.1)
        assert not inside.any()
    assert positions[:, [ANKLES[s] for s in SIDES], 1].min() > 0.03


@pytest.mark.parametrize("name", ["brush_teeth", "rub_eyes", "phone_ear", "think", "cover_face", "comb_hair"])
def test_a_hand_at_the_head_is_at_the_head(name: str) -> None:
    positions = play(name)
    away = np.linalg.norm(positions[:, WRISTS["right"]] - positions[:, HEAD], axis=-1)
    assert away[35:50].max() < 0.26


def test_the_named_hand_acts() -> None:
    for side, other in (("left", "right"), ("right", "left")):
        positions = play("scratch_head", side=side)
        assert positions[40, WRISTS[side], 1] > positions[40, HEAD, 1]
        assert positions[40, WRISTS[other], 1] < positions[40, SHOULDERS[other], 1] - 0.2


@pytest.mark.parametrize(
    ("way", "expected"),
    [("up", [0, 1, 0]), ("down", [0, -1, 0]), ("left", [1, 0, 0]), ("right", [-1, 0, 0]), (None, [0, 0, 1])],
)
def test_a_hand_points_where_it_is_said(way: str | None, expected: list[int]) -> None:
    positions = play("point", way=way, side="left" if way == "left" else "right")
    side = "left" if way == "left" else "right"
    arm = positions[45, WRISTS[side]] - positions[45, SHOULDERS[side]]
    assert arm @ np.array(expected) > 0.6 * np.linalg.norm(arm)


def test_strokes_are_counted() -> None:
    height = play("raise_fist", count=3)[:, WRISTS["right"], 1]
    peaks = (height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:]) & (height[1:-1] > 1.75)
    assert peaks.sum() == 3


@pytest.mark.parametrize(
    ("name", "axis", "sign"), [("look_left", 0, 1), ("look_right", 0, -1), ("look_behind", 0, -1)]
)
def test_the_head_turns_where_it_is_said(name: str, axis: int, sign: int) -> None:
    layer = stand()
    place_gesture(layer, np.ones((FRAMES, 4), bool), PlacedGesture(name, "right"), 1)
    _, rotations = layer.forward_kinematics()
    ahead = rotate(rotations[45, HEAD], np.array([0.0, 0.0, 1.0]))
    assert sign * ahead[axis] > 0.7


@pytest.mark.parametrize("name", DANCES)
def test_dances_keep_the_feet_on_the_floor_and_their_contacts_still(name: str) -> None:
    layer = stand(120)
    contacts = place_gesture(layer, np.ones((120, 4), bool), PlacedGesture(name), 1)
    positions, _ = layer.forward_kinematics()
    assert positions[:, [FEET[s] for s in SIDES], 1].min() > -0.03
    ankles = positions[:, [ANKLES[s] for s in SIDES]]
    steps = np.linalg.norm(np.diff(ankles, axis=0), axis=-1) * 20
    assert steps.max() < 4.5, "no foot jumps, in metres a second"
    stance = ankles - positions[:, PELVIS, None]
    assert np.abs(stance[-1] - stance[0])[:, [0, 2]].max() < 0.06, "what follows goes on from both feet"
    for k, side in enumerate(SIDES):
        toe = positions[:, FEET[side]][:, [0, 2]]
        speed = np.linalg.norm(np.diff(toe, axis=0), axis=-1) * 20
        planted = contacts[1:, 2 * k + 1] & contacts[:-1, 2 * k + 1]
        assert not planted.any() or speed[planted].max() < 0.3


def test_a_waltz_steps_in_a_box_and_a_moonwalk_goes_backward() -> None:
    box = play("waltz")[:, PELVIS]
    assert np.ptp(box[:, 0]) > 0.2
    assert np.ptp(box[:, 2]) > 0.25
    assert play("moonwalk")[-1, PELVIS, 2] < play("moonwalk")[0, PELVIS, 2] - 0.5


def test_seeds_differ() -> None:
    assert np.abs(play("wipe_table", 1) - play("wipe_table", 2)).max() > 0.02


def test_elbows_stay_below_a_raised_hand_that_points_up() -> None:
    positions = play("point", way="up")
    assert positions[45, WRISTS["right"], 1] > positions[45, ELBOWS["right"], 1] + 0.15


def test_tables_name_gestures_that_exist() -> None:
    for lines in read_wordings().values():
        for line in lines:
            assert not line.gesture or line.gesture in PLACED
    assert set(HELD_SECONDS) | set(STROKE_SECONDS) <= set(BODY_GESTURES)
    assert gesture_seconds("blow_kiss", None) == pytest.approx(1.4 + 2.2 * 0.7 + 0.5)
    assert gesture_seconds("think", None) is None
    assert make_hand_work("guitar") is not None


@pytest.mark.parametrize(
    ("text", "gesture"),
    [
        ("a woman brushes her teeth", "brush_teeth"),
        ("a man puts on his hat", "put_on_hat"),
        ("someone wipes the table", "wipe_table"),
        ("a person digs a hole", "dig"),
        ("a person plays the flute", "flute"),
        ("a person gives a thumbs up", "thumb_up"),
        ("一个人刷牙", "brush_teeth"),
        ("一个人洗手", "wash_hands"),
    ],
)
def test_words_become_gestures(text: str, gesture: str) -> None:
    (part,) = break_down(text)
    wording = word_part(part)
    assert wording is not None
    assert [layer.name for layer in wording.layers] == [gesture]


def test_hands_work_while_the_body_walks_or_sits() -> None:
    (line,) = write_script("a person walks while brushing their teeth with the left hand")
    assert line.prompt == "a person walks forward"
    assert [(layer.name, layer.side) for layer in line.layers] == [("brush_teeth", "left")]
    lines = write_script("a person sits down and brushes their teeth")
    assert lines[-1].prompt == "a person stays seated"


def test_arms_that_are_lowered_first_begin_raised() -> None:
    (line,) = write_script("a person lowers their arms")
    assert [layer.name for layer in line.layers] == ["lower_arms"]
    positions = play("lower_arms")
    assert positions[0, WRISTS["left"], 1] > positions[0, HEAD, 1] - 0.05
    assert positions[-1, WRISTS["left"], 1] < positions[-1, PELVIS, 1] + 0.1


def test_patterns_of_the_hands_belong_to_actions() -> None:
    tables = read_tables()
    assert all(p.action in tables.actions for rows in tables.patterns.values() for p in rows)
