# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by ``dev.py load --ray --faults`` in the environment ``ray``: what docs/ray.yaml promises, tried on two nodes."""

from __future__ import annotations

import importlib
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..env.environments import ROOT
from ..testing.working_tree import load_working_tree
from .ray_cluster import find_replica, link_package_folder, running_cluster

PORT = 8265 + 301
TOKEN_VARIABLE = "KINESCRIBE_TOKEN"
URL = f"http://127.0.0.1:{PORT}"


def main(target: Path) -> None:
    """Try everything and write what came of it, by name, to ``target``."""
    load_working_tree()
    module = importlib.import_module("kinescribe.inference.serve.ray_app")
    token = secrets.token_urlsafe(24)
    outcomes: dict[str, str] = {}

    def check(name: str, test: Callable[[], str]) -> None:
        try:
            outcomes[name] = test() or "yes"
        except Exception as error:
            outcomes[name] = f"no: {type(error).__name__}: {error}"[:300]

    check("no token is refused", lambda: _expect_refusal(module, {}))
    check(
        "a short token is refused",
        lambda: _expect_refusal(module, {"token_file": _write_token(target, "short")}),
    )
    # as where `ray start` runs: its processes have the environment of the machine, and not that of `serve run`
    os.environ[TOKEN_VARIABLE] = token
    os.environ["PYTHONPATH"] = os.pathsep.join([str(link_package_folder()), os.environ.get("PYTHONPATH", "")])
    with running_cluster(PORT) as (ray, _):
        check("`serve run docs/ray.yaml` deploys", lambda: _deploy_file(ray, target))
        body = _make_body(token)
        check("requests without the token get 401", lambda: _expect_status(_ask("GET", "/capabilities"), 401))
        check("a motion is made", lambda: _expect_status(_ask("POST", "/generate", token, body), 200))
        check(
            "steps of a job are shown", lambda: _follow_steps(token, _make_body(token, 1800, num_samples=8))
        )
        check("cancelling a job frees the replica", lambda: _cancel_job(token))
        check("a job survives the loss of an ingress", lambda: _lose_ingress(ray, token, body))
        check(
            "requests go on after that", lambda: _expect_status(_ask("POST", "/generate", token, body), 200)
        )
    target.write_text(json.dumps(outcomes, indent=1) + "\n", encoding="utf-8")


def _deploy_file(ray: Any, target: Path) -> str:
    """Deploy docs/ray.yaml as it is, but for its port, with Ray's own command."""
    text = (ROOT / "docs" / "ray.yaml").read_text(encoding="utf-8")
    written = target.with_suffix(".yaml")
    written.write_text(text.replace("port: 8000", f"port: {PORT}"), encoding="utf-8")
    command = [Path(sys.executable).with_name("serve"), "run", "--non-blocking", written]
    variables = os.environ | {"RAY_ADDRESS": ray.get_runtime_context().gcs_address}
    del variables[TOKEN_VARIABLE]
    subprocess.run([str(part) for part in command], env=variables, check=True, timeout=180)
    end = time.monotonic() + 120
    while _ask("GET", "/capabilities")[0] != 401:
        if time.monotonic() > end:
            raise RuntimeError("the application does not answer")
        time.sleep(0.5)
    return "yes"


def _expect_refusal(module: Any, arguments: dict[str, str]) -> str:
    try:
        module.build_application(arguments)
    except ValueError as error:
        return str(error)
    except Exception as error:
        if type(error).__name__ == "RequestError":
            return str(error)
        raise
    raise RuntimeError("the application was built")


def _write_token(target: Path, token: str) -> str:
    path = target.with_suffix(".token")
    path.write_text(token, encoding="utf-8")
    return str(path)


def _ask(
    method: str, path: str, token: str = "", body: Any = None, **headers: str
) -> tuple[int, Any, dict[str, str]]:
    """Return status, decoded body and headers."""
    sent = {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
    if token:
        sent["Authorization"] = f"Bearer {token}"
    raw = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, raw, sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            content = response.read()
            return response.status, json.loads(content) if content else None, dict(response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8", "replace")[:200], dict(error.headers)


def _expect_status(answer: tuple[int, Any, dict[str, str]], status: int) -> str:
    if answer[0] != status:
        raise RuntimeError(f"{answer[0]}: {str(answer[1])[:200]}")
    return "yes"


def _make_body(token: str, frames: int = 60, **options: Any) -> dict[str, Any]:
    model = _ask("GET", "/capabilities", token)[1]["models"][0]
    text = {"type": "text", "prompt": "a person walks forward", "duration_frames": frames}
    return {
        "protocol_version": "1.4", "model": model["id"], "skeleton": model["canonical_skeleton"], "segments": [text],
        "timing": {"fps": 30.0}, "options": options,
    }  # fmt: skip


def _start_job(token: str, body: Any) -> str:
    status, content, headers = _ask("POST", "/generate", token, body, Prefer="respond-async")
    if status != 202:
        raise RuntimeError(f"{status}: {content}")
    return {name.lower(): value for name, value in headers.items()}["location"]


def _follow_steps(token: str, body: Any) -> str:
    location, seen = _start_job(token, body), set()
    end = time.monotonic() + 300
    while time.monotonic() < end:
        status, content, _ = _ask("GET", location, token)
        if status != 202:
            if status != 200 or len(seen) < 2:
                raise RuntimeError(f"{status} after the steps {sorted(seen)}")
            return f"yes: {len(seen)} different ones of {max(total for _, total in seen)}"
        if content["steps"]:
            seen.add((content["step"], content["steps"]))
        time.sleep(0.1)
    raise RuntimeError("the job did not end")


def _cancel_job(token: str) -> str:
    location = _start_job(token, _make_body(token, 1800, num_samples=8))
    end = time.monotonic() + 120
    while time.monotonic() < end and not (_ask("GET", location, token)[1] or {}).get("steps"):
        time.sleep(0.1)
    _expect_status(_ask("DELETE", location, token), 204)
    began = time.monotonic()
    _expect_status(_ask("POST", "/generate", token, _make_body(token)), 200)
    return f"yes: the next motion came after {time.monotonic() - began:.1f} s"


def _lose_ingress(ray: Any, token: str, body: Any) -> str:
    location = _start_job(token, _make_body(token, 1800, num_samples=8))
    ray.kill(find_replica(ray, "Ingress"), no_restart=True)
    end, statuses = time.monotonic() + 300, []
    while time.monotonic() < end:
        statuses.append(_ask("GET", location, token)[0])
        if statuses[-1] == 200:
            return (
                f"yes: {sum(status not in (200, 202) for status in statuses)} of {len(statuses)} polls failed"
            )
        time.sleep(0.2)
    raise RuntimeError(f"polls: {statuses[-10:]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
