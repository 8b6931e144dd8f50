# SPDX-License-Identifier: GPL-3.0-or-later
"""Captions over a socket: ``serve.captions``, the client in ``remote``, and models that make none."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fakes import FakeBackend, make_walk
from kinescribe.inference.backend import IsCancelled, Progress, caption_motion, never_cancelled, no_progress
from kinescribe.inference.endpoints import EndpointBackend, ServerEndpoint
from kinescribe.inference.remote import RemoteBackend, Server, list_models
from kinescribe.motion import BackendError, Cancelled, Capabilities, Motion, RequestError
from kinescribe.motion.formats.gltf_write import pack_gltf
from mmcp_kit import FaultyServer, reply, running_server

pytest.importorskip("motionmcp.server", reason="the MMCP SDK is not installed")

from kinescribe.inference.serve.app import Application
from kinescribe.inference.serve.backbone import ServedModel
from motionmcp import client as sdk
from motionmcp.backbone import ModelSpec


class Teller(FakeBackend):
    """Describes duration and distance, a sentence for each second; the last one waits for ``gate``."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Motion] = []
        self.left = 0

    def capabilities(self) -> Capabilities:
        return replace(super().capabilities(), model="Teller 1", captions=True)

    def generate_captions(
        self, motion: Motion, progress: Progress = no_progress, cancelled: IsCancelled = never_cancelled
    ) -> list[str]:
        self.seen.append(motion)
        count = round(motion.seconds)
        for done in range(1, count + 1):
            while done == count and not self.gate.wait(0.01):
                if cancelled():
                    self.left += 1
                    raise Cancelled("The generation was cancelled")
            progress(done, count)
        return [f"a person walks, part {n}" for n in range(1, count + 1)]


@pytest.fixture
def teller() -> Iterator[tuple[str, Teller]]:
    backend = Teller()
    models = [ServedModel(FakeBackend(), "fake"), ServedModel(backend, "the teller", max_seconds=5.0)]
    with running_server(Application(models)) as url:
        yield url, backend


def remote(url: str, model: str = "the teller") -> RemoteBackend:
    server = Server(url)
    return RemoteBackend(server, next(m for m in list_models(server) if m.id == model), seconds=20)


def test_a_motion_goes_there_and_sentences_come_back(teller: tuple[str, Teller]) -> None:
    url, backend = teller
    steps: list[tuple[int, int]] = []
    motion = make_walk(75, 25.0)
    found = caption_motion(remote(url), motion, lambda done, total: steps.append((done, total)))
    assert found == [f"a person walks, part {n}" for n in (1, 2, 3)]
    (seen,) = backend.seen
    assert seen.fps == 25.0 and np.abs(seen.positions - motion.positions).max() < 1e-4
    assert all(total == 3 for _, total in steps)


def test_capabilities_stay_those_of_the_protocol(teller: tuple[str, Teller]) -> None:
    url, _ = teller
    assert [m.capabilities.captions for m in list_models(Server(url))] == [False, True]
    for entry in sdk.get_capabilities(url)["models"]:
        ModelSpec.model_validate(entry)  # which forbids words that it does not know
    with running_server(Application([ServedModel(FakeBackend(), "fake")])) as other:
        with urllib.request.urlopen(other + "/capabilities") as answer:
            assert "kinescribe-captions" not in {name.lower() for name in answer.headers}
        (model,) = list_models(Server(other))
        with pytest.raises(RequestError, match="describes no motions"):
            RemoteBackend(Server(other), model).generate_captions(make_walk())
        with pytest.raises(RequestError, match="none is loaded"):
            RemoteBackend(Server(other), replace(model, captions=True)).generate_captions(make_walk())


def post(url: str, body: bytes, query: str = "", **headers: str) -> Any:
    request = urllib.request.Request(
        f"{url}/caption{query}", body, {"Content-Type": "model/gltf-binary"} | headers
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_without_a_job_and_without_a_name(teller: tuple[str, Teller]) -> None:
    raw = pack_gltf([make_walk(40, 20.0)])
    for query in ("", "?model=the%20teller"):
        assert post(teller[0], raw, query) == {
            "captions": ["a person walks, part 1", "a person walks, part 2"]
        }


@pytest.mark.parametrize(
    ("body", "query", "status", "said"),
    [
        (b"", "", 400, "The body of the request"),
        (b"glTF" + bytes(40), "", 400, "The body of the request"),
        (b'{"asset": {"version": "2.0"}}', "", 400, "The body of the request"),
        (pack_gltf([make_walk(), make_walk()]), "", 400, "one at a time"),
        (pack_gltf([make_walk(120, 20.0)]), "", 400, "up to 5 seconds"),
        (pack_gltf([make_walk()]), "?model=fake", 400, "the teller"),
        (b" " * (2**23 + 1), "", 413, "more than"),
    ],
)
def test_what_is_no_motion_is_refused(
    teller: tuple[str, Teller], body: bytes, query: str, status: int, said: str
) -> None:
    url, backend = teller
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(url, body, query)
    assert caught.value.code == status and said in json.load(caught.value)["error"]["message"]
    assert not backend.seen


def test_a_token_is_asked_for() -> None:
    with running_server(Application([ServedModel(Teller(), "teller")], "opensesame")) as url:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            post(url, pack_gltf([make_walk()]))
        assert post(url, pack_gltf([make_walk(20, 20.0)]), Authorization="Bearer opensesame")["captions"]


def test_a_cancel_reaches_the_model(teller: tuple[str, Teller]) -> None:
    url, backend = teller
    backend.gate.clear()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        remote(url).generate_captions(make_walk(40, 20.0), cancelled=lambda: time.monotonic() - begun > 0.5)
    until = time.monotonic() + 60
    while not backend.left and time.monotonic() < until:
        time.sleep(0.02)
    assert backend.left == 1
    backend.gate.set()
    assert len(remote(url).generate_captions(make_walk(40, 20.0))) == 2, "the next one is answered"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"captions": "walks"}', b'{"captions": [1]}', b"<html>"]
)
def test_an_answer_that_is_none_is_one_sentence(body: bytes) -> None:
    with running_server(Application([ServedModel(Teller(), "teller")])) as url:
        (model,) = list_models(Server(url))
    faulty = FaultyServer(lambda _head, connection: connection.sendall(reply("200 OK", body)))
    with pytest.raises(BackendError, match="something else than captions"):
        RemoteBackend(Server(faulty.url), model).generate_captions(make_walk())
    faulty.close()


def test_sentences_of_a_server_are_bounded_and_of_one_line(teller: tuple[str, Teller]) -> None:
    (_, model) = list_models(Server(teller[0]))
    said = json.dumps({"captions": ["a\nperson\x1b[31m\twalks", "x" * 5000]}).encode()
    faulty = FaultyServer(lambda _head, connection: connection.sendall(reply("200 OK", said)))
    found = RemoteBackend(Server(faulty.url), model).generate_captions(make_walk())
    assert found == ["a person [31m walks", "x" * 1000]
    faulty.close()


def test_models_of_an_endpoint_are_listed_before_the_first_caption(teller: tuple[str, Teller]) -> None:
    endpoint = ServerEndpoint("Studio", Server(teller[0]))
    backend = EndpointBackend(endpoint, "the teller")
    assert len(caption_motion(backend, make_walk(40, 20.0))) == 2
    with pytest.raises(RequestError, match="describes no motions"):
        caption_motion(EndpointBackend(endpoint, "fake"), make_walk(40, 20.0))
    with pytest.raises(RequestError, match="Fake 1 makes motions and describes none"):
        caption_motion(FakeBackend(), make_walk())
