# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command where a windowed Blender lives, apart from everything else on this machine.

``run`` gives the command its own mounts, processes and network (none), a fresh /tmp, the working tree read-only at
``TREE`` and the given folders at ``OUT`` and ``HOME``. Whatever it started is gone when it ends.

From a shell: ``python tests/gui/harness/room.py trixie OUT_FOLDER COMMAND [ARG...]``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TREE, OUT, HOME, SHADERS = "/tmp/tree", "/tmp/out", "/tmp/home", "/tmp/shaders"


def run(
    root: Path,
    command: Sequence[str],
    out: Path,
    home: Path,
    environment: Mapping[str, str] | None = None,
    timeout: float = 300.0,
) -> subprocess.CompletedProcess[str]:
    """Run ``command`` in the room of ``root`` and wait; a run past ``timeout`` seconds is killed and reads as 124."""
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
        ],
        "command": list(command),
        "environment": {**_environment(), **(environment or {})},
    }
    isolate = "unshare --mount --propagation private --pid --fork --kill-child --net --ipc --uts".split()
    own = [sys.executable, "-I", str(Path(__file__).resolve()), "--enter"]
    try:
        return subprocess.run(
            [*isolate, *own, json.dumps(spec)],
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


def _enter(text: str) -> None:
    """Inside the new namespaces: mount, change the root, become the command."""
    spec = json.loads(text)
    root = Path(spec["root"])

    def mount(*arguments: str) -> None:
        subprocess.run(["mount", *arguments], check=True)

    mount("--rbind", "/dev", str(root / "dev"))
    mount("-t", "proc", "proc", str(root / "proc"))
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(root / "tmp"))
    for source, target, mode in spec["binds"]:
        place = root / target.lstrip("/")
        place.mkdir(parents=True)
        mount("--bind", source, str(place))
        if mode == "ro":
            mount("-o", "remount,bind,ro", str(place))
    (root / "tmp" / "run").mkdir(mode=0o700)
    (root / "tmp" / ".X11-unix").mkdir(mode=0o1777)
    os.chroot(root)
    os.chdir(OUT)
    os.execvpe(spec["command"][0], spec["command"], spec["environment"])


def _main(arguments: list[str]) -> int:
    if arguments[0] == "--enter":
        _enter(arguments[1])
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import install

    suite, out, *command = arguments
    reason = install.obstacle() or install.install(suite)
    if reason:
        sys.stderr.write(reason + "\n")
        return 69
    import tempfile

    Path(out).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        done = run(install.root_of(suite), command, Path(out), Path(home), timeout=600.0)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
