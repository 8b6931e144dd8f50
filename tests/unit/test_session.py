# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the session: plain values, compared with a copy and cleared in place."""

from __future__ import annotations

import pytest
from kinescribe.session import WORKER, EndpointStatus, ModelInfo, Session, TaskStatus

MODEL = ModelInfo("Studio/walker", "walker", "CC0-1.0", 20.0, 5.0, 2)


def test_a_copy_differs_from_what_was_changed_since() -> None:
    session = Session()
    before = session.copy()
    assert session == before
    session.generation.step = 3
    assert session != before
    before = session.copy()
    session.set_endpoint_status("Studio", EndpointStatus(is_busy=True))
    assert session != before
    before = session.copy()
    session.page.cached_motions = 1
    assert session != before


def test_endpoints_have_names_and_the_worker_is_one_of_them() -> None:
    session = Session()
    assert session.endpoint_status("Studio") == session.endpoint_status(WORKER) == EndpointStatus()
    session.set_endpoint_status(WORKER, EndpointStatus(is_running=True))
    session.set_endpoint_status("Studio", EndpointStatus(models=(MODEL,)))
    assert session.worker.is_running and list(session.servers) == ["Studio"]
    assert session.list_models() == [MODEL]


def test_clearing_keeps_the_objects_that_others_hold() -> None:
    session = Session()
    generation, page = session.generation, session.page
    generation.set_message("It failed", "ERROR")
    page.document = "LICENSE"
    session.caption = TaskStatus(is_busy=True)
    session.set_endpoint_status("Studio", EndpointStatus(models=(MODEL,)))
    session.clear()
    assert session == Session()
    assert session.generation is generation and session.page is page


@pytest.mark.parametrize(("step", "steps", "progress"), [(0, 0, 0.0), (3, 4, 0.75), (4, 4, 1.0)])
def test_progress_is_a_fraction_of_the_steps(step: int, steps: int, progress: float) -> None:
    generation = Session().generation
    generation.step, generation.steps = step, steps
    assert generation.progress == progress
