# SPDX-License-Identifier: GPL-3.0-or-later
"""A generation in a thread: progress, result, errors, and a cancel that does not wait."""

from __future__ import annotations

import threading
import time
import traceback
import weakref
from functools import partial

import numpy as np
import pytest
from fakes import FakeBackend
from kinescribe.inference.jobs import ThreadJob
from kinescribe.motion import BackendError, Cancelled, MotionRequest, make_text_request


@pytest.fixture
def request_() -> MotionRequest:
    return make_text_request("a person walks", 2.0, 24.0, seed=3)


def threads() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "kinescribe-job"]


def test_a_job_gives_the_motion_that_was_asked_for(request_: MotionRequest) -> None:
    job = ThreadJob(partial(FakeBackend(steps=5).generate, request_))
    assert (job.steps, job.progress, job.is_done) == ((0, 0), 0.0, False)
    job.start()
    (motion,) = job.get_result()
    assert len(motion) == 48 and motion.provenance.seed == 3
    assert job.is_done and job.steps == (5, 5) and job.progress == 1.0
    assert job.join(1.0) and not threads()


def test_it_runs_off_the_main_thread_and_shows_its_steps(request_: MotionRequest) -> None:
    backend = FakeBackend(steps=8)
    backend.gate.clear()
    job = ThreadJob(partial(backend.generate, request_))
    job.start()
    assert backend.is_waiting.wait(5.0)
    assert job.steps == (7, 8) and job.progress == pytest.approx(7 / 8) and not job.is_done
    assert threads() and threads()[0].daemon
    backend.gate.set()
    assert len(job.get_result()) == 1


def test_cancel_ends_the_thread_soon(request_: MotionRequest) -> None:
    backend = FakeBackend()
    backend.gate.clear()
    job = ThreadJob(partial(backend.generate, request_))
    job.start()
    assert backend.is_waiting.wait(5.0)
    job.cancel()
    assert job.is_done
    with pytest.raises(Cancelled):
        job.get_result()
    assert job.join(0.5) and not threads()


def test_a_deaf_backend_keeps_nobody_waiting(request_: MotionRequest) -> None:
    backend = FakeBackend(deaf=True)
    backend.gate.clear()
    job = ThreadJob(partial(backend.generate, request_))
    job.start()
    assert backend.is_waiting.wait(5.0)
    job.cancel()
    with pytest.raises(Cancelled):
        job.get_result()
    assert not job.join(0.05)
    backend.gate.set()
    assert job.join(5.0)
    with pytest.raises(Cancelled):  # too late: what was cancelled stays cancelled
        job.get_result()


@pytest.mark.parametrize("error", [BackendError("The weights are missing"), ZeroDivisionError("a mistake")])
def test_what_the_backend_raises_arrives(request_: MotionRequest, error: Exception) -> None:
    job = ThreadJob(partial(FakeBackend(error=error).generate, request_))
    job.start()
    with pytest.raises(type(error), match=str(error)):
        job.get_result()
    assert job.is_done


def test_cancelled_before_it_began(request_: MotionRequest) -> None:
    job = ThreadJob(partial(FakeBackend().generate, request_))
    job.cancel()
    job.start()
    with pytest.raises(Cancelled):
        job.get_result()
    assert job.join(1.0)


def test_a_job_that_was_never_started(request_: MotionRequest) -> None:
    job = ThreadJob(partial(FakeBackend().generate, request_))
    assert job.join(0.0)
    with pytest.raises(RuntimeError, match="never started"):
        job.get_result()


def test_the_same_request_gives_the_same_motion(request_: MotionRequest) -> None:
    results = []
    for _ in range(2):
        job = ThreadJob(partial(FakeBackend().generate, request_))
        job.start()
        results.append(job.get_result()[0])
    assert np.array_equal(results[0].local_rotations, results[1].local_rotations)


def test_the_main_thread_runs_on_while_a_job_asks_whether_to_stop(request_: MotionRequest) -> None:
    class Busy(FakeBackend):
        def generate(self, request, progress=lambda *_: None, cancelled=lambda: False):  # type: ignore[no-untyped-def]
            while not cancelled():
                sum(range(2000))
            raise Cancelled("The generation was cancelled")

    job = ThreadJob(partial(Busy().generate, request_))
    job.start()
    for _ in range(20):
        time.sleep(0.002)
    assert not job.is_done
    job.cancel()
    assert job.join(2.0)


def test_any_work_may_run_in_a_job() -> None:
    def work(progress, cancelled):  # type: ignore[no-untyped-def]
        progress(1, 4)
        while not cancelled():
            time.sleep(0.005)
        raise BackendError("The server is gone")

    job = ThreadJob[None](work, "Asking was cancelled")
    job.start()
    assert not job.has_ended and job.error is None
    job.cancel()
    with pytest.raises(Cancelled, match="Asking was cancelled"):
        job.get_result()
    assert job.join() and job.has_ended and job.steps == (1, 4)
    assert isinstance(job.error, BackendError), "the exception is kept as it was raised"
    nothing = ThreadJob(lambda *_: None)
    nothing.start()
    assert nothing.get_result() is None and nothing.has_ended and nothing.error is None


def test_an_error_does_not_keep_what_the_work_had_in_memory() -> None:
    arrays: list[weakref.ref[np.ndarray]] = []

    def read(cancelled: bool) -> None:
        weights = np.zeros(3)
        arrays.append(weakref.ref(weights))
        try:
            raise BackendError("no weights")
        except BackendError as error:
            if cancelled:
                raise Cancelled("cancelled") from error
            raise

    for cancelled in (True, False):
        job = ThreadJob(lambda progress, is_cancelled, cancelled=cancelled: read(cancelled))
        job.start()
        assert job.join(5.0)
        assert job.error is not None and arrays.pop()() is None
        names = [frame.name for frame in traceback.extract_tb(job.error.__traceback__)]
        assert names[-1] == "read", "the traceback still says where it happened"
