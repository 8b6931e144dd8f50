# SPDX-License-Identifier: GPL-3.0-or-later
"""``kinescribe batch --chunk``, and what docs/farm gives to Flamenco and Deadline: what they would run is run."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeBackend
from kinescribe.inference import cli
from kinescribe.inference.backend import GenerationJob
from kinescribe.inference.batch.job_table import read_job_table
from kinescribe.inference.batch.result_log import FILE_NAME, name_chunk_log
from kinescribe.inference.batch.runner import BatchOptions, run_batch

from devtools.testing.motions import make_walk
from devtools.testing.working_tree import module_command

FARM = Path(__file__).resolve().parents[2] / "docs" / "farm"

_NODE_CODE = """
const fs = require("fs"), vm = require("vm");
const tasks = [];
const author = {
    Task: (name, type) => ({
        name, type, commands: [], dependencies: [],
        addCommand(command) { this.commands.push(command); },
        addDependency(task) { this.dependencies.push(task.name); },
    }),
    Command: (name, parameters) => ({ name, parameters }),
};
const context = vm.createContext({ author });
vm.runInContext(fs.readFileSync(process.argv[1], "utf8"), context);
context.job = { settings: JSON.parse(process.argv[2]), addTask: (task) => tasks.push(task) };
const type = vm.runInContext("JOB_TYPE", context);
vm.runInContext("compileJob(job)", context);
console.log(JSON.stringify({ type, tasks }));
"""
"""What Flamenco Manager gives to a job type: `author`, a job with settings, and a place for tasks."""


class Walker(FakeBackend):
    """Makes walks, and counts them."""

    made = 0

    def generate_many(self, jobs: list[GenerationJob], _between_passes: Any = None) -> list[Any]:
        self.made += len(jobs)
        return [[make_walk(20)] for _ in jobs]


def write_table(folder: Path, count: int) -> Path:
    path = folder / "jobs.csv"
    path.write_text("prompt,seconds\n" + "a person walks forward,1\n" * count, encoding="utf-8")
    return path


def read_job_numbers(path: Path) -> list[int]:
    return sorted(json.loads(line)["job"] for line in path.read_text(encoding="utf-8").splitlines())


def run_cli(arguments: list[str]) -> None:
    done = subprocess.run(
        module_command(sys.executable, "inference.__main__", *arguments),
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_chunks_make_every_motion_once_and_the_last_run_lists_them(tmp_path: Path) -> None:
    jobs, out, backend = read_job_table(write_table(tmp_path, 7)), tmp_path / "out", Walker()
    for number in (1, 2, 3):
        log = name_chunk_log(number, 3)
        run_batch(jobs, backend, BatchOptions(out, share=(number - 1, 3), log_name=log))
    assert backend.made == 7 and not (out / FILE_NAME).exists()
    assert read_job_numbers(out / name_chunk_log(2, 3)) == [2, 5]
    summary = run_batch(jobs, backend, BatchOptions(out))
    assert (summary.done, summary.before) == (0, 7) and read_job_numbers(out / FILE_NAME) == [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
    ]


def test_the_last_run_makes_what_a_lost_worker_left(tmp_path: Path) -> None:
    jobs, out, backend = read_job_table(write_table(tmp_path, 4)), tmp_path / "out", Walker()
    run_batch(jobs, backend, BatchOptions(out, share=(0, 2), log_name=name_chunk_log(1, 2)))
    assert run_batch(jobs, backend, BatchOptions(out)).done == 2 and backend.made == 4
    assert read_job_numbers(out / FILE_NAME) == [1, 2, 3, 4]


@pytest.mark.parametrize("chunk", ["0/2", "3/2", "1", "1/2/3", "-1/2", "a/b"])
def test_a_wrong_chunk_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], chunk: str
) -> None:
    arguments = ["batch", str(write_table(tmp_path, 1)), "-o", str(tmp_path / "out"), f"--chunk={chunk}"]
    assert cli.main(arguments) == 2
    assert "is no part of a batch" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_flamencos_tasks_make_every_motion(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node runs Flamenco's job type, and is not installed")
    settings = {
        "table": str(write_table(tmp_path, 5)), "results": str(tmp_path / "out"), "chunks": 2, "format": "bvh",
        "more_arguments": "--batch 4",
    }  # fmt: skip
    answer = subprocess.run(
        [node, "-e", _NODE_CODE, str(FARM / "kinescribe_batch.js"), json.dumps(settings)],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    compiled = json.loads(answer.stdout)
    assert set(settings) == {setting["key"] for setting in compiled["type"]["settings"]}
    assert all(setting["type"] in ("string", "int32") for setting in compiled["type"]["settings"])
    done: set[str] = set()
    for task in compiled["tasks"]:
        assert task["type"] == "misc" and set(task["dependencies"]) <= done
        for command in task["commands"]:
            assert command["name"] == "exec" and command["parameters"]["exe"] == "{kinescribe}"
            run_cli(command["parameters"]["args"])
        done.add(task["name"])
    assert read_job_numbers(tmp_path / "out" / FILE_NAME) == [1, 2, 3, 4, 5]
    assert len(list((tmp_path / "out").glob("*.bvh"))) == 5


def run_submission(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(FARM / "submit_to_deadline.py"), *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def read_entries(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())


def test_deadlines_tasks_make_every_motion(tmp_path: Path) -> None:
    shots = tmp_path / "two words"
    shots.mkdir()
    table, out, files = write_table(shots, 3), shots / "out", tmp_path / "files"
    done = run_submission(table, out, "--chunks", 2, "--option=--format=bvh", "--write-only", files)
    assert done.returncode == 0, done.stderr
    info, command = (read_entries(files / f"chunks_{kind}.job") for kind in ("job_info", "plugin_info"))
    assert (info["Plugin"], info["Frames"], info["ChunkSize"]) == ("CommandLine", "1-2", "1")
    last = read_entries(files / "results_plugin_info.job")
    assert read_entries(files / "results_job_info.job")["JobDependencies"] == "JOB-ID-OF-CHUNKS"
    for frame, text in ((1, command["Arguments"]), (2, command["Arguments"]), (1, last["Arguments"])):
        run_cli(shlex.split(text.replace("<STARTFRAME>", str(frame)).replace("<QUOTE>", "'")))
    assert read_job_numbers(out / FILE_NAME) == [1, 2, 3] and len(list(out.glob("*.bvh"))) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for deadlinecommand is a shell script")
def test_deadlines_second_job_waits_for_the_first(tmp_path: Path) -> None:
    log, stand_in = tmp_path / "log", tmp_path / "deadlinecommand"
    stand_in.write_text(
        f'#!/bin/sh\ncat "$1" >> "{log}"\nprintf "Result=Success\\nJobID=5f0c\\n"\n', encoding="utf-8"
    )
    stand_in.chmod(0o755)
    done = run_submission("jobs.csv", "out", "--deadlinecommand", stand_in)
    assert done.returncode == 0 and done.stdout.split() == ["5f0c", "5f0c"]
    assert "JobDependencies=5f0c" in log.read_text(encoding="utf-8")
    stand_in.write_text("#!/bin/sh\necho no repository\nexit 1\n", encoding="utf-8")
    refused = run_submission("jobs.csv", "out", "--deadlinecommand", stand_in)
    assert refused.returncode != 0 and "no repository" in refused.stderr
