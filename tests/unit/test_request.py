# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests: an impossible one is refused in one sentence before anything is computed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinescribe.motion import Capabilities, MotionRequest, RequestError, check_request, make_text_request
from kinescribe.motion.request import (
    MAX_PROMPT_LENGTH,
    RequestOptions,
    RootPath,
    TextSegment,
    UnconditionedSegment,
)

ABLE = Capabilities(model="The model", licence="", fps=20, min_seconds=0.5, max_seconds=10, max_samples=2)


@given(st.floats(0.5, 10), st.sampled_from([20.0, 23.976, 24.0, 30.0, 60.0]))
def test_every_length_within_the_limits_is_accepted_at_every_rate(seconds: float, fps: float) -> None:
    request = make_text_request("wave", seconds, fps)
    check_request(request, ABLE)
    assert abs(request.seconds - seconds) <= 0.5 / fps + 1e-9


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_duration_gets_past_both_checks_unless_it_is_possible(seconds: float) -> None:
    try:
        check_request(make_text_request("wave", seconds, 24), ABLE)
    except RequestError as error:
        assert not 0.5 <= seconds <= 10
        assert "\n" not in str(error)
    else:
        assert 0.45 < seconds < 10.05


@pytest.mark.parametrize("prompt", ["", " \n\t ", "x" * (MAX_PROMPT_LENGTH + 1)])
def test_impossible_prompts_are_refused(prompt: str) -> None:
    with pytest.raises(RequestError, match="prompt"):
        make_text_request(prompt, 4, 24)


@pytest.mark.parametrize("fps", [0, -24, float("nan"), float("inf")])
def test_impossible_rates_are_refused(fps: float) -> None:
    with pytest.raises(RequestError, match="frame rate"):
        make_text_request("wave", 4, fps)


def test_white_space_in_prompts_does_not_count() -> None:
    assert make_text_request("  a person\n waves ", 1, 20).prompt == "a person waves"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (MotionRequest((), 20), "no segments"),
        (MotionRequest((TextSegment("a", 20), TextSegment("b", 20)), 20), "at most 1 prompt"),
        (MotionRequest((UnconditionedSegment(40),), 20), "unconditioned"),
        (MotionRequest((TextSegment("a", 40),), 20, (RootPath((0,), ((0, 0),)),)), "root_path"),
        (MotionRequest((TextSegment("a", 40),), 20, options=RequestOptions(num_samples=3)), "samples"),
        (MotionRequest((TextSegment("a", 40),), 20, options=RequestOptions(loop=True)), "loops"),
        (MotionRequest((TextSegment("a", 400),), 20), "change the duration"),
        (MotionRequest((TextSegment("a", 4 * 10**9),), 1e9), "lower the frame rate"),
    ],
)
def test_more_than_the_model_can_do_is_refused(request_: MotionRequest, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        check_request(request_, ABLE)


def test_prompts_of_all_segments_are_joined_in_order() -> None:
    request = MotionRequest((TextSegment("walk", 20), UnconditionedSegment(20), TextSegment("sit", 20)), 20)
    assert request.prompt == "walk, then sit"
    assert request.seconds == 3
