# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py load``: many clients on ``kinescribe serve`` and on a Ray cluster; what they got, and how fast."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..env.console import CommandError, say, table
from ..env.environments import ROOT, ensure
from ..testing.working_tree import module_command

CLIENTS = 32
MOTION_SECONDS = 4.0
_PROMPTS = ("a person walks forward", "a person jumps", "a person turns left on the spot", "a person dances")

# what the server chooses itself, and for one request at a time also products shared out over all processors
_ALL = {"OPENBLAS_NUM_THREADS": str(os.cpu_count() or 1)}
_ARRANGEMENTS: dict[str, tuple[str, int, dict[str, str]]] = {
    "batch_1": ("one request at a time", 1, {}),
    "batch_1_all_processors": ("the same, products on all processors", 1, _ALL),
    "batch_8": ("up to 8 in one pass", 8, {}),
}


@dataclass
class Tally:
    """What the clients of one run saw. ``seconds``: of each answered request."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    wrong: int = 0
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Motions a second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    def percentile(self, share: float) -> float:
        """Seconds within which that share of the requests was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    def as_dict(self) -> dict[str, Any]:
        """For the report."""
        return {
            "requests": len(self.seconds), "errors": len(self.errors), "wrong": self.wrong,
            "motions_a_second": round(self.rate, 2), "median_s": round(self.percentile(0.5), 2),
            "p95_s": round(self.percentile(0.95), 2), "first_errors": sorted(set(self.errors))[:3],
        }  # fmt: skip


def load(out: Path, seconds: float, clients: int = CLIENTS) -> int:
    """Unbatched and batched serving side by side; 0 when every request of every client was answered rightly."""
    out.mkdir(parents=True, exist_ok=True)
    python = ensure("unit")
    found: dict[str, Any] = {"clients": clients, "seconds": seconds, "motion_seconds": MOTION_SECONDS}
    rows = []
    for key, (name, batch, extra) in _ARRANGEMENTS.items():
        with _serving(python, batch, extra) as url:
            tally = press(url, "kinescribe-embedded", seconds, clients)
        found[key] = tally.as_dict()
        rows.append([name, *_cells(tally)])
    one = max(found[key]["motions_a_second"] for key in _ARRANGEMENTS if key != "batch_8")
    found["ratio"] = round(found["batch_8"]["motions_a_second"] / one, 2) if one else 0.0
    heads = [f"{clients} clients on `kinescribe serve`", "motions", "errors", "motions/s", "median", "95 %"]
    say(table(heads, rows))
    say(f"batched is {found['ratio']} times as fast as the faster of the unbatched")
    (out / "load.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if not any(found[key][k] for key in _ARRANGEMENTS for k in ("errors", "wrong")) else 1


def _cells(tally: Tally) -> list[str]:
    return [
        str(len(tally.seconds)), str(len(tally.errors) + tally.wrong), f"{tally.rate:.1f}",
        f"{tally.percentile(0.5):.2f} s", f"{tally.percentile(0.95):.2f} s",
    ]  # fmt: skip


@contextmanager
def _serving(python: Path, batch: int, extra: dict[str, str]) -> Iterator[str]:
    command = module_command(python, "inference.cli", "serve", "--port", 0, "--batch", batch, "--watch-stdin")
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | extra
    )
    assert process.stdin and process.stdout
    try:
        line = process.stdout.readline()
        if not line:
            raise CommandError("kinescribe serve ended before it listened")
        # its log has to be read, or it would wait for somebody who does
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield json.loads(line)["url"]
    finally:
        process.stdin.close()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def press(url: str, model: str, seconds: float, clients: int, during: Any = None) -> Tally:
    """``clients`` ask without a pause for ``seconds``; each answer is looked at. ``during()`` runs meanwhile."""
    with urllib.request.urlopen(url + "/capabilities", timeout=60) as answer:
        stated = next(m for m in json.load(answer)["models"] if m["id"] == model)
    bodies = [_body(stated, prompt, seed) for prompt in _PROMPTS for seed in range(8)]
    _ask(url, bodies[0])  # warm
    tally, lock = Tally(), threading.Lock()
    began = time.monotonic()
    until = began + seconds

    def client(number: int) -> None:
        turn = number
        while time.monotonic() < until:
            start = time.monotonic()
            try:
                frames = _ask(url, bodies[turn % len(bodies)])
            except (OSError, ValueError, KeyError) as error:
                with lock:
                    tally.errors.append(f"{type(error).__name__}: {error}"[:200])
                time.sleep(0.2)
            else:
                with lock:
                    tally.seconds.append(time.monotonic() - start)
                    tally.wrong += frames != round(30 * MOTION_SECONDS)
            turn += clients

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    if during is not None:
        during()
    for thread in threads:
        thread.join()
    tally.elapsed = time.monotonic() - began
    return tally


def _body(model: dict[str, Any], prompt: str, seed: int) -> bytes:
    frames = round(30 * MOTION_SECONDS)
    return json.dumps({
        "protocol_version": "1.4", "model": model["id"], "skeleton": model["canonical_skeleton"],
        "segments": [{"type": "text", "prompt": prompt, "duration_frames": frames}],
        "timing": {"fps": 30.0}, "options": {"seed": seed},
    }).encode()  # fmt: skip


def _ask(url: str, body: bytes) -> int:
    """Frames of the answer."""
    request = urllib.request.Request(url + "/generate", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            document = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            raise OSError(f"HTTP {error.code} {error.read(300)!r}") from None
    return int(document["extensions"]["MMCP_motion"]["samples"][0]["num_frames"])


def scale(out: Path, seconds: float, clients: int = CLIENTS) -> int:
    """A Ray cluster of two nodes on this machine; one replica is killed under load. 0 when nothing was lost."""
    out.mkdir(parents=True, exist_ok=True)
    target = out / "scale.json"
    target.unlink(missing_ok=True)
    command = [
        str(ensure("ray")),
        "-m",
        "devtools.bench.ray_cluster",
        str(target),
        str(seconds),
        str(clients),
    ]
    environment = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, timeout=seconds * 3 + 400, check=False)
    if done.returncode or not target.exists():
        raise CommandError(f"the cluster's run failed with status {done.returncode}")
    found = json.loads(target.read_text(encoding="utf-8"))
    rows = []
    for run in found["runs"]:
        rate, replicas = run["motions_a_second"], run["replicas"]
        lost = str(run["errors"] + run["wrong"])
        rows.append([f"{replicas} replica(s){run['what']}", str(run["requests"]), lost, f"{rate:.1f}",
                     f"{rate / replicas:.1f}"])  # fmt: skip
    say(table(["Ray Serve, two nodes", "motions", "lost", "motions/s", "a replica"], rows))
    return 0 if not any(r["errors"] or r["wrong"] for r in found["runs"]) else 1
