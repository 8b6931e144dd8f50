# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.bench.window``: the sentence and the worst values that it makes of its runs."""

from __future__ import annotations

from typing import Any

import pytest

from devtools.bench.window import BEGIN, END, PAGE, format_sentence, worst_figures
from devtools.env.console import CommandError


def run(gap: float, seconds: float | None, others: float = 0.01) -> dict[str, Any]:
    """The notes of a play whose longest gap was in its second motion."""

    def stutter(longest: float) -> dict[str, float]:
        return {"max_ms": longest, "others": others}

    ended = seconds and {"seconds": seconds, "stutter": stutter(gap)}
    return {
        "stutter_alone": stutter(40.0),
        **{key: {"stutter": stutter(50.0), "seconds": 1.0} for key in ("first", "long")},
        "warm": {"stutter": stutter(gap), "seconds": 0.5}, "cancel_button": ended, "cancel_escape": None,
    }  # fmt: skip


def test_the_worst_of_all_runs_is_reported() -> None:
    found = worst_figures([run(90.0, 0.2), run(80.0, 0.3)])
    assert found == {"alone_ms": 40.0, "gap_ms": 90.0, "cancel_s": [0.2, 0.3], "others": 0.01}
    sentence = format_sentence({"worst": {"4.3.2": found}, "runs": 2, "date": "2026-11-22"})
    text = " ".join(sentence.split())
    for words in ("90 ms in Blender 4.3.2", "40 ms", "0.20 to 0.30 s", "2 runs", "2026-11-22", "window.json"):
        assert words in text
    assert "beside others" not in text


def test_a_busy_machine_is_mentioned() -> None:
    found = worst_figures([run(90.0, 0.2, others=0.6)])
    text = format_sentence({"worst": {"4.3.2": found}, "runs": 1, "date": "2026-11-22"})
    assert "beside others that took up to 60%" in text


def test_a_run_in_which_nothing_was_cancelled_is_none() -> None:
    with pytest.raises(CommandError, match="Cancel"):
        worst_figures([run(90.0, None)])


def test_the_page_has_markers_for_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert 0 < page.find(BEGIN) < page.find(END)
