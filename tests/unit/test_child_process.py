# SPDX-License-Identifier: GPL-3.0-or-later
"""Child processes: readers get the output, and every child is ended, however it behaves."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import IO

import pytest
from kinescribe.inference.child_process import ChildProcess, StreamReader, describe_exit


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def into(lines: list[bytes]) -> StreamReader:
    def read(stream: IO[bytes]) -> None:
        lines.extend(stream)

    return read


def test_output_goes_to_the_readers() -> None:
    out: list[bytes] = []
    err: list[bytes] = []
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    child = ChildProcess(python(code), stdout_reader=into(out), stderr_reader=into(err))
    assert child.run_to_end(lambda: False) == 3
    assert (b"".join(out).split(), b"".join(err).split()) == ([b"out"], [b"err"])
    both: list[bytes] = []
    ChildProcess(python(code), stdout_reader=into(both), merge_stderr=True).run_to_end(lambda: False)
    assert sorted(b"".join(both).split()) == [b"err", b"out"]


def test_its_input_ends_it() -> None:
    child = ChildProcess(
        python("import sys; print(sys.stdin.readline(), flush=True); sys.stdin.read()"), pipe_stdin=True
    )
    child.stdin.write(b"a line\n")
    child.stdin.flush()
    assert child.stdout.readline().strip() == b"a line"
    assert child.exit_code is None
    child.stop()
    assert child.exit_code == 0 and child.stdout.closed


def test_cancelled_it_is_ended() -> None:
    child = ChildProcess(python("import time; time.sleep(60)"))
    begun = time.monotonic()
    assert child.run_to_end(lambda: time.monotonic() - begun > 0.2) is None
    assert child.exit_code is not None and time.monotonic() - begun < 50


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal to ignore")
def test_one_that_ignores_the_request_is_killed() -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = ChildProcess(python(code), pipe_stdin=True)
    child.stdout.readline()
    child.stop(0.2)
    assert child.wait_for_end(5.0) and child.exit_code == -9
    assert describe_exit(child.exit_code) == "signal 9" and describe_exit(2) == "exit code 2"


@pytest.mark.parametrize("program", ["absent", "a\0b"])
def test_what_cannot_be_started_is_an_oserror(tmp_path: Path, program: str) -> None:
    with pytest.raises(OSError):
        ChildProcess([str(tmp_path / program)])
