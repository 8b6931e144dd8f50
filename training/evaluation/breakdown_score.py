# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare script breakdowns with ones made by hand: the share of parts right in action, order, side and count.

A file of breakdowns is a list of prompts with ``text`` and ``parts`` (``action``, ``side``, ``count``). Parts are
aligned in order; near actions (jump and leap) count as equal, and a count of one as none.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...inference.breakdown import Part, break_down

NEAR_ACTIONS = (
    {"jump", "leap"}, {"jog", "run"}, {"stop", "stand"}, {"strike", "slap"}, {"walk", "step"},
    {"crouch", "squat_down", "squat"}, {"sidestep", "step"}, {"sit", "sit_down"}, {"sneak", "tiptoe", "walk"},
)  # fmt: skip
"""Actions that a reader may take for each other."""


@dataclass(frozen=True)
class Score:
    """Parts of prompts: how many the reader made, how many were given, and how many agree."""

    expected: int
    given: int
    right: int
    right_actions: int

    def __add__(self, other: Score) -> Score:
        """Return the scores of two prompts together."""
        return Score(
            self.expected + other.expected,
            self.given + other.given,
            self.right + other.right,
            self.right_actions + other.right_actions,
        )

    def format_line(self) -> str:
        """Return the figures in one line."""
        return (
            f"{self.right} of {self.expected} parts right ({100 * self.right / max(1, self.expected):.1f} %), "
            f"{self.right_actions} in action and order; {self.given} given, "
            f"{100 * self.right / max(1, self.given):.1f} % of them right"
        )


def _are_near(a: str, b: str) -> bool:
    return a == b or any(a in group and b in group for group in NEAR_ACTIONS)


def _count_aligned(expected: Sequence[dict[str, Any]], given: Sequence[Part], whole: bool) -> int:
    """Return the most parts that agree in order; ``whole``: in side and count too."""
    table = [[0] * (len(given) + 1) for _ in range(len(expected) + 1)]
    for i, row in enumerate(expected):
        for j, part in enumerate(given):
            same = _are_near(row["action"], part.action)
            if whole:
                same = same and row["side"] == part.side and (row["count"] or 1) == (part.count or 1)
            table[i + 1][j + 1] = max(table[i][j + 1], table[i + 1][j], table[i][j] + same)
    return table[-1][-1]


def score_breakdown(expected: Sequence[dict[str, Any]], given: Sequence[Part]) -> Score:
    """Return how many of the expected parts of a prompt are among the given ones, in order."""
    return Score(
        len(expected),
        len(given),
        _count_aligned(expected, given, True),
        _count_aligned(expected, given, False),
    )


def score_file(path: Path, every: int = 1, first: int = 0) -> Score:
    """Return the score over each ``every``-th prompt of a file, from number ``first`` on."""
    rows = json.loads(path.read_text(encoding="utf-8"))[first::every]
    total = Score(0, 0, 0, 0)
    for row in rows:
        total += score_breakdown(row["parts"], break_down(row["text"]))
    return total


def main(argv: list[str] | None = None) -> None:
    """Print the score of a file of breakdowns, and with --rows each prompt that differs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", action="store_true")
    args = parser.parse_args(argv)
    if args.rows:
        for row in json.loads(args.file.read_text(encoding="utf-8")):
            given = break_down(row["text"])
            score = score_breakdown(row["parts"], given)
            if score.right < score.expected or score.given != score.expected:
                print(row["text"])
                print("  expected", [(p["action"], p["side"], p["count"]) for p in row["parts"]])
                print("  given   ", [(p.action, p.side, p.count) for p in given])
    print(score_file(args.file).format_line())


if __name__ == "__main__":
    main()
