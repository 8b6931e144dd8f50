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

from kinescribe.motion import FormatError, Motion  # noqa: E402
from kinescribe.motion.formats import choose_motion, list_motions  # noqa: E402

from ..testing.file_cases import CASES  # noqa: E402
from ..testing.result_files import write_all_files  # noqa: E402
from . import fuzz_damage  # noqa: E402

_CASE_SEEDS = frozenset((
    "hips-below-Reference.bvh", "skins-by-mesh.glb", "names-say-nothing.vrma", "tram.npy", "prompthmr.pkl", "phalp.pkl",
    "romp.npz", "phc.pkl", "interhuman.pkl", "slahmr.npz", "grab.npz", "motion-x.npy", "split-matrices.npz",
    "targets.vmd",
))  # fmt: skip
"""Made-up files whose layouts are damaged too."""

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


def read_file(path: Path) -> str:
    """Return the outcome of reading a file: "motion", "refused", or a description of what must not happen."""
    global _is_reading, _message
    _is_reading = True
    try:
        entries = list_motions(path)
        for number in range(1, min(2, len(entries)) + 1):
            motion = choose_motion(path, entries, number)
            if not isinstance(motion, Motion):
                return "no motion"
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


def main(report: Path, arguments: list[str]) -> None:
    """Read the files and write the result as JSON to ``report``; a file beside it names the current file."""
    sys.addaudithook(_note_forbidden_event)
    with tempfile.TemporaryDirectory(prefix="kinescribe-fuzz-") as scratch:
        folder = Path(scratch)
        (folder / "seeds").mkdir()
        write_all_files(folder / "seeds")
        for case in CASES:
            if case.name in _CASE_SEEDS:
                case.write(folder / "seeds" / case.name)
        seeds = {path.name: path.read_bytes() for path in sorted((folder / "seeds").iterdir())}
        for name in seeds:  # loads what is imported on demand
            assert read_file(folder / "seeds" / name) == "motion", name
        "".encode("raw_unicode_escape")  # a codec that the oldest pickles need, loaded on demand
        _forbidden_events.clear()
        base_megabytes, outcomes, violations, slowest = peak_megabytes(), {}, [], (0.0, "")
        if arguments[0] == "--file":
            given_file = Path(arguments[1])
            files = [(given_file.stem, lambda: (given_file.stem, None))]
        else:
            first, count = int(arguments[0]), int(arguments[1])
            files = [
                (str(k), lambda k=k: fuzz_damage.damage_file(seeds, random.Random(k)))
                for k in range(first, first + count)
            ]
        path, canary_file = folder / "file", folder / "canary"
        for name, make_file in files:
            report.with_suffix(".now").write_text(name, encoding="utf-8")
            kind, data = make_file()
            if data is not None:
                path.write_bytes(data.replace(fuzz_damage.CANARY_PATH, str(canary_file).encode()))
            # processor time, so that other programs on the machine don't matter
            started = time.process_time()
            outcome = read_file(path if data is not None else given_file)
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
