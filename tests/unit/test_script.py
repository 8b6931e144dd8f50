# SPDX-License-Identifier: GPL-3.0-or-later
"""``embedded.script`` and ``embedded.part_wording``: a prompt becomes segments in words that the network knows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from kinescribe.inference.breakdown import Part, break_down
from kinescribe.inference.breakdown.tables import read_tables
from kinescribe.inference.embedded.nearest_action import find_nearest_action
from kinescribe.inference.embedded.part_wording import read_wordings, word_part
from kinescribe.inference.embedded.plan import GenerationPlan
from kinescribe.inference.embedded.script import ScriptLine, lay_out_script, write_script
from kinescribe.inference.embedded.text import Vocabulary
from kinescribe.inference.embedded.weights import read_weights
from kinescribe.motion import make_text_request
from kinescribe.motion.request import TextSegment, UnconditionedSegment
from kinescribe.training.text.wordings import conjugate_phrase

TRAINING = Path(__file__).resolve().parents[2] / "training"


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    w = read_weights()
    return Vocabulary(w.word_rows, w.vectors, w.learned_ids)


def prompts(text: str) -> list[str]:
    return [line.prompt.removeprefix("a person ") for line in write_script(text)]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("A person walks forward, bends down to pick something up",
         ["walks forward", "picks something up from the floor"]),
        ("Each leg lifts high as the man marches on the spot", ["marches in place"]),
        ("he kicks with the left leg, then throws two punches with the right hand",
         ["stands still", "stands still"]),
        ("a woman strolls along, waving her left hand", ["walks forward waving their left hand"]),
        ("raise your right hand and wave", ["stands still"]),
        ("walks forward and turns left, then sits down",
         ["walks forward", "walks forward and turns left", "walks forward", "sits down"]),
        ("after jumping twice she claps", ["jumps", "jumps", "stands still"]),
        ("walks in a clockwise circle", ["walks clockwise in a circle"]),
        ("walks forward, then walks on", ["walks forward"]),
        ("a person punches left and right", ["punches left and right"]),
        ("the bully swings his right fist", ["gives a punch with the right hand"]),
        ("像僵尸一样伸着双臂往前走", ["walks like a zombie"]),
    ],
)  # fmt: skip
def test_a_prompt_is_worded_as_the_network_knows_it(said: str, lines: list[str]) -> None:
    assert prompts(said) == lines


@pytest.mark.parametrize(
    ("said", "hand"),
    [
        ("walks forward and waves", "right"),
        ("walks and waves the left hand", "left"),
        ("walks and points ahead", "right"),
    ],
)
def test_the_right_hand_acts_while_walking_if_the_prompt_says_nothing_else(said: str, hand: str) -> None:
    (prompt,) = prompts(f"a person {said}")
    assert hand in prompt.split()


def test_every_action_has_words_for_any_part_and_none_has_more() -> None:
    wordings = read_wordings()
    assert set(wordings) == set(read_tables().actions)
    for action, lines in wordings.items():
        assert not lines[-1].facts, f"{action} needs a last line without facts"
        assert all(0.0 < line.confidence <= 1.0 and line.sentence for line in lines)


def test_sure_wordings_are_training_sentences() -> None:
    """A wording that is sure is a sentence that training makes, up to its sides and counts."""
    rows = json.loads((TRAINING / "text" / "phrases.json").read_text(encoding="utf-8"))["phrases"].values()
    more = json.loads((TRAINING / "data" / "labels_more.json").read_text(encoding="utf-8"))[
        "phrases"
    ].values()
    labels = json.loads((TRAINING / "data" / "labels.json").read_text(encoding="utf-8"))["labels"]
    phrases = [p for row in (*rows, *more, *(label.get("text", []) for label in labels)) for p in row]
    known = {_generalise(conjugate_phrase(phrase, "third")) for phrase in phrases}
    sure = [
        (a, line.sentence) for a, lines in read_wordings().items() for line in lines if line.confidence > 0.8
    ]
    assert [(a, s) for a, s in sure if _generalise(s) not in known] == []


def _generalise(sentence: str) -> str:
    sentence = (
        sentence.replace("{their}", "their")
        .replace("counterclockwise", "{clock}")
        .replace("clockwise", "{clock}")
    )
    sentence = re.sub(r"\{(side|dir|with_side|leg)\}|\b(left|right)\b", "SIDE", sentence)
    sentence = re.sub(r"\b(once|twice|three times)\b|\{(times|number)\}", "COUNT", sentence)
    return re.sub(r"\b(the|their|a) SIDE\b", "SIDE", sentence)


def test_words_of_the_table_are_words_of_the_training_sentences(shipped: Vocabulary) -> None:
    """A wording that is sure must be made of words that the network has learned."""
    for text in ("kicks with the left leg", "walks forward", "claps three times", "turns right", "sits down"):
        (part,) = break_down(text)
        wording = word_part(part)
        assert wording is not None and wording.confidence > 0.5
        assert shipped.tokenize_prompt(wording.sentence).confidence == 1.0


def test_what_is_only_near_has_low_confidence(shipped: Vocabulary) -> None:
    request = make_text_request("a person does pull-ups", 4.0, 20.0, 1)
    confidence = GenerationPlan(request, shipped).confidence
    assert confidence is not None and confidence < 0.5
    request = make_text_request("a person walks forward, then does pull-ups", 6.0, 20.0, 1)
    confidence = GenerationPlan(request, shipped).confidence
    assert confidence is not None and confidence < 0.5, "the least known part decides"


def test_words_of_training_sentences_without_a_known_action_stay(shipped: Vocabulary) -> None:
    assert shipped.knows_all_words("a person lashes out with the left foot")
    assert not shipped.knows_all_words("a person flurbs") and not shipped.knows_all_words("")
    assert not shipped.knows_all_words("walk " * 20)
    assert write_script("qwertz", False)[0].confidence < 0.5
    assert write_script("qwertz", False)[0].confidence < write_script("qwertz", True)[0].confidence < 1.0
    (line,) = write_script("touches the wall", True)
    assert (line.prompt, line.confidence) == ("touches the wall", 1.0)
    assert write_script("squeeze a ball", True)[0].confidence < 0.75, "known words, but no such action"


def test_parts_share_the_time_by_what_they_need() -> None:
    segments = (TextSegment("jumps three times, then claps once", 160, seed=4),)
    script = lay_out_script(segments, 20.0, [True])
    assert [s.seed for s in script.segments] == [4, 5, 6, 7, 8]
    assert script.texts == ("jumps three times",) * 3 + ("claps once", "")
    frames = [s.duration_frames for s in script.segments]
    assert sum(frames) == 160 and sum(frames[:3]) > 1.5 * frames[3]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_a_count_is_so_many_segments_or_so_long_a_segment(count: int) -> None:
    times = {1: "once", 2: "twice"}.get(count, f"{count} times")
    script = lay_out_script((TextSegment(f"a person jumps {times}", 240),), 20.0, [True])
    assert [s.prompt for s in script.segments] == ["a person jumps"] * count + ["a person stands still"]
    waves = [
        lay_out_script((TextSegment(f"a person waves {n} times", 240),), 20.0, [True])
        .segments[0]
        .duration_frames
        for n in (count, count + 1)
    ]
    assert waves[0] < waves[1]


def test_a_turn_takes_as_long_as_its_angle_needs() -> None:
    quarter = lay_out_script((TextSegment("turn left", 160),), 20.0, [True]).segments
    half = lay_out_script((TextSegment("turn around", 160),), 20.0, [True]).segments
    assert quarter[0].duration_frames < half[0].duration_frames < 80
    assert quarter[1].prompt == half[1].prompt == "a person stands still"


def test_given_seconds_are_kept() -> None:
    segments = (TextSegment("stands still for 3 seconds, then walks forward", 200),)
    stand, walk = lay_out_script(segments, 20.0, [True]).segments
    assert (stand.duration_frames, walk.duration_frames) == (60, 140)


def test_segments_of_the_caller_keep_their_place() -> None:
    segments = (
        TextSegment("walks, then sits down", 100),
        UnconditionedSegment(30),
        TextSegment("her arms swing as she walks", 60),
    )
    script = lay_out_script(segments, 20.0, [True, False, True])
    assert [s.duration_frames for s in script.segments[-2:]] == [30, 60]
    assert sum(s.duration_frames for s in script.segments) == 190
    assert script.segments[-1].prompt == "a person walks forward"


def test_more_parts_than_time_lose_the_last_ones() -> None:
    segments = (TextSegment("walk, then jump, then clap, then bow, then kick, then sit down", 40),)
    script = lay_out_script(segments, 20.0, [True])
    assert len(script.segments) == 2
    assert min(s.duration_frames for s in script.segments) >= 16


@pytest.mark.parametrize("text", ["", "...", "\U0001f600", "for (;;) {}", "a" * 5000, "then then"])
def test_odd_prompts_get_one_segment(text: str) -> None:
    (segment,) = lay_out_script((TextSegment(text, 80),), 20.0, [False]).segments
    assert segment.duration_frames == 80


def test_an_unknown_action_becomes_the_nearest_one_and_is_doubted(shipped: Vocabulary) -> None:
    for text, words in (
        ("a person walks forward, then catapults something", "throw_overarm"),
        ("the boxer wrestles", "box"),
    ):
        plan = GenerationPlan(make_text_request(text, 4.0, 20.0, 1), shipped)
        assert plan.confidence is not None and plan.confidence < 0.5
        lines = _plan_lines(text, shipped)
        placed = [layer.name for line in lines for layer in line.layers]
        assert words in placed or any(words in line.prompt for line in lines)


def _plan_lines(text: str, vocabulary: Vocabulary) -> list[ScriptLine]:
    return write_script(text, False, suggest=lambda part: find_nearest_action(part, vocabulary))


@pytest.mark.parametrize("word", ["bachata", "twerk", "zumba", "qwertz", "flour", "code"])
def test_no_unknown_word_becomes_a_dance_by_nearness(shipped: Vocabulary, word: str) -> None:
    part = Part("unknown", None, None, word, 0, len(word), unknown=(word,))
    assert find_nearest_action(part, shipped) != "dance"
