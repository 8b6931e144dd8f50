# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints of MDM, DiP, MotionGPT and Kimodo, and LLM2Vec, run with PyTorch; never imported by Blender's process.

Other packages use only the names that this one exports. It needs ``torch``; ``safetensors`` and ``transformers`` are
imported when a file or a prompt needs them.
"""

from pathlib import Path

from ..backend import Backend
from .ardy_layers import TorchEncoder, is_ardy, open_ardy, open_kimodo, open_with_encoder
from .backend import CheckpointBackend
from .checkpoint import SAMPLERS, Checkpoint, load_checkpoint
from .llm2vec import Llm2Vec, find_llm2vec
from .motiongpt import MotionGPT, load_motiongpt
from .motiongpt_backend import MotionGPTBackend
from .motiongpt_files import is_motiongpt
from .settings import Settings

__all__ = [
    "SAMPLERS",
    "Checkpoint",
    "CheckpointBackend",
    "Llm2Vec",
    "MotionGPT",
    "MotionGPTBackend",
    "Settings",
    "TorchEncoder",
    "find_llm2vec",
    "is_ardy",
    "load_checkpoint",
    "load_motiongpt",
    "open_ardy",
    "open_checkpoint",
    "open_kimodo",
    "open_with_encoder",
]


def open_checkpoint(path: str | Path) -> Backend:
    """Open a folder or file of MDM, DiP or MotionGPT as a :class:`~..backend.Backend`.

    Raises ``CheckpointError`` if it is none of them.
    """
    path = Path(path)
    return MotionGPTBackend(path) if is_motiongpt(path) else CheckpointBackend(path)
