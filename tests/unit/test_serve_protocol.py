# SPDX-License-Identifier: GPL-3.0-or-later
"""What MMCP's pages have and its SDK leaves to the server: binary glTF, the path of jobs, Idempotency-Key.

Source: https://animatica.ai/mmcp/docs/reference/endpoints and .../async.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import requests
from fakes import FakeBackend
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.remote import RemoteBackend, Server, list_models
from kinescribe.motion import MotionRequest, make_text_request
from kinescribe.motion.formats.gltf_read import parse_gltf
from mmcp_kit import running_server

pytest.importorskip("motionmcp.server", reason="the MMCP SDK is not installed")

from kinescribe.inference.serve import idempotency
from kinescribe.inference.serve.app import Application
from kinescribe.inference.serve.backbone import ServedModel
from kinescribe.inference.serve.binary_gltf import prefers_binary
from motionmcp.client.glb import glb_to_gltf

BINARY = {"Accept": "model/gltf-binary"}


class Counting(FakeBackend):
    """A backend that counts its requests."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def generate(self, request: MotionRequest, progress: Any = None, cancelled: Any = None) -> list[Any]:
        self.count += 1
        return super().generate(request)


@pytest.fixture
def served() -> Iterator[tuple[str, Counting]]:
    backend = Counting()
    model = ServedModel(backend, "fake")
    with running_server(Application([model])) as url:
        yield url, backend
    model.teardown()


def make_body(url: str, frames: int = 30, **options: Any) -> dict[str, Any]:
    """Return a request as the protocol's clients send it."""
    model = requests.get(url + "/capabilities", timeout=10).json()["models"][0]
    return {
        "protocol_version": "1.4",
        "model": model["id"],
        "skeleton": model["canonical_skeleton"],
        "segments": [{"type": "text", "prompt": "a person walks forward", "duration_frames": frames}],
        "options": options,
    }


def post(url: str, body: Any, **headers: str) -> requests.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.post(url + "/generate", json=body, headers=sent, timeout=60)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("model/gltf-binary", True),
        ("model/gltf-binary, model/gltf+json;q=0.5", True),
        ("model/gltf+json, application/json, model/gltf-binary;q=0.9", False),
        ("model/gltf-binary;q=0", False),
        ("model/gltf-binary;q=strange", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_binary_is_sent_to_those_who_prefer_it(accept: str, expected: bool) -> None:
    assert prefers_binary(accept) == expected


def test_several_samples_and_long_motions_arrive_as_binary_gltf() -> None:
    model = ServedModel(EmbeddedBackend(), "kinescribe-embedded")
    with running_server(Application([model])) as url:
        body = make_body(url, frames=600, num_samples=2, seed=1)
        text, binary = post(url, body), post(url, body, **BINARY)
    model.teardown()
    assert binary.headers["Content-Type"] == "model/gltf-binary"
    assert int(binary.headers["Content-Length"]) == len(binary.content) < 0.8 * len(text.content)
    document = glb_to_gltf(binary.content)
    expected = text.json()
    assert document["extensions"] == expected["extensions"]
    uris = [found["buffers"][0]["uri"].partition("base64,")[2] for found in (document, expected)]
    assert base64.b64decode(uris[0]) == base64.b64decode(uris[1])
    motions = parse_gltf(binary.content, "answer")
    assert [len(motion) for motion in motions] == [600] * 2
    for motion, same in zip(motions, parse_gltf(text.content, "answer"), strict=True):
        np.testing.assert_array_equal(motion.root_translation, same.root_translation)


def test_errors_and_batches_stay_json(served: tuple[str, Counting]) -> None:
    url, _ = served
    body = make_body(url)
    wrong = post(url, body | {"model": "none"}, **BINARY)
    assert wrong.status_code == 400 and wrong.json()["error"]["code"] == "unknown_model"
    one = {name: value for name, value in body.items() if name != "protocol_version"}
    batch = post(url, {"protocol_version": "1.4", "requests": [one]}, **BINARY)
    assert "gltf" in batch.json()["results"][0]


def test_jobs_are_where_the_protocol_has_them(served: tuple[str, Counting]) -> None:
    url, _ = served
    accepted = post(url, make_body(url), Prefer="respond-async", **BINARY)
    assert accepted.status_code == 202 and accepted.headers["Retry-After"].isdigit()
    about = accepted.json()
    assert accepted.headers["Location"] == f"/generate/jobs/{about['job_id']}"
    assert time.strptime(about["submitted_at"], "%Y-%m-%dT%H:%M:%SZ")
    where = url + accepted.headers["Location"]
    for _ in range(100):
        polled = requests.get(where, timeout=10)
        if polled.status_code != 202:
            break
        assert polled.headers["Retry-After"].isdigit()
    assert polled.status_code == 200 and polled.headers["Content-Type"] == "model/gltf-binary"
    assert len(parse_gltf(polled.content, "result")) == 1
    assert requests.delete(where, timeout=10).status_code == 204
    assert requests.get(where, timeout=10).status_code == 404


def test_a_state_that_does_not_change_is_held_back(served: tuple[str, Counting]) -> None:
    """A client that polls without a pause asks a few times a second, not hundreds."""
    url, backend = served
    backend.gate.clear()
    where = url + post(url, make_body(url), Prefer="respond-async").headers["Location"]
    assert backend.is_waiting.wait(10)
    requests.get(where, timeout=10)
    counts = []
    threading.Timer(1.0, backend.gate.set).start()
    while (status := requests.get(where, timeout=10).status_code) == 202:
        counts.append(1)
    assert status == 200 and len(counts) < 20


def test_a_request_with_a_key_is_computed_once(served: tuple[str, Counting]) -> None:
    url, backend = served
    body = make_body(url, seed=3)
    first = post(url, body, Idempotency_Key="k1")
    again = post(url, body, Idempotency_Key="k1")
    assert backend.count == 1
    assert (again.status_code, again.content) == (200, first.content)
    assert "Idempotency-Status" not in first.headers
    post(url, body, Idempotency_Key="k2")
    post(url, body)
    assert backend.count == 3
    other = post(url, make_body(url, seed=4), Idempotency_Key="k1")
    assert other.status_code == 409 and "another body" in other.json()["error"]["message"]
    assert backend.count == 3


def test_requests_with_one_key_at_the_same_time_are_computed_once(served: tuple[str, Counting]) -> None:
    url, backend = served
    body = make_body(url)
    backend.gate.clear()
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(post(url, body, Idempotency_Key="k").status_code))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    assert backend.is_waiting.wait(10)
    backend.gate.set()
    for thread in threads:
        thread.join(20)
    assert statuses == [200] * 4 and backend.count == 1


def test_a_job_with_a_key_is_started_once(served: tuple[str, Counting]) -> None:
    url, backend = served
    body = make_body(url)
    places = [
        post(url, body, Prefer="respond-async", Idempotency_Key="job").headers["Location"] for _ in range(2)
    ]
    assert places[0] == places[1]
    while requests.get(url + places[0], timeout=10).status_code == 202:
        pass
    assert backend.count == 1


def test_what_failed_may_be_tried_again(served: tuple[str, Counting]) -> None:
    url, backend = served
    backend.error = RuntimeError("a fault")
    body = make_body(url)
    assert post(url, body, Idempotency_Key="k").status_code >= 500
    backend.error = None
    assert post(url, body, Idempotency_Key="k").status_code == 200


def test_large_responses_are_not_kept_and_say_so(
    served: tuple[str, Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, backend = served
    monkeypatch.setattr(idempotency, "MAX_RESPONSE_BYTES", 1000)
    body = make_body(url)
    for _ in range(2):
        answer = post(url, body, Idempotency_Key="k")
        assert answer.status_code == 200 and answer.headers["Idempotency-Status"] == "declined"
    assert backend.count == 2


def test_keys_are_forgotten_in_time_and_number(
    served: tuple[str, Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, backend = served
    body = make_body(url)
    monkeypatch.setattr(idempotency, "MAX_KEYS", 2)
    for key in ("a", "b", "c", "c", "b", "a"):
        post(url, body, Idempotency_Key=key)
    assert backend.count == 4, "c and b were kept, a was forgotten"
    monkeypatch.setattr(idempotency, "KEPT_SECONDS", 0.0)
    post(url, body, Idempotency_Key="a")
    assert backend.count == 5


def test_a_server_without_a_store_says_that_keys_do_not_count() -> None:
    model = ServedModel(FakeBackend(), "fake")
    with running_server(Application([model], keeps_responses=False)) as url:
        answer = post(url, make_body(url), Idempotency_Key="k")
    model.teardown()
    assert answer.status_code == 200 and answer.headers["Idempotency-Status"] == "declined"


def test_our_own_client_takes_binary_gltf() -> None:
    """A server that answers with binary glTF, whatever is asked for."""
    model = ServedModel(EmbeddedBackend(), "kinescribe-embedded")
    application = Application([model])

    async def only_binary(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = scope | {
                "headers": [
                    (name, b"model/gltf-binary" if name == b"accept" else value)
                    for name, value in scope["headers"]
                ]
            }
        await application(scope, receive, send)

    with running_server(only_binary) as url:
        server = Server(url)
        backend = RemoteBackend(server, list_models(server)[0], seconds=30)
        motions = backend.generate(make_text_request("a person walks", 2.0, 30.0, num_samples=2))
    model.teardown()
    assert [len(motion) for motion in motions] == [60, 60]
    assert motions[0].provenance.prompt == "a person walks"
