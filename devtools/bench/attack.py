# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py attack``: attack ``kinescribe serve`` on loopback while an innocent client goes on asking.

The attacker has an address of its own, as another machine has: clients share the server by their addresses. Where the
system has one loopback address only (macOS), both use it, and the times say nothing about fairness.

Each attack is bounded in time, and repeated until the innocent client has sent enough requests for a median. Measured
are that client's failures and times, beside its times just before and after, the server's peak memory, and the
processes that are left at the end.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..env.console import CommandError, markdown_table, print_line
from ..env.environments import ROOT, ensure_environment
from ..testing.working_tree import module_command

MAX_MEGABYTES = 1500.0
MAX_SLOWDOWN = 2.0

SUSTAINED_SECONDS = 12.0

MIN_REQUESTS = 24
"""Requests of the innocent client during an attack, and half as many before it and after it."""

MAX_SECONDS = 60.0
"""An attack is not begun again later than this, on a machine that is slow at this moment."""

ATTACKER = "127.0.0.2"

_PAUSE_SECONDS = 0.1


class Target:
    """The server under attack: how to send requests to it."""

    def __init__(self, url: str, token: str, source: str = "") -> None:
        """Connect from the address ``source``; empty: the system's choice."""
        self.token = token
        self.host, self.port = urlsplit(url).hostname, urlsplit(url).port
        self.url = url
        self._source = (source, 0) if source else None
        self.model: dict[str, Any] = self.send("GET", "/capabilities")[1]["models"][0]

    def send(self, *arguments: Any, **options: Any) -> tuple[int, Any]:
        """Send a request as :meth:`exchange` does; return status and decoded body."""
        status, _, content = self.exchange(*arguments, **options)
        return status, content

    def exchange(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        seconds: float = 60.0,
    ) -> tuple[int, Any, Any]:
        """Send a request with the token; return status, headers and decoded body.

        Raises ``OSError`` or ``HTTPException``.

        Parameters
        ----------
        method, path : str
            What is asked.
        body : object, optional
            Sent as JSON; bytes are sent as they are.
        headers : dict, optional
            Replace or add to those that are sent.
        seconds : float
            Time limit.
        """
        connection = http.client.HTTPConnection(
            self.host, self.port, timeout=seconds, source_address=self._source
        )
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | (headers or {})
        try:
            connection.request(method, path, raw, sent)
            response = connection.getresponse()
            content: Any = response.read()
            with suppress(ValueError):
                content = json.loads(content)
            return response.status, response.headers, content
        finally:
            connection.close()

    def make_body(self, frames: Any = 60, **more: Any) -> dict[str, Any]:
        """Return the body of a generation of two seconds, with further entries."""
        text = {"type": "text", "prompt": "a person walks forward", "duration_frames": frames}
        return {
            "protocol_version": "1.4", "model": self.model["id"], "skeleton": self.model["canonical_skeleton"],
            "segments": [text], **more,
        }  # fmt: skip

    def connect(self) -> socket.socket:
        """Return an open connection."""
        return socket.create_connection((self.host, self.port), 10, self._source)


def attack_with_work(target: Target) -> None:
    """Ask for more work than one request may state, then hang up."""
    for frames, timing, options in (
        (60_000, {"fps": 1000.0}, {"num_samples": 8}),
        (1800, {"fps": 30.0}, {"num_samples": 8, "diffusion_steps": 500}),
        (10**18, {"fps": 30.0}, {}),
    ):
        with suppress(OSError, http.client.HTTPException):
            target.send(
                "POST", "/generate", target.make_body(frames, timing=timing, options=options), seconds=2.0
            )


def attack_with_allowed_work(target: Target) -> None:
    """Ask four times for as much as a request may state: many frames, and many samples."""
    bodies = [
        target.make_body(14_400, timing={"fps": 240.0}, options={"num_samples": 2}),
        target.make_body(1800, timing={"fps": 30.0}, options={"num_samples": 8}),
    ]
    _send_at_once(target, bodies * 2, SUSTAINED_SECONDS)


def attack_with_large_bodies(target: Target) -> None:
    """Send bodies of nearly 8 MB: two that are refused when they are read, and two with 4,000 poses."""
    identity = {joint["name"]: [0, 0, 0, 1] for joint in target.model["canonical_skeleton"]["joints"]}
    poses = [
        {"type": "pose_keyframe", "frame": k % 60, "joint_rotations": identity, "fill_mode": "rest"}
        for k in range(4000)
    ]
    nested = b"[" * 4_000_000 + b"]" * 4_000_000
    end = time.monotonic() + SUSTAINED_SECONDS
    while time.monotonic() < end:
        _send_at_once(target, [nested, target.make_body(constraints=poses)] * 2, SUSTAINED_SECONDS)


def attack_with_numbers(target: Target) -> None:
    """Send guidance that is no finite number, and integers that no float can hold."""
    end = time.monotonic() + SUSTAINED_SECONDS / 2
    while time.monotonic() < end:
        for weight in (float("nan"), 1e308):
            options = {"guidance": {"type": "regular", "weight": [weight]}}
            target.send("POST", "/generate", target.make_body(options=options))
        target.send("POST", "/generate", target.make_body(10**400))


def attack_with_spaces(target: Target) -> None:
    """Send prompts that are mostly spaces."""
    end = time.monotonic() + SUSTAINED_SECONDS
    while time.monotonic() < end:
        body = target.make_body(15)
        body["segments"][0]["prompt"] = "walks" + " " * 990 + "then"
        target.send("POST", "/generate", body)


def attack_with_idle_connections(target: Target) -> None:
    """Hold a thousand connections open, half of them within a header."""
    held: list[socket.socket] = []
    try:
        for number in range(1000):
            with suppress(OSError):
                held.append(target.connect())
                if number % 2:
                    held[-1].sendall(b"GET /health HTTP/1.1\r\nX-Slow: ")
        time.sleep(5.0)
    finally:
        for connection in held:
            connection.close()


def attack_with_large_head(target: Target) -> None:
    """Send a header of 60 MB without a token."""
    with suppress(OSError), target.connect() as connection:
        connection.sendall(b"POST /generate HTTP/1.1\r\n")
        for _ in range(600):
            connection.sendall(b"X-Large: " + b"x" * 100_000)


def attack_with_jobs(target: Target) -> None:
    """Start 300 jobs and fetch none; cancel those that still wait ten seconds later."""
    body = target.make_body(15)
    locations = []
    end = time.monotonic() + 2 * SUSTAINED_SECONDS
    for _ in range(300):
        if time.monotonic() > end:
            break
        status, headers, _ = target.exchange("POST", "/generate", body, {"Prefer": "respond-async"})
        if status == 202:
            locations.append(headers["Location"])
        else:
            time.sleep(0.05)
    time.sleep(10.0)
    end = time.monotonic() + SUSTAINED_SECONDS
    for location in locations:
        if time.monotonic() < end:
            target.send("DELETE", location)


def attack_with_wrong_tokens(target: Target) -> None:
    """Guess tokens for three seconds."""
    end = time.monotonic() + 3.0
    while time.monotonic() < end:
        target.send("GET", "/capabilities", headers={"Authorization": f"Bearer {secrets.token_hex(8)}"})


def attack_from_web_page(target: Target) -> None:
    """Send what a page in a browser can send. Raises CommandError if the server answers it."""
    end = time.monotonic() + SUSTAINED_SECONDS / 2
    while time.monotonic() < end:
        for headers in (
            {"Origin": "https://evil.example"},
            {"Host": "evil.example"},
            {"Content-Type": "text/plain"},
        ):
            status, _ = target.send("POST", "/generate", target.make_body(15), headers)
            if status < 400:
                raise CommandError(f"the server answered a web page: {headers}")


def attack_with_small_requests(target: Target) -> None:
    """Ask for the capabilities and for a job that does not exist, on eight connections without a pause."""
    end = time.monotonic() + SUSTAINED_SECONDS / 2

    def send(number: int) -> None:
        while time.monotonic() < end:
            target.send("GET", "/jobs/none" if number % 2 else "/capabilities")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))


def attack_with_queue(target: Target) -> None:
    """Keep 64 connections of one client busy: each asks again as soon as it has its answer."""
    end = time.monotonic() + SUSTAINED_SECONDS

    def send(_: int) -> None:
        while time.monotonic() < end:
            with suppress(OSError, http.client.HTTPException):
                target.send("POST", "/generate", target.make_body(120), seconds=SUSTAINED_SECONDS)

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(send, range(64)))


def attack_with_full_queue(target: Target) -> None:
    """Send 400 requests at once, more than the queue and a client's connections hold, and hang up."""
    _send_at_once(target, [target.make_body(120)] * 400, 6.0)


def _send_at_once(target: Target, bodies: list[Any], seconds: float) -> None:
    def send(body: Any) -> None:
        with suppress(OSError, http.client.HTTPException):
            target.send("POST", "/generate", body, seconds=seconds)

    with ThreadPoolExecutor(len(bodies)) as pool:
        list(pool.map(send, bodies))


ATTACKS: dict[str, Callable[[Target], None]] = {
    "work of one request": attack_with_work,
    "work that is allowed": attack_with_allowed_work,
    "bodies of 8 MB": attack_with_large_bodies,
    "numbers": attack_with_numbers,
    "spaces": attack_with_spaces,
    "1,000 idle connections": attack_with_idle_connections,
    "a head of 60 MB": attack_with_large_head,
    "300 jobs": attack_with_jobs,
    "wrong tokens": attack_with_wrong_tokens,
    "a web page": attack_from_web_page,
    "small requests": attack_with_small_requests,
    "64 busy connections": attack_with_queue,
    "400 requests at once": attack_with_full_queue,
}


def run_attacks(out: Path, names: Sequence[str] = tuple(ATTACKS)) -> int:
    """Run attacks, print a table and write ``attack.json``. Returns 0 if the server withstood all of them."""
    out.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(24)
    command = module_command(ensure_environment("unit"), "inference.cli", "serve", "--port", 0)
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"KINESCRIBE_TOKEN": token}
    )
    assert process.stdout
    try:
        target = Target(json.loads(process.stdout.readline())["url"], token)
        threading.Thread(target=process.stdout.read, daemon=True).start()
        target.send("POST", "/generate", target.make_body())
        source = ATTACKER if _can_connect_from(ATTACKER) else ""
        rows = []
        for name in names:
            rows.append({"attack": name, **_measure_attack(name, target, source)})
        peak = _read_peak_megabytes(process.pid)
        children = _list_children(process.pid)
        process.send_signal(signal.SIGTERM)
        exit_code = process.wait(60)
    finally:
        process.kill()
        process.wait()
    left = [child for child in children if Path(f"/proc/{child}").exists()]
    report = {
        "usual_median_s": statistics.median(row["usual_s"] for row in rows), "attacks": rows, "peak_mb": peak,
        "exit_code": exit_code, "processes_left": len(left),
    }  # fmt: skip
    (out / "attack.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    cells = [
        [
            row["attack"],
            str(row["answered"]),
            str(row["failed"]),
            f"{row['usual_s']:.2f} s",
            f"{row['median_s']:.2f} s",
            f"{row['longest_s']:.2f} s",
            f"{row['slowdown']:.1f} x",
        ]
        for row in rows
    ]
    print_line(
        markdown_table(["attack", "answered", "failed", "usual", "median", "longest", "to usual"], cells)
    )
    memory = "not known" if peak is None else f"{peak:.0f} MB"
    print_line(f"usual median {report['usual_median_s']:.2f} s; peak memory {memory}; exit {exit_code}")
    print_line(f"{len(left)} processes left")
    is_withstood = (
        not any(row["failed"] or row["slowdown"] > MAX_SLOWDOWN for row in rows)
        and not left
        and exit_code == 0
    )
    return 0 if is_withstood and (peak is None or peak < MAX_MEGABYTES) else 1


@contextmanager
def _start_attacker(name: str, target: Target, source: str) -> Iterator[subprocess.Popen[str]]:
    """Context manager: a process that attacks, so that it does not slow the innocent client's own process."""
    command = [sys.executable, "-m", __name__, name, target.url, source]
    environment = os.environ | {"KINESCRIBE_TOKEN": target.token}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    assert process.stdout
    try:
        process.stdout.readline()  # it is ready
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _attack(name: str, url: str, source: str) -> None:
    """Attack; run by :func:`_start_attacker`."""
    target = Target(url, os.environ["KINESCRIBE_TOKEN"], source)
    print_line("ready")
    ATTACKS[name](target)


def _measure_attack(name: str, target: Target, source: str) -> dict[str, Any]:
    """Attack until the innocent client has sent enough requests; return its failures and times.

    The machine's other load changes: the times are compared with those just before and after.
    """
    usual = _send_requests(target, MIN_REQUESTS // 2)
    attacked: list[tuple[bool, float]] = []
    began = time.monotonic()
    while len(attacked) < MIN_REQUESTS and time.monotonic() < began + MAX_SECONDS:
        with _start_attacker(name, target, source) as attacker:
            attacked += _send_requests_until(target, lambda attacker=attacker: attacker.poll() is not None)
            if attacker.wait(150):
                raise CommandError(f"the attack with {name} failed")
    _wait_for_idle_server(target)
    usual += _send_requests(target, MIN_REQUESTS // 2)
    seconds = [taken for _, taken in attacked]
    usual_median, median = statistics.median(taken for _, taken in usual), statistics.median(seconds)
    answered = sum(is_answered for is_answered, _ in attacked)
    return {
        "answered": answered, "failed": len(attacked) - answered, "median_s": median, "longest_s": max(seconds),
        "usual_s": usual_median, "slowdown": median / usual_median,
    }  # fmt: skip


def _send_requests(target: Target, count: int) -> list[tuple[bool, float]]:
    """Send requests of an innocent client one after another, as :func:`_send_requests_until` does."""
    left = iter(range(count - 1))
    return _send_requests_until(target, lambda: next(left, None) is None)


def _send_requests_until(target: Target, is_over: Callable[[], bool]) -> list[tuple[bool, float]]:
    """Send one request after another; return of each whether it was answered, and its seconds."""
    outcomes = []
    body = target.make_body()
    while True:
        start = time.monotonic()
        try:
            status, _ = target.send("POST", "/generate", body)
        except (OSError, http.client.HTTPException):
            status = 0
        outcomes.append((status == 200, time.monotonic() - start))
        if is_over():
            return outcomes
        time.sleep(_PAUSE_SECONDS)


def _can_connect_from(address: str) -> bool:
    with suppress(OSError), socket.socket() as own:
        own.bind((address, 0))
        return True
    return False


def _wait_for_idle_server(target: Target) -> None:
    """Wait until nothing of the last attack is left to compute."""
    end = time.monotonic() + 60.0
    while time.monotonic() < end:
        health = target.send("GET", "/health")[1]
        if not (health["queued"] or health["running"]):
            return
        time.sleep(0.1)


def _read_peak_megabytes(process_id: int) -> float | None:
    status = Path(f"/proc/{process_id}/status")
    if not status.exists():
        return None
    lines = [line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM")]
    return float(lines[0].split()[1]) / 1e3 if lines else None


def _list_children(process_id: int) -> list[int]:
    children = Path(f"/proc/{process_id}/task/{process_id}/children")
    return [int(child) for child in children.read_text(encoding="utf-8").split()] if children.exists() else []


if __name__ == "__main__":
    _attack(*sys.argv[1:])
