# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints of other people's models, run with PyTorch: never imported by Blender's own process.

Only what this package exports is meant for the outside. It needs ``torch``; ``safetensors`` and ``transformers`` are
imported where a file or a sentence asks for them.
"""

from .backend import CheckpointBackend
from .checkpoint import SAMPLERS, Checkpoint, load_checkpoint
from .loader import open_checkpoint
from .motiongpt import MotionGPT, load_motiongpt
from .motiongpt_backend import MotionGPTBackend
from .settings import Settings

__all__ = [
    "SAMPLERS",
    "Checkpoint",
    "CheckpointBackend",
    "MotionGPT",
    "MotionGPTBackend",
    "Settings",
    "load_checkpoint",
    "load_motiongpt",
    "open_checkpoint",
]
