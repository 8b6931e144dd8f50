# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.fuzz``: what counts as a finding, and the sum over all processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kinescribe.motion.formats import read_motion

from devtools.fuzz import fuzz_common, fuzz_large, fuzz_report
from devtools.fuzz.fuzz import run_fuzz


def found(**changes: Any) -> dict[str, Any]:
    """What a process reports of two files, one of them read."""
    plain: dict[str, Any] = {
        "outcomes": {"walk.bvh: motion": 1, "walk.bvh: refused": 1}, "odd": [], "slowest": [0.2, "7 walk.bvh"],
        "peak_mb": 60.0, "said": "", "bytes": 1000,
    }  # fmt: skip
    return {**plain, **changes}


@pytest.mark.parametrize("job, changes, words", [
    (["0", "2"], {}, ""),
    (["0", "2"], {"slowest": [11.0, "7 walk.bvh"]}, "11.0 s for 7 walk.bvh"),
    (["0", "2"], {"peak_mb": 1100.0}, "1100 MB"),
    (["--hostile", "laughs"], {"slowest": [11.0, "laughs"]}, ""),
    (["--hostile", "laughs"], {"slowest": [61.0, "laughs"]}, "61.0 s"),
    (["--large", "BVH"], {"outcomes": {"BVH: motion": 1}}, ""),
    (["--large", "BVH"], {"outcomes": {"BVH: refused": 1}, "said": "too large"}, "BVH: too large"),
    (["--beyond", "BVH"], {"outcomes": {"BVH: motion": 1}, "said": "9 frames"}, "BVH: 9 frames"),
    (["--beyond", "BVH"], {"outcomes": {"BVH: refused": 1}}, ""),
])  # fmt: skip
def test_what_is_over_a_limit_is_odd(job: list[str], changes: dict[str, Any], words: str) -> None:
    report = found(**changes)
    fuzz_report.add_violations(job, report)
    assert len(report["odd"]) == bool(words)
    assert words in "".join(report["odd"])


def test_processes_of_several_runs_add_up(tmp_path: Path) -> None:
    parts = [
        found(job=["0", "2"], date="2026-11-21"),
        found(job=["2", "2"], date="2026-11-22", slowest=[0.5, "3 walk.bvh"], odd=["3 walk.bvh: ValueError"]),
        found(job=["--large", "BVH"], date="2026-11-22", outcomes={"BVH: motion": 1}, peak_mb=900.0),
    ]
    for k, part in enumerate(parts):
        (tmp_path / f"{k}.json").write_text(json.dumps(part), encoding="utf-8")
    report = fuzz_report.sum_results(tmp_path)
    assert (report["from"], report["to"]) == ("2026-11-21", "2026-11-22")
    damaged = report["damaged"]
    assert (damaged["files"], damaged["motion"], damaged["refused"]) == (4, 2, 2)
    assert (damaged["slowest_s"], damaged["peak_mb"]) == (0.5, 60)
    assert report["odd"] == ["3 walk.bvh: ValueError"]
    assert report["large"][0]["peak_mb"] == 900


def test_a_run_goes_on_where_it_was_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "parts"
    kept.mkdir()
    part = found(job=["0", "2"], date="2026-11-21")
    (kept / "000000-000002.json").write_text(json.dumps(part), encoding="utf-8")
    assert (
        run_fuzz(
            tmp_path, file_count=2, first=0, process_count=1, parts=["damaged"], resume=True, write_page=False
        )
        == 0
    )
    assert "1 of 1 parts have a result already" in capsys.readouterr().out


@pytest.mark.parametrize("make", [fuzz_large.bvh_parts, fuzz_large.gltf_parts])
def test_large_files_are_good_ones(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"".join(make(1200, 75)))
    motion = read_motion(path, 1)
    assert len(motion) == 1200
    assert abs(motion.local_rotations[600] - motion.local_rotations[640]).max() > 0.05


@pytest.mark.parametrize("name", ["ASF/AMC of 20 MB", "4D-Humans of 20 MB", "ROMP of 20 MB", "TRAM of 20 MB"])
def test_files_of_20_mb_are_good_ones(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fuzz_common.CASES_OF_20_MB, name, (fuzz_common.CASES_OF_20_MB[name][0], 3))
    fuzz_common.build_common_file(name, tmp_path / "file")
    assert len(read_motion(tmp_path / "file", 1)) in (123, 123 - 5)
    assert not [path for path in tmp_path.iterdir() if path.stem != "file"]
