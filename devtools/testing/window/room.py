# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command where a windowed Blender lives, apart from everything else on this machine.

``run`` gives the command its own mounts, processes and network (none), a fresh /tmp, the working tree read-only at
``TREE`` and the given folders at ``OUT`` and ``HOME``. Whatever it started is gone when it ends.

From a shell: ``python -m devtools.testing.window.room trixie OUT_FOLDER COMMAND [ARG...]``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import install

ROOT = Path(__file__).resolve().parents[3]
TREE, OUT, HOME, SHADERS = "/tmp/tree", "/tmp/out", "/tmp/home", "/tmp/shaders"


def run(
    root: Path,
    command: Sequence[str],
    out: Path,
    home: Path,
    environment: Mapping[str, str] | None = None,
    timeout: float = 300.0,
    shown: Mapping[str, Path] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run ``command`` in the room of ``root`` and wait; a run past ``timeout`` seconds is killed and reads as 124.

    ``shown``: further folders of this machine, read-only, by where they are in the room.
    """
    # software OpenGL compiles Blender's shaders in 8 s; kept, they are there at once the next time
    shaders = root.with_name(f"{root.name}-shaders")
    shaders.mkdir(exist_ok=True)
    spec = {
        "root": str(root),
        "binds": [
            [str(ROOT), TREE, "ro"],
            [str(out.resolve()), OUT, "rw"],
            [str(home.resolve()), HOME, "rw"],
            [str(shaders), SHADERS, "rw"],
            *([str(folder.resolve()), place, "ro"] for place, folder in (shown or {}).items()),
        ],
        "folder": OUT,
        "command": list(command),
        "environment": {**_environment(), **(environment or {})},
    }
    own = [sys.executable, "-I", str(Path(__file__).resolve().parent / "enter.py")]
    try:
        return subprocess.run(
            [*install.ISOLATE, *own, json.dumps(spec)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
        return subprocess.CompletedProcess(
            error.cmd, 124, said if isinstance(said, str) else said.decode(), "timeout"
        )


def _environment() -> dict[str, str]:
    """Software OpenGL, no sound, and nothing of this machine's Python."""
    return {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "HOME": HOME,
        "XDG_RUNTIME_DIR": "/tmp/run",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "GALLIUM_DRIVER": "llvmpipe",
        "MESA_SHADER_CACHE_DIR": SHADERS,
        "SDL_AUDIODRIVER": "dummy",
        "NO_AT_BRIDGE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _main(arguments: list[str]) -> int:
    suite, out, *command = arguments
    reason = install.obstacle() or install.install(suite)
    if reason:
        sys.stderr.write(reason + "\n")
        return 69
    Path(out).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        done = run(install.root_of(suite), command, Path(out), Path(home), timeout=600.0)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
