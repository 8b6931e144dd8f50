# SPDX-License-Identifier: GPL-3.0-or-later
"""Kept results: the ones used last, without errors."""

from __future__ import annotations

import pytest
from kinescribe.motion.recent_results import RecentResults


def test_the_results_used_last_are_kept() -> None:
    results = RecentResults[str](2)
    computed: list[str] = []

    def get(key: str) -> str:
        return results.get(key, lambda: computed.append(key) or f"result of {key}")

    assert [get(key) for key in "abab"] == [f"result of {key}" for key in "abab"]
    assert computed == ["a", "b"]
    get("a")
    get("c")
    get("a")
    assert computed == ["a", "b", "c"], "a was used after b, which is forgotten for c"
    get("b")
    assert computed == ["a", "b", "c", "b"]


def test_errors_are_not_kept() -> None:
    results = RecentResults[int](2)
    with pytest.raises(ZeroDivisionError):
        results.get("key", lambda: 1 // 0)
    assert results.get("key", lambda: 7) == 7
