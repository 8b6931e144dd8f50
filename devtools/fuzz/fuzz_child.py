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
from kinescribe.motion.formats import list_motions, read_motion  # noqa: E402

from ..testing.result_files import write_all  # noqa: E402
from . import fuzz_damage  # noqa: E402

_FORBIDDEN = (
    "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "subprocess.",
    "socket.", "ctypes.", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.putenv", "shutil.",
    "import", "exec", "urllib.", "webbrowser.", "pty.", "ftplib.", "smtplib.",
)  # fmt: skip
"""What reading a file never does: beginnings of the names of audit events."""

_armed = False
_seen: list[str] = []
_said = ""
"""What the last file held, or the sentence that refused it."""


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _armed and event.startswith(_FORBIDDEN):
        _seen.append(f"{event} {arguments!r}"[:200])
    elif _armed and event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        _seen.append(f"writes {arguments[0]!r}"[:200])


def read(path: Path) -> str:
    """What comes of a file: "motion", "refused", or the name of what it should never raise."""
    global _armed, _said
    _armed = True
    try:
        for number in range(1, min(2, len(list_motions(path))) + 1):
            motion = read_motion(path, number)
            if not isinstance(motion, Motion):
                return "no motion"
            _said = f"{len(motion):,} frames of {len(motion.skeleton)} joints"
    except FormatError as error:
        _said = text = str(error)
        return (
            "refused" if "\n" not in text and len(text) < 400 else f"a sentence that is none: {text[:200]!r}"
        )
    except BaseException as error:  # also what no reader may raise
        return f"{type(error).__name__}: {error}"[:200]
    finally:
        _armed = False
    return "motion"


def peak() -> float:
    """The largest amount of memory that this process ever had, MB."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main(report: Path, arguments: list[str]) -> None:
    """Read, and write what happened as JSON to ``report``; its last line in work is in a file beside it."""
    sys.addaudithook(_watch)
    with tempfile.TemporaryDirectory(prefix="kinescribe-fuzz-") as scratch:
        folder = Path(scratch)
        (folder / "seeds").mkdir()
        seeds = {name: path.read_bytes() for name, path in write_all(folder / "seeds").items()}
        for name in seeds:  # brings what is imported on demand
            assert read(folder / "seeds" / name) == "motion", name
        "".encode("raw_unicode_escape")  # a codec that the oldest pickles need, loaded on demand
        _seen.clear()
        base, outcomes, odd, slowest = peak(), {}, [], (0.0, "")
        if arguments[0] == "--file":
            given = Path(arguments[1])
            work = [(given.stem, lambda: (given.stem, None))]
        else:
            first, count = int(arguments[0]), int(arguments[1])
            work = [
                (str(k), lambda k=k: fuzz_damage.damaged(seeds, random.Random(k)))
                for k in range(first, first + count)
            ]
        path, canary = folder / "file", folder / "canary"
        for name, make in work:
            report.with_suffix(".now").write_text(name, encoding="utf-8")
            kind, data = make()
            if data is not None:
                path.write_bytes(data.replace(fuzz_damage.CANARY, str(canary).encode()))
            # the processor's seconds: what others do on the machine says nothing about a reader
            begun = time.process_time()
            outcome = read(path if data is not None else given)
            slowest = max(slowest, (time.process_time() - begun, f"{name} {kind}"))
            if outcome not in ("motion", "refused"):
                odd.append(f"{name} {kind}: {outcome}")
            if _seen or canary.exists():
                odd.append(f"{name} {kind} did {_seen[:3]}, canary {canary.exists()}")
                _seen.clear()
            key = f"{kind}: {outcome if outcome in ('motion', 'refused') else 'odd'}"
            outcomes[key] = outcomes.get(key, 0) + 1
    found = {"outcomes": outcomes, "odd": odd[:50], "slowest": slowest, "peak_mb": peak(), "base_mb": base,
             "said": _said}  # fmt: skip
    report.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
