# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts as the sentences that ARDY reads: inference/ardy/text/prompts.py and encoding.py."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from kinescribe.inference.ardy.backend import ArdyBackend
from kinescribe.inference.ardy.text.prompts import lay_out_prompts, split_prompt, word_prompt
from kinescribe.inference.ardy.text.service import ServiceTextEncoder
from kinescribe.inference.remote.server import ONLINE_OFF, Server
from kinescribe.motion.errors import BackendError, Cancelled, RequestError
from kinescribe.motion.request import MotionRequest, RequestOptions, TextSegment, UnconditionedSegment

from devtools.testing.ardy_files import SMALL, write_checkpoint
from devtools.testing.text_encoder_files import CountingEncoder


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("A person walks forward.", "A person walks forward."),
        ("walk  forward\nslowly", "a person walks forward slowly"),
        ("Jumps over a box", "a person jumps over a box"),
        ("dancing happily", "a person is dancing happily"),
        ("jump kick", "jump kick"),
        ("left kick", "left kick"),
        ("back flip", "back flip"),
        ("slowly walk away", "slowly walk away"),
        ("", ""),
        (" ", ""),
        ("123", "123"),
        ("\u4e00\u4e2a\u4eba\u5411\u524d\u8d70", "a person walks forward"),
        ("\u5411\u5de6\u8f6c", "a person turns left"),
        ("\u8df3", "a person jumps"),
    ],
)
def test_prompts_are_worded_as_english_sentences(prompt: str, sentence: str) -> None:
    assert word_prompt(prompt) == sentence


def test_chinese_that_nobody_knows_is_an_error_of_the_prompt() -> None:
    with pytest.raises(RequestError, match=re.escape("No word of the prompt \u9fa5\u9fa4 is known")):
        word_prompt("\u9fa5\u9fa4")


@pytest.mark.parametrize(
    ("prompt", "sentences"),
    [
        ("A man walks forward, then he turns left and claps twice.", [
            "a person walks forward", "a person turns left", "a person claps twice",
        ]),
        ("first jump, then run in a circle", ["a person jumps", "a person runs in a circle"]),
        ("The knight raises his sword, swings it down twice and kneels before the king", [
            "a person raises his sword", "a person swings it down twice", "a person kneels before the king",
        ]),
        ("A person walks forward and waves with the left hand", [
            "A person walks forward and waves with the left hand",
        ]),
        ("someone cooks an omelette", ["someone cooks an omelette"]),
        ("", [""]),
        ("\u4ed6\u6162\u6162\u5730\u8d70\uff0c\u8df3\u8d77\u6765\uff0c\u518d\u8e22\u817f", [
            "a person walks slowly", "a person jumps up", "a person kicks",
        ]),
    ],
)  # fmt: skip
def test_a_prompt_of_several_actions_becomes_several_sentences(prompt: str, sentences: list[str]) -> None:
    assert [sentence for sentence, _, _ in split_prompt(prompt)] == sentences


def test_actions_share_the_time_of_their_segment_by_need() -> None:
    prompt = "a person walks forward, then claps, then sits down"
    segments = (TextSegment(prompt, 240, seed=5), UnconditionedSegment(30), TextSegment("jumps", 60))
    laid_out = lay_out_prompts(segments, 30.0)
    assert [getattr(segment, "prompt", None) for segment in laid_out] == [
        "a person walks forward", "a person claps", "a person sits down", None, "a person jumps",
    ]  # fmt: skip
    frames = [segment.duration_frames for segment in laid_out]
    assert sum(frames[:3]) == 240 and frames[0] > frames[1] and frames[3:] == [30, 60]
    assert [segment.seed for segment in laid_out] == [5, 6, 7, None, None]


def test_actions_that_do_not_fit_are_left_out() -> None:
    prompt = "a person walks forward, then claps, then sits down"
    (segment,) = lay_out_prompts((TextSegment(prompt, 30),), 30.0)
    assert segment == TextSegment("a person walks forward", 30)


def test_prompts_of_thousands_of_words_are_laid_out() -> None:
    laid_out = lay_out_prompts((TextSegment("walk and then jump and then " * 700, 300),), 30.0)
    assert 1 < len(laid_out) <= 12 and sum(segment.duration_frames for segment in laid_out) == 300


def request(*prompts: str) -> MotionRequest:
    return MotionRequest(
        tuple(TextSegment(prompt, 40) for prompt in prompts),
        20.0,
        options=RequestOptions(diffusion_steps=2),
    )


def test_the_backend_encodes_one_english_sentence_for_each_action(tmp_path: Path) -> None:
    encoder = CountingEncoder(SMALL.text_width)
    backend = ArdyBackend(write_checkpoint(tmp_path), encoder)
    prompt = "\u4e00\u4e2a\u4eba\u5411\u524d\u8d70\uff0c\u7136\u540e\u5750\u4e0b"
    (motion,) = backend.generate(replace(request(prompt), segments=(TextSegment(prompt, 80),)))
    assert encoder.asked == [["a person walks forward", "a person sits down"]]
    assert motion.provenance is not None and motion.provenance.prompt == prompt
    backend.release()
    assert encoder.releases == 1


def test_a_prompt_of_two_thousand_words_becomes_a_motion(tmp_path: Path) -> None:
    encoder = CountingEncoder(SMALL.text_width)
    backend = ArdyBackend(write_checkpoint(tmp_path), encoder)
    for words in ("walk and then jump and then " * 350, "word " * 2000, "a" * 20_000):
        (motion,) = backend.generate(request(words))
        assert len(motion) == 40 and np.isfinite(motion.positions).all()
    assert all(0 < len(sentence) < 20_001 for asked in encoder.asked for sentence in asked)


def test_a_generation_is_cancelled_while_the_encoder_is_busy(tmp_path: Path) -> None:
    asked, may_end = threading.Event(), threading.Event()

    class SlowEncoder(CountingEncoder):
        def encode(self, sentences: Sequence[str]) -> np.ndarray:
            asked.set()
            may_end.wait(60)
            return super().encode(sentences)

    backend = ArdyBackend(write_checkpoint(tmp_path), SlowEncoder(SMALL.text_width))
    with pytest.raises(Cancelled):
        backend.generate(request("a person walks"), cancelled=asked.is_set)
    assert not may_end.is_set()
    may_end.set()
    assert len(backend.generate(request("a person walks"))) == 1


def test_errors_of_the_encoder_reach_the_user(tmp_path: Path) -> None:
    server = Server("https://vectors.example.org", is_online=lambda: False)
    backend = ArdyBackend(write_checkpoint(tmp_path), ServiceTextEncoder(server))
    with pytest.raises(BackendError, match=re.escape(ONLINE_OFF)):
        backend.generate(request("a person walks"))
