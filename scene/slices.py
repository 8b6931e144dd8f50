# SPDX-License-Identifier: GPL-3.0-or-later
"""Long work in the main thread, cut into slices between which Blender can handle events and draw.

The work is a generator. It yields where it may be interrupted: either the fraction that is done, 0 to 1, or work that
needs no ``bpy``, which may run in a thread; the generator gets its result. With None it says that Blender itself has
much to do because of what was just done, or of what follows, so that little should be done beside it; with 1 the same
of what is done with the result. While it waits, the user may change anything, so that what it read before may be out
of date.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

Result = TypeVar("Result")

Work = Callable[[], Any]
"""Work without ``bpy``."""

Slices = Generator[float | Work | None, Any, Result]


def scale_progress(slices: Slices[Result], first: float, last: float) -> Slices[Result]:
    """Return slices that report progress from ``first`` to ``last``, as a part of longer work."""
    answer: Any = None
    try:
        while True:
            step = slices.send(answer)
            answer = yield step if step is None or callable(step) else first + (last - first) * step
    except StopIteration as stop:
        result: Result = stop.value
        return result
    finally:
        slices.close()


def run_slices(slices: Slices[Result]) -> Result:
    """Run all slices without interruption and return the result. Raises what they raise."""
    answer: Any = None
    try:
        while True:
            step = slices.send(answer)
            answer = step() if callable(step) else None
    except StopIteration as stop:
        result: Result = stop.value
        return result
    finally:
        slices.close()


def run_together(pieces: Sequence[Slices[Result]], discard: Callable[[Result], None]) -> Slices[list[Result]]:
    """Return slices that advance several pieces of work in step, so that each reads before any of them writes.

    Blender evaluates the whole scene again when something is read after something else was written.

    Parameters
    ----------
    pieces : sequence of slices
        Equal work on several objects.
    discard : callable
        Undoes a finished piece, if another one fails.
    """
    running = dict(enumerate(pieces))
    answers: dict[int, Any] = {}
    results: dict[int, Result] = {}
    shares = dict.fromkeys(running, 0.0)
    try:
        while running:
            works: dict[int, Work] = {}
            for number, slices in list(running.items()):
                try:
                    step = slices.send(answers.pop(number, None))
                except StopIteration as stop:
                    results[number], shares[number] = stop.value, 1.0
                    del running[number]
                    continue
                if callable(step):
                    works[number] = step
                elif step is not None:
                    shares[number] = max(shares[number], step)
                yield None if step is None else sum(shares.values()) / len(shares)
            if works:
                answers = yield partial(_run_works, works)
    except BaseException:
        for result in results.values():
            discard(result)
        raise
    finally:
        for slices in running.values():
            slices.close()
    return [results[number] for number in range(len(pieces))]


def _run_works(works: Mapping[int, Work]) -> dict[int, Any]:
    return {number: work() for number, work in works.items()}
