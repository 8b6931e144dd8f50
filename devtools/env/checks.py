# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py test``: every check in a process of its own, some at a time, and one line of totals at the end."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from . import bpy_stubs
from .console import CommandError, print_line
from .environments import ROOT, cache_folder, ensure_environment
from .package import blender_variables

MAX_SECONDS = 1800
"""A test process that takes longer is killed and counts as a failure."""


@dataclass
class CheckResult:
    """Test counts of one process.

    Attributes
    ----------
    name : str
        What was run, as printed.
    passed, failed, skipped : int
        Numbers of tests.
    skip_reasons : set of str
        Why tests were skipped.
    output : str
        What the process printed; shown if something failed.
    seconds : float
        How long it took.
    """

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    skip_reasons: set[str] = field(default_factory=set)
    output: str = ""
    seconds: float = 0.0


Check = Callable[[Path], CheckResult]
"""Runs one check in an empty scratch folder."""


def run_suites(
    suites: list[str], blenders: list[str], expression: str | None = None, process_count: int = 2
) -> int:
    """Run the suites, print what failed and why tests were skipped; return 0 if nothing failed.

    Parameters
    ----------
    suites : list of str
        Of "lint", "unit", "blender" and "gui".
    blenders : list of str
        Blender versions for the suite "blender".
    expression : str, optional
        Only tests whose names match, as pytest's ``-k``.
    process_count : int
        Test processes at the same time. Window tests always run alone.
    """
    started = time.perf_counter()
    checks_of: dict[str, Callable[[], Iterator[Check]]] = {
        "lint": _lint_checks,
        "unit": lambda: _unit_checks(expression),
        "blender": lambda: _blender_checks(blenders, expression),
        "gui": lambda: _gui_checks(expression),
    }
    # window tests measure stutter: they run last, one at a time
    parallel_checks = [one for suite in suites if suite != "gui" for one in checks_of[suite]()]
    serial_checks = list(checks_of["gui"]()) if "gui" in suites else []
    results = []
    with tempfile.TemporaryDirectory(prefix="kinescribe-") as scratch:
        for checks, workers in ((parallel_checks, max(1, process_count)), (serial_checks, 1)):
            with ThreadPoolExecutor(workers) as pool:
                folders = [Path(scratch) / f"{workers}-{i}" for i in range(len(checks))]
                results += list(pool.map(_run_timed, checks, folders))
    for reason in sorted({reason for result in results for reason in result.skip_reasons}):
        print_line(f"skipped: {reason}")
    failures = [result for result in results if result.failed]
    if failures:
        print_line("failed: " + ", ".join(result.name for result in failures))
    passed, failed, skipped = (
        sum(getattr(r, kind) for r in results) for kind in ("passed", "failed", "skipped")
    )
    print_line(
        f"{passed} passed, {failed} failed, {skipped} skipped in {time.perf_counter() - started:.0f} s"
    )
    return 1 if failed or not passed else 0


def _run_timed(check: Check, scratch: Path) -> CheckResult:
    scratch.mkdir()
    start = time.perf_counter()
    try:
        result = check(scratch)
    except CommandError as error:
        result = CheckResult("environment", failed=1, output=str(error))
    result.seconds = time.perf_counter() - start
    counts = f"{result.passed} passed"
    counts += f", {result.failed} FAILED" if result.failed else ""
    counts += f", {result.skipped} skipped" if result.skipped else ""
    shown = f"\n{result.output.rstrip()}\n" if result.failed else ""
    print_line(f"{shown}{result.name}: {counts}, {result.seconds:.1f} s")
    shutil.rmtree(scratch, ignore_errors=True)
    return result


def _lint_checks() -> Iterator[Check]:
    python = ensure_environment("unit")
    ruff = [python, "-m", "ruff"]
    yield lambda scratch: _run_command(
        "ruff check", [*ruff, "check", "--quiet", "--output-format=concise", "."], ROOT
    )
    yield lambda scratch: _run_command("ruff format", [*ruff, "format", "--check", "--quiet", "."], ROOT)
    yield lambda scratch: _check_types(python, scratch)


def _check_types(python: Path, scratch: Path) -> CheckResult:
    """Run mypy in strict mode over all that the zip runs, copied into a package called ``kinescribe``.

    Blender's modules have corrected stubs.
    """
    package = scratch / "kinescribe"
    package.mkdir()
    for name in ("__init__.py", "session.py", "preferences.py"):
        shutil.copy(ROOT / name, package / name)
    for room in ("motion", "inference", "scene", "operators", "panels", "properties", "translations"):
        shutil.copytree(ROOT / room, package / room, ignore=lambda folder, names: [
            name for name in names if not (name.endswith(".py") or (Path(folder) / name).is_dir())
        ])  # fmt: skip
    bpy_stubs.write(python, scratch)
    command = [python, "-m", "mypy", "--config-file", ROOT / "mypy.ini", "--cache-dir", cache_folder() / "mypy",
               "-p", "kinescribe"]  # fmt: skip
    return _run_command("mypy --strict", command, scratch)


def _run_command(name: str, command: list[str | Path], folder: Path) -> CheckResult:
    process = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    succeeded = process.returncode == 0
    return CheckResult(
        name, passed=int(succeeded), failed=int(not succeeded), output=process.stdout + process.stderr
    )


def _unit_checks(expression: str | None) -> Iterator[Check]:
    folder = ROOT / "tests" / "unit"
    # these tests read sources and zips and do not depend on NumPy
    names = ("test_architecture.py", "test_package.py", "test_wheels.py")
    ignored_files = [f"--ignore={folder / name}" for name in names]
    for environment, more in (("unit", []), ("unit-numpy-1.24", ignored_files)):
        python = ensure_environment(environment)
        yield lambda scratch, python=python, environment=environment, more=more: _run_pytest(  # type: ignore[misc]
            environment, python, folder, scratch, expression, more
        )
    # checkpoints and comparisons with the code of others or with the training code need torch
    python = ensure_environment("train")
    named = (folder / "test_body_mesh.py", folder / "test_embedded.py", *folder.glob("test_ardy_t*.py"))
    for path in sorted([*folder.glob("test_checkpoints*.py"), *named]):
        yield lambda scratch, path=path: _run_pytest(  # type: ignore[misc]
            f"train {path.stem}", python, path, scratch, expression
        )
    exports = ensure_environment("onnx")
    path = folder / "test_ardy_text_exports.py"
    yield lambda scratch: _run_pytest(f"onnx {path.stem}", exports, path, scratch, expression)


def _blender_checks(versions: list[str], expression: str | None) -> Iterator[Check]:
    for version in versions:
        python = ensure_environment(f"blender-{version}")
        # a process for each file, so that neither a crash nor state left in Blender affects the next
        for path in sorted((ROOT / "tests" / "blender").glob("test_*.py")):
            yield lambda scratch, python=python, path=path, version=version: _run_pytest(  # type: ignore[misc]
                f"blender {version} {path.stem}", python, path, scratch, expression
            )


def _gui_checks(expression: str | None) -> Iterator[Check]:
    python = ensure_environment("unit")
    for suite in ("trixie", "sid"):
        yield lambda scratch, suite=suite: _run_pytest(  # type: ignore[misc]
            f"gui {suite}", python, ROOT / "tests" / "gui", scratch, expression, gui_suite=suite
        )


def _run_pytest(
    name: str,
    python: Path,
    target: Path,
    scratch: Path,
    expression: str | None,
    extra_arguments: Sequence[str] = (),
    gui_suite: str = "",
) -> CheckResult:
    """Run pytest in a process of its own.

    A process that crashes or exceeds :data:`MAX_SECONDS` counts as one failure.

    Parameters
    ----------
    name : str
        Name of the result.
    python : Path
        Interpreter with pytest.
    target : Path
        Test file or folder.
    scratch : Path
        Empty folder for temporary files.
    expression : str, optional
        As pytest's ``-k``.
    extra_arguments : sequence of str
        Further arguments of pytest.
    gui_suite : str
        Debian suite whose windowed Blender is tested.
    """
    report = scratch / "report.xml"
    command = [
        str(python), "-P", str(ROOT / "devtools" / "env" / "pytest_child.py"), str(target), "-q", "-p",
        "no:cacheprovider", "--tb=short", f"--rootdir={ROOT}", f"--junitxml={report}", f"--basetemp={scratch / 'tmp'}",
        *(["-k", expression] if expression else []), *extra_arguments,
    ]  # fmt: skip
    environment = {
        **blender_variables(scratch / "user"), "PYTHONDONTWRITEBYTECODE": "1",
        # several processes share the cores: more threads would only slow each other down
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        **({"KINESCRIBE_GUI_SUITES": gui_suite} if gui_suite else {}),
    }  # fmt: skip
    try:
        process = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=MAX_SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode("utf-8", "replace")
        return CheckResult(name, failed=1, output=f"{output[-6000:]}\nstill running after {MAX_SECONDS} s")
    output = process.stdout.decode("utf-8", "replace")
    if not report.is_file():
        return CheckResult(
            name, failed=1, output=f"{output[-6000:]}\nended with status {process.returncode} and no report"
        )
    result = CheckResult(name, output=output)
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        kinds = {child.tag: child for child in case}
        if "failure" in kinds or "error" in kinds:
            result.failed += 1
        elif "skipped" in kinds:
            result.skipped += 1
            result.skip_reasons.add(f"{name}: {kinds['skipped'].get('message', '')}")
        else:
            result.passed += 1
    if process.returncode not in (0, 1, 5) and not result.failed:
        result.failed += 1
    return result
