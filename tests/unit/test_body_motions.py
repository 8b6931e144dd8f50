# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.layers.body``: motions by key poses are possible, go where they should, and come back to standing."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.embedded.floor_parts import FROM_STANDING, PLACED, TO_STANDING, join_floor_parts
from kinescribe.inference.embedded.script import write_script
from kinescribe.inference.layers.body.key_sheet import KeySheet, interpolate_monotone, key
from kinescribe.inference.layers.body.registry import BODY_MOTIONS
from kinescribe.inference.layers.placed_gestures import PlacedGesture, place_gesture
from kinescribe.motion import T_POSE, Motion, make_text_request
from kinescribe.motion.layers.body_joints import ANKLES, FEET, HEAD, PELVIS
from kinescribe.motion.layers.motion_layer import MotionLayer
from kinescribe.motion.rotations import identity_rotations
from kinescribe.training.data.checks import check_motion

FPS = 20.0
GLIDING = ("skate", "ride_horse", "slip_and_fall", "mountain_climbers", "collapse", "collapse_when_shot")
"""What slides on purpose, or is carried; feet that are drawn in from a plank."""
ON_FLOOR = ("sit_up", "raise_legs_lying", "roll_over", "pose_cobra", "pose_bridge")


def move(
    name: str,
    seconds: float = 6.0,
    side: str = "right",
    count: int | None = None,
    way: str | None = None,
    ends: tuple[bool, bool] = (True, True),
    seed: int = 1,
) -> Motion:
    """Return a motion of the whole body over a body that stands with hanging arms."""
    frames = int(seconds * FPS)
    layer = MotionLayer(T_POSE, identity_rotations(frames, 22), np.tile([0.0, 0.955, 0.0], (frames, 1)))
    for arm in ("left", "right"):
        hanging = np.tile([0.14 if arm == "left" else -0.14, -1.0, 0.05], (frames, 1))
        layer.set_arm_directions(arm, hanging, hanging, np.ones(frames))
    contacts = place_gesture(
        layer, np.ones((frames, 4), bool), PlacedGesture(name, side, count, way), seed, ends
    )
    return Motion(T_POSE, FPS, layer.root, layer.rotations, contacts)


@pytest.mark.parametrize("name", BODY_MOTIONS)
def test_bodies_do_what_is_possible(name: str) -> None:
    for ends, seed in product(((True, True), (False, False), (False, True)), (1, 2)):
        motion = move(name, 9.0 if BODY_MOTIONS[name].least > 5.0 else 5.0, ends=ends, seed=seed)
        check = check_motion(motion.local_rotations, motion.positions, T_POSE)
        if name.startswith("climb_"):  # is up in the air on purpose
            check.frames["hovering"][:] = False
        allowed = 0.12 if name in GLIDING else 0.05
        assert check.impossible.mean() <= allowed, (ends, check.shares())
        speed = np.linalg.norm(np.diff(motion.positions, axis=0), axis=-1).max() * FPS
        assert speed < 22.0, ends  # no joint jumps


@pytest.mark.parametrize(
    "name", [name for name in BODY_MOTIONS if name not in ("slip_and_fall", "get_up", "climb_ladder")]
)
def test_what_follows_finds_a_body_that_stands(name: str) -> None:
    motion = move(name, 9.0 if BODY_MOTIONS[name].least > 5.0 else 5.0, ends=(False, False))
    assert abs(motion.root_translation[-1, 1] - 0.955) < 0.02
    assert motion.positions[-1, list(FEET.values()), 1].max() < 0.06
    assert motion.positions[-1, HEAD, 1] > 1.5


@pytest.mark.parametrize("name", ON_FLOOR)
def test_exercises_on_the_floor_begin_there_if_nothing_comes_before(name: str) -> None:
    assert move(name).positions[0, PELVIS, 1] < 0.3
    assert move(name, 9.0, ends=(False, True)).positions[0, PELVIS, 1] > 0.8


@pytest.mark.parametrize("side, sign", [("left", 1.0), ("right", -1.0)])
def test_kicks_go_where_they_are_asked_to_with_the_leg_that_is_named(side: str, sign: float) -> None:
    def reach(name: str) -> np.ndarray:
        motion = move(name, 3.0, side, 1)
        ankle, other = (
            motion.positions[:, ANKLES[s]] for s in (side, "left" if side == "right" else "right")
        )
        high = int(ankle[:, 1].argmax())
        assert ankle[high, 1] > 0.4 and other[:, 1].max() < 0.25
        far = ankle - motion.positions[:1, PELVIS]
        return far[int(np.linalg.norm(far[:, [0, 2]], axis=-1).argmax())]

    assert reach("kick_backward")[2] < -0.5
    assert sign * reach("kick_sideways")[0] > 0.6
    assert reach("kick_around")[2] > 0.5


@pytest.mark.parametrize(
    "way, axis, sign", [("left", 0, 1), ("right", 0, -1), ("backward", 2, -1), ("forward", 2, 1)]
)
def test_jumps_go_where_they_should_as_often_as_asked(way: str, axis: int, sign: int) -> None:
    motion = move("jump_to", 6.0, count=3, way=way)
    assert sign * motion.root_translation[-1, axis] > 0.9
    airborne = motion.positions[:, list(FEET.values()), 1].min(axis=1) > 0.08
    assert np.count_nonzero(np.diff(airborne.astype(int)) == 1) == 3


@pytest.mark.parametrize("name, count", [("sit_up", 4), ("burpee", 2), ("stomp_one_foot", 3)])
def test_exercises_are_counted(name: str, count: int) -> None:
    seconds = BODY_MOTIONS[name].seconds(count)
    assert seconds is not None
    motion = move(name, seconds + 0.2, count=count)
    if name == "stomp_one_foot":
        high = motion.positions[:, FEET["right"], 1] > 0.2
    else:
        high = motion.positions[:, HEAD, 1] > (0.55 if name == "sit_up" else 1.75)
    assert np.count_nonzero(np.diff(high.astype(int)) == 1) == count


def test_a_spin_and_a_throw_leave_the_body_as_they_turned_it() -> None:
    def ahead(motion: Motion) -> float:
        across = motion.positions[-1, 1] - motion.positions[-1, 2]
        return float(across[0])

    assert ahead(move("kick_after_spin", 3.0, ends=(False, False))) > 0.1
    assert ahead(move("judo_throw", 4.0, ends=(False, False))) < -0.1


def test_the_same_seed_gives_the_same_motion_and_another_one_varies() -> None:
    first, again, other = (move("kick_sideways", 3.0, count=1, seed=s).positions for s in (1, 1, 2))
    assert np.allclose(first, again)
    assert np.abs(first - other).max() > 0.01


def test_curves_flow_through_keys_and_rest_where_they_repeat() -> None:
    times = np.linspace(0.0, 3.0, 61)
    values = interpolate_monotone(
        times, np.array([0.0, 1.0, 2.0, 3.0]), np.array([[0.0], [1.0], [2.0], [2.0]])
    )[:, 0]
    assert np.diff(values).min() >= 0.0
    assert values[values.size // 3 + 1] - values[values.size // 3 - 1] > 0.05  # no stop at the second key
    assert np.allclose(values[41:], 2.0)


def test_a_mirror_exchanges_the_sides() -> None:
    sheet = KeySheet(
        [key(0.0, pelvis=(0.1, 0, 0), left_foot=(0.2, 0, 0.3, 10, 0)), key(1.0, arms=None)]
    ).mirror()
    assert sheet.keys[0].values == {"pelvis": (-0.1, 0, 0), "right_foot": (-0.2, 0, 0.3, -10, 0)}


@pytest.mark.parametrize(
    "text, action, manners",
    [
        ("lies down and does two sit-ups", "sit_up", {FROM_STANDING}),
        ("a person sits on the floor and then stands up", "sit_down", {TO_STANDING}),
        ("lies on the back and rolls to the left", "roll", {FROM_STANDING, "rolling over"}),
        ("does a backflip and lands on both feet", "backflip", set()),
        ("lies down and sleeps", "lie_down", {PLACED}),
        ("lies on the belly and swims", "swim", {"on the belly"}),
        ("does a forward roll and stands up", "roll", set()),
    ],
)
def test_what_one_motion_on_the_floor_performs_is_one_part(text: str, action: str, manners: set[str]) -> None:
    (part,) = join_floor_parts(break_down(text))
    assert part.action == action and manners <= set(part.manner)


def test_a_seat_on_the_floor_is_kept_for_what_is_done_there() -> None:
    lines = write_script("a person sits on the floor and claps", True)
    assert lines[0].prompt == "a person sits on the ground" and not lines[0].layers


@pytest.mark.parametrize(
    "text, name, side, count",
    [
        ("a person kicks backward with the left leg", "kick_backward", "left", 1),
        ("a person kicks to the left", "kick_sideways", "left", 1),
        ("does two side kicks with the right leg", "kick_sideways", "right", 2),
        ("kicks a ball to the left with the right foot", "kick_across", "right", 1),
        ("performs a sit-up", "sit_up", "right", 1),
        ("taps the left foot", "tap_foot", "left", None),
        ("holds the left foot with the left hand", "pose_hold_foot", "left", None),
        ("side lunge to the left", "lunge_aside", "right", 1),
        ("does high kicks with the left leg", "kick_high", "left", None),
        ("kicks a ball with the left foot", "kick_a_ball", "left", 1),
        ("takes a step to the left", "step_aside", "right", 1),
        ("gets a push from the left", "stagger", "right", 1),
        ("a person lies on his belly", "lie_on_belly", "right", None),
        ("slips and falls", "slip_and_fall", "right", None),
        ("swings the left leg back and forth", "swing_leg", "left", None),
        ("touches their toes", "pose_touching_toes", "right", None),
    ],
)
def test_words_name_motions_with_side_and_count(text: str, name: str, side: str, count: int | None) -> None:
    gesture = next(
        layer for line in write_script(text) for layer in line.layers if isinstance(layer, PlacedGesture)
    )
    assert (gesture.name, gesture.side, gesture.count) == (name, side, count)


@pytest.mark.parametrize("count, way, sign", [(2, "forward", 1), (4, "backward", -1)])
def test_steps_are_counted(count: int, way: str, sign: int) -> None:
    motion = move("take_steps", 5.0, count=count, way=way)
    assert sign * motion.root_translation[-1, 2] > 0.35 * count
    lifted = motion.positions[:, list(ANKLES.values()), 1] > 0.13
    assert np.count_nonzero(np.diff(lifted.astype(int), axis=0) == 1) == count + 1  # and the feet are closed


@pytest.mark.parametrize("text", ["a tired man steps forward", "takes twenty steps forward"])
def test_steps_in_a_mood_or_many_are_walked(text: str) -> None:
    (line, *_) = write_script(text)
    assert not any(isinstance(layer, PlacedGesture) for layer in line.layers)


def test_a_roll_goes_on_in_one_sense_on_the_floor() -> None:
    for name, halves in (("roll_over", 2), ("roll_onto_belly", 1)):
        motion = move(name, 2.9)
        shoulders = motion.positions[:, 16] - motion.positions[:, 17]
        angle = np.degrees(np.unwrap(np.arctan2(shoulders[:, 1], shoulders[:, 0])))
        assert abs(abs(angle[-1] - angle[0]) - 180.0 * halves) < 25.0
        assert max(-np.diff(angle).min(), 0.0) < 4.0 or max(np.diff(angle).max(), 0.0) < 4.0  # no way back
        assert motion.positions[:, PELVIS, 1].max() < 0.29
        assert motion.positions[..., 1].min(axis=1).max() < 0.1
        assert motion.positions[..., 1].min() > 0.0


def test_who_climbs_a_ladder_stays_up() -> None:
    motion = move("climb_ladder", 6.0)
    height = motion.root_translation[:, 1]
    assert height[-1] - height[0] > 1.2 and np.diff(height).min() > -0.03
    feet = motion.positions[:, list(ANKLES.values()), 1]
    leads = feet[:, 0] - feet[:, 1]
    assert leads.max() > 0.2 and leads.min() < -0.2  # the feet take turns
    grip = motion.positions[20:, [20, 21]]
    assert (
        np.linalg.norm(np.diff(grip, axis=0), axis=-1).min(axis=1) < 0.01
    ).mean() > 0.9  # one hand holds on


@pytest.mark.parametrize("text", ["he climbs a ladder and waves", "he climbs a ladder and then looks around"])
def test_what_follows_a_climb_happens_up_there(text: str) -> None:
    (motion,) = EmbeddedBackend().generate(make_text_request(text, 6.0, FPS, 1))
    height = motion.root_translation[:, 1]
    assert height[-1] > 1.3 and np.diff(height).min() > -0.05


def test_who_climbs_down_again_ends_on_the_ground() -> None:
    (motion,) = EmbeddedBackend().generate(
        make_text_request("he climbs up a ladder and climbs down", 8.0, FPS, 1)
    )
    height = motion.root_translation[:, 1]
    assert height.max() > 1.4 and height[-1] < 1.0
    assert np.abs(np.diff(height)).max() < 0.08


@pytest.mark.parametrize("name", ["collapse", "collapse_when_shot"])
def test_who_collapses_sinks_to_the_knees_and_lies_then(name: str) -> None:
    motion = move(name, 4.0)
    assert motion.positions[-1, :, 1].max() < 0.5 and motion.positions[-1, PELVIS, 1] < 0.3
    upright = motion.positions[:, HEAD, 1] - motion.positions[:, PELVIS, 1] > 0.4
    assert ((motion.positions[:, PELVIS, 1] < 0.6) & upright).any()  # on the knees
    assert move(name, 6.0, ends=(True, False)).positions[-1, HEAD, 1] > 1.4


def test_an_uppercut_rises_and_a_hook_comes_from_the_side() -> None:
    for side, sign in (("left", 1.0), ("right", -1.0)):
        wrist = 20 if side == "left" else 21
        fist = move("uppercut", 2.1, side, 1).positions[:, wrist]
        low, high = int(fist[8:20, 1].argmin()) + 8, int(fist[:, 1].argmax())
        assert low < high and fist[high, 1] - fist[low, 1] > 0.6
        fist = move("hook", 2.1, side, 1).positions[:, wrist]
        wide, ahead = int((sign * fist[:, 0]).argmax()), int(fist[:, 2].argmax())
        assert sign * fist[wide, 0] > 0.5 and fist[wide:, 2].max() > 0.4
        assert sign * fist[ahead : ahead + 3, 0].min() < 0.4


def test_boxers_have_their_fists_up_from_the_first_frame_to_the_last() -> None:
    for name in ("box", "guarded_punch"):
        motion = move(name, 4.0)
        assert motion.positions[[0, -1]][:, [20, 21], 1].min() > 1.1


def test_a_jump_shot_releases_with_both_hands_in_the_air() -> None:
    motion = move("shoot_at_basket", 2.4, count=1)
    airborne = motion.positions[:, list(FEET.values()), 1].min(axis=1) > 0.08
    assert airborne.any()
    hands = motion.positions[airborne][:, [20, 21], 1] - motion.positions[airborne][:, [HEAD], 1]
    assert hands.min(axis=1).max() > 0.15


def test_hands_are_on_the_floor_in_push_ups_and_cartwheels() -> None:
    motion = move("push_up", 5.1, count=3)
    hands = motion.positions[:, [20, 21]]
    assert hands[..., 1].min() > 0.02 and hands[..., 1].max() < 0.06
    assert np.ptp(hands, axis=0).max() < 0.03
    chest = motion.positions[:, 9, 1]
    low = chest < 0.5 * (chest.min() + chest.max())
    assert np.count_nonzero(np.diff(low.astype(int)) == 1) == 3
    for way, sign in (("left", 1.0), ("right", -1.0)):
        motion = move("cartwheel", 3.0, count=1, way=way)
        assert sign * motion.root_translation[-1, 0] > 1.5
        lowest = motion.positions[:, [20, 21], 1].min(axis=0)
        assert lowest.min() > 0.02 and lowest.max() < 0.06


@pytest.mark.parametrize("way, sign", [("left", 1.0), ("right", -1.0)])
def test_a_goalkeeper_dives_to_the_side_that_is_named(way: str, sign: float) -> None:
    motion = move("dive_aside", 3.0, way=way)
    assert sign * motion.root_translation[-1, 0] > 1.2 and motion.positions[-1, PELVIS, 1] < 0.3
    assert sign * motion.positions[-1, 20, 0] > sign * motion.root_translation[-1, 0]


def test_stomps_travel_and_come_back() -> None:
    assert move("stomp_ahead", 4.0).root_translation[-1, 2] > 1.5
    way = move("stomp_back_and_forth", 8.0).root_translation[:, 2]
    assert way.max() > 1.2 and way[-1] < way.max() - 0.8


def test_legs_are_crossed_on_the_chair() -> None:
    request = make_text_request("a woman sits on a chair and crosses her legs", 5.5, FPS, 1)
    (motion,) = EmbeddedBackend().generate(request)
    last = motion.positions[-1]
    to_left = last[1] - last[2]
    to_left /= np.linalg.norm(to_left)
    assert last[PELVIS, 1] > 0.4
    assert last[5, 1] > last[4, 1] + 0.05 and last[8, 1] > 0.15  # the right thigh lies above, its foot hangs
    assert (last[8] - last[7]) @ to_left > -0.05


@pytest.mark.parametrize(
    "text, name",
    [
        ("a person is rolling on the floor", "roll_over"), ("he rolls over onto his belly", "roll_onto_belly"),
        ("he climbs up a ladder", "climb_ladder"), ("a man is shot and drops", "collapse_when_shot"),
        ("he drops dead", "collapse"), ("a boxer punches", "guarded_punch"), ("a left hook", "hook"),
        ("a person shoots a jump shot", "shoot_at_basket"), ("一个人投篮", "shoot_at_basket"),
        ("she stomps back and forth", "stomp_back_and_forth"), ("he is stomping angrily", "stomp_ahead"),
        ("the goalkeeper dives to the right", "dive_aside"), ("he does a push-up", "push_up"),
    ],
)  # fmt: skip
def test_words_name_new_motions(text: str, name: str) -> None:
    layers = [layer for line in write_script(text) for layer in line.layers]
    assert name in [layer.name for layer in layers if isinstance(layer, PlacedGesture)]


def test_who_is_hit_in_a_limb_or_goes_on_does_not_drop() -> None:
    for text in ("he is shot in the arm", "he is shot and runs away"):
        layers = [layer for line in write_script(text) for layer in line.layers]
        assert all(not isinstance(layer, PlacedGesture) or "shot" not in layer.name for layer in layers)


def test_squeezed_keys_swing_softly_and_as_far() -> None:
    poses = [key(0.4 * k, pelvis=(0.0, -0.3 * (k % 2), 0.0)) for k in range(9)]
    squeezed = KeySheet(poses, opens=True, closes=True).stretch(0.8)
    times = np.arange(0.0, squeezed.keys[-1].time, 0.05)
    soft = squeezed.curve("pelvis", times)[0][:, 1]
    hard = replace(squeezed, softness=0.0).curve("pelvis", times)[0][:, 1]
    assert np.abs(np.diff(soft, n=3)).mean() < 0.8 * np.abs(np.diff(hard, n=3)).mean()
    assert np.ptp(soft) > 0.85 * np.ptp(hard)
    turns = [int((np.diff(np.sign(np.diff(values))) != 0).sum()) for values in (soft, hard)]
    assert turns[0] == turns[1]
    assert KeySheet(poses).stretch(1.3).softness == 0.0
