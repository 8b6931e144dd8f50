# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.layers``: ways of walking and moods are seen, and feet, contacts, lengths and paths stay as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.embedded.manner_lines import read_manners
from kinescribe.inference.embedded.part_wording import word_part
from kinescribe.inference.embedded.script import write_script
from kinescribe.inference.embedded.strength import find_strength
from kinescribe.inference.layers.manners import MANNERS, Manner, apply_layers
from kinescribe.motion import Motion, make_text_request
from kinescribe.motion.constraints import Clip
from kinescribe.motion.contact.contacts import find_true_runs
from kinescribe.motion.contact.foot_lock import lock_feet
from kinescribe.motion.layers.body_joints import ANKLES, ELBOWS, FEET, HEAD, NECK, PELVIS, SIDES, WRISTS
from kinescribe.motion.request import RootPath
from kinescribe.training.data.checks import check_motion, hinge_angles

SECONDS = 4.0


@pytest.fixture(scope="module")
def walk() -> Motion:
    """A plain walk of the embedded model."""
    (motion,) = EmbeddedBackend().generate(make_text_request("a person walks forward", SECONDS, 20.0, seed=1))
    return motion


def lay(walk: Motion, name: str, strength: float = 1.0, side: str = "right", **options: bool) -> Motion:
    """The walk with a manner, its feet locked as the model does."""
    clip = Clip(walk.local_rotations, walk.root_translation, np.zeros(len(walk)))
    assert walk.contacts is not None
    whole = slice(0, len(walk))
    out, contacts = apply_layers(
        clip, walk.contacts, [(whole, (Manner(name, strength, side, options.get("keeps_arms", False)),))]
    )
    return lock_feet(
        replace(
            walk,
            root_translation=out.root_positions,
            local_rotations=out.local_rotations,
            contacts=contacts,
        )
    )


def pitch(motion: Motion) -> np.ndarray:
    """How far the line from pelvis to neck leans forward, in degrees."""
    line = motion.positions[:, NECK] - motion.positions[:, PELVIS]
    return np.degrees(np.arctan2(line[:, 2], line[:, 1]))


def slides(motion: Motion) -> float:
    """The longest way in metres of a toe during one of its contacts, without the blends at both ends."""
    assert motion.contacts is not None
    ways = [0.0]
    for column, side in ((1, "left"), (3, "right")):
        for first, last in find_true_runs(motion.contacts[:, column]):
            toes = motion.positions[first + 1 : last - 1, FEET[side]][:, [0, 2]]
            if len(toes):
                ways.append(float(np.linalg.norm(toes - toes[0], axis=-1).max()))
    return max(ways)


@pytest.mark.parametrize("name", MANNERS)
def test_every_manner_is_possible_smooth_and_stands_firmly(walk: Motion, name: str) -> None:
    for strength in (0.6, 1.0, 1.3):
        styled = lay(walk, name, strength)
        assert len(styled) == len(walk)
        shares = check_motion(styled.local_rotations, styled.positions, styled.skeleton).shares()
        assert {k: v for k, v in shares.items() if v > (0.1 if k == "sliding" else 0.02)} == {}
        assert slides(styled) < max(0.07, slides(walk) + 0.03)
        jerk = np.linalg.norm(np.diff(styled.positions, 2, axis=0), axis=-1) * 400
        assert jerk.max() < (90 if name == "robot" else 65)  # m/s2; a plain walk has about 30


@pytest.mark.parametrize("side", SIDES)
def test_a_limp_spares_its_leg_and_falls_to_it(walk: Motion, side: str) -> None:
    styled = lay(walk, "limp", side=side)
    other = "left" if side == "right" else "right"
    assert styled.contacts is not None
    planted = {s: styled.contacts[:, 2 * i : 2 * i + 2].any(axis=1) for i, s in enumerate(SIDES)}
    alone = {s: planted[s] & ~planted["left" if s == "right" else "right"] for s in SIDES}
    assert alone[side].sum() < 0.8 * alone[other].sum()
    pelvis = styled.positions[:, PELVIS, 1]
    assert pelvis[alone[side]].mean() < pelvis[alone[other]].mean() - 0.03
    lean = styled.positions[:, NECK, 0] - styled.positions[:, PELVIS, 0]
    outward = 1.0 if side == "left" else -1.0
    assert outward * (lean[alone[side]].mean() - lean[alone[other]].mean()) > 0.08


def test_tiptoe_keeps_the_heels_up(walk: Motion) -> None:
    heels = lay(walk, "tiptoe").positions[:, list(ANKLES.values()), 1]
    assert heels.min() > 0.11 > walk.positions[:, list(ANKLES.values()), 1].min()


def test_a_drunk_weaves(walk: Motion) -> None:
    plain, drunk = (np.ptp(m.positions[:, NECK, 0]) for m in (walk, lay(walk, "drunk")))
    assert drunk > plain + 0.25


def test_a_robot_holds_its_trunk_and_elbows(walk: Motion) -> None:
    robot = lay(walk, "robot")
    assert np.abs(pitch(robot)).max() < 8
    for side in SIDES:
        bend = hinge_angles(robot.local_rotations, robot.skeleton)[f"{side}_elbow"][0]
        assert np.all((bend > 70) & (bend < 110))


@pytest.mark.parametrize(
    "name, lower, upper", [("sad", 6, 40), ("tired", 12, 60), ("old", 25, 80), ("proud", -30, -3)]
)
def test_moods_show_in_trunk_and_head(walk: Motion, name: str, lower: float, upper: float) -> None:
    styled = lay(walk, name)
    assert lower < np.mean(pitch(styled) - pitch(walk)) < upper
    drop = np.mean(walk.positions[:, HEAD, 1] - styled.positions[:, HEAD, 1])
    assert drop > 0.03 if name != "proud" else drop < 0.03


def test_old_and_sad_people_take_shorter_steps(walk: Motion) -> None:
    ways = {n: lay(walk, n).root_translation[-1, 2] / walk.root_translation[-1, 2] for n in ("old", "sad")}
    assert 0.5 < ways["old"] < 0.7
    assert 0.7 < ways["sad"] < 0.9


def test_slow_walks_are_slow(walk: Motion) -> None:
    slow = lay(walk, "slow")
    assert slow.root_translation[-1, 2] / SECONDS < max(0.75, 0.7 * walk.root_translation[-1, 2] / SECONDS)


def test_strength_grows_with_its_words(walk: Motion) -> None:
    assert find_strength("slightly drunk") < find_strength("drunk") == 1.0 < find_strength("very drunk")
    leans = [np.mean(pitch(lay(walk, "tired", s))) for s in (0.6, 1.0, 1.3)]
    assert leans[0] + 3 < leans[1] < leans[2] - 2


def test_busy_arms_stay(walk: Motion) -> None:
    arms = [*ELBOWS.values(), 16, 17]
    assert np.allclose(
        lay(walk, "angry", keeps_arms=True).local_rotations[:, arms], walk.local_rotations[:, arms]
    )
    assert not np.allclose(
        lay(walk, "angry").positions[:, list(WRISTS.values())], walk.positions[:, list(WRISTS.values())]
    )


def test_a_manner_of_a_part_fades_at_its_ends_and_leads_on(walk: Motion) -> None:
    clip = Clip(walk.local_rotations, walk.root_translation, np.zeros(len(walk)))
    assert walk.contacts is not None
    out, _ = apply_layers(clip, walk.contacts, [(slice(30, 60), (Manner("old"),))])
    assert np.array_equal(out.local_rotations[:22], clip.local_rotations[:22])
    assert np.array_equal(out.local_rotations[68:], clip.local_rotations[68:])
    moved = out.root_positions[68:] - clip.root_positions[68:]
    assert np.allclose(moved, moved[0]) and moved[0, 2] < -0.2
    steps = np.linalg.norm(np.diff(out.root_positions, axis=0), axis=-1)
    assert steps.max() < 1.3 * np.linalg.norm(np.diff(clip.root_positions, axis=0), axis=-1).max()


def test_neighbours_with_the_same_manner_do_not_fade_between(walk: Motion) -> None:
    clip = Clip(walk.local_rotations, walk.root_translation, np.zeros(len(walk)))
    assert walk.contacts is not None
    manners = (Manner("proud"),)
    whole, _ = apply_layers(clip, walk.contacts, [(slice(0, 80), manners)])
    halves, _ = apply_layers(clip, walk.contacts, [(slice(0, 40), manners), (slice(40, 80), manners)])
    assert np.abs(whole.local_rotations - halves.local_rotations)[30:50].max() < 0.1


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a person limps on the left leg", ("limp", 1.0, "left")),
        ("a slightly drunk man walks", ("drunk", 0.6, "right")),
        ("a very sad woman walks backward", ("sad", 1.3, "right")),
        ("someone walks like a robot", ("robot", 1.0, "right")),
        ("a person walks with hands in their pockets", ("pockets", 1.0, "right")),
        ("a person walks on tiptoe", ("tiptoe", 1.0, "right")),
        ("an angry person stomps off", ("angry", 1.0, "right")),
        ("一个人悲伤地走路", ("sad", 1.0, "right")),
    ],
)
def test_words_become_manners_over_a_plain_gait(text: str, expected: tuple[str, float, str]) -> None:
    (line,) = write_script(text, True)
    assert line.prompt.startswith("a person walks")
    manner = line.layers[0]
    assert (manner.name, manner.side) == expected[::2]
    assert manner.strength == pytest.approx(expected[1])


@pytest.mark.parametrize(
    "text",
    ["a person walks forward", "an angry person punches", "a sad person sits down", "he runs like a robot"],
)
def test_what_is_no_gait_or_has_no_mood_gets_no_manner(text: str) -> None:
    layers = [layer for line in write_script(text, True) for layer in line.layers]
    assert not any(isinstance(layer, Manner) for layer in layers)


def test_a_mood_stays_with_the_person() -> None:
    parts = break_down("a drunk man walks forward, turns around and walks back")
    wordings = [word_part(part) for part in parts]
    assert [[m.name for m in w.layers] for w in wordings if w is not None] == [["drunk"], [], ["drunk"]]


def test_two_manners_share_the_body_and_the_first_has_the_arms() -> None:
    (line,) = write_script("a person is walking proudly like a runway model", True)
    assert [(m.name, m.keeps_arms) for m in line.layers if isinstance(m, Manner)] == [
        ("catwalk", False),
        ("proud", True),
    ]


def test_a_zombie_keeps_its_arms() -> None:
    (line,) = write_script("a zombie shambles forward with its arms stretched out", True)
    assert all(m.keeps_arms for m in line.layers if isinstance(m, Manner))


def test_the_table_names_known_manners() -> None:
    assert {row.name for row in read_manners()} <= set(MANNERS)
    assert {row.pace for row in read_manners()} <= {"", "slow", "fast"}


def test_a_path_stays_exact_below_a_manner() -> None:
    frames = [0, 40, 79]
    points = np.array([[0.0, 0.0], [0.8, 1.2], [0.2, 2.6]])
    request = make_text_request("a drunk man walks", SECONDS, 20.0, seed=3)
    request = replace(request, constraints=(RootPath(tuple(frames), tuple(map(tuple, points.tolist()))),))
    (motion,) = EmbeddedBackend().generate(request)
    assert np.allclose(motion.root_translation[frames][:, [0, 2]], points, atol=1e-3)
