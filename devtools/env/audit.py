# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py audit``: known vulnerabilities of the packages that we pin, by pip-audit and its database on the network."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from .console import CommandError, print_line
from .environments import REQUIREMENTS, ensure_environment

_OFFLINE_SIGNS = (
    "ConnectionError",
    "Max retries exceeded",
    "Failed to resolve",
    "ServiceError",
    "ConnectTimeout",
)


def list_pins() -> list[str]:
    """Return every pinned package of all environments and of the zips, once, as ``name==version``."""
    pins = {pin.split("[")[0] + "==" + pin.split("==")[1] if "[" in pin else pin
            for environment in REQUIREMENTS.values() for pin in environment}  # fmt: skip
    return sorted(pins)


def audit_packages() -> int:
    """Print what is known; return 0 if nothing is. Raises CommandError if the database can't be reached."""
    python = ensure_environment("audit")
    status = 0
    with tempfile.TemporaryDirectory(prefix="kinescribe-audit-") as folder:
        # one file for each package: the environments pin different versions of NumPy
        for number, group in enumerate(_group_pins(list_pins())):
            path = Path(folder) / f"requirements-{number}.txt"
            path.write_text("\n".join(group) + "\n", encoding="utf-8")
            command = [str(python), "-m", "pip_audit", "-r", str(path), "--no-deps", "--disable-pip",
                       "--progress-spinner", "off"]  # fmt: skip
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
            if any(sign in answer.stderr for sign in _OFFLINE_SIGNS):
                raise CommandError("the database of vulnerabilities can't be reached: nothing was audited")
            print_line((answer.stdout + answer.stderr).strip())
            status = status or answer.returncode
    return status


def _group_pins(pins: list[str]) -> list[list[str]]:
    """Return lists in which no package is named twice."""
    groups: list[dict[str, str]] = []
    for pin in pins:
        name = pin.split("==")[0]
        free = next((group for group in groups if name not in group), None)
        if free is None:
            groups.append(free := {})
        free[name] = pin
    return [list(group.values()) for group in groups]
