# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.env``: environments made once and repaired, missing libraries, test processes, tables, pages."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from devtools import commands
from devtools.env import audit, checks, console, environments
from devtools.env.report_page import replace_section


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An empty cache folder, and the list of what ``ensure_environment`` would have run in it."""
    ran: list[str] = []

    def run(command: list[str], _problem: str) -> None:
        ran.append("venv" if "venv" in command else "pip")
        if "venv" in command:
            python = environments.environment_python(Path(command[-1]))
            python.parent.mkdir(parents=True)
            python.touch()

    monkeypatch.setattr(environments, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(environments, "_run_checked", run)
    monkeypatch.setitem(environments.REQUIREMENTS, "unit", ["one==1"])
    return ran


def test_environment_is_made_once_and_mended_when_its_list_changes(
    made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    python = environments.ensure_environment("unit")
    assert python.exists()
    assert environments.ensure_environment("unit") == python
    assert made == ["venv", "pip"]
    monkeypatch.setitem(environments.REQUIREMENTS, "unit", ["one==2"])
    environments.ensure_environment("unit")
    assert made == ["venv", "pip", "pip"]


def test_interrupted_environment_is_taken_up_again(made: list[str], tmp_path: Path) -> None:
    environments.ensure_environment("unit")
    (tmp_path / "env" / "unit" / "kinescribe-requirements.txt").unlink()
    environments.ensure_environment("unit")
    assert made == ["venv", "pip", "pip"]


def test_two_at_once_make_one_environment(made: list[str]) -> None:
    threads = [threading.Thread(target=environments.ensure_environment, args=("unit",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["venv", "pip"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries are looked for on Linux alone")
def test_missing_libraries_are_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> None:
        if name in ("libXi.so.6", "libSM.so.6"):
            raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", load)
    with pytest.raises(console.CommandError) as caught:
        environments.check_libraries()
    assert "apt-get install -y libxi6 libsm6" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_command_ends_with_its_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert commands.main(["train", "--data", str(tmp_path), "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().out.strip()
    assert said.startswith("dev.py train: ")
    assert "\n" not in said


def test_a_process_that_dies_counts_as_a_failure(tmp_path: Path) -> None:
    test = tmp_path / "test_dies.py"
    test.write_text("import os\n\ndef test_it():\n    os._exit(7)\n", encoding="utf-8")
    result = checks._run_pytest("dies", Path(sys.executable), test, tmp_path, None)
    assert (result.passed, result.failed) == (0, 1)
    assert "status 7" in result.output


def test_a_process_that_hangs_counts_as_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_arguments: object, **_options: object) -> None:
        raise subprocess.TimeoutExpired("pytest", 1, output=b"so far")

    monkeypatch.setattr(subprocess, "run", late)
    result = checks._run_pytest("hangs", Path(sys.executable), tmp_path, tmp_path, None)
    assert result.failed == 1
    assert "so far" in result.output


def test_counts_and_reasons_are_read_from_the_report(tmp_path: Path) -> None:
    test = tmp_path / "test_mixed.py"
    test.write_text(
        "import pytest\n\ndef test_good():\n    assert True\n\n\ndef test_bad():\n    assert False\n\n\n"
        "def test_absent():\n    pytest.skip('needs a thing that is not here')\n",
        encoding="utf-8",
    )
    result = checks._run_pytest("mixed", Path(sys.executable), test, tmp_path, None)
    assert (result.passed, result.failed, result.skipped) == (1, 1, 1)
    assert result.skip_reasons == {"mixed: needs a thing that is not here"}


def test_tables_are_markdown() -> None:
    lines = console.markdown_table(["what", "time"], [["a", "1.0 s"], ["longer", "12.5 s"]]).splitlines()
    assert lines == [
        "| what   |   time |",
        "| ------ | -----: |",
        "| a      |  1.0 s |",
        "| longer | 12.5 s |",
    ]


def test_text_columns_of_a_table_are_aligned_to_the_left() -> None:
    lines = console.markdown_table(["a", "b", "c"], [["x", "yyyy", "1"]], text_columns=2).splitlines()
    assert lines == ["| a   | b    |   c |", "| --- | ---- | --: |", "| x   | yyyy |   1 |"]


def test_a_section_of_a_page_is_replaced_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a -->\nold\n<!-- end of a -->\nafter\n", encoding="utf-8")
    replace_section(page, "<!-- a -->", "<!-- end of a -->", "new\n")
    assert page.read_text(encoding="utf-8") == "before\n<!-- a -->\nnew\n<!-- end of a -->\nafter\n"
    with pytest.raises(console.CommandError, match="has no lines <!-- b -->"):
        replace_section(page, "<!-- b -->", "<!-- end of b -->", "new")


def test_every_pin_is_audited_once() -> None:
    pins = audit.list_pins()
    assert "numpy==1.24.4" in pins and "ray==2.60.0" in pins
    groups = audit._group_pins(pins)
    assert sorted(pin for group in groups for pin in group) == pins
    for group in groups:
        names = [pin.split("==")[0] for pin in group]
        assert len(set(names)) == len(names) and all(pin.count("==") == 1 for pin in group)


def test_an_audit_without_a_network_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(
            [], 1, "", "requests.exceptions.ConnectionError: Max retries exceeded"
        )

    monkeypatch.setattr(audit, "ensure_environment", lambda _name: Path(sys.executable))
    monkeypatch.setattr(audit.subprocess, "run", answer)
    with pytest.raises(console.CommandError, match="can't be reached"):
        audit.audit_packages()
