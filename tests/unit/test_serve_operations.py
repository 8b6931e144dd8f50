# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.serve`` (metrics, model_figures, request_id, readiness, the log) for whoever runs the server."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeBackend
from kinescribe.inference.backend import GenerationJob
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion import BackendError, MotionRequest, RequestError, make_text_request
from mmcp_kit import running_server

pytest.importorskip("motionmcp.server", reason="the MMCP SDK is not installed")

from kinescribe.inference.serve import access, connections, embeddings, job_store, limits, request_pace
from kinescribe.inference.serve.app import Application
from kinescribe.inference.serve.backbone import ServedModel
from kinescribe.inference.serve.metrics import Histogram, format_sample
from kinescribe.inference.serve.parse_turns import LARGE_BYTES
from kinescribe.inference.serve.request_id import choose_request_id
from kinescribe.inference.serve.run import ServeOptions, log_event, run_server
from kinescribe.inference.serve.wire import MAX_CONSTRAINTS

TOKEN = "a token of sixteen letters or more"
_LINE = re.compile(r'[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? [0-9.e+-]+')


class Recorder:
    """A log that keeps its events."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: str, **values: Any) -> None:
        self.events.append({"event": event, **values})


def fetch(url: str, body: Any = None, **headers: str) -> tuple[int, Any, str]:
    """Return status, headers and text of a response, also of one that is an error."""
    raw = None if body is None else json.dumps(body).encode()
    sent = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, raw, sent | {k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def read_samples(text: str) -> dict[str, float]:
    """Return the value of each sample of the text format of Prometheus; fail on a line that is none."""
    samples = {}
    for line in text.splitlines():
        if not line.startswith(("# HELP ", "# TYPE ")):
            assert _LINE.fullmatch(line), line
            name, _, value = line.rpartition(" ")
            samples[name] = float(value)
    return samples


@pytest.fixture
def served() -> Iterator[tuple[str, Recorder]]:
    log = Recorder()
    application = Application([ServedModel(EmbeddedBackend(), "kinescribe-embedded")], TOKEN, log)
    with running_server(application, connections.BoundedProtocol) as url:
        yield url, log


def make_body(url: str, **more: Any) -> dict[str, Any]:
    model = json.loads(fetch(url + "/capabilities")[2])["models"][0]
    text = {"type": "text", "prompt": "a person walks forward", "duration_frames": 30}
    return {
        "protocol_version": "1.4", "model": model["id"], "skeleton": model["canonical_skeleton"], "segments": [text],
        **more,
    }  # fmt: skip


def test_metrics_count_what_was_done(served: tuple[str, Recorder]) -> None:
    url, _ = served
    body = make_body(url, options={"num_samples": 2, "diffusion_steps": 10}, timing={"fps": 30.0})
    assert fetch(url + "/generate", body)[0] == 200
    assert fetch(url + "/generate", body | {"model": "other"})[0] == 400
    fetch(url + "/no-such-page-" + "x" * 50)
    status, headers, text = fetch(url + "/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    samples = read_samples(text)
    model = '{model="kinescribe-embedded"}'
    assert samples["kinescribe_motions_total" + model] == 2
    assert samples["kinescribe_motion_seconds_total" + model] == pytest.approx(2.0)
    assert samples["kinescribe_diffusion_steps_total" + model] == 20
    assert (
        samples["kinescribe_finished_total" + model] == 1 and samples["kinescribe_failed_total" + model] == 0
    )
    assert samples["kinescribe_queue_length" + model] == samples["kinescribe_running" + model] == 0
    assert samples["kinescribe_wait_seconds_count" + model] == 1
    assert samples["kinescribe_ready"] == 1
    assert samples['kinescribe_requests_total{route="/generate",status="200"}'] == 1
    assert samples['kinescribe_requests_total{route="/generate",status="400"}'] == 1
    assert samples['kinescribe_requests_total{route="other",status="404"}'] == 1
    assert samples['kinescribe_request_seconds_bucket{route="/generate",le="+Inf"}'] == 2


def test_metrics_are_behind_the_token_and_readiness_is_not(served: tuple[str, Recorder]) -> None:
    url, _ = served
    assert fetch(url + "/metrics", Authorization="Bearer wrong")[0] == 401
    assert fetch(url + "/metrics", Host="evil.example")[0] == 403
    until = time.monotonic() + 60
    while fetch(url + "/ready", Authorization="")[0] != 200 and time.monotonic() < until:
        time.sleep(0.05)
    assert json.loads(fetch(url + "/ready", Authorization="")[2]) == {"status": "ready"}


def test_a_server_is_ready_when_its_model_is_loaded() -> None:
    gate = threading.Event()

    class Loading(FakeBackend):
        def prepare(self) -> None:
            gate.wait(30)

    class Broken(FakeBackend):
        def prepare(self) -> None:
            raise BackendError("no weights")

    with running_server(Application([ServedModel(Loading(), "loading")], TOKEN)) as url:
        status, _, text = fetch(url + "/ready")
        assert status == 503 and "being loaded" in text and fetch(url + "/health")[0] == 200
        gate.set()
        until = time.monotonic() + 30
        while fetch(url + "/ready")[0] != 200 and time.monotonic() < until:
            time.sleep(0.02)
        assert fetch(url + "/ready")[0] == 200
    with running_server(Application([ServedModel(Broken(), "broken")], TOKEN)) as url:
        until = time.monotonic() + 30
        while "no weights" not in fetch(url + "/ready")[2] and time.monotonic() < until:
            time.sleep(0.02)
        status, headers, text = fetch(url + "/ready")
        assert status == 503 and "no weights" in text and headers["Retry-After"]


def test_failures_are_counted_and_cancelled_requests_are_none() -> None:
    class Refusing(FakeBackend):
        def generate(self, request: MotionRequest, progress: Any = None, cancelled: Any = None) -> list[Any]:
            raise RequestError("no")

    served = ServedModel(Refusing(), "refusing")
    gone = GenerationJob(make_text_request("walks", 1.0, 20.0), cancelled=lambda: True)
    for job in (GenerationJob(make_text_request("walks", 1.0, 20.0)), gone):
        assert served.dispatcher.submit_generation(job).exception(10) is not None
    served.teardown()
    assert served.request_counts == {"queued": 0, "running": 0, "done": 2, "failed": 1}


def test_a_request_has_one_id_in_its_answer_and_in_the_log(served: tuple[str, Recorder]) -> None:
    url, log = served
    body = make_body(url)
    _, headers, _ = fetch(url + "/generate", body, X_Request_Id="shot-12.take_3")
    assert headers["X-Request-Id"] == "shot-12.take_3"
    _, headers, _ = fetch(url + "/generate", body, Prefer="respond-async", X_Request_Id="a b\tc")
    made, location = headers["X-Request-Id"], headers["Location"]
    assert re.fullmatch("[0-9a-f]{16}", made)
    until = time.monotonic() + 60
    while fetch(url + location)[0] == 202 and time.monotonic() < until:
        time.sleep(0.02)
    lines = [event for event in log.events if event.get("id") in (made, "shot-12.take_3")]
    assert [event["event"] for event in lines] == ["request", "request", "job"]
    assert lines[0]["client"] == "127.0.0.1" and lines[0]["status"] == 200 and lines[0]["frames"] == 30
    # a job's name is what its result is fetched with
    assert location.rpartition("/")[2] not in json.dumps(log.events) and "walks" not in json.dumps(log.events)


@pytest.mark.parametrize("sent", ["", "a" * 65, "a\nb", 'x"y', "\u0661"])
def test_ids_that_could_break_a_log_are_replaced(sent: str) -> None:
    assert re.fullmatch("[0-9a-f]{16}", choose_request_id(sent))


def test_samples_are_escaped_and_buckets_add_up() -> None:
    assert format_sample("a", {"b": 'c"\\\n'}, 1) == 'a{b="c\\"\\\\\\n"} 1'
    histogram = Histogram((1.0, 2.0))
    for seconds in (0.5, 1.0, 1.5, 9.0):
        histogram.observe(seconds)
    assert histogram.list_samples("s", {}) == [
        's_bucket{le="1.0"} 2', 's_bucket{le="2.0"} 3', 's_bucket{le="+Inf"} 4', "s_sum 12.0", "s_count 4",
    ]  # fmt: skip


def test_a_proxy_is_named_by_its_address() -> None:
    with pytest.raises(RequestError, match="no address of a proxy"):
        run_server({"fake": FakeBackend()}, ServeOptions(proxies=("proxy.example",)))


def test_a_closed_log_stops_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    written = []

    class Closed:
        def write(self, text: str) -> None:
            written.append(text)
            raise BrokenPipeError

        flush = None

    monkeypatch.setattr(sys, "stdout", Closed())
    log_event("request", status=200)
    assert written


def test_limits_are_what_the_page_says() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "team.md").read_text(encoding="utf-8")
    table = page[page.index("## Limits") : page.index("## Watching it")]
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|", table, re.MULTILINE))
    options = ServeOptions()
    for row, numbers in {
        "seconds of motion in a request": [options.max_seconds],
        "frames a second": [limits.MAX_FPS],
        "frames of all samples of a request, or of a body with several": [limits.MAX_RESULT_FRAMES],
        "frames at the model's own rate x samples x diffusion steps": [limits.MAX_STEP_FRAMES],
        "characters of all prompts of a request": [limits.MAX_PROMPT_CHARACTERS],
        "constraints of a request": [MAX_CONSTRAINTS],
        "time of a request, waiting included": [limits.DEADLINE_SECONDS / 60],
        "requests that wait, for each model": [options.queue_size],
        "requests in one pass": [options.batch_size],
        "jobs and results": [
            job_store.MAX_JOBS,
            job_store.MAX_RESULT_BYTES >> 20,
            job_store.RESULT_SECONDS / 60,
        ],
        "connections": [connections.MAX_CONNECTIONS, connections.MAX_CONNECTIONS_OF_CLIENT],
        "head of a request": [connections.MAX_HEAD_BYTES >> 10, connections.HEAD_SECONDS],
        "time for a body": [connections.BODY_SECONDS],
        "bodies that are parsed": [LARGE_BYTES >> 10],
        "requests of one client in a second": [
            request_pace.REQUESTS_PER_SECOND,
            request_pace.BURST_REQUESTS,
        ],
        "wrong tokens from an address": [access.MAX_FAILURES],
        "sentences for `POST /v1/embeddings`": [embeddings.MAX_SENTENCES, embeddings.MAX_CHARACTERS],
    }.items():
        stated = [int(number.replace(",", "")) for number in re.findall(r"[0-9][0-9,]*", rows[row])]
        assert all(number in stated for number in numbers), (row, stated, numbers)
