# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the folders that the windowed Blenders live in: ``python -m devtools.testing.window.install``.

The suites to make can be named (``trixie``, ``sid``). Each is a small Debian of that suite with Blender, a virtual X
screen and software OpenGL, about 1.2 GB, taken from the mirror that this machine's own apt uses. Nothing is installed
on the machine itself but mmdebstrap.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SUITES = {"trixie": "4.3", "sid": "5.2"}
"""Debian suite -> the Blender that it had when the tests were written."""

PACKAGES = (
    "blender python3-numpy python3-requests python3-cattr xvfb xauth "
    "libgl1 libegl1 libgl1-mesa-dri libglx-mesa0 libegl-mesa0"
).split()
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
STAMP = ".gui-blender"
NAMESPACE_COMMAND = (
    "unshare --mount --propagation private --pid --fork --kill-child --net --ipc --uts".split()
)
"""Prefix of a command that runs it in namespaces of its own."""


def suite_folder(suite: str) -> Path:
    """Return the folder of the Blender of ``suite``, whether it exists or not."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("KINESCRIBE_GUI_ROOTS") or Path(cache) / "gui-blender") / suite


def find_obstacle() -> str | None:
    """Return in one line why no windowed Blender can run here; None if it can."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return "the windowed Blenders are made for Linux on x86_64 only"
    if os.geteuid() != 0:
        return "the windowed Blenders need root (mount namespaces)"
    missing = [tool for tool in ("unshare", "mount") if shutil.which(tool) is None]
    if missing:
        return f"the windowed Blenders need {' and '.join(missing)}: install util-linux and mount"
    if subprocess.run([*NAMESPACE_COMMAND, "true"], capture_output=True).returncode:
        return "the windowed Blenders need namespaces of their own, which this machine (a container?) does not allow"
    return None


def install_suite(suite: str) -> str | None:
    """Make the folder of ``suite`` if it does not exist; return in one line why that failed, or None."""
    root = suite_folder(suite)
    if (root / STAMP).is_file() and (root / "usr/bin/blender").exists():
        return None
    reason = find_obstacle()
    if reason:
        return reason
    if not KEYRING.is_file():
        return f"no {KEYRING}: a windowed Blender is made on Debian only (package debian-archive-keyring)"
    if shutil.which("mmdebstrap") is None:
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "mmdebstrap"]):
            if subprocess.run(["apt-get", *step], env=environment, stdout=subprocess.DEVNULL).returncode:
                return "mmdebstrap could not be installed (no network?): apt-get install mmdebstrap"
    mirror = _find_mirror()
    if mirror is None:
        return "apt on this machine knows no Debian mirror"
    root.parent.mkdir(parents=True, exist_ok=True)
    new_folder = Path(tempfile.mkdtemp(prefix=f".{suite}.", dir=root.parent))
    new_folder.chmod(0o755)
    try:
        process = subprocess.run(
            [
                "mmdebstrap",
                "--quiet",
                "--mode=root",
                "--variant=apt",
                "--components=main",
                f"--keyring={KEYRING}",
            ]
            + ['--aptopt=Acquire::Languages "none"', '--aptopt=APT::Install-Recommends "false"']
            + [f"--aptopt={line}" for line in _fetch_settings()]
            + [f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("man", "info", "locale")]
            + [f"--include={','.join(PACKAGES)}", suite, str(new_folder)]
            + [f"deb [signed-by={KEYRING}] {mirror} {suite} main"],
            capture_output=True,
            text=True,
        )
        if process.returncode:
            tail = process.stderr.strip().splitlines()[-1:] or ["no message"]
            return f"mmdebstrap could not make {suite}: {tail[0]}"
        mounts = new_folder / "etc" / "mtab"  # Blender warns at every start without it
        mounts.unlink(missing_ok=True)
        mounts.symlink_to("../proc/self/mounts")
        version = subprocess.run(
            ["chroot", str(new_folder), "blender", "--version"], capture_output=True, text=True
        )
        (new_folder / STAMP).write_text(f"{suite}\n{version.stdout.splitlines()[0]}\n", encoding="utf-8")
        if root.exists():
            shutil.rmtree(root)
        new_folder.rename(root)
    finally:
        if new_folder.exists():
            shutil.rmtree(new_folder, ignore_errors=True)
    return None


def _find_mirror() -> str | None:
    """Return the address of Debian's main packages that apt uses here."""
    fields = "$(ORIGIN)|$(COMPONENT)|$(REPO_URI)"
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", fields, "Created-By: Packages"],
        capture_output=True,
        text=True,
    )
    for line in listed.stdout.splitlines():
        origin, component, address = (line.split("|") + ["", ""])[:3]
        if origin == "Debian" and component == "main" and "security" not in address:
            return address
    return None


def _fetch_settings() -> list[str]:
    """Return apt's settings for downloads on this machine (proxies, date checks)."""
    dumped = subprocess.run(["apt-config", "dump"], capture_output=True, text=True).stdout
    kept = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries")
    return [line for line in dumped.splitlines() if line.startswith(kept) and not line.endswith(' "";')]


if __name__ == "__main__":
    for name in sys.argv[1:] or list(SUITES):
        failed = install_suite(name)
        sys.stdout.write(f"{name}: {failed or f'ready in {suite_folder(name)}'}\n")
        if failed:
            sys.exit(1)
