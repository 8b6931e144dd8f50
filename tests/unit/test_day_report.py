# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of an animator's jobs, and that each job is played and promised."""

from __future__ import annotations

import json
import re

from devtools.bench import day_jobs as jobs
from devtools.env.environments import ROOT


def test_each_job_is_noted_by_a_play() -> None:
    noted: list[str] = []
    for play in jobs.JOB_PLAYS:
        text = (ROOT / "tests" / "gui" / "plays" / f"{play}.py").read_text("utf-8")
        noted += re.findall(r'"([a-f]: [^"]+)"', text)
    assert sorted(noted) == sorted(jobs.JOBS)


def test_the_page_shows_the_report_and_keeps_the_promises() -> None:
    figures = json.loads(jobs.REPORT.path.read_text("utf-8"))
    assert jobs.format_table(figures) in jobs.REPORT.page.read_text("utf-8")
    for counted in figures["blender"].values():
        assert {job: count for job, count in counted.items() if count > jobs.JOBS[job].most} == {}


def test_a_job_that_was_not_played_has_no_figure() -> None:
    text = jobs.format_table({"blender": {"5.2": {"a: compare two, keep one": 2}}})
    row = next(line for line in text.splitlines() if "compare two" in line)
    assert row.rstrip(" |").endswith("2")
    assert sum(line.rstrip(" |").endswith("-") for line in text.splitlines()[2:]) == len(jobs.JOBS) - 1
