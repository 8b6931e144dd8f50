# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading prompts."""

from __future__ import annotations

import numpy as np
import pytest
import tiny_weights
from hypothesis import given
from hypothesis import strategies as st
from kinescribe.inference.embedded.text import MAX_WORDS, START, Vocabulary, split_words
from kinescribe.inference.embedded.weights import read_weights


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    w = read_weights(tiny_weights.write(tmp_path_factory.mktemp("weights")))
    return Vocabulary(w.words, w.vectors, w.learned)


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    w = read_weights()
    return Vocabulary(w.words, w.vectors, w.learned)


def test_words_are_lower_case_without_punctuation() -> None:
    words = split_words("He doesn't walk -- the Dog's 2 legs!")
    assert words == ["he", "does", "not", "walk", "the", "dog", "2", "legs"]
    assert len(split_words("walk " * 100)) == MAX_WORDS


@given(st.text(max_size=200))
def test_any_text_is_read(tiny: Vocabulary, text: str) -> None:
    reading = tiny.read(text)
    assert reading.ids[0] == START and len(reading.ids) == len(reading.static) <= MAX_WORDS + 1
    assert 0.0 <= reading.confidence <= 1.0 and np.isfinite(reading.static).all()


def test_training_words_have_their_own_vector_and_full_confidence(tiny: Vocabulary) -> None:
    reading = tiny.read("A person walks left")
    assert list(reading.ids[1:]) == [tiny.learned[w] for w in ("a", "person", "walks", "left")]
    assert reading.confidence == 1.0


def test_a_word_that_training_lacks_is_as_sure_as_its_neighbour_is_near(tiny: Vocabulary) -> None:
    reading = tiny.read("leap")  # its static vector is that of "jumps"
    assert reading.ids[1] == 0 and reading.confidence == 1.0
    assert tiny.known("stroll") < tiny.known("leap")


def test_misspelt_and_unusual_forms_stand_for_their_neighbour(tiny: Vocabulary) -> None:
    assert tiny.nearest_spelling("forwrad") == "forward"
    assert tiny.nearest_spelling("walkingly") == "walk"
    assert 0.0 < tiny.read("jmups").confidence < 1.0


def test_unknown_words_give_no_confidence(tiny: Vocabulary) -> None:
    assert tiny.read("qqqq zzzzz").confidence == 0.0
    assert len(tiny.read("qqqq zzzzz").ids) == 1
    assert tiny.read("").confidence == 0.0


def test_shipped_words_know_plain_english(shipped: Vocabulary) -> None:
    sure = shipped.read("a person walks forward and waves").confidence
    fair = shipped.read("a person saunters along").confidence
    none = shipped.read("xyzzy qwrtz").confidence
    assert sure == 1.0 and fair > 0.3 and none == 0.0


def test_shipped_sides_are_apart(shipped: Vocabulary) -> None:
    assert {"left", "right", "forward", "backward"} <= set(shipped.learned)
