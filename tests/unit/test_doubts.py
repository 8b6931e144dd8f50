# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.doubts``, and what the embedded model doubts of a prompt."""

from __future__ import annotations

import json

import pytest
from kinescribe.inference.embedded.backend import EmbeddedBackend
from kinescribe.inference.embedded.plan import GenerationPlan
from kinescribe.inference.embedded.text import Vocabulary
from kinescribe.inference.embedded.weights import read_weights
from kinescribe.motion import MotionRequest, Provenance, make_text_request
from kinescribe.motion.doubts import MAX_LENGTH, MAX_TEXTS, bound_texts, describe_doubts, is_part_of
from kinescribe.motion.request import TextSegment


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    weights = read_weights()
    return Vocabulary(weights.word_rows, weights.vectors, weights.learned_ids)


@pytest.mark.parametrize(
    ("prompt", "doubted", "unknown_words"),
    [
        ("a person walks forward, then does a pull-up", ("does a pull-up",), ()),
        ("一个人向前走，然后施法", ("施法",), ()),
        ("a person raises the left hand and casts a spell", ("casts a spell",), ()),
        ("qwertz xyzzy", ("qwertz xyzzy",), ("qwertz", "xyzzy")),
        ("哲学", ("哲学",), ("哲", "学")),
        ("!!!", ("!!!",), ()),
        ("a person waves with the right hand, jumps three times, then zumbles", (), ("zumbles",)),
        ("a person walks forward", (), ()),
        ("a person walks forward, then waves with the left hand", (), ()),
        ("touches the wall", (), ()),
        ("一个人挥手", (), ()),
    ],
)
def test_what_a_prompt_asks_too_much(
    vocabulary: Vocabulary, prompt: str, doubted: tuple[str, ...], unknown_words: tuple[str, ...]
) -> None:
    plan = GenerationPlan(make_text_request(prompt, 6.0, 20.0), vocabulary)
    assert (plan.doubted, plan.unknown_words) == (doubted, unknown_words)
    assert plan.confidence is not None and Provenance(confidence=plan.confidence).low_confidence == bool(
        doubted
    )


def test_each_segment_has_its_own_doubts(vocabulary: Vocabulary) -> None:
    segments = (
        TextSegment("does a pull-up", 60), TextSegment("walks", 60), TextSegment("casts a spell", 60),
        TextSegment("does a pull-up", 60),
    )  # fmt: skip
    plan = GenerationPlan(MotionRequest(segments, 20.0), vocabulary)
    assert plan.doubted == ("does a pull-up", "casts a spell")


def test_a_text_that_asks_for_much_names_its_longest_part(vocabulary: Vocabulary) -> None:
    longest = "walks in a big circle with both arms stretched out and the head held high"
    text = f"a person jumps, then {longest}, then waves with the left hand, kicks twice, bows, claps and sits down"
    plan = GenerationPlan(make_text_request(text, 12.0, 20.0), vocabulary)
    assert plan.doubted == () and plan.crowded == (longest,)
    assert plan.confidence is not None and 0.5 <= plan.confidence < 0.75
    (sentence,) = Provenance(crowded=plan.crowded).describe_doubts()
    assert "rarely comes out complete" in str(sentence) and "walks in a big circle" in str(sentence)


def test_parts_that_were_typed_one_by_one_are_rated_one_by_one(vocabulary: Vocabulary) -> None:
    segments = tuple(TextSegment("a person walks forward, then jumps", 80) for _ in range(20))
    one = GenerationPlan(MotionRequest(segments[:1], 20.0), vocabulary)
    many = GenerationPlan(MotionRequest(segments, 20.0), vocabulary)
    assert many.confidence == one.confidence and many.crowded == ()


def test_generated_motions_carry_it() -> None:
    request = make_text_request("a person walks forward, then does a pull-up", 2.0, 20.0, diffusion_steps=1)
    (motion,) = EmbeddedBackend().generate(request)
    assert motion.provenance.doubted == ("does a pull-up",)
    (sentence,) = motion.provenance.describe_doubts()
    assert str(sentence) == (
        'The model does not know how to show "does a pull-up": it made the nearest motion that it knows'
    )


def test_provenance_keeps_texts_and_reads_older_and_wrong_ones() -> None:
    provenance = Provenance(
        prompt="a", doubted=("plays the flute", "吹笛子"), unknown_words=("zumbles",), crowded=("walks",)
    )
    assert Provenance.from_dict(json.loads(json.dumps(provenance.as_dict()))) == provenance
    older = Provenance.from_dict({"prompt": "a", "confidence": 0.1})
    assert (older.doubted, older.unknown_words) == ((), ())
    for wrong in (None, 3, "text", {"a": 1}, [1], ["a", None]):
        assert Provenance.from_dict({"doubted": wrong, "unknown_words": wrong}) == Provenance()
    many = Provenance.from_dict({"doubted": [f"{k} {'x' * 1000}" for k in range(1000)]}).doubted
    assert len(many) == MAX_TEXTS and {len(text) for text in many} == {MAX_LENGTH}


def test_texts_are_bounded_and_stand_once() -> None:
    assert bound_texts(["a\n b", "a b", "", "  "]) == ("a b",)
    assert is_part_of("walks turns left", "She walks, then turns left") and not is_part_of("", "walks")
    assert not is_part_of("plays the flute", "rides a bicycle")


def test_new_frames_bring_doubts_and_take_some_away() -> None:
    old = Provenance(confidence=0.3, doubted=("swims", "flies"), unknown_words=("zumbles",))
    new = Provenance(confidence=0.9, doubted=("digs",))
    joined = old.add_doubts(new)
    assert (joined.doubted, joined.unknown_words) == (("swims", "flies", "digs"), ("zumbles",))
    redone = old.add_doubts(new, ["a person flies"])
    assert (redone.doubted, redone.unknown_words, redone.confidence) == (("flies", "digs"), (), 0.9)


def test_sentences_are_short_and_do_not_repeat() -> None:
    assert describe_doubts((), ()) == []
    (one,) = describe_doubts(["zumbles the zorg"], ["zumbles"])
    assert '"zumbles the zorg"' in str(one)
    many, words = describe_doubts(["x" * 200, "b", "c", "d"], ["zumbles"])
    assert len(str(many)) < 200 and ", …" in str(many) and '"zumbles"' in str(words)
