# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py mutants``: change one expression of the code at a time and check that a test fails.

Each mutant is a plausible mistake in a choice that nothing but a test protects. All are applied to a copy of the
checkout; the checkout itself is not changed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..env.console import CommandError, print_line
from ..env.environments import ROOT, ensure_environment

MAX_SECONDS = 900
"""Longest that the tests of one mutant may run; a mutant that hangs them counts as killed."""


@dataclass(frozen=True)
class Mutant:
    """One changed expression.

    Attributes
    ----------
    file : path of the changed file in the checkout
    old : text that occurs exactly once in the file
    new : text that takes its place
    tests : what pytest runs, from the checkout's root; at least one of these tests has to fail
    environment : the environment with the packages that the tests need
    """

    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    environment: str = "unit"


MUTANTS = (
    Mutant(
        "motion/rotations.py",
        "b = np.where(dot < 0, -b, b)",
        "b = np.where(dot < -2, -b, b)",
        ("tests/unit/test_rotations.py",),
    ),
    Mutant(
        "motion/contact/contact_holds.py",
        "MAX_CONTACT_DRIFT = 0.1",
        "MAX_CONTACT_DRIFT = 1.0",
        ("tests/unit/test_limb_lock.py",),
    ),
    Mutant(
        "motion/constraints/interpolation.py",
        "np.where(gaps > 0, np.minimum(gaps, fade_frames), fade_frames)",
        "np.where(gaps > 0, fade_frames, fade_frames)",
        ("tests/unit/test_constraints.py",),
    ),
    Mutant(
        "motion/retarget/twist_bones.py",
        "lower_column = columns[lower] if includes_lower else -1",
        "lower_column = -1",
        ("tests/unit/test_retarget_rigs.py",),
    ),
    Mutant(
        "motion/retarget/rest_fit.py",
        "rig.deform, rig.constrained",
        "rig.deform, rig.deform",
        ("tests/unit/test_rest_fit.py",),
    ),
    Mutant(
        "motion/retarget/root_motion.py",
        "(displacement - displacement[0]) * np.array([1.0, 0.0, 1.0])",
        "(displacement - displacement[0]) * np.array([1.0, 1.0, 1.0])",
        ("tests/unit/test_retarget.py", "tests/unit/test_retarget_rigs.py"),
    ),
    Mutant(
        "motion/mapping/bone_map.py",
        "_MIN_COVERAGE = 0.3",
        "_MIN_COVERAGE = 0.8",
        ("tests/unit/test_bone_map.py", "tests/unit/test_families.py"),
    ),
    Mutant(
        "training/network/constraint_masks.py",
        "(known[:, ROTATION_COLUMNS.start] == 0)",
        "(known[:, ROTATION_COLUMNS.start] >= 0)",
        ("tests/unit/test_constraint_masks.py",),
    ),
    Mutant(
        "inference/serve/fair_queue.py",
        "if finish_time <= latest]",
        "if finish_time <= latest or True]",
        ("tests/unit/test_serve_attacks.py::test_jobs_do_not_keep_waiting_clients",),
    ),
    Mutant(
        "motion/fingers.py",
        "else np.array([0.0, -1.0, 0.0])",
        "else np.array([0.0, 1.0, 0.0])",
        ("tests/unit/test_retarget_rigs.py",),
    ),
    Mutant(
        "motion/retarget/foot_placement.py",
        "                strength * toe_firmness,\n",
        "                0.0 * toe_firmness,\n",
        ("tests/unit/test_limb_lock.py",),
    ),
    Mutant(
        "motion/retarget/limb_lock.py",
        "        weights = 1.0 - compute_freedom(",
        "        weights = 0.0 * compute_freedom(",
        ("tests/unit/test_limb_lock.py",),
    ),
    Mutant(
        "motion/retarget/effector_fit.py",
        "if up > 0 else 0.0",
        "if up > 9 else 0.0",
        ("tests/unit/test_effector_points.py",),
    ),
    Mutant(
        "motion/keys/key_reduction.py",
        "float(np.radians(tolerance.degrees))",
        "float(np.radians(3.0 * tolerance.degrees))",
        ("tests/unit/test_key_reduction.py",),
    ),
    Mutant(
        "motion/contact/ground_levels.py",
        "(contact.middle_frame, contact.height - level)",
        "(contact.middle_frame, 0.0 * level)",
        ("tests/unit/test_ground_levels.py",),
    ),
    Mutant(
        "training/network/train.py",
        "weights = 0.4 + (spread",
        "weights = 4.0 + (spread",
        ("tests/unit/test_embedded.py::test_losses_count_most_what_moves",),
        "train",
    ),
    # the seven that survived when the first review of the tests tried them
    Mutant(
        "inference/embedded/guidance.py",
        "encode_clip(apply_constraints(clip, goals, T_POSE))",
        "encode_clip(clip)",
        ("tests/unit/test_embedded_steps.py",),
    ),
    Mutant(
        "inference/embedded/postprocess.py",
        "np.asarray(root + np.array([0.0, SOLE_HEIGHT - lowest, 0.0]))",
        "np.asarray(root)",
        ("tests/unit/test_embedded_steps.py",),
    ),
    Mutant(
        "inference/embedded/default_side.py",
        "anticlockwise both hands arms palms fists legs knees",
        "anticlockwise",
        ("tests/unit/test_embedded_steps.py",),
    ),
    Mutant(
        "motion/repeat.py",
        "seam_height = 0.5 * (root[-1, 1] + root[0, 1])",
        "seam_height = 0.9 * root[-1, 1] + 0.1 * root[0, 1]",
        ("tests/unit/test_repeat.py",),
    ),
    Mutant(
        "motion/contact/contacts.py",
        "_MIN_SECONDS = 0.12",
        "_MIN_SECONDS = 0.0",
        ("tests/unit/test_foot_lock.py",),
    ),
    Mutant(
        "motion/contact/foot_lock.py",
        "weight = smoothstep(1.0 - distance)",
        "weight = np.clip(1.0 - distance, 0.0, 1.0)",
        ("tests/unit/test_foot_lock.py",),
    ),
    Mutant(
        "inference/ardy/layers.py",
        "_TAIL_SCALE = np.float32(0.28)",
        "_TAIL_SCALE = np.float32(0.2800002)",
        ("tests/unit/test_ardy_model.py",),
    ),
    Mutant(
        "inference/kimodo/network.py",
        "tokens[:count] if self._hides_missing_text else tokens",
        "tokens",
        ("tests/unit/test_kimodo.py",),
    ),
    Mutant(
        "inference/remote/transport.py",
        "_MAX_REDIRECTS = 3",
        "_MAX_REDIRECTS = 30",
        ("tests/unit/test_remote_faults.py",),
    ),
)


def run_mutants(mutants: Sequence[Mutant] = MUTANTS) -> int:
    """Run the tests of each mutant, print which ones were killed, and return 0 if all were.

    Raises :class:`CommandError` if a test fails in the unchanged code: it would seem to kill every mutant.
    """
    killed = 0
    pythons = {
        environment: ensure_environment(environment)
        for environment in sorted({m.environment for m in mutants})
    }
    with tempfile.TemporaryDirectory(prefix="kinescribe-") as scratch:
        checkout = Path(scratch) / "kinescribe"
        _copy_checkout(checkout)
        _check_unchanged_code(mutants, checkout, pythons)
        for mutant in mutants:
            start = time.perf_counter()
            outcome, failed_test = _try_mutant(mutant, checkout, pythons[mutant.environment])
            killed += outcome == "killed"
            change = f"{' '.join(mutant.old.split())} -> {' '.join(mutant.new.split())}"
            by = f" by {failed_test}" if failed_test else ""
            print_line(f"{outcome}{by}: {mutant.file}: {change} ({time.perf_counter() - start:.0f} s)")
    print_line(f"{killed} of {len(mutants)} killed")
    return 0 if killed == len(mutants) else 1


def _copy_checkout(target: Path) -> None:
    """Copy the tracked files of the working tree, and link the optional material beside them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        raise CommandError("the checkout is copied by git ls-files, which failed here")
    for name in filter(None, listed.stdout.decode("utf-8").split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    shared = ROOT.parent / "shared"
    if shared.is_dir():
        (target.parent / "shared").symlink_to(shared.resolve(), target_is_directory=True)


def _check_unchanged_code(mutants: Sequence[Mutant], checkout: Path, pythons: Mapping[str, Path]) -> None:
    for environment, python in pythons.items():
        tests = {test for mutant in mutants if mutant.environment == environment for test in mutant.tests}
        status, output = _run_tests(python, sorted(tests), checkout)
        if status != 0:
            raise CommandError(f"the tests have to pass in the unchanged code first\n{output[-3000:]}")


def _try_mutant(mutant: Mutant, checkout: Path, python: Path) -> tuple[str, str]:
    """Apply a mutant, run its tests and undo it again.

    Returns
    -------
    tuple of str
        "killed", "survived" or what went wrong; and the test that failed, empty if none did.
    """
    path = checkout / mutant.file
    source = path.read_text(encoding="utf-8") if path.is_file() else ""
    if source.count(mutant.old) != 1:
        return "text is gone" if mutant.old not in source else "text occurs several times", ""
    path.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        status, output = _run_tests(python, mutant.tests, checkout)
    except subprocess.TimeoutExpired:
        return "killed", f"tests that ran for {MAX_SECONDS} s"
    finally:
        path.write_text(source, encoding="utf-8")
    failed = re.search(r"^FAILED \S*?(\w+\.py::[^ \n]+)", output, re.MULTILINE)
    outcome = {0: "survived", 1: "killed"}.get(status, f"pytest ended with status {status}")
    return outcome, failed[1] if failed else ""


def _run_tests(python: Path, tests: Sequence[str], checkout: Path) -> tuple[int, str]:
    """Run tests of the copy up to the first failure; returns pytest's exit status and its output."""
    # no compiled files: a mutant that is as long as the original and written in the same second would go unseen
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    command = [str(python), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        command, cwd=checkout, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        encoding="utf-8", errors="replace", timeout=MAX_SECONDS, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout
