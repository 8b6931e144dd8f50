# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench --part onnx``: the network's forward pass by NumPy with OpenBLAS beside ONNX Runtime.

Shows what the extension would gain by a wheel of ONNX Runtime in place of OpenBLAS. Runs in an environment of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

BATCHES = {"4 s": 2, "60 s, one pass of eight windows": 16}
"""What is generated -> rows of one pass, with and without prompt for each window."""

_FRAMES, _WORDS = 96, 8


def measure_onnx(out: Path, machine: dict[str, Any]) -> None:
    """Measure, print a table, write ``onnx.json`` into ``out``."""
