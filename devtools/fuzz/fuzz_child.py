# SPDX-License-Identifier: GPL-3.0-or-later
"""One process of ``dev.py fuzz``: damages files of every layout and reads them, watched by an audit hook.

``python -m devtools.fuzz.fuzz_child REPORT FIRST COUNT`` reads COUNT damaged files, numbered from FIRST: a file is made
from its number alone. ``... REPORT --file PATH`` reads one file that was built to take much memory or time.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path

from ..testing.working_tree import load_working_tree

load_working_tree()

import numpy as np  # noqa: E402
from kinescribe.motion import FormatError, Motion  # noqa: E402
from kinescribe.motion.formats import ReadOptions, choose_motion, list_motions  # noqa: E402

from ..testing.file_cases import CASES  # noqa: E402
from ..testing.further_cases import FURTHER_CASES  # noqa: E402
from ..testing.result_files import make_ardy_arrays, write_all_files  # noqa: E402
from ..testing.tool_cases import TOOL_CASES  # noqa: E402
from . import fuzz_damage  # noqa: E402

_AMC, _ASF = "cmu.amc", "cmu.asf"
"""A motion and its skeleton: one of them is damaged, and the other lies beside it as it should be."""

_CASE_SEEDS = frozenset((
    "hips-below-Reference.bvh", "skins-by-mesh.glb", "travel-in-an-animation-of-its-own.glb", "names-say-nothing.vrma",
    "tram.npy", "tram.pt", "prompthmr.pkl", "phalp.pkl", "romp.npz", "romp-images.npz", "phc.pkl", "aist.pkl",
    "edge.pkl", "interhuman.pkl", "interhuman.npy", "slahmr.npz", "slahmr-matrices.npz", "grab.npz", "motion-x.npy",
    "batch.npz", "frame-by-frame.pkl", "rate-beside-the-body.pkl", "joints.pkl", "joints-with-rate.npz",
    "split-matrices.npz", "flat-matrices.npz", "targets.vmd", "rows.pk", "protocol-1.pkl", "object-data.npz",
    "translations-in-millimetres.npz", _AMC,
))  # fmt: skip
"""Made-up files whose layouts are damaged too."""

_OPTIONS = (
    ReadOptions(up="Z"), ReadOptions(up="-Y", forward="X"), ReadOptions(unit=0.01, floor="lowest"),
    ReadOptions(fps=24.0, start=0.05, end=0.2), ReadOptions(floor="file", keep_first_frame=True),
)  # fmt: skip
"""What a user may state; every second damaged file is read with one of them."""

_FORBIDDEN = (
    "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "subprocess.",
    "socket.", "ctypes.", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.putenv", "shutil.",
    "import", "exec", "urllib.", "webbrowser.", "pty.", "ftplib.", "smtplib.",
)  # fmt: skip
"""What reading a file must never do: prefixes of audit events."""

_is_reading = False
_forbidden_events: list[str] = []
_message = ""
"""Size of the last motion, or the error that refused the file."""


def _note_forbidden_event(event: str, arguments: tuple[object, ...]) -> None:
    """Note the audit events of file readers that are not allowed: running code, writing, network."""
    if _is_reading and event.startswith(_FORBIDDEN):
        _forbidden_events.append(f"{event} {arguments!r}"[:200])
    elif (
        _is_reading and event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    ):
        _forbidden_events.append(f"writes {arguments[0]!r}"[:200])


def read_file(path: Path, options: ReadOptions | None = None) -> str:
    """Return the outcome of reading a file: "motion", "refused", or a description of what must not happen."""
    global _is_reading, _message
    _is_reading = True
    try:
        entries = list_motions(path)
        for number in range(1, min(2, len(entries)) + 1):
            motion = choose_motion(path, entries, number, options or ReadOptions())
            if not isinstance(motion, Motion):
                return "no motion"
            if not all(np.isfinite(a).all() for a in (motion.root_translation, motion.local_rotations)):
                return "a motion with numbers that are not finite"
            _message = f"{len(motion):,} frames of {len(motion.skeleton)} joints"
    except FormatError as error:
        _message = text = str(error)
        return (
            "refused" if "\n" not in text and len(text) < 400 else f"a sentence that is none: {text[:200]!r}"
        )
    except BaseException as error:  # includes MemoryError and RecursionError, which no reader may raise
        return f"{type(error).__name__}: {error}"[:200]
    finally:
        _is_reading = False
    return "motion"


def peak_megabytes() -> float:
    """Return the largest amount of memory that this process has used, in MB."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _make_seeds(folder: Path) -> dict[str, bytes]:
    """Write good files of all layouts into a new folder; return their content by name."""
    folder.mkdir()
    write_all_files(folder)
    np.savez(folder / "ardy.npz", **make_ardy_arrays(8), fps=np.array(20), text=np.array("a person bends"))
    for case in (*CASES, *FURTHER_CASES, *TOOL_CASES):
        if case.name in _CASE_SEEDS:
            case.write(folder / case.name)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _write_damaged(folder: Path, kind: str, data: bytes, seeds: dict[str, bytes]) -> Path:
    """Write a damaged file and what it needs beside it; return the file that is to be read."""
    if kind not in (_AMC, _ASF):
        (folder / "file").write_bytes(data)
        return folder / "file"
    for name in (_AMC, _ASF):
        (folder / name).write_bytes(data if name == kind else seeds[name])
    return folder / _AMC


def main(report: Path, arguments: list[str]) -> None:
    """Read the files and write the result as JSON to ``report``; a file beside it names the current file."""
    sys.addaudithook(_note_forbidden_event)
    with tempfile.TemporaryDirectory(prefix="kinescribe-fuzz-") as scratch:
        folder = Path(scratch)
        seeds = _make_seeds(folder / "seeds")
        for name in seeds:  # loads what is imported on demand
            assert read_file(folder / "seeds" / name) == ("refused" if name == _ASF else "motion"), name
        "".encode("raw_unicode_escape")  # a codec that the oldest pickles need, loaded on demand
        _forbidden_events.clear()
        base_megabytes, outcomes, violations, slowest = peak_megabytes(), {}, [], (0.0, "")
        if arguments[0] == "--file":
            given_file = Path(arguments[1])
            files = [(given_file.stem, None, lambda: (given_file.stem, None))]
        else:
            first, count = int(arguments[0]), int(arguments[1])
            files = [
                (
                    str(k),
                    _OPTIONS[k // 2 % len(_OPTIONS)] if k % 2 else None,
                    lambda k=k: fuzz_damage.damage_file(seeds, random.Random(k)),
                )
                for k in range(first, first + count)
            ]
        canary_file = folder / "canary"
        for name, options, make_file in files:
            report.with_suffix(".now").write_text(name, encoding="utf-8")
            kind, data = make_file()
            if data is not None:
                damaged = data.replace(fuzz_damage.CANARY_PATH, str(canary_file).encode())
                given_file = _write_damaged(folder, kind, damaged, seeds)
            # processor time, so that other programs on the machine don't matter
            started = time.process_time()
            outcome = read_file(given_file, options)
            slowest = max(slowest, (time.process_time() - started, f"{name} {kind}"))
            if outcome not in ("motion", "refused"):
                violations.append(f"{name} {kind}: {outcome}")
            if _forbidden_events or canary_file.exists():
                violations.append(f"{name} {kind} did {_forbidden_events[:3]}, canary {canary_file.exists()}")
                _forbidden_events.clear()
            key = f"{kind}: {outcome if outcome in ('motion', 'refused') else 'odd'}"
            outcomes[key] = outcomes.get(key, 0) + 1
    result = {"outcomes": outcomes, "odd": violations[:50], "slowest": slowest, "peak_mb": peak_megabytes(),
             "base_mb": base_megabytes, "said": _message}  # fmt: skip
    report.write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
