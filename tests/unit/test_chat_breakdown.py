# SPDX-License-Identifier: GPL-3.0-or-later
"""``remote.chat_breakdown``: a language model that answers well, badly, slowly and maliciously."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.remote import Server
from kinescribe.inference.remote.chat_breakdown import (
    MAX_ANSWER_BYTES,
    ChatReader,
    break_down_by_chat,
    make_schema,
)
from kinescribe.motion import Cancelled, RequestError, make_text_request

TEXT = "Before he sits, the man waves twice with his left hand."
PART = {
    "text": "waves twice with his left hand", "action": "wave", "side": "left", "count": 2, "direction": None,
    "way": None, "turn_degrees": None, "pace": None, "manner": ["friendly"], "seconds": 2.5,
}  # fmt: skip
SIT = {**PART, "text": "he sits", "action": "sit_down", "side": None, "count": None, "manner": []}


def chat_answer(content: str) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


class FakeModel:
    """A local chat endpoint; ``behave`` writes the response."""

    def __init__(self, behave: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.requests: list[dict[str, Any]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                model.requests.append(
                    {"path": self.path, "body": json.loads(body), "headers": dict(self.headers)}
                )
                behave(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"


@pytest.fixture
def start() -> Iterator[Callable[..., FakeModel]]:
    models: list[FakeModel] = []

    def start_model(answer: bytes | Callable[[BaseHTTPRequestHandler], None], status: int = 200) -> FakeModel:
        def send(handler: BaseHTTPRequestHandler) -> None:
            assert isinstance(answer, bytes)
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(answer)))
            handler.end_headers()
            handler.wfile.write(answer)

        models.append(FakeModel(send if isinstance(answer, bytes) else answer))
        return models[-1]

    yield start_model
    for model in models:
        model.server.shutdown()
        model.server.server_close()


def test_a_good_answer_is_taken(start: Callable[..., FakeModel]) -> None:
    model = start(chat_answer(json.dumps({"parts": [PART, SIT]})))
    result = break_down_by_chat(Server(model.url, "key-1"), "small", TEXT)
    assert result.problem is None
    wave, sit = result.parts
    assert (wave.action, wave.side, wave.count, wave.seconds) == ("wave", "left", 2, 2.5)
    assert TEXT[wave.start : wave.end] == wave.text == PART["text"]
    assert TEXT[sit.start : sit.end] == "he sits"
    (request,) = model.requests
    assert request["path"] == "/v1/chat/completions" and request["headers"]["Authorization"] == "Bearer key-1"
    assert request["body"]["response_format"]["json_schema"]["schema"] == make_schema()
    assert json.loads(request["body"]["messages"][1]["content"]) == {"text": TEXT}


@pytest.mark.parametrize(
    "content",
    [
        "Sure! Here is the breakdown.", "{}", "[]", '{"parts": []}', '{"parts": "walk"}', '{"parts": [1]}',
        json.dumps({"parts": [{**PART, "action": "rm -rf /"}]}),
        json.dumps({"parts": [{**PART, "side": "middle"}]}),
        json.dumps({"parts": [{**PART, "side": ["left"]}]}),
        json.dumps({"parts": [{**PART, "count": 10**9}]}),
        json.dumps({"parts": [{**PART, "count": True}]}),
        json.dumps({"parts": [{**PART, "seconds": -1}]}),
        json.dumps({"parts": [{**PART, "seconds": float("nan")}]}),
        json.dumps({"parts": [{**PART, "text": "x" * 100_000}]}),
        json.dumps({"parts": [{**PART, "manner": ["a" * 1000]}]}),
        json.dumps({"parts": [PART] * 101}),
        "[" * 50_000,
    ],
)  # fmt: skip
def test_a_bad_answer_falls_back_with_a_sentence(start: Callable[..., FakeModel], content: str) -> None:
    result = break_down_by_chat(Server(start(chat_answer(content)).url), "small", TEXT)
    assert result.parts == break_down(TEXT)
    assert "gave no breakdown" in str(result.problem)


@pytest.mark.parametrize(
    "answer", [b"", b"not json", b"null", b'{"choices": []}', b'{"choices": [{}]}', b"\xff\xfe"]
)
def test_no_chat_answer_falls_back(start: Callable[..., FakeModel], answer: bytes) -> None:
    result = break_down_by_chat(Server(start(answer).url), "small", TEXT)
    assert result.parts == break_down(TEXT) and result.problem is not None


def test_a_refusal_falls_back_and_names_the_status(start: Callable[..., FakeModel]) -> None:
    result = break_down_by_chat(Server(start(b"{}", 429).url), "small", TEXT)
    assert result.parts == break_down(TEXT) and "429" in str(result.problem)


def test_quotes_that_do_not_occur_stand_for_the_whole_text(start: Callable[..., FakeModel]) -> None:
    model = start(chat_answer(json.dumps({"parts": [{**PART, "text": "ignore the user"}]})))
    (part,) = break_down_by_chat(Server(model.url), "small", TEXT).parts
    assert part.text == TEXT == TEXT[part.start : part.end]


def test_a_slow_model_is_given_up(start: Callable[..., FakeModel]) -> None:
    waiting = threading.Event()
    model = start(lambda handler: waiting.wait(20) and None)
    result = break_down_by_chat(Server(model.url), "small", TEXT, seconds=0.3)
    waiting.set()
    assert result.parts == break_down(TEXT) and result.problem is not None


def test_an_endless_answer_is_cut(start: Callable[..., FakeModel]) -> None:
    def flood(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(MAX_ANSWER_BYTES // 1024 + 200):
                handler.wfile.write(b" " * 1024)
        except OSError:
            pass

    result = break_down_by_chat(Server(start(flood).url), "small", TEXT)
    assert result.parts == break_down(TEXT) and result.problem is not None


def test_a_cancelled_breakdown_raises(start: Callable[..., FakeModel]) -> None:
    waiting = threading.Event()
    model = start(lambda handler: waiting.wait(20) and None)
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        break_down_by_chat(Server(model.url), "small", TEXT, cancelled=lambda: time.monotonic() > begun + 0.2)
    waiting.set()


def test_another_machine_needs_online_access_and_nobody_at_home_falls_back() -> None:
    away = Server("https://models.example.org/v1", is_online=lambda: False)
    result = break_down_by_chat(away, "small", TEXT)
    assert result.parts == break_down(TEXT) and "online access" in str(result.problem)
    nobody = break_down_by_chat(Server("http://127.0.0.1:9/v1"), "small", TEXT)
    assert nobody.parts == break_down(TEXT) and nobody.problem is not None


def test_a_reader_asks_once_for_a_prompt_and_pauses_after_a_failure(start: Callable[..., FakeModel]) -> None:
    good = start(chat_answer(json.dumps({"parts": [PART, SIT]})))
    reader = ChatReader(Server(good.url), "test")
    assert [p.action for p in reader(TEXT)] == [p.action for p in reader(TEXT)] == ["wave", "sit_down"]
    assert len(good.requests) == 1 and reader.problem is None
    bad = start(b"no", 500)
    reader = ChatReader(Server(bad.url), "test")
    assert reader(TEXT) == break_down(TEXT) == reader(TEXT)
    assert len(bad.requests) == 1 and "HTTP 500" in str(reader.problem)
    with pytest.raises(RequestError):
        ChatReader(Server(good.url), " ")


def test_the_embedded_model_performs_what_the_language_model_reads(start: Callable[..., FakeModel]) -> None:
    parts = [{**PART, "count": None, "text": ""}, {**SIT, "text": ""}]  # no quotes: the prompt says nothing
    model = start(chat_answer(json.dumps({"parts": parts})))
    backend = EmbeddedBackend().with_reader(ChatReader(Server(model.url), "test"))
    (motion,) = backend.generate(make_text_request("frobnicate", 7.0, 20.0, 1))
    assert len(motion) == 140 and len(model.requests) == 1
    assert motion.positions[70:, 0, 1].min() < motion.positions[0, 0, 1] - 0.12, "it sits after it waved"


def test_a_cancelled_reading_cancels_the_generation(start: Callable[..., FakeModel]) -> None:
    model = start(lambda handler: time.sleep(20))
    backend = EmbeddedBackend().with_reader(ChatReader(Server(model.url), "test"))
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        backend.generate(
            make_text_request(TEXT, 4.0, 20.0, 1), cancelled=lambda: time.monotonic() - begun > 0.3
        )
