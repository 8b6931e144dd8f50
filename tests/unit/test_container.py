# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/container/Containerfile: what can be checked without a tool that builds it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kinescribe.inference import cli

ROOT = Path(__file__).resolve().parents[2]
CONTAINERFILE = ROOT / "docs" / "container" / "Containerfile"


def read_instructions() -> list[tuple[str, str]]:
    """Return name and value of each instruction."""
    text = re.sub(r"^#.*\n", "", CONTAINERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line for line in text.splitlines() if line.strip()]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def test_what_is_copied_exists_and_what_the_package_needs_is_copied() -> None:
    copied = [
        source
        for name, value in read_instructions()
        if name == "COPY" and not value.startswith("--from")
        for source in value.split()[:-1]
    ]
    assert all((ROOT / source).exists() for source in copied)
    assert {"pyproject.toml", "README.md", "LICENSE", "CREDITS.md", "inference", "motion"} <= set(copied)


def test_the_image_runs_our_server_as_a_user_without_rights() -> None:
    instructions = read_instructions()
    values = {name: value for name, value in instructions if name not in ("COPY", "RUN", "FROM")}
    assert set(values) <= {"WORKDIR", "USER", "ENV", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT"}
    assert values["USER"] not in ("root", "0") and "KINESCRIBE_TOKEN" not in values["ENV"]
    program, *arguments = json.loads(values["ENTRYPOINT"])
    assert program.endswith("/bin/kinescribe")
    options = cli._build_parser().parse_args(arguments)
    assert options.host == "0.0.0.0" and str(options.port) == values["EXPOSE"]
    check = json.loads(values["HEALTHCHECK"].partition(" CMD ")[2])
    compile(check[2], "health check", "exec")
    assert f"127.0.0.1:{values['EXPOSE']}/ready" in check[2]
    installed = next(value for name, value in instructions if name == "RUN" and "pip install" in value)
    assert ".[serve,openblas]" in shlex.split(installed)
    # a message that is written before the process ends has to arrive
    assert "PYTHONUNBUFFERED=1" in values["ENV"]


@pytest.mark.skipif(sys.platform == "win32", reason="the image is one of Linux")
def test_the_images_commands_run_without_a_builder(tmp_path: Path) -> None:
    """What COPY, RUN, ENTRYPOINT, HEALTHCHECK and STOPSIGNAL say, done in a folder."""
    source, environment, port = tmp_path / "source", tmp_path / "opt" / "kinescribe", find_free_port()

    def place(text: str) -> str:
        return text.replace("/opt/kinescribe", str(environment)).replace(
            "127.0.0.1:8000", f"127.0.0.1:{port}"
        )

    instructions = read_instructions()
    values = dict(instructions)
    source.mkdir()
    for name, value in instructions:
        if name == "COPY" and not value.startswith("--from"):
            *copied, target = value.split()
            for path in (ROOT / entry for entry in copied):
                if path.is_dir():
                    shutil.copytree(path, source / target, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copyfile(path, source / path.name)
    install = next(value for name, value in instructions if name == "RUN" and "pip install" in value)
    python = shlex.quote(sys.executable)
    done = subprocess.run(
        ["sh", "-c", place(install).replace("python -m venv", f"{python} -m venv")],
        cwd=source, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode and re.search(
        "Could not find a version|No matching distribution", done.stdout + done.stderr
    ):
        pytest.skip("pip finds no packages: no package index in reach")
    assert done.returncode == 0, done.stderr[-2000:]
    shutil.rmtree(source)  # the second stage has the environment only
    entry = [place(part) for part in json.loads(values["ENTRYPOINT"])]
    variables = {"KINESCRIBE_TOKEN": "a token of sixteen letters or more", "PYTHONUNBUFFERED": "1"}
    log = tmp_path / "log"
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen([*entry, "--port", str(port)], env=variables, cwd=tmp_path, stdout=output)
    try:
        check = [place(part) for part in json.loads(values["HEALTHCHECK"].partition(" CMD ")[2])]
        end = time.monotonic() + 120
        while (healthy := subprocess.run(check, capture_output=True, check=False).returncode) and (
            time.monotonic() < end
        ):
            time.sleep(0.5)
        assert healthy == 0 and server.poll() is None, log.read_text(encoding="utf-8")
        server.send_signal(signal.Signals[values["STOPSIGNAL"]])
        assert server.wait(60) == 0
    finally:
        server.kill()
        server.wait()
    assert "stopped" in log.read_text(encoding="utf-8").splitlines()[-1]


def find_free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def test_the_image_can_be_built() -> None:
    tool = shutil.which("podman") or shutil.which("buildah") or shutil.which("docker")
    if tool is None:
        pytest.skip("needs Podman, Buildah or Docker to build the image")
    build = subprocess.run(
        [tool, "build", "-t", "kinescribe-test", "-f", str(CONTAINERFILE), str(ROOT)],
        capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    if build.returncode and re.search(
        "no such host|lookup|network|connection|timeout|[Cc]annot connect", build.stderr
    ):
        pytest.skip("no builder runs here, or the images it builds on can't be downloaded")
    assert build.returncode == 0, build.stderr[-2000:]
