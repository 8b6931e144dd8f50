# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.serve``: how clients share a model, its queue and the connections."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from fakes import FakeBackend
from kinescribe.inference.backend import GenerationJob
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion import Cancelled, MotionRequest, make_text_request
from mmcp_kit import running_server

pytest.importorskip("motionmcp.server", reason="the MMCP SDK is not installed")

from kinescribe.inference.serve import connections, job_store
from kinescribe.inference.serve.access import name_client
from kinescribe.inference.serve.app import Application
from kinescribe.inference.serve.backbone import RequestState, ServedModel
from kinescribe.inference.serve.dispatcher import Busy, Dispatcher
from kinescribe.inference.serve.fair_queue import FairQueue
from kinescribe.inference.serve.parse_turns import LARGE_BYTES, ParseTurns
from kinescribe.inference.serve.request_pace import (
    BURST_REQUESTS,
    MAX_DELAY_SECONDS,
    REQUESTS_PER_SECOND,
    RequestPace,
)
from motionmcp import ProtocolError

EMBEDDED = EmbeddedBackend()
TOKEN = "a token of sixteen letters or more"


def test_clients_take_turns() -> None:
    gate, order = threading.Event(), []

    class Recorder(FakeBackend):
        def generate(self, request: MotionRequest, progress: Any = None, cancelled: Any = None) -> list[Any]:
            gate.wait(10)
            order.append(request.prompt)
            return []

    dispatcher = Dispatcher(Recorder(), batch_size=1)
    futures = [
        dispatcher.submit_generation(GenerationJob(make_text_request(f"greedy {k}", 1.0, 20.0)), "greedy")
        for k in range(6)
    ]
    futures += [
        dispatcher.submit_generation(GenerationJob(make_text_request(f"modest {k}", 1.0, 20.0)), "modest")
        for k in range(2)
    ]
    gate.set()
    for future in futures:
        future.result(10)
    dispatcher.close()
    assert max(order.index("modest 0"), order.index("modest 1")) <= 4
    assert [prompt for prompt in order if prompt.startswith("greedy")] == [f"greedy {k}" for k in range(6)]


def test_jobs_do_not_keep_waiting_clients() -> None:
    gate, batches = threading.Event(), []

    class Recorder(FakeBackend):
        def generate_many(self, jobs: list[GenerationJob], between_passes: Any) -> list[Any]:
            gate.wait(10)
            batches.append([job.request.prompt for job in jobs])
            return [[] for _ in jobs]

    dispatcher = Dispatcher(Recorder(), batch_size=4)
    futures = [
        dispatcher.submit_generation(GenerationJob(make_text_request("job", 1.0, 20.0)), "a", True)
        for _ in range(9)
    ]
    time.sleep(0.1)
    futures.append(dispatcher.submit_generation(GenerationJob(make_text_request("now", 1.0, 20.0)), "a"))
    gate.set()
    for future in futures:
        future.result(10)
    dispatcher.close()
    assert batches[1] == ["now"] and sum(map(len, batches)) == 10


def test_a_short_request_interrupts_a_pass_of_another_client() -> None:
    began, go_on, order = threading.Event(), threading.Event(), []

    class Interruptible(FakeBackend):
        def generate_many(self, jobs: list[GenerationJob], between_passes: Any) -> list[Any]:
            for step in range(3):
                if jobs[0].request.prompt == "greedy" and step == 1:
                    began.set()
                    go_on.wait(10)
                between_passes()
            order.append(jobs[0].request.prompt)
            return [[] for _ in jobs]

    dispatcher = Dispatcher(Interruptible(), batch_size=8)
    futures = [
        dispatcher.submit_generation(GenerationJob(make_text_request("greedy", 4.0, 20.0)), "greedy")
        for _ in range(9)
    ]
    assert began.wait(10)
    for name, seconds in (("modest", 1.0), ("endless", 60.0)):
        request = make_text_request(name, seconds, 20.0)
        futures.append(dispatcher.submit_generation(GenerationJob(request), name))
    go_on.set()
    for future in futures:
        future.result(10)
    dispatcher.close()
    # the first pass is that of the first request alone or of all that were there: one short request passes it
    assert order[0] == "modest" and order[-1] == "endless"


def test_work_is_shared_equally_whatever_is_sent() -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(40):
        queue.put("a", "a", 2.0)
    for _ in range(40):
        queue.put("b", "b", 1.0)
    for _ in range(2):
        queue.put("c", "c", 1.0)
    taken: list[str] = []
    while (one := queue.take(1)) is not None:
        taken += one.items
    # until b is done it gets as much work as a, with twice the requests; c does not wait for them
    both = taken[: max(n for n, name in enumerate(taken) if name == "b")]
    assert abs(both.count("b") - 2 * both.count("a")) <= 3 and len(taken) == 82
    assert [n for n, name in enumerate(taken) if name == "c"][-1] < 8


def test_a_client_with_one_request_does_not_wait_for_a_full_pass() -> None:
    queue: FairQueue[str] = FairQueue()
    for name in "aaaaaaaaaa":
        queue.put(name, name, 1.0)
    first = queue.take(8)
    assert first is not None and len(first.items) == 8
    queue.put("b", "b", 1.0)
    second = queue.take(8, first.finish_time, first.clients)
    assert second is not None and second.items == ["b"]
    queue.put("b", "b", 20.0)
    assert (
        queue.take(8, first.finish_time, first.clients) is None
    )  # more than the pass that it would interrupt
    assert queue.drop_of_largest("b") is None and queue.drop_of_largest("c") == "a"
    assert queue.remove(lambda name: name != "a") == ["a"] and len(queue) == 1


def test_a_full_queue_makes_room_for_other_clients() -> None:
    gate = threading.Event()

    class Gated(FakeBackend):
        def generate(self, request: MotionRequest, progress: Any = None, cancelled: Any = None) -> list[Any]:
            gate.wait(10)
            return []

    dispatcher = Dispatcher(Gated(), queue_size=4)
    job = GenerationJob(make_text_request("walks", 1.0, 20.0))
    futures = []
    with pytest.raises(Busy):
        for _ in range(10):
            futures.append(dispatcher.submit_generation(job, "greedy"))
    assert dispatcher.unready_reason == "the queue is full"
    modest = dispatcher.submit_generation(job, "modest")
    gate.set()
    assert modest.result(10) == []
    outcomes = [future.exception(10) for future in futures]
    assert sum(isinstance(outcome, Busy) for outcome in outcomes) == 1
    dispatcher.close()


def test_a_client_that_waits_no_longer_costs_nothing() -> None:
    gate, gone, prompts = threading.Event(), threading.Event(), []

    class Recorder(FakeBackend):
        def generate(self, request: MotionRequest, progress: Any = None, cancelled: Any = None) -> list[Any]:
            gate.wait(10)
            prompts.append(request.prompt)
            return []

    dispatcher = Dispatcher(Recorder())
    first = dispatcher.submit_generation(GenerationJob(make_text_request("first", 1.0, 20.0)))
    second = dispatcher.submit_generation(
        GenerationJob(make_text_request("second", 1.0, 20.0), cancelled=gone.is_set)
    )
    third = dispatcher.submit_generation(GenerationJob(make_text_request("third", 1.0, 20.0)))
    third.cancel()
    gone.set()
    gate.set()
    assert first.result(10) == [] and isinstance(second.exception(10), Cancelled)
    dispatcher.close()
    assert prompts[0] == "first" and "second" not in prompts


def test_jobs_of_one_client_do_not_take_the_room_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_store, "MAX_JOBS", 3)
    store = job_store.JobStore()
    greedy = [store.add_job(RequestState("greedy"))[0] for _ in range(3)]
    with pytest.raises(ProtocolError):
        store.add_job(RequestState("greedy"))
    newest = store.find_job(greedy[-1])
    store.add_job(RequestState("modest"))
    assert newest.state.is_cancelled() and greedy[-1] not in store.list_unfinished()
    with pytest.raises(ProtocolError):
        store.add_job(RequestState("modest"))
    assert len(store) == 3


def test_clients_are_told_apart_by_address() -> None:
    assert name_client("192.0.2.7") == "192.0.2.7" == name_client("::ffff:192.0.2.7")
    assert name_client("2001:db8:1:2:3::4") == name_client("2001:db8:1:2:ffff::") == "2001:db8:1:2::/64"
    assert name_client("testclient") == "testclient"


def test_the_connections_of_one_client_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS_OF_CLIENT", 5)
    application = Application([ServedModel(FakeBackend(), "fake")])
    with running_server(application, connections.BoundedProtocol) as address:
        target = urlsplit(address)
        held = [socket.create_connection((target.hostname, target.port), 10) for _ in range(12)]
        try:
            health = f"{target.scheme}://{target.netloc}/health"
            assert requests.get(health, timeout=30, headers={"Connection": "close"}).status_code == 200
            for connection in held:
                connection.settimeout(10)
            assert all(connection.recv(1) == b"" for connection in held[:8])
        finally:
            for connection in held:
                connection.close()


async def parse(turns: ParseTurns, order: list[str], client: str, number: int, size: int) -> None:
    async with turns.admit(client, size) as finish:
        order.append(f"{client}{number} begins")
        await asyncio.sleep(0.05)
        finish()
        order.append(f"{client}{number} ends")
        await asyncio.sleep(0.2)  # what follows holds nobody up


def test_large_bodies_leave_time_for_others() -> None:
    order: list[str] = []

    async def run() -> None:
        turns = ParseTurns()
        bodies = [parse(turns, order, client, 1, LARGE_BYTES) for client in "ab"]
        await asyncio.gather(*bodies, parse(turns, order, "c", 1, 10))
        assert not turns._locks and not turns._waiting

    asyncio.run(run())
    assert order.index("c1 ends") < order.index("b1 begins") and order.index("a1 ends") < order.index(
        "b1 begins"
    )


def test_bodies_of_one_client_are_parsed_one_at_a_time() -> None:
    order: list[str] = []

    async def run() -> None:
        turns = ParseTurns()
        await asyncio.gather(
            *(parse(turns, order, "a", k, 10) for k in range(5)), parse(turns, order, "b", 0, 10)
        )

    asyncio.run(run())
    assert order.index("b0 begins") < order.index("a1 begins")
    own = [event for event in order if event.startswith("a")]
    assert own == [f"a{k} {what}" for k in range(5) for what in ("begins", "ends")]


def test_requests_beyond_the_rate_are_answered_later() -> None:
    pace = RequestPace()
    assert [pace.reserve_turn("many", 10.0) for _ in range(BURST_REQUESTS)] == [0.0] * BURST_REQUESTS
    late = [pace.reserve_turn("many", 10.0) for _ in range(3)]
    assert late == pytest.approx([k / REQUESTS_PER_SECOND for k in range(3)])
    assert pace.reserve_turn("few", 10.0) == 0.0
    # who goes on is held back for some seconds at most, and who waits is answered at once again
    assert max(pace.reserve_turn("many", 10.0) for _ in range(10_000)) == MAX_DELAY_SECONDS
    assert pace.reserve_turn("many", 10.0 + 2 * MAX_DELAY_SECONDS) == 0.0


def test_what_is_refused_does_not_delay_the_same_clients_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[tuple[str, str]] = []

    async def note_turn(pace: RequestPace, client: str) -> None:
        waited.append((names[pace], client))

    monkeypatch.setattr(RequestPace, "wait_for_turn", note_turn)
    model = ServedModel(FakeBackend(), "fake")
    application = Application([model], TOKEN)
    names = {application._pace: "client", application._stranger_pace: "stranger"}
    token = {"Authorization": f"Bearer {TOKEN}"}
    with running_server(application) as url:
        for path, headers in (
            ("/capabilities", token),
            ("/capabilities", token | {"Origin": "https://evil.example"}),
            ("/capabilities", token | {"Host": "evil.example"}),
            ("/capabilities", {}),
            ("/health", {}),
        ):
            requests.get(url + path, headers=headers, timeout=10)
        requests.post(url + "/generate", "x", headers=token | {"Content-Type": "text/plain"}, timeout=10)
    model.teardown()
    assert [name for name, _ in waited] == ["client", *["stranger"] * 5]
    assert {client for _, client in waited} == {"127.0.0.1"}
