# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.remote`` with servers that fail in every way: each is one clear sentence, in time."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from kinescribe.inference.remote import RemoteBackend, Server, list_models, transport
from kinescribe.inference.remote import backend as remote_backend
from kinescribe.motion import KinescribeError, make_text_request
from kinescribe.motion.formats.gltf_write import pack_gltf
from mmcp_kit import FaultyServer, reply
from test_gltf_files import a_motion, broken

from devtools.testing.working_tree import code_command

CAPABILITIES = {
    "protocol_version": "1.4",
    "models": [
        {
            "id": "m", "fps": 30.0,
            "canonical_skeleton": {"joints": [
                {"name": "Hips", "parent": None, "rest_translation": [0, 1, 0], "rest_rotation": [0, 0, 0, 1]}]},
        }
    ],
}  # fmt: skip
GOOD = pack_gltf([a_motion(frames=8)])
GLB = "model/gltf-binary"
REQUEST = make_text_request("walks", 0.5, 30.0)


def with_capabilities(answer: Callable[[str, socket.socket], None]) -> Callable[[str, socket.socket], None]:
    def behave(head: str, connection: socket.socket) -> None:
        if head.startswith("GET /capabilities"):
            connection.sendall(reply("200 OK", json.dumps(CAPABILITIES).encode()))
        else:
            answer(head, connection)

    return behave


def sends(raw: bytes) -> Callable[[str, socket.socket], None]:
    return with_capabilities(lambda head, connection: connection.sendall(raw))


def endless(head: str, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: model/gltf-binary\r\nConnection: close\r\n\r\n")
    while True:
        connection.sendall(b"x" * 2**20)


def dripping(head: str, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: model/gltf-binary\r\nContent-Length: 99999\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def silent(head: str, connection: socket.socket) -> None:
    time.sleep(8)


def generate(url: str, seconds: float = 1.5) -> list[Any]:
    server = Server(url, "secret-token")
    (model,) = list_models(server, seconds=5)
    return RemoteBackend(server, model, seconds=seconds).generate(REQUEST)


def test_the_kit_can_serve_a_good_answer_too() -> None:
    faulty = FaultyServer(sends(reply("200 OK", GOOD, GLB)))
    (motion,) = generate(faulty.url, 5)
    assert len(motion) == 8
    faulty.close()


def error(code: str, message: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": message, "details": {}}}).encode()


HUGE = b"HTTP/1.1 200 OK\r\nContent-Type: model/gltf-binary\r\nContent-Length: 1073741824\r\n\r\n" + GOOD
EMPTY = CAPABILITIES["models"][0] | {"canonical_skeleton": {"joints": []}}  # type: ignore[index]


@pytest.mark.parametrize(
    ("behave", "message"),
    [
        (silent, "did not answer within"),
        (dripping, "did not answer within"),
        (endless, "answers with more than"),
        (lambda h, c: c.close(), "can't be reached|broke off"),
        (lambda h, c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf"), "broke off"),
        (lambda h, c: c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf"), "broke off"),
        (lambda h, c: c.sendall(b"SSH-2.0-OpenSSH\r\n\r\n"), "can't be"),
        (lambda h, c: c.sendall(HUGE), "more than"),
        (lambda h, c: c.sendall(reply("200 OK", b"<html>", "text/html")), "text/html instead of a motion"),
        (lambda h, c: c.sendall(reply("200 OK", b"{}", "application/json")), "damaged|can be read"),
        (lambda h, c: c.sendall(reply("200 OK", b"", "model/gltf+json")), "damaged"),
        (lambda h, c: c.sendall(reply("200 OK", GOOD[:-400], GLB)), "damaged"),
        (lambda h, c: c.sendall(reply("200 OK", broken(nodes__0__scale=[0, 0, 0]), "model/gltf+json")), "damaged"),
        (lambda h, c: c.sendall(reply("302 Found", Location="https://example.org/")), "another address"),
        (lambda h, c: c.sendall(reply("302 Found", Location="/generate")), "redirects too often"),
        (lambda h, c: c.sendall(reply("401 No", error("unauthorized", "expired"))), "does not accept the token"),
        (lambda h, c: c.sendall(reply("403 Forbidden")), "does not accept the token"),
        (lambda h, c: c.sendall(reply("404 Not Found", b"<html>", "text/html")), "nothing at this address"),
        (lambda h, c: c.sendall(reply("413 Too Large", error("payload_too_large", "big"))), "too large.*big"),
        (lambda h, c: c.sendall(reply("422 No", error("schema_validation", "no"))), "schema_validation"),
        (lambda h, c: c.sendall(reply("429 Slow", error("rate_limited", "x"), Retry_After="60")), "in 60 seconds"),
        (lambda h, c: c.sendall(reply("500 Error", b"\xff\xfe")), "failed"),
        (lambda h, c: c.sendall(reply("503 Unavailable", error("model_unavailable", "waking"))), "busy.*waking"),
        (lambda h, c: c.sendall(reply("504 Timeout", error("timeout", "x"))), "ran out of time"),
        (lambda h, c: c.sendall(reply("202 Accepted")), "does not say where"),
        (lambda h, c: c.sendall(reply("202 Accepted", Location="https://example.org/jobs/1")), "does not say where"),
        (lambda h, c: c.sendall(reply("202 Accepted", Location="/jobs/1", Retry_After="0")), "did not finish"),
    ],
)  # fmt: skip
def test_every_fault_ends_in_one_sentence(behave: Callable[[str, socket.socket], None], message: str) -> None:
    faulty = FaultyServer(with_capabilities(behave))
    with pytest.raises(KinescribeError, match=message) as caught:
        generate(faulty.url)
    sentence = str(caught.value)
    assert "\n" not in sentence and "secret-token" not in sentence and len(sentence) < 500
    faulty.close()


def test_a_server_that_is_gone_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(KinescribeError, match=f"127.0.0.1:{port} can't be reached .it refuses connections"):
        list_models(Server(f"http://127.0.0.1:{port}"))


def test_numbers_that_are_none_are_refused() -> None:
    motion = a_motion(frames=8)
    raw = bytearray(pack_gltf([motion]))
    nan = np.array([np.nan], "<f4").tobytes()
    raw[-400:-396] = nan
    faulty = FaultyServer(sends(reply("200 OK", bytes(raw), GLB)))
    with pytest.raises(KinescribeError, match="finite"):
        generate(faulty.url)
    faulty.close()


@pytest.mark.parametrize(
    "stated",
    [
        b"", b"[]", b"null", b'{"models": []}', b"[" * 100_000,
        json.dumps(CAPABILITIES | {"protocol_version": "2.0"}).encode(),
        json.dumps(CAPABILITIES | {"models": [{"id": "m"}]}).encode(),
        json.dumps(CAPABILITIES | {"models": [CAPABILITIES["models"][0] | {"fps": -1}]}).encode(),  # type: ignore[index]
        json.dumps(CAPABILITIES | {"models": [EMPTY]}).encode(),
    ],
)  # fmt: skip
def test_capabilities_that_make_no_sense_are_refused(stated: bytes) -> None:
    faulty = FaultyServer(lambda head, connection: connection.sendall(reply("200 OK", stated)))
    with pytest.raises(KinescribeError, match=r"can't be read|uses MMCP"):
        list_models(Server(faulty.url))
    faulty.close()


def test_a_request_that_was_put_off_is_sent_again() -> None:
    answers = [
        reply("503 Busy", Retry_After="0"),
        reply("429 Slow", Retry_After="0"),
        reply("200 OK", GOOD, GLB),
    ]
    faulty = FaultyServer(with_capabilities(lambda head, connection: connection.sendall(answers.pop(0))))
    assert len(generate(faulty.url, 5)) == 1 and answers == []
    faulty.close()


def test_a_request_that_broke_off_is_not_sent_again() -> None:
    faulty = FaultyServer(with_capabilities(lambda head, connection: connection.close()))
    with pytest.raises(KinescribeError):
        generate(faulty.url)
    assert sum(head.startswith("POST") for head in faulty.request_heads) == 1
    faulty.close()


def test_a_job_is_awaited_with_its_steps_and_taken_back_when_cancelled() -> None:
    looks = 0

    def answer(head: str, connection: socket.socket) -> None:
        nonlocal looks
        if head.startswith("POST"):
            connection.sendall(reply("202 Accepted", Location="/jobs/7", Retry_After="0"))
        elif head.startswith("GET /jobs/7"):
            looks += 1
            if looks < 4:
                state = json.dumps({"step": looks, "steps": 10}).encode()
                connection.sendall(reply("202 Accepted", state, Retry_After="0"))
            else:
                connection.sendall(reply("200 OK", GOOD, GLB))
        else:
            connection.sendall(reply("204 No Content"))

    faulty = FaultyServer(with_capabilities(answer))
    server = Server(faulty.url)
    backend = RemoteBackend(server, list_models(server)[0], seconds=10)
    seen: list[tuple[int, int]] = []
    assert len(backend.generate(REQUEST, lambda done, total: seen.append((done, total)))) == 1
    assert seen == [(1, 10), (2, 10), (3, 10)]

    def wait_for_deletions(count: int) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until and count_deletions() < count:
            time.sleep(0.02)
        assert count_deletions() == count

    def count_deletions() -> int:
        return sum(head.startswith("DELETE /jobs/7") for head in faulty.request_heads)

    # the server need not keep what was fetched
    wait_for_deletions(1)
    looks = -100
    with pytest.raises(KinescribeError):
        backend.generate(REQUEST, cancelled=lambda: looks > -98)
    wait_for_deletions(2)
    faulty.close()


def test_limits_are_what_the_documentation_says() -> None:
    assert transport.MAX_RESPONSE_BYTES == 128 * 2**20 and transport.CONNECT_SECONDS == 8
    assert remote_backend.GENERATE_SECONDS == 600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGPIPE")
def test_a_server_that_hangs_up_ends_no_program() -> None:
    """Not even where SIGPIPE is what the system makes of it, as in the windowed Blender of Debian 13."""
    program = (
        "import signal, sys, socket, threading, contextlib\n"
        "from kinescribe.inference.remote.transport import send_request\n"
        "from kinescribe.inference.remote import Server\n"
        "from kinescribe.motion import BackendError\n"
        "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"
        "listening = socket.create_server(('127.0.0.1', 0))\n"
        "def hang_up():\n"
        "    while True: listening.accept()[0].close()\n"
        "threading.Thread(target=hang_up, daemon=True).start()\n"
        "server = Server('http://127.0.0.1:%d' % listening.getsockname()[1])\n"
        "said = set()\n"
        "for _ in range(20):\n"
        "    try: send_request(server, 'POST', '/generate', bytes(2**24), 10.0)\n"
        "    except BackendError as error: said.add(str(error))\n"
        "print(len(said) > 0 and all('closed' in s or 'reached' in s for s in said))\n"
    )
    done = subprocess.run(code_command(sys.executable, program), capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


def test_a_chain_of_redirects_is_followed_three_times_and_no_further() -> None:
    def onward(head: str, connection: socket.socket) -> None:
        number = int(head.split()[1].rpartition("/")[2] or 0) if "/r/" in head.split()[1] else 0
        connection.sendall(reply("302 Found", Location=f"/r/{number + 1}"))

    faulty = FaultyServer(onward)
    with pytest.raises(KinescribeError, match="redirects too often"):
        list_models(Server(faulty.url), seconds=5)
    assert len(faulty.request_heads) == 1 + 3
    faulty.close()
