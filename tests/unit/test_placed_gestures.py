# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.layers.placed_gestures``: hops in the right number, hands that work, feet that stay."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.embedded.part_wording import read_wordings
from kinescribe.inference.embedded.script import write_script
from kinescribe.inference.layers.gait_layer import GaitLayer
from kinescribe.inference.layers.placed_gestures import FIXED_SECONDS, HAND_WORK, PLACED, PlacedGesture
from kinescribe.inference.layers.spring import draw_up_feet
from kinescribe.motion import Motion, make_text_request
from kinescribe.motion.layers.body_joints import FEET, HEAD, NECK, PELVIS, WRISTS
from kinescribe.training.data.checks import check_motion
from kinescribe.training.evaluation.counts import choose_seconds, count_hops
from kinescribe.training.evaluation.motion_metrics import MeasuredMotion

WORK = {
    "type": "a person types on a keyboard",
    "read": "a person reads a book",
    "write": "a person writes",
    "stir": "a person stirs a pot",
    "drums": "a person plays the drums",
    "piano": "a person plays the piano",
    "guitar": "a person plays the guitar",
    "violin": "a person plays the violin",
    "juggle": "a person juggles",
    "drink": "a person drinks a glass of water",
    "eat": "a person eats an apple",
    "sew": "a tailor is sewing clothes",
    "cut_hair": "a hairdresser cuts hair",
    "row": "a person rows a boat",
    "snap_fingers": "a person snaps his fingers",
    "twirl_hair": "a person twirls her hair",
    "floss": "a person does the floss dance",
}
ONE_HANDED = ("drink", "snap_fingers", "twirl_hair")


@pytest.fixture(scope="module")
def generate() -> Callable[[str, float], Motion]:
    backend = EmbeddedBackend()
    return lambda prompt, seconds: backend.generate(make_text_request(prompt, seconds, 20.0, seed=1))[0]


@pytest.mark.parametrize("count, word", [(1, "once"), (3, "three times"), (5, "five times")])
def test_hops_come_out_in_their_number(
    generate: Callable[[str, float], Motion], count: int, word: str
) -> None:
    prompt = f"a person hops {word} on the left leg"
    motion = generate(prompt, choose_seconds(prompt))
    assert count_hops(MeasuredMotion(motion)) == count
    feet = motion.positions[:, list(FEET.values()), 1]
    assert feet[-1].max() < 0.06  # both stand again
    assert feet[:, 1].max() > feet[:, 0].max() + 0.1  # the right foot is held up


@pytest.mark.parametrize("way, axis, sign", [("forward", 2, 1), ("backward", 2, -1), ("to the left", 0, 1)])
def test_hops_go_where_they_should_on_a_foot_that_does_not_slide(
    generate: Callable[[str, float], Motion], way: str, axis: int, sign: int
) -> None:
    motion = generate(f"a person hops {way} on the right leg", 4.0)
    assert sign * motion.root_translation[-1, axis] > 0.4
    toe = motion.positions[:, FEET["right"]]
    speed = np.linalg.norm(np.diff(toe[:, [0, 2]], axis=0), axis=-1) * 20
    assert speed[toe[1:, 1] < 0.03].max() < 1.0  # the hop itself is faster, but in the air


@pytest.mark.parametrize("name", HAND_WORK)
def test_work_of_the_hands_is_seen_all_the_time(generate: Callable[[str, float], Motion], name: str) -> None:
    (line,) = write_script(WORK[name], True)
    assert [layer.name for layer in line.layers if isinstance(layer, PlacedGesture)] == [name]
    motion = generate(WORK[name], 4.0)
    hands = ["right"] if name in ONE_HANDED else list(WRISTS)
    wrists = motion.positions[:, [WRISTS[side] for side in hands]]
    above = wrists[..., 1] - motion.positions[:, [PELVIS], 1]
    assert above.min() > (-0.3 if name == "floss" else -0.15)  # no hand hangs, at the ends neither
    speed = np.linalg.norm(np.diff(wrists, axis=0), axis=-1) * 20
    assert np.quantile(speed.max(axis=1), 0.9) > (0.1 if name == "read" else 0.35)
    assert check_motion(motion.local_rotations, motion.positions, motion.skeleton).impossible.mean() < 0.02
    feet = motion.positions[:, list(FEET.values())][..., [0, 2]]
    assert np.ptp(feet, axis=0).max() < 0.03


@pytest.mark.parametrize("name, farthest", [("drink", 0.17), ("eat", 0.16), ("twirl_hair", 0.15)])
def test_the_hand_reaches_the_head(
    generate: Callable[[str, float], Motion], name: str, farthest: float
) -> None:
    motion = generate(WORK[name], 6.0)
    away = np.linalg.norm(motion.positions[:, WRISTS["right"]] - motion.positions[:, HEAD], axis=-1)
    assert away.min() < farthest
    near = away < farthest + 0.05
    times = np.count_nonzero(np.diff(near.astype(int)) == 1) + near[0]
    assert times >= (1 if name == "twirl_hair" else 2)  # more than one sip or bite


def test_rowing_pulls_with_both_arms_and_the_trunk(generate: Callable[[str, float], Motion]) -> None:
    motion = generate(WORK["row"], 6.0)
    ahead = motion.positions[:, :, 2] - motion.positions[:, [PELVIS], 2]
    for side in WRISTS:
        assert np.ptp(ahead[:, WRISTS[side]]) > 0.5
    assert np.ptp(ahead[:, NECK]) > 0.15
    assert motion.positions[:, PELVIS, 1].max() < 0.75  # seated


def test_arms_of_the_floss_swing_to_one_side_together(generate: Callable[[str, float], Motion]) -> None:
    motion = generate(WORK["floss"], 4.0)
    aside = motion.positions[:, list(WRISTS.values()), 0] - motion.positions[:, [NECK], 0]
    assert np.ptp(aside, axis=0).min() > 0.5
    assert np.corrcoef(aside.T)[0, 1] > 0.8


@pytest.mark.parametrize("text", ["sits down and drinks coffee", "sits down, then reads a book"])
def test_who_sits_down_to_work_stays_seated(generate: Callable[[str, float], Motion], text: str) -> None:
    motion = generate(f"a person {text}", 6.0)
    hips = motion.positions[:, PELVIS, 1]
    assert hips[0] > 0.85 and hips[-40:].max() < 0.7


def test_who_stands_up_again_works_standing(generate: Callable[[str, float], Motion]) -> None:
    lines = write_script("a person sits down, stands up and reads a book", True)
    assert lines[-1].layers and lines[-1].prompt == "a person stands still"


@pytest.mark.parametrize(
    "text, aside", [("stumbles", 0.0), ("stumbles to the left", 1.0), ("stumbles to the right", -1.0)]
)
def test_a_stumble_pitches_steps_aside_and_walks_on(
    generate: Callable[[str, float], Motion], text: str, aside: float
) -> None:
    motion = generate(f"a person walks forward, {text} and walks on", 7.0)
    line = motion.positions[:, NECK] - motion.positions[:, PELVIS]
    tilt = np.degrees(np.arccos(line[:, 1] / np.linalg.norm(line, axis=-1)))
    assert tilt.max() > 25 > 20 > tilt[-10:].max()
    middle = int(tilt.argmax())
    drift = motion.root_translation[middle + 25, 0] - motion.root_translation[middle - 12, 0]
    assert drift * aside > 0.2 if aside else abs(drift) < 0.4
    acceleration = np.linalg.norm(np.diff(motion.positions, 2, axis=0), axis=-1) * 400
    assert acceleration.max() < 100


def test_who_picks_something_up_steps_and_stands_again(generate: Callable[[str, float], Motion]) -> None:
    motion = generate("a person picks something up from the floor", 4.0)
    toes = motion.positions[:, list(FEET.values())]
    assert (
        np.ptp(toes[..., 1], axis=0).max() > 0.04
    )  # one foot is lifted, be it by the network or by the layer
    assert motion.positions[:, list(WRISTS.values()), 1].min() < 0.35
    assert check_motion(motion.local_rotations, motion.positions, motion.skeleton).impossible.mean() < 0.05


def test_feet_are_lifted_while_a_body_turns_to_its_seat(generate: Callable[[str, float], Motion]) -> None:
    motion = generate("a person sits down", 4.0)
    feet = motion.positions[:, list(FEET.values())]
    assert feet[:30, :, 1].max(axis=0).max() > 0.08
    assert np.ptp(motion.positions[:, PELVIS, 1]) > 0.3
    speed = np.linalg.norm(np.diff(feet[..., [0, 2]], axis=0), axis=-1) * motion.fps
    assert speed[feet[:-1, :, 1] < 0.035].max() < 1.0  # what moves fast has left the floor


def test_feet_are_drawn_up_in_a_jump_and_stand_before_and_after(
    generate: Callable[[str, float], Motion],
) -> None:
    motion = generate("a person jumps", 4.0)
    layer = GaitLayer(
        motion.skeleton,
        motion.local_rotations.copy(),
        motion.root_translation.copy(),
        np.ones((len(motion), 4), bool),
    )
    draw_up_feet(layer)
    toes = motion.positions[:, list(FEET.values()), 1]
    moved, _ = layer.forward_kinematics()
    higher = moved[:, list(FEET.values()), 1] - toes
    in_air = toes.min(axis=1) > 0.08
    assert in_air.sum() >= 3
    assert higher[in_air].max() > 0.05 and higher.min() > -0.02
    stands = toes.max(axis=1) < 0.03
    assert np.abs(higher[stands]).max() < 0.02
    assert (moved[:, PELVIS, 1] - motion.positions[:, PELVIS, 1]).max() < 0.01  # the flight stays as high


def test_a_slap_crosses_the_body_once(generate: Callable[[str, float], Motion]) -> None:
    motion = generate("a person slaps someone", 4.0)
    across = motion.positions[:, WRISTS["right"], 0] - motion.positions[:, PELVIS, 0]
    assert across.min() < -0.35 and across[20:45].max() > 0.1
    (line, _) = write_script("a person slaps someone, then stands", True)
    assert line.timed and line.seconds == FIXED_SECONDS["slap"]


def test_what_comes_after_work_begins_with_hands_that_come_down(
    generate: Callable[[str, float], Motion],
) -> None:
    motion = generate("a person reads a book, then walks forward", 6.0)
    assert motion.positions[0, WRISTS["right"], 1] > 0.9
    assert motion.positions[-10:, WRISTS["right"], 1].max() < 1.1
    acceleration = np.linalg.norm(np.diff(motion.positions, 2, axis=0), axis=-1) * 400
    assert acceleration.max() < 65


def test_the_table_places_known_gestures() -> None:
    named = {line.gesture for lines in read_wordings().values() for line in lines if line.gesture}
    assert named and named <= set(PLACED)
