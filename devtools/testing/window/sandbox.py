# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command in the system of a windowed Blender, isolated from the rest of this machine.

The command gets its own mounts and processes, no network, an empty /tmp, the checkout read-only at ``TREE`` and given
folders at ``OUT`` and ``HOME``. All processes that it started are gone when it ends.

From a shell: ``python -m devtools.testing.window.sandbox trixie OUT_FOLDER COMMAND [ARG...]``.
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


def run_in_sandbox(
    root: Path,
    command: Sequence[str],
    out: Path,
    home: Path,
    environment: Mapping[str, str] | None = None,
    timeout: float = 300.0,
    mounted: Mapping[str, Path] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run ``command`` in the sandbox and wait. After ``timeout`` seconds it is killed, and the status is 124.

    Parameters
    ----------
    root : Path
        Folder of the windowed Blender.
    command : sequence of str
        Program and arguments.
    out, home : Path
        Folders of this machine that the command may write to, at ``OUT`` and ``HOME``.
    environment : mapping, optional
        Further environment variables.
    timeout : float
        Seconds.
    mounted : mapping, optional
        Path in the sandbox to a folder of this machine that is mounted there read-only.
    """
    # software OpenGL needs 8 s to compile Blender's shaders, so they are kept for the next run
    shaders = root.with_name(f"{root.name}-shaders")
    shaders.mkdir(exist_ok=True)
    settings = {
        "root": str(root),
        "binds": [
            [str(ROOT), TREE, "ro"],
            [str(out.resolve()), OUT, "rw"],
            [str(home.resolve()), HOME, "rw"],
            [str(shaders), SHADERS, "rw"],
            *([str(folder.resolve()), place, "ro"] for place, folder in (mounted or {}).items()),
        ],
        "folder": OUT,
        "command": list(command),
        "environment": {**_default_variables(), **(environment or {})},
    }
    start_command = [sys.executable, "-I", str(Path(__file__).resolve().parent / "enter.py")]
    try:
        return subprocess.run(
            [*install.NAMESPACE_COMMAND, *start_command, json.dumps(settings)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as error:
        output = error.stdout or b""
        return subprocess.CompletedProcess(
            error.cmd, 124, output if isinstance(output, str) else output.decode(), "timeout"
        )


def _default_variables() -> dict[str, str]:
    """Return variables for software OpenGL and no sound, without this machine's Python."""
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
    reason = install.find_obstacle() or install.install_suite(suite)
    if reason:
        sys.stderr.write(reason + "\n")
        return 69
    Path(out).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        done = run_in_sandbox(install.suite_folder(suite), command, Path(out), Path(home), timeout=600.0)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
