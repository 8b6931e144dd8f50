# SPDX-License-Identifier: GPL-3.0-or-later
"""One way to open a checkpoint of any of the kinds that are known."""

from __future__ import annotations

from pathlib import Path

from ..backend import Backend
from .backend import CheckpointBackend
from .motiongpt_backend import MotionGPTBackend
from .motiongpt_files import is_motiongpt


def open_checkpoint(path: str | Path) -> Backend:
    """MDM, DiP or MotionGPT in a folder or file, as a model that can be asked. Raises ``CheckpointError``."""
    path = Path(path)
    return MotionGPTBackend(path) if is_motiongpt(path) else CheckpointBackend(path)
