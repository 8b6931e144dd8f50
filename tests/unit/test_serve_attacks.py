# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.serve`` (access, connections, fair_queue, job_store, limits and more) under attack.

After each attack the next request of an innocent client is answered.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from fakes import FakeBackend
from kinescribe.inference.backend import GenerationJob
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.remote import RemoteBackend, Server, list_models
from kinescribe.motion import MotionRequest, RequestError, make_text_request
from kinescribe.motion.formats import read_motion, write_motion
from kinescribe.motion.request import RootPath, TextSegment
from mmcp_kit import running_server

from devtools.testing.working_tree import module_command

pytest.importorskip("motionmcp.server", reason="the MMCP SDK is not installed")

from kinescribe.inference.serve import connections, job_store
from kinescribe.inference.serve.access import MAX_FAILURES
from kinescribe.inference.serve.app import Application
from kinescribe.inference.serve.backbone import ServedModel
from kinescribe.inference.serve.limits import check_work
from kinescribe.inference.serve.run import ServeOptions, run_server
from kinescribe.inference.serve.trajectory_process import TrajectoryProcess
from motionmcp import MotionResult

EMBEDDED = EmbeddedBackend()
TOKEN = "a token of sixteen letters or more"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    application = Application([ServedModel(EMBEDDED, "kinescribe-embedded")])
    with running_server(application, connections.BoundedProtocol) as address:
        yield address


def send(url: str, body: Any = None, method: str = "POST", path: str = "/generate", **headers: str) -> Any:
    """Return status, headers and decoded body of a request; JSON unless a header says otherwise."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    sent = {"Content-Type": "application/json"} if body is not None else {}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, raw, sent)
        response = connection.getresponse()
        content = response.read()
        kind = response.headers.get("Content-Type", "")
        return (
            response.status,
            response.headers,
            json.loads(content) if "json" in kind and content else content,
        )
    finally:
        connection.close()


def body_of(url: str, frames: Any = 20, **options: Any) -> dict[str, Any]:
    """Return a request as the protocol's clients send it."""
    model = send(url, method="GET", path="/capabilities")[2]["models"][0]
    return {
        "protocol_version": "1.4",
        "model": model["id"],
        "skeleton": model["canonical_skeleton"],
        "segments": [{"type": "text", "prompt": "a person walks forward", "duration_frames": frames}],
        **options,
    }


def assert_innocent_request_is_answered(url: str) -> None:
    status, _, content = send(url, body_of(url))
    assert status == 200 and content["asset"]["version"] == "2.0"


@pytest.mark.parametrize(
    "options",
    [
        {"timing": {"fps": 1000.0}},
        {"options": {"guidance": {"type": "regular", "weight": [1e308]}}},
        {"options": {"guidance": {"type": "regular", "weight": [float("nan")]}}},
        {"options": {"guidance": {"type": "separated", "weight": [1.0, 2.0]}}},
        {"options": {"guidance": {"type": "regular", "weight": []}}},
        {"options": {"guidance": "strong"}},
        {"frames": 10**400},
        {"frames": 10**18},
    ],
)  # fmt: skip
def test_one_request_cannot_stop_the_server(url: str, options: dict[str, Any]) -> None:
    answer, _, content = send(url, body_of(url, **{"frames": 60} | options))
    assert 400 <= answer < 500, content
    assert_innocent_request_is_answered(url)


def test_work_of_a_request_is_limited() -> None:
    capabilities = EMBEDDED.capabilities()
    check_work(make_text_request("walks", 60.0, 60.0, num_samples=8), capabilities)
    for request in (
        make_text_request("walks", 60.0, 240.0, num_samples=8),
        make_text_request("walks", 60.0, 30.0, num_samples=8, diffusion_steps=500),
        make_text_request("walks", 1.0, 1000.0),
    ):
        with pytest.raises(RequestError):
            check_work(request, capabilities)


def test_steps_of_other_models_are_limited(url: str) -> None:
    backend = ServedModel(EMBEDDED, "m")
    from motionmcp.schemas import GenerateRequest

    body = body_of(url, options={"diffusion_steps": 50})
    assert backend.convert_request(GenerateRequest.model_validate(body)).options.diffusion_steps == 20
    assert backend.capabilities().fps == 30.0
    backend.teardown()


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), 1e308])
def test_one_clients_guidance_does_not_spoil_the_pass_of_the_others(weight: float) -> None:
    jobs = [
        GenerationJob(make_text_request("a person walks forward", 1.0, 20.0, guidance=value))
        for value in (None, weight, None)
    ]
    first, second, third = EMBEDDED.generate_many(jobs)
    assert isinstance(second, RequestError) and not isinstance(first, Exception)
    alone = EMBEDDED.generate(jobs[0].request)[0]
    np.testing.assert_allclose(third[0].root_translation, alone.root_translation, atol=1e-4)


@pytest.mark.parametrize(
    "word", ["not ", "slowly ", "and ", "then ", ", ", "1", "two ", "times ", '"', "走", "- ", "\n"]
)
def test_no_word_takes_more_than_linear_time(word: str) -> None:
    began = time.process_time()
    break_down("walks " + word * (20_000 // len(word)))
    # quadratic time was 8.5 s for the first of them
    assert time.process_time() - began < 5.0


def test_the_text_of_a_request_is_limited(url: str) -> None:
    text = {"type": "text", "prompt": "not " * 250, "duration_frames": 1}
    status, _, content = send(url, body_of(url) | {"segments": [text] * 400})
    assert status == 400 and "characters" in content["error"]["message"]
    assert_innocent_request_is_answered(url)


def test_a_prompt_of_spaces_takes_linear_time() -> None:
    began = time.process_time()
    assert break_down("walks" + " " * 10_000 + "then jumps")[0].text == "walks"
    assert break_down("walks" + " " * 200_000 + "then jumps")[0].text == "walks"
    # cubic time would be hours
    assert time.process_time() - began < 10.0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ({"Host": "localhost"}, 200),
        ({"Host": "[::1]:8000"}, 200),
    ],
)  # fmt: skip
def test_web_pages_cannot_use_a_loopback_server(url: str, headers: dict[str, str], status: int) -> None:
    assert send(url, body_of(url), **headers)[0] == status


def test_names_that_were_allowed_are_answered() -> None:
    application = Application([ServedModel(FakeBackend(), "fake")], host_names={"studio.example"})
    with running_server(application) as address:
        assert send(address, method="GET", path="/capabilities", Host="studio.example:8000")[0] == 200
        assert send(address, method="GET", path="/capabilities")[0] == 403


def test_wrong_tokens_are_counted_and_the_right_one_still_works() -> None:
    application = Application([ServedModel(FakeBackend(), "fake")], TOKEN)
    with running_server(application) as address:
        wrong = [
            send(address, method="GET", path="/capabilities", Authorization=f"Bearer guess {k}")
            for k in range(MAX_FAILURES + 3)
        ]
        assert [status for status, _, _ in wrong] == [401] * MAX_FAILURES + [429] * 3
        assert wrong[0][1]["WWW-Authenticate"] == "Bearer" and wrong[-1][1]["Retry-After"]
        for scheme in ("Bearer", "bearer"):
            answer = send(address, method="GET", path="/capabilities", Authorization=f"{scheme} {TOKEN}")
            assert answer[0] == 200
        assert send(address, method="HEAD", path="/health")[0] == 200


def test_idle_connections_make_room_for_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 20)
    application = Application([ServedModel(FakeBackend(), "fake")])
    with running_server(application, connections.BoundedProtocol) as address:
        target = urlsplit(address)
        idle = [socket.create_connection((target.hostname, target.port), 10) for _ in range(60)]
        try:
            for held in idle[::2]:
                held.sendall(b"GET /health HTTP/1.1\r\nX-Slow: ")
            assert send(address, method="GET", path="/health")[0] == 200
        finally:
            for held in idle:
                held.close()


def test_a_head_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    application = Application([ServedModel(FakeBackend(), "fake")])
    with running_server(application, connections.BoundedProtocol) as address:
        target = urlsplit(address)
        with socket.create_connection((target.hostname, target.port), 20) as slow:
            slow.sendall(b"GET /health HTTP/1.1\r\nX-Slow: ")
            assert slow.recv(100) == b""  # closed by the server, without an answer
        with socket.create_connection((target.hostname, target.port), 20) as large:
            sent = 0
            with pytest.raises(OSError):
                while sent < 60_000_000:
                    large.sendall(b"X-Large: " + b"x" * 100_000)
                    sent += 100_000
            assert sent < 20_000_000
        assert send(address, method="GET", path="/health")[0] == 200


def test_a_body_with_many_requests_is_one_request_to_the_limits(url: str) -> None:
    one = body_of(url, 1800)
    del one["protocol_version"]
    status, _, content = send(
        url, {"protocol_version": "1.4", "requests": [one | {"options": {"num_samples": 2}}] * 16}
    )
    errors = [result["error"]["message"] for result in content.get("results", [content])]
    assert errors and all("at once" in message for message in errors), (status, content)
    two = one | {"segments": body_of(url, 20)["segments"]}
    _, _, content = send(url, {"protocol_version": "1.4", "requests": [two] * 2})
    assert all("gltf" in result for result in content["results"])


def test_more_poses_than_frames_are_refused(url: str) -> None:
    pose = {
        "type": "pose_keyframe",
        "frame": 3,
        "joint_rotations": {"head": [0, 0, 0, 1]},
        "fill_mode": "rest",
    }
    status, _, content = send(url, body_of(url, constraints=[pose] * 21))
    assert status == 400 and "one for each frame" in content["error"]["message"]
    assert_innocent_request_is_answered(url)


def test_root_paths_that_exclude_each_other_are_refused_in_one_sentence(url: str) -> None:
    def path(x: float, *frames: int) -> dict[str, Any]:
        return {"type": "root_path", "frames": frames, "positions_xz": [[x, frame / 20] for frame in frames]}

    status, _, content = send(url, body_of(url, constraints=[path(0.0, 0, 10), path(5.0, 10, 19)]))
    assert status == 400
    assert content["error"]["message"] == (
        "Two root paths are 5.0 m apart at frame 10: send one place for each frame"
    )
    status, _, _ = send(url, body_of(url, constraints=[path(0.0, 0, 10), path(0.1, 10, 19)]))
    assert status == 200, "paths that meet are one path"


@pytest.mark.parametrize("suffix", [".npz", ".bvh", ".glb"])
def test_the_farthest_motion_that_is_made_can_be_read_again(tmp_path: Path, suffix: str) -> None:
    far = RootPath((0, 10), ((-999.0, 0.0), (999.0, 999.0)))
    request = MotionRequest((TextSegment("a person walks forward", 20),), 20.0, (far,))
    (motion,) = EMBEDDED.generate(request)
    write_motion(motion, tmp_path / f"far{suffix}")
    read = read_motion(tmp_path / f"far{suffix}")
    # SMPL-X's body is larger than the model's: its motions are scaled with it
    np.testing.assert_allclose(read.root_translation[10], motion.root_translation[10], rtol=0.1)
    with pytest.raises(RequestError, match="beyond 1000"):
        EMBEDDED.generate(replace(request, constraints=(RootPath((0, 10), ((0.0, 0.0), (1e6, 0.0))),)))


def test_finished_jobs_make_room_for_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_store, "MAX_JOBS", 3)
    with running_server(Application([ServedModel(EMBEDDED, "kinescribe-embedded")])) as address:
        body = body_of(address)
        locations = []
        for _ in range(6):
            status, headers, _ = send(address, body, Prefer="respond-async")
            assert status == 202
            locations.append(headers["Location"])
            until = time.monotonic() + 60
            while send(address, method="GET", path=locations[-1])[0] == 202 and time.monotonic() < until:
                time.sleep(0.05)
        answers = [send(address, method="GET", path=location)[0] for location in locations]
        assert answers == [404, 404, 404, 200, 200, 200]


def test_our_client_deletes_what_it_has_fetched() -> None:
    application = Application([ServedModel(EMBEDDED, "kinescribe-embedded")])
    with running_server(application) as address:
        server = Server(address, "")
        RemoteBackend(server, list_models(server)[0], seconds=60).generate(
            make_text_request("walks", 1.0, 20.0)
        )
        until = time.monotonic() + 20
        while len(application._jobs) and time.monotonic() < until:
            time.sleep(0.02)
        assert not len(application._jobs)


def test_a_client_that_goes_ends_its_trajectories() -> None:
    process = TrajectoryProcess()
    frames = 400_000
    result = MotionResult(
        rotations=np.tile(np.float32([0, 0, 0, 1]), (1, frames, 22, 1)),
        root_translations=np.zeros((1, frames, 3), np.float32),
    )
    skeleton = ServedModel(FakeBackend(), "m").capabilities().canonical_skeleton.model_dump(mode="json")
    gone = threading.Event()

    async def compute() -> Any:
        def leave() -> None:
            while process._current is None:
                time.sleep(0.02)
            gone.set()

        threading.Thread(target=leave, daemon=True).start()
        return await process.compute_trajectories(skeleton, result, 30.0, False, gone.is_set)

    try:
        until = time.monotonic() + 60
        while process._child is None and time.monotonic() < until:
            time.sleep(0.02)
        child = process._child
        assert child is not None and asyncio.run(compute()) == [None]
        assert child.wait_for_end(10.0)
    finally:
        process.close()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"port": 99999}, "is no port"),
        ({"queue_size": 0}, "--waiting 0"),
        ({"batch_size": -5}, "--batch -5"),
        ({"max_seconds": float("nan")}, "nan seconds"),
        ({"host": "0.0.0.0", "token": "x"}, "can be guessed"),
        ({"certificate": Path("no such file.pem")}, "is no file"),
        ({"key": Path(__file__)}, "needs its certificate"),
        ({"certificate": Path(__file__)}, "can't be used"),
    ],
)  # fmt: skip
def test_wrong_options_are_one_sentence(options: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        run_server({"fake": FakeBackend()}, ServeOptions(**options))


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_a_terminated_server_finishes_its_jobs_and_says_so() -> None:
    process = subprocess.Popen(
        module_command(sys.executable, "inference.cli", "serve", "--port", "0"),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=os.environ | {"KINESCRIBE_TOKEN": ""},
    )  # fmt: skip
    assert process.stdout
    try:
        address = json.loads(process.stdout.readline())["url"]
        assert_innocent_request_is_answered(address)
        body = body_of(address, 600)
        status, headers, _ = send(address, body, Prefer="respond-async")
        assert status == 202
        process.send_signal(signal.SIGTERM)
        statuses = []
        while True:
            answer, _, content = send(address, method="GET", path=headers["Location"])
            statuses.append(answer)
            if answer != 202:
                break
            refused, refusal, _ = send(address, body)
            if refused == 503:
                assert refusal["Retry-After"]
            time.sleep(0.05)
        assert statuses[-1] == 200 and content["asset"]["version"] == "2.0"
        assert process.wait(40) == 0
        events = [json.loads(line) for line in process.stdout.read().splitlines()]
        assert events[-1]["event"] == "stopped" and events[-1]["unfinished_jobs"] == []
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
