# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: files are written, errors are one sentence and exit status 2."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from kinescribe.inference import cli, openblas
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion import Cancelled, Capabilities, Motion, MotionRequest, check_request
from kinescribe.motion.formats import read_motion, write_motion
from kinescribe.motion.formats.gltf_write import write_gltf
from kinescribe.motion.resample import resample

from devtools.testing.made_files import make_source, write_bvh_text
from devtools.testing.motions import make_walk
from devtools.testing.working_tree import code_command, module_command

ROOT = Path(__file__).resolve().parents[2]


class Walker:
    """A backend that always walks."""

    def __init__(self, confidence: float = 0.9) -> None:
        self.confidence = confidence
        self.doubted: tuple[str, ...] = ()
        self.requests: list[MotionRequest] = []

    def capabilities(self) -> Capabilities:
        return Capabilities("The walker", "", 20, 0.5, 10, max_samples=4)

    def generate(
        self, request: MotionRequest, progress: Callable, cancelled: Callable | None = None
    ) -> list[Motion]:
        check_request(request, self.capabilities())
        self.requests.append(request)
        for step in range(3):
            progress(step + 1, 3)
        motion = resample(make_walk(round(request.seconds * 20)), request.fps)
        return [
            motion.with_provenance(
                prompt=request.prompt, seed=n, confidence=self.confidence, doubted=self.doubted
            )
            for n in range(request.options.num_samples)
        ]


@pytest.fixture
def walker(monkeypatch: pytest.MonkeyPatch) -> Walker:
    backend = Walker()
    monkeypatch.setattr(cli, "default_backend", lambda: backend)
    return backend


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = cli.main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize("suffix", [".npz", ".bvh"])
def test_generate_writes_what_was_asked_for(
    walker: Walker, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    path = tmp_path / f"walk{suffix}"
    status, out, err = run(
        capsys, "generate", "a person walks", "--seconds", 2, "--seed", 7, "--fps", 24, "-o", path
    )
    assert (status, err) == (0, "")
    assert out == f"{path}: 48 frames at 24 fps\n"
    assert walker.requests[0].options.seed == 7
    motion = read_motion(path)
    assert (len(motion), motion.fps) == (48, 24)
    if suffix == ".npz":
        assert motion.provenance.prompt == "a person walks"


def test_several_samples_become_numbered_files(
    walker: Walker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, _ = run(capsys, "generate", "a person walks", "--samples", 3, "-o", tmp_path / "walk.npz")
    assert status == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["walk_1.npz", "walk_2.npz", "walk_3.npz"]


def test_words_that_the_model_does_not_know_are_reported(
    walker: Walker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walker.confidence = 0.1
    status, _, err = run(capsys, "generate", "xyzzy", "-o", tmp_path / "a.npz")
    assert status == 0
    assert "confidence 10%" in err


def test_the_part_that_the_model_does_not_know_is_named(
    walker: Walker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walker.confidence, walker.doubted = 0.1, ("plays the guitar",)
    status, _, err = run(capsys, "generate", "walks, then plays the guitar", "-o", tmp_path / "a.npz")
    assert status == 0
    assert 'how to show "plays the guitar"' in err and "confidence" not in err
    assert read_motion(tmp_path / "a.npz").provenance.doubted == ("plays the guitar",)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["", "-o", "a.npz"], "prompt is empty"),
        (["x" * 10_000, "-o", "a.npz"], "10000 characters"),
        (["walk", "--seconds", "0", "-o", "a.npz"], "duration"),
        (["walk", "--seconds=-3", "-o", "a.npz"], "duration"),
        (["walk", "--seconds", "nan", "-o", "a.npz"], "duration"),
        (["walk", "--seconds", "1e9", "-o", "a.npz"], "change the duration"),
        (["walk", "--fps", "0", "-o", "a.npz"], "frame rate"),
        (["walk", "--fps", "inf", "-o", "a.npz"], "frame rate"),
        (["walk", "--samples", "99", "-o", "a.npz"], "samples"),
        (["walk", "-o", "a.fbx"], "no known format"),
        (["walk", "-o", "nowhere/a.npz"], "does not exist"),
    ],
)
def test_wrong_requests_end_with_one_sentence(
    walker: Walker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], words: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, "generate", *arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("card", "words"), [(None, "are missing"), ('{"format": 99}', "have version 99"), ("{", "cannot be read")]
)
def test_weights_that_cannot_be_used_end_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    card: str | None, words: str,
) -> None:  # fmt: skip
    (tmp_path / "weights").mkdir()
    if card is not None:
        (tmp_path / "weights" / "card.json").write_text(card, encoding="utf-8")
    monkeypatch.setattr(cli, "default_backend", lambda: EmbeddedBackend(tmp_path / "weights"))
    status, out, err = run(capsys, "generate", "a person walks", "-o", tmp_path / "a.npz")
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert not (tmp_path / "a.npz").exists()


def test_convert_goes_both_ways_and_says_what_was_assumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_motion(make_walk(40), tmp_path / "a.bvh")
    status, out, _ = run(capsys, "convert", tmp_path / "a.bvh", tmp_path / "b.npz", "--fps", 30)
    assert status == 0
    assert "centimetres, Y up" in out
    status, out, _ = run(capsys, "convert", tmp_path / "b.npz", tmp_path / "c.bvh")
    assert status == 0
    assert "60 frames at 30 fps" in out
    np.testing.assert_allclose(
        read_motion(tmp_path / "c.bvh").positions, read_motion(tmp_path / "b.npz").positions, atol=1e-6
    )


def test_convert_reads_the_file_as_it_is_stated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_bvh_text(tmp_path / "a.bvh", make_source(height=0.7), unit=1.0)
    status, out, _ = run(
        capsys, "convert", tmp_path / "a.bvh", tmp_path / "b.npz", "--floor", "file", "--unit", 0.01,
        "--file-fps", 60, "--up", "y", "--forward=-x",
    )  # fmt: skip
    assert status == 0 and "60 fps as chosen" in out and "-X forward as chosen" in out
    assert "units of 0.01 m" in out and "floats by" not in out
    assert read_motion(tmp_path / "b.npz").fps == 60
    for option, words in (
        (["--up", "w"], "no axis"),
        (["--floor", "roof"], "no floor"),
        (["--unit", -1], "not possible"),
    ):
        status, _, err = run(capsys, "convert", tmp_path / "a.bvh", tmp_path / "b.npz", *option)
        assert status == 2 and words in err


def test_convert_refuses_what_is_no_motion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.bvh").write_text("HIERARCHY\n", encoding="utf-8")
    status, _, err = run(capsys, "convert", tmp_path / "a.bvh", tmp_path / "b.npz")
    assert status == 2
    assert "a.bvh" in err
    assert run(capsys, "convert", tmp_path / "missing.npz", tmp_path / "b.npz")[0] == 2
    assert not (tmp_path / "b.npz").exists()


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt, 130), (Cancelled("stopped"), 2)])
def test_interrupts_end_quietly(
    walker: Walker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    error: BaseException, status: int,
) -> None:  # fmt: skip
    def stop(*_: object) -> None:
        raise error

    monkeypatch.setattr(walker, "generate", stop)
    assert run(capsys, "generate", "walk", "-o", tmp_path / "a.npz")[0] == status


def test_progress_is_shown_to_those_who_watch(
    walker: Walker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_open_progress_bar", lambda total, unit: False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    _, _, err = run(capsys, "generate", "walk", "-o", tmp_path / "a.npz")
    assert "step 3 of 3" in err


def test_pip_install_gives_the_command(tmp_path: Path) -> None:
    """From a copy of the sources into a folder of its own; run from there, with nothing of the working tree."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if files.returncode:
        pytest.skip("needs a git checkout")
    source, site = tmp_path / "source", tmp_path / "site"
    for name in files.stdout.decode("utf-8").split("\0"):
        if name and (ROOT / name).is_file() and name.split("/")[0] not in ("tests", "training"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--target", site, source],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if "Could not find a version" in installed.stderr:
        pytest.skip("pip finds no setuptools: no package index in reach")
    assert installed.returncode == 0, installed.stderr
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run_there(*command: object) -> str:
        return subprocess.run(
            [str(c) for c in command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=60,
        ).stdout  # fmt: skip

    write_motion(make_walk(20), tmp_path / "a.bvh")
    run_there(site / "bin" / "kinescribe", "convert", "a.bvh", "b.npz")
    assert len(read_motion(tmp_path / "b.npz")) == 20
    assert "usage: kinescribe" in run_there(sys.executable, "-m", "kinescribe", "--help")
    code = """if True:
        import sys
        from kinescribe.inference.registry import default_backend
        default_backend().capabilities()
        print(*sorted(m for m in sys.modules if m.split('.')[0] in ('bpy', 'torch', 'kinescribe')))
    """
    modules = run_there(sys.executable, "-c", code).split()
    assert {m.split(".")[0] for m in modules} == {"kinescribe"}
    assert {m.split(".")[1] for m in modules if "." in m} <= {"motion", "inference"}
    weights = {p.name for p in (ROOT / "inference" / "embedded" / "weights").glob("*")}
    assert {p.name for p in (site / "kinescribe" / "inference" / "embedded" / "weights").glob("*")} == weights


def test_one_of_several_motions_is_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_gltf([make_walk(20), make_walk(30)], tmp_path / "two.glb")
    assert run(capsys, "convert", tmp_path / "two.glb", tmp_path / "b.npz", "--number", 2)[0] == 0
    assert len(read_motion(tmp_path / "b.npz")) == 30
    status, _, message = run(capsys, "convert", tmp_path / "two.glb", tmp_path / "b.npz", "--number", 3)
    assert status == 2 and "holds 2 motions" in message


@pytest.mark.parametrize("method", ["openblas", "numpy", "einsum"])
def test_a_request_and_a_seed_give_one_file_bit_by_bit(method: str, tmp_path: Path) -> None:
    """Four processes at once, so that each has little time; NumPy's own BLAS also needs the same number of threads."""
    if method == "openblas" and openblas.find_library() is None:
        pytest.skip("scipy-openblas32 is not installed")
    thread_counts = ["2", "2", "2", "2"] if method == "numpy" else ["", "1", "2", "3"]
    files = [tmp_path / f"{count}-{n}.npz" for n, count in enumerate(thread_counts)]
    processes = [
        subprocess.Popen(
            module_command(
                sys.executable, "inference.cli", "generate", "a person walks and waves", "--seconds", "3",
                "--seed", "7", "-o", str(file),
            ),
            env=os.environ
            | {"KINESCRIBE_MATMUL": method, "PYTHONHASHSEED": str(n)}
            | {"OPENBLAS_NUM_THREADS": count, "OMP_NUM_THREADS": count},
            stdout=subprocess.DEVNULL,
        )
        for n, (file, count) in enumerate(zip(files, thread_counts, strict=True))
    ]  # fmt: skip
    assert [process.wait(120) for process in processes] == [0, 0, 0, 0]
    assert len({file.read_bytes() for file in files}) == 1


def start_convert(tmp_path: Path, stdout: int | IO[str]) -> subprocess.Popen[str]:
    """Start a conversion that prints two lines to ``stdout``."""
    write_motion(make_walk(20), tmp_path / "walk.npz")
    return subprocess.Popen(
        module_command(
            sys.executable, "inference.__main__", "convert", tmp_path / "walk.npz", tmp_path / "walk.bvh"
        ),
        stdout=stdout, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_closed_pipe_ends_the_command_quietly(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start_convert(tmp_path, writer)
    os.close(writer)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and errors == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_full_standard_output_is_one_sentence(tmp_path: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        _, errors = start_convert(tmp_path, full).communicate(timeout=60)
    assert (
        errors.startswith("kinescribe: the output can't be written: No space left")
        and len(errors.splitlines()) == 1
    )


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.3])
def test_an_early_interruption_is_no_traceback(tmp_path: Path, seconds: float) -> None:
    code = (
        "from kinescribe.inference.__main__ import main; import os, signal, threading; sys.argv[0] = 'kinescribe'; "
        # a shell lets what it starts in the background ignore the signal
        "signal.signal(signal.SIGINT, signal.default_int_handler); "
        "threading.Timer({seconds}, os.kill, (os.getpid(), signal.SIGINT)).start(); sys.exit(main())"
    )
    process = subprocess.run(
        code_command(
            sys.executable, code.format(seconds=seconds),
            "generate", "a person walks", "--seconds", "600", "-o", tmp_path / "walk.npz",
        ),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    # while it imports, the signal itself ends it
    assert process.returncode in (130, -signal.SIGINT) and "Traceback" not in process.stderr
    assert not (tmp_path / "walk.npz").exists()


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="this system has no /dev/stdin")
def test_standard_input_is_read_once_or_refused(tmp_path: Path) -> None:
    write_motion(make_walk(20), tmp_path / "walk.npz")
    command = module_command(
        sys.executable, "inference.__main__", "convert", "/dev/stdin", tmp_path / "walk.bvh"
    )
    with open(tmp_path / "walk.npz", "rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, text=True, check=False, timeout=300)
    # a file behind it can be read from its begin as often as needed, a pipe can not
    assert done.returncode == 0 and len(read_motion(tmp_path / "walk.bvh")) == 20, done.stderr
    piped = subprocess.run(
        command, input=(tmp_path / "walk.npz").read_bytes(), capture_output=True, check=False, timeout=300
    )
    assert piped.returncode == 2 and piped.stderr.count(b"\n") == 1 and b"Traceback" not in piped.stderr


def test_an_interruption_that_python_ignores_is_repeated() -> None:
    code = """
import time, weakref
from kinescribe.inference import __main__ as command

class Watched: pass

def interrupt(_reference): raise KeyboardInterrupt

def run():
    watched = Watched()
    reference = weakref.ref(watched, interrupt)
    del watched
    for _ in range(400):
        time.sleep(0.1)

command._import_command = lambda: run
raise SystemExit(command.main())
"""
    process = subprocess.run(
        code_command(sys.executable, code), capture_output=True, text=True, check=False, timeout=50
    )
    assert process.returncode == 130 and not process.stderr, process.stderr
