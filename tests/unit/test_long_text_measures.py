# SPDX-License-Identifier: GPL-3.0-or-later
"""``training.evaluation.long_texts``: measures of a motion, and what lies outside of the expected range."""

from __future__ import annotations

from functools import cache

import pytest
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion import Motion, make_text_request
from kinescribe.training.evaluation import long_texts
from kinescribe.training.evaluation.motion_metrics import MeasuredMotion


@cache
def generate(prompt: str, seconds: float) -> Motion:
    (motion,) = EmbeddedBackend().generate(make_text_request(prompt, seconds, 20.0, 1))
    return motion


def measure(prompt: str, seconds: float = 5.0) -> dict[str, float]:
    return long_texts.measure_motion(MeasuredMotion(generate(prompt, seconds)))


def test_every_range_names_a_measure_and_is_in_order() -> None:
    known = set(measure("a person walks forward"))
    for text, ranges in long_texts.read_texts():
        assert len(text.split()) >= 13
        assert set(ranges) <= known
        assert all(low <= high for low, high in ranges.values())


def test_measures_tell_turns_travel_and_postures_apart() -> None:
    walk, turn = measure("a person walks forward"), measure("a person turns around to the left")
    assert walk["forward"] > 1.0 > abs(walk["left"])
    assert turn["turn"] == pytest.approx(180, abs=40)
    crouch = measure("a person crouches down and stays there")
    assert crouch["end_height"] < 0.75 < walk["end_height"]
    assert crouch["low_share"] > 0.5 > walk["low_share"]
    raised = measure("a person raises the right hand and holds it up")
    assert (raised["right_up_end"], raised["left_up_end"]) == (1.0, 0.0)


def test_misses_are_named() -> None:
    assert long_texts.find_misses({"turn": 3.0, "claps": 4.0}, {"turn": [140, 220], "claps": [4, 4]}) == [
        "turn 3.00 not in 140..220"
    ]
