# SPDX-License-Identifier: GPL-3.0-or-later
"""``operators.thread_switching``: a short switch interval while threads calculate, and the usual one afterwards."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from kinescribe.operators.thread_switching import (
    SWITCH_SECONDS,
    restore_switch_interval,
    switch_threads_often,
)

USUAL = 0.007
"""An interval that nobody sets by chance."""


@pytest.fixture(autouse=True)
def usual_interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(USUAL + 0.5e-6)  # Python cuts it to whole microseconds
    yield
    restore_switch_interval()
    sys.setswitchinterval(before + 0.5e-6)


def test_the_interval_is_short_while_something_calculates() -> None:
    with switch_threads_often():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    assert sys.getswitchinterval() == pytest.approx(USUAL)


def test_it_stays_short_until_the_last_of_several_has_ended() -> None:
    first, second = switch_threads_often(), switch_threads_often()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)  # not the one that began last
    assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    second.__exit__(None, None, None)
    assert sys.getswitchinterval() == pytest.approx(USUAL)


def test_it_may_be_nested() -> None:
    with switch_threads_often():
        with switch_threads_often():
            pass
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    assert sys.getswitchinterval() == pytest.approx(USUAL)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_restores_it(error: type[BaseException]) -> None:
    with pytest.raises(error), switch_threads_often():
        raise error
    assert sys.getswitchinterval() == pytest.approx(USUAL)


def test_disabling_restores_it_although_a_thread_goes_on() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def calculate() -> None:
        with switch_threads_often():
            begun.set()
            may_end.wait(10.0)

    thread = threading.Thread(target=calculate)
    thread.start()
    assert begun.wait(10.0)
    restore_switch_interval()
    assert sys.getswitchinterval() == pytest.approx(USUAL)
    with switch_threads_often():  # enabled again
        may_end.set()
        thread.join(10.0)
        # the thread from before no longer counts
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    assert sys.getswitchinterval() == pytest.approx(USUAL)


def test_many_times_leave_it_as_it_was() -> None:
    for _ in range(100):
        with switch_threads_often():
            pass
    assert sys.getswitchinterval() == pytest.approx(USUAL)


def test_an_interval_that_another_add_on_sets_meanwhile_stays() -> None:
    with switch_threads_often():
        sys.setswitchinterval(0.003 + 0.5e-6)
    assert sys.getswitchinterval() == pytest.approx(0.003)


def test_a_shorter_one_is_left_as_it_is() -> None:
    sys.setswitchinterval(SWITCH_SECONDS / 4)
    with switch_threads_often():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS / 4)
    assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS / 4)
