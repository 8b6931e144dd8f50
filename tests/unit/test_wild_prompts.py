# SPDX-License-Identifier: GPL-3.0-or-later
"""``evaluation.wild`` and ``possibility``: the sample is fixed, verdicts are counted, impossible frames are found."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import T_POSE, Motion
from kinescribe.motion.layers.body_joints import KNEES
from kinescribe.motion.rotations import identity_rotations, rotation_about_axis
from kinescribe.training.evaluation import wild
from kinescribe.training.evaluation.possibility import impossible_frames
from kinescribe.training.evaluation.predicates import PREDICATES


def test_the_sample_is_the_same_each_time_and_in_order() -> None:
    texts = [f"prompt {i}" for i in range(400)]
    sample = wild.draw_sample(texts)
    assert len(sample) == len(set(sample)) == wild.SAMPLE_SIZE
    assert sample == wild.draw_sample(texts) == sorted(sample, key=texts.index)
    assert wild.draw_sample(texts[:3]) == texts[:3]


def test_keys_hide_the_text_and_predicates_exist() -> None:
    assert (
        wild.prompt_key("a person walks")
        == wild.prompt_key("a person walks")
        != wild.prompt_key("a person runs")
    )
    names = json.loads(wild._PREDICATES_FILE.read_text(encoding="utf-8"))["predicates"]
    assert all(len(key) == 8 and set(key) <= set("0123456789abcdef") for key in names)
    assert set(names.values()) <= set(PREDICATES)


def test_every_predicate_belongs_to_a_prompt_of_the_sample(shared: Path) -> None:
    path = shared / "prompts" / "wild.json"
    if not path.is_file():
        pytest.skip("needs ../shared/prompts/wild.json, which is not here")
    sample = wild.draw_sample([row["text"] for row in json.loads(path.read_text(encoding="utf-8"))])
    names = json.loads(wild._PREDICATES_FILE.read_text(encoding="utf-8"))["predicates"]
    assert set(names) <= {wild.prompt_key(text) for text in sample}


def test_verdicts_are_counted_as_shares() -> None:
    shares = wild.count_verdicts(
        {"a 1": "right good", "a 2": "wrong good", "b 1": "partly bad", "b 2": "right passable"}
    )
    assert shares == {"right": 0.5, "partly": 0.25, "wrong": 0.25, "good": 0.5, "passable": 0.25, "bad": 0.25}


def test_long_prompts_get_more_time() -> None:
    assert wild.choose_seconds("a person walks") >= 4.0
    three = wild.choose_seconds("a person walks in a circle, sits down, stands up and waves three times")
    assert 12.0 <= three <= 20.0
    assert wild.choose_seconds(" ".join(["walks in a circle, then"] * 20)) == 30.0


def test_impossible_frames_of_answers_are_shares_over_all_frames() -> None:
    rotations = identity_rotations(40, 22)
    root = np.tile([0.0, 0.965, 0.0], (40, 1))
    fine = Motion(T_POSE, 20.0, root, rotations)
    bent = rotations.copy()
    bent[20:, KNEES["left"]] = rotation_about_axis("z", 1.2)
    shares = impossible_frames([("idle", fine), ("idle", Motion(T_POSE, 20.0, root, bent))])
    assert shares["any"] == shares["knee plane"] == 0.25
    assert shares["motions"] == 0.5
    high = Motion(T_POSE, 20.0, root + [0.0, 1.0, 0.0], rotations)
    assert impossible_frames([("climb_up", high)])["any"] == 0.0
    assert impossible_frames([("idle", high)])["any"] == 1.0
