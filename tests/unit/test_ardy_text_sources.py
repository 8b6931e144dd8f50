# SPDX-License-Identifier: GPL-3.0-or-later
"""Where vectors come from beside a network.

inference/ardy/text/stored_vectors.py, and service.py, and inference/models/text_sources.py.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinescribe.inference.ardy.text import stored_vectors
from kinescribe.inference.ardy.text.service import ServiceTextEncoder
from kinescribe.inference.ardy.text.stored_vectors import (
    CachedTextEncoder,
    StoredTextEncoder,
    identify_folder,
    iterate_cache,
    read_vectors,
    write_vectors,
)
from kinescribe.inference.models.text_sources import read_text_source
from kinescribe.inference.remote.server import ONLINE_OFF, Server
from kinescribe.motion.errors import BackendError, Cancelled, CheckpointError, RequestError
from mmcp_kit import FaultyServer

from devtools.testing.text_encoder_files import CountingEncoder

WIDTH = 6


# stored vectors


def vectors_of(*prompts: str) -> dict[str, np.ndarray]:
    return dict(zip(prompts, CountingEncoder().encode(prompts), strict=True))


def test_stored_vectors_replace_an_encoder(tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    stored = vectors_of("A person walks forward.", "\u8df3", "A person walks forward")
    write_vectors(path, stored)
    encoder = StoredTextEncoder(path)
    assert encoder.width == WIDTH and encoder.prompts == list(stored)
    rows = encoder.encode(["a  person walks FORWARD", "", "A person walks forward.", "\u8df3"])
    assert rows.dtype == np.float32
    assert np.array_equal(rows[0], stored["A person walks forward"])
    assert not rows[1].any()
    assert np.array_equal(rows[2], stored["A person walks forward."])
    assert np.array_equal(rows[3], stored["\u8df3"])
    with pytest.raises(
        BackendError, match=re.escape("mine.npz holds no vector for the prompt someone swims")
    ):
        encoder.encode(["\u8df3", "someone\n swims"])


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_stored_vectors_of_other_precision_are_read(tmp_path: Path, dtype: Any) -> None:
    vectors = CountingEncoder().encode(["a", "b"]).astype(dtype)
    np.savez_compressed(tmp_path / "v.npz", prompts=["a", "b"], vectors=vectors)
    assert np.array_equal(read_vectors(tmp_path / "v.npz")["b"], vectors[1].astype(np.float32))


BAD_FILES: dict[str, dict[str, Any]] = {
    "no prompts": {"vectors": np.ones((1, 2))},
    "no vectors": {"prompts": ["a"]},
    "numbers as prompts": {"prompts": [1], "vectors": np.ones((1, 2))},
    "words as vectors": {"prompts": ["a"], "vectors": [["x"]]},
    "another number": {"prompts": ["a", "b"], "vectors": np.ones((1, 2))},
    "one vector": {"prompts": ["a", "b"], "vectors": np.ones(2)},
    "nothing": {"prompts": np.zeros(0, "U1"), "vectors": np.ones((0, 2))},
    "no width": {"prompts": ["a"], "vectors": np.ones((1, 0))},
    "very wide": {"prompts": ["a"], "vectors": np.ones((1, 40_000), np.float16)},
    "not finite": {"prompts": ["a"], "vectors": np.array([[1, np.nan]])},
    "objects": {"prompts": ["a"], "vectors": np.array([[object()]], object)},
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_files_without_vectors_are_refused(tmp_path: Path, case: str) -> None:
    np.savez(tmp_path / "v.npz", **BAD_FILES[case])
    with pytest.raises(CheckpointError, match=re.escape("v.npz holds")) as caught:
        read_vectors(tmp_path / "v.npz")
    assert "\n" not in str(caught.value)


def test_damaged_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    with pytest.raises(CheckpointError, match=re.escape("v.npz holds no stored vectors")):
        read_vectors(path)
    write_vectors(path, vectors_of("a"))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(CheckpointError, match=re.escape("v.npz holds no stored vectors")):
        read_vectors(path)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v.npz"
    write_vectors(path, vectors_of("a"))

    def fill_disk(*args: Any, **arrays: Any) -> None:
        args[0].write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", fill_disk)
    with pytest.raises(OSError, match="No space"):
        write_vectors(path, vectors_of("b"))
    assert list(read_vectors(path)) == ["a"]
    assert [p.name for p in tmp_path.iterdir()] == ["v.npz"]


# the cache


def test_each_prompt_is_computed_once_also_in_the_next_session(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    cached = CachedTextEncoder(encoder, tmp_path / "cache", "weights")
    first = cached.encode(["a person walks", "jumps", "a person walks"])
    assert np.array_equal(first[0], first[2]) and not np.array_equal(first[0], first[1])
    second = cached.encode(["jumps", "", "sits"])
    assert np.array_equal(second[0], first[1]) and not second[1].any()
    assert encoder.asked == [["a person walks", "jumps"], ["sits"]]
    later = CountingEncoder()
    again = CachedTextEncoder(later, tmp_path / "cache", "weights").encode(["sits", "a person walks"])
    assert np.array_equal(again, np.stack([second[2], first[0]])) and not later.asked


def test_vectors_of_other_weights_are_not_taken(tmp_path: Path) -> None:
    CachedTextEncoder(CountingEncoder(), tmp_path, "weights").encode(["jumps"])
    other = CountingEncoder()
    CachedTextEncoder(other, tmp_path, "other weights").encode(["jumps"])
    assert other.asked == [["jumps"]]


def test_the_cache_can_be_read_as_one_list(tmp_path: Path) -> None:
    prompts = ["jumps", "sits", "\u8df3"]
    CachedTextEncoder(CountingEncoder(), tmp_path, "weights").encode(prompts)
    (folder,) = tmp_path.iterdir()
    (folder / "damaged.npz").write_bytes(b"x")
    kept = dict(iterate_cache(folder))
    assert sorted(kept) == sorted(prompts)
    write_vectors(tmp_path / "all.npz", kept)
    assert np.array_equal(StoredTextEncoder(tmp_path / "all.npz").encode(["sits"])[0], kept["sits"])


def test_damaged_entries_are_computed_and_written_again(tmp_path: Path) -> None:
    expected = CachedTextEncoder(CountingEncoder(), tmp_path, "weights").encode(["jumps"])
    (path,) = tmp_path.rglob("*.npz")
    path.write_bytes(b"PK" + bytes(100))
    for asked in ([["jumps"]], []):
        encoder = CountingEncoder()
        assert np.array_equal(CachedTextEncoder(encoder, tmp_path, "weights").encode(["jumps"]), expected)
        assert encoder.asked == asked


def test_a_folder_that_cannot_be_written_costs_no_result(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    cached = CachedTextEncoder(CountingEncoder(), tmp_path / "cache", "weights")
    assert cached.encode(["jumps"]).any()
    assert (tmp_path / "cache").read_text() == "a file"


def test_nothing_temporary_is_left_and_memory_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_vectors, "_MAX_REMEMBERED", 3)
    encoder = CountingEncoder()
    cached = CachedTextEncoder(encoder, tmp_path, "weights")
    prompts = [f"prompt {i}" for i in range(10)]
    first = cached.encode(prompts)
    assert np.array_equal(cached.encode(prompts), first)
    assert len(encoder.asked) == 1
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".npz"}


def test_empty_prompts_are_left_to_the_encoder_and_stored_nowhere(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    cached = CachedTextEncoder(encoder, tmp_path / "cache", "weights")
    assert cached.encode([]).shape == (0, WIDTH)
    assert not (tmp_path / "cache").exists()
    cached.release()
    assert encoder.releases == 1


def test_a_folder_is_told_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    first = identify_folder(tmp_path)
    assert identify_folder(tmp_path) == first
    (tmp_path / "a").write_text("22")
    assert identify_folder(tmp_path) != first


# the service


def answers(tree: Any, status: str = "200 OK") -> Callable[[str, socket.socket], None]:
    body = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return lambda _head, connection: connection.sendall(head.encode() + body)


def embed(*rows: list[float], order: Sequence[int] | None = None) -> dict[str, Any]:
    indices = range(len(rows)) if order is None else order
    return {"data": [{"index": i, "embedding": row} for i, row in zip(indices, rows, strict=True)]}


def test_a_server_is_asked_for_the_vectors() -> None:
    server = FaultyServer(answers(embed([1.5, 2], [3, 4], order=(1, 0))))
    encoder = ServiceTextEncoder(Server(server.url, "secret"), "llm2vec")
    assert encoder.encode(["a", " ", "b"]).tolist() == [[3, 4], [0, 0], [1.5, 2]]
    assert server.request_heads[0].startswith("POST /v1/embeddings ")
    assert "Bearer secret" in server.request_heads[0]
    assert json.loads(server.request_bodies[0]) == {
        "input": ["a", "b"], "encoding_format": "float", "model": "llm2vec",
    }  # fmt: skip
    assert encoder.encode([]).shape == (0, 2)


def test_a_whole_address_is_used_as_it_is_and_many_prompts_are_asked_in_parts() -> None:
    row = [[1.0, 2.0]]
    server = FaultyServer(answers(embed(*row * 16)))
    encoder = ServiceTextEncoder(Server(f"{server.url}/api/embeddings"))
    assert encoder.encode([f"prompt {i}" for i in range(32)]).shape == (32, 2)
    assert len(server.request_heads) == 2
    assert server.request_heads[0].startswith("POST /api/embeddings ")


WRONG_ANSWERS: dict[str, Any] = {
    "no JSON": b"<html>",
    "a list": [],
    "nothing": {"data": []},
    "too many": embed([1.0], [2.0]),
    "a number": {"data": [3]},
    "no vector": {"data": [{"index": 0}]},
    "words": embed(["a"]),  # type: ignore[list-item]
    "flags": embed([True]),
    "no numbers": embed([]),
    "not finite": b'{"data": [{"embedding": [NaN]}]}',
    "huge": embed([1e300]),
    "wide": embed([0] * 40_000),
    "index": embed([1.0], order=(1,)),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("case", WRONG_ANSWERS)
def test_wrong_answers_are_refused(case: str) -> None:
    server = FaultyServer(answers(WRONG_ANSWERS[case]))
    with pytest.raises(BackendError, match="does not answer with vectors"):
        ServiceTextEncoder(Server(server.url)).encode(["a"])


def test_rows_of_other_lengths_and_a_changed_width_are_refused() -> None:
    server = FaultyServer(answers(embed([1.0], [1.0, 2.0])))
    with pytest.raises(BackendError, match="does not answer with vectors"):
        ServiceTextEncoder(Server(server.url)).encode(["a", "b"])
    rows = iter((embed([1.0]), embed([1.0, 2.0])))
    changing = FaultyServer(lambda head, connection: answers(next(rows))(head, connection))
    encoder = ServiceTextEncoder(Server(changing.url))
    encoder.encode(["a"])
    with pytest.raises(BackendError, match="does not answer with vectors"):
        encoder.encode(["a"])


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("404 Not Found", "has no text encoder at this address"),
        ("401 Unauthorized", "asks for a token"),
        ("503 Busy", "is busy"),
    ],
)
def test_refusals_are_explained(status: str, message: str) -> None:
    server = FaultyServer(answers({}, status))
    with pytest.raises(BackendError, match=message):
        ServiceTextEncoder(Server(server.url)).encode(["a"])


def test_endless_answers_are_cut_off() -> None:
    def endless(_head: str, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        for _ in range(40):
            connection.sendall(b" " * 2**20)

    with pytest.raises(BackendError, match="answers with more than 16 MB"):
        ServiceTextEncoder(Server(FaultyServer(endless).url)).encode(["a"])


def test_other_machines_are_asked_only_if_online_access_is_allowed() -> None:
    server = Server("https://vectors.example.org", is_online=lambda: False)
    with pytest.raises(BackendError, match=re.escape(ONLINE_OFF)):
        ServiceTextEncoder(server).encode(["a"])


def test_a_request_can_be_cancelled() -> None:
    server = FaultyServer(lambda _head, connection: connection.recv(1) and None)
    with pytest.raises(Cancelled):
        ServiceTextEncoder(Server(server.url), cancelled=lambda: True).encode(["a"])


# choices of the user


def test_a_file_of_stored_vectors_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    write_vectors(path, vectors_of("a person walks"))
    source = read_text_source(f" {path} ")
    encoder = source.open(tmp_path / "vectors")
    assert isinstance(encoder, StoredTextEncoder) and encoder.prompts == ["a person walks"]
    assert source == read_text_source(str(path))
    assert not (tmp_path / "vectors").exists()


def test_another_folder_can_be_chosen_and_is_read_when_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []

    def load(folder: Path) -> CountingEncoder:
        loaded.append(folder)
        return CountingEncoder()

    monkeypatch.setattr("kinescribe.inference.ardy.text.load_text_encoder", load)
    (tmp_path / "encoder").mkdir()
    encoder = read_text_source(str(tmp_path / "encoder")).open(tmp_path / "vectors")
    assert not loaded
    encoder.encode(["jumps"])
    encoder.encode(["jumps", "sits"])
    assert loaded == [tmp_path / "encoder"]
    encoder.release()  # type: ignore[attr-defined]
    encoder.encode(["sits"])
    assert len(loaded) == 1
    encoder.encode(["turns"])
    assert len(loaded) == 2


def test_the_address_of_a_server_can_be_chosen(tmp_path: Path) -> None:
    server = FaultyServer(answers(embed([1.0, 2.0])))
    source = read_text_source(server.url, "secret")
    assert source.open(tmp_path).encode(["jumps"]).tolist() == [[1, 2]]
    assert source.open(tmp_path).encode(["jumps"]).tolist() == [[1, 2]]
    assert len(server.request_heads) == 1 and "Bearer secret" in server.request_heads[0]
    other = read_text_source("https://vectors.example.org", "", lambda: False)
    assert other != read_text_source("https://vectors.example.org")
    with pytest.raises(BackendError, match=re.escape(ONLINE_OFF)):
        other.open(tmp_path).encode(["jumps"])


@pytest.mark.parametrize("choice", ["", "missing.npz", "ftp://example.org", "/no/such/folder"])
def test_a_choice_that_is_not_there_is_refused(choice: str) -> None:
    with pytest.raises(RequestError, match="is no text encoder"):
        read_text_source(choice)
