# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.embedded.part_confidence`` and its coefficients: long parts are less likely right than short ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from kinescribe.inference.embedded.part_confidence import (
    count_words,
    find_crowded,
    rate_parts,
    rate_text,
    read_coefficients,
)
from kinescribe.training.evaluation import calibrate_parts

SHORT, LONG = "jumps", "jumps over the fence with both arms up while looking back at the dog that follows"


def _rate(*parts: tuple[str, float]) -> float:
    confidence = rate_text(parts)
    assert confidence is not None
    return confidence


def test_the_confidence_falls_with_the_words_and_with_the_parts() -> None:
    assert _rate((SHORT, 0.9)) > _rate((LONG, 0.9)) > 0.5
    assert _rate((SHORT, 0.9)) > _rate((SHORT, 0.9), ("waves", 0.9)) > 0.5
    assert _rate((SHORT, 1.0)) > _rate((SHORT, 0.7))


def test_only_an_unknown_part_brings_it_below_one_half() -> None:
    many = [(f"{LONG} {k}", 0.6) for k in range(200)]
    assert rate_text(many) == pytest.approx(0.5, abs=1e-6)
    assert _rate(*many[:1], (SHORT, 0.4)) < 0.5
    assert 0.0 < _rate((SHORT, 0.0)) < 0.5
    assert rate_text([]) is None


def test_a_count_that_became_several_segments_is_one_part() -> None:
    assert _rate(("jumps three times", 0.9)) == _rate(*[("jumps three times", 0.9)] * 3)


def test_the_least_likely_part_of_a_long_text_is_named() -> None:
    assert find_crowded([(SHORT, 0.9)]) == () and find_crowded([]) == ()
    assert find_crowded([(SHORT, 0.9), (LONG, 0.6), ("waves", 0.9)]) == (LONG,)


def test_words_are_counted_in_any_script() -> None:
    assert count_words("a man's walk, then 3 jumps!") == 6
    assert count_words("向前走") == pytest.approx(1.8)
    assert count_words("идёт вперёд") == 2
    assert count_words("") == 0


def test_the_fit_finds_the_coefficients_that_made_the_verdicts() -> None:
    rng = np.random.default_rng(2)
    true = (1.0, 2.5, -1.0)
    rows = []
    for _ in range(600):
        parts = tuple(
            (
                " ".join(["word"] * int(rng.integers(1, 20))) + f" x{'y' * k}",
                float(rng.choice([0.3, 0.7, 1.0])),
            )
            for k in range(int(rng.integers(1, 4)))
        )
        rows.append((parts, bool(rng.random() < rate_parts(parts, true))))
    found = calibrate_parts.fit_coefficients(rows)
    assert found[1] == pytest.approx(true[1], abs=0.7) and found[2] == pytest.approx(true[2], abs=0.3)


def test_rows_are_rated_without_their_own_prompt() -> None:
    parts = {f"{k:08x}": ((("word " * (1 + k % 12)).strip(), 0.9),) for k in range(60)}
    verdicts = {f"{key} 1": "right good" if k % 12 < 6 else "partly good" for k, key in enumerate(parts)}
    rows = calibrate_parts.collect_rows(verdicts | {"ffffffff 1": "right good"}, parts)
    assert len(rows) == 60
    assert calibrate_parts.compare_right(rows, calibrate_parts.cross_validate(rows, 0)) > 0.9
    assert all(math.isfinite(v) for v in read_coefficients()) and read_coefficients()[2] < 0.0
