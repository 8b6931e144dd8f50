# SPDX-License-Identifier: GPL-3.0-or-later
"""Postures: what a text says of arms, head, trunk and knees beside the action is seen, and the body stays possible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.embedded.accompaniment import read_arm_pose
from kinescribe.inference.embedded.script import write_script
from kinescribe.inference.layers.manners import apply_layers
from kinescribe.inference.layers.placed_gestures import PlacedGesture
from kinescribe.inference.layers.postures import ARM_POSTURES, BODY_POSTURES, Posture
from kinescribe.motion import Motion, make_text_request
from kinescribe.motion.constraints import Clip
from kinescribe.motion.contact.foot_lock import lock_feet
from kinescribe.motion.layers.body_joints import HEAD, PELVIS, SHOULDERS, WRISTS
from kinescribe.training.data.checks import check_motion


def generate(text: str, seconds: float = 4.0) -> Motion:
    (motion,) = EmbeddedBackend().generate(make_text_request(text, seconds, 20.0, seed=1))
    return motion


@pytest.fixture(scope="module", params=["a person walks forward", "a person stands still"])
def plain(request: pytest.FixtureRequest) -> Motion:
    return generate(request.param)


def lay(motion: Motion, posture: Posture, span: slice) -> Motion:
    """The motion with a posture in a span of frames, its feet locked as the model does."""
    clip = Clip(motion.local_rotations, motion.root_translation, np.zeros(len(motion)))
    assert motion.contacts is not None
    out, contacts = apply_layers(clip, motion.contacts, [(span, (posture,))])
    laid = replace(
        motion, root_translation=out.root_positions, local_rotations=out.local_rotations, contacts=contacts
    )
    return lock_feet(laid)


@pytest.mark.parametrize("name", [*ARM_POSTURES, *BODY_POSTURES])
def test_every_posture_is_possible_and_smooth(plain: Motion, name: str) -> None:
    for posture, span in (
        (Posture(name, "left", 1.0), slice(0, len(plain))),
        (Posture(name, "right" if name in BODY_POSTURES else "both", 1.3), slice(24, 56)),
    ):
        held = lay(plain, posture, span)
        assert len(held) == len(plain)
        shares = check_motion(held.local_rotations, held.positions, held.skeleton).shares()
        assert {k: v for k, v in shares.items() if v > (0.1 if k == "sliding" else 0.02)} == {}
        jerk = np.linalg.norm(np.diff(held.positions, 2, axis=0), axis=-1) * 400
        assert jerk.max() < 95  # m/s2; a plain walk has about 30, a punch about 90


def test_a_posture_leaves_the_frames_far_from_its_segment_alone(plain: Motion) -> None:
    held = lay(plain, Posture("arms_up"), slice(40, 80))
    above = [PELVIS, HEAD, *SHOULDERS.values(), *WRISTS.values()]  # feet are locked once more
    assert np.abs(held.local_rotations[:30, above] - plain.local_rotations[:30, above]).max() < 1e-6
    up = held.positions[45:75, WRISTS["left"], 1] - held.positions[45:75, SHOULDERS["left"], 1]
    assert up[10:].min() > 0.3


@pytest.mark.parametrize(
    ("words", "pose"),
    [
        ("with arms outstretched", "arms_out"),
        ("raising both arms forward", "arms_forward"),
        ("arms raised slightly", "arms_low"),
        ("with both arms raised above his head", "arms_up"),
        ("arms at shoulder height", "arms_out"),
        ("hands behind his back", "hands_behind"),
        ("hands behind the head", "hands_on_head"),
        ("one hand on her hip", "hands_on_hips"),
        ("arms by his sides", "arms_hanging"),
        ("arms crossed", "arms_crossed"),
        ("fists up", "guard"),
        ("elbows bent", "arms_bent"),
        ("swinging their arms forward and backward", "swinging"),
        ("lifts an arm at a 120 degree angle", "arms_up_wide"),
        ("fingers spread", "arms_out"),
        ("arms down, doesn't raise his hands", "arms_hanging"),
        ("something else entirely", None),
    ],
)
def test_words_name_a_pose_of_the_arms(words: str, pose: str | None) -> None:
    assert read_arm_pose(words) == pose


def lay_names(text: str) -> list[tuple[str, list[str]]]:
    return [
        (
            line.prompt.removeprefix("a person "),
            [layer.name for layer in line.layers if isinstance(layer, Posture | PlacedGesture)],
        )
        for line in write_script(text)
    ]


def test_arms_stay_raised_until_the_text_lowers_them() -> None:
    text = "A man raises both arms out to the sides, turns around and then lowers his arms."
    assert lay_names(text) == [
        ("stands still", ["arms_out"]),
        ("turns around to the left", ["arms_out"]),
        ("stands still", []),
    ]
    motion = generate(text, 7.0)
    height = motion.positions[:, WRISTS["left"], 1] - motion.positions[:, SHOULDERS["left"], 1]
    raised = np.abs(height) < 0.12
    assert raised[40:80].all()
    assert height[-1] < -0.3


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("A man walks forward slowly while keeping his arms folded across his chest.", "arms_crossed"),
        ("A woman hops forward while holding a T-pose.", "arms_out"),
        ("Holding both hands behind her back, a woman walks in a circle.", "hands_behind_back"),
        ("The man, leaning slightly forward, tiptoes away.", "lean_forward"),
        ("He sits on a chair with his hands on his knees.", "hands_on_knees"),
        ("a person bends his knees slightly", "bend_knees"),
        ("A person does three squats, keeping the arms crossed on the chest.", "arms_crossed"),
        ("a man raises his right arm to shoulder height", "arms_out"),
        ("A man starts with both arms extended out to his sides, then lowers them.", "arms_out"),
        ("The boss speaks with his left hand behind his back.", "hands_behind"),
        ("一个人双臂平举，慢慢向前走。", "arms_out"),
        ("他身体前倾，双手背在身后向前走。", "lean_forward"),
        ("女孩张开双臂原地转圈。", "arms_out"),
        ("一个人膝盖微微弯曲，双臂向前伸直。", "bend_knees"),
    ],
)
def test_how_arms_trunk_and_knees_are_held_is_found(text: str, layers: str) -> None:
    assert layers in [name for _, names in lay_names(text) for name in names]


def test_an_elliptic_arm_is_raised_like_the_first_and_both_stay() -> None:
    text = "Someone slowly raises the left arm to the side, then the right arm, and then lowers both arms."
    motion = generate(text, 9.0)
    height = [
        motion.positions[:, WRISTS[s], 1] - motion.positions[:, SHOULDERS[s], 1] for s in ("left", "right")
    ]
    both = (np.abs(height[0]) < 0.15) & (np.abs(height[1]) < 0.15)
    assert np.count_nonzero(both) > 20
    assert max(height[0].max(), height[1].max()) < 0.25
    assert height[0][-1] < -0.3


def test_arms_are_raised_as_often_as_the_text_says() -> None:
    motion = generate("A woman raises her left arm sideways three times.", 7.0)
    height = motion.positions[:, WRISTS["left"], 1] - motion.positions[:, SHOULDERS["left"], 1]
    raised = height > -0.2
    assert np.count_nonzero(raised[1:] & ~raised[:-1]) == 3


def test_who_sits_stays_seated_while_arms_and_head_act() -> None:
    text = "A woman is sitting on a chair, raises her right arm and waves, then nods."
    assert all(
        prompt.startswith(("stays seated", "sits")) or "sitting" in prompt for prompt, _ in lay_names(text)
    )
    motion = generate(text, 6.0)
    assert motion.positions[:, PELVIS, 1].max() < 0.75
    assert lay_names("A man sits down, waves, stands up and walks away.")[-1][0] == "walks forward"


def test_a_head_that_is_lowered_is_seen() -> None:
    bowed = generate("a man marches in place with his head lowered")
    plain = generate("a man marches in place")
    ahead = [float(np.median(m.positions[:, HEAD, 1] - m.positions[:, PELVIS, 1])) for m in (bowed, plain)]
    assert ahead[0] < ahead[1] - 0.005
