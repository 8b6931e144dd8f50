# SPDX-License-Identifier: GPL-3.0-or-later
"""``scene.slices``: several pieces of work advance in step."""

from __future__ import annotations

import pytest
from kinescribe.motion import RigError
from kinescribe.scene.slices import Slices, run_slices, run_together


def test_pieces_of_work_read_before_any_of_them_writes() -> None:
    seen: list[str] = []

    def piece(name: str) -> Slices[str]:
        seen.append(f"{name} reads")
        yield 0.5
        result: str = yield lambda: f"{name} computed"
        seen.append(f"{name} writes")
        return result

    results = run_slices(run_together([piece("a"), piece("b")], seen.append))
    assert results == ["a computed", "b computed"]
    assert seen == ["a reads", "b reads", "a writes", "b writes"]


def test_finished_pieces_are_discarded_if_another_fails() -> None:
    closed: list[str] = []

    def piece(fails: bool) -> Slices[str]:
        try:
            yield 0.1
            if fails:
                yield 0.2
                raise RigError("no")
        except GeneratorExit:
            closed.append("closed")
            raise
        return "done"

    def waiting() -> Slices[str]:
        try:
            while True:
                yield 0.1
        finally:
            closed.append("waiting closed")

    discarded: list[str] = []
    with pytest.raises(RigError):
        run_slices(run_together([piece(False), piece(True), waiting()], discarded.append))
    assert discarded == ["done"] and closed == ["waiting closed"]
