# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.worker``: a child process that is started, watched, killed at every phase, and always ended."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import threading
import time
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PureWindowsPath

import numpy as np
import pytest
from kinescribe.inference import registry
from kinescribe.inference.endpoints import EndpointBackend, ServerEndpoint, WorkerEndpoint
from kinescribe.inference.remote import Server, list_models
from kinescribe.inference.worker import Worker, WorkerOptions
from kinescribe.inference.worker.environment_command import build_environment_command, environment_python
from kinescribe.inference.worker.launch import child_environment
from kinescribe.inference.worker.log import MAX_FILE_BYTES, Log
from kinescribe.motion import BackendError, Cancelled, KinescribeError, MotionRequest, make_text_request
from kinescribe.motion.request import UnconditionedSegment
from mmcp_kit import FaultyServer

from devtools.testing.working_tree import ROOT, code_command

REQUEST = make_text_request("a person walks forward", 2.0, 30.0, seed=3)


@pytest.fixture
def worker() -> Iterator[Worker]:
    found = Worker()
    yield found
    found.stop()
    assert found.process_id is None


@pytest.fixture
def options(tmp_path: Path) -> WorkerOptions:
    pytest.importorskip("motionmcp.server", reason="the MMCP SDK is not installed")
    return WorkerOptions(Path(sys.executable), ROOT, tmp_path / "worker" / "worker.log")


def acting(tmp_path: Path, code: str) -> WorkerOptions:
    """Make a package whose command line runs ``code``, as a worker that fails."""
    package = tmp_path / "package"
    (package / "inference").mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "inference" / "cli.py").write_text(
        f"import json, sys, time\ndef main(arguments):\n    {code}\n", encoding="utf-8"
    )
    return WorkerOptions(Path(sys.executable), package, tmp_path / "worker.log")


def gone(process_id: int) -> bool:
    """Return whether a child that can't be waited for has ended."""
    try:
        os.kill(process_id, 0)
    except OSError:
        return True
    return False


def kill(worker: Worker) -> None:
    """Kill a process from outside, as a system that is short of memory does."""
    assert worker.process_id is not None
    os.kill(worker.process_id, 9)


def test_it_listens_generates_and_ends(worker: Worker, options: WorkerOptions) -> None:
    assert worker.state == "STOPPED"
    place = WorkerEndpoint("local", worker, options)
    (motion,) = EndpointBackend(place, "kinescribe-embedded").generate(REQUEST)
    (same,) = registry.default_backend().generate(REQUEST)
    assert len(motion) == len(same) == 60
    assert abs(motion.root_translation - same.root_translation).max() < 1e-3
    assert motion.provenance.licence == same.provenance.licence != "", "which MMCP itself does not tell"
    assert worker.state == "LISTENING"
    process_id = worker.process_id
    assert worker.wait_until_listening(options) == worker.wait_until_listening(options), (
        "one that runs is not started again"
    )
    assert worker.process_id == process_id
    with pytest.raises(BackendError, match="asks for a token"):
        list_models(Server(worker.wait_until_listening(options).url))
    worker.stop()
    assert worker.state == "STOPPED" and process_id is not None and gone(process_id)
    log = options.log.read_text(encoding="utf-8")
    assert '"listening"' in log and "walks" not in log, "the log has events and no prompts"


def test_killed_while_it_listens_it_says_so_and_starts_again(worker: Worker, options: WorkerOptions) -> None:
    place = WorkerEndpoint("local", worker, options)
    backend = EndpointBackend(place, "kinescribe-embedded")
    worker.wait_until_listening(options)
    kill(worker)
    until = time.monotonic() + 60
    while worker.state == "LISTENING" and time.monotonic() < until:
        time.sleep(0.02)
    assert worker.state == "FAILED"
    assert worker.error_message.startswith("The worker ended (")
    assert len(backend.generate(REQUEST)) == 1, "asking again starts it again"


def test_killed_while_it_generates(worker: Worker, options: WorkerOptions) -> None:
    place = WorkerEndpoint("local", worker, options)
    worker.wait_until_listening(options)
    long = make_text_request("a person walks forward", 300.0, 30.0)
    threading.Timer(1.0, kill, (worker,)).start()
    with pytest.raises(BackendError, match=r"The worker ended \(.*start it again"):
        EndpointBackend(place, "kinescribe-embedded").generate(long)


def test_killed_while_it_starts(worker: Worker, tmp_path: Path) -> None:
    options = acting(tmp_path, "time.sleep(60)")
    threading.Timer(0.5, kill, (worker,)).start()
    with pytest.raises(BackendError, match=r"ended before it listened \(.*start it again"):
        worker.wait_until_listening(options)


def test_stopped_while_it_generates_is_no_crash(worker: Worker, options: WorkerOptions) -> None:
    place = WorkerEndpoint("local", worker, options)
    worker.wait_until_listening(options)
    threading.Timer(1.0, worker.stop).start()
    with pytest.raises(BackendError, match="The worker was stopped"):
        EndpointBackend(place, "kinescribe-embedded").generate(
            make_text_request("a person walks", 300.0, 30.0)
        )


def test_cancelled_while_it_starts(worker: Worker, tmp_path: Path) -> None:
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        worker.wait_until_listening(acting(tmp_path, "time.sleep(60)"), cancelled=lambda: next(answers))
    assert worker.state == "STARTING", "it goes on for the next one who asks"


def test_cancelled_before_it_starts(worker: Worker, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        worker.wait_until_listening(acting(tmp_path, "time.sleep(60)"), cancelled=lambda: True)
    assert worker.state == "STOPPED", "nobody would stop it"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise SystemExit(3)", r"exit code 3"),
        ("sys.exit('kinescribe: Checkpoints need packages')", "exit code 1: Checkpoints need packages"),
        ("raise ValueError('broken')", "ValueError: broken"),
        ("sys.stderr.write('x' * 100000); sys.exit(1)", "exit code 1: xxx"),
        ("sys.stdout.write('no json\\n'); sys.exit(1)", "no json"),
    ],
)
def test_one_that_fails_says_why(worker: Worker, tmp_path: Path, code: str, message: str) -> None:
    with pytest.raises(BackendError, match=message) as caught:
        worker.wait_until_listening(acting(tmp_path, code))
    assert worker.state == "FAILED" and len(str(caught.value)) < 700 and "\n" not in str(caught.value)


def test_one_that_never_listens_is_ended(worker: Worker, tmp_path: Path) -> None:
    options = acting(tmp_path, "time.sleep(60)")
    with pytest.raises(BackendError, match="did not listen within"):
        worker.wait_until_listening(options, seconds=0.5)
    assert worker.process_id is None


def test_an_address_beyond_this_machine_is_not_believed(worker: Worker, tmp_path: Path) -> None:
    line = """print(json.dumps({"event": "listening", "url": "http://192.0.2.1:80"}), flush=True); time.sleep(60)"""
    with pytest.raises(BackendError, match="did not listen"):
        worker.wait_until_listening(acting(tmp_path, line), seconds=1.5)


def test_a_python_that_is_none(worker: Worker, tmp_path: Path) -> None:
    for python in (tmp_path / "absent", tmp_path):
        with pytest.raises(BackendError, match="can't be started"):
            worker.wait_until_listening(WorkerOptions(python, ROOT, tmp_path / "worker.log"))


def test_a_checkpoint_that_is_none(worker: Worker, options: WorkerOptions, tmp_path: Path) -> None:
    wrong = WorkerOptions(options.python, ROOT, options.log, (tmp_path / "empty",))
    with pytest.raises(BackendError, match=r"ended before it listened \(exit code 2: "):
        worker.wait_until_listening(wrong)


def test_it_ends_with_whoever_started_it(options: WorkerOptions, tmp_path: Path) -> None:
    code = (
        "import sys, os, pathlib\n"
        "from kinescribe.inference.worker import Worker, WorkerOptions\n"
        "w = Worker(); w.wait_until_listening(WorkerOptions(*map(pathlib.Path, (sys.executable, *sys.argv[1:]))))\n"
        "print(w.process_id, flush=True); os._exit(1)"  # as a crash does: nothing is tidied up
    )
    run = subprocess.run(
        code_command(sys.executable, code, ROOT, tmp_path / "log"),
        capture_output=True,
        timeout=120,
        check=False,
        text=True,
    )
    process_id = int(run.stdout)
    until = time.monotonic() + 10
    while not gone(process_id) and time.monotonic() < until:
        time.sleep(0.1)
    assert gone(process_id)


def test_the_child_gets_neither_blenders_python_nor_downloads() -> None:
    found = child_environment("secret", {"PYTHONHOME": "x", "PYTHONPATH": "y", "PATH": "z"})
    assert found["PATH"] == "z" and found["KINESCRIBE_TOKEN"] == "secret"
    assert not {"PYTHONHOME", "PYTHONPATH"} & set(found)
    assert found["HF_HUB_OFFLINE"] == "1"


def test_the_log_stays_small(tmp_path: Path) -> None:
    log = Log(tmp_path / "worker.log")
    for _ in range(2500):
        log.write("x" * 1000)
    sizes = [p.stat().st_size for p in tmp_path.iterdir()]
    assert len(sizes) == 2 and max(sizes) < MAX_FILE_BYTES + 2000


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    log = Log(tmp_path / "no folder" / "worker.log")
    log.write("kinescribe: why\x07")
    assert log.last_message == "why\ufffd"


def test_choices() -> None:
    assert registry.get_backend("") is registry.get_backend("embedded") is registry.default_backend()
    for choice in ("Studio/kimodo", "Studio", "/", "local/mdm"):
        with pytest.raises(BackendError, match="on no server"):
            registry.get_backend(choice)


def test_a_model_that_the_endpoint_does_not_have() -> None:
    body = b'{"protocol_version": "1.4", "models": []}'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    faulty = FaultyServer(lambda _head, connection: connection.sendall(head + body))
    backend = registry.get_backend("Studio/kimodo", [ServerEndpoint("Studio", Server(faulty.url))])
    assert backend.capabilities().max_seconds > 600
    with pytest.raises(BackendError, match="Studio has no model kimodo"):
        backend.generate(REQUEST)
    faulty.close()


def test_a_checkpoint_is_served(worker: Worker, options: WorkerOptions, tmp_path: Path) -> None:
    """In the environment ``train``: a small random network, loaded in the worker, asked from here."""
    pytest.importorskip("torch", reason="checkpoints need torch: the environment train has it")
    import checkpoint_kit as kit

    for name, variant in (("Free one", "encoder_unconstrained"), ("mdm", "encoder")):
        folder = kit.write(tmp_path / name, variant)
        mean = np.zeros(263, np.float32)
        mean[3] = 0.95  # the height of the pelvis
        np.save(folder / "Mean.npy", mean)
        np.save(folder / "Std.npy", np.full(263, 0.01, np.float32))
    chosen = replace(options, checkpoints=(tmp_path / "Free one", tmp_path / "mdm"))
    place = WorkerEndpoint("local", worker, chosen)
    assert [m.id for m in list_models(worker.wait_until_listening(chosen))] == [
        "kinescribe-embedded",
        "Free-one",
        "mdm",
    ]
    free = MotionRequest((UnconditionedSegment(40),), 20.0)
    (motion,) = EndpointBackend(place, "Free-one").generate(free)
    assert len(motion) == 40 and motion.provenance.model == "Free-one"
    with pytest.raises(KinescribeError, match="text encoder"):
        EndpointBackend(place, "mdm").generate(make_text_request("a person walks", 2.0, 20.0))
    assert worker.state == "LISTENING"


def wheel(folder: Path) -> list[str]:
    """Arguments of ``pip install`` for a package that is here already."""
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as file:
        file.writestr("tiny.py", "WORD = 'here'")
        about = "tiny-1.0.dist-info"
        file.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        names = ("tiny.py", f"{about}/METADATA", f"{about}/WHEEL", f"{about}/RECORD")
        file.writestr(f"{about}/RECORD", "".join(f"{name},,\n" for name in names))
    return ["--no-index", "--find-links", str(folder), "tiny"]


@pytest.mark.skipif(sys.platform == "win32", reason="runs the command in a shell of Linux and macOS")
def test_the_copied_command_makes_an_environment(tmp_path: Path) -> None:
    folder = tmp_path / "it's made here"
    command = build_environment_command(folder, Path(sys.executable), wheel(tmp_path / "wheels"))
    assert "\n" not in command
    for _ in range(2):  # run again, it goes on
        subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)
    python = environment_python(folder)
    done = subprocess.run(
        [str(python), "-c", "import tiny; print(tiny.WORD)"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "here"


def test_the_copied_command_is_one_line_of_powershell_on_windows() -> None:
    folder, python = (
        PureWindowsPath(r"C:\Users\Jane O'Neil\worker"),
        PureWindowsPath(r"C:\Blender 4.5\python.exe"),
    )
    assert build_environment_command(folder, python, ["a>=1", "b[c]==2.*"], is_windows=True) == (
        r"& 'C:\Blender 4.5\python.exe' -m venv 'C:\Users\Jane O''Neil\worker'; if ($?) { & "
        r"'C:\Users\Jane O''Neil\worker\Scripts\python.exe' -m pip install --no-cache-dir 'a>=1' 'b[c]==2.*' }"
    )


def test_the_copied_command_installs_what_the_worker_needs() -> None:
    command = build_environment_command(Path("made"), Path("python"), is_windows=False)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*extras["dependencies"], *extras["optional-dependencies"]["serve"]]
    needed += extras["optional-dependencies"]["checkpoints"]
    assert {re.split(r"[<>=~\[]", name)[0] for name in needed} <= {
        re.split(r"[<>=~\[]", name)[0] for name in shlex.split(command)
    }
