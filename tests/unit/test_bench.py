# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of ``dev.py bench``: what was measured now beside what was measured before."""

from __future__ import annotations

from typing import Any

from devtools.bench.bench import add_first_calls, merge_figures


def report(processor: str, load: float, **parts: Any) -> dict[str, Any]:
    return {
        "machine": {"processor": processor, "load_before": load},
        "model": {},
        "bake": {},
        "enable": {},
        **parts,
    }


def test_parts_and_versions_that_were_not_measured_keep_their_figures() -> None:
    stored = report("Xeon", 0.4, bake={"4.2": 1, "4.5": 2}, enable={"4.2": 3}, same_request_differs_by_m=1e-5)
    merged = merge_figures(stored, report("Xeon", 0.1, bake={"4.5": 5}, start={"unit": 6}))
    assert merged["bake"] == {"4.2": 1, "4.5": 5} and merged["enable"] == {"4.2": 3}
    assert merged["start"] == {"unit": 6} and merged["same_request_differs_by_m"] == 1e-5
    assert merged["machine"]["load_before"] == 0.4, "the highest one"


def test_processors_are_not_mixed() -> None:
    measured = report("EPYC", 0.1, bake={"4.5": 5})
    assert merge_figures(report("Xeon", 0.4, bake={"4.2": 1}), measured) == measured


def test_first_call_is_the_median_of_several_processes() -> None:
    figures = {"paths": {"chosen": {"first": 0.9, "warm": 0.06}}}
    add_first_calls(figures, [0.2, 0.1, 0.3, 0.15])
    assert figures == {
        "paths": {"chosen": {"first": 0.2, "warm": 0.06}}, "first_calls": [0.9, 0.2, 0.1, 0.3, 0.15],
    }  # fmt: skip
