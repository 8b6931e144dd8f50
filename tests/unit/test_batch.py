# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.batch``: tables, output names, resuming, workers, a process that is killed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeBackend
from kinescribe.inference import cli
from kinescribe.inference.backend import GenerationJob
from kinescribe.inference.batch.constraint_file import read_constraints
from kinescribe.inference.batch.job_table import read_job_table
from kinescribe.inference.batch.output_names import list_outputs, make_file_name
from kinescribe.inference.batch.result_log import FILE_NAME
from kinescribe.inference.batch.runner import BatchOptions, run_batch
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.motion import Motion, RequestError, make_text_request
from kinescribe.motion.formats import read_motion, write_motion
from kinescribe.motion.request import EffectorTarget, PoseKeyframe, RootPath

from devtools.testing.motions import make_walk
from devtools.testing.working_tree import module_command


class Walker(FakeBackend):
    """Makes walks; prompts with "fail" fail. Counts what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.prompts: list[str] = []
        self.batch_sizes: list[int] = []

    def generate_many(self, jobs: list[GenerationJob]) -> list[list[Motion] | RequestError]:
        self.batch_sizes.append(len(jobs))
        self.prompts += [job.request.prompt for job in jobs]
        return [
            RequestError("no such action") if "fail" in job.request.prompt else [make_walk(20)]
            for job in jobs
        ]


def write_table(folder: Path, text: str, name: str = "jobs.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read_results(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / FILE_NAME).read_text(encoding="utf-8").splitlines()]


def test_csv_and_json_lines_hold_the_same(tmp_path: Path) -> None:
    header = "\ufeffprompt,seconds,seed,samples,name\r\n"
    table = header + '"a person walks, then waves",3.5,7,2,hello\r\n,,,,\r\njumps,,,,\r\n'
    first, second = read_job_table(write_table(tmp_path, table))
    lines = (
        '{"prompt": "a person walks, then waves", "seconds": 3.5, "seed": 7, "samples": 2, "name": "hello"}\n\n'
        '{"prompt": "jumps"}\n'
    )
    assert [first, second] == read_job_table(write_table(tmp_path, lines, "jobs.jsonl"))
    assert (first.prompt, first.parts[0].seconds, first.seed, first.samples) == (
        "a person walks, then waves", 3.5, 7, 2,
    )  # fmt: skip
    assert second.parts[0].seconds == 4.0 and second.number == 2


def test_parts_become_segments_with_their_seeds(tmp_path: Path) -> None:
    line = '{"parts": [{"prompt": "walks", "seconds": 2}, {"prompt": "sits down", "seed": 9}], "seconds": 3, "seed": 4}'
    (job,) = read_job_table(write_table(tmp_path, line, "jobs.jsonl"))
    request = job.build_request(1, 20.0)
    assert [s.duration_frames for s in request.segments] == [40, 60]
    assert [s.seed for s in request.segments] == [None, 9] and request.options.seed == 5


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "seconds\n4\n", "no column named prompt"),
        ("a.csv", "prompt\n", "has no jobs"),
        ("a.csv", "prompt,seconds\nwalks,-1\n", "line 2: seconds -1 is not possible"),
        ("a.csv", "prompt,seconds\nwalks,nan\n", "line 2: seconds nan"),
        ("a.csv", "prompt,seconds\na, b, c\n", "quotes around"),
        ("a.csv", "prompt,colour\nwalks,red\n", "colour is unknown"),
        ("a.csv", "prompt,samples\nwalks,0\n", "samples 0"),
        ("a.csv", "prompt\n" + "x" * 1001 + "\n", "1001 characters"),
        ("a.jsonl", "walks\n", "line 1: this is no JSON object"),
        ("a.jsonl", '{"prompt": 3}', "prompt is no text"),
        ("a.jsonl", '{"parts": []}', "no list of objects"),
        ("a.jsonl", '{"prompt": "walks", "seed": true}', "seed True"),
        ("a.jsonl", "[" * 100000, "no JSON object"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_one_sentence_with_its_line(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        read_job_table(write_table(tmp_path, text, name))


def test_missing_and_foreign_files_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="is no file"):
        read_job_table(tmp_path / "missing.csv")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(RequestError, match="UTF-8"):
        read_job_table(tmp_path / "picture.csv")


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("../{name}", "leads out"), ("/etc/{name}", "leads out"), ("c:{name}", "leads out"),
        ("{prompt.__class__}", "unknown fields"), ("{", "unknown fields"), ("{name}", "would write the same file"),
    ],
)  # fmt: skip
def test_patterns_stay_in_the_folder_and_tell_samples_apart(
    tmp_path: Path, pattern: str, message: str
) -> None:
    jobs = read_job_table(write_table(tmp_path, "prompt,samples\nwalks,2\n"))
    with pytest.raises(RequestError, match=message):
        list_outputs(jobs, tmp_path, pattern, ".npz")


def test_names_are_filled_in(tmp_path: Path) -> None:
    jobs = read_job_table(
        write_table(tmp_path, "prompt,name,seed,output\nwalks,Held Ärger?,3,\nruns,,0,takes/{name}.bvh\n")
    )
    outputs = list_outputs(jobs, tmp_path, "{number}_{name}_{seed}", ".glb")
    assert (
        outputs[1, 0] == tmp_path / "1_Held-Ärger_3.glb" and outputs[2, 0] == tmp_path / "takes" / "runs.bvh"
    )
    assert make_file_name("con") == "_con" and make_file_name("???") == "motion"


def test_a_failed_job_does_not_stop_the_others_and_is_tried_again(tmp_path: Path) -> None:
    jobs = read_job_table(write_table(tmp_path, "prompt\nwalks\nfail\nruns\n"))
    out, backend = tmp_path / "out", Walker()
    summary = run_batch(jobs, backend, BatchOptions(out))
    assert (summary.done, summary.before, summary.failed) == (2, 0, 1)
    results = {result["job"]: result for result in read_results(out)}
    assert results[2]["status"] == "failed" and results[2]["error"] == "no such action"
    assert len(read_motion(out / results[1]["output"])) == 20
    summary = run_batch(jobs, backend, BatchOptions(out))
    assert (summary.done, summary.before, summary.failed) == (0, 2, 1)
    assert backend.prompts == ["walks", "fail", "runs", "fail"] and len(read_results(out)) == 3


def test_eight_samples_go_through_the_network_together(tmp_path: Path) -> None:
    jobs = read_job_table(write_table(tmp_path, "prompt,samples\nwalks,13\nruns,4\n"))
    backend = Walker()
    run_batch(jobs, backend, BatchOptions(tmp_path / "out"))
    assert backend.batch_sizes == [8, 8, 1]


def test_a_changed_job_or_a_lost_file_is_made_again(tmp_path: Path) -> None:
    out, backend = tmp_path / "out", Walker()
    run_batch(read_job_table(write_table(tmp_path, "prompt\nwalks\nruns\n")), backend, BatchOptions(out))
    (out / "1_walks_0.npz").unlink()
    jobs = read_job_table(write_table(tmp_path, "prompt,seconds\nwalks,\nruns,9\n"))
    assert run_batch(jobs, backend, BatchOptions(out)).done == 2


def test_a_log_that_was_cut_off_is_read(tmp_path: Path) -> None:
    jobs = read_job_table(write_table(tmp_path, "prompt\nwalks\nruns\njumps\n"))
    out, backend = tmp_path / "out", Walker()
    run_batch(jobs, backend, BatchOptions(out))
    log = out / FILE_NAME
    log.write_bytes(log.read_bytes()[:-20])
    assert run_batch(jobs, backend, BatchOptions(out)).done == 1
    assert sorted(result["job"] for result in read_results(out)) == [1, 2, 3]


def test_one_batch_is_the_same_as_single_requests(tmp_path: Path) -> None:
    jobs = read_job_table(
        write_table(tmp_path, "prompt,seconds,seed\na person waves,1,5\na person walks forward,2,6\n")
    )
    backend = EmbeddedBackend()
    run_batch(jobs, backend, BatchOptions(tmp_path / "out"))
    alone = backend.generate(make_text_request("a person walks forward", 2.0, 30.0, 6))[0]
    batched = read_motion(tmp_path / "out" / "2_a-person-walks-forward_6.npz")
    write_motion(alone, tmp_path / "alone.npz")
    assert abs(batched.positions - read_motion(tmp_path / "alone.npz").positions).max() < 2e-3


def test_constraints_are_read_as_mmcp_has_them(tmp_path: Path) -> None:
    entries = [
        {"type": "root_path", "frames": [0, 30], "positions_xz": [[0, 0], [1, 2]]},
        {"type": "effector_target", "joint": "left_wrist", "frames": [3], "positions": [[0, 1, 0]]},
        {"type": "pose_keyframe", "frame": 5, "joint_rotations": {"head": [0, 0, 0, 1]}},
    ]
    path = write_table(tmp_path, json.dumps(entries), "path.json")
    assert read_constraints(path) == (
        RootPath((0, 30), ((0.0, 0.0), (1.0, 2.0))),
        EffectorTarget("left_wrist", (3,), ((0.0, 1.0, 0.0),)),
        PoseKeyframe(5, {"head": (1.0, 0.0, 0.0, 0.0)}),
    )
    jobs = read_job_table(write_table(tmp_path, "prompt,constraints\nwalks,path.json\n"))
    assert len(jobs[0].build_request(0, 30.0).constraints) == 3
    target = {"type": "effector_target", "joint": "head", "frames": [0]}
    for wrong in (
        [{"type": "gravity"}],
        [{"type": "root_path"}],
        [{"type": "root_path", "frames": [1e9], "positions_xz": []}],
        {"other": []},
        [target | {"positions": [[0, 1]]}],
    ):
        with pytest.raises(RequestError, match="holds no constraints"):
            read_constraints(write_table(tmp_path, json.dumps(wrong), "wrong.json"))
    paths = [{"type": "root_path", "frames": [3], "positions_xz": [[x, 0]]} for x in (0, 5)]
    with pytest.raises(RequestError, match=r"5\.0 m apart at frame 3"):
        read_constraints(write_table(tmp_path, json.dumps(paths), "apart.json"))


def batch_command(table: Path, out: Path, *more: object) -> list[str]:
    return module_command(sys.executable, "inference.__main__", "batch", table, "-o", out, *more)


def test_workers_share_the_work(tmp_path: Path) -> None:
    table = write_table(tmp_path, "prompt,seconds,samples\na person walks forward,1,5\nfail,700,1\n")
    done = subprocess.run(
        batch_command(table, tmp_path / "out", "--workers", 2),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 3, done.stderr
    assert "5 motions made, 0 were there, 1 failed" in done.stdout
    results = read_results(tmp_path / "out")
    assert sorted((r["job"], r["sample"]) for r in results) == [(1, k) for k in range(1, 6)] + [(2, 1)]
    assert all((tmp_path / "out" / r["output"]).is_file() for r in results if r["status"] == "done")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_batch_that_is_killed_is_finished_once(tmp_path: Path, workers: int) -> None:
    table, out = (
        write_table(tmp_path, "prompt,seconds,samples\na person walks forward,1,24\n"),
        tmp_path / "out",
    )
    chance = random.Random(workers)
    for _ in range(3):
        process = subprocess.Popen(
            batch_command(table, out, "--batch", 2, "--workers", workers),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.3, 2.5))
        process.kill()
        process.wait()
    subprocess.run(
        batch_command(table, out, "--workers", workers), check=True, timeout=300, capture_output=True
    )
    results = read_results(out)
    assert sorted(r["sample"] for r in results) == list(range(1, 25))
    assert {path.name for path in out.iterdir() if not path.name.startswith(".")} == {
        FILE_NAME, *(r["output"] for r in results)
    }  # fmt: skip
    assert all(len(read_motion(out / r["output"])) == 30 for r in results)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--workers", "0"], "0 workers"), (["--batch", "0"], "0 samples"), (["--fps", "nan"], "frame rate"),
     (["--checkpoint", "x", "--server", "http://127.0.0.1:1"], "Choose one")],
)  # fmt: skip
def test_wrong_options_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    table = write_table(tmp_path, "prompt\nwalks\n")
    assert cli.main(["batch", str(table), "-o", str(tmp_path / "out"), *arguments]) == 2
    assert message in capsys.readouterr().err and not (tmp_path / "out").exists()
