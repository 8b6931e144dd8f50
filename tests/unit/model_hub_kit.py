# SPDX-License-Identifier: GPL-3.0-or-later
"""A model hub on this machine: lists and sends files as the real one does, or as a bad network does."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from kinescribe.inference.models.transfer import Hub

COMMIT = "c0ffee" + "0" * 34


@dataclass
class FakeHub:
    """What the hub has and how it behaves; tests change it between requests.

    Attributes
    ----------
    repository : owner and name
    files : content by path; those that end in .safetensors are in Git LFS
    replaced : content that is sent in place of what is listed
    headers : headers of each request that came, by path
    redirects : where files are redirected to; "{path}" is replaced
    cut_after : bytes after which a body ends, by how often the file was asked for; empty: never
    ignore_ranges, wrong_ranges, refuse_ranges : kinds of faults
    weak_tags : send entity tags that can't be used
    portal : answer everything with a web page
    statuses : status by the beginning of a path
    seconds_per_chunk : how slow bodies are
    listing : what is sent in place of the list
    """

    repository: str
    files: dict[str, bytes]
    replaced: dict[str, bytes] = field(default_factory=dict)
    headers: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    redirects: str = ""
    cut_after: list[int] = field(default_factory=list)
    ignore_ranges: bool = False
    wrong_ranges: bool = False
    refuse_ranges: bool = False
    weak_tags: bool = False
    portal: bool = False
    statuses: dict[str, int] = field(default_factory=dict)
    seconds_per_chunk: float = 0.0
    listing: bytes | None = None
    address: str = ""

    def hub(self, patience: float = 20.0) -> Hub:
        """Return the address as downloads take it."""
        return Hub(self.address, hosts=(), patience=patience)

    def asked(self, name: str) -> list[dict[str, str]]:
        """Return the headers of the requests for a file."""
        return [headers for path, headers in self.headers if path.endswith(name)]

    def list_files(self) -> bytes:
        if self.listing is not None:
            return self.listing
        siblings: list[dict[str, Any]] = []
        for path, content in self.files.items():
            entry: dict[str, Any] = {"rfilename": path, "size": len(content)}
            if path.endswith((".safetensors", ".onnx.gz")):
                entry["blobId"] = "0" * 40
                entry["lfs"] = {
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                    "pointerSize": 130,
                }
            else:
                entry["blobId"] = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            siblings.append(entry)
        return json.dumps({"id": self.repository, "sha": COMMIT, "siblings": siblings}).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeHub

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        fake, path = self.fake, unquote(urlsplit(self.path).path)
        fake.headers.append((path, {k.lower(): v for k, v in self.headers.items()}))
        status = next((s for start, s in fake.statuses.items() if path.startswith(start)), 200)
        if status != 200:
            self._send(status, b"no", "text/plain")
        elif fake.portal:
            self._send(200, b"<html>Welcome to the hotel</html>", "text/html; charset=utf-8")
        elif path == f"/api/models/{fake.repository}/revision/main":
            self._send(200, fake.list_files(), "application/json")
        elif path.startswith(f"/{fake.repository}/resolve/{COMMIT}/") and fake.redirects:
            location = fake.redirects.replace("{path}", path.partition(f"/{COMMIT}/")[2])
            self.send_response(302)
            self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            name = path.partition(f"/{COMMIT}/")[2] or path.partition("/cdn/")[2]
            content = fake.replaced.get(name, fake.files.get(name))
            if content is None:
                self._send(404, b"no", "text/plain")
            else:
                self._send_file(name, content)

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _send_file(self, name: str, content: bytes) -> None:
        fake = self.fake
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        headers = {"ETag": f"W/{tag}" if fake.weak_tags else tag, "Accept-Ranges": "bytes"}
        start, wanted = 0, self.headers.get("Range")
        if wanted and fake.refuse_ranges:
            self._send(416, b"", "text/plain", {"Content-Range": f"bytes */{len(content)}"})
            return
        if wanted and not fake.ignore_ranges and self.headers.get("If-Range", tag) == tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            shown = start - 1 if fake.wrong_ranges else start
            headers["Content-Range"] = f"bytes {shown}-{len(content) - 1}/{len(content)}"
        body = content[start:]
        self.send_response(206 if "Content-Range" in headers else 200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        count = len(fake.asked(name)) - 1
        cut = fake.cut_after[count] if count < len(fake.cut_after) else len(body)
        for first in range(0, min(cut, len(body)), 20_000):
            time.sleep(fake.seconds_per_chunk)
            self.wfile.write(body[first : min(first + 20_000, cut)])
            self.wfile.flush()
        if cut < len(body):
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about connections that the client has closed."""


@contextmanager
def running_hub(repository: str, files: dict[str, bytes]) -> Iterator[FakeHub]:
    """Context manager: serve a repository on a free port of this machine."""
    fake = FakeHub(repository, files)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def read_folder(folder: Any) -> dict[str, bytes]:
    """Return the content of all files below a folder, by path with slashes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
