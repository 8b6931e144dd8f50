# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py cases``: read all cases of motion files and rigs, and count right, refused and wrong results.

Below each case stand the notes of the import: its assumptions, or the sentence that asks or refuses.

``python -m devtools.testing.run_cases [FOLDER]`` reads the own cases (``file_cases``, ``rig_cases``) and those in
FOLDER, which holds a folder for each case with its file, and ``mini_human.py`` with the motion that all of them show.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from .working_tree import load_working_tree

load_working_tree()

import numpy as np  # noqa: E402
from kinescribe.motion import SMPL_JOINTS, FormatError  # noqa: E402
from kinescribe.motion.formats import list_motions, read_motion  # noqa: E402
from kinescribe.motion.rotations import normalise  # noqa: E402

from ..env.console import print_line  # noqa: E402
from .case_notes import list_assumptions  # noqa: E402
from .file_cases import CASES, check_case  # noqa: E402
from .further_cases import FURTHER_CASES  # noqa: E402
from .rig_cases import RIG_CASES, check_rig, read_rig_case  # noqa: E402
from .tool_cases import TOOL_CASES  # noqa: E402

_SUFFIXES = (".bvh", ".glb", ".gltf", ".vrma", ".npz", ".npy", ".pkl", ".pt", ".amc")
_LIMB_DEGREES = 15.0
"""Largest error of a limb: the rest pose of these cases is not SMPL's."""

_REFUSED = ("network",)
"""Folders whose files have to be refused with a sentence."""

_VERDICTS = ("right", "refused", "wrong")
_WIDTH = 160
"""Characters of a line that faults or notes may take."""


def run_cases(shared: Path | None) -> int:
    """Print a line for each case and the totals; return 0 if none is wrong."""
    counts: Counter[str] = Counter()

    def print_verdict(name: str, check: Callable[[list[str]], list[str]]) -> None:
        notes: list[str] = []
        faults = check(notes)
        verdict = "right" if not faults else "refused" if faults[0].startswith("refused: ") else "wrong"
        counts[verdict] += 1
        print_line(f"{verdict:7} {name:34} {'; '.join(faults)[:_WIDTH]}".rstrip())
        if notes:
            print_line(f"{'':7} notes: {', '.join(notes)[:_WIDTH]}")
        # the sentence of a refusal is a note too
        counts["noted"] += bool(notes) or verdict == "refused"

    with tempfile.TemporaryDirectory(prefix="kinescribe-") as scratch:
        for case in (*CASES, *FURTHER_CASES, *TOOL_CASES):
            print_verdict(case.name, partial(check_case, case, Path(scratch)))
    for rig in RIG_CASES:
        print_verdict(f"rig: {rig.name}", partial(check_rig, rig))
    if shared is not None and (shared / "mini_human.py").is_file():
        right = _load_truth(shared / "mini_human.py")
        for folder in sorted(path for path in shared.iterdir() if path.is_dir()):
            for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES):
                is_refused = folder.name in _REFUSED
                check = partial(_check_refused, path) if is_refused else partial(_check_shared, path, right)
                print_verdict(f"shared: {folder.name}", check)
            if (folder / "rig.json").is_file():
                print_verdict(
                    f"shared: {folder.name}", partial(check_rig, read_rig_case(folder / "rig.json"))
                )
    total = sum(counts[verdict] for verdict in _VERDICTS)
    print_line(", ".join(f"{counts[verdict]} {verdict}" for verdict in _VERDICTS))
    print_line(f"notes for {counts['noted']} of {total} cases")
    return 1 if counts["wrong"] else 0


def _load_truth(path: Path) -> tuple[list[str], np.ndarray[Any, Any]]:
    """Return the names of the joints and their positions (T, J, 3) that all cases of a folder show."""
    spec = importlib.util.spec_from_file_location("mini_human", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.J), module.truth()


def _check_refused(path: Path, notes: list[str]) -> list[str]:
    """Return what is wrong with a hostile file, which has to be refused; append the sentence to ``notes``."""
    try:
        list_motions(path)
        read_motion(path)
    except FormatError as error:
        notes.append(str(error))
        return [] if "\n" not in str(error) else [f"says several lines: {error}"]
    return ["was read"]


def _check_shared(path: Path, right: tuple[list[str], np.ndarray[Any, Any]], notes: list[str]) -> list[str]:
    """Return what is wrong with the motion of a file; nothing if it is right. Append assumptions to ``notes``."""
    try:
        motion = read_motion(path)
    except FormatError as error:
        return [f"refused: {error}"]
    notes += list_assumptions(motion.provenance.source)
    names, wanted = right
    found = motion.positions
    if len(found) != len(wanted):
        return [f"{len(found)} frames, not {len(wanted)}"]
    faults, worst = [], 0.0
    for side in ("left", "right"):
        for upper, lower in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle")):
            pair = (f"{side}_{upper}", f"{side}_{lower}")
            a, b = (SMPL_JOINTS.index(joint) for joint in pair)
            c, d = (names.index(joint) for joint in pair)
            bones = normalise(found[:, b] - found[:, a]), normalise(wanted[:, d] - wanted[:, c])
            cosines = np.clip(np.sum(bones[0] * bones[1], axis=-1), -1.0, 1.0)
            worst = max(worst, float(np.degrees(np.arccos(cosines)).max()))
    if worst > _LIMB_DEGREES:
        faults.append(f"limbs up to {worst:.0f} degrees off")
    way, right_way = (p[-1, 0] - p[0, 0] for p in (found, wanted))
    if np.abs(way - right_way).max() > 0.02:
        faults.append(f"travels {np.round(way, 2)} m, not {np.round(right_way, 2)}")
    rise, right_rise = (float(np.ptp(p[:, 0, 1])) for p in (found, wanted))
    if abs(rise - right_rise) > 0.01:
        faults.append(f"hips rise {rise:.2f} m, not {right_rise:.2f}")
    return faults


if __name__ == "__main__":
    sys.exit(run_cases(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
