# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the session: plain values, compared with a copy and cleared in place."""

from __future__ import annotations

from typing import Any

import pytest
from kinescribe.session import WORKER, EndpointStatus, GenerationState, ModelInfo, Session, TaskStatus

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


def test_records_are_compared_by_value() -> None:
    busy = TaskStatus(is_busy=True, message="Reading")
    assert busy == TaskStatus(message="Reading").replace(is_busy=True) != TaskStatus(message="Reading")
    assert TaskStatus(level="INFO") == TaskStatus(), "a value that is the default"
    assert TaskStatus() != EndpointStatus()
    assert busy.replace(message="").is_busy and busy.message == "Reading"
    unknown: dict[str, Any] = {"is_bussy": True}
    with pytest.raises(TypeError, match="TaskStatus has no is_bussy"):
        TaskStatus(**unknown)


def test_a_cleared_record_has_its_defaults() -> None:
    generation = GenerationState(step=3, steps=4)
    generation.set_message("It failed", "ERROR")
    generation.clear()
    assert generation == GenerationState() and generation.steps == 0


def test_figures_and_the_one_under_the_mouse_make_no_difference() -> None:
    session = Session()
    before = session.copy()
    session.ghosts, session.hovered_ghost = ("a figure",), 0
    assert session == before
    session.ghost_source = "TAKES"
    assert session != before
