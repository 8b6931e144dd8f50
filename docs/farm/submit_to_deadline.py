#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Submit ``kinescribe batch`` to Deadline: a job whose tasks are chunks of the table, and one that ends it.

Uses the plug-in CommandLine and ``deadlinecommand``, which the Deadline client installs; the files of a submission are
described under "Manual Job Submission" in Deadline's manual. Never run against a repository of Deadline.

    python submit_to_deadline.py /mnt/shots/jobs.csv /mnt/shots/motion --chunks 8 --kinescribe /opt/bin/kinescribe
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Write the submission's files and, unless ``--write-only``, submit them. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Submit `kinescribe batch` to Deadline.")
    parser.add_argument("table", help="table of jobs, as the render nodes see it")
    parser.add_argument("results", help="folder of the motion files, as the render nodes see it")
    parser.add_argument("--chunks", type=int, default=8, help="tasks (default: %(default)s)")
    parser.add_argument("--kinescribe", default="kinescribe", help="the command on the render nodes")
    parser.add_argument("--deadlinecommand", default="deadlinecommand")
    parser.add_argument("--pool", default="")
    parser.add_argument("--group", default="")
    parser.add_argument("--priority", type=int, default=50)
    parser.add_argument(
        "--option", action="append", default=[], help='of `kinescribe batch`, as "--format=bvh"'
    )
    parser.add_argument(
        "--write-only", type=Path, metavar="DIR", help="only write the files, into this folder"
    )
    options = parser.parse_args(arguments)
    if not 1 <= options.chunks <= 1000:
        parser.error("choose 1 to 1000 chunks")
    if options.write_only:
        options.write_only.mkdir(parents=True, exist_ok=True)
        _write_files(options.write_only, "chunks", build_chunk_job(options))
        _write_files(options.write_only, "results", build_result_job(options, "JOB-ID-OF-CHUNKS"))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        job_id = _submit(
            options.deadlinecommand, _write_files(Path(folder), "chunks", build_chunk_job(options))
        )
        files = _write_files(Path(folder), "results", build_result_job(options, job_id))
        sys.stdout.write(f"{job_id} {_submit(options.deadlinecommand, files)}\n")
    return 0


def build_chunk_job(options: argparse.Namespace) -> tuple[dict[str, object], dict[str, object]]:
    """Return job info and plug-in info of the chunks: frame K of the job is the K-th chunk."""
    job = _describe_job(options, "") | {"Frames": f"1-{options.chunks}", "ChunkSize": 1}
    return job, _describe_command(options, ["--chunk", f"<STARTFRAME>/{options.chunks}"])


def build_result_job(
    options: argparse.Namespace, chunk_job: str
) -> tuple[dict[str, object], dict[str, object]]:
    """Return job info and plug-in info of the job that checks all results and writes the one table of them."""
    job = _describe_job(options, " (results)") | {"Frames": "1", "ChunkSize": 1, "JobDependencies": chunk_job}
    return job, _describe_command(options, [])


def _describe_job(options: argparse.Namespace, ending: str) -> dict[str, object]:
    entries = {
        "Plugin": "CommandLine",
        "Name": f"Kinescribe Batch {Path(options.table).name}{ending}",
        "Priority": options.priority,
        "Pool": options.pool,
        "Group": options.group,
        "OutputDirectory0": options.results,
    }
    return {key: value for key, value in entries.items() if value != ""}


def _describe_command(options: argparse.Namespace, more: Sequence[str]) -> dict[str, object]:
    parts = ["batch", options.table, "-o", options.results, *options.option, *more]
    return {
        "Executable": options.kinescribe,
        # the plug-in replaces <QUOTE>, which unlike a quote survives every shell
        "Arguments": " ".join(
            part if re.fullmatch(r"[^\s\"]+", part) else f"<QUOTE>{part}<QUOTE>" for part in parts
        ),
        "SingleFramesOnly": True,
        "Shell": "default",
        "ShellExecute": False,
    }


def _write_files(
    folder: Path, name: str, job: tuple[Mapping[str, object], Mapping[str, object]]
) -> list[Path]:
    paths = [folder / f"{name}_{kind}.job" for kind in ("job_info", "plugin_info")]
    for path, entries in zip(paths, job, strict=True):
        path.write_text("".join(f"{key}={value}\n" for key, value in entries.items()), encoding="utf-8")
    return paths


def _submit(command: str, files: Sequence[Path]) -> str:
    """Submit a job and return its id."""
    answer = subprocess.run([command, *map(str, files)], capture_output=True, text=True, check=False)
    found = re.search(r"^JobID=(\S+)", answer.stdout, re.MULTILINE)
    if answer.returncode or not found:
        sys.exit(f"Deadline did not accept the job: {answer.stdout}{answer.stderr}")
    return found[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
