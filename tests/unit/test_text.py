# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading prompts: ``embedded.text``, ``chinese`` and ``prompt_normalisation``."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tiny_weights
from hypothesis import given
from hypothesis import strategies as st
from kinescribe.inference.embedded.chinese import is_chinese, read_lexicon, translate_to_english
from kinescribe.inference.embedded.prompt_normalisation import normalise_words, read_table
from kinescribe.inference.embedded.text import MAX_WORDS, START_TOKEN, Vocabulary, split_words
from kinescribe.inference.embedded.weights import read_weights
from kinescribe.training.text import plain_words


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    w = read_weights(tiny_weights.write(tmp_path_factory.mktemp("weights")))
    return Vocabulary(w.word_rows, w.vectors, w.learned_ids)


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    w = read_weights()
    return Vocabulary(w.word_rows, w.vectors, w.learned_ids)


def test_words_are_lower_case_without_punctuation() -> None:
    words = split_words("He doesn't walk -- the Dog's 2 legs!")
    assert words == ["he", "does", "not", "walk", "the", "dog", "2", "legs"]
    assert len(split_words("walk " * 100)) == MAX_WORDS


@given(st.text(max_size=200))
def test_any_text_is_read(tiny: Vocabulary, text: str) -> None:
    reading = tiny.tokenize_prompt(text)
    assert reading.ids[0] == START_TOKEN and len(reading.ids) == len(reading.static) <= MAX_WORDS + 1
    assert 0.0 <= reading.confidence <= 1.0 and np.isfinite(reading.static).all()


def test_training_words_have_their_own_vector_and_full_confidence(tiny: Vocabulary) -> None:
    reading = tiny.tokenize_prompt("A person walks left")
    assert list(reading.ids[1:]) == [tiny.learned_ids[w] for w in ("a", "person", "walks", "left")]
    assert reading.confidence == 1.0


def test_a_word_that_training_lacks_is_as_sure_as_its_neighbour_is_near(tiny: Vocabulary) -> None:
    reading = tiny.tokenize_prompt("leap")  # its static vector is that of "jumps"
    assert reading.ids[1] == 0 and reading.confidence == 1.0
    assert tiny.rate_word("stroll") < tiny.rate_word("leap")


def test_misspelt_and_unusual_forms_stand_for_their_neighbour(tiny: Vocabulary) -> None:
    assert tiny.nearest_spelling("forwrad") == "forward"
    assert tiny.nearest_spelling("walkingly") == "walk"
    assert 0.0 < tiny.tokenize_prompt("jmups").confidence < 1.0


def test_unknown_words_give_no_confidence(tiny: Vocabulary) -> None:
    assert tiny.tokenize_prompt("qqqq zzzzz").confidence == 0.0
    assert len(tiny.tokenize_prompt("qqqq zzzzz").ids) == 1
    assert tiny.tokenize_prompt("").confidence == 0.0


def test_shipped_words_know_plain_english(shipped: Vocabulary) -> None:
    sure = shipped.tokenize_prompt("a person walks forward and waves").confidence
    fair = shipped.tokenize_prompt("a person saunters along").confidence
    none = shipped.tokenize_prompt("xyzzy qwrtz").confidence
    assert sure == 1.0 and fair > 0.3 and none == 0.0


def test_shipped_sides_are_apart(shipped: Vocabulary) -> None:
    assert {"left", "right", "forward", "backward"} <= set(shipped.learned_ids)


CHINESE = {
    "一个人向前走并挥手": "a person walks forward and waves",
    "他慢慢地向后退": "he walks backward slowly",
    "一个人用右手挥手": "a person waves with the right hand",
    "一个女人坐下，然后站起来": "a woman sits down, then stands up",
    "一個人向右轉身": "a person turns right",
    "有人爬楼梯": "someone climbs the stairs",
    "角色跳了两次": "the character jumps twice",
    "他一边走一边挥手": "he walks and waves",
    "用左脚踢": "kicks with the left foot",
    "像僵尸一样走路": "walks like a zombie",
}


@pytest.mark.parametrize(("chinese", "english"), CHINESE.items())
def test_chinese_is_read_as_its_english(shipped: Vocabulary, chinese: str, english: str) -> None:
    assert translate_to_english(chinese) == (english, 0)
    mine, theirs = shipped.tokenize_prompt(chinese), shipped.tokenize_prompt(english)
    assert mine.ids.tolist() == theirs.ids.tolist() and mine.confidence == theirs.confidence > 0.5


def test_chinese_that_the_lexicon_lacks_lowers_confidence(shipped: Vocabulary) -> None:
    known, partly = shipped.tokenize_prompt("他挥手"), shipped.tokenize_prompt("他挥手阅读报纸")
    assert partly.confidence < known.confidence
    assert shipped.tokenize_prompt("哲学").confidence == 0.0


def test_what_the_lexicon_says_is_known(shipped: Vocabulary) -> None:
    """Entries must be words of the table, or they would mean nothing to the network."""
    said = {w for _, english in read_lexicon().entries.values() for w in split_words(english)}
    assert not {w for w in said if w not in shipped.word_rows and w not in shipped.learned_ids}


def test_english_is_left_alone() -> None:
    assert not is_chinese("a person walks – naïvely")
    assert is_chinese("走")


PLAIN = {
    "an athlete sprints down the track": "a person sprints",
    "he is jogging along the road": "a person is jogging",
    "a fighter lashes out with the left foot": "a person kicks with the left foot",
    "a fighter lashes out with the left fist": "a person punches with the left hand",
    "the boxer hits out with a left": "a person punches with the left hand",
    "she delivers a splendid kick": "a person delivers a kick",
    "he throws a quick punch at his opponent": "a person throws a punch with the right hand",
    "the fencer lunges": "a person lunges with the right leg",
    "a pupil lifts one hand": "a person lifts the right hand",
    "she coughs into her hand": "a person coughs into her right hand",
    "wave twice": "wave the right hand twice",
    "she waves with both hands": "a person waves with both hands",
    "walk in a circle": "walk in a circle to the left",
    "walk clockwise in a circle": "walk clockwise in a circle",
    "he turns around": "a person turns around to the left",
    "a dancer twirls": "a person twirls to the left",
    "turn left": "turn left",
    "he throws several punches": "a person throws three punches",
    "he gets back on his feet": "a person stands up",
    "make a left turn as you walk": "make a left turn as you walk",
    "hasty walk forward": "a person walks forward",
    "left hook": "left punch",
    "she signals someone to come": "a person beckons with the right hand",
    "walk and call someone over": "walk and call someone over",
    "the actor pivots to the right where he stands": "a person pivots to the right",
    "a worker goes up a ladder": "a person goes up a ladder",
    "the tired man slowly walks backward": "a person slowly walks backward",
    "walk forward": "walk forward",
    "left kick": "left kick",
    "a zombie shambles forward": "a person walks like a zombie",
    "an elderly woman is walking": "a person is walking like an old man",
    "a drunk man walks home": "a person walks drunkenly",
    "an old man walks forward and waves": "a person walks forward and waves",
    "a sad man sits down": "a person sits down",
    "a person walks forward without waving": "a person walks forward",
    "he walks ahead and does not raise his hands at all": "a person walks ahead",
    "someone walks, not waving, and looks left": "a person walks and looks left",
    "do not move": "do not move",
    "a person stands on the heavy xyzzy": "a person stands",
    "a person walks down the stairs xyzzly": "a person walks down the stairs",
    "he scratches his head": "a person scratches his head with the right hand",
    "he kicks with his left xyzzy": "a person kicks with his left",
    "a boxer unleashes a flurry of punches": "a person throws three punches",
    "the old king lowers himself onto his xyzzy": "a person sits down",
}


@pytest.mark.parametrize(("said", "meant"), PLAIN.items())
def test_prompts_are_said_as_training_sentences_are(shipped: Vocabulary, said: str, meant: str) -> None:
    assert " ".join(normalise_words(split_words(said), shipped.nearest_training_word)) == meant


def test_confidence_still_counts_every_word(shipped: Vocabulary) -> None:
    reading = shipped.tokenize_prompt("a person walks beside his xyzzy")
    assert (
        reading.confidence < 0.8
        and reading.ids.tolist() == shipped.tokenize_prompt("a person walks").ids.tolist()
    )


def test_sides_counts_and_directions_are_never_lost(shipped: Vocabulary) -> None:
    kept = "left right forward backward up down twice slowly quickly".split()
    for verb in ("walks", "jumps", "turns", "kicks"):
        for word in kept:
            said = f"the bearded neighbour {verb} {word} beside the fence"
            out = normalise_words(split_words(said), shipped.nearest_training_word)
            assert word in out or (word == "twice" and out[-2:] == ["two", "times"]), said


def test_idioms_are_known_words(shipped: Vocabulary) -> None:
    assert shipped.rate_word("namaste") < 0.5 < shipped.tokenize_prompt("a person does a namaste").confidence


@given(
    st.lists(
        st.sampled_from(sorted(read_table().verbs)[::9] + ["a", "the", "at", "xyzzy", "left", "he", "and"])
    )
)
def test_any_words_are_made_plain(words: list[str]) -> None:
    verbs = read_table().verbs
    out = normalise_words(words, lambda w: w if w in verbs or w == "left" else None)
    assert len(out) <= len(words) + 12 and (out or not words)


def test_the_shipped_table_is_what_the_idioms_and_phrases_make() -> None:
    assert json.loads(plain_words.OUTPUT_FILE.read_text(encoding="utf-8")) == plain_words.build_table()
