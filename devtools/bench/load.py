# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py load``: many clients on ``kinescribe serve`` and on a Ray cluster: speed and failures."""

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

from ..env.console import CommandError, markdown_table, print_line
from ..env.environments import ROOT, ensure_environment
from ..testing.working_tree import module_command

CLIENT_COUNT = 32
MOTION_SECONDS = 4.0
_PROMPTS = ("a person walks forward", "a person jumps", "a person turns left on the spot", "a person dances")

# the server's own choice of threads; for one request at a time also matrix products on all processors
_ALL_PROCESSORS = {"OPENBLAS_NUM_THREADS": str(os.cpu_count() or 1)}
_SERVER_SETUPS: dict[str, tuple[str, int, dict[str, str]]] = {
    "batch_1": ("one request at a time", 1, {}),
    "batch_1_all_processors": ("the same, products on all processors", 1, _ALL_PROCESSORS),
    "batch_8": ("up to 8 in one pass", 8, {}),
}


@dataclass
class ClientResult:
    """Responses that the clients of one run received.

    Attributes
    ----------
    response_seconds : list of float
        Duration of each successful request.
    errors : list of str
        Messages of failed requests.
    wrong_lengths : int
        Motions that did not have the requested number of frames.
    elapsed_seconds : float
        Duration of the run.
    """

    response_seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    wrong_lengths: int = 0
    elapsed_seconds: float = 0.0

    @property
    def motions_per_second(self) -> float:
        """Motions per second."""
        return len(self.response_seconds) / self.elapsed_seconds if self.elapsed_seconds else 0.0

    def response_percentile(self, fraction: float) -> float:
        """Return the seconds within which a fraction of the requests was answered."""
        ordered = sorted(self.response_seconds)
        return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))] if ordered else float("nan")

    def as_dict(self) -> dict[str, Any]:
        """Return the figures of the report."""
        return {
            "requests": len(self.response_seconds), "errors": len(self.errors), "wrong": self.wrong_lengths,
            "motions_a_second": round(self.motions_per_second, 2), "median_s": round(self.response_percentile(0.5), 2),
            "p95_s": round(self.response_percentile(0.95), 2), "first_errors": sorted(set(self.errors))[:3],
        }  # fmt: skip


def measure_load(out: Path, seconds: float, client_count: int = CLIENT_COUNT) -> int:
    """Measure the server without and with batches; return 0 if every request got the right motion."""
    out.mkdir(parents=True, exist_ok=True)
    python = ensure_environment("unit")
    results: dict[str, Any] = {"clients": client_count, "seconds": seconds, "motion_seconds": MOTION_SECONDS}
    rows = []
    for key, (name, batch_size, variables) in _SERVER_SETUPS.items():
        with _running_server(python, batch_size, variables) as url:
            result = run_clients(url, "kinescribe-embedded", seconds, client_count)
        results[key] = result.as_dict()
        rows.append([name, *_table_cells(result)])
    unbatched_rate = max(results[key]["motions_a_second"] for key in _SERVER_SETUPS if key != "batch_8")
    results["ratio"] = (
        round(results["batch_8"]["motions_a_second"] / unbatched_rate, 2) if unbatched_rate else 0.0
    )
    headings = [
        f"{client_count} clients on `kinescribe serve`",
        "motions",
        "errors",
        "motions/s",
        "median",
        "95 %",
    ]
    print_line(markdown_table(headings, rows))
    print_line(f"batched is {results['ratio']} times as fast as the faster of the unbatched")
    (out / "load.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0 if not any(results[key][k] for key in _SERVER_SETUPS for k in ("errors", "wrong")) else 1


def _table_cells(result: ClientResult) -> list[str]:
    return [
        str(len(result.response_seconds)), str(len(result.errors) + result.wrong_lengths),
        f"{result.motions_per_second:.1f}",
        f"{result.response_percentile(0.5):.2f} s", f"{result.response_percentile(0.95):.2f} s",
    ]  # fmt: skip


@contextmanager
def _running_server(python: Path, batch_size: int, variables: dict[str, str]) -> Iterator[str]:
    command = module_command(
        python, "inference.cli", "serve", "--port", 0, "--batch", batch_size, "--watch-stdin"
    )
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | variables
    )
    assert process.stdin and process.stdout
    try:
        line = process.stdout.readline()
        if not line:
            raise CommandError("kinescribe serve ended before it listened")
        # its log has to be read, or the server would block once the pipe is full
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield json.loads(line)["url"]
    finally:
        process.stdin.close()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run_clients(
    url: str, model: str, seconds: float, client_count: int, meanwhile: Any = None
) -> ClientResult:
    """Send requests from ``client_count`` threads without a pause and check each response.

    Parameters
    ----------
    url : str
        Address of the server.
    model : str
        Id of the model.
    seconds : float
        Length of the run.
    client_count : int
        Number of threads.
    meanwhile : callable, optional
        Called once while the requests run.
    """
    with urllib.request.urlopen(url + "/capabilities", timeout=60) as response:
        model_capabilities = next(m for m in json.load(response)["models"] if m["id"] == model)
    bodies = [_request_body(model_capabilities, prompt, seed) for prompt in _PROMPTS for seed in range(8)]
    _request_motion(url, bodies[0])  # the first request loads the weights
    result, lock = ClientResult(), threading.Lock()
    started = time.monotonic()
    end = started + seconds

    def client(number: int) -> None:
        index = number
        while time.monotonic() < end:
            start = time.monotonic()
            try:
                frames = _request_motion(url, bodies[index % len(bodies)])
            except (OSError, ValueError, KeyError) as error:
                with lock:
                    result.errors.append(f"{type(error).__name__}: {error}"[:200])
                time.sleep(0.2)
            else:
                with lock:
                    result.response_seconds.append(time.monotonic() - start)
                    result.wrong_lengths += frames != round(30 * MOTION_SECONDS)
            index += client_count

    threads = [threading.Thread(target=client, args=(n,)) for n in range(client_count)]
    for thread in threads:
        thread.start()
    if meanwhile is not None:
        meanwhile()
    for thread in threads:
        thread.join()
    result.elapsed_seconds = time.monotonic() - started
    return result


def _request_body(model: dict[str, Any], prompt: str, seed: int) -> bytes:
    frames = round(30 * MOTION_SECONDS)
    return json.dumps({
        "protocol_version": "1.4", "model": model["id"], "skeleton": model["canonical_skeleton"],
        "segments": [{"type": "text", "prompt": prompt, "duration_frames": frames}],
        "timing": {"fps": 30.0}, "options": {"seed": seed},
    }).encode()  # fmt: skip


def _request_motion(url: str, body: bytes) -> int:
    """Request a motion and return its number of frames. Raises OSError if the server reports an error."""
    request = urllib.request.Request(url + "/generate", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            document = json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            raise OSError(f"HTTP {error.code} {error.read(300)!r}") from None
    return int(document["extensions"]["MMCP_motion"]["samples"][0]["num_frames"])


def try_ray_faults(out: Path) -> int:
    """Try what docs/ray.yaml promises on a cluster of two nodes on this machine; return 0 if all of it holds."""
    outcomes = _run_on_ray("ray_faults", out / "faults.json", [], 900.0)
    print_line(
        markdown_table(["Ray Serve, two nodes", "holds"], [[name, what] for name, what in outcomes.items()])
    )
    return 0 if not any(what.startswith("no: ") for what in outcomes.values()) else 1


def _run_on_ray(module: str, target: Path, arguments: list[str], seconds: float) -> Any:
    """Run a module of this folder in the environment ``ray``; return what it writes. Raises CommandError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    command = [str(ensure_environment("ray")), "-m", f"devtools.bench.{module}", str(target), *arguments]
    environment = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT)}
    process = subprocess.run(command, cwd=ROOT, env=environment, timeout=seconds, check=False)
    if process.returncode or not target.exists():
        raise CommandError(f"the cluster's run failed with status {process.returncode}")
    return json.loads(target.read_text(encoding="utf-8"))


def measure_ray_cluster(out: Path, seconds: float, client_count: int = CLIENT_COUNT) -> int:
    """Measure a Ray cluster of two nodes on this machine; return 0 if no request was lost.

    One replica is killed during the last run."""
    figures = _run_on_ray(
        "ray_cluster", out / "scale.json", [str(seconds), str(client_count)], seconds * 3 + 400
    )
    rows = []
    for run in figures["runs"]:
        rate, replicas = run["motions_a_second"], run["replicas"]
        lost = str(run["errors"] + run["wrong"])
        rows.append([f"{replicas} replica(s){run['what']}", str(run["requests"]), lost, f"{rate:.1f}",
                     f"{rate / replicas:.1f}"])  # fmt: skip
    print_line(markdown_table(["Ray Serve, two nodes", "motions", "lost", "motions/s", "a replica"], rows))
    return 0 if not any(r["errors"] or r["wrong"] for r in figures["runs"]) else 1
