# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py test``: every check in a process of its own, two at a time, and one line of sums at the end."""

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
from .console import CommandError, say
from .environments import ROOT, cache_folder, ensure
from .package import blender_environment

SECONDS = 1800
"""Longest that one test process may take before it is ended and counted as failed."""


@dataclass
class Result:
    """What one process found."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: set[str] = field(default_factory=set)
    output: str = ""
    seconds: float = 0.0


Check = Callable[[Path], Result]
"""Runs in an empty scratch folder of its own."""


def check(suites: list[str], blenders: list[str], expression: str | None = None, jobs: int = 2) -> int:
    """Run the suites, print what failed and why anything was skipped; 0 when nothing failed."""
    begun = time.perf_counter()
    makers: dict[str, Callable[[], Iterator[Check]]] = {
        "lint": _lint,
        "unit": lambda: _unit(expression),
        "blender": lambda: _blender(blenders, expression),
        "gui": lambda: _gui(expression),
    }
    # windows watch for stutter: each has the machine to itself, when all else is done
    shared = [one for suite in suites if suite != "gui" for one in makers[suite]()]
    alone = list(makers["gui"]()) if "gui" in suites else []
    results = []
    with tempfile.TemporaryDirectory(prefix="kinescribe-") as scratch:
        for checks, workers in ((shared, max(1, jobs)), (alone, 1)):
            with ThreadPoolExecutor(workers) as pool:
                folders = [Path(scratch) / f"{workers}-{i}" for i in range(len(checks))]
                results += list(pool.map(_timed, checks, folders))
    for reason in sorted({f"{reason}" for result in results for reason in result.reasons}):
        say(f"skipped: {reason}")
    broken = [result for result in results if result.failed]
    if broken:
        say("failed: " + ", ".join(result.name for result in broken))
    passed, failed, skipped = (
        sum(getattr(r, kind) for r in results) for kind in ("passed", "failed", "skipped")
    )
    say(f"{passed} passed, {failed} failed, {skipped} skipped in {time.perf_counter() - begun:.0f} s")
    return 1 if failed or not passed else 0


def _timed(one: Check, scratch: Path) -> Result:
    scratch.mkdir()
    start = time.perf_counter()
    try:
        result = one(scratch)
    except CommandError as error:
        result = Result("environment", failed=1, output=str(error))
    result.seconds = time.perf_counter() - start
    counts = f"{result.passed} passed"
    counts += f", {result.failed} FAILED" if result.failed else ""
    counts += f", {result.skipped} skipped" if result.skipped else ""
    shown = f"\n{result.output.rstrip()}\n" if result.failed else ""
    say(f"{shown}{result.name}: {counts}, {result.seconds:.1f} s")
    shutil.rmtree(scratch, ignore_errors=True)
    return result


def _lint() -> Iterator[Check]:
    python = ensure("unit")
    ruff = [python, "-m", "ruff"]
    yield lambda scratch: _command(
        "ruff check", [*ruff, "check", "--quiet", "--output-format=concise", "."], ROOT
    )
    yield lambda scratch: _command("ruff format", [*ruff, "format", "--check", "--quiet", "."], ROOT)
    yield lambda scratch: _types(python, scratch)


def _types(python: Path, scratch: Path) -> Result:
    """The strict type checker over all that the extension's zip runs, with corrected stubs of Blender's modules.

    It is copied into a package, whatever the checkout is called.
    """
    package = scratch / "kinescribe"
    package.mkdir()
    for name in ("__init__.py", "session.py", "properties.py", "preferences.py"):
        shutil.copy(ROOT / name, package / name)
    for room in ("motion", "inference", "scene", "operators", "panels", "translations"):
        shutil.copytree(ROOT / room, package / room, ignore=lambda folder, names: [
            name for name in names if not (name.endswith(".py") or (Path(folder) / name).is_dir())
        ])  # fmt: skip
    bpy_stubs.write(python, scratch)
    command = [python, "-m", "mypy", "--config-file", ROOT / "mypy.ini", "--cache-dir", cache_folder() / "mypy",
               "-p", "kinescribe"]  # fmt: skip
    return _command("mypy --strict", command, scratch)


def _command(name: str, command: list[str | Path], folder: Path) -> Result:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    good = done.returncode == 0
    return Result(name, passed=int(good), failed=int(not good), output=done.stdout + done.stderr)


def _unit(expression: str | None) -> Iterator[Check]:
    folder = ROOT / "tests" / "unit"
    # these read sources and zips: another NumPy changes nothing for them
    without_numpy = [f"--ignore={folder / name}" for name in ("test_architecture.py", "test_package.py")]
    for environment, more in (("unit", []), ("unit-numpy-1.24", without_numpy)):
        python = ensure(environment)
        yield lambda scratch, python=python, environment=environment, more=more: _pytest(  # type: ignore[misc]
            environment, python, folder, scratch, expression, more
        )
    # other people's models, and the embedded one beside its training, need torch, which no other environment has
    python = ensure("train")
    named = (folder / "test_body_mesh.py", folder / "test_embedded.py")
    for path in sorted([*folder.glob("test_checkpoints*.py"), *named]):
        yield lambda scratch, path=path: _pytest(  # type: ignore[misc]
            f"train {path.stem}", python, path, scratch, expression
        )


def _blender(versions: list[str], expression: str | None) -> Iterator[Check]:
    for version in versions:
        python = ensure(f"blender-{version}")
        # a process for each file: what one leaves in Blender, or a crash, cannot reach the next
        for path in sorted((ROOT / "tests" / "blender").glob("test_*.py")):
            yield lambda scratch, python=python, path=path, version=version: _pytest(  # type: ignore[misc]
                f"blender {version} {path.stem}", python, path, scratch, expression
            )


def _gui(expression: str | None) -> Iterator[Check]:
    python = ensure("unit")
    for suite in ("trixie", "sid"):
        yield lambda scratch, suite=suite: _pytest(  # type: ignore[misc]
            f"gui {suite}", python, ROOT / "tests" / "gui", scratch, expression, suite=suite
        )


def _pytest(
    name: str,
    python: Path,
    target: Path,
    scratch: Path,
    expression: str | None,
    more: Sequence[str] = (),
    suite: str = "",
) -> Result:
    """Run pytest on ``target``; a process that dies or hangs counts as one failure beside what it had not reported."""
    report = scratch / "report.xml"
    command = [
        str(python), "-P", str(ROOT / "devtools" / "env" / "pytest_child.py"), str(target), "-q", "-p",
        "no:cacheprovider", "--tb=short", f"--rootdir={ROOT}", f"--junitxml={report}", f"--basetemp={scratch / 'tmp'}",
        *(["-k", expression] if expression else []), *more,
    ]  # fmt: skip
    environment = {
        **blender_environment(scratch / "user"), "PYTHONDONTWRITEBYTECODE": "1",
        # two processes share the cores: more threads would only wait for one another
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        **({"KINESCRIBE_GUI_SUITES": suite} if suite else {}),
    }  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode("utf-8", "replace")
        return Result(name, failed=1, output=f"{output[-6000:]}\nstill running after {SECONDS} s")
    output = done.stdout.decode("utf-8", "replace")
    if not report.is_file():
        return Result(
            name, failed=1, output=f"{output[-6000:]}\nended with status {done.returncode} and no report"
        )
    result = Result(name, output=output)
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        kinds = {child.tag: child for child in case}
        if "failure" in kinds or "error" in kinds:
            result.failed += 1
        elif "skipped" in kinds:
            result.skipped += 1
            result.reasons.add(f"{name}: {kinds['skipped'].get('message', '')}")
        else:
            result.passed += 1
    if done.returncode not in (0, 1, 5) and not result.failed:
        result.failed += 1
    return result
